"""What shows only between figures: totals, publications that agree, areas that lack, jumps between kinds of years, figures sent twice."""

import shutil
from decimal import Decimal

import pandas as pd
import pytest
from conftest import COUNTS_HEADER, COUNTS_SOURCE, SURVEY_SOURCE, one, told

from analysis.judging.observations import read_csv, write_csv

ABCD = "".join(f"{area};{{0}};{{1}};{number}\n" for area, number in zip("abcd", (10, 20, 30, 40), strict=True))
NONE = '\n[[absent]]\narea = "a"\nperiod = "2001"\nreason = "so that every area must be there"\n'


def rows(period: object = 2018, id_: str = "reports") -> str:
    return ABCD.format(period, id_)


def test_money_adds_up_as_on_paper(small_plan):
    cells = "a;2018;loss;0,10\nb;2018;loss;0,20\nc;2018;loss;0\nd;2018;loss;0\ncombined;2018;loss;"
    source = COUNTS_SOURCE + '[constants]\nunit = "dkk"\n'
    assert small_plan(counts=cells + "0,30", counts_source=source).check().problems == []
    assert told(small_plan(counts=cells + "0,31", counts_source=source).check().errors) == {"total_differs"}


@pytest.mark.parametrize(("total", "code"), [(40, None), (100, None), (60, None), (39, "total_impossible"), (101, "total_impossible")])
def test_different_persons_together_are_between_the_largest_area_and_the_sum(total, code, small_plan):
    checked = small_plan(counts=rows(id_="parents") + f"combined;2018;parents;{total}").check()
    assert told(checked.errors) == ({code} if code else set())
    assert code is None or (checked.errors[0].row == 6 and "40" in str(checked.errors[0]) and "100" in str(checked.errors[0]))


def test_a_total_is_not_judged_while_an_area_is_withheld(small_plan):
    assert small_plan(counts=rows().replace(";10", ";<5") + "combined;2018;reports;92").check().errors == []


def test_an_area_that_lacks_is_told_for_its_indicator_and_period_and_only_there(small_plan):
    cells = rows() + rows(2019).replace("c;2019;reports;30\n", "")
    (problem,) = small_plan(counts=cells, more_counts=NONE).check().errors
    assert (problem.code, problem.file) == ("area_missing_in_file", "counts/counts.csv") and "C is missing for reports in 2019" in str(problem)
    declared = '\n[[absent]]\narea = "c"\nperiod = "2019"\nreason = "a fire"\n'
    found = small_plan(counts=cells, more_counts=declared).observations().set_index(["area", "period"])
    assert found.loc[("c", "2019"), ["status", "note"]].tolist() == ["not_delivered", "a fire"] and found.at[("c", "2018"), "value"] == 30
    assert "absent_is_there" in told(small_plan(counts=rows() + rows(2019), more_counts=declared).check().errors)


@pytest.mark.parametrize("parts", [["2018H1", "2018H2"], ["2018K1", "2018K2", "2018K3", "2018K4"], [f"2018-{month:02}" for month in range(1, 13)]])
def test_a_year_beside_all_its_parts_is_their_sum(parts, small_plan):
    source = "nested_periods = true\n" + COUNTS_SOURCE
    cells = "".join(rows(part) for part in parts)
    year = "".join(f"{area};2018;reports;{number * len(parts)}\n" for area, number in zip("abcd", (10, 20, 30, 40), strict=True))
    assert small_plan(counts=cells + year, counts_source=source).check().errors == []
    checked = small_plan(counts=cells + year.replace(f";{10 * len(parts)}\n", ";7\n"), counts_source=source).check()
    assert told(checked.errors) == {"year_differs"} and checked.errors[0].row == 2 + 4 * len(parts)
    lacking = "".join(rows(part) for part in parts[:-1])  # nothing to compare with
    assert small_plan(counts=lacking + year, counts_source=source).check().errors == []


