"""How each supplier lays out its files: one `source.toml` a folder. Nothing about a layout is guessed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from ..promises.problems import PlanError, Reader, read_toml
from ..promises.reasons import Reason
from ..promises.registers import LISTED, Bilingual, Date, Entry, Flag, Names, Number, Text, Whole, Words, each_once, else_reported, one_of, read_entry, table_of
from .extents import Extent, parse_range
from .questions import require_answers

MISSING = ("not_available", "not_delivered", "suppressed_at_source")
STATUS = ("measured", "printed", "derived", "estimate", "suspect")
FIGURE_FIELDS = ("value", "out_of", "answers", "cases", "lowest", "highest")  # of a figure that a letter may correct
LISTS = ("answers", "incidents", "stories", "registrations")  # contracts in which a row is a record, counted whatever other columns say
_NUMBERS = ("value", "answers", "out_of", "cases", "number", "lowest", "highest", "internal", "all_moves")  # columns in which numbers stand
_FOOTNOTE = re.compile(r"[^A-Za-zÆØÅæøå0-9.,;:%+− -]")  # what a footnote mark has and neither a number nor a word ends with
UNIT_OF_ROW = "\nunit"  # a heading that no file has: the units that [rows] gives
_ROLES = ("value", "answers", "out_of", "cases", "lowest", "highest")  # what a row of measures may be of a figure
_COLUMN_FIELDS = ("is", "area", "period", "indicator", "unit", "answers", "out_of")

# --- what may stand in a source.toml --------------------------------------------------------------------


def _above_one(factor: Number) -> Number:
    if factor <= 1:
        raise PydanticCustomError("too_low", "too_low", {"least": "1.1"})
    return factor


def _a_measure(row: dict[str, str]) -> dict[str, str]:
    role = row.get("is", "value")
    if role not in _ROLES or (role == "value" and "indicator" not in row):
        raise ValueError
    return row


def _in_words(column: Any) -> Any:
    """A column's fields as texts: how many it is of may be written as a number."""
    if not isinstance(column, dict):
        return column
    return {name: str(each) if name in ("answers", "out_of") and type(each) is int else each for name, each in column.items()}


def _a_range(text: str) -> str:
    if parse_range(text) is None:
        raise ValueError
    return text


_Range = Annotated[str, AfterValidator(_a_range), else_reported("not_a_range")]
_OrCell = Annotated[_Range, BeforeValidator(lambda text: f"{text}:{text}" if isinstance(text, str) and text[-1:].isdigit() and ":" not in text else text)]
_Ranges = Annotated[tuple[_OrCell, ...], LISTED, AfterValidator(each_once), else_reported("not_a_range")]
_Where = Annotated[
    dict[
        str, Annotated[tuple[str, ...], BeforeValidator(lambda words: tuple(words) if isinstance(words, list | tuple) else (words,)), AfterValidator(each_once)]
    ],
    else_reported("bad_where"),
]
_Missing = Annotated[str, one_of(*MISSING, code="bad_mark")]
_Status = Annotated[str, one_of(*STATUS, code="bad_mark")]
_Part = Annotated[str, one_of("H1", "H2", "Q1", "Q2", "Q3", "Q4", *(f"{month:02}" for month in range(1, 13)))]
_Mark = Annotated[str, Field(min_length=1, max_length=1), else_reported("not_one_mark")]
_Factor = Annotated[Number, AfterValidator(_above_one)]
_Rows = Annotated[
    tuple[Annotated[int, Field(gt=0)], ...],
    Field(min_length=1),
    BeforeValidator(lambda rows: tuple(rows) if isinstance(rows, list | tuple) else (rows,)),
    AfterValidator(each_once),
    else_reported("not_a_header"),
]
_Word = Annotated[Text, BeforeValidator(lambda word: str(word) if type(word) is int else word)]  # 38 as well as "38"
_Column = Annotated[
    Text | Annotated[dict[Annotated[str, one_of(*_COLUMN_FIELDS)], Text], BeforeValidator(_in_words), Field(min_length=1)],
    else_reported("bad_column", known=", ".join(_COLUMN_FIELDS)),
]
_Measure = Annotated[
    dict[Annotated[str, one_of("is", "indicator", "unit")], Text],
    Field(min_length=1),
    AfterValidator(_a_measure),
    else_reported("bad_row", known=", ".join(_ROLES)),
]


