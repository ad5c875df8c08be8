"""A plan folder checked and built: every delivery read, every problem collected, the tables written all at once or not at all.

Protected tables stand in `processed/`, the true ones below `internal/`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..judging import targets
from ..judging.latest import latest
from ..judging.observations import CASES, KEY, observe, read_csv, read_observations, write_csv, write_observations
from ..promises.agreement import DEFAULT, Agreement, find_folder, read_agreement
from ..promises.comments import read_comments
from ..promises.cpr import holds_cpr
from ..promises.periods import period_year
from ..promises.problems import PlanError, Problem, closest, cpr_number
from ..protecting.disclosure import protection, without_cases
from ..protecting.editions import changes, read_ledger
from ..protecting.thresholds import small
from ..reading.channels import channels
from ..reading.consistency import check_together
from ..reading.folders import also, locked, owner_only, replacing
from ..reading.inputs import KEY_FILE, NO_DELIVERY, PUBLIC, editions_folder, inputs_of, processed_folder, read_note, sha256, texts
from ..reading.intake import Delivery, read_delivery
from ..reading.sources import LISTS, Source
from ..reading.suppliers import read_sources
from ..reading.workbooks import LARGEST_FILE, packed_texts

_JUDGED = ("observations.csv", "gaps.csv", "latest.csv")
_TWICE = (*_JUDGED, "deliveries.csv", "revised.csv", "changed.csv", "warnings.csv", "hidden.csv")  # protected, and true below internal/
_TELLS_FIGURES = ("revised", "jump")  # warnings for the analyst that repeat delivered figures: never beside protected tables
_TELLS_MORE = ("jump",)  # of these it tells already that they are there: by how much a figure lies from others
_FILE_COLUMNS = ["source", "publisher", "contract", "delivery", "file", "rows", "used", "set_aside", "reasons", "sha256"]


@dataclass(frozen=True)
class Checked:
    """Every delivery of a plan folder read: what came, and every problem."""

    folder: Path
    agreement: Agreement
    deliveries: list[Delivery]
    problems: list[Problem]
    revised: pd.DataFrame

    @property
    def errors(self) -> list[Problem]:
        """The problems that refuse a file's figures."""
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def told(self) -> list[Problem]:
        """The problems as they may be printed where others read along: errors with the cell to mend, and warnings without figures."""
        kept = [problem for problem in _without_ids(self.problems) if problem.code not in _TELLS_MORE or self._is_public(problem)]
        return [problem if problem.level == "error" else self.without_figures(problem) for problem in kept]

    def _is_public(self, problem: Problem) -> bool:
        """Whether a problem is of a file that everybody can have, or of no delivery at all."""
        public = {delivery.source.name for delivery in self.deliveries if delivery.source.contract in PUBLIC}
        return problem.file.split("/")[0] in {*public, *NO_DELIVERY}

    def without_figures(self, problem: Problem) -> Problem:
        """The problem without what was found or how figures differ, unless its delivery is public."""
        detail = {name: "…" if re.search("[0-9]", str(said)) else said for name, said in problem.detail.items()}
        return problem if self._is_public(problem) else replace(problem, found="", detail=detail)

    @property
    def told_files(self) -> pd.DataFrame:
        """The files of which it may be told how many rows they have: not lists that are not public, where a row is a case."""
        return self.files[~self.files["contract"].isin(LISTS)]

    @cached_property
    def files(self) -> pd.DataFrame:
        """One line per delivered file: source, publisher, contract, rows read, used and set aside, sha256."""
        frames = [delivery.files for delivery in self.deliveries if len(delivery.files)]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_FILE_COLUMNS)


def check(folder: str | Path = DEFAULT, as_of: date | None = None) -> Checked:
    """Read the register and every delivery of a plan folder, and collect all problems.

    No delivered date or period may lie after `as_of`. Raises `PlanError` only where nothing can be read at all: no folder, or a register that is refused.
    """
    found = find_folder(folder)
    agreement = read_agreement(found / "agreement.toml")
    sources, problems = read_sources(found)
    ids, unlisted = _publication_ids(found, any(source.contract == "published" for source in sources))
    problems += unlisted
    problems += read_comments(found / "notes.toml", agreement)[1] + _persons_beside(found, sources)
    deliveries = [read_delivery(source, agreement, found, ids, as_of) for source in sources]
    for delivery in deliveries:
        problems += delivery.problems
    more, revised = check_together(deliveries, agreement)
    return Checked(found, agreement, deliveries, problems + more, revised)


