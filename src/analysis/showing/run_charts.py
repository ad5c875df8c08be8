"""Months in a row: what is usual, the limits of chance, signals and gaps, drawn and in a table.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from ..judging.months import BESIDE_HIDDEN, sparse
from ..promises.agreement import COMBINED, Indicator
from ..promises.catalogue import say
from . import chart_tables, drawing, elements, month_findings, pictures, pointing, wording
from .asked import for_analysts
from .drawing import Panel
from .elements import Shown, area_name
from .pictures import Words
from .sheets import COLOURS, WIDTH, End, Sheet, width

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["run_chart"]
__dir__ = __all__.copy  # what an editor offers


@for_analysts
def run_chart(plan: Plan, lang: str, indicator: str, area: str, pointed: bool = False) -> Shown | None:
    """The months of one indicator in one area in a row: the usual, the limits of chance, signals and gaps, with a table a line a year.

    One sentence instead where all months are hidden, all figures are the same, or there is only one; a sentence and the table where
    too little happens in a month. None where no months came.
    Where it is to be `pointed` at, each month tells its figure under the mouse and to the keyboard.

    >>> run_charts.run_chart(plan, "en", "vandalism_reports", "combined")
    <months-vandalism-reports-combined: The four areas combined: Unusual: July 2021 (24)...>
    """
    known, chart, rows = plan.agreement.indicators[indicator], plan.run_chart(indicator, area), plan.months(indicator, area)
    if chart.empty:
        return None
    element, words = elements.element_id("months", indicator, area), month_findings.month_words(chart, lang)
    if chart["value"].nunique() < 2:
        sentence, figures = month_findings.months_alike(plan, lang, known, area)
        return elements.paragraph(element, [sentence], figures, "nothing")
    if all(sparse(part["value"]) for _, part in chart.groupby("stretch")):
        sentence, data = (
            month_findings.months_sparse(plan, lang, known, area),
            chart_tables.months(plan, lang, known, area, f"{element}-data", known.name[lang]),
        )
        return elements.together(element, [elements.paragraph(element, [sentence], kind="nothing"), data])
    sentences, notes, figures = month_findings.run_chart_sentences(plan, lang, known, area)
    title, finding = say("by_month", lang, what=known.name[lang], area=area_name(plan, area, lang), **words), " ".join(sentences)
    finding = f"{area_name(plan, area, lang)}: {finding}" if area == COMBINED else finding
    first, last = (wording.period(period, lang) for period in chart["period"].iloc[[0, -1]])
    about = {"what": known.name[lang].lower(), "area": area_name(plan, area, lang), "first": first, "last": last}
    alternative = say("chart_months", lang, finding=" ".join([*sentences, *notes]), **about, **words)
    around = Words(title, say(f"unit_{known.unit}", lang), finding, alternative, " ".join(notes))
    data = chart_tables.months(plan, lang, known, area, f"{element}-data", say("table_of", lang, title=title))
    data.figures += figures
    draw = partial(_months, chart, known, lang)
    return pictures.Chart(pictures.shown(plan, draw(), element, around, data, rows, lang, pointed), draw, around, pictures.footer(plan, lang, rows))


def _months(chart: pd.DataFrame, known: Indicator, lang: str) -> Sheet:
    """The drawing of a run chart: joined points with the median and the limits of each stretch, named at their ends; signals by their marker."""
    last = chart[chart["stretch"] == chart["stretch"].iloc[-1]].iloc[-1]
    names = {key: drawing.name_lines(say(f"legend_{key}", lang)) for key, line in (("centre", "centre"), ("limits", "upper")) if not pd.isna(last[line])}
    end = len(chart) - 1
    marks = drawing.ticks(max(chart["value"].max(), chart["upper"].max() if chart["upper"].notna().any() else 0), known.unit)
    sheet, right = Sheet(200), WIDTH - drawing.room_for_names([(end, lines, False) for lines in names.values()], end)
    panel = Panel(sheet, drawing.room_for_marks(marks, known, lang), 20, right, sheet.height - 20, 0, end, marks[-1])
    drawing.draw_scale(panel, marks, known, lang)
    _draw_years(panel, chart["period"])
    _without_figure(panel, chart, lang)
    _draw_stretches(panel, chart, lang)
    _draw_signals(panel, chart, lang)
    heights = {"centre": last["centre"], "limits": last["upper"]}
    looks = {"centre": COLOURS["target"], "limits": COLOURS["reference"]}
    sheet.points += pointing.months(known, panel, chart, lang)
    sheet.stack([End(panel.right - 2, float(panel.y(heights[key])), lines, looks[key]) for key, lines in names.items()])
    return sheet


def _draw_stretches(panel: Panel, chart: pd.DataFrame, lang: str) -> None:
    """Each stretch's months, its median and its limits; a dotted line where a break parts two."""
    for number, (_, part) in enumerate(chart.groupby("stretch")):
        reach = panel.x([part.index[0] - 0.5, part.index[-1] + 0.5])
        styles = {"centre": ("target", (0, (5, 2))), "upper": ("reference", (0, (1, 1.5))), "lower": ("reference", (0, (1, 1.5)))}
        for name, (colour, dash) in styles.items():
            if not pd.isna(part[name].iloc[0]):
                panel.sheet.line(reach, panel.y([part[name].iloc[0]] * 2), COLOURS[colour], linestyle=dash, linewidth=1.3)
        if number:
            panel.sheet.line([reach[0]] * 2, [panel.bottom, panel.top + 4], COLOURS["quiet"], linestyle=(0, (1, 2)), linewidth=1)
            panel.sheet.number(say("legend_break", lang), [(reach[0], panel.top + 11)], COLOURS["quiet"], always=True)
        plain = np.flatnonzero(part["signal"] == "").tolist()
        style = {"linewidth": 1.1, "marker": "o", "markersize": 3.4, "markevery": plain}
        panel.sheet.line(panel.x(part.index), panel.y(part["value"]), COLOURS["value"], **style)


