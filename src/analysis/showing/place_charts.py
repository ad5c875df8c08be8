"""A place among others: ranks, the funnel of chance, rates per 1,000 inhabitants, drawn and in tables.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from ..judging import summary
from ..judging.comparison import FEWEST, funnel_curve, rate_places
from ..promises.agreement import COMBINED, Indicator
from ..promises.catalogue import say
from . import benchmarking, chart_tables, drawing, elements, pictures, wording
from .asked import for_analysts
from .drawing import Panel
from .elements import Shown, area_name
from .findings import interval_key
from .pictures import Words
from .sheets import COLOURS, LINE, WIDTH, End, Sheet, width

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["comparison", "funnel", "rates"]
__dir__ = __all__.copy  # what an editor offers


@for_analysts
def comparison(plan: Plan, lang: str, indicator: str) -> Shown:
    """Our areas among the other areas of their kind, year by year: ranks with the places they may have, and each one's latest figure.

    Where no year has a figure of ours and of another place there is no chart but one line that says so.

    >>> place_charts.comparison(plan, "en", "safe_share")
    <comparison-safe-share: Share feeling safe: rank among vulnerable housing areas...>
    """
    known = plan.agreement.indicators[indicator]
    element, title = elements.element_id("comparison", indicator), say("standing_title", lang, what=known.name[lang])
    rows = plan.standings[plan.standings["indicator"] == indicator]
    latest = _latest_of_each(plan, lang, known, f"{element}-latest")
    if rows.empty:
        key = "standing_none_hidden" if len(benchmarking.hidden_years(plan, indicator)) else "standing_none"
        nothing = elements.paragraph(element, [say(key, lang, what=known.name[lang])], kind="nothing")
        return elements.together(element, [nothing, latest] if latest.figures else [nothing])
    finding, reading, figures = benchmarking.standing_findings(plan, lang, known)
    data = chart_tables.standings(plan, lang, known, f"{element}-data", say("table_of", lang, title=title))
    data = elements.together(element, [data, latest])
    data.figures += [{"element": element, **each} for each in figures]
    alternative, behind = say("chart_standing", lang, finding=finding), pd.concat([rows, benchmarking.country_row(plan, indicator)])
    shapes = f"● {say('legend_own', lang)} · ■ {say('other_areas', lang)}" + (
        f" · | {say('legend_own_interval', lang)}" if rows["rank_low"].notna().any() else ""
    )
    words = Words(title, f"{say(f'standing_best_{known.direction}', lang)} {shapes}", finding, alternative, reading)
    return pictures.shown(plan, _ranks(plan, rows, lang), element, words, data, behind, lang)


def _ranks(plan: Plan, rows: pd.DataFrame, lang: str) -> Sheet:
    """The drawing of the ranks: one small chart for each of our areas that has one, on the same scales."""
    ranked = {id_: drawing.name_lines(_short(area.name), across=40) for id_, area in plan.agreement.areas.items() if (rows["area"] == id_).any()}
    first, last, most = int(rows["year"].min()), int(rows["year"].max()), int(rows["of"].max())
    beside = max(
        width(word, True) for row in rows[rows["area"].isin(ranked)].to_dict("records") for word in benchmarking.range_words(row, lang).split("\u00a0")
    )
    across = 2 if len(ranked) > 1 and (last - first + 1) * (beside + 18) < WIDTH / 2 - 30 else 1  # where a range has room between two years
    head, tall = 24 + LINE * max(map(len, ranked.values())), 108
    sheet = Sheet(-(-len(ranked) // across) * (head + tall))
    wide = (WIDTH - 30 - 16 * (across - 1)) / across
    for number, (id_, lines) in enumerate(ranked.items()):
        left, top = 30 + number % across * (wide + 16), sheet.height - head - number // across * (head + tall)
        panel = Panel(sheet, left, top - tall + 20, left + wide - 8, top, first, last, most)
        for row, line in enumerate(lines):
            sheet.write(left, top + head - 8 - row * LINE, line, bold=True)
        if number % across == 0:
            sheet.write(2, top + 12, say("rank", lang), COLOURS["quiet"])
            for place in range(1, most + 1, -(-most // 6)):  # no. 1 always has its mark
                sheet.write(left - 8, float(_height(panel, place)), str(place), COLOURS["quiet"], ha="right")
        drawing.draw_years(panel)
        _draw_ranks(panel, rows, id_, lang)
    return sheet


def _height(panel: Panel, rank: Any) -> np.ndarray:
    """Where a rank stands: the first on top."""
    return panel.y(panel.ceiling + 0.5 - np.asarray(rank, dtype=float))


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


@for_analysts
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
    finding, reading, figures = benchmarking.funnel_findings(plan, lang, known, rows)
    data = chart_tables.funnel(plan, lang, known, rows, f"{element}-data", say("table_of", lang, title=title))
    data.figures += [{"element": element, **each} for each in figures]
    what = f"{say(f'unit_{known.unit}', lang)} · {say('funnel_axis', lang).lower()} → · ■ {say('other_areas', lang)}"
    words = Words(title, what, finding, say("chart_funnel", lang, n=len(rows), finding=finding), reading)
    own = {area: each.name for area, each in plan.agreement.areas.items() if (rows["area"] == area).any()}
    curve = funnel_curve(rows.iloc[0]["centre"], rows["answers"], float(known.design_effect))
    sheet = _funnel(rows, curve, own, benchmarking.funnel_centre(plan, rows.iloc[0], lang), known, lang)
    return pictures.shown(plan, sheet, element, words, data, rows, lang)


@for_analysts
def rates(plan: Plan, lang: str, indicator: str) -> Shown:
    """Counts per 1,000 inhabitants in our areas together, the municipality and the country, with intervals.

    Where our areas have a rate in no year there is no chart, but the others' latest rates in words and all of them in a table; where count
    and inhabitants are known for no place in the same year, one line says which deliveries are missing.

    >>> place_charts.rates(plan, "en", "vandalism_reports")
    <rates-vandalism-reports: Reported vandalism per 1,000 inhabitants Per 1,000 inhabitants...>
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
    data = chart_tables.rates(plan, lang, known, rows, f"{element}-data", say("table_of", lang, title=title))
    data.figures += [{"element": element, **each} for each in figures]
    years = {"first": rows["year"].min(), "last": rows["year"].max()}
    interval = say(interval_key(known, "legend_interval"), lang) if rows["lower"].notna().any() else ""
    what = " · ".join(filter(None, [say("rates_axis", lang), interval]))
    words = Words(title, what, finding, say("chart_rates", lang, what=known.name[lang].lower(), finding=finding, **years), reading)
    sheet = _rates(rows, {area: area_name(plan, area, lang) for area in rate_places(plan.agreement)}, known, lang)
    return pictures.shown(plan, sheet, element, words, data, rows, lang)


