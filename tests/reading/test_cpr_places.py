"""A CPR number is found wherever in a plan folder it stands, and nothing that is said of it repeats it."""

import csv
import re
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from conftest import examples, register
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from pages import run
from test_bundle import pdf
from test_cpr import cpr_numbers

from analysis.plan import Plan
from analysis.promises.agreement import read_agreement
from analysis.promises.cpr import holds_cpr
from analysis.running import building

CPR = "010190-1234"
SOURCE = """contract = "counts"
publisher = "Politiet"
files = ["{file}"]
ignored_columns = ["sag"]
{more}
[columns]
omraade = "area"
periode = "period"
indikator = "indicator"
antal = "value"
[[absent]]
reason = "kun det, testen handler om"
"""
HEAD, ROW = ["omraade", "periode", "indikator", "antal", "sag"], ["A", "2018", "reports", "12", "K1"]


@pytest.fixture
def plan(small_plan, tmp_path):
    """A function that writes one supplier's file, a CSV's lines or a workbook, and tells every problem, in both languages without the number."""

    def write(content, more: str = "", name: str = "f.csv", source: str = "politi", **files: str):
        home = small_plan(counts="b;2019;reports;12\n").folder
        (home / source).mkdir()
        path = home / source / (name if isinstance(content, str) else name.replace(".csv", ".xlsx"))
        path.write_text(content, encoding="utf-8") if isinstance(content, str) else content.save(path)
        (home / source / "source.toml").write_text(SOURCE.format(file=path.name, more=more), encoding="utf-8")
        for file, text in files.items():
            (home / file.replace("__", "/").replace("_", ".")).write_text(text, encoding="utf-8")
        return home

    return write


def told(home: Path) -> list:
    """The errors of a plan folder, none of which repeats the number."""
    checked = building.check(home)
    for problem in checked.problems:
        for said in (repr(problem), problem.line("da"), problem.line("en")):
            assert "1234" not in re.sub(r"\D", "", said) and "010190" not in said and "\n" not in problem.line("da")
    return checked.errors


def lines(*rows) -> str:
    return "".join(";".join(row) + "\n" for row in rows)


def book(*rows) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.active.title = "Ark1"
    for row in rows or (HEAD, [*ROW[:3], 12, "K1"]):
        made.active.append(row)
    return made


def test_a_folder_without_a_cpr_number_has_no_error(plan):
    assert told(plan(lines(HEAD, ROW), politi__README_md="Trukket 2018-04-03 10:15, j.nr. 27.36.00-P19\n")) == []


def test_a_workbook_without_a_cpr_number_has_no_error(plan):
    assert told(plan(book())) == []


CELLS = {
    "before a full stop": ("sag 010190-1234.", 2, "sag"),
    "in brackets": ("(010190-1234)", 2, "sag"),
    "between marks": ("cpr:0101901234,", 2, "sag"),
    "a slash": ("010190/1234", 2, "sag"),
    "blanks": ("01 01 90 1234", 2, "sag"),
    "dashes": ("01-01-90-1234", 2, "sag"),
    "a point": ("010190.1234", 2, "sag"),
    "full width": ("０１０１９０－１２３４", 2, "sag"),
    "Arabic digits": ("٠١٠١٩٠-١٢٣٤", 2, "sag"),
}


@pytest.mark.parametrize("what", CELLS)
@pytest.mark.parametrize("kind", ["csv", "workbook"])
def test_in_a_cell_it_is_told_with_row_and_column(what, kind, plan):
    text, row, column = CELLS[what]
    rows = (HEAD, [*ROW[:4], text])
    (problem,) = told(plan(lines(*rows) if kind == "csv" else book(*rows)))
    assert (problem.code, problem.row, problem.column) == ("cpr_number", row, column)


def test_in_headings_in_lines_above_them_and_in_rows_that_are_ignored(plan):
    assert [problem.row for problem in told(plan(lines(["sag 010190-1234."], HEAD, ROW)))] == [1]


