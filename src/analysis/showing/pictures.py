"""A drawing as a figure of a page: inline SVG with an alternative text, what it means, where it is from, the table of its numbers; or a file of its own."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import matplotlib as mpl
import matplotlib.colors
import pandas as pd

from ..promises.catalogue import say
from . import elements, pointing
from .drawing import PLACES
from .elements import Shown, escape
from .sheets import COLOURS, LINE, SIZE, WIDTH, Sheet

if TYPE_CHECKING:
    from ..plan import Plan


THEME = {
    "font.family": "sans-serif",
    "font.sans-serif": ["Arial", "Liberation Sans", "DejaVu Sans"],
    "svg.fonttype": "none",
    "svg.hashsalt": "analysis",
    "text.parse_math": False,
    "hatch.linewidth": 0.8,
}
_NAMED = {colour: name.replace("_", "-") for name, colour in reversed(COLOURS.items())} | {mpl.colors.to_hex("white"): "paper"}
_NAMED |= {colour: f"place-{number}" for number, colour in enumerate(PLACES) if colour not in _NAMED}


def svg(sheet: Sheet, element: str, title: str, alternative: str, over: str = "") -> str:
    """The drawing as inline SVG with title and description; ids carry the element's name, so pages can hold many.

    Over it what can be pointed at (see `pointing.markup`): then it is a group of parts to whoever has it read out, and one picture otherwise.

    Its colours are the page's: a page in the dark gives them other shades, and where there is no page, as in a notebook, they are those of
    white paper, which it brings.
    """
    buffer = io.StringIO()
    sheet.figure.patch.set_visible(False)
    with mpl.rc_context(THEME):
        sheet.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    drawing = buffer.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>|(?<=<g) id=\"(?:line2d|text|patch)_\d+\"|<style.*?</style>", "", drawing, flags=re.S)
    drawing = re.sub(r'<g( clip-path="[^"]*")?>\s*((?:<use [^>]*/>\s*){2,})</g>', _styled_once, drawing)
    drawing = re.sub(r"(?<=: )#[0-9a-f]{6}", lambda colour: f"var(--{_NAMED[colour[0]]}, {colour[0]})", drawing)
    drawing = re.sub(r"font-family: [^;\"]*; ?|font-size: 11.5px; ?| transform=\"rotate\(-0 [^)]*\)\"", "", drawing)  # what is the same on all of the page
    drawing = re.sub(r'(\bid="|"#|url\(#)', rf"\g<1>{element}-", drawing)
    _, _, inner = drawing.partition(">")
    box = re.search(r'viewBox="([^"]+)"', drawing)[1]
    inner, role = (inner.replace("</svg>", f"{over}</svg>"), "group") if over else (inner, "img")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{box}" role="{role}" '
        f'aria-labelledby="{element}-t {element}-d" stroke-linejoin="round" font-size="{SIZE}" '
        f'style="background: var(--paper, #fff)"><title id="{element}-t">{escape(title)}</title>'
        f'<desc id="{element}-d">{escape(alternative)}</desc>{inner}'
    )


def _styled_once(group: re.Match) -> str:
    """A group of points with the style they all have written once; as it is where they differ."""
    styles = set(re.findall(r' style="([^"]*)"', group[2]))
    points = re.sub(r' style="[^"]*"', "", group[2])
    return f'<g{group[1] or ""} style="{styles.pop()}">{" ".join(points.split())}</g>' if len(styles) == 1 else group[0]


def warm_up() -> None:
    """Find the fonts and draw once, so that processes forked afterwards need not."""
    sheet = Sheet(20)
    sheet.write(0, 10, "0", bold=True)
    sheet.line([0, 10], [0, 10], COLOURS["value"], marker="o")
    svg(sheet, "warm-up", "", "")


class Words(NamedTuple):
    """What stands around a chart: its name, what is measured in which unit, what it shows, how it is read, and what it is for those who do not see it.

    The first sentences of `finding` are its heading, if they are few enough; of several areas at once none leads (`leads` is False).
    """

    title: str
    what: str
    finding: str
    alternative: str
    reading: str = ""
    leads: bool = True


def shown(plan: Plan, sheet: Sheet, element: str, words: Words, data: Shown, rows: pd.DataFrame, lang: str, pointed: bool = False) -> Shown:
    """The takeaway, what is measured, the chart, one sentence more, where it is from; and on demand all else it says, with its numbers."""
    if plan.internal:  # in the picture itself, since pictures are copied out of notebooks
        sheet.write(WIDTH - 2, sheet.height - 8, say("internal", lang), COLOURS["not_met"], ha="right", bold=True)
    over, (takeaway, what, caption, rest) = pointing.markup(sheet) if pointed else "", _told(words)
    from_ = elements.sources(plan, lang, "; ".join(dict.fromkeys("; ".join(rows.loc[rows["value"].notna(), "source"]).split("; "))))
    made_up = f" {escape(say('made_up', lang))}" if plan.agreement.example else ""  # beside the picture, which is shown without its page too
    source = f"<small>{escape(say('source', lang))}: {from_}{made_up}</small>" if from_ else ""
    more = "".join(f"<p>{escape(each)}</p>" for each in (rest, words.reading) if each)
    return Shown(
        f'<figure id="{element}"><p class="takeaway">{escape(takeaway)}</p><p class="what">{escape(what)}</p>'
        f'<div class="chart">{svg(sheet, element, words.title, words.alternative, over)}</div>'
        f"<figcaption>{escape(caption)}{source}<details><summary>{escape(say('table_of', lang, title=words.title))}</summary>{more}{data.markup}</details>"
        "</figcaption></figure>",
        element,
        data.figures,
    )


_MOST_WORDS = 15  # in a heading
_SENTENCE = re.compile(r"(?<=[\w)%\u00bb][.])\s+(?=[A-Z\u00c6\u00d8\u00c5\u00bb])")  # a full stop, then a capital or a quote


def first_sentence(text: str) -> str:
    """The first of several sentences.

    >>> pictures.first_sentence("It fell from 1.5 to 1. That may be chance.")
    'It fell from 1.5 to 1.'
    """
    return _SENTENCE.split(text)[0]


def _told(words: Words) -> tuple[str, str, str, str]:
    """A chart's heading, what is measured, the sentence below it, and the rest; its name heads it where its first sentence is too long to."""
    sentences = _SENTENCE.split(words.finding) if words.finding else []
    lead: list[str] = []
    while words.leads and sentences and len(" ".join([*lead, sentences[0]]).split()) <= _MOST_WORDS:
        lead.append(sentences.pop(0))
    what = words.what if not lead else f"{words.title} · {words.what[:1].lower()}{words.what[1:]}"
    caption = sentences.pop(0) if words.leads and sentences else ""
    return " ".join(lead) or words.title, what, caption, " ".join(sentences)


