"""Every cell of a delivered sheet has a role, and the rows of a file add up: nothing is lost in silence."""

import json
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from accounts import every_row_is_accounted_for, require_accounts  # noqa: F401
from conftest import COUNTS_SOURCE, ROOT, told

from analysis.judging.observations import read_csv
from analysis.promises.reasons import Reason, from_json
from analysis.reading.account import CELLS, HEADING, KEPT, NUMBERS, USED, Account, SheetAccount, lost, sheet_table
from analysis.running.building import build
from analysis.running.checking import check

HEAD = "omraade;periode;indikator;antal\n"
LIST = """contract = "incidents"
publisher = "Beredskabet"
files = ["list.csv"]
covers = ["2018"]
[columns]
dato = "date"
omraade = "area"
haendelse = "indicator"
"""


def files_of(checked) -> dict[tuple[str, str], dict]:
    """The lines of the table of files, by file and sheet."""
    return {(line["file"], line["sheet"]): line for line in checked.files.to_dict("records")}


def cells_of(checked, sheet: str = "") -> list[tuple]:
    """A drawn sheet: role, first and last row, the role of each cell."""
    drawn = checked.sheets[(checked.sheets["sheet"] == sheet) & (checked.sheets["role"] != "columns")]
    return [(line.role, int(line.first), int(line.last), line.cells) for line in drawn.itertuples()]


@pytest.mark.parametrize("name", ["raw", "example"])
def test_every_row_of_every_delivery_of_the_plan_folders_is_accounted_for(name, every_row_is_accounted_for):  # noqa: F811
    checked = check(ROOT / "data" / name)
    assert len(checked.files) and not checked.errors
    assert set("".join(checked.sheets["cells"])) <= CELLS.keys()


