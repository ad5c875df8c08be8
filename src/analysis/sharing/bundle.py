"""What is handed over as one zip: pages, PDF, tables for a spreadsheet, notebooks, and what all of it was made from.

The same inputs give the same bytes. Nothing goes in but what the protected tables hold, and all of it is searched before it is written.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging.observations import KEY
from ..promises.catalogue import FALLBACK, FIRST, LANGUAGES, say, texts
from ..promises.problems import PlanError, Problem
from ..promises.rules import Side
from ..reading.inputs import find_notebooks
from ..running.render import FIGURE_COLUMNS, as_shared
from ..showing.exports import ROLES, TABLES, danish_csv, in_words, side_words, workbook
from . import recheck
from .leaks import leaks, secrets_here
from .notebooks import FOLDER, Shown
from .plan_folder import plan_folder
from .printing import Printed, print_pages
from .start import MANIFEST, SCRIPT, connected, readme, start_page
from .wheel import wheel, wheel_name

if TYPE_CHECKING:
    from ..plan import Plan

_PROGRAM = Path(__file__).parents[1]
_CSV = {"table_gaps": "data/maal.csv", "table_periods": "data/aarene.csv", "table_observations": "data/maalinger.csv", "table_figures": "data/noegletal.csv"}
_PLACES = ("year", "decimals", "row", "delivery", "from_year", "to_year")  # numbers that are no figures
_TARGETS = ("target", "target_whole", "fixed_path")
_CHECKS = ("check_file", "check_files", "check_promise", "check_verdict", "check_same", "check_differs")
_PROTECTED = {"table_gaps": "gaps", "table_periods": "periods", "table_observations": "observations"}  # what a plan calls them


def make_bundle(
    plan: Plan, pages: Mapping[str, Path], notebooks: Shown, inputs: Mapping[str, str], edition: str, beside: Path, lang: str = FIRST, jobs: int = 1
) -> tuple[dict[str, bytes], str]:
    """Every file of the bundle by its name, and what must be said about it (empty where nothing must).

    `pages` are the folders of the finished pages by language, `notebooks` those with what they show, `inputs` (with their sha256) what all was made
    from, `beside` is a folder to work in. Raises `PlanError` for a plan opened with its true figures, and with every leak found.
    """
    if plan.internal:
        raise PlanError([Problem("internal_edition", str(plan.folder))])
    drafts = {f"{each}/{path.stem}": path.read_text(encoding="utf-8") for each, folder in pages.items() for path in sorted(folder.glob("*.html"))}
    html = {name: as_shared(page).encode() for name, page in drafts.items()}
    figures = {each: pd.read_csv(folder / "key_figures.csv", dtype=str, keep_default_na=False) for each, folder in pages.items()}
    printed = print_pages(html, beside, jobs)
    tables = in_words(plan, next(iter(figures.values())), lang)
    pdfs = {name: say("first_pdf", name.partition("/")[0]) if name.endswith("/index") else f"pdf/{name}.pdf" for name in printed.files}
    book = f"data/tryghed-{edition}.xlsx"
    start = say("start_file", lang)
    html = connected(html, pdfs, {"ways_workbook": book, "ways_start": start})
    files = {f"sider/{name}.html": content for name, content in html.items()} | {pdfs[name]: content for name, content in printed.files.items()}
    files |= {_CSV[name]: danish_csv(table, name, lang) for name, table in tables.items()}
    files[book] = workbook(plan, {name: tables[name] for name in _PROTECTED}, lang)
    files |= notebooks.files | {f"{FOLDER}/{name}": content for name, content in plan_folder(plan).items()} | {f"notebooks/{wheel_name()}": wheel()}
    files |= {f"kontrol/{say('bundle_readme', each)}": readme(plan, edition, each, printed.trouble) for each in (FIRST, *pages)}
    files |= {SCRIPT: Path(recheck.__file__).read_bytes(), "kontrol/words.json": check_words(plan, lang)}
    by_language = {each: {name: content for name, content in html.items() if name.startswith(f"{each}/")} for each in pages}
    files[start] = start_page(plan, edition, by_language, list(files), pdfs, printed.trouble, lang)
    files[MANIFEST] = _manifest(files, inputs, edition, printed)
    told = [*figures.values(), pd.DataFrame(notebooks.figures, columns=FIGURE_COLUMNS)]
    problems = [problem for table in told for problem in _wrong_figures(plan, table)] + _wrong_numbers(plan, files)
    problems += _marked_internal({f"sider/{name}.html": content for name, content in html.items()} | notebooks.files)
    secrets = secrets_here([plan.folder, plan.processed, find_notebooks(), _PROGRAM], _words(plan))
    problems += leaks(files, secrets, _ten_digits(plan))
    if problems:
        raise PlanError(problems)
    return files, say(printed.trouble, lang) if printed.trouble else ""


# --- check, manifest -----------------------------------------------------------------------


def check_words(plan: Plan, lang: str) -> bytes:
    """What the check of the zip reads and says: the headings of the table of promises, its words by code, and the check's own lines."""
    headings = {"criterion": "criterion", "name": "column_short_name", "indicator": "column_indicator_id", "area": "area", "year": "year"}
    headings |= {"reading": "column_reading", "role": "column_role", "value": "value", "target": "target_plain", "gap": "gap"}
    headings |= {"verdict": "verdict_word", "side": "column_side", "rounding": "column_rounding"}
    verdicts = {*plan.exact_gaps["verdict"], "met", "not_met", "rounding_undecided"} - {""}
    words = {
        "table": _CSV["table_gaps"],
        "columns": {name: say(heading, lang) for name, heading in headings.items()},
        "verdict": {say(code, lang): code for code in sorted(verdicts)},
        "role": {say(heading, lang): role for role, heading in ROLES.items()},
        "side": {side_words(side, lang): side for side in Side},
        "said": {key: texts(lang)[key][0] if key in texts(lang) else texts(FALLBACK)[key][0] for key in _CHECKS},
    }
    return (json.dumps(words, indent=1, ensure_ascii=False) + "\n").encode()


