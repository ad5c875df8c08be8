"""What was measured over the years, drawn with its targets and what it is compared with; the table of its numbers stands under each chart.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..judging import summary
from ..promises.agreement import Indicator
from ..promises.catalogue import say
from . import chart_tables, drawing, elements, findings, pictures, promise_words
from .drawing import PLACES
from .elements import Shown, area_name
from .pictures import COLOURS, THEME

if TYPE_CHECKING:
    from ..plan import Plan


def series(plan: Plan, lang: str, indicator: str, area: str) -> Shown:
    """One indicator in one area over the years: values with intervals, target path, reference, breaks and gaps.

    Where nothing was measured there is no chart but one line saying which delivery is missing.

    >>> charts.series(plan, "en", "safe_share", "motalavej")
    <chart-safe-share-motalavej: Share feeling safe: 79.5% (2021) against 71.2% (2019)...>
    """
    known, path = plan.agreement.indicators[indicator], summary.target_path(plan.agreement, plan.gaps, indicator, area)
    references = summary.compared_with(plan.agreement, indicator, area)
    return _years(plan, lang, known, area, elements.element_id("chart", indicator, area), path, references)


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
    return _years(plan, lang, known, area, elements.element_id("promise", criterion, known.id, area), path, references)


def _years(plan: Plan, lang: str, known: Indicator, area: str, element: str, path: pd.DataFrame, references: Sequence[str]) -> Shown:
    """An indicator's years in an area with these targets and references; a sentence where nothing was measured."""
    rows = plan.yearly(known.id, [area])
    finding, figures = findings.change_sentence(plan, lang, known, area)
    if rows["value"].notna().sum() == 0 and not (rows["status"] == "suppressed").any():
        return elements.paragraph(element, [finding], figures, "nothing")
    if known.labels:  # yes or no is a word a year, not a chart
        return chart_tables.observed(plan, lang, known, rows, element, f"{known.name[lang]}, {area_name(plan, area, lang)}")
    first, last = min(rows["year"].min(), plan.agreement.start.year), max(plan.agreement.end.year, rows["year"].max())
    figure, title, words = _one_area(plan, lang, known, area, rows, path, references, (first, last))
    kind = "bar_chart" if known.unit in ("count", "dkk") else "line_chart"
    alternative = _alternative(lang, kind, known, area_name(plan, area, lang), (first, last), [finding, *words])
    behind = pd.concat([rows, *(plan.yearly(known.id, [reference]) for reference in references)])
    data = chart_tables.observed(plan, lang, known, behind, f"{element}-data", say("table_of", lang, title=title))
    data = _with_totals(plan, lang, known, path, data, title)
    data.figures += figures
    return pictures.shown(plan, figure, element, title, finding, alternative, data, behind, lang)


def _alternative(lang: str, kind: str, known: Indicator, places: str, years: tuple[int, int], sentences: Iterable[str]) -> str:
    """What a chart shows, for whoever does not see it."""
    what, finding = known.name[lang].lower(), " ".join(sentences).strip()
    return say("chart_series", lang, kind=say(kind, lang), what=what, area=places, first=years[0], last=years[1], finding=finding)


def _with_totals(plan: Plan, lang: str, known: Indicator, path: pd.DataFrame, data: Shown, title: str) -> Shown:
    """The table under a chart, with that of the totals where the chart has a line of them."""
    totals = summary.totals(plan.agreement, path)
    if totals.empty:
        return data
    below = chart_tables.totals(plan, lang, known, totals, f"{data.element}-totals", say("totals_of", lang, title=title))
    return elements.together(data.element, [data, below])


def _one_area(
    plan: Plan, lang: str, known: Indicator, area: str, rows: pd.DataFrame, path: pd.DataFrame, references: Iterable[str], years: tuple[int, int]
) -> tuple[Figure, str, list[str]]:
    """The drawing of one area's years, its title, and its targets and verdict in words."""
    title, path = f"{known.name[lang]}, {area_name(plan, area, lang)}", path[path["year"].between(*years)]
    with mpl.rc_context(THEME):
        figure, axes = plt.subplots(figsize=(7.2, 3.5), layout="constrained")
        drawing.draw_values(axes, rows, known, lang)
        drawing.draw_total(axes, summary.totals(plan.agreement, path), known, lang)
        drawing.draw_path(axes, path, known, lang)
        taken = drawing.label_places(rows, path)
        _draw_references(axes, plan, lang, known, references, years, taken)
        drawing.mark_years(axes, known, years[0], min(years[1], plan.year), lang)
        drawing.finish(axes, known, *years, lang, title, drawing.size(rows, known, lang))
        verdict, kind = _verdict(plan, lang, known.id, area, path)
        axes.text(1, 1.02, verdict, transform=axes.transAxes, ha="right", fontsize=9, fontweight="bold", color=COLOURS.get(kind, "#111111"))
    return figure, title, [*_path_words(plan, path, lang), verdict]


