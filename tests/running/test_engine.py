"""A notebook in a forked process gives what a kernel gives, leaves nothing behind, and its end is seen however it comes."""

import ast
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from analysis.running import shell
from analysis.running.engine import CAN_FORK, Stopped, run_forked
from analysis.running.kernel import run_in_kernel

needs_fork = pytest.mark.skipif(not CAN_FORK, reason="no fork on this system; stock kernels are used")
BOTH = [pytest.param(run_forked, marks=needs_fork, id="fork"), pytest.param(run_in_kernel, id="kernel")]
SHOWS = [
    "import sys, os\nprint('one'); print('two', end='')\nprint('bad', file=sys.stderr)",
    "from IPython.display import HTML, SVG, Image, Markdown, display\ndisplay(HTML('<b>1</b>'), Markdown('*2*'))\n3",
    "class Both:\n    def _repr_mimebundle_(self, **_): return {'application/x+json': {'a': (1, 2)}, 'text/plain': 'b'}\nBoth()",
    "handle = display({'text/plain': 'before', 'text/html': 'b'}, raw=True, display_id='d')",
    "handle.update({'text/plain': 'after'}, raw=True)\ndisplay(HTML('kept'), metadata={'text/html': {'k': 1}})",
    "from IPython.display import clear_output\nprint('gone'); clear_output(); print('stays')",
    "1;",
    "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]); None",
    "import asyncio\nawait asyncio.sleep(0)\n_ + 1 if isinstance(_, int) else Out[2]",
    "!echo from a shell",
    "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')",
]


def notebook(*sources: str) -> nbformat.NotebookNode:
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}
    return new_notebook(cells=[new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)], metadata=kernel)


def outputs(done: nbformat.NotebookNode) -> list[list[dict]]:
    return [json.loads(json.dumps(cell.outputs)) for cell in done.cells if cell.cell_type == "code"]


def in_both(made: nbformat.NotebookNode, cwd: Path, without: str = "") -> tuple[nbformat.NotebookNode, nbformat.NotebookNode]:
    forked, usual = nbformat.from_dict(json.loads(json.dumps(made))), made
    run_forked(forked, cwd, without=without)
    run_in_kernel(usual, cwd, without=without)
    return forked, usual


# --- the same as a kernel ------------------------------------------------------------------------------------


@needs_fork
def test_whatever_a_cell_may_show_is_kept_as_a_kernel_keeps_it(tmp_path):
    forked, usual = in_both(notebook(*SHOWS), tmp_path)
    for source, mine, theirs in zip(SHOWS, outputs(forked), outputs(usual), strict=True):
        for each in (*mine, *theirs):
            each.get("data", {}).pop("image/png", None)  # a drawing's bytes are the library's
        assert sorted(json.dumps(each, sort_keys=True) for each in mine) == sorted(json.dumps(each, sort_keys=True) for each in theirs), source
    assert [cell.execution_count for cell in forked.cells] == [cell.execution_count for cell in usual.cells]
    assert forked.metadata == usual.metadata and [cell.metadata for cell in forked.cells] == [cell.metadata for cell in usual.cells]


