"""How each supplier lays out its files: one `source.toml` a folder, read field by field. Nothing about a layout is guessed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any

from ..promises.cpr import holds_cpr
from ..promises.periods import parse_period
from ..promises.problems import DATE, FLAG, NAMES, NESTED, NUMBER, TABLES, TEXT, WHOLE, WORDS, PlanError, Problem, Reader, read_toml
from .workbooks import Sheet, read_workbook

MISSING = ("not_available", "not_delivered", "suppressed_at_source")
LISTS = ("answers", "incidents", "stories", "registrations")  # contracts in which a row is a record, counted whatever other columns say
STATUS = ("measured", "printed", "derived", "estimate", "suspect")

_MUST = {"contract": TEXT, "publisher": TEXT, "files": NAMES, "columns": NESTED}
_MAY = {
    "documents": NAMES,
    "encoding": TEXT,
    "delimiter": "mark",
    "decimal": (",", "."),
    "thousands": (".", ",", " ", "'"),
    "dates": TEXT,
    "sheets": NAMES,
    "ignored_sheets": NAMES,
    "header": "header",
    "ignored_rows": NAMES,
    "ignored_columns": NAMES,
    "not_cpr": NAMES,
    "footnotes": NAMES,
    "constants": WORDS,
    "constants_by_file": NESTED,
    "constants_by_sheet": NESTED,
    "values": NESTED,
    "unused": NESTED,
    "areas": WORDS,
    "sum": FLAG,
    "ids": ("exact", "folded"),
    "status": WORDS,
    "missing": WORDS,
    "covers": NAMES,
    "required": NAMES,
    "nested_periods": FLAG,
    "year_is": ("H1", "H2", "Q1", "Q2", "Q3", "Q4", *(f"{month:02}" for month in range(1, 13))),
    "jump": NUMBER,
    "media": NAMES,
    "delivery": WHOLE,
    "received": DATE,
    "correction": TABLES,
    "doubt": TABLES,
    "absent": TABLES,
    "confirmed": TABLES,
}
_CORRECTION = ({"delivery": WHOLE, "files": NAMES}, {"received": DATE, "reason": TEXT, "covers": NAMES})
_FIGURE = ({"reason": TEXT}, {"area": TEXT, "period": TEXT, "indicator": TEXT})
_FOOTNOTE = re.compile(r"[^A-Za-zÆØÅæøå0-9.,;:%+− -]")  # what a footnote mark has and neither a number nor a word ends with
_COLUMN_FIELDS = ("is", "area", "period", "indicator", "unit")


@dataclass(frozen=True)
class File:
    """One delivered file: the number of its delivery, when it came, and whether it only corrects earlier figures."""

    path: Path
    delivery: int = 1
    received: date | None = None
    correction: bool = False
    reason: str = ""
    covers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """Columns of a file that make one figure a row: our name → supplier's heading, and what is constant in them.

    A table with one column a year or an indicator has one block for each of these.
    """

    headings: Mapping[str, str]
    constants: Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """One supplier's folder: which contract its files keep, and how this supplier lays them out.

    Fields as in the README. `columns` is supplier's heading → our name, or a table for a column of figures;
    `values[column]` supplier's word → ours; `unused[column]` supplier's word → why such rows are kept but not
    used; `missing` mark → what it means.
    """

    name: str
    folder: Path
    contract: str
    publisher: str
    files: tuple[File, ...]
    documents: tuple[Path, ...] = ()
    encoding: str = ""
    delimiter: str = ";"
    decimal: str = ","
    thousands: str = ""
    dates: str = ""
    sheets: tuple[str, ...] = ()
    ignored_sheets: tuple[str, ...] = ()
    header: tuple[int, ...] = ()
    ignored_rows: tuple[str, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    not_cpr: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    columns: Mapping[str, Any] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    constants_by_file: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants_by_sheet: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unused: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    sum: bool = False
    ids: str = ""
    status: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    covers: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    nested_periods: bool = False
    year_is: str = ""
    jump: float = 0
    media: tuple[str, ...] = ()
    delivery: int = 1
    received: date | None = None
    doubt: tuple[Mapping[str, str], ...] = ()
    absent: tuple[Mapping[str, str], ...] = ()
    confirmed: tuple[Mapping[str, str], ...] = ()

    @cached_property
    def blocks(self) -> list[Block]:
        """The columns by the figures they make: the plain columns, once for each kind of figure column there is."""
        plain = {ours: theirs for theirs, ours in self.columns.items() if isinstance(ours, str)}
        figures: dict[tuple, dict[str, str]] = {}
        for theirs, told in self.columns.items():
            if not isinstance(told, str):
                constants = tuple((name, told[name]) for name in _COLUMN_FIELDS if name in told and name != "is")
                figures.setdefault(constants, {})[told.get("is", "value")] = theirs
        blocks = [
            Block({ours: theirs for ours, theirs in (plain | named).items() if ours not in dict(constants)}, dict(constants))
            for constants, named in figures.items()
        ]
        return [Block(plain, {}), *blocks] if not blocks or "value" in plain or self.contract in LISTS else blocks

    def headings(self, name: str) -> list[str]:
        """Every heading below which stands what we call by this name, in whichever column of figures."""
        return [theirs for theirs, told in self.columns.items() if (told if isinstance(told, str) else told.get("is", "value")) == name]

    def ignores(self, heading: str) -> bool:
        """Whether nothing is read from a column with this heading."""
        return heading in self.ignored_columns

    def ignoring(self, first: str) -> list[str]:
        """The declarations by which a row beginning with this text holds nothing to read (`*` stands for anything)."""
        return [pattern for pattern in self.ignored_rows if fnmatch(first.casefold(), pattern.casefold())]


def read_sources(folder: Path) -> tuple[list[Source], list[Problem]]:
    """Every supplier's folder below the plan folder (with a `source.toml`, or with workbooks made from a template), in order of name.

    A folder that cannot be used is left out and told as a problem.
    """
    sources, problems = [], []
    for home in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))):
        path = home / "source.toml"
        if not path.resolve().is_relative_to(folder.resolve()):
            problems.append(Problem("outside_plan", home.name))
        elif named := [Problem("cpr_in_name", each.relative_to(folder).as_posix()) for each in (home, *sorted(home.rglob("*"))) if holds_cpr(each.name)]:
            problems += named
        else:
            try:
                sources.append(_read_source(path, folder) if path.is_file() else _read_templates(home, folder))
            except PlanError as error:
                problems += error.problems
    problems += [problem for source in sources for problem in _unlisted(source, folder)]
    if not sources and not problems:
        problems.append(Problem("no_sources", folder.name))
    return sources, problems


def _unlisted(source: Source, plan: Path) -> list[Problem]:
    """Files that lie in a source's folder and are named nowhere: nobody should think they were read."""
    known = {*(file.path for file in source.files), *source.documents, source.folder / "source.toml", source.folder / "README.md"}
    if source.contract == "statbank":  # a fetched file's note of what was asked, where and when
        known |= {file.path.with_suffix(".json") for file in source.files}
    lying = (path for path in sorted(source.folder.iterdir()) if path.is_file() and not path.name.startswith((".", "~$")))
    return [Problem("unlisted_file", path.relative_to(plan).as_posix(), level="warning") for path in lying if path not in known]


