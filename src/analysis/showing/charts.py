"""What was measured over the years, drawn with its targets and what it is compared with; the table of its numbers stands under each chart.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from ..judging import summary
from ..promises.agreement import COMBINED, PRIMARY, Indicator
from ..promises.catalogue import say
from . import chart_tables, drawing, elements, findings, pictures, pointing, promise_words, wording
from .asked import for_analysts
from .drawing import PLACES, Panel
from .elements import Shown, area_name
from .pictures import Words
from .sheets import COLOURS, LINE, WIDTH, End, Sheet

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["lines", "promise", "series", "small_multiples"]
__dir__ = __all__.copy  # what an editor offers

_FOOT, _HEAD = 20, 20  # points below and above a panel: years, and numbers over the highest


@for_analysts
def series(plan: Plan, lang: str, indicator: str, area: str) -> Shown:
    """One indicator in one area over the years: values with intervals, the targets it is judged by, reference, breaks.

    Where nothing was measured there is no chart but one line saying which delivery is missing.

    >>> charts.series(plan, "en", "safe_share", "motalavej")
    <chart-safe-share-motalavej: Share feeling safe: 79.5% (2021) against 71.2% (2019)...>
    """
    known = plan.agreement.indicators[indicator]
    finding, figures = findings.change_sentence(plan, lang, known, area)
    references = summary.compared_with(plan.agreement, indicator, area)
    path = _path(plan, indicator, area)
    return _years(plan, lang, known, area, elements.element_id("chart", indicator, area), path, references, (finding, figures))


@for_analysts
def promise(plan: Plan, lang: str, criterion: str, area: str, indicator: str = "") -> Shown:
    """One promise in one area over the years: what was measured, its own targets and what it is held against; the first of its indicators, or the one named.

    Where nothing was measured there is no chart but one line saying which delivery is missing.

    >>> charts.promise(plan, "en", "T1a", "motalavej")
    <promise-T1a-safe-share-motalavej: Share feeling safe: 79.5% (2021) against 71.2% (2019)...>
    """
    asked = plan.agreement.criteria[criterion].primary
    known = plan.agreement.indicators[indicator or asked.indicators[0]]
    path = summary.promise_path(plan.gaps, criterion, known.id, area)
    references = [asked.rule.compared_with] if asked.rule.compared_with else []
    finding, figures = findings.change_sentence(plan, lang, known, area)
    heading = pictures.first_sentence(finding)  # what else is found is about the last step alone, and stands among the promise's own figures
    found = heading, [figure for figure in figures if figure["shown_as"] in heading]
    return _years(plan, lang, known, area, elements.element_id("promise", criterion, known.id, area), path, references, found)


def _years(
    plan: Plan, lang: str, known: Indicator, area: str, element: str, path: pd.DataFrame, references: Sequence[str], found: tuple[str, list[dict]]
) -> Shown:
    """An indicator's years in an area with these targets and references, and what was found; only this where nothing was measured."""
    rows, (finding, figures) = plan.yearly(known.id, [area]), found
    if rows["value"].notna().sum() == 0 and not (rows["status"] == "suppressed").any():
        return elements.paragraph(element, [finding], figures, "nothing")
    if known.labels:  # yes or no is a word a year, not a chart
        return chart_tables.observed(plan, lang, known, rows, element, f"{known.name[lang]}, {area_name(plan, area, lang)}")
    sheet, words = _one_area(plan, lang, known, area, rows, path, references, _scale(plan, known, area), finding)
    behind = pd.concat([rows, *(plan.yearly(known.id, [reference]) for reference in references)])
    data = chart_tables.observed(plan, lang, known, behind, f"{element}-data", say("table_of", lang, title=words.title))
    data = _with_totals(plan, lang, known, path, data, words.title)
    data.figures += figures
    return pictures.shown(plan, sheet, element, words, data, behind, lang)