@needs_fork
def test_papermill_has_the_engine_too_and_it_refuses_unknown_parameters(tmp_path):
    made = notebook("year: int = 2017", "print(year)")
    made.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(made, tmp_path / "in.ipynb")
    usual = {"engine_name": "forked", "progress_bar": False}
    done = papermill.execute_notebook(tmp_path / "in.ipynb", tmp_path / "out.ipynb", {"year": 2018}, **usual)
    assert done.cells[-1].outputs[0].text == "2018\n"
    for wrong in ({"yaer": 2018}, {"year": "abc"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            papermill.execute_notebook(tmp_path / "in.ipynb", None, wrong, **usual)


@pytest.mark.parametrize("run", BOTH)
def test_a_cell_that_is_passed_over_runs_not_and_shows_nothing_of_an_earlier_run(run, tmp_path):
    made = notebook("x = 1", "x = 2\n1 / 0", "print(x)")
    made.cells[1].metadata["tags"] = ["analyst"]
    made.cells[1].outputs = [nbformat.v4.new_output("stream", text="48271")]
    run(made, tmp_path, without="analyst")
    assert [len(each) for each in outputs(made)] == [0, 0, 1] and made.cells[2].outputs[0].text == "1\n"
    assert [cell.execution_count for cell in made.cells] == [1, None, 2]


# --- alone -----------------------------------------------------------------------------------------------------


@needs_fork
def test_nothing_leaks_from_one_notebook_to_the_next_or_to_the_program(tmp_path):
    spoils = "import os, sys, json\nos.environ['LEAK'] = '1'\nsys.path.append('leak')\njson.leak = 1\nleak = 1\nos.chdir('/')"
    run_forked(notebook(spoils), tmp_path)
    looks = notebook("import os, sys, json\n'LEAK' in os.environ, 'leak' in sys.path, hasattr(json, 'leak'), 'leak' in globals(), os.getcwd()")
    run_forked(looks, tmp_path)
    assert ast.literal_eval(looks.cells[0].outputs[0].data["text/plain"]) == (False, False, False, False, str(tmp_path))
    assert "LEAK" not in os.environ and not hasattr(json, "leak")


@needs_fork
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no /proc")
def test_it_opens_no_port(tmp_path):
    listed = "import os\nsorted(os.readlink(f'/proc/self/fd/{f}') for f in os.listdir('/proc/self/fd') if os.path.islink(f'/proc/self/fd/{f}'))"
    made = notebook(listed)
    run_forked(made, tmp_path)
    mine = {os.readlink(f"/proc/self/fd/{each}") for each in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{each}")}
    opened = {each for each in ast.literal_eval(made.cells[0].outputs[0].data["text/plain"]) if each.startswith("socket:")}
    assert opened <= mine


@needs_fork
def test_the_zone_is_fixed(tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    made = notebook("import time\ntime.localtime(0).tm_hour")
    run_forked(made, tmp_path)
    assert made.cells[0].outputs[0].data["text/plain"] == "0"


# --- however it ends ---------------------------------------------------------------------------------------------

ENDS = {
    "an error": ("1 / 0", "ZeroDivisionError"),
    "leaving": ("raise SystemExit(0)", "SystemExit"),
    "a mistake in writing": ("1 +", "SyntaxError"),
    "an exit": ("import os\nos._exit(0)", "Dead"),
    "a kill": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "Dead"),
}


@pytest.mark.parametrize("how", ENDS)
@pytest.mark.parametrize("run", BOTH)
def test_a_notebook_that_does_not_come_to_its_end_is_told_with_its_cell_and_kept(run, how, tmp_path):
    source, kind = ENDS[how]
    if how == "leaving" and run is run_in_kernel:
        kind = "NotRun|SystemExit"
    made = notebook("print('before')", source, "print('after')")
    with pytest.raises(Stopped) as told:
        run(made, tmp_path)
    assert told.value.cell in (1, 2) and any(each in told.value.kind for each in kind.split("|"))
    assert made.cells[0].outputs[0].text == "before\n"
    assert [output for output in made.cells[told.value.cell].outputs if output.output_type == "error"]
    assert not made.cells[2].get("outputs") or made.cells[2].outputs[0].output_type == "error"


@pytest.mark.parametrize("run", BOTH)
def test_a_cell_over_its_time_is_told_so(run, tmp_path):
    with pytest.raises(Stopped) as told:
        run(notebook("import time\ntime.sleep(3600)", "1"), tmp_path, cell_seconds=4)
    assert told.value.cell == 0 and "Time" in told.value.kind


@needs_fork
def test_a_notebook_over_its_time_is_told_so(tmp_path):
    with pytest.raises(Stopped, match="notebook took longer than 1"):
        run_forked(notebook(*["import time\ntime.sleep(0.4)"] * 9), tmp_path, run_seconds=1)


@needs_fork
def test_a_dead_process_is_seen_at_once_even_when_what_it_started_lives_on(tmp_path):
    """What it started ends only when the test ends it, or leaves a word that it was waited for."""
    lives_on = "import os, signal, time\nif (child := os.fork()) == 0:\n    time.sleep(250)\n    open('waited', 'w')\n    os._exit(0)\n"
    with pytest.raises(Stopped, match="killed by SIGKILL"):
        run_forked(notebook(lives_on + "with open('pid', 'w') as stream:\n    stream.write(str(child))\nos.kill(os.getpid(), signal.SIGKILL)"), tmp_path)
    with suppress(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert not (tmp_path / "waited").exists()


@needs_fork
@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel")
def test_no_process_is_left_of_a_notebook_that_was_stopped(tmp_path):
    for seconds in (2, 20, 200):  # a slow machine may not come as far as to write its number
        with pytest.raises(Stopped):
            run_forked(
                notebook("import os, time\nwith open('pid', 'w') as stream:\n    stream.write(str(os.getpid()))\ntime.sleep(3600)"),
                tmp_path,
                cell_seconds=seconds,
            )
        if (tmp_path / "pid").is_file() and (tmp_path / "pid").read_text():
            break
    assert not Path("/proc", (tmp_path / "pid").read_text()).exists()


@needs_fork
def test_an_unwritable_home_does_not_matter(tmp_path, monkeypatch):
    for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, "/proc/nowhere")
    shell.notebook_shell.cache_clear()
    for run in (run_forked, run_in_kernel):
        made = notebook("1 + 1")
        run(made, tmp_path)
        assert made.cells[0].outputs[0].data["text/plain"] == "2"
