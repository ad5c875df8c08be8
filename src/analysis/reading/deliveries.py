"""What suppliers sent: a CSV or workbook as text cells with coordinates, read exactly and without knowing what they mean.

Every cell stays the text that was delivered, cleaned only of what cannot be seen. Row numbers are those a person
sees when the file is opened. Tables come in pieces, so that a file of millions of lines needs little memory.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from ..promises.cpr import holds_cpr
from ..promises.problems import PlanError, Problem, closest, cpr_number, shortened
from ..promises.reasons import Reason
from ..promises.received import LARGEST_TEXT, opened
from .account import HEADING, TITLE, Account, Row, SheetAccount
from .extents import Places, cut, holds_figure, is_figure, outside, parse_range, turned, without
from .rows import Rows
from .sources import Source
from .workbooks import MOST_CELLS, Sheet, cell_names, letters, read_workbook

PIECE = 20_000  # rows that are held at a time
MOST_PROBLEMS = 500  # a file with more is reported as wrong as a whole
_TITLES = 60  # rows in which the headings are looked for
_WITH_LETTER = re.compile(r" ?\[([A-Z]{1,3}|[0-9]+)\]$")  # how source.toml calls one of two columns, or one without heading
_LINES = re.compile(r"\s*\n\s*")  # a word broken over two lines of a cell
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad")) | dict.fromkeys(map(ord, "\u00a0\u202f\u2007"), " ")
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


@dataclass(frozen=True)
class Cells:
    """A piece of one table as text: index = row in the file or sheet, columns = the supplier's headings."""

    frame: pd.DataFrame
    sheet: str = ""
    places: Places = field(default_factory=Places)
    aside: Mapping[int, Reason] = field(default_factory=dict)  # rows that the layout sets aside
    ignored: Mapping[str, pd.DataFrame] = field(default_factory=dict)  # the rows that `ignored_rows` passes over, by declaration, as `frame` would have them


def read_cells(
    path: Path, source: Source, plan: Path, problems: list[Problem], met: set[tuple[str, str]] | None = None, account: Account | None = None
) -> Iterator[Cells]:
    """A delivered file as pieces of text tables, one or more a sheet.

    What is wrong is added to `problems`; a file that cannot be trusted as a whole yields nothing more from there on. To
    `met` are added the sheets that the file has, as ("sheet", name), and the `ignored_rows` that match some row, as ("row", pattern).
    In `account` it is noted how many rows came, and what became of those that are in no piece.
    """
    met, account = set() if met is None else met, Account() if account is None else account
    file = path.relative_to(plan).as_posix()
    found = 0
    try:
        for sheet, rows, places, hidden in _tables(path, source, file, problems, met, account):
            for cells in _pieces(rows, source, file, sheet, places, hidden, problems, met, account[sheet]):
                found += len(cells.frame)
                yield cells
        if not found and not any(problem.level == "error" and problem.file == file for problem in problems):
            problems.append(Problem("no_rows", file))
    except PlanError as error:
        problems += error.problems


