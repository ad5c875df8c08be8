"""Accessible tables and other elements of a page from a plan's protected figures; nothing is computed here.

Each function returns something `Shown`: HTML for a page or JupyterLab, together with every figure in it, so
that `key_figures.csv` lists what a reader sees. Text from data is always escaped. In the examples `plan` is
`Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import summary
from ..judging.certainty import JUDGED
from ..judging.months import LEAST, RUN, SCALE
from ..judging.seasons import LEAST_EXPECTED, LEAST_YEARS
from ..promises.agreement import COMBINED, Criterion, Indicator
from ..promises.catalogue import say
from ..promises.comments import Comment
from ..promises.periods import period_year
from . import wording
from .audit import before_and_after, reason_of
from .elements import Shown, breakable, escape, paragraph, sources, table
from .findings import (
    area_name,
    area_names,
    change_sentence,
    differing_readings,
    figure,
    formula,
    gap_words,
    indicator_findings,
    interval_key,
    is_total,
    latest_of,
    leading,
    limit_words,
    next_target,
    observed_words,
    period_words,
    standing,
    target_value,
    target_words,
    topics,
    total_words,
    value_of,
    widened,
)

if TYPE_CHECKING:
    from ..plan import Plan


def title(plan: Plan, lang: str, heading: str) -> Shown:
    """The page's one h1, the year it is about, and the marks of example or internal data."""
    marks = [say(mark, lang) for mark, on in (("example", plan.agreement.example), ("internal", plan.internal)) if on]
    warning = "".join(f'<p class="mark">{escape(mark)}</p>' for mark in marks)
    lead = f"{plan.agreement.name[lang]} · {say('year_report', lang, year=plan.year)} · {say('as_of', lang, year=plan.year)}"
    return Shown(f'{warning}<h1>{escape(heading)}</h1><p class="lead">{escape(lead)}</p>', "title")


def area_title(plan: Plan, lang: str, area: str) -> Shown:
    """The title of an area's page.

    >>> tables.area_title(plan, "en", "motalavej")
    <title: EXAMPLE DATA ... Motalavej...>
    """
    return title(plan, lang, area_name(plan, area, lang))


def partnership_title(plan: Plan, lang: str) -> Shown:
    """The title of the page about the whole partnership.

    >>> tables.partnership_title(plan, "en")
    <title: EXAMPLE DATA ... The whole...>
    """
    return title(plan, lang, say("page_partnership", lang))


def data_check_title(plan: Plan, lang: str) -> Shown:
    """The title of the data check.

    >>> tables.data_check_title(plan, "en")
    <title: EXAMPLE DATA ... Data check...>
    """
    return title(plan, lang, say("page_data_check", lang))


def method_title(plan: Plan, lang: str) -> Shown:
    """The title of the method page.

    >>> tables.method_title(plan, "en")
    <title: EXAMPLE DATA ... Method:...>
    """
    return title(plan, lang, say("page_method", lang))


def area_headlines(plan: Plan, lang: str, area: str) -> Shown:
    """What a reader should know first about one area: how its promises stand, then one line a topic that was measured.

    >>> tables.area_headlines(plan, "en", "motalavej")
    <headlines-motalavej: Of the area's own 9 promises in 2021: 6 met, 1 not met...>
    """
    items, figures, missing = [], [], []
    for topic, indicators in topics(plan, lang).items():
        first = leading(plan, indicators, area)
        if first is None:
            missing.append(topic)
            continue
        found = indicator_findings(plan, lang, first, area)
        figures += [each for _, more in found for each in more]
        items.append(f"<li><strong>{escape(topic)}:</strong> {escape(' '.join(sentence for sentence, _ in found))}</li>")
    if missing:
        items.append(f"<li><strong>{escape(say('no_data_own', lang))}:</strong> {escape(', '.join(missing))}.</li>")
    states = summary.promise_states(plan.agreement, plan.gaps, plan.year, area)
    sentences, counts = standing(plan, lang, states, say("area_promises", lang, n=len(states)))
    lead = f'<p class="finding">{escape(" ".join(sentences))}</p>'
    return Shown(
        f'{lead}<ul class="headlines">{"".join(items)}</ul>',
        f"headlines-{area}".replace("_", "-"),
        [*(figure("promises", area, plan.year, n, str(n)) for n in counts), *figures],
    )


