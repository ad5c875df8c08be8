"""A supplier's workbook as sheets of text cells with coordinates, read exactly and safely.

Its size and zip directory decide before anything is unpacked. What nobody sees when the file is opened (hidden sheets, rows,
columns) and what has no value (errors, formulas never calculated) is refused, never skipped. Knows nothing of `source.toml`.
"""

import io
import re
import unicodedata
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ..promises.cpr import holds_cpr
from ..promises.problems import PlanError, Problem, cpr_number
from ..promises.received import opened

LARGEST_FILE = 20_000_000  # bytes as delivered
MOST_UNPACKED = 40_000_000  # bytes of all parts together: about a million cells
MOST_PARTS = 2_000
STEEPEST, STEEP_FROM = 200, 1_000_000  # sheets pack to a 10th, monotonous ones to a 50th of their bytes; a bomb to a 1000th
MOST_CELLS = 2_000_000  # from A1 to the last filled row and column; a cell far out must not cost the memory of all between
_ZIP, _OLE, _ENCRYPTED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
# `[1]Ark1!A1` or `[Bog.xlsx]Ark1!A1`, but not a column of a table, `Tabel1[1]`
_ELSEWHERE = re.compile(r"(?<!\w)\[(\d+|[^\[\]]+\.xl\w+)\][^\[\]+*/,;()]*!")
_CELLS = re.compile(rb"<(?:\w+:)?sheetData\b.*</(?:\w+:)?sheetData>", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*>([^<]+)<")
_RUNS = ("r", "t", "span", "a", "font", "s", "sub", "sup", "b", "i", "u")  # of letters, within a paragraph
_DIGITS = re.compile(r"^[-−]?[0-9][0-9., ]*[0-9] ?%?$")  # a number of which the last digit may be a footnote
_TABLE, _TEXT, _STYLE = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "text", "style"))
_RAISED = str.maketrans("0123456789+-()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")

_WARNINGS = (
    "never_calculated",
    "other_workbook",
    "under_merged",
    "number_as_text",
    "comment",
    "other_sheets",
    "macros",
    "values_only",
)  # all else refuses the workbook

Place = tuple[int, int]  # row and column of a cell, both from 1


@dataclass(frozen=True)
class Sheet:
    """One visible sheet: row numbers as Excel shows them, each with its text cells from column A on.

    All rows are equally long; rows without any text are left out. `merged` has first row, first column (1 = A), last row, last
    column; of a merged range only the top left cell has text. `numeric` are the cells that hold a number (a date is none).
    """

    name: str
    rows: list[tuple[int, list[str]]]
    merged: list[tuple[int, int, int, int]]
    numeric: frozenset[Place]
    hidden: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())  # rows, columns


def read_workbook(
    path: Path, file: str, decimal: str = ",", ignored: Collection[str] = (), declared: Callable[[str], bool] = lambda sheet: False
) -> tuple[list[Sheet], list[Problem]]:
    """The visible sheets of a workbook, and every problem with it; no sheets when any problem is an error.

    `file` is how problems name the workbook, `decimal` the mark that numbers are written with. Of hidden sheets only those
    that are `ignored` come; hidden rows and columns are no problem of sheets in which they were `declared`.
    """
    ending = path.suffix.lower()
    try:
        if ending not in (".xlsx", ".xlsm", ".xls", ".ods"):
            raise _refusal("unknown_ending", file)
        raw = _bytes(path, ending, file)
        found, problems = (_from_calamine if ending in (".xls", ".ods") else _from_excel)(path, raw, file, decimal, ignored)
    except PlanError as error:
        return [], list(error.problems)
    problems = [problem for problem in problems if not (problem.code in ("hidden_rows", "hidden_columns") and declared(problem.sheet))]
    return [sheet.laid_out() for sheet in found] if all(problem.level == "warning" for problem in problems) else [], problems


def _problem(code: str, file: str, sheet: str = "", entry: str = "", **detail: Any) -> Problem:
    one_line = {name: " ".join(str(value).split()) for name, value in detail.items()}
    level = "warning" if code in _WARNINGS else "error"
    return Problem(code, file, sheet=" ".join(sheet.split()), entry=" ".join(entry.split()), level=level, detail=one_line)