def _read_source(path: Path, plan: Path) -> Source:
    reader = Reader(path.relative_to(plan).as_posix())
    raw = read_toml(path, reader)
    read = reader.entry(raw, "", _MUST, _MAY)
    columns = _columns(read.get("columns", {}), reader)
    for name in ("constants_by_file", "constants_by_sheet", "values", "unused"):
        for key, words in read.get(name, {}).items():
            reader.value(words, WORDS, "", f"{name}.{key}")
    for name, known in (("missing", MISSING), ("status", STATUS)):
        for mark, meaning in read.get(name, {}).items():
            if meaning not in known:
                reader.say("bad_mark", "", meaning, f"{name}.{mark}", choices=", ".join(known))
    if read.get("thousands", "") == read.get("decimal", ","):
        reader.say("same_marks", "", read["thousands"], "thousands")
    if read.get("jump", 2) <= 1:
        reader.say("too_low", "", read["jump"], "jump", least="1.1")
    for mark in read.get("footnotes", ()):
        if not _FOOTNOTE.search(mark):
            reader.say("bad_footnote", "", mark, "footnotes")
    for name in ("doubt", "absent", "confirmed"):
        for entry in read.get(name, ()):
            reader.entry(entry, f"[[{name}]]", *_FIGURE)
    for heading in read.get("not_cpr", ()):
        if heading not in (*columns, *read.get("ignored_columns", ())) or "cpr" in heading.casefold():
            reader.say("bad_not_cpr", "", heading, "not_cpr")
    files = _files(read, path.parent, plan, reader)
    documents = _listed(read.get("documents", []), path.parent, plan, reader)
    if reader.problems:
        raise PlanError(reader.problems)
    rest = {name: value for name, value in read.items() if name not in ("files", "documents", "columns", "correction")}
    rest = {name: tuple(value) if isinstance(value, list) else value for name, value in rest.items()}
    return Source(name=path.parent.name, folder=path.parent, files=files, documents=documents, columns=columns, **rest)


