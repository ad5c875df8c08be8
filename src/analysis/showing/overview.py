"""The first sheet of the workbook: every promise × place × year with the marks of page one, their words, and colours that say the same again.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..promises.agreement import COMBINED, PRIMARY
from ..promises.catalogue import say
from . import marks, promise_words
from .elements import area_name

if TYPE_CHECKING:
    from ..plan import Plan

Line = list[str]
_FILLS = {
    "●": "A9D08E",
    "○": "E2EFDA",
    "◐": "E2EFDA",
    "■": "F4A582",
    "□": "FBE5D6",
    "◧": "FBE5D6",
    "≈": "EDEDED",
    "?": "FFF2CC",
}  # of a mark, which says it without colour


def headings(plan: Plan, lang: str) -> Line:
    """Where, which promise and its id, and each year.

    >>> overview.headings(plan, "en")
    ['Area', 'Promise', 'Id', '2017', '2018', '2019', '2020', '2021']
    """
    return [say("area", lang), say("criterion", lang), say("overview_id", lang), *map(str, _years(plan))]


def lines(plan: Plan, lang: str) -> list[Line]:
    """A line a promise and place: each year's mark with its words; nothing where the promise has no such year.

    >>> overview.lines(plan, "en")[0]
    ['Motalavej', 'Safer than the SUB average', 'T1a', '■ Not met, clear', ...]
    """
    rows = plan.exact_gaps
    rows = rows[(rows["reading"] == PRIMARY) & (rows["role"] == "judged")]
    told = {(row["criterion"], row["indicator"], row["area"], row["year"]): row for row in rows.to_dict("records")}
    listed = []
    for place in (*plan.agreement.areas, COMBINED):
        for criterion, indicator, _ in marks.rows_at(plan, place):
            found = [told.get((criterion.id, indicator.id, place, year)) for year in _years(plan)]
            cells = [f"{marks.sign(indicator, row)} {marks.said(indicator, row, lang)}" if row else "" for row in found]
            listed.append([area_name(plan, place, lang), promise_words.name(plan, lang, criterion, indicator), criterion.id, *cells])
    return listed


def colour(cell: str) -> str:
    """The colour behind a mark; empty for what has none."""
    return _FILLS.get(cell[:1], "")


def _years(plan: Plan) -> range:
    return range(plan.agreement.start.year, plan.year + 1)


def width(column: int) -> int:
    """How wide the column at this place is, in letters."""
    return (24, 44, 7)[column - 1] if column <= 3 else 16
