"""The report's notebooks as they are handed over: run on the protected tables, with what they show, ready to be run again beside these tables.

Nothing in them tells where, when or by whom they were run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..promises.problems import PlanError
from ..running.handover import handed, packed
from ..running.parameters import INJECTED, PARAMETERS, Page, PageError, declared
from ..running.render import figures_of, run_notebook

if TYPE_CHECKING:
    from ..plan import Plan

FOLDER = "notebooks/plan"  # where the plan stands in the zip, by which they open it: found from the zip's folder and from `notebooks/`
_KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}


@dataclass
class Shown:
    """Notebooks with what they show, by name, and the key figures among that."""

    files: dict[str, bytes] = field(default_factory=dict)
    figures: list[dict[str, Any]] = field(default_factory=list)


def shown(plan: Plan, notebooks: Iterable[Path], lang: str) -> Shown:
    """These notebooks, run whole on a plan's protected tables; the one about an area on the plan's first. Raises `PlanError` where one fails."""
    asked = {"plan_folder": FOLDER, "year": plan.year, "lang": lang, "internal": False}
    found, finished = Shown(), packed(asked, plan.complete())
    for path in sorted(notebooks):
        parameters = asked | ({"area": next(iter(plan.agreement.areas))} if "area" in declared(json.loads(path.read_bytes())) else {})
        page = Page(path.stem.replace("_", "-"), "", path, parameters)
        try:
            with handed(finished):
                notebook = run_notebook(page)
        except PageError as error:
            raise PlanError([error.problem]) from None
        found.files[f"notebooks/{path.name}"] = as_handed_over(notebook, parameters)
        found.figures += figures_of(page, notebook)
    return found


def as_handed_over(notebook: Any, parameters: dict[str, Any]) -> bytes:
    """A notebook that was run, as a file: its parameters stand where it declares them, so that it shows the same when it is run again."""
    read = json.loads(json.dumps(notebook))
    cells = [cell for cell in read["cells"] if INJECTED not in cell.get("metadata", {}).get("tags", [])]
    for cell in cells:
        tags = cell.get("metadata", {}).get("tags", [])
        cell["metadata"] = {"tags": tags} if tags else {}
        source = "".join(cell["source"])
        for name, value in parameters.items() if PARAMETERS in tags else ():
            written = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
            source = re.sub(rf"""(?m)^({name}\b[^=\n]*=\s*)("[^"]*"|'[^']*'|[^\s#]+)""", lambda found, written=written: found[1] + written, source)
        cell["source"] = source.splitlines(keepends=True)
    whole = {"cells": cells, "metadata": _KERNEL, "nbformat": read["nbformat"], "nbformat_minor": read["nbformat_minor"]}
    return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()
