"""A workbook is read cell for cell as a person sees it, or refused with the place; nothing hidden in it gets out."""

import base64
import re
import struct
import subprocess
import sys
import tracemalloc
import unicodedata
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from conftest import examples
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.utils.datetime import MAC_EPOCH

from analysis.reading import workbooks
from analysis.reading.workbooks import read_workbook

SECRET = "Hans Hansen"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
EMPTY = "<row r='1'><c r='A1'><v>1</v></c></row>"


def saved(book, tmp_path, name="a.xlsx"):
    """Where a workbook of openpyxl was written to."""
    book.save(tmp_path / name)
    return tmp_path / name


def one_sheet(cells, name="Ark1"):
    """A workbook of openpyxl with one sheet of these cells; a pair is a value and its number format."""
    book = Workbook()
    book.active.title = name
    for place, value in cells.items():
        value, shown = value if isinstance(value, tuple) else (value, None)
        book.active[place] = value
        if shown:
            book.active[place].number_format = shown
    return book


def changed(path, changes):
    """The same file with parts replaced (by bytes, or by a function of them), added, or taken out (None)."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        parts[name] = change(parts[name]) if callable(change) else change
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if content is not None:
                archive.writestr(name, content)
    return path


def with_sheet(tmp_path, rows, before="", after="", **parts):
    """A workbook whose sheet is this XML, as other programs than openpyxl write it."""
    sheet = f"<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    return changed(saved(one_sheet({"A1": 1, "A2": (1, "0.0%"), "A3": (1, "yyyy-mm-dd")}), tmp_path), {"xl/worksheets/sheet1.xml": sheet.encode(), **parts})


def read(path, decimal=","):
    """The sheets and problems of a file; every problem can be told in both languages, in one line."""
    sheets, problems = read_workbook(path, path.name, decimal)
    for problem in problems:
        for lang in ("da", "en"):
            line = problem.line(lang)
            assert len(line.splitlines()) == 1 and line.startswith(path.name) and SECRET not in line and "{" not in line
    assert not sheets or {problem.level for problem in problems} <= {"warning"}
    return sheets, problems


def texts(path, decimal=","):
    """The only sheet's texts by cell; nothing is wrong with it."""
    (sheet,), problems = read(path, decimal)
    assert problems == [], "\n".join(map(str, problems))
    return {(row, column): text for row, cells in sheet.rows for column, text in enumerate(cells, start=1) if text}


def told(path):
    """Level, code and cells of every problem, for a file of which no sheet may be used."""
    sheets, problems = read(path)
    assert sheets == [] and problems
    return {(problem.level, problem.code, problem.entry) for problem in problems}


def codes(path):
    """The codes of the problems for which a file is refused."""
    return {code for _, code, _ in told(path)}


# --- the text of a cell --------------------------------------------------------------------------------

WRITTEN = [
    (38, None, "38"),
    (38.0, None, "38"),
    (58.3, None, "58,3"),
    (-0.5, None, "-0,5"),
    (0, None, "0"),
    (1234567.25, "#,##0.00", "1234567,25"),
    (0.1 + 0.2, None, "0,3"),
    (1e15, None, "1000000000000000"),
    (1e22, "0.00E+00", "10000000000000000000000"),
    (0.0000001, None, "0,0000001"),
    (0.583, "0.0%", "58,3 %"),
    (0.583, "0%;[Red]-0%", "58,3 %"),
    (1, "0%", "100 %"),
    (0.00125, "0.00 %", "0,125 %"),
    (0.583, '0.0 "%"', "0,583"),
    (0.583, "0.0\\%", "0,583"),
    (12.5, '#,##0.00 "kr. pr. md."', "12,5"),
    (2017, "@", "2017"),
    ("058", None, "058"),
    ("58.3", None, "58.3"),
    ("<5", None, "<5"),
    ("..", None, ".."),
    (" Sydbyen\u00a0", None, " Sydbyen\u00a0"),
    ("to\nlinjer", None, "to\nlinjer"),
    (unicodedata.normalize("NFD", "Skælskør på Gården"), None, "Skælskør på Gården"),
    (True, None, "SAND"),
    (False, None, "FALSK"),
    (date(2018, 3, 1), None, "2018-03-01"),
    (date(2018, 3, 1), "[$-406]d. mmmm yyyy;@", "2018-03-01"),
    (datetime(2018, 3, 1, 14, 30), None, "2018-03-01 14:30"),
    (datetime(2018, 3, 1, 14, 30, 5), None, "2018-03-01 14:30:05"),
    (datetime(2018, 3, 1, 0, 0), None, "2018-03-01"),
    (date(1900, 1, 1), None, "1900-01-01"),
    (date(1900, 2, 28), None, "1900-02-28"),
    (date(1900, 3, 1), None, "1900-03-01"),
    (date(9999, 12, 31), None, "9999-12-31"),
    (time(14, 30), None, "14:30"),
    (time(0, 0, 5), None, "00:00:05"),
    (timedelta(hours=26, minutes=30), None, "26:30"),
    (timedelta(hours=2), None, "02:00"),
    (timedelta(minutes=-90), None, "-01:30"),
]


@pytest.mark.parametrize(("value", "shown", "text"), WRITTEN, ids=str)
def test_a_cell_is_read_as(value, shown, text, tmp_path):
    assert texts(saved(one_sheet({"A1": (value, shown)}), tmp_path)) == {(1, 1): text}


def test_a_decimal_point_is_written_where_the_supplier_writes_points(tmp_path):
    assert texts(saved(one_sheet({"A1": 58.3, "A2": (0.583, "0.0%")}), tmp_path), ".") == {(1, 1): "58.3", (2, 1): "58.3 %"}


STORED = [  # as Excel writes it, which openpyxl never does
    ("<c r='A1'><v>0.58299999999999996</v></c>", "0,583"),
    ("<c r='A1' s='1'><v>0.58299999999999996</v></c>", "58,3 %"),
    ("<c r='A1'><v>0.30000000000000004</v></c>", "0,3"),
    ("<c r='A1'><v>1.2345678901234567E+17</v></c>", "123456789012346000"),
    ("<c r='A1'><v>2.9999999999999999E-7</v></c>", "0,0000003"),
    ("<c r='A1'><v>-0.0</v></c>", "0"),
    ("<c r='A1' s='1'><v>-0.0</v></c>", "0 %"),
    ("<c r='A1' s='2'><v>43160.604166666664</v></c>", "2018-03-01 14:30"),
    ("<c r='A1' t='d'><v>2018-03-01T14:30:00</v></c>", "2018-03-01 14:30"),
    ("<c r='A1' t='d'><v>2018-03-01</v></c>", "2018-03-01"),
    ("<c r='A1' t='b'><v>1</v></c>", "SAND"),
    ("<c r='A1' t='str'><f>B9</f><v>a_x000D_</v></c>", "a\r"),
    ("<c r='A1' t='inlineStr'><is><r><t>Motala</t></r><r><t>vej</t></r></is></c>", "Motalavej"),
    ("<c><v>7</v></c>", "7"),  # cells without their address follow one another
    ("<c r='A1'><f>SUM(A2:A9)</f><v>123</v></c>", "123"),
]