_ALWAYS = ("delivery", "received", "reason", "document")
_OF_RECORD = (
    *("area", "period", "indicator", "date", "until", "deliberate", "answer", "tone", "medium", "person", "story"),
    *("number", "lowest", "highest", "estimated", "value"),
)
_OF_KIND = {  # the fields that a correction of each kind may have beside those, and must have
    "files": (("files", "covers", "holds"), ("files",)),
    "figure": (("was", "now", "is_", "area", "period", "indicator", "unit"), ("was", "now")),
    "record": (("record", "dropped", "added", *_OF_RECORD), ("record",)),
}


class Correction(Entry):
    """A later delivery that changes earlier figures: `files` of the same layout, one figure that `was` another, or one record of a list.

    A record is `dropped`, `added`, or changed: a field with a column's name is the word that should have stood there.
    """

    delivery: Whole
    received: Date | None = None
    reason: Text = ""
    document: Text = ""
    files: Names = ()
    covers: Names = ()
    holds: Names = ()
    was: _Word = ""
    now: _Word = ""
    record: _Word = ""
    dropped: Flag = False
    added: Flag = False
    is_: Annotated[str, one_of(*FIGURE_FIELDS, code="bad_mark"), Field(alias="is")] = "value"
    area: Text = ""
    period: _Word = ""
    indicator: Text = ""
    unit: Text = ""
    date: Text = ""
    until: Text = ""
    deliberate: Text = ""
    answer: Text = ""
    tone: Text = ""
    medium: Text = ""
    person: _Word = ""
    story: _Word = ""
    number: _Word = ""
    lowest: _Word = ""
    highest: _Word = ""
    estimated: Text = ""
    value: _Word = ""

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        """Each kind of correction has fields of its own, some of which it must have."""
        may, must = _OF_KIND[self.kind]
        wrong = [(name, "missing_field", {"name": name}) for name in must if name not in self.model_fields_set]
        known = ", ".join(name.rstrip("_") for name in may)
        wrong += [(name, "of_another_correction", {"name": self.kind, "known": known}) for name in self.model_fields_set - {*may, *_ALWAYS}]
        if self.kind == "record" and (self.dropped == bool(self.words) or (self.dropped and self.added)):
            wrong.append(("record", "record_unchanged", {}))
        if wrong:
            found = [InitErrorDetails(type=PydanticCustomError(code, code, detail), loc=(name.rstrip("_"),), input="") for name, code, detail in sorted(wrong)]
            raise ValidationError.from_exception_data(type(self).__name__, found)
        return self

    @property
    def kind(self) -> str:
        """What is corrected: a `record`, a `figure`, or what the `files` hold."""
        return next((kind for kind, names in (("record", {"record"}), ("figure", {"was", "now"})) if names & self.model_fields_set), "files")

    @property
    def words(self) -> dict[str, str]:
        """Our names of a record's columns, and the words that should have stood in them."""
        return {name: getattr(self, name) for name in _OF_RECORD if name in self.model_fields_set}

    @property
    def figure(self) -> dict[str, str]:
        """Which figure is meant, as an entry that names one."""
        return {name: getattr(self, name) for name in ("area", "period", "indicator") if name in self.model_fields_set}


class _Figure(Entry):
    """Which figures are meant, and why something is said of them; what is not named may be any."""

    reason: Bilingual
    area: Text = ""
    period: Text = ""
    indicator: Text = ""


