"""Statistics Denmark's reported vandalism and arson in the plan's municipality, fetched into the plan folder.

For a comparison also those of the whole country, and the inhabitants of both.
What comes is kept byte for byte, beside a note of what was asked, where and when; until everything that was asked for is known to be
whole, nothing in the plan folder changes.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from ..promises.agreement import Agreement, find_folder, read_agreement
from ..promises.periods import parse_period
from ..promises.problems import PlanError, Problem
from .contracts import STATBANK_MISSING, statbank_columns
from .deliveries import parse_number, read_cells
from .municipalities import municipality
from .sources import File, Source
from .statbank_description import Description
from .statbank_questions import Asked, questions
from .web import ask, printable, whole_address

ADDRESS = "https://api.statbank.dk/v1/data"
LICENCE = "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/deed.da)"


@dataclass(frozen=True)
class Fetched:
    """What a fetch left in the plan folder, and how its figures are used."""

    path: Path
    rows: int
    last: str  # the latest period in the table
    new: bool  # whether anything in it is not as it was
    described: bool  # whether source.toml was written: never over one that is there
    used: Mapping[str, str] = field(default_factory=dict)  # offence → indicator, where this fetch declared it
    unused: tuple[str, ...] = ()  # offences for which the register has no indicator
    unplaced: tuple[str, ...] = ()  # places that the register does not have
    counted: bool = True  # whether the register has an indicator for inhabitants, where these were asked for


def fetch(folder: str | Path, address: str = ADDRESS, comparison: bool = False) -> list[Fetched]:
    """Fetch the municipality's reported offences into `statbank/` of this plan folder; for a comparison also the country's, and inhabitants.

    Raises `PlanError` for a plan without a known municipality, an address that is none, and an answer that does not come, is cut off
    or is not the table; what was fetched before then stands as it was, and nothing is kept of a comparison of which a part failed.
    """
    plan = find_folder(folder)
    agreement = read_agreement(plan / "agreement.toml")
    asked = questions(*municipality(agreement.municipality), comparison)
    address = whole_address(address, ADDRESS)
    answers = [(each, ask(address, each.query)) for each in asked]
    tables = [_table(answer, address, each) for each, answer in answers]
    for each in asked:
        if (home := plan / each.folder).exists() and not home.is_dir():
            raise NotADirectoryError(f"{home} is a file where a folder should be")
    with ExitStack() as kept:
        homes = [kept.enter_context(_kept(plan / each.folder)) for each in asked]
        return [_keep(plan, home, address, each, answer, table, agreement) for home, (each, answer), table in zip(homes, answers, tables, strict=True)]


def _keep(plan: Path, home: Path, address: str, asked: Asked, answer: bytes, table: pd.DataFrame, agreement: Agreement) -> Fetched:
    """One answer with its note and, where there is none yet, the source.toml that says how it is read."""
    new, described = not _same(home, answer, asked), not (home / "source.toml").exists()
    if new:
        _write(home / asked.file, answer)
        _write(home / asked.note, _note(address, asked, answer))
    description = Description.of(asked, table, agreement, _encoding(answer))
    if described:
        _write(home / "source.toml", description.toml().encode())
    last = max(map(parse_period, table["period"]))
    unplaced = tuple(word for word, id_ in description.places.items() if not id_)
    return Fetched(
        plan / asked.folder / asked.file, len(table), last, new, described, description.used, tuple(description.unused), unplaced, description.is_counted
    )


@contextmanager
def _kept(home: Path) -> Iterator[Path]:
    """The folder to write to: this one, or a new one that takes its name when the block ends well."""
    if home.exists():
        yield home
        return
    new = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.parent))
    try:
        new.chmod(0o755)
        yield new
        os.rename(new, home)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _note(address: str, asked: Asked, answer: bytes) -> bytes:
    """What was asked, where and when, what came, and under which licence."""
    note = {
        "table": asked.table,
        "url": address,
        "query": asked.query,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": hashlib.sha256(answer).hexdigest(),
        "bytes": len(answer),
        "licence": LICENCE,
        "source": f"Danmarks Statistik, Statistikbanken.dk/{asked.table}",
    }
    return (json.dumps(note, ensure_ascii=False, indent=2) + "\n").encode()


# --- what came -------------------------------------------------------------------------------------------------


def _table(answer: bytes, address: str, asked: Asked) -> pd.DataFrame:
    """The answer read as the contract reads it, columns under our names; refused unless it is the whole table asked for."""
    with tempfile.TemporaryDirectory() as home:
        path, problems = Path(home) / asked.file, []
        path.write_bytes(answer)
        source = Source(name=asked.folder, folder=path.parent, contract="statbank", publisher=asked.publisher, files=(File(path),), columns={})
        frames = [cells.frame for cells in read_cells(path, source, path.parent, problems)]
    problems = [problem for problem in problems if problem.level == "error"]
    frame = pd.concat(frames) if frames else pd.DataFrame()
    named = statbank_columns(list(frame.columns))
    if problems or sorted(named.values()) != sorted(asked.columns):
        raise PlanError([_no_table(address, asked, _start(answer)), *problems[:3]])
    table = frame.rename(columns=named)[list(asked.columns)]
    _require_whole(table, address, asked)
    return table


def _require_whole(table: pd.DataFrame, address: str, asked: Asked) -> None:
    """Every cell readable, and every place and offence asked for in every quarter: a table that lacks some is an answer cut off."""
    for row in table.to_dict("records"):
        readable = row["value"] in STATBANK_MISSING or row["value"] == "-" or parse_number(row["value"]) is not None
        if parse_period(row["period"]) is None or not readable or not row["area"] or row.get("indicator") == "":
            raise PlanError([_no_table(address, asked, ";".join(map(str, row.values())))])
    keys = [name for name in asked.columns if name != "value"]
    sizes = table[keys].nunique()
    wanted = {"area": len(asked.places)} | ({"indicator": len(asked.offences)} if asked.offences else {})
    if table.duplicated(keys).any() or sizes.prod() != len(table) or any(sizes[name] != number for name, number in wanted.items()):
        raise PlanError([_no_table(address, asked, f"{len(table)} × ({', '.join(str(sizes[name]) for name in (*wanted, 'period'))})")])


def _no_table(address: str, asked: Asked, found: str) -> Problem:
    if asked.offences:
        return Problem("statbank_no_table", address, printable(found), detail={"table": asked.table})
    return Problem("statbank_no_inhabitants", address, printable(found), detail={"table": asked.table})


def _start(answer: bytes) -> str:
    return answer[:200].decode("utf-8-sig", errors="replace")


def _encoding(answer: bytes) -> str:
    """The encoding the reader will find; it asks for one to be declared where it is not UTF-8."""
    try:
        answer.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _same(home: Path, answer: bytes, asked: Asked) -> bool:
    """Whether this very answer to this very question lies there already, with a note that says so."""
    try:
        note = json.loads((home / asked.note).read_bytes())
        here = (home / asked.file).read_bytes()
        return here == answer and note["sha256"] == hashlib.sha256(answer).hexdigest() and note["query"] == asked.query
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _write(path: Path, content: bytes) -> None:
    """A file that takes the place of an earlier one only when all of it is on the disk."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