_OWN_MARKS = "oD^vPXs*"  # a shape an area, so that no colour tells them apart alone


def _short(name: str, most: int = 100) -> str:
    """A name no longer than a chart has room for."""
    return name if len(name) <= most else name[: most - 1] + "…"


def _draw_ranks(panel: Panel, rows: pd.DataFrame, area: str, lang: str) -> None:
    """An area's rank each year in the row of all ranked that year, the best on top; the places it may have as a bar."""
    own = rows[rows["area"] == area]
    field = rows[rows["year"].isin(own["year"]) & (rows["area"] != area)]
    for row in own.to_dict("records"):
        x = float(panel.x(row["year"]))
        panel.sheet.add(Line2D([x, x], _height(panel, [1, row["of"]]), color=COLOURS["grid"], linewidth=5, zorder=0.5))
    panel.sheet.line(panel.x(field["year"]), _height(panel, field["rank"]), COLOURS["other"], marker="s", markersize=3.5, linestyle="none")
    sized = own.dropna(subset="rank_low")
    if len(sized):
        ends = np.column_stack([_height(panel, sized["rank_low"]), _height(panel, sized["rank_high"]), np.full(len(sized), np.nan)]).ravel()
        beside = np.repeat(panel.x(sized["year"]) - 8, 3)  # where it covers none of the others
        panel.sheet.line(beside, ends, COLOURS["ink"], linewidth=1.2, marker="_", markersize=6)
    panel.sheet.line(panel.x(own["year"]), _height(panel, own["rank"]), COLOURS["value"], marker="o", markersize=8, linestyle="none")
    for row in own.to_dict("records"):
        for number, word in enumerate(benchmarking.range_words(row, lang).split("\u00a0")):
            panel.sheet.write(float(panel.x(row["year"])) + 7, float(_height(panel, row["rank"])) - number * LINE, word, bold=True)


