"""What a page is made from: a notebook and its parameters, all checked before anything runs.

A parameter's name becomes code, so only names that the notebook declares are let through, with values of the
declared type. papermill itself would warn, and make a report about the default area.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..promises.problems import ID, closest

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
    """A page that could not be made: which notebook and cell, and why. `notebook` holds it as far as it came."""

    def __init__(self, page: str, reason: str, notebook: str = ""):
        super().__init__(page, reason, notebook)
        self.page, self.reason, self.notebook = page, reason, notebook


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
        raise PageError("page", f"{page.notebook.name}: '{page.name}' is no name for a page; use letters a–z, digits, _ and -")
    if reason := wrong_parameter(page.parameters, declared(notebook)):
        raise PageError(page.name, f"{page.notebook.name}: {reason}")


def wrong_parameter(given: Mapping[str, Any], known: Mapping[str, str]) -> str:
    """What is wrong with the first wrong parameter; empty when all are as declared."""
    for name, value in given.items():
        if not isinstance(name, str) or not name.isidentifier():
            return f"{str(name)[:40]!r} cannot be the name of a parameter"
        if name not in known:
            near = closest(name, known)
            return f"no parameter '{name}'; " + (f"did you mean '{near}'?" if near else f"known: {', '.join(sorted(known))}")
        if not _is_a(value, known[name]):
            return f"parameter '{name}' must be {known[name]}, not {type(value).__name__} {str(value)[:40]!r}"
    return ""


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
