"""How values, targets, references and breaks are drawn. Colours mean the same everywhere, and none carries a meaning alone."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from ..promises.agreement import Indicator
from ..promises.catalogue import say
from . import wording
from .sheets import COLOURS, LINE, WIDTH, End, Sheet, width

MOST = 3  # places compared with, that each have a dash and marker of their own and a name beside it
PLACES = ("#1d4f7c", "#8f5b00", "#6b3fa0", "#0b6b66", "#b0306a", "#444444")  # one of several areas, told apart by marker and name as well
MARKERS = "osD^vP"
_NAME = 17  # letters in one line of a name beside a line


@dataclass
class Panel:
    """A part of a sheet with two scales: years (or other numbers) from left to right, values from its foot to its top."""

    sheet: Sheet
    left: float
    bottom: float
    right: float
    top: float
    first: float
    last: float
    ceiling: float
    floor: float = 0

    @property
    def step(self) -> float:
        """Points from one year to the next."""
        return (self.right - self.left) / (self.last - self.first + 1)

    def x(self, years: Any) -> np.ndarray:
        """Years as points from the left."""
        return self.left + (np.asarray(years, dtype=float) - self.first + 0.5) * self.step

    def y(self, values: Any) -> np.ndarray:
        """Values as points from below."""
        return self.bottom + (np.asarray(values, dtype=float) - self.floor) / (self.ceiling - self.floor) * (self.top - self.bottom)


# --- scales ----------------------------------------------------------------------------------------------


def round_step(span: float, most: int) -> float:
    """The least step of 1, 2 or 5, or ten times these, that divides a span into no more parts than this.

    >>> drawing.round_step(130, 5), drawing.round_step(0.31, 5)
    (50, 0.1)
    """
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= span / most * (1 - 1e-9))
    return round(step) if step >= 1 else round(step, 12)


def ticks(highest: float, unit: str) -> list[float]:
    """The marks of an axis from zero to above the highest value; of things counted in whole numbers.

    >>> drawing.ticks(128, "count"), drawing.ticks(0.85, "share")
    ([0, 50, 100, 150], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    """
    step = round_step(highest or 1, 5)
    step = max(step, 1) if unit == "count" else step
    return [round(number * step, 12) for number in range(math.ceil(round((highest or 1) / step, 9)) + 1)]


def draw_scale(panel: Panel, marks: Sequence[float], indicator: Indicator, lang: str, numbers: bool = True) -> None:
    """Thin lines across, with their numbers as the page writes them."""
    for mark in marks:
        y = panel.y(mark)
        panel.sheet.add(Line2D([panel.left, panel.right], [y, y], color=COLOURS["quiet" if mark == 0 else "grid"], linewidth=0.8, zorder=0.5))
        if numbers:
            panel.sheet.write(panel.left - 5, float(y), mark_words(mark, marks, indicator, lang), COLOURS["quiet"], ha="right")
    panel.sheet.take([(0, panel.bottom - 6, panel.left - 2, panel.top + 6)])


def mark_words(mark: float, marks: Sequence[float], indicator: Indicator, lang: str) -> str:
    """The number beside a mark of an axis, with the decimals that its steps need."""
    percent = indicator.unit in ("share", "rate")
    step = (marks[1] - marks[0]) * (100 if percent else 1)
    decimals = 0 if step >= 1 else math.ceil(-math.log10(step))
    return wording.percent(mark, lang, decimals) if percent else wording.number(mark, decimals, lang)


def room_for_marks(marks: Sequence[float], indicator: Indicator, lang: str) -> float:
    """How far from the edge a panel must begin for the numbers beside it."""
    return 8 + max(width(mark_words(mark, marks, indicator, lang)) for mark in marks)


def draw_years(panel: Panel) -> None:
    """The years below, as many as have room, the last one always."""
    first, last = int(panel.first), int(panel.last)
    every = int(round_step((last - first + 1), max(1, int((panel.right - panel.left) // 34)))) if panel.step < 34 else 1
    for year in range(last, first - 1, -every):
        panel.sheet.write(float(panel.x(year)), panel.bottom - 10, str(year), COLOURS["quiet"], ha="center")


# --- what was measured -----------------------------------------------------------------------------------


def by_year(rows: pd.DataFrame, column: str = "value") -> pd.Series:
    """Measured values by year, from the first year to the last; a year without one is a gap in the line."""
    years = range(rows["year"].min(), rows["year"].max() + 1) if len(rows) else []
    return rows.set_index("year")[column].reindex(years)


def number_words(row: Mapping[str, Any], indicator: Indicator, lang: str) -> str:
    """A value as it was printed, without the sign for per cent, which stands above the chart."""
    return re.sub(r"\s*%", "", wording.value_of(row, indicator, lang))


def same_decimals(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows written with the decimals of the one delivered with most: 60 among 59.1 and 61.3 came as 60.0."""
    return rows.assign(decimals=rows["decimals"].max())


def draw_values(panel: Panel, rows: pd.DataFrame, path: pd.DataFrame, indicator: Indicator, lang: str) -> None:
    """Bars for counts, joined points for shares; each with its interval, and the targets: over the bars, under the points.

    Hidden values are hatched over the whole height, so that nothing can be measured from them.
    """
    measured = rows[rows["value"].notna()]
    for year in rows.loc[rows["status"] == "suppressed", "year"]:
        _hatch(panel, year, lang)
    if is_bars(indicator):
        panel.sheet.bars(_bar_boxes(panel, measured), color=COLOURS["value"], linewidth=0)
        draw_intervals(panel, measured, measured["year"], COLOURS["ink"], halo=1.5)
        draw_path(panel, path)
    else:
        draw_path(panel, path)
        draw_intervals(panel, measured, measured["year"], COLOURS["ink"])
        line = by_year(measured)
        panel.sheet.line(panel.x(line.index), panel.y(line), COLOURS["value"], marker="o", markersize=6, linewidth=1.8)


def is_bars(indicator: Indicator) -> bool:
    """Whether an indicator's years are bars: what is counted, not what is a share."""
    return indicator.unit in ("count", "dkk")


def _bar_boxes(panel: Panel, measured: pd.DataFrame) -> list[tuple[float, float, float, float]]:
    half = min(0.3 * panel.step, 18)
    return [(x - half, panel.bottom, x + half, y) for x, y in zip(panel.x(measured["year"]), panel.y(measured["value"]), strict=True)]


def draw_intervals(panel: Panel, measured: pd.DataFrame, years: pd.Series, colour: str, halo: float = 0, **style: Any) -> None:
    """From the lower to the upper limit of each value that has them; one that passes the top of the scale has no end there."""
    limits = measured[["lower", "upper"]].astype(float)
    if limits["lower"].notna().any():
        ends = np.column_stack([limits, np.full(len(limits), np.nan)]).ravel()
        capped = np.flatnonzero(ends <= panel.ceiling).tolist()
        style |= {"linewidth": 1, "marker": "_", "markersize": 6, "markeredgewidth": 1, "markevery": capped}
        panel.sheet.line(np.repeat(panel.x(years), 3), panel.y(np.minimum(ends, panel.ceiling)), colour, halo, **style)


def write_numbers(panel: Panel, rows: pd.DataFrame, indicator: Indicator, lang: str, only_last: bool = False) -> None:
    """Each value's number where it covers nothing; of bars always, of joined points those that find room.

    The last point's number stands with the line's name, unless `only_last` asks for just that number here.
    """
    measured = same_decimals(rows[rows["value"].notna()])
    bars = is_bars(indicator)
    chosen = measured.tail(1) if only_last else measured if bars else measured.iloc[:-1]
    for row in reversed(chosen.to_dict("records")):
        text, (x, y) = number_words(row, indicator, lang), (float(panel.x(row["year"])), float(panel.y(row["value"])))
        above, below = (y if pd.isna(row[limit]) else float(panel.y(min(row[limit], panel.ceiling))) for limit in ("upper", "lower"))
        aside = width(text, True) / 2 + 6
        if bars:
            beside = [(x + side * (aside - 3), y + up) for up in (8, 13, 18, 24, 30) for side in (1, -1)] if above > y else []
            spots = [*beside, (x, above + 8), (x, above + 14), (x, above + 20)]
        else:
            spots = [(x, y + 12), (x, above + 9), (x - aside, y + 8), (x + aside, y + 8), (x, below - 9), (x + aside, y - 8), (x - aside, y - 8)]
        panel.sheet.number(text, spots, COLOURS["value"], bold=True, always=bars or only_last)
    if bars:
        panel.sheet.take(_bar_boxes(panel, measured))


def _hatch(panel: Panel, year: int, lang: str) -> None:
    """A hidden year over the whole height, and the word for it."""
    x, half = float(panel.x(year)), min(0.3 * panel.step, 18)
    draw_without(panel, x - half, x + half, say("suppressed", lang), hidden=True)


def draw_without(panel: Panel, left: float, right: float, word: str, hidden: bool) -> None:
    """Where there is no figure, over the whole height: hatched where it is hidden, grey where it is missing; and the word for it."""
    box, x, middle = (left, panel.bottom, right, panel.top), (left + right) / 2, (panel.bottom + panel.top) / 2
    style = {"facecolor": "none", "edgecolor": COLOURS["hidden"], "hatch": "///"} if hidden else {"facecolor": COLOURS["grid"]}
    panel.sheet.bars([box], linewidth=0, **style)
    if word:
        panel.sheet.bars([(x - LINE / 2, middle - width(word) / 2 - 2, x + LINE / 2, middle + width(word) / 2 + 2)], facecolor="white", linewidth=0)
        panel.sheet.write(x, middle, word, COLOURS["quiet"], ha="center", rotation=90)
    panel.sheet.take([box])


# --- what it is held against -----------------------------------------------------------------------------


def draw_total(panel: Panel, rows: pd.DataFrame) -> None:
    """The sum of the years so far, which a promise about a total is held against, as a line over the years' own bars."""
    if len(rows):
        style = {"marker": "D", "markersize": 5, "linewidth": 1.4}
        panel.sheet.line(panel.x(rows["year"]), panel.y(rows["value"]), COLOURS["reference"], halo=2, **style)


def draw_path(panel: Panel, path: pd.DataFrame, colour: str = COLOURS["target"], half: float | None = None) -> None:
    """The targets as bars across their years, those of one promise joined by dots."""
    for _, mine in path.groupby("criterion", sort=False) if len(path) else ():
        x, y, half = panel.x(mine["year"]), panel.y(mine["target"]), half or half_mark(panel)
        across = np.column_stack([x - half, x + half, np.full(len(x), np.nan)]).ravel()
        panel.sheet.line(across, np.repeat(y, 3), colour, halo=2, linewidth=2.5)
        if len(mine) > 1:
            panel.sheet.line(x, y, colour, linestyle=(0, (1, 2)), linewidth=1.1)


def half_mark(panel: Panel) -> float:
    """How far the bar of a target reaches to either side of its year: beyond the bar of a value."""
    return float(min(0.42 * panel.step, 22))


def draw_reference(panel: Panel, rows: pd.DataFrame, number: int) -> None:
    """A place compared with, in a dash and marker of its own."""
    line = by_year(rows.dropna(subset="value"))
    if len(line):
        dash, marker = ((0, (4, 2)), (0, (5, 2, 1, 2)), (0, (1, 1.5)))[number % 3], "sD^"[number % 3]
        panel.sheet.line(panel.x(line.index), panel.y(line), COLOURS["reference"], linestyle=dash, marker=marker, markersize=4.5, linewidth=1.4)


def draw_many(panel: Panel, places: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> None:
    """More places compared with than can be told apart: thin grey lines behind ours, each named at its last point where there is room."""
    ends = {}
    for place, rows in places.items():
        line = by_year(rows.dropna(subset="value"))
        panel.sheet.line(panel.x(line.index), panel.y(line), COLOURS["other"], linewidth=0.8, marker="o", markersize=2.4, alpha=0.7)
        ends[place] = float(panel.x(line.index[-1])), float(panel.y(line.iloc[-1]))
    for place, (x, y) in sorted(ends.items(), key=lambda end: end[1]):
        aside = width(names[place]) / 2 + 6
        spots = [(x + side * aside, y + up) for side in (1, -1) for up in (0, 7, -7)]
        spots = [spot for spot in spots if panel.left + aside - 6 < spot[0] < WIDTH - aside + 6]
        if spots:
            panel.sheet.number(names[place], spots, COLOURS["reference"])


def draw_line(panel: Panel, rows: pd.DataFrame, number: int, of: int) -> None:
    """One of several areas: joined points in a colour and marker of its own, its intervals behind them."""
    measured, colour = rows[rows["value"].notna()], PLACES[number % len(PLACES)]
    aside = (number - (of - 1) / 2) * 0.06  # so that intervals of one year can be told apart
    draw_intervals(panel, measured, measured["year"] + aside, colour, alpha=0.6)
    line = by_year(measured)
    panel.sheet.line(panel.x(line.index + aside), panel.y(line), colour, marker=MARKERS[number % len(MARKERS)], markersize=6, linewidth=1.6)


def name_lines(name: str, value: str = "", across: int = _NAME) -> list[str]:
    """A name broken into short lines, with a value below."""
    lines = [line.replace("/ ", "/") for line in textwrap.wrap(name.replace("/", "/ "), across)]
    return [*lines, value] if value else lines


def name_ends(panel: Panel, ends: Sequence[tuple[int, End]]) -> None:
    """The names of lines at their last years: in the margin of those that reach the panel's last, beside their points of the others."""
    panel.sheet.stack([end for year, end in ends if year == panel.last])
    panel.sheet.name([end for year, end in ends if year != panel.last], panel.left, panel.bottom + 2, panel.right)


def room_for_names(ends: Iterable[tuple[int, Sequence[str], bool]], last: int) -> float:
    """How much paper the names of lines that reach the last year need beside them."""
    return max([14.0, *(12 + width(line, bold) for year, lines, bold in ends for line in lines if year == last)])


def mark_years(panel: Panel, indicator: Indicator, last: int, lang: str) -> None:
    """Breaks as dotted lines, the first with the word for it; years without a measurement in words."""
    for number, year in enumerate(cut["year"] for cut in indicator.breaks if panel.first < cut["year"] <= last):
        x = float(panel.x(year - 0.5))
        panel.sheet.line([x, x], [panel.bottom, panel.top + 4], COLOURS["quiet"], linestyle=(0, (1, 2)), linewidth=1)
        if number == 0:
            word = say("legend_break", lang)
            panel.sheet.number(word, [(x, panel.top + 11)], COLOURS["quiet"], always=True)
    for gap in indicator.no_measurement:
        if panel.first <= gap["year"] <= last:
            for row, word in enumerate(reversed(say("not_surveyed", lang).split("\n"))):
                panel.sheet.number(word, [(float(panel.x(gap["year"])), panel.bottom + 10 + row * LINE)], COLOURS["quiet"], always=True)


def size(rows: pd.DataFrame, indicator: Indicator, lang: str) -> str:
    """How many the latest figure is out of, where that is known: answers of a survey, tenancies, employees."""
    known = rows[rows["denominator"].notna() & rows["value"].notna()]
    if known.empty or indicator.unit not in ("share", "rate"):
        return ""
    last = known.iloc[-1]
    return say("size_of", lang, n=wording.number(last["denominator"], 0, lang), year=last["year"])
