"""Measures that stand below one another are joined to one figure, each number in its own unit, and every problem names its own cell."""

import pytest
from accounts import every_row_is_accounted_for  # noqa: F401
from conftest import told

SOURCE = """
contract = "survey"
publisher = "The supplier"
files = ["counts.csv"]
[columns]
"Område" = "area"
"Måling" = "indicator"
"2018" = { period = "2018" }
[rows]
"Tryg, pct." = { indicator = "safe", unit = "percent" }
"Antal svar" = { indicator = "safe", is = "answers" }
"""
SHEET = "Område;Måling;2018\n" + "".join(f"{area};Tryg, pct.;58,3\n{area};Antal svar;18{number}\n" for number, area in enumerate("abcd"))


def checked(small_plan, sheet: str = SHEET, source: str = SOURCE):
    return small_plan(counts=sheet.encode(), counts_source=source).check()


def test_a_share_and_its_answers_in_two_rows_are_one_figure(small_plan):
    plan = small_plan(counts=SHEET.encode(), counts_source=SOURCE)
    table = plan.observations().set_index("area")
    assert (table.at["c", "value"], table.at["c", "denominator"]) == (0.583, 182)
    (file,) = plan.check().deliveries[0].files.to_dict("records")
    assert (file["headings"], file["used"], file["set_aside"]) == (1, 8, 0)


def test_the_order_of_the_rows_makes_no_difference(small_plan):
    lines = SHEET.splitlines()
    table = small_plan(counts="\n".join([lines[0], *reversed(lines[1:])]).encode(), counts_source=SOURCE).observations().set_index("area")
    assert (table.at["c", "value"], table.at["c", "denominator"]) == (0.583, 182)


@pytest.mark.parametrize(
    ("old", "new", "code", "row", "column"),
    [
        ("b;Antal svar;181", "b;Antal svar;mange", "not_a_number", 5, "2018"),
        ("b;Antal svar", "B-huset;Antal svar", "measure_alone", 5, "Måling"),
        ("b;Antal svar;181\n", "b;Antal svar;181\nb;Antal svar;182\n", "measure_twice", 6, "Måling"),
        ("b;Antal svar", "b;Svarprocent", "unknown_measure", 5, "Måling"),
        ("b;Tryg, pct.;58,3", "b;Tryg, pct.;trygge", "not_a_number", 4, "2018"),
    ],
)
def test_a_problem_names_the_cell_it_is_about(small_plan, old, new, code, row, column):
    assert old in SHEET
    places = {(problem.code, problem.row, problem.column) for problem in checked(small_plan, SHEET.replace(old, new)).errors}
    assert (code, row, column) in places


def test_a_figure_without_the_row_that_belongs_to_it_is_told(small_plan):
    problems = checked(small_plan, SHEET.replace("b;Antal svar;181\n", "")).errors
    assert told(problems) == {"blank"} and problems[0].row == 4


def test_a_row_set_aside_belongs_to_no_figure(small_plan):
    source = SOURCE + '[unused.area]\n"Hele byen" = "not an area"\n'
    sheet = SHEET + "Hele byen;Tryg, pct.;60\nHele byen;Antal svar;900\n"
    (delivery,) = checked(small_plan, sheet, source).deliveries
    assert (delivery.files.at[0, "used"], delivery.files.at[0, "set_aside"]) == (8, 2)


def test_a_word_under_rows_that_stands_nowhere_is_told(small_plan):
    (problem,) = checked(small_plan, source=SOURCE + '"Svar" = { is = "answers" }\n').problems
    assert (problem.code, problem.column) == ("matches_nothing", "rows.Svar")


@pytest.mark.parametrize("entry", ['{ is = "answer" }', '{ unit = "percent" }', '"safe"', "{ }"])
def test_what_a_row_is_must_be_said_in_the_words_there_are(small_plan, entry):
    assert told(checked(small_plan, source=SOURCE + f'"Svar" = {entry}\n').errors) == {"bad_row"}


def test_rows_need_a_column_with_their_words(small_plan):
    assert told(checked(small_plan, source=SOURCE.replace('"Måling" = "indicator"', '"Måling" = "note"')).errors) == {"rows_without_column"}
