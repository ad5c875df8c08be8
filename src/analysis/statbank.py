"""Statistics Denmark's reported vandalism and arson in the plan's municipality, fetched into the plan folder.

The one place of the project that asks another machine. What comes is kept byte for byte, beside a note of what was asked, where
and when; until it is known to be the whole table that was asked for, nothing in the plan folder changes.
"""

import csv
import hashlib
import http.client
import json
import os
import shutil
import tempfile
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from .agreement import Agreement, Indicator, read_agreement
from .contracts import STATBANK, STATBANK_MISSING, statbank_columns
from .deliveries import parse_number, read_cells
from .periods import parse_period
from .plan import find_folder
from .problems import PlanError, Problem, closest
from .sources import File, Source

ADDRESS = "https://api.statbank.dk/v1/data"
TABLE, FOLDER = "STRAF11", "statbank"
OFFENCES = {"1312": "Brandstiftelse", "1390": "Hærværk"}
LICENCE = "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/deed.da)"
PUBLISHER = f"Danmarks Statistik, Statistikbanken, {TABLE} (CC BY 4.0)"
SILENCE = 60  # seconds without a byte, after which an answer is given up
LONGEST = 300  # seconds for an answer as a whole
PAUSES = (2, 10)  # seconds before the second try and the third
LARGEST = 10_000_000  # bytes; the table has about eight thousand
_FILE, _NOTE = f"{TABLE.lower()}.csv", f"{TABLE.lower()}.json"
_BLOCK = 1 << 16


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
    placed: bool = True  # whether the register has the municipality as a place


def fetch(folder: str | Path, address: str = ADDRESS) -> Fetched:
    """Fetch the municipality's reported offences into `statbank/` of this plan folder.

    Raises `PlanError` for a plan without a known municipality, an address that is none, and an answer that does not come, is cut off
    or is not the table; what was fetched before then stands as it was.
    """
    plan = find_folder(folder)
    agreement = read_agreement(plan / "agreement.toml")
    code, name = municipality(agreement.municipality)
    address, query = _whole_address(address), query_of(code)
    answer = _ask(address, query)
    table = _table(answer, address)
    with _kept(plan / FOLDER) as home:
        new, described = not _same(home, answer, query), not (home / "source.toml").exists()
        if new:
            _write(home / _FILE, answer)
            _write(home / _NOTE, _note(address, query, answer))
        place = _place(table, agreement, code, name)
        mapped = {word: _indicator(word, agreement) for word in table["indicator"].unique()}
        if described:
            _write(home / "source.toml", _description(table, mapped, place, _encoding(answer)).encode())
    used = {word: id_ for word, id_ in mapped.items() if id_}
    unused = tuple(word for word in mapped if word not in used)
    return Fetched(plan / FOLDER / _FILE, len(table), max(map(parse_period, table["period"])), new, described, used, unused, bool(place))


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


def _note(address: str, query: Mapping[str, Any], answer: bytes) -> bytes:
    """What was asked, where and when, what came, and under which licence."""
    told = {"table": TABLE, "url": address, "query": query, "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "sha256": hashlib.sha256(answer).hexdigest(), "bytes": len(answer), "licence": LICENCE,
            "source": f"Danmarks Statistik, Statistikbanken.dk/{TABLE}"}  # fmt: skip
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def municipality(told: str) -> tuple[str, str]:
    """Statistics Denmark's number and name of a municipality, told as `330`, `Slagelse`, `330 Slagelse` or `Slagelse Kommune`."""
    known = _municipalities()
    if not told:
        raise PlanError([Problem("no_municipality", "agreement.toml", "the plan names no municipality; write municipality = \"330 Slagelse\" under [plan]",
                                 entry="plan", column="municipality")])  # fmt: skip
    number, _, rest = told.strip().partition(" ")
    number, rest = (number, rest) if number.isdecimal() else ("", told)
    plain = rest.strip().casefold().removesuffix(" kommune").strip()
    for code, name in known.items():
        named = plain in (name.casefold(), f"{name}s".casefold())  # Københavns Kommune
        if (code == number and (named or not plain)) or (named and not number):
            return code, name
    near = closest(rest.strip().title(), known.values()) or known.get(number, "")
    raise PlanError([
        Problem("unknown_municipality_near", "agreement.toml", "is not a Danish municipality; did you mean '{near}'?", told, "plan", column="municipality",
                detail={"near": near}) if near else
        Problem("unknown_municipality", "agreement.toml", "is not a Danish municipality; write its name or number, such as \"330 Slagelse\"", told, "plan",
                column="municipality"),
    ])  # fmt: skip


