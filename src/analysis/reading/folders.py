"""Folders that change at once or not at all, whatever ends the program in between.

A new folder is filled beside the one it replaces and the two are exchanged in one step. What a killed run left behind
is swept away, or put back, by the next.
"""

import contextlib
import ctypes
import errno
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ..promises.problems import PlanError, Problem


def unwritable(path: Path, error: OSError) -> PlanError:
    """The problem of a file or folder that cannot be written."""
    detail = {"reason": error.strerror or str(error)}
    return PlanError([Problem("unwritable", str(path), detail=detail)])


def refuse_link(*paths: Path) -> None:
    """Raise `PlanError` where something to be written is a link: following it would write somewhere else."""
    for path in paths:
        if path.is_symlink():
            raise PlanError([Problem("is_link", str(path))])


def refuse_inside(plans: Iterable[Path], out: Path) -> None:
    """Raise `PlanError` where something is to be made inside a plan folder: the next check would take it for a delivery."""
    place = out.resolve()
    if any(place.is_relative_to(plan.resolve()) for plan in plans):
        raise PlanError([Problem("out_inside_plan", str(out))])


@contextlib.contextmanager
def replacing(folder: Path, keep: Callable[[Path], bool] = lambda path: False) -> Iterator[Path]:
    """A new folder that takes this one's place when the block ends well; otherwise nothing changes.

    Whatever is in the old one for which `keep` holds is in the new one too, unless it was written anew.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        refuse_link(folder)
        sweep(folder)
        new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        new.chmod(0o755)
    except OSError as error:
        raise unwritable(folder, error) from None
    try:
        yield new
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if keep(path):
                also(path, new / path.name)
        _write_through(new)
        _take_place(new, folder)
    except OSError as error:
        raise unwritable(folder, error) from None
    finally:
        shutil.rmtree(new, ignore_errors=True)


def owner_only(folder: Path) -> None:
    """Let nobody but their owner read a folder and all in it, where the system has such rights (Windows has others)."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            with contextlib.suppress(OSError):  # a disk without rights, or another's file
                path.chmod(0o700 if path.is_dir() else 0o600)


def also(old: Path, new: Path) -> None:
    """A file, or a folder of files, in a second place as well: as a second name where the disk has those. Who may read them stays."""
    if old.is_dir() and not old.is_symlink():
        if not new.exists():
            new.mkdir(mode=0o700)
            shutil.copymode(old, new)
        for path in sorted(old.iterdir()):
            also(path, new / path.name)
    elif not new.exists():
        try:
            os.link(old, new, follow_symlinks=False)
        except (OSError, NotImplementedError):
            shutil.copy2(old, new, follow_symlinks=False)


def _take_place(new: Path, folder: Path) -> None:
    """Exchange the two in one step; where the system has no such step, in two, of which the first is undone if the second fails."""
    if not folder.exists():
        os.replace(new, folder)
    elif not _exchange(new, folder):
        old = new.with_name(new.name + ".old")
        os.replace(folder, old)
        try:
            os.replace(new, folder)
        except OSError:
            os.replace(old, folder)
            raise
        shutil.rmtree(old, ignore_errors=True)
    _write_through(folder.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change names in a single step (Linux); False where that cannot be."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:  # an older C library
        return False
    if renameat2(-100, os.fsencode(one), -100, os.fsencode(other), 2) == 0:  # AT_FDCWD, RENAME_EXCHANGE
        return True
    if (code := ctypes.get_errno()) in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):  # a file system without it
        return False
    raise OSError(code, os.strerror(code), str(other))


def sweep(folder: Path) -> None:
    """Remove what killed runs left beside a folder; put the folder back where one was killed between two steps."""
    left = re.compile(rf"\.{re.escape(folder.name)}-[a-z0-9_]{{8}}(\.old)?")
    for path in sorted(folder.parent.iterdir()) if folder.parent.is_dir() else ():
        if (found := left.fullmatch(path.name)) and not path.is_symlink():
            if found[1] and not folder.exists():
                os.replace(path, folder)
            else:
                shutil.rmtree(path, ignore_errors=True)


def write_file(path: Path, text: str) -> None:
    """Write a text and see it on the disk before anything relies on it."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def replace_file(path: Path, text: str) -> None:
    """Write a text in a file's place at once, or leave everything as it was."""
    refuse_link(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix=f".{path.name}-", dir=path.parent, delete=False) as stream:
        try:
            stream.write(text.encode())
            stream.close()
            os.chmod(stream.name, 0o644)  # a temporary file is its owner's alone, and this one is to be read by others
            os.replace(stream.name, path)
        except OSError:
            stream.close()
            Path(stream.name).unlink(missing_ok=True)
            raise


def _write_through(folder: Path) -> None:
    """See the names in a folder on the disk, where the system allows to ask for it."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