class _Absence(_Figure):
    """Figures that are not delivered; of a department that is `closed` there are none any more."""

    closed: Flag = False

    @model_validator(mode="after")
    def _of_a_department(self) -> Self:
        """Only what is named can be closed."""
        if self.closed and not self.area:
            found = InitErrorDetails(type=PydanticCustomError("missing_field", "missing_field", {"name": "area"}), loc=("area",), input="")
            raise ValidationError.from_exception_data(type(self).__name__, [found])
        return self


_Reasons = Annotated[dict[str, Bilingual], else_reported("not_words")]
_Figures = Annotated[tuple[Annotated[dict[str, Any], table_of(_Figure)], ...], LISTED]
_Absences = Annotated[tuple[Annotated[dict[str, Any], table_of(_Absence)], ...], LISTED]


class Layout(Entry):
    """A `source.toml` as it is written; its fields are described in the README.

    `columns` is supplier's heading → our name, or a table for a column of figures; `values[column]` supplier's word → ours;
    `unused[column]` supplier's word → why such rows are kept but not used, by language; `missing` mark → what it means.
    """

    contract: Text
    publisher: Text
    files: Names
    columns: dict[str, _Column]
    documents: Names = ()
    encoding: Text = ""
    delimiter: _Mark = ";"
    decimal: Annotated[str, one_of(",", ".")] = ","
    thousands: Annotated[str, one_of(".", ",", " ", "'")] = ""
    dates: Text = ""
    sheets: Names = ()
    ignored_sheets: Names = ()
    range: _Range = ""
    ignored_ranges: _Ranges = ()
    turned: Flag = False
    hidden: Annotated[str, one_of("read", "leave")] = ""
    header: _Rows = ()
    leave: _Where = Field(default_factory=dict)
    where: _Where = Field(default_factory=dict)
    fill_down: Names = ()
    repeated_rows: Annotated[str, one_of("once", "each")] = ""
    any_case: Names = ()
    ignored_rows: Names = ()
    ignored_columns: Names = ()
    not_cpr: Names = ()
    signed: Names = ()
    footnotes: Names = ()
    rows: dict[str, _Measure] = Field(default_factory=dict)
    constants: Words = Field(default_factory=dict)
    constants_by_file: dict[str, Words] = Field(default_factory=dict)
    constants_by_sheet: dict[str, Words] = Field(default_factory=dict)
    values: dict[str, Words] = Field(default_factory=dict)
    unused: dict[str, _Reasons] = Field(default_factory=dict)
    areas: Words = Field(default_factory=dict)
    sum: Flag = False
    ids: Annotated[str, one_of("exact", "folded")] = ""
    estimates: Names = ()
    status: dict[str, _Status] = Field(default_factory=dict)
    missing: dict[str, _Missing] = Field(default_factory=dict)
    covers: Names = ()
    holds: Names = ()
    required: Names = ()
    nested_periods: Flag = False
    year_is: _Part = ""
    jump: _Factor = 0
    media: Names = ()
    delivery: Whole = 1
    received: Date | None = None
    correction: Annotated[tuple[Correction, ...], LISTED] = ()
    doubt: _Figures = ()
    absent: _Absences = ()
    confirmed: _Figures = ()


# --- a source -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class File:
    """One delivered file: the number of its delivery, when it came, and whether it only corrects earlier figures."""

    path: Path
    delivery: int = 1
    received: date | None = None
    correction: bool = False
    reason: str = ""
    covers: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """Columns of a file that make one figure a row: our name → supplier's heading, and what is constant in them.

    A table with one column a year or an indicator has one block for each of these.
    """

    headings: Mapping[str, str]
    constants: Mapping[str, str]


def beside(heading: str, role: str) -> str:
    """The heading, which no file has, of what stands in another row of the figures below a heading."""
    return f"{heading}\n{role}"


