"""The tables in a delivered file as they lie there, before anybody has said how it is laid out: headings, cells, how they are written.

What can be seen is told with what shows it; where two ways of reading fit, both are kept.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pandas as pd

from ...promises.agreement import Agreement
from ...promises.periods import parse_date, parse_period
from ...promises.problems import PlanError, Problem
from ...promises.received import LARGEST_TEXT, content
from ..deliveries import WORKBOOKS, headings_of, read_cells, seen
from ..sources import Source
from ..workbooks import letters, read_workbook
from .vocabulary import LETTERS, meanings

NUMBER = re.compile(r"[-−]?[0-9]+(?:[.,' ][0-9]+)*(?: ?(?:%|kr\.?|DKK))?")
YEAR = re.compile("(?:19|20)[0-9]{2}")
DELIMITERS = (";", ",", "\t", "|")
_ENCODINGS = ("cp1252", "cp865", "mac_roman")
_TITLES = 60  # rows in which the headings are looked for

Row = tuple[int, list[str]]


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
    range: str = ""  # where on its sheet it stands, when it does not stand alone
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
    header = (1,) if rows is None else _header(rows, agreement)  # what is broken the reader says, and where
    if header:
        yield _find(path, "", header, rows or [], encodings=tuple(encodings), delimiters=tuple(delimiters))


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
    sheets, problems = read_workbook(path, file)
    if not sheets:
        raise PlanError([problem for problem in problems if problem.level == "error"] or [Problem("empty_file", file)])
    rows = {sheet.name: [(number, [seen(cell).strip() for cell in cells]) for number, cells in sheet.rows] for sheet in sheets}
    headers = {name: _header(each, agreement) for name, each in rows.items() if each}
    ignored = tuple(name for name, header in headers.items() if not header)
    for name, header in headers.items():
        tables = _side_by_side(rows[name], agreement)
        if len(tables) < 2 and header:
            yield _find(path, name, header, rows[name], ignored=ignored)
        for extent, own, part in tables if len(tables) > 1 else ():
            yield _find(path, name, own, part, ignored=ignored, range=extent)


def _side_by_side(rows: list[Row], agreement: Agreement) -> list[tuple[str, tuple[int, ...], list[Row]]]:
    """The tables of a sheet with blank columns between them: where each stands, its rows of headings, and the rows with its cells alone."""
    width = max((len(cells) for _, cells in rows), default=0)
    blank = [place for place in range(width) if not any(len(cells) > place and cells[place] for _, cells in rows)]
    bounds = [-1, *blank, width]
    found = []
    for left, right in pairwise(bounds):
        part = [(number, ["" if not left < place < right else cell for place, cell in enumerate(cells)]) for number, cells in rows]
        part = [(number, cells) for number, cells in part if any(cells)]
        if right - left > 2 and (header := _header(part, agreement)):
            last = max(number for number, cells in part if sum(map(bool, cells)) > 1)
            found.append((f"{letters(left + 2)}{header[0]}:{letters(right)}{last}", header, part))
    return found


# --- headings -------------------------------------------------------------------------------------------


def _find(path: Path, sheet: str, header: tuple[int, ...], rows: list[Row], **how) -> Find:
    """The table below these headings, read as every delivery is; what refuses a delivery refuses it here."""
    titles = tuple(cell for number, cells in rows if number < header[0] for cell in cells if cell)
    source = Source(
        **{
            "contract": "counts",
            "publisher": "?",
            "columns": _apart(rows, header),
            "files": (),
            "name": path.parent.name,
            "folder": path.parent,
            "header": header,
        },
        **({"sheets": (sheet,)} if sheet else {"encoding": how["encodings"][0], "delimiter": how["delimiters"][0]}),
        **({"range": how["range"]} if how.get("range") else {}),
    )
    problems: list[Problem] = []
    frames = [cells.frame for cells in read_cells(path, source, path.parent.parent, problems)]
    refused = [problem for problem in problems if problem.level == "error" and (problem.code.startswith("cpr") or not frames)]
    if refused:
        raise PlanError(refused)
    kept = tuple(problem for problem in problems if problem.level == "error" and problem.code not in ("merged_number", "no_rows"))
    return Find(path, sheet, header, pd.concat(frames), titles, problems=kept, **how)


def _apart(rows: list[Row], header: tuple[int, ...]) -> dict[str, str]:
    """The headings that are called by the letter of their column, since they are blank or stand twice: `[A]`, `Antal [C]`."""
    headings = headings_of([cells for number, cells in rows if number in header])
    filled = {place for number, cells in rows if number > header[-1] for place, cell in enumerate(cells) if cell}
    alone = {place for place, name in enumerate(headings) if not name and any(headings[:place] + headings[place:])}
    names = [
        f"{name} [{letters(place + 1)}]".strip() for place, name in enumerate(headings) if place in filled and (place in alone or headings.count(name) > 1)
    ]
    return dict.fromkeys(names, "note")


def _header(rows: list[Row], agreement: Agreement) -> tuple[int, ...]:
    """The rows of headings, with those above that span them; none where nothing stands below headings."""
    at = _headed(rows, agreement)
    at = _above_figures(rows, agreement) if at is None else at
    if at is None:
        return ()
    first = at
    while first and rows[first - 1][0] == rows[first][0] - 1 and _spans(rows[first - 1][1], rows[first][1], agreement):
        first -= 1
    return tuple(number for number, _ in rows[first : at + 1])


def _headed(rows: list[Row], agreement: Agreement) -> int | None:
    """The first row of which half the cells, and two at least, are what suppliers head columns with."""
    for index, (_, cells) in enumerate(rows[:_TITLES]):
        filled = [cell for cell in cells if cell]
        known = sum(bool(meanings(cell)) for cell in filled)
        if known > 1 and known * 2 >= len(filled) and not _is_body(filled, agreement) and len(rows) > index + 1:
            return index
    return None


def _above_figures(rows: list[Row], agreement: Agreement) -> int | None:
    """The row of several cells above the longest run of rows with figures, days or places."""
    best: tuple[int, int | None] = (0, None)
    run, at = 0, None
    for index, (_, cells) in enumerate(rows):
        filled = [cell for cell in cells if cell]
        if _is_body(filled, agreement):
            run += 1
            best = max(best, (run, at), key=lambda each: each[0])
        elif len(filled) > 1 and index < _TITLES:
            run, at = 0, index
    return best[1]


def _spans(upper: list[str], lower: list[str], agreement: Agreement) -> bool:
    """Whether a row is one of headings above another: it stands over more than one column, and what is below differs or repeats."""
    over = [cell for cell in upper if cell]
    repeated = max(Counter(cell for cell in lower if cell).values(), default=0) > 1
    return len(over) > 1 and (repeated or any(not below and above for above, below in zip(upper, lower, strict=False)) or any(map(_is_across(agreement), over)))


def _is_across(agreement: Agreement):
    return lambda cell: bool(parse_period(cell) or agreement.area_id(cell))


def _is_body(filled: list[str], agreement: Agreement) -> bool:
    """Whether a row holds figures, days, or a place in a period, and so is no row of headings."""
    if len(filled) < 2:
        return False
    if any((NUMBER.fullmatch(cell) and not YEAR.fullmatch(cell)) or parse_date(cell) for cell in filled):
        return True
    periods = [cell for cell in filled if parse_period(cell)]
    if len(periods) == len(filled):  # `ultimo 2018`, `1940`: a period and a figure; years side by side are headings
        return len({re.sub("[0-9]", "0", cell) for cell in periods}) > 1 or sorted(set(periods)) != periods
    return bool(periods) and any(agreement.area_id(cell) or agreement.area_of_part(cell) for cell in filled)


def _is_known(cell: str, agreement: Agreement) -> bool:
    """Whether a cell is plainly something: a place, a period, a day, a number."""
    return bool(cell) and bool(NUMBER.fullmatch(cell) or agreement.area_id(cell) or agreement.area_of_part(cell) or parse_period(cell) or parse_date(cell))
