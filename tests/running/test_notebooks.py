"""The notebooks: readable by an analyst, and run as they are by plain papermill."""

import ast
import io
import re
import shutil
import statistics
import tokenize
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import nbformat
import papermill
import pytest
from pages import ROOT, example_copy, plan_copy, real_copy, soup, text
from papermill.exceptions import PapermillExecutionError

from analysis.plan import Plan
from analysis.promises.problems import PlanError
from analysis.running.engine import CAN_FORK, Stopped, run_forked
from analysis.running.handover import handed, packed
from analysis.running.kernel import run_in_kernel
from analysis.running.parameters import with_parameters
from analysis.running.render import render_page
from analysis.running.reports import pages_of

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MODEL = ROOT / "notebooks" / "explore" / "motalavej.ipynb"
PAGES = ["area", "data_check", "method", "partnership"]
# A number in prose goes stale when the figures change. These cannot: they name a method, not a result.
CONSTANTS = [r"95(\u00a0| )?%"]


def notebook(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", ()))


def code(path: Path) -> list[str]:
    """The code cells of a notebook as text."""
    return [cell.source for cell in notebook(path).cells if cell.cell_type == "code"]


def nodes(path: Path) -> list[ast.AST]:
    """Everything in the code of a notebook; a magic or a shell command is no Python and fails here."""
    return [node for source in code(path) for node in ast.walk(ast.parse(source))]


def headings(cell) -> list[int]:
    """The levels of a prose cell's headings."""
    return [len(mark) for mark in re.findall(r"(?m)^(#+) ", cell.source)]


each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
each_and_the_model = pytest.mark.parametrize("path", [*NOTEBOOKS, MODEL], ids=lambda path: path.stem)


def test_there_is_a_notebook_for_every_kind_of_page():
    assert set(PAGES) <= {path.stem for path in NOTEBOOKS}


# --- style ---------------------------------------------------------------------------------------------


@each_and_the_model
def test_it_is_committed_without_results(path):
    nbformat.validate(notebook(path))
    for cell in notebook(path).cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)
        assert not {"papermill", "execution"} & set(cell.metadata)
    assert "papermill" not in notebook(path).metadata


@each
def test_its_parameters_are_typed_literals_each_with_a_comment(path):
    cells = [cell for cell in notebook(path).cells if "parameters" in tags(cell)]
    assert len(cells) == 1 and cells[0].cell_type == "code"
    assert cells[0].source == code(path)[0], "the parameters come before all other code"
    types = {"int": int, "str": str, "bool": bool, "float": float}
    statements = ast.parse(cells[0].source).body
    assert statements
    for statement in statements:
        assert isinstance(statement, ast.AnnAssign) and isinstance(statement.value, ast.Constant), ast.unparse(statement)
        assert type(statement.value.value) is types[statement.annotation.id]
    comments = {token.start[0] for token in tokenize.generate_tokens(io.StringIO(cells[0].source).readline) if token.type == tokenize.COMMENT}
    assert {statement.lineno for statement in statements} == comments


@each
def test_papermill_can_explain_every_parameter(path):
    known = papermill.inspect_notebook(path)
    assert known and all(entry["inferred_type_name"] != "None" and entry["help"] for entry in known.values())


@each_and_the_model
def test_it_defines_nothing(path):
    forbidden = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert not [ast.unparse(node) for node in nodes(path) if isinstance(node, forbidden)]


@each_and_the_model
def test_it_calls_no_shell_and_no_magic(path):
    names = {node.id for node in nodes(path) if isinstance(node, ast.Name)}
    assert not names & {"get_ipython", "exec", "eval", "open", "__import__"}
    assert not {"os", "sys", "subprocess"} & imported(path)


def imported(path: Path) -> set[str]:
    found = {alias.name for node in nodes(path) if isinstance(node, ast.Import) for alias in node.names}
    return found | {str(node.module) for node in nodes(path) if isinstance(node, ast.ImportFrom)}


@each_and_the_model
def test_its_imports_stand_in_one_cell_of_their_own(path):
    trees = [ast.parse(source).body for source in code(path)]
    with_imports = [body for body in trees if any(isinstance(node, (ast.Import, ast.ImportFrom)) for part in body for node in ast.walk(part))]
    assert len(with_imports) == 1
    assert all(isinstance(part, (ast.Import, ast.ImportFrom)) for part in with_imports[0])