class Source(Layout):
    """One table of a supplier's folder: which contract it keeps, how this supplier lays it out, and the files that are there.

    Most folders have one; `table` is then 0, else the number of its `[[table]]`. `beside` are the other tables of the folder.
    """

    name: str
    folder: Path
    files: tuple[File, ...]
    documents: tuple[Path, ...] = ()
    table: int = 0
    beside: tuple[Layout, ...] = ()

    @property
    def entry(self) -> str:
        """Where in source.toml the table is described, as problems say it; empty where there is one table only."""
        return f"[[table]] {self.table}" if self.table else ""

    @cached_property
    def sheets_elsewhere(self) -> frozenset[str]:
        """The sheets that other tables of the folder read."""
        return frozenset(sheet for each in self.beside for sheet in (each.sheets or each.constants_by_sheet))

    def _beside(self, file: str, sheet: str) -> list[Layout]:
        """The other tables of the folder that read the same file, and of it the same sheet or whichever there is."""
        name = file.partition("/")[2]
        here = [
            each for each in self.beside if any(fnmatch(name, files) for files in (*each.files, *(files for later in each.correction for files in later.files)))
        ]
        return [each for each in here if sheet in (each.sheets or tuple(each.constants_by_sheet) or (sheet,))]

    def headings_elsewhere(self, file: str, sheet: str) -> frozenset[str]:
        """The headings that other tables of the folder read or ignore in the same part of the same sheet."""
        return frozenset(heading for each in self._beside(file, sheet) if each.range == self.range for heading in (*each.columns, *each.where))

    @cached_property
    def extent(self) -> Extent | None:
        """Where on its sheet the table stands; None where it has the sheet to itself."""
        return parse_range(self.range)

    def extents_of(self, file: str, sheet: str) -> list[Extent] | None:
        """The parts of a sheet that some table reads or ignores; None where a table of the folder reads all of it, or another one tells."""
        here = self._beside(file, sheet)
        if not self.range or not all(each.range for each in here) or any(each in self.beside[: self.table - 1] for each in here):
            return None
        return [extent for each in (self, *here) for text in (each.range, *each.ignored_ranges) if (extent := parse_range(text))]

    @cached_property
    def blocks(self) -> list[Block]:
        """The columns by the figures they make: the plain columns, once for each kind of figure column there is."""
        plain = {ours: theirs for theirs, ours in self.columns.items() if isinstance(ours, str)}
        figures: dict[tuple, dict[str, str]] = {}
        for theirs, column in self.columns.items():
            if not isinstance(column, str):
                constants = tuple((name, column[name]) for name in _COLUMN_FIELDS if name in column and name != "is")
                figures.setdefault(constants, {})[column.get("is", "value")] = theirs
        blocks = [
            Block({ours: theirs for ours, theirs in (self._shared(plain, named) | named).items() if ours not in dict(constants)}, dict(constants))
            for constants, named in figures.items()
        ]
        blocks = [Block(plain, {}), *blocks] if not blocks or "value" in plain or (self.contract in LISTS and not self._amounts_alone(blocks)) else blocks
        return [replace(block, headings=self._with_base(self._bounded({**block.headings, **self._of_rows(block)}))) for block in blocks]

    def _amounts_alone(self, blocks: list[Block]) -> bool:
        """Whether of a list of incidents only amounts are counted: nothing says what the incidents themselves are."""
        said = (
            *self.columns.values(),
            *self.constants,
            *(name for by in (self.constants_by_file, self.constants_by_sheet) for words in by.values() for name in words),
        )
        return (
            self.contract == "incidents"
            and "indicator" not in [word for word in said if isinstance(word, str)]
            and all("indicator" in each.constants for each in blocks)
        )

    @property
    def figure(self) -> str:
        """Our name of the column that may hold an estimate or, with its bounds, their middle: in a list of registrations how many a record is."""
        return "number" if self.contract == "registrations" else "value"

    def _shared(self, plain: dict[str, str], named: dict[str, str]) -> dict[str, str]:
        """The plain columns that a further column shares; the number of a record is no number of the bounds beside it."""
        return plain if self.figure == "value" or "bounds" not in named else {ours: theirs for ours, theirs in plain.items() if ours != "number"}

    def _bounded(self, headings: dict[str, str]) -> dict[str, str]:
        """The headings of the bounds that stand in one cell, and of their middle where a figure has no other value."""
        if "bounds" not in headings or (self.contract in LISTS and self.figure == "value"):
            return headings
        heading = headings.pop("bounds")
        return {name: beside(heading, role) for name, role in ((self.figure, "value"), ("lowest", "lowest"), ("highest", "highest"))} | headings

    def _with_base(self, headings: dict[str, str]) -> dict[str, str]:
        """The headings of a figure and of how many it is out of, where both stand in one cell."""
        if "with_base" not in headings or self.contract in LISTS:
            return headings
        heading = headings.pop("with_base")
        return headings | {"value": beside(heading, "value"), self.base: beside(heading, "base")}

    @property
    def base(self) -> str:
        """Our name of how many a figure is of: the answers of a survey, else what a count is out of."""
        return "answers" if self.contract in ("survey", "published") else "out_of"

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """What rows of measures are of a figure beside its value."""
        return tuple(dict.fromkeys(role for row in self.rows.values() if (role := row.get("is", "value")) != "value"))

    def _of_rows(self, block: Block) -> dict[str, str]:
        """The headings of what stands in other rows of a figure, and of its unit."""
        if not self.rows:
            return {}
        own = {role: beside(block.headings["value"], role) for role in self.roles} if "value" in block.headings else {}
        return own | ({"unit": UNIT_OF_ROW} if any("unit" in row for row in self.rows.values()) else {})

    @property
    def meanings(self) -> dict[str, str]:
        """What we call each column, by its heading; in a column of figures the value, where nothing else is said."""
        return {theirs: column if isinstance(column, str) else column.get("is", "value") for theirs, column in self.columns.items()}

    def headings(self, name: str) -> list[str]:
        """Every heading below which stands what we call by this name, in whichever column of figures."""
        return [theirs for theirs, ours in self.meanings.items() if ours == name]

    @cached_property
    def reasons(self) -> dict[str, dict[str, Reason]]:
        """Why rows with these words in a column are kept and not used."""
        return {name: {word: Reason.of(**words) for word, words in unused.items()} for name, unused in self.unused.items()}

    def knows_hidden(self, sheet: str) -> bool:
        """Whether rows and columns that are hidden in a sheet were declared: read or left, or in a sheet that this table does not read."""
        return bool(self.hidden) or sheet in self.ignored_sheets or (sheet in self.sheets_elsewhere and sheet not in self.sheets)

    @cached_property
    def all_ignored_sheets(self) -> frozenset[str]:
        """The sheets that some table of the folder declares to be no table."""
        return frozenset(sheet for each in (self, *self.beside) for sheet in each.ignored_sheets)

    def words_of(self, name: str) -> set[str]:
        """The supplier's words that are declared for a column."""
        words = {*self.values.get(name, ()), *self.unused.get(name, ()), *self.missing} | ({*self.rows} if name == "indicator" else set())
        more = {"area": self.areas, "medium": self.media, "provenance": self.status}
        return words | {*more.get(name, ())}

    def spelling(self, heading: str, words: Iterable[str]) -> Callable[[str], str]:
        """How a cell below this heading is spelled as one of these words: as it stands, unless case makes no difference there."""
        if heading not in self.any_case:
            return lambda text: text
        known = {*words}
        alike = [word.casefold() for word in known]
        folded = {word.casefold(): word for word in known if alike.count(word.casefold()) == 1}
        return lambda text: text if text in known else folded.get(text.casefold(), text)

    def may_hold(self, indicator: str) -> bool:
        """Whether figures of this indicator may stand in the table, as far as source.toml says; a column with our own names may hold any."""
        said = [*self.values.get("indicator", {}).values(), self.constants.get("indicator", "")]
        said += [block.constants.get("indicator", "") for block in self.blocks]
        said += [words.get("indicator", "") for by in (self.constants_by_file, self.constants_by_sheet) for words in by.values()]
        return indicator in said or not any(said)

    def ignores(self, heading: str) -> bool:
        """Whether nothing is read from a column with this heading."""
        return heading in self.ignored_columns

    def ignoring(self, cells: Sequence[str]) -> list[str]:
        """The declarations by which a row that begins so, in its first cell or the first that is filled, holds nothing to read (`*` stands for anything)."""
        first = next((cell for cell in cells if cell.strip()), "")
        return [pattern for pattern in self.ignored_rows if any(fnmatch(cell.casefold(), pattern.casefold()) for cell in {cells[0], first})]