def test_a_calendar_year_is_not_compared_with_an_agreement_year(small_plan):
    source = "nested_periods = true\njump = 2\n" + COUNTS_SOURCE
    cells = rows("2016/17") + rows("2017/18").replace(";10", ";50") + rows(2017) + rows(2018).replace(";40", ";41")
    (problem,) = small_plan(counts=cells, counts_source=source).check().problems
    assert (problem.code, problem.row, problem.level) == ("jump", 6, "warning")


PUBLISHED = """contract = "published"
publisher = "The press"
files = ["survey.csv"]
jump = 3
[columns]
omraade = "area"
aar = "period"
indikator = "indicator"
andel = "value"
svar = "source"
[constants]
unit = "count"
"""


@pytest.fixture
def press(small_plan):
    def write(cells: str):
        plan = small_plan(survey=cells, survey_source=PUBLISHED)
        (plan.folder / "sources.csv").write_text("source_id,title,publisher,year,url\nS1,t,p,2013,\nS2,t,p,2013,\n")
        return plan.check()

    return write


def test_publications_that_agree_are_one_figure_in_totals_and_jumps(press):
    twice = "".join(
        f"{area};{year};reports;{number};{source}\n"
        for source in ("S1", "S2")
        for year in (2017, 2018)
        for area, number in (("a", 1), ("b", 2), ("c", 3), ("d", 4), ("combined", 10))
    )
    assert press(twice).problems == []
    assert told(press(twice.replace("d;2018;reports;4", "d;2018;reports;14")).problems) == {"total_differs"}


def test_publications_that_disagree_are_told_and_make_no_other_trouble(press):
    cells = "a;2017;reports;1;S1\na;2018;reports;1;S1\na;2018;reports;9;S2\n"
    assert [problem.code for problem in press(cells).problems] == ["conflict", "conflict"]


def test_the_same_figure_from_two_folders_is_refused_and_from_a_later_delivery_taken(small_plan):
    plan = small_plan(counts=rows())
    second = plan.folder / "second"
    second.mkdir()
    (second / "counts.csv").write_text(COUNTS_HEADER + rows().replace(";10", ";11"))
    (second / "source.toml").write_text(COUNTS_SOURCE)
    checked = plan.check()
    assert [(problem.code, problem.file, problem.row) for problem in checked.errors] == [("delivered_twice", "second/counts.csv", row) for row in (2, 3, 4, 5)]
    (second / "source.toml").write_text("delivery = 2\n" + COUNTS_SOURCE)
    found = plan.observations().set_index("area")["value"]
    assert found["a"] == 11 and found["combined"] == 101


def test_three_deliveries_of_one_figure_leave_the_last(small_plan):
    later = "".join(f'[[correction]]\ndelivery = {number}\nfiles = ["{number}.csv"]\n' for number in (3, 2))
    plan = small_plan(counts=rows(), more_counts="\n" + later)
    for number in (2, 3):
        (plan.folder / "counts" / f"{number}.csv").write_text(COUNTS_HEADER + f"a;2018;reports;1{number}\n")
    checked = plan.check()
    assert not checked.errors and plan.observations().set_index("area")["value"]["a"] == 13
    assert checked.revised["after"].tolist()[-1] == 13 and checked.deliveries[0].table["set_aside"].eq("revised by delivery 3").sum() == 2


def test_a_doubt_and_a_confirmation_may_use_the_suppliers_words(small_plan):
    more = '\n[values.indicator]\nanm = "reports"\n[areas]\nAA = "a"\n[[doubt]]\narea = "AA"\nperiod = "2018"\nindicator = "anm"\nreason = "why"\n'
    (problem,) = small_plan(counts="AA;2018;anm;5\nb;2018;anm;5", more_counts=more).check().problems
    assert (problem.code, problem.row) == ("suspect", 2)


def test_a_survey_has_no_total_to_add_up(small_plan):
    cells = "".join(f"{area};2018;safe;{share};100\n" for area, share in (("a", 50), ("b", 60), ("c", 70), ("d", 80), ("combined", 64)))
    assert small_plan(survey=cells, survey_source=SURVEY_SOURCE).check().problems == []