def _refusal(code: str, file: str, **place_and_detail: Any) -> PlanError:
    return PlanError([_problem(code, file, **place_and_detail)])


# --- before anything is unpacked -----------------------------------------------------------------------


def _bytes(path: Path, ending: str, file: str) -> bytes:
    """The file, of which never more is read than a workbook may be."""
    try:
        with opened(path) as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise _refusal("unreadable", file, reason=error.strerror or error) from None
    if not raw:
        raise _refusal("empty_file", file)
    if len(raw) > LARGEST_FILE:
        raise _refusal("too_large", file, most=LARGEST_FILE // 1_000_000)
    if raw.startswith(_OLE) and _ENCRYPTED in raw:
        raise _refusal("password_protected", file)
    if not raw.startswith(_OLE if ending == ".xls" else _ZIP):
        raise _refusal("not_a_workbook", file)
    return raw


def _unpacked(raw: bytes, file: str) -> dict[str, bytes]:
    """The parts of a zip by name, each as long and with the checksum that the directory says; or why it stays packed."""
    if raw.count(b"PK\x01\x02") > MOST_PARTS:  # every line of the directory begins so
        raise _refusal("too_many_parts", file, most=MOST_PARTS)
    parts: dict[str, bytes] = {}
    name = ""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        members = [member for member in archive.infolist() if not member.is_dir()]
        _check_directory(members, file)
        for member in members:
            name, size = member.filename, member.file_size
            member.file_size = MOST_UNPACKED + 1  # so that reading ends where the part does, and not where the directory claims
            with archive.open(member) as stream:
                content = stream.read(size + 1)
            if len(content) != size or name in parts:
                raise _refusal("broken_workbook", file, entry=name)
            if not name.endswith(".svg") and _declares_type(content):  # pictures may, and are not read
                raise _refusal("doctype", file, entry=name)
            parts[name] = content
    except PlanError:
        raise
    except Exception:  # a broken zip ends in a dozen kinds of errors
        raise _refusal("broken_workbook", file, entry=name) from None
    return parts


def _check_directory(members: list[zipfile.ZipInfo], file: str) -> None:
    """Refuses what would unpack to too much, or cannot be unpacked, by the zip's directory alone."""
    size = sum(member.file_size for member in members)
    if size > MOST_UNPACKED:
        raise _refusal("unpacks_too_large", file, size=size // 1_000_000, most=MOST_UNPACKED // 1_000_000)
    for member in members:
        if member.file_size > max(STEEP_FROM, STEEPEST * member.compress_size):
            raise _refusal("packed_too_tightly", file, entry=member.filename, times=STEEPEST)
        if member.flag_bits & 1:
            raise _refusal("password_protected", file)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refusal("broken_workbook", file, entry=member.filename)


def _declares_type(content: bytes) -> bool:
    """Whether XML has a DOCTYPE, without which there are no entities; what is no XML has none."""
    from defusedxml import DTDForbidden
    from defusedxml.ElementTree import ParseError, iterparse

    try:
        next(iterparse(io.BytesIO(content), events=("start",), forbid_dtd=True), None)
    except DTDForbidden:
        return True
    except ParseError:
        pass
    return False


# --- the text of a cell --------------------------------------------------------------------------------


def _text(value: Any, decimal: str, percent: bool = False) -> str:
    """A cell's value as text that says the same: `38`, `58,3`, `58,3 %`, `SAND`, `2018-03-01 14:30`; a blank is empty."""
    if isinstance(value, str):  # `_x000D_` is how Excel stores characters that XML cannot hold
        return unicodedata.normalize("NFC", re.sub("_x(00[0-9A-Fa-f]{2})_", lambda found: chr(int(found[1], 16)), value))
    if isinstance(value, bool):
        return "SAND" if value else "FALSK"
    if isinstance(value, int | float):
        return _number(value, decimal, percent)
    return "" if value is None else _moment(value)


def _raised(text: str) -> str:
    """The text as it looks when raised: `1)` is `¹⁾`, so that a footnote behind a number is never one of its digits."""
    return text.translate(_RAISED)


def _rich(text: Any) -> str:
    """A text of differently formatted runs, raised runs raised; but flat where it may be a person's number, to be found as one."""
    runs = [(run.t or "", run.rPr is not None and run.rPr.vertAlign == "superscript") for run in text.formatted]
    flat = (text.plain or "") + "".join(words for words, _ in runs)
    return flat if holds_cpr(flat) else (text.plain or "") + "".join(_raised(words) if up else words for words, up in runs)


def _number(value: int | float, decimal: str, percent: bool) -> str:
    """All decimals and no more, never with an exponent: the 15 digits that Excel itself shows, as those behind them are noise (0.1 + 0.2)."""
    exact = Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)
    written = f"{exact.scaleb(2) if percent else exact:f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return ("0" if written == "-0" else written).replace(".", decimal) + (" %" if percent else "")


def _moment(value: date | time | timedelta) -> str:
    """A date, time or duration as text that is no number: `2018-03-01`, `2018-03-01 14:30`, `14:30:15`, `26:30`."""
    if isinstance(value, timedelta):
        minutes, rest = divmod(abs(value), timedelta(minutes=1))
        clock = _clock(time(0, minutes % 60, rest.seconds, rest.microseconds))
        return "-" * (value < timedelta(0)) + f"{minutes // 60:02}{clock[2:]}"
    if isinstance(value, time):
        return _clock(value)
    clock = _clock(value.time()) if isinstance(value, datetime) else "00:00"
    return value.isoformat()[:10] + (f" {clock}" if clock != "00:00" else "")


def _clock(moment: time) -> str:
    return moment.isoformat("milliseconds").removesuffix(".000").removesuffix(":00")


@cache
def _kind(code: str) -> str:
    """What a number format shows a number as: `percent`, `date` (without a time of day), or neither."""
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', "", code.lower())  # without words, colours and characters that stand for themselves
    if re.fullmatch("0{6}[- ]?0{4}", re.sub(r'[\\"]', "", code)):  # Excel's own "Personnummer"
        return "person"
    return "percent" if "%" in plain else "date" if re.search("[dmy]", plain) and not re.search("[hs]", plain) else ""


# --- what a sheet holds --------------------------------------------------------------------------------


@dataclass
class _Found:
    """A sheet while it is read; `odd` has by the code of a problem the cells that have it."""

    name: str
    texts: dict[Place, str] = field(default_factory=dict)
    numeric: set[Place] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    odd: dict[str, set[Place]] = field(default_factory=lambda: defaultdict(set))
    covered: dict[Place, str] = field(default_factory=dict)
    hidden: tuple[set[int], set[int]] = field(default_factory=lambda: (set(), set()))  # rows, columns

    def add(self, place: Place, text: str, numeric: bool) -> None:
        """One cell that holds something."""
        if place in self.texts:
            raise ValueError("the cell stands twice")
        self.texts[place] = text
        if numeric:
            self.numeric.add(place)

    def uncover(self) -> None:
        """Takes away the texts that merged cells cover."""
        areas = [(last - first + 1) * (right - left + 1) for first, left, last, right in self.merged]
        if sum(min(area, len(self.texts)) for area in areas) > 10 * MOST_CELLS:
            raise ValueError("merged ranges lie over one another")
        for (first, left, last, right), area in zip(self.merged, areas, strict=True):
            inside = product(range(first, last + 1), range(left, right + 1)) if area < len(self.texts) else self.texts
            covered = {(row, column) for row, column in inside if first <= row <= last and left <= column <= right} & self.texts.keys()
            self.odd["under_merged"] |= covered - {(first, left)}
        self.covered = {place: self.texts.pop(place) for place in self.odd["under_merged"] & self.texts.keys()}
        self.numeric -= self.odd["under_merged"]

    @property
    def size(self) -> int:
        """Cells from A1 to the last filled row and column, rows without any text not counted."""
        return len({row for row, _ in self.texts}) * max((column for _, column in self.texts), default=0)

    def problems(self, file: str) -> list[Problem]:
        """What is odd about cells, and which rows and columns between the first and the last filled cell are hidden."""
        filled = self.texts.keys() | self.odd["formula_without_value"] | self.odd["error_cell"] or {(0, 0)}
        ending = Path(file).suffix.lower()
        problems = [_problem(code, file, self.name, cell_names(places), ending=ending) for code, places in self.odd.items() if places]
        for side, code, written in ((0, "hidden_rows", str), (1, "hidden_columns", letters)):
            used = [place[side] for place in filled]
            if hidden := {number for number in self.hidden[side] if min(used) <= number <= max(used)}:
                problems.append(_problem(code, file, self.name, names=_listed(_spans(hidden, written))))
        return problems

    def laid_out(self) -> Sheet:
        """The sheet as rows of equal length."""
        width = max((column for _, column in self.texts), default=0)
        rows = {row: [""] * width for row in sorted({row for row, _ in self.texts})}
        for (row, column), text in self.texts.items():
            rows[row][column - 1] = text
        return Sheet(self.name, list(rows.items()), self.merged, frozenset(self.numeric), (frozenset(self.hidden[0]), frozenset(self.hidden[1])))


def _checked(sheets: list[_Found], file: str) -> list[Problem]:
    """What is wrong with the sheets, once what merged cells cover is taken away."""
    for found in sheets:
        found.uncover()
    scattered = [_problem("too_scattered", file, most=MOST_CELLS)] if sum(found.size for found in sheets) > MOST_CELLS else []
    return scattered + [problem for found in sheets for problem in found.problems(file)]


def _persons(seen: list[_Found], unseen: list[_Found], beside: Iterable[tuple[str, str]], file: str, sheets: Mapping[str, str]) -> list[Problem]:
    """Possible CPR numbers in names of sheets, in cells that nobody sees, and in all a workbook holds beside its cells.

    Those in visible cells are reported where these are read, so a copy of such a cell, as a pivot table keeps, is not reported again.
    """
    known = {text.strip() for found in (*seen, *unseen) for text in (*found.texts.values(), *found.covered.values())}
    names = dict.fromkeys((*sheets.values(), *(found.name for found in (*seen, *unseen))))
    problems = [_problem("cpr_in_name", file, name) for name in names if holds_cpr(name)]
    cells = [(found.name, place, text) for found in unseen for place, text in found.texts.items()]
    cells += [(found.name, place, text) for found in seen for place, text in found.covered.items()]
    problems += [cpr_number(file, sheet=name, row=place[0], column=letters(place[1])) for name, place, text in cells if holds_cpr(text)]
    parts = dict.fromkeys(part for part, text in beside if holds_cpr(text) and unicodedata.normalize("NFC", text).strip() not in known)
    return problems + [_problem("cpr_in_part", file, sheets.get(part, ""), "" if part in sheets else part) for part in parts]


def _texts_beside(parts: Mapping[str, bytes], sheets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every text and attribute in the parts of a workbook, and the parts' names; of the cells of these sheets only the words in formulas. No pictures."""
    for name, content in parts.items():
        yield name, name
        if name in sheets:
            formulas = b"\n".join(_FORMULA.findall(content)).replace(b"&quot;", b'"').decode("utf-8", "replace")
            yield from ((name, quoted) for quoted in re.findall(r'"([^"\n]*)"', formulas))
            content = _CELLS.sub(b"", content)
        if not name.endswith(".svg"):
            yield from ((name, text) for text in _xml_texts(content))


def _xml_texts(content: bytes) -> list[str]:
    """The texts and attributes of XML, what stands in one paragraph as one text however its letters are formatted; none in what is no XML."""
    texts: list[str] = []
    paragraph: list[str] = []
    shaping = 0  # within the properties of a run of letters

    def end_paragraph() -> None:
        """Keep the letters read so far as one text."""
        texts.append("".join(paragraph))
        paragraph.clear()

    def open_element(tag: str, attributes: dict[str, str]) -> None:
        """Note the attributes; a new paragraph begins unless the element only formats letters."""
        nonlocal shaping
        kind = tag.rpartition(":")[2]
        texts.extend(attributes.values())
        shaping += kind.endswith("Pr")
        if kind == "s" and tag != kind:  # blanks in an .ods
            paragraph.append(" ")
        elif not shaping and kind not in _RUNS:
            end_paragraph()

    def close_element(tag: str) -> None:
        """End the paragraph, unless the element only formats letters."""
        nonlocal shaping
        kind = tag.rpartition(":")[2]
        if not shaping and kind not in _RUNS:
            end_paragraph()
        shaping -= kind.endswith("Pr")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = open_element, close_element, paragraph.append
    with suppress(expat.ExpatError):
        parser.Parse(content, True)
    return [*filter(None, texts), "".join(paragraph)]


def packed_texts(path: Path, file: str) -> Iterator[tuple[str, str]]:
    """Every text in a packed document (a workbook, a letter) with its part; raises `PlanError` for one that is not safely unpacked."""
    return _texts_beside(_unpacked(_bytes(path, ".xlsx", file), file), {})


def _unread(hidden: list[str], other: list[str], file: str) -> list[Problem]:
    """What is said of sheets that are not read."""
    named = {"hidden_sheets": hidden, "other_sheets": other}
    return [_problem(code, file, names=", ".join(names)) for code, names in named.items() if names]


def _spans(numbers: Iterable[int], written: Callable[[int], str]) -> list[str]:
    """Numbers with those that follow one another drawn together: `3`, `5:9`."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return [written(first) + (f":{written(last)}" if last > first else "") for first, last in spans]


def cell_names(places: Iterable[Place]) -> str:
    """Cells as a person names them, column by column: `D2:D40, F7`."""
    columns: dict[int, list[int]] = defaultdict(list)
    for row, column in places:
        columns[column].append(row)
    return _listed([re.sub("([0-9]+)", letters(column) + r"\1", span) for column in sorted(columns) for span in _spans(columns[column], str)])


def _listed(names: list[str]) -> str:
    return ", ".join(names[:50]) + (f" … (+{len(names) - 50})" if len(names) > 50 else "")


def letters(column: int) -> str:
    """A column's number as Excel shows it: 1 is A, 27 is AA."""
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)


# --- .xlsx ---------------------------------------------------------------------------------------------


def _from_excel(path: Path, raw: bytes, file: str, decimal: str, ignored: Collection[str]) -> tuple[list[_Found], list[Problem]]:
    """Every visible sheet of an .xlsx, and all problems of the workbook."""
    from openpyxl.reader.excel import ExcelReader

    parts = _unpacked(raw, file)
    if not any(name.startswith("xl/") for name in parts):
        raise _refusal("not_a_workbook", file)
    found: list[_Found] = []
    unseen: list[_Found] = []
    hidden: list[str] = []
    other: list[str] = []
    at: dict[str, str] = {}
    sheet = ""
    try:
        with warnings.catch_warnings(action="ignore"):  # they are of what openpyxl would lose if it saved the file
            reader = ExcelReader(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
            reader.read_chartsheet = lambda *_: None  # a chart holds no cells, and may be drawn in ways openpyxl stumbles over
            reader.read_strings = lambda: setattr(reader, "shared_strings", _shared_strings(reader))
            reader.read()
            front = parts[reader.parser.workbook_part_name]
            if b"purl.oclc.org/ooxml/spreadsheetml" in front:
                raise _refusal("strict_workbook", file)
            unsure = bool(re.search(rb'fullCalcOnLoad="(1|true)"', front))  # as programs write that calculate nothing
            pages = {page.title: page for page in reader.wb.worksheets}
            for entry, link in reader.parser.find_sheets():
                sheet, at[link.Target] = entry.name, entry.name
                if entry.state != "visible":
                    hidden.append(entry.name)
                elif not link.Type.endswith("/worksheet"):
                    other.append(entry.name)
                if link.Type.endswith("/worksheet"):
                    (found if entry.state == "visible" else unseen).append(_read_sheet(pages[sheet], decimal, unsure))
        known = [name for name in hidden if name in ignored]
        problems = _unread([name for name in hidden if name not in ignored], other, file) + _checked(found, file)
        problems += _persons(found, unseen, _texts_beside(parts, at), file, at)
        found += [next((each for each in unseen if each.name == unicodedata.normalize("NFC", name)), _Found(name)) for name in known]
    except PlanError:
        raise
    except Exception:  # whatever a broken part makes of a parser; its own words may quote a cell
        raise _refusal("broken_workbook", file, sheet=sheet) from None
    if path.suffix.lower() == ".xlsm" or any("vbaProject" in name or "/macrosheets/" in name for name in parts):
        problems.append(_problem("macros", file))
    if any("/externalLinks/" in name for name in parts) and not any(problem.code == "other_workbook" for problem in problems):
        problems.append(_problem("other_workbook", file))
    return found, problems


def _shared_strings(reader: Any) -> list[str]:
    """The workbook's table of texts, which openpyxl itself would give without marking what is raised."""
    from openpyxl.cell.text import Text
    from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    strings: list[str] = []
    if (part := reader.package.find(SHARED_STRINGS)) is not None:
        with reader.archive.open(part.PartName[1:]) as stream:
            for _, node in iterparse(stream):
                if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                    strings.append(_rich(Text.from_tree(node)).replace("x005F_", ""))
                    node.clear()
    return strings


def _read_sheet(page: Any, decimal: str, unsure: bool) -> _Found:
    """One sheet, row by row as its XML passes by. openpyxl itself shows either a formula or its stored value; both are needed."""
    from openpyxl.cell.text import Text
    from openpyxl.worksheet._reader import FORMULA_TAG, INLINE_STRING, WorkSheetParser

    class Parser(WorkSheetParser):
        def parse_cell(self, element: Any) -> dict[str, Any]:
            """The cell as openpyxl reads it, with its formula beside the stored value; of a text within the cell also what is raised."""
            cell = super().parse_cell(element) | {"formula": element.find(FORMULA_TAG)}
            if element.get("t") == "inlineStr" and (inline := element.find(INLINE_STRING)) is not None:
                cell["value"] = _rich(Text.from_tree(inline))
            return cell

    book, found = page.parent, _Found(unicodedata.normalize("NFC", page.title))
    elsewhere: set[str | None] = set()
    with page._get_source() as source:
        parser = Parser(source, page._shared_strings, True, book.epoch, book._date_formats, book._timedelta_formats)
        for row, cells in parser.parse():
            if _hides(parser.row_dimensions.pop(str(row), {}), "ht"):
                found.hidden[0].add(row)
            for cell in cells:
                _note_formula(cell.pop("formula"), cell, elsewhere, found, unsure)
                _note_value(cell, page, found, decimal)
    for each in parser.column_dimensions.values():
        if _hides(each, "width"):
            found.hidden[1].update(range(int(each["min"]), min(int(each["max"]), 16_384) + 1))
    for each in parser.merged_cells.mergeCell if parser.merged_cells else ():
        left, first, right, last = each.bounds
        found.merged.append((first, left, last, right))
    found.odd["comment"] = _commented(page)
    return found


def _hides(shape: Mapping[str, str], size: str) -> bool:
    """Whether a row or column is hidden, or has no height or width."""
    return shape.get("hidden") in ("1", "true") or float(shape.get(size, 1)) == 0


def _note_formula(formula: Any, cell: Mapping[str, Any], elsewhere: set[str | None], found: _Found, unsure: bool) -> None:
    """A formula is its stored value; noted are those without one, and those that look elsewhere."""
    if formula is None:
        return
    place, shared = (cell["row"], cell["column"]), formula.get("si")  # a shared formula is written out in its first cell only
    if _ELSEWHERE.search(formula.text or "") or (shared and shared in elsewhere):
        elsewhere.add(shared)
        found.odd["other_workbook"].add(place)
    if cell["value"] is None and cell["data_type"] != "str":  # an empty text is a value
        found.odd["formula_without_value"].add(place)
    if unsure and cell["data_type"] == "n" and cell["value"] == 0:
        found.odd["never_calculated"].add(place)


def _note_value(cell: Mapping[str, Any], page: Any, found: _Found, decimal: str) -> None:
    """The text of one cell, if it holds anything."""
    from openpyxl.cell.read_only import ReadOnlyCell

    place, value, kind = (cell["row"], cell["column"]), cell["value"], cell["data_type"]
    shown = _kind(ReadOnlyCell(page, **cell).number_format) if kind in ("n", "d") and value is not None else ""
    if isinstance(value, time) and shown == "date":  # day 0: a date only where 1904 is day 0
        value = page.parent.epoch if page.parent.epoch.year == 1904 else None
    if kind == "e" or (kind == "d" and (value is None or (isinstance(value, datetime) and value.year < 1900))):
        found.odd["error_cell"].add(place)
    elif text := _as_person(value) if shown == "person" else _text(value, decimal, shown == "percent"):
        found.add(place, text, kind == "n")


def _as_person(value: float) -> str:
    """A number that Excel shows as a CPR number, with the nought in front that is only shown; any other number as it is."""
    digits = f"{value:010.0f}"
    shown = f"{digits[:6]}-{digits[6:]}"
    return shown if holds_cpr(shown) else _text(value, ",")


def _commented(page: Any) -> set[Place]:
    """Cells with a comment, old or threaded; what it says is not looked at."""
    from openpyxl.packaging.relationship import get_dependents, get_rels_path
    from openpyxl.utils.cell import coordinate_to_tuple
    from openpyxl.xml.functions import iterparse

    archive, links = page.parent._archive, get_rels_path(page._worksheet_path)
    parts = get_dependents(archive, links) if links in archive.namelist() else ()
    return {
        coordinate_to_tuple(element.get("ref"))
        for part in parts
        if part.Type.endswith(("/comments", "/threadedComment"))
        for _, element in iterparse(archive.open(part.Target))
        if element.tag.endswith(("}comment", "}threadedComment"))
    }


# --- .xls and .ods -------------------------------------------------------------------------------------


def _from_calamine(path: Path, raw: bytes, file: str, decimal: str, ignored: Collection[str]) -> tuple[list[_Found], list[Problem]]:
    """Every visible sheet of an .xls or .ods, of which calamine shows the values and little else."""
    ending = path.suffix.lower()
    parts = _unpacked(raw, file) if ending == ".ods" else {}
    if ending == ".ods":
        _check_ods(parts, file)
    try:
        import python_calamine as calamine
    except ImportError:
        raise _refusal("needs_calamine", file, ending=ending) from None
    try:
        raised = _ods_raised(parts) if parts else None
        book = calamine.CalamineWorkbook.from_path(path)
        pages = {entry.name: (str(entry.visible), str(entry.typ)) for entry in book.sheets_metadata}
        hidden = [name for name, (visible, _) in pages.items() if not visible.endswith(".Visible")]
        other = [name for name, (_, kind) in pages.items() if name not in hidden and not kind.endswith(".WorkSheet")]
        found = [
            _calamine_sheet(book.get_sheet_by_name(name), file, decimal, None if raised is None else raised[name])
            for name in pages
            if name not in hidden + other
        ]
        unseen = [_calamine_sheet(book.get_sheet_by_name(name), file, decimal, {}) for name in hidden if pages[name][1].endswith(".WorkSheet")]
        known = [name for name in hidden if name in ignored]
        problems = _unread([name for name in hidden if name not in ignored], other, file) + _checked(found, file)
        problems += _persons(found, unseen, _texts_beside(parts, {}), file, {})
        found += [next((each for each in unseen if each.name == unicodedata.normalize("NFC", name)), _Found(name)) for name in known]
    except calamine.PasswordError:
        raise _refusal("password_protected", file) from None
    except (PlanError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic within calamine is no Exception
        raise _refusal("broken_workbook", file) from None
    return found, [*problems, _problem("values_only", file, ending=ending)]


def _calamine_sheet(page: Any, file: str, decimal: str, raised: Mapping[Place, str] | None) -> _Found:
    """One sheet's values as text; `raised` has the texts of which a part is raised, and is None where that cannot be known."""
    down, right = (last + 1 for last in page.end or (0, 0))
    if down * right > MOST_CELLS:
        raise _refusal("too_scattered", file, most=MOST_CELLS)
    found = _Found(unicodedata.normalize("NFC", page.name))
    found.merged = [(first + 1, left + 1, last + 1, right + 1) for (first, left), (last, right) in page.merged_cell_ranges or ()]
    for row, values in enumerate(page.to_python(skip_empty_area=False), start=1):
        for column, value in enumerate(values, start=1):
            text = (raised or {}).get((row, column)) or _text(value, decimal)
            if text:
                found.add((row, column), text, isinstance(value, int | float) and not isinstance(value, bool))
            if raised is None and isinstance(value, str) and _DIGITS.search(value):
                found.odd["number_as_text"].add((row, column))
    return found


def _check_ods(parts: Mapping[str, bytes], file: str) -> None:
    """Refuses an .ods that is none, is encrypted, or lays out more cells than memory holds."""
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise _refusal("password_protected", file)
    if "content.xml" not in parts:
        raise _refusal("not_a_workbook", file)
    try:
        cells = _ods_size(parts["content.xml"])
    except Exception:
        raise _refusal("broken_workbook", file, entry="content.xml") from None
    if cells > MOST_CELLS:
        raise _refusal("too_scattered", file, most=MOST_CELLS)


def _ods_size(content: bytes) -> int:
    """Cells from the first to the last filled row and column, over all tables: a few words may repeat a cell a billion times."""
    from openpyxl.xml.functions import iterparse

    size = row = down = column = right = 0
    for event, element in iterparse(io.BytesIO(content), ("start", "end")):
        kind = element.tag.removeprefix(_TABLE)
        if event == "start" and kind == "table":
            row = down = right = 0
        elif event == "start" and kind == "table-row":
            row, column = row + int(element.get(_TABLE + "number-rows-repeated", 1)), 0
        elif event == "end" and kind in ("table-cell", "covered-table-cell"):
            column += int(element.get(_TABLE + "number-columns-repeated", 1))
            if len(element) or any(name.endswith(("}value-type", "}formula")) for name in element.attrib):
                down, right = row, max(right, column)
        elif event == "end" and kind in ("table-row", "table"):
            element.clear()
            size += down * right if kind == "table" else 0
    return size


def _ods_raised(parts: Mapping[str, bytes]) -> dict[str, dict[Place, str]]:
    """By sheet and cell the texts of which a part is raised, as `12¹`; calamine itself gives 121."""
    from openpyxl.xml.functions import fromstring

    content, *others = [fromstring(parts[name]) for name in ("content.xml", "styles.xml") if name in parts]
    styles = {
        style.get(_STYLE + "name")
        for root in (content, *others)
        for style in root.iter(_STYLE + "style")
        if any(_is_raised(value) for text in style for name, value in text.attrib.items() if name.endswith("}text-position"))
    }
    found: dict[str, dict[Place, str]] = defaultdict(dict)
    for table in content.iter(_TABLE + "table") if styles else ():
        row = 0
        for line in table.iter(_TABLE + "table-row"):
            first, row, column = row + 1, row + int(line.get(_TABLE + "number-rows-repeated", 1)), 0
            for cell in line:
                left, column = column + 1, column + int(cell.get(_TABLE + "number-columns-repeated", 1))
                flat = "".join(cell.itertext())
                if any(span.get(_TEXT + "style-name") in styles for span in cell.iter(_TEXT + "span")) and not holds_cpr(flat):
                    text = "\n".join(_ods_text(each, styles) for each in cell if each.tag == _TEXT + "p")
                    found[table.get(_TABLE + "name", "")] |= dict.fromkeys(product(range(first, row + 1), range(left, column + 1)), text)
    return found


def _is_raised(position: str) -> bool:
    """Whether `super 58%` or `33% 58%` stands above the line."""
    return position.startswith("super") or bool(re.match(r"0*[1-9]", position))


def _ods_text(element: Any, styles: set[str | None], up: bool = False) -> str:
    """The text of an element, what is raised in it raised."""
    up = up or element.get(_TEXT + "style-name") in styles
    blanks = " " * int(element.get(_TEXT + "c", 1)) if element.tag == _TEXT + "s" else ""
    own = _raised if up else str
    return blanks + own(element.text or "") + "".join(_ods_text(each, styles, up) + own(each.tail or "") for each in element)