def _with_totals(plan: Plan, lang: str, known: Indicator, path: pd.DataFrame, data: Shown, title: str) -> Shown:
    """The table under a chart, with that of the totals where the chart has a line of them."""
    totals = summary.totals(plan.agreement, path)
    if totals.empty:
        return data
    below = chart_tables.totals(plan, lang, known, totals, f"{data.element}-totals", say("totals_of", lang, title=title))
    return elements.together(data.element, [data, below])


# --- scales and words --------------------------------------------------------------------------------------


def _scale(plan: Plan, known: Indicator, area: str) -> tuple[tuple[int, int], float]:
    """First and last year and highest number of an indicator: the same for all areas, so that no two charts of it differ in scale.

    All areas together have a scale of their own where they are a sum: beside it no area could be seen. So has what adds up over the years.
    """
    places = [area] if area not in plan.agreement.areas and drawing.is_bars(known) else [*plan.agreement.areas, *([] if drawing.is_bars(known) else [COMBINED])]
    references = {each for place in places for each in summary.compared_with(plan.agreement, known.id, place)}
    rows = plan.yearly(known.id, [*places, *references])
    rows = rows[rows["value"].notna() | (rows["status"] == "suppressed")]
    asked = [row for place in places for row in summary.asked_for(plan.exact_gaps, known.id, place) if row["year"] <= plan.year]
    years = [*rows["year"], *(row["year"] for row in asked)]
    targets = [row for row in asked if not plan.agreement.criteria[row["criterion"]].primary.rule.adds_up(known)]
    return (int(min(years)), int(max(years))), _highest(rows, (row[name] for row in targets for name in ("target", "value")))


def _highest(rows: pd.DataFrame, path: Iterable[float | Decimal]) -> float:
    """The highest number that must have room: a value, a target, a total held against one; an upper limit only up to twice these."""
    highest = max([0.0, *(float(number) for number in (*rows["value"], *path) if not pd.isna(number))])
    upper = rows["upper"].max()
    return highest if pd.isna(upper) else max(highest, min(2 * highest, upper))


def _path(plan: Plan, indicator: str, area: str) -> pd.DataFrame:
    """The targets an area's years are judged by: of the first promise that has a number for each year."""
    path = summary.target_path(plan.agreement, plan.gaps, indicator, area)
    return path[path["reading"] == PRIMARY]


def _what(rows: pd.DataFrame, known: Indicator, lang: str) -> str:
    """What a chart's numbers are: the unit, how many the latest is out of, and what the thin lines are."""
    interval = say(findings.interval_key(known, "legend_interval"), lang) if rows["lower"].notna().any() else ""
    return " · ".join(filter(None, [say(f"unit_{known.unit}", lang), drawing.size(rows, known, lang), interval]))


def _verdict(plan: Plan, lang: str, indicator: str, area: str, path: pd.DataFrame) -> str:
    """The latest verdict on the promise whose targets are drawn, else on the first, as year, promise, symbol and word; empty without one."""
    for row in summary.held_against_target(plan.exact_gaps, plan.year, indicator, area):
        if row["role"] == "judged" and row["criterion"] in set(path["criterion"] if len(path) else [row["criterion"]]):
            certainty = promise_words.claimed(plan.agreement.indicators[indicator], row)
            sure = f" ({say(certainty, lang).lower()})" if certainty else ""
            promise = say("what_if", lang) if plan.supposed else row["criterion"]
            return f"{promise} {row['year']}: {promise_words.verdict(row['verdict'], lang)}{sure}"
    return ""


def _path_words(plan: Plan, path: pd.DataFrame, lang: str) -> list[str]:
    if path.empty:
        return []
    last = path.iloc[-1]
    return [say("next_target", lang, year=last["year"], target=promise_words.target_words(plan, last, lang))]


def _place_names(plan: Plan, places: Iterable[str], lang: str) -> dict[str, str]:
    return {place: area_name(plan, place, lang) for place in places}


