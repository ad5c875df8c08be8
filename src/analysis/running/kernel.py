"""A notebook run by a stock kernel through papermill: where no process can be forked (Windows), or on `--engine kernel`.

Same outputs and same errors as `engine`, at the price of starting Python and loading every library for each notebook.
"""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import engine
from .engine import Stopped, cells_to_run, light_imports
from .handover import handed_to_kernel

_CLOCK = ("papermill", "execution")  # what papermill and nbclient write into the notebook about when it ran

_STARTS = 3  # two kernels that start at once may choose the same port; then one of them starts again
_NEVER_STARTED = "Kernel died before replying to kernel_info"


def run_in_kernel(notebook: Any, cwd: Path, cell_seconds: float | None = None, run_seconds: float | None = None, without: str = "") -> None:
    """Run the code cells in a fresh kernel and put their outputs into the notebook; takes and raises what `engine.run_forked` does."""
    cells = cells_to_run(notebook, without)
    light_imports()
    from papermill.engines import papermill_engines
    from papermill.utils import chdir

    cell_seconds, end = cell_seconds or engine.CELL_SECONDS, time.monotonic() + (run_seconds or engine.RUN_SECONDS)
    language = dict(notebook.metadata.get("language_info", {}))
    failure: Exception | None = None
    with _quiet_kernel(), handed_to_kernel(), chdir(str(cwd)):
        for _ in range(_STARTS):
            notebook.metadata["papermill"] = {}
            try:
                papermill_engines.execute_notebook_with_engine(
                    None,
                    notebook,
                    kernel_name="python3",
                    output_path=None,
                    progress_bar=False,
                    log_output=False,
                    start_timeout=60,
                    config=_config(without),
                    timeout_func=lambda cell: max(1, round(min(cell_seconds, end - time.monotonic()))),
                )
                failure = None
            except Exception as error:  # a dead kernel, a cell over its time
                failure = error
            if failure is None or _NEVER_STARTED not in str(failure):
                break
    _without_clock(notebook, language)
    _require_end(notebook, cells, failure)


def _require_end(notebook: Any, cells: list[int], failure: Exception | None) -> None:
    """Raise for the first of these cells that failed or did not end; papermill says "completed" even of those."""
    for number in cells:
        cell = notebook.cells[number]
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if errors and failure and errors[0].ename == "KeyboardInterrupt":  # what a cell over its time is stopped by
            slow = Stopped(number, "TimeoutError", code="cell_or_notebook_slow")
            cell.outputs.append(_error(slow.kind, slow.said))
            raise slow
        if errors:
            raise Stopped(number, errors[0].ename, errors[0].evalue)
        if cell.execution_count is None:
            stopped = _stopped_by(number, failure)
            cell.outputs.append(_error(stopped.kind, stopped.said))
            raise stopped
    if failure:
        last = max(cells, default=0)
        stopped = _stopped_by(last, failure)
        notebook.cells[last].setdefault("outputs", []).append(_error(stopped.kind, stopped.said))
        raise stopped


def _stopped_by(cell: int, failure: Exception | None) -> Stopped:
    """A cell that did not run, by what papermill raised where it raised something."""
    said = (str(failure or "").strip().splitlines() or [""])[0]
    return Stopped(cell, type(failure).__name__ if failure else "NotRun", said, "" if said else "cell_not_run")


def _error(kind: str, said: str) -> Any:
    from nbformat.v4 import new_output

    return new_output("error", ename=kind, evalue=said, traceback=[said])


def _without_clock(notebook: Any, language: dict[str, Any]) -> None:
    """The notebook without when and by what it was run, so that the same inputs give the same bytes."""
    for part in (notebook, *notebook.cells):
        for name in _CLOCK:
            part.metadata.pop(name, None)
    notebook.metadata["language_info"] = language
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs[:] = _joined(cell.outputs)


def _joined(outputs: list[Any]) -> list[Any]:
    """Outputs with what was printed in several pieces as one: how it was cut is chance."""
    kept: list[Any] = []
    for output in outputs:
        last = kept[-1] if kept else None
        if last and output.output_type == "stream" and last.output_type == "stream" and last.name == output.name:
            last.text += output.text
        else:
            kept.append(output)
    return kept


def _config(without: str) -> Any:
    """Kernels that encrypt what they say on their local ports, keep their own log to themselves, and pass over cells with this tag."""
    from traitlets.config import Config

    passed_over = {"skip_cells_with_tag": without} if without else {}
    return Config(KernelManager={"transport_encryption": "auto"}, NotebookClient={"extra_arguments": ["--log-level=50"], **passed_over})


@contextlib.contextmanager
def _quiet_kernel() -> Iterator[None]:
    """Kernels in one fixed zone and with a home of their own, so that a read-only or foreign one does not matter."""
    before = {name: os.environ.get(name) for name in ("IPYTHONDIR", "TZ")}
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"IPYTHONDIR": home, "TZ": "UTC"}
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
