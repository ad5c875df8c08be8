"""The finished plan, handed to the process that makes a page: a notebook there opens it without reading, checking or judging anything again.

A forked process finds it in its memory, a kernel in a file that its environment names, a worker of a cluster in its task. It holds what the pages
of one plan, year and kind of figures show, and true figures only where these are asked for.
"""

import os
import pickle
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = "TRYGHED_PLAN"  # names the file that holds a kernel's plan
_NAMES = ("plan_folder", "year", "internal")  # the parameters of a notebook that say which plan it opens
_handed: bytes | None = None


def packed(parameters: dict[str, Any], plan: Any) -> bytes:
    """A finished plan in one piece, with the parameters under which notebooks open it."""
    return pickle.dumps((tuple(parameters[name] for name in _NAMES), plan))


@lru_cache(maxsize=2)
def _unpacked(plan: bytes) -> tuple[tuple[Any, ...], Any]:
    return pickle.loads(plan)


@contextmanager
def handed(plan: bytes | None) -> Iterator[None]:
    """Within the block every notebook that is run opens this plan; none where there is nothing to hand over."""
    global _handed
    _handed = plan
    try:
        if plan:
            _unpacked(plan)  # once, for all processes forked from this one
        yield
    finally:
        _handed = None


@contextmanager
def handed_to_kernel() -> Iterator[None]:
    """Within the block a kernel that is started finds the plan that was handed over here."""
    if not _handed:
        yield
        return
    with tempfile.TemporaryDirectory() as home:  # its owner's alone
        (path := Path(home) / "plan").write_bytes(_handed)
        os.environ[FILE] = str(path)
        try:
            yield
        finally:
            del os.environ[FILE]


def given(folder: Any, year: int | None, internal: bool) -> Any | None:
    """The plan handed to this process, where it is the one that is opened; None where there is none, or another."""
    plan = _handed or (Path(path).read_bytes() if (path := os.environ.get(FILE)) else None)
    if not plan:
        return None
    asked, found = _unpacked(plan)
    return found if asked == (str(folder), year, internal) else None