def _alternative(lang: str, kind: str, known: Indicator, places: str, years: tuple[int, int], sentences: Iterable[str]) -> str:
    """What a chart shows, for whoever does not see it."""
    what, finding = known.name[lang].lower(), " ".join(sentences).strip()
    span = str(years[0]) if years[0] == years[1] else f"{years[0]}–{years[1]}"
    return say("chart_series", lang, kind=say(kind, lang), what=what, area=places, years=span, finding=finding)


# --- one area ----------------------------------------------------------------------------------------------


def _one_area(
    plan: Plan,
    lang: str,
    known: Indicator,
    area: str,
    rows: pd.DataFrame,
    path: pd.DataFrame,
    references: Sequence[str],
    scale: tuple[tuple[int, int], float],
    finding: str,
    pointed: bool = False,
) -> tuple[Sheet, Words]:
    """The drawing of one area's years, and the words around it."""
    (first, last), highest = scale
    path, totals = path[path["year"].between(first, last)], summary.totals(plan.agreement, path)
    compared = {each: found[found["year"].between(first, last)] for each in references if len(found := plan.yearly(known.id, [each]).dropna(subset="value"))}
    named = _names(plan, lang, known, rows, path, totals, compared)
    marks = drawing.ticks(max(highest, _highest(rows, [*path["target"], *path["value"]])), known.unit)
    sheet, right = Sheet(222), WIDTH - drawing.room_for_names([(year, lines, bold) for year, _, lines, _, bold in named], last)
    panel = Panel(sheet, drawing.room_for_marks(marks, known, lang), _FOOT, right, sheet.height - _HEAD, first, last, marks[-1])
    drawing.draw_scale(panel, marks, known, lang)
    drawing.draw_years(panel)
    drawing.mark_years(panel, known, min(last, plan.year), lang)
    for number, each in enumerate(compared.values() if len(compared) <= drawing.MOST else ()):
        drawing.draw_reference(panel, each, number)
    bars = drawing.is_bars(known)
    drawing.draw_values(panel, rows, path, known, lang)
    drawing.draw_total(panel, totals)
    if bars:
        drawing.write_numbers(panel, rows, known, lang)
    aside = {"target": drawing.half_mark(panel)}
    drawing.name_ends(
        panel,
        [(year, End(float(panel.x(year)) + aside.get(colour, 2), float(panel.y(y)), text, COLOURS[colour], bold)) for year, y, text, colour, bold in named],
    )
    if not bars:
        drawing.write_numbers(panel, rows, known, lang)
    if len(compared) > drawing.MOST:
        drawing.draw_many(panel, compared, _place_names(plan, compared, lang))
    if pointed:
        sheet.points += pointing.points(plan, lang, known, panel, pd.concat([rows, *compared.values()]), path)
    kind, verdict = "bar_chart" if bars else "line_chart", _verdict(plan, lang, known.id, area, path)
    alternative = _alternative(lang, kind, known, area_name(plan, area, lang), (first, last), [finding, *_path_words(plan, path, lang), verdict])
    return sheet, Words(f"{known.name[lang]}, {area_name(plan, area, lang)}", _what(rows, known, lang), finding, alternative)


_Named = tuple[int, float, list[str], str, bool]  # last year, height there, lines of text, colour, bold


