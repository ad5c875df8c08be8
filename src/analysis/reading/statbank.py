"""Statistics Denmark's reported vandalism and arson in the plan's municipality, fetched into the plan folder.

For a comparison also those of the whole country, and the inhabitants of both. The one place of the project that asks another machine.
What comes is kept byte for byte, beside a note of what was asked, where and when; until everything that was asked for is known to be
whole, nothing in the plan folder changes.
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
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from ..promises.agreement import Agreement, Indicator, find_folder, read_agreement
from ..promises.periods import parse_period
from ..promises.problems import PlanError, Problem, closest
from .contracts import STATBANK, STATBANK_MISSING, statbank_columns
from .deliveries import parse_number, read_cells
from .sources import File, Source

ADDRESS = "https://api.statbank.dk/v1/data"
TABLE, FOLDER = "STRAF11", "statbank"
OFFENCES = {"1312": "Brandstiftelse", "1390": "Hærværk"}
COUNTRY, POPULATION = "000", "FOLK1A"  # Statistics Denmark's number of the whole country; its table of inhabitants
LICENCE = "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/deed.da)"
SILENCE = 60  # seconds without a byte, after which an answer is given up
LONGEST = 300  # seconds for an answer as a whole
PAUSES = (2, 10)  # seconds before the second try and the third
LARGEST = 10_000_000  # bytes; the table has about eight thousand
_BLOCK = 1 << 16


@dataclass(frozen=True)
class Asked:
    """One question: which table, of which places, with which offences (none: inhabitants), and the folder its answer is kept in."""

    folder: str
    table: str
    places: Mapping[str, str]  # number → the name to look for in the register
    offences: tuple[str, ...] = ()

    @property
    def query(self) -> dict[str, Any]:
        """The question as the API wants it: every quarter, these places; a variable left out is summed over."""
        wanted = {"OMRÅDE": list(self.places)} | ({"OVERTRÆD": list(self.offences)} if self.offences else {}) | {"Tid": ["*"]}
        return {
            "table": self.table,
            "format": "CSV",
            "lang": "da",
            "delimiter": "Semicolon",
            "variables": [{"code": name, "values": values} for name, values in wanted.items()],
        }

    @property
    def file(self) -> str:
        """The name under which the answer is kept, byte for byte."""
        return f"{self.table.lower()}.csv"

    @property
    def note(self) -> str:
        """The name of the note of what was asked, when, and what came."""
        return f"{self.table.lower()}.json"

    @property
    def publisher(self) -> str:
        """Who is named as the figures' source, with the licence."""
        return f"Danmarks Statistik, Statistikbanken, {self.table} (CC BY 4.0)"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the answer must have, under our names."""
        return tuple(name for name in STATBANK if self.offences or name != "indicator")


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


def questions(code: str, name: str, comparison: bool) -> list[Asked]:
    """What is asked: the municipality's offences; for a comparison those of the country, and the inhabitants of both."""
    offences = tuple(OFFENCES)
    home, country = {code: name}, {COUNTRY: "Hele landet"}
    more = [Asked(f"{FOLDER}_country", TABLE, country, offences), Asked(f"{FOLDER}_inhabitants", POPULATION, home | country)]
    return [Asked(FOLDER, TABLE, home, offences), *(more if comparison else [])]