def _tables(
    path: Path, source: Source, file: str, problems: list[Problem], met: set[tuple[str, str]], account: Account
) -> Iterator[tuple[str, Iterator[Row], Places, Collection[int]]]:
    """The file's tables: name of the sheet (none in a CSV), rows, where these stand in the file, and which of them are to be left since nobody sees them."""
    try:
        if path.suffix.lower() not in WORKBOOKS:
            encoding = _encoding(path, source.encoding, file, problems)
            with io.TextIOWrapper(opened(path), encoding=encoding, newline="") as stream:
                rows = account[""].watched(_csv_rows(stream, source.delimiter, file), source.turned)
                if source.range or source.turned or source.ignored_ranges:
                    sheet, places = _laid(Sheet("", list(rows), [], frozenset()), source, file, problems, met, account[""])
                    yield "", iter(sheet.rows), places, ()
                else:
                    yield "", rows, Places(), ()
            return
        sheets, found = read_workbook(path, file, source.decimal, source.all_ignored_sheets, source.knows_hidden)
    except OSError as error:
        raise PlanError([Problem("unreadable", file, detail={"reason": error.strerror or str(error)})]) from None
    problems += found
    met |= {("sheet", sheet.name) for sheet in sheets}
    account |= {sheet.name: SheetAccount(sheet.name) for sheet in sheets if sheet.rows}  # in the workbook's order
    chosen = _chosen(sheets, source, file, problems)
    for sheet in [sheet for sheet in sheets if sheet.rows and sheet not in chosen]:  # not read, and still handed about with the file
        _no_person(sheet.rows, _declared(sheet.rows, source), source, file, sheet.name, problems)
        account[sheet.name].pass_over(_clean(sheet.rows), elsewhere=sheet.name in source.sheets_elsewhere - {*source.ignored_sheets})
    for sheet in chosen:
        left = sheet.hidden[source.turned] if source.hidden == "leave" else ()
        met |= {("hidden", source.hidden)} if any(sheet.hidden) else set()
        sheet = replace(sheet, rows=list(account[sheet.name].watched(_clean(sheet.rows), source.turned)))
        sheet = _without_hidden(sheet, source, file, problems, account[sheet.name])
        sheet, places = _laid(sheet, source, file, problems, met, account[sheet.name])
        yield sheet.name, iter(_filled(sheet, source, file, places, problems, account[sheet.name])), places, left


def _without_hidden(sheet: Sheet, source: Source, file: str, problems: list[Problem], account: SheetAccount) -> Sheet:
    """The sheet without the columns that nobody sees, where these are to be left; the rows of one that is read turned."""
    hidden = sheet.hidden[not source.turned] if source.hidden == "leave" else ()
    if not hidden:
        return sheet
    _no_person(sheet.rows, _declared(sheet.rows, source), source, file, sheet.name, problems)
    if source.turned:
        account.set_aside(Reason("aside_hidden"), [number for number, _ in sheet.rows if number in hidden])
        return replace(sheet, rows=[row for row in sheet.rows if row[0] not in hidden])
    account.left_out = frozenset(hidden)
    return replace(sheet, rows=[(number, ["" if place in hidden else cell for place, cell in enumerate(cells, 1)]) for number, cells in sheet.rows])


def _emptied(sheet: Sheet, source: Source, file: str, problems: list[Problem], met: set[tuple[str, str]], account: SheetAccount) -> Sheet:
    """The sheet with nothing in the cells that are declared to be ignored, wherever its table stands."""
    ignored = {text: extent for text in source.ignored_ranges if (extent := parse_range(text))}
    if not ignored:
        return sheet
    met |= {("range", text) for text, extent in ignored.items() if cut(sheet, extent).rows}
    left, rows = without(sheet, ignored.values())
    _no_person(rows, _declared(sheet.rows, source), source, file, sheet.name, problems)
    account.ignore(ignored.values(), {number for number, _ in rows} - {number for number, _ in left.rows})
    return left


def _laid(sheet: Sheet, source: Source, file: str, problems: list[Problem], met: set[tuple[str, str]], account: SheetAccount) -> tuple[Sheet, Places]:
    """The part of a sheet where the table stands, turned where it is to be read so; what is left out and may be a figure is a problem."""
    if (extents := source.extents_of(file, sheet.name)) is not None and (left := outside(sheet.rows, extents)):
        problems.append(Problem("outside_range", file, sheet=sheet.name, detail={"cells": cell_names(left)}))
    sheet = _emptied(sheet, source, file, problems, met, account)
    if source.extent:
        _no_person([row for row in sheet.rows if not source.extent.top <= row[0] <= source.extent.bottom], [], source, file, sheet.name, problems)
        rows, sheet = sheet.rows, cut(sheet, source.extent)
        account.cut(source.extent, {number for number, _ in rows} - {number for number, _ in sheet.rows})
        if not sheet.rows:
            raise PlanError([Problem("empty_range", file, source.range, sheet=sheet.name)])
    if not source.turned or not sheet.rows:
        return sheet, Places(left=source.extent.left if source.extent else 1)
    sheet = replace(sheet, rows=list(_without_lines(sheet, source, file, problems, met, account)))
    first = account.turned = sheet.rows[0][0] if sheet.rows else 1
    try:
        return turned(sheet, first, source.extent.left if source.extent else 1), Places(first)
    except OverflowError:
        raise PlanError([Problem("too_scattered", file, sheet=sheet.name, detail={"most": MOST_CELLS})]) from None