def _names(
    plan: Plan, lang: str, known: Indicator, rows: pd.DataFrame, path: pd.DataFrame, totals: pd.DataFrame, compared: dict[str, pd.DataFrame]
) -> list[_Named]:
    """What stands at the ends of the lines: the measured value, the target, the total, the places compared with; a place that is the target once, as both."""
    named: list[_Named] = []
    measured = drawing.same_decimals(rows[rows["value"].notna()])
    if len(measured) and not drawing.is_bars(known):
        row = measured.iloc[-1]
        named.append((row["year"], row["value"], [say("legend_value", lang), wording.value_of(row, known, lang)], "value", True))
    targets = [(rows.iloc[-1], _target_name(plan, rows.iloc[-1], path, lang)) for _, rows in path.groupby("criterion", sort=False)]
    for place, found in compared.items() if len(compared) <= drawing.MOST else ():
        last, name = found.iloc[-1], plan.agreement.area_name(place)
        same = [each for each in targets if (last["year"], last["value"]) == (each[0]["year"], each[0]["target"])]
        if same:
            targets = [each for each in targets if each[0] is not same[0][0]]
            named.append((last["year"], last["value"], [*drawing.name_lines(name), *drawing.name_lines(same[0][1])], "target", True))
        else:
            named.append((last["year"], last["value"], drawing.name_lines(name, wording.value_of(last, known, lang)), "reference", False))
    named[1:1] = [(target["year"], target["target"], drawing.name_lines(name), "target", True) for target, name in targets]
    if len(totals):
        row = totals.iloc[-1]
        named.append(
            (row["year"], row["value"], drawing.name_lines(say("legend_total", lang), wording.value(row["value"], known.unit, lang)), "reference", True)
        )
    return named


def _target_name(plan: Plan, target: pd.Series, path: pd.DataFrame, lang: str) -> str:
    """What stands beside a promise's last target; of several promises also which of them it is."""
    which = f" {target['criterion']}" if path["criterion"].nunique() > 1 else ""
    return f"{say('legend_target', lang)}{which} {promise_words.target_words(plan, target, lang)}"


# --- several areas -----------------------------------------------------------------------------------------


@for_analysts
def lines(plan: Plan, lang: str, indicator: str, areas: Sequence[str], references: Sequence[str] = (), years: tuple[int, int] | None = None) -> Shown:
    """One indicator in the areas, references and years asked for: what was measured, with intervals, targets and breaks.

    One area is drawn as on its page, several as lines on one scale. Where there is nothing to draw (nothing measured,
    all hidden, a single figure) that is said instead. A `Chart` can be saved as SVG or PNG with its source line.

    >>> chosen = charts.lines(plan, "en", "safe_share", ["motalavej", "sydbyen"], ["sub_average"], years=(2017, 2021))
    >>> chosen
    <lines: Share feeling safe Per cent...>
    >>> len(chosen.picture("png")) > 10_000  # the bytes of a picture to save
    True
    """
    known, places = plan.agreement.indicators[indicator], list(dict.fromkeys(areas))
    rows = plan.yearly(indicator, [*places, *references])
    years = years or (min([*rows["year"], plan.agreement.start.year]), max([*rows["year"], plan.agreement.end.year]))
    rows = rows[rows["year"].between(*years)]
    rows = rows.assign(area=pd.Categorical(rows["area"], [*places, *references])).sort_values(["area", "year"]).astype({"area": "str"})
    own, element = rows[rows["area"].isin(places)], "lines"
    found, figures = findings.chosen_sentences(plan, lang, known, places, own, years)
    data = chart_tables.observed(plan, lang, known, rows, f"{element}-data", say("table_of", lang, title=known.name[lang]))
    paths = {area: _every_path(plan, known.id, area, years, one=len(places) == 1) for area in places}
    path = paths[places[0]]
    data = _with_totals(plan, lang, known, path, data, known.name[lang]) if len(places) == 1 else data
    data.figures += figures
    if known.labels or own["value"].notna().sum() < 2:
        return elements.together(element, [elements.paragraph(element, found, kind="nothing"), *([data] if len(rows) else [])])
    if len(places) > 1:
        draw = partial(_several_areas, plan, lang, known, paths, rows, references, years, " ".join(found))
    else:
        scale = years, _highest(rows, [*path["target"], *path["value"]])
        draw = partial(_one_area, plan, lang, known, places[0], own, path, references, scale, " ".join(found), pointed=True)
    sheet, words = draw()
    shown = pictures.shown(plan, sheet, element, words, data, rows, lang, pointed=True)
    return pictures.Chart(shown, lambda: draw()[0], words, pictures.footer(plan, lang, rows))


