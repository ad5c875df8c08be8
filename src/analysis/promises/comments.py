"""What the coordinators say about a promise in a year, from `notes.toml`: shown beside the figures, as comments."""

from pathlib import Path

from .agreement import Agreement
from .problems import PlanError, Problem, Reader, closest, read_toml
from .registers import Bilingual, Date, Entry, Text, Year, read_entry


class Comment(Entry):
    """One comment: the promise and year it is about, its words by language, who wrote it and when; an area where it is about one only."""

    criterion: Text
    year: Year
    text: Bilingual
    author: Text
    date: Date
    area: Text = ""


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
    comments = [_comment(table, f"note {number}", agreement, reader) for number, table in enumerate(entries if isinstance(entries, list) else [entries], 1)]
    return [] if reader.problems else sorted(comments, key=lambda comment: (comment.year, comment.date)), reader.problems


def _comment(table: object, entry: str, agreement: Agreement, reader: Reader) -> Comment:
    """One entry checked against the register."""
    comment = read_entry(Comment, table, entry, reader)
    for field, name, known in (("criterion", comment.criterion, agreement.criteria), ("area", comment.area, agreement.areas)):
        if name and name not in known:
            near = closest(name, known)
            if near:
                reader.say("unknown_name_near", entry, name, field, near=near)
            else:
                reader.say("unknown_name", entry, name, field, known=", ".join(known))
    return comment