def partnership_headlines(plan: Plan, lang: str) -> Shown:
    """How the promises stand in the report's year, counted once per promise, and why some cannot be judged.

    >>> tables.partnership_headlines(plan, "en")
    <summary: Of the partnership's 36 promises in 2021: 19 met, 10 not met...>
    """
    sentences, counts = standing(plan, lang, summary.promise_states(plan.agreement, plan.gaps, plan.year), say("all_promises", lang))
    later = [criterion.primary.first_year for criterion in plan.agreement.criteria.values() if criterion.primary.first_year > plan.year]
    if len(later) * 2 > len(plan.agreement.criteria):
        sentences.append(say("summary_young", lang, start=wording.day(plan.agreement.start, lang), first=max(later, key=later.count)))
    return paragraph("summary", sentences, [figure("promises", COMBINED, plan.year, n, str(n)) for n in counts])


def promises(plan: Plan, lang: str, areas: Sequence[str] = ()) -> Shown:
    """Promises in one table: the agreement's words, latest value, target, gap, verdict, certainty, source.

    All of them, or those that speak of the areas named (`combined` among them).

    >>> tables.promises(plan, "en", ["motalavej"])
    <promises-motalavej: What was promised, and what was measured?...>
    """
    one = len(areas) == 1
    header = [
        say("criterion", lang),
        *([] if one else [say("area", lang)]),
        say("latest", lang),
        say("target", lang, year=plan.year),
        say("gap", lang),
        say("verdict", lang, year=plan.year),
        say("certainty", lang),
    ]
    rows, figures, groups, goal = [], [], {}, None
    for criterion in sorted(plan.agreement.criteria.values(), key=lambda c: _goal_order(plan, c)):
        for indicator in criterion.primary.indicators:
            for number, place in enumerate(place for place in criterion.primary.areas if not areas or place in areas):
                if criterion.goal != goal:
                    goal = criterion.goal
                    groups[len(rows)] = plan.agreement.goals.get(goal, {}).get(lang, goal)
                cells, more = _promise_cells(plan, lang, criterion, plan.agreement.indicators[indicator], place)
                name = [] if one else [breakable(area_name(plan, place, lang))]
                heading = _promise(plan, criterion, plan.agreement.indicators[indicator], lang, areas or plan.agreement.areas)
                rows.append([heading if number == 0 else None, *name, *cells])
                figures += more
    element = "-".join(["promises", *areas]).replace("_", "-")
    named = ", ".join(area_name(plan, place, lang) for place in areas)
    caption = f"{say('index_title', lang)} {plan.year}" + (f": {named}" if named else "")
    return Shown(table(element, caption, header, rows, groups=groups), element, figures)


def _promise(plan: Plan, criterion: Criterion, indicator: Indicator, lang: str, areas: Iterable[str]) -> str:
    """Which promise: its id, what it is measured by, its words on demand, and what the coordinators said of it this year."""
    said = [
        comment for comment in plan.comments if (comment.criterion, comment.year) == (criterion.id, plan.year) and (not comment.area or comment.area in areas)
    ]
    return (
        f'<span class="id">{escape(criterion.id)}</span> {escape(indicator.name[lang])}<details class="quote"><summary>{say("quote", lang)}</summary>'
        f'<q lang="da">{escape(criterion.quote)}</q></details>' + "".join(_comment(comment, lang) for comment in said)
    )


def _comment(comment: Comment, lang: str) -> str:
    """One comment, marked as one, with who wrote it and when."""
    by = say("comment_by", lang, author=comment.author, on=wording.day(comment.date, lang))
    return f'<span class="comment"><b>{escape(by)}</b> {escape(comment.text[lang])}</span>'


def comments(plan: Plan, lang: str, indicator: str, area: str) -> Shown | None:
    """What the coordinators said of the promises about an indicator, every year; None where nobody did.

    >>> tables.comments(plan, "en", "safe_share", "sydbyen")
    <comments-safe-share-sydbyen: T1c, 2019: Comment, Koordinator...>
    """
    said = [(comment, plan.agreement.criteria[comment.criterion].primary) for comment in plan.comments]
    mine = [comment for comment, reading in said if indicator in reading.indicators and area in reading.areas and comment.area in ("", area)]
    body = "".join(f"<p>{escape(comment.criterion)}, {comment.year}: {_comment(comment, lang)}</p>" for comment in mine)
    return Shown(body, f"comments-{indicator}-{area}".replace("_", "-")) if mine else None