@pytest.mark.parametrize(("cell", "text"), STORED)
def test_a_stored_value_is_read_as_excel_shows_it(cell, text, tmp_path):
    assert texts(with_sheet(tmp_path, f"<row r='1'>{cell}</row>")) == {(1, 1): text}


def test_a_formula_that_makes_an_empty_text_is_a_blank_with_a_value(tmp_path):
    path = with_sheet(tmp_path, "<row r='1'><c r='A1' t='str'><f>IF(1,\"\")</f><v></v></c><c r='B1'><v>2</v></c></row>")
    assert texts(path) == {(1, 2): "2"}


def test_dates_of_an_old_mac_workbook_are_counted_from_1904(tmp_path):
    book = Workbook()
    book.epoch = MAC_EPOCH
    book.active.append([date(2018, 3, 1)])
    book.active.append([0])
    book.active["A2"].number_format = "yyyy-mm-dd"
    assert texts(saved(book, tmp_path)) == {(1, 1): "2018-03-01", (2, 1): "1904-01-01"}


@pytest.mark.parametrize("days", [-5, 0, 0.5, 2_958_466, 1e9, 1e300])
def test_a_number_that_is_no_date_but_shown_as_one_is_refused(days, tmp_path):
    assert told(saved(one_sheet({"B2": (days, "dd-mm-yyyy")}), tmp_path)) == {("error", "error_cell", "B2")}


exact_numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=3) | st.integers(-(10**14), 10**14)
plain_texts = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufffe\uffff"), min_size=1).filter(lambda text: "_x" not in text)
moments = st.dates(date(1900, 3, 1)) | st.datetimes(datetime(1900, 3, 1)).map(lambda moment: moment.replace(microsecond=0))
anything = exact_numbers | plain_texts | st.booleans() | moments


def expected(value):
    """The text of a value, worked out another way than the module does."""
    if isinstance(value, bool):
        return {True: "SAND", False: "FALSK"}[value]
    if isinstance(value, Decimal | int):
        whole, _, rest = f"{value:f}".partition(".")
        rest = rest.rstrip("0")
        return {"-0": "0"}.get(whole + ("," + rest if rest else ""), whole + ("," + rest if rest else ""))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00").removesuffix(" 00:00")
    return value.strftime("%Y-%m-%d") if isinstance(value, date) else unicodedata.normalize("NFC", value)


@examples(40)
@given(st.dictionaries(st.tuples(st.integers(1, 40), st.integers(1, 30)), anything, min_size=1, max_size=25))
def test_whatever_openpyxl_writes_is_read_back_where_it_stood(tmp_path, cells):
    book = Workbook()
    for (row, column), value in cells.items():
        cell = book.active.cell(row, column, float(value) if isinstance(value, Decimal) else value)
        if isinstance(value, str):
            cell.data_type = "s"  # "=1+1" and "#N/A" too are what somebody may have typed as text
    (sheet,), problems = read(saved(book, tmp_path))
    assert problems == []
    assert [row for row, _ in sheet.rows] == sorted({row for row, _ in cells})
    assert {len(texts) for _, texts in sheet.rows} == {max(column for _, column in cells)}
    found = {(row, column): text for row, texts in sheet.rows for column, text in enumerate(texts, start=1) if text}
    assert found == {place: expected(value) for place, value in cells.items()}
    assert sheet.numeric == {place for place, value in cells.items() if isinstance(value, Decimal | int) and not isinstance(value, bool)}


# --- where a cell stands -------------------------------------------------------------------------------


def test_rows_keep_the_numbers_that_excel_shows_and_are_equally_long(tmp_path):
    (sheet,), _ = read(saved(one_sheet({"B2": "antal", "D3": 61, "A7": "I alt"}, "Udtræk 2017"), tmp_path))
    assert sheet.name == "Udtræk 2017"
    assert sheet.rows == [(2, ["", "antal", "", ""]), (3, ["", "", "", "61"]), (7, ["I alt", "", "", ""])]
    assert sheet.numeric == {(3, 4)}


def test_every_visible_sheet_is_read_in_its_order(tmp_path):
    book = one_sheet({"A1": "a"}, "2018")
    book.create_sheet("2017").append(["b"])
    book.create_sheet("tom")
    sheets, problems = read(saved(book, tmp_path))
    assert problems == [] and [(sheet.name, sheet.rows) for sheet in sheets] == [("2018", [(1, ["a"])]), ("2017", [(1, ["b"])]), ("tom", [])]


def test_of_a_merged_range_only_the_top_left_cell_has_text(tmp_path):
    book = one_sheet({"B2": 38, "E2": "x"})
    book.active.merge_cells("B2:C4")
    (sheet,), problems = read(saved(book, tmp_path))
    assert problems == [] and sheet.merged == [(2, 2, 4, 3)]
    assert sheet.rows == [(2, ["", "38", "", "", "x"])] and sheet.numeric == {(2, 2)}


def test_what_a_merged_cell_covers_is_named_and_not_read(tmp_path):
    rows = f"<row r='1'><c r='A1'><v>1</v></c><c r='B1' t='str'><v>{SECRET}</v></c></row><row r='2'><c r='A2'><v>61</v></c><c r='C2'><v>5</v></c></row>"
    for merged in ("A1:B2", "A1:B1048576"):  # smaller than what is in the sheet, and far larger
        (sheet,), (problem,) = read(with_sheet(tmp_path, rows, after=f"<mergeCells><mergeCell ref='{merged}'/></mergeCells>"))
        assert (problem.level, problem.code, problem.entry, problem.sheet) == ("warning", "under_merged", "A2, B1", "Ark1")
        assert sheet.rows == [(1, ["1", "", ""]), (2, ["", "", "5"])] and sheet.numeric == {(1, 1), (2, 3)}


