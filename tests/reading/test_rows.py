"""Every row of a table is used or set aside with its reason, whatever its layout says of blanks, repeats, other tables' rows and hidden ones."""

import json

import openpyxl
import pytest
from accounts import every_row_is_accounted_for  # noqa: F401
from conftest import COUNTS_HEADER, COUNTS_SOURCE, told

ROWS = "a;2018;reports;10\nb;2018;reports;20\nc;2018;reports;30\nd;2018;reports;40\n"
BLOCKS = "a;2018;reports;10\n;2019;reports;11\nb;2018;reports;20\n;2019;reports;21\nc;2018;reports;30\n;2019;reports;31\nd;2018;reports;40\n;2019;reports;41\n"
FILLED = 'fill_down = ["omraade"]\n' + COUNTS_SOURCE


def value(plan, area: str, period: str = "2018"):
    table = plan.observations()
    return table[(table["area"] == area) & (table["period"] == period)]["value"].item()


def aside(plan) -> dict[str, int]:
    """How many rows were set aside, by the key of the reason; what was read is what was used and set aside."""
    (file,) = plan.check().deliveries[0].files.to_dict("records")
    assert file["rows"] == file["headings"] + file["used"] + file["set_aside"] + file["blank"]
    return {entry["reasons"][0]["key"]: entry["rows"] for entry in json.loads(file["reasons"])}


def test_an_area_written_once_belongs_to_the_rows_below_it(small_plan):
    plan = small_plan(counts=BLOCKS, counts_source=FILLED)
    assert plan.check().problems == []
    assert (value(plan, "a", "2019"), value(plan, "d", "2019")) == (11, 41)


def test_an_area_alone_in_a_row_is_the_heading_of_its_rows(small_plan):
    plan = small_plan(counts="".join(f"{area};;;\n;2018;reports;1{area}\n".replace(f"1{area}", "10") for area in "abcd"), counts_source=FILLED)
    assert plan.check().problems == []
    assert value(plan, "c") == 10 and aside(plan) == {"aside_heading_of_rows": 4}


@pytest.mark.parametrize("what", ["\n;2020;reports;99\n", ";;;99\n"])
def test_nothing_is_filled_down_across_a_blank_row_or_into_a_total(small_plan, what):
    source = FILLED.replace('fill_down = ["omraade"]', 'fill_down = ["omraade", "periode", "indikator"]')
    problems = small_plan(counts=BLOCKS + what, counts_source=source if what.startswith(";;") else FILLED).check().errors
    assert "not_filled_down" in told(problems) and {problem.row for problem in problems} == {10 if what[0] == ";" else 11}


def test_a_note_below_takes_no_area_from_above(small_plan):
    source = COUNTS_SOURCE.replace("[columns]", 'fill_down = ["periode"]\n[columns]')
    plan = small_plan(counts=ROWS.replace("b;2018", "b;") + "Kilde: Politiet;;;\n", counts_source=source)
    assert plan.check().problems == [] and value(plan, "b") == 20 and aside(plan) == {"aside_line_of_text": 1}


def test_a_heading_that_nothing_is_filled_down_in_is_told(small_plan):
    assert told(small_plan(counts=ROWS, counts_source=FILLED).check().problems) == {"nothing_to_fill_down"}
    assert told(small_plan(counts=ROWS, counts_source=FILLED.replace('["omraade"]', '["område"]')).check().problems) == {"not_a_heading"}


WHERE = COUNTS_SOURCE.replace("[columns]", 'where = { "holdt" = "ja", "sted" = ["x", "y"] }\n[columns]')
HELD = COUNTS_HEADER.replace("antal", "antal;holdt;sted") + ROWS.replace("\n", ";ja;x\n")


def test_only_the_rows_with_the_words_asked_for_are_read(small_plan):
    plan = small_plan(counts=(HELD + "a;2018;reports;99;nej;y\nb;2018;reports;98;ja;z\n").encode(), counts_source=WHERE)
    lost = [(problem.code, problem.column, problem.detail["rows"], problem.detail["words"]) for problem in plan.check().problems]
    assert lost == [("rows_of_no_table", "where.sted", 'sted = "z"', '"z"'), ("rows_of_no_table", "where.holdt", 'holdt = "nej"', '"nej"')]
    assert value(plan, "a") == 10 and aside(plan) == {"aside_of_another_table": 2}
    meant = WHERE.replace("[columns]", 'leave = { "holdt" = "nej", "sted" = "z" }\n[columns]')
    assert small_plan(counts=(HELD + "a;2018;reports;99;nej;y\nb;2018;reports;98;ja;z\n").encode(), counts_source=meant).check().problems == []


def test_a_word_asked_for_that_stands_nowhere_is_told(small_plan):
    (problem,) = small_plan(counts=HELD.encode(), counts_source=WHERE).check().errors
    assert (problem.code, problem.column) == ("matches_nothing", "where.sted.y")
    problems = small_plan(counts=HELD.replace("sted", "by").encode(), counts_source=WHERE).check().errors
    assert {"missing_column", "undeclared_column"} == told(problems)


