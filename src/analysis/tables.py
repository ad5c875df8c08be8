"""Accessible tables and sentences from a plan's protected figures; nothing is computed here.

Each function returns something `Shown`: HTML for a page or JupyterLab, together with every figure in it, so
that `key_figures.csv` lists what a reader sees. Text from data is always escaped.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from typing import Any

import pandas as pd

from . import wording
from .agreement import COMBINED, Criterion, Indicator, Problem, Reading
from .plan import Plan
from .targets import JUDGED
from .wording import say

FIGURES_MIME = "application/vnd.tryghed.figures+json"


class Shown:
    """One element of a page: its HTML and the key figures in it (indicator, area, period, value, shown_as)."""

    def __init__(self, markup: str, element: str = "", figures: Iterable[Mapping[str, Any]] = ()):
        self.markup, self.element = markup, element
        self.figures = [{"element": element, **figure} for figure in figures]

    def __str__(self) -> str:
        return self.markup

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """What a notebook keeps of it: the HTML, and the figures for the renderer."""
        text = re.sub(r"<(style|svg).*?</\1>|<[^>]+>", " ", self.markup, flags=re.S)
        return {"text/html": self.markup, "text/plain": " ".join(text.split())[:2000], FIGURES_MIME: {"element": self.element, "figures": self.figures}}


def together(element: str, parts: Iterable[Shown]) -> Shown:
    """Several elements as one, in order; each figure keeps the name of the element it stands in."""
    whole, listed = Shown("", element), list(parts)
    whole.markup = "\n".join(part.markup for part in listed)
    whole.figures = [figure for part in listed for figure in part.figures]
    return whole


def escape(text: object) -> str:
    """Text from data as text on a page, whatever it holds."""
    return html.escape(str(text))


def figure(indicator: str, area: str, period: object, value: float, shown_as: str) -> dict[str, Any]:
    """One key figure: what, where, when, the number, and how it is written."""
    return {"indicator": indicator, "area": area, "period": str(period), "value": float(value), "shown_as": shown_as}


def table(element: str, caption: str, header: Sequence[str], rows: Iterable[Sequence[str | None]], numeric: Sequence[int] = (),
          groups: Mapping[int, str] | None = None) -> str:  # fmt: skip
    """An HTML table with caption and scope; cells are HTML already, the first of each row is its heading.

    A first cell of None belongs to the heading above it. `groups` puts a heading row before the row of that number.
    """
    lines = [list(row) for row in rows]
    spans = [0] * len(lines)
    for number, row in enumerate(lines):
        first = number if row[0] is not None else first  # noqa: F821 (a first row always has a heading)
        spans[first] += 1

    def cell(column: int, content: str, span: int) -> str:
        kind = ' class="number"' if column in numeric else ""
        if column == 0:
            scope = f' scope="rowgroup" rowspan="{span}"' if span > 1 else ' scope="row"'
            return f"<th{scope}{kind}>{content}</th>"
        return f'<td{kind} data-label="{escape(header[column])}">{content}</td>'

    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in header)
    body = []
    for number, row in enumerate(lines):
        if groups and number in groups:
            body.append(f'<tr class="group"><th scope="colgroup" colspan="{len(header)}">{escape(groups[number])}</th></tr>')
        cells = (cell(column, content, spans[number]) for column, content in enumerate(row) if content is not None)
        body.append(f"<tr>{''.join(cells)}</tr>")
    return (f'<div class="wide"><table id="{element}"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
            f'<tbody>{"".join(body)}</tbody></table></div>')  # fmt: skip


def area_name(plan: Plan, area: str, lang: str) -> str:
    """The printed name of an area; the combined value says how many areas it joins."""
    return say("combined_n", lang, n=len(plan.agreement.areas)) if area == COMBINED else plan.agreement.area_name(area)


def _names(plan: Plan) -> dict[str, str]:
    return {id_: area.name for id_, area in plan.agreement.areas.items()}


def title(plan: Plan, lang: str, heading: str) -> Shown:
    """The page's one h1, the year it is about, and the marks of example or internal data."""
    marks = [say(mark, lang) for mark, on in (("example", plan.agreement.example), ("internal", plan.internal)) if on]
    warning = "".join(f'<p class="mark">{escape(mark)}</p>' for mark in marks)
    lead = f"{plan.agreement.name[lang]} · {say('year_report', lang, year=plan.year)} · {say('as_of', lang, year=plan.year)}"
    return Shown(f'{warning}<h1>{escape(heading)}</h1><p class="lead">{escape(lead)}</p>', "title")


def area_title(plan: Plan, lang: str, area: str) -> Shown:
    """The title of an area's page."""
    return title(plan, lang, area_name(plan, area, lang))


def partnership_title(plan: Plan, lang: str) -> Shown:
    """The title of the page about the whole partnership."""
    return title(plan, lang, say("page_partnership", lang))


def data_check_title(plan: Plan, lang: str) -> Shown:
    """The title of the data check."""
    return title(plan, lang, say("page_data_check", lang))


def method_title(plan: Plan, lang: str) -> Shown:
    """The title of the method page."""
    return title(plan, lang, say("page_method", lang))


# --- sentences -----------------------------------------------------------------------------------------


def current_row(plan: Plan, criterion: str, indicator: str, area: str, reading: str = "primary") -> pd.Series:
    """The gap row a reader wants for this year: the judged one, else the starting point, else the next to come."""
    rows = plan.gaps[(plan.gaps["criterion"] == criterion) & (plan.gaps["indicator"] == indicator)
                     & (plan.gaps["area"] == area) & (plan.gaps["reading"] == reading)]  # fmt: skip
    dated = rows[rows["role"] != "period"].sort_values("year")
    until = dated[dated["year"] <= plan.year]
    return (until if len(until) else dated).iloc[-1 if len(until) else 0]


