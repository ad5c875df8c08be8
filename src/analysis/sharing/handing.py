"""An edition and its zip, made together: however the program ends in between, the next run finishes both or leaves neither."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..reading.folders import replace_file, unwritable
from ..reading.inputs import editions_folder, read_note, texts
from ..reading.locks import locked
from ..showing.exports import packed

NOTE = ".sharing.json"  # among the editions, while one is made: which, where its zip is written, and where that goes
_NOTED = {"edition", "new", "zip"}


@contextmanager
def with_zip(files: Mapping[str, bytes], path: Path, editions: Path, name: str) -> Iterator[None]:
    """The zip of an edition, written beside its place; it takes its place when the block has made that edition, else it leaves no trace."""
    new = path.absolute().with_name(f".{path.name}-new")
    try:
        editions.mkdir(parents=True, exist_ok=True)
        replace_file(editions / NOTE, json.dumps({"edition": name, "new": str(new), "zip": str(path.absolute())}))
        with new.open("wb") as stream:
            stream.write(packed(files))
            stream.flush()
            os.fsync(stream.fileno())
        yield
        finish(editions)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        new.unlink(missing_ok=True)
        (editions / NOTE).unlink(missing_ok=True)


def finish(editions: Path) -> None:
    """Put the zip of an edition that was made in its place, and remove what is left of one that was not."""
    said = read_note(editions / NOTE)
    if texts(said) and said.keys() == _NOTED and said["new"] == str((path := Path(said["zip"])).with_name(f".{path.name}-new")):
        new = Path(said["new"])
        if new.is_file() and (editions / said["edition"]).is_dir() and not path.exists():
            os.replace(new, path)
        new.unlink(missing_ok=True)
    for left in _left(editions):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    (editions / NOTE).unlink(missing_ok=True)


def _left(editions: Path) -> list[Path]:
    """What a killed process left half-written among the editions."""
    return [*editions.glob(".new-*"), *editions.glob(f".{NOTE}-*")]


def finish_interrupted(folder: Path) -> None:
    """What a `share` of this plan folder that was killed left between its edition and its zip, brought to an end."""
    editions = editions_folder(folder)
    if (editions / NOTE).is_file() or _left(editions):
        with locked(folder.parent):
            finish(editions)
