"""A drawing as a figure of a page: inline SVG with an alternative text, what it means, where it is from, the table of its numbers; or a file of its own."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from ..promises.catalogue import say
from . import elements
from .elements import Shown, escape

if TYPE_CHECKING:
    from ..plan import Plan


COLOURS = {
    "value": "#1d4f7c",
    "target": "#a84300",
    "reference": "#5b6570",
    "other": "#8a949d",
    "met": "#1c6b3c",
    "not_met": "#a3221b",
    "hidden": "#6b7680",
    "quiet": "#6b7680",
    "grid": "#dfe3e7",
}


THEME = {
    "font.family": "sans-serif",
    "font.size": 10,
    "svg.fonttype": "none",
    "svg.hashsalt": "analysis",
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": COLOURS["quiet"],
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": COLOURS["grid"],
    "axes.axisbelow": True,
    "xtick.color": "#333333",
    "ytick.color": "#333333",
    "figure.facecolor": "white",
    "axes.titlelocation": "left",
}


def svg(figure: Figure, element: str, title: str, alternative: str) -> str:
    """The drawing as inline SVG with title and description; ids carry the element's name, so pages can hold many."""
    buffer = io.StringIO()
    with mpl.rc_context(THEME):
        if (layout := figure.get_layout_engine()) is not None:  # here, as `savefig` would first draw all of it for its layout alone
            FigureCanvasSVG(figure)
            figure.set_dpi(72)  # what SVG is drawn with
            layout.execute(figure)
            figure.set_layout_engine(None)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    drawing = buffer.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.S)
    drawing = re.sub(r'<g( clip-path="[^"]*")?>\s*((?:<use [^>]*/>\s*){2,})</g>', _styled_once, drawing)
    drawing = re.sub(r'(\bid="|"#|url\(#)', rf"\g<1>{element}-", drawing)
    _, _, inner = drawing.partition(">")
    box = re.search(r'viewBox="([^"]+)"', drawing)[1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{box}" role="img" '
        f'aria-labelledby="{element}-t {element}-d"><title id="{element}-t">{escape(title)}</title>'
        f'<desc id="{element}-d">{escape(alternative)}</desc>{inner}'
    )


def _styled_once(group: re.Match) -> str:
    """A group of points with the style they all have written once; as it is where they differ."""
    styles = set(re.findall(r' style="([^"]*)"', group[2]))
    points = re.sub(r' style="[^"]*"', "", group[2])
    return f'<g{group[1] or ""} style="{styles.pop()}">{" ".join(points.split())}</g>' if len(styles) == 1 else group[0]


def warm_up() -> None:
    """Find the fonts and draw once, so that processes forked afterwards need not."""
    figure, axes = plt.subplots()
    axes.set_title("0")
    axes.plot([0, 1])
    svg(figure, "warm-up", "", "")


def shown(
    plan: Plan, figure: Figure, element: str, title: str, finding: str, alternative: str, data: Shown, rows: pd.DataFrame, lang: str, reading: str = ""
) -> Shown:
    """Chart, what it means, how it is read, where it is from, and its numbers, as one figure of the page."""
    if plan.internal:  # in the picture itself, since pictures are copied out of notebooks
        figure.text(0.995, 0.995, say("internal", lang), ha="right", va="top", color=COLOURS["not_met"], fontsize=9, fontweight="bold").set_in_layout(False)
    drawn = svg(figure, element, title, alternative)
    summary = say("table_of", lang, title=title)
    from_ = elements.sources(plan, lang, "; ".join(dict.fromkeys("; ".join(rows.loc[rows["value"].notna(), "source"]).split("; "))))
    caption = escape(finding) + (f"<small>{escape(reading)}</small>" if reading else "")
    caption += f"<small>{escape(say('source', lang))}: {from_}</small>" if from_ else ""
    frame = f'<div class="chart" role="group" aria-label="{escape(title)}" tabindex="0">{drawn}</div>'  # it may scroll, and keys must reach it
    return Shown(
        f'<figure id="{element}">{frame}<figcaption>{caption}</figcaption><details><summary>{escape(summary)}</summary>{data.markup}</details></figure>',
        element,
        data.figures,
    )


class Chart(Shown):
    """A figure of a page that can also be saved as a picture of its own, with its marks and its source in it."""

    def __init__(self, shown: Shown, draw: Callable[[], Figure], footer: str):
        super().__init__(shown.markup, shown.element)
        self.figures, self._draw, self._footer = shown.figures, draw, footer

    def picture(self, kind: str) -> bytes:
        """The picture as `svg` or `png`, the same bytes each time; raises `ValueError` for anything else."""
        if kind not in ("svg", "png"):
            raise ValueError(f"{kind}: a chart is saved as svg or png")
        buffer, figure = io.BytesIO(), self._draw()
        with mpl.rc_context(THEME):
            figure.axes[0].set_xlabel(textwrap.fill(self._footer, 105), loc="left", fontsize=8, color=COLOURS["quiet"])
            unmarked = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
            figure.savefig(buffer, format=kind, dpi=200, metadata=unmarked)
        plt.close(figure)
        return buffer.getvalue()


def footer(plan: Plan, lang: str, rows: pd.DataFrame) -> str:
    """What a picture must carry when it leaves its page: whether it is internal or made up, and where its figures are from."""
    marks = [say(mark, lang) for mark, on in (("internal", plan.internal), ("example", plan.agreement.example)) if on]
    named = "; ".join(name for name, _ in elements.source_names(plan, "; ".join(rows.loc[rows["value"].notna(), "source"]).split("; ")))
    return ". ".join([*marks, f"{say('source', lang)}: {named}"])