def _funnel(rows: pd.DataFrame, curve: pd.DataFrame, own: dict[str, str], centre: str, known: Indicator, lang: str) -> Sheet:
    """Shares by number of answers within the limits of chance, these and the average named at their ends; each of our areas with a shape of its own."""
    lowest, highest = (pick([*rows["value"], *curve[f"{side}998"]]) for side, pick in (("low", min), ("high", max)))
    lowest, highest = max(lowest, 0), min(highest, 1)
    step = drawing.round_step(highest - lowest, 4)
    marks = [round(number * step, 12) for number in range(math.floor(lowest / step), math.ceil(round(highest / step, 9)) + 1)]
    most = float(curve["answers"].max())
    value = rows.iloc[0]["centre"]
    names = {
        "centre": drawing.name_lines(_short(f"{centre[:1].upper()}{centre[1:]}"), wording.percent(value, lang)),
        "95": drawing.name_lines(say("limits95", lang)),
        "998": drawing.name_lines(say("limits998", lang)),
    }
    sheet, right = Sheet(290), WIDTH - drawing.room_for_names([(1, lines, False) for lines in names.values()], 1)
    panel = Panel(sheet, drawing.room_for_marks(marks, known, lang), 20, right, sheet.height - 12, 0.5, most - 0.5, marks[-1], marks[0])
    drawing.draw_scale(panel, marks, known, lang)
    every = drawing.round_step(most, 5)
    for number in range(int(most // every) + 1):
        sheet.write(float(panel.x(number * every)), panel.bottom - 10, wording.number(number * every, 0, lang), COLOURS["quiet"], ha="center")
    x = panel.x(curve["answers"])
    sheet.line([panel.left, panel.right], panel.y([value, value]), COLOURS["reference"], linewidth=1.2)
    for limit, dashes in (("95", (0, (4, 2))), ("998", (0, (1, 1.5)))):
        for side in ("low", "high"):
            sheet.line(x, panel.y(curve[f"{side}{limit}"].clip(marks[0], marks[-1])), COLOURS["reference"], linestyle=dashes, linewidth=1.2)
    others = rows[~rows["area"].isin(own)]
    sheet.line(panel.x(others["answers"]), panel.y(others["value"]), COLOURS["other"], marker="s", markersize=6, linestyle="none")
    ends, style = [], {"markersize": 8, "linestyle": "none", "markeredgewidth": 1.6}
    for number, row in enumerate(rows[rows["area"].isin(own)].to_dict("records")):
        place = float(panel.x(row["answers"])), float(panel.y(row["value"]))
        face = "white" if number % 2 else COLOURS["value"]
        sheet.line(*([each] for each in place), COLOURS["value"], marker=_OWN_MARKS[number % len(_OWN_MARKS)], markerfacecolor=face, **style)
        ends.append(End(*place, drawing.name_lines(_short(own[row["area"]])), COLOURS["value"], True))
    sheet.name(ends, panel.left, panel.bottom + 2, panel.right)
    heights = {"centre": value, "95": curve["high95"].iloc[-1], "998": curve["high998"].iloc[-1]}
    sheet.stack([End(panel.right - 2, float(panel.y(heights[key])), lines, COLOURS["reference"]) for key, lines in names.items()])
    return sheet


def _rates(rows: pd.DataFrame, names: dict[str, str], known: Indicator, lang: str) -> Sheet:
    """A line a place with its intervals, in a colour, dash and marker of its own; its name and last rate at its end."""
    looks = zip(("value", "reference", "other"), ("-", (0, (4, 2)), (0, (5, 2, 1, 2))), "osD", strict=True)
    first, last = int(rows["year"].min()), int(rows["year"].max())
    marks = drawing.ticks(float(rows[["rate", "upper"]].max(axis=None)), "")
    lines = {area: rows[rows["area"] == area] for area in names if (rows["area"] == area).any()}
    named = {}
    for area, mine in lines.items():
        rate = wording.number(mine.iloc[-1]["rate"], benchmarking.rate_decimals(rows), lang)
        named[area] = int(mine.iloc[-1]["year"]), float(mine.iloc[-1]["rate"]), drawing.name_lines(_short(names[area]), rate)
    sheet, right = Sheet(222), WIDTH - drawing.room_for_names([(year, text, True) for year, _, text in named.values()], last)
    panel = Panel(sheet, drawing.room_for_marks(marks, known, lang), 20, right, sheet.height - 12, first, last, marks[-1])
    drawing.draw_scale(panel, marks, known, lang)
    drawing.draw_years(panel)
    ends = []
    for (area, mine), (colour, dash, marker) in zip(lines.items(), looks, strict=False):
        drawing.draw_intervals(panel, mine.assign(value=mine["rate"]), mine["year"], COLOURS[colour])
        line = drawing.by_year(mine, "rate")
        sheet.line(panel.x(line.index), panel.y(line), COLOURS[colour], linestyle=dash, marker=marker, markersize=5.5, linewidth=1.5)
        year, height, text = named[area]
        look = COLOURS["value" if colour == "value" else "reference"]
        ends.append((year, End(float(panel.x(year)) + 2, float(panel.y(height)), text, look, colour == "value")))
    drawing.name_ends(panel, ends)
    return sheet
