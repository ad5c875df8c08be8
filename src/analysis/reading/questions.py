"""What a drafted source.toml leaves open, as `ASK`: refused until somebody has answered it."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..promises.problems import PlanError, Reader
from ..promises.received import content

ASK = "ASK"
ENDS = "; "  # in the comment beside an `ASK`: the choices stand before it, why it is asked behind it; in brackets where there is no choice


def require_answers(written: dict[str, Any], path: Path, reader: Reader) -> None:
    """Raises `PlanError` with a problem for each `ASK` that still stands in a source.toml, with the choices written beside it."""
    if open_ := list(_asked(written)):
        beside = _written_beside(content(path).decode("utf-8-sig"))
        for entry, place in open_:
            choices = next(beside[place.rpartition(".")[2]], "")
            reader.say("asked_of" if choices else "asked", entry, "", place, choices=choices)
        raise PlanError(reader.problems)


def _asked(value: Any, place: str = "", entry: str = "") -> Iterator[tuple[str, str]]:
    """The entry and place of every `ASK`, as problems say them: `[[table]] 2` and `values.indicator.Bilbrand`."""
    if value == ASK:
        yield entry, place
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _asked(each, f"{place}.{name}" if place else name, entry)
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            table = isinstance(each, dict)
            yield from _asked(each, "" if table else place, ", ".join(filter(None, [entry, f"[[{place}]] {number}"])) if table else entry)


def _written_beside(text: str) -> dict[str, Iterator[str]]:
    """The choices written beside each `ASK`, by the name of its field, in the order of the file."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        said, hash_, comment = line.partition(" # ")
        if f'"{ASK}"' in said and hash_:
            try:
                name = next(iter(tomllib.loads(said)))
            except (tomllib.TOMLDecodeError, StopIteration):
                continue
            found[name].append("" if comment.startswith("(") else comment.partition(ENDS)[0].strip())
    return defaultdict(lambda: iter(()), {name: iter(each) for name, each in found.items()})