def news(plan: Plan, lang: str) -> Shown:
    """What is new since the last edition: verdicts that are others now, figures that were not there, figures that were revised.

    >>> tables.news(plan, "en")
    <news: There is no earlier edition to compare with.>
    """
    if not plan.last_edition:
        return Shown(f"<p>{say('first_edition', lang)}</p>", "news")
    parts, figures = [], []
    for row in plan.turned.to_dict("records"):
        place = f"{row['criterion']}, {area_name(plan, row['area'], lang)}, {row['year']}"
        parts.append(escape(f"{place}: {_answer(row, '_before', lang)} → {_answer(row, '', lang)}"))
    fresh = plan.new_figures
    fresh = fresh[fresh["area"].isin([*plan.agreement.areas, COMBINED]) & fresh["indicator"].isin(plan.agreement.promised)]
    for (id_, period), rows in fresh.groupby(["indicator", "period"], sort=False):
        indicator = plan.agreement.indicators[id_]
        if not (period_year(period) or plan.year + 1) <= plan.year or plan.agreement.period(id_, period_year(period)) != period:
            continue
        shown = [(row, value_of(row, indicator, lang)) for row in rows.to_dict("records")]
        listed = "; ".join(f"{area_name(plan, row['area'], lang)} {text}" for row, text in shown)
        parts.append(escape(f"{indicator.name[lang]} {wording.period(period, lang)}: {listed}"))
        figures += [figure(id_, row["area"], period, row["value"], text) for row, text in shown]
    for row in plan.changed.to_dict("records"):
        if (period_year(row["period"]) or 0) <= plan.year:
            cells, more = before_and_after(plan, row, lang)
            reason = reason_of(plan, row)
            parts.append(f"{cells[0]}, {cells[1]}, {cells[2]}: {cells[3]}" + (f" ({escape(reason)})" if reason else ""))
            figures += more
    body = "".join(f"<li>{part}</li>" for part in parts)
    since = say("since_edition", lang, edition=plan.last_edition)
    return Shown(f"<p>{since}</p>" + (f"<ul>{body}</ul>" if parts else f"<p>{say('nothing_new', lang)}</p>"), "news", figures)


def index(plan: Plan, lang: str, links: Sequence[tuple[str, str]]) -> list[Shown]:
    """The first page: how the promises stand, then area by area what was promised, measured, how far off and how sure.

    >>> tables.index(plan, "en", [])[0]
    <title: EXAMPLE DATA ... What was...>
    """
    parts, pages = [title(plan, lang, say("index_title", lang)), partnership_headlines(plan, lang)], dict(links)
    for area in plan.agreement.areas:
        name = escape(area_name(plan, area, lang))
        link = f'<a href="area-{area}.html">{name}</a>' if f"area-{area}.html" in pages else name
        parts.append(Shown(f"<h2>{link}</h2>", f"heading-{area}"))
        parts += [area_headlines(plan, lang, area), promises(plan, lang, [area])]
    parts.append(Shown(f"<h2>{escape(area_name(plan, COMBINED, lang))}</h2>", "heading-combined"))
    parts += [promises(plan, lang, [COMBINED]), Shown(f"<h2>{say('news', lang)}</h2>", "heading-news"), news(plan, lang)]
    return [*parts, provenance(plan, lang)]


def _goal_order(plan: Plan, criterion: Criterion) -> int:
    goals = list(plan.agreement.goals)
    return goals.index(criterion.goal) if criterion.goal in goals else len(goals)


def _promise_cells(plan: Plan, lang: str, criterion: Criterion, indicator: Indicator, area: str) -> tuple[list[str], list[dict]]:
    """Latest value with its source, target, gap, verdict and certainty of one promise in one area."""
    row, latest = summary.current_row(plan.gaps, plan.year, criterion.id, indicator.id, area), latest_of(plan, indicator.id, area)
    figures, value = [], "–"
    judged = summary.with_gap(plan.gaps, plan.year, criterion.id, indicator.id, area)
    total = is_total(plan, row)
    if latest and total and judged is not None:
        value, figures = _total_cell(plan, lang, judged, indicator)
        value += f"<small>{sources(plan, lang, latest['source'])}</small>"
    elif latest:
        shown = value_of(latest, indicator, lang)
        source = sources(plan, lang, latest["source"])
        between, more = _interval(latest, indicator, lang)
        alone = f"<small>{escape(say('year_alone', lang))}</small>" if total else ""
        value = f"{escape(shown)} ({escape(wording.period(latest['period'], lang))}){alone}{between}<small>{source}</small>"
        figures += [figure(indicator.id, area, latest["period"], latest["value"], shown), *more]
    when = "" if judged is None or judged["year"] == plan.year else f" ({judged['year']})"
    target = "–"
    if row["role"] == "judged" and not pd.isna(row["target"]):
        shown = target_words(plan, row, lang)
        target = escape(shown) + ("" if row["year"] == plan.year else f" ({_when_due(plan, criterion, row, lang)})")
        figures.append(figure(indicator.id, area, row["year"], row["target"], shown))
    gap, sure = "–", "–"
    if judged is not None:
        number, shown = gap_words(plan, judged, indicator, lang)
        figures.append(figure(indicator.id, area, judged["year"], number, shown))
        against = ""
        if when:  # the target of another year than the column beside it
            target_then = target_value(plan, judged, indicator, lang)
            against = " " + escape(say("from_target", lang, target=target_then))
            figures.append(figure(indicator.id, area, judged["year"], judged["target"], target_then))
        gap, sure = _bar(judged) + escape(shown) + against + when, _certain(judged, lang, indicator) + when
        for key, words in (("detectable", wording.change), ("pace_needed", wording.gap)):
            if not pd.isna(judged[key]):
                text = words(judged[key], indicator.unit, lang)
                figures.append(figure(indicator.id, area, judged["year"], judged[key], text))
                small = f"<small>{escape(say('pace' if key == 'pace_needed' else key, lang, value=text))}</small>"
                gap, sure = (gap + small, sure) if key == "pace_needed" else (gap, sure + small)
    return [value, target, gap, _verdict_cell(plan, lang, row), sure], figures