def test_a_figure_keeps_its_digits_from_the_cell_to_the_table(small_plan, tmp_path):
    plan = small_plan(survey="a;2016;safe;58,0;180\nb;2016;safe;10,0;210\nc;2016;safe;72;210\nd;2016;safe;14,7;30")
    (delivery,) = plan.check().deliveries
    assert [str(value) for value in delivery.table["value"]] == ["0.580", "0.100", "0.72", "0.147"]
    assert set(map(type, delivery.table["answers"])) == {Decimal}
    write_csv(delivery.table, tmp_path / "survey.csv")
    assert list(read_csv(tmp_path / "survey.csv")["value"]) == ["0.580", "0.100", "0.72", "0.147"]


@pytest.mark.parametrize(("total", "code"), [(70, "total_of_some"), (69, "total_below_some"), (71, None), (0, "total_below_some")])
@pytest.mark.parametrize("lacking", ["?", "absent"])
def test_a_total_beside_an_area_without_a_figure_is_more_than_the_other_areas(lacking, total, code, small_plan):
    cells = rows().replace("c;2018;reports;30\n", "" if lacking == "absent" else "c;2018;reports;?\n") + f"combined;2018;reports;{total}"
    more = '\n[[absent]]\narea = "c"\nperiod = "2018"\nreason = "a fire"\n' if lacking == "absent" else '\n[missing]\n"?" = "not_available"\n'
    errors = small_plan(counts=cells, more_counts=more).check().errors
    assert told(errors) == ({code} if code else set())
    if code:
        assert errors[0].row == (5 if lacking == "absent" else 6) and "C" in str(errors[0]) and "70" in str(errors[0]) and "[unused.area]" in str(errors[0])
    confirmed = more + '\n[[confirmed]]\narea = "combined"\nperiod = "2018"\nindicator = "reports"\nreason = "there were none in c"\n'
    assert told(small_plan(counts=cells, more_counts=confirmed).check().errors) == ({code} if code == "total_below_some" else set())


def test_different_persons_of_some_areas_are_at_least_those_of_the_largest(small_plan):
    cells = rows(id_="parents").replace(";30", ";<5") + "combined;2018;parents;"
    assert [told(small_plan(counts=cells + total).check().errors) for total in ("39", "40", "70")] == [{"total_below_some"}, set(), set()]


def test_shares_of_the_areas_have_no_sum_and_their_counts_have(small_plan):
    source = COUNTS_SOURCE.replace('contract = "counts"', 'contract = "moves"') + '[constants]\nunit = "percent"\n'
    assert told(small_plan(counts=rows(id_="moves") + "combined;2018;moves;25", counts_source=source).check().errors) == set()


@pytest.mark.parametrize(
    ("again", "codes", "value", "status"), [(10, [], 10, "printed"), (11, ["conflict"] * 2, None, "not_available")], ids=["agree", "disagree"]
)
def test_publications_in_two_folders_agree_or_disagree_as_in_one(again, codes, value, status, small_plan):
    plan = small_plan(survey="a;2018;reports;10;S1\n", survey_source=PUBLISHED, more_survey=NONE)
    (plan.folder / "sources.csv").write_text("source_id,title,publisher,year,url\nS1,t,p,2013,\nS2,t,p,2013,\n")
    shutil.copytree(plan.folder / "survey", plan.folder / "paper")
    (plan.folder / "paper" / "survey.csv").write_text((plan.folder / "survey" / "survey.csv").read_text().replace("10;S1", f"{again};S2"))
    checked = plan.check()
    assert ([problem.code for problem in checked.problems], checked.errors) == (codes, [])
    row = one(plan.observations(), area="a")
    assert (None if pd.isna(row["value"]) else row["value"], row["status"]) == (value, status)
    assert sorted(row["source"].split("; ")) == ["paper:S2", "survey:S1"]


# --- a column copied twice --------------------------------------------------------------------------------

YEARLY = (31, 27, 40, 22, 35, 29)  # 2013-2018


