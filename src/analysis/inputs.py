"""What tables and pages are made from, as checksums; light, so that whether anything changed is known before much is loaded."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from .cpr import masked
from .problems import PlanError, Problem

LARGEST_TEXT = 1_500_000_000  # bytes; ten million incidents fit, a file of 2 GB is refused unread
LIBRARIES = ("babel", "ipython", "jinja2", "matplotlib", "mistune", "nbconvert", "nbformat", "numpy", "pandas", "scipy", "statsmodels")


def find_notebooks() -> Path:
    """The project's `notebooks/` folder, here or above; raises `PlanError` when the command runs elsewhere."""
    for start in (Path.cwd(), *Path.cwd().parents, *Path(__file__).resolve().parents):
        if (start / "notebooks" / "partnership.ipynb").is_file():
            return start / "notebooks"
    raise PlanError([Problem("no_notebooks", "notebooks", "the folder is not here; run the command in the project's folder")])


def sha256(path: Path) -> str:
    """A file's checksum, as printed on every page that uses it; empty for a file too large to be a delivery."""
    if path.stat().st_size > LARGEST_TEXT:
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_note(path: Path) -> dict[str, Any]:
    """What the program noted for itself, as JSON; empty where that is missing, cut short or something else."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def texts(said: Any) -> bool:
    """Whether this part of a note is texts by name, such as checksums by file."""
    return isinstance(said, dict) and all(isinstance(value, str) for value in said.values())


def sha256_of(parts: Iterable[Any]) -> str:
    """One checksum of many values that can be written as text."""
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()


def editions_folder(folder: Path) -> Path:
    """Where this plan's editions stand: `reports/editions/`, a folder of its own below it for any other plan than `raw`."""
    project = folder.parent.parent if folder.parent.name == "data" else folder.parent
    home = project / "reports" / "editions"
    return home if folder.name == "raw" else home / folder.name


def inputs_of(folder: Path) -> dict[str, str]:
    """What the tables are made from: sha256 of every file of the plan folder and of earlier editions, and the program's version."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    editions = {f"edition {path.name}": sha256_of((file.name, sha256(file)) for file in sorted(path.iterdir()))
                for path in sorted(editions_folder(folder).glob("[0-9]*-[0-9]*/"))}  # fmt: skip
    return {masked(path.relative_to(folder).as_posix()): sha256(path) for path in files if path.suffix != ".md"} | editions | {
        "program": program(), "pandas": metadata.version("pandas")
    }  # fmt: skip


@cache
def program() -> str:
    """The checksum of this program's own code."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))).hexdigest()


@cache
def environment(notebooks: Path) -> str:
    """The checksum of what else shapes a page: the page template, the lock file, and the libraries as installed."""
    lock = notebooks.parent / "uv.lock"
    files = [*sorted((Path(__file__).parent / "page").glob("*")), *([lock] if lock.is_file() else [])]
    return sha256_of([*((path.name, sha256(path)) for path in files), *((name, metadata.version(name)) for name in LIBRARIES)])


def made_from(inputs: Mapping[str, str], notebooks: Path, notebook: str, asked: Mapping[str, Any]) -> str:
    """The checksum of all that one page is made from: inputs, notebook (if any), program, environment, and what was asked for."""
    source = sha256(notebooks / notebook) if notebook and (notebooks / notebook).is_file() else ""
    return sha256_of([sorted(inputs.items()), source, program(), environment(notebooks), json.dumps(asked, sort_keys=True)])
