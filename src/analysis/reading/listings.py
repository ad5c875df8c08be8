"""Lists as later deliveries correct them: which records a file stands for, and which of its rows still stand.

A later file takes the place of the records of its areas and periods; a correction by record changes a row or drops it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from ..promises.agreement import Agreement
from ..promises.catalogue import LANGUAGES
from ..promises.periods import parse_period
from ..promises.problems import Problem
from ..promises.reasons import Reason
from .contracts import CONTRACTS, Columns
from .figures import FIGURE, area_named
from .records import Listed, is_held, read_records, same_ids
from .sources import Correction, File, Source

_AREA = ["indicator", "area"]
_SAME = ["period", "value", "out_of", "cases", "largest", "second", "lowest", "highest", "status", "missing", "set_aside"]

Rows = dict[Correction, set[tuple[str, str, int, Reason | None]]]  # where in the files the record stands that a correction is about, and why it is set aside


@dataclass
class Listing:
    """One file of a list, and how its records are to be read; `rows` are those that corrections by record were found to be about."""

    file: File
    listed: Listed
    rows: Rows = field(default_factory=dict)

    @property
    def source(self) -> Source:
        """The table that the file belongs to."""
        return self.listed.source


def listing(file: File, source: Source, agreement: Agreement, as_of: date | None) -> Listing:
    """A file with the areas it holds and the periods it covers in full; no record in it is later than `as_of`."""
    covers = tuple(parse_period(period) or "" for period in file.covers)
    return Listing(file, Listed(source, agreement, covers, as_of, held(file, source, agreement), file.correction))


def held(file: File, source: Source, agreement: Agreement) -> frozenset[str]:
    """The areas and departments that a file holds, by id; none where it was not said, and it may hold any."""
    return frozenset(area_named(word, source, agreement) or "" for word in file.holds)


def unknown_held(source: Source, toml: str, agreement: Agreement) -> list[Problem]:
    """Words under `holds` that are no area of the plan, nor a department of one where departments are added up."""
    known = [area.name for area in agreement.areas.values()]
    words = dict.fromkeys(word for file in source.files for word in file.holds)
    unknown = [word for word in words if (area_named(word, source, agreement) or "").partition("/")[0] not in agreement.areas]
    homes = {word: agreement.area_of_part(source.areas.get(word, word)) for word in unknown}
    return [
        Problem("holds_a_part", toml, word, column="holds", detail={"area": agreement.area_name(home)})
        if (home := homes[word])
        else Problem("holds_no_area", toml, word, column="holds", detail={"known": ", ".join(known)})
        for word in unknown
    ]


def editions(source: Source) -> list[int]:
    """The numbers of the deliveries after each of which the list is counted."""
    by_record = {each.delivery for each in source.correction if each.kind == "record"}
    return sorted({file.delivery for file in source.files} | by_record)


def beyond(later: Listing, first: Listing) -> list[Problem]:
    """Periods that a correction covers and the list did not: there was nothing to correct."""
    if not later.file.correction:
        return []
    name = later.file.path.relative_to(later.source.folder.parent).as_posix()
    outside = [period for period in later.listed.covers if not set(later.listed.months_of(period)) <= first.listed.months]
    return [Problem("corrects_nothing", name, period) for period in outside]


# --- which rows stand ----------------------------------------------------------------------------------------


def as_it_stands(columns: Columns, mine: Listing, listings: Iterable[Listing], number: int, amounts_only: bool, first: bool) -> Columns:
    """The rows of a piece that still stand after a later delivery, as it says they should have been; `first` of all pieces takes the records that are added."""
    later = [each for each in listings if mine.file.delivery < each.file.delivery <= number]
    numbers = {each.file.delivery for each in later} | {each.delivery for each in mine.source.correction if each.kind == "record"}
    for each in sorted(delivery for delivery in numbers if mine.file.delivery < delivery <= number):
        for correction in mine.source.correction:
            if correction.kind == "record" and correction.delivery == each:
                columns = _by_record(columns, correction, mine, first)
        for file in later:
            if file.file.delivery == each:
                columns = _without(columns, file.listed, mine, amounts_only)
    return columns


def _by_record(columns: Columns, correction: Correction, mine: Listing, first: bool) -> Columns:
    """The piece with one record as it should have been, without it, or with one more."""
    if unfit(mine.source, correction):
        return columns
    heading = columns.source.headings(id_column(mine.source) or "")[0]
    ids = columns.cells[heading]
    rows = ids.index[same_ids(ids, mine.source) == same_ids(pd.Series([correction.record]), mine.source)[0]]
    left = columns.aside[rows] != ""
    if left.all() and not correction.dropped and not correction.added and len(rows):  # another word in it may bring it in
        left = _changed(columns, correction, rows).aside[rows] != ""
    for row in rows[left]:
        mine.rows.setdefault(correction, set()).add((columns.file, columns.sheet, int(row), columns.aside[row]))
    rows = rows[~left]
    if correction.added and first and not len(rows):
        row = min(0, columns.cells.index.min()) - 1  # none of the file's
        mine.rows.setdefault(correction, set()).add((columns.file, columns.sheet, row, None))
        words = {columns.heading[ours]: word for ours, word in correction.words.items() if ours in columns.heading} | {heading: correction.record}
        return columns.with_cells(pd.concat([columns.cells, pd.DataFrame(words, index=[row], dtype=object)]).fillna("")[columns.cells.columns])
    if not len(rows):
        return columns
    mine.rows.setdefault(correction, set()).update((columns.file, columns.sheet, int(row), None) for row in rows)
    return columns.with_cells(columns.cells.drop(index=rows)) if correction.dropped else _changed(columns, correction, rows)


def _changed(columns: Columns, correction: Correction, rows: pd.Index) -> Columns:
    """The piece with what should have stood in these rows."""
    cells = columns.cells.copy()
    for ours, word in correction.words.items():
        if ours in columns.heading:
            cells.loc[rows, columns.heading[ours]] = word
    return columns.with_cells(cells)


def _without(columns: Columns, later: Listed, mine: Listing, amounts_only: bool) -> Columns:
    """The piece without the records of the areas and periods that a later file holds."""
    rows = read_records(columns.with_cells(columns.cells), mine.listed, amounts_only)
    inside = rows["period"].map(lambda period: isinstance(period, str) and any(later.within(period, covered) for covered in later.covers))
    inside &= rows["area"].map(lambda area: isinstance(area, str) and is_held(area, later.holds)) if later.holds else True
    return columns.with_cells(columns.cells.drop(index=rows.index[inside.astype(bool)]))


def id_column(source: Source) -> str | None:
    """Our name of the column by which records of a list are told apart; None where it has none."""
    kinds = CONTRACTS[source.contract].kinds
    return next((name for name in ("id", "person", "story") if name in kinds and source.headings(name)), None)


def told_again(met: Iterable[Problem], mine: Listing, known: Iterable[Problem]) -> list[Problem]:
    """The errors that a correction by record brings into a file that was read before, said where it is written. `known` are those told already."""
    found, told, corrections = [], set(map(str, known)), list(mine.source.correction)
    for problem in met:
        if problem.level != "error" or str(problem) in told:
            continue
        by = next((each for each, rows in mine.rows.items() if (problem.file, problem.sheet, problem.row) in {row[:3] for row in rows}), None)
        entry = f"[[correction]] {corrections.index(by) + 1}" if by else "[[correction]]"
        found.append(replace(problem, file=f"{mine.source.name}/source.toml", entry=entry, sheet="", row=None))
    return found


def unfit(source: Source, correction: Correction) -> tuple[str, dict[str, str]] | None:
    """Why a correction by record cannot be of this table, as a problem's code and detail: no ids, or not the columns it names."""
    if id_column(source) is None:
        return "record_without_ids", {}
    for name in correction.words:
        headings = source.headings(name)
        if len(headings) != 1:
            return "record_of_several_columns" if headings else "record_without_column", {"name": name, "columns": ", ".join(headings)}
    return None


