"""A plan folder checked: the register and every delivery read once, and every problem collected.

Knows nothing of what is made of the figures: a check loads neither judging nor protecting.
"""

import json
import re
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from ..judging.observations import read_csv
from ..promises.agreement import DEFAULT, Agreement, find_folder, read_agreement
from ..promises.comments import read_comments
from ..promises.cpr import holds_cpr
from ..promises.problems import PlanError, Problem, cpr_number, distinct
from ..promises.received import content, opened, opened_once, sha256
from ..reading.channels import channels
from ..reading.consistency import check_together
from ..reading.copies import LEAST, PLACES
from ..reading.inputs import NO_DELIVERY, PUBLIC
from ..reading.intake import FILES, Delivery, read_deliveries, sheets_of
from ..reading.sources import LISTS, Source
from ..reading.suppliers import read_sources
from ..reading.workbooks import LARGEST_FILE, packed_texts

COPIES = ("copied", "copied_year")
_REVEAL_MORE = ("jump", *COPIES)  # warnings that reveal already by being there how far a figure lies from others, or that it is another
_BETWEEN = ("area_missing_in_file", "parts_missing", "corrects_nothing")  # which another supplier's folder may answer: of one folder alone warnings


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
    def reportable(self) -> list[Problem]:
        """The problems as they may be printed where others read along: errors with the cell to correct, and warnings without figures."""
        kept = [problem for problem in without_ids(self.problems) if problem.code not in _REVEAL_MORE or self.is_public(problem)]
        return [problem if problem.level == "error" else self.without_figures(problem) for problem in kept]

    @property
    def looks_for_jumps(self) -> bool:
        """Whether figures that are not public are searched for jumps, or for copies; that there are some, or how many, would tell of hidden ones."""
        closed = [delivery for delivery in self.deliveries if delivery.source.contract not in PUBLIC]
        return any(delivery.source.jump or self._may_be_copied(delivery.used) for delivery in closed)

    def _may_be_copied(self, used: pd.DataFrame) -> bool:
        """Whether figures that may be hidden are of so many periods, or of so many areas in several, that they are searched for copies."""
        protected = [id_ for id_, indicator in self.agreement.indicators.items() if indicator.disclosure != "open"]
        searched = used[used["indicator"].isin(protected)]
        periods, areas = searched["period"].nunique(), searched.loc[searched["area"].isin([*self.agreement.areas]), "area"].nunique()
        return bool(periods >= LEAST or (periods > 1 and areas * periods >= 2 * PLACES))

    def is_public(self, problem: Problem) -> bool:
        """Whether a problem is of figures that are never hidden, of a file that everybody can have, or of no delivery at all."""
        if problem.code in COPIES:
            return all(self.agreement.indicators[problem.detail[name]].disclosure == "open" for name in ("indicator", "other"))
        public = {delivery.source.name for delivery in self.deliveries if delivery.source.contract in PUBLIC}
        return problem.file.split("/")[0] in {*public, *NO_DELIVERY}

    def without_figures(self, problem: Problem) -> Problem:
        """The problem without what was found or how figures differ, unless its delivery is public."""
        detail = {name: "…" if re.search("[0-9]", str(said)) else said for name, said in problem.detail.items()}
        return problem if self.is_public(problem) else replace(problem, found="", detail=detail)

    @property
    def reportable_files(self) -> pd.DataFrame:
        """The files whose number of rows may be shown: not those of lists, where a row is a case, nor sheets that may hold such a list unread."""
        return self.files[~self.files["file"].isin(self.lists) & ~self.unread]

    @property
    def lists(self) -> set[str]:
        """The files that hold a list, in which a row is a case: no such file is public."""
        return set(self.files.loc[self.files["contract"].isin(LISTS), "file"])

    @property
    def unread(self) -> pd.Series:
        """The lines of `files` of which rows are not read, where the file is not public: what they hold is not known."""
        return (self.files["not_read"] > 0) & ~self.files["contract"].isin(PUBLIC)

    @cached_property
    def sheets(self) -> pd.DataFrame:
        """Every delivered sheet as it can be drawn; see the codebook's `sheets.csv`."""
        return sheets_of(self.deliveries)

    @cached_property
    def files(self) -> pd.DataFrame:
        """One line per delivered file, sheet and table that reads it: what it is, its rows and what became of them, sha256."""
        frames = [delivery.files for delivery in self.deliveries if len(delivery.files)]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=FILES)


