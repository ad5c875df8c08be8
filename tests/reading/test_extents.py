"""A table is read where it stands on its sheet, turned or not, and every problem names the cell a person sees."""

import openpyxl
import pytest
from accounts import every_row_is_accounted_for  # noqa: F401
from conftest import told

from analysis.reading.extents import Extent, is_figure, parse_range

COUNTS = """
contract = "counts"
publisher = "The supplier"
files = ["counts.csv"]
constants = { indicator = "reports" }
"""
TURNED = COUNTS + 'turned = true\n[columns]\n"Område" = "area"\n"2018" = { period = "2018" }\n"2019" = { period = "2019" }\n'
SIDE_BY_SIDE = (
    COUNTS.replace("constants = ", "# ")
    + """
[[table]]
range = "A2:B6"
constants = { indicator = "reports", period = "2018" }
columns = { "Område" = "area", "Antal" = "value" }
[[table]]
range = "D2:E6"
constants = { indicator = "evenings", period = "2018" }
columns = { "Område" = "area", "Aftener" = "value" }
"""
)
SIDES = "Anmeldelser;;;Aftener;\nOmråde;Antal;;Område;Aftener\na;10;;a;1\nb;20;;b;2\nc;30;;c;3\nd;40;;d;4\n"


def figures(plan):
    table = plan.observations()
    return {(row["indicator"], row["area"], row["period"]): row["value"] for row in table.to_dict("records") if row["area"] != "combined"}


@pytest.mark.parametrize(
    ("text", "extent"),
    [("B5:H20", Extent(5, 2, 20, 8)), ("AA1:AB2", Extent(1, 27, 2, 28)), ("H5:B20", Extent(5, 2, 20, 8)), ("B20:H5", None), ("B5", None), ("b5:h20", None)],
)
def test_a_range_is_what_excel_writes(text, extent):
    assert parse_range(text) == extent


def test_a_range_without_a_last_row_reaches_down_to_it():
    assert parse_range("B5:H").holds(1_000_000, 8) and not parse_range("B5:H").holds(4, 8)


@pytest.mark.parametrize("text", ["38", "58,3 %", "kr. 58.709", "12 stk.", "2018-03-01", "-"])
def test_only_digits_make_a_figure(text):
    assert is_figure(text) == (text != "-")


def test_a_turned_table_is_read_below_its_title_and_above_its_notes(small_plan):
    sheet = "Anmeldelser 2018 og 2019;;;;\nOmråde;a;b;c;d\n2018;10;20;30;40\nForeløbige tal;;;;\n2019;1;2;3;4\nKilde: Politiet 2020;;;;\n"
    plan = small_plan(counts=sheet.encode(), counts_source=TURNED)
    assert plan.check().problems == []
    assert figures(plan)["reports", "c", "2019"] == 3
    assert figures(plan)["reports", "d", "2018"] == 40


def test_a_problem_of_a_turned_table_names_the_row_and_letter_of_its_cell(small_plan):
    checked = small_plan(counts="Titel;;;;\nOmråde;a;b;nowhere;d\n2018;10;20;30;40\n2019;1;two;3;4\n".encode(), counts_source=TURNED).check()
    places = {(problem.code, problem.row, problem.column, problem.found) for problem in checked.problems}
    assert ("not_a_number", 4, "C", "two") in places
    assert ("unknown_area", 2, "D", "nowhere") in places


def test_a_number_in_a_note_of_a_turned_table_is_told(small_plan):
    sheet = "Område;a;b;c;d\n2018;10;20;30;40\n2019;1;2;3;4\nHeraf 12 i Sydbyen;;;;\n"
    (problem,) = small_plan(counts=sheet.encode(), counts_source=TURNED).check().problems
    assert (problem.code, problem.row, problem.level) == ("number_in_text", 4, "warning")