def with_gap(plan: Plan, criterion: str, indicator: str, area: str, reading: str = "primary") -> pd.Series | None:
    """The latest gap row up to the report's year in which a value could be held against a target; None without one."""
    rows = plan.gaps[(plan.gaps["criterion"] == criterion) & (plan.gaps["indicator"] == indicator) & (plan.gaps["area"] == area)
                     & (plan.gaps["reading"] == reading) & plan.gaps["gap"].notna() & (plan.gaps["year"] <= plan.year)]  # fmt: skip
    return rows.sort_values("year").iloc[-1] if len(rows) else None


def _latest(plan: Plan, indicator: str, area: str) -> dict[str, Any] | None:
    rows = plan.latest[(plan.latest["indicator"] == indicator) & (plan.latest["area"] == area)]
    return rows.iloc[0].to_dict() if len(rows) else None


def _value(row: Mapping[str, Any], indicator: Indicator, lang: str, key: str = "value") -> str:
    decimals = None if pd.isna(row.get("decimals", pd.NA)) else int(row["decimals"])
    return indicator.label(row[key], lang) or wording.value(row[key], indicator.unit, lang, decimals)


def change_sentence(plan: Plan, lang: str, indicator: Indicator, area: str) -> tuple[str, list[dict]]:
    """What happened since the measurement before, and whether that is more than chance; with its figures."""
    row = _latest(plan, indicator.id, area)
    if row is None:
        return say("no_data", lang, year=plan.year, delivery=indicator.delivery.get(lang, indicator.name[lang])), []
    words = {"what": indicator.name[lang], "new": _value(row, indicator, lang), "when": wording.period(row["period"], lang)}
    figures = [figure(indicator.id, area, row["period"], row["value"], words["new"])]
    if indicator.labels:
        return say("labelled", lang, **words), figures
    if not row["previous_period"]:
        return say("only_value", lang, **words), figures
    words |= {"old": _value(row, indicator, lang, "previous"), "before": wording.period(row["previous_period"], lang)}
    figures.append(figure(indicator.id, area, row["previous_period"], row["previous"], words["old"]))
    if row["value"] == row["previous"]:
        return say("same", lang, **words), figures
    if indicator.uncertainty == "estimate":
        return say("change_estimate", lang, **words), figures
    if indicator.uncertainty == "none":
        return say("rise" if row["value"] > row["previous"] else "fall", lang, **words), figures
    if pd.isna(row["change_p"]):
        return say("change_unknown", lang, **words), figures
    p = wording.p_value(row["change_p"], lang)
    figures.append(figure(indicator.id, area, row["period"], row["change_p"], p))
    if row["change_p"] >= 0.05:
        return say("within", lang, p=p, **words), figures
    sentence = say("rise" if row["value"] > row["previous"] else "fall", lang, **words)
    least = indicator.dispersion == 1 and indicator.design_effect == 1
    more = [say("change_certain", lang, p=p)] + ([say("least_uncertainty", lang)] if least else [])
    return " ".join([sentence, *more]), figures


def per_thousand_sentence(plan: Plan, lang: str, indicator: Indicator, area: str) -> tuple[str, list[dict]]:
    """The latest count per 1,000 homes, where homes are known for the same year; empty otherwise."""
    latest, rates = _latest(plan, indicator.id, area), plan.per_thousand
    if latest is None:
        return "", []
    found = rates[(rates["indicator"] == indicator.id) & (rates["area"] == area) & (rates["period"] == latest["period"])]
    if found.empty:
        return "", []
    shown = wording.number(found.iloc[0]["rate"], 1, lang)
    sentence = say("per_thousand", lang, value=shown, when=wording.period(latest["period"], lang))
    return sentence, [figure(indicator.id, area, latest["period"], found.iloc[0]["rate"], shown)]


def gap_sentence(plan: Plan, lang: str, row: Mapping[str, Any]) -> tuple[str, list[dict]]:
    """One judged row in words: the value, the target, what became of it and how sure that is; with its figures."""
    indicator, criterion = plan.agreement.indicators[row["indicator"]], plan.agreement.criteria[row["criterion"]]
    if row["verdict"] not in JUDGED or pd.isna(row["gap"]):
        return say("in_year", lang, year=row["year"], verdict=_why(plan, lang, row)), []
    rule, value = _reading(criterion, row["reading"]).rule, _observed(plan, row, indicator, lang)
    gap, target = wording.distance(abs(row["gap"]), indicator.unit, lang), _target(plan, row, indicator, lang)
    sentences = [say("is_value", lang, what=indicator.name[lang], when=row["year"], value=value)]
    figures = [figure(indicator.id, row["area"], row["year"], row["value"], value)]
    if "reference" in rule:
        key = "above" if row["value"] > row["target"] else "below" if row["value"] < row["target"] else "level_with"
        sentences.append(say(key, lang, gap=gap, what=plan.agreement.area_name(rule["reference"]), target=target))
        figures += [figure(indicator.id, row["area"], row["year"], row["target"], target)]
        figures += [figure(indicator.id, row["area"], row["year"], row["gap"], gap)] if key != "level_with" else []
    else:
        words = _target_words(plan, row, lang)
        sentences.append(say("target_is", lang, target=words))
        figures.append(figure(indicator.id, row["area"], row["year"], row["target"], words))
    return " ".join([*sentences, *_verdict_sentences(indicator, row, lang)]), figures


def _verdict_sentences(indicator: Indicator, row: Mapping[str, Any], lang: str) -> list[str]:
    """What became of the target, and how sure that is; a starting point is not called met or not."""
    if row["verdict"] == "rounding_undecided":
        return [say("rounding_sentence", lang)]
    notes = dict(code.partition(":")[::2] for code in row["note"].split(";"))
    unknown, needed = row["certainty"] == "cannot_tell" and "size_unknown" in notes, notes.get("certain_from_n", "")
    sure = "estimate" if indicator.uncertainty == "estimate" and row["certainty"] != "certain" else "unknown" if unknown else row["certainty"]
    start = "start" if row["role"] == "baseline" else row["verdict"]
    return [say(f"{start}_{sure}", lang)] + ([say("sentence_from_n", lang, n=needed)] if needed else [])


