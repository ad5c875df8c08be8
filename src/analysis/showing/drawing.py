"""How values, targets, references and breaks are drawn. Colours mean the same everywhere, and none carries a meaning alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..promises.agreement import PRIMARY, Indicator
from ..promises.catalogue import say
from . import findings, wording
from .pictures import COLOURS

PLACES = ("#1d4f7c", "#8f5b00", "#6b3fa0", "#0b6b66", "#b0306a", "#444444")  # one of several areas, told apart by marker and name as well
MARKERS = "osD^vP"
_LABEL = 0.085  # height of a number beside a point, as a part of a 0–100 % axis
PLOT_POINTS = 160  # height of that axis on the page, about


def draw_line(axes: Axes, rows: pd.DataFrame, path: pd.DataFrame, number: int, of: int, indicator: Indicator, lang: str) -> None:
    """One of several areas: joined points in a colour and marker of its own, its intervals behind them, its targets dotted."""
    measured, colour = rows[rows["value"].notna()], PLACES[number % len(PLACES)]
    if measured.empty:
        return
    aside = (number - (of - 1) / 2) * 0.06  # so that intervals of one year can be told apart
    line = by_year(measured)
    axes.plot(line.index + aside, line, color=colour, marker=MARKERS[number % len(MARKERS)], markersize=6.5)
    name = say(findings.interval_key(indicator, "legend_interval"), lang) if number == 0 else None
    _draw_intervals(axes, measured, measured["year"] + aside, ecolor=colour, elinewidth=1, capsize=3, alpha=0.6, label=name)
    name = say("legend_target", lang) if number == 0 and len(path) else None
    axes.plot(path["year"].astype(int), path["target"], color=colour, linestyle=":", marker="_", markersize=14, linewidth=1.2, label=name)


def by_year(rows: pd.DataFrame, column: str = "value") -> pd.Series:
    """Measured values by year, from the first year to the last; a year without one is a gap in the line."""
    years = range(rows["year"].min(), rows["year"].max() + 1) if len(rows) else []
    return rows.set_index("year")[column].reindex(years)


def _draw_intervals(axes: Axes, measured: pd.DataFrame, years: pd.Series, **style: Any) -> ErrorbarContainer:
    span = [(measured["value"] - measured["lower"]).clip(lower=0), (measured["upper"] - measured["value"]).clip(lower=0)]
    return axes.errorbar(years, measured["value"], yerr=span, fmt="none", zorder=1.5, **style)


def label(axes: Axes, text: str, place: tuple[float, float], offset: tuple[float, float], **style: Any) -> None:
    """A text beside a point, so many printer's points to the right and upwards."""
    axes.annotate(text, place, xytext=offset, textcoords="offset points", **style)


def paper(alpha: float, pad: float) -> dict[str, Any]:
    """White paper behind a text that may stand on a line."""
    return {"facecolor": "white", "alpha": alpha, "linewidth": 0, "pad": pad}


def _never_falling(values: Sequence[float]) -> np.ndarray:
    """The row nearest to this one (least squares) that never falls: neighbours that would fall share their mean.

    As scipy's `isotonic_regression`, which is a second of loading for each page.

    >>> _never_falling([1.0, 3.0, 2.0, 4.0]).tolist()
    [1.0, 2.5, 2.5, 4.0]
    """
    steps: list[tuple[float, int]] = []
    for value in values:
        step = (float(value), 1)
        while steps and steps[-1][0] > step[0]:
            before, size = steps.pop()
            step = ((before * size + step[0] * step[1]) / (size + step[1]), size + step[1])
        steps.append(step)
    return np.repeat([mean for mean, _ in steps], [size for _, size in steps])


def name_ends(axes: Axes, ends: list[tuple[str, str, dict]], indicator: Indicator, lang: str) -> None:
    """The name and latest value of each line (colour, name, row) at its end, pushed apart where they would lie on each other."""
    low, high = axes.get_ylim()
    ends = sorted(ends, key=lambda end: end[2]["value"])
    apart = (high - low) * 0.055 * np.arange(len(ends))
    heights = _never_falling([row["value"] for _, _, row in ends] - apart) + apart  # as near to the values as they can stand
    for (colour, name, row), height in zip(ends, heights, strict=True):
        text, place = f"{name} {wording.value_of(row, indicator, lang)}", (axes.get_xlim()[1], height)
        label(axes, text, place, (4, 0), va="center", annotation_clip=False, fontsize=9, fontweight="bold", color=colour)


