"""A place among others as it is drawn: ranks, the funnel of chance, rates. Nothing is computed here."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes

from ..promises.catalogue import say
from . import benchmarking, wording
from .drawing import COLOURS, PLOT_POINTS, free_height

OWN_MARKS = "oD^vPXs*"  # a shape an area, so that no colour tells them apart alone


def short(name: str, width: int = 36) -> str:
    """A name in lines no longer than fit, and no longer than a chart has room for."""
    return textwrap.fill(name if len(name) <= 3 * width else name[: 3 * width - 1] + "…", width)


def draw_ranks(axes: Axes, rows: pd.DataFrame, area: str, lang: str) -> None:
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
        label = benchmarking.range_words(row, lang).replace("\u00a0", "\n")
        axes.annotate(
            label,
            (row["year"], row["rank"]),
            xytext=(5.5, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            fontweight="bold",
            bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.3},
        )


def draw_funnel(axes: Axes, rows: pd.DataFrame, curve: pd.DataFrame, own: dict[str, str], centre: str, lang: str) -> None:
    """Shares by number of answers within the limits of chance; each of our areas with a shape of its own."""
    name = f"{centre[:1].upper()}{centre[1:]} ({wording.percent(rows.iloc[0]['centre'], lang)})"
    axes.axhline(rows.iloc[0]["centre"], color=COLOURS["reference"], linewidth=1.2, label=short(name))
    for name, dashes in (("95", "--"), ("998", ":")):
        axes.plot(curve["answers"], curve[f"low{name}"], color=COLOURS["reference"], linestyle=dashes, linewidth=1.2, label=say(f"limits{name}", lang))
        axes.plot(curve["answers"], curve[f"high{name}"], color=COLOURS["reference"], linestyle=dashes, linewidth=1.2)
    others = rows[~rows["area"].isin(own)]
    if len(others):
        axes.plot(others["answers"], others["value"], color=COLOURS["other"], marker="s", markersize=6, linestyle="none", label=say("other_areas", lang))
    for number, row in enumerate(rows[rows["area"].isin(own)].to_dict("records")):
        axes.plot(
            row["answers"],
            row["value"],
            color=COLOURS["value"],
            marker=OWN_MARKS[number % len(OWN_MARKS)],
            markersize=9,
            linestyle="none",
            markerfacecolor="white" if number % 2 else COLOURS["value"],
            markeredgewidth=1.8,
            label=short(own[row["area"]]),
        )


def draw_rates(axes: Axes, rows: pd.DataFrame, names: dict[str, str], lang: str) -> None:
    """A line a place with its intervals, in a colour, dash and marker of its own; the last rate as a number."""
    styles = zip((COLOURS["value"], COLOURS["reference"], COLOURS["other"]), ("-", "--", "-."), "osD", strict=True)
    heights = rows["upper"].fillna(rows["rate"]).max() or 1
    taken: list[tuple[int, float]] = []
    for (area, name), (colour, dashes, marker) in zip(names.items(), styles, strict=False):
        mine = rows[rows["area"] == area]
        if mine.empty:
            continue
        line = mine.set_index("year")["rate"].reindex(range(mine["year"].min(), mine["year"].max() + 1))  # a missing year is a gap
        axes.plot(line.index, line, color=colour, linestyle=dashes, marker=marker, markersize=6, label=short(name))
        axes.vlines(mine["year"], mine["lower"], mine["upper"], color=colour, linewidth=1.4)
        last = mine.iloc[-1]
        height = free_height(int(last["year"]), last["rate"] / heights, taken)
        label, lift = wording.number(last["rate"], benchmarking.rate_decimals(rows), lang), (height - last["rate"] / heights) * PLOT_POINTS
        axes.annotate(
            label,
            (last["year"], last["rate"]),
            xytext=(9, lift),
            textcoords="offset points",
            va="center",
            color=colour,
            fontweight="bold" if colour == COLOURS["value"] else "normal",
        )