def test_in_a_row_that_is_ignored(plan):
    assert [problem.row for problem in told(plan(lines(HEAD, ROW, ["Kilde: 010190-1234.", "", "", "", ""]), 'ignored_rows = ["Kilde*"]'))] == [3]


def test_in_a_heading(plan):
    assert [problem.code for problem in told(plan(lines([*HEAD[:4], "sag 010190/1234"], ROW)))] == ["cpr_number"]


def test_in_the_name_of_a_file(plan):
    (problem,) = told(plan(lines(HEAD, ROW), name="sag_010190-1234.csv"))
    assert (problem.code, problem.file) == ("cpr_in_name", "politi/sag_xxxxxx-xxxx.csv")


def test_in_the_name_of_a_folder(plan):
    assert {problem.file.split("/")[0] for problem in told(plan(lines(HEAD, ROW), source="sag 010190-1234"))} == {"sag xxxxxx-xxxx"}


@pytest.mark.parametrize("file", ["notes_toml", "politi__README_md", "politi__brev_txt", "sources_csv", "kladde_txt"])
def test_in_a_text_beside_the_figures(file, plan):
    text = "ja\n# sag 010190-1234.\n"
    errors = told(plan(lines(HEAD, ROW), **{file: text.replace("ja", "") if "toml" in file else text}))
    assert ("cpr_number", file.replace("__", "/").replace("_", "."), 2) in [(problem.code, problem.file, problem.row) for problem in errors]


def test_in_the_declaration_of_a_source(plan):
    assert [(problem.code, problem.file) for problem in told(plan(lines(HEAD, ROW), "# 010190-1234"))] == [("cpr_number", "politi/source.toml")]


def test_in_a_text_of_the_register_written_as_escapes(plan):
    home = plan(lines(HEAD, ROW))
    register = (home / "agreement.toml").read_text(encoding="utf-8")
    for text in ("sag 010190-1234.", "sag \\u0030101901234"):
        (home / "agreement.toml").write_text(register.replace("The words of the promise", text), encoding="utf-8")
        with pytest.raises(building.PlanError, match="possible CPR number") as told_:
            building.check(home)
        assert "1234" not in str(told_.value)


def in_part(made, name, content):
    """A function that saves a workbook with one more part, or one part changed."""

    class Saved:
        def save(self, path):
            made.save(path)
            with zipfile.ZipFile(path) as archive:
                parts = {each: archive.read(each) for each in archive.namelist()}
            parts[name] = content(parts.get(name, b"")) if callable(content) else content
            with zipfile.ZipFile(path, "w") as archive:
                for each, part in parts.items():
                    archive.writestr(each, part)

    return Saved()


