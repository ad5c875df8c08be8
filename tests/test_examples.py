"""The examples in the docstrings of what an analyst calls are run, and every such function has one."""

import doctest
import inspect
import sys
from pathlib import Path
from types import ModuleType

import pytest
from pages import example_copy, plan_copy

import analysis
from analysis import plan
from analysis.judging import intervals
from analysis.showing import (
    audit,
    chart_tables,
    charts,
    elements,
    explanations,
    pages,
    place_charts,
    quality,
    run_charts,
    sections,
    sheet_maps,
    tables,
    years_tables,
)

OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
CALLED = [
    plan.Plan,
    charts,
    run_charts,
    place_charts,
    chart_tables,
    tables,
    pages,
    explanations,
    audit,
    elements,
    sections,
    sheet_maps,
    years_tables,
    quality,
    intervals,
]  # what notebooks are written with
FRAME = {
    "escape",
    "table",
    "together",
    "title",
    "breakable",
    "figure",
    "area_name",
    "area_names",
    "reason_of",
    "before_and_after",
}  # what elements are made with: no analyst calls it


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> plan.Plan:
    home = tmp_path_factory.mktemp("examples")
    plan_copy(home)
    return plan.Plan.load(example_copy(tmp_path_factory.getbasetemp(), home), 2021)


def public(where: ModuleType | type) -> dict[str, object]:
    """The functions of a module, or the methods and properties of a class, that do not begin with an underscore."""
    if inspect.ismodule(where):
        return {
            name: each
            for name, each in vars(where).items()
            if inspect.isfunction(each) and each.__module__ == where.__name__ and not name.startswith("_") and name not in FRAME
        }
    return {name: each for name, each in vars(where).items() if not name.startswith("_")}


def doc(each: object) -> str:
    return inspect.getdoc(getattr(each, "__func__", each)) or ""


EVERY = [(where, name) for where in CALLED for name in public(where)]


@pytest.mark.parametrize(("where", "name"), EVERY, ids=[f"{where.__name__}.{name}" for where, name in EVERY])
def test_its_example_gives_what_it_says(where, name, example, monkeypatch, capsys):
    monkeypatch.chdir(example.folder.parents[1])
    given = {**vars(inspect.getmodule(where)), **vars(sys.modules[__name__]), "plan": example, "Plan": analysis.Plan}
    found = doctest.DocTestParser().get_doctest(doc(public(where)[name]), given, name, str(Path(inspect.getfile(where))), 0)
    assert found.examples, "an example is missing"
    assert doctest.DocTestRunner(optionflags=OPTIONS).run(found).failed == 0, capsys.readouterr().out


def test_the_examples_are_looked_for_where_analysts_call():
    assert len(EVERY) > 60
