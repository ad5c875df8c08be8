"""A plan folder checked and built: every delivery read, every problem collected, the tables written all at once or not at all.

Protected tables stand in `processed/`, the true ones below `internal/`.
"""

import filecmp
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..judging import finished
from ..judging.digits import write_numbers
from ..judging.observations import CASES, KEY, observe, read_observations, with_limits, write_csv, write_observations
from ..promises.agreement import DEFAULT, Agreement
from ..promises.problems import PlanError, Problem
from ..promises.reasons import from_json, to_json
from ..promises.received import opened_once
from ..protecting.disclosure import protection, without_cases
from ..protecting.editions import changes, read_ledger, read_registers
from ..protecting.thresholds import small
from ..reading.account import COLUMNS, HEADING, NOT_READ, NUMBERS
from ..reading.folders import also, owner_only, replacing
from ..reading.inputs import KEY_FILE, PUBLIC, editions_folder, inputs_of, processed_folder, remembered_folder, sha256
from ..reading.locks import locked
from .checking import COPIES, Checked, check, problem_table, without_ids
from .years import require_year, year_of

_REVEAL_FIGURES = ("revised", "jump")  # warnings for the analyst that repeat delivered figures: never beside protected tables
_REVEAL_NOTHING = ("zero_where_never_named",)  # of a list that hidden figures are counted from it says which of them are 0
_MOVED = ("before", "after")


@opened_once()
def build(folder: str | Path = DEFAULT, allow_missing: bool = False, year: int | None = None) -> Path:
    """Check a plan folder and write its tables, judged as known at the end of `year`; returns the folder written.

    Without a year: the latest in which anything promised was measured. Protected tables stand in it, the true ones
    below `internal/`; what editions showed before is taken into account. Raises `PlanError` with every error, also for
    an edition that was changed, and then leaves what was there as it was; with `allow_missing` a refused source counts
    as not delivered.
    """
    checked = check(folder)
    inputs = inputs_of(checked.folder)
    if any(problem.code.startswith("cpr") and "/" not in problem.file for problem in checked.errors) or (checked.errors and not allow_missing):
        raise PlanError(without_ids(checked.reportable))
    editions = editions_folder(checked.folder)
    ledger = read_ledger(editions, remembered_folder(checked.folder))
    observations = observe(checked.deliveries, checked.agreement)
    found = protection(observations, checked.agreement, ledger, read_registers(editions, checked.agreement))
    home, year = processed_folder(checked.folder), require_year(checked.agreement, found.table, year)
    why = observations[KEY].assign(reason=found.reasons, exposed=[key in found.exposed for key in observations[KEY].itertuples(index=False, name=None)])
    before, now = without_cases(ledger, checked.agreement), without_cases(observations, checked.agreement)
    may_be_told = {
        "observations": with_limits(found.table, checked.agreement),  # true limits tell how much all years vary, and so a hidden one
        "deliveries": _protected_files(checked, found.table),
        "sheets": _protected_sheets(checked),
        "revised": _protected_revisions(checked.revised, observations, found.table, ledger, checked.agreement),
        "changed": write_numbers(changes(before, now, found.table), _MOVED),
        "warnings": problem_table(_protected_problems(checked, found.table)),
        "hidden": found.counts,
    }
    true = {
        "observations": observations,
        "deliveries": checked.files,
        "sheets": checked.sheets,
        "revised": checked.revised,
        "changed": write_numbers(changes(before, now, observations), _MOVED),
        "warnings": problem_table([*without_ids(checked.problems), *_exposed(len(found.exposed))]),
        "hidden": why[why["reason"] != ""],
    }
    with locked(checked.folder.parent), replacing(home, _stays) as new:  # plans that stand together share a folder of tables
        _write_tables(new, may_be_told, checked.agreement, year)
        _write_tables(new / "internal", true, checked.agreement, year, judged=new)
        for delivery in checked.deliveries:
            open_ = delivery.source.contract == "published"
            write_csv(delivery.table, (new if open_ else new / "internal") / f"{delivery.source.name}.csv")
        for kept in ("editions", KEY_FILE):  # cannot be built again
            if (home / "internal" / kept).exists():
                also(home / "internal" / kept, new / "internal" / kept)
        for where in (new, new / "internal"):  # from the checksum of a true table a hidden figure could be worked out: it stands with the true ones
            _seal(where, {"inputs": inputs, "year": year, "errors": len(checked.errors)})
        owner_only(new / "internal")
    return home


def _write_tables(where: Path, tables: Mapping[str, pd.DataFrame], agreement: Agreement, year: int, judged: Path | None = None) -> None:
    """The tables and all that is judged from the observations among them; taken from the folder where the same observations are `judged` already."""
    where.mkdir(mode=0o700, exist_ok=True)
    written = where / "observations.csv"
    write_observations(tables["observations"], written)
    if judged and filecmp.cmp(judged / written.name, written, shallow=False):  # nothing is hidden: what was judged once is true of both
        for name in finished.TABLES:
            shutil.copyfile(judged / f"{name}.csv", where / f"{name}.csv")
    else:
        for name, table in finished.judged(agreement, read_observations(written), year):
            finished.write(table, where / f"{name}.csv")
    for name, rows in tables.items():
        if name != "observations":
            write_csv(rows, where / f"{name}.csv")