@pytest.mark.parametrize("where", ["true", '{ "holdt" = 1 }', '["holdt"]'])
def test_what_rows_to_read_must_be_headings_with_words(small_plan, where):
    source = COUNTS_SOURCE.replace("[columns]", f"where = {where}\n[columns]")
    assert told(small_plan(counts=ROWS, counts_source=source).check().errors) == {"bad_where"}


def test_rows_repeated_word_for_word_are_refused_with_the_way_out_and_read_once_where_it_is_said(small_plan):
    (problem,) = small_plan(counts=ROWS + "a;2018;reports;10\n").check().errors
    assert (problem.code, problem.row) == ("repeated_key", 6) and 'repeated_rows = "once"' in str(problem)
    once = 'repeated_rows = "once"\n' + COUNTS_SOURCE
    plan = small_plan(counts=ROWS + "a;2018;reports;10\n", counts_source=once)
    assert plan.check().problems == [] and value(plan, "a") == 10 and aside(plan) == {"aside_repeated_row": 1}
    assert told(small_plan(counts=ROWS + "a;2018;reports;11\n", counts_source=once).check().errors) == {"repeated_key"}, "another number is no repeat"
    assert told(small_plan(counts=ROWS, counts_source=once.replace("once", "each")).check().errors) == {"each_of_figures"}


def test_case_makes_no_difference_only_where_it_is_said(small_plan):
    words = '[values.indicator]\n"Hærværk" = "reports"\n[missing]\n"i.o." = "not_available"\n'
    rows = ROWS.replace("reports", "Hærværk").replace("a;2018;Hærværk;10", "A;2018;HÆRVÆRK;I.O.")
    source = COUNTS_SOURCE.replace("[columns]", 'any_case = ["indikator", "antal"]\n[columns]')
    plan = small_plan(counts=rows, counts_source=source + words)
    assert plan.check().problems == []
    table = plan.observations().set_index("area")
    assert table.at["a", "status"] == "not_available" and table.at["b", "value"] == 20
    assert told(small_plan(counts=rows, counts_source=COUNTS_SOURCE + words).check().errors) == {"unknown_indicator", "not_a_number"}


def test_two_words_that_differ_only_in_case_stay_two(small_plan):
    words = '[values.indicator]\nhv = "reports"\nHV = "evenings"\n'
    source = COUNTS_SOURCE.replace("[columns]", 'any_case = ["indikator"]\n[columns]') + words
    rows = ROWS.replace("reports", "hv") + ROWS.replace("reports", "HV")
    assert small_plan(counts=rows, counts_source=source).check().problems == []
    assert told(small_plan(counts=rows.replace("d;2018;HV", "d;2018;Hv"), counts_source=source).check().errors) == {"unknown_indicator"}


# --- what nobody sees ---

BOOK = COUNTS_SOURCE.replace("counts.csv", "counts.xlsx").replace('delimiter = ";"\ndecimal = ","\n', "")


def with_book(small_plan, source: str, change):
    """A plan whose counts come in a workbook with something hidden."""
    plan = small_plan(counts="a;2018;reports;1", counts_source=source)
    book = openpyxl.Workbook()
    for line in (COUNTS_HEADER + ROWS + "a;2018;reports;99\n").splitlines():
        book.active.append([int(cell) if cell.isdigit() else cell for cell in line.split(";")])
    change(book)
    (plan.folder / "counts" / "counts.csv").unlink()
    book.save(plan.folder / "counts" / "counts.xlsx")
    return plan


def hide_row(book):
    book.active.row_dimensions[6].hidden = True


def hide_column(book):
    book.active.delete_rows(6)
    for row, number in enumerate(["kladde", 1, 2, 3, 4], 1):
        book.active.cell(row, 5, number)
    book.active.column_dimensions["E"].hidden = True


def hide_sheet(book):
    book.active.delete_rows(6)
    book.create_sheet("Kladde").append(["kladde", 99])
    book["Kladde"].sheet_state = "hidden"


def test_a_hidden_row_is_refused_left_or_read_as_it_was_said(small_plan):
    (problem,) = with_book(small_plan, BOOK, hide_row).check().errors
    assert problem.code == "hidden_rows" and 'hidden = "leave"' in str(problem)
    left = with_book(small_plan, 'hidden = "leave"\n' + BOOK, hide_row)
    assert left.check().problems == [] and value(left, "a") == 10 and aside(left) == {"aside_hidden": 1}
    assert told(with_book(small_plan, 'hidden = "read"\n' + BOOK, hide_row).check().errors) == {"repeated_key"}


def test_a_hidden_column_is_refused_or_left_as_it_was_said(small_plan):
    assert told(with_book(small_plan, BOOK, hide_column).check().errors) == {"hidden_columns"}
    assert with_book(small_plan, 'hidden = "leave"\n' + BOOK, hide_column).check().problems == []
    assert told(with_book(small_plan, 'hidden = "read"\n' + BOOK, hide_column).check().errors) == {"undeclared_column"}


