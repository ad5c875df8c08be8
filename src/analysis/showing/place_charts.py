"""A place among others: ranks, the funnel of chance, rates per 1,000 inhabitants, drawn and in tables.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..judging import summary
from ..judging.comparison import FEWEST, funnel_curve, rate_places
from ..promises.agreement import COMBINED, Indicator
from ..promises.catalogue import say
from . import benchmarking, chart_tables, drawing, elements, pictures, wording
from .drawing import PLOT_POINTS, free_height
from .elements import Shown, area_name
from .pictures import COLOURS, THEME

if TYPE_CHECKING:
    from ..plan import Plan


def comparison(plan: Plan, lang: str, indicator: str) -> Shown:
    """Our areas among the other areas of their kind, year by year: ranks with the places they may have, and each one's latest figure.

    Where no year has a figure of ours and of another place there is no chart but one line that says so.

    >>> place_charts.comparison(plan, "en", "safe_share")
    <comparison-safe-share: In 2021 Sydbyen lay clearly above Opdigterparken...>
    """
    known = plan.agreement.indicators[indicator]
    element, title = elements.element_id("comparison", indicator), say("standing_title", lang, what=known.name[lang])
    rows = plan.standings[plan.standings["indicator"] == indicator]
    latest = _latest_of_each(plan, lang, known, f"{element}-latest")
    if rows.empty:
        key = "standing_none_hidden" if len(benchmarking.hidden_years(plan, indicator)) else "standing_none"
        nothing = elements.paragraph(element, [say(key, lang, what=known.name[lang])], kind="nothing")
        return elements.together(element, [nothing, latest] if latest.figures else [nothing])
    figure = _ranks(plan, lang, known, rows, title)
    finding, reading, figures = benchmarking.standing_findings(plan, lang, known)
    data = chart_tables.standings(plan, lang, known, f"{element}-data", say("table_of", lang, title=title))
    data = elements.together(element, [data, latest])
    data.figures += [{"element": element, **each} for each in figures]
    alternative, behind = say("chart_standing", lang, finding=finding), pd.concat([rows, benchmarking.country_row(plan, indicator)])
    return pictures.shown(plan, figure, element, title, finding, alternative, data, behind, lang, reading)


def _ranks(plan: Plan, lang: str, known: Indicator, rows: pd.DataFrame, title: str) -> Figure:
    """The drawing of the ranks: one small chart for each of our areas that has one, on the same scales."""
    ranked = {id_: area for id_, area in plan.agreement.areas.items() if (rows["area"] == id_).any()}
    across = 1 if _crowded(rows, lang) else min(2, len(ranked))
    down = -(-len(ranked) // across)
    with mpl.rc_context(THEME):
        figure, grid = plt.subplots(down, across, sharex=True, sharey=True, squeeze=False, layout="constrained", figsize=(7.2, 2.5 * down + 0.9))
        for (id_, area), axes in zip(ranked.items(), grid.flat, strict=False):
            _draw_ranks(axes, rows, id_, lang)
            axes.set_title(_short(area.name), fontweight="bold", fontsize=10)
        for axes in grid.flat[len(ranked) :]:
            axes.set_visible(False)
        first, last, most = rows["year"].min(), rows["year"].max(), int(rows["of"].max())
        axes = grid.flat[0]
        axes.set(xlim=(first - 0.6, last + 1.1), ylim=(most + 0.7, 0.3), xticks=range(first, last + 1))
        axes.set_yticks(range(1, most + 1, -(-most // 6)))  # no. 1 always has its mark
        for left in grid[:, 0]:
            left.set_ylabel(say("rank", lang))
        figure.suptitle(f"{title}\n{say(f'standing_best_{known.direction}', lang)}", x=0.02, ha="left", fontsize=11, fontweight="bold")
        drawing.legend_below(axes)
    return figure


def _crowded(rows: pd.DataFrame, lang: str) -> bool:
    """Whether two charts side by side would leave too little room between two years for the range beside a dot."""
    longest = max((len(benchmarking.range_words(row, lang)) for row in rows.dropna(subset="rank_low").to_dict("records")), default=0)
    return longest > 4 or rows["year"].max() - rows["year"].min() > 5


def _latest_of_each(plan: Plan, lang: str, known: Indicator, element: str) -> Shown:
    """The latest figure of each of our areas, of the others of their kind, of their average and of the country, with its year."""
    references = plan.agreement.references.items()
    others = [id_ for id_, each in references if each.group in ("sub_area", "sub_average", "country")]
    rows = summary.latest_of_each(plan.yearly(known.id, [*plan.agreement.areas, *others]))
    if rows.empty:
        return Shown("", element)
    caption = say("latest_of_each", lang, year=plan.year)
    if rows["year"].nunique() > 1:
        caption = say("latest_older_last", lang, caption=caption, newest=rows["year"].max())
    return chart_tables.observed(plan, lang, known, rows, element, caption)


def funnel(plan: Plan, lang: str, indicator: str) -> Shown:
    """The latest year's shares by number of answers, within the limits that chance alone gives around the average.

    Where the numbers of answers are not known there is no chart but one line that says so.

    >>> place_charts.funnel(plan, "en", "safe_share")
    <funnel-safe-share: Sydbyen lay above SUB-gennemsnittet (70.5%) by more than chance...>
    """
    known = plan.agreement.indicators[indicator]
    element, found = elements.element_id("funnel", indicator), plan.funnels[plan.funnels["indicator"] == indicator]
    if found.empty:
        return elements.paragraph(element, [say("funnel_none", lang, what=known.name[lang], fewest=FEWEST)], kind="nothing")
    year = found["year"].max()
    rows = found[found["year"] == year]
    title = say("funnel_title", lang, what=known.name[lang], year=year)
    with mpl.rc_context(THEME):
        figure, axes = plt.subplots(figsize=(7.2, 4.2), layout="constrained")
        own = {area: each.name for area, each in plan.agreement.areas.items() if (rows["area"] == area).any()}
        curve = funnel_curve(rows.iloc[0]["centre"], rows["answers"], float(known.design_effect))
        _draw_funnel(axes, rows, curve, own, benchmarking.funnel_centre(plan, rows.iloc[0], lang), lang)
        axes.set(xlabel=say("funnel_axis", lang))
        axes.yaxis.set_major_formatter(drawing.formatter(known, lang))
        axes.xaxis.set_major_formatter(lambda value, _: wording.number(value, 0, lang))
        axes.set_title(title, fontweight="bold", fontsize=11)
        drawing.legend_below(axes, columns=2)
    finding, reading, figures = benchmarking.funnel_findings(plan, lang, known, rows)
    data = chart_tables.funnel(plan, lang, known, rows, f"{element}-data", say("table_of", lang, title=title))
    data.figures += [{"element": element, **each} for each in figures]
    return pictures.shown(plan, figure, element, title, finding, say("chart_funnel", lang, n=len(rows), finding=finding), data, rows, lang, reading)


def rates(plan: Plan, lang: str, indicator: str) -> Shown:
    """Counts per 1,000 inhabitants in our areas together, the municipality and the country, with intervals.

    Where our areas have a rate in no year there is no chart, but the others' latest rates in words and all of them in a table; where count
    and inhabitants are known for no place in the same year, one line says which deliveries are missing.

    >>> place_charts.rates(plan, "en", "vandalism_reports")
    <rates-vandalism-reports: Reported vandalism per 1,000 inhabitants was higher in 2021...>
    """
    known = plan.agreement.indicators[indicator]
    element, rows = elements.element_id("rates", indicator), plan.rates[plan.rates["indicator"] == indicator]
    if rows.empty:
        return elements.paragraph(element, [benchmarking.no_rates(plan, lang, known)], kind="nothing")
    title = say("rates_title", lang, what=known.name[lang])
    finding, reading, figures = benchmarking.rate_findings(plan, lang, known, rows)
    if COMBINED not in set(rows["area"]):
        twin = chart_tables.rates(plan, lang, known, rows, f"{element}-data", title)
        words = elements.paragraph(element, [finding], figures), elements.paragraph(element, [reading], kind="meaning")
        return elements.together(element, [*words, elements.folded(twin, say("rates_table", lang, title=title))])
    with mpl.rc_context(THEME):
        figure, axes = plt.subplots(figsize=(7.2, 3.6), layout="constrained")
        _draw_rates(axes, rows, {area: area_name(plan, area, lang) for area in rate_places(plan.agreement)}, lang)
        first, last = rows["year"].min(), rows["year"].max()
        axes.set(xlim=(first - 0.5, last + 0.7), xticks=range(first, last + 1), ylim=(0, None))
        axes.yaxis.set_major_formatter(lambda value, _: wording.number(value, 0 if axes.get_ylim()[1] > 4 else 1, lang))
        axes.set_title(title, fontweight="bold", fontsize=11)
        drawing.legend_below(axes)
    data = chart_tables.rates(plan, lang, known, rows, f"{element}-data", say("table_of", lang, title=title))
    data.figures += [{"element": element, **each} for each in figures]
    alternative = say("chart_rates", lang, what=known.name[lang].lower(), first=first, last=last, finding=finding)
    return pictures.shown(plan, figure, element, title, finding, alternative, data, rows, lang, reading)


_OWN_MARKS = "oD^vPXs*"  # a shape an area, so that no colour tells them apart alone


def _short(name: str, width: int = 36) -> str:
    """A name in lines no longer than fit, and no longer than a chart has room for."""
    return textwrap.fill(name if len(name) <= 3 * width else name[: 3 * width - 1] + "…", width)


def _draw_ranks(axes: Axes, rows: pd.DataFrame, area: str, lang: str) -> None:
    """An area's rank each year in the row of all ranked that year, the best on top; the places it may have as a bar."""
    own = rows[rows["area"] == area]
    field = rows[rows["year"].isin(own["year"]) & (rows["area"] != area)]
    axes.vlines(own["year"], 1, own["of"], color=COLOURS["grid"], linewidth=5, zorder=0.5)
    axes.plot(field["year"], field["rank"], color=COLOURS["other"], marker="s", markersize=3.5, linestyle="none", label=say("other_areas", lang))
    sized = own.dropna(subset="rank_low")
    beside = sized["year"] - 0.17  # where it covers none of the others
    if len(sized):
        axes.vlines(beside, sized["rank_low"], sized["rank_high"], color="#222222", linewidth=1.2, label=say("legend_own_interval", lang))
        for end in ("rank_low", "rank_high"):
            axes.plot(beside, sized[end], color="#222222", marker="_", markersize=8, linestyle="none")
    axes.plot(own["year"], own["rank"], color=COLOURS["value"], marker="o", markersize=8, linestyle="none", label=say("legend_own", lang))
    for row in own.to_dict("records"):
        text, place = benchmarking.range_words(row, lang).replace("\u00a0", "\n"), (row["year"], row["rank"])
        drawing.label(axes, text, place, (5.5, 0), va="center", fontsize=8, fontweight="bold", bbox=drawing.paper(0.75, 0.3))