def test_the_check_of_accounts_would_notice_a_row_that_is_lost(small_plan):
    """The means by which the tests of reading count are none of the program's."""
    plan = small_plan(counts="a;2018;reports;7\nb;2018;reports;9\n")
    checked = plan.check()
    require_accounts(checked.deliveries, plan.folder)
    delivered = plan.folder / "counts" / "counts.csv"
    delivered.write_text(delivered.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        require_accounts(checked.deliveries, plan.folder)


def test_a_sheet_has_titles_headings_blank_rows_figures_rows_set_aside_and_a_source_line(small_plan):
    text = "Anmeldelser;;;\n;;;\n" + HEAD + "A;2018;reports;7\nI alt;;;7\n\nB;2018;reports;9\nC;2018;evenings;1\nKilde: politiet;;;\n"
    more = '\nignored_rows = ["I alt"]\n'
    plan = small_plan(counts=text.encode(), counts_source=more + COUNTS_SOURCE + '\n[unused.indicator]\nevenings = {da = "ikke her", en = "not here"}\n')
    checked = plan.check()
    assert not checked.errors
    line = files_of(checked)["counts/counts.csv", ""]
    assert {name: line[name] for name in ("rows", "headings", "titles", "used", "set_aside", "blank", "not_read")} == {
        "rows": 9,
        "headings": 1,
        "titles": 1,
        "used": 2,
        "set_aside": 3,
        "blank": 2,
        "not_read": 0,
    }
    assert {str(reasons[0]): rows for reasons, rows in from_json(line["reasons"])} == {
        "a row that source.toml says holds nothing to read": 1,
        "not here": 1,
        "a line of text without figures": 1,
    }
    assert cells_of(checked) == [
        ("title", 1, 1, "t..."),
        ("blank", 2, 2, ""),
        ("heading", 3, 3, "hhhh"),
        ("used", 4, 4, "apiv"),
        ("set_aside", 5, 5, "s..s"),
        ("blank", 6, 6, ""),
        ("used", 7, 7, "apiv"),
        ("set_aside", 8, 8, "ssss"),
        ("text", 9, 9, "t..."),
    ]


def workbook(path: Path, **sheets: list[list]) -> None:
    """A workbook with these rows in its sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


TWO = """publisher = "The housing organisations"
delimiter = ";"
[[table]]
contract = "counts"
files = ["book.xlsx"]
sheets = ["Ark"]
ignored_sheets = ["Vejledning"]
[table.columns]
omraade = "area"
periode = "period"
anmeldt = "value"
[table.constants]
indicator = "reports"
[[table]]
contract = "counts"
files = ["book.xlsx"]
sheets = ["Ark"]
ignored_sheets = ["Vejledning"]
[table.columns]
omraade = "area"
periode = "period"
aftener = "value"
bem = "note"
[table.constants]
indicator = "evenings"
[[absent]]
reason = "what the test is about"
"""


def two_tables(small_plan, source: str = TWO, **sheets: list[list]):
    """A plan with one folder whose source.toml has two tables."""
    plan = small_plan(counts="A;2018;reports;7\n")
    shutil.rmtree(plan.folder / "counts")
    home = plan.folder / "homes"
    home.mkdir()
    source = source.replace('[[absent]]\nreason = "what the test is about"\n', "")
    (home / "source.toml").write_text('absent = [{reason = "what the test is about"}]\n' + source, encoding="utf-8")
    usual = [["omraade", "periode", "anmeldt", "aftener", "bem"], ["A", 2018, 7, 3, "x"], ["B", 2018, 9, 4, None]]
    workbook(home / "book.xlsx", **({"Ark": usual, "Vejledning": [["Læs mig"], [None], ["Tal fra systemet"]]} | sheets))
    return plan


def test_of_a_sheet_that_two_tables_read_the_strongest_role_of_each_cell_counts(small_plan):
    checked = two_tables(small_plan).check()
    assert not checked.errors
    assert cells_of(checked, "Ark") == [("heading", 1, 1, "hhhhh"), ("used", 2, 2, "apvvo"), ("used", 3, 3, "apvv.")]
    assert [(role, cells) for role, _, _, cells in cells_of(checked, "Vejledning")] == [("not_read", "n"), ("blank", ""), ("not_read", "n")]
    assert sorted(checked.files.loc[checked.files["sheet"] == "Ark", "table"]) == [1, 2]


APART = """publisher = "The housing organisations"
absent = [{{reason = "what the test is about"}}]
[[table]]
contract = "counts"
files = ["a.{ending}"]
{first}[table.columns]
omraade = "area"
periode = "period"
antal = "value"
[table.constants]
indicator = "reports"
[[table]]
contract = "counts"
files = ["b.{ending}"]
{second}[table.columns]
omraade = "area"
periode = "period"
antal = "value"
bem = "note"
[table.constants]
indicator = "evenings"
"""


def apart(small_plan, ending: str, first: str = "", second: str = ""):
    """A plan with one folder in which each of two tables has a file of its own."""
    plan = small_plan(counts="A;2018;reports;7\n")
    (plan.folder / "counts").rename(plan.folder / "homes")
    (plan.folder / "homes" / "counts.csv").unlink()
    (plan.folder / "homes" / "source.toml").write_text(APART.format(ending=ending, first=first, second=second), encoding="utf-8")
    return plan


@pytest.mark.parametrize("row", [2, 7, KEPT + 50])
def test_a_column_that_no_table_reads_is_found_by_its_first_cell_wherever_it_stands(row):
    sheet, rows = SheetAccount(), range(2, KEPT + 101)
    cells = {number: ["A", "1", "here" if number == row else ""] for number in rows}
    read = [number for number, _ in sheet.watched([(1, ["omraade", "antal", "bem"]), *cells.items()])]
    sheet.headings = ["omraade", "antal", "bem"]
    sheet.note("heading", read[:1])
    sheet.note_columns(pd.DataFrame.from_dict(cells, orient="index", columns=sheet.headings), {"omraade": "area", "antal": "value"}, [])
    sheet.note("used", read[1:])
    assert [(problem.code, problem.row, problem.column) for problem in lost("s/f.csv", [Account({"": sheet})])] == [("no_role", row, "bem")]
    problem = lost("s/f.csv", [Account({"": sheet})])[0]
    assert "source.toml" in problem.text("en") and "source.toml" in problem.text("da")


def test_a_sheet_that_only_another_table_reads_and_in_another_file_is_a_problem(small_plan):
    plan = apart(small_plan, "xlsx", 'sheets = ["Ark"]\n', 'sheets = ["Sager"]\n')
    table = [["omraade", "periode", "antal", "bem"], ["A", 2018, 7, None]]
    workbook(plan.folder / "homes" / "a.xlsx", Ark=[row[:3] for row in table])
    workbook(plan.folder / "homes" / "b.xlsx", Sager=table)
    assert not plan.check().errors
    workbook(plan.folder / "homes" / "a.xlsx", Ark=[row[:3] for row in table], Sager=table)
    found = plan.check().errors
    assert [(problem.code, problem.file, problem.sheet, problem.row, problem.column) for problem in found] == [("no_role", "homes/a.xlsx", "Sager", 1, "A")]


def test_a_row_that_no_step_gave_a_role_is_noticed():
    sheet = SheetAccount()
    rows = [(number, ["A", "1"]) for number in range(1, 5)]
    assert [number for number, _ in sheet.watched(iter(rows))] == [1, 2, 3, 4]
    sheet.headings = ["omraade", "antal"]
    sheet.note("heading", [1])
    sheet.note("used", [2, 4])
    account = Account({"": sheet})
    assert [(problem.code, problem.row) for problem in lost("s/f.csv", [account])] == [("no_role", 2)]
    sheet.columns = {"omraade": "a", "antal": "v"}
    assert [(problem.code, problem.row) for problem in lost("s/f.csv", [account])] == [("no_role", 3)]
    sheet.note("set_aside", [3])
    assert lost("s/f.csv", [account]) == []


def test_of_a_long_list_the_first_rows_are_kept_and_all_are_counted():
    sheet = SheetAccount()
    numbers = [number for number, _ in sheet.watched((number, ["A", "1"]) for number in range(1, 100_001))]
    sheet.headings, sheet.columns = ["omraade", "antal"], {"omraade": "a", "antal": "v"}
    sheet.note("heading", numbers[:1])
    sheet.note("used", numbers[1:])
    drawn = sheet_table("s", {"s/f.csv": [Account({"": sheet})]})
    assert len(sheet.kept) == KEPT and drawn["rows"].sum() == 100_000
    assert drawn[["role", "rows", "cells"]].astype(object).where(drawn[["role", "rows", "cells"]].notna(), None).values.tolist() == [
        ["columns", None, "av"],
        ["heading", 1, "hh"],
        ["used", KEPT - 1, "av"],
        ["used", 100_000 - KEPT, ""],
    ]


def test_of_a_refused_file_every_row_is_set_aside_for_that(small_plan):
    checked = small_plan(counts="A;2018;reports;7\nA;2019;reports;mange\n").check()
    line = files_of(checked)["counts/counts.csv", ""]
    assert told(checked.errors) == {"not_a_number"} and (line["rows"], line["headings"], line["used"], line["set_aside"]) == (3, 1, 0, 2)
    assert json.loads(line["reasons"]) == [{"rows": 2, "reasons": [{"key": "aside_refused", "detail": {}}]}]


TURNED = """contract = "counts"
publisher = "The supplier"
files = ["counts.csv"]
range = "B:E"
turned = true
constants = { indicator = "reports" }
[columns]
"Område" = "area"
"2018" = { period = "2018" }
"2019" = { period = "2019" }
[unused.area]
"I alt" = { da = "lægges sammen her", en = "added up here" }
"""


def test_of_a_table_read_turned_every_cell_of_the_sheet_still_has_its_role(small_plan):
    text = "x;Anmeldelser;;;;\n;Område;A;B;I alt;\n;2018;7;9;16;\n;;;;;\n;2019;8;6;14;z\n;Kilde: politiet;;;;\n"
    checked = small_plan(counts=text.encode(), counts_source=TURNED).check()
    assert not checked.errors
    assert cells_of(checked) == [
        ("title", 1, 1, "nt...."),
        ("used", 2, 2, ".haas."),
        ("used", 3, 3, ".hvvs."),
        ("blank", 4, 4, ""),
        ("used", 5, 5, ".hvvsn"),
        ("title", 6, 6, ".t...."),
    ]
    line = files_of(checked)["counts/counts.csv", ""]
    assert [line[name] for name in NUMBERS] == [6, 0, 2, 3, 0, 1, 0]
    assert [(str(reason), rows) for (reason,), rows in from_json(line["reasons"])] == [("added up here", 0)]


# --- what may be told of it -------------------------------------------------------------------------------


def built(plan) -> tuple[dict, dict]:
    """The protected tables of files and sheets by name, and the true ones."""
    home = build(plan.folder)
    return tuple({name: read_csv(where / f"{name}.csv") for name in ("deliveries", "sheets")} for where in (home, home / "internal"))


def test_no_sheet_of_the_processed_tables_bears_a_text_of_the_delivery(small_plan):
    for tables in built(small_plan(counts="A;2018;reports;7\nB;2018;reports;9\n")):
        assert set("".join(tables["sheets"]["cells"])) <= CELLS.keys()


def test_a_blank_that_is_said_to_be_zero_is_drawn_as_every_other_figure(small_plan):
    """Else the picture of the sheet told which of the figures that are hidden are 0."""
    plan = small_plan(counts="A;2018;reports;7\nB;2018;reports;\n;;;\n", more_counts='[values.value]\n"" = "0"\n')
    assert [each[3] for each in cells_of(plan.check()) if each[0] == USED] == ["apiv"]


def test_of_a_list_that_is_not_public_no_record_is_drawn_and_its_rows_are_not_counted_where_a_figure_is_hidden(small_plan):
    text = b"dato;omraade;haendelse\n" + b"2018-03-01;A;reports\n" * 3 + b"Kilde: beredskabet;;\n"
    protected, true = built(small_plan(counts=text, counts_source=LIST.replace("list.csv", "counts.csv")))
    assert true["sheets"]["role"].tolist() == ["columns", "heading", "used", "text"] and true["deliveries"]["rows"].tolist() == ["5"]
    assert protected["sheets"][["role", "cells"]].values.tolist() == [["columns", "pai"], ["heading", "hhh"]]
    assert protected["deliveries"][NUMBERS].values.tolist() == [[""] * len(NUMBERS)]


def test_how_much_a_sheet_holds_that_nobody_reads_is_not_told_of_what_is_not_public(small_plan):
    """It may be the list of cases behind the figures."""
    plan = two_tables(small_plan, Vejledning=[["sag", "dato"], *[[number, "2018-03-01"] for number in range(3)]])
    protected, true = built(plan)
    apart = lambda tables: tables["sheets"][tables["sheets"]["sheet"] == "Vejledning"][["role", "rows", "cells"]].values.tolist()  # noqa: E731
    assert apart(true) == [["not_read", "4", "nn"]] and apart(protected) == [["not_read", "", ""]]
    lines = protected["deliveries"][protected["deliveries"]["sheet"] == "Vejledning"]
    assert set(lines["rows"]) == set(lines["not_read"]) == {""}


def test_rows_whose_cells_are_not_kept_have_the_role_of_the_table_that_reads_them(monkeypatch):
    monkeypatch.setattr("analysis.reading.account.KEPT", 2)
    one, other = (SheetAccount(headings=["a"], columns={"a": "v"}) for _ in range(2))
    for sheet in (one, other):
        list(sheet.watched((number, ["x"]) for number in range(1, 8)))
        sheet.note(HEADING, [1])
    one.note(USED, [2, 3, 4])
    one.set_aside(Reason("aside_of_another_table"), [5, 6])
    other.set_aside(Reason("aside_of_another_table"), [2, 3, 4, 6])
    other.note(USED, [5])
    files = {"f.csv": [Account({"": one}), Account({"": other})]}
    more = sheet_table("s", files).query("first.isna()").set_index("role")["rows"]
    assert {role: int(rows) for role, rows in more.items() if role != "columns"} == {"used": 3, "set_aside": 1, "?": 1}
    (problem,) = lost("f.csv", files["f.csv"])
    assert (problem.code, problem.row) == ("no_role", 7)
