"""A notebook run in a process forked for it: the outputs of a kernel, without starting one.

The process inherits every module already loaded and its memory is its own, so nothing leaks from one notebook to the
next; it opens no port. Each finished cell is reported over a pipe, so that what ran is known however the process ends.
Registered with papermill as well: `papermill --engine forked`.
"""

import contextlib
import ctypes
import io
import json
import os
import selectors
import signal
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..promises.catalogue import FALLBACK, say_problem

CELL_SECONDS, RUN_SECONDS = 300.0, 1200.0
CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"  # macOS: forking is not safe once frameworks are loaded
_POLL = 0.5  # seconds after which a process that left its pipe open behind it is looked for


class Stopped(Exception):
    """A notebook that did not come to its end: at which cell (from 0), the kind of error, and what was said.

    What the notebook itself did not say has the code of a problem, and its details.
    """

    def __init__(self, cell: int, kind: str, said: str = "", code: str = "", **detail: Any):
        self.code, self.detail = code, {"cell": cell + 1, **detail}
        self.cell, self.kind, self.said = cell, kind, said or say_problem(code, FALLBACK, **self.detail)
        super().__init__(cell, kind, self.said)


def light_imports() -> None:
    """Load the notebook format without the grammar of web addresses, 0.7 s of its 0.9: no notebook here is checked for those."""
    missing = "rfc3987_syntax" not in sys.modules
    if missing:
        sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    try:
        import nbformat  # noqa: F401
    finally:
        if missing:
            del sys.modules["rfc3987_syntax"]


def cells_to_run(notebook: Any, without: str = "") -> list[int]:
    """The places of the cells that are run: all code but that of cells with the tag `without`. What cells showed before is taken out of all."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return code_cells(notebook, without)


def code_cells(notebook: Any, without: str = "") -> list[int]:
    """The places of the cells with code, but of those with the tag `without`."""
    cells = enumerate(notebook.cells)
    return [place for place, cell in cells if cell.cell_type == "code" and cell.source.strip() and without not in cell.metadata.get("tags", ())]


def run_forked(
    notebook: Any,
    cwd: Path,
    cell_seconds: float | None = None,
    run_seconds: float | None = None,
    report: Callable[[int, bool], None] = lambda cell, done: None,
    without: str = "",
) -> None:
    """Run the code cells in a forked process and put their outputs into the notebook; `report` is called at each cell's start and end.

    Cells with the tag `without` are passed over.

    Raises `Stopped` for a cell that failed, a process that died and a limit that passed; the notebook then holds what came
    before, and the error.
    """
    cells = cells_to_run(notebook, without)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _run_cells([notebook.cells[number].source for number in cells], writer, cwd)  # never returns
    os.close(writer)
    try:
        _follow(notebook, cells, reader, child, cell_seconds or CELL_SECONDS, run_seconds or RUN_SECONDS, report)
    except Stopped as stopped:
        outputs = notebook.cells[stopped.cell].outputs
        if not any(output["output_type"] == "error" for output in outputs):
            outputs.append(_node({"output_type": "error", "ename": stopped.kind, "evalue": stopped.said, "traceback": [stopped.said]}))
        raise
    finally:
        os.close(reader)
        _end(child)


def _follow(notebook: Any, cells: list[int], reader: int, child: int, cell_seconds: float, run_seconds: float, report: Callable[[int, bool], None]) -> None:
    """Take in one finished cell after the other; raise as soon as one fails, the process is gone or the time is up."""
    end = time.monotonic() + run_seconds
    pipe = _Told(reader, child)

    def message(number: int) -> bytes:
        limit = time.monotonic() + cell_seconds
        try:
            said = pipe.next(min(limit, end))
        except TimeoutError:
            code, most = ("notebook_slow", run_seconds) if end <= limit else ("cell_slow", cell_seconds)
            raise Stopped(number, "TimeoutError", code=code, seconds=f"{most:g}") from None
        if said is None:
            raise _dead(number, child)
        return said

    if cells:
        message(cells[0])  # all is set up: that is no cell's time
    for number in cells:
        report(number, False)
        said = json.loads(message(number))
        for earlier, outputs in zip(cells, said["earlier"], strict=False):  # a cell may change what an earlier one shows
            notebook.cells[earlier].outputs = [_node(output) for output in outputs]
        notebook.cells[number].outputs = [_node(output) for output in said["outputs"]]
        notebook.cells[number].execution_count = said["count"]
        report(number, True)
        if said["failed"]:
            error = next((output for output in said["outputs"] if output["output_type"] == "error"), None)
            kind, words = (error["ename"], error["evalue"]) if error else said["failed"]
            raise Stopped(number, kind, words)


def _node(output: dict[str, Any]) -> Any:
    from nbformat import from_dict

    return from_dict(output)


class _Told:
    """What a forked process sends over its pipe, message by message."""

    def __init__(self, reader: int, child: int):
        self.reader, self.child, self.data = reader, child, bytearray()

    def next(self, deadline: float) -> bytes | None:
        """The next whole message; None when no more can come. Raises `TimeoutError` at the deadline."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.reader, selectors.EVENT_READ)
            while (message := self._whole()) is None:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                if selector.select(min(left, _POLL)):
                    if not (more := os.read(self.reader, 1 << 20)):
                        return None
                    self.data += more
                elif _is_gone(self.child):  # what it started may hold the pipe open
                    return None
        return message

    def _whole(self) -> bytes | None:
        if len(self.data) < 4 or len(self.data) < (size := 4 + struct.unpack("!I", self.data[:4])[0]):
            return None
        message = bytes(self.data[4:size])
        del self.data[:size]
        return message