def _municipalities() -> dict[str, str]:
    """The municipalities since 2007, number → name."""
    lines = resources.files(__package__).joinpath("municipalities.csv").read_text(encoding="utf-8").splitlines()
    return {row["code"]: row["name"] for row in csv.DictReader(lines, delimiter=";")}


def query_of(code: str) -> dict[str, Any]:
    """The question as the API wants it: both offences, every quarter, one municipality."""
    wanted = {"OMRÅDE": [code], "OVERTRÆD": list(OFFENCES), "Tid": ["*"]}
    return {"table": TABLE, "format": "CSV", "lang": "da", "delimiter": "Semicolon",
            "variables": [{"code": name, "values": values} for name, values in wanted.items()]}  # fmt: skip


# --- asking --------------------------------------------------------------------------------------------------


class _TryAgain(Exception):
    """A try that failed for a reason that may pass; holds the problem to tell when the last has failed."""

    def __init__(self, problem: Problem):
        self.problem = problem


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A question that is sent on elsewhere comes back as refused: who else answers is nobody's business."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _whole_address(address: str) -> str:
    """The address with the API's path where it has none; refused when it is not one of the web."""
    try:
        parts = urllib.parse.urlsplit(address.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and address.isascii() and " " not in address.strip() and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.username is not None:
        raise PlanError([Problem("bad_address", "--address", "must be an address such as {address}", address, detail={"address": ADDRESS})])
    return urllib.parse.urlunsplit(parts._replace(path=urllib.parse.urlsplit(ADDRESS).path)) if parts.path in ("", "/") else address.strip()


def _ask(address: str, query: Mapping[str, Any]) -> bytes:
    """The answer in full, after as many tries as there are pauses and one."""
    request = urllib.request.Request(address, json.dumps(query, ensure_ascii=False).encode(), method="POST",
                                     headers={"Content-Type": "application/json; charset=utf-8", "Accept": "text/csv"})  # fmt: skip
    opener = urllib.request.build_opener(_NoRedirect)
    for pause in (*PAUSES, None):
        try:
            return _one_try(opener, request, address)
        except _TryAgain as failed:
            if pause is None:
                raise PlanError([failed.problem]) from None
            time.sleep(pause)
    raise AssertionError("the last try returns or raises")


def _one_try(opener: urllib.request.OpenerDirector, request: urllib.request.Request, address: str) -> bytes:
    """One question asked; what may pass raises `_TryAgain`, what will not raises `PlanError`."""
    try:
        with opener.open(request, timeout=SILENCE) as response:
            return _body(response, address)
    except urllib.error.HTTPError as error:
        with error:
            refused = Problem("statbank_refused", address, "answered with error {status}; nothing was changed", _message(error), detail={"status": error.code})
        raise (_TryAgain(refused) if error.code >= 500 or error.code in (408, 429) else PlanError([refused])) from None
    except TimeoutError:
        raise _TryAgain(_slow(address)) from None
    except http.client.HTTPException:  # cut off, or not an answer at all
        raise _TryAgain(_cut(address)) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _TryAgain(_slow(address)) from None
        raise _TryAgain(_unreachable(address, error.reason)) from None
    except OSError as error:
        raise _TryAgain(_unreachable(address, error)) from None


def _body(response: http.client.HTTPResponse, address: str) -> bytes:
    """The answer's bytes: all of them, within the time, and not more than such a table can have."""
    end, blocks, size = time.monotonic() + LONGEST, [], 0
    while block := response.read1(_BLOCK):  # returns with what has come, so that the time is looked at
        blocks.append(block)
        size += len(block)
        if size > LARGEST:
            raise PlanError([Problem("statbank_large", address, "answered with more than {most} MB, which is not the table; nothing was changed",
                                     detail={"most": LARGEST // 1_000_000})])  # fmt: skip
        if time.monotonic() > end:
            raise _TryAgain(_slow(address))
    body, length = b"".join(blocks), response.getheader("Content-Length")
    told = length is not None or response.chunked
    # without a length nothing but the last line's end tells that all has come
    if (length is not None and length.isdecimal() and size < int(length)) or (not told and not body.endswith(b"\n")):
        raise _TryAgain(_cut(address))
    return body


def _message(error: urllib.error.HTTPError) -> str:
    """What the API says is wrong: the `message` of its JSON, else nothing but the status."""
    try:
        said = json.loads(error.read(_BLOCK))["message"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, RecursionError):
        said = error.reason
    return _printable(str(said))


def _printable(text: str) -> str:
    """The text in one line without what a terminal would obey."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text[:1000]).split())[:200]


def _slow(address: str) -> Problem:
    return Problem("statbank_slow", address, "did not answer in full within {seconds} seconds, tried {tries} times; nothing was changed",
                   detail={"seconds": SILENCE, "tries": len(PAUSES) + 1})  # fmt: skip


def _cut(address: str) -> Problem:
    return Problem("statbank_cut", address, "broke off in the middle of the answer, tried {tries} times; nothing was changed",
                   detail={"tries": len(PAUSES) + 1})  # fmt: skip


def _unreachable(address: str, reason: object) -> Problem:
    said = (reason.strerror or str(reason)) if isinstance(reason, OSError) else str(reason)
    return Problem("statbank_unreachable", address, "cannot be reached ({reason}); is this machine online? Nothing was changed",
                   detail={"reason": _printable(said)})  # fmt: skip


# --- what came -------------------------------------------------------------------------------------------------


def _table(answer: bytes, address: str) -> pd.DataFrame:
    """The answer read as the contract reads it, columns under our names; refused unless it is the whole table asked for."""
    with tempfile.TemporaryDirectory() as home:
        path, problems = Path(home) / _FILE, []
        path.write_bytes(answer)
        source = Source(FOLDER, path.parent, "statbank", PUBLISHER, (File(path),))
        frames = [cells.frame for cells in read_cells(path, source, path.parent, problems)]
    problems = [problem for problem in problems if problem.level == "error"]
    frame = pd.concat(frames) if frames else pd.DataFrame()
    named = statbank_columns(list(frame.columns))
    if problems or sorted(named.values()) != sorted(STATBANK):
        raise PlanError([_no_table(address, _start(answer)), *problems[:3]])
    table = frame.rename(columns=named)[list(STATBANK)]
    _require_whole(table, address)
    return table


def _require_whole(table: pd.DataFrame, address: str) -> None:
    """Every cell readable, one place, and both offences for every quarter: a table that lacks some is an answer cut off."""
    for row in table.to_dict("records"):
        readable = row["value"] in STATBANK_MISSING or row["value"] == "-" or parse_number(row["value"]) is not None
        if parse_period(row["period"]) is None or not readable or not row["area"] or not row["indicator"]:
            raise PlanError([_no_table(address, ";".join(map(str, row.values())))])
    offences, periods = table["indicator"].nunique(), table["period"].nunique()
    if table.duplicated(["indicator", "period"]).any() or offences * periods != len(table) or offences != len(OFFENCES) or table["area"].nunique() != 1:
        raise PlanError([_no_table(address, f"{len(table)} × ({offences}, {periods})")])


def _no_table(address: str, found: str) -> Problem:
    return Problem("statbank_no_table", address, "is not the whole table {table}, both offences in every quarter; nothing was changed", _printable(found),
                   detail={"table": TABLE})  # fmt: skip


def _start(answer: bytes) -> str:
    return answer[:200].decode("utf-8-sig", errors="replace")


def _encoding(answer: bytes) -> str:
    """The encoding the reader will find; it asks for one to be declared where it is not UTF-8."""
    try:
        answer.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _same(home: Path, answer: bytes, query: Mapping[str, Any]) -> bool:
    """Whether this very answer to this very question lies there already, with a note that says so."""
    try:
        told = json.loads((home / _NOTE).read_bytes())
        here = (home / _FILE).read_bytes()
        return here == answer and told["sha256"] == hashlib.sha256(answer).hexdigest() and told["query"] == query
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


# --- how it is to be read: source.toml --------------------------------------------------------------------------

_ABOUT = {"Brandstiftelse": ("brand", "ildspåsæt", "arson"), "Hærværk": ("hærværk", "vandalism")}
_REPORTED = ("anmeld", "report")


def _indicator(word: str, agreement: Agreement) -> str:
    """The one indicator of the register that counts reports of this offence by the calendar year; empty where none or several do."""
    offence = next((OFFENCES[code] for code in OFFENCES if word.startswith(code) or OFFENCES[code].casefold() in word.casefold()), "")
    fits = [each.id for each in agreement.indicators.values() if _counts_reports(each, _ABOUT.get(offence, ()))]
    return fits[0] if len(fits) == 1 else ""


def _counts_reports(indicator: Indicator, about: tuple[str, ...]) -> bool:
    said = " ".join([indicator.id, *indicator.name.values()]).casefold()
    added = (indicator.unit, indicator.measure, indicator.combine, indicator.period) == ("count", "count", "sum", "calendar_year")
    return added and any(word in said for word in about) and any(word in said for word in _REPORTED)


def _place(table: pd.DataFrame, agreement: Agreement, code: str, name: str) -> str:
    """The register's id of the municipality, whichever way it is written there; empty where it has none."""
    tries = (table["area"].iloc[0], name, f"{name} Kommune", f"{name}s Kommune", f"{code} {name}", code)
    return next((id_ for word in tries if (id_ := agreement.area_id(word)) in agreement.references), "")


def _description(table: pd.DataFrame, mapped: Mapping[str, str], place: str, encoding: str) -> str:
    """A source.toml that checks clean: what the register has no place or indicator for is kept and not used."""
    area = str(table["area"].iloc[0])
    used = {word: id_ for word, id_ in mapped.items() if id_}
    unused = {word: "no indicator of the register counts reports of this offence" for word, id_ in mapped.items() if not id_}
    tables = {"areas": {area: place} if place else {}, "values.indicator": used, "unused.indicator": unused,
              "unused.area": {} if place else {area: "the register does not have the municipality as a [[reference]]"}}  # fmt: skip
    lines = [
        f"# Reported offences in the municipality by quarter, fetched from Statistics Denmark (table {TABLE}).",
        f"# {_NOTE} says what was asked, where and when. Fetching again replaces both, never this file.",
        "# An offence is used when [values.indicator] names the indicator that counts it; take it out of [unused.indicator] then.",
        'contract = "statbank"', f'publisher = "{PUBLISHER}"', f'files = ["{_FILE}"]', f'encoding = "{encoding}"', "", "[columns]",
    ]  # fmt: skip
    for name, words in tables.items():
        lines += ["", f"[{name}]", *(f"{_quoted(word)} = {_quoted(told)}" for word, told in words.items())] if words else []
    text = "\n".join(lines) + "\n"
    tomllib.loads(text)
    return text


def _quoted(text: str) -> str:
    """The text as TOML writes it; JSON writes the same."""
    return json.dumps(text, ensure_ascii=False)