def draw_values(axes: Axes, rows: pd.DataFrame, indicator: Indicator, lang: str, labels: int | None = None) -> None:
    """Bars for counts, joined points for shares; each with its interval, the last `labels` with their number.

    Hidden values are hatched over the whole height, so that nothing can be measured from them.
    """
    measured = rows[rows["value"].notna()]
    if indicator.unit in ("count", "dkk"):
        axes.bar(measured["year"], measured["value"], width=0.55, color=COLOURS["value"], label=say("legend_value", lang))
    else:
        line = by_year(measured)
        axes.plot(line.index, line, color=COLOURS["value"], marker="o", markersize=7, label=say("legend_value", lang))
    if measured["lower"].notna().any():
        name = say(findings.interval_key(indicator, "legend_interval"), lang)
        interval = _draw_intervals(axes, measured, measured["year"], ecolor="#222222", elinewidth=1.1, capsize=4, label=name)
        for line in (*interval.lines[1], *interval.lines[2]):
            line.set_path_effects(_on_white(3 if line in interval.lines[2] else 2.4))
    _write_values(axes, measured.to_dict("records")[-(labels or len(measured)) :], indicator, lang)
    for year in rows.loc[rows["status"] == "suppressed", "year"]:
        _hatch(axes, year, lang)


def _write_values(axes: Axes, rows: Iterable[Mapping[str, Any]], indicator: Indicator, lang: str) -> None:
    """Each value's number above it, beside its interval where it has one."""
    style = {"va": "bottom", "fontweight": "bold", "color": "#111111", "bbox": paper(0.75, 0.6)}
    for row in rows:
        aside = not pd.isna(row["lower"])
        place, offset = (row["year"] + (0.06 if aside else 0), row["value"]), (2 if aside else 0, 5)
        label(axes, wording.value_of(row, indicator, lang), place, offset, ha="left" if aside else "center", **style)


def _hatch(axes: Axes, year: int, lang: str) -> None:
    """A hidden year over the whole height, and the word for it."""
    axes.axvspan(year - 0.28, year + 0.28, facecolor="none", edgecolor=COLOURS["hidden"], hatch="///", linewidth=0)
    paper = {"facecolor": "white", "linewidth": 0, "pad": 1}
    axes.annotate(say("suppressed", lang), (year, 0.5), xycoords=("data", "axes fraction"), rotation=90, ha="center", va="center", bbox=paper)


def _on_white(width: float) -> list[withStroke]:
    """A white edge, so that a mark stands out from a bar it lies on as it does from the paper."""
    return [withStroke(linewidth=width, foreground="white")]


def draw_total(axes: Axes, rows: pd.DataFrame, indicator: Indicator, lang: str) -> None:
    """The sum of the years so far, which a promise about a total is held against, as a line over the years' own bars; its last number beside it."""
    if rows.empty:
        return
    years, style = rows["year"].astype(int), {"color": COLOURS["reference"], "path_effects": _on_white(3.5)}
    axes.plot(years, rows["value"], marker="D", markersize=5, linewidth=1.4, label=say("legend_total", lang), **style)
    last = rows.iloc[-1]
    text, place = wording.value(last["value"], indicator.unit, lang), (int(last["year"]), last["value"])
    label(axes, text, place, (8, 0), va="center", color=COLOURS["reference"], fontweight="bold")


def draw_path(axes: Axes, path: pd.DataFrame, indicator: Indicator, lang: str) -> None:
    """The targets as bars across their years, joined by dots; the last one's number below it, of counts the first one's too."""
    if path.empty:
        return
    years, name = path["year"].astype(int), say("legend_target" if path["reading"].iloc[0] == PRIMARY else "legend_target_other", lang)
    style = {"marker": "_", "markersize": 22, "markeredgewidth": 2.5, "linestyle": "none", "path_effects": _on_white(5)}
    axes.plot(years, path["target"], color=COLOURS["target"], label=name, **style)
    axes.plot(years, path["target"], color=COLOURS["target"], linestyle=":", linewidth=1.2)
    ends = [0, -1] if len(path) > 1 and indicator.unit == "count" else [-1]
    for row in path.iloc[ends].to_dict("records"):
        shown = row["target_whole"] if indicator.unit == "count" and not pd.isna(row["target_whole"]) else row["target"]
        text, place = wording.target(float(shown), indicator.unit, lang), (row["year"], row["target"])
        label(axes, text, place, (0, -6), ha="center", va="top", color=COLOURS["target"], bbox=paper(0.85, 0.8))