def _reading(criterion: Criterion, slug: str) -> Reading:
    return next(reading for reading in criterion.readings if reading.slug == slug)


def _observed(plan: Plan, row: Mapping[str, Any], indicator: Indicator, lang: str) -> str:
    """The row's value with the decimals it was printed with."""
    period = plan.agreement.period(indicator.id, int(row["year"]))
    found = plan.observations[(plan.observations["indicator"] == indicator.id) & (plan.observations["area"] == row["area"])
                              & plan.observations["period"].isin([period, "undated"])]  # fmt: skip
    decimals = found["decimals"].dropna()
    return wording.value(row["value"], indicator.unit, lang, int(decimals.iloc[0]) if len(decimals) else None)


def _gap(row: Mapping[str, Any], indicator: Indicator, lang: str) -> tuple[float, str]:
    """The gap as a reader can check it: against the whole number needed where things are counted; number and words."""
    if indicator.unit != "count" or pd.isna(row["target_whole"]) or pd.isna(row["gap"]):
        return row["gap"], wording.gap(row["gap"], indicator.unit, lang)
    exact_sign = 1 if (row["value"] - row["target"]) * row["gap"] >= 0 else -1
    whole = float(exact_sign * (row["value"] - int(row["target_whole"])))
    return whole, wording.gap(whole, indicator.unit, lang)


def _target(plan: Plan, row: Mapping[str, Any], indicator: Indicator, lang: str) -> str:
    """The target as a reader is told it: the whole number where things are counted."""
    if indicator.unit == "count" and not pd.isna(row["target_whole"]):
        return wording.number(int(row["target_whole"]), 0, lang)
    return wording.target(row["target"], indicator.unit, lang)


def _target_words(plan: Plan, row: Mapping[str, Any], lang: str) -> str:
    """`højst 14`, `over 64,3 %`, or an en dash where there is no target."""
    if pd.isna(row["target"]):
        return "–"
    indicator = plan.agreement.indicators[row["indicator"]]
    rule = _reading(plan.agreement.criteria[row["criterion"]], row["reading"]).rule
    strict = rule.get("strict", rule["kind"] in ("above_reference", "above_baseline"))
    falls = rule["kind"] == "at_most" or (rule["kind"] == "change_per_year" and rule["change"] < 0)
    whole = indicator.unit == "count" and not pd.isna(row["target_whole"])
    key = ("at_most" if falls else "at_least") if whole or not strict else "less_than" if falls else "more_than"
    return say(key, lang, value=_target(plan, row, indicator, lang))


def _why(plan: Plan, lang: str, row: Mapping[str, Any]) -> str:
    """The verdict in words with its reason."""
    notes = [wording.note(code, lang, _names(plan)) for code in row["note"].split(";") if not code.startswith("since:")]
    reasons = [text for text in notes if text]
    return say(row["verdict"], lang).lower() + (f" ({', '.join(reasons)})" if reasons else "")


def paragraph(element: str, sentences: Iterable[str], figures: Iterable[dict] = (), kind: str = "finding") -> Shown:
    """Sentences as one paragraph."""
    return Shown(f'<p class="{kind}">{" ".join(escape(sentence) for sentence in sentences)}</p>', element, figures)


def area_headlines(plan: Plan, lang: str, area: str) -> Shown:
    """What a reader should know first about one area: how its promises stand, then one line a topic that was measured."""
    items, figures, missing = [], [], []
    for topic, indicators in topics(plan, lang).items():
        leading = _leading(plan, indicators, area)
        if leading is None:
            missing.append(topic)
            continue
        found = _findings(plan, lang, leading, area)
        figures += [each for _, more in found for each in more]
        items.append(f"<li><strong>{escape(topic)}:</strong> {escape(' '.join(sentence for sentence, _ in found))}</li>")
    if missing:
        items.append(f"<li><strong>{escape(say('no_data_area', lang))}:</strong> {escape(', '.join(missing))}.</li>")
    sentences, counts = standing(plan, lang, promise_states(plan, area), say("area_promises", lang))
    lead = f'<p class="finding">{escape(" ".join(sentences))}</p>'
    return Shown(f'{lead}<ul class="headlines">{"".join(items)}</ul>', f"headlines-{area}".replace("_", "-"),
                 [*(figure("promises", area, plan.year, n, str(n)) for n in counts), *figures])  # fmt: skip


def _leading(plan: Plan, indicators: Sequence[Indicator], area: str) -> Indicator | None:
    """The indicator a topic is summed up by: the first held against a promise, else the first measured; None without any."""
    def judged(indicator: Indicator) -> bool:
        return any(row["reading"] == "primary" and with_gap(plan, row["criterion"], indicator.id, area) is not None
                   for row in _rows_of(plan, indicator.id, area))  # fmt: skip

    measured = [indicator for indicator in indicators if _latest(plan, indicator.id, area)]
    return next(filter(judged, measured), measured[0] if measured else None)


def _findings(plan: Plan, lang: str, indicator: Indicator, area: str) -> list[tuple[str, list[dict]]]:
    """An indicator's sentences for one area: against its first numbered promise, and since the measurement before."""
    found = []
    for row in _rows_of(plan, indicator.id, area):
        judged = with_gap(plan, row["criterion"], indicator.id, area, row["reading"])
        if row["reading"] == "primary" and judged is not None:
            found.append(gap_sentence(plan, lang, judged))
            if judged["year"] != row["year"]:
                found.append((say("in_year", lang, year=row["year"], verdict=_why(plan, lang, row)), []))
            break
    latest = _latest(plan, indicator.id, area)
    if latest and (not found or latest["previous_period"]):
        found.append(change_sentence(plan, lang, indicator, area))
    return found


def topics(plan: Plan, lang: str) -> dict[str, list[Indicator]]:
    """The plan's indicators under the headings they stand under, in the register's order."""
    found: dict[str, list[Indicator]] = {}
    for indicator in plan.agreement.indicators.values():
        found.setdefault(indicator.topic.get(lang, indicator.name[lang]), []).append(indicator)
    return found