# --- reading --------------------------------------------------------------------------------------------


_OF_FOLDER = ("publisher", "documents", "required")  # said once, whatever the tables


def read_source(path: Path, plan: Path) -> list[Source]:
    """The tables that a `source.toml` describes. Raises `PlanError` with everything that is wrong with it."""
    reader = Reader(path.relative_to(plan).as_posix())
    written = read_toml(path, reader)
    require_answers(written, path, reader)
    return described(written, path.parent, plan, reader)


def described(written: dict[str, Any], home: Path, plan: Path, reader: Reader) -> list[Source]:
    """The tables that the fields of a `source.toml` in this folder describe. Raises `PlanError` with everything that is wrong with them."""
    layouts = _layouts(written, reader)
    there = [_there(layout, home, plan, reader) for layout in layouts]
    if reader.problems:
        raise PlanError(reader.problems)
    several = len(layouts) > 1
    return [
        Source(
            **{name: getattr(layout, name) for name in layout.model_fields_set}
            | _named_rows(layout)
            | {"name": home.name, "folder": home, "files": files, "documents": documents}
            | {"table": number if several else 0, "beside": tuple(each for each in layouts if each is not layout)}
        )
        for number, (layout, (files, documents)) in enumerate(zip(layouts, there, strict=True), 1)
    ]