def _manifest(files: Mapping[str, bytes], inputs: Mapping[str, str], edition: str, printed: Printed) -> bytes:
    """sha256 of every other file and of all inputs; `not_same_bytes` names the files that need not be the same when made again."""
    manifest = {
        "edition": edition,
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
        "inputs": dict(sorted(inputs.items())),
        "pdf": {"made_by": printed.made_by, "missing": say(printed.trouble, "en") if printed.trouble else ""},
        "not_same_bytes": [] if printed.same_twice else sorted(name for name in files if name.endswith(".pdf")),
    }
    return (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode()


# --- the figures of the bundle against the protected tables ---------------------------------------------


def _words(plan: Plan) -> str:
    """The words of the plan and of the program, which identify nobody."""
    paths = [plan.folder / "agreement.toml", plan.folder / "sources.csv", *(path for path in sorted(_PROGRAM.rglob("*")) if path.suffix != ".pyc")]
    return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in paths if path.is_file())


def _digits(number: Any) -> str:
    return f"{float(number) + 0:.12g}"  # no minus before nothing


def _known(plan: Plan) -> tuple[dict[tuple[str, str], set[str]], dict[tuple[str, str], set[str]]]:
    """For each indicator and area every number that the protected tables hold of it, and those of them that are targets."""
    known: dict[tuple[str, str], set[str]] = {}
    targets: dict[tuple[str, str], set[str]] = {}
    for table in (
        plan.observations,
        plan.gaps,
        plan.periods,
        plan.latest,
        plan.per_thousand,
        plan.standings,
        plan.funnels,
        plan.rates,
        plan.contrasts,
        plan.revised,
        plan.changed,
        plan.charted_months,
    ):
        for row in table.to_dict("records"):
            series = (row["indicator"], row["area"])
            numbers = {name: cell for name, cell in row.items() if name not in _PLACES and _is_number(cell)}
            counts = list(range(int(numbers["years_judged"]) + 1)) if "years_judged" in numbers else []  # of years that are, or are not, met or clear
            if {"value", "target_whole"} <= numbers.keys():  # the gap of a count is shown in whole numbers
                counts += [numbers["value"] - numbers["target_whole"], numbers["target_whole"] - numbers["value"]]
            known.setdefault(series, set()).update(map(_digits, [*numbers.values(), *counts]))
            targets.setdefault(series, set()).update(_digits(number) for name, number in numbers.items() if name in _TARGETS)
    return known, targets