def test_a_formatted_cell_far_out_does_not_count(tmp_path):
    book = one_sheet({"A1": "a", "B2": 1})
    for place in ("A1048576", "XFD1", "XFD1048576"):
        book.active[place].number_format = "0.00"
    assert texts(saved(book, tmp_path)) == {(1, 1): "a", (2, 2): "1"}


def test_a_sheet_that_would_fill_the_memory_once_laid_out_is_refused(tmp_path):
    rows = "".join(f"<row r='{row}'><c r='A{row}'><v>1</v></c></row>" for row in range(1, 200)) + "<row r='200'><c r='XFD200'><v>1</v></c></row>"
    assert codes(with_sheet(tmp_path, rows)) == {"too_scattered"}


# --- what nobody sees, and what has no value -----------------------------------------------------------


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_refused_by_name_and_its_content_is_not_told(state, tmp_path):
    book = one_sheet({"A1": 1})
    for name in ("rådata", "x"):
        book.create_sheet(name).append([SECRET])
        book[name].sheet_state = state
    sheets, (problem,) = read(saved(book, tmp_path))
    assert sheets == [] and problem.code == "hidden_sheets" and "hidden sheets: rådata, x;" in str(problem)


def rows_hidden(sheet):
    sheet.row_dimensions[2].hidden = True
    sheet.row_dimensions[3].hidden = True


def columns_hidden(sheet):
    sheet.column_dimensions.group("B", "C", hidden=True)


@pytest.mark.parametrize(("hide", "code", "names"), [(rows_hidden, "hidden_rows", "2:3"), (columns_hidden, "hidden_columns", "B:C")])
def test_hidden_rows_and_columns_within_the_table_are_refused(hide, code, names, tmp_path):
    book = one_sheet({"A1": "omraade", "D5": 61})
    hide(book.active)
    sheets, (problem,) = read(saved(book, tmp_path))
    assert sheets == [] and (problem.code, problem.sheet, problem.detail["names"]) == (code, "Ark1", names)


@pytest.mark.parametrize("attribute", ["hidden='1'", "hidden='true'", "ht='0' customHeight='1'"])
def test_a_row_is_hidden_in_each_way_that_excel_knows(attribute, tmp_path):
    rows = f"<row r='1'><c r='A1'><v>1</v></c></row><row r='2' {attribute}><c r='A2'><v>1</v></c></row>"
    assert told(with_sheet(tmp_path, rows)) == {("error", "hidden_rows", "")}


def test_a_column_without_width_is_hidden(tmp_path):
    assert codes(with_sheet(tmp_path, EMPTY, before="<cols><col min='1' max='1' width='0' customWidth='1'/></cols>")) == {"hidden_columns"}


def test_rows_and_columns_hidden_outside_the_table_do_no_harm(tmp_path):
    book = one_sheet({"B2": "a", "C3": 1})
    book.active.row_dimensions[1].hidden = book.active.row_dimensions[4].hidden = True
    book.active.column_dimensions["A"].hidden = True
    book.active.column_dimensions.group("D", "XFD", hidden=True)
    assert texts(saved(book, tmp_path)) == {(2, 2): "a", (3, 3): "1"}


def test_formulas_without_a_stored_value_are_refused_and_named(tmp_path):
    cells = {"D2": "=SUM(A1:A3)", "D3": "=1+1", "D4": "=1+1", "F7": "=NOW()", "A1": 5}
    _, (problem,) = read(saved(one_sheet(cells), tmp_path))
    assert (problem.level, problem.code, problem.sheet, problem.entry) == ("error", "formula_without_value", "Ark1", "D2:D4, F7")
    assert "D2:D4, F7, sheet 'Ark1': holds a formula without a stored value" in str(problem)


def test_a_long_list_of_cells_is_cut_and_counted(tmp_path):
    _, (problem,) = read(saved(one_sheet({f"A{row}": "=1+1" for row in range(1, 200, 2)}), tmp_path))
    assert problem.entry.startswith("A1, A3, A5") and problem.entry.endswith("A99 … (+50)")


@pytest.mark.parametrize("cell", ["<c r='D2' t='e'><v>#REF!</v></c>", "<c r='D2' t='e'><f>NA()</f><v>#N/A</v></c>"])
def test_an_error_in_a_cell_is_refused_and_named(cell, tmp_path):
    assert told(with_sheet(tmp_path, f"<row r='2'>{cell}</row>")) == {("error", "error_cell", "D2")}


def test_the_text_of_an_error_is_a_text_when_it_was_typed(tmp_path):
    assert texts(with_sheet(tmp_path, "<row r='1'><c r='A1' t='str'><v>#N/A</v></c></row>")) == {(1, 1): "#N/A"}


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    book = one_sheet({"A1": "=1+1", "B2": 1, "C3": "x"})
    rows_hidden(book.active)
    columns_hidden(book.active)
    book.active["C3"].comment = Comment(SECRET, SECRET)
    book.create_sheet("gemt").sheet_state = "hidden"
    other = book.create_sheet("Ark2")
    other["E5"] = "=1/0"
    assert {(found.code, found.sheet) for found in read(saved(book, tmp_path))[1]} == {
        ("formula_without_value", "Ark1"),
        ("hidden_rows", "Ark1"),
        ("hidden_columns", "Ark1"),
        ("comment", "Ark1"),
        ("hidden_sheets", ""),
        ("formula_without_value", "Ark2"),
    }


# --- what is noted -------------------------------------------------------------------------------------


def noted(path):
    """Code and cells of the only warning of a file that is read."""
    sheets, (problem,) = read(path)
    assert sheets and problem.level == "warning"
    return problem.code, problem.entry


def test_comments_are_named_and_never_told(tmp_path):
    book = one_sheet({"A1": 1})
    for place in ("A1", "C7", "C8"):
        book.active[place].comment = Comment(SECRET, SECRET)
    assert noted(saved(book, tmp_path)) == ("comment", "A1, C7:C8")


def test_threaded_comments_are_named_and_never_told(tmp_path):
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    links = (
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
        f"<Relationship Id='rId1' Type='{kind}' Target='../t/t1.xml'/></Relationships>"
    )
    spaces = "xmlns='http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments'"
    thread = f"<ThreadedComments {spaces}><threadedComment ref='B3'><text>{SECRET}</text></threadedComment></ThreadedComments>"
    path = with_sheet(tmp_path, EMPTY, **{"xl/worksheets/_rels/sheet1.xml.rels": links.encode(), "xl/t/t1.xml": thread.encode()})
    assert noted(path) == ("comment", "B3")