def _path(plan: Plan, indicator: str, area: str, years: tuple[int, int]) -> pd.DataFrame:
    """The targets of these years."""
    path = summary.target_path(plan.agreement, plan.gaps, indicator, area)
    return path[path["year"].between(*years)]


def _draw_references(
    axes: Axes, plan: Plan, lang: str, known: Indicator, references: Iterable[str], years: tuple[int, int], taken: list[tuple[int, float]] | None
) -> None:
    for number, reference in enumerate(references):
        rows = plan.yearly(known.id, [reference])
        drawing.draw_reference(axes, rows[rows["year"].between(*years)], plan.agreement.area_name(reference), known, lang, number, taken)


def lines(plan: Plan, lang: str, indicator: str, areas: Sequence[str], references: Sequence[str] = (), years: tuple[int, int] | None = None) -> Shown:
    """One indicator in the areas, references and years asked for: what was measured, with intervals, targets and breaks.

    One area is drawn as on its page, several as lines on one scale. Where there is nothing to draw (nothing measured,
    all hidden, a single figure) that is said instead. A `Chart` can be saved as SVG or PNG with its source line.

    >>> chosen = charts.lines(plan, "en", "safe_share", ["motalavej", "sydbyen"], ["sub_average"], years=(2017, 2021))
    >>> chosen
    <lines: Motalavej: Share feeling safe: 79.5% (2021) against 71.2% (2019)...>
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
    path = _path(plan, known.id, places[0], years)
    data = _with_totals(plan, lang, known, path, data, known.name[lang]) if len(places) == 1 else data
    data.figures += figures
    if known.labels or own["value"].notna().sum() < 2:
        return elements.together(element, [elements.paragraph(element, found, kind="nothing"), *([data] if len(rows) else [])])
    several = partial(_several_areas, plan, lang, known, places, rows, references, years)
    draw = several if len(places) > 1 else partial(_one_area, plan, lang, known, places[0], own, path, references, years)
    figure, title, words = draw()
    names = ", ".join(area_name(plan, place, lang) for place in places)
    alternative = _alternative(lang, "line_chart", known, names, years, [*found, *words])
    shown = pictures.shown(plan, figure, element, title, " ".join(found), alternative, data, rows, lang)
    return pictures.Chart(shown, lambda: draw()[0], pictures.footer(plan, lang, rows))


def _several_areas(
    plan: Plan, lang: str, known: Indicator, areas: Sequence[str], rows: pd.DataFrame, references: Iterable[str], years: tuple[int, int]
) -> tuple[Figure, str, list[str]]:
    """The drawing of several areas' years as lines on one scale, each named at its end, with each one's targets dotted."""
    title = known.name[lang]
    with mpl.rc_context(THEME):
        figure, axes = plt.subplots(figsize=(8.6, 4.4), layout="constrained")
        for number, area in enumerate(areas):
            path = _path(plan, known.id, area, years)
            path = (
                path[[not summary.is_total(plan.agreement, row) for row in path.to_dict("records")]] if len(path) else path
            )  # a total is no target for a year
            drawing.draw_line(axes, rows[rows["area"] == area], path, number, len(areas), known, lang)
        _draw_references(axes, plan, lang, known, references, years, None)
        drawing.mark_years(axes, known, years[0], min(years[1], plan.year), lang)
        drawing.finish(axes, known, *years, lang, title, "")
        colours = dict(zip(areas, itertools.cycle(PLACES)))
        last = rows.dropna(subset="value").groupby("area", sort=False).tail(1).to_dict("records")
        drawing.name_ends(axes, [(colours.get(row["area"], COLOURS["reference"]), area_name(plan, row["area"], lang), row) for row in last], known, lang)
    return figure, title, []


def _verdict(plan: Plan, lang: str, indicator: str, area: str, path: pd.DataFrame) -> tuple[str, str]:
    """The latest verdict on the promise whose targets are drawn, else on the first; as year, promise, symbol and word, and its kind; empty without one."""
    for row in summary.held_against_target(plan.gaps, plan.year, indicator, area):
        if row["role"] == "judged" and row["criterion"] in set(path["criterion"] if len(path) else [row["criterion"]]):
            certainty = promise_words.claimed(plan.agreement.indicators[indicator], row)
            sure = f" ({say(certainty, lang).lower()})" if certainty else ""
            promise = say("what_if", lang) if plan.supposed else row["criterion"]
            return f"{promise} {row['year']}: {promise_words.verdict(row['verdict'], lang)}{sure}", row["verdict"]
    return "", ""


def _path_words(plan: Plan, path: pd.DataFrame, lang: str) -> list[str]:
    if path.empty:
        return []
    last = path.iloc[-1]
    return [say("next_target", lang, year=last["year"], target=promise_words.target_words(plan, last, lang))]


def small_multiples(plan: Plan, lang: str, indicator: str) -> Shown:
    """One small chart an area on the same scale; an area without a measurement says so instead of an empty chart.

    >>> charts.small_multiples(plan, "en", "safe_share")
    <areas-safe-share: Motalavej: Share feeling safe: 79.5% (2021)...>
    """
    known, areas = plan.agreement.indicators[indicator], plan.agreement.areas
    rows = plan.yearly(indicator, areas)
    element = elements.element_id("areas", indicator)
    if rows["value"].notna().sum() == 0:
        missing = say("no_data", lang, year=plan.year, delivery=findings.delivery(known, lang))
        text = say("all_hidden", lang) if (rows["status"] == "suppressed").any() else missing
        return elements.paragraph(element, [f"{known.name[lang]}: {text}"], kind="nothing")
    figure = _side_by_side(plan, lang, known, rows)
    measured = [id_ for id_ in areas if findings.latest_of(plan, indicator, id_)]
    finding = " ".join(f"{areas[id_].name}: {findings.change_sentence(plan, lang, known, id_)[0]}" for id_ in measured)
    if without := [area.name for id_, area in areas.items() if id_ not in measured]:
        finding += f" {say('no_data_area', lang)}: {', '.join(without)}."
    data = chart_tables.observed(plan, lang, known, rows, f"{element}-data", say("table_of", lang, title=known.name[lang]))
    alternative = say("chart_areas", lang, what=known.name[lang].lower(), finding=finding)
    return pictures.shown(plan, figure, element, known.name[lang], finding, alternative, data, rows, lang)


def _side_by_side(plan: Plan, lang: str, known: Indicator, rows: pd.DataFrame) -> Figure:
    """The drawing of the areas side by side, two in a row."""
    areas = plan.agreement.areas
    with mpl.rc_context(THEME):
        lines = -(-len(areas) // 2)
        figure, grid = plt.subplots(lines, 2, sharex=True, sharey=True, squeeze=False, figsize=(7.2, 2.35 * lines + 0.4), layout="constrained")
        for axes in grid.flat[len(areas) :]:
            axes.remove()
        for (id_, area), axes in zip(areas.items(), grid.flat, strict=False):
            mine = rows[rows["area"] == id_]
            drawing.draw_values(axes, mine, known, lang, labels=None if known.unit == "count" else 1)
            if mine["value"].notna().sum() == 0 and not (mine["status"] == "suppressed").any():
                axes.annotate(say("no_data_area", lang), (0.5, 0.5), xycoords="axes fraction", ha="center", color=COLOURS["quiet"])
            axes.set_title(area.name, fontweight="bold", fontsize=10)
            axes.set(xlabel="", ylabel="", xlim=(rows["year"].min() - 0.7, plan.year + 0.9))
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
            axes.yaxis.set_major_formatter(drawing.formatter(known, lang))
        if known.unit == "count":
            axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        axes.set_ylim(0, 1 if known.unit == "share" else max(rows[["value", "upper"]].max(axis=None) * 1.15, 1))
        figure.suptitle(f"{known.name[lang]} ({say(f'unit_{known.unit}', lang).lower()})", x=0.02, ha="left", fontsize=11, fontweight="bold")
    return figure
