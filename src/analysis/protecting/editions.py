"""What was handed to the partnership, edition by edition: what each showed, and what it was made from.

`reports/editions/<year>-<n>/` holds `key_figures.csv`, `ledger.csv` (every figure shown or hidden), `verdicts.csv`, `agreement.toml` (the register of
then) and `manifest.json`.
An edition is never changed: later ones are protected against what all earlier ones showed, so each is checked against
its manifest when it is read.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..judging.digits import read_numbers, write_numbers, written
from ..judging.observations import KEY
from ..promises.agreement import Agreement, Area
from ..promises.problems import PlanError, Problem
from ..reading.folders import owner_only
from ..reading.inputs import sha256

NUMBERS = ["value", "numerator", "denominator"]
COLUMNS = [*KEY, *NUMBERS, "decimals", "status"]
CHANGED = [*KEY, "edition", "before", "after"]
_NAME = re.compile(r"(\d{4})-([1-9]\d*)")
VERDICTS = ["criterion", "indicator", "area", "year", "verdict", "certainty"]
_RULE = ("small_count", "min_answers", "hide_zero")
_FILES = ("key_figures.csv", "ledger.csv", "verdicts.csv")
REGISTER = "agreement.toml"


def shown(protected: pd.DataFrame) -> pd.DataFrame:
    """What an edition made of this table shows and hides, with columns `COLUMNS`; `status` is `shown` or `hidden`.

    Figures that nobody has are not in it. A hidden one has no numbers.
    """
    hidden = protected["status"] == "suppressed"
    rows = protected[hidden | protected["value"].notna()]
    return rows.assign(status=np.where(hidden[rows.index], "hidden", "shown"))[COLUMNS].reset_index(drop=True)


def read_ledger(home: Path, private: Path | None = None) -> pd.DataFrame:
    """What all editions in this folder showed, in the order they were made: `edition` (such as 2018-1) and `COLUMNS`.

    Hidden figures have their numbers where `write_edition` kept them in the folder `private`: not to be shown.
    Empty where there are none yet. Raises `PlanError` for an edition that is not what its manifest says, and for
    one that is gone: without it, more would be shown than may be.
    """
    found = _found(home)
    problems = [Problem("edition_gone", str(home), detail={"edition": _name(*gone)}) for gone in _gone(found)]
    read: list[_Edition] = []
    for number, path in sorted(found.items()):
        try:
            read.append(_Edition.read(path, *number))
        except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
            problems.append(Problem("edition_changed", str(path)))
        else:
            problems += [] if read[-1].is_whole else [Problem("edition_changed", str(path))]
    kept = {each: path for each in read if private and (path := private / f"{each.name}.csv").is_file()}
    problems += [Problem("remembered_damaged", str(path)) for each, path in kept.items() if not _remembers(path, each.ledger)]
    if problems:
        raise PlanError(problems)
    tables = [(_with_hidden(each.ledger, kept[each]) if each in kept else each.ledger).assign(edition=each.name) for each in sorted(read, key=_Edition.order)]
    return pd.concat(tables or [_empty().assign(edition="")], ignore_index=True)[["edition", *COLUMNS]]


def read_registers(home: Path, agreement: Agreement) -> dict[str, Agreement]:
    """By name of the edition, the register with the thresholds and areas of then; editions that do not say have none.

    `read_ledger` says whether the editions are whole.
    """
    said = {_name(*number): json.loads((path / "manifest.json").read_text(encoding="utf-8")).get("register") for number, path in _found(home).items()}
    return {
        name: replace(
            agreement, **{each: then[each] for each in _RULE}, areas={id_: Area(id=id_, name=id_, parts=tuple(parts)) for id_, parts in then["areas"].items()}
        )
        for name, then in said.items()
        if then
    }


def _found(home: Path) -> dict[tuple[int, int], Path]:
    """The folders of editions, by year and number."""
    named = [(_NAME.fullmatch(path.name), path) for path in (home.iterdir() if home.is_dir() else ())]
    return {(int(name[1]), int(name[2])): path for name, path in named if name}


def _name(year: int, number: int) -> str:
    return f"{year}-{number}"


def _gone(found: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """The editions that must have been there, as one of the same year with a higher number is: 2018-2 of 2018-1 and 2018-3."""
    last: dict[int, int] = {}
    for year, number in found:
        last[year] = max(number, last.get(year, 0))
    return [(year, number) for year, highest in last.items() for number in range(1, highest) if (year, number) not in found]


@dataclass(frozen=True, eq=False)
class _Edition:
    """One edition as it lies there, and whether it is whole: what its manifest says of it."""

    as_of: date
    year: int
    number: int
    ledger: pd.DataFrame
    is_whole: bool

    @classmethod
    def read(cls, path: Path, year: int, number: int) -> "_Edition":
        """The edition in this folder. Raises what reading a damaged one raises."""
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        is_whole = (manifest["year"], manifest["edition"]) == (year, number) and manifest["outputs"] == _checksums(path)
        return cls(date.fromisoformat(manifest["as_of"]), year, number, _read(path / "ledger.csv"), is_whole)

    @property
    def name(self) -> str:
        """The year and the number, such as 2018-1."""
        return _name(self.year, self.number)

    def order(self) -> tuple[date, int, int]:
        """By what editions are put in the order they were made."""
        return self.as_of, self.year, self.number


def _checksums(path: Path) -> dict[str, str]:
    """The checksums of what an edition holds; of one made before registers were kept there is none of it."""
    return {name: sha256(path / name) for name in (*_FILES, *([REGISTER] if (path / REGISTER).is_file() else []))}


def _read(path: Path) -> pd.DataFrame:
    """One ledger, numbers digit by digit."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)[COLUMNS]
    return table.assign(
        **{name: read_numbers(table[name]) for name in NUMBERS}, decimals=pd.array([int(text) if text else pd.NA for text in table["decimals"]], dtype="Int64")
    )


