"""A lock that keeps two runs in one folder apart."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from ..promises.problems import PlanError, Problem
from .folders import refuse_link, unwritable

WAIT_SECONDS = 600.0
LOCK = ".lock"


@contextlib.contextmanager
def locked(folder: Path, waiting: Callable[[], None] = lambda: None, seconds: float | None = None) -> Iterator[None]:
    """Hold a folder for one run; a second run waits, after calling `waiting`, and gives up in the end with its own message.

    The lock goes with the process that holds it, however that ends.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    try:
        refuse_link(folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting()
            lock.acquire(timeout=WAIT_SECONDS if seconds is None else seconds, poll_interval=0.1)
    except Timeout:
        raise PlanError([Problem("busy", str(folder))]) from None
    except OSError as error:
        raise unwritable(folder, error) from None
    try:
        yield
    finally:
        if os.name == "posix":  # while it is held: who waits on the old name sees that it is gone and takes a new one
            (folder / LOCK).unlink(missing_ok=True)
        lock.release()
