"""Indicators of the same events are hidden together: what is hidden of one is not read from the other."""

import pytest
from conftest import PLAN, agreement_of, count, criterion, indicator, observed

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
    """Of a year with small months 0 is hidden as well; 0 kroner there would tell which months those are."""
    numbers = [2, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0]
    cost = [row | {"indicator": "cost", "value": 1000 * n, "denominator": n} for row, n in zip(months("reports", numbers), numbers, strict=True)]
    status = status_of(*months("reports", numbers), count("a", "2018", sum(numbers)), *cost)
    nothing = [f"2018-{month:02d}" for month, number in enumerate(numbers, 1) if not number]
    hidden = {period for period in nothing if status["reports", "a", period] == "suppressed"}
    assert hidden and hidden == {period for period in nothing if status["cost", "a", period] == "suppressed"}


@pytest.mark.parametrize(("more", "hidden"), [("", False), ("hide_zero = true\n", True)])
def test_0_kroner_are_hidden_where_the_register_hides_0(more, hidden):
    rows = [count(area, "2018", 1000 * n, indicator="cost") | {"denominator": n} for area, n in zip("abcd", (0, 9, 7, 12), strict=True)]
    status = status_of(*rows, agreement=agreement_of(indicators=MONEY, plan=PLAN + more, criteria=criterion('kind = "direction"', indicator="cost")))
    assert (status["cost", "a", "2018"] == "suppressed") == hidden


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


COUNTED = {"a": (3, 12), "b": (10, 2), "c": (9, 14), "d": (21, 25)}
OUT_OF = {"a": 60, "b": 13, "c": 65, "d": 78}
SHARE = indicator("moved", unit="share", measure="ratio", combine="ratio", uncertainty="none")
YEARS = (2018, 2019)


def by_year(id_: str, of: dict | None = None) -> list[dict]:
    """Each area's two years, and what we add them up to; as a share where it is said out of how many."""
    places = COUNTED | {"combined": tuple(map(sum, zip(*COUNTED.values(), strict=True)))}
    rows = [count(area, str(year), n, indicator=id_) for area, numbers in places.items() for year, n in zip(YEARS, numbers, strict=True)]
    rows = [row | {"status": "derived"} if row["area"] == "combined" else row for row in rows]
    if of is None:
        return rows
    sizes = of | {"combined": sum(of.values())}
    return [row | {"value": row["value"] / sizes[row["area"]], "numerator": row["value"], "denominator": sizes[row["area"]]} for row in rows]


def hidden_of(status: dict, id_: str) -> set:
    return {(area, period) for (each, area, period), said in status.items() if each == id_ and said == "suppressed"}


def test_what_a_share_hides_is_not_read_from_the_count_of_the_same_events():
    """Of the share b's 10 of 13 are hidden, as they leave 3, and nobody else beside a's 3; of the count d's 21 were: 43 − 10 − 9 − 21 is 3."""
    agreement = agreement_of(indicators=indicator("reports") + SHARE)
    status = status_of(*by_year("reports"), *by_year("moved", OUT_OF), agreement=agreement)
    assert same_events(observed(*by_year("reports"), *by_year("moved", OUT_OF)), agreement) == {"moved": "reports"}
    assert hidden_of(status, "reports") == hidden_of(status, "moved") > {("a", "2018"), ("b", "2018"), ("b", "2019")}


@pytest.mark.parametrize("combine", ["none", "unique"])
def test_what_one_count_hides_is_not_read_from_another_that_is_summed_otherwise(combine):
    """An indicator without a sum needs no partner; the same figures with one do. Persons of two areas are once in what is counted once."""
    agreement = agreement_of(indicators=indicator("reports") + indicator("each", combine=combine))
    other = [row for row in by_year("each") if row["area"] != "combined"]
    other += [] if combine == "none" else [count("combined", str(year), 38, indicator="each") for year in YEARS]
    status = status_of(*by_year("reports"), *other, agreement=agreement)
    assert hidden_of(status, "reports") >= {("a", "2018"), ("b", "2019")}
    assert {each for each in hidden_of(status, "reports") if each[0] != "combined"} == {each for each in hidden_of(status, "each") if each[0] != "combined"}
