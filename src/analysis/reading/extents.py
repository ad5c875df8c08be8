"""Where on a sheet a table stands, and how it is turned: its cells cut out and laid as a table is read, each still with its own place.

A range is written as Excel writes it, `B5:H20`, or `B5:H` down to the last row. A sheet is turned where measures stand
below one another and areas or years beside one another: its columns are then read as rows.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from .workbooks import MOST_CELLS, Place, Sheet, letters

_RANGE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})?:([A-Z]{1,3})([1-9][0-9]{0,6})?")
_NO_LIMIT = 10_000_000
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_NO_FIGURE = re.compile(r"^\(?[0-9]{1,2}[).:]|\b[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}\b|\b(19|20)[0-9]{2}\b")  # a note's own number, a date, a year
_BESIDE_A_NUMBER = re.compile(r"\b(kr|dkk|mio|pct|stk|ca)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Extent:
    """The cells from a first to a last row and column, all counted from 1 and all within."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies within."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


def parse_range(text: str) -> Extent | None:
    """The cells a range names; None for what is no range.

    >>> parse_range("B5:H20")
    Extent(top=5, left=2, bottom=20, right=8)
    """
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    left, right = sorted(_number(match[number]) for number in (1, 3))
    top, bottom = int(match[2] or 1), int(match[4] or _NO_LIMIT)
    return Extent(top, left, bottom, right) if top <= bottom else None


def _number(column: str) -> int:
    """A column's letters as its number: A is 1, AA is 27."""
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


@dataclass(frozen=True)
class Places:
    """Where in the file the cells of a table stand, as a person sees it.

    `turned` is 0, or of a table read turned the sheet's row that its first column is; `rows` has the sheet's row of each heading then.
    `left` is the sheet's column that the first column of any other table is. `moved` are cells joined to another row: (row, heading) of
    the table → (row, heading) where they were delivered.
    """

    turned: int = 0
    left: int = 1
    rows: dict[str, int] = field(default_factory=dict)
    moved: Mapping[tuple[int, str], tuple[int, str]] = field(default_factory=dict)

    def name(self, headings: Iterable[str]) -> None:
        """Remember which of the sheet's rows each heading stands in, where the table is turned."""
        if self.turned:
            for row, heading in enumerate(headings, self.turned):
                self.rows.setdefault(heading, row)

    def letter(self, place: int) -> str:
        """What stands on the edge of the sheet beside a column of the table: its letter, or of a turned table the row's number."""
        return str(self.turned + place - 1) if self.turned else letters(self.left + place - 1)

    def at(self, row: int, heading: str = "") -> dict[str, int | str | None]:
        """`row` and `column` of a cell, as a problem names them: row and heading, or of a turned table row and letter."""
        row, heading = self.moved.get((int(row), heading), (int(row), heading))
        return {"row": self.rows.get(heading), "column": letters(row)} if self.turned else {"row": row, "column": heading}


def cut(sheet: Sheet, extent: Extent) -> Sheet:
    """The part of a sheet that lies within, its first column the extent's; rows keep their numbers."""
    right = min(extent.right, max((len(cells) for _, cells in sheet.rows), default=0))
    rows = [(number, [*cells, *[""] * right][extent.left - 1 : right]) for number, cells in sheet.rows if extent.top <= number <= extent.bottom]
    merged = [
        (max(top, extent.top), left - extent.left + 1, min(bottom, extent.bottom), min(last, right) - extent.left + 1)
        for top, left, bottom, last in sheet.merged
        if extent.holds(top, left)
    ]
    numeric = frozenset((row, column - extent.left + 1) for row, column in sheet.numeric if extent.holds(row, column))
    return replace(sheet, rows=[row for row in rows if any(row[1])], merged=merged, numeric=numeric)


def without(sheet: Sheet, extents: Collection[Extent]) -> tuple[Sheet, list[tuple[int, list[str]]]]:
    """The sheet with nothing in the cells that lie in one of these extents; and its rows with nothing but these cells."""
    left, within = [], []
    for number, cells in sheet.rows:
        held = [any(extent.holds(number, column) for extent in extents) for column in range(1, len(cells) + 1)]
        left.append((number, ["" if inside else cell for cell, inside in zip(cells, held, strict=True)]))
        within.append((number, [cell if inside else "" for cell, inside in zip(cells, held, strict=True)]))
    return replace(sheet, rows=[row for row in left if any(row[1])]), [row for row in within if any(row[1])]


def turned(sheet: Sheet, first: int, left: int) -> Sheet:
    """The sheet with columns as rows: row `left` is its first column, and each row's first cell is of row `first`."""
    width, last = max((len(cells) for _, cells in sheet.rows), default=0), max((number for number, _ in sheet.rows), default=0)
    if width * (last - first + 1) > MOST_CELLS:
        raise OverflowError
    columns = [[""] * (last - first + 1) for _ in range(width)]
    for number, cells in sheet.rows:
        for place, cell in enumerate(cells):
            columns[place][number - first] = cell
    rows = [(number, cells) for number, cells in enumerate(columns, left) if any(cells)]
    merged = [(column + left - 1, top - first + 1, right + left - 1, bottom - first + 1) for top, column, bottom, right in sheet.merged]
    numeric = frozenset((column + left - 1, row - first + 1) for row, column in sheet.numeric)
    return replace(sheet, rows=rows, merged=merged, numeric=numeric)


def is_figure(text: str) -> bool:
    """Whether a cell may hold a figure: digits and no words but those beside numbers, and more than a year.

    >>> is_figure("58.709 kr."), is_figure("2018"), is_figure("Kilde: Politiet 2019")
    (True, False, False)
    """
    bare = _BESIDE_A_NUMBER.sub("", text)
    return any(map(str.isdigit, bare)) and not any(map(str.isalpha, bare)) and not _YEAR.fullmatch(text)


def holds_figure(text: str) -> bool:
    """Whether a line of text has a number in it that is more than a note's own number, a date or a year."""
    return any(map(str.isdigit, _NO_FIGURE.sub("", text)))


def outside(rows: Iterable[tuple[int, list[str]]], extents: Collection[Extent]) -> list[Place]:
    """The cells with figures that lie in none of these extents."""
    return [
        (number, column)
        for number, cells in rows
        for column, cell in enumerate(cells, 1)
        if is_figure(cell) and not any(extent.holds(number, column) for extent in extents)
    ]