def _is_gone(child: int) -> bool:
    """Whether a process has ended, leaving its exit code to be asked for."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _dead(cell: int, child: int) -> Stopped:
    """How a process ended in a cell."""
    info = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    if info.si_code == os.CLD_EXITED:
        return Stopped(cell, "DeadProcess", code="process_ended", status=info.si_status)
    return Stopped(cell, "DeadProcess", code="process_killed", signal=signal.Signals(info.si_status).name)


def _end(child: int) -> None:
    """Nothing of the notebook's process, or of what it started, is left running."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def die_with_parent() -> None:
    """This process ends when the one that forked it does, however that ends; where the system offers it (Linux)."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _run_cells(sources: list[str], writer: int, cwd: Path) -> None:
    """The forked process: run each cell and send its outputs; ends the process."""
    code = 1
    try:
        os.setsid()
        die_with_parent()
        for kind in (signal.SIGTERM, signal.SIGINT):
            signal.signal(kind, signal.SIG_DFL)
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        os.environ["TZ"] = "UTC"
        time.tzset()
        os.chdir(cwd)
        from .shell import notebook_shell  # loads IPython, which is there already in whoever forks

        shell = notebook_shell()
        sys.stdout, sys.stderr = _Stream("stdout", shell.outputs), _Stream("stderr", shell.outputs)
        _send(writer, b"")
        ended: list[list[dict[str, Any]]] = []
        for source in sources:
            shell.outputs.clear()
            shell.earlier_changed.clear()
            result = shell.run_cell(source, store_history=True)
            error = result.error_before_exec or result.error_in_exec
            failed = [type(error).__name__, str(error)] if error else None
            failed = failed or next(([each["ename"], each["evalue"]] for each in shell.outputs if each["output_type"] == "error"), None)
            earlier = ended if shell.earlier_changed else []
            said = {"outputs": shell.outputs, "count": result.execution_count, "failed": failed, "earlier": earlier}
            _send(writer, json.dumps(said).encode())
            ended.append(list(shell.outputs))
            if failed:
                break
        code = 0
    finally:
        os._exit(code)  # no clean-up that belongs to the process this one was forked from


def _send(writer: int, message: bytes) -> None:
    data = struct.pack("!I", len(message)) + message
    while data:
        data = data[os.write(writer, data) :]


class _Stream(io.TextIOBase):
    """What is printed, as outputs of the running cell."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: list[dict[str, Any]]):
        self.name, self.outputs = name, outputs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == self.name:
            last["text"] += text
        elif text:
            self.outputs.append({"output_type": "stream", "name": self.name, "text": text})
        return len(text)
