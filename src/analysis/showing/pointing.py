"""What a chart tells whoever points at it, with the mouse or the keyboard: each value and each target with its place and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..promises.agreement import Indicator
from ..promises.catalogue import say
from . import promise_words, wording
from .drawing import Panel
from .elements import area_name, escape
from .sheets import SIZE, WIDTH, Point, Sheet, width

if TYPE_CHECKING:
    from ..plan import Plan

_REACH = 7  # points around a value in which the mouse finds it
_STYLE = """<style>.point { outline: none; } .point circle { fill: transparent; stroke: none; }
.point text { visibility: hidden; font-weight: 700; fill: #1a1d21; stroke: #fff; stroke-width: 5px; paint-order: stroke; }
.point:is(:hover, :focus) text { visibility: visible; } .point:is(:hover, :focus) circle { stroke: #1a1d21; stroke-width: 1.5px; }</style>"""


def points(plan: Plan, lang: str, known: Indicator, panel: Panel, rows: pd.DataFrame, path: pd.DataFrame) -> list[Point]:
    """The values and the targets of a panel of years: where each is, and what it is."""
    told = []
    shown = rows[rows["value"].notna()]
    for year, row in zip(shown["year"], plan.exact_observations.loc[shown.index].to_dict("records"), strict=True):
        value = wording.value_of(row, known, lang)
        between = "" if pd.isna(row["lower"]) else f" ({' – '.join(wording.limit_words(row, known, lang))})"
        told.append((year, row["value"], f"{area_name(plan, row['area'], lang)} {wording.period(row['period'], lang)}: {value}{between}"))
    for row in path.to_dict("records"):
        named = "" if plan.supposed else f" {row['criterion']}"
        words = promise_words.target_words(plan, row, lang)
        told.append((row["year"], row["target"], f"{say('legend_target', lang)}{named}, {area_name(plan, row['area'], lang)} {row['year']}: {words}"))
    return [Point(float(panel.x(year)), float(panel.y(value)), text) for year, value, text in told]


def months(known: Indicator, panel: Panel, chart: pd.DataFrame, lang: str) -> list[Point]:
    """The months of a run chart that have a figure."""
    rows = chart[chart["value"].notna()]
    told = [f"{wording.period(period, lang)}: {wording.value(value, known.unit, lang)}" for period, value in zip(rows["period"], rows["value"], strict=True)]
    return [Point(float(x), float(y), text) for x, y, text in zip(panel.x(rows.index), panel.y(rows["value"]), told, strict=True)]


def markup(sheet: Sheet) -> str:
    """The points of a sheet over its drawing: seen only where the mouse is, or the keyboard; read out by name."""
    return _STYLE + "".join(_point(sheet, point) for point in sheet.points) if sheet.points else ""


def _point(sheet: Sheet, point: Point) -> str:
    """One point with its words above it, or below where there is no room, and never beyond the edges."""
    half, y = width(point.text, bold=True) / 2 + 2, sheet.height - point.y
    x, beside = min(max(point.x, half), WIDTH - half), y - 11 if y > 24 else y + 20
    text = escape(point.text)
    return (
        f'<g class="point" tabindex="0" role="img" aria-label="{text}"><circle cx="{point.x:.1f}" cy="{y:.1f}" r="{_REACH}"/>'
        f'<text x="{x:.1f}" y="{beside:.1f}" text-anchor="middle" font-size="{SIZE}" aria-hidden="true">{text}</text></g>'
    )