def _total_cell(plan: Plan, lang: str, row: Mapping[str, Any], indicator: Indicator) -> tuple[str, list[dict]]:
    """A total with the periods it adds up and what the last one brought in small print; and these as key figures."""
    told, figures = total_words(plan, row, lang)
    return f"{escape(observed_words(plan, row, indicator, lang))}<small>{escape(told)}</small>", figures


def _interval(row: Mapping[str, Any], indicator: Indicator, lang: str) -> tuple[str, list[dict]]:
    """The limits of a value in small print, and these as key figures; nothing where there are none."""
    if pd.isna(row["lower"]):
        return "", []
    written = limit_words(row, indicator, lang)
    figures = [figure(indicator.id, row["area"], row["period"], row[key], text) for key, text in zip(("lower", "upper"), written, strict=True)]
    return f"<small>{escape(say(interval_key(indicator, 'between'), lang, lower=written[0], upper=written[1]))}</small>", figures


def _bar(row: Mapping[str, Any]) -> str:
    """The gap as a small bar around zero, as a share of the target: right of the middle is met. Its number stands beside it."""
    if pd.isna(row["gap"]) or not row["target"]:
        return ""
    reach = max(-1.0, min(1.0, float(row["gap"]) / abs(float(row["target"])))) * 50
    start, kind = 50 + min(reach, 0), row["verdict"] if row["verdict"] in ("met", "not_met") else "met" if reach >= 0 else "not_met"
    return f'<span class="bar {kind}" style="--start:{start:.0f}%;--width:{max(abs(reach), 1):.0f}%"></span>'


def _when_due(plan: Plan, criterion: Criterion, row: Mapping[str, Any], lang: str) -> str:
    """The year a coming target is for; a promise settled at the end says so."""
    last = criterion.primary.last_year
    return say("by_end", lang, year=last) if criterion.primary.rule.cumulative else str(row["year"])


def _verdict_cell(plan: Plan, lang: str, row: Mapping[str, Any]) -> str:
    """Verdict as symbol and word with its reason; a starting point says that it is one."""
    notes = wording.remarks(row, lang, area_names(plan), wording.REASONS)
    verdict = row["verdict"]
    if row["role"] == "baseline":
        found = say("at_start", lang, verdict=say(verdict, lang).lower()) if verdict in JUDGED else ""
        unmeasured = pd.isna(row["value"]) and verdict != "not_yet_due"
        notes, verdict = [f"{row['year']}", found, *notes], "baseline_not_measured" if unmeasured else "baseline"
    reasons = "".join(f"<small>{escape(text)}</small>" for text in notes if text)
    return f'<span class="verdict {verdict}">{escape(wording.verdict(verdict, lang))}</span>{reasons}'


def _certain(row: Mapping[str, Any], lang: str, indicator: Indicator) -> str:
    """The certainty in words; where it rests on the least uncertainty only, that is said."""
    if not row["certainty"]:
        return "–"
    least = row["certainty"] == "certain" and indicator.uncertainty in ("process", "sample") and indicator.dispersion == indicator.design_effect == 1
    return escape(say(row["certainty"], lang)) + (f"<small>{escape(say('least', lang))}</small>" if least else "")


