"""The workbench served to partners, by Voilà: from a folder that holds the plan's protected tables and nothing else, and answers to whoever has the token."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat

from ..promises.agreement import find_folder
from ..promises.problems import PlanError, Problem
from ..reading.inputs import processed_folder
from .freshness import up_to_date
from .handover import FILE, packed

LOOPBACK = "127.0.0.1"
_CELL = """from analysis import Plan
from analysis.showing.workbench import Workbench

Workbench(Plan.load, {folder!r}, {lang!r}, partners=True)"""
_CLOSED = (  # nothing of the folder is handed out as a file, no page is made otherwise than here, no text of an error is shown
    "--VoilaConfiguration.file_denylist=.*",
    "--VoilaConfiguration.allow_template_override=NO",
    "--VoilaConfiguration.allow_theme_override=NO",
    "--VoilaConfiguration.show_tracebacks=False",
    "--VoilaConfiguration.strip_sources=True",
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_interval=60",
)


def require_protected(raw: str) -> Path:
    """The plan folder, if its tables are the protected ones that `build` made of its deliveries as they are; raises `PlanError` otherwise.

    Nothing is built here: what partners may see is decided before they look.
    """
    folder = find_folder(raw)
    if not up_to_date(home := processed_folder(folder), folder):
        raise PlanError([Problem("not_protected", str(raw), home.name, detail={"folder": raw})])
    return folder


def has_voila() -> bool:
    """Whether what serves the workbench is installed: it is an extra."""
    return find_spec("voila") is not None


@contextmanager
def laid_out(plan: Any, lang: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """Within the block a folder of its own with the notebook to serve, and the environment in which it finds this plan, and no other."""
    if plan.internal:
        raise ValueError("true figures are not served")
    with TemporaryDirectory(prefix="tryghed-") as home:  # its owner's alone
        served, name = Path(home) / "served", plan.folder.name
        served.mkdir()
        (handed := Path(home) / "plan").write_bytes(packed({"plan_folder": name, "year": None, "internal": False}, plan.complete()))
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(_CELL.format(folder=name, lang=lang))])
        notebook.metadata |= {"title": plan.agreement.name[lang], "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(notebook, served / "partners.ipynb")
        kept = {key: value for key, value in os.environ.items() if not key.startswith("TRYGHED_") and key not in ("PWD", "OLDPWD")}
        yield served, kept | {FILE: str(handed)}


def command(served: Path, address: str, port: int | None, browser: bool) -> list[str]:
    """What serves that folder's notebook at an address, to whoever has the token that is made for this run and printed with it."""
    where = [f"--Voila.ip={address}", *([f"--port={port}", "--Voila.port_retries=0"] if port else [])]
    shown = [] if browser else ["--no-browser"]
    return [sys.executable, "-m", "voila", str(served / "partners.ipynb"), "--Voila.auto_token=True", *where, *shown, *_CLOSED]
