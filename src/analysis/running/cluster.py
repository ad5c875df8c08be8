"""Pages made on other machines: by the workers of a Dask scheduler, which share no disk with this one.

A task is a pure function of bytes: the finished plan and the notebook go out, the page comes back. A lost
worker's tasks are made again by the others. On each worker one single-threaded Python stands ready to fork, since a
worker itself runs threads.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

from ..promises.problems import PlanError, Problem
from ..reading.inputs import LIBRARIES, program
from .parameters import Page, PageError
from .render import Rendered


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The workers of a scheduler, as an executor; raises `PlanError` when there is nobody at that address."""
    try:
        from distributed import Client
    except ImportError:
        raise PlanError([Problem("no_cluster", address)]) from None
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise PlanError([Problem("no_scheduler", address, detail={"reason": said})]) from None
    with client:
        yield client.get_executor(retries=2)


def same_program() -> dict[str, str]:
    """What a worker must have in common with whoever asks: this program and its libraries."""
    return {"program": program()} | {name: metadata.version(name) for name in LIBRARIES}


def page_elsewhere(plan: bytes, notebook: bytes, page: Page, lang: str, links: Sequence[tuple[str, str]], same: dict[str, str]) -> Rendered:
    """One page as a task on a worker: bytes in, page out."""
    if same != same_program():
        other = next(name for name, version in same_program().items() if same.get(name) != version)
        raise PageError(page.name, Problem("worker_differs", page.notebook.name, detail={"name": other}))
    page = replace(page, notebook=Path(page.notebook.name))
    answer = _server().ask((plan, notebook, page, lang, tuple(links)))
    if isinstance(answer, Exception):
        raise answer
    return answer


class _Server:
    """A Python that has everything loaded, asked over its standard input and output."""

    def __init__(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "analysis.running.cluster"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, question: Any) -> Any:
        try:
            _send(self.process.stdin, question)
            return _receive(self.process.stdout)
        except (EOFError, BrokenPipeError):
            self.process.kill()
            _local.__dict__.clear()
            raise BrokenExecutor from None


_local = threading.local()


def _server() -> _Server:
    """This thread's own server: a worker with several threads makes several pages at once."""
    if not hasattr(_local, "server"):
        _local.server = _Server()
    return _local.server


def _send(stream: Any, what: Any) -> None:
    said = pickle.dumps(what)
    stream.write(struct.pack("!Q", len(said)) + said)
    stream.flush()


def _receive(stream: Any) -> Any:
    head = stream.read(8)
    if len(head) < 8:
        raise EOFError
    return pickle.loads(stream.read(struct.unpack("!Q", head)[0]))


def serve() -> None:
    """Make one page after the other, until nobody asks any more; what is printed goes to the worker's log."""
    from .engine import die_with_parent
    from .pool import as_page_error, page_alone
    from .render import warm_up
    from .shell import notebook_shell

    die_with_parent()
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    warm_up()
    notebook_shell()
    with tempfile.TemporaryDirectory() as home, contextlib.suppress(EOFError):
        os.chdir(home)
        while True:
            plan, notebook, page, lang, links = _receive(asked)
            try:
                page.notebook.write_bytes(notebook)
                _send(answers, page_alone(page, lang, links, plan=plan))
            except Exception as error:
                _send(answers, as_page_error(page, error))


if __name__ == "__main__":
    serve()
