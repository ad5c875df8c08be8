"""What is wrong with an input, told in one line; and the TOML files people write, read field by field.

Every problem of a file is collected, so that all are told at once. This module knows nothing of plans or data.
"""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from .catalogue import FALLBACK, FIRST, LANGUAGES, in_every_language, say, say_problem
from .cpr import holds_cpr, masked

ID = re.compile(r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)*")
TEXT, NUMBER, WHOLE, YEAR, DATE, FLAG, NAMES, BILINGUAL = ["text", "number", "whole", "year", "date", "flag", "names", "bilingual"]
DATED = "dated"  # a list of { year, da, en }
WORDS = "words"  # a table of text = text
NESTED, TABLES = "nested", "tables"  # a table, a list of tables; read further by who asked


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input: where it stands, what stands there, what was expected.

    What was expected, and the way out, stands in each language's catalogue under `code` and is filled with `detail`.
    `level` is `error` (the file's figures are refused) or `warning` (shown with them). A possible CPR number is crossed
    out wherever it stands.
    """

    code: str
    file: str
    found: str = ""
    entry: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    level: str = "error"
    detail: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self):
        for name in ("file", "found", "entry", "sheet", "column"):
            object.__setattr__(self, name, masked(getattr(self, name)))
        object.__setattr__(self, "detail", {name: masked(said) if isinstance(said, str) else said for name, said in self.detail.items()})

    @property
    def found_line(self) -> str:
        """What stands there, in one line and short enough to read."""
        line = " ".join(self.found.split())
        return line if len(line) <= 120 else line[:117] + "…"

    def place(self, lang: str) -> str:
        """Where it stands, for a person who opens the file."""
        place = [self.file, self.entry, self.sheet and say("in_sheet", lang, sheet=self.sheet)]
        place += [self.row and say("in_row", lang, row=self.row), self.column and say("in_column", lang, column=self.column)]
        return ", ".join(filter(None, place))

    def text(self, lang: str) -> str:
        """What stands there – what was expected, and the way out."""
        return " – ".join(filter(None, [self.found_line, say_problem(self.code, lang, **self.detail)]))

    def line(self, lang: str) -> str:
        """The whole of it in one line."""
        return f"{self.place(lang)}: {self.text(lang)}"

    def __str__(self) -> str:
        return self.line("en")


ASKED_WRONGLY = frozenset(
    {
        "no_folder",
        "unknown_year",
        "no_such_area",
        "no_such_area_near",
        "no_notebooks",
        "no_plans",
        "no_such_template",
        "no_such_template_near",
        "nothing_fits",
        "no_such_folder",
        "file_exists",
        "bad_address",
        "folder_not_empty",
        "no_parent",
    }
)


class PlanError(Exception):
    """A plan that cannot be used, with every problem found in it."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @property
    def asked_wrongly(self) -> bool:
        """Whether nothing is wrong but what was asked for, such as an area that is not the plan's."""
        return {problem.code for problem in self.problems} <= ASKED_WRONGLY

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the problems, a line each, instead of a stack of calls."""
        return str(self).splitlines()


def closest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, to be suggested and never taken; empty when none is near."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


def _is_dated(item: Mapping[str, Any]) -> bool:
    """Whether a break or a year without measurement is written whole."""
    return type(item.get("year")) is int and item.keys() <= {"year", "comparable", *LANGUAGES} and {FIRST, FALLBACK} <= item.keys()


class Reader:
    """Collects every problem of one register; each check names the entry it stands in."""

    def __init__(self, file: str):
        self.file = file
        self.problems: list[Problem] = []

    def say(self, code: str, entry: str, found: object = "", column: str = "", **detail: object):
        """Note one problem; reading goes on so that all are told at once."""
        found = str(found) if found != "" else ""
        self.problems.append(Problem(code, self.file, found, entry, column=column, detail=detail))

    def say_unknown(self, entry: str, column: str, name: object, known: Iterable[str]):
        """Note a name that is none of those known, with the nearest of them where one is near."""
        if near := closest(str(name), known):
            self.say("unknown_name_near", entry, name, column, near=near)
        else:
            self.say("unknown_name", entry, name, column, known=", ".join(known))

    def entry(self, raw: Any, entry: str, must: Mapping, may: Mapping) -> dict[str, Any]:
        """The fields of one entry that are as declared; a missing, unknown or ill-typed one is a problem."""
        if not isinstance(raw, dict):
            self.say("not_a_table", entry, found=raw)
            return {}
        for name in raw.keys() - must.keys() - may.keys():
            near = closest(name, [*must, *may])
            if near:
                self.say("unknown_field_near", entry, name, near=near)
            else:
                self.say("unknown_field", entry, name, known=", ".join([*must, *may]))
        for name in must.keys() - raw.keys():
            self.say("missing_field", entry, name=name)
        read = {}
        for name, kind in (must | may).items():
            if name in raw and (value := self.value(raw[name], kind, entry, name)) is not None:
                read[name] = value
        return read

    def value(self, value: Any, kind: Any, entry: str, name: str) -> Any:
        """One field's value as its declared kind, or None with a problem noted."""
        number = isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()
        texts = isinstance(value, list) and all(isinstance(text, str) and text.strip() for text in value)
        texts = texts and len(set(value)) == len(value)
        if isinstance(kind, tuple):
            good, code = value in kind, "not_a_choice"
        elif kind == TEXT:
            good, code = isinstance(value, str) and bool(value.strip()), "not_a_text"
        elif kind == NUMBER:
            good, code = number, "not_a_plain_number"
        elif kind == WHOLE:
            good, code = number and value == int(value) and value > 0, "not_whole_number"
            value = int(value) if good else value
        elif kind == WORDS:
            good = isinstance(value, dict) and all(isinstance(word, str) for word in value.values())
            code = "not_words"
        elif kind == YEAR:
            good, code = number and value == int(value) and 1900 <= value <= 2200, "not_a_year"
        elif kind == DATE:
            good, code = type(value) is date, "not_a_date"
        elif kind == FLAG:
            good, code = isinstance(value, bool), "not_a_flag"
        elif kind == NAMES:
            good, code = texts, "not_a_list"
            value = tuple(value) if texts else value
        elif kind == BILINGUAL:
            code = "not_bilingual"
            written = {FIRST: value} if isinstance(value, str) else value
            good = isinstance(written, dict) and bool(written) and written.keys() <= {*LANGUAGES}
            good = good and all(isinstance(text, str) and text.strip() for text in written.values())
            value = in_every_language(written) if good else value
        elif kind == DATED:
            code = "not_dated"
            good = isinstance(value, list) and all(isinstance(item, dict) and _is_dated(item) for item in value)
            value = tuple(item | in_every_language(item) for item in value) if good else value
        elif kind == "same":
            good, code = value == "same" or (number and 1900 <= value <= 2200), "not_same"
        elif kind == "scope":
            good = (texts and bool(value)) or value in ("each", "combined")
            code = "not_a_scope"
        elif kind == "mark":
            good, code = isinstance(value, str) and len(value) == 1, "not_one_mark"
        elif kind == "header":
            value = tuple(value) if isinstance(value, list) else (value,)
            good = bool(value) and all(type(row) is int and row > 0 for row in value) and len({*value}) == len(value)
            code = "not_a_header"
        elif kind == "baseline":
            per_area = isinstance(value, dict) and bool(value) and all(isinstance(year, int) for year in value.values())
            good = per_area or (number and value == int(value))
            code = "not_a_baseline"
        else:  # nested tables: read further down
            good = isinstance(value, dict) if kind in ("rule", NESTED) else isinstance(value, list) and all(isinstance(each, dict) for each in value)
            code = "not_nested"
        if not good:
            choices = ", ".join(kind) if isinstance(kind, tuple) else ""
            self.say(code, entry, value, column=name, choices=choices)
            return None
        return value

    def entries(self, raw: Mapping, name: str, must: Mapping, may: Mapping) -> dict[str, dict]:
        """All entries of one array of tables by id; a missing, ill-formed or repeated id is a problem."""
        found: dict[str, dict] = {}
        tables = raw.get(name, [])
        for number, table in enumerate(tables if isinstance(tables, list) else [tables], 1):
            id_ = table.get("id", f"no. {number}") if isinstance(table, dict) else f"no. {number}"
            entry = f"{name} {id_}"
            read = self.entry(table, entry, must, may)
            if "id" not in read:
                continue
            if not ID.fullmatch(read["id"]) or read["id"] == "combined":
                self.say("bad_id", entry, id_)
            if read["id"] in found:
                self.say("repeated_id", entry, id_)
            found[read["id"]] = read
        return found


def read_toml(path: Path, reader: Reader) -> dict[str, Any]:
    """The tables of a TOML file as people write it: UTF-8 in NFC, numbers with a decimal point exact.

    Raises `PlanError` for a file that is not there, cannot be read, or holds a possible CPR number, be it in a remark.
    """
    try:
        text = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig"))
        read = tomllib.loads(text, parse_float=Decimal)
        rows = [number for number, line in enumerate(text.splitlines(), 1) if holds_cpr(line)]
        if not rows and not any(map(holds_cpr, _texts(read))):
            return read
        reader.problems += [cpr_number(reader.file, row=row) for row in rows or [None]]
    except FileNotFoundError:
        reader.say("no_agreement", "", folder=str(path.parent))
    except OSError as error:
        reader.say("unreadable", "", reason=error.strerror or str(error))
    except UnicodeDecodeError as error:
        reader.say("not_utf8", "", byte=error.start)
    except (tomllib.TOMLDecodeError, ArithmeticError, RecursionError) as error:
        reader.say("not_toml", "", reason=str(error))
    raise PlanError(reader.problems)


def _texts(read: Any) -> Iterator[str]:
    """Every name and text in a TOML file, escapes resolved."""
    if isinstance(read, dict):
        for name, value in read.items():
            yield name
            yield from _texts(value)
    elif isinstance(read, list):
        for value in read:
            yield from _texts(value)
    elif isinstance(read, str):
        yield read


def cpr_number(file: str, **place: Any) -> Problem:
    """The problem that what may be a person's CPR number stands in a file."""
    return Problem("cpr_number", file, **place)