@opened_once()
def check(folder: str | Path = DEFAULT, as_of: date | None = None, only: str | None = None) -> Checked:
    """Read the register and every delivery of a plan folder, and collect all problems; or `only` those of one supplier's folder.

    Of one folder it is not said what other folders may have: areas that lack, and figures that it corrects.
    No delivered date or period may lie after `as_of`. Raises `PlanError` only where nothing can be read at all: no folder, or a register that is refused.
    """
    found = find_folder(folder)
    agreement = read_register(found)
    sources, problems = read_sources(found, only)
    ids, unlisted = publication_ids(found, any(source.contract == "published" for source in sources))
    problems += unlisted
    problems += ([] if only else read_comments(found / "notes.toml", agreement)[1]) + _persons_beside(found, sources)
    deliveries = read_deliveries(sources, agreement, found, ids, as_of)
    for delivery in deliveries:
        problems += delivery.problems
    more, revised = check_together(deliveries, agreement)
    if only:
        more = [replace(problem, level="warning") if problem.code in _BETWEEN else problem for problem in more]
    once = {(str(problem), problem.level): problem for problem in problems + more}  # several tables may be of one file
    return Checked(found, agreement, deliveries, list(once.values()), revised)


def read_register(folder: Path) -> Agreement:
    """A plan folder's agreement, read once as long as it stays as it is. Raises `PlanError` for one that cannot be used."""
    path = folder / "agreement.toml"
    return _register(path, sha256(path)) if path.is_file() else read_agreement(path)


@lru_cache(maxsize=8)
def _register(path: Path, sha256: str) -> Agreement:
    return read_agreement(path)


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
        with opened(path) as stream:
            packed = stream.read(4) == b"PK\x03\x04"
        if packed:
            return [cpr_number(file, entry=part) for part in dict.fromkeys(part for part, text in packed_texts(path, file) if holds_cpr(text))]
        if path.stat().st_size > LARGEST_FILE:
            raise PlanError([])
        problems = []
        for place, text in channels(file, content(path)):
            rows = [number for number, line in enumerate(text.splitlines(), 1) if holds_cpr(line)]
            problems += [cpr_number(file, entry=place.removeprefix(file).strip("/"), row=row) for row in rows]
        return list({(problem.entry, problem.row): problem for problem in problems}.values())
    except (PlanError, OSError):
        return [Problem("not_searched", file, level="warning")]


def publication_ids(folder: Path, needed: bool) -> tuple[list[str], list[Problem]]:
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
    return pd.read_csv(opened(path), dtype=str, keep_default_na=False, encoding="utf-8-sig")[columns].set_index("source_id")


def without_ids(problems: list[Problem]) -> list[Problem]:
    """The problems as any page may have them: which ids are written in several ways, only `check --internal` shows."""
    return [replace(problem, detail={**problem.detail, "ids": "…"}) if "ids" in problem.detail else problem for problem in problems]


def problem_table(problems: list[Problem]) -> pd.DataFrame:
    """Problems as a table that can be written and read back, detail as JSON."""
    names = [field.name for field in fields(Problem)]
    rows = [{name: getattr(problem, name) for name in names} | {"detail": json.dumps(dict(problem.detail), default=str)} for problem in distinct(problems)]
    return pd.DataFrame(rows, columns=names)


def read_problems(path: Path) -> list[Problem]:
    """Problems as `problem_table` has them."""
    rows = read_csv(path).to_dict("records")
    numbers = [{"row": int(float(row["row"])) if row["row"] else None, "times": int(row["times"])} for row in rows]
    return [Problem(**row | number | {"detail": json.loads(row["detail"])}) for row, number in zip(rows, numbers, strict=True)]