def _rows_of(plan: Plan, indicator: str, area: str) -> list[dict[str, Any]]:
    """This year's gap row of every promise and reading about an indicator in an area, primary readings first."""
    gaps = plan.gaps[(plan.gaps["indicator"] == indicator) & (plan.gaps["area"] == area) & (plan.gaps["role"] != "period")]
    keys = gaps[["criterion", "reading"]].drop_duplicates().itertuples(index=False, name=None)
    rows = [current_row(plan, criterion, indicator, area, reading).to_dict() for criterion, reading in keys]
    return sorted(rows, key=lambda row: row["reading"] != "primary")


def partnership_headlines(plan: Plan, lang: str) -> Shown:
    """How the promises stand in the report's year, counted once per promise, and why some cannot be judged."""
    sentences, counts = standing(plan, lang, promise_states(plan), say("all_promises", lang))
    later = [criterion.primary.first_year for criterion in plan.agreement.criteria.values() if criterion.primary.first_year > plan.year]
    if len(later) * 2 > len(plan.agreement.criteria):
        sentences.append(say("summary_young", lang, start=_date(plan.agreement.start, lang), first=max(later, key=later.count)))
    return paragraph("summary", sentences, [figure("promises", COMBINED, plan.year, n, str(n)) for n in counts])


def standing(plan: Plan, lang: str, states: Mapping[str, str], whose: str) -> tuple[list[str], list[int]]:
    """How many promises are met, not met and open, and why the open ones are; with the numbers in it."""
    counts = pd.Series(states, dtype=object).value_counts()
    total, met, not_met = len(states), int(counts.get("met", 0)), int(counts.get("not_met", 0))
    others = {state: int(n) for state, n in counts.items() if state not in ("met", "not_met")}
    sentences = [say("summary", lang, whose=whose, n=total, met=met, not_met=not_met, open=total - met - not_met, year=plan.year)]
    if others:
        why = ", ".join(say(f"n_{state}", lang, n=n) for state, n in others.items())
        sentences.append(say("summary_why", lang, open=total - met - not_met, why=why))
    return sentences, [total, met, not_met, total - met - not_met, *others.values()]


def _date(day: Any, lang: str) -> str:
    from babel.dates import format_date

    return format_date(day, "d. MMMM y" if lang == "da" else "d MMMM y", locale=wording.LOCALES[lang])


def promise_states(plan: Plan, area: str | None = None) -> dict[str, str]:
    """One verdict a promise for the report's year; a promise for several areas is met only where all are.

    With an area: of the promises made for that area, what became of them there.
    """
    order = ["not_met", "rounding_undecided", "suppressed", "not_comparable", "previous_year_missing", "baseline_missing",
             "target_not_set", "not_measured", "no_target", "not_yet_due", "met"]  # fmt: skip
    states = {}
    for criterion in plan.agreement.criteria.values():
        rows = [current_row(plan, criterion.id, indicator, place)
                for indicator in criterion.primary.indicators for place in criterion.primary.areas if area in (None, place)]  # fmt: skip
        if not rows:
            continue
        found = [row["verdict"] if row["role"] == "judged" else "not_yet_due" for row in rows]
        states[criterion.id] = min(found, key=order.index)
    return states


# --- tables --------------------------------------------------------------------------------------------


def promises(plan: Plan, lang: str, areas: Sequence[str] = ()) -> Shown:
    """Promises in one table: the agreement's words, latest value, target, gap, verdict, certainty, source.

    All of them, or those that speak of the areas named (`combined` among them).
    """
    one = len(areas) == 1
    header = [say("criterion", lang), *([] if one else [say("area", lang)]), say("latest", lang), say("target", lang, year=plan.year),
              say("gap", lang), say("verdict", lang, year=plan.year), say("certainty", lang)]  # fmt: skip
    rows, figures, groups, goal = [], [], {}, None
    for criterion in sorted(plan.agreement.criteria.values(), key=lambda c: _goal_order(plan, c)):
        for indicator in criterion.primary.indicators:
            for number, place in enumerate(place for place in criterion.primary.areas if not areas or place in areas):
                if criterion.goal != goal:
                    goal = criterion.goal
                    groups[len(rows)] = plan.agreement.goals.get(goal, {}).get(lang, goal)
                cells, more = _promise_cells(plan, lang, criterion, plan.agreement.indicators[indicator], place)
                name = [] if one else [_breakable(area_name(plan, place, lang))]
                rows.append([_promise(criterion, plan.agreement.indicators[indicator], lang) if number == 0 else None, *name, *cells])
                figures += more
    element = "-".join(["promises", *areas]).replace("_", "-")
    named = ", ".join(area_name(plan, place, lang) for place in areas)
    caption = f"{say('index_title', lang)} {plan.year}" + (f": {named}" if named else "")
    return Shown(table(element, caption, header, rows, groups=groups), element, figures)


def _breakable(name: str) -> str:
    """A name that may break after a slash, escaped."""
    return escape(name).replace("/", "/<wbr>")


def _promise(criterion: Criterion, indicator: Indicator, lang: str) -> str:
    return (f'<span class="id">{escape(criterion.id)}</span> <q lang="da">{escape(criterion.quote)}</q>'
            f'<small class="indicator">{escape(indicator.name[lang])}</small>')  # fmt: skip


def index(plan: Plan, lang: str, links: Sequence[tuple[str, str]]) -> list[Shown]:
    """The first page: how the promises stand, then area by area what was promised, measured, how far off and how sure."""
    parts, pages = [title(plan, lang, say("index_title", lang)), partnership_headlines(plan, lang)], dict(links)
    for area in plan.agreement.areas:
        name = escape(area_name(plan, area, lang))
        link = f'<a href="area-{area}.html">{name}</a>' if f"area-{area}.html" in pages else name
        parts.append(Shown(f"<h2>{link}</h2>", f"heading-{area}"))
        parts += [area_headlines(plan, lang, area), promises(plan, lang, [area])]
    parts.append(Shown(f"<h2>{escape(area_name(plan, COMBINED, lang))}</h2>", "heading-combined"))
    return [*parts, promises(plan, lang, [COMBINED]), provenance(plan, lang)]


