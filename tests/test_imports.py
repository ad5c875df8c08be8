"""The packages stand in the order a figure passes them; each knows only those before it, and a module only those that do not know it."""

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import analysis

HOME = Path(analysis.__file__).parent
FLOW = ["promises", "reading", "judging", "protecting", "showing", "running", "sharing"]  # design: left to right; above them plan, and the commands
ABOVE = ["plan", "help", "__main__"]


def imported(tree: ast.Module, package: str) -> set[str]:
    """What a module of a package (empty: of none) imports of this program, as `package.module`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] == "analysis"):
            here = package.split(".")[: package.count(".") + 2 - node.level] if package and node.level else []
            base = [*here, *(node.module or "").split(".")[0 if node.level else 1 :]]
            base = [part for part in base if part]
            found |= {".".join([*base, alias.name]) for alias in node.names} if (HOME / Path(*base)).is_dir() else {".".join(base)}
        elif isinstance(node, ast.Import):
            found |= {alias.name.removeprefix("analysis.") for alias in node.names if alias.name.startswith("analysis.")}
    return found


@cache
def at_run_time(source: str) -> ast.Module:
    """The source, parsed, without what stands under `if TYPE_CHECKING`, which only names what is passed in."""

    class Without(ast.NodeTransformer):
        def visit_If(self, node: ast.If) -> ast.AST | None:
            return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)

    return Without().visit(ast.parse(source))


def place(name: str) -> int:
    """How far along the flow a module stands."""
    first = name.split(".")[0]
    return [*FLOW, *ABOVE].index(first)


def modules() -> dict[str, str]:
    """Every module's source by `package.module`."""
    paths = [path for path in HOME.rglob("*.py") if path != HOME / "__init__.py"]
    return {".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__"): path.read_text(encoding="utf-8") for path in paths}


def package_of(name: str) -> str:
    """The package a module stands in; empty for those above the packages."""
    return name if (HOME / Path(*name.split("."))).is_dir() else name.rpartition(".")[0]


def backward(sources: dict[str, str]) -> list[str]:
    """Imports that run against the flow from package to package."""
    return [
        f"{name} imports {other}"
        for name, source in sources.items()
        for other in sorted(imported(at_run_time(source), package_of(name)))
        if place(other) > place(name)
    ]


def test_the_packages_are_those_of_the_flow_and_no_module_lies_beside_them():
    assert {path.name for path in HOME.iterdir() if path.is_dir() and any(path.glob("*.py"))} == set(FLOW)
    assert {path.stem for path in HOME.glob("*.py")} == {"__init__", *ABOVE}


def test_no_package_imports_one_that_comes_after_it():
    assert len(set().union(*(imported(at_run_time(source), package_of(name)) for name, source in modules().items()))) > 30, "hardly an import was seen"
    assert backward(modules()) == []


def test_no_two_modules_need_each_other():
    known = modules()
    arrows = {name: {other for other in imported(at_run_time(source), package_of(name)) if other in known and other != name} for name, source in known.items()}
    try:
        order = list(TopologicalSorter(arrows).static_order())
    except CycleError as error:
        pytest.fail(f"these need each other: {error.args[1]}")
    assert len(order) == len(known)


def test_every_package_says_what_comes_in_what_goes_out_and_what_it_may_not_know():
    for package in FLOW:
        said = (ast.get_docstring(ast.parse((HOME / package / "__init__.py").read_text(encoding="utf-8"))) or "").splitlines()
        assert 4 <= len(said) <= 7, package
        assert " go" in " ".join(said) and "may" in said[-1], package


@pytest.mark.parametrize(
    "line",
    [
        "from ..plan import Plan",
        "from .. import plan",
        "import analysis.plan",
        "from analysis.plan import Plan",
        "from analysis import plan",
        "from ..running.building import build",
        "from ..running import building",
        "def late():\n    from ..plan import Plan",
    ],
)
def test_an_arrow_that_runs_backwards_is_seen_in_every_way_it_can_be_written(line):
    assert len(backward({"judging.targets": line})) == 1
    assert backward({"judging.targets": f"if TYPE_CHECKING:\n    {line.splitlines()[-1].strip()}"}) == []
    assert backward({"__main__": line.replace("from ..", "from .")}) == []