def readings(plan: Plan, lang: str, indicator: str, area: str) -> Shown | None:
    """This year's row of every promise and reading about an indicator in an area: target, gap, verdict.

    >>> tables.readings(plan, "en", "safe_share", "motalavej")
    <readings-safe-share-motalavej: Share feeling safe, Motalavej:...>
    """
    rows, figures, known = [], [], plan.agreement.indicators[indicator]
    for current in summary.rows_of(plan.gaps, plan.year, indicator, area):
        criterion = plan.agreement.criteria[current["criterion"]]
        text = criterion.reading(current["reading"]).text.get(lang, "") or criterion.quote
        if current["reading"] != "primary":
            text = say("or_reading", lang, text=text)
        heading = f'<span class="id">{escape(criterion.id)}</span> {escape(text)}'
        for number, row in enumerate(summary.years_shown(plan.gaps, plan.year, current)):
            cells, more = _reading_cells(plan, lang, known, row, last=row["year"] == current["year"])
            rows.append([heading if number == 0 else None, *cells])
            figures += more
    if not rows:
        return None
    element = f"readings-{indicator}-{area}".replace("_", "-")
    header = [say(key, lang) for key in ("criterion", "year", "value", "target_plain", "gap", "verdict_word", "certainty", "change")]
    caption = f"{known.name[lang]}, {area_name(plan, area, lang)}: {say('gap', lang).lower()}"
    return Shown(table(element, caption, header, rows), element, figures)


def _reading_cells(plan: Plan, lang: str, indicator: Indicator, row: Mapping[str, Any], last: bool) -> tuple[list[str], list[dict]]:
    """Year, value, target, gap, verdict, certainty and change of one row, each with what a board needs beside it."""
    small = "<small>{}</small>".format
    value = escape(shown_value := observed_words(plan, row, indicator, lang)) if not pd.isna(row["value"]) else (shown_value := "–")
    figures = []
    if is_total(plan, row) and not pd.isna(row["value"]):
        value, figures = _total_cell(plan, lang, row, indicator)
    words, (distance, gap) = target_words(plan, row, lang), gap_words(plan, row, indicator, lang)
    ahead = next_target(plan, row, lang) if last else ""
    change, pace = "–", ""
    shown = [("target", words), ("gap", gap)] if figures else [("value", shown_value), ("target", words), ("gap", gap)]
    if not pd.isna(row["change"]):
        text = wording.change(row["change"], indicator.unit, lang)
        shown.append(("change", text))
        change = escape(text) + "".join(small(escape(text)) for text in wording.remarks(row, lang, {}, ["since"]))
        if not pd.isna(row["change_p"]):
            change += small(escape(say("p_is", lang, p=wording.p_value(row["change_p"], lang))))
            shown.append(("change_p", wording.p_value(row["change_p"], lang)))
        if not pd.isna(row["detectable"]):
            smallest = wording.change(row["detectable"], indicator.unit, lang)
            change += small(escape(say("detectable", lang, value=smallest)))
            shown.append(("detectable", smallest))
    if last and not pd.isna(row["pace_needed"]):
        needed = wording.gap(row["pace_needed"], indicator.unit, lang)
        pace = small(escape(say("pace", lang, value=needed)))
        shown.append(("pace_needed", needed))
    amounts = row | {"gap": distance}
    figures += [figure(indicator.id, row["area"], row["year"], amounts[key], text) for key, text in shown if not pd.isna(amounts[key])]
    year = say("undated", lang) if row["role"] == "baseline" and row["undated_baseline"] else str(row["year"])
    cells = [
        year,
        value,
        escape(words) + (small(escape(ahead)) if ahead else ""),
        escape(gap) + pace,
        _verdict_cell(plan, lang, row),
        _certain(row, lang, indicator),
        change,
    ]
    return cells, figures


def fixed_path(plan: Plan, lang: str, indicator: str, area: str) -> Shown | None:
    """For promises chained on last year's actual: where the path would be had each year just been met, and why it matters.

    >>> tables.fixed_path(plan, "en", "move_out_rate", "combined")
    <path-move-out-rate-combined: The promise counts from the...>
    """
    rows = plan.gaps[
        (plan.gaps["indicator"] == indicator) & (plan.gaps["area"] == area) & (plan.gaps["reading"] == "primary") & plan.gaps["fixed_path"].notna()
    ].sort_values("year")
    if len(rows) < 2:
        return None
    unit = plan.agreement.indicators[indicator].unit
    steps = [wording.target(row["fixed_path"], unit, lang) for row in rows.to_dict("records")]
    figures = [figure(indicator, area, row["year"], row["fixed_path"], text) for row, text in zip(rows.to_dict("records"), steps, strict=True)]
    return paragraph(f"path-{indicator}-{area}".replace("_", "-"), [say("fixed_path", lang, path=" → ".join(steps))], figures, "note")