def _goal_order(plan: Plan, criterion: Criterion) -> int:
    goals = list(plan.agreement.goals)
    return goals.index(criterion.goal) if criterion.goal in goals else len(goals)


def _promise_cells(plan: Plan, lang: str, criterion: Criterion, indicator: Indicator, area: str) -> tuple[list[str], list[dict]]:
    """Latest value with its source, target, gap, verdict and certainty of one promise in one area."""
    row, latest = current_row(plan, criterion.id, indicator.id, area), _latest(plan, indicator.id, area)
    figures, value = [], "–"
    if latest:
        shown = _value(latest, indicator, lang)
        source = sources(plan, lang, latest["source"])
        value = f"{escape(shown)} ({escape(wording.period(latest['period'], lang))})<small>{source}</small>"
        figures.append(figure(indicator.id, area, latest["period"], latest["value"], shown))
    judged = with_gap(plan, criterion.id, indicator.id, area)
    when = "" if judged is None or judged["year"] == plan.year else f" ({judged['year']})"
    target = "–"
    if row["role"] == "judged" and not pd.isna(row["target"]):
        shown = _target_words(plan, row, lang)
        target = escape(shown) + ("" if row["year"] == plan.year else f" ({row['year']})")
        figures.append(figure(indicator.id, area, row["year"], row["target"], shown))
    gap, sure = "–", "–"
    if judged is not None:
        number, shown = _gap(judged, indicator, lang)
        gap, sure = escape(shown) + when, _certain(judged, lang, indicator) + when
        figures.append(figure(indicator.id, area, judged["year"], number, shown))
    return [value, target, gap, _verdict_cell(plan, lang, row), sure], figures


def _verdict_cell(plan: Plan, lang: str, row: Mapping[str, Any]) -> str:
    """Verdict as symbol and word with its reason; a starting point says that it is one."""
    notes = [wording.note(code, lang, _names(plan)) for code in row["note"].split(";") if not code.startswith("since:")]
    verdict = row["verdict"]
    if row["role"] == "baseline":
        found = say("at_start", lang, verdict=say(verdict, lang).lower()) if verdict in JUDGED else ""
        notes, verdict = [f"{row['year']}", found, *notes], "baseline"
    reasons = "".join(f"<small>{escape(text)}</small>" for text in notes if text)
    return f'<span class="verdict {verdict}">{escape(wording.verdict(verdict, lang))}</span>{reasons}'


def _certain(row: Mapping[str, Any], lang: str, indicator: Indicator) -> str:
    """The certainty in words; where it rests on the least uncertainty only, that is said."""
    if not row["certainty"]:
        return "–"
    least = row["certainty"] == "certain" and indicator.uncertainty in ("process", "sample") and indicator.dispersion == indicator.design_effect == 1
    return escape(say(row["certainty"], lang)) + (f"<small>{escape(say('least', lang))}</small>" if least else "")


def sources(plan: Plan, lang: str, source: str) -> str:
    """Where a figure comes from: links to publications, or the delivered file, as HTML."""
    listed, publishers = [], dict(zip(plan.files["source"], plan.files["publisher"], strict=True))
    for part in source.split("; "):
        id_ = part.partition(":")[2]
        if id_ in plan.publications.index:
            entry = plan.publications.loc[id_]
            name = escape(f"{entry['publisher']} ({entry['year']})")
            listed.append(f'<a href="{escape(entry["url"])}">{name}</a>' if entry["url"].startswith("http") else name)
        else:
            listed.append(escape(publishers.get(part.partition(":")[0], id_)))
    return "; ".join(dict.fromkeys(listed))


def readings(plan: Plan, lang: str, indicator: str, area: str) -> Shown | None:
    """This year's row of every promise and reading about an indicator in an area: target, gap, verdict."""
    rows, figures, known = [], [], plan.agreement.indicators[indicator]
    for current in _rows_of(plan, indicator, area):
        criterion = plan.agreement.criteria[current["criterion"]]
        text = _reading(criterion, current["reading"]).text.get(lang, "") or criterion.quote
        if current["reading"] != "primary":
            text = say("or_reading", lang, text=text)
        heading = f'<span class="id">{escape(criterion.id)}</span> {escape(text)}'
        for number, row in enumerate(_years_shown(plan, current)):
            cells, more = _reading_cells(plan, lang, known, row, last=row["year"] == current["year"])
            rows.append([heading if number == 0 else None, *cells])
            figures += more
    if not rows:
        return None
    element = f"readings-{indicator}-{area}".replace("_", "-")
    header = [say(key, lang) for key in ("criterion", "year", "value", "target_plain", "gap", "verdict_word", "certainty", "change")]
    caption = f"{known.name[lang]}, {area_name(plan, area, lang)}: {say('gap', lang).lower()}"
    return Shown(table(element, caption, header, rows), element, figures)


