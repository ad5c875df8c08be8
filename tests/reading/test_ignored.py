"""A declaration of `ignored_rows` that takes rows with figures is told, with how many: it would take them out of every sum."""

import pytest
from accounts import every_row_is_accounted_for  # noqa: F401
from conftest import COUNTS_SOURCE

ROWS = "".join(f"{area};{year};reports;{number}\n" for year, number in ((2018, 9), (2019, 11)) for area in "abcd")
TABLE = COUNTS_SOURCE.replace("[columns]", "ignored_rows = [%s]\n[columns]")


def problems(small_plan, patterns: str, rows: str = ROWS, more: str = ""):
    return [problem for problem in small_plan(counts=rows, counts_source=TABLE % patterns + more).check().problems if problem.code == "ignored_figures"]


def test_a_pattern_that_takes_rows_of_areas_with_figures_is_refused_with_how_many(small_plan):
    (problem,) = problems(small_plan, '"c*"')
    assert (problem.level, problem.found, problem.row, problem.times) == ("error", "c*", 4, 2)
    assert "2 rows" in str(problem) and "2 rækker" in problem.line("da")
    assert {each.times for each in problems(small_plan, '"*"')} == {8}


def test_one_row_named_in_full_is_told(small_plan):
    (problem,) = problems(small_plan, '"c"')
    assert (problem.level, problem.times) == ("warning", 2)


@pytest.mark.parametrize("row", ["c i alt;2018;reports;20\n", "c;;;\n", "c;2018;andet;20\n", "c;2018;reports;\n", "combined;2018;reports;40\n"])
def test_totals_notes_and_what_could_not_be_read_may_be_ignored(row, small_plan):
    assert problems(small_plan, '"c*"', ROWS.replace("c;2018;reports;9\n", row).replace("c;2019;reports;11\n", "")) == []
    assert [each.times for each in problems(small_plan, '"c*"', ROWS.replace("c;2018;reports;9\n", row))] == [1]


def test_rows_of_another_table_are_not_this_tables_to_lose(small_plan):
    rows = ROWS.replace("\n", ";ja\n") + "c;2020;reports;3;nej\n"
    source = (TABLE % '"c*"').replace("[columns]", 'where = { "holdt" = "ja" }\n[columns]')
    plan = small_plan(counts=rows, counts_source=source)
    csv = plan.folder / "counts" / "counts.csv"
    csv.write_text(csv.read_text().replace("antal", "antal;holdt"))
    assert [each.times for each in plan.check().problems if each.code == "ignored_figures"] == [2]


def test_a_row_whose_first_cell_is_blank_is_ignored_by_the_first_that_is_filled(small_plan):
    rows = ROWS + ";Antal poster: 8;;\n;I alt;;80\n"
    checked = small_plan(counts=rows, counts_source=TABLE % '"Antal poster*", "I alt"').check()
    assert [problem.code for problem in checked.problems] == [] and len(checked.deliveries[0].used) == 8
