"""Every known hazard of a delivery, and worse ones, typed here as a supplier would send it: read exactly, or refused with file and place."""

import csv
import math
import os
import re
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from accounts import every_row_is_accounted_for  # noqa: F401
from conftest import but_unused_words, criterion, examples, indicator, observe, register, told
from hypothesis import given
from hypothesis import strategies as st

from analysis.running import building

RINGPARKEN, MOTALAVEJ, SYDBYEN, SKAELSKOER = NAMES = ("Ringparken/Schackenborgvænge", "Motalavej", "Sydbyen", "Skælskør")
IDS = dict(zip(("ringparken", "motalavej", "sydbyen", "skaelskoer"), NAMES, strict=True))
INDICATORS = "".join(
    [
        indicator("reports"),
        indicator("fires"),
        indicator("loss", unit="dkk", uncertainty="none", disclosure="open"),
        indicator("good", disclosure="open"),
        indicator("bad", disclosure="open"),
        indicator("neither", disclosure="open"),
        indicator("moves", unit="rate", measure="ratio", combine="ratio"),
        indicator("guests", uncertainty="estimate", disclosure="open"),
        indicator("safe", unit="share", direction="up", measure="survey_share", combine="none", uncertainty="sample"),
    ]
)
BASELINE = criterion('kind = "direction"', scope='"each"', more="baseline_year = 2017")
COUNTS = """contract = "counts"
publisher = "Politiet"
[columns]
omraade = "area"
periode = "period"
indikator = "indicator"
antal = "value"
[values.indicator]
haervaerk = "reports"
[areas]
"I alt" = "combined"
"""
SURVEY = """contract = "survey"
publisher = "Kommunen"
[columns]
omraade = "area"
aar = "period"
andel_tryg = "value"
antal_svar = "answers"
[constants]
indicator = "safe"
unit = "percent"
"""
INCIDENTS = """contract = "incidents"
publisher = "Beredskabet"
covers = ["2018"]
[columns]
dato = "date"
omraade = "area"
haendelse = "indicator"
[values.indicator]
brand = "fires"
"""
STORIES = """contract = "stories"
publisher = "Presseklip"
covers = ["2018-03"]
media = ["Sjællandske", "DR", "TV 2"]
[columns]
dato = "date"
medie = "medium"
overskrift = "headline"
tone = "tone"
[values.tone]
negativ = "negative"
neutral = "neutral"
positiv = "positive"
[values.indicator]
negative = "bad"
neutral = "neither"
positive = "good"
"""
HEAD = "omraade;periode;indikator;antal\n"
FOUR = "Ringparken/Schackenborgvænge;2017;haervaerk;61\nMotalavej;2017;haervaerk;38\nSydbyen;2017;haervaerk;14\nSkælskør;2017;haervaerk;10\n"
SHARES_HEAD = "omraade;aar;andel_tryg;antal_svar\n"
SHARES = SHARES_HEAD + "Ringparken/Schackenborgvænge;2016;72,0;210\nMotalavej;2016;58,3;180\nSydbyen;2016;81,5;150\nSkælskør;2016;90,1;140\n"
TABLE = [
    ["omraade", "periode", "indikator", "antal"],
    [RINGPARKEN, 2017, "haervaerk", 61],
    [MOTALAVEJ, 2017, "haervaerk", 38],
    [SYDBYEN, 2017, "haervaerk", 14],
    [SKAELSKOER, 2017, "haervaerk", 10],
]
READ = {"ringparken": 61, "motalavej": 38, "sydbyen": 14, "skaelskoer": 10, "combined": 123}


def folder(tmp_path: Path, source: str, parts: str = "", criteria: str = "", **files: object) -> Path:
    """A plan with the four real areas and one supplier `s`: text, bytes, rows of a workbook, a workbook, or a function that writes the file.

    A file's dot is written `_` (`f_csv`); the text of `later` files is not among the first delivery's.
    """
    home = tmp_path / "data" / "raw"
    text = register(criteria or criterion('kind = "direction"', scope='"each"'), indicators=INDICATORS, areas=tuple(IDS))
    for id_, name in IDS.items():
        more = f"parts = {parts}\n" if parts and id_ == "ringparken" else ""
        text = text.replace(f'name = "{id_.capitalize()}"\n', f'name = "{name}"\n{more}')
    home.mkdir(parents=True, exist_ok=True)
    (home / "agreement.toml").write_text(text, encoding="utf-8")
    add(home, "s", source, **files)
    return home


def add(home: Path, name: str, source: str, **files: object) -> None:
    """One more supplier's folder."""
    (home / name).mkdir(exist_ok=True)
    names = {key: ".".join(key.rsplit("_", 1)) for key in files}
    listed = ", ".join(f'"{name}"' for key, name in names.items() if not key.startswith("later"))
    (home / name / "source.toml").write_text(f"files = [{listed}]\n" + source, encoding="utf-8")
    for key, content in files.items():
        path = home / name / names[key]
        if isinstance(content, list):
            book = openpyxl.Workbook()
            for row in content:
                book.active.append(row)
            book.save(path)
        elif isinstance(content, openpyxl.Workbook):
            content.save(path)
        elif callable(content):
            content(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())


def check(tmp_path: Path, source: str, parts: str = "", criteria: str = "", **files: object) -> building.Checked:
    return building.check(folder(tmp_path, source, parts, criteria, **files))


def table(checked: building.Checked):
    """The observations of deliveries without an error."""
    assert not checked.errors, "\n".join(map(str, checked.errors))
    return observe(checked.deliveries, checked.agreement)