def _columns(raw: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    """`[columns]`: each heading with our name for it, or with a table that says which figures stand below it."""
    for heading, told in raw.items():
        name = f"columns.{heading}"
        if isinstance(told, dict):
            if not told or not told.keys() <= set(_COLUMN_FIELDS) or not all(isinstance(text, str) and text for text in told.values()):
                reader.say("bad_column", "", told, name, known=", ".join(_COLUMN_FIELDS))
        else:
            reader.value(told, TEXT, "", name)
    names = [told for told in raw.values() if isinstance(told, str)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        reader.say("column_twice", "", name, "columns")
    return dict(raw)


def _files(read: Mapping[str, Any], home: Path, plan: Path, reader: Reader) -> tuple[File, ...]:
    """The files of the first delivery and of each correction, in order of their delivery numbers."""
    number = read.get("delivery", 1)
    files = [File(path, number, read.get("received"), covers=read.get("covers", ())) for path in _listed(read.get("files", ()), home, plan, reader)]
    for entry in read.get("correction", ()):
        told = reader.entry(entry, "[[correction]]", *_CORRECTION)
        if told.get("delivery", number + 1) <= number:
            reader.say("not_later", "[[correction]]", told["delivery"], "delivery", least=number)
        paths = _listed(told.get("files", ()), home, plan, reader)
        files += [File(path, told.get("delivery", 0), told.get("received"), True, told.get("reason", ""), told.get("covers", ())) for path in paths]
    for path in {file.path for file in files if [each.path for each in files].count(file.path) > 1}:
        reader.say("file_twice", "", path.name, "files")
    return tuple(sorted(files, key=lambda file: file.delivery))


def _listed(names: Iterable, folder: Path, plan: Path, reader: Reader) -> tuple[Path, ...]:
    """The files a source names (wildcards allowed); one that is absent or outside the plan folder is a problem."""
    found: list[Path] = []
    for name in names:
        outside = Path(name).is_absolute() or "\\" in name or ".." in Path(name).parts
        matches = [] if outside or name in ("", ".") else [match for match in sorted(folder.glob(name)) if match.is_file()]
        if outside or any(not match.resolve().is_relative_to(plan.resolve()) for match in matches):
            reader.say("outside_plan", "", name)
        elif not matches:
            reader.say("no_such_file", "", name)
        else:
            found += [match for match in matches if match not in found]
    return tuple(found)


# --- workbooks made by `tryghed template`, which need no source.toml ---------------------------------------

GUIDE, DATA, VERSION = "Vejledning", "Data", "1"  # the two sheets, and how they are laid out
MADE_FOR, MADE_BY, SUPPLIER, DELIVERY, COVERS, MEDIA, NUMBERED, COLUMN, MEASURE = (
    "Skabelon",
    "Version",
    "Leverandør",
    "Levering nr.",
    "Dækker perioden",
    "Medier",
    "Løbenumre",
    "Kolonne",
    "Måling",
)
MUST_FILL, MAY_BE_BLANK = "skal udfyldes", "må stå tom"
HEADINGS = {
    "area": "Område",
    "period": "Periode",
    "date": "Dato",
    "until": "Slutdato",
    "indicator": "Måling",
    "value": "Værdi",
    "unit": "Enhed",
    "answers": "Antal svar",
    "out_of": "Ud af",
    "cases": "Antal sager",
    "lowest": "Laveste skøn",
    "highest": "Højeste skøn",
    "all_moves": "Flytninger i alt",
    "internal": "Heraf interne flytninger",
    "answer": "Svar",
    "number": "Antal",
    "estimated": "Skønnet",
    "deliberate": "Forsætligt",
    "id": "Sagsnr.",
    "person": "Deltagernr.",
    "medium": "Medie",
    "tone": "Tone",
    "headline": "Overskrift",
    "story": "Historie",
    "source": "Kilde",
    "provenance": "Oprindelse",
    "note": "Bemærkning",
}
SPELLED = {"": "", "ens": "folded", "forskellige": "exact"}  # whether numbers that look alike are one
ALL_AREAS, NOT_COUNTED = "Alle områder tilsammen", "tæller ikke med"
CHOICES = {
    "unit": {"procent": "percent", "andel 0-1": "share", "antal": "count", "rate": "rate", "kr.": "dkk", "mio. kr.": "million_dkk"},
    "answer": {"ja": "yes", "nej": "no"},
    "estimated": {"ja": "yes", "nej": "no"},
    "deliberate": {"ja": "yes", "nej": "no", "ukendt": "unknown"},
    "tone": {"positiv": "positive", "neutral": "neutral", "negativ": "negative"},
    "provenance": {"trykt": "printed", "målt": "measured", "udregnet": "derived", "skøn": "estimate", "tvivlsom": "suspect"},
}
WITHOUT_FIGURE = {"findes ikke": "not_available", "ikke leveret": "not_delivered"}
_BLANK = {"provenance": "printed", "estimated": "no"}  # what the instructions say that a blank cell means


@dataclass(frozen=True)
class _Filled:
    """A workbook made from a template, as a supplier filled it in: what its instructions say, and its table."""

    path: Path
    file: str
    guide: Sheet
    data: Sheet | None

    def lines(self, label: str) -> list[tuple[int, list[str]]]:
        """The lines of the instructions that begin with this word: row, and what stands to the right of it."""
        return [(row, [*map(str.strip, cells[1:]), *[""] * 5]) for row, cells in self.guide.rows if cells[0].strip() == label]

    def told(self, label: str) -> str:
        """What stands beside this word; empty where nothing does."""
        return next((texts[0] for _, texts in self.lines(label)), "")

    def listed(self, label: str) -> tuple[str, ...]:
        """What stands beside this word, taken apart at each semicolon."""
        return tuple(dict.fromkeys(filter(None, map(str.strip, self.told(label).split(";")))))

    @cached_property
    def must(self) -> list[str]:
        """The headings below which nothing may be blank."""
        return [texts[0] for _, texts in self.lines(COLUMN) if texts[3] == MUST_FILL]

    @cached_property
    def either(self) -> list[str]:
        """The headings of which one must be used."""
        return [texts[0] for _, texts in self.lines(COLUMN) if texts[3] not in (MUST_FILL, MAY_BE_BLANK)]

    @cached_property
    def table(self) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
        """The headings, and every row below them that holds more than a line of text."""
        rows = self.data.rows if self.data else []
        known = {*HEADINGS.values()}
        head = next((number for number, cells in rows if known & {*map(str.strip, cells)}), 0)
        headings = [cell.strip() for number, cells in rows if number == head for cell in cells]
        body = [(number, dict(zip(headings, map(str.strip, cells), strict=True))) for number, cells in rows if number > head]
        return headings, [(number, cells) for number, cells in body if sum(map(bool, cells.values())) > 1]

    def problems(self) -> list[Problem]:
        """What was left blank or written wrongly."""
        problems = []
        if self.told(MADE_BY) != VERSION:
            problems.append(Problem("template_version", self.file, self.told(MADE_BY), sheet=GUIDE, column=MADE_BY, detail={"known": VERSION}))
        needed = [MADE_FOR, SUPPLIER, DELIVERY, *([COVERS] if self.told(MADE_FOR) in LISTS else []), *([MEDIA] if self.told(MADE_FOR) == "stories" else [])]
        problems += [
            Problem("template_blank", self.file, sheet=GUIDE, row=next((row for row, _ in self.lines(label)), None), column=label)
            for label in needed
            if not self.told(label)
        ]
        problems += [Problem("bad_period", self.file, word, sheet=GUIDE, column=COVERS) for word in self.listed(COVERS) if parse_period(word) is None]
        if (word := self.told(NUMBERED)) not in SPELLED:
            problems.append(Problem("not_a_choice", self.file, word, sheet=GUIDE, column=NUMBERED, detail={"choices": ", ".join(filter(None, SPELLED))}))
        if (number := self.told(DELIVERY)) and not (number.isascii() and number.isdigit() and int(number)):
            problems.append(Problem("not_whole_number", self.file, number, sheet=GUIDE, column=DELIVERY))
        for row, cells in self.table[1]:
            problems += [Problem("template_blank", self.file, sheet=DATA, row=row, column=heading) for heading in self.must if cells.get(heading) == ""]
        return problems


def _read_templates(home: Path, plan: Path) -> Source:
    """A folder's workbooks as a source, where all of them were made from a template; they say themselves how they are to be read."""
    paths = [path for path in sorted(home.iterdir()) if path.suffix.lower() == ".xlsx" and path.is_file() and not path.name.startswith((".", "~$"))]
    filled, problems, others = [], [], not paths
    for path in paths:
        file = path.relative_to(plan).as_posix()
        if not path.resolve().is_relative_to(plan.resolve()):
            problems.append(Problem("outside_plan", file))
            continue
        sheets, found = read_workbook(path, file)
        problems += [problem for problem in found if problem.level == "error"]
        by_name = {sheet.name: sheet for sheet in sheets}
        if GUIDE in by_name and any(cells[0].strip() == MADE_FOR for _, cells in by_name[GUIDE].rows[:10]):
            filled.append(_Filled(path, file, by_name[GUIDE], by_name.get(DATA)))
        else:
            others = others or bool(sheets)
    if others:
        problems.append(Problem("no_source_toml", home.name))
    problems = problems or [problem for each in filled for problem in each.problems()] or _differences(filled)
    if problems:
        raise PlanError(problems)
    return _source_of(home, filled)


def _differences(filled: list[_Filled]) -> list[Problem]:
    """What the workbooks of one folder do not agree about."""
    problems, first = [], filled[0]
    for other in filled[1:]:
        problems += [
            Problem("template_differs", other.file, other.told(label), sheet=GUIDE, column=label, detail={"first": first.told(label), "file": first.file})
            for label in (MADE_FOR, SUPPLIER, NUMBERED)
            if other.told(label) != first.told(label)
        ]
    return problems


def _source_of(home: Path, filled: list[_Filled]) -> Source:
    """The source that workbooks made from one template are."""
    covers: dict[int, tuple[str, ...]] = {}
    for each in filled:  # the files of one delivery cover their periods together
        number = int(each.told(DELIVERY))
        covers[number] = tuple(dict.fromkeys(covers.get(number, ()) + each.listed(COVERS)))
    files = [File(each.path, int(each.told(DELIVERY)), covers=covers[int(each.told(DELIVERY))]) for each in filled]
    headings = list(dict.fromkeys(heading for each in filled for heading in (*each.table[0], *each.must)))
    used = {heading for each in filled for _, cells in each.table[1] for heading, cell in cells.items() if cell}
    used |= {heading for each in filled for heading in each.must}
    either = [heading for each in filled for heading in each.either]
    used |= set(either[:1]) if not used & set(either) else set()
    ours = {heading: name for name, heading in HEADINGS.items()}
    # only the indicators met: in a list, an indicator that is named and has no row would count as zero
    chosen = {" ".join(cells.get(HEADINGS["indicator"], "").split()) for each in filled for _, cells in each.table[1]}
    named = {texts[0]: texts[1] for each in filled for _, texts in each.lines(MEASURE) if texts[0] in chosen and texts[1]}
    values = {name: words | ({"": _BLANK[name]} if name in _BLANK else {}) for name, words in CHOICES.items()}
    status = values.pop("provenance")
    return Source(
        ids=next((SPELLED[word] for each in filled if (word := each.told(NUMBERED))), ""),
        name=home.name,
        folder=home,
        contract=filled[0].told(MADE_FOR),
        publisher=filled[0].told(SUPPLIER),
        files=tuple(sorted(files, key=lambda file: file.delivery)),
        sheets=(DATA,),
        ignored_sheets=(GUIDE,),
        columns={heading: ours[heading] for heading in headings if heading in ours and heading in used},
        ignored_columns=tuple(heading for heading in headings if heading in ours and heading not in used),
        values=values | {"indicator": named},
        unused={"indicator": {NOT_COUNTED: "delivered as not counting towards any promise"}},
        areas={ALL_AREAS: "combined"},
        missing=WITHOUT_FIGURE,
        status=status,
        covers=covers[min(covers)],
        delivery=min(covers),
        media=tuple(dict.fromkeys(medium for each in filled for medium in each.listed(MEDIA))),
    )