class Chart(Shown):
    """A figure of a page that can also be saved as a picture of its own, with its heading, its marks and its source in it."""

    def __init__(self, shown: Shown, draw: Callable[[], Sheet], words: Words, footer: str):
        super().__init__(shown.markup, shown.element)
        self.figures, self._draw, self._words, self._footer = shown.figures, draw, words, footer

    def picture(self, kind: str) -> bytes:
        """The picture as `svg` or `png`, the same bytes each time; raises `ValueError` for anything else."""
        if kind not in ("svg", "png"):
            raise ValueError(f"{kind}: a chart is saved as svg or png")
        buffer, sheet = io.BytesIO(), self._draw()
        takeaway, what, _, _ = _told(self._words)
        head, sub, foot = (textwrap.wrap(text, 62) for text in (takeaway, what, self._footer))
        sheet.extend(LINE * (len(head) + len(sub) + 1), LINE * (len(foot) + 1))
        lines = [*((text, COLOURS["ink"], True) for text in head), *((text, COLOURS["quiet"], False) for text in sub)]
        for number, (text, colour, bold) in enumerate(lines):
            sheet.write(6, sheet.top - (number + 1) * LINE, text, colour, bold=bold)
        for number, text in enumerate(foot):
            sheet.write(6, -(number + 1) * LINE + 4, text, COLOURS["quiet"])
        with mpl.rc_context(THEME):
            unmarked = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
            sheet.figure.savefig(buffer, format=kind, dpi=200, metadata=unmarked)
        return buffer.getvalue()


def footer(plan: Plan, lang: str, rows: pd.DataFrame) -> str:
    """What a picture must carry when it leaves its page: whether it is internal or made up, and where its figures are from."""
    marks = [say(mark, lang) for mark, on in (("internal", plan.internal), ("example", plan.agreement.example)) if on]
    named = "; ".join(name for name, _ in elements.source_names(plan, "; ".join(rows.loc[rows["value"].notna(), "source"]).split("; ")))
    return ". ".join([*marks, f"{say('source', lang)}: {named}"])