def _remembers(path: Path, ledger: pd.DataFrame) -> bool:
    """Whether this file holds just the figures that the edition with this ledger hid."""
    try:
        remembered = _read(path)
    except (ValueError, KeyError, ArithmeticError):
        return False
    hidden = ledger.loc[ledger["status"] == "hidden", KEY]
    return set(hidden.itertuples(index=False, name=None)) == set(remembered[KEY].itertuples(index=False, name=None))


def _with_hidden(ledger: pd.DataFrame, remembered: Path) -> pd.DataFrame:
    """The ledger of one edition with the numbers it hid."""
    hidden = ledger.loc[ledger["status"] == "hidden", KEY]
    numbers = hidden.merge(_read(remembered).drop(columns="status"), on=KEY, how="left").assign(status="hidden")
    return pd.concat([ledger[ledger["status"] == "shown"], numbers], ignore_index=True)[COLUMNS]


def _empty() -> pd.DataFrame:
    return pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(NUMBERS, object) | {"decimals": "Int64"})


def next_number(home: Path, year: int) -> int:
    """The number that the next edition of a year gets."""
    return max((number for each, number in _found(home) if each == year), default=0) + 1


def write_edition(
    home: Path,
    year: int,
    protected: pd.DataFrame,
    verdicts: pd.DataFrame,
    key_figures: pd.DataFrame,
    inputs: Mapping[str, str],
    as_of: date,
    internal: bool = False,
    observations: pd.DataFrame | None = None,
    private: Path | None = None,
    agreement: Agreement | None = None,
    register: Path | None = None,
) -> Path:
    """Write the next edition of a year as a whole, and return its folder; no earlier one is touched.

    `verdicts` has the columns `VERDICTS`; `inputs` are the files it was made from, with their sha256. Of the true `observations`, what it hides is kept in
    the folder `private`, which is never shared and not in git, so that a later edition knows what was corrected; of the register, by
    which thresholds it was hidden and which areas a total is of; the `register` itself is kept with it, by which its verdicts are judged again.
    Raises `PlanError` for a plan opened with its true figures, and where nothing can be written.
    """
    if internal:
        raise PlanError([Problem("internal_edition", str(home))])

    def manifest(number: int, new: Path) -> dict[str, Any]:
        by = {"register": _register(agreement)} if agreement else {}
        return {"year": year, "edition": number, "as_of": as_of.isoformat(), **by, "inputs": dict(inputs), "outputs": _checksums(new)}

    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=home, ignore_cleanup_errors=True) as folder:
            new = Path(folder)
            new.chmod(0o755)
            tables = (key_figures, write_numbers(shown(protected)), verdicts[VERDICTS])
            for name, table in zip(_FILES, tables, strict=True):
                table.to_csv(new / name, index=False, lineterminator="\n")
            if register:
                shutil.copyfile(register, new / REGISTER)
            while True:
                number = next_number(home, year)
                (new / "manifest.json").write_text(json.dumps(manifest(number, new), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
                if private is not None and observations is not None:  # first: an edition whose hidden figures are forgotten is there for good
                    _remember(protected, observations, private / f"{year}-{number}.csv")
                if target := _taken(new, home / f"{year}-{number}"):
                    return target
    except OSError as error:
        raise PlanError([Problem("unwritable", str(home), detail={"reason": error.strerror or str(error)})]) from None


def _taken(new: Path, target: Path) -> Path | None:
    """The edition's own folder, once it has its number; None where somebody else took that number meanwhile."""
    try:
        return new.rename(target)
    except OSError:
        if not target.exists():
            raise
        return None


def _register(agreement: Agreement) -> dict[str, Any]:
    """What the register says of what is hidden, and of what a total is made of."""
    return {name: getattr(agreement, name) for name in _RULE} | {"areas": {area.id: list(area.parts) for area in agreement.areas.values()}}


def _remember(protected: pd.DataFrame, observations: pd.DataFrame, path: Path) -> None:
    """Keep the true numbers of what an edition hides, for their owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    owner_only(path.parent)
    hidden = protected.loc[protected["status"] == "suppressed", KEY].merge(observations.drop(columns="status"), on=KEY)
    write_numbers(hidden.assign(status="hidden")[COLUMNS]).to_csv(path, index=False, lineterminator="\n")
    owner_only(path.parent)


def changes(ledger: pd.DataFrame, observations: pd.DataFrame, protected: pd.DataFrame) -> pd.DataFrame:
    """Which figures are not what the last edition that had them said, with columns `CHANGED`.

    `before` and `after` are empty where either is hidden: that it was revised is all that may be said. `observations`
    are the true figures now. A figure that was hidden is in the table only where the ledger was read with its numbers.
    """
    last = ledger.drop_duplicates(KEY, keep="last")
    both = last[last["value"].notna()].merge(observations[[*KEY, *NUMBERS]], on=KEY, suffixes=("_before", "_after"))
    pairs = [(both[f"{name}_before"], both[f"{name}_after"]) for name in NUMBERS]
    other = np.logical_or.reduce([old.map(written).ne(new.map(written)) for old, new in pairs])
    both = both[other].merge(protected[[*KEY, "value"]], on=KEY)
    told = both["value"].notna() & (both["status"] == "shown")
    values = {"before": both["value_before"].where(told), "after": both["value_after"].where(told)}
    return both.assign(**values)[CHANGED].sort_values(KEY, ignore_index=True)


def last_edition(home: Path, year: int) -> str:
    """The name of the last edition about this year or an earlier one, such as `2018-1`; empty where there is none."""
    before = [number for number in _found(home) if number[0] <= year]
    return _name(*max(before)) if before else ""


def year_of_edition(edition: str) -> int:
    """The year that an edition of this name is about."""
    return int(edition.partition("-")[0])


def ledger_of(home: Path, edition: str) -> pd.DataFrame:
    """What one edition showed and hid, with columns `COLUMNS`."""
    return _read(home / edition / "ledger.csv")


def new_figures(home: Path, edition: str, protected: pd.DataFrame) -> pd.DataFrame:
    """The observations shown now that this edition neither showed nor hid."""
    before = pd.MultiIndex.from_frame(ledger_of(home, edition)[KEY])
    return protected[protected["value"].notna() & ~pd.MultiIndex.from_frame(protected[KEY]).isin(before)]


def turned(home: Path, edition: str, gaps: pd.DataFrame) -> pd.DataFrame:
    """The rows of the gap table (primary reading) whose verdict or certainty is another than this edition said of the same year.

    With the columns of `VERDICTS`, and `verdict_before`, `certainty_before`.
    """
    same = VERDICTS[:4]
    before = pd.read_csv(home / edition / "verdicts.csv", dtype=str, keep_default_na=False).astype({"year": int})
    now = gaps[(gaps["reading"] == "primary") & gaps["role"].eq("judged")].astype({"year": int})[VERDICTS]
    both = now.merge(before, on=same, suffixes=("", "_before"))
    return both[(both["verdict"] != both["verdict_before"]) | (both["certainty"] != both["certainty_before"])].reset_index(drop=True)
