"""Notebooks, tables and program as a partner gets them: they run again beside each other, and there is no way to a true value."""

import base64
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from conftest import SURVEY_SOURCE, criterion, register
from pages import ROOT, contents, run

from analysis.plan import Plan
from analysis.promises.problems import PlanError
from analysis.running.parameters import with_parameters
from analysis.sharing import wheel
from analysis.sharing.notebooks import FOLDER, as_handed_over
from analysis.sharing.plan_folder import plan_folder

HIDDEN = "29,4"  # a share of too few answers
SURVEY = f"a;2017;safe;58,3;200\na;2018;safe;{HIDDEN};17\nb;2017;safe;72;300\nb;2018;safe;61;300\n"
NOTES = """
[[note]]
criterion = "S"
area = "a"
year = 2018
text = { da = "Nyt \\"hus\\"\\n på 3. år", en = "New" }
author = "Æ. Ø"
date = 2019-02-01

[[note]]
criterion = "S"
year = 2019
text = { da = "Senere", en = "Later" }
author = "Æ. Ø"
date = 2020-02-01
"""


@pytest.fixture
def plan(small_plan) -> Plan:
    """A plan in which one share is hidden, with a comment, a comment of a later year, and a document."""
    rule = criterion('kind = "at_least", value = 0.6, per = "year"', indicator="safe", scope='"each"', id="S", last=2019)
    source = SURVEY_SOURCE.replace('files = ["survey.csv"]', 'files = ["survey.csv"]\ndocuments = ["method.csv"]')
    folder = small_plan(agreement=register(rule, areas=("a", "b")), survey=SURVEY, survey_source=source).folder
    (folder / "survey" / "method.csv").write_text("year;asked\n2017;500\n2018;\n", encoding="utf-8")
    (folder / "notes.toml").write_text(NOTES, encoding="utf-8")
    return Plan.load(folder, 2018)


@pytest.fixture
def there(plan, tmp_path) -> Path:
    """The plan folder as it stands in an unpacked zip."""
    home = tmp_path / "unpacked" / FOLDER
    for name, content in plan_folder(plan).items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)
    return home


def told(folder: Path, **asked: object) -> str:
    """The one line with which a folder is refused."""
    with pytest.raises(PlanError) as refused:
        Plan.load(folder, **asked)
    assert "\n" not in str(refused.value)
    return refused.value.problems[0].code


def test_the_folder_opens_and_says_what_the_plan_says(plan, there, monkeypatch):
    monkeypatch.chdir(there.parents[1])
    for start in (".", "notebooks"):
        monkeypatch.chdir(there.parents[1] / start)
        again = Plan.load(FOLDER)
        assert (again.year, again.folder) == (2018, there)
    for name in ("observations", "gaps", "periods", "latest", "files", "hidden"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(plan, name))
    assert again.documents().keys() == {"survey/method.csv"} and again.documents()["survey/method.csv"].equals(plan.documents()["survey/method.csv"])
    assert again.comments == plan.comments and [comment.year for comment in again.comments] == [2018], "what is said of a later year stays here"


def test_nothing_that_was_delivered_or_is_hidden_is_in_it(plan, there):
    files = contents(there)
    assert {name.partition("/")[0] for name in files} == {"agreement.toml", "notes.toml", "protected"}
    assert not [name for name in files if "internal" in name or name.endswith("source.toml")]
    assert (Plan.load(there).observations["status"] == "suppressed").any()
    for number in (HIDDEN, "0.294", "29.4"):
        assert not [name for name, content in files.items() if number.encode() in content]


def test_it_has_no_true_figures_to_ask_for(there):
    assert told(there, internal=True) == "handed_over_internal"
    assert told(there, year=2018, internal=True) == "handed_over_internal"


def test_a_file_that_is_not_as_it_was_handed_over_is_told(there):
    for file in ("agreement.toml", "notes.toml", "protected/gaps.csv", "protected/documents.json"):
        was = (there / file).read_bytes()
        (there / file).write_bytes(was + b"\n")
        assert told(there) == "handed_over_changed"
        (there / file).unlink()
        assert told(there) == "handed_over_changed"
        (there / file).write_bytes(was)
    assert Plan.load(there)


def test_nothing_is_built_from_it(there, monkeypatch):
    monkeypatch.chdir(there.parents[1])
    before = contents(there)
    for command in (("check",), ("build",), ("report", "--year", 2018), ("share", "--year", 2018)):
        done = run(*command, "--raw", there)
        assert done.exit_code != 0 and [line for line in done.output.splitlines() if line.startswith("plan: ")], done.output
        assert contents(there) == before


def test_a_table_that_is_not_as_it_was_built_is_not_handed_over(plan):
    with (plan.processed / "gaps.csv").open("a") as stream:
        stream.write("\n")
    with pytest.raises(PlanError) as refused:
        plan_folder(plan)
    assert [problem.code for problem in refused.value.problems] == ["changed_meanwhile"]


# --- notebooks -------------------------------------------------------------------------------------------


def test_a_notebook_keeps_what_it_shows_and_loses_who_ran_it_where_and_when():
    import nbformat

    made = nbformat.read(ROOT / "notebooks" / "area.ipynb", as_version=4)
    asked = {"plan_folder": FOLDER, "year": 2018, "area": "b", "lang": "en", "internal": False}
    made = with_parameters(made, asked)
    made.metadata["papermill"] = {"input_path": "/home/anna/area.ipynb"}
    made.cells[-1].outputs = [nbformat.v4.new_output("stream", text="seen")]
    made.cells[-1].metadata["execution"] = {"iopub.execute_input": "now"}
    kept = as_handed_over(made, asked)
    assert b"seen" in kept and not [word for word in (b"anna", b"papermill:", b"iopub", b"injected") if word in kept]
    (cell,) = [cell for cell in json.loads(kept)["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    lines = "".join(cell["source"]).splitlines()
    assert lines[:3] == [
        "year: int = 2018  # the year of the report",
        'area: str = "b"  # an area id of the plan',
        'plan_folder: str = "notebooks/plan"  # the plan folder',
    ]
    assert [line.partition("  #")[0] for line in lines[3:]] == ['lang: str = "en"', "internal: bool = False"]


# --- the program -----------------------------------------------------------------------------------------


def test_the_wheel_is_the_same_bytes_and_names_each_of_its_files():
    content = wheel.wheel()
    assert content == wheel.wheel() and wheel.wheel_name().startswith("analysis-") and wheel.wheel_name().endswith("-py3-none-any.whl")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    (record,) = [name for name in files if name.endswith(".dist-info/RECORD")]
    for name, digest, size in csv.reader(io.StringIO(files[record].decode())):
        if name != record:
            wanted = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=").decode()
            assert (digest, size) == (f"sha256={wanted}", str(len(files[name])))
    assert {"analysis/catalogues/da.po", "analysis/running/page/style.css", "analysis/reading/municipalities.csv"} <= files.keys()
    assert not [name for name in files if "__pycache__" in name] and b"papermill.engine" in files[record.replace("RECORD", "entry_points.txt")]


def test_the_program_of_the_wheel_opens_the_folder_beside_it(there, tmp_path):
    with zipfile.ZipFile(io.BytesIO(wheel.wheel())) as packed:
        packed.extractall(tmp_path / "installed")
    code = f"import analysis; print(analysis.__file__); print(analysis.Plan.load({FOLDER!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=there.parent,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=True,
    )
    where, said = done.stdout.splitlines()
    assert where == str(tmp_path / "installed" / "analysis" / "__init__.py")
    assert said == "<Plan plan as known at the end of 2018, protected figures: 4 observations, 1 promises>"
