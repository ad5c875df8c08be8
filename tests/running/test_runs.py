"""Whatever happens to a run, the report published before stays byte for byte; the same inputs give the same bytes."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from pages import ROOT, SMALL_PAGES, contents, danish, plan_copy, run, small_copy, small_report

from analysis.reading import folders, locks
from analysis.reading.folders import sweep
from analysis.reading.locks import locked
from analysis.running import engine
from analysis.running.engine import CAN_FORK
from analysis.running.render import FIGURE_COLUMNS, has_key_figures
from analysis.running.reports import publish

needs_fork = pytest.mark.skipif(not CAN_FORK, reason="no fork on this system")
SHORT = ("--area", "a", "--year", "2018")


@pytest.fixture
def home(tmp_path_factory) -> Path:
    """Where what tests share is made."""
    return tmp_path_factory.getbasetemp()


@pytest.fixture
def project(tmp_path, home, monkeypatch) -> Path:
    """A project of its own with notebooks to be spoilt, a small plan and its tables, and stand-ins for pages published before; worked in."""
    small_copy(home, tmp_path)
    (tmp_path / "reports" / "2018").mkdir(parents=True)
    for file in SMALL_PAGES:
        (tmp_path / "reports" / "2018" / file).write_text(f"published {file}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def reported(project, home) -> Path:
    """The project with a report in `new`, which is made once for all tests."""
    shutil.copytree(small_report(home) / "new", project / "new")
    return project


def spoil(project: Path, source: str, name: str = "partnership") -> None:
    """Put this code into a notebook's cell after the imports."""
    path = project / "notebooks" / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[[number for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"][2]].source = source
    nbformat.write(notebook, path)


def started(*words: object, first: Callable[[], None] = lambda: None, **more: object) -> subprocess.Popen:
    """The command in a process of its own, as a scheduler starts it; `first` is done in that process.

    Tests that run in the background may have been told to ignore an interruption; the command is not to inherit that.
    """

    def begin() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        first()

    return subprocess.Popen(
        [sys.executable, "-m", "analysis", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        preexec_fn=begin if os.name == "posix" else None,
        **more,
    )


# --- a notebook that does not come to its end ------------------------------------------------------------------

ENDS = {
    "an error in a file": ("plan.agreement.period('none', 2018)", "Error", ".py linje "),
    "leaving": ("raise SystemExit(0)", "SystemExit", ""),
    "a kill": ("import os\nos.kill(os.getpid(), 9)", "dræbt af SIGKILL", ""),
    "too long": ("import time\ntime.sleep(3600)", "tog længere tid end 5 s", ""),
}


@needs_fork
@pytest.mark.parametrize("how", ENDS)
def test_a_page_that_fails_leaves_the_published_ones_and_is_told_in_one_line(project, how, monkeypatch):
    source, said, place = ENDS[how]
    spoil(project, "plan = Plan.load(plan_folder, year=year)\n" + source if how == "an error in a file" else source)
    if how == "too long":
        monkeypatch.setattr(engine, "CELL_SECONDS", 5)
    before = contents(project / "reports" / "2018")
    done = run("report", *SHORT, "--jobs", 1)
    lines = [line for line in done.output.splitlines() if not line.endswith(".html")]
    assert done.exit_code == 1 and len(lines) == 1
    assert all(part in lines[0] for part in ("partnership.ipynb: ", "celle ", said, place, "_failed"))
    assert contents(project / "reports" / "2018") == before
    kept = nbformat.read(project / "reports" / "_failed" / "partnership.ipynb", as_version=4)
    assert source in "\n".join(cell.source for cell in kept.cells)
    assert [output for cell in kept.cells for output in cell.get("outputs", ()) if output.output_type == "error"]
    assert [path.name for path in (project / "reports").iterdir() if path.name.startswith(".")] == []
    assert "failed" in (project / "reports" / "report.log").read_text()


# --- a run that does not come to its end -------------------------------------------------------------------------


@needs_fork
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_killed_leaves_the_published_pages_and_no_process(project, how):
    spoil(project, "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(3600)")
    before = contents(project / "reports" / "2018")
    with started("report", *SHORT, "--jobs", 1) as running:
        while not (project / "pid").is_file() or not (project / "pid").read_text():
            assert running.poll() is None, running.stdout.read()
            time.sleep(0.1)
        running.send_signal(how)
        said = running.communicate(timeout=600)[0]
    assert running.returncode != 0 and "Traceback" not in said
    assert contents(project / "reports" / "2018") == before
    if how != signal.SIGKILL:
        assert "intet er ændret" in said
        assert [path.name for path in (project / "reports").iterdir() if path.name.startswith(".")] == []
    if Path("/proc").is_dir():
        for _ in range(6000):
            if not Path("/proc", (project / "pid").read_text()).exists():
                break
            time.sleep(0.1)
        else:
            pytest.fail("the notebook's process lives on")
    sweep(project / "reports" / "2018")
    with locked(project / "reports", seconds=60):
        pass
    assert contents(project / "reports").keys() - {f"2018/{file}" for file in before} <= {"report.log"}


OLD, NEW = ({file: f"{age} {file}" for file in ("index.html", "method.html", "key_figures.csv", age + ".html")} for age in ("old", "new"))


@needs_fork
@pytest.mark.parametrize("in_one_step", [True, False])
def test_publishing_killed_at_any_step_leaves_all_of_the_old_or_all_of_the_new(tmp_path, in_one_step):
    seen = set()
    for step in range(1, 14):
        folder = tmp_path / str(step) / "2018"
        publish(OLD.items(), folder)
        old = contents(folder)
        if os.fork() == 0:
            _kill_at(step, in_one_step)
            publish(NEW.items(), folder)
            os._exit(0)
        os.wait()
        if not in_one_step:
            sweep(folder)
        now = contents(folder)
        assert now == old or now == {file: text.encode() for file, text in NEW.items()}
        seen.add(now == old)
        sweep(folder)
        assert [path.name for path in folder.parent.iterdir()] == ["2018"] and contents(folder) == now
    assert seen == {True, False}


def _kill_at(step: int, in_one_step: bool) -> None:
    """Have this process killed at its so manieth call of anything that changes the disk."""
    steps = iter(range(1, 100))

    def counted(real):
        def call(*args, **kwargs):
            if next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return call

    for name in ("fsync", "replace", "link"):
        setattr(os, name, counted(getattr(os, name)))
    shutil.rmtree = counted(shutil.rmtree)
    folders._exchange = counted(folders._exchange) if in_one_step else lambda one, other: False


@needs_fork
def test_a_full_disk_is_told_in_a_line_and_leaves_the_published_pages(project):
    before = contents(project / "reports" / "2018")

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))

    keep_nothing = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}  # half a compiled module would be left to all who share them
    with started("report", *SHORT, first=limit, env=keep_nothing) as running:
        said = running.communicate(timeout=600)[0]
    assert running.returncode == 1 and "Traceback" not in said
    assert len([line for line in said.splitlines() if "kan ikke skrives" in line]) == 1, said
    assert contents(project / "reports" / "2018") == before


