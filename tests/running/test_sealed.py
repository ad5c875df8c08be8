"""One command opens every delivered file once, and a page is made of nothing but the finished plan."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from pages import ROOT, SHORT, contents, example_copy, made_once, small_copy

from analysis.promises import received

REPORT = ("report", *SHORT)
SMALL_REPORT = ("report", "--area", "a", "--jobs", 2)
EXAMPLE = ROOT / "data" / "example"

HOOK = """
import atexit, os, sys
log = os.environ["OPENINGS"]
out = os.open(log, os.O_WRONLY | os.O_APPEND)
def hook(event, args):
    if event == "open" and isinstance(args[0], (str, os.PathLike)):
        os.write(out, f"{os.getpid()} {os.fspath(args[0])}\\n".encode())
sys.addaudithook(hook)
atexit.register(lambda pid: open(f"{log}.{pid}", "w").write(" ".join(sys.modules)), os.getpid())
"""


@dataclass(frozen=True)
class Seen:
    """How often a command itself, and any other process of it, opened each file of the plan folder; the modules it had loaded when it ended."""

    own: dict[str, int]
    others: dict[str, int]
    modules: list[str]


def watched(project: Path, plan: str, *words: object) -> Seen:
    """One command in a process of its own."""
    (project / "hook").mkdir(exist_ok=True)
    (project / "hook" / "sitecustomize.py").write_text(HOOK)
    log, home = project / "openings", project / "data" / plan
    log.write_text("")
    search = os.pathsep.join([str(project / "hook"), str(ROOT / "src")])
    env = {**os.environ, "PYTHONPATH": search, "OPENINGS": str(log)}
    command = subprocess.Popen([sys.executable, "-m", "analysis", *map(str, words), "--raw", f"data/{plan}"], cwd=project, env=env, stdout=subprocess.DEVNULL)
    assert command.wait() == 0
    own, others = Counter(), Counter()
    for line in log.read_text().splitlines():
        process, _, name = line.partition(" ")
        path = (project / name).resolve()
        if path.is_relative_to(home):
            (own if int(process) == command.pid else others)[path.relative_to(home).as_posix()] += 1
    return Seen(dict(own), dict(others), Path(f"{log}.{command.pid}").read_text().split())


@pytest.fixture(scope="module")
def checked(tmp_path_factory) -> Seen:
    """A check of the example, which has files of every kind."""
    project = tmp_path_factory.mktemp("checked")
    shutil.copytree(ROOT / "data" / "example", project / "data" / "example")
    return watched(project, "example", "check")


@pytest.fixture(scope="module")
def reported(tmp_path_factory) -> Path:
    """The example with its tables and a report, and what was seen of that report."""
    home = tmp_path_factory.getbasetemp()

    def make(folder: Path) -> None:
        example_copy(home, folder)
        (folder / "seen.json").write_text(json.dumps(asdict(watched(folder, "example", *REPORT))))

    return made_once(home, "sealed", make)


def shorten(project: Path) -> None:
    """Notebooks that open the plan and end at once: what they show in between is proved to open nothing by the notebooks as they are."""
    (project / "notebooks" / "explore.ipynb").unlink()  # no page
    for path in (project / "notebooks").glob("*.ipynb"):
        made = json.loads(path.read_text(encoding="utf-8"))
        code = [cell for cell in made["cells"] if cell["cell_type"] == "code"]
        opened = next(number for number, cell in enumerate(code) if "Plan.load(" in "".join(cell["source"]))
        made["cells"] = [*code[: opened + 1], code[-1]]
        path.write_text(json.dumps(made), encoding="utf-8")


def delivered(home: Path) -> set[str]:
    """The files a plan folder is made of, without notes for people."""
    return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file() and path.suffix != ".md"}


def opened_once_by_the_command_alone(seen: Seen, plan: Path) -> None:
    assert set(seen.own) >= delivered(plan)
    assert {name: times for name, times in seen.own.items() if times != 1} == {}
    assert seen.others == {}


def test_a_check_opens_every_file_once(checked):
    opened_once_by_the_command_alone(checked, EXAMPLE)


def test_every_file_is_opened_once_and_no_page_opens_any(reported):
    opened_once_by_the_command_alone(Seen(**json.loads((reported / "seen.json").read_text())), EXAMPLE)


def test_what_was_read_once_makes_the_tables_and_the_pages_of_both_languages(tmp_path, tmp_path_factory):
    small_copy(tmp_path_factory.getbasetemp(), tmp_path)
    shutil.rmtree(tmp_path / "data" / "processed")
    shorten(tmp_path)
    opened_once_by_the_command_alone(watched(tmp_path, "raw", *SMALL_REPORT, "--lang", "both"), tmp_path / "data" / "raw")


def test_kernels_are_handed_what_was_read_once(tmp_path, tmp_path_factory):
    small_copy(tmp_path_factory.getbasetemp(), tmp_path)
    shorten(tmp_path)
    opened_once_by_the_command_alone(watched(tmp_path, "raw", *SMALL_REPORT, "--engine", "kernel"), tmp_path / "data" / "raw")


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


def test_a_check_loads_nothing_that_judges_protects_or_draws(checked):
    assert "analysis.reading.intake" in checked.modules
    assert not set(checked.modules) & {*JUDGING, "matplotlib", "analysis.protecting"}


PAGE = """
import json, os, sys
from analysis.running.shell import notebook_shell
shell = notebook_shell()
for cell in (cell for path in sys.argv[1:] for cell in json.load(open(path))["cells"]):
    source = "".join(cell["source"])
    if "parameters" in cell["metadata"].get("tags", ()):
        source += "\\nyear, plan_folder = 2021, 'data/example'"
    if cell["cell_type"] == "code" and not shell.run_cell(source, store_history=True).success:
        sys.exit(str(shell.outputs[-1]))
os.write(1, " ".join(sys.modules).encode())
"""


def test_neither_an_unchanged_report_nor_a_page_loads_what_judges_or_protects(reported, tmp_path):
    project = Path(shutil.copytree(reported, tmp_path / "project"))
    before = contents(project / "reports" / "2021")
    unchanged = set(watched(project, "example", *REPORT).modules)
    assert contents(project / "reports" / "2021") == before
    assert not unchanged & set(JUDGING) - {"analysis.judging.targets"}
    assert "nbformat" in unchanged and "rfc3987_syntax" not in unchanged, "the grammar of web addresses costs as much as pandas"
    words = [sys.executable, "-c", PAGE, *(str(ROOT / "notebooks" / f"{name}.ipynb") for name in ("partnership", "area"))]
    done = subprocess.run(words, cwd=project, capture_output=True, encoding="utf-8", env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    assert done.returncode == 0, done.stderr
    assert "matplotlib" in done.stdout.split() and not set(done.stdout.split()) & set(JUDGING) - {"analysis.judging.targets"}
