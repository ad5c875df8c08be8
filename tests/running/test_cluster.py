"""Pages made by a Dask cluster's workers are those made here, even when a worker is lost on the way."""

import json
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pages import contents, example_copy, run, small_copy, small_report

pytest.importorskip("distributed")

from analysis.plan import Plan
from analysis.running import handover
from analysis.running.engine import CAN_FORK

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="workers fork")


@pytest.fixture
def workers(tmp_path):
    """A scheduler and two workers on loopback: its address, and the workers' processes."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    note = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", note]
    running = [subprocess.Popen([*map(str, dask)], **quiet)]
    try:
        while not note.is_file():
            assert running[0].poll() is None
            time.sleep(0.1)
        address = _address(note)
        for _ in range(2):
            worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"]
            running.append(subprocess.Popen(worker, **quiet))
        yield address, running[1:]
    finally:
        for each in reversed(running):
            each.kill()
            each.wait()


def _address(note: Path) -> str:
    for _ in range(3000):
        try:
            return json.loads(note.read_text())["address"]
        except ValueError:
            time.sleep(0.1)
    raise TimeoutError(note)


def test_a_lost_worker_changes_no_byte_of_the_report(workers, tmp_path, tmp_path_factory):
    address, processes = workers
    home = tmp_path_factory.getbasetemp()
    small_copy(home, tmp_path)
    words = [sys.executable, "-m", "analysis", "report", "--out", "out", "--scheduler", address]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8") as running:
        said = running.stdout.readline()
        processes[0].send_signal(signal.SIGKILL)
        said += running.communicate(timeout=600)[0]
    assert running.returncode == 0, said
    assert contents(tmp_path / "out" / "2018") == contents(small_report(home) / "new" / "2018")


def test_an_address_where_nobody_is_is_told_in_one_line(tmp_path, tmp_path_factory):
    raw = small_copy(tmp_path_factory.getbasetemp(), tmp_path) / "data" / "raw"
    done = run("report", "--raw", raw, "--out", tmp_path / "out", "--area", "a", "--scheduler", "tcp://127.0.0.1:9")
    assert done.exit_code == 1 and "Traceback" not in done.output
    assert len([line for line in done.output.splitlines() if "127.0.0.1:9" in line]) == 1


def test_a_worker_is_sent_no_true_figure_that_it_will_not_show(tmp_path, tmp_path_factory):
    plan = Plan.load(example_copy(tmp_path_factory.getbasetemp(), tmp_path), 2021)
    asked = {"plan_folder": "data/example", "year": 2021, "internal": False}
    _, sent = pickle.loads(handover.packed(asked, plan.complete()))
    hidden = sent.observations["status"] == "suppressed"
    assert hidden.any() and sent.observations.loc[hidden, ["value", "numerator"]].isna().all(axis=None)
    assert str(tmp_path).encode() not in handover.packed(asked, plan)
