"""What suppliers sent is read exactly, or told to be unreadable with the place."""

import unicodedata
from decimal import Decimal

import pandas as pd
import pytest
from conftest import COUNTS_HEADER, COUNTS_SOURCE, told
from hypothesis import given
from hypothesis import strategies as st

from analysis.promises.periods import parse_period, period_year
from analysis.reading.deliveries import parse_number, read_cells
from analysis.reading.suppliers import read_sources

# The four rows that a supplier sends in many shapes (hazards 00 to 03 of the project): their total is 123.
ROWS = "Ringparken/Schackenborgvænge;2017;haervaerk;61\nMotalavej;2017;haervaerk;38\nSydbyen;2017;haervaerk;14\nSkælskør;2017;haervaerk;10\n"
PLAIN = (COUNTS_HEADER + ROWS).encode()


def cells_of(small_plan, content: bytes, source: str = COUNTS_SOURCE):
    """The cells and problems of one delivered file."""
    folder = small_plan(counts=content or b" ", counts_source=source).folder
    (folder / "counts" / "counts.csv").write_bytes(content)
    sources, problems = read_sources(folder)
    assert not problems, problems
    pieces = [cells.frame for cells in read_cells(folder / "counts" / "counts.csv", sources[0], folder, problems)]
    return pd.concat(pieces) if pieces else pd.DataFrame(), problems


def source_problems(small_plan, **texts):
    """The problems for which a source.toml is refused."""
    sources, problems = read_sources(small_plan(counts="a;2017;reports;1", **texts).folder)
    assert [source.name for source in sources] == []
    return problems


