"""The examples in the docstrings of what an analyst calls are run, and every such function has one."""

import doctest
import importlib
import inspect
import sys
from pathlib import Path
from types import ModuleType

import pytest
from pages import example_copy, plan_copy

import analysis
from analysis import plan, showing
from analysis.judging import intervals
from analysis.promises.problems import PlanError
from analysis.showing import chart_tables, elements

OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
MODULES = {name: importlib.import_module(f"analysis.showing.{name}") for name in showing.__all__}
FOR_ANALYSTS = [*MODULES.values()]
CALLED = [plan.Plan, *FOR_ANALYSTS, chart_tables, elements, intervals]  # what notebooks are written with
FRAME = {
    "index",
    "escape",
    "table",
    "together",
    "breakable",
    "figure",
    "area_name",
    "area_names",
}  # what elements and page one are made with: no analyst calls it
ASKED = {"lang", "indicator", "criterion", "promise", "area", "place", "areas", "references", "places", "source"}
RIGHT = {"lang": "en", "indicator": "safe_share", "criterion": "T1a", "area": "motalavej", "place": "motalavej", "areas": ["motalavej"]}


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> plan.Plan:
    home = tmp_path_factory.mktemp("examples")
    plan_copy(home)
    return plan.Plan.load(example_copy(tmp_path_factory.getbasetemp(), home), 2021)


def public(where: ModuleType | type) -> dict[str, object]:
    """The functions of a module, or the methods and properties of a class, that do not begin with an underscore."""
    if inspect.ismodule(where):
        own = {name: each for name, each in vars(where).items() if inspect.isfunction(each) and each.__module__ == where.__name__}
        return {name: own[name] for name in getattr(where, "__all__", own) if not name.startswith("_")}
    return {name: each for name, each in vars(where).items() if not name.startswith("_")}


def doc(each: object) -> str:
    return inspect.getdoc(getattr(each, "__func__", each)) or ""


EVERY = [(where, name) for where in CALLED for name in public(where) if name not in FRAME]


@pytest.mark.parametrize(("where", "name"), EVERY, ids=[f"{where.__name__}.{name}" for where, name in EVERY])
def test_its_example_gives_what_it_says(where, name, example, monkeypatch, capsys):
    monkeypatch.chdir(example.folder.parents[1])
    given = {**vars(inspect.getmodule(where)), **vars(sys.modules[__name__]), **MODULES, "plan": example, "Plan": analysis.Plan}
    found = doctest.DocTestParser().get_doctest(doc(public(where)[name]), given, name, str(Path(inspect.getfile(where))), 0)
    assert found.examples, "an example is missing"
    assert doctest.DocTestRunner(optionflags=OPTIONS).run(found).failed == 0, capsys.readouterr().out


def test_the_examples_are_looked_for_where_analysts_call():
    assert len(EVERY) > 60


@pytest.mark.parametrize("where", FOR_ANALYSTS, ids=lambda where: where.__name__)
def test_an_editor_offers_what_is_meant_for_analysts_and_nothing_else(where):
    assert dir(where) == where.__all__ == list(public(where)) and where.__all__


def asked_by_id() -> list[tuple[object, str, str]]:
    """Each call for analysts with each of its arguments that is an id, or several."""
    called = [(each, name, call) for each in [plan.Plan, *FOR_ANALYSTS] for name, call in public(each).items() if inspect.isfunction(call)]
    return [(each, name, argument) for each, name, call in called for argument in inspect.signature(call).parameters if argument in ASKED]


BY_ID = asked_by_id()


@pytest.mark.parametrize(("where", "name", "argument"), BY_ID, ids=[f"{where.__name__}.{name}-{argument}" for where, name, argument in BY_ID])
def test_a_call_with_an_id_that_is_none_says_so_in_one_line(where, name, argument, example):
    call = public(where)[name]
    needed = {each for each, known in inspect.signature(call).parameters.items() if known.default is inspect.Parameter.empty}
    right = {each: RIGHT.get(each, []) for each in needed - {"self", "plan", "found"}}
    with pytest.raises(PlanError) as refused:
        call(example if "found" not in needed else [], **right | {argument: "motalavje"})
    (line,) = refused.value._render_traceback_()
    assert "motalavje – is n" in line and ("did you mean 'motalavej'?" in line or "known: " in line)
    assert refused.value.wrongly_requested


def test_every_kind_of_id_is_asked_for_somewhere():
    assert {argument for _, _, argument in BY_ID} == ASKED and len(BY_ID) > 80


def test_one_id_stands_for_a_list_of_one(example):
    assert example.yearly("safe_share", "motalavej").equals(example.yearly("safe_share", ["motalavej"]))
    assert (
        showing.charts.lines(example, "en", "safe_share", "motalavej", "denmark").text
        == showing.charts.lines(example, "en", "safe_share", ["motalavej"], ["denmark"]).text
    )
