"""What tables and pages are made from, as checksums; light, so that whether anything changed is known before much is loaded.

The checksum of a small file with one unknown number gives the number away: whoever has it tries them all. What is not
public is therefore digested under a key that never leaves `internal/`, and only that digest is written down elsewhere.
"""

import hashlib
import hmac
import json
import os
import secrets
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from ..promises import received
from ..promises.cpr import masked
from ..promises.problems import PlanError, Problem
from .locks import locked

_PROGRAM = Path(__file__).parents[1]
PUBLIC = ("published",)  # contracts of files that anybody can have
KEY_FILE = "key"  # below `internal/`
_KEY_BYTES = 32
SHARED = "protected"  # in a plan folder that was handed over: its protected tables, in place of deliveries
NO_DELIVERY = ("agreement.toml", "notes.toml", "sources.csv")
LIBRARIES = ("babel", "ipython", "jinja2", "matplotlib", "mistune", "nbconvert", "nbformat", "numpy", "pandas", "scipy", "statsmodels")


def find_notebooks() -> Path:
    """The project's `notebooks/` folder, here or above; raises `PlanError` when the command runs elsewhere."""
    for start in (Path.cwd(), *Path.cwd().parents, *Path(__file__).resolve().parents):
        if (start / "notebooks" / "partnership.ipynb").is_file():
            return start / "notebooks"
    raise PlanError([Problem("no_notebooks", "notebooks")])


def sha256(path: Path) -> str:
    """A file's checksum, as it stands now."""
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


def is_shared(folder: Path) -> bool:
    """Whether a plan folder is one that was handed over: with protected tables, and without deliveries."""
    return (folder / SHARED / "inputs.json").is_file()


def refuse_shared(folder: Path) -> None:
    """Refuse to build anything from a plan folder that was handed over."""
    if is_shared(folder):
        raise PlanError([Problem("handed_over", folder.name)])


def editions_folder(folder: Path) -> Path:
    """Where this plan's editions stand: `reports/editions/`, a folder of its own below it for any other plan than `raw`."""
    if is_shared(folder):
        return folder / SHARED / "editions"
    project = folder.parent.parent if folder.parent.name == "data" else folder.parent
    home = project / "reports" / "editions"
    return home if folder.name == "raw" else home / folder.name


def processed_folder(folder: Path) -> Path:
    """Where `build` writes: `processed/` beside `raw/`, a folder of its own below it for any other plan; where a plan that was handed over has its tables."""
    if is_shared(folder):
        return folder / SHARED
    beside = folder.parent / "processed"
    return beside if folder.name == "raw" else beside / folder.name


def remembered_folder(folder: Path) -> Path:
    """Where the true figures that editions hid are kept, so that corrections of them are known; below `internal/`."""
    return processed_folder(folder) / "internal" / "editions"


def inputs_of(folder: Path) -> dict[str, str]:
    """What the tables are made from: a digest of every file of the plan folder and of earlier editions, and the program's version.

    Of what is public it is the sha256, of every other file HMAC-SHA256 under the plan's own key. Raises `PlanError` for a folder that was handed over.
    """
    refuse_shared(folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    editions = {
        f"edition {path.name}": sha256_of((file.name, sha256(file)) for file in sorted(path.iterdir()))
        for path in sorted(editions_folder(folder).glob("[0-9]*-[0-9]*/"))
    }
    public, key, digests = _public_files(folder), _key_of(folder), {}
    for path in files:
        if path.suffix != ".md":
            name = path.relative_to(folder).as_posix()
            digests[masked(name)] = received.sha256(path) if path in public else _keyed(key, name, received.sha256(path))
    return digests | editions | {"program": program(), "pandas": metadata.version("pandas")}


def _public_files(folder: Path) -> set[Path]:
    """The files of a plan folder that hold no delivered figure, or only figures that were printed in public before."""
    found = {folder / name for name in NO_DELIVERY}
    for toml in folder.glob("*/source.toml"):
        with suppress(OSError, ValueError, TypeError, RecursionError, NotImplementedError):  # unreadable, and so not known to be public
            read = tomllib.loads(received.content(toml).decode("utf-8-sig"))
            entries = [read, *(entry for value in read.values() if isinstance(value, list) for entry in value if isinstance(entry, dict))]
            contracts = {entry["contract"] for entry in entries if "contract" in entry}
            if contracts and contracts <= {*PUBLIC}:
                names = [name for entry in entries for key in ("files", "documents") for name in entry.get(key, ())]
                found |= {toml, *(path for name in names if ".." not in name for path in toml.parent.glob(name))}
    return found


def _keyed(key: bytes, name: str, digest: str) -> str:
    """A digest that changes when the file does, and reveals nothing to whoever lacks the key; another one for the same content elsewhere."""
    return "hmac-sha256:" + hmac.digest(key, f"{name}\n{digest}".encode(), "sha256").hex()


def _key_of(folder: Path) -> bytes:
    """The plan's key, made when it is first needed; lost, it is made anew, and everything counts as changed.

    Where it cannot be kept it is one for this once: then nothing counts as unchanged.
    """
    path = processed_folder(folder) / "internal" / KEY_FILE
    with suppress(OSError, PlanError):
        if not _is_key(path):
            with locked(folder.parent):  # a build may be exchanging the folder it goes into
                if not _is_key(path):
                    _write_key(path)
        return path.read_bytes()
    return secrets.token_bytes(_KEY_BYTES)


def _is_key(path: Path) -> bool:
    return path.is_file() and path.stat().st_size == _KEY_BYTES


def _write_key(path: Path) -> None:
    """A new key that its owner alone can read, there as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{KEY_FILE}-{os.getpid()}")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
        stream.write(secrets.token_bytes(_KEY_BYTES))
    os.replace(new, path)


@cache
def program() -> str:
    """The checksum of this program's own code."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(_PROGRAM.rglob("*.py")))).hexdigest()


@cache
def environment(notebooks: Path) -> str:
    """The checksum of what else shapes a page: the page template, the lock file, and the libraries as installed."""
    lock = notebooks.parent / "uv.lock"
    files = [*sorted((_PROGRAM / "running" / "page").glob("*")), *([lock] if lock.is_file() else [])]
    return sha256_of([*((path.name, sha256(path)) for path in files), *((name, metadata.version(name)) for name in LIBRARIES)])


def made_from(inputs: Mapping[str, str], notebooks: Path, notebook: str, asked: Mapping[str, Any]) -> str:
    """The checksum of all that one page is made from: inputs, notebook (if any), program, environment, and what was asked for."""
    source = sha256(notebooks / notebook) if notebook and (notebooks / notebook).is_file() else ""
    return sha256_of([sorted(inputs.items()), source, program(), environment(notebooks), json.dumps(asked, sort_keys=True)])