SHAPES = {
    "UTF-8": PLAIN,
    "a byte-order mark": b"\xef\xbb\xbf" + PLAIN,
    "Windows line ends": PLAIN.replace(b"\n", b"\r\n"),
    "both": b"\xef\xbb\xbf" + PLAIN.replace(b"\n", b"\r\n"),
    "no-break spaces around the cells": PLAIN.replace(b";", ";\u00a0".encode()),
    "zero-width characters": PLAIN.replace(b"Motala", "Mo\u200btala".encode()),
    "letters split in two": unicodedata.normalize("NFD", PLAIN.decode()).encode(),
    "quotes around the cells": PLAIN.replace(b"Motalavej", b'"Motalavej"'),
    "blank lines": PLAIN.replace(b"\n", b"\n\n"),
    "lines of semicolons only, as Excel leaves them": PLAIN + b";;;\n;;;\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_four_rows_are_read_from_a_file_with(shape, small_plan):
    cells, problems = cells_of(small_plan, SHAPES[shape])
    assert problems == []
    assert list(cells.columns) == ["omraade", "periode", "indikator", "antal"]
    assert cells["omraade"].tolist() == ["Ringparken/Schackenborgvænge", "Motalavej", "Sydbyen", "Skælskør"]
    assert sum(map(int, cells["antal"])) == 123


def test_a_no_break_space_within_a_name_is_a_space(small_plan):
    cells, _ = cells_of(small_plan, PLAIN.replace(b"Sydbyen", "Ringparken\u00a0og Schackenborgvænge".encode()))
    assert cells["omraade"].tolist()[2] == "Ringparken og Schackenborgvænge"


def test_an_area_with_a_ring_over_the_a_is_read_as_one_letter(small_plan):
    cells, _ = cells_of(small_plan, unicodedata.normalize("NFD", PLAIN.decode().replace("Sydbyen", "Gården")).encode())
    assert cells["omraade"].tolist()[2] == "Gården"


def test_windows_1252_is_read_and_said(small_plan):
    cells, problems = cells_of(small_plan, PLAIN.decode().encode("cp1252"))
    assert cells["omraade"].tolist()[3] == "Skælskør"
    (problem,) = problems
    assert (problem.level, problem.code, problem.file) == ("warning", "read_as_cp1252", "counts/counts.csv")
    assert "cp1252" in str(problem)


def test_windows_1252_that_is_declared_needs_no_warning(small_plan):
    cells, problems = cells_of(small_plan, PLAIN.decode().encode("cp1252"), 'encoding = "cp1252"\n' + COUNTS_SOURCE)
    assert problems == [] and cells["omraade"].tolist()[3] == "Skælskør"


def test_a_file_declared_as_utf8_that_is_not_is_refused_at_the_byte(small_plan):
    content = PLAIN.decode().encode("cp1252")
    cells, problems = cells_of(small_plan, content, 'encoding = "utf-8"\n' + COUNTS_SOURCE)
    assert cells.empty and told(problems) == {"not_encoding"}
    place = content.index("æ".encode("cp1252"))
    assert f"byte {place}" in str(problems[0])


def test_an_unknown_encoding_is_told(small_plan):
    _, problems = cells_of(small_plan, PLAIN, 'encoding = "danish"\n' + COUNTS_SOURCE)
    assert str(problems[0]) == "counts/counts.csv: danish – is not an encoding; use utf-8 or cp1252"


REFUSED = {  # hazards of the project: (content, code, row, words)
    "an empty file": (b"", "empty_file", None, "is empty: no cell is filled"),
    "blank lines only": (b"\n \n;;\n", "empty_file", None, "is empty: no cell is filled"),
    "a heading and no rows": (COUNTS_HEADER.encode(), "no_rows", None, "a header and no rows"),
    "a heading twice": (b"omraade;periode;indikator;antal;antal\nMotalavej;2017;haervaerk;38;39\n", "repeated_column", 1, "'antal'"),
    "rows longer than the heading": (COUNTS_HEADER.encode() + b"Motalavej;2017;haervaerk;38;\n", "row_length", 2, "has 5 fields, the header has 4"),
    "rows shorter than the heading": (PLAIN + b"Motalavej;2017;haervaerk\n", "row_length", 6, "has 3 fields, the header has 4"),
    "a quote that is never closed": (
        COUNTS_HEADER.encode() + b'Motalavej;2017;haervaerk;38\nSydbyen;2017;"haervaerk;14\nSydbyen;2018;haervaerk;14\n',
        "broken_csv",
        3,
        "a quote is not closed",
    ),
    "a workbook under another name": (b"PK\x03\x04\x00\x00" + PLAIN, "is_workbook", None, "is a workbook"),
    "a picture": (b"\x89PNG\x00\x00" + PLAIN, "not_text", None, "not a text file"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_is_refused_for(what, small_plan):
    content, code, row, words = REFUSED[what]
    cells, problems = cells_of(small_plan, content)
    assert cells.empty
    (problem,) = problems
    assert (problem.code, problem.row, problem.level) == (code, row, "error")
    assert problem.file == "counts/counts.csv" and words in str(problem)


def test_a_row_has_the_number_of_the_line_a_person_sees(small_plan):
    content = COUNTS_HEADER.encode() + b'\n"Motala\nvej";2017;haervaerk;38\nSydbyen;2017;haervaerk;14\n'
    cells, _ = cells_of(small_plan, content)
    assert cells.index.tolist() == [3, 5]


# --- numbers and periods --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [("58,3", ",", "58.3"), ("58.3", ".", "58.3"), ("72", ",", "72"), ("72,0", ",", "72.0"), ("0", ",", "0"), ("-14", ",", "-14"), ("−14", ",", "-14")],
)
def test_a_number_is_read_exactly_as_printed(text, decimal, number):
    found = parse_number(text, decimal)
    assert found == Decimal(number) and found.as_tuple() == Decimal(number).as_tuple()


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("58.3", ","),
        ("58,3", "."),
        ("1.061", ","),
        ("1,061", "."),
        ("1.061,5", ","),
        ("1 061", ","),
        ("1e3", ","),
        ("", ","),
        ("-", ","),
        ("..", ","),
        ("<5", ","),
        ("5 %", ","),
        ("nan", ","),
        ("NA", ","),
        ("5,", ","),
        (",5", ","),
        ("0x10", ","),
        ("1_000", ","),
        ("+5", ","),
        ("inf", "."),
        ("14\n", ","),
    ],
)
def test_what_is_not_plainly_a_number_is_never_guessed_at(text, decimal):
    assert parse_number(text, decimal) is None


@given(st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=3))
def test_a_number_printed_the_danish_way_comes_back_exactly(number):
    assert parse_number(f"{number:f}".replace(".", ",")) == number


@pytest.mark.parametrize("period", ["2018", "2018-H1", "2018-Q3", "2018-03", "2017/2018", "2015-2016"])
def test_periods_in_the_projects_form_are_known(period):
    assert parse_period(period) == period


@pytest.mark.parametrize(
    "period", ["18", "2018-13", "2018-H3", "2018-Q5", "2018/2017", "2017/2019", "2016-2015", "2018 ", "2017H3", "2017?", "03-04-2018", "2018-04-03", ""]
)
def test_other_periods_are_not_guessed_at(period):
    assert parse_period(period) is None