def unmet(tables: list[tuple[Source, Rows]]) -> list[list[Problem]]:
    """Corrections by record in a folder that no table of it fits, or whose record does not stand in one row; each told once, of the first table that has it."""
    told: set[Correction] = set()
    found: list[list[Problem]] = []
    for source, _ in tables:
        mine: list[Problem] = []
        for number, each in enumerate(source.correction, 1):
            if each.kind != "record" or each in told:
                continue
            told.add(each)
            wrong = [unfit(table, each) for table, _ in tables if each in table.correction]
            found_rows = set().union(*(rows.get(each, set()) for _, rows in tables))
            rows = sorted(row[:3] for row in found_rows if row[3] is None)
            left = sorted((row for row in found_rows if row[3] is not None), key=lambda row: row[:3])
            detail = {"rows": "; ".join(f"{file} {row}" for file, _, row in rows[:5] if row > 0)}
            there = "record_is_there" if each.added else "record_several_times"
            code, detail = (wrong[0] if all(wrong) else None) or (there if rows else "record_not_there", detail)
            if left and not rows and not all(wrong):
                code, detail = "record_set_aside", {"row": left[0][2], "file": left[0][0], "why": {lang: left[0][3].text(lang) for lang in LANGUAGES}}
            tables_with = sum(any(row[3] is None for row in met.get(each, ())) for _, met in tables)
            if all(wrong) or len(rows) != 1 or (each.added and (rows[0][2] > 0 or tables_with > 1)):
                mine.append(Problem(code, f"{source.name}/source.toml", each.record, entry=f"[[correction]] {number}", detail=detail))
        found.append(mine)
    return found


