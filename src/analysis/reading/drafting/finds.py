"""The tables in a delivered file as they lie there, before anybody has said how it is laid out: headings, cells, how they are written.

What can be seen is told with what shows it; where two ways of reading fit, both are kept.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ...promises.agreement import Agreement
from ...promises.periods import parse_date, parse_period
from ...promises.problems import PlanError, Problem
from ...promises.received import LARGEST_TEXT, content
from ..deliveries import WORKBOOKS, read_cells, seen
from ..sources import Source
from ..workbooks import Sheet, letters, read_workbook
from .blocks import Block, Row, blocks
from .vocabulary import LETTERS
from .written import NUMBER

DELIMITERS = (";", ",", "\t", "|")
_ENCODINGS = ("cp1252", "cp865", "mac_roman")


@dataclass(frozen=True)
class Find:
    """One table of a file: where, its rows of headings, its cells by row and heading, and the lines of text above.

    `encodings` and `delimiters` are the ways to read the file that fit, the one used first; `why` counts what was recognised under it.
    """

    path: Path
    sheet: str
    header: tuple[int, ...]
    frame: pd.DataFrame
    titles: tuple[str, ...] = ()
    encodings: tuple[str, ...] = ()
    delimiters: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()  # sheets of the workbook that hold no table
    unseen: tuple[str, ...] = ()  # hidden sheets of the workbook
    hidden: str = ""  # hidden rows and columns of the sheet, as Excel names them
    range: str = ""  # where on its sheet it stands, when it does not stand alone
    turned: bool = False
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def layout(self) -> tuple[str, ...]:
        """What tables of one layout have in common."""
        return tuple(self.frame.columns)


def find_tables(path: Path, agreement: Agreement) -> list[Find]:
    """Every table in a file. Raises `PlanError` for a file that cannot be read, holds no table, or holds what may be a CPR number."""
    file = f"{path.parent.name}/{path.name}"
    found = list((_in_workbook if path.suffix.lower() in WORKBOOKS else _in_text)(path, file, agreement))
    if not found:
        raise PlanError([Problem("no_table", file)])
    return found


# --- text files -----------------------------------------------------------------------------------------


def _in_text(path: Path, file: str, agreement: Agreement) -> Iterator[Find]:
    if path.stat().st_size > LARGEST_TEXT:
        raise PlanError([Problem("too_large", file, detail={"most": LARGEST_TEXT // 1_000_000})])
    raw = content(path)
    if raw[:4] == b"PK\x03\x04":
        raise PlanError([Problem("is_workbook", file)])
    encodings = _encodings(raw)
    if not encodings:
        raise PlanError([Problem("not_text", file)])
    text = raw.decode(encodings[0].replace("utf-8", "utf-8-sig"))
    delimiters = _delimiters(text, agreement)
    rows = _rows(text, delimiters[0])
    for block in [Block([], (1,))] if rows is None else blocks(rows, agreement):  # what is broken the reader says, and where
        yield _find(path, "", block, encodings=tuple(encodings), delimiters=tuple(delimiters))


def _encodings(raw: bytes) -> list[str]:
    """The encodings a file can be in: exactly one where it is UTF-8 or says UTF-16, else those that give only signs of Danish texts."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ["utf-16"]
    try:
        return ["utf-8"] if "\0" not in raw.decode("utf-8-sig") else []
    except UnicodeError:
        pass
    fits = []
    for encoding in _ENCODINGS:
        try:
            odd = {sign for sign in raw.decode(encoding) if not sign.isascii()}
        except UnicodeError:
            continue
        if odd <= LETTERS:
            fits.append(encoding)
    return fits or ["cp1252"]


def _delimiters(text: str, agreement: Agreement) -> list[str]:
    """The marks that may stand between cells: those under which most cells are places, periods, days or numbers."""
    scores = {mark: sum(_is_known(cell, agreement) for _, cells in rows for cell in cells) for mark in DELIMITERS if (rows := _rows(text, mark))}
    widths = {mark: max(len(cells) for _, cells in _rows(text, mark) or [(0, [])]) for mark in scores}
    best = max(((scores[mark], widths[mark] > 1) for mark in scores), default=(0, False))
    return [mark for mark in scores if (scores[mark], widths[mark] > 1) == best] or [";"]


