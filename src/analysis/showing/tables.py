"""Accessible tables and other elements of a page from a plan's protected figures; nothing is computed here.

Each function returns something `Shown`: HTML for a page or JupyterLab, together with every figure in it, so
that `key_figures.csv` lists what a reader sees. Text from data is always escaped. In the examples `plan` is
`Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import summary
from ..judging.certainty import JUDGED
from ..judging.summary import is_total
from ..promises.agreement import Criterion, Indicator
from ..promises.catalogue import say
from ..promises.comments import Comment
from . import promise_words, wording
from .elements import Shown, area_name, area_names, breakable, element_id, escape, figure, paragraph, sources, table
from .findings import delivery, interval_key, latest_of
from .promise_words import gap_words, next_target_words, observed_words, period_words, target_value, target_words, total_words
from .wording import limit_words, value_of

if TYPE_CHECKING:
    from ..plan import Plan


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
    for criterion in summary.by_goal(plan.agreement):
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
    element = element_id("promises", *areas)
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
    return Shown(body, element_id("comments", indicator, area)) if mine else None


def _promise_cells(plan: Plan, lang: str, criterion: Criterion, indicator: Indicator, area: str) -> tuple[list[str], list[dict]]:
    """Latest value with its source, target, gap, verdict and certainty of one promise in one area."""
    row, latest = summary.current_row(plan.gaps, plan.year, criterion.id, indicator.id, area), latest_of(plan, indicator.id, area)
    figures, value = [], "–"
    judged = summary.with_gap(plan.gaps, plan.year, criterion.id, indicator.id, area)
    total = is_total(plan.agreement, row)
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
    span, figures = total_words(plan, row, lang)
    return f"{escape(observed_words(plan, row, indicator, lang))}<small>{escape(span)}</small>", figures


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
    notes = promise_words.remarks(row, lang, area_names(plan), promise_words.REASONS)
    verdict = row["verdict"]
    if row["role"] == "baseline":
        found = say("at_start", lang, verdict=say(verdict, lang).lower()) if verdict in JUDGED else ""
        unmeasured = pd.isna(row["value"]) and verdict != "not_yet_due"
        notes, verdict = [f"{row['year']}", found, *notes], "baseline_not_measured" if unmeasured else "baseline"
    reasons = "".join(f"<small>{escape(text)}</small>" for text in notes if text)
    return f'<span class="verdict {verdict}">{escape(promise_words.verdict(verdict, lang))}</span>{reasons}'


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
    element = element_id("readings", indicator, area)
    header = [say(key, lang) for key in ("criterion", "year", "value", "target_plain", "gap", "verdict_word", "certainty", "change")]
    caption = f"{known.name[lang]}, {area_name(plan, area, lang)}: {say('gap', lang).lower()}"
    return Shown(table(element, caption, header, rows), element, figures)


def _reading_cells(plan: Plan, lang: str, indicator: Indicator, row: Mapping[str, Any], last: bool) -> tuple[list[str], list[dict]]:
    """Year, value, target, gap, verdict, certainty and change of one row, each with what a board needs beside it."""
    small = "<small>{}</small>".format
    value = escape(shown_value := observed_words(plan, row, indicator, lang)) if not pd.isna(row["value"]) else (shown_value := "–")
    figures = []
    if is_total(plan.agreement, row) and not pd.isna(row["value"]):
        value, figures = _total_cell(plan, lang, row, indicator)
    words, (distance, gap) = target_words(plan, row, lang), gap_words(plan, row, indicator, lang)
    ahead = next_target_words(plan, row, lang) if last else ""
    change, pace = "–", ""
    shown = [("target", words), ("gap", gap)] if figures else [("value", shown_value), ("target", words), ("gap", gap)]
    if not pd.isna(row["change"]):
        text = wording.change(row["change"], indicator.unit, lang)
        shown.append(("change", text))
        change = escape(text) + "".join(small(escape(text)) for text in promise_words.remarks(row, lang, {}, ["since"]))
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
    rows = summary.fixed_path(plan.gaps, indicator, area)
    if rows.empty:
        return None
    steps = [wording.target(target, plan.agreement.indicators[indicator].unit, lang) for target in rows["fixed_path"]]
    figures = [figure(indicator, area, *row) for row in zip(rows["year"], rows["fixed_path"], steps, strict=True)]
    return paragraph(element_id("path", indicator, area), [say("fixed_path", lang, path=" → ".join(steps))], figures, "note")


def timeline(plan: Plan, lang: str) -> Shown:
    """Every promise year by year, and the whole period so far: met in how many of the judged years, certain in how many.

    >>> tables.timeline(plan, "en")
    <timeline: The promises year by year Promise Area 2017 2018...>
    """
    years = list(range(plan.agreement.start.year, plan.year + 1))
    header = [say("criterion", lang), say("area", lang), *map(str, years), say("period_head", lang)]
    gaps = plan.gaps[plan.gaps["reading"] == "primary"]
    rows, figures = [], []
    for criterion in summary.by_goal(plan.agreement):
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
    verdict = f'<span class="verdict {row["verdict"]}">{escape(promise_words.verdict(row["verdict"], lang))}</span>'
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
    unmeasured = summary.unmeasured(plan.agreement, plan.gaps, plan.year)
    items = [[escape(delivery(plan.agreement.indicators[id_], lang)), escape(", ".join(ids))] for id_, ids in unmeasured.items()]
    deliveries = table("missing-deliveries", say("missing_deliveries", lang), [say("delivery", lang), say("criterion", lang)], items)
    open_ = [
        [escape(criterion.decide[lang]), escape(criterion.id)]
        for criterion in plan.agreement.criteria.values()
        if criterion.decide and not criterion.decided_by
    ]
    decisions = table("missing-decisions", say("missing_decisions", lang), [say("to_decide", lang), say("criterion", lang)], open_)
    return Shown((deliveries if items else "") + (decisions if open_ else ""), "not-judged")