def places():
    """A workbook for each place beside the cells, with what the problem names: part, sheet, row."""
    made = {}

    def new(what, entry="", sheet="", row=None):
        made[what] = (each := book(), entry, sheet, row)
        return each

    new("title", "docProps/core.xml").properties.title = f"sag {CPR}."
    new("who made it", "docProps/core.xml").properties.creator = CPR
    new("custom property", "docProps/custom.xml").custom_doc_props.append(StringProperty(name="sag", value=CPR))
    new("comment", "xl/comments/comment1.xml").active["A2"].comment = Comment(f"sag {CPR}", "NN")
    new("header", "", "Ark1").active.oddHeader.center.text = f"sag {CPR}"
    new("footer", "", "Ark1").active.evenFooter.left.text = f"sag {CPR}"
    new("defined name", "xl/workbook.xml").defined_names["sag"] = DefinedName("sag", attr_text=f'"{CPR}"')
    new("name of a defined name", "xl/workbook.xml").defined_names["_010190_1234"] = DefinedName("_010190_1234", attr_text="Ark1!$A$1")
    new("link's hint", "", "Ark1").active["A2"].hyperlink = openpyxl.worksheet.hyperlink.Hyperlink("A2", location="Ark1!A1", tooltip=CPR)
    new("name of a sheet", "", "xxxxxx-xxxx").active.title = CPR
    new("words of a formula", "", "Ark1").active["E3"] = f'=IF(A2="{CPR}",1,2)'
    hidden = new("hidden sheet", "", "Skjult", 2).create_sheet("Skjult")
    hidden["C2"], hidden.sheet_state = CPR, "veryHidden"
    covered = new("covered by a merged cell", "", "Ark1", 4).active
    covered["A3"], covered["A4"] = "x", CPR
    made["covered by a merged cell"] = (
        in_part(
            made["covered by a merged cell"][0],
            "xl/worksheets/sheet1.xml",
            lambda part: part.replace(b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A3:A4"/></mergeCells>'),
        ),
        "",
        "Ark1",
        4,
    )
    drawn = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/'
        'drawingml/2006/main"><xdr:sp><xdr:txBody><a:p><a:r><a:rPr lang="da-DK"/><a:t>sag 0101</a:t></a:r><a:r><a:rPr b="1"/><a:t>90-1234.</a:t></a:r>'
        "</a:p></xdr:txBody></xdr:sp></xdr:wsDr>"
    )
    for part, xml in {
        "xl/drawings/drawing1.xml": drawn,
        "xl/threadedComments/threadedComment1.xml": f'<T xmlns="x"><threadedComment ref="A2"><text>{CPR}</text></threadedComment></T>',
        "xl/pivotCache/pivotCacheRecords1.xml": f'<p xmlns="x"><r><s v="{CPR}"/></r></p>',
        "xl/charts/chart1.xml": f'<c xmlns="x"><v>{CPR}</v></c>',
        "xl/drawings/vmlDrawing1.vml": '<x><div><font>0101</font><font color="#000">90-1234</font></div></x>',
        "customXml/item1.xml": f"<x>{CPR}</x>",
        "docProps/app.xml": f"<P><Company>{CPR}</Company></P>",
    }.items():
        made[part] = (in_part(book(), part, xml.encode()), part, "", None)
    made["a name of a part"] = (in_part(book(), f"xl/media/{CPR}.txt", b""), "xl/media/xxxxxx-xxxx.txt", "", None)
    made["a text that no cell shows any more"] = (
        in_part(book(), "xl/sharedStrings.xml", b'<sst xmlns="x"><si><r><t>010190</t></r><r><rPr><b/></rPr><t>-1234</t></r></si></sst>'),
        "xl/sharedStrings.xml",
        "",
        None,
    )
    return made


PLACES = places()


@pytest.mark.parametrize("what", PLACES)
def test_in_a_workbook_beside_its_cells(what, plan):
    made, entry, sheet, row = PLACES[what]
    found = [(problem.entry, problem.sheet, problem.row) for problem in told(plan(made)) if problem.code.startswith("cpr")]
    assert (entry, sheet, row) in found and len(found) <= 2, found


def test_in_a_sheet_that_is_ignored(plan):
    made = book()
    made.create_sheet("Noter")["B3"] = f"sag {CPR}"
    found = told(plan(made, 'sheets = ["Ark1"]\nignored_sheets = ["Noter"]'))
    assert [(problem.code, problem.sheet, problem.row) for problem in found] == [("cpr_number", "Noter", 3)]


def test_a_number_that_excel_shows_as_a_cpr_number(plan):
    made = book()
    made.active["E2"], made.active["E2"].number_format = 101901234, r"000000\-0000"
    assert [(problem.code, problem.row, problem.column) for problem in told(plan(made))] == [("cpr_number", 2, "sag")]


