"""`papermill --engine forked`: papermill itself, with notebooks run in a forked process instead of a kernel.

A parameter that the notebook does not declare, or of another type, is refused here too; papermill alone would warn.
"""

from pathlib import Path
from typing import Any

from papermill.engines import Engine

from .engine import Stopped, run_forked
from .parameters import declared, wrong_parameter


class ForkedEngine(Engine):
    """Runs all code cells of a notebook in one process forked from this one."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, execution_timeout: float | None = None, **_: Any) -> None:
        """What papermill calls: outputs go into the notebook, and papermill hears of every cell."""
        notebook = nb_man.nb
        if problem := wrong_parameter(notebook.metadata.papermill.get("parameters", {}), declared(notebook), "papermill"):
            raise ValueError(str(problem))

        def report(cell: int, done: bool) -> None:
            (nb_man.cell_complete if done else nb_man.cell_start)(notebook.cells[cell], cell)

        try:
            run_forked(notebook, Path.cwd(), cell_seconds=execution_timeout, report=report)
        except Stopped as stopped:
            nb_man.cell_exception(notebook.cells[stopped.cell], stopped.cell, exception=stopped)
            if stopped.kind in ("TimeoutError", "DeadProcess"):
                raise
