"""A `share` that is killed leaves an edition with its zip, or neither, once the next run has begun."""

import os
import signal
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from conftest import count, observed

from analysis.protecting.editions import VERDICTS, write_edition
from analysis.running.engine import CAN_FORK
from analysis.sharing.handing import NOTE, finish_interrupted, with_zip

STEPS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod"}


def share(home: Path) -> Path:
    """Edition and zip as the command makes them, of one figure; returns the edition."""
    table = observed(count("a", 2018, 61))
    editions = home / "reports" / "editions"
    with with_zip({"index.html": b"a page"}, home / "reports" / "2018-1.zip", editions, "2018-1"):
        kept = home / "data" / "processed" / "internal" / "editions"
        return write_edition(editions, 2018, table, pd.DataFrame(columns=VERDICTS), pd.DataFrame(), {}, date(2018, 12, 31), False, table, kept)


def killed_at(home: Path, step: int) -> bool:
    """Share in a process of its own that is killed just before its step with this number; whether it came so far."""
    if (child := os.fork()) == 0:
        seen = 0

        def hook(event: str, args: tuple) -> None:
            nonlocal seen
            if event in STEPS or (event == "open" and isinstance(args[0], str | os.PathLike) and args[2] & (os.O_WRONLY | os.O_RDWR)):
                seen += 1
                if seen == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        try:
            share(home)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not CAN_FORK, reason="no fork on this system")
def test_a_share_killed_at_any_step_leaves_edition_and_zip_or_neither(tmp_path):
    outcomes = set()
    for step in range(1, 100):
        home = tmp_path / str(step)
        (home / "data" / "raw").mkdir(parents=True)
        (home / "reports").mkdir()
        killed = killed_at(home, step)
        finish_interrupted(home / "data" / "raw")
        editions = sorted(path.name for path in (home / "reports" / "editions").glob("*"))
        zips = sorted(path.name for path in home.glob("reports/*") if path.name != "editions")
        assert (editions, zips) in [([], []), (["2018-1"], ["2018-1.zip"])], step
        if editions:
            assert (home / "data" / "processed" / "internal" / "editions" / "2018-1.csv").is_file(), step
        outcomes.add((killed, bool(editions)))
        if not killed:
            break
    assert outcomes == {(True, False), (True, True), (False, True)}


def test_a_note_that_names_another_file_moves_nothing(tmp_path):
    editions = tmp_path / "reports" / "editions"
    (editions / "2018-1").mkdir(parents=True)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (precious := tmp_path / "precious").write_text("of somebody")
    (editions / NOTE).write_text(f'{{"edition": "2018-1", "new": "{precious}", "zip": "{tmp_path / "taken"}"}}')
    finish_interrupted(tmp_path / "data" / "raw")
    assert precious.read_text() == "of somebody" and not (tmp_path / "taken").exists() and not (editions / NOTE).exists()
