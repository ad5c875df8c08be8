"""Indicators of the same events are hidden together: what is hidden of one is not read from the other."""

import pytest
from conftest import PLAN, agreement_of, count, indicator, observed

from analysis.protecting.disclosure import protection
from analysis.protecting.same_events import LEAST, same_events

MONEY = indicator("cost", unit="dkk", uncertainty="none", disclosure="money")
TWO = agreement_of(indicators=indicator("reports") + indicator("of_the_agreement", period="agreement_year") + MONEY)
MONTHS = [2, 0, 8, 5, 6, 9, 7, 5, 6, 8, 7, 9]


def months(id_: str, numbers=MONTHS, area: str = "a", **more) -> list[dict]:
    return [count(area, f"2018-{month:02d}", number, indicator=id_) | more for month, number in enumerate(numbers, 1)]


def status_of(*rows: dict, agreement=TWO) -> dict:
    table = protection(observed(*rows), agreement).table
    return {(row.indicator, row.area, row.period): row.status for row in table.itertuples()}


def test_a_month_that_one_of_two_counts_hides_is_not_shown_by_the_other():
    """By the calendar year January is hidden beside a partner; by the agreement year the partner was shown."""
    calendar = [*months("reports"), count("a", "2018", sum(MONTHS), indicator="reports")]
    agreement = [*months("of_the_agreement"), count("a", "2017/2018", 60, indicator="of_the_agreement")]
    status = status_of(*calendar, *agreement)
    hidden = [{period for (id_, _, period), each in status.items() if id_ == asked and each == "suppressed" and "/" not in period} for asked in TWO.indicators]
    assert "2018-01" in hidden[0] and {each for each in hidden[0] if "-" in each} == {each for each in hidden[1] if "-" in each}


def test_no_kroner_are_shown_where_the_count_that_is_0_is_hidden():
    rows = [count(area, "2018", number) for area, number in (("a", 0), ("b", 9), ("c", 7), ("d", 12))] + [count("a", "2019", 6), count("combined", "2018", 28)]
    cost = [row | {"indicator": "cost", "value": row["value"] * 1000, "denominator": row["value"]} for row in rows]
    agreement = agreement_of(indicators=indicator("reports") + MONEY, plan=PLAN + "hide_zero = true\n")
    status = status_of(*rows, *cost, agreement=agreement)
    assert status["reports", "a", "2018"] == "suppressed"
    for id_, area, period in status:
        if id_ == "reports" and status[id_, area, period] == "suppressed":
            assert status["cost", area, period] == "suppressed" or area != "a"


@pytest.mark.parametrize(
    ("other", "found"),
    [(MONTHS, {"of_the_agreement": "reports"}), ([*MONTHS[:-1], 10], {}), (MONTHS[: LEAST - 1], {}), (MONTHS[:LEAST], {"of_the_agreement": "reports"})],
    ids=["the same", "one is another", "too few", "enough"],
)
def test_two_counts_are_of_the_same_events_where_all_months_that_both_have_are_the_same(other, found):
    assert same_events(observed(*months("reports"), *months("of_the_agreement", other)), TWO) == found


def test_counts_of_nothing_are_not_of_the_same_events():
    assert same_events(observed(*months("reports", [0] * 12), *months("of_the_agreement", [0] * 12)), TWO) == {}


def test_money_is_of_the_events_that_are_as_many_as_its_cases():
    cost = months("cost", [1000 * number for number in MONTHS])
    cost = [row | {"denominator": number} for row, number in zip(cost, MONTHS, strict=True)]
    assert same_events(observed(*months("reports"), *cost), TWO) == {"cost": "reports"}
    assert same_events(observed(*months("reports"), *months("cost", MONTHS, denominator=7)), TWO) == {}