def _seal(where: Path, made: Mapping[str, Any]) -> None:
    """Note what the tables of a folder were made from, and their checksums."""
    sealed = {path.name: sha256(path) for path in sorted(where.glob("*.csv"))}
    (where / "inputs.json").write_text(json.dumps({**made, "tables": sealed}, indent=1), encoding="utf-8")


def _stays(path: Path) -> bool:
    """Whether something in the folder of tables is not made by this plan's build: other plans' tables, what git needs."""
    return path.name.startswith(".git") or (path.is_dir() and path.name != "internal" and not path.name.startswith("."))


def _reasons(row: Mapping[str, Any]) -> str:
    """Why rows of a list were set aside, all reasons with one number: how many cases there are of each is never shown."""
    if pd.isna(row["set_aside"]):
        return ""
    return to_json([(tuple(each for reasons, _ in from_json(row["reasons"]) for each in reasons), int(row["set_aside"]))] if row["set_aside"] else [])


def _protected_revisions(
    revised: pd.DataFrame, observations: pd.DataFrame, protected: pd.DataFrame, ledger: pd.DataFrame, agreement: Agreement
) -> pd.DataFrame:
    """What was revised, with the old and the new value only where neither reveals anything that is or was hidden.

    That is: the figure was small or hidden in no edition, and nothing of its indicator is hidden in that year; by how
    much a total or a neighbour moved could reveal the rest. Without them there is no reason either: a supplier writes "from 2 to 1" in it.
    """
    years = [protected["indicator"], protected["period"].map(year_of)]
    closed = protected["status"].eq("suppressed").groupby(years).any()
    was = revised[KEY].merge(observations.drop(columns=CASES), on=KEY, how="left").assign(value=revised["before"].to_numpy(dtype=float))
    once = set(ledger.loc[ledger["status"] == "hidden", KEY].itertuples(index=False, name=None))
    may_be_shown = [not closed.get((key[0], year_of(key[2])), True) and key not in once for key in revised[KEY].itertuples(index=False, name=None)]
    may_be_shown = np.array(may_be_shown, dtype=bool) & ((small(was, agreement) == "") | was["published"].eq(True)).to_numpy()
    return revised.assign(**{name: revised[name].where(may_be_shown) for name in ("before", "after")}, reason=revised["reason"].where(may_be_shown, ""))


def _protected_files(checked: Checked, protected: pd.DataFrame) -> pd.DataFrame:
    """The files, without how many rows a list has when figures counted from it are hidden: a row is a case.

    And without the checksum of what is not public, by which one unknown number in a file could be found.
    """
    counted = checked.files["file"].isin(_closed_lists(checked, protected))
    files = checked.files.assign(**{name: checked.files[name].astype("Int64").mask(counted) for name in NUMBERS})
    files = files.assign(**{name: files[name].mask(checked.unread) for name in ("rows", "not_read")})
    files["reasons"] = [_reasons(row) if row["file"] in checked.lists else row["reasons"] for row in files.to_dict("records")]
    return files.assign(sha256=files["sha256"].where(files["contract"].isin(PUBLIC), ""))


def _closed_lists(checked: Checked, protected: pd.DataFrame) -> set[str]:
    """The lists of which nobody may know how many rows they have: hidden figures are counted from them, or a department, whose figure is never shown."""
    hidden = set(protected.loc[protected["status"] == "suppressed", "source"].str.split(r":|; ").explode())
    hidden |= {delivery.source.name for delivery in checked.deliveries if delivery.source.sum}
    return checked.lists & set(checked.files.loc[checked.files["source"].isin(hidden), "file"])  # whichever table of such a file counts its rows


def _protected_sheets(checked: Checked) -> pd.DataFrame:
    """The sheets without the records of lists, where a row is a case, and without how much there is that is not read.

    Of a list that leaves what its columns are read as, and what stands down to its headings. No sheet comes with its texts.
    """
    sheets, public = checked.sheets, set(checked.files.loc[checked.files["contract"].isin(PUBLIC), "file"])
    end = sheets["last"].where(sheets["role"] == HEADING).groupby([sheets["file"], sheets["sheet"]]).transform("max")
    below = sheets["file"].isin(checked.lists) & (sheets["role"] != COLUMNS) & ~(sheets["last"] <= end).fillna(False).astype(bool)
    unread = (sheets["role"] == NOT_READ) & ~sheets["file"].isin(public)
    again = unread & sheets[unread].duplicated(["file", "sheet"]).reindex(sheets.index, fill_value=False)
    shown = sheets[~below & ~again]
    return shown.assign(**{name: shown[name].mask(unread) for name in ("last", "rows")}, cells=shown["cells"].mask(unread, ""))


def _protected_problems(checked: Checked, protected: pd.DataFrame) -> list[Problem]:
    """The problems without what was found or how figures differ, where these are of deliveries that are not public.

    And of a list whose rows nobody may count without where and how often: a line of text in row 6 stands below four cases.
    """
    closed = _closed_lists(checked, protected)
    told = [problem for problem in without_ids(checked.problems) if problem.code not in _REVEAL_FIGURES]
    told = [problem for problem in told if problem.code not in _REVEAL_NOTHING or problem.file not in closed]
    told = [replace(problem, row=None, times=1) if problem.file in closed else problem for problem in told]
    return [checked.without_figures(problem) for problem in told if problem.code not in COPIES or checked.is_public(problem)]


def _exposed(figures: int) -> list[Problem]:
    """The warning, for the analyst alone, that nothing can hide some figures any more."""
    return [Problem("exposed", "internal/hidden.csv", level="warning", detail={"figures": figures})] if figures else []