def yearly(id_: str, of_a: tuple, of_b: tuple | None = None) -> str:
    """An area's figures of six years, and those of three others, which are like no other's."""
    cells = [(area, of_a if area == "a" else of_b if area == "b" and of_b else [100 * n + 7 * i + len(id_) for i in range(6)]) for n, area in enumerate("abcd")]
    return "".join(f"{area};{2013 + i};{id_};{number}\n" for area, numbers in cells for i, number in enumerate(numbers))


def copies(plan) -> list:
    return [problem for problem in plan.check().problems if problem.code == "copied"]


def test_an_indicator_with_another_s_figures_year_by_year_is_warned_of_as_a_copied_column(small_plan):
    (problem,) = copies(small_plan(counts=yearly("reports", YEARLY) + yearly("evenings", (1, *YEARLY[1:]))))
    assert (problem.level, problem.file, problem.row) == ("warning", "counts/counts.csv", 27)
    assert "the same figures as reports (A)" in str(problem) and "for 5 periods in a row (2014–2018)" in str(problem)
    (areas,) = copies(small_plan(counts=yearly("reports", YEARLY, YEARLY)))
    assert "for 6 periods in a row" in str(areas) and "(A)" in str(areas) and areas.entry == "B, reports"


def test_a_year_with_the_figures_of_the_year_before_in_every_area_is_warned_of(small_plan):
    (problem,) = small_plan(counts=rows(2017) + rows(2018)).check().problems
    assert (problem.code, problem.level, problem.row) == ("copied_year", "warning", 6) and "has in 2018 the figures of 2017, in all 4" in str(problem)
    assert small_plan(counts=rows(2017) + rows(2018).replace(";40", ";41")).check().problems == []
    assert small_plan(counts=rows(2017, "evenings") + rows(2018, "evenings")).check().problems == [], "of a full count nobody knows what chance does"
    few = small_plan(
        counts="a;2017;reports;0\nb;2017;reports;1\nc;2017;reports;0\nd;2017;reports;2\na;2018;reports;0\nb;2018;reports;1\nc;2018;reports;0\nd;2018;reports;2\n"
    )
    assert few.check().problems == [], "small numbers come again by chance"


def test_a_survey_with_the_shares_of_the_year_before_is_warned_of(small_plan):
    years = "".join(f"{area};{year};safe;{share};240\n" for year in (2017, 2018) for area, share in zip("abc", ("61,2", "58,4", "70,9"), strict=True))
    assert [problem.code for problem in small_plan(survey=years).check().problems] == ["copied_year"]


@pytest.mark.parametrize("other", [(0, 1, 0, 1, 0, 0), (4, 4, 4, 4, 4, 4), (31, 27, 40, 22, 36, 29)])
def test_figures_that_chance_makes_alike_and_figures_that_differ_are_no_copies(other, small_plan):
    mine = other if len(set(other)) < 3 else YEARLY
    assert copies(small_plan(counts=yearly("reports", mine) + yearly("evenings", other))) == []


def test_figures_that_are_confirmed_are_no_copies(small_plan):
    confirmed = '\n[[confirmed]]\nindicator = "evenings"\narea = "a"\nreason = "an evening after each report"\n'
    assert copies(small_plan(counts=yearly("reports", YEARLY) + yearly("evenings", YEARLY), more_counts=confirmed)) == []


def test_that_figures_are_another_s_is_told_to_others_only_where_both_are_never_hidden(small_plan):
    hidden = small_plan(counts=yearly("reports", YEARLY) + yearly("evenings", YEARLY)).check()
    assert told(hidden.problems) == {"copied"} and hidden.reportable == [] and hidden.looks_for_jumps
    assert small_plan(counts=yearly("reports", YEARLY)).check().looks_for_jumps, "whether or not there is a copy"
    shown = small_plan(counts=yearly("visitors", YEARLY) + yearly("evenings", YEARLY)).check()
    assert [str(problem) for problem in shown.reportable] == [str(problem) for problem in shown.problems] != []