def _years_shown(plan: Plan, current: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The years of a reading that are due: all of them for the chosen one, the current one for the others."""
    gaps = plan.gaps
    rows = gaps[(gaps["criterion"] == current["criterion"]) & (gaps["indicator"] == current["indicator"]) & (gaps["area"] == current["area"])
                & (gaps["reading"] == current["reading"]) & (gaps["year"] <= max(plan.year, current["year"]))]  # fmt: skip
    rows = rows[(rows["year"] == current["year"]) | ((rows["reading"] == "primary") & (rows["value"].notna() | (rows["role"] == "judged")))]
    return rows.sort_values("year").to_dict("records")


def _reading_cells(plan: Plan, lang: str, indicator: Indicator, row: Mapping[str, Any], last: bool) -> tuple[list[str], list[dict]]:
    """Year, value, target, gap, verdict, certainty and change of one row, each with what a board needs beside it."""
    small = "<small>{}</small>".format
    value = _observed(plan, row, indicator, lang) if not pd.isna(row["value"]) else "–"
    words, (distance, gap) = _target_words(plan, row, lang), _gap(row, indicator, lang)
    ahead = _next_target(plan, row, lang) if last else ""
    change, pace = "–", ""
    shown = [("value", value), ("target", words), ("gap", gap)]
    if not pd.isna(row["change"]):
        text = wording.change(row["change"], indicator.unit, lang)
        shown.append(("change", text))
        change = escape(text) + "".join(small(escape(wording.note(code, lang, {}))) for code in row["note"].split(";") if code.startswith("since:"))
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
    figures = [figure(indicator.id, row["area"], row["year"], amounts[key], text) for key, text in shown if not pd.isna(amounts[key])]
    cells = [str(row["year"]), escape(value), escape(words) + (small(escape(ahead)) if ahead else ""), escape(gap) + pace,
             _verdict_cell(plan, lang, row), _certain(row, lang, indicator), change]  # fmt: skip
    return cells, figures


def fixed_path(plan: Plan, lang: str, indicator: str, area: str) -> Shown | None:
    """For promises chained on last year's actual: where the path would be had each year just been met, and why it matters."""
    rows = plan.gaps[(plan.gaps["indicator"] == indicator) & (plan.gaps["area"] == area) & (plan.gaps["reading"] == "primary")
                     & plan.gaps["fixed_path"].notna()].sort_values("year")  # fmt: skip
    if len(rows) < 2:
        return None
    unit = plan.agreement.indicators[indicator].unit
    steps = [wording.target(row["fixed_path"], unit, lang) for row in rows.to_dict("records")]
    figures = [figure(indicator, area, row["year"], row["fixed_path"], text) for row, text in zip(rows.to_dict("records"), steps, strict=True)]
    return paragraph(f"path-{indicator}-{area}".replace("_", "-"), [say("fixed_path", lang, path=" → ".join(steps))], figures, "note")


def timeline(plan: Plan, lang: str) -> Shown:
    """Every promise year by year, and the whole period so far: met in how many of the judged years, certain in how many."""
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
            words, counts = _period(series[series["role"] == "period"].iloc[0], lang)
            rows.append([heading, _breakable(area_name(plan, area, lang)), *cells, escape(words)])
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


def _period(row: Mapping[str, Any], lang: str) -> tuple[str, list[int]]:
    """The period row in words, with the counts in it."""
    counts = {key: int(n) for key, _, n in (code.partition(":") for code in row["note"].split(";")) if n.isdigit()}
    if not counts["years_judged"]:
        return say("period_none", lang), []
    met, judged, certain = counts["years_met"], counts["years_judged"], counts["years_certain"]
    return say("period_counts", lang, met=met, judged=judged, certain=certain), [met, judged, certain]


def _next_target(plan: Plan, row: Mapping[str, Any], lang: str) -> str:
    """The next year's target, where it is known already."""
    gaps = plan.gaps
    coming = gaps[(gaps["criterion"] == row["criterion"]) & (gaps["indicator"] == row["indicator"]) & (gaps["area"] == row["area"])
                  & (gaps["reading"] == row["reading"]) & (gaps["year"] > max(plan.year, row["year"])) & gaps["target"].notna()
                  & (gaps["role"] == "judged")].sort_values("year")  # fmt: skip
    if coming.empty or row["year"] > plan.year:
        return ""
    return say("next_target", lang, year=coming.iloc[0]["year"], target=_target_words(plan, coming.iloc[0], lang))


def observed(plan: Plan, lang: str, indicator: Indicator, rows: pd.DataFrame, element: str, caption: str) -> Shown:
    """The measured figures behind a chart: area, period, value, interval, status and source."""
    header = [say("period", lang), say("area", lang), say("value", lang), say("interval", lang), say("status", lang), say("source", lang)]
    cells, figures = [], []
    for row in rows.to_dict("records"):
        shown = _value(row, indicator, lang) if not pd.isna(row["value"]) else say(row["status"], lang)
        between = "–"
        if not pd.isna(row["lower"]):
            between = f"{wording.value(row['lower'], indicator.unit, lang)} – {wording.value(row['upper'], indicator.unit, lang)}" \
                if indicator.unit != "count" else f"{wording.number(row['lower'], 1, lang)} – {wording.number(row['upper'], 1, lang)}"
            figures += [figure(indicator.id, row["area"], row["period"], row[key], between) for key in ("lower", "upper")]
        if not pd.isna(row["value"]):
            figures.append(figure(indicator.id, row["area"], row["period"], row["value"], shown))
        cells.append([escape(wording.period(row["period"], lang)), escape(area_name(plan, row["area"], lang)), escape(shown), between,
                      escape(say(row["status"], lang)), sources(plan, lang, row["source"])])  # fmt: skip
    return Shown(table(element, caption, header, cells), element, figures)


def not_judged(plan: Plan, lang: str) -> Shown:
    """What is missing before the rest can be judged: deliveries, and decisions the board has to take."""
    unmeasured: dict[str, list[str]] = {}
    for criterion in plan.agreement.criteria.values():
        for id_ in criterion.primary.indicators:
            rows = [current_row(plan, criterion.id, id_, area) for area in criterion.primary.areas]
            if any(row["verdict"] not in (*JUDGED, "no_target", "target_not_set") for row in rows):
                unmeasured.setdefault(id_, []).append(criterion.id)
    items = [[f"{escape(plan.agreement.indicators[id_].delivery.get(lang, plan.agreement.indicators[id_].name[lang]))}",
              escape(", ".join(ids))] for id_, ids in unmeasured.items()]  # fmt: skip
    deliveries = table("missing-deliveries", say("missing_deliveries", lang), [say("delivery", lang), say("criterion", lang)], items)
    open_ = [[escape(criterion.decide[lang]), escape(criterion.id)] for criterion in plan.agreement.criteria.values()
             if criterion.decide and not criterion.decided_by]  # fmt: skip
    decisions = table("missing-decisions", say("missing_decisions", lang), [say("to_decide", lang), say("criterion", lang)], open_)
    return Shown((deliveries if items else "") + (decisions if open_ else ""), "not-judged")


def remarks(plan: Plan, lang: str) -> Shown:
    """What the agreement itself leaves unclear or says against its own figures, from the register's notes."""
    noted = [(criterion.id, criterion.note) for criterion in plan.agreement.criteria.values() if criterion.note]
    noted += [(indicator.context or indicator.name[lang], indicator.note) for indicator in plan.agreement.indicators.values() if indicator.note]
    items = "".join(f'<li><span class="id">{escape(id_)}</span> {escape(note[lang])}</li>' for id_, note in noted)
    return Shown(f"<ul>{items}</ul>" if items else f"<p>{say('nothing_here', lang)}</p>", "remarks")


def caveats(plan: Plan, lang: str, area: str | None = None) -> Shown:
    """Breaks, years without measurement and doubtful figures that a reader of these pages must know."""
    items = []
    for indicator in plan.agreement.indicators.values():
        if area and not _latest(plan, indicator.id, area):
            continue
        for cut in sorted((*indicator.breaks, *indicator.no_measurement), key=lambda cut: cut["year"]):
            if cut["year"] > plan.year:
                continue
            items.append(f"{indicator.name[lang]}, {cut['year']}: {cut.get(lang, '')}.")
    own = {area} if area else {*plan.agreement.areas, COMBINED}
    doubtful = plan.observations[plan.observations["area"].isin(own) & plan.observations["note"].str.startswith(("doubtful", "conflict"))]
    for row in doubtful.to_dict("records"):
        indicator = plan.agreement.indicators[row["indicator"]]
        items.append(f"{indicator.name[lang]}, {area_name(plan, row['area'], lang)}, {row['period']}: "
                     + ("tvivlsomt tal, se kontrol af data" if lang == "da" else "doubtful figure, see the data check") + ".")  # fmt: skip
    body = "".join(f"<li>{escape(item)}</li>" for item in items)
    return Shown(f"<ul>{body}</ul>" if items else f"<p>{say('nothing_here', lang)}</p>", "caveats")


def deliveries(plan: Plan, lang: str) -> Shown:
    """What arrived: one line a file with rows read, used and set aside."""
    header = [say("file", lang), say("publisher", lang), say("rows", lang), say("used", lang), say("set_aside", lang)]
    rows = [[escape(row["file"]), escape(row["publisher"]), str(row["rows"]), str(row["used"]), str(row["set_aside"])]
            for row in plan.files.to_dict("records")]  # fmt: skip
    figures = [figure("rows_" + key, row["source"], "", row[key], str(row[key])) for row in plan.files.to_dict("records")
               for key in ("rows", "used", "set_aside")]  # fmt: skip
    return Shown(table("deliveries", say("files", lang), header, rows, numeric=(2, 3, 4)), "deliveries", figures)


def aside(plan: Plan, lang: str) -> Shown:
    """Rows that were kept and not used, with the reason, counted by source."""
    found = []
    for source in dict.fromkeys(plan.files.loc[plan.files["contract"] == "published", "source"]):
        rows = plan.table(source)
        counted = rows.loc[rows["set_aside"] != "", "set_aside"].value_counts(sort=False)
        found += [[escape(source), f'<span lang="en">{escape(reason)}</span>', str(n)] for reason, n in counted.items()]
    header = [say("source", lang), say("reason", lang), say("rows", lang)]
    return Shown(table("set-aside", say("set_aside", lang), header, found, numeric=(2,)), "set-aside")


def problems(found: Sequence[Problem], lang: str, element: str = "problems") -> Shown:
    """Problems grouped by file: where, what is wrong, error or warning."""
    if not found:
        return Shown(f"<p>{say('nothing_here', lang)}</p>", element)
    header = [say("place", lang), say("problem", lang), say("level", lang)]
    rows = [[escape(wording.problem_place(problem, lang)), escape(wording.problem_text(problem, lang)), say(problem.level, lang)]
            for problem in found]  # fmt: skip
    return Shown(table(element, say("problem", lang), header, rows), element)


def coverage(plan: Plan, lang: str) -> Shown:
    """Which indicators were measured in which area: the latest period, or a dash where nothing is."""
    places = [*plan.agreement.areas, COMBINED]
    header = [say("indicator", lang), *(area_name(plan, place, lang) for place in places)]
    rows = []
    for indicator in plan.agreement.indicators.values():
        latest = [_latest(plan, indicator.id, place) for place in places]
        rows.append([escape(indicator.name[lang]), *(escape(wording.period(row["period"], lang)) if row else "–" for row in latest)])
    caption = "Seneste periode, der er målt" if lang == "da" else "Latest period measured"
    return Shown(table("coverage", caption, header, rows), "coverage")


def hidden(plan: Plan, lang: str) -> Shown:
    """How many figures are hidden because they are small, by indicator, without showing them."""
    counts = plan.observations.loc[plan.observations["status"] == "suppressed", "indicator"].value_counts(sort=False)
    if counts.empty:
        text = "Ingen tal er skjult." if lang == "da" else "No figure is hidden."
        return Shown(f"<p>{text}</p>", "hidden")
    rows = [[escape(plan.agreement.indicators[id_].name[lang]), str(n)] for id_, n in counts.items()]
    return Shown(table("hidden", say("suppressed", lang), [say("indicator", lang), say("rows", lang)], rows, numeric=(1,)), "hidden")


def method(plan: Plan, lang: str) -> Shown:
    """Every promise with its quote, reading, rule, other readings and what is still to decide, from the register."""
    parts = []
    for criterion in sorted(plan.agreement.criteria.values(), key=lambda c: _goal_order(plan, c)):
        names = ", ".join(plan.agreement.indicators[id_].name[lang] for id_ in criterion.primary.indicators)
        lines = [(say("quote", lang), f'<q lang="da">{escape(criterion.quote)}</q>'),
                 (say("reading", lang), escape(criterion.primary.text.get(lang, ""))),
                 (say("formula", lang), escape(formula(plan, lang, criterion.primary))),
                 (say("areas", lang), escape(", ".join(area_name(plan, area, lang) for area in criterion.primary.areas)))]  # fmt: skip
        for reading in criterion.readings[1:]:
            lines.append((say("other_readings", lang), f"{escape(reading.text.get(lang, reading.slug))} "
                          f'<small>{escape(formula(plan, lang, reading))}</small>'))  # fmt: skip
        lines += [(say("reading_differs", lang, year=plan.year), escape(text)) for text in _differing(plan, lang, criterion)]
        for id_ in criterion.primary.indicators:
            indicator = plan.agreement.indicators[id_]
            lines.append((say("source", lang), escape(indicator.delivery.get(lang, ""))))
        if criterion.decide:
            lines.append((say("to_decide", lang), escape(criterion.decide[lang])))
        if criterion.note:
            lines.append((say("note", lang), escape(criterion.note[lang])))
        decided = say("decided", lang, by=criterion.decided_by, on=criterion.decided_on) if criterion.decided_by else say("undecided", lang)
        lines.append(("", escape(decided)))
        listed = "".join(f"<dt>{escape(term)}</dt><dd>{text}</dd>" if term else f"<dd>{text}</dd>" for term, text in lines if text)
        parts.append(f'<h3 id="criterion-{escape(criterion.id)}">{escape(criterion.id)}: {escape(names)}</h3><dl>{listed}</dl>')
    return Shown("".join(parts), "method")


def _differing(plan: Plan, lang: str, criterion: Criterion) -> list[str]:
    """Where another reading gives another verdict this year: both, by indicator and area."""
    gaps, found = plan.gaps, []
    rows = gaps[(gaps["criterion"] == criterion.id) & (gaps["year"] == plan.year) & (gaps["role"] == "judged")]
    for (id_, area), same in rows.groupby(["indicator", "area"], sort=False):
        if same["verdict"].nunique() > 1:
            verdicts = [f"{say('chosen', lang) if row['reading'] == 'primary' else row['reading']}: {say(row['verdict'], lang).lower()}"
                        for row in same.to_dict("records")]  # fmt: skip
            found.append(f"{plan.agreement.indicators[id_].name[lang]}, {area_name(plan, area, lang)} – {'; '.join(verdicts)}")
    return found


def formula(plan: Plan, lang: str, reading: Reading) -> str:
    """A reading's rule in one line."""
    rule, unit = reading.rule, plan.agreement.indicators[reading.indicators[0]].unit
    kind = rule["kind"]
    if kind in ("at_least", "at_most"):
        return say(f"rule_{kind}", lang, value=wording.value(float(rule["value"]), unit, lang, 2), per=say(f"per_{rule['per']}", lang))
    if kind == "above_reference":
        when = say("when_same", lang) if rule["year"] == "same" else say("when_fixed", lang, year=rule["year"])
        over = say("over_strict" if rule.get("strict", True) else "over_equal", lang)
        return say("rule_above_reference", lang, over=over, reference=plan.agreement.area_name(rule["reference"]), when=when)
    if kind == "narrow_gap":
        return say("rule_narrow_gap", lang, reference=plan.agreement.area_name(rule["reference"]),
                   share=wording.percent(float(rule["share"]), lang, 0), by=rule["by"])  # fmt: skip
    if kind == "change_per_year":
        factor = wording.number(float(1 + rule["change"]), 2, lang)
        if rule["from"] == "previous_actual":
            return say("rule_previous_actual", lang, factor=factor)
        start = wording.value(float(rule["first_value"]), unit, lang) if "first_value" in rule else say("start_value", lang)
        year = next(iter(reading.baseline_years.values()), reading.first_year - 1)
        change = wording.number(float(rule["change"]), 2, lang)
        change = f"− {change[1:]}" if change.startswith("−") else f"+ {change}"
        return say(f"rule_{rule['path']}", lang, start=start, factor=factor, change=change, year=year)
    if kind == "direction":
        towards = ", ".join(dict.fromkeys(say(f"direction_{plan.agreement.indicators[id_].direction}", lang) for id_ in reading.indicators))
        return say("rule_direction", lang, direction=towards)
    return say(f"rule_{kind}", lang)


def context(plan: Plan, lang: str) -> Shown:
    """What the agreement says without promising a number: its words, and what the figures show."""
    parts, figures = [], []
    for indicator in (each for each in plan.agreement.indicators.values() if each.context):
        lines = [f'<dt>{say("quote", lang)}</dt><dd><q lang="da">{escape(indicator.quote)}</q></dd>']
        lines += [f"<dt>{say('note', lang)}</dt><dd>{escape(indicator.note[lang])}</dd>"] if indicator.note else []
        if _latest(plan, indicator.id, COMBINED):
            sentence, more = change_sentence(plan, lang, indicator, COMBINED)
            lines.append(f"<dt>{say('latest', lang)}</dt><dd>{escape(sentence)}</dd>")
            figures += more
        parts.append(f"<h3>{escape(indicator.context)}: {escape(indicator.name[lang])}</h3><dl>{''.join(lines)}</dl>")
    return Shown("".join(parts), "context", figures)


def documents(plan: Plan, lang: str) -> Shown:
    """Tables that suppliers sent to explain their figures, as they came."""
    parts = [
        table("document-" + re.sub(r"\W+", "-", name), name, list(rows.columns),
              [[escape(cell) for cell in row] for row in rows.itertuples(index=False)])
        for name, rows in plan.documents().items()
    ]  # fmt: skip
    return Shown("".join(parts), "documents")


def provenance(plan: Plan, lang: str) -> Shown:
    """The page's footer: the files it was made from with their checksums, and the program's version."""
    lead = say("made_of", lang, version=metadata.version("analysis"))
    rows = [[escape(row["file"]), f"<code>{row['sha256']}</code>"] for row in plan.files.to_dict("records")]
    listed = table("provenance", say("files", lang), [say("file", lang), say("checksum", lang)], rows)
    return Shown(f'<p>{escape(lead)}</p><details><summary>{escape(say("files", lang))}</summary>{listed}</details>', "provenance")