def test_a_second_run_waits_and_in_the_end_says_so(project, monkeypatch):
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.3)
    before = contents(project / "reports")
    with locked(project / "reports"):
        done = run("report", *SHORT)
    assert done.exit_code == 1
    assert "venter på en anden kørsel" in done.output and "bruges af en anden kørsel" in done.output
    assert contents(project / "reports") == before


def test_links_are_not_written_through(project, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.rmtree(project / "reports" / "2018")
    (project / "reports" / "2018").symlink_to(elsewhere)
    done = run("report", *SHORT)
    assert done.exit_code == 1 and "er et link" in done.output
    assert list(elsewhere.iterdir()) == []


def test_a_linked_folder_of_notes_is_not_written_through(project, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (project / "reports" / ".made").symlink_to(elsewhere)
    done = run("report", *SHORT)
    assert done.exit_code == 1 and "er et link" in done.output and ".made" in done.output
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("words", [("report", "--out", "data/raw/reports"), ("share", "--year", "2018", "--out", "data/raw/counts/2018.zip")])
def test_nothing_is_made_inside_a_plan_folder(project, words):
    before = contents(project / "data" / "raw")
    done = run(*words)
    assert done.exit_code == 2 and len(done.output.splitlines()) == 1 and words[-1] in done.output
    assert contents(project / "data" / "raw") == before


def test_a_year_is_not_published_without_a_delivery_that_is_required(project):
    path = project / "data" / "raw" / "survey" / "source.toml"
    path.write_text('required = ["2019"]\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    published = (project / "reports" / "2018").rename(project / "reports" / "2019")
    before = contents(published)
    done = run("report", "--area", "a", "--year", 2019)
    assert done.exit_code == 1
    assert len([line for line in done.output.splitlines() if "survey/source.toml" in line and "2019" in line]) == 1
    assert contents(published) == before and (project / "reports" / "_failed" / "data-check.html").is_file()
    assert run("report", "--area", "a", "--year", 2019, "--allow-missing").exit_code == 0


REFUSED = {
    "a delivery": ("counts/counts.csv", lambda text: text.replace("2018", "4711,4711"), ""),
    "the register": ("agreement.toml", lambda text: text.replace("small_count", "smal_count = 4711\nsmall_count"), ""),
    "a delivery that is required": ("survey/source.toml", lambda text: 'required = ["2019"]\n' + text, "delivery_required"),
}


@pytest.mark.parametrize("plans", [False, True], ids=["one plan", "many plans"])
@pytest.mark.parametrize("what", REFUSED)
def test_data_that_is_refused_leaves_a_line_in_the_log_without_what_stands_there(project, what, plans):
    name, spoil_text, code = REFUSED[what]
    file = project / "data" / "raw" / name
    file.write_text(spoil_text(file.read_text(encoding="utf-8")), encoding="utf-8")
    done = run("report", "--area", "a", "--year", 2019, *(("--plans", "data") if plans else ()))
    assert done.exit_code == 1
    lines = (project / "reports" / "report.log").read_text(encoding="utf-8").splitlines()
    assert [line.split()[2] for line in lines] == ["started", "failed", "ended"] and len({line.split()[1] for line in lines}) == 1
    told = re.search(r" problems=(\d+) first=(\w+) at=(.+) files=(.+)$", lines[1])
    assert int(told[1]) > 0 and told[2].startswith(code) and told[3].startswith(name) and told[4] == name
    assert "4711" not in " ".join(lines), "what stands in a delivery may be what is hidden"
    assert lines[2].endswith("made=0 failed=1")


@pytest.mark.parametrize("wrong", [("--area", "motalavej"), ("--year", "1999"), ("--raw", "data/rwa")])
def test_a_command_that_was_wrongly_requested_is_no_run(project, wrong):
    assert run("report", *wrong).exit_code == 2
    assert not (project / "reports" / "report.log").exists() and not (project / "reports" / "_failed").exists()


@pytest.mark.skipif(os.name != "posix", reason="other rights than those of this system")
def test_pages_with_true_figures_are_their_owners_alone_also_where_a_run_fails(project):
    def open_to_others() -> list[str]:
        home = project / "reports" / "internal"
        return [str(path) for path in (home, *home.rglob("*")) if path.stat().st_mode & 0o077]

    (project / "reports" / "internal" / "2016").mkdir(parents=True)
    (project / "reports" / "internal" / "2016" / "index.html").write_text("left open by an earlier version")
    assert run("report", *SHORT, "--internal").exit_code == 0
    assert (project / "reports" / "internal" / "2018" / "index.html").is_file() and open_to_others() == []
    spoil(project, "1 / 0")
    assert run("report", *SHORT, "--internal").exit_code == 1
    assert (project / "reports" / "internal" / "_failed").is_dir() and open_to_others() == []


# --- the same inputs, the same bytes; nothing made twice -----------------------------------------------------------


def test_the_same_inputs_give_the_same_bytes_anywhere_at_any_time(home, tmp_path):
    """In another folder, from nothing built, with another order of sets, another zone, language and number of processes."""
    plan_copy(tmp_path)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    env = os.environ | {"PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    with started("report", "--out", "new", "--jobs", 3, cwd=tmp_path, env=env) as running:
        said = running.communicate(timeout=600)[0]
    assert running.returncode == 0, said
    made, again = contents(danish(home)), contents(tmp_path / "new" / "2017")
    assert len(made) == 9 and made.keys() == again.keys()
    assert [file for file in made if made[file] != again[file]] == []
    assert not [file for file, content in again.items() if str(tmp_path).encode() in content]


def test_pages_that_would_come_out_the_same_are_not_made_again(reported):
    project, out = reported, ("--out", "new")
    pages = contents(project / "new" / "2018")
    assert run("check", "--stale", *out).exit_code == 0
    log = (project / "new" / "report.log").read_text().splitlines()
    assert log[0].split()[2] == "started" and log[-1].split()[2] == "ended" and len({line.split()[1] for line in log}) == 1
    assert run("report", *out).output.splitlines() == [str(Path("new/2018/index.html"))]
    assert contents(project / "new" / "2018") == pages

    (project / "new" / "2018" / "method.html").write_text("edited")
    (project / "new" / "2018" / "area-b.html").unlink()
    spoil(project, "plan = Plan.load(plan_folder, year=year, internal=internal)\npages.data_check_title(plan, lang)", "data_check")
    told = run("check", "--stale", *out)
    assert told.exit_code == 1
    stale = {Path(line.split(":")[0]).name for line in told.output.splitlines()[:-1]}
    assert stale >= {"method.html", "area-b.html"} and "partnership.html" not in stale
    again = run("report", *out)
    assert {"method.html", "area-b.html"} <= set(again.output.splitlines()) and "partnership.html" not in again.output.splitlines()
    assert contents(project / "new" / "2018") == pages, "made again the same, key figures in the same order"

    path = project / "data" / "raw" / "agreement.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    told = run("check", "--stale", *out, "--lang", "en")
    assert told.exit_code == 1 and len(told.output.splitlines()) == len(SMALL_PAGES) + 1
    assert all("agreement.toml changed" in line for line in told.output.splitlines()[:-1])


NO_NOTES = [
    "",
    "7",
    "[]",
    '"text"',
    "{",
    "[" * 100_000,
    "{}",
    '{"plan": "data/raw", "pages": [], "inputs": {}}',
    '{"plan": "data/raw", "pages": {"method.html": 7}, "inputs": {}}',
    '{"plan": "data/raw", "pages": {}, "inputs": {"a": "b"}}',
    '{"plan": 7, "pages": {}, "inputs": {}}',
]


def test_pages_of_which_nothing_is_known_are_told_and_made_again(reported):
    project = reported
    pages, note = contents(project / "new" / "2018"), project / "new" / ".made" / "2018.json"
    known = json.loads(note.read_text(encoding="utf-8"))
    some = next(iter(known["pages"]))
    wrong = [
        known | {"pages": known["pages"] | {some: known["pages"][some] | {name: value}}}
        for name, value in (("asked", 7), ("inputs", "not there"), ("sha256", None), ("notebook", []), ("made_from", {}))
    ]
    for text in (*NO_NOTES, *map(json.dumps, wrong)):
        note.write_text(text, encoding="utf-8")
        told = run("check", "--stale", "--out", "new")
        assert told.exit_code == 1 and told.output.count("det kan ikke læses, hvad siden er lavet af") == len(pages) - 1, text[:100]
    (project / "new" / "2018" / "method.html").write_text("edited")
    again = run("report", "--out", "new")
    assert again.exit_code == 0 and sorted(again.output.splitlines()) == sorted([*(pages.keys() - {"index.html", "key_figures.csv"}), "new/2018/index.html"])
    assert contents(project / "new" / "2018") == pages and run("check", "--stale", "--out", "new").exit_code == 0


@pytest.mark.parametrize("text", ["", "area-a,gap,reports,a,2018,1,1\n", None], ids=["empty", "without its heading", "gone"])
def test_a_table_of_key_figures_is_known_by_its_heading(text, tmp_path):
    if text is not None:
        (tmp_path / "key_figures.csv").write_text(text, encoding="utf-8")
    assert not has_key_figures(tmp_path)
    (tmp_path / "key_figures.csv").write_text(",".join(FIGURE_COLUMNS) + "\n" + (text or ""), encoding="utf-8")
    assert has_key_figures(tmp_path)


@pytest.mark.parametrize("how", ["a figure edited", "gone"])
def test_key_figures_that_are_not_as_they_were_published_are_not_taken_over(reported, how):
    """Those of pages that stay are read from them; also where only one area's page is asked for."""
    pages, path = contents(reported / "new" / "2018"), reported / "new" / "2018" / "key_figures.csv"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    if how == "a figure edited":
        path.write_text(text.replace("\N{NO-BREAK SPACE}%", "1\N{NO-BREAK SPACE}%"), encoding="utf-8")
    done = run("report", *SHORT, "--out", "new")
    assert done.exit_code == 0 and contents(reported / "new" / "2018") == pages
    told = [line for line in done.output.splitlines() if "key_figures.csv" in line and "laves igen" in line]
    assert len(told) == (how != "gone")


def test_a_table_and_a_page_edited_by_hand_are_made_again_and_told_in_one_line_each(reported):
    project = reported
    tables, pages = project / "data" / "processed", contents(project / "new" / "2018")
    page, table, other = project / "new" / "2018" / "area-a.html", tables / "gaps.csv", tables / "internal" / "observations.csv"
    before = table.read_bytes(), other.read_bytes()
    page.write_text(page.read_text(encoding="utf-8") + "<!-- edited -->", encoding="utf-8")
    table.write_bytes(before[0][: len(before[0]) // 2])
    other.write_text("")
    done = run("report", "--area", "b", "--year", 2018, "--out", "new")
    assert done.exit_code == 0
    told = [line for line in done.output.splitlines() if "laves igen" in line]
    assert len(told) == 3 and all(sum(path.name in line for line in told) == 1 for path in (page, table, other))
    assert (table.read_bytes(), other.read_bytes()) == before
    main = page.read_text(encoding="utf-8").partition("<main")[2]  # above it the other area's page is linked as well
    assert main and main == pages[page.name].decode().partition("<main")[2]
    log = (project / "new" / "report.log").read_text(encoding="utf-8")
    assert log.count(" made_again file=") == 3
    assert "laves igen" not in run("report", "--area", "b", "--year", 2018, "--out", "new").output


@needs_fork
def test_a_killed_worker_is_told_and_the_next_plan_gets_another(project):
    """As when memory runs out: the first plan's report fails, the second is made."""
    for name in ("a", "b"):
        shutil.copytree(project / "data" / "raw", project / "plans" / name)
    spoil(
        project,
        "import os\nplan_folder.endswith('a') and os.kill(os.getppid(), 9)\nplan = Plan.load(plan_folder, year=year, internal=internal)\n"
        "pages.partnership_title(plan, lang)",
    )
    done = run("report", "--plans", "plans", "--area", "a", "--out", "new", "--jobs", 1)
    assert done.exit_code == 1 and "blev dræbt" in done.output and "Traceback" not in done.output
    assert not (project / "new" / "a" / "2018").exists()


# --- many plans --------------------------------------------------------------------------------------------------


def test_every_plan_below_a_folder_is_made_and_one_that_fails_stops_no_other(reported):
    project = reported
    for name in ("a", "b/inner"):
        shutil.copytree(project / "data" / "raw", project / "plans" / name)
    (project / "plans" / "b" / "inner" / "agreement.toml").write_text("[[area]\n")
    done = run("report", "--plans", "plans", "--area", "a", "--out", "all", "--jobs", 2)
    assert done.exit_code == 1
    assert len([line for line in done.output.splitlines() if "agreement.toml" in line]) == 1
    assert {path.parent.as_posix() for path in (project / "all").rglob("index.html")} == {str(project / "all" / "a"), str(project / "all" / "a" / "2018")}
    one, made = contents(project / "new" / "2018"), contents(project / "all" / "a" / "2018")
    assert made["method.html"].count(b"<table") == one["method.html"].count(b"<table")


def test_a_folder_without_plans_is_told_in_one_line(project):
    done = run("report", "--plans", "notebooks")
    assert done.exit_code == 2 and len(done.output.splitlines()) == 1 and "notebooks" in done.output