def _without_lines(sheet: Sheet, source: Source, file: str, problems: list[Problem], met: set[tuple[str, str]], account: SheetAccount) -> Iterator[Row]:
    """The rows of a sheet read turned but for lines of text above, between and below its headings; one with a number in it is told."""
    headed = [number for number, cells in sheet.rows if source.columns.keys() & {*map(_plain, cells)}]
    for number, cells in sheet.rows:
        _no_person([(number, cells)], [_plain(cells[0])] * len(cells), source, file, sheet.name, problems)
        filled = [_plain(cell) for cell in cells if _plain(cell)]
        if len(filled) != 1 or filled[0] in source.columns or source.ignores(filled[0]) or is_figure(filled[0]):
            yield number, cells
        elif patterns := source.ignoring(filled):
            met |= {("row", pattern) for pattern in patterns}
            account.set_aside(Reason("aside_ignored_row"), [number])
        else:
            account.note(TITLE, [number])
            if headed and number > headed[0] and holds_figure(filled[0]):
                problems.append(Problem("number_in_text", file, sheet=sheet.name, row=number, level="warning"))


def _chosen(sheets: list[Sheet], source: Source, file: str, problems: list[Problem]) -> list[Sheet]:
    """The sheets that were declared, or the only one that holds anything; a sheet is never passed over in silence."""
    names, filled = [sheet.name for sheet in sheets], [sheet for sheet in sheets if sheet.rows]
    known = ", ".join(names)
    declared = source.sheets or tuple(source.constants_by_sheet)
    for name in [name for name in declared if sheets and name not in names]:
        near = closest(name, names)
        problems.append(
            Problem("no_such_sheet_near", file, sheet=name, detail={"near": near})
            if near
            else Problem("no_such_sheet", file, sheet=name, detail={"known": known})
        )
    accounted_for = {*declared, *source.ignored_sheets, *source.sheets_elsewhere}
    others = [sheet.name for sheet in filled if sheet.name not in accounted_for]
    if declared:
        problems += [Problem("sheet_not_read", file, sheet=name, level="warning") for name in others]
        return [sheet for sheet in sheets if sheet.name in declared]
    if len(others) > 1:
        problems.append(Problem("several_sheets", file, detail={"known": ", ".join(others)}))
        return []
    if sheets and not others:
        problems.append(Problem("empty_file", file))
    return [sheet for sheet in filled if sheet.name in others]


def _filled(sheet: Sheet, source: Source, file: str, places: Places, problems: list[Problem], account: SheetAccount) -> list[Row]:
    """The sheet's rows with merged cells filled: across in headings, down in words. A merged number belongs to no one row."""
    rows = {number: list(cells) for number, cells in sheet.rows}
    header = _header_rows([(number, cells) for number, cells in sheet.rows[:_TITLES]], source)
    headings = headings_of([rows[number] for number in header if number in rows])
    places.name(headings)
    names = dict(enumerate(headings, 1))
    for top, left, bottom, right in sheet.merged:
        if top not in rows:
            continue
        text = rows[top][left - 1]
        if not header or top <= header[-1]:
            for column in range(left, right + 1) if top in header else ():
                rows[top][column - 1] = text
                account.covered(top, column)
        elif text and bottom > top:
            meaning = source.columns.get(names.get(left, ""), "")
            if (top, left) in sheet.numeric and meaning not in ("area", "period", "indicator"):
                problems.append(Problem("merged_number", file, text, sheet=sheet.name, **places.at(top, names.get(left, ""))))
            for number in range(top + 1, bottom + 1):
                if number in rows:
                    rows[number][left - 1] = text
                    account.covered(number, left)
    return list(rows.items())