def fetch(folder: str | Path, address: str = ADDRESS, comparison: bool = False) -> list[Fetched]:
    """Fetch the municipality's reported offences into `statbank/` of this plan folder; for a comparison also the country's, and inhabitants.

    Raises `PlanError` for a plan without a known municipality, an address that is none, and an answer that does not come, is cut off
    or is not the table; what was fetched before then stands as it was, and nothing is kept of a comparison of which a part failed.
    """
    plan = find_folder(folder)
    agreement = read_agreement(plan / "agreement.toml")
    asked = questions(*municipality(agreement.municipality), comparison)
    address = _whole_address(address)
    answers = [(each, _ask(address, each.query)) for each in asked]
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
    places = {word: _place(word, asked, agreement) for word in table["area"].unique()}
    mapped = {word: _indicator(word, agreement) for word in table["indicator"].unique()} if asked.offences else {}
    inhabitants = "" if asked.offences else _inhabitants(agreement)
    if described:
        _write(home / "source.toml", _description(asked, mapped, places, inhabitants, _encoding(answer)).encode())
    used = {word: id_ for word, id_ in mapped.items() if id_}
    return Fetched(
        plan / asked.folder / asked.file,
        len(table),
        max(map(parse_period, table["period"])),
        new,
        described,
        used,
        tuple(word for word in mapped if word not in used),
        tuple(word for word, id_ in places.items() if not id_),
        bool(asked.offences or inhabitants),
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
    told = {
        "table": asked.table,
        "url": address,
        "query": asked.query,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": hashlib.sha256(answer).hexdigest(),
        "bytes": len(answer),
        "licence": LICENCE,
        "source": f"Danmarks Statistik, Statistikbanken.dk/{asked.table}",
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def municipality(told: str) -> tuple[str, str]:
    """Statistics Denmark's number and name of a municipality, told as `330`, `Slagelse`, `330 Slagelse` or `Slagelse Kommune`."""
    known = _municipalities()
    if not told:
        raise PlanError([Problem("no_municipality", "agreement.toml", entry="plan", column="municipality")])
    number, _, rest = told.strip().partition(" ")
    number, rest = (number, rest) if number.isdecimal() else ("", told)
    plain = rest.strip().casefold().removesuffix(" kommune").strip()
    for code, name in known.items():
        named = plain in (name.casefold(), f"{name}s".casefold())  # Københavns Kommune
        if (code == number and (named or not plain)) or (named and not number):
            return code, name
    near = closest(rest.strip().title(), known.values()) or known.get(number, "")
    raise PlanError(
        [
            Problem("unknown_municipality_near", "agreement.toml", told, "plan", column="municipality", detail={"near": near})
            if near
            else Problem("unknown_municipality", "agreement.toml", told, "plan", column="municipality"),
        ]
    )


def _municipalities() -> dict[str, str]:
    """The municipalities since 2007, number → name."""
    lines = resources.files(__package__).joinpath("municipalities.csv").read_text(encoding="utf-8").splitlines()
    return {row["code"]: row["name"] for row in csv.DictReader(lines, delimiter=";")}


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
        raise PlanError([Problem("bad_address", "--address", address, detail={"address": ADDRESS})])
    return urllib.parse.urlunsplit(parts._replace(path=urllib.parse.urlsplit(ADDRESS).path)) if parts.path in ("", "/") else address.strip()


def _ask(address: str, query: Mapping[str, Any]) -> bytes:
    """The answer in full, after as many tries as there are pauses and one."""
    request = urllib.request.Request(
        address,
        json.dumps(query, ensure_ascii=False).encode(),
        method="POST",
        headers={"Content-Type": "application/json; charset=utf-8", "Accept": "text/csv"},
    )
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
            refused = Problem("statbank_refused", address, _message(error), detail={"status": error.code})
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
            raise PlanError([Problem("statbank_large", address, detail={"most": LARGEST // 1_000_000})])
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
    return Problem("statbank_slow", address, detail={"seconds": SILENCE, "tries": len(PAUSES) + 1})


def _cut(address: str) -> Problem:
    return Problem("statbank_cut", address, detail={"tries": len(PAUSES) + 1})


def _unreachable(address: str, reason: object) -> Problem:
    said = (reason.strerror or str(reason)) if isinstance(reason, OSError) else str(reason)
    return Problem("statbank_unreachable", address, detail={"reason": _printable(said)})


# --- what came -------------------------------------------------------------------------------------------------


def _table(answer: bytes, address: str, asked: Asked) -> pd.DataFrame:
    """The answer read as the contract reads it, columns under our names; refused unless it is the whole table asked for."""
    with tempfile.TemporaryDirectory() as home:
        path, problems = Path(home) / asked.file, []
        path.write_bytes(answer)
        source = Source(asked.folder, path.parent, "statbank", asked.publisher, (File(path),))
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
        return Problem("statbank_no_table", address, _printable(found), detail={"table": asked.table})
    return Problem("statbank_no_inhabitants", address, _printable(found), detail={"table": asked.table})


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
        told = json.loads((home / asked.note).read_bytes())
        here = (home / asked.file).read_bytes()
        return here == answer and told["sha256"] == hashlib.sha256(answer).hexdigest() and told["query"] == asked.query
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


def _inhabitants(agreement: Agreement) -> str:
    """The one indicator that others name as the one counting inhabitants; empty where none or several are named."""
    named = {each.population for each in agreement.indicators.values() if each.population}
    return named.pop() if len(named) == 1 else ""


def _place(word: str, asked: Asked, agreement: Agreement) -> str:
    """The register's id of a place of the answer, whichever way it is written there; empty where it has none."""
    plain = word.partition(" ")[2] if word.partition(" ")[0].isdecimal() else word
    code, name = next(
        ((code, name) for code, name in asked.places.items() if plain.casefold() == name.casefold() or word == code),
        next(iter(asked.places.items())) if len(asked.places) == 1 else ("", word),
    )
    country = ("Danmark", "Denmark") if code == COUNTRY else ()
    tries = (word, name, f"{name} Kommune", f"{name}s Kommune", f"{code} {name}", code, *country)
    return next((id_ for each in tries if (id_ := agreement.area_id(each)) in agreement.references), "")


def _description(asked: Asked, mapped: Mapping[str, str], places: Mapping[str, str], inhabitants: str, encoding: str) -> str:
    """A source.toml that checks clean: what the register has no place or indicator for is kept and not used."""
    used = {word: id_ for word, id_ in mapped.items() if id_}
    unused = {word: "no indicator of the register counts reports of this offence" for word, id_ in mapped.items() if not id_}
    counted = asked.offences or inhabitants
    unplaced = {
        word: "the register does not have this place as a [[reference]]" if counted else "no indicator of the register counts inhabitants"
        for word, id_ in places.items()
        if not id_ or not counted
    }
    tables = {
        "areas": {word: id_ for word, id_ in places.items() if word not in unplaced},
        "values.indicator": used,
        "unused.indicator": unused,
        "constants": {} if asked.offences else {"indicator": inhabitants or "inhabitants"},
        "unused.area": unplaced,
    }
    what = "Reported offences" if asked.offences else "Inhabitants on the first day of each quarter"
    about = (
        "An offence is used when [values.indicator] names the indicator that counts it; take it out of [unused.indicator] then."
        if asked.offences
        else "The figure of 1 January stands for the year; the other quarters are kept and not used."
    )
    lines = [
        f"# {what} in {', '.join(places)}, fetched from Statistics Denmark (table {asked.table}).",
        f"# {asked.note} says what was asked, where and when. Fetching again replaces both, never this file.",
        f"# {about}",
        'contract = "statbank"',
        f'publisher = "{asked.publisher}"',
        f'files = ["{asked.file}"]',
        f'encoding = "{encoding}"',
        *([] if asked.offences else ['year_is = "Q1"']),
        "",
        "[columns]",
    ]
    for name, words in tables.items():
        lines += ["", f"[{name}]", *(f"{_quoted(word)} = {_quoted(told)}" for word, told in words.items())] if words else []
    text = "\n".join(lines) + "\n"
    tomllib.loads(text)
    return text


def _quoted(text: str) -> str:
    """The text as TOML writes it; JSON writes the same."""
    return json.dumps(text, ensure_ascii=False)