def timeline(plan: Plan, lang: str) -> Shown:
    """Every promise year by year, and the whole period so far: met in how many of the judged years, certain in how many.

    >>> tables.timeline(plan, "en")
    <timeline: The promises year by year Promise Area 2017 2018...>
    """
    years = list(range(plan.agreement.start.year, plan.year + 1))
    header = [say("criterion", lang), say("area", lang), *map(str, years), say("period_head", lang)]
    gaps = plan.gaps[plan.gaps["reading"] == "primary"]
    rows, figures = [], []
    for criterion in sorted(plan.agreement.criteria.values(), key=lambda c: _goal_order(plan, c)):
        mine = gaps[gaps["criterion"] == criterion.id]
        for (id_, area), series in mine.groupby(["indicator", "area"], sort=False):
            indicator = plan.agreement.indicators[id_]
            heading = f'<span class="id">{escape(criterion.id)}</span> {escape(indicator.name[lang])}'
            cells = [_year_cell(series[series["year"] == year], lang) for year in years]
            words, counts = period_words(series[series["role"] == "period"].iloc[0], lang)
            rows.append([heading, breakable(area_name(plan, area, lang)), *cells, escape(words)])
            figures += [figure(id_, area, "period", n, str(n)) for n in counts]
    return Shown(table("timeline", say("timeline", lang), header, rows), "timeline", figures)


def _year_cell(rows: pd.DataFrame, lang: str) -> str:
    """Verdict and certainty of one year in few words."""
    if rows.empty:
        return "–"
    row = rows.iloc[0]
    if row["role"] == "baseline":
        return f"<small>{escape(say('baseline', lang))}</small>"
    sure = f"<small>{escape(say(row['certainty'], lang))}</small>" if row["certainty"] else ""
    verdict = f'<span class="verdict {row["verdict"]}">{escape(wording.verdict(row["verdict"], lang))}</span>'
    return verdict + sure if row["verdict"] in JUDGED else f"<small>{escape(say(row['verdict'], lang))}</small>"


def year_by_year(plan: Plan, lang: str, indicator: str, areas: Sequence[str]) -> Shown:
    """Every year of the chosen reading of each promise about an indicator: target, gap, verdict, certainty, and the smallest certain change.

    >>> tables.year_by_year(plan, "en", "safe_share", ["motalavej"])
    <year-by-year: Share feeling safe: gap to target Promise Year...>
    """
    known, rows, figures = plan.agreement.indicators[indicator], [], []
    gaps = plan.gaps[(plan.gaps["indicator"] == indicator) & (plan.gaps["reading"] == "primary") & (plan.gaps["role"] != "period")]
    for (criterion, area), mine in gaps[gaps["area"].isin(areas)].groupby(["criterion", "area"], sort=False):
        promise = say("what_if", lang) if plan.supposed else criterion
        heading = f'<span class="id">{escape(promise)}</span> {breakable(area_name(plan, area, lang))}'
        for number, row in enumerate(mine.sort_values("year").to_dict("records")):
            cells, more = _reading_cells(plan, lang, known, row, last=row["year"] == plan.year)
            rows.append([heading if number == 0 else None, *cells])
            figures += more
    if not rows:
        return paragraph("year-by-year", [say("no_promise", lang, what=known.name[lang])], kind="nothing")
    header = [say(key, lang) for key in ("criterion", "year", "value", "target_plain", "gap", "verdict_word", "certainty", "change")]
    return Shown(table("year-by-year", f"{known.name[lang]}: {say('gap', lang).lower()}", header, rows), "year-by-year", figures)