def test_a_row_of_a_turned_table_that_is_not_declared_is_told_with_its_row(small_plan):
    sheet = "Område;a;b;c;d\n2018;10;20;30;40\n2019;1;2;3;4\n2020;1;2;3;4\n"
    problems = small_plan(counts=sheet.encode(), counts_source=TURNED).check().problems
    assert told(problems) == {"undeclared_column"} and (problems[0].row, problems[0].column) == (4, "2020")


def test_figures_of_a_turned_table_have_the_row_they_stand_in(small_plan):
    delivery = small_plan(counts="Titel\nOmråde;a;b;c;d\n2018;10;20;30;40\n2019;1;2;3;4\n".encode(), counts_source=TURNED).check().deliveries[0]
    assert set(zip(delivery.table["period"], delivery.table["row"], strict=True)) == {("2018", 3), ("2019", 4)}


def test_two_tables_beside_one_another_are_read_each_in_its_range(small_plan):
    plan = small_plan(counts=SIDES.encode(), counts_source=SIDE_BY_SIDE)
    assert plan.check().problems == []
    assert (figures(plan)["reports", "b", "2018"], figures(plan)["evenings", "b", "2018"]) == (20, 2)


def test_a_figure_outside_every_range_is_told_once_with_its_cell(small_plan):
    (problem,) = small_plan(counts=(SIDES + ";100;;;10\n").encode(), counts_source=SIDE_BY_SIDE).check().errors
    assert problem.code == "outside_range" and "B7, E7" in str(problem)


def test_cells_outside_the_ranges_may_be_ignored_by_name(small_plan):
    source = SIDE_BY_SIDE.replace("[[table]]", 'ignored_ranges = ["B7:E7"]\n[[table]]', 1)
    plan = small_plan(counts=(SIDES + ";100;;;10\n").encode(), counts_source=source)
    assert plan.check().problems == []
    assert told(small_plan(counts=SIDES.encode(), counts_source=source).check().problems) == {"matches_nothing"}


def test_nothing_is_read_from_cells_that_are_ignored_in_a_table_that_has_its_sheet_to_itself(small_plan):
    sheet = "Område;2018;2019\na;10;1\nb;20;2\nc;30;3\nd;40;4\nSkøn\na;11;9\n"
    source = COUNTS + '[columns]\n"Område" = "area"\n"2018" = { period = "2018" }\n"2019" = { period = "2019" }\n'
    assert "repeated_key" in told(small_plan(counts=sheet.encode(), counts_source=source).check().errors)
    plan = small_plan(counts=sheet.encode(), counts_source='ignored_ranges = ["A6:C7"]\n' + source)
    assert plan.check().problems == []
    assert (figures(plan)["reports", "a", "2018"], figures(plan)["reports", "d", "2019"]) == (10, 4)


def test_a_cell_that_is_ignored_within_a_range_is_a_blank_one(small_plan):
    source = SIDE_BY_SIDE.replace("[[table]]", '[[table]]\nignored_ranges = ["B4"]', 1)
    (problem,) = small_plan(counts=SIDES.encode(), counts_source=source).check().errors
    assert (problem.code, problem.row, problem.column) == ("blank", 4, "Antal")


@pytest.mark.parametrize("source", ['ignored_ranges = ["A6:C6"]\n', 'range = "A1:C5"\nignored_ranges = ["A6:C6"]\n'])
def test_a_cpr_number_is_found_in_ignored_cells_too(small_plan, source):
    sheet = "Område;2018;2019\na;10;1\nb;20;2\nc;30;3\nd;40;4\nx;010190-1234;\n"
    source += COUNTS + '[columns]\n"Område" = "area"\n"2018" = { period = "2018" }\n"2019" = { period = "2019" }\n'
    assert "cpr_number" in told(small_plan(counts=sheet.encode(), counts_source=source).check().errors)