def _draw_funnel(axes: Axes, rows: pd.DataFrame, curve: pd.DataFrame, own: dict[str, str], centre: str, lang: str) -> None:
    """Shares by number of answers within the limits of chance; each of our areas with a shape of its own."""
    name = f"{centre[:1].upper()}{centre[1:]} ({wording.percent(rows.iloc[0]['centre'], lang)})"
    axes.axhline(rows.iloc[0]["centre"], color=COLOURS["reference"], linewidth=1.2, label=_short(name))
    for name, dashes in (("95", "--"), ("998", ":")):
        axes.plot(curve["answers"], curve[f"low{name}"], color=COLOURS["reference"], linestyle=dashes, linewidth=1.2, label=say(f"limits{name}", lang))
        axes.plot(curve["answers"], curve[f"high{name}"], color=COLOURS["reference"], linestyle=dashes, linewidth=1.2)
    others = rows[~rows["area"].isin(own)]
    if len(others):
        axes.plot(others["answers"], others["value"], color=COLOURS["other"], marker="s", markersize=6, linestyle="none", label=say("other_areas", lang))
    style = {"color": COLOURS["value"], "markersize": 9, "linestyle": "none", "markeredgewidth": 1.8}
    for number, row in enumerate(rows[rows["area"].isin(own)].to_dict("records")):
        marker, face = _OWN_MARKS[number % len(_OWN_MARKS)], "white" if number % 2 else COLOURS["value"]
        axes.plot(row["answers"], row["value"], marker=marker, markerfacecolor=face, label=_short(own[row["area"]]), **style)


