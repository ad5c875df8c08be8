"""Each module knows only those above it."""

import ast
from pathlib import Path

import analysis

ORDER = [
    "cpr", "problems", "folders", "inputs", "agreement", "periods", "workbooks", "sources", "deliveries", "comments", "contracts", "declarations", "figures",
    "records", "intake", "consistency", "intervals", "observations", "relations", "inference", "knowledge", "disclosure", "editions", "certainty", "targets",
    "comparison", "seasons", "months", "leaks", "building", "plan", "templates", "statbank", "starter", "wording", "findings", "benchmarking", "elements",
    "audit", "tables", "twins", "drawing", "charts", "sections", "exports", "workbench", "parameters", "engine", "kernel", "papermill_engine", "render",
    "pool", "freshness", "reports", "cluster", "runs", "printing", "bundle", "__main__",
]  # fmt: skip
HOME = Path(analysis.__file__).parent


def imported(source: str) -> set[str]:
    """Modules of this package that a source text imports, wherever in it the import stands."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level:
            names |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "analysis":
            names |= {node.module.split(".")[1]} if "." in node.module else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("analysis.")}
    return names


def backward(sources: dict[str, str]) -> list[str]:
    """Imports that do not point up the order of reading."""
    return [
        f"{name} imports {other}"
        for name, source in sources.items()
        for other in sorted(imported(source))
        if other not in ORDER[: ORDER.index(name)]
    ]


def modules() -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in HOME.glob("*.py") if path.stem != "__init__"}


def test_every_module_has_a_place_in_the_order():
    assert set(modules()) <= set(ORDER)


def test_no_module_imports_one_that_comes_after_it():
    assert set().union(*map(imported, modules().values())), "no import was seen at all"
    assert backward({name: source for name, source in modules().items() if name in ORDER}) == []


def test_an_arrow_that_runs_backwards_is_seen_in_every_way_it_can_be_written():
    for line in ("from .plan import Plan", "from . import plan", "import analysis.plan", "from analysis.plan import Plan",
                 "from analysis import plan", "def late():\n    from .plan import Plan"):  # fmt: skip
        assert backward({"targets": line}) == ["targets imports plan"], line
        assert backward({"render": line}) == [], line
