"""One supplier's files through their contract: a tidy table, one line a file, and every problem met.

An error refuses the figures of the file it stands in, a warning is shown with them. An error in a correction
refuses the source: what the earlier figures should have been is not known.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..promises.agreement import Agreement
from ..promises.periods import lies_within, months_of, parse_period
from ..promises.problems import Problem, closest
from ..promises.reasons import Reason, from_json, to_json
from ..promises.received import sha256
from .account import NUMBERS, USED, Account, SheetAccount, lost, sheet_table
from .contracts import CONTRACTS, Columns, earliest, fits, statbank_columns
from .declarations import Declarations, nowhere
from .deliveries import MOST_PROBLEMS, read_cells
from .figure_columns import same_figure
from .figures import TIDY, finished, tidy_figures
from .ignored import swallowed
from .listings import Listing, Rows, as_it_stands, beyond, by_records, editions, held, listing, put_beside, told_again, unknown_held, unmet
from .measures import joined
from .numbers import bounded, with_bases
from .records import not_held, same_ids
from .sources import LISTS, File, Source
from .tally import Tally

_REFUSED = Reason("aside_refused")
FILES = ["source", "table", "publisher", "contract", "delivery", "file", "sheet", *NUMBERS, "reasons", "sha256"]


@dataclass
class Delivery:
    """What one source brought: its tidy table, one line per file and sheet, and every problem met.

    `table` has the columns of the codebook's `<source>.csv`. `status` is empty and `missing` says why where there is
    no value; a row with `set_aside` is kept and not used.
    """

    source: Source
    table: pd.DataFrame
    files: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    declared: Declarations | None = None
    records: Rows = field(default_factory=dict)
    account: dict[str, Account] = field(default_factory=dict)  # by file what became of its rows and columns

    @property
    def used(self) -> pd.DataFrame:
        """The rows that become observations."""
        return self.table[self.table["set_aside"] == ""]


def read_deliveries(sources: Iterable[Source], agreement: Agreement, plan: Path, publications: Iterable[str], as_of: date | None = None) -> list[Delivery]:
    """Every table of every supplier, each as `read_delivery` reads it. What no table of a folder has is a problem of the first that declares it."""
    deliveries = [read_delivery(source, agreement, plan, publications, as_of) for source in sources]
    for _, tables in groupby(deliveries, lambda delivery: delivery.source.name):
        folder = list(tables)
        whole = not any(problem.level == "error" for delivery in folder for problem in delivery.problems)
        read = [(delivery, delivery.declared) for delivery in folder if delivery.declared]
        for (delivery, _), problems in zip(read, nowhere([declared for _, declared in read], whole), strict=True):
            delivery.problems += problems
        for delivery, problems in zip(folder, unmet([(each.source, each.records) for each in folder]) if whole else (), strict=whole):
            delivery.problems += problems
        for file, accounts in accounts_of(folder).items() if whole else ():
            folder[0].problems += lost(file, accounts)
    for delivery in deliveries:
        refuse(delivery)
    return deliveries


def read_delivery(source: Source, agreement: Agreement, plan: Path, publications: Iterable[str], as_of: date | None = None) -> Delivery:
    """Every file of a source as one tidy table under its contract; problems name file, sheet, row and column.

    `publications` are the ids that a `source` column may name. No date may lie after `as_of`, nor after the day a
    file was received.
    """
    problems: list[Problem] = []
    toml = f"{source.name}/source.toml"
    if source.contract not in CONTRACTS:
        known, near = ", ".join(CONTRACTS), closest(source.contract, CONTRACTS)
        problems.append(
            Problem("unknown_contract_near", toml, source.contract, detail={"near": near})
            if near
            else Problem("unknown_contract", toml, source.contract, detail={"known": known})
        )
        return Delivery(source, finished(pd.DataFrame(columns=TIDY)), _files(source, plan, {}), problems)
    problems += _bad_covers(source, toml, agreement) + unknown_held(source, toml, agreement) + same_figure(source, agreement)
    read: dict[Path, Account] = {}
    declared = Declarations(source)
    listings = [listing(file, source, agreement, earliest(as_of, file.received)) for file in source.files]
    if source.contract in LISTS:
        table = _counted(listings, source, agreement, plan, problems, read, declared) if not problems else pd.DataFrame(columns=TIDY)
    else:
        frames = [_figures(file, source, agreement, plan, publications, as_of, problems, read, declared) for file in source.files] if not problems else []
        table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=TIDY)
    records: Rows = {}
    for correction, rows in (found for each in listings for found in each.rows.items()):
        records[correction] = records.get(correction, set()) | rows
    account = {path.relative_to(plan).as_posix(): sheets for path, sheets in read.items()}
    return Delivery(source, finished(table), _files(source, plan, read), problems, declared, records, account)


def accounts_of(folder: Iterable[Delivery]) -> dict[str, list[Account]]:
    """The accounts of each file, one for every table of the folder that has the file."""
    found: dict[str, list[Account]] = {}
    for delivery in folder:
        for file, account in delivery.account.items():
            found.setdefault(file, []).append(account)
    return found


def sheets_of(deliveries: Iterable[Delivery]) -> pd.DataFrame:
    """Every sheet that was delivered, so that it can be drawn; see `account.sheet_table`."""
    tables = [sheet_table(name, accounts_of(folder)) for name, folder in groupby(deliveries, lambda delivery: delivery.source.name)]
    return pd.concat(tables, ignore_index=True) if tables else sheet_table("", {})


def refuse(delivery: Delivery) -> None:
    """Take out the figures of every file with an error; of all files where it is a correction or `source.toml`, or the files are counted together."""
    bad = {problem.file for problem in delivery.problems if problem.level == "error"}
    if not bad:
        return
    plan = delivery.source.folder.parent
    all_of_it = f"{delivery.source.name}/source.toml" in bad or delivery.source.contract in LISTS
    corrected = any(file.correction and file.path.relative_to(plan).as_posix() in bad for file in delivery.source.files)
    everything = all_of_it or corrected
    if everything:
        delivery.table = delivery.table.iloc[:0]
    delivery.table = delivery.table[~delivery.table["file"].isin(bad)].reset_index(drop=True)
    lines = delivery.files.to_dict("records")
    delivery.files = pd.DataFrame([_refused(line) if everything or line["file"] in bad else line for line in lines], columns=FILES)


def _refused(line: dict[str, Any]) -> dict[str, Any]:
    """The account of a file that was refused, as far as it was read: rows without another role are set aside for that."""
    rest = line["rows"] - sum(line[name] for name in ("titles", "headings", "blank", "set_aside", "not_read"))
    reasons = [*from_json(line["reasons"]), *[((_REFUSED,), rest)][: bool(rest)]]
    return line | {"used": 0, "set_aside": line["set_aside"] + rest, "reasons": to_json(reasons)}


def _bad_covers(source: Source, toml: str, agreement: Agreement) -> list[Problem]:
    """Lists must say which periods they cover in full; every such period must be one."""
    problems = []
    for covers in {source.covers, *(file.covers for file in source.files)}:
        problems += [Problem("bad_period", toml, word, column="covers") for word in covers if parse_period(word) is None]
        problems += [
            Problem("covers_not_in_time", toml, word, column="covers", detail={"first": agreement.first_year, "last": date.today().isoformat()})
            for word in covers
            if not lies_within(parse_period(word) or "", agreement.first_year, date.today(), agreement.start.month)
        ]
        if source.contract in LISTS and not covers:
            problems.append(Problem("missing_covers", toml))
    return problems


def _files(source: Source, plan: Path, read: Mapping[Path, Account]) -> pd.DataFrame:
    """One line per file and sheet: what it is, how many rows it has and what became of them, and the file's checksum.

    A sheet that another table of the folder reads is left to that one.
    """
    lines = [
        {
            "source": source.name,
            "table": source.table,
            "publisher": source.publisher,
            "contract": source.contract,
            "delivery": file.delivery,
            "file": file.path.relative_to(plan).as_posix(),
            "sheet": sheet.name,
            **sheet.numbers(),
            "sha256": sha256(file.path),
        }
        for file in source.files
        for sheet in _lined_up(read.get(file.path, Account()), source)
    ]
    return pd.DataFrame(lines, columns=FILES)


def _lined_up(account: Account, source: Source) -> list[SheetAccount]:
    """The sheets of a file that get a line; one without anything in it where no sheet could be read."""
    return [sheet for sheet in account.values() if sheet.name not in source.sheets_elsewhere or sheet.headings] or [SheetAccount()]


def _pieces(
    file: File, source: Source, agreement: Agreement, plan: Path, problems: list[Problem], read: dict[Path, Account], declared: Declarations | None = None
):
    """Every piece of a file under our names, once for each block of columns; stops when too much is wrong."""
    name, account, before = file.path.relative_to(plan).as_posix(), read.setdefault(file.path, Account()), len(problems)
    by_file = source.constants_by_file.get(file.path.name, {}) | source.constants_by_file.get(file.path.relative_to(source.folder).as_posix(), {})
    fitting: set[str] = set()
    for cells in read_cells(file.path, source, plan, problems, declared and declared.met, account):
        if source.contract == "statbank" and not source.columns:
            source = source.model_copy(update={"columns": statbank_columns(list(cells.frame.columns))})
        if cells.sheet not in fitting and not fits(cells, source, name, problems):
            return
        fitting.add(cells.sheet)
        blank_said = [name for name, words in source.values.items() if "" in words]
        account[cells.sheet].note_columns(cells.frame, dict.fromkeys(source.where, "") | source.meanings, source.ignored_columns, blank_said)
        constants = by_file | source.constants_by_sheet.get(cells.sheet, {})
        if declared:
            declared.see(cells, source, source.constants | constants)
        problems += swallowed(cells, source, name, agreement, constants)
        all_rows, cells = cells.frame.index, with_bases(bounded(joined(cells, source, name, problems), source), source)
        account[cells.sheet].note(USED, all_rows.difference(cells.frame.index))  # beside the figure they belong to
        for number, block in enumerate(source.blocks):
            met: list[Problem] = []
            columns = Columns(cells, source, block, name, agreement, met, constants)
            yield columns, number
            problems += [problem for problem in met if not number or problem not in problems[before:]]  # shared columns are read by each block
            if not number:
                account[cells.sheet].note_read(columns.aside)
        if len(problems) - before > MOST_PROBLEMS:
            problems.append(Problem("too_many_problems", name, detail={"most": MOST_PROBLEMS}))
            return


def _figures(file: File, source: Source, agreement: Agreement, plan: Path, publications, as_of, problems, read, declared) -> pd.DataFrame:
    """One file in which a row is a figure, as tidy rows."""
    frames, last = [], earliest(as_of, file.received)
    for columns, _ in _pieces(file, source, agreement, plan, problems, read, declared):
        rows = tidy_figures(columns, publications).assign(delivery=file.delivery)
        not_held(columns, rows.loc[rows["set_aside"] == "", ["row", "area"]].set_index("row")["area"], held(file, source, agreement))
        _inside(rows, columns, file, last, agreement)
        frames.append(rows)
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=TIDY)


def _inside(rows: pd.DataFrame, columns: Columns, file: File, last: date | None, agreement: Agreement) -> None:
    """Periods must lie in what the file was declared to cover, and have begun by the day of the delivery."""
    used = rows[rows["set_aside"] == ""]
    first_month = agreement.start.month
    covered = {month for period in file.covers for month in months_of(parse_period(period) or "", first_month)}
    for period in used["period"].dropna().unique():
        months, here = months_of(period, first_month), used.loc[used["period"] == period, "row"]
        if covered and not set(months) <= covered:
            for row in here:
                columns.say("outside_covers", row, "period", period, covers=", ".join(file.covers))
        elif last and len(months) and months.start > last.year * 12 + last.month - 1:
            for row in here:
                columns.say("in_the_future", row, "period", period, day=last.isoformat())


def _counted(listings: list[Listing], source: Source, agreement: Agreement, plan: Path, problems, read, declared) -> pd.DataFrame:
    """Files in which a row is a record, counted together, and once more for each later delivery that corrects them.

    Of a later count only the indicators stay that it changes.
    """
    tables: list[pd.DataFrame] = []
    standing = pd.DataFrame()

    def pieces(each: Listing, number: int, met: list[Problem]) -> Iterator[tuple[Columns, int]]:
        """A file's pieces when it comes, and once more as they stand after a later delivery."""
        again, piece = each.file.delivery < number, 0
        for columns, block in _pieces(each.file, source, agreement, plan, met, {} if again else read, None if again else declared):
            piece += not block
            yield as_it_stands(columns, each, listings, number, block > 0, each is listings[0] and piece == 1), block

    for number in editions(source):
        mine, earlier = [each for each in listings if each.file.delivery == number], [each for each in listings if each.file.delivery < number]
        outside = [problem for each in mine for problem in beyond(each, listings[0])]
        problems += outside
        tally = Tally(listings[0].listed)
        for each in [*mine, *earlier]:  # the figures stand where the newest file begins
            met: list[Problem] = []
            for columns, block in pieces(each, number, met):
                tally.add(columns, block > 0, each.listed)
            problems += met if each in mine else told_again(met, each, problems)
        problems += [problem for problem in tally.problems() if problem not in problems] if mine else []
        if len(repeated := tally.repeated()) and not outside:
            found: list[Problem] = []
            _report_repeated(repeated, (columns for each in [*earlier, *mine] for columns, block in pieces(each, number, []) if not block), source, found)
            problems += found
        counted = tally.figures().assign(delivery=number)
        if tables:
            counted = counted if mine else counted.assign(**by_records(source, number))
            counted, standing = put_beside(counted, standing, tables, number)
        else:
            standing = counted
        tables.append(counted)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=TIDY)


def _report_repeated(hashes: np.ndarray, pieces: Iterable[Columns], source: Source, problems: list[Problem]) -> None:
    """Which rows bear an incident's id that stands elsewhere too: the files are read once more, for these ids only."""
    first: dict[str, tuple[str, int, str]] = {}
    for columns in pieces:
        written, ids = columns.words("id"), same_ids(columns.words("id"), source)
        for row, id_ in ids[np.isin(pd.util.hash_array(ids.to_numpy(dtype=object)), hashes)].items():
            file, number, as_written = first.setdefault(id_, (columns.file, int(row), written[row]))
            if (file, number) == (columns.file, int(row)):
                continue
            place = {"sheet": columns.sheet, **columns.at(row, "id"), "detail": {"first": number, "file": file}}
            if as_written == written[row]:
                problems.append(Problem("repeated_id_row", columns.file, **place))
            else:
                problems.append(Problem("alike_id_row", columns.file, written[row], **place))
        if len(problems) > MOST_PROBLEMS:
            return