@pytest.mark.parametrize(
    "content",
    [
        in_part(book(), "word/document.xml", b"<w><p><r><t>sag 0101</t></r><r><t>90-1234.</t></r></p></w>"),
        book([CPR]),
        lambda path: path.write_bytes(pdf(b"sag 010190-1234.")),
        lambda path: path.write_bytes(pdf(b"x", title=b"0101901234")),
    ],
)
def test_in_a_letter_a_workbook_or_a_pdf_that_came_along(content, plan):
    home = plan(lines(HEAD, ROW), 'documents = ["brev.bin"]')
    content(home / "politi" / "brev.bin") if callable(content) else content.save(home / "politi" / "brev.bin")
    assert {(problem.code, problem.file) for problem in told(home)} == {("cpr_number", "politi/brev.bin")}


def test_a_document_with_a_number_far_down_is_shown_nowhere(plan):
    rows = [["a", "b"], *([str(n), "x"] for n in range(20_001)), ["1", f"sag {CPR}"]]
    home = plan(lines(HEAD, ROW), 'documents = ["metode.csv"]')
    (home / "politi" / "metode.csv").write_text(lines(*rows), encoding="utf-8")
    assert [(problem.code, problem.row) for problem in told(home)] == [("cpr_number", len(rows))]
    shown = Plan(home, read_agreement(home / "agreement.toml"), pd.DataFrame(), 2018, internal=False).documents()
    assert [len(table) for table in shown.values()] == [0]


def test_a_document_that_cannot_be_searched_is_told(plan):
    home = plan(lines(HEAD, ROW), 'documents = ["brev.docx"]')
    (home / "politi" / "brev.docx").write_bytes(b"PK\x03\x04 no letter")
    checked = building.check(home)
    assert checked.errors == [] and [problem.file for problem in checked.problems if problem.code == "not_searched"] == ["politi/brev.docx"]


IN_PLACES = {
    "cell": lambda home, text: (home / "f.csv").write_text(lines(HEAD, [*ROW[:4], f"sag {text}."]), encoding="utf-8"),
    "heading": lambda home, text: (home / "f.csv").write_text(lines([*HEAD[:4], text], ROW), encoding="utf-8"),
    "line above": lambda home, text: (home / "f.csv").write_text(lines([f"({text})"], HEAD, ROW), encoding="utf-8"),
    "README": lambda home, text: (home / "README.md").write_text(f"Se {text}, tak", encoding="utf-8"),
    "remark": lambda home, text: (home / "source.toml").write_text(f"# {text}\n" + SOURCE.format(file="f.csv", more=""), encoding="utf-8"),
    "file name": lambda home, text: (home / f"sag {text.replace('/', '-')}.txt").write_text("x"),
    "property": lambda home, text: in_part(book(), "docProps/app.xml", f"<x><a>{text}</a></x>".encode()).save(home / "brev.xlsx"),
    "text box": lambda home, text: in_part(book(), "xl/drawings/d.xml", f"<x><p><r><t>{text[:4]}</t></r><r><t>{text[4:]}</t></r></p></x>".encode()).save(
        home / "brev.xlsx"
    ),
}


@examples(30)
@given(cpr_numbers(), st.sampled_from(sorted(IN_PLACES)))
def test_every_way_to_write_it_is_found_in_every_place(tmp_path_factory, number, where):
    home = tmp_path_factory.mktemp("plan") / "data" / "raw"
    (home / "politi").mkdir(parents=True)
    (home / "agreement.toml").write_text(register(), encoding="utf-8")
    (home / "politi" / "source.toml").write_text(SOURCE.format(file="f.csv", more=""), encoding="utf-8")
    (home / "politi" / "f.csv").write_text(lines(HEAD, ROW), encoding="utf-8")
    IN_PLACES[where](home / "politi", number)
    problems = building.check(home).errors
    assert any(problem.code.startswith("cpr") for problem in problems), problems
    assert not any(number in repr(problem) or holds_cpr(problem.line("da")) for problem in problems)


# --- case numbers --------------------------------------------------------------------------------------

DECLARED = 'not_cpr = ["sag"]'