def _draw_rates(axes: Axes, rows: pd.DataFrame, names: dict[str, str], lang: str) -> None:
    """A line a place with its intervals, in a colour, dash and marker of its own; the last rate as a number."""
    styles = zip((COLOURS["value"], COLOURS["reference"], COLOURS["other"]), ("-", "--", "-."), "osD", strict=True)
    heights = rows["upper"].fillna(rows["rate"]).max() or 1
    taken: list[tuple[int, float]] = []
    for (area, name), (colour, dashes, marker) in zip(names.items(), styles, strict=False):
        mine = rows[rows["area"] == area]
        if mine.empty:
            continue
        line = drawing.by_year(mine, "rate")
        axes.plot(line.index, line, color=colour, linestyle=dashes, marker=marker, markersize=6, label=_short(name))
        axes.vlines(mine["year"], mine["lower"], mine["upper"], color=colour, linewidth=1.4)
        last = mine.iloc[-1]
        height = free_height(int(last["year"]), last["rate"] / heights, taken)
        text, lift = wording.number(last["rate"], benchmarking.rate_decimals(rows), lang), (height - last["rate"] / heights) * PLOT_POINTS
        weight = "bold" if colour == COLOURS["value"] else "normal"
        drawing.label(axes, text, (last["year"], last["rate"]), (9, lift), va="center", color=colour, fontweight=weight)
