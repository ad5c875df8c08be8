"""What the coordinators say about a promise in a year, from `notes.toml`: shown beside the figures, as comments."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from .agreement import Agreement
from .problems import BILINGUAL, DATE, TEXT, YEAR, PlanError, Problem, Reader, closest, read_toml

_MUST = {"criterion": TEXT, "year": YEAR, "text": BILINGUAL, "author": TEXT, "date": DATE}
_MAY = {"area": TEXT}


@dataclass(frozen=True)
class Comment:
    """One comment: the promise and year it is about, its words by language, who wrote it and when; an area where it is about one only."""

    criterion: str
    year: int
    text: dict[str, str]
    author: str
    date: date
    area: str = ""


def read_comments(path: Path, agreement: Agreement) -> tuple[list[Comment], list[Problem]]:
    """The comments of a plan, oldest first, and what is wrong with them; none where there is no file."""
    if not path.exists():
        return [], []
    reader = Reader(path.name)
    try:
        raw = read_toml(path, reader)
    except PlanError as error:
        return [], list(error.problems)
    for name in raw.keys() - {"note"}:
        reader.say("unknown_field", "", name, known="[[note]]")
    entries = raw.get("note", [])
    found = [_comment(table, f"note {number}", agreement, reader) for number, table in enumerate(entries if isinstance(entries, list) else [entries], 1)]
    comments = sorted((comment for comment in found if comment), key=lambda comment: (comment.year, comment.date))
    return [] if reader.problems else comments, reader.problems


def _comment(table: Any, entry: str, agreement: Agreement, reader: Reader) -> Comment | None:
    """One entry checked against the register; None where anything is wrong with it."""
    before, read = len(reader.problems), reader.entry(table, entry, _MUST, _MAY)
    for name, known in (("criterion", agreement.criteria), ("area", agreement.areas)):
        if name in read and read[name] not in known:
            near = closest(read[name], known)
            if near:
                reader.say("unknown_name_near", entry, read[name], name, near=near)
            else:
                reader.say("unknown_name", entry, read[name], name, known=", ".join(known))
    if len(reader.problems) > before:
        return None
    return Comment(**read | {"year": int(read["year"])})