def values(checked: building.Checked, id_: str = "reports", period: str = "2017") -> dict[str, float]:
    """One indicator's values in a period by area."""
    found = table(checked)
    found = found[(found["indicator"] == id_) & (found["period"] == period)]
    return dict(zip(found["area"], found["value"], strict=True))


def refused(checked: building.Checked, code: str) -> list:
    """The errors of this code, when the delivery gives no figure and every error names its file."""
    assert len(observe(checked.deliveries, checked.agreement)) == 0, "a refused file gave figures"
    assert all(problem.file.startswith("s") for problem in checked.errors)
    found = [problem for problem in checked.errors if problem.code == code]
    assert found, "\n".join(map(str, checked.problems)) or "nothing was refused"
    return found


# --- samples that are right -----------------------------------------------------------------------------

RIGHT = {
    "00 as it should be": HEAD + FOUR,
    "01 BOM and CRLF": b"\xef\xbb\xbf" + (HEAD + FOUR).replace("\n", "\r\n").encode(),
    "02 cp1252": (HEAD + FOUR).encode("cp1252"),
    "70 a workbook": TABLE,
    "76 title and footer of a workbook": [["Anmeldt hærværk"], ["Trukket 12-01-2018"], [], *TABLE, ["I alt", 2017, "haervaerk", 123], ["Kilde: Politiet"]],
    "title lines and a footer in a CSV": "Anmeldt hærværk\nTrukket 12-01-2018\n\n" + HEAD + FOUR + "\nI alt;2017;haervaerk;123\nKilde: Politiet\n",
    "Excel's own line of the delimiter": "sep=;\n" + HEAD + FOUR,
    "columns in another order": "antal;indikator;periode;omraade\n" + "".join(";".join(reversed(row.split(";"))) + "\n" for row in FOUR.splitlines()),
    "headings and names in NFD, with NBSP": unicodedata.normalize("NFD", HEAD.replace("antal", "\u00a0antal\u00a0") + FOUR).encode(),
    "quotes around everything": "".join(";".join(f'"{cell}"' for cell in row.split(";")) + "\n" for row in (HEAD + FOUR).splitlines()),
    "numbers as text in a workbook": [TABLE[0], *([str(cell) for cell in row] for row in TABLE[1:])],
    "old Mac line ends": (HEAD + FOUR).replace("\n", "\r"),
}


@pytest.mark.parametrize("what", RIGHT)
def test_the_four_counts_are_read_exactly_from(what, tmp_path):
    content = RIGHT[what]
    checked = check(tmp_path, COUNTS, **{"f_xlsx" if isinstance(content, list) else "f_csv": content})
    assert values(checked) == READ
    assert told(but_unused_words(checked.problems)) == ({"read_as_cp1252"} if what.startswith("02") else set())


def test_02_a_declared_utf16_is_read_and_an_undeclared_one_refused(tmp_path):
    text = (HEAD + FOUR).encode("utf-16")
    assert values(check(tmp_path, 'encoding = "utf-16"\n' + COUNTS, f_csv=text)) == READ
    refused(check(tmp_path, COUNTS, f_csv=text), "not_text")
    refused(check(tmp_path, COUNTS, f_csv=(HEAD + FOUR).encode("utf-16-be")), "not_text")


@pytest.mark.parametrize("encoding", ["zlib", "rot13", "hex", "danish", "idna", "a\\u0000b"])
def test_an_encoding_that_is_none_for_a_text_is_told_and_no_crash(encoding, tmp_path):
    assert check(tmp_path, f'encoding = "{encoding}"\n' + COUNTS, f_csv=HEAD + FOUR).errors


# --- samples that are wrong -----------------------------------------------------------------------------

