"""Months in a row: what is usual, the limits of chance, signals and gaps, drawn and in a table.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

import textwrap
from functools import partial
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..judging.months import sparse
from ..promises.agreement import COMBINED, Indicator
from ..promises.catalogue import say
from . import chart_tables, elements, month_findings, pictures, wording
from .drawing import formatter, legend_below
from .elements import Shown, area_name
from .pictures import COLOURS, THEME

if TYPE_CHECKING:
    from ..plan import Plan


def run_chart(plan: Plan, lang: str, indicator: str, area: str) -> Shown | None:
    """The months of one indicator in one area in a row: the usual, the limits of chance, signals and gaps, with a table a line a year.

    One sentence instead where all months are hidden, all figures are the same, or there is only one; a sentence and the table where
    too little happens in a month. None where no months came.

    >>> run_charts.run_chart(plan, "en", "vandalism_reports", "combined")
    <months-vandalism-reports-combined: The 4 areas combined: Outside the limits: July 2021 (24)...>
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
    draw = partial(_months, chart, known, lang, title, words["month"])
    first, last = (wording.period(period, lang) for period in chart["period"].iloc[[0, -1]])
    about = {"what": known.name[lang].lower(), "area": area_name(plan, area, lang), "first": first, "last": last}
    alternative = say("chart_months", lang, finding=" ".join([*sentences, *notes]), **about, **words)
    data = chart_tables.months(plan, lang, known, area, f"{element}-data", say("table_of", lang, title=title))
    data.figures += figures
    shown = pictures.shown(plan, draw(), element, title, finding, alternative, data, rows, lang, " ".join(notes))
    return pictures.Chart(shown, draw, pictures.footer(plan, lang, rows))


def _months(chart: pd.DataFrame, known: Indicator, lang: str, title: str, month: str) -> Figure:
    """The drawing of a run chart."""
    with mpl.rc_context(THEME):
        figure, axes = plt.subplots(figsize=(7.2, 3.1), layout="constrained")
        _draw_months(axes, chart, known, lang, month)
        _finish_months(axes, chart, known, lang, title)
    return figure


def _draw_months(axes: Axes, chart: pd.DataFrame, indicator: Indicator, lang: str, month: str) -> None:
    """Joined points with the median and the limits of each stretch; signals by their marker, months without a figure hatched."""
    for number, (_, part) in enumerate(chart.groupby("stretch")):
        reach = [part.index[0] - 0.5, part.index[-1] + 0.5]
        if not pd.isna(part["centre"].iloc[0]):
            label = say("legend_centre", lang)
            axes.plot(reach, [part["centre"].iloc[0]] * 2, color=COLOURS["target"], linestyle="--", linewidth=1.4, label=_once(axes, label))
        for name in ("upper", "lower") if not pd.isna(part["upper"].iloc[0]) else ():
            label = _once(axes, say("legend_limits", lang))
            axes.plot(reach, [part[name].iloc[0]] * 2, color=COLOURS["reference"], linestyle=":", linewidth=1.4, label=label)
        if number:
            axes.axvline(reach[0], color=COLOURS["quiet"], linestyle=(0, (1, 2)), label=_once(axes, say("legend_break", lang)))
        plain, label = np.flatnonzero(part["signal"] == "").tolist(), _once(axes, say("legend_month", lang, month=month))
        axes.plot(part.index, part["value"], color=COLOURS["value"], linewidth=1.2, marker="o", markersize=3.6, markevery=plain, clip_on=False, label=label)
    season = chart["signal"] == "season"
    style = {"linestyle": "none", "markersize": 6.5, "markeredgecolor": "white", "markeredgewidth": 0.8, "clip_on": False, "zorder": 3}
    for mark, marker, colour, key in (((chart["signal"] != "") & ~season, "D", "target", "legend_signal"), (season, "^", "other", "legend_season")):
        if mark.any():
            axes.plot(chart.index[mark], chart["value"][mark], marker=marker, color=COLOURS[colour], label=say(key, lang), **style)
    _without_figure(axes, chart, lang)
    top = max(chart["value"].max(), chart["upper"].max() if chart["upper"].notna().any() else 0)
    axes.set(xlim=(-0.7, len(chart) - 0.3), ylim=(0, top * 1.1 or 1))


def _once(axes: Axes, label: str) -> str | None:
    """A label for the legend, unless it is there already."""
    return None if label in axes.get_legend_handles_labels()[1] else label


def _without_figure(axes: Axes, chart: pd.DataFrame, lang: str) -> None:
    """Months in a row that are hidden, hatched over the whole height, and those that are missing, on grey."""
    hidden = chart["status"].isin(["suppressed", "suppressed_at_source"])
    kind = hidden.map({True: "hidden", False: "missing"}).where(chart["value"].isna(), "")
    for _, run in chart.groupby((kind != kind.shift()).cumsum()):
        name = kind[run.index[0]]
        if name:
            face, hatch = ("none", "///") if name == "hidden" else (COLOURS["grid"], None)
            style = {"facecolor": face, "edgecolor": COLOURS["hidden"], "linewidth": 0, "hatch": hatch}
            axes.axvspan(run.index[0] - 0.45, run.index[-1] + 0.45, label=_once(axes, say(f"legend_{name}", lang)), **style)


def _finish_months(axes: Axes, chart: pd.DataFrame, indicator: Indicator, lang: str, title: str) -> None:
    """Years under their first month, numbers from zero, the title, what is measured, and the legend below."""
    first = [place for place, period in enumerate(chart["period"]) if place == 0 or period[:4] != chart["period"][place - 1][:4]]
    axes.set_xticks([place - 0.5 for place in first], [chart["period"][place][:4] for place in first], ha="left")
    if indicator.unit == "count":
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        axes.yaxis.set_major_formatter(formatter(indicator, lang))
    else:
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: wording.percent(value, lang, 1)))
    axes.set_title(textwrap.fill(textwrap.shorten(title, 150, placeholder=" …"), 78) + "\n", fontweight="bold", fontsize=11)
    axes.text(0, 1.02, say(f"unit_{indicator.unit}", lang), transform=axes.transAxes, color=COLOURS["quiet"], fontsize=9)
    legend_below(axes)