def _named_rows(layout: Layout) -> dict[str, Any]:
    """The words of `[rows]` as words for indicators."""
    words = {word: row["indicator"] for word, row in layout.rows.items() if "indicator" in row}
    return {"values": {**layout.values, "indicator": words | layout.values.get("indicator", {})}} if words else {}


def _layouts(written: dict[str, Any], reader: Reader) -> list[Layout]:
    """One layout a `[[table]]`, which what stands above the tables belongs to as well; a file without any is one table."""
    tables = written.pop("table", None)
    if tables is None:
        return [read_entry(Layout, written, "", reader)]
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        reader.say("not_tables", "", "", "table")
        raise PlanError(reader.problems)
    layouts: list[Layout] = []
    told: set[str] = set()
    for number, table in enumerate(tables, 1):
        for name in [name for name in _OF_FOLDER if name in table]:
            reader.say("of_the_folder", f"[[table]] {number}", "", name)
        one = Reader(reader.file)
        layouts.append(read_entry(Layout, _together(written, table), f"[[table]] {number}", one))
        for problem in one.problems:  # what is wrong above the tables is wrong once
            above = problem.column.split(".")[0] in written.keys() - table.keys()
            problem = replace(problem, entry=problem.entry.partition(", ")[2]) if above else problem
            if str(problem) not in told:
                told.add(str(problem))
                reader.problems.append(problem)
    return layouts


