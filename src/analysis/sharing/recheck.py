"""A check of what was handed over, with Python alone: `python kontrol/kontrol.py`.

First every file against its checksum in manifest.json; then every verdict in the table of promises, worked out again from the value, the
target and the side on which the promise is kept. One line a promise; whatever differs has a line of its own, and the check ends with 1.
What columns and verdicts are called in the table, and what this check says, stands in words.json: here they have the names of the codebook.
"""

import csv
import hashlib
import json
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
NEAR = Fraction(1, 10**9)  # a quotient without an end, such as a sixth, stands with as many digits as a computer keeps
NUMBERS = ("value", "target", "gap", "rounding")
WORDS = ("verdict", "role", "side")
Row = dict


def read(folder: Path, words: dict) -> list[Row]:
    """The table of promises: numbers as exact fractions (None where a cell is empty), words as the codes of the codebook."""
    with (folder / words["table"]).open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream, delimiter=";"))
    rows = [{name: line[heading] for name, heading in words["columns"].items()} for line in lines]
    for row in rows:
        row |= {name: Fraction(row[name].replace(",", ".")) if row[name] else None for name in NUMBERS}
        row |= {name: words[name].get(row[name], row[name]) for name in WORDS}
    return rows


def verdict(row: Row) -> str:
    """What value, target and side give; empty where there is nothing to compare, and `?` where the gap is not that between value and target."""
    if row["gap"] is None:
        return ""
    if row["value"] is None or row["target"] is None:
        return "?"
    low, strict = row["side"] in ("at_most", "less_than"), row["side"] in ("more_than", "less_than")
    gap = row["target"] - row["value"] if low else row["value"] - row["target"]
    if abs(gap - row["gap"]) > NEAR:
        return "?"
    if row["rounding"] and abs(row["gap"]) <= row["rounding"]:
        return "rounding_undecided"  # both were printed rounded, and lie closer than that
    return "met" if row["gap"] > 0 or (row["gap"] == 0 and not strict) else "not_met"


def agrees(row: Row, last: bool) -> bool:
    """Whether the verdict of a year that stands there is the one that the figures give."""
    found = verdict(row)
    if found:
        return row["verdict"] in ((found,) if last else (found, "not_yet_due"))  # what is promised by the last year is open until then
    # a total with an area that has none may be called not met, and says so in its remark; nothing else without a comparison is decided
    return row["verdict"] not in ("met", "rounding_undecided") and not (row["verdict"] == "not_met" and None in (row["value"], row["target"]))


def whole_plan(years: list[Row]) -> set[str]:
    """The verdicts that the years can give of the whole plan: its last one where the promise is for the end, else all that are due."""
    said = [row["verdict"] for row in years]
    due = [each for each in said if each != "not_yet_due"]
    open_ = [each for each in due if each not in ("met", "not_met")]
    every_year = "not_met" if "not_met" in due else open_[0] if open_ else "met" if due else "not_measured"
    return {said[-1] if said else "not_measured", *([every_year] if len(due) == len(said) else [])}


def differing(rows: list[Row]) -> Iterator[tuple[Row, str]]:
    """The rows of one promise whose verdict is not what its figures give, each with what they do give."""
    series: dict[tuple, list[Row]] = {}
    for row in rows:
        series.setdefault((row["indicator"], row["area"], row["reading"]), []).append(row)
    for mine in series.values():
        years = [row for row in mine if row["role"] == "judged"]
        for row in mine:
            if row["role"] == "period":
                if row["verdict"] not in whole_plan(years):
                    yield row, "/".join(sorted(whole_plan(years)))
            elif not agrees(row, last=not years or row is years[-1]):
                yield row, verdict(row) or "-"


def main(folder: Path = HERE.parent) -> int:
    """Check one unpacked folder; 0 where everything is as it was handed over and every verdict follows from its figures."""
    words = json.loads((HERE / "words.json").read_text(encoding="utf-8"))
    manifest = (HERE / "manifest.json").read_bytes()
    said, names = words["said"], {code: word for word, code in words["verdict"].items()}
    files = json.loads(manifest)["files"]
    spoilt = [name for name, checksum in files.items() if not (folder / name).is_file() or hashlib.sha256((folder / name).read_bytes()).hexdigest() != checksum]
    for name in spoilt:
        print(said["check_file"].format(file=name))
    print(said["check_files"].format(files=len(files), wrong=len(spoilt), checksum=hashlib.sha256(manifest).hexdigest()))
    promises: dict[str, list[Row]] = {}
    for row in read(folder, words):
        promises.setdefault(f"{row['criterion']} {row['name']}", []).append(row)
    wrong = 0
    for promise, rows in promises.items():
        found = list(differing(rows))
        compared = sum(bool(verdict(row)) for row in rows)
        print(said["check_promise"].format(promise=promise, compared=compared, others=len(rows) - compared, wrong=len(found)))
        for row, expected in found:
            shown = {"verdict": names.get(row["verdict"], row["verdict"]), "expected": names.get(expected, expected)}
            print("  " + said["check_verdict"].format(area=row["area"], year=row["year"] or "-", indicator=row["indicator"], **shown))
        wrong += len(found)
    print(said["check_differs" if spoilt or wrong else "check_same"])
    return 1 if spoilt or wrong else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")
    sys.exit(main())
