"""A source.toml in the making: what each field is proposed to be and why, or that it must be asked for."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ...promises.cpr import masked
from ...promises.reasons import Reason
from ..questions import ASK, ENDS

_BARE = re.compile("[A-Za-z0-9_-]+")
_TABLES = ("where", "columns", "rows", "constants", "constants_by_file", "constants_by_sheet", "values", "unused", "areas", "missing", "status")  # so
_MOST = 12  # choices written beside a question

Place = tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One field: its value, or the choices where only the supplier knows; `why` is the evidence."""

    value: Any
    why: tuple[Reason, ...] = ()
    choices: tuple[Any, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody has to answer it."""
        return ASK in (self.value, *(self.value if isinstance(self.value, list) else ()), *(self.value.values() if isinstance(self.value, dict) else ()))

    def says(self, other: "Line") -> bool:
        """Whether another line says, or asks, the same."""
        return (self.value, self.choices) == (other.value, other.choices)

    def comment(self, lang: str) -> str:
        """What stands beside the field: the choices, then the evidence, in one line and without what may be a person's number."""
        shown = [each if isinstance(each, str) else toml(each) for each in self.choices[:_MOST]] + ["…"] * (len(self.choices) > _MOST)
        why = "; ".join(reason.text(lang) for reason in self.why)
        why = f"({why})" if self.is_open and why and not shown else why
        return masked(" ".join(ENDS.join(filter(None, [" | ".join(shown), why])).split()))


@dataclass
class Proposal:
    """The fields of one table by their place, such as `("columns", "Area")`; and its entries, such as `[[absent]]`, by their name."""

    lines: dict[Place, Line] = field(default_factory=dict)
    entries: dict[str, list[dict[str, Line]]] = field(default_factory=dict)

    def put(self, place: Place, value: Any, *why: Reason) -> None:
        """Propose a value; what was proposed or asked before at this place is no more."""
        self.lines[place] = Line(value, why)

    def ask(self, place: Place, choices: Iterable[Any], *why: Reason, value: Any = ASK) -> None:
        """Leave a field to be asked for."""
        self.lines[place] = Line(value, why, tuple(choices))

    def enter(self, name: str, **fields: Line) -> None:
        """Propose one more entry of this name."""
        self.entries.setdefault(name, []).append(fields)

    @property
    def open(self) -> int:
        """How many fields somebody has to answer."""
        entries = [line for listed in self.entries.values() for entry in listed for line in entry.values()]
        return sum(line.is_open for line in [*self.lines.values(), *entries])

    def value(self, *place: str) -> Any:
        """What is proposed at a place; None where nothing is."""
        return self.lines[place].value if place in self.lines else None

    def answered(self) -> dict[str, Any]:
        """The fields as a source.toml has them, to see what it would read: rows with words that are asked for are set aside, else the first choice is taken."""
        found: dict[str, Any] = {}
        for place, line in self.lines.items():
            *above, name = place
            if line.is_open and place[0] == "where":
                continue
            if line.is_open and (place[0] in ("areas", "rows") or (place[0] == "values" and place[1] != "value")):
                above, line = ["unused", {"values": place[1], "areas": "area", "rows": "indicator"}[place[0]]], Line("?")
            table = found
            for each in above:
                table = table.setdefault(each, {})
            table[name] = _first(line)
        for name, entries in self.entries.items():
            found[name] = [{field: _first(line) for field, line in entry.items()} for entry in entries]
        return found

    def text(self, lang: str, table: bool = False, but: Iterable[str] = ()) -> str:
        """The fields as TOML, each with its evidence as a comment; as a `[[table]]` among several, without what is said above them all."""
        return "\n".join([*(["[[table]]"] if table else []), *self.fields(lang, table, set(but))])

    def fields(self, lang: str, table: bool = False, but: Iterable[str] = ()) -> Iterator[str]:
        """The fields as lines."""
        yield from _fields({place[0]: line for place, line in self.lines.items() if len(place) == 1 and place[0] not in but}, lang)
        prefix = "table." if table else ""
        for name in _TABLES:
            below: dict[Place, dict[str, Line]] = {}
            for place, line in self.lines.items():
                if place[0] == name and len(place) > 1:
                    below.setdefault(place[:-1], {})[place[-1]] = line
            for above, lines in below.items():
                heading = ".".join([above[0], *(toml(part) if name.startswith("constants_by") else part for part in above[1:])])
                yield from ("", f"[{prefix}{heading}]", *_fields(lines, lang, by_words=not name.startswith("constants")))
        for name, entries in self.entries.items():
            for entry in entries:
                yield from ("", f"[[{prefix}{name}]]", *_fields(entry, lang))


def _fields(lines: Mapping[str, Line], lang: str, by_words: bool = False) -> Iterator[str]:
    """Fields as lines; what stands before the sign is our name or, `by_words`, a supplier's word."""
    for name, line in lines.items():
        comment = line.comment(lang)
        yield f"{toml(name) if by_words else name} = {toml(line.value)}" + (f"  # {comment}" if comment else "")


def _first(line: Line) -> Any:
    """The value, with the first choice for what is asked."""
    first = line.choices[0] if line.choices else "?"
    if line.value == ASK:
        return first
    if isinstance(line.value, list):
        return [each for each in line.value if each != ASK] or [first]
    return {name: first if each == ASK else each for name, each in line.value.items()} if isinstance(line.value, dict) else line.value


def toml(value: Any) -> str:
    """A value as TOML writes it; JSON writes texts, whole numbers and flags the same."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{name if _BARE.fullmatch(name) else toml(name)} = {toml(each)}' for name, each in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