def _draw_signals(panel: Panel, chart: pd.DataFrame, lang: str) -> None:
    """The months that stand out and those of the season by a marker of their own, the highest of each with the word for it."""
    season = chart["signal"] == "season"
    style = {"linestyle": "none", "markersize": 6.5, "markeredgecolor": "white", "markeredgewidth": 0.8, "zorder": 3}
    for mark, marker, colour, key in (((chart["signal"] != "") & ~season, "D", "target", "legend_signal"), (season, "^", "quiet", "legend_season")):
        if mark.any():
            panel.sheet.line(panel.x(chart.index[mark]), panel.y(chart["value"][mark]), COLOURS[colour], marker=marker, **style)
            highest, word = chart["value"][mark].idxmax(), say(key, lang)
            (x, y), aside = (float(panel.x(highest)), float(panel.y(chart["value"][highest]))), width(word) / 2 + 6
            spots = [(x - aside, y), (x + aside, y), (x, y + 11), (x - aside, y + 10), (x + aside, y + 10), (x, y - 11)]
            panel.sheet.number(word, [spot for spot in spots if panel.left + aside < spot[0] < panel.right - aside + 6], COLOURS[colour], always=True)


def _without_figure(panel: Panel, chart: pd.DataFrame, lang: str) -> None:
    """Months in a row that are hidden, hatched over the whole height, and those that are missing, on grey; the word once each."""
    hidden = chart["status"].isin(["suppressed", "suppressed_at_source", BESIDE_HIDDEN])
    kind = hidden.map({True: "hidden", False: "missing"}).where(chart["value"].isna(), "")
    runs = [(kind[run.index[0]], run.index[0], run.index[-1]) for _, run in chart.groupby((kind != kind.shift()).cumsum()) if kind[run.index[0]]]
    longest = {name: max((run for run in runs if run[0] == name), key=lambda run: run[2] - run[1]) for name in dict.fromkeys(name for name, _, _ in runs)}
    for run in runs:
        name, first, last = run
        word = say(f"legend_{name}", lang) if run == longest[name] else ""
        drawing.draw_without(panel, *panel.x([first - 0.45, last + 0.45]), word, hidden=name == "hidden")


def _draw_years(panel: Panel, periods: pd.Series) -> None:
    """The years under their first month, as many as have room."""
    firsts = [(float(panel.x(place - 0.5)), period[:4]) for place, period in enumerate(periods) if place == 0 or period[:4] != periods[place - 1][:4]]
    every = -(-34 * len(firsts) // int(panel.right - panel.left))
    for number, (x, year) in enumerate(firsts):
        panel.sheet.add(Line2D([x, x], [panel.bottom, panel.bottom - 4], color=COLOURS["quiet"], linewidth=0.8))
        if number % every == 0:
            panel.sheet.write(x + 2, panel.bottom - 10, year, COLOURS["quiet"])
