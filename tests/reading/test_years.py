"""A year of which a half, quarter or month lacks has no figure, and that is told."""

import pytest
from accounts import every_row_is_accounted_for  # noqa: F401

ABSENT = '\n[[absent]]\nperiod = "%s"\nreason = "not counted then"\n'
NONE = ABSENT % "1999"


def told(small_plan, *periods: str, entry: str = NONE):
    rows = "".join(f"{area};{period};reports;3\n" for period in periods for area in "abcd")
    return [problem for problem in small_plan(counts=rows, more_counts=entry).check().problems if problem.code == "year_unfinished"]


@pytest.mark.parametrize(
    ("periods", "lacking"),
    [
        (["2018-Q1", "2018-Q2", "2018-Q3"], "2018-Q4"),
        (["2018-H2"], "2018-H1"),
        ([f"2018-{month:02}" for month in (1, 2, 3, 5, 6, 7, 8, 9, 10)], "2018-04, 2018-11 – 2018-12"),
        (["2018-Q1", "2018-Q2", "2018-H2"], "2018-H2 + 2018-Q1 + 2018-Q2"),
    ],
)
def test_what_lacks_of_a_year_is_named_once_with_its_areas(periods, lacking, small_plan):
    (problem,) = told(small_plan, *periods)
    assert (problem.level, problem.detail["lacking"], problem.detail["areas"]) == ("warning", lacking, "A, B, C, D")
    assert lacking in problem.line("en") and lacking in problem.line("da")


@pytest.mark.parametrize("periods", [["2018"], ["2018-H1", "2018-H2"], [f"2018-Q{quarter}" for quarter in (1, 2, 3, 4)], ["2018-01", "2018"]])
def test_a_year_that_is_there_or_made_up_is_not_told(periods, small_plan):
    assert told(small_plan, *periods) == []


@pytest.mark.parametrize("period", ["2018", "2018-Q4"])
def test_a_year_that_is_declared_absent_in_part_or_whole_is_not_told(period, small_plan):
    assert told(small_plan, "2018-Q1", "2018-Q2", "2018-Q3", entry=ABSENT % period) == []


def test_a_year_of_a_place_to_compare_with_that_lacks_a_quarter_is_told(small_plan):
    rows = "".join(f"Country;2018-Q{quarter};reports;3\n" for quarter in (1, 2, 3))
    (problem,) = [each for each in small_plan(counts=rows, more_counts=NONE).check().problems if each.code == "year_unfinished"]
    assert (problem.detail["areas"], problem.detail["lacking"]) == ("Country", "2018-Q4")
