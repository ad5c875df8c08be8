"""What a page is made from: a notebook and its parameters, all checked before anything runs.

A parameter's name becomes code, so only names that the notebook declares are let through, with values of the
declared type. papermill itself would warn, and make a report about the default area.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..promises.problems import ID, Problem, closest

ANALYST, PARAMETERS, INJECTED = "analyst", "parameters", "injected-parameters"  # cell tags: for JupyterLab only; papermill's own two
TYPES = {"int": int, "str": str, "bool": bool, "float": float}


@dataclass(frozen=True)
class Page:
    """One page to make: its name (a slug), title, notebook and the notebook's parameters."""

    name: str
    title: str
    notebook: Path
    parameters: dict[str, Any] = field(default_factory=dict)


class PageError(Exception):
    """A page that could not be made, and why. `notebook` holds it as far as it came."""

    def __init__(self, page: str, problem: Problem, notebook: str = ""):
        super().__init__(page, problem, notebook)
        self.page, self.problem, self.notebook = page, problem, notebook

    @property
    def reason(self) -> str:
        """Why, in one line, as it stands in the log."""
        return str(self.problem)

    def __str__(self) -> str:
        return self.reason

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the reason, instead of a stack of calls."""
        return [self.reason]


def declared(notebook: Mapping[str, Any]) -> dict[str, str]:
    """The parameters a notebook declares, each with the name of its type; of a value without one, the value's."""
    found = {}
    for cell in notebook["cells"]:
        if PARAMETERS not in cell["metadata"].get("tags", ()):
            continue
        for line in ast.parse("".join(cell["source"])).body:
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                found[line.target.id] = ast.unparse(line.annotation)
            elif isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant):
                found |= {target.id: type(line.value.value).__name__ for target in line.targets if isinstance(target, ast.Name)}
    return found


def check_parameters(page: Page, notebook: Mapping[str, Any]) -> None:
    """Refuse a page whose name is no slug, or a parameter that its notebook does not declare or of another type."""
    if not ID.fullmatch(page.name):
        raise PageError("page", Problem("page_name", page.notebook.name, page.name))
    if problem := wrong_parameter(page.parameters, declared(notebook), page.notebook.name):
        raise PageError(page.name, problem)


def wrong_parameter(given: Mapping[str, Any], known: Mapping[str, str], notebook: str = "") -> Problem | None:
    """What is wrong with the first wrong parameter; None when all are as declared."""
    for name, value in given.items():
        if not isinstance(name, str) or not name.isidentifier():
            return Problem("parameter_name", notebook, str(name)[:40])
        if name not in known:
            if near := closest(name, known):
                return Problem("no_parameter_near", notebook, name, detail={"near": near})
            return Problem("no_parameter", notebook, name, detail={"known": ", ".join(sorted(known))})
        if not _is_a(value, known[name]):
            return Problem("parameter_kind", notebook, str(value)[:40], detail={"name": name, "kind": known[name], "given": type(value).__name__})
    return None


def only_declared(names: Mapping[str, Any]) -> None:
    """Refuse a parameter that papermill has set and the notebook does not declare, or of another type; `names` are the notebook's `globals()`.

    Asked for by the notebook itself: papermill alone would warn of `aera`, and make a page about the default area.
    """
    injected = [ast.parse(source) for source in names["In"] if source.startswith("# Parameters")]
    given = [target.id for cell in injected for line in cell.body if isinstance(line, ast.Assign) for target in line.targets if isinstance(target, ast.Name)]
    known = {name: kind.__name__ for name, kind in names["__annotations__"].items()}
    if problem := wrong_parameter({name: names[name] for name in given}, known, "papermill"):
        raise PageError("page", problem)


def _is_a(value: Any, kind: str) -> bool:
    """Whether a value is of the declared type; a kind we do not know is never met."""
    if kind == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return kind in TYPES and type(value) is TYPES[kind]


def with_parameters(notebook: Any, parameters: Mapping[str, Any]) -> Any:
    """The notebook with a cell that sets the parameters, after the one that declares them; as papermill writes it."""
    from nbformat.v4 import new_code_cell

    if not parameters:
        return notebook
    lines = [f"{name} = {_literal(value)}" for name, value in parameters.items()]
    cell = new_code_cell("\n".join(["# Parameters", *lines, ""]), id=INJECTED, metadata={"tags": [INJECTED]})
    place = next(number for number, each in enumerate(notebook.cells, 1) if PARAMETERS in each.metadata.get("tags", ()))
    notebook.cells.insert(place, cell)
    return notebook


def _literal(value: Any) -> str:
    """A value as Python code, a text in ASCII within double quotes."""
    if not isinstance(value, str):
        return repr(value)
    return '"' + value.encode("unicode_escape").decode("ascii").replace('"', '\\"') + '"'