def by_records(source: Source, number: int) -> dict[str, object]:
    """Where the figures stand that a delivery changes by records alone: in source.toml, and in the letters it names."""
    letters = [f"{source.name}/{each.document}" for each in source.correction if each.delivery == number and each.document]
    return {"file": f"{source.name}/source.toml", "sheet": "", "row": 0, "source": "; ".join(dict.fromkeys(letters))}


# --- what a later count changes ------------------------------------------------------------------------------


def put_beside(counted: pd.DataFrame, standing: pd.DataFrame, tables: list[pd.DataFrame], number: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of a list counted anew, an indicator's figures in the areas where any of them changed; and what stands now.

    In `tables`, counted before, what no longer stands is set aside.
    """
    before, now = _by_area(standing), _by_area(counted)
    changed = {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
    new = counted[_among(counted, changed, _AREA)]
    there = set(new.loc[new["set_aside"] == "", FIGURE].itertuples(index=False, name=None))
    already = {str(Reason.of("aside_revised", n=n)) for n in range(number)}
    for table in tables:
        gone = _among(table, changed, _AREA) & ~table["set_aside"].isin(already) & ((table["set_aside"] != "") | ~_among(table, there, FIGURE))
        table.loc[gone, "set_aside"] = str(Reason.of("aside_revised", n=number))
    return new, pd.concat([standing[~_among(standing, changed, _AREA)], new])


def _by_area(table: pd.DataFrame) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    """The figures by indicator and area, in an order of their own, to be compared."""
    return {key: sorted(map(tuple, rows[_SAME].astype(str).to_numpy())) for key, rows in table.groupby(_AREA, sort=False)}


def _among(table: pd.DataFrame, keys: set[tuple[str, ...]], names: list[str]) -> pd.Series:
    """The rows with one of these keys."""
    return pd.Series([key in keys for key in table[names].itertuples(index=False, name=None)], index=table.index, dtype=bool)