def not_judged(plan: Plan, lang: str) -> Shown:
    """What is missing before the rest can be judged: deliveries, and decisions the board has to take.

    >>> tables.not_judged(plan, "en")
    <not-judged: Deliveries that are missing Delivery Promise The...>
    """
    unmeasured: dict[str, list[str]] = {}
    for criterion in plan.agreement.criteria.values():
        for id_ in criterion.primary.indicators:
            rows = [summary.current_row(plan.gaps, plan.year, criterion.id, id_, area) for area in criterion.primary.areas]
            if any(row["verdict"] not in (*JUDGED, "no_target", "target_not_set") for row in rows):
                unmeasured.setdefault(id_, []).append(criterion.id)
    items = [
        [f"{escape(plan.agreement.indicators[id_].delivery.get(lang, plan.agreement.indicators[id_].name[lang]))}", escape(", ".join(ids))]
        for id_, ids in unmeasured.items()
    ]
    deliveries = table("missing-deliveries", say("missing_deliveries", lang), [say("delivery", lang), say("criterion", lang)], items)
    open_ = [
        [escape(criterion.decide[lang]), escape(criterion.id)]
        for criterion in plan.agreement.criteria.values()
        if criterion.decide and not criterion.decided_by
    ]
    decisions = table("missing-decisions", say("missing_decisions", lang), [say("to_decide", lang), say("criterion", lang)], open_)
    return Shown((deliveries if items else "") + (decisions if open_ else ""), "not-judged")


def remarks(plan: Plan, lang: str) -> Shown:
    """What the agreement itself leaves unclear or says against its own figures, from the register's notes.

    >>> tables.remarks(plan, "en")
    <remarks: T1a The police choose each year which areas the SUB...>
    """
    noted = [(criterion.id, criterion.note) for criterion in plan.agreement.criteria.values() if criterion.note]
    noted += [(indicator.context or indicator.name[lang], indicator.note) for indicator in plan.agreement.indicators.values() if indicator.note]
    items = "".join(f'<li><span class="id">{escape(id_)}</span> {escape(note[lang])}</li>' for id_, note in noted)
    return Shown(f"<ul>{items}</ul>" if items else f"<p>{say('nothing_here', lang)}</p>", "remarks")


def caveats(plan: Plan, lang: str, area: str | None = None) -> Shown:
    """Breaks, years without measurement and doubtful figures that a reader of these pages must know.

    >>> tables.caveats(plan, "en", "motalavej")
    <caveats: Share feeling safe, 2019: New data collector and...>
    """
    items = []
    for indicator in plan.agreement.indicators.values():
        if area and not latest_of(plan, indicator.id, area):
            continue
        for cut in sorted((*indicator.breaks, *indicator.no_measurement), key=lambda cut: cut["year"]):
            if cut["year"] > plan.year:
                continue
            items.append(f"{indicator.name[lang]}, {cut['year']}: {cut.get(lang, '')}.")
    own = {area} if area else {*plan.agreement.areas, COMBINED}
    doubtful = plan.observations[plan.observations["area"].isin(own) & plan.observations["note"].str.startswith(("doubtful", "conflict"))]
    for row in doubtful.to_dict("records"):
        if (period_year(row["period"]) or 0) > plan.year:
            continue
        indicator = plan.agreement.indicators[row["indicator"]]
        items.append(f"{indicator.name[lang]}, {area_name(plan, row['area'], lang)}, {row['period']}: {say('doubtful', lang)}.")
    body = "".join(f"<li>{escape(item)}</li>" for item in items)
    return Shown(f"<ul>{body}</ul>" if items else f"<p>{say('nothing_here', lang)}</p>", "caveats")


def _answer(row: Mapping[str, Any], when: str, lang: str) -> str:
    """Verdict and certainty in words, now or (`_before`) in the last edition."""
    certainty = row[f"certainty{when}"]
    return say(row[f"verdict{when}"], lang) + (f" ({say(certainty, lang).lower()})" if certainty else "")


def method(plan: Plan, lang: str) -> Shown:
    """Every promise with its quote, reading, rule, other readings and what is still to decide, from the register.

    >>> tables.method(plan, "en")
    <method: T1a: Share feeling safe The agreement's words For de...>
    """
    parts = []
    for criterion in sorted(plan.agreement.criteria.values(), key=lambda c: _goal_order(plan, c)):
        names = ", ".join(plan.agreement.indicators[id_].name[lang] for id_ in criterion.primary.indicators)
        lines = [
            (say("quote", lang), f'<q lang="da">{escape(criterion.quote)}</q>'),
            (say("reading", lang), escape(criterion.primary.text.get(lang, ""))),
            (say("formula", lang), escape(formula(plan, lang, criterion.primary))),
            (say("areas", lang), escape(", ".join(area_name(plan, area, lang) for area in criterion.primary.areas))),
        ]
        for reading in criterion.readings[1:]:
            lines.append((say("other_readings", lang), f"{escape(reading.text.get(lang, reading.slug))} <small>{escape(formula(plan, lang, reading))}</small>"))
        lines += [(say("reading_differs", lang, year=plan.year), escape(text)) for text in differing_readings(plan, lang, criterion)]
        for id_ in criterion.primary.indicators:
            indicator = plan.agreement.indicators[id_]
            lines.append((say("source", lang), escape(indicator.delivery.get(lang, ""))))
            lines += [(say("uncertainty_of", lang), escape(sentence)) for sentence in widened(indicator, lang)]
        if criterion.decide:
            lines.append((say("to_decide", lang), escape(criterion.decide[lang])))
        if criterion.note:
            lines.append((say("note", lang), escape(criterion.note[lang])))
        decided = say("decided", lang, by=criterion.decided_by, on=criterion.decided_on) if criterion.decided_by else say("undecided", lang)
        lines.append(("", escape(decided)))
        listed = "".join(f"<dt>{escape(term)}</dt><dd>{text}</dd>" if term else f"<dd>{text}</dd>" for term, text in lines if text)
        parts.append(f'<h3 id="criterion-{escape(criterion.id)}">{escape(criterion.id)}: {escape(names)}</h3><dl>{listed}</dl>')
    if lang not in plan.agreement.languages:
        spoken = wording.listed([say("language", each) for each in plan.agreement.languages], lang)
        parts.insert(0, f"<p>{escape(say('register_speaks', lang, languages=spoken))}</p>")
    return Shown("".join(parts), "method")