@pytest.mark.parametrize("kind", ["csv", "workbook", "number"])
def test_a_case_number_of_ten_digits_is_refused_with_the_line_that_declares_it(kind, plan):
    case = 2301191234 if kind == "number" else "2301191234"
    rows = (HEAD, [*ROW[:4], case])
    home = plan(lines(*rows) if kind == "csv" else book(*rows))
    (problem,) = told(home)
    assert (problem.code, problem.row, problem.column) == ("cpr_or_case_number", 2, "sag")
    assert all(DECLARED in problem.line(lang) for lang in ("da", "en"))
    declaration = home / "politi" / "source.toml"
    declaration.write_text(DECLARED + "\n" + declaration.read_text(encoding="utf-8"), encoding="utf-8")
    checked = building.check(home)
    assert checked.errors == [] and checked.deliveries[1].table["value"].tolist() == [12]


@pytest.mark.parametrize("text", ["230119-1234", "23 01 19 1234", "sag 2301191234", "2301191234 2301191234"])
def test_a_declared_column_still_refuses_what_is_written_as_a_cpr_number(text, plan):
    assert [problem.code for problem in told(plan(lines(HEAD, [*ROW[:4], text]), DECLARED))] == ["cpr_number"]


def test_a_declaration_is_for_its_column_alone(plan):
    home = plan(lines([*HEAD, "note"], [*ROW, "2301191234"]), 'not_cpr = ["sag"]')
    (problem,) = told(home)
    assert (problem.code, problem.column) == ("cpr_or_case_number", "note")


def test_a_declaration_is_for_its_column_in_sheets_that_are_not_read_too(plan):
    made = book()
    notes = made.create_sheet("Noter")
    for row in (["sag", "note"], ["2301191234", "x"]):
        notes.append(row)
    home = plan(made, 'sheets = ["Ark1"]\nignored_sheets = ["Noter"]\nnot_cpr = ["sag"]')
    assert told(home) == []
    notes["B3"] = "2301191234"
    made.save(home / "politi" / "f.xlsx")
    assert [(problem.sheet, problem.row) for problem in told(home)] == [("Noter", 3)]


@pytest.mark.parametrize("name", ["Sagnr", "CPR"])
def test_a_declaration_that_matches_no_heading_or_one_called_cpr_is_told(name, plan):
    assert [(problem.code, problem.found) for problem in told(plan(lines(HEAD, ROW), f'not_cpr = ["{name}"]'))] == [("bad_not_cpr", name)]


# --- what is said --------------------------------------------------------------------------------------


def test_no_command_repeats_the_number(plan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home = plan(lines(HEAD, [f"Sag {CPR}", "2018", f"x {CPR}", "12", CPR]), name="f 010190-1234.csv", politi__README_md=CPR)
    table = tmp_path / "problems.csv"
    for command in (["check", "--csv", table], ["check", "--lang", "en"], ["build"]):
        done = run(*command, "--raw", home)
        assert done.exit_code == 1 and "CPR" in done.output
        assert "010190" not in done.stdout + done.stderr
    with table.open(encoding="utf-8", newline="") as stream:
        assert "010190" not in str(list(csv.reader(stream)))


@pytest.mark.parametrize("file", ["sources_csv", "kladde_txt"])
def test_nothing_is_built_beside_a_number_in_the_plan_s_own_files_even_with_allow_missing(file, plan):
    with pytest.raises(building.PlanError, match="possible CPR number"):
        building.build(plan(lines(HEAD, ROW), **{file: f"source_id,title,publisher,year,url\nA,{CPR},B,2018,x\n"}), allow_missing=True)


def test_what_is_built_without_a_refused_source_does_not_name_its_file(plan):
    home = building.build(plan(lines(HEAD, ROW), name="sag 010190-1234.csv"), allow_missing=True)
    assert not [path for path in home.rglob("*") if path.is_file() and b"010190" in path.read_bytes()]