def _is_number(cell: object) -> bool:
    """Whether a cell holds a number; yes and no are none."""
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool) and not pd.isna(cell)


def _ten_digits(plan: Plan) -> set[str]:
    """The figures that look like a CPR number and are none: what was delivered so was read as a number only where `source.toml` says so."""
    known, _ = _known(plan)
    return {digits for numbers in known.values() for digits in numbers if len(digits) == 10 and digits.isdigit()}


def _hidden(plan: Plan) -> set[tuple[str, ...]]:
    return set(plan.observations.loc[plan.observations["status"] == "suppressed", KEY].itertuples(index=False, name=None))


def _wrong_figures(plan: Plan, figures: pd.DataFrame) -> list[Problem]:
    """Figures on the pages that the protected tables do not have. Of a hidden figure the target may be shown, never more."""
    known, targets = _known(plan)
    hidden, found = _hidden(plan), {}
    for row in figures[FIGURE_COLUMNS].to_dict("records"):
        series = (row["indicator"], row["area"])
        allowed = targets.get(series, set()) if (*series, row["period"]) in hidden else known.get(series)
        if allowed is not None and row["indicator"] in plan.agreement.indicators and _digits(row["value"]) not in allowed:
            found.setdefault((*series, row["period"]), _wrong(f"{row['report']}.html", row["element"], *series, row["period"]))
    return list(found.values())


def _wrong(file: str, element: str, indicator: str, area: str, period: str) -> Problem:
    return Problem("shared_figure", file, entry=element, detail={"indicator": indicator, "area": area, "period": period})


def _wrong_numbers(plan: Plan, files: Mapping[str, bytes]) -> list[Problem]:
    """Tables of the bundle, read back, that do not hold number by number what the protected tables hold; of a hidden figure that is none."""
    problems = {}
    for name, table, rows in _read_back(files):
        protected, columns = getattr(plan, _PROTECTED[table]), TABLES[table]
        numbers = [column for column, kind in columns.items() if kind != "text"]
        names = [column.removeprefix("column_").removesuffix("_plain") for column in numbers]
        for row, true in zip_longest(rows, protected.to_dict("records")):
            shown = dict(zip(columns, row or (), strict=False))
            same = row and true and [_number(shown[column]) for column in numbers] == [_number(true[column]) for column in names]
            if not same or (true.get("status") == "suppressed" and any(_number(true[column]) for column in names)):
                place = true or dict.fromkeys(KEY, "?")
                problems.setdefault(
                    name, _wrong(name, "", place["indicator"], place["area"], str(place.get("period", place.get("year", place.get("to_year")))))
                )
    return list(problems.values())


def _number(cell: Any) -> str:
    """A number as its digits, as a table or a CSV has it; empty where there is none, and of a limit without an end."""
    return "" if cell is None or cell == "" or pd.isna(cell) or cell in (math.inf, -math.inf) else _digits(str(cell).replace(",", "."))


def _read_back(files: Mapping[str, bytes]) -> Iterator[tuple[str, str, list[Any]]]:
    """The gaps, the years together and the observations as they stand in CSV and workbook: the file, which table, its rows."""
    from openpyxl import load_workbook

    for table, name in ((table, _CSV[table]) for table in _PROTECTED):
        yield name, table, list(csv.reader(io.StringIO(files[name].decode("utf-8-sig"), newline=""), delimiter=";"))[1:]
    for name in (name for name in files if name.endswith(".xlsx")):
        book = load_workbook(io.BytesIO(files[name]), read_only=True)
        yield from ((name, table, list(sheet.iter_rows(min_row=2, values_only=True))) for table, sheet in zip(_PROTECTED, book.worksheets[1:], strict=False))


def _marked_internal(files: Mapping[str, bytes]) -> list[Problem]:
    """Pages and notebooks drawn from true figures: each is marked as such."""
    marks = [say("internal", lang).encode() for lang in LANGUAGES]
    return [Problem("shared_internal", name) for name, content in files.items() if any(mark in content for mark in marks)]