def test_a_period_belongs_to_the_year_it_ends_in():
    assert [period_year(period) for period in ("2018", "2017/2018", "2018-03", "undated")] == [2018, 2018, 2018, None]


# --- a supplier's folder --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../outside.csv", "/etc/passwd", "sub/../../outside.csv", "../*.csv"])
def test_a_file_outside_the_plan_folder_is_never_read(name, small_plan, tmp_path):
    (tmp_path / "data" / "outside.csv").parent.mkdir(exist_ok=True)
    (tmp_path / "data" / "outside.csv").write_bytes(PLAIN)
    problems = source_problems(small_plan, counts_source=COUNTS_SOURCE.replace("counts.csv", name))
    assert told(problems) == {"outside_plan"} and name in str(problems[0])


def test_a_link_out_of_the_plan_folder_is_never_followed(small_plan, tmp_path):
    (tmp_path / "outside.csv").write_bytes(PLAIN)
    folder = small_plan(counts="a;2017;reports;1").folder
    (folder / "counts" / "counts.csv").unlink()
    (folder / "counts" / "counts.csv").symlink_to(tmp_path / "outside.csv")
    sources, problems = read_sources(folder)
    assert sources == [] and told(problems) == {"outside_plan"}


def test_a_link_to_a_folder_outside_is_never_followed(small_plan, tmp_path):
    folder = small_plan(counts="a;2017;reports;1").folder
    (folder / "counts").rename(tmp_path / "elsewhere")
    (folder / "counts").symlink_to(tmp_path / "elsewhere")
    sources, problems = read_sources(folder)
    assert sources == [] and told(problems) == {"outside_plan"}


def test_a_file_that_is_named_and_not_there_is_told(small_plan):
    (problem,) = source_problems(small_plan, counts_source=COUNTS_SOURCE.replace("counts.csv", "count.csv"))
    assert str(problem) == "counts/source.toml: count.csv – is named under files but is not in the folder"


def test_a_folder_without_deliveries_is_told(tmp_path):
    assert told(read_sources(tmp_path)[1]) == {"no_sources"}


def test_one_source_that_cannot_be_used_does_not_hide_another(small_plan):
    folder = small_plan(counts="a;2017;reports;1", survey="a;2017;safe;58,3;180", counts_source="contract = ").folder
    sources, problems = read_sources(folder)
    assert [source.name for source in sources] == ["survey"]
    assert told(problems) == {"not_toml"} and problems[0].file == "counts/source.toml"


def test_a_misspelt_field_of_a_source_is_told_with_the_right_one(small_plan):
    problems = source_problems(small_plan, counts_source='delimitter = ";"\n' + COUNTS_SOURCE)
    assert told(problems) == {"unknown_field_near"} and "delimiter" in str(problems[0])


def test_a_missing_field_of_a_source_is_told(small_plan):
    problems = source_problems(small_plan, counts_source=COUNTS_SOURCE.replace('contract = "counts"', ""))
    assert str(problems[0]) == "counts/source.toml: the field 'contract' is missing"


MISTAKES = {  # each is something a person can type into a source.toml
    "a delimiter of two characters": ('delimiter = ";"', 'delimiter = ";;"'),
    "no delimiter": ('delimiter = ";"', 'delimiter = ""'),
    "no decimal mark": ('decimal = ","', 'decimal = ""'),
    "an empty file name": ('"counts.csv"', '""'),
    "the folder as a file": ('"counts.csv"', '"."'),
    "a value list that is a word": ("[columns]", 'values = { indicator = "reports" }\n[columns]'),
    "an unused list that is a word": ("[columns]", 'unused = { indicator = "reports" }\n[columns]'),
    "a doubt that is a word": ("[columns]", 'doubt = ["a"]\n[columns]'),
    "a doubt about a misspelt column": ("[columns]", '[[doubt]]\naera = "a"\n[columns]'),
    "a column that is a list": ('"value"', '["value"]'),
    "an area that is a number": ("[columns]", "areas = { a = 1 }\n[columns]"),
    "a missing mark that means something unknown": ("[columns]", 'missing = { "1" = "perhaps" }\n[columns]'),
    "a status that is unknown": ("[columns]", 'status = { printed = "perhaps" }\n[columns]'),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_source_toml_is_told_and_never_a_crash(mistake, small_plan):
    old, new = MISTAKES[mistake]
    assert old in COUNTS_SOURCE
    checked = small_plan(counts="a;2017;reports;1", counts_source=COUNTS_SOURCE.replace(old, new)).check()
    assert checked.errors and all(str(problem) for problem in checked.errors)