def _several_areas(
    plan: Plan,
    lang: str,
    known: Indicator,
    paths: dict[str, pd.DataFrame],
    rows: pd.DataFrame,
    references: Sequence[str],
    years: tuple[int, int],
    finding: str,
) -> tuple[Sheet, Words]:
    """The drawing of several areas' years as lines on one scale, each named at its end, with each one's targets dotted; and the words around it."""
    areas, compared = list(paths), {place: found for place in references if len(found := rows[(rows["area"] == place) & rows["value"].notna()])}
    crowd = compared if len(compared) > drawing.MOST else {}
    marks = drawing.ticks(max(_highest(rows, [*path["target"], *path["value"]]) for path in paths.values()), known.unit)
    colours = dict(zip(areas, itertools.cycle(PLACES)))
    last = drawing.same_decimals(rows[~rows["area"].isin(crowd)].dropna(subset="value")).groupby("area", sort=False).tail(1).to_dict("records")
    named = [(row, drawing.name_lines(area_name(plan, row["area"], lang), wording.value_of(row, known, lang))) for row in last]
    sheet, right = Sheet(300), WIDTH - drawing.room_for_names([(row["year"], lines, True) for row, lines in named], years[1])
    panel = Panel(sheet, drawing.room_for_marks(marks, known, lang), _FOOT, right, sheet.height - _HEAD, *years, marks[-1])
    drawing.draw_scale(panel, marks, known, lang)
    drawing.draw_years(panel)
    drawing.mark_years(panel, known, min(years[1], plan.year), lang)
    for number, each in enumerate(() if crowd else compared.values()):
        drawing.draw_reference(panel, each, number)
    for area, path in paths.items():  # under all values
        drawing.draw_path(panel, path, colours[area], half=7)
    for number, area in enumerate(areas):
        drawing.draw_line(panel, rows[rows["area"] == area], number, len(areas))
    drawing.name_ends(
        panel,
        [
            (row["year"], End(float(panel.x(row["year"])) + 5, float(panel.y(row["value"])), text, colours.get(row["area"], COLOURS["reference"]), True))
            for row, text in named
        ],
    )
    drawing.draw_many(panel, crowd, _place_names(plan, crowd, lang))
    sheet.points += pointing.points(plan, lang, known, panel, rows, pd.concat(paths.values()))
    names = ", ".join(area_name(plan, place, lang) for place in areas)
    return sheet, Words(known.name[lang], _what(rows, known, lang), finding, _alternative(lang, "line_chart", known, names, years, [finding]), leads=False)


def _every_path(plan: Plan, indicator: str, area: str, years: tuple[int, int], one: bool) -> pd.DataFrame:
    """The targets of all promises about an indicator in an area; of several areas without totals, which are no target for a year."""
    path = summary.target_paths(plan.agreement, plan.gaps, indicator, area)
    path = path[path["year"].between(*years)]
    return path if one else path.loc[[not summary.is_total(plan.agreement, row) for row in path[["criterion", "reading", "indicator"]].to_dict("records")]]


# --- side by side ------------------------------------------------------------------------------------------