def _persons_beside(folder: Path, sources: list[Source]) -> list[Problem]:
    """Possible CPR numbers in what lies in a plan folder beside the figures: documents, READMEs, files that are not read."""
    read = {file.path for source in sources for file in source.files} | {folder / "agreement.toml", folder / "notes.toml"}
    read |= {source.folder / "source.toml" for source in sources}
    lying = [*(path for path in folder.iterdir() if not path.is_dir()), *(path for source in sources for path in source.folder.rglob("*"))]
    problems = []
    for path in sorted({*lying, *(document for source in sources for document in source.documents)} - read):
        file = path.relative_to(folder).as_posix()
        if path.parent == folder and holds_cpr(path.name):
            problems.append(Problem("cpr_in_name", file))
        if path.is_file() and not path.is_symlink() and not path.name.startswith((".", "~$")):
            problems += _persons_in(path, file)
    return problems


def _persons_in(path: Path, file: str) -> list[Problem]:
    """Where possible CPR numbers stand in a file that is kept and not read as figures."""
    try:
        with path.open("rb") as stream:
            packed = stream.read(4) == b"PK\x03\x04"
        if packed:
            return [cpr_number(file, entry=part) for part in dict.fromkeys(part for part, text in packed_texts(path, file) if holds_cpr(text))]
        if path.stat().st_size > LARGEST_FILE:
            raise PlanError([])
        problems = []
        for place, text in channels(file, path.read_bytes()):
            rows = [number for number, line in enumerate(text.splitlines(), 1) if holds_cpr(line)]
            problems += [cpr_number(file, entry=place.removeprefix(file).strip("/"), row=row) for row in rows]
        return list({(problem.entry, problem.row): problem for problem in problems}.values())
    except (PlanError, OSError):
        return [Problem("not_searched", file, level="warning")]


def _publication_ids(folder: Path, needed: bool) -> tuple[list[str], list[Problem]]:
    """The ids that published figures may name as their source, and what is wrong with the list of them."""
    path = folder / "sources.csv"
    if not path.is_file():
        return [], [Problem("no_publications", path.name)] if needed else []
    try:
        return list(read_publications(path).index), []
    except (ValueError, KeyError, OSError) as error:
        reason = str(error).splitlines()[0]
        return [], [Problem("bad_publications", path.name, detail={"reason": reason})]


def read_publications(path: Path) -> pd.DataFrame:
    """The list of publications, by source id: title, publisher, year, url."""
    columns = ["source_id", "title", "publisher", "year", "url"]
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")[columns].set_index("source_id")


def remembered_folder(folder: Path) -> Path:
    """Where the true figures that editions hid are kept, so that corrections of them are known; below `internal/`."""
    return processed_folder(folder) / "internal" / "editions"


def build(folder: str | Path = DEFAULT, allow_missing: bool = False, year: int | None = None) -> Path:
    """Check a plan folder and write its tables, judged as known at the end of `year`; returns the folder written.

    Without a year: the latest in which anything promised was measured. Protected tables stand in it, the true ones
    below `internal/`; what editions showed before is taken into account. Raises `PlanError` with every error, also for
    an edition that was changed, and then leaves what was there as it was; with `allow_missing` a refused source counts
    as not delivered.
    """
    read_agreement(find_folder(folder) / "agreement.toml")  # a folder that is no plan's is not searched through
    inputs = inputs_of(find_folder(folder))
    checked = check(folder)
    if any(problem.code.startswith("cpr") and "/" not in problem.file for problem in checked.errors) or (checked.errors and not allow_missing):
        raise PlanError(_without_ids(checked.told))
    ledger = read_ledger(editions_folder(checked.folder), remembered_folder(checked.folder))
    observations = observe(checked.deliveries, checked.agreement)
    found = protection(observations, checked.agreement, ledger)
    home, year = processed_folder(checked.folder), require_year(checked.agreement, found.table, year)
    why = observations[KEY].assign(reason=found.reasons, exposed=[key in found.exposed for key in observations[KEY].itertuples(index=False, name=None)])
    before, now = without_cases(ledger, checked.agreement), without_cases(observations, checked.agreement)
    may_be_told = {
        "observations": found.table,
        "deliveries": _protected_files(checked, found.table),
        "revised": _protected_revisions(checked.revised, observations, found.table, ledger, checked.agreement),
        "changed": changes(before, now, found.table),
        "warnings": _problem_table(_protected_problems(checked)),
        "hidden": found.counts,
    }
    true = {
        "observations": observations,
        "deliveries": checked.files,
        "revised": checked.revised,
        "changed": changes(before, now, observations),
        "warnings": _problem_table([*_without_ids(checked.problems), *_exposed(len(found.exposed))]),
        "hidden": why[why["reason"] != ""],
    }
    with locked(checked.folder.parent), replacing(home, _stays) as new:  # plans that stand together share a folder of tables
        for where, tables in ((new, may_be_told), (new / "internal", true)):
            where.mkdir(mode=0o700, exist_ok=True)
            write_observations(tables.pop("observations"), where / "observations.csv")
            table = read_observations(where / "observations.csv")
            judged = {"gaps": targets.judge(checked.agreement, table, year), "latest": latest(checked.agreement, table, year)}
            for name, rows in (judged | tables).items():
                write_csv(rows, where / f"{name}.csv")
        for delivery in checked.deliveries:
            open_ = delivery.source.contract == "published"
            write_csv(delivery.table, (new if open_ else new / "internal") / f"{delivery.source.name}.csv")
        for kept in ("editions", KEY_FILE):  # cannot be built again
            if (home / "internal" / kept).exists():
                also(home / "internal" / kept, new / "internal" / kept)
        made = {"inputs": inputs, "year": year, "errors": len(checked.errors)}
        for where in (new, new / "internal"):  # from the checksum of a true table a hidden figure could be worked out: it stands with the true ones
            sealed = {path.name: sha256(path) for path in sorted(where.glob("*.csv"))}
            (where / "inputs.json").write_text(json.dumps(made | {"tables": sealed}, indent=1), encoding="utf-8")
        owner_only(new / "internal")
    return home