def run_chart_rules(plan: Plan, lang: str) -> Shown:
    """How a run chart is to be read: its lines, what counts as a signal, and what it does not tell.

    >>> tables.run_chart_rules(plan, "en")
    <run-charts: Where figures come month by month, a run chart shows them in a row...>
    """
    numbers = {"scale": wording.number(SCALE, 2, lang), "run": RUN, "years": LEAST_YEARS, "cases": LEAST_EXPECTED, "least": LEAST}
    rules = "".join(f"<li>{escape(say(f'runs_{name}', lang, **numbers))}</li>" for name in ("outlier", "shift", "trend", "near", "season"))
    return Shown(f"<p>{escape(say('runs_lines', lang, **numbers))}</p><ul>{rules}</ul><p>{escape(say('runs_caveat', lang, **numbers))}</p>", "run-charts")


def context(plan: Plan, lang: str) -> Shown:
    """What the agreement says without promising a number: its words, and what the figures show.

    >>> tables.context(plan, "en")
    <context: X2: Vandalism repairs The agreement's words det...>
    """
    parts, figures = [], []
    for indicator in (each for each in plan.agreement.indicators.values() if each.context):
        lines = [f'<dt>{say("quote", lang)}</dt><dd><q lang="da">{escape(indicator.quote)}</q></dd>']
        lines += [f"<dt>{say('note', lang)}</dt><dd>{escape(indicator.note[lang])}</dd>"] if indicator.note else []
        if latest_of(plan, indicator.id, COMBINED):
            sentence, more = change_sentence(plan, lang, indicator, COMBINED)
            lines.append(f"<dt>{say('latest', lang)}</dt><dd>{escape(sentence)}</dd>")
            figures += more
        parts.append(f"<h3>{escape(indicator.context)}: {escape(indicator.name[lang])}</h3><dl>{''.join(lines)}</dl>")
    return Shown("".join(parts), "context", figures)


def provenance(plan: Plan, lang: str) -> Shown:
    """The page's footer: as of when, under which settings and by which version it was made, the publications, and the files, public ones with a checksum.

    >>> tables.provenance(plan, "en")
    <provenance: This report was made from the files below, by...>
    """
    settings = say("made_with", lang, year=plan.year, count=plan.agreement.small_count, answers=plan.agreement.min_answers)
    lead = f"{say('made_of', lang, version=metadata.version('analysis'))} {say('as_of', lang, year=plan.year)}. {settings}"
    rows = [
        [escape(row["file"]), f"<code>{row['sha256']}</code>" if row["sha256"] else escape(say("checksum_kept", lang))] for row in plan.files.to_dict("records")
    ]
    listed = table("provenance", say("files", lang), [say("file", lang), say("checksum", lang)], rows)
    used = {id_ for source in plan.observations["source"] for part in source.split("; ") if (id_ := part.partition(":")[2])}
    printed = [
        f"<li>{sources(plan, lang, f':{id_}')}: <cite>{escape(entry['title'])}</cite></li>" for id_, entry in plan.publications.iterrows() if id_ in used
    ]
    if printed:
        listed = f"<h3>{escape(say('publications', lang))}</h3><ul>{''.join(printed)}</ul>{listed}"
    return Shown(f"<p>{escape(lead)}</p><details><summary>{escape(say('files', lang))}</summary>{listed}</details>", "provenance")