@for_analysts
def small_multiples(plan: Plan, lang: str, indicator: str) -> Shown:
    """One small chart an area on the same scale, with the targets of the promise that most areas share.

    An area without a measurement says so instead of an empty chart.

    >>> charts.small_multiples(plan, "en", "safe_share")
    <areas-safe-share: Share feeling safe Per cent...>
    """
    known, areas = plan.agreement.indicators[indicator], plan.agreement.areas
    rows = plan.yearly(indicator, areas)
    element = elements.element_id("areas", indicator)
    if rows["value"].notna().sum() == 0:
        missing = say("no_data", lang, year=plan.year, delivery=findings.delivery(known, lang))
        text = say("all_hidden", lang) if (rows["status"] == "suppressed").any() else missing
        return elements.paragraph(element, [f"{known.name[lang]}: {text}"], kind="nothing")
    criterion, paths = _shared_paths(plan, known)
    measured = [id_ for id_ in areas if findings.latest_of(plan, indicator, id_)]
    finding = findings.side_by_side(plan, lang, known, measured)
    if without := [area.name for id_, area in areas.items() if id_ not in measured]:
        finding += f" {say('no_data_area', lang)}: {', '.join(without)}."
    data = chart_tables.observed(plan, lang, known, rows, f"{element}-data", say("table_of", lang, title=known.name[lang]))
    alternative = say("chart_areas", lang, what=known.name[lang].lower(), finding=finding)
    promise = f"{say('legend_target', lang)}: {criterion}" if criterion else ""
    interval = say(findings.interval_key(known, "legend_interval"), lang) if rows["lower"].notna().any() else ""
    what = " · ".join(filter(None, [say(f"unit_{known.unit}", lang), interval, promise]))
    finding += f" {say('unique_persons', lang)}" if known.combine == "unique" and len(measured) > 1 else ""
    words = Words(known.name[lang], what, finding, alternative, leads=False)
    return pictures.shown(plan, _side_by_side(plan, lang, known, rows, paths), element, words, data, rows, lang)


def _shared_paths(plan: Plan, known: Indicator) -> tuple[str, dict[str, pd.DataFrame]]:
    """The promise about an indicator that is judged in most areas by targets for single years, the first of several; and its targets by area."""
    found: tuple[str, dict[str, pd.DataFrame]] = ("", {})
    for id_, criterion in plan.agreement.criteria.items():
        if known.id in criterion.primary.indicators and not criterion.primary.rule.adds_up(known):
            paths = {area: path for area in plan.agreement.areas if len(path := summary.promise_path(plan.gaps, id_, known.id, area))}
            found = (id_, paths) if len(paths) > len(found[1]) else found
    return found


def _side_by_side(plan: Plan, lang: str, known: Indicator, rows: pd.DataFrame, paths: dict[str, pd.DataFrame]) -> Sheet:
    """The drawing of the areas side by side, two in a row."""
    (first, last), highest = _scale(plan, known, next(iter(plan.agreement.areas)))
    marks, names = drawing.ticks(highest, known.unit), {id_: drawing.name_lines(area.name) for id_, area in plan.agreement.areas.items()}
    head, tall = 26 + LINE * max(map(len, names.values())), 86
    sheet, left = Sheet(-(-len(names) // 2) * (head + tall + _FOOT)), drawing.room_for_marks(marks, known, lang)
    wide = (WIDTH - left - 24) / 2
    named = False
    for number, (id_, lines) in enumerate(names.items()):
        x, top = left + number % 2 * (wide + 18), sheet.height - head - number // 2 * (head + tall + _FOOT)
        panel = Panel(sheet, x, top - tall, x + wide, top, first, last, marks[-1])
        for row, line in enumerate(reversed(lines)):
            sheet.write(x, top + 25 + row * LINE, line, bold=True)
        drawing.draw_scale(panel, marks, known, lang, numbers=number % 2 == 0)
        drawing.draw_years(panel)
        mine, path = rows[rows["area"] == id_], paths.get(id_, rows.iloc[:0])
        drawing.draw_values(panel, mine, path, known, lang)
        drawing.write_numbers(panel, mine, known, lang, only_last=True)
        if mine["value"].notna().sum() == 0 and not (mine["status"] == "suppressed").any():
            sheet.write((panel.left + panel.right) / 2, (panel.bottom + panel.top) / 2, say("no_data_area", lang), COLOURS["quiet"], ha="center")
        elif len(path) and not named:
            y = float(panel.y(path["target"].iloc[0]))
            spots = [(float(panel.x(year)) + dx, y + dy) for dy in (10, -10, 16, -16, 24) for year in path["year"] for dx in (0, 8)]
            named = sheet.number(say("legend_target", lang), spots, COLOURS["target"], bold=True)
    return sheet