def _stays(path: Path) -> bool:
    """Whether something in the folder of tables is not made by this plan's build: other plans' tables, what git needs."""
    return path.name.startswith(".git") or (path.is_dir() and path.name != "internal" and not path.name.startswith("."))


def _reasons(row: Mapping[str, Any]) -> str:
    """Why rows of a list were set aside, all reasons with one number: how many cases there are of each is told nowhere."""
    if pd.isna(row["set_aside"]):
        return ""
    return json.dumps({"; ".join(json.loads(row["reasons"])): row["set_aside"]} if row["set_aside"] else {}, ensure_ascii=False)


def _protected_revisions(
    revised: pd.DataFrame, observations: pd.DataFrame, protected: pd.DataFrame, ledger: pd.DataFrame, agreement: Agreement
) -> pd.DataFrame:
    """What was revised, with the old and the new value only where neither tells anything that is or was hidden.

    That is: the figure was small or hidden in no edition, and nothing of its indicator is hidden in that year; by how
    much a total or a neighbour moved could tell the rest.
    """
    years = [protected["indicator"], protected["period"].map(year_of)]
    closed = protected["status"].eq("suppressed").groupby(years).any()
    was = revised[KEY].merge(observations.drop(columns=CASES), on=KEY, how="left").assign(value=revised["before"].to_numpy(dtype=float))
    once = set(ledger.loc[ledger["status"] == "hidden", KEY].itertuples(index=False, name=None))
    told = [not closed.get((key[0], year_of(key[2])), True) and key not in once for key in revised[KEY].itertuples(index=False, name=None)]
    told = np.array(told, dtype=bool) & ((small(was, agreement) == "") | was["published"].eq(True)).to_numpy()
    return revised.assign(**{name: revised[name].where(told) for name in ("before", "after")})


def year_of(period: str) -> str:
    """The year a period lies in, as text; the period itself for one that belongs to no single year."""
    return str(period_year(period) or period)


def _protected_files(checked: Checked, protected: pd.DataFrame) -> pd.DataFrame:
    """The files, without how many rows a list has when figures counted from it are hidden: a row is a case.

    And without the checksum of what is not public, by which one unknown number in a file could be found.
    """
    hidden = set(protected.loc[protected["status"] == "suppressed", "source"].str.split(r":|; ").explode())
    counted = checked.files["contract"].isin(LISTS) & checked.files["source"].isin(hidden)
    numbers = ["rows", "used", "set_aside"]
    files = checked.files.assign(**{name: checked.files[name].astype("Int64").mask(counted) for name in numbers})
    files["reasons"] = [_reasons(row) if row["contract"] in LISTS else row["reasons"] for row in files.to_dict("records")]
    return files.assign(sha256=files["sha256"].where(files["contract"].isin(PUBLIC), ""))


def _protected_problems(checked: Checked) -> list[Problem]:
    """The problems without what was found or how figures differ, where these are of deliveries that are not public."""
    return [checked.without_figures(problem) for problem in _without_ids(checked.problems) if problem.code not in _TELLS_FIGURES]


