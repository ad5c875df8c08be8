"""The elements a page is made of: an element and its key figures, a table that every reader can use, a paragraph, a source.

Text from data is always escaped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging.digits import written
from ..promises.agreement import COMBINED
from ..promises.catalogue import LANGUAGES, say
from . import wording

if TYPE_CHECKING:
    from ..plan import Plan


FIGURES_MIME = "application/vnd.tryghed.figures+json"

IN_NOTEBOOKS = """<style>.takeaway, .wide caption, .wide .id, figure .id, .wide .verdict { font-weight: 700; }
.wide caption { text-align: left; padding: .3rem 0; }
.what, .wide small, .narrow small, figcaption small { color: #59636d; } .wide small, .narrow small, figcaption small { display: block; }
figure:has(.takeaway) { max-width: 36rem; margin: .5rem 0; } .chart svg { width: 100%; height: auto; overflow: visible; }
.wide th, .wide td, .narrow th, .narrow td { text-align: left; vertical-align: top; padding: .3rem .6rem; }
p.mark { background: #7a1f12; color: #fff; padding: .3rem .7rem; }
</style>"""  # pages bring their own; a notebook has it from the plan that is shown in it


class Shown:
    """One element of a page: its HTML and the key figures in it (indicator, area, period, value, shown_as).

    `internal` is the language in which it is said that it shows true figures; empty where it shows protected ones.
    """

    internal = ""

    def __init__(self, markup: str, element: str = "", figures: Iterable[Mapping[str, Any]] = ()):
        self.markup, self.element = markup, element
        self.figures = [{"element": element, **figure} for figure in figures]

    def __str__(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        """Which element, and how its text begins."""
        return f"<{self.element}: {self.text[:100]}>"

    @property
    def text(self) -> str:
        """What a reader sees, without the drawing."""
        return html.unescape(" ".join(re.sub(r"<(style|svg).*?</\1>|<[^>]+>", " ", self.markup, flags=re.S).split()))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """What a notebook keeps of it: the HTML, and the figures for the renderer. What shows true figures bears the mark, in each cell by itself."""
        mark = say("internal", self.internal) if self.internal else ""
        marked = "" if mark in self.markup else f'<p class="mark"><strong>{escape(mark)}</strong></p>'
        said = f"{marked and mark} {self.text}".strip()
        return {
            "text/html": marked + self.markup,
            "text/plain": said[:2000],
            FIGURES_MIME: {"element": self.element, "figures": [*map(_in_digits, self.figures)]},
        }


def _in_digits(figure: Mapping[str, Any]) -> dict[str, Any]:
    return {**figure, "value": digits(figure["value"])}


def digits(number: Decimal | float | str) -> str:
    """A key figure's number in digits: all of an exact one, twelve of one that was computed; as it is, where it is digits already.

    >>> elements.digits(Decimal("0.1234567890123456789")), elements.digits(1 / 3), elements.digits(Decimal(38))
    ('0.1234567890123456789', '0.333333333333', '38')
    """
    if isinstance(number, str):
        return number
    return written(number).removesuffix(".0") if isinstance(number, Decimal) else f"{number:.12g}"


def element_id(*parts: str) -> str:
    """The name of an element, made of what it is and what it is about.

    >>> elements.element_id("chart", "safe_share", "motalavej")
    'chart-safe-share-motalavej'
    """
    return "-".join(parts).replace("_", "-")


def together(element: str, parts: Iterable[Shown]) -> Shown:
    """Several elements as one, in order; each figure keeps the name of the element it stands in."""
    whole, listed = Shown("", element), list(parts)
    whole.markup = "\n".join(part.markup for part in listed)
    whole.figures = [figure for part in listed for figure in part.figures]
    return whole


def in_pairs(element: str, parts: Iterable[Shown]) -> Shown:
    """Several elements as one, two beside each other where there is room; each is kept whole.

    >>> elements.in_pairs("both", [elements.paragraph("one", ["This."]), elements.paragraph("other", ["That."])])
    <both: This. That.>
    """
    listed = list(parts)
    whole = together(element, listed)
    whole.markup = f'<div class="pair {element}">{"".join(f"<div>{part.markup}</div>" for part in listed)}</div>'
    return whole


def escape(text: object) -> str:
    """Text from data as text on a page, whatever it holds."""
    return html.escape(str(text))


def table(
    element: str,
    caption: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    numeric: Sequence[int] = (),
    frame: str = "wide",
) -> str:
    """An HTML table with caption and scope; cells are HTML already, the first of each row is its heading.

    It stands in a frame that a keyboard can reach, since a wide table scrolls sideways in there and not with the page.

    A `narrow` one fits a telephone as it is; of a `wide` one each cell has a line of its own there.
    A first cell of None belongs to the heading above it.
    """
    lines = [list(row) for row in rows]
    spans = [0] * len(lines)
    for number, row in enumerate(lines):
        first = number if row[0] is not None else first  # noqa: F821 (a first row always has a heading)
        spans[first] += 1

    def cell(column: int, content: str, span: int) -> str:
        kind = ' class="number"' if column in numeric else ""
        if column == 0:
            scope = f' scope="rowgroup" rowspan="{span}"' if span > 1 else ' scope="row"'
            return f"<th{scope}{kind}>{content}</th>"
        return f'<td{kind} data-label="{escape(header[column])}">{content}</td>'

    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in header)
    body = []
    for number, row in enumerate(lines):
        cells = (cell(column, content, spans[number]) for column, content in enumerate(row) if content is not None)
        body.append(f"<tr>{''.join(cells)}</tr>")
    name = f"{element}-caption"
    return (
        f'<div class="{frame}" role="group" aria-labelledby="{name}" tabindex="0">'
        f'<table id="{element}"><caption id="{name}">{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def paragraph(element: str, sentences: Iterable[str], figures: Iterable[dict] = (), kind: str = "finding") -> Shown:
    """Sentences as one paragraph.

    >>> elements.paragraph("note", ["Two & two."])
    <note: Two & two.>
    """
    return Shown(f'<p class="{kind}">{" ".join(escape(sentence) for sentence in sentences)}</p>', element, figures)


def folded(shown: Shown, summary: str) -> Shown:
    """An element that a reader unfolds, under one line that says what it is.

    >>> elements.folded(elements.paragraph("more", ["The figures."]), "Year by year")
    <more: Year by year The figures.>
    """
    return Shown(f"<details><summary>{escape(summary)}</summary>{shown.markup}</details>", shown.element, shown.figures)


def sources(plan: Plan, lang: str, source: str) -> str:
    """Where a figure comes from: links to publications, or who delivered it, as HTML.

    >>> elements.sources(plan, "en", "police_survey:x")
    'Politiet'
    """
    names = source_names(plan, source.split("; "))
    return "; ".join(f'<a href="{escape(url)}">{escape(name)}</a>' if url.startswith("http") else escape(name) for name, url in names)


def source_names(plan: Plan, ids: Iterable[str]) -> list[tuple[str, str]]:
    """Where figures come from, each once: publisher and year of a publication with its address, or who delivered the file.

    >>> elements.source_names(plan, ["police_survey:x"])
    [('Politiet', '')]
    """
    listed, publishers = [], {source: publisher_name(plan, name) for source, name in zip(plan.files["source"], plan.files["publisher"], strict=True)}
    for part in ids:
        source, _, id_ = part.partition(":")
        if id_ in plan.publications.index:
            entry = plan.publications.loc[id_]
            listed.append((f"{entry['publisher']} ({entry['year']})", entry["url"]))
        else:
            listed.append((publishers.get(source, id_), ""))
    return list(dict.fromkeys(listed))


def publisher_name(plan: Plan, name: str) -> str:
    """Who delivered, as a page says it: of a made-up plan without the words that say so at each name, as each page and chart bears them.

    >>> elements.publisher_name(plan, "Politiet (opdigtet eksempel)")
    'Politiet'
    """
    if plan.agreement.example:
        for lang in LANGUAGES:
            name = name.removesuffix(f" {say('made_up', lang)}")
    return name


def breakable(name: str) -> str:
    """A name that may break after a slash, escaped."""
    return escape(name).replace("/", "/<wbr>")


def figure(indicator: str, area: str, period: object, value: float | Decimal, shown_as: str) -> dict[str, Any]:
    """One key figure: what, where, when, the number (with all its digits where it is exact), and how it is written."""
    return {"indicator": indicator, "area": area, "period": str(period), "value": value if isinstance(value, Decimal) else float(value), "shown_as": shown_as}


def figures_of(row: Mapping[str, Any], told: Iterable[tuple[float | Decimal, str]]) -> list[dict[str, Any]]:
    """The numbers of one row with how they are written, as key figures of its period or its year; missing ones are none.

    >>> elements.figures_of({"indicator": "safe_share", "area": "sydbyen", "year": 2021}, [(0.8, "80%"), (float("nan"), "–")])
    [{'indicator': 'safe_share', 'area': 'sydbyen', 'period': '2021', 'value': 0.8, 'shown_as': '80%'}]
    """
    when = row["period"] if "period" in row else row["year"]
    return [figure(row["indicator"], row["area"], when, number, text) for number, text in told if not pd.isna(number)]


def area_name(plan: Plan, area: str, lang: str) -> str:
    """The printed name of an area; the combined value says how many areas it joins."""
    return (
        say("combined_n", lang, n=len(plan.agreement.areas), count=wording.spelled(len(plan.agreement.areas), lang))
        if area == COMBINED
        else plan.agreement.area_name(area)
    )


def area_names(plan: Plan) -> dict[str, str]:
    """The printed names of the plan's areas, by id."""
    return {id_: area.name for id_, area in plan.agreement.areas.items()}
