"""What is wrong with an input, in one line; and the TOML files people write, as tables.

Every problem of a file is collected, so that all are reported at once. This module knows nothing of plans or data.
"""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from .catalogue import FALLBACK, say, say_problem
from .cpr import holds_cpr, masked
from .received import content

MOST = 200  # problems of one file that are noted, and of one command that are printed for a file
_LONGEST = 120  # characters of what stands in a file
_LONGEST_DETAIL = 400  # of what was expected, such as all headings there are
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # what a terminal obeys, and what turns a line round
ID = re.compile(r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)*")


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input: where it stands, what stands there, what was expected.

    What was expected, and the way out, stands in each language's catalogue under `code` and is filled with `detail`, in
    which a plan's own words may stand by language.
    `level` is `error` (the file's figures are refused) or `warning` (shown with them); `times` is in how many rows it is met, of which `row` is
    the first. A possible CPR number is crossed out wherever it stands.
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
    times: int = 1

    def __post_init__(self) -> None:
        for name in ("file", "found", "entry", "sheet", "column"):
            object.__setattr__(self, name, masked(getattr(self, name)))
        object.__setattr__(self, "detail", {name: masked(said) if isinstance(said, str) else said for name, said in self.detail.items()})

    @property
    def found_line(self) -> str:
        """What stands there, in one line and short enough to read."""
        return shortened(self.found, _LONGEST)

    def place(self, lang: str) -> str:
        """Where it stands, for a person who opens the file."""
        file, entry, sheet, column = (shortened(text, _LONGEST) for text in (self.file, self.entry, self.sheet, self.column))
        rows = say("in_rows", lang, times=self.times, row=self.row) if self.times > 1 else say("in_row", lang, row=self.row)
        place = [file, entry, sheet and say("in_sheet", lang, sheet=sheet), rows if self.row else "", column and say("in_column", lang, column=column)]
        return ", ".join(filter(None, place))

    def text(self, lang: str) -> str:
        """What stands there – what was expected, and the way out."""
        detail = {name: said.get(lang, said[FALLBACK]) if isinstance(said, Mapping) else said for name, said in self.detail.items()}
        detail = {"found": self.found_line} | {
            name: shortened(said, _LONGEST_DETAIL) or " " * bool(said) if isinstance(said, str) else said for name, said in detail.items()
        }
        return " – ".join(filter(None, [self.found_line, say_problem(self.code, lang, **detail)]))

    def line(self, lang: str) -> str:
        """The whole of it in one line."""
        return ": ".join(filter(None, [self.place(lang), self.text(lang)]))

    def __str__(self) -> str:
        return self.line("en")


def shortened(text: str, longest: int) -> str:
    """A text in one line and no longer than this, in which what cannot be seen is written out: `\\u202e`.

    >>> shortened("Sydbyen and " * 20, 20)
    'Sydbyen and Sydbyen…'
    """
    line = " ".join(_UNPRINTABLE.sub(lambda sign: " " if sign[0] in "\t\n\r\v\f" else f"\\u{ord(sign[0]):04x}", text[: 2 * longest]).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def distinct(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, where it is met first, and with in how many rows: 18 rows with one unknown word are one problem.

    Of one file at most `MOST`, the errors first; then one more that says how many are left out.
    """
    first: dict[str, list[Problem]] = {}
    for problem in problems:
        first.setdefault(str(replace(problem, row=None, times=1)) + problem.level, []).append(problem)
    merged = [replace(same[0], times=sum(problem.times for problem in same)) if same[0].row else same[0] for same in first.values()]
    by_file: dict[str, list[Problem]] = {}
    for problem in merged:
        by_file.setdefault(problem.file, []).append(problem)
    return [problem for file, mine in by_file.items() for problem in _most(file, mine)]


def _most(file: str, problems: list[Problem]) -> list[Problem]:
    """The problems of one file that can be read."""
    if len(problems) <= MOST:
        return problems
    shown = sorted(problems, key=lambda problem: problem.level != "error")[:MOST]
    return [*shown, Problem("more_problems", file, level=shown[0].level, detail={"n": len(problems) - MOST})]


WRONGLY_REQUESTED = frozenset(
    {
        "no_folder",
        "no_project",
        "unknown_year",
        "no_such_area",
        "no_such_area_near",
        "no_such_place",
        "no_such_place_near",
        "no_such_indicator",
        "no_such_indicator_near",
        "no_such_promise",
        "no_such_promise_near",
        "no_such_language",
        "no_such_language_near",
        "no_such_source",
        "no_such_source_near",
        "no_such_supplier",
        "no_such_supplier_near",
        "no_notebooks",
        "no_plans",
        "no_such_template",
        "no_such_template_near",
        "nothing_fits",
        "no_such_folder",
        "file_exists",
        "out_inside_plan",
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
    def wrongly_requested(self) -> bool:
        """Whether only the request is wrong, such as an area that is not the plan's."""
        return {problem.code for problem in self.problems} <= WRONGLY_REQUESTED

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the problems, a line each, instead of a stack of calls."""
        return str(self).splitlines()


def closest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, to be suggested and never taken; empty when none is near."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


class Reader:
    """Collects every problem of one register; each check names the entry it stands in."""

    def __init__(self, file: str):
        self.file = file
        self.problems: list[Problem] = []

    def say(self, code: str, entry: str, found: object = "", column: str = "", **detail: object) -> None:
        """Note one problem; reading goes on so that all are reported at once."""
        found = str(found) if found != "" else ""
        self.problems.append(Problem(code, self.file, found, entry, column=column, detail=detail))

    def say_unknown(self, entry: str, column: str, name: object, known: Iterable[str]) -> None:
        """Note a name that is none of those known, with the nearest of them where one is near."""
        if near := closest(str(name), known):
            self.say("unknown_name_near", entry, name, column, near=near)
        else:
            self.say("unknown_name", entry, name, column, known=", ".join(known))


def read_toml(path: Path, reader: Reader) -> dict[str, Any]:
    """The tables of a TOML file as people write it: UTF-8 in NFC, numbers with a decimal point exact.

    Raises `PlanError` for a file that is not there, cannot be read, or holds a possible CPR number, be it in a remark.
    """
    try:
        text = unicodedata.normalize("NFC", content(path).decode("utf-8-sig"))
        read = tomllib.loads(text, parse_float=Decimal)
        rows = [number for number, line in enumerate(text.splitlines(), 1) if holds_cpr(line)]
        if not rows and not any(map(holds_cpr, _texts(read))):
            return read
        places: list[int | None] = [*rows] or [None]
        reader.problems += [cpr_number(reader.file, row=row) for row in places]
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
