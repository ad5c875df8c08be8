"""What became of every row and column of a delivered sheet, so that no cell is lost in silence.

While a file is read, each row gets a role and each heading another; a cell's role follows from both. All rows are counted, and of
the first few hundred the cells are kept, so that the sheet can be drawn. Knows nothing of what figures mean.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, zip_longest

import pandas as pd

from ..promises.problems import Problem
from ..promises.reasons import Reason, to_json
from .extents import Extent
from .workbooks import letters

KEPT = 300  # rows of a sheet whose cells are kept
WRITTEN_OUT = 40  # of these, rows that are shown with their texts to who may see them
TITLE, HEADING, USED, ASIDE, TEXT, BLANK, NOT_READ = "title", "heading", "used", "set_aside", "text", "blank", "not_read"
COLUMNS = "columns"  # not a row: what each column is read as
ROWS = (USED, HEADING, ASIDE, TEXT, TITLE, NOT_READ, BLANK)  # the roles of rows, the strongest first
NOBODYS = "?"  # a cell that this table leaves to another one
_ALL = (*ROWS, NOBODYS)
CELLS = {  # a letter a role: what a cell is to the table that takes most notice of it, the strongest first
    "v": "value",
    "p": "period",
    "a": "area",
    "i": "indicator",
    "o": "other",
    "h": HEADING,
    "s": ASIDE,
    "t": TITLE,
    "n": NOT_READ,
    ".": BLANK,
}
_STRENGTH = {letter: place for place, letter in enumerate([*CELLS, NOBODYS])}
_BY_CELL = dict.fromkeys("vpaio", USED) | {"s": ASIDE, "h": HEADING, "t": TITLE, "n": NOT_READ}
_OF_ROW = {HEADING: "h", TITLE: "t", TEXT: "t", NOT_READ: "n"}
_MEANS = {"area": "a", "period": "p", "date": "p", "indicator": "i", "tone": "i"} | dict.fromkeys(
    ("value", "all_moves", "internal", "answer", "number", "bounds", "with_base"), "v"
)
NUMBERS = ["rows", "headings", "titles", "used", "set_aside", "blank", "not_read"]  # of rows: as delivered, and by role
SHEETS = ["source", "file", "sheet", "role", "first", "last", "rows", "cells"]

Row = tuple[int, list[str]]


@dataclass
class SheetAccount:
    """One sheet as one table of a source.toml reads it: how many rows have which role, and of the first ones every cell's."""

    name: str = ""
    delivered: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    reasons: Counter[Reason] = field(default_factory=Counter)
    kept: dict[int, list[str]] = field(default_factory=dict)  # the cells of the first rows, as delivered
    roles: dict[int, str] = field(default_factory=dict)  # of the rows that are kept
    every: bytearray = field(default_factory=bytearray)  # of every row, by its number: the place in `_ALL`, from 1; 0 where there is none
    headings: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)  # heading → letter of its role
    left: dict[str, int] = field(default_factory=dict)  # heading of a column that is left to another table → first row with content
    extent: Extent | None = None  # where on the sheet the table stands, if not everywhere
    turned: int = 0  # of a table read turned the row that its first column is; its rows are columns of the sheet
    across: dict[int, str] = field(default_factory=dict)  # the roles of these, by the number of the column
    ignored: tuple[Extent, ...] = ()  # cells that are declared to be ignored
    left_out: frozenset[int] = frozenset()  # columns that nobody sees and that are left
    filled: set[tuple[int, int]] = field(default_factory=set)  # cells without a text of their own that a merged one covers
    blank_said: set[str] = field(default_factory=set)  # headings of columns in which a blank says something
    most: int = KEPT

    def watched(self, rows: Iterable[Row], to_turn: bool = False) -> Iterator[Row]:
        """The rows that hold anything, while every row is counted as delivered; between the rows of a sheet blank ones are left out.

        Of a sheet that is read turned all rows are kept: what they are is known only at the end.
        """
        before, self.most = 0, sys.maxsize if to_turn else KEPT
        for number, cells in rows:
            self._blank(range(before + 1, number) if self.name else ())
            before = number
            if not any(cells):
                self._blank((number,))
                continue
            self.delivered += 1
            self._remember(NOBODYS, (number,))
            if len(self.kept) < self.most:
                self.kept[number] = cells
            yield number, cells

    def _blank(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.delivered += 1
            self.rows[BLANK] += 1
            self._remember(BLANK, (number,))
            if len(self.kept) < self.most:
                self.kept[number], self.roles[number] = [], BLANK

    def _remember(self, role: str, numbers: Iterable[int]) -> None:
        """The role of every row, those included whose cells are not kept."""
        code = _ALL.index(role) + 1
        for number in numbers:
            if number >= len(self.every):
                self.every.extend(bytes(number + 1 - len(self.every)))
            self.every[number] = code

    def cut(self, extent: Extent, outside: Iterable[int]) -> None:
        """Only these cells are the table's: other columns are not read, nor are these rows."""
        self.extent = extent
        self.note(NOT_READ, outside)

    def ignore(self, extents: Iterable[Extent], emptied: Iterable[int]) -> None:
        """Nothing is read from these cells, nor from the rows in which nothing else stands."""
        self.ignored = (*extents,)
        self.note(NOT_READ, emptied)

    def covered(self, number: int, column: int) -> None:
        """A merged cell's text is read in this cell of the table as well."""
        if not self.turned:
            self.filled.add((number, column + (self.extent.left - 1 if self.extent else 0)))

    def note(self, role: str, numbers: Iterable[int]) -> None:
        """Give rows a role, as the table has them: of one read turned they are columns of the sheet."""
        if self.turned:
            self.across |= dict.fromkeys(numbers, role)
            return
        listed = list(numbers)
        self.rows[ASIDE if role == TEXT else role] += len(listed)
        self._remember(role, listed)
        if len(self.roles) < len(self.kept):
            self.roles |= dict.fromkeys(self.kept.keys() & listed, role)

    def set_aside(self, reason: Reason, numbers: Iterable[int]) -> None:
        """Give rows the role of being kept and not used; a line of text looks as one above the headings does."""
        if listed := list(numbers):
            self.reasons[reason] += 0 if self.turned else len(listed)
            self.note(TEXT if reason.key == "aside_line_of_text" else ASIDE, listed)

    def note_read(self, aside: pd.Series) -> None:
        """Rows below the headings, by number: set aside for a `Reason`, or used where there is none."""
        self.note(USED, aside.index[aside == ""])
        for reason in dict.fromkeys(aside[aside != ""]):
            self.set_aside(reason, aside.index[aside == reason])

    def pass_over(self, rows: Iterable[Row], elsewhere: bool) -> None:
        """Count a sheet of which nothing is read; `elsewhere` is true for one that another table is said to read."""
        for number, _ in self.watched(rows):
            self.note(NOBODYS if elsewhere else NOT_READ, (number,))

    def note_columns(self, frame: pd.DataFrame, meanings: Mapping[str, str], ignored: Iterable[str], blank_said: Collection[str] = ()) -> None:
        """What the columns of a piece of the table are read as: heading → our name. One neither read nor ignored is left to another table.

        Of what is `blank_said`, by our names, a blank cell says something as well, such as 0: it is drawn as any other, and so does not tell which are 0.
        """
        self.blank_said |= {heading for heading, name in meanings.items() if name in blank_said}
        self.columns |= {heading: _MEANS.get(name, "o") for heading, name in meanings.items()} | dict.fromkeys(ignored, "n")
        for heading in frame.columns.difference([*self.columns, *self.left], sort=False):
            for number in frame.index[frame[heading] != ""][:1]:
                self.left[heading] = int(number)

    @property
    def of_columns(self) -> str:
        """The role of each column, a letter each."""
        before = "." * (self.extent.left - 1 if self.extent else 0)
        return before + "".join(self.columns.get(heading, NOBODYS if heading else ".") for heading in self.headings)

    def cells(self, number: int) -> str:
        """The role of each cell in a row that is kept, a letter each."""
        return "".join(self._cell(number, place) if text or self._says(number, place) else "." for place, text in enumerate(self.kept[number], 1))

    def _says(self, number: int, place: int) -> bool:
        """Whether a blank cell says something: a merged cell's text, or what a blank is declared to mean in the column of a row that is used."""
        column = place - (self.extent.left if self.extent else 1)
        said = self.roles.get(number) == USED and 0 <= column < len(self.headings) and self.headings[column] in self.blank_said
        return said or (number, place) in self.filled

    def _cell(self, number: int, place: int) -> str:
        """The role of a cell that holds something, by its row and column on the sheet, both from 1."""
        role, column = self.roles.get(number, ""), place - (self.extent.left if self.extent else 1)
        if place in self.left_out or any(each.holds(number, place) for each in self.ignored) or (self.extent and not self.extent.holds(number, place)):
            return "n"
        if self.turned and not role:
            role, column = self.across.get(place, ""), number - self.turned
        elif self.turned and role == ASIDE:
            return "s"
        if role in _OF_ROW:
            return _OF_ROW[role]
        letter = self.columns.get(self.headings[column], NOBODYS) if column < len(self.headings) else NOBODYS
        if role == ASIDE:
            return letter if letter in ("n", NOBODYS) else "s"
        return letter if role == USED else NOBODYS

    def role(self, number: int) -> str:
        """The role of a row that is kept; of a sheet read turned that of its cell of which most notice is taken."""
        return self.roles.get(number) or next((role for letter, role in _BY_CELL.items() if self.turned and letter in self.cells(number)), NOBODYS)

    @property
    def counted(self) -> Counter[str]:
        """How many rows have which role."""
        return (
            self.rows + Counter(role for number in self.kept.keys() - self.roles.keys() if (role := self.role(number)) != NOBODYS) if self.turned else self.rows
        )

    @property
    def unaccounted(self) -> int:
        """Rows that came and got no role."""
        return self.delivered - self.counted.total()

    def numbers(self) -> dict[str, Hashable]:
        """How many rows were delivered, and how many of them have which role; why rows are set aside, as JSON."""
        counted = self.counted
        by_role = {"headings": HEADING, "titles": TITLE, "used": USED, "set_aside": ASIDE, "blank": BLANK}
        numbers = {"rows": self.delivered} | {name: counted[role] for name, role in by_role.items()}
        return numbers | {
            "not_read": counted[NOT_READ] + counted[NOBODYS],
            "reasons": to_json(((reason,), rows) for reason, rows in self.reasons.items()),
        }


class Account(dict[str, SheetAccount]):
    """The sheets of one file by name, as one table of a source.toml reads them; the only one of a CSV has no name."""

    def __missing__(self, name: str) -> SheetAccount:
        return self.setdefault(name, SheetAccount(name))


def lost(file: str, accounts: Iterable[Account]) -> list[Problem]:
    """The first cell of each sheet that holds something and has no role in any table of the folder; `accounts` are the tables' of one file.

    To be asked of files that were read to their end.
    """
    return [Problem("no_role", file, sheet=name, **place) for name, sheets in _by_sheet(accounts).items() if (place := _lost(sheets))]


def _lost(sheets: list[SheetAccount]) -> dict[str, Hashable]:
    """Row and column of the first such cell; only that there is one where it is in none of the rows that are kept."""
    for number, _, cells in together(sheets):
        if NOBODYS in cells:
            place = cells.index(NOBODYS)
            headings = next((sheet.headings for sheet in sheets if not sheet.turned and not sheet.extent), [])
            return {"row": number, "column": headings[place] if place < len(headings) else letters(place + 1)}
    read = {heading for sheet in sheets for heading in sheet.columns}
    below = [(row, heading) for sheet in sheets for heading, row in sheet.left.items() if heading not in read]
    if below:
        return dict(zip(("row", "column"), min(below), strict=True))
    if any(sheet.turned for sheet in sheets):  # all rows of these are kept
        return {"column": "–"} if any(sheet.unaccounted for sheet in sheets) else {}
    nobodys = next((row[0] for row in _beyond(sheets) if _role_of(row) == NOBODYS), None)
    return {"row": nobodys} if nobodys else {"column": "–"} if any(sheet.unaccounted for sheet in sheets) else {}


def _by_sheet(accounts: Iterable[Account]) -> dict[str, list[SheetAccount]]:
    found: dict[str, list[SheetAccount]] = defaultdict(list)
    for account in accounts:
        for name, sheet in account.items():
            found[name].append(sheet)
    return found


def together(sheets: list[SheetAccount]) -> Iterator[tuple[int, str, str]]:
    """The rows that are kept of one sheet: number, role, and a letter for each cell; of several tables the one that takes most notice of a cell counts."""
    for number in sorted({number for sheet in sheets for number in sheet.kept}):
        roles = {sheet.role(number) for sheet in sheets if number in sheet.kept}
        cells = _strongest(sheet.cells(number) for sheet in sheets if number in sheet.kept)
        yield number, next((role for role in ROWS if role in roles), NOBODYS), cells


def _strongest(rows: Iterable[str]) -> str:
    """Of several letters for the same cells the strongest each."""
    return "".join(min(each, key=_STRENGTH.__getitem__) for each in zip_longest(*rows, fillvalue=NOBODYS))


def sheet_table(source: str, files: Mapping[str, list[Account]]) -> pd.DataFrame:
    """The sheets of a supplier's files as they can be drawn: one line for each stretch of rows that are alike, and one for what the columns are read as.

    `cells` has a letter of `CELLS` for each cell. Rows beyond those that are kept come last, by role and without a place.
    """
    lines = [
        {"source": source, "file": file, "sheet": name} | line
        for file, accounts in files.items()
        for name, sheets in _by_sheet(accounts).items()
        for line in _lines(sheets)
    ]
    return pd.DataFrame(lines, columns=SHEETS).astype({"first": "Int64", "last": "Int64", "rows": "Int64"})


def _lines(sheets: list[SheetAccount]) -> Iterator[dict[str, Hashable]]:
    """One sheet's lines."""
    if laid := [sheet.of_columns for sheet in sheets if sheet.headings and not sheet.turned]:
        yield {"role": COLUMNS, "cells": _strongest(laid).replace(NOBODYS, ".")}  # under such a heading stands nothing
    shown: Counter[str] = Counter()
    for (role, cells), alike in groupby(together(sheets), key=lambda row: row[1:]):
        numbers = [number for number, *_ in alike]
        shown[ASIDE if role == TEXT else role] += len(numbers)
        yield {"role": role, "first": numbers[0], "last": numbers[-1], "rows": len(numbers), "cells": cells}
    left = Counter(map(_role_of, _beyond(sheets))) if len(sheets) > 1 else sheets[0].counted - shown
    yield from ({"role": role, "rows": rows, "cells": ""} for role, rows in left.items())


def _beyond(sheets: list[SheetAccount]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Every row whose cells no table keeps: its number, and its role in each table by its place in `_ALL`, from 1."""
    kept = {number for sheet in sheets for number in sheet.kept}
    rows = zip_longest(*(sheet.every for sheet in sheets), fillvalue=0)
    yield from ((number, roles) for number, roles in enumerate(rows) if any(roles) and number not in kept)


def _role_of(row: tuple[int, tuple[int, ...]]) -> str:
    """The role of a row in the table that takes most notice of it."""
    role = _ALL[min(filter(None, row[1])) - 1]
    return ASIDE if role == TEXT else role