def test_a_column_of_one_range_that_only_the_other_table_declares_is_told(small_plan):
    source = SIDE_BY_SIDE.replace('"Antal" = "value"', '"Antal" = "value"').replace("A2:B6", "A2:C6")
    checked = small_plan(counts=SIDES.replace("Antal;;", "Antal;Aftener;").replace("0;;", "0;7;").encode(), counts_source=source).check()
    assert ("undeclared_column", "Aftener") in {(problem.code, problem.column) for problem in checked.errors}


@pytest.mark.parametrize("text", ["B5", "", "B5:H20:3"])
def test_what_is_no_range_is_told(small_plan, text):
    checked = small_plan(counts=SIDES.encode(), counts_source=SIDE_BY_SIDE.replace("A2:B6", text)).check()
    assert "not_a_range" in told(checked.errors)


def test_a_range_in_which_nothing_stands_is_told(small_plan):
    checked = small_plan(counts=SIDES.encode(), counts_source=SIDE_BY_SIDE.replace("D2:E6", "G2:H6")).check()
    assert "empty_range" in told(checked.errors)


def test_a_turned_workbook_with_a_merged_heading_is_read(small_plan):
    plan = small_plan(counts="a;2018;reports;1", counts_source=TURNED.replace("counts.csv", "counts.xlsx").replace('"Område"', '"[2]"'))
    book = openpyxl.Workbook()
    for row in (["Anmeldelser"], [None, "a", "b", "c", "d"], [2018, 10, 20, 30, 40], [2019, 1, 2, 3, 4]):
        book.active.append(row)
    book.active.merge_cells("A1:E1")
    (plan.folder / "counts" / "counts.csv").unlink()
    book.save(plan.folder / "counts" / "counts.xlsx")
    assert plan.check().problems == []
    assert figures(plan)["reports", "d", "2019"] == 4


def test_a_column_without_heading_is_called_by_the_letter_it_has_on_the_sheet_also_within_a_range(small_plan):
    source = SIDE_BY_SIDE.replace('range = "D2:E6"', 'range = "D2:E6"').replace('"Område" = "area", "Aftener"', '"[D]" = "area", "Aftener"')
    sides = SIDES.replace("Antal;;Område;", "Antal;;;")
    assert small_plan(counts=sides.encode(), counts_source=source).check().problems == []
    told_of = small_plan(counts=sides.encode(), counts_source=SIDE_BY_SIDE).check().errors
    assert '"[D]" = "area"' in "".join(map(str, told_of))


def test_a_row_without_heading_of_a_turned_sheet_is_called_by_its_number(small_plan):
    sheet = "Titel;;;;\n;a;b;c;d\n2018;10;20;30;40\n2019;1;2;3;4\n"
    (problem,) = [problem for problem in small_plan(counts=sheet.encode(), counts_source=TURNED).check().errors if problem.code == "no_heading_turned"]
    assert problem.row == 2 and '"[2]" = "area"' in str(problem)
    assert small_plan(counts=sheet.encode(), counts_source=TURNED.replace("Område", "[2]")).check().problems == []


def test_a_table_of_another_file_reads_nothing_of_this_one(small_plan):
    def in_two_files(source: str, sheet: str):
        plan = small_plan(counts=sheet.encode(), counts_source=source)
        (plan.folder / "counts" / "evenings.csv").write_text("Område;Aftener\na;1\nb;2\nc;3\nd;4\n", encoding="utf-8")
        return plan.check()

    source = SIDE_BY_SIDE.replace('range = "D2:E6"', 'files = ["evenings.csv"]')
    only_reports = "Anmeldelser;;\nOmråde;Antal;\na;10;\nb;20;\nc;30;\nd;40;\n"
    assert in_two_files(source, only_reports).problems == []
    assert told(in_two_files(source, only_reports + ";100;\n").errors) == {"outside_range"}
    whole = source.replace('range = "A2:B6"', "header = 2")
    assert told(in_two_files(whole, only_reports.replace("Antal;", "Antal;Aftener").replace("0;", "0;7")).errors) == {"undeclared_column"}
