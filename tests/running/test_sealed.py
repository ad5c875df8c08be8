"""One command opens every delivered file once, and a page is made of nothing but the finished plan."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pages import ROOT, SHORT, example_copy

from analysis.promises import received

HOOK = """
import os, sys
out = os.open(os.environ["OPENINGS"], os.O_WRONLY | os.O_APPEND)
def hook(event, args):
    if event == "open" and isinstance(args[0], (str, os.PathLike)):
        os.write(out, f"{os.getpid()} {os.fspath(args[0])}\\n".encode())
sys.addaudithook(hook)
"""


@pytest.fixture
def project(tmp_path) -> Path:
    """The example plan as a project of its own, nothing built of it yet."""
    shutil.copytree(ROOT / "data" / "example", tmp_path / "data" / "example")
    return tmp_path


def openings(project: Path, *words: object) -> tuple[Counter, Counter]:
    """How often the command itself, and any other process of it, opens each file of the plan folder."""
    (project / "hook").mkdir(exist_ok=True)
    (project / "hook" / "sitecustomize.py").write_text(HOOK)
    log = project / "openings"
    log.write_text("")
    search = os.pathsep.join([str(project / "hook"), str(ROOT / "src")])
    env = {**os.environ, "PYTHONPATH": search, "OPENINGS": str(log)}
    command = subprocess.Popen([sys.executable, "-m", "analysis", *map(str, words), "--raw", "data/example"], cwd=project, env=env, stdout=subprocess.DEVNULL)
    assert command.wait() == 0
    own, others = Counter(), Counter()
    for line in log.read_text().splitlines():
        process, _, name = line.partition(" ")
        path = (project / name).resolve()
        if path.is_relative_to(project / "data" / "example"):
            (own if int(process) == command.pid else others)[path.relative_to(project / "data" / "example").as_posix()] += 1
    return own, others


def shorten(project: Path) -> None:
    """Notebooks that open the plan and end at once: what they show in between is proved to open nothing by the notebooks as they are."""
    shutil.copytree(ROOT / "notebooks", project / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints", "explore*"))
    for path in (project / "notebooks").glob("*.ipynb"):
        made = json.loads(path.read_text(encoding="utf-8"))
        code = [cell for cell in made["cells"] if cell["cell_type"] == "code"]
        opened = next(number for number, cell in enumerate(code) if "Plan.load(" in "".join(cell["source"]))
        made["cells"] = [*code[: opened + 1], code[-1]]
        path.write_text(json.dumps(made), encoding="utf-8")


def delivered(project: Path) -> set[str]:
    """The files a plan folder is made of, without notes for people."""
    home = project / "data" / "example"
    return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file() and path.suffix != ".md"}


@pytest.mark.parametrize("words", [["check"], ["report", *SHORT]], ids=lambda words: words[0])
def test_every_file_is_opened_once_and_no_page_opens_any(words, project):
    opened_once_by_the_command_alone(project, *words)


@pytest.mark.parametrize("words", [["--lang", "both"], ["--engine", "kernel"]], ids=lambda words: words[1])
def test_both_languages_and_kernels_are_handed_what_was_read_once(words, project):
    shorten(project)
    opened_once_by_the_command_alone(project, "report", *SHORT, *words)


def opened_once_by_the_command_alone(project: Path, *words: object) -> None:
    own, others = openings(project, *words)
    assert set(own) >= delivered(project)
    assert {name: times for name, times in own.items() if times != 1} == {}
    assert others == {}


@pytest.mark.parametrize("held", [0, 100], ids=["too large to hold", "held"])
def test_checksum_and_content_are_of_one_opening(held, tmp_path, monkeypatch):
    monkeypatch.setattr(received, "HELD", held)
    path = tmp_path / "counts.csv"
    path.write_text("a;2018;61\n")
    with received.opened_once():
        before = received.content(path)
        path.unlink()
        assert received.content(path) == before == b"a;2018;61\n"
        assert received._files.get()[path].sha256 == hashlib.sha256(before).hexdigest()


def test_a_file_too_large_to_hold_that_changes_while_it_is_read_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(received, "HELD", 0)
    path = tmp_path / "counts.csv"
    path.write_text("a;2018;61\n")
    with received.opened_once():
        received.content(path)
        path.write_text("a;2018;62\n")
        with pytest.raises(OSError):
            received.content(path)


# --- nothing is loaded that is not needed ----------------------------------------------------------------------------

JUDGING = ("scipy", "statsmodels", "analysis.judging.targets", "analysis.protecting.disclosure", "analysis.protecting.inference")


def loaded(project: Path, *words: str) -> set[str]:
    """The modules that a command has loaded when it ends."""
    at_its_end = "import atexit, os, sys\natexit.register(lambda: os.write(2, ('MODULES ' + ' '.join(sys.modules)).encode()))"
    code = f"{at_its_end}\nfrom analysis.__main__ import main\nmain()"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", code, *words, "--raw", "data/example"], cwd=project, env=env, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rpartition("MODULES ")[2].split())


def test_a_check_loads_nothing_that_judges_protects_or_draws(project):
    found = loaded(project, "check")
    assert "analysis.reading.intake" in found
    assert not found & {*JUDGING, "matplotlib", "analysis.protecting"}


PAGE = """
import json, os, sys
from analysis.running.engine import notebook_shell
shell = notebook_shell()
for cell in json.load(open(sys.argv[1]))["cells"]:
    source = "".join(cell["source"])
    if "parameters" in cell["metadata"].get("tags", ()):
        source += "\\nyear, plan_folder = 2021, 'data/example'"
    if cell["cell_type"] == "code" and not shell.run_cell(source, store_history=True).success:
        sys.exit(str(shell.outputs[-1]))
os.write(1, " ".join(sys.modules).encode())
"""


def test_neither_an_unchanged_report_nor_a_page_loads_what_judges_or_protects(tmp_path, tmp_path_factory):
    project, words = tmp_path, ("report", "--area", "motalavej", "--year", "2021")
    example_copy(tmp_path_factory.getbasetemp(), project)
    assert subprocess.run([sys.executable, "-m", "analysis", *words, "--raw", "data/example"], cwd=project).returncode == 0
    unchanged = loaded(project, *words)
    assert not unchanged & set(JUDGING) - {"analysis.judging.targets"}
    assert "nbformat" in unchanged and "rfc3987_syntax" not in unchanged, "the grammar of web addresses costs as much as pandas"
    for name in ("partnership", "area"):
        words = [sys.executable, "-c", PAGE, str(ROOT / "notebooks" / f"{name}.ipynb")]
        done = subprocess.run(words, cwd=project, capture_output=True, encoding="utf-8", env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
        assert done.returncode == 0, done.stderr
        assert "matplotlib" in done.stdout.split() and not set(done.stdout.split()) & set(JUDGING) - {"analysis.judging.targets"}