@pytest.mark.parametrize("formula", ["[1]Ark1!A1", "SUM('[1]Ark 1'!$A$1:$A$9)", "'C:\\sti\\[Bog2.xlsx]Ark1'!A1", "[1]!navn", "1+[12]Ark1!A1"])
def test_a_formula_that_looks_into_another_workbook_is_named(formula, tmp_path):
    rows = f"<row r='1'><c r='A1'><f>{formula}</f><v>5</v></c><c r='B1'><f>A1</f><v>5</v></c></row>"
    assert noted(with_sheet(tmp_path, rows, **{"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})) == ("other_workbook", "A1")


@pytest.mark.parametrize("formula", ["Tabel1[1]+Ark2!A1", "Tabel1[2017]-Ark2!A1", "SUM(Tabel1[[#This Row],[2017]])+Ark2!A1", "Ark2!A1"])
def test_a_formula_that_stays_within_the_workbook_is_not(formula, tmp_path):
    assert texts(with_sheet(tmp_path, f"<row r='1'><c r='A1'><f>{formula}</f><v>5</v></c></row>")) == {(1, 1): "5"}


def test_every_cell_that_shares_a_formula_into_another_workbook_is_named(tmp_path):
    rows = (
        "<row r='1'><c r='A1'><f t='shared' ref='A1:A3' si='0'>[1]Ark1!A1</f><v>5</v></c><c r='B1'><f t='shared' si='1'>C1</f><v>5</v></c></row>"
        "<row r='2'><c r='A2'><f t='shared' si='0'/><v>5</v></c></row><row r='3'><c r='A3'><f t='shared' si='0'/><v>5</v></c></row>"
    )
    assert noted(with_sheet(tmp_path, rows)) == ("other_workbook", "A1:A3")


def test_a_link_to_another_workbook_is_noted_when_no_formula_uses_it(tmp_path):
    assert noted(with_sheet(tmp_path, EMPTY, **{"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})) == ("other_workbook", "")


def test_a_stored_zero_that_was_perhaps_never_calculated_is_noted(tmp_path):
    rows = "<row r='1'><c r='A1'><f>SUM(B1:B9)</f><v>0</v></c><c r='B1'><f>1+1</f><v>2</v></c><c r='C1'><v>0</v></c></row>"
    assert noted(with_sheet(tmp_path, rows)) == ("never_calculated", "A1")  # openpyxl asks for a calculation, as XlsxWriter does
    calculated = {"xl/workbook.xml": lambda book: book.replace(b' fullCalcOnLoad="1"', b"")}
    assert texts(changed(with_sheet(tmp_path, rows), calculated))[1, 1] == "0"


def test_a_sheet_with_nothing_but_a_chart_is_noted(tmp_path):
    book = one_sheet({"A1": 1})
    book.create_chartsheet("Graf").add_chart(BarChart())
    broken = {"xl/drawings/drawing1.xml": None}  # nobody looks at the chart
    sheets, (problem,) = read(changed(saved(book, tmp_path), broken))
    assert [sheet.name for sheet in sheets] == ["Ark1"] and problem.code == "other_sheets" and problem.detail["names"] == "Graf"


def test_macros_are_noted_whatever_the_ending_says(tmp_path):
    assert noted(saved(one_sheet({"A1": 1}), tmp_path, "a.xlsm")) == ("macros", "")
    assert noted(with_sheet(tmp_path, EMPTY, **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})) == ("macros", "")


# --- refused before anything is unpacked ---------------------------------------------------------------

MEASURE = """
import sys
from pathlib import Path
from analysis.reading.workbooks import read_workbook
sheets, problems = read_workbook(Path(sys.argv[1]), "a")
status = Path("/proc/self/status")
if status.exists():  # the peak of this process alone; getrusage remembers its parent's
    peak = int(status.read_text().split("VmHWM:")[1].split()[0])
else:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)
print(len(sheets), *[problem.code for problem in problems], peak // 1024)
"""


def peak_of(path):
    """Codes of the problems, and the megabytes of memory that reading cost a process of its own at its peak."""
    pytest.importorskip("resource")
    sheets, *found, peak = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True).stdout.split()
    assert sheets == "0"
    return found, int(peak)


def packed(path, parts):
    """A zip of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return path


def test_a_workbook_that_unpacks_to_300_mb_is_refused_before_unpacking(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
        for _ in range(300):
            part.write(b"<row/>" * 170_000)
    found, peak = peak_of(path)
    assert found == ["unpacks_too_large"] and peak < 200


def test_a_file_of_2_gb_is_refused_by_its_size(tmp_path):
    path = tmp_path / "a.xlsx"
    with path.open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate(2_000_000_000)
    found, peak = peak_of(path)
    assert found == ["too_large"] and peak < 200


def test_a_zip_with_a_hundred_thousand_parts_is_refused(tmp_path):
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0) + b"a.xml"
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04" + entry * 380_000 + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry) * 380_000, 4, 0))
    found, peak = peak_of(path)
    assert found == ["too_many_parts"] and peak < 200


def test_many_small_parts_are_added_up(tmp_path):
    path = packed(tmp_path / "a.xlsx", [(f"xl/{number}.xml", bytes(range(256)) * 3_000) for number in range(60)])
    assert codes(path) == {"unpacks_too_large"}


def test_a_part_packed_to_a_thousandth_is_refused_although_it_is_small_enough(tmp_path):
    assert told(packed(tmp_path / "a.xlsx", [("xl/x.xml", b"<a/>" * 2_000_000)])) == {("error", "packed_too_tightly", "xl/x.xml")}


def test_a_monotonous_sheet_of_a_hundred_thousand_rows_is_no_bomb(tmp_path):
    rows = "".join(f"<row r='{row}'><c r='A{row}' t='inlineStr'><is><t>{'ingen hændelser i perioden ' * 8}</t></is></c></row>" for row in range(1, 20_001))
    path = with_sheet(tmp_path, rows)
    with zipfile.ZipFile(path) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
    assert sheet.file_size > workbooks.STEEP_FROM and 30 < sheet.file_size / sheet.compress_size < workbooks.STEEPEST
    assert len(texts(path)) == 20_000


@pytest.mark.parametrize("claim", [None, 60_000_000])
def test_a_part_that_lies_about_its_size_is_refused(claim, tmp_path):
    path = with_sheet(tmp_path, EMPTY)
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    content, claim = sheet + b" " * 36_000_000, claim or len(sheet)  # what is claimed is a whole sheet, and far more follows
    changed(path, {"xl/worksheets/sheet1.xml": content})
    raw, honest, checksum = path.read_bytes(), struct.pack("<L", len(content)), struct.pack("<L", zlib.crc32(content))
    assert raw.count(honest) == raw.count(checksum) == 2
    path.write_bytes(raw.replace(honest, struct.pack("<L", claim)).replace(checksum, struct.pack("<L", zlib.crc32(content[:claim]))))
    tracemalloc.start()
    found = codes(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == {"broken_workbook" if claim < 60_000_000 else "unpacks_too_large"} and peak < 30_000_000


def test_names_that_point_out_of_the_zip_do_no_harm(tmp_path):
    path = with_sheet(tmp_path, EMPTY, **{"../../evil.xml": b"<a/>", "/etc/evil.xml": b"<a/>", "C:\\evil.xml": b"<a/>"})
    assert texts(path) == {(1, 1): "1"}
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.xlsx"]


# --- not a workbook, or a broken one -------------------------------------------------------------------

HTML = b"<html><table><tr><td>61</td></tr></table></html>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
NO_WORKBOOKS = {
    "a CSV": ("a.xlsx", b"omraade;antal\nMotalavej;38\n", "not_a_workbook"),
    "a CSV as .xls": ("a.xls", b"omraade;antal\nMotalavej;38\n", "not_a_workbook"),
    "a web page as .xls": ("a.xls", HTML, "not_a_workbook"),
    "a web page as .ods": ("a.ods", HTML, "not_a_workbook"),
    "an old .xls as .xlsx": ("a.xlsx", OLE, "not_a_workbook"),
    "an old .xls of nothing": ("a.xls", OLE, "broken_workbook"),
    "an encrypted .xlsx": ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "password_protected"),
    "an encrypted .xls": ("a.xls", OLE + "EncryptedPackage".encode("utf-16-le"), "password_protected"),
    "nothing": ("a.xlsx", b"", "empty_file"),
    "the start of a zip": ("a.xlsx", b"PK\x03\x04", "broken_workbook"),
    "binary Excel": ("a.xlsb", b"PK\x03\x04", "unknown_ending"),
    "a picture": ("a.png", b"\x89PNG", "unknown_ending"),
}


@pytest.mark.parametrize("what", NO_WORKBOOKS)
def test_what_is_no_workbook_is_refused(what, tmp_path):
    name, content, code = NO_WORKBOOKS[what]
    (tmp_path / name).write_bytes(content)
    assert codes(tmp_path / name) == {code}


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert codes(tmp_path / "a.xlsx") == {"unreadable"}


def test_other_zips_are_no_workbooks(tmp_path):
    assert codes(packed(tmp_path / "a.xlsx", [("word/document.xml", b"<a/>")])) == {"not_a_workbook"}
    assert codes(packed(tmp_path / "a.ods", [("mimetype", b"application/vnd.oasis.opendocument.text")])) == {"not_a_workbook"}


def test_a_zip_with_a_password_is_told_as_such(tmp_path):
    path = saved(one_sheet({"A1": 1}), tmp_path)
    raw = re.sub(rb"(PK\x01\x02....)(.)", lambda found: found[1] + bytes([found[2][0] | 1]), path.read_bytes(), flags=re.DOTALL)
    path.write_bytes(raw)
    assert codes(path) == {"password_protected"}


def test_an_unknown_way_of_packing_is_told(tmp_path):
    path = saved(one_sheet({"A1": 1}), tmp_path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert codes(path) == {"broken_workbook"}


def test_a_strict_workbook_is_refused_rather_than_read_as_empty(tmp_path):
    def strict(part):
        return part.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main")

    path = changed(saved(one_sheet({"A1": 1}), tmp_path), {"xl/workbook.xml": strict, "xl/worksheets/sheet1.xml": strict})
    assert codes(path) == {"strict_workbook"}


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_is_cut_off_is_refused(kept, tmp_path):
    path = saved(one_sheet({"A1": 1}), tmp_path)
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])
    assert codes(path) == {"broken_workbook"}


def test_a_single_wrong_byte_in_a_part_is_noticed(tmp_path):
    path = tmp_path / "a.xlsx"
    saved(one_sheet({"A1": 61}), tmp_path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert texts(path) == {(1, 1): "61"}
    raw = path.read_bytes()
    assert raw.count(b"<v>61</v>") == 1
    path.write_bytes(raw.replace(b"<v>61</v>", b"<v>67</v>"))
    assert told(path) == {("error", "broken_workbook", "xl/worksheets/sheet1.xml")}


@examples(100)
@given(st.lists(st.tuples(st.integers(0, 9_999), st.integers(0, 255)), min_size=1, max_size=5))
def test_no_damage_ends_in_a_traceback(tmp_path, damage):
    raw = bytearray(saved(one_sheet({"A1": "a", "B2": 1.5, "C3": date(2018, 3, 1)}), tmp_path).read_bytes())
    for place, byte in damage:
        raw[len(raw) * place // 10_000] = byte
    (tmp_path / "a.xlsx").write_bytes(raw)
    sheets, problems = read(tmp_path / "a.xlsx")
    assert sheets or problems


BROKEN = {
    "no list of sheets": {"xl/workbook.xml": None},
    "no list of parts": {"[Content_Types].xml": None},
    "a sheet that is missing": {"xl/worksheets/sheet1.xml": None},
    "a sheet cut off": {"xl/worksheets/sheet1.xml": lambda part: part[:-20]},
    "a sheet of rubbish": {"xl/worksheets/sheet1.xml": b"\x00\x01" + SECRET.encode()},
    "no styles where styles are named": {"xl/styles.xml": f"<styleSheet {MAIN}/>".encode()},
}
BROKEN_CELLS = {
    "a text for a number": f"<c r='A1'><v>{SECRET}</v></c>",
    "a text that is not in the list": "<c r='A1' t='s'><v>99</v></c>",
    "a style that is not in the list": "<c r='A1' s='99'><v>1</v></c>",
    "a cell without a place": "<c r='1A'><v>1</v></c>",
    "a cell twice": "<c r='A1'><v>1</v></c><c r='A1'><v>2</v></c>",
    "a date of words": f"<c r='A1' t='d'><v>{SECRET}</v></c>",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_workbook_is_refused_in_plain_words_for(what, tmp_path):
    path = changed(saved(one_sheet({"A1": 1, "A2": (1, "0.0%")}), tmp_path), BROKEN[what])
    assert codes(path) == {"broken_workbook"}


@pytest.mark.parametrize("what", BROKEN_CELLS)
def test_a_sheet_is_refused_by_name_for(what, tmp_path):
    _, (problem,) = read(with_sheet(tmp_path, f"<row r='1'>{BROKEN_CELLS[what]}</row>"))
    assert (problem.code, problem.sheet) == ("broken_workbook", "Ark1")


def test_merged_ranges_that_lie_a_thousandfold_over_one_another_are_refused(tmp_path):
    rows = "".join(f"<row r='{row}'><c r='A{row}'><v>1</v></c></row>" for row in range(1, 5001))
    merged = "<mergeCells>" + "<mergeCell ref='A1:A1048576'/>" * 5000 + "</mergeCells>"
    assert codes(with_sheet(tmp_path, rows, after=merged)) == {"broken_workbook"}


DOCTYPES = {
    "an entity": b'<!DOCTYPE a [<!ENTITY e "61">]>',
    "a file": b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "a billion laughs": b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY e "&b;&b;&b;&b;&b;">]>',
    "an address": b'<!DOCTYPE a SYSTEM "http://evil.example/a.dtd">',
    "nothing, after a long comment": b"<!--" + b"x" * 5000 + b"--><!DOCTYPE a>",
}


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "docProps/core.xml"])
@pytest.mark.parametrize("what", DOCTYPES)
def test_a_document_type_is_refused_that_declares(what, part, tmp_path):
    def declared(xml):
        return DOCTYPES[what] + re.sub(rb"^<\?xml[^>]*\?>", b"", xml)

    assert told(changed(saved(one_sheet({"A1": 61}), tmp_path), {part: declared})) == {("error", "doctype", part)}


def test_a_document_type_is_seen_in_utf16_too(tmp_path):
    xml = f"<!DOCTYPE a [<!ENTITY e '61'>]><worksheet {MAIN}><sheetData><row r='1'><c r='A1'><v>&e;</v></c></row></sheetData></worksheet>"
    assert codes(changed(saved(one_sheet({"A1": 1}), tmp_path), {"xl/worksheets/sheet1.xml": xml.encode("utf-16")})) == {"doctype"}


# --- .xls and .ods -------------------------------------------------------------------------------------

XLS = {  # written once by xlwt 1.3, packed: a table with a date and a merged total; the same with a very hidden sheet "rådata"
    "plain": (
        "c-rk)O-NKx6#nk>jgB(TUmB=jgOHW!LfW*^>4%aQiq)d1pq|ZJ*o-ss8Uov7neBq0Rno?=MH{P4KlDTGS_DQdf*_bFYSStxaG~=$=gfOGnt=l)OuTQn=bd}b{oXxuf6jgHy_$>UrtdcA"
        "u?)SaLcy*@b%{+;sdX!1kl(ghb+3LZwug#Bt)C{c+J{H=FKc)XdA{?|a7TYm68J#n7)CLWNt>}X#4d@!P#i-KNrmfV38G1&ii$iba-GQA((<v$9b&mGvWME{)Dg_Z2RgPptN5_iCcYr}"
        "zW0UmPAuJM#0y@<=dP$?TOW2>!$zvY9Ibi)GoT6WGt;KU^$>2N4j3bJjf`|95;-)`WY6Hc9Rt3(yZTwov#+gPf$Z~3?KOX}`)LxF+plUmFb?~KY?4U?(4n(Or<IWGUcheI(p+dcWJWB*"
        "NSLIJn$~b8Vfp|goi$RFx(_Blr%os5Ez0oy88R7X%v0pv7c)}XI?nu(DZ)!KMZN5x0LcVGqDN#Og(=j9TVG%I4-LkTi)CC+hvFHskwb=!^UNS}P&_`7Ra82Ju~p;+xoeB)%_1A9C0*MG"
        "8y#iugtWOR-gfF|o8V1+Q;EKr^vN&#AGA(>jBg=*wl9CSVfJl&8f|o@C5X?z33RGXHFb^gFz#NJlW*ROZ2B$t__eSTyX_p5AuRH4BSb_NYdkvYXH9d)irH!fwh}gv#}n#b3H#CpwzV8("
        "HuJO<c$)BZhsPrm#n27zZ3-?=UxB9!k7wbj)VM#6@RP)%i(f;p7R5d8g0k!{)WL%X4<0;t@ZiBiWkAVOUGceFcb>wXmj(H*vq+`jeJ1&DaR3?mW$C4I57KnCFjm(3Sr4Cb@1<7BalaQb"
        "4pHwGk{FUWl4Y-7dc#qr|7X?2@ZZ})<@R4FC(eJ|{|_Y;<o5"
    ),
    "hidden": (
        "c-rk)O-L0{6#niwPu~-No~D5c_7Ji%T}YcY`YI@Kp;#@73TkYIdc8lH9)WGL?6nJmR!JMf7HzCH{m>7!YY`Z=2!cQh+q4P_T<Dw5Id8_)Uf_cgjQNIp=H7GeH|Ng1=l;yRnW~u{zu!26"
        "73f9@a!v@POLU4-$SZ_FcE{nYcMno>e5@;kf;5n&0X(UEUB+X`<2?fn_w<(}flri<VF>-{loeS+?2$GYirdhobc#I<Hz`%2LE2R-@}$TOBJWDwry_TW=BmgpsynTYU@F?*w$qK{!&-~j"
        "sz@q46wU|HbfO-wIF2t|Q~A09?6zY@Vx1Y9^$JXYhP1~@SvHreaU12pFrg!v>@dw~)X{KH;D-|dzI*ffMa0*ytzLojbIbK*f6xbM5LfE2YdSCj=Y-;5&Y}XnI$Ly#gm`C`f;>jES|eZf"
        "tZ8J7dGvE&cqyH<4a2l3H)Pqdv}pwZBb6}{w45J|e@UE;&)Kx<_oYc?oU_i5xi?}YGGsn&C6iVncB-5=23bhL%NCMKnO+qnO;k(1MkZO9-edmGx3_(R1JUE68IjE+zr}3k_kn|p%ph`="
        "SOOwTD76V=yU0uO)F#O{imaoWbZ;G~cQgA&rOsuswvwM6f_Kp^OY&POpZ&W3QFHclbQ|R-duGnpO}>wgqlLCSllXj%qFuGCu^WuXQSYwY#pt8RhTj&ZpcZ!9?zsDCH5Pa(5^6-|OWZqZ"
        "v81_u#cWl8t%S|}@r?W{VPDzAx~8MdW}a4nrwLDYdE7I#7`(;a#^CYv0z6%KJPOaH#QwO2v(gq_>>9eYT0CGEv;_acTEvH1l<PG<RKfV*ev)2Ap<eaj!-o$aK79Bn8cL3B`Gd9Y9<xi`"
        "j|2X%vp^~5|0elwaR6z$GW1Eg7b&{i7%nP)HX@+BXQ@?ky#IxaL*(5?9D~x1c+v4oM{Bk8eO65j|Gg<xtp8jw?fl37e*zd=7p("
    ),
}


def xls(tmp_path, name):
    """An .xls on disk."""
    (tmp_path / "a.xls").write_bytes(zlib.decompress(base64.b85decode(XLS[name])))
    return tmp_path / "a.xls"


def ods(tmp_path, table, styles="", before="", **parts):
    """An .ods with one sheet of these rows."""
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style"))
    content = (
        f"{before}<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f"{table}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return packed(tmp_path / "a.ods", ({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content} | parts).items())


def table(rows, more=""):
    return f'<table:table table:name="Ark1"{more}>{rows}</table:table>'


def row(*cells, more=""):
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def cell(kind, value, more=""):
    stored = f' office:{"date-" * (kind == "date")}value="{value}"' if kind != "string" else ""
    return f'<table:table-cell office:value-type="{kind}"{stored}{more}><text:p>{value}</text:p></table:table-cell>'


BLANKS = row('<table:table-cell table:number-columns-repeated="16384"/>', more=' table:number-rows-repeated="1000000"')


def test_an_xls_is_read_with_a_warning_of_what_cannot_be_seen(tmp_path):
    (sheet,), (problem,) = read(xls(tmp_path, "plain"))
    assert sheet.rows == [
        (1, ["omraade", "periode", "antal"]),
        (2, ["Skælskør", "2017", "58,3"]),
        (3, ["Motalavej", "2018-03-01", "38"]),
        (5, ["I alt", "", ""]),
    ]
    assert sheet.merged == [(5, 1, 5, 3)] and sheet.numeric == {(2, 2), (2, 3), (3, 3)}
    assert (problem.level, problem.code) == ("warning", "values_only") and "hidden rows" in str(problem)


def test_an_xls_with_a_hidden_sheet_is_refused(tmp_path):
    sheets, problems = read(xls(tmp_path, "hidden"))
    assert sheets == [] and "hidden sheets: rådata;" in str(problems[0])


def test_an_xls_with_a_password_is_told_as_such(tmp_path):
    path = xls(tmp_path, "plain")
    raw = path.read_bytes()
    assert raw.count(b"\x5c\x00\x70\x00") == 1  # who wrote it, turned into how it is encrypted
    path.write_bytes(raw.replace(b"\x5c\x00\x70\x00  ", b"\x2f\x00\x70\x00\x01\x00").replace(b"\x5c\x00\x70\x00", b"\x2f\x00\x70\x00"))
    assert codes(path) == {"password_protected"}


def test_an_ods_is_read_with_a_warning_of_what_cannot_be_seen(tmp_path):
    rows = row(cell("string", "omraade"), cell("string", "antal")) + row(cell("string", "Skælskør"), cell("float", 58.3))
    rows += row() + row(cell("date", "2018-03-01"), cell("float", 38)) + BLANKS
    (sheet,), (problem,) = read(ods(tmp_path, table(rows)))
    assert sheet.rows == [(1, ["omraade", "antal"]), (2, ["Skælskør", "58,3"]), (4, ["2018-03-01", "38"])]
    assert sheet.numeric == {(2, 2), (4, 2)} and problem.code == "values_only"


def test_an_ods_with_a_hidden_sheet_is_refused(tmp_path):
    style = '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/></style:style>'
    path = ods(tmp_path, table(row(cell("string", "a"))) + table(row(cell("string", SECRET)), ' table:style-name="ta1"').replace("Ark1", "gemt"), style)
    assert ("error", "hidden_sheets", "") in told(path)


@pytest.mark.parametrize(
    "rows",
    [
        row(cell("float", 1, ' table:number-columns-repeated="16384"'), more=' table:number-rows-repeated="1000000"'),
        row(cell("float", 1)) + BLANKS + row('<table:table-cell table:number-columns-repeated="5000"/>', cell("float", 1)),
        row('<table:table-cell table:formula="of:=1" table:number-columns-repeated="16384"/>', more=' table:number-rows-repeated="1000000"'),
    ],
)
def test_an_ods_that_repeats_a_cell_a_billion_times_is_refused_before_it_is_laid_out(rows, tmp_path):
    found, peak = peak_of(ods(tmp_path, table(rows)))
    assert found == ["too_scattered"] and peak < 200


def test_an_ods_is_refused_like_an_xlsx_for_what_its_zip_holds(tmp_path):
    assert codes(ods(tmp_path, table(row(cell("string", "&e;"))), before='<!DOCTYPE a [<!ENTITY e "61">]>')) == {"doctype"}
    assert codes(ods(tmp_path, table("<row/>" * 5_000_000))) == {"packed_too_tightly"}
    assert codes(ods(tmp_path, "<table:table>")) == {"broken_workbook"}
    assert codes(ods(tmp_path, "", **{"META-INF/manifest.xml": "<a><encryption-data/></a>"})) == {"password_protected"}


CPR = "010190-1234"
MARKED = "<office:annotation><text:p>sag <text:span>0101</text:span>90-1234.</text:p></office:annotation><text:p>38</text:p>"
HIDES = '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/></style:style>'
ODS_PLACES = {
    "comment": (table(row(cell("string", "a")) + row(f"<table:table-cell>{MARKED}</table:table-cell>")), {}, "content.xml", ""),
    "properties": (table(row(cell("string", "a"))), {"meta.xml": f"<m><title>{CPR}</title></m>"}, "meta.xml", ""),
    "header": (table(row(cell("string", "a"))), {"styles.xml": f'<s xmlns:text="t"><text:p>sag<text:s xmlns:text="t"/>{CPR}</text:p></s>'}, "styles.xml", ""),
    "chart": (table(row(cell("string", "a"))), {"Object 1/content.xml": f"<o><p>{CPR}</p></o>"}, "Object 1/content.xml", ""),
    "name of a sheet": (table(row(cell("string", "a"))).replace("Ark1", CPR), {}, "", "xxxxxx-xxxx"),
    "hidden sheet": (table(row(cell("string", "a"))) + table(row(cell("string", CPR)), ' table:style-name="ta1"').replace("Ark1", "gemt"), {}, "", "gemt"),
}


@pytest.mark.parametrize("what", ODS_PLACES)
def test_a_cpr_number_beside_the_cells_of_an_ods_refuses_it(what, tmp_path):
    tables, parts, entry, sheet = ODS_PLACES[what]
    _, problems = read(ods(tmp_path, tables, HIDES, **parts))
    assert (entry, sheet) in {(problem.entry, problem.sheet) for problem in problems if problem.code.startswith("cpr")}
    assert not any("010190" in repr(problem) for problem in problems)


def test_a_cpr_number_in_a_cell_that_is_seen_is_left_to_who_reads_the_cells(tmp_path):
    (sheet,), (problem,) = read(ods(tmp_path, table(row(cell("string", f"sag {CPR}.")))))
    assert sheet.rows == [(1, [f"sag {CPR}."])] and problem.code == "values_only"


def test_a_pivot_table_that_keeps_a_copy_of_a_column_of_case_numbers_is_no_second_place(tmp_path):
    copy = b'<p xmlns="x"><r><n v="2301191234"/><s v="K2301191235"/></r></p>'
    path = changed(saved(one_sheet({"A1": 2301191234, "A2": "K2301191235"}), tmp_path), {"xl/pivotCache/pivotCacheRecords1.xml": copy})
    assert read(path)[1] == []


def test_formulas_that_subtract_and_names_of_ranges_are_no_cpr_numbers(tmp_path):
    rows = "<row r='1'><c r='A1'><f>121290-1234</f><v>120056</v></c><c r='B1'><f>IF(A1&gt;1,\"ja\",\"nej\")</f><v>1</v></c></row>"
    assert read(with_sheet(tmp_path, rows))[1] == []


def test_without_calamine_an_xls_is_refused_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    _, (problem,) = read(xls(tmp_path, "plain"))
    assert problem.code == "needs_calamine" and "pip install python-calamine" in str(problem)


def test_reading_an_xlsx_needs_no_calamine(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    assert texts(saved(one_sheet({"A1": 1}), tmp_path)) == {(1, 1): "1"}


def test_openpyxl_is_not_loaded_before_a_workbook_is_read():
    script = "import sys, analysis.reading.workbooks; assert not {'openpyxl', 'python_calamine', 'pandas'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", script], check=True)


# --- raised footnote marks -----------------------------------------------------------------------------

RAISED = '<style:style style:name="T1" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>'


def rich_book(tmp_path, shared):
    """A workbook with a raised 1 behind 12, Motalavej and antal, as Excel writes them: in the table of texts, or in the cells."""
    rich = "<r><t>{}</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>{}</t></r>"
    texts = [rich.format(*words) for words in (("antal", "1)"), ("Motalavej", "1"), ("12", "1"), ("58,3", "2,a"))]
    stored = [("s", f"<v>{n}</v>") if shared else ("inlineStr", f"<is>{text}</is>") for n, text in enumerate(texts)]
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="{kind}">{value}</c></row>' for n, (kind, value) in enumerate(stored, 1))
    strings = f"<sst {MAIN}>{''.join(f'<si>{text}</si>' for text in texts)}</sst>".encode()
    kind = b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    return with_sheet(tmp_path, cells, **{"xl/sharedStrings.xml": strings, "[Content_Types].xml": lambda types: types.replace(b"</Types>", kind)})


@pytest.mark.parametrize("shared", [True, False])
def test_a_raised_footnote_is_never_a_digit_of_the_number_before_it(shared, tmp_path):
    (sheet,), problems = read(rich_book(tmp_path, shared))
    assert [cells for _, cells in sheet.rows] == [["antal¹⁾"], ["Motalavej¹"], ["12¹"], ["58,3²,ᵃ"]] and problems == []


def test_a_raised_footnote_in_an_ods_is_never_a_digit_of_the_number_before_it(tmp_path):
    def rich(text, mark, more=""):
        return (
            f'<table:table-cell office:value-type="string"{more}><text:p>{text}<text:span text:style-name="T1">{mark}</text:span></text:p></table:table-cell>'
        )

    rows = row(cell("string", "omraade"), rich("antal", "1)")) + BLANKS.replace("1000000", "2")
    rows += row(cell("string", "Motalavej"), rich("12", "1", ' table:number-columns-repeated="2"')) + row(cell("string", "Sydbyen"), cell("float", 14))
    (sheet,), problems = read(ods(tmp_path, table(rows), RAISED))
    assert sheet.rows == [(1, ["omraade", "antal¹⁾", ""]), (4, ["Motalavej", "12¹", "12¹"]), (5, ["Sydbyen", "14", ""])]
    assert [problem.code for problem in problems] == ["values_only"]


def test_a_cpr_number_whose_last_digit_is_raised_stays_one(tmp_path):
    run = "<is><r><t>010190-123</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>4</t></r></is>"
    (sheet,), _ = read_workbook(with_sheet(tmp_path, f'<row r="1"><c r="A1" t="inlineStr">{run}</c></row>'), "a.xlsx")
    assert sheet.rows == [(1, ["010190-1234"])]


def test_a_number_as_text_in_an_xls_is_told_since_a_raised_footnote_may_be_its_last_digit(monkeypatch, tmp_path):
    import python_calamine

    class Page:
        name, end, merged_cell_ranges = "Ark1", (1, 1), ()

        def to_python(self, skip_empty_area):
            return [["omraade", "antal"], ["Motalavej", "121"]]

    book = python_calamine.CalamineWorkbook.from_path(xls(tmp_path, "plain"))
    monkeypatch.setattr(
        python_calamine,
        "CalamineWorkbook",
        type(
            "Book",
            (),
            {"from_path": lambda path: type("Book", (), {"sheets_metadata": book.sheets_metadata[:1], "get_sheet_by_name": lambda self, name: Page()})()},
        ),
    )
    _, problems = read(xls(tmp_path, "plain"))
    assert [(problem.code, problem.level, problem.entry) for problem in problems] == [("number_as_text", "warning", "B2"), ("values_only", "warning", "")]
