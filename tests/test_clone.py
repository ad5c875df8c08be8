"""What a clone of this project keeps out of git: what notebooks show."""

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import nbstripout
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_output
from pages import ROOT, run

from analysis import __main__ as command

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="no git on this machine")
SET_UP = re.search(r"(?m)^git config .*gitfilters$", (ROOT / "docs" / "how-to" / "exploring.md").read_text(encoding="utf-8"))[0].split()
SECRET = "4711"


def git(folder: Path, *words: object) -> bytes:
    """What git says in a folder, with the commands of this environment at hand and no settings of whoever runs the tests."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"PATH": os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]]), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *map(str, words)], cwd=folder, env=env, check=True, capture_output=True
    ).stdout


def notebooks(folder: Path) -> list[str]:
    """The notebooks that git has of a folder."""
    return [name for name in git(folder, "ls-files", "-z", "*.ipynb").decode().split("\0") if name]


@pytest.fixture
def clone(tmp_path) -> Path:
    """A repository with this project's notebooks and what git is told of them, nothing set up yet."""
    for name in (".gitattributes", ".gitfilters"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    git(tmp_path, "init", "--quiet")
    return tmp_path


def show(path: Path) -> None:
    """Have a notebook as JupyterLab and papermill leave it: with true figures in outputs and widgets, a cell put in, paths, another kernel."""
    made = nbformat.read(path, as_version=4)
    made.metadata |= {
        "papermill": {"parameters": {"internal": True, "year": SECRET}, "output_path": f"/home/{SECRET}"},
        "kernelspec": {"display_name": f".venv ({SECRET})", "language": "python", "name": "python3"},
        "language_info": {"codemirror_mode": {"name": "ipython", "version": 3}, "file_extension": ".py", "name": "python", "version": SECRET},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"value": SECRET}}},
    }
    for cell in made.cells:
        cell.metadata |= {"papermill": {"status": SECRET}, "editable": True, "slideshow": {"slide_type": ""}, "jupyter": {"source_hidden": True}}
        if cell.cell_type == "code":
            cell.execution_count = int(SECRET)
            cell.outputs = [new_output("stream", text=SECRET), new_output("execute_result", {"text/html": SECRET}, execution_count=int(SECRET))]
    made.cells.insert(2, new_code_cell(f"plan_folder = '/home/{SECRET}'", metadata={"tags": ["injected-parameters"]}))
    path.write_text(json.dumps(made), encoding="utf-8")


class Kept(io.BytesIO):
    """What is written, also once it is closed."""

    def close(self) -> None:
        pass


def filtered(clone: Path, shown: bytes, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What nbstripout, as the filter of this project calls it, makes of a notebook; in this process, as starting it takes seconds."""
    words = shlex.split(git(clone, "config", "filter.nbstripout.clean").decode())
    from_, to = words.index("nbstripout"), words.index("|")
    kept = Kept()
    monkeypatch.setattr(sys, "argv", words[from_:to])
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(shown)))
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=kept))
    nbstripout.main()
    return re.sub(rb'(?m)^(   "display_name": )".*"', rb'\1"Python 3"', kept.getvalue())  # the filter's last step


def test_with_the_filter_notebooks_are_committed_without_what_they_show(clone, monkeypatch):
    """One of them by git; the others by what git calls."""
    git(clone, *SET_UP[1:])
    paths = sorted((clone / "notebooks").rglob("*.ipynb"))
    before = {path: path.read_bytes() for path in paths}
    assert len(paths) > 5
    for path in paths:
        show(path)
    mine = clone / "notebooks" / "explore" / "mine.ipynb"
    mine.write_bytes((clone / "notebooks" / "explore" / "begin_here.ipynb").read_bytes())
    git(clone, "add", mine)
    assert git(clone, "show", ":notebooks/explore/mine.ipynb") == before[clone / "notebooks" / "explore" / "begin_here.ipynb"]
    for path in paths:
        with monkeypatch.context() as patch:
            kept = filtered(clone, path.read_bytes(), patch)
        assert SECRET.encode() not in kept
        assert kept == before[path], "as it was written, cells with their names"
        assert SECRET in path.read_text(encoding="utf-8"), "what is on the screen stays there"


def test_whoever_opens_and_runs_a_notebook_has_nothing_to_commit(clone):
    git(clone, *SET_UP[1:])
    for path in sorted((clone / "notebooks").rglob("*.ipynb"))[1:]:  # the filter is a process a notebook and step
        path.unlink()
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "x")
    for path in (clone / "notebooks").rglob("*.ipynb"):
        show(path)
    assert git(clone, "diff") == b""
    git(clone, "add", "--update")  # until then git knows only that a file has another size, and lists it
    assert git(clone, "status", "--porcelain") == b""


def test_before_a_commit_the_same_is_checked_as_in_ci(clone):
    hooks = [hook for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"] for hook in repository["hooks"]]
    asked = {hook["id"]: hook["entry"].partition("uv run --locked ")[2] for hook in hooks}
    assert list(asked) == ["ruff-format", "ruff", "nbstripout", "mypy"] and all(hook["language"] == "system" for hook in hooks)
    for command_ in ("ruff format --check", "ruff check", "mypy"):
        assert command_ in asked.values() and command_ in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_without_the_filter_git_works_as_before(clone):
    git(clone, "add", "--all")
    assert len(notebooks(clone)) > 4


def test_no_notebook_in_git_has_outputs():
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    listed = notebooks(ROOT)
    assert len(listed) > 4
    for name in listed:
        made = nbformat.reads(git(ROOT, "show", f":{name}").decode(), as_version=4)
        assert [cell.id for cell in made.cells if cell.get("outputs") or cell.get("execution_count")] == [], name
        assert not {"papermill", "widgets"} & made.metadata.keys() and not [cell.id for cell in made.cells if "papermill" in cell.metadata], name


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_workbench_says_in_a_line_that_the_filter_is_missing(clone, lang, monkeypatch, capsys):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    command._warn_unfiltered(clone, lang)
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1 and " ".join(SET_UP) in said.err
    git(clone, *SET_UP[1:])
    command._warn_unfiltered(clone, lang)
    assert capsys.readouterr() == ("", "")


def test_outside_a_repository_nothing_is_said_of_a_filter(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    command._warn_unfiltered(tmp_path, "da")
    monkeypatch.setenv("PATH", "")
    command._warn_unfiltered(tmp_path, "da")
    assert capsys.readouterr() == ("", "")


def test_explore_says_it_before_jupyterlab_starts(clone, monkeypatch):
    """With the plan and notebooks of that clone; JupyterLab itself is not started here."""
    shutil.copytree(ROOT / "data" / "raw", clone / "data" / "raw")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.chdir(clone)
    monkeypatch.setattr(sys, "executable", shutil.which("true") or sys.executable)
    assert run("explore", "--no-browser").output.count("\n") == 1