def label_places(rows: pd.DataFrame, path: pd.DataFrame) -> list[tuple[int, float]]:
    """Year and height of the numbers beside the values and the last target."""
    measured = rows[rows["value"].notna()]
    places = [(year, value + 0.75 * _LABEL) for year, value in zip(measured["year"], measured["value"], strict=True)]
    return [*places, *((int(row["year"]), row["target"] - 0.75 * _LABEL) for row in path.tail(1).to_dict("records"))]


def free_height(year: int, height: float, taken: list[tuple[int, float]]) -> float:
    """The height nearest to a point's own at which its number covers no other of that year; from then on taken."""
    others = [other for when, other in taken if when == year]
    steps = (height + sign * part * _LABEL / 4 for part in range(40) for sign in (1, -1))
    free = next((step for step in steps if all(abs(step - other) >= _LABEL for other in others)), height)
    taken.append((year, free))
    return free


def draw_reference(axes: Axes, rows: pd.DataFrame, name: str, indicator: Indicator, lang: str, number: int, taken: list[tuple[int, float]] | None) -> None:
    """A place compared with, in a dash and marker of its own; its number beside those `taken` already, none without them."""
    rows = rows.dropna(subset="value")
    if rows.empty:
        return
    line = by_year(rows)
    axes.plot(line.index, line, color=COLOURS["reference"], linestyle=("--", "-.", ":")[number % 3], marker="sD^"[number % 3], markersize=4.5, label=name)
    if taken is None:
        return
    last = rows.iloc[-1].to_dict()
    lift = (free_height(last["year"], last["value"], taken) - last["value"]) * PLOT_POINTS if indicator.unit == "share" else 0
    label(axes, wording.value_of(last, indicator, lang), (last["year"], last["value"]), (8, lift), va="center", color=COLOURS["reference"])


def mark_years(axes: Axes, indicator: Indicator, first: int, last: int, lang: str) -> None:
    """Breaks as dotted lines, years without a measurement in words."""
    cuts = [cut["year"] for cut in indicator.breaks if first < cut["year"] <= last]
    for number, year in enumerate(cuts):
        axes.axvline(year - 0.5, color=COLOURS["quiet"], linestyle=(0, (1, 2)), label=say("legend_break", lang) if number == 0 else None)
    for gap in indicator.no_measurement:
        if first <= gap["year"] <= last:
            axes.annotate(say("not_surveyed", lang), (gap["year"], 0.06), xycoords=("data", "axes fraction"), ha="center", fontsize=8.5, color=COLOURS["quiet"])


def size(rows: pd.DataFrame, indicator: Indicator, lang: str) -> str:
    """How many the latest figure is out of, where that is known: answers of a survey, tenancies, employees."""
    known = rows[rows["denominator"].notna() & rows["value"].notna()]
    if known.empty or indicator.unit not in ("share", "rate"):
        return ""
    last = known.iloc[-1]
    return " · " + say("size_of", lang, n=wording.number(last["denominator"], 0, lang), year=last["year"])


def finish(axes: Axes, indicator: Indicator, first: int, last: int, lang: str, title: str, size: str) -> None:
    """Axes in Danish numbers from zero, the title, what is measured and how many it is out of, and the legend below."""
    axes.set_xlim(first - 0.6, last + 0.6)
    axes.set_xticks(range(first, last + 1))
    if indicator.unit in ("share", "rate"):
        top = 1 if indicator.unit == "share" else None
        axes.set_ylim(0, top)
    else:
        axes.set_ylim(0, max(axes.get_ylim()[1] * 1.08, 1))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.yaxis.set_major_formatter(formatter(indicator, lang))
    axes.set_title(f"{title}\n", fontweight="bold", fontsize=11)
    axes.text(0, 1.02, say(f"unit_{indicator.unit}", lang) + size, transform=axes.transAxes, color=COLOURS["quiet"], fontsize=9)
    if len(axes.get_legend_handles_labels()[1]) > 1:
        legend_below(axes)


def legend_below(axes: Axes, columns: int = 3) -> None:
    """What is drawn, below the chart."""
    handles, labels = axes.get_legend_handles_labels()
    axes.figure.legend(handles, labels, loc="outside lower center", ncols=columns, frameon=False, fontsize=9)


def formatter(indicator: Indicator, lang: str) -> FuncFormatter:
    """Axis numbers as the page writes them."""
    share = indicator.unit in ("share", "rate")
    return FuncFormatter(lambda value, _: wording.percent(value, lang, 0) if share else wording.number(value, 0, lang))