def _encoding(path: Path, declared: str, file: str, problems: list[Problem]) -> str:
    """The file's encoding, tried from its first byte to its last: as declared, else UTF-8, else Danish cp1252, which is noted."""
    size = path.stat().st_size
    if size == 0:
        raise PlanError([Problem("empty_file", file)])
    if size > LARGEST_TEXT:
        raise PlanError([Problem("too_large", file, detail={"most": LARGEST_TEXT // 1_000_000})])
    with opened(path) as stream:
        start = stream.read(1000)
    if start.startswith(b"PK\x03\x04"):
        raise PlanError([Problem("is_workbook", file)])
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype html|html|head|body|\?xml)\b", start, re.IGNORECASE):
        raise PlanError([Problem("web_page", file)])
    try:
        readable = not declared or codecs.lookup(declared)._is_text_encoding
    except (LookupError, ValueError):
        readable = False
    if not readable:
        raise PlanError([Problem("unknown_encoding", file, declared)])
    tried = [declared if declared.lower() not in ("utf-8", "utf8") else "utf-8-sig"] if declared else ["utf-8-sig", "cp1252"]
    for encoding in tried:
        try:
            _decode(path, encoding, file)
        except UnicodeError as error:
            if declared:
                raise PlanError([Problem("not_encoding", file, detail={"encoding": declared, "byte": getattr(error, "start", 0)})]) from None
            continue
        if encoding == "cp1252" and not declared:
            problems.append(Problem("read_as_cp1252", file, level="warning"))
        return encoding
    raise PlanError([Problem("not_text", file)])


def _decode(path: Path, encoding: str, file: str) -> None:
    """Decode the whole file once, keeping nothing; `start` of the error is the byte counted from the file's first."""
    decoder, done = codecs.getincrementaldecoder(encoding)(), 0
    with opened(path) as stream:
        while block := stream.read(1 << 20):
            held = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block)
            except UnicodeDecodeError as error:
                error.start += done - held
                raise
            if "\0" in text or "\ufffd" in text:
                raise PlanError([Problem("not_text", file)])
            done += len(block)
    decoder.decode(b"", final=True)


def _csv_rows(stream: Iterable[str], delimiter: str, file: str) -> Iterator[Row]:
    """Every row, each with the line it starts on."""
    reader = csv.reader(map(seen, stream), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if reader.line_num > line and len(cells) > 1 and any("\n" in cell and cell.count(delimiter) >= len(cells) - 1 for cell in cells):
                raise csv.Error("a cell holds a whole row")
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise PlanError([Problem("broken_csv", file, row=line, detail={"reason": str(error)})]) from None


def _clean(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows of a sheet without what cannot be seen, as those of a CSV are."""
    return ((number, [*map(_plain, cells)]) for number, cells in rows)


def seen(text: str) -> str:
    """The text in NFC, without zero-width characters, and with plain blanks for the unbreakable ones."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_UNSEEN)


def _in_one_line(text: str) -> str:
    """The text of a cell, broken over two lines or not."""
    return _LINES.sub(" ", text) if "\n" in text else text


def _plain(text: str) -> str:
    """A cell's text as it is compared: of what can be seen, without blanks around it."""
    return seen(text).strip()


def _pieces(
    rows, source: Source, file: str, sheet: str, places: Places, hidden: Collection[int], problems: list[Problem], met, account: SheetAccount
) -> Iterator[Cells]:
    """The table under its headings, some thousand rows at a time; text lines above the headings are passed over."""
    first = list(islice(rows, _TITLES))
    if not first:
        raise PlanError([Problem("empty_file", file, sheet=sheet)])
    header = _header_rows(first, source)
    headings = _called_apart([*map(_in_one_line, headings_of([cells for number, cells in first if number in header]))], source, places)
    places.name(headings)
    met |= {("row", pattern) for number, cells in first if number <= header[-1] for pattern in source.ignoring(cells)}
    above = [number for number, _ in first if number <= header[-1]]
    account.headings = headings
    account.note(HEADING, [number for number in above if number in header])
    account.note(TITLE, [number for number in above if number not in header])
    before = len(problems)
    problems += [
        Problem("row_above", file, sheet=sheet, **places.at(number))
        for number, cells in first
        if number < header[-1] and number not in header and _is_row(cells, headings, source.decimal)
    ]
    if not source.turned:
        _no_person([row for row in first if row[0] <= header[-1]], [], source, file, sheet, problems)
    problems += [
        Problem("repeated_column", file, sheet=sheet, **places.at(header[-1], name), detail=_where_repeated(name, headings, places))
        for name in dict.fromkeys(headings)
        if name and headings.count(name) > 1
    ]
    if len(problems) > before:
        return
    laid = Rows(source, hidden, met, f"{file}/{sheet}")
    rest = _chained([row for row in first if row[0] > header[-1]], rows)
    while piece := list(islice(rest, PIECE)):
        before = len(problems)
        if not source.turned:
            _no_person(piece, headings, source, file, sheet, problems)
        piece, ignored = _without_ignored(piece, headings, source, met, account)
        body = [_fitted(number, cells, headings, file, sheet, problems) for number, cells in piece]
        if len(problems) > before:
            if len(problems) > MOST_PROBLEMS:
                return
            continue
        frame = pd.DataFrame(body, columns=headings, index=[number for number, _ in piece], dtype=object)
        frame = _named(frame, file, sheet, places, problems)
        aside = laid.treat(frame, in_lines=not sheet)
        yield Cells(frame.map(_in_one_line), sheet, places, aside, ignored)
    problems += laid.problems(file, sheet)


def _without_ignored(piece: list[Row], headings: list[str], source: Source, met, account: SheetAccount) -> tuple[list[Row], dict[str, pd.DataFrame]]:
    """The rows that are read, and by pattern those that the description says to pass over."""
    passed = {number: patterns for number, cells in piece if (patterns := source.ignoring(cells))}
    met |= {("row", pattern) for patterns in passed.values() for pattern in patterns}
    account.set_aside(Reason("aside_ignored_row"), passed)
    ignored = {pattern: _as_rows([row for row in piece if pattern in passed.get(row[0], ())], headings) for pattern in source.ignored_rows}
    return [row for row in piece if row[0] not in passed], ignored


def _as_rows(rows: list[Row], headings: list[str]) -> pd.DataFrame:
    """Rows below headings, however long they are; of columns without a heading nothing."""
    cells = [[*cells, *[""] * len(headings)][: len(headings)] for _, cells in rows]
    frame = pd.DataFrame(cells, columns=headings, index=[number for number, _ in rows], dtype=object).map(_in_one_line)
    return frame.loc[:, [bool(name) for name in headings]]


def _chained(first: list[Row], rows: Iterator[Row]) -> Iterator[Row]:
    yield from first
    yield from rows


def _header_rows(first: list[Row], source: Source) -> tuple[int, ...]:
    """The rows that hold the headings: as declared, else the first with every declared heading, else the first row."""
    if source.header:
        return tuple(sorted(source.header))
    for number, cells in first:
        there = {_in_one_line(_plain(cell)) for cell in cells}
        if all(heading in there or _WITH_LETTER.sub("", heading) in there for heading in source.columns):
            return (number,)
    return (first[0][0],) if first else (1,)


def headings_of(rows: list[list[str]]) -> list[str]:
    """One heading a column; of several rows of headings the parts with ` / ` between, the upper ones reaching right to the next."""
    if not rows:
        return []
    width = max(map(len, rows))
    parts = [[*map(_plain, cells), *[""] * (width - len(cells))] for cells in rows]
    for upper, lower in pairwise(parts):
        for place in range(1, width):
            if not upper[place] and lower[place]:
                upper[place] = upper[place - 1]
    return [" / ".join(dict.fromkeys(filter(None, column))) for column in zip(*parts, strict=True)]


def _called_apart(headings: list[str], source: Source, places: Places) -> list[str]:
    """The headings, with the column's letter where source.toml calls it so: `[A]` has none, of two `Antal` there are `Antal [C]` and `Antal [E]`."""
    with_letter = [f"{name} [{places.letter(place)}]".strip() for place, name in enumerate(headings, 1)]
    called = {*source.columns, *source.ignored_columns}
    apart = {name for name, other in zip(headings, with_letter, strict=True) if other in called and (not name or headings.count(name) > 1)}
    return [other if name in apart and (name or other in called) else name for name, other in zip(headings, with_letter, strict=True)]


def _where_repeated(name: str, headings: list[str], places: Places) -> dict[str, Any]:
    """In which columns a heading stands more than once."""
    columns = [places.letter(place) for place, each in enumerate(headings, 1) if each == name]
    listed = ", ".join(columns[:10]) + ", …" * (len(columns) > 10)
    return {"times": len(columns), "letters": listed, "first": columns[0], "heading": shortened(name, 60)}


def _no_person(rows: list[Row], headings: list[str], source: Source, file: str, sheet: str, problems: list[Problem]) -> None:
    """A number that may be a person's CPR number refuses the file; ten undivided digits in a column of case numbers are none."""
    if not holds_cpr("\n".join("\t".join(cells) for _, cells in rows)):  # many rows at one look
        return
    for number, cells in rows:
        for place, cell in enumerate(cells):
            heading = headings[place] if place < len(headings) else ""
            if len(cell) > 9 and holds_cpr(cell, but_bare=heading in source.not_cpr):
                place_of_it = {"sheet": sheet, "row": number, "column": heading}
                if heading and not holds_cpr(cell, but_bare=True):
                    problems.append(Problem("cpr_or_case_number", file, detail={"heading": heading}, **place_of_it))
                else:
                    problems.append(cpr_number(file, **place_of_it))


def _declared(rows: list[Row], source: Source) -> list[str]:
    """Of a sheet that is not read, the headings of columns that were declared to hold case numbers; blank for every other column."""
    named = {place: cell for _, cells in rows[:_TITLES] for place, cell in enumerate(cells) if cell in source.not_cpr}
    return [named.get(place, "") for place in range(max(named, default=-1) + 1)]


def _is_row(cells: list[str], headings: list[str], decimal: str) -> bool:
    """Whether every column that has a heading is filled, and one with a number that is no year."""
    below = [cell for cell, heading in zip(cells, headings, strict=False) if heading]
    return (
        len(below) > 1
        and len(cells) >= len(headings)
        and all(below)
        and any(parse_number(cell, decimal) is not None and not re.fullmatch("(19|20)[0-9]{2}", cell) for cell in below)
    )


def _fitted(number: int, cells: list[str], headings: list[str], file: str, sheet: str, problems: list[Problem]) -> list[str]:
    """The row at the width of the headings; a line of text with nothing beside it may be shorter or longer."""
    if len(cells) == len(headings):
        return cells
    if sheet or (cells[0] and not any(cells[1:]) and len(cells) < len(headings)):
        return [*cells, *[""] * len(headings)][: len(headings)]
    problems.append(Problem("row_length", file, row=number, detail={"fields": len(cells), "header": len(headings)}))
    return headings


def _named(frame: pd.DataFrame, file: str, sheet: str, places: Places, problems: list[Problem]) -> pd.DataFrame:
    """The table without columns that have neither heading nor content; content without a heading is a problem."""
    blank = [place for place, name in enumerate(frame.columns) if not name]
    for place in blank:
        for number in frame.index[frame.iloc[:, place] != ""][:1]:
            at = {"row": places.turned + place, "column": letters(number)} if places.turned else {"row": int(number)}
            code, detail = "no_heading_turned" if places.turned else "no_heading", {"place": place + 1, "letter": places.letter(place + 1)}
            problems.append(Problem(code, file, sheet=sheet, **at, detail=detail))
    return frame.iloc[:, [place for place in range(frame.shape[1]) if place not in blank]]


def parse_number(text: str, decimal: str = ",", thousands: str = "") -> Decimal | None:
    """The number exactly as printed, or None when it is not plainly one.

    A thousands mark is never guessed at: with a decimal comma, `1.061` and `58.3` are both None, unless
    `thousands` declares the point, and then only `1.061` is a number.
    """
    whole = rf"[0-9]{{1,3}}({re.escape(thousands)}[0-9]{{3}})+|[0-9]+" if thousands else "[0-9]+"
    if not re.fullmatch(rf"[-−]?({whole})({re.escape(decimal)}[0-9]+)?", text):
        return None
    plain = text.replace(thousands, "") if thousands else text
    return Decimal(plain.replace("−", "-").replace(decimal, "."))
