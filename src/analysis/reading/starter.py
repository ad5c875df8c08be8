"""A plan folder to begin another plan with: small, commented, made up, and without a problem.

Its files lie in `plan_folder/` beside this module, to be read and edited as files.
"""

import os
import shutil
import tempfile
from importlib import resources
from pathlib import Path

from ..promises.problems import PlanError, Problem

_LAST = "agreement.toml"  # without it a folder is no plan


def lay_out(folder: Path) -> None:
    """Write the plan folder to begin with; it is there whole or not at all.

    Raises `PlanError` for a folder that holds anything already, and for one whose parent is not there.
    """
    empty = _require_free(folder)
    home = folder.resolve()
    new = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.parent))
    try:
        with resources.as_file(resources.files(__package__).joinpath("plan_folder")) as example:
            shutil.copytree(example, new, dirs_exist_ok=True, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        new.chmod(0o755)
        if empty:  # may be the folder someone stands in, which therefore stays the same folder
            _move_in(new, home)
        else:
            os.rename(new, home)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _require_free(folder: Path) -> bool:
    """Refuses what cannot be laid out; returns whether an empty folder is there."""
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise PlanError([Problem("folder_not_empty", str(folder))])
    if not folder.resolve().parent.is_dir():
        raise PlanError([Problem("no_parent", str(folder), detail={"folder": str(folder.parent)})])
    return folder.is_dir()


def _move_in(new: Path, home: Path) -> None:
    """Everything moved into an empty folder, the register last; it is emptied again where that fails."""
    moved: list[Path] = []
    try:
        for path in sorted(new.iterdir(), key=lambda path: path.name == _LAST):
            os.rename(path, home / path.name)
            moved.append(home / path.name)
    except BaseException:
        for path in moved:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
