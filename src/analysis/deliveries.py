"""What suppliers sent: files as cells with coordinates, read exactly and without knowing what they mean.

Every cell stays the text that was delivered; a number, a period or a missing mark is recognised strictly
or not at all. Row numbers are those a person sees when the file is opened.
"""

import csv
import hashlib
import io
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from .agreement import PlanError, Problem, closest

MISSING = ("not_available", "not_delivered", "suppressed_at_source")
STATUS = ("measured", "printed", "derived", "estimate", "suspect")
_CPR = re.compile(r"(?<![\d.,])(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d\d[- ]?\d{4}(?![\d.,])")
LARGEST_FILE = 200_000_000  # bytes; a larger delivery is not a table somebody typed

_FIELDS = {
    "contract": str, "publisher": str, "files": list, "documents": list, "encoding": str, "delimiter": str,
    "decimal": str, "delivery": int, "ignored_columns": list, "columns": dict, "constants": dict, "values": dict,
    "unused": dict, "areas": dict, "status": dict, "missing": dict, "doubt": list,
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One supplier's folder: which contract its files keep, and how this supplier lays them out.

    `columns` is supplier's name → ours; `values[column]` supplier's word → ours; `unused[column]`
    supplier's word → why such rows are kept but not used; `missing` mark → what it means.
    """

    name: str
    folder: Path
    contract: str
    publisher: str
    files: tuple[Path, ...]
    documents: tuple[Path, ...] = ()
    encoding: str = ""
    delimiter: str = ";"
    decimal: str = ","
    delivery: int = 1
    ignored_columns: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unused: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    status: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    doubt: tuple[Mapping[str, str], ...] = ()


def read_sources(folder: Path) -> tuple[list[Source], list[Problem]]:
    """Every supplier's folder below the plan folder (those with a `source.toml`), in order of name.

    A `source.toml` that cannot be used is left out and told as a problem.
    """
    sources, problems = [], []
    for path in sorted(folder.glob("*/source.toml")):
        try:
            sources.append(_read_source(path, folder))
        except PlanError as error:
            problems += error.problems
    for path in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))):
        if not (path / "source.toml").is_file():
            problems.append(Problem("no_source_toml", path.name, "the folder has no source.toml, so nothing in it can be read"))
    problems += [problem for source in sources for problem in _unlisted(source, folder)]
    if not sources and not problems:
        problems.append(Problem("no_sources", folder.name, "no supplier's folder with a source.toml in it"))
    return sources, problems


def _unlisted(source: Source, plan: Path) -> list[Problem]:
    """Files that lie in a source's folder and are named nowhere: nobody should think they were read."""
    known = {*source.files, *source.documents, source.folder / "source.toml", source.folder / "README.md"}
    lying = (path for path in sorted(source.folder.iterdir()) if path.is_file() and not path.name.startswith((".", "~$")))
    return [Problem("unlisted_file", path.relative_to(plan).as_posix(), "is not named under files or documents, so it is not read", level="warning")
            for path in lying if path not in known]  # fmt: skip


def _read_source(path: Path, plan: Path) -> Source:
    file, problems = path.relative_to(plan).as_posix(), []
    try:
        raw = tomllib.loads(unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise PlanError([Problem("not_utf8", file, "not UTF-8 at byte {byte}; save the file as UTF-8",
                                 detail={"byte": error.start})]) from None  # fmt: skip
    except (tomllib.TOMLDecodeError, OSError) as error:
        raise PlanError([Problem("not_toml", file, "cannot be read as TOML: {reason}",
                                 detail={"reason": str(error)})]) from None  # fmt: skip
    for name in raw.keys() - _FIELDS.keys():
        known = closest(name, _FIELDS) or ", ".join(_FIELDS)
        problems.append(Problem("unknown_field", file, "unknown field; known: {known}", name, detail={"known": known}))
    for name in ("contract", "publisher", "files", "columns"):
        if name not in raw:
            problems.append(Problem("missing_field", file, "the field '{name}' is missing", detail={"name": name}))
    for name in raw.keys() & _FIELDS.keys():
        if not isinstance(raw[name], _FIELDS[name]):
            code, kind = {str: ("not_a_text", "a text that is not empty"), list: ("not_a_list", "a list of texts"),
                          dict: ("not_nested", "a table, or a list of tables"), int: ("not_whole", "a whole number")}[_FIELDS[name]]
            problems.append(Problem(code, file, f"must be {kind}", str(raw[name]), column=name))  # fmt: skip
    for name in ("columns", "constants", "areas", "status", "missing"):
        for key, value in raw.get(name, {}).items() if isinstance(raw.get(name), dict) else ():
            if not isinstance(value, str):
                problems.append(Problem("not_a_text", file, "must be a text that is not empty", str(value), column=f"{name}.{key}"))
    for name in ("values", "unused"):
        for key, words in raw.get(name, {}).items() if isinstance(raw.get(name), dict) else ():
            if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
                problems.append(Problem("not_nested", file, "must be a table, or a list of tables", str(words), column=f"{name}.{key}"))
    problems += _bad_layout(raw, file) if not problems else []
    if not problems:
        files = _listed(raw["files"], path.parent, plan, file, problems)
        documents = _listed(raw.get("documents", []), path.parent, plan, file, problems)
    if problems:
        raise PlanError(problems)
    rest = {name: tuple(value) if isinstance(value, list) else value
            for name, value in raw.items() if name not in ("files", "documents")}  # fmt: skip
    return Source(name=path.parent.name, folder=path.parent, files=files, documents=documents, **rest)


def _bad_layout(raw: Mapping[str, Any], file: str) -> list[Problem]:
    """Marks and words of a source.toml that mean nothing to us."""
    problems = []
    if len(raw.get("delimiter", ";")) != 1:
        problems.append(Problem("not_one_mark", file, "must be one character", raw["delimiter"], column="delimiter"))
    if raw.get("decimal", ",") not in (",", "."):
        problems.append(Problem("bad_mark", file, "must be one of: {choices}", raw["decimal"], column="decimal", detail={"choices": ", ."}))
    for name, known in (("missing", MISSING), ("status", STATUS)):
        for mark, meaning in raw.get(name, {}).items():
            if meaning not in known:
                problems.append(Problem("bad_mark", file, "must be one of: {choices}", meaning, column=f"{name}.{mark}",
                                        detail={"choices": ", ".join(known)}))  # fmt: skip
    for doubt in raw.get("doubt", []):
        if not isinstance(doubt, dict) or not {"reason"} < doubt.keys() <= {"area", "period", "indicator", "reason"}:
            problems.append(Problem("bad_doubt", file, "must have area, period, indicator and reason", str(doubt), column="doubt"))
    return problems


def _listed(names: list, folder: Path, plan: Path, file: str, problems: list[Problem]) -> tuple[Path, ...]:
    """The files a source names (wildcards allowed); one that is absent or outside the plan folder is a problem."""
    found = []
    for name in names:
        outside = not isinstance(name, str) or Path(name).is_absolute() or ".." in Path(name).parts
        matches = [] if outside or name in ("", ".") else [match for match in sorted(folder.glob(name)) if match.is_file()]
        if any(not match.resolve().is_relative_to(plan.resolve()) for match in matches) or outside:
            problems.append(Problem("outside_plan", file, "only files inside the plan folder are read", str(name)))
        elif not matches:
            problems.append(Problem("no_such_file", file, "is named under files but is not in the folder", str(name)))
        else:
            found += matches
    return tuple(found)


def sha256(path: Path) -> str:
    """The file's checksum, as printed on every page that uses it."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_cells(path: Path, source: Source, plan: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """A delivered CSV as text cells: index = line in the file, columns = the supplier's headings.

    The frame is empty when the file as a whole cannot be trusted; the problems say why.
    """
    file = path.relative_to(plan).as_posix()
    try:
        text, problems = _decoded(path, source.encoding, file)
        rows = _rows(text, source.delimiter, file)
    except PlanError as error:
        return pd.DataFrame(), list(error.problems)
    header, body = rows[0][1], rows[1:]
    problems += [
        Problem("repeated_column", file, "this heading appears {times} times", row=rows[0][0], column=name,
                detail={"times": header.count(name)})
        for name in dict.fromkeys(header) if header.count(name) > 1
    ]  # fmt: skip
    problems += [
        Problem("row_length", file, "has {fields} fields, the header has {header}", row=line,
                detail={"fields": len(cells), "header": len(header)})
        for line, cells in body if len(cells) != len(header)
    ]  # fmt: skip
    problems += [
        Problem("cpr_number", file, "holds a possible CPR number; remove it and deliver again (the content is not shown)", row=line,
                column=header[place] if place < len(header) else "")
        for line, cells in body for place, cell in enumerate(cells) if _CPR.search(cell)
    ]  # fmt: skip
    if not body:
        problems.append(Problem("no_rows", file, "has a header and no rows"))
    if any(problem.level == "error" for problem in problems):
        return pd.DataFrame(), problems
    return pd.DataFrame([cells for _, cells in body], columns=header, index=[line for line, _ in body]), problems


def _decoded(path: Path, encoding: str, file: str) -> tuple[str, list[Problem]]:
    """The file's text in NFC without a byte-order mark; Danish cp1252 is taken when UTF-8 fails, and noted."""
    try:
        size = path.stat().st_size
        if size == 0:
            raise PlanError([Problem("empty_file", file, "the file is empty (0 bytes)")])
        if size > LARGEST_FILE:
            raise PlanError([Problem("too_large", file, "is larger than {most} MB",
                                     detail={"most": LARGEST_FILE // 1_000_000})])  # fmt: skip
        raw = path.read_bytes()
    except OSError as error:
        raise PlanError([Problem("unreadable", file, "cannot be read: {reason}",
                                 detail={"reason": error.strerror or str(error)})]) from None  # fmt: skip
    problems = []
    try:
        text = raw.decode("utf-8-sig" if encoding.lower() in ("", "utf-8", "utf-8-sig") else encoding)
    except LookupError:
        raise PlanError([Problem("unknown_encoding", file, "is not an encoding; use utf-8 or cp1252",
                                 encoding)]) from None  # fmt: skip
    except UnicodeDecodeError as error:
        if encoding:
            raise PlanError([Problem("not_encoding", file, "not {encoding} at byte {byte}",
                                     detail={"encoding": encoding, "byte": error.start})]) from None  # fmt: skip
        text = raw.decode("cp1252", errors="replace")
        problems.append(Problem("read_as_cp1252", file, "is not UTF-8; read as Windows-1252 (cp1252)", level="warning"))
    if "\0" in text or "\ufffd" in text:
        raise PlanError([Problem("not_text", file, "is not a text file in a known encoding")])
    return unicodedata.normalize("NFC", text), problems


def _rows(text: str, delimiter: str, file: str) -> list[tuple[int, list[str]]]:
    """Rows that hold anything, each with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            cells = [_clean(cell) for cell in cells]
            if any(cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise PlanError([Problem("broken_csv", file, "a quote is not closed or stands in the wrong place ({reason})",
                                 row=line, detail={"reason": str(error)})]) from None  # fmt: skip
    if not rows:
        raise PlanError([Problem("empty_file", file, "the file holds no cells")])
    return rows


def _clean(cell: str) -> str:
    """The cell without the invisible characters that spreadsheets leave: NBSP, zero width, outer blanks."""
    return re.sub("[\u200b\u200c\u200d\ufeff]", "", cell).replace("\u00a0", " ").strip()


def parse_number(text: str, decimal: str = ",") -> Decimal | None:
    """The number exactly as printed, or None when it is not plainly one.

    A thousands mark is never guessed at: with a decimal comma, `1.061` and `58.3` are both None.
    """
    if not re.fullmatch(rf"[-−]?\d+({re.escape(decimal)}\d+)?", text):
        return None
    return Decimal(text.replace("−", "-").replace(decimal, "."))


def parse_period(text: str) -> str | None:
    """A period in the project's own form: `2018`, `2018-H1`, `2018-Q3`, `2018-03`, `2017/2018`, `2015-2016`.

    The last is a span of years; None for anything else.
    """
    months = r"\d{4}-(0[1-9]|1[0-2])"
    if re.fullmatch(rf"\d{{4}}|\d{{4}}-H[12]|\d{{4}}-Q[1-4]|{months}", text):
        return text
    if match := re.fullmatch(r"(\d{4})([/-])(\d{4})", text):
        first, mark, last = int(match[1]), match[2], int(match[3])
        return text if (last == first + 1 if mark == "/" else last > first) else None
    return None


def period_year(period: str) -> int | None:
    """The year in which a period ends; None for `undated`."""
    years: list[Any] = re.findall(r"\d{4}", period)
    return int(years[-1]) if years else None
