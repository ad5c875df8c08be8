"""A start that lies far out among the years before it is told: what begins far out tends to come back by itself."""

import pytest
from conftest import agreement_of, count, criterion, gone, indicator, judge, observed, one, years_together
from scipy import stats

FROM_2017 = "baseline_year = 2017"
PROMISE = criterion('kind = "change_per_year", change = -0.15, from = "baseline", path = "compound"', more=FROM_2017)


def start(*numbers: float | None, id: str = "reports", promise: str = PROMISE, **parts: object):
    """The row of 2018, whose start in 2017 is the last number; those before it are of the years before."""
    rows = [count("a", 2018 - len(numbers) + i, number, id) for i, number in enumerate(numbers) if number is not None]
    return one(judge(agreement_of(promise, **parts), observed(*rows, count("a", 2018, 5, id)), 2018), year=2018)


def test_six_fires_after_none_and_none_are_more_than_these_years_let_one_expect():
    """Skælskør: given six in three years, all in the third has p = 2 / 3**6."""
    assert 2 * stats.binom.sf(5, 6, 1 / 3) < 0.05
    row = start(0, 0, 6)
    assert (row["start_extreme"], row["earlier_years"]) == ("above_limits", 2)


@pytest.mark.parametrize(
    ("numbers", "extreme"),
    [
        ((20, 24, 22, 26), "largest"),
        ((20, 24, 22, 18), "smallest"),
        ((20, 24, 22, 24), ""),
        ((20, 24, 22, 60), "above_limits"),
        ((40, 44, 42, 9), "below_limits"),
        ((60, 52, 45, 39), ""),  # falling each year, as it did before: the last is always the smallest
        ((60, 52, 45, 9), "below_limits"),  # a leap all the same
    ],
)
def test_a_start_is_the_largest_or_outside_the_limits_of_the_years_before(numbers, extreme):
    assert start(*numbers)["start_extreme"] == extreme


def test_of_two_earlier_years_nothing_is_called_the_largest():
    assert start(20, 24, 26)["start_extreme"] == ""


def test_a_year_without_a_figure_is_none_of_the_earlier_ones():
    assert start(20, None, 22, 24)["earlier_years"] == 2


def test_a_full_count_lies_outside_the_limits_of_t():
    evenings = criterion('kind = "above_baseline"', "evenings", more=FROM_2017)
    reach = 10 + stats.t.ppf(0.975, 3) * 2**0.5 * (1 + 1 / 4) ** 0.5  # 9, 9, 10, 12: mean 10, variance 2
    assert 15 < reach < 16
    assert start(9, 9, 10, 12, 16, id="evenings", promise=evenings)["start_extreme"] == "above_limits"
    assert start(9, 9, 10, 12, 15, id="evenings", promise=evenings)["start_extreme"] == "largest"


def test_years_before_a_break_say_nothing_of_the_start():
    broken = indicator("reports").strip() + '\nbreaks = [{ year = 2016, da = "x", en = "x" }]\n'
    row = start(0, 0, 20, 60, indicators=broken)
    assert (row["start_extreme"], row["earlier_years"]) == ("", 1)


def test_a_chained_promise_starts_anew_each_year():
    chained = criterion('kind = "change_per_year", change = -0.10, from = "previous_actual"', more=FROM_2017)
    rows = [count("a", 2014 + i, number) for i, number in enumerate((20, 24, 22, 21, 70, 22))]
    table = judge(agreement_of(chained), observed(*rows), 2019)
    assert [one(table, year=year)["start_extreme"] for year in (2018, 2019)] == ["", "above_limits"]


def test_the_years_together_tell_of_their_first():
    rows = [count("a", 2014 + i, number) for i, number in enumerate((20, 24, 22, 70, 21, 22, 20, 23))]
    row = one(years_together(agreement_of(PROMISE), observed(*rows), 2021))
    assert (row["from_year"], row["start_extreme"], row["earlier_years"]) == (2017, "above_limits", 3)
    hidden = one(years_together(agreement_of(PROMISE), observed(*rows[:-1], gone("a", 2021, "suppressed")), 2021))
    assert hidden["start_extreme"] == ""