WRONG = {  # content, code, row, what the message says
    "03 double encoding": (HEAD + FOUR.encode().decode("cp1252"), "double_encoded", 2, "encoded twice"),
    "06 an empty file": (b"", "empty_file", None, "no cell is filled"),
    "08 a missing column": ("omraade;periode;antal\nMotalavej;2017;38\n", "missing_column", None, "found: omraade, periode, antal"),
    "10 a heading twice": ("omraade;periode;indikator;antal;antal\nMotalavej;2017;haervaerk;38;39\n", "repeated_column", 1, "appears 2 times"),
    "11 rows longer than the header": (HEAD + "Motalavej;2017;haervaerk;38;\nSydbyen;2017;haervaerk;14;\n", "row_length", 2, "5 fields, the header has 4"),
    "13 a row twice": (HEAD + FOUR + "Motalavej;2017;haervaerk;38\n", "repeated_key", 6, "row 3"),
    "16 an unknown area": (HEAD + FOUR.replace("Sydbyen", "Nordbyen"), "unknown_area_near", 4, "closest: Sydbyen"),
    "20 a negative count": (HEAD + FOUR.replace(";14", ";-14"), "negative", 4, "must not be negative"),
    "23 two dots and a dash": (HEAD + FOUR.replace(";14", ";..").replace(";10", ";-"), "not_a_number", 4, "[missing]"),
    "25 a thousands point": (HEAD + FOUR.replace(";61", ";1.061"), "ambiguous_thousands", 2, "write 1061"),
    "49 a wrong total": (HEAD + FOUR + "I alt;2017;haervaerk;125\n", "total_differs", 6, "125 is not the sum of the areas 123"),
    "58 a CPR number": (HEAD.replace("\n", ";bemaerkning\n") + "Motalavej;2017;haervaerk;38;sag 010190-1234\n", "cpr_number", 2, "not shown"),
    "58 a CPR number written apart": (HEAD + FOUR.replace("Motalavej", "Motalavej 010190 - 1234"), "cpr_number", 3, "not shown"),
    "58 a CPR number in a title line": ("Sag 010190-1234\n" + HEAD + FOUR, "cpr_number", 1, "not shown"),
    "58 a CPR number in a footer": (HEAD + FOUR + "Kontakt: 0101901234\n", "cpr_number", 6, "not shown"),
    "59 a path for an area": (HEAD + "../../etc/x;2017;haervaerk;1\n", "unknown_area", 2, "unknown area"),
    "swapped columns": (HEAD + "2017;Motalavej;haervaerk;38\n", "bad_period", 2, "must be a year"),
    "swapped headings": (HEAD.replace("periode;indikator", "indikator;periode") + FOUR, "bad_period", 2, "must be a year"),
    "a delimiter that was not declared": ((HEAD + FOUR).replace(";", ","), "one_column", None, "delimiter"),
    "tabs that were not declared": ((HEAD + FOUR).replace(";", "\t"), "one_column", None, "delimiter"),
    "a blank count": (HEAD + FOUR.replace(";14", ";"), "blank", 4, "[missing]"),
    "an unknown mark": (HEAD + FOUR.replace(";14", ";x"), "not_a_number", 4, "[missing]"),
    "a count with per cent": (HEAD + FOUR.replace(";14", ";14 %"), "unit_mark", 4, "count"),
    "minus nothing": (HEAD + FOUR.replace(";14", ";-0"), "negative", 4, "negative"),
    "more digits than any figure has": (HEAD + FOUR.replace(";14", ";900719925474099314159"), "too_many_digits", 4, "20 digits"),
    "a fraction too small to be seen": (HEAD + FOUR.replace(";14", ";14,00000000000000000001"), "too_many_digits", 4, "20 digits"),
    "a year of two digits": (HEAD + FOUR.replace("2017", "17"), "bad_period", 2, "must be a year"),
    "a total row that was not declared": (HEAD + FOUR + "Hovedtotal;2017;haervaerk;123\n", "unknown_area", 6, "unknown area"),
    "a quote that is never closed": (HEAD + FOUR.replace("Sydbyen", '"Sydbyen'), "broken_csv", 4, "a quote is not closed"),
    "two lone quotes that swallow a row": (HEAD + FOUR.replace("Motalavej", '"Motalavej').replace("Skælskør", 'x"'), "broken_csv", 3, "quote"),
    "a file of headings": (HEAD, "no_rows", None, "no rows"),
    "a web page": ("<!DOCTYPE html><html><body>Log ind</body></html>", "web_page", None, "is a web page"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "not_text", None, "not a text file"),
    "82 a CSV named .xlsx": (lambda path: path.write_text(HEAD + FOUR), None, None, "workbook"),
    "73 a formula without a value": ([*TABLE[:-1], [SKAELSKOER, 2017, "haervaerk", "=5+5"]], None, None, "D5"),
    "a merged total in a workbook": ([*TABLE, ["I alt", 2017, "haervaerk", 125]], "total_differs", 6, "125"),
    "a number with a fraction in a workbook": ([*TABLE[:-1], [SKAELSKOER, 2017, "haervaerk", 10.5]], "not_whole", 5, "10,5 – must be a whole number"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_file_is_refused_with_its_place_for(what, tmp_path):
    content, code, row, words = WRONG[what]
    key = "f_csv" if isinstance(content, str | bytes) else "f_xlsx"
    checked = check(tmp_path, COUNTS, **{key: content})
    code = code or checked.errors[0].code
    problem = refused(checked, code)[0]
    assert (problem.file, problem.row) == (f"s/{key.replace('_', '.')}", row) and words in str(problem)
    assert not any("1234" in str(each) for each in checked.problems if "CPR" in what), "a person's number was printed"


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_71_hidden_sheets_are_refused_by_name_and_never_printed(state, tmp_path):
    book = book_of(TABLE)
    book.create_sheet("rådata").append(["Hans Jensen"])
    book["rådata"].sheet_state = state
    checked = check(tmp_path, COUNTS, f_xlsx=book)
    assert "rådata" in str(checked.errors[0]) and not any("Hans" in str(problem) for problem in checked.problems)
    assert len(observe(checked.deliveries, checked.agreement)) == 0


def test_hidden_rows_and_comments_are_never_read_in_silence(tmp_path):
    book = book_of(TABLE)
    book.active.row_dimensions[3].hidden = True
    assert refused(check(tmp_path, COUNTS, f_xlsx=book), check(tmp_path, COUNTS, f_xlsx=book).errors[0].code)
    book = book_of(TABLE)
    book.active["D2"].comment = openpyxl.comments.Comment("Hans Jensen ringede", "x")
    checked = check(tmp_path, COUNTS, f_xlsx=book)
    assert checked.problems and not any("Hans" in str(problem) for problem in checked.problems)


def bytes_read() -> int:
    """How much this process has read so far, as far as the system tells."""
    told = Path("/proc/self/io")
    return int(told.read_text().split()[1]) if told.is_file() else 0


def test_84_what_cannot_be_small_is_refused_unread(tmp_path):
    def sparse(path: Path) -> None:
        with path.open("wb") as stream:
            stream.truncate(2_000_000_000)

    before = bytes_read()
    refused(check(tmp_path, COUNTS, f_csv=sparse), "too_large")
    assert check(tmp_path, COUNTS, f_xlsx=sparse).errors
    assert bytes_read() - before < 100_000_000, "it is not read through first"


def test_a_link_out_of_the_plan_is_not_followed(tmp_path):
    home = folder(tmp_path, COUNTS, f_csv=HEAD + FOUR)
    (tmp_path / "outside.csv").write_text(HEAD + FOUR, encoding="utf-8")
    os.remove(home / "s" / "f.csv")
    os.symlink(tmp_path / "outside.csv", home / "s" / "f.csv")
    refused(building.check(home), "outside_plan")


# --- surveys --------------------------------------------------------------------------------------------


def test_36_a_decimal_point_is_58_3_where_it_is_declared_and_refused_elsewhere(tmp_path):
    text = SHARES.replace(",", ".")
    assert values(check(tmp_path, 'decimal = "."\n' + SURVEY, f_csv=text), "safe", "2016")["motalavej"] == 0.583
    problem = refused(check(tmp_path, SURVEY, f_csv=text), "ambiguous_number")[0]
    assert (problem.row, problem.column) == (2, "andel_tryg")


def test_31_shares_up_to_1_and_34_above_100_are_refused(tmp_path):
    fractions = re.sub(r";([0-9]{2}),([0-9]);", r";0,\1\2;", SHARES)
    assert "all 4 shares" in str(refused(check(tmp_path, SURVEY, f_csv=fractions), "shares_not_percent")[0])
    problem = refused(check(tmp_path, SURVEY, f_csv=SHARES.replace("90,1", "100,1")), "above_all")[0]
    assert (problem.row, problem.found) == (5, "100,1")


def test_39_a_survey_of_29_is_read_and_what_is_shown_of_it_is_for_the_report(tmp_path):
    found = table(check(tmp_path, SURVEY, f_csv=SHARES.replace(";180", ";29").replace(";150", ";30"))).set_index("area")
    assert found["denominator"].to_dict() == {"ringparken": 210, "motalavej": 29, "sydbyen": 30, "skaelskoer": 140}
    assert found["value"].to_dict() == {"ringparken": 0.72, "motalavej": 0.583, "sydbyen": 0.815, "skaelskoer": 0.901}


@pytest.mark.parametrize("mark", ["%", " %", "\u00a0%"])
def test_a_per_cent_sign_behind_the_number_is_its_unit_and_nothing_else(mark, tmp_path):
    assert values(check(tmp_path, SURVEY, f_csv=SHARES.replace("58,3", "58,3" + mark)), "safe", "2016")["motalavej"] == 0.583
    problem = refused(check(tmp_path, SURVEY, f_csv=SHARES.replace(";180", ";180" + mark)), "not_a_number")[0]
    assert (problem.row, problem.column) == (3, "antal_svar")


# --- money, thousands, departments ----------------------------------------------------------------------

MONEY = COUNTS.replace('haervaerk = "reports"', 'tab = "loss"') + '[constants]\nunit = "dkk"\n'


def test_kroner_are_read_with_their_mark_and_to_the_oere(tmp_path):
    amounts = ("1.000,10 kr.", "0,20 kr", "0,10", "0", "1.000,40")
    rows = HEAD + "".join(f"{area};2017;tab;{cell}\n" for area, cell in zip([*NAMES, "I alt"], amounts, strict=True))
    checked = check(tmp_path, 'thousands = "."\n' + MONEY, f_csv=rows)
    assert values(checked, "loss") == {"ringparken": 1000.1, "motalavej": 0.2, "sydbyen": 0.1, "skaelskoer": 0, "combined": 1000.4}
    problem = refused(check(tmp_path, 'thousands = "."\n' + MONEY, f_csv=rows.replace("0,20 kr", "20 %")), "unit_mark")[0]
    assert problem.row == 3


def test_declared_thousands_are_read_and_a_mark_in_the_wrong_place_is_not(tmp_path):
    assert values(check(tmp_path, 'thousands = "."\n' + COUNTS, f_csv=HEAD + FOUR.replace(";61", ";1.061")))["ringparken"] == 1061
    wrong = {"1.06": "ambiguous_number", "10.61": "ambiguous_number", "1..061": "number_in_words", ".061": "number_in_words", "1.061.": "number_in_words"}
    for cell, code in wrong.items():
        problem = refused(check(tmp_path, 'thousands = "."\n' + COUNTS, f_csv=HEAD + FOUR.replace(";61", ";" + cell)), code)[0]
        assert (problem.row, problem.found) == (2, cell)


PARTS = '["FOB 23", "FOB 24"]'
SPLIT = FOUR.replace("Ringparken/Schackenborgvænge;2017;haervaerk;61\n", "FOB 23;2017;haervaerk;40\nFOB 24;2017;haervaerk;21\n")


def test_departments_make_their_area_when_all_of_them_are_there(tmp_path):
    assert values(check(tmp_path, "sum = true\n" + COUNTS, PARTS, f_csv=HEAD + SPLIT)) == READ
    problem = refused(check(tmp_path, "sum = true\n" + COUNTS, PARTS, f_csv=HEAD + SPLIT.replace("FOB 24;2017;haervaerk;21\n", "")), "parts_missing")[0]
    assert problem.row == 2 and "FOB 24" in str(problem)
    refused(check(tmp_path, COUNTS, PARTS, f_csv=HEAD + SPLIT), "is_a_part")
    refused(check(tmp_path, "sum = true\n" + COUNTS, PARTS, f_csv=HEAD + SPLIT + "FOB 23;2017;haervaerk;40\n"), "repeated_key")
    refused(check(tmp_path, "sum = true\n" + COUNTS, PARTS, f_csv=HEAD + SPLIT + FOUR.splitlines()[0] + "\n"), "repeated_key")


def test_bounds_and_oere_of_departments_are_added_up_too(tmp_path):
    source = "sum = true\n" + COUNTS.replace('haervaerk = "reports"', '"gæster" = "guests"').replace('"value"\n', '"value"\nmin = "lowest"\nmaks = "highest"\n')
    rows = (
        HEAD.replace("\n", ";min;maks\n")
        + "FOB 23;2017;gæster;40;30;50\nFOB 24;2017;gæster;21;;\n"
        + "".join(f"{area};2017;gæster;1;1;1\n" for area in NAMES[1:])
    )
    row = table(check(tmp_path, source, PARTS, f_csv=rows)).set_index("area").loc["ringparken"]
    assert row[["value", "lower", "upper"]].tolist() == [61, 51, 71]
    rows = HEAD + "FOB 23;2017;tab;0,10\nFOB 24;2017;tab;0,20\n" + "".join(f"{area};2017;tab;0\n" for area in NAMES[1:])
    assert values(check(tmp_path, "sum = true\n" + MONEY, PARTS, f_csv=rows), "loss")["ringparken"] == 0.3


def test_rates_of_departments_are_never_added_up(tmp_path):
    source = "sum = true\n" + COUNTS.replace('haervaerk = "reports"', 'flyt = "moves"') + '[constants]\nunit = "percent"\n'
    rows = HEAD + "FOB 23;2017;flyt;8,1\nFOB 24;2017;flyt;9,3\n" + "".join(f"{area};2017;flyt;7\n" for area in NAMES[1:])
    refused(check(tmp_path, source, PARTS, f_csv=rows), "shares_of_parts")


CLOSED = '\n[[absent]]\narea = "fob 24"\nperiod = "2017"\nclosed = true\nreason = "demolished"\n'
LEFT = SPLIT.replace("FOB 24;2017;haervaerk;21\n", "")


def test_a_department_that_is_no_more_is_left_out_of_its_area_and_the_note_says_so(tmp_path):
    checked = check(tmp_path, "sum = true\n" + COUNTS + CLOSED, PARTS, f_csv=HEAD + LEFT)
    assert not but_unused_words(checked.problems) and values(checked) == READ | {"ringparken": 40, "combined": 102}
    assert table(checked).set_index("area").at["ringparken", "note"] == "sum of departments: FOB 23; no longer there: FOB 24"
    marked = SPLIT.replace("haervaerk;21", "haervaerk;-")
    checked = check(tmp_path, "sum = true\n" + COUNTS + '\n[missing]\n"-" = "not_available"\n' + CLOSED, PARTS, f_csv=HEAD + marked)
    assert not but_unused_words(checked.problems) and values(checked) == READ | {"ringparken": 40, "combined": 102}


def test_a_department_that_is_no_more_and_is_there_or_is_none_is_refused(tmp_path):
    assert refused(check(tmp_path, "sum = true\n" + COUNTS + CLOSED, PARTS, f_csv=HEAD + SPLIT), "absent_is_there")[0].row == 3
    wrong = {CLOSED.replace("2017", "2018"): "no_such_part_then", CLOSED.replace("fob 24", "Sydbyen"): "no_such_part_then"}
    wrong |= {CLOSED.replace("fob 24", "FOB 29"): "entry_unknown", CLOSED.replace("2017", "nu"): "entry_without_period"}
    for closed, code in wrong.items():
        refused(check(tmp_path, "sum = true\n" + COUNTS + closed, PARTS, f_csv=HEAD + SPLIT), code)
    refused(check(tmp_path, "sum = true\n" + COUNTS + CLOSED.replace('area = "fob 24"\n', ""), PARTS, f_csv=HEAD + SPLIT), "missing_field")
    (problem,) = refused(check(tmp_path, "sum = true\n" + COUNTS, PARTS, f_csv=HEAD + LEFT), "parts_missing")
    assert 'area = "FOB 24", period = "2017", reason = ' in str(problem) and "closed = true" in str(problem)


def test_a_department_that_was_not_delivered_leaves_its_area_without_a_figure(tmp_path):
    absent = CLOSED.replace("closed = true\n", "")
    checked = check(tmp_path, "sum = true\n" + COUNTS + absent, PARTS, f_csv=HEAD + LEFT)
    assert not but_unused_words(checked.problems)
    row = table(checked).set_index("area").loc["ringparken"]
    assert (row["status"], row["note"]) == ("not_delivered", "fob 24: demolished") and math.isnan(row["value"])
    refused(check(tmp_path, "sum = true\n" + COUNTS + absent, PARTS, f_csv=HEAD + SPLIT), "absent_is_there")
    refused(check(tmp_path, "sum = true\n" + COUNTS + absent.replace("2017", "2018"), PARTS, f_csv=HEAD + SPLIT), "no_such_part_then")
    refused(check(tmp_path, COUNTS + absent, PARTS, f_csv=HEAD + FOUR), "entry_of_a_part")


def test_a_department_without_a_share_is_named_and_its_area_has_none(tmp_path):
    source = "sum = true\n" + COUNTS.replace('haervaerk = "reports"', 'flyt = "moves"').replace('"value"\n', '"value"\naf = "out_of"\n')
    rows = HEAD.replace("\n", ";af\n") + "FOB 23;2017;flyt;8;100\nFOB 24;2017;flyt;-;-\n" + "".join(f"{area};2017;flyt;7;100\n" for area in NAMES[1:])
    checked = check(tmp_path, source + '\n[missing]\n"-" = "not_available"\n', PARTS, f_csv=rows)
    (problem,) = but_unused_words(checked.problems)
    assert (problem.code, problem.level, problem.row) == ("part_without_figure", "warning", 3) and "FOB 24" in str(problem) and "2017" in str(problem)
    assert table(checked).set_index("area").loc["ringparken", ["status", "value"]].isna().tolist() == [False, True]
    closed = check(tmp_path, source + '\n[missing]\n"-" = "not_available"\n' + CLOSED, PARTS, f_csv=rows)
    assert not but_unused_words(closed.problems) and table(closed).set_index("area").at["ringparken", "value"] == 0.08


# --- withheld, part of a year, corrections ---------------------------------------------------------------


@pytest.mark.parametrize("mark", ["<5", "< 5", "Diskretioneret", "diskretion"])
def test_22_what_the_supplier_withholds_is_no_zero_and_makes_the_total_partial(mark, tmp_path):
    found = table(check(tmp_path, COUNTS, f_csv=HEAD + FOUR.replace(";14", ";" + mark))).set_index("area")
    assert found.loc[["sydbyen", "combined"], "status"].tolist() == ["suppressed_at_source", "partial"]
    assert found.loc[["sydbyen", "combined"], "value"].isna().all() and found.at["motalavej", "value"] == 38


def test_23_declared_marks_mean_what_is_declared(tmp_path):
    more = '[missing]\n".." = "not_available"\n"-" = "not_delivered"\n'
    found = table(check(tmp_path, COUNTS + more, f_csv=HEAD + FOUR.replace(";14", ";..").replace(";10", ";-"))).set_index("area")
    assert found.loc[["sydbyen", "skaelskoer", "combined"], "status"].tolist() == ["not_available", "not_delivered", "partial"]


def test_43_a_half_year_is_never_a_year(tmp_path):
    found = table(check(tmp_path, COUNTS, criteria=BASELINE, f_csv=HEAD + FOUR.replace("2017", "2017H1")))
    assert set(found["period"]) == {"2017-H1"} and found.set_index("area")["value"].to_dict() == READ


def test_a_year_and_its_halves_are_refused_or_declared_and_then_add_up(tmp_path):
    halves = FOUR.replace(";2017;", ";1. halvår 2017;") + FOUR.replace(";2017;", ";2017H2;")
    year = FOUR.replace(";61", ";122").replace(";38", ";76").replace(";14", ";28").replace(";10", ";20")
    problem = refused(check(tmp_path, COUNTS, f_csv=HEAD + halves + year), "overlapping_periods")[0]
    assert "nested_periods" in str(problem) and problem.row
    assert values(check(tmp_path, "nested_periods = true\n" + COUNTS, f_csv=HEAD + halves + year))["combined"] == 246
    problem = refused(check(tmp_path, "nested_periods = true\n" + COUNTS, f_csv=HEAD + halves + year.replace(";76", ";75")), "year_differs")[0]
    assert problem.row == 11 and "75" in str(problem) and "76" in str(problem)


FIXED = '[[correction]]\ndelivery = 2\nfiles = ["later.csv"]\nreceived = 2018-06-01\nreason = "seks sager blev fundet"\n'


def says_38_to_44(checked: building.Checked) -> None:
    assert values(checked) == READ | {"motalavej": 44, "combined": 129}
    revised, moved = ([problem for problem in checked.problems if problem.code == code] for code in ("revised", "baseline_moved"))
    assert len(revised) == len(moved) == 1 and "38 → 44" in str(revised[0]) and (revised[0].level, moved[0].level) == ("warning", "warning")
    assert revised[0].row == 3 and MOTALAVEJ in str(revised[0])
    assert checked.revised[["area", "before", "after"]].values.tolist() == [["motalavej", 38, 44]]


def test_45_a_correction_revises_38_to_44_and_flags_the_baseline(tmp_path):
    checked = check(tmp_path, COUNTS + FIXED, criteria=BASELINE, f_csv=HEAD + FOUR, later_csv=HEAD + FOUR.replace(";38", ";44"))
    says_38_to_44(checked)


def test_45_a_second_folder_with_a_higher_number_revises_as_well(tmp_path):
    home = folder(tmp_path, COUNTS, criteria=BASELINE, f_csv=HEAD + FOUR)
    add(home, "s2", "delivery = 2\n" + COUNTS, f_csv=HEAD + FOUR.replace(";38", ";44"))
    says_38_to_44(building.check(home))
    add(home, "s2", COUNTS, f_csv=HEAD + FOUR.replace(";38", ";44"))  # the same number: nobody said which is right
    assert "delivered_twice" in told(building.check(home).errors)


def test_45_a_correction_that_matches_no_row_is_an_error_in_its_row(tmp_path):
    checked = check(tmp_path, COUNTS + FIXED, f_csv=HEAD + FOUR, later_csv=HEAD + "Motalavej;2016;haervaerk;44\n")
    (problem,) = refused(checked, "corrects_nothing")
    assert (problem.file, problem.row) == ("s/later.csv", 2)


def test_a_correction_must_have_a_later_number_and_a_file(tmp_path):
    assert "not_later" in told(check(tmp_path, COUNTS + FIXED.replace("= 2\n", "= 1\n"), f_csv=HEAD + FOUR, later_csv=HEAD).errors)
    assert "no_such_file" in told(check(tmp_path, COUNTS + FIXED.replace("later.csv", "latter.csv"), f_csv=HEAD + FOUR).errors)


def test_62_a_baseline_of_0_is_a_figure(tmp_path):
    rows = HEAD + "".join(f"{area};{year};haervaerk;{count}\n" for area in NAMES for year, count in ((2017, 0), (2018, 2)))
    checked = check(tmp_path, COUNTS, f_csv=rows)
    assert set(values(checked).values()) == {0} and values(checked, period="2018")["combined"] == 8


# --- days -----------------------------------------------------------------------------------------------


def test_a_jump_is_a_warning_until_it_is_confirmed(tmp_path):
    rows = HEAD + FOUR + FOUR.replace("2017", "2018").replace(";14", ";140")
    (problem,) = but_unused_words(check(tmp_path, "jump = 3\n" + COUNTS, f_csv=rows).problems)
    assert (problem.level, problem.code, problem.row) == ("warning", "jump", 8)
    confirmed = '[[confirmed]]\narea = "Sydbyen"\nperiod = "2018"\nreason = "en ny plads"\n'
    assert but_unused_words(check(tmp_path, "jump = 3\n" + COUNTS + confirmed, f_csv=rows).problems) == []


def test_nothing_lies_after_the_day_it_came_or_is_known(tmp_path):
    from datetime import date

    home = folder(tmp_path, COUNTS, f_csv=HEAD + FOUR)
    assert but_unused_words(building.check(home, date(2018, 1, 1)).problems) == []
    assert told(building.check(home, date(2016, 12, 31)).errors) == {"in_the_future"}
    refused(check(tmp_path, "received = 2016-12-31\n" + COUNTS, f_csv=HEAD + FOUR), "in_the_future")
    fires = folder(tmp_path, "received = 2018-04-10\n" + INCIDENTS, f_csv="dato;omraade;haendelse\n03-04-2018;Motalavej;brand\n13-04-2018;Motalavej;brand\n")
    assert [(problem.code, problem.row) for problem in building.check(fires).errors] == [("in_the_future", 3)]


def test_46_3_and_13_april_are_days_in_april(tmp_path):
    checked = check(tmp_path, INCIDENTS, f_csv="dato;omraade;haendelse\n03-04-2018;Motalavej;brand\n13-04-2018;Motalavej;brand\n")
    assert values(checked, "fires", "2018-04") == {"motalavej": 2, "ringparken": 0, "sydbyen": 0, "skaelskoer": 0, "combined": 2}
    assert values(checked, "fires", "2018-03")["combined"] == 0 and values(checked, "fires", "2018")["motalavej"] == 2


HEADLINES = {
    "50": (
        '2018-03-01;Sjællandske;"=cmd|\' /C calc\'!A1";negativ\n2018-03-02;DR;"+45 58573000";neutral\n'
        '2018-03-03;DR;"@SUM(1+1)*cmd|\' /C calc\'!A0";negativ\n2018-03-04;DR;"-2+3";negativ\n2018-03-05;DR;"\t=1+1";negativ\n',
        4,
        1,
    ),
    "51": (
        '2018-03-01;DR;"<script>alert(1)</script><img src=x onerror=alert(2)>";negativ\n'
        '2018-03-02;DR;"[klik](javascript:alert(3)) $x^2$ **fed**";negativ\n2018-03-03;TV 2;"</td></table><h1>Falsk tal 0 brande</h1>";negativ\n',
        3,
        0,
    ),
    "quotes, semicolons and line breaks": ('2018-03-01;DR;"Politiet: ""Ro; orden""";negativ\n2018-03-02;DR;"Ro\nog; orden";neutral\n', 1, 1),
    "a quote in the middle": ('2018-03-01;DR;Fandt 65" skærm;negativ\n', 1, 0),
}


@pytest.mark.parametrize("which", HEADLINES)
def test_stories_are_counted_whatever_their_headlines_say(which, tmp_path):
    rows, bad, neither = HEADLINES[which]
    checked = check(tmp_path, STORIES, f_csv="dato;medie;overskrift;tone\n" + rows)
    assert (values(checked, "bad", "2018-03"), values(checked, "neither", "2018-03"), values(checked, "good", "2018-03")) == (
        {"combined": bad},
        {"combined": neither},
        {"combined": 0},
    )


def test_a_lone_quote_before_a_headline_loses_no_story(tmp_path):
    rows = '2018-03-01;DR;"Ballade;negativ\n2018-03-02;DR;Mere ballade";negativ\n'
    problem = refused(check(tmp_path, STORIES, f_csv="dato;medie;overskrift;tone\n" + rows), "broken_csv")[0]
    assert problem.row == 2


# --- layouts of workbooks -------------------------------------------------------------------------------


def book_of(rows: list, merged: tuple[str, ...] = ()) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    return book


KINDS = (("Hærværk", "reports"), ("Brande", "fires"))
ACROSS = 'contract = "counts"\npublisher = "p"\nheader = [2, 3]\n[columns]\n"Område" = "area"\n' + "".join(
    f'"{year} / {head}" = {{ period = "{year}", indicator = "{id_}" }}\n' for year in (2017, 2018) for head, id_ in KINDS
)


def test_merged_years_above_the_headings_reach_over_their_columns(tmp_path):
    rows = [
        ["Anmeldelser"],
        ["Område", 2017, None, 2018, None],
        [None, "Hærværk", "Brande", "Hærværk", "Brande"],
        *([area, number, 1, number + 1, 2] for area, number in zip(NAMES, (61, 38, 14, 10), strict=True)),
    ]
    checked = check(tmp_path, ACROSS, f_xlsx=book_of(rows, ("B2:C2", "D2:E2", "A2:A3")))
    assert values(checked) == READ and values(checked, period="2018")["combined"] == 127 and values(checked, "fires", "2018")["combined"] == 8


def test_a_merged_area_name_stands_for_each_of_its_rows_and_a_merged_number_for_none(tmp_path):
    rows = [
        TABLE[0],
        *(
            each
            for area, number in zip(NAMES, (61, 38, 14, 10), strict=True)
            for each in ([area, 2017, "haervaerk", number], [None, 2018, "haervaerk", number])
        ),
    ]
    merged = tuple(f"A{row}:A{row + 1}" for row in (2, 4, 6, 8))
    assert values(check(tmp_path, COUNTS, f_xlsx=book_of(rows, merged)), period="2018") == READ
    rows[2][3] = None
    assert refused(check(tmp_path, COUNTS, f_xlsx=book_of(rows, (*merged, "D2:D3"))), "merged_number")[0].row == 2


def test_of_several_sheets_those_are_read_that_are_named(tmp_path):
    book = book_of(TABLE)
    book.active.title = "Anmeldelser"
    book.create_sheet("Noter").append(["Se vejledningen"])
    assert "Noter" in str(refused(check(tmp_path, COUNTS, f_xlsx=book), "several_sheets")[0])
    assert values(check(tmp_path, 'sheets = ["Anmeldelser"]\nignored_sheets = ["Noter"]\n' + COUNTS, f_xlsx=book)) == READ
    assert "Anmeldelser" in str(refused(check(tmp_path, 'sheets = ["Anmeldelse"]\n' + COUNTS, f_xlsx=book), "no_such_sheet_near")[0])


def test_sheets_of_one_year_each_say_the_year_by_their_name(tmp_path):
    book = openpyxl.Workbook()
    for year in (2017, 2018):
        sheet = book.create_sheet(str(year))
        for row in TABLE:
            sheet.append([cell for place, cell in enumerate(row) if place != 1])
    book.remove(book.worksheets[0])
    source = COUNTS.replace('periode = "period"\n', "") + '[constants_by_sheet]\n2017 = { period = "2017" }\n2018 = { period = "2018" }\n'
    checked = check(tmp_path, source, f_xlsx=book)
    assert values(checked) == READ == values(checked, period="2018")


# --- whatever stands in a small table -------------------------------------------------------------------

CELLS = {  # what is right below each heading, as text and as what it means
    "omraade": st.sampled_from([(name, id_) for id_, name in IDS.items()]),
    "periode": st.sampled_from([("2017", "2017"), ("2018H1", "2018-H1"), ("3. kvartal 2019", "2019-Q3"), ("marts 2020", "2020-03"), ("2021M04", "2021-04")]),
    "antal": st.integers(0, 10**9 - 1).map(lambda number: (str(number), number)),
}
ODD = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    st.from_regex(r"[0-9 .,%<+\-krNA]{1,7}", fullmatch=True),
    st.sampled_from(["..", "<5", "1.061", "14,5", "-", "1e3", "½", "²", "٣", "0x1", "nan", "NA", "inf", "Diskretioneret", '"', "14 %", "=1+1", "−3"]),
    st.sampled_from(["14 stk", "14\n", "14\n\n"]),
)


@pytest.fixture(scope="module")
def lone(tmp_path_factory):
    """A function that writes one small CSV of counts and checks it."""
    more = '[missing]\n".." = "not_available"\n[[absent]]\nreason = "kun nogle celler"\n'
    home = folder(tmp_path_factory.mktemp("fuzz"), COUNTS + more, f_csv=HEAD)

    def put(rows: list[list[str]]) -> building.Checked:
        with (home / "s" / "f.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter=";").writerows([HEAD.strip().split(";"), *rows])
        return building.check(home)

    return put


BETWEEN = {"repeated_key", "overlapping_periods", "broken_csv"}  # said of whole rows


@examples(15)
@given(st.lists(st.tuples(*CELLS.values()), min_size=1, max_size=18, unique_by=lambda row: (row[0][1], row[1][1])))
def test_what_is_right_is_always_read_as_exactly_what_it_says(lone, rows):
    checked = lone([[area, period, "haervaerk", number] for (area, _), (period, _), (number, _) in rows])
    assert but_unused_words(checked.problems) == []
    found = checked.deliveries[0].used[["area", "period", "value", "delivered"]].values.tolist()
    assert sorted(found) == sorted([area, period, number, text] for (_, area), (_, period), (text, number) in rows)


EIGHT = [[area, year, "haervaerk", str(10 + number)] for number, (area, year) in enumerate((area, year) for year in ("2017", "2018") for area in NAMES)]
UNREADABLE = {"\0", "\ufffd"}  # by which a whole file is no text


def lines(rows: list[list[str]]) -> list[int]:
    """The line of the file on which each row starts."""
    breaks = [len(re.findall("\r\n?|\n", "".join(row))) for row in rows]
    return [2 + number + sum(breaks[:number]) for number in range(len(rows))]


@examples(20)
@given(st.lists(st.tuples(ODD, st.sampled_from([0, 1, 2, 3])), min_size=8, max_size=8))
def test_whatever_else_stands_in_a_cell_is_a_declared_status_or_refused_in_its_row_and_column(lone, odd):
    """One odd cell in each of eight rows: what is refused is refused there, and all that is left, read without these rows, is as it stands."""
    left = {number: [*row[:column], text, *row[column + 1 :]] for number, (row, (text, column)) in enumerate(zip(EIGHT, odd, strict=True))}
    while (checked := lone(list(left.values()))).errors:
        assert len(checked.deliveries[0].used) == 0
        starts = dict(zip(lines(list(left.values())), left, strict=True))
        if told(checked.errors) == {"not_text"}:
            refused = {number for number in left if UNREADABLE & {*odd[number][0]}}
        else:
            assert all(problem.row in starts and (problem.column or problem.code in BETWEEN) for problem in checked.errors)
            refused = {starts[problem.row] for problem in checked.errors}
        assert refused
        left = {number: row for number, row in left.items() if number not in refused}
        if not left:
            return
    used = checked.deliveries[0].used.set_index("row")
    assert list(used.index) == lines(list(left.values()))
    for number, cell in zip(left, used.to_dict("records"), strict=True):
        if odd[number][1] != 3:
            assert cell["value"] == int(EIGHT[number][3])
        elif cell["missing"]:
            assert cell["value"] != cell["value"] and (cell["missing"] == "not_available") == (cell["delivered"] == "..")
            assert cell["delivered"] == ".." or re.fullmatch(r"< ?[0-9]+|(?i:diskretion(eret)?)", cell["delivered"])
        else:
            assert re.fullmatch(r"[0-9]{1,15}(,0+)?", cell["delivered"]) and cell["value"] == int(cell["delivered"].split(",")[0])