def test_a_hidden_column_that_is_left_is_still_searched_for_persons(small_plan):
    def with_person(book):
        hide_column(book)
        book.active["E3"] = "0101701234"

    assert told(with_book(small_plan, 'hidden = "leave"\n' + BOOK, with_person).check().errors) == {"cpr_number"}


def test_a_hidden_sheet_is_left_only_by_its_name(small_plan):
    assert told(with_book(small_plan, BOOK, hide_sheet).check().errors) == {"hidden_sheets"}
    assert told(with_book(small_plan, 'hidden = "leave"\n' + BOOK, hide_sheet).check().errors) == {"hidden_sheets"}
    assert with_book(small_plan, 'ignored_sheets = ["Kladde"]\n' + BOOK, hide_sheet).check().problems == []


def test_hidden_rows_of_an_ignored_sheet_are_no_error(small_plan):
    def beside(book):
        hide_sheet(book)
        book["Kladde"].sheet_state = "visible"
        book["Kladde"].row_dimensions[1].hidden = True

    assert with_book(small_plan, 'ignored_sheets = ["Kladde"]\n' + BOOK, beside).check().problems == []


def test_hidden_parts_that_were_declared_and_are_not_there_are_told(small_plan):
    problems = with_book(small_plan, 'hidden = "leave"\n' + BOOK, lambda book: book.active.delete_rows(6)).check().problems
    assert told(problems) == {"matches_nothing"}


def test_hidden_rows_of_a_turned_sheet_are_left_and_hidden_columns_set_aside(small_plan):
    source = COUNTS_SOURCE.replace("counts.csv", "counts.xlsx").split("[columns]")[0].replace('delimiter = ";"\ndecimal = ","\n', "")
    source += 'turned = true\nhidden = "leave"\nconstants = { indicator = "reports" }\n[columns]\nsted = "area"\n"2018" = { period = "2018" }\n'

    def turned(book):
        book.active.delete_rows(1, 9)
        for line in (["sted", "a", "b", "nowhere", "c", "d"], ["2018", 10, 20, 25, 30, 40], ["kladde", 1, 2, 3, 4, 5]):
            book.active.append(line)
        book.active.column_dimensions["D"].hidden = True
        book.active.row_dimensions[book.active.max_row].hidden = True

    plan = with_book(small_plan, source, turned)
    assert plan.check().problems == []
    assert value(plan, "c") == 30 and aside(plan) == {"aside_hidden": 1}


LIST = """
contract = "registrations"
publisher = "The supplier"
files = ["counts.csv"]
covers = ["2018"]
[columns]
sted = "area"
dag = "date"
antal = "number"
[constants]
indicator = "evenings"
"""
EVENINGS = "sted;dag;antal\n" + "".join(f"{area};03-04-2018;1\n" for area in "abcd") + "a;03-04-2018;1\n"


@pytest.mark.parametrize(("said", "evenings"), [("", 2), ('repeated_rows = "each"\n', 2), ('repeated_rows = "once"\n', 1)])
def test_rows_of_a_list_that_are_repeated_count_each_unless_it_is_said(small_plan, said, evenings):
    plan = small_plan(counts=EVENINGS.encode(), counts_source=said + LIST)
    problems = plan.check().problems
    assert [(problem.code, problem.row, problem.detail["first"]) for problem in problems] == ([] if said else [("rows_alike", 6, 2)])
    assert value(plan, "a") == evenings


TWO = """
publisher = "The supplier"
files = ["counts.csv"]
[[table]]
contract = "counts"
where = { "holdt" = "ja", "sted" = "x" }
columns = { omraade = "area", periode = "period", antal = "value" }
ignored_columns = ["indikator"]
constants = { indicator = "reports" }
[[table]]
contract = "counts"
where = { "holdt" = "nej", "sted" = "y" }
columns = { omraade = "area", periode = "period", antal = "value" }
ignored_columns = ["indikator"]
constants = { indicator = "evenings" }
"""
BOTH = HELD + ROWS.replace("\n", ";nej;y\n")


def test_a_row_whose_words_stand_in_different_tables_is_in_none_and_told(small_plan):
    absent = '\n[[table.absent]]\nreason = "a small plan"\n'
    assert small_plan(counts=BOTH.encode(), counts_source=TWO + absent).check().problems == []
    plan = small_plan(counts=(BOTH + "a;2018;reports;99;ja;y\n").encode(), counts_source=TWO + absent)
    (problem,) = plan.check().problems
    assert (problem.code, problem.level, problem.detail["rows"]) == ("rows_of_no_table", "warning", 'holdt = "ja", sted = "y"')


@pytest.mark.parametrize("leave", ['{ "holdt" = "aldrig" }', '{ "antal" = "10" }'])
def test_what_is_left_on_purpose_must_stand_somewhere(leave, small_plan):
    source = WHERE.replace('sted" = ["x", "y"]', 'sted" = ["x"]').replace("[columns]", f"leave = {leave}\n[columns]")
    assert told(small_plan(counts=HELD.encode(), counts_source=source).check().problems) == {"matches_nothing"}
