"""Whether tables and published pages still match what they were made from; light, so that two hundred are checked in a second.

Beside each year's folder, in `.made/`, stands from what each page was made, and the checksum of the page itself: a page
is unchanged only if both are as they were.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..promises.problems import PlanError, Problem
from ..reading.folders import replace_file
from ..reading.inputs import inputs_of, made_from, processed_folder, read_note, sha256, sha256_of, texts

_FIGURES = (
    "observations",
    "gaps",
    "periods",
    "latest",
    "per_thousand",
    "rates",
    "standings",
    "funnels",
    "contrasts",
    "robustness",
    "months",
    "signals",
    "seasons",
)
SEALED = tuple(f"{name}.csv" for name in (*_FIGURES, "deliveries", "revised", "changed", "warnings", "hidden"))  # protected, and true below internal/
MADE = ".made"
_NOTED = ("made_from", "sha256", "notebook", "inputs")


@dataclass
class Made:
    """What one year's folder of pages was made from: by page, the checksum of everything, what was asked for, the inputs."""

    path: Path
    folder: Path
    plan: str = ""
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    inputs: dict[str, dict[str, str]] = field(default_factory=dict)  # by checksum, so that pages made together share them

    @classmethod
    def read(cls, folder: Path, reports: Path) -> "Made":
        """What is known about a folder of pages; nothing where the note is missing or is not what `write` writes."""
        relative = folder.relative_to(reports)
        path = reports / MADE / ("-".join(relative.parts) + ".json")
        said = read_note(path)
        return cls(path, folder, said["plan"], said["pages"], said["inputs"]) if _sound(said) else cls(path, folder)

    def unchanged(self, file: str, made: str) -> bool:
        """Whether a page was made from just this, and nobody has touched it since."""
        return self.untouched(file) and self.pages[file]["made_from"] == made

    def untouched(self, file: str) -> bool:
        """Whether a file is there just as it was published."""
        path = self.folder / file
        return file in self.pages and not path.is_symlink() and path.is_file() and sha256(path) == self.pages[file]["sha256"]

    def edited(self) -> list[Path]:
        """Published files that are no longer as they were published."""
        return [self.folder / file for file in self.pages if (self.folder / file).is_file() and not self.untouched(file)]

    def note(self, file: str, made: str, notebook: str, asked: Mapping[str, Any], inputs: Mapping[str, str]) -> None:
        """Remember from what a page that has just been published was made."""
        digest = sha256_of(sorted(inputs.items()))
        self.inputs[digest] = dict(inputs)
        self.pages[file] = {"made_from": made, "sha256": sha256(self.folder / file), "notebook": notebook, "asked": dict(asked), "inputs": digest}

    def renew(self, file: str) -> None:
        """Remember a page as it now is: what leads from it to others was written anew, nothing of its own."""
        self.pages[file]["sha256"] = sha256(self.folder / file)

    def write(self, plan: Path) -> None:
        """Keep what is known of pages that are there."""
        pages = {file: noted for file, noted in sorted(self.pages.items()) if (self.folder / file).is_file()}
        used = {noted["inputs"] for noted in pages.values()}
        inputs = {digest: self.inputs[digest] for digest in sorted(used)}
        said = {"plan": str(plan), "folder": str(self.folder.name), "pages": pages, "inputs": inputs}
        replace_file(self.path, json.dumps(said, indent=1, ensure_ascii=False, sort_keys=True))


def _sound(said: Mapping[str, Any]) -> bool:
    """Whether a note says what `Made.write` writes, all of it in the shape in which it is read."""
    pages, inputs = said.get("pages"), said.get("inputs")
    return (
        isinstance(said.get("plan"), str)
        and isinstance(pages, dict)
        and isinstance(inputs, dict)
        and all(map(texts, inputs.values()))
        and all(
            isinstance(noted, dict) and isinstance(noted.get("asked"), dict) and texts({name: noted.get(name) for name in _NOTED}) and noted["inputs"] in inputs
            for noted in pages.values()
        )
    )


def stale(reports: Path, notebooks: Path) -> Iterator[tuple[Path, str, list[str]]]:
    """Published pages that no longer match: the page, a word for why (`edited`, `missing`, `changed`, `unknown`), the inputs that changed."""
    for note in sorted(reports.rglob(f"{MADE}/*.json")):
        home = note.parent.parent
        made = Made.read(home.joinpath(*note.stem.split("-")), home)
        if not made.plan:  # the note cannot be read: nothing is known of any page
            yield from ((page, "unknown", []) for page in sorted(made.folder.glob("*.html")))
        inputs = inputs_of(Path(made.plan)) if made.plan and Path(made.plan).is_dir() else {}
        for file, noted in made.pages.items():
            path = made.folder / file
            now = made_from(inputs, notebooks, noted["notebook"], noted["asked"])
            if not path.is_file():
                yield path, "missing", []
            elif now != noted["made_from"]:
                before = made.inputs.get(noted["inputs"], {})
                yield path, "changed", sorted(name for name in before.keys() | inputs.keys() if before.get(name) != inputs.get(name))
            elif sha256(path) != noted["sha256"]:
                yield path, "edited", []


def up_to_date(home: Path, folder: Path, internal: bool = False) -> bool:
    """Whether the protected tables, or these and the true ones, are as they were written, from the deliveries and program as they stand now."""
    return untouched(home) and (not internal or untouched(home / "internal")) and made_from_what(home)["inputs"] == inputs_of(folder)


def require_handed_over(folder: Path, internal: bool) -> None:
    """Refuse true figures of a plan folder that was handed over, which has none, and such a folder in which anything is not as it was handed over."""
    if internal:
        raise PlanError([Problem("handed_over_internal", folder.name)])
    home = processed_folder(folder)
    inputs = made_from_what(home).get("inputs", {})
    if not inputs or not untouched(home) or any(not (folder / name).is_file() or sha256(folder / name) != seal for name, seal in inputs.items()):
        raise PlanError([Problem("handed_over_changed", folder.name)])


def spoilt(folder: Path) -> list[Path]:
    """Tables of a plan folder that are not as `build` wrote them; none where nothing was built."""
    home = processed_folder(folder)
    sealed = {where / name: seal for where in (home, home / "internal") for name, seal in made_from_what(where).get("tables", {}).items()}
    return [path for path, seal in sealed.items() if not path.is_file() or sha256(path) != seal]


def untouched(home: Path) -> bool:
    """Whether every table is there, byte for byte as `build` wrote it: an emptied or edited one is not to be read."""
    sealed = made_from_what(home).get("tables", {})
    return set(SEALED) <= sealed.keys() and all((home / name).is_file() and sha256(home / name) == seal for name, seal in sealed.items())


def made_from_what(home: Path) -> dict[str, Any]:
    """What `build` noted about the tables it wrote; empty where it cannot be read, or is not what `build` notes."""
    made = read_note(home / "inputs.json")
    sound = all(texts(made.get(name)) for name in ("inputs", "tables")) and all(type(made.get(name)) is int for name in ("year", "errors"))
    return made if sound else {}