def _together(above: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """A table's own words, and those above the tables where it has none: an entry more in `[missing]`, another `decimal`."""
    both = {**above, **table}
    for name in above.keys() & table.keys():
        if isinstance(above[name], dict) and isinstance(table[name], dict):
            both[name] = _together(above[name], table[name])
    return both


def _there(layout: Layout, home: Path, plan: Path, reader: Reader) -> tuple[tuple[File, ...], tuple[Path, ...]]:
    """The files and documents of a layout that are there; what the layout says is checked as well."""
    _check_columns(layout, reader)
    _check_marks(layout, reader)
    _check_corrections(layout, reader)
    files = tuple(sorted(_files(layout, home, plan, reader), key=lambda file: file.delivery))
    _check_once(files, reader)
    letters = [each.document for each in layout.correction or () if each.document]
    return files, _listed(dict.fromkeys([*(layout.documents or ()), *letters]), home, plan, reader)


def _check_columns(layout: Layout, reader: Reader) -> None:
    """Two headings with one name, and columns that cannot be declared to hold no CPR numbers."""
    if layout.columns is None:
        return
    names = [name for name in layout.columns.values() if isinstance(name, str)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        reader.say("column_twice", "", name, "columns")
    for heading in layout.not_cpr:
        if heading not in (*layout.columns, *layout.ignored_columns) or "cpr" in heading.casefold():
            reader.say("bad_not_cpr", "", heading, "not_cpr")
    for name in ("fill_down", "any_case", "signed"):
        for heading in getattr(layout, name):
            if heading not in layout.columns and heading not in layout.where:
                reader.say("not_a_heading", "", heading, name)
    if layout.rows and "indicator" not in layout.columns.values():
        reader.say("rows_without_column", "", "", "rows")
    if layout.repeated_rows == "each" and layout.contract not in LISTS:
        reader.say("each_of_figures", "", "each", "repeated_rows")


def _check_marks(layout: Layout, reader: Reader) -> None:
    """Marks that would be read as part of a number, or as one another; and numbers that would be read as others."""
    for name in _NUMBERS:
        for word, ours in layout.values.get(name, {}).items():
            if word != ours and re.fullmatch(r"[-−]?[0-9][0-9., ]*", word):
                reader.say("number_for_another", "", word, f"values.{name}")
    if layout.thousands == layout.decimal:
        reader.say("same_marks", "", layout.thousands, "thousands")
    for mark in layout.footnotes:
        if not _FOOTNOTE.search(mark):
            reader.say("bad_footnote", "", mark, "footnotes")


def _check_corrections(layout: Layout, reader: Reader) -> None:
    """Corrections without a later number than what they correct."""
    for number, later in enumerate(layout.correction or (), 1):
        if later.delivery is not None and layout.delivery is not None and later.delivery <= layout.delivery:
            reader.say("not_later", f"[[correction]] {number}", later.delivery, "delivery", least=layout.delivery)


def _files(layout: Layout, home: Path, plan: Path, reader: Reader) -> Iterator[File]:
    """The files of the first delivery and of each correction."""
    for path in _listed(layout.files or (), home, plan, reader):
        yield File(path, layout.delivery, layout.received, covers=layout.covers, holds=layout.holds)
    for later in layout.correction:
        for path in _listed(later.files, home, plan, reader):
            yield File(path, later.delivery, later.received, True, later.reason, later.covers, later.holds or layout.holds)


def _check_once(files: tuple[File, ...], reader: Reader) -> None:
    """A file of two deliveries: which of them its figures are of cannot be known."""
    paths = [file.path for file in files]
    for path in sorted({path for path in paths if paths.count(path) > 1}):
        reader.say("file_twice", "", path.name, "files")


def _listed(names: Iterable[str], folder: Path, plan: Path, reader: Reader) -> tuple[Path, ...]:
    """The files a source names (wildcards allowed); one that is absent or outside the plan folder is a problem."""
    found: list[Path] = []
    for name in names:
        outside = Path(name).is_absolute() or "\\" in name or ".." in Path(name).parts
        matches = [] if outside else _matching(name, folder)
        if outside or any(not match.resolve().is_relative_to(plan.resolve()) for match in matches):
            reader.say("outside_plan", "", name)
        elif not matches:
            reader.say("no_such_file", "", name)
        else:
            found += [match for match in matches if match not in found]
    return tuple(found)


def _matching(name: str, folder: Path) -> list[Path]:
    """The files of a folder with this name (wildcards allowed); none where no file could have it, such as one of 300 letters."""
    try:
        return [match for match in sorted(folder.glob(name)) if match.is_file()]
    except (ValueError, OSError, IndexError):
        return []