def _without_ids(problems: list[Problem]) -> list[Problem]:
    """The problems as any page may have them: which ids are written in several ways, only `check --internal` tells."""
    return [replace(problem, detail={**problem.detail, "ids": "…"}) if "ids" in problem.detail else problem for problem in problems]


def _problem_table(problems: list[Problem]) -> pd.DataFrame:
    """Problems as a table that can be written and read back, detail as JSON."""
    names = [field.name for field in fields(Problem)]
    rows = [{name: getattr(problem, name) for name in names} | {"detail": json.dumps(dict(problem.detail), default=str)} for problem in problems]
    return pd.DataFrame(rows, columns=names)


def _exposed(figures: int) -> list[Problem]:
    """The warning, for the analyst alone, that nothing can hide some figures any more."""
    return [Problem("exposed", "internal/hidden.csv", level="warning", detail={"figures": figures})] if figures else []


def read_problems(path: Path) -> list[Problem]:
    rows = read_csv(path).to_dict("records")
    return [Problem(**row | {"row": int(float(row["row"])) if row["row"] else None, "detail": json.loads(row["detail"])}) for row in rows]


def measured_years(agreement: Agreement, observations: pd.DataFrame) -> list[int]:
    """Years in which an indicator named by a criterion is measured in one of the plan's own areas."""
    own = observations[
        observations["area"].isin(agreement.areas)
        & observations["indicator"].isin(agreement.promised)
        & (observations["value"].notna() | observations["status"].eq("suppressed"))
    ]
    return sorted({year for period in own["period"] if (year := period_year(period))})


def latest_year(agreement: Agreement, observations: pd.DataFrame) -> int:
    """The year a report is about when none is asked for: the latest measured, else the plan's first."""
    return max(measured_years(agreement, observations), default=agreement.start.year)


def require_year(agreement: Agreement, observations: pd.DataFrame, year: int | None) -> int:
    """The year asked for, or the latest measured; raises `PlanError` for one that is not the plan's."""
    latest = latest_year(agreement, observations)
    first, last = min(agreement.start.year, latest), max(agreement.end.year, latest)
    year = latest if year is None else year
    if not isinstance(year, int) or isinstance(year, bool) or not first <= year <= last:
        raise PlanError([Problem("unknown_year", "agreement.toml", str(year), detail={"first": first, "last": last})])
    return year


def require_area(agreement: Agreement, area: str) -> str:
    """The area's id, if it is one of the plan's; raises `PlanError` naming the plan's areas otherwise."""
    areas = list(agreement.areas)
    if area in areas:
        return area
    near, known = closest(str(area), areas), ", ".join(areas)
    if near:
        raise PlanError([Problem("no_such_area_near", "agreement.toml", str(area), detail={"near": near})])
    raise PlanError([Problem("no_such_area", "agreement.toml", str(area), detail={"known": known})])


def built(folder: str | Path, allow_missing: bool = False, year: int | None = None) -> Path:
    """The folder of tables as `build` would write them, built only if what is there was not made from the same."""
    found = find_folder(folder)
    home = processed_folder(found)
    if up_to_date(home, found, internal=True) and (allow_missing or not made_from_what(home).get("errors", 1)):
        made, agreement = made_from_what(home), read_agreement(found / "agreement.toml")
        if made.get("year") == require_year(agreement, read_observations(home / "observations.csv"), year):
            return home
    return build(found, allow_missing, year)


def up_to_date(home: Path, folder: Path, internal: bool = False) -> bool:
    """Whether the protected tables, or these and the true ones, are as they were written, from the deliveries and program as they stand now."""
    return untouched(home) and (not internal or untouched(home / "internal")) and made_from_what(home)["inputs"] == inputs_of(folder)


def untouched(home: Path) -> bool:
    """Whether every table is there, byte for byte as `build` wrote it: an emptied or edited one is not to be read."""
    sealed = made_from_what(home).get("tables", {})
    return set(_TWICE) <= sealed.keys() and all((home / name).is_file() and sha256(home / name) == seal for name, seal in sealed.items())


def made_from_what(home: Path) -> dict[str, Any]:
    """What `build` noted about the tables it wrote; empty where it cannot be read, or is not what `build` notes."""
    made = read_note(home / "inputs.json")
    sound = all(texts(made.get(name)) for name in ("inputs", "tables")) and all(type(made.get(name)) is int for name in ("year", "errors"))
    return made if sound else {}