def _rows(text: str, delimiter: str) -> list[Row] | None:
    """Rows that hold anything, or None where the file is no such table."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            cells = [seen(cell).strip() for cell in cells]
            if any(cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:
        return None
    return rows


# --- workbooks ------------------------------------------------------------------------------------------


def _in_workbook(path: Path, file: str, agreement: Agreement) -> Iterator[Find]:
    """The tables of each sheet, hidden rows and columns left out; of hidden sheets only the names."""
    sheets, unseen, problems = _sheets(path, file)
    if not sheets:
        raise PlanError([problem for problem in problems if problem.level == "error"] or [Problem("empty_file", file)])
    found = {sheet.name: blocks(_seen_rows(sheet), agreement) for sheet in sheets if sheet.rows}
    how = {"ignored": tuple(name for name, there in found.items() if not there), "unseen": unseen}
    for sheet in sheets:
        hidden = ", ".join([*map(str, sorted(sheet.hidden[0])), *map(letters, sorted(sheet.hidden[1]))])
        for block in found.get(sheet.name, ()):
            yield _find(path, sheet.name, block, hidden=hidden, **how)


def _sheets(path: Path, file: str) -> tuple[list[Sheet], tuple[str, ...], list[Problem]]:
    """The visible sheets of a workbook, the names of those that are hidden, and what is wrong with it."""
    sheets, problems = read_workbook(path, file, declared=lambda sheet: True)
    if hidden := next((problem for problem in problems if problem.code == "hidden_sheets"), None):
        names = str(hidden.detail["names"]).split(", ")
        sheets, problems = read_workbook(path, file, ignored=names, declared=lambda sheet: True)
        return [sheet for sheet in sheets if sheet.name not in names], tuple(names), problems
    return sheets, (), problems


def _seen_rows(sheet: Sheet) -> list[Row]:
    """The rows of a sheet that can be seen, with what can be seen of them."""
    rows, columns = sheet.hidden
    return [
        (number, ["" if place in columns else seen(cell).strip() for place, cell in enumerate(cells, 1)]) for number, cells in sheet.rows if number not in rows
    ]


# --- tables ---------------------------------------------------------------------------------------------


def _find(path: Path, sheet: str, block: Block, **how) -> Find:
    """One table, read as every delivery is; what refuses a delivery refuses it here."""
    own = tuple(cell for number, cells in block.rows if number < block.first for cell in cells if cell) if block.rows else ()
    titles = own or block.above
    fields = {"contract": "counts", "publisher": "?", "columns": _apart(block), "files": (), "name": path.parent.name, "folder": path.parent}
    fields |= {"header": block.header, "range": block.range, "turned": block.turned}
    if sheet:
        fields |= {"sheets": (sheet,), "ignored_sheets": how["unseen"], "hidden": "leave"}
    else:
        fields |= {"encoding": how["encodings"][0], "delimiter": how["delimiters"][0]}
    source = Source(**{name: said for name, said in fields.items() if said or name in ("columns", "files")})
    problems: list[Problem] = []
    frames = [cells.frame for cells in read_cells(path, source, path.parent.parent, problems)]
    refused = [problem for problem in problems if problem.level == "error" and (problem.code.startswith("cpr") or not frames)]
    if refused:
        raise PlanError(refused)
    kept = tuple(problem for problem in problems if problem.level == "error" and problem.code not in ("merged_number", "no_rows"))
    return Find(path, sheet, block.header, pd.concat(frames), titles, range=block.range, turned=block.turned, problems=kept, **how)


def _apart(block: Block) -> dict[str, str]:
    """The headings that are called by the letter of their column, since they are blank or stand twice: `[A]`, `Antal [C]`; of a turned table by their row."""
    if block.turned:
        rows = [(number, cells[min(place for _, cells in block.rows for place, cell in enumerate(cells) if cell)]) for number, cells in block.rows]
        rows = [(number, name) for (number, name), (_, cells) in zip(rows, block.rows, strict=True) if number >= block.first and sum(map(bool, cells)) > 1]
        names = [name for _, name in rows]
        return dict.fromkeys((f"{name} [{number}]".strip() for number, name in rows if not name or names.count(name) > 1), "note")
    headings = block.headings
    filled = {place for number, cells in block.rows if number > block.header[-1] for place, cell in enumerate(cells) if cell}
    alone = {place for place, name in enumerate(headings) if not name and any(headings[:place] + headings[place:])}
    names = [
        f"{name} [{letters(place + 1)}]".strip() for place, name in enumerate(headings) if place in filled and (place in alone or headings.count(name) > 1)
    ]
    return dict.fromkeys(names, "note")


def _is_known(cell: str, agreement: Agreement) -> bool:
    """Whether a cell is plainly something: a place, a period, a day, a number."""
    return bool(cell) and bool(NUMBER.fullmatch(cell) or agreement.area_id(cell) or agreement.area_of_part(cell) or parse_period(cell) or parse_date(cell))