@each
def test_no_path_stands_in_its_code_but_the_plan_folder(path):
    texts = {node.value for node in nodes(path) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert {found for found in texts if re.search(r"[/\\]|\.\w{2,5}$", found)} <= {"data/raw"}
    assert "pathlib" not in imported(path)


@each_and_the_model
def test_its_code_cells_are_short(path):
    lines = [len(source.splitlines()) for source in code(path)]
    assert max(lines) <= 12 and statistics.median(lines) <= 2


@each
def test_every_danish_cell_has_its_english_twin_next_to_it(path):
    prose = [cell for cell in notebook(path).cells if cell.cell_type == "markdown"]
    assert all(len(tags(cell) & {"da", "en", "analyst"}) == 1 for cell in prose), "one of da, en, analyst a cell"
    cells = notebook(path).cells
    danish = [number for number, cell in enumerate(cells) if "da" in tags(cell)]
    english = [number for number, cell in enumerate(cells) if "en" in tags(cell)]
    assert danish and english == [number + 1 for number in danish]
    for number in danish:
        one, other = cells[number : number + 2]
        assert headings(one) == headings(other) and one.source != other.source
        assert one.source.count("\n\n") == other.source.count("\n\n"), "as many paragraphs in both"


@each
def test_its_headings_make_no_jump(path):
    for language in ("da", "en"):
        levels = [1, *(level for cell in notebook(path).cells if language in tags(cell) for level in headings(cell))]
        assert all(after in range(2, before + 2) for before, after in pairwise(levels)), "h1 is the title's"


@each
def test_no_number_is_typed_in_prose(path):
    for cell in notebook(path).cells:
        if cell.cell_type == "markdown" and tags(cell) & {"da", "en"}:
            prose = re.sub("|".join(CONSTANTS), "", cell.source)
            assert not re.findall(r"\S*\d\S*", prose)


@pytest.mark.parametrize("name", PAGES)
def test_it_ends_with_where_the_figures_come_from(name):
    last = ast.parse(code(ROOT / "notebooks" / f"{name}.ipynb")[-1]).body[-1]
    assert isinstance(last, ast.Expr) and last.value.func.attr == "provenance"


@pytest.mark.parametrize("name", PAGES)
def test_what_is_for_analysts_asks_before_it_answers_and_draws_no_whole_section(name):
    cells = notebook(ROOT / "notebooks" / f"{name}.ipynb").cells
    answers = [number for number, cell in enumerate(cells) if cell.cell_type == "code" and "analyst" in tags(cell)]
    assert len(answers) >= 2 and all("analyst" in tags(cells[number - 1]) for number in answers)
    assert not [
        cells[number].source for number in answers if re.search(r"\b(sections|evidence|front|explanations|audit|pages|quality)\.", cells[number].source)
    ]


# --- execution -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """The notebooks and the plan folder as they stand in the project, and nothing else."""
    home = tmp_path_factory.mktemp("project")
    plan_copy(home)
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    return home


def executed(project: Path, name: str, cwd: Path, **parameters) -> nbformat.NotebookNode:
    """The notebook run by papermill as an analyst would, with the working folder at `cwd`."""
    return papermill.execute_notebook(project / "notebooks" / f"{name}.ipynb", None, parameters=parameters, cwd=cwd, progress_bar=False, execution_timeout=3600)


def shown(done: nbformat.NotebookNode) -> str:
    """Everything that the cells show, as one piece of HTML."""
    cells = [cell for cell in done.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    assert not [output for cell in cells for output in cell.outputs if output.output_type in ("error", "stream")]
    return "".join(output.data.get("text/html", "") for cell in cells for output in cell.outputs)


@pytest.mark.parametrize("name", PAGES)
def test_it_runs_without_parameters_in_the_projects_folder_and_forked_it_shows_the_same_byte_for_byte(project, name):
    done = executed(project, name, project)
    page = soup(shown(done))
    assert len(page.find_all("h1")) == 1 and page.find(id="provenance")
    if CAN_FORK:
        forked = notebook(project / "notebooks" / f"{name}.ipynb")
        run_forked(forked, project)
        for mine, theirs in zip(forked.cells, done.cells, strict=True):
            if "analyst" not in tags(mine):  # what is for analysts is in no page
                same = mine.get("outputs") == theirs.get("outputs") and mine.get("execution_count") == theirs.get("execution_count")
                assert same, mine.source


def test_it_runs_with_parameters_in_the_notebooks_folder(project):
    there = set((project / "notebooks").rglob("*"))
    page = soup(shown(executed(project, "area", project / "notebooks", year=2018, area="sydbyen", lang="en", internal=True)))
    assert page.h1.get_text() == "Sydbyen"
    assert "2018" in text(page.find(class_="lead")) and "INTERNAL" in text(page)
    assert set((project / "notebooks").rglob("*")) == there, "it leaves nothing there"


WRONG = {
    "aera": ("vollsmose", "did you mean 'area'?"),
    "year": ("2017x", "must be int"),
    "internal": ("yes", "must be bool"),
    "tables": (1, "is not a parameter"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_notebook_refuses_a_parameter_it_does_not_declare(name, project):
    value, said = WRONG[name]
    with pytest.raises(Stopped) as stopped:
        (run_forked if CAN_FORK else run_in_kernel)(with_parameters(notebook(ROOT / "notebooks" / "area.ipynb"), {name: value}), project)
    assert said in str(stopped.value) and "parameters.py" not in str(stopped.value)


def test_it_refuses_it_also_where_papermill_only_warns(project):
    (name, (value, said)), *_ = WRONG.items()
    with pytest.raises(papermill.PapermillExecutionError) as stopped:
        executed(project, "area", project, **{name: value})
    assert said in str(stopped.value) and "parameters.py" not in str(stopped.value)


def test_an_unknown_area_is_told_in_the_plans_own_line(project):
    with pytest.raises(PlanError) as of_the_plan:
        Plan.load(project / "data" / "raw").require_area("motalavje")
    line = str(of_the_plan.value)
    assert "motalavje" in line and "'motalavej'" in line and "\n" not in line
    with pytest.raises(PapermillExecutionError) as told:
        executed(project, "area", project, area="motalavje")
    assert told.value.evalue == line
    assert told.value.traceback == [line], "the line instead of a stack of calls"


# --- what is for analysts ------------------------------------------------------------------------------


def for_analysts(name: str, **parameters: object) -> nbformat.NotebookNode:
    """The notebook with what loads the plan and what is for analysts: without what draws the page."""
    made = notebook(ROOT / "notebooks" / f"{name}.ipynb")
    loads = [number for number, cell in enumerate(made.cells) if cell.cell_type == "code"][:3]
    made.cells = [cell for number, cell in enumerate(made.cells) if cell.cell_type == "code" and (number in loads or "analyst" in tags(cell))]
    return with_parameters(made, parameters)


@pytest.mark.skipif(not CAN_FORK, reason="run by stock kernels above")
@pytest.mark.parametrize(("copy", "year", "area"), [(example_copy, 2021, "sydbyen"), (real_copy, 2017, "skaelskoer")])
def test_what_is_for_analysts_shows_something_of_every_plan_also_where_a_kind_of_figures_is_missing(copy, year, area, tmp_path, tmp_path_factory):
    folder = copy(tmp_path_factory.getbasetemp(), tmp_path)
    asked = {"year": year, "plan_folder": f"data/{folder.name}", "internal": False}
    finished = packed(asked, Plan.load(folder, year).complete())
    for name in PAGES:
        made = for_analysts(name, **asked, **({"area": area} if name == "area" else {}))
        with handed(finished):
            run_forked(made, tmp_path)
        for cell in made.cells[4:]:
            assert cell.outputs and {output.output_type for output in cell.outputs} <= {"display_data", "execute_result"}, cell.source


@pytest.mark.skipif(not CAN_FORK, reason="the engine of this test")
def test_the_model_of_an_analysis_runs_and_answers_in_computed_words(tmp_path, tmp_path_factory):
    real_copy(tmp_path_factory.getbasetemp(), tmp_path)
    made = notebook(MODEL)
    run_forked(made, tmp_path)
    outputs = [output for cell in made.cells for output in cell.get("outputs", [])]
    assert {output.output_type for output in outputs} == {"display_data", "execute_result"}
    answer = outputs[-1].data["text/markdown"]
    assert "fell by 11.9 points from 2015 to 2016, more than chance makes" in answer
    assert "Whether it has recovered cannot be said, as no later figure was printed." in answer


def test_a_page_is_byte_for_byte_what_it_would_be_without_what_is_for_analysts(tmp_path, tmp_path_factory):
    plan = Plan.load(real_copy(tmp_path_factory.getbasetemp(), tmp_path), 2017)
    page = next(each for each in pages_of(plan, "da") if each.name == "area-skaelskoer")
    bare = notebook(page.notebook)
    bare.cells = [cell for cell in bare.cells if "analyst" not in tags(cell)]
    nbformat.write(bare, tmp_path / "area.ipynb")
    with handed(packed(page.parameters, plan.complete())):
        whole, alone = (render_page(each, "da", []).html for each in (page, replace(page, notebook=tmp_path / "area.ipynb")))
    same = whole == alone and 'id="provenance"' in whole
    assert same, "byte for byte"
