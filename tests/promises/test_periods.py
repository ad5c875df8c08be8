"""Periods and days as Danish suppliers write them: what is plainly one is read, nothing is guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.promises.periods import is_state, months_of, overlap, parse_date, parse_period, period_of, split

PERIODS = {
    "3. kvartal 2019": "2019-Q3",
    "3.kvartal 2019": "2019-Q3",
    "2. kvt. 2019": "2019-Q2",
    "2019K3": "2019-Q3",
    "2019Q3": "2019-Q3",
    "2019-k1": "2019-Q1",
    "1. halvår 2018": "2018-H1",
    "2. Halvår, 2018": "2018-H2",
    "2018H2": "2018-H2",
    "2018-h1": "2018-H1",
    "2. kvt 2019": "2019-Q2",
    "Q1-2018": "2018-Q1",
    "K4 2018": "2018-Q4",
    "2018 K4": "2018-Q4",
    "2018, 1. kvartal": "2018-Q1",
    "H1 2018": "2018-H1",
    "jan-mar 2018": "2018-Q1",
    "okt. – dec. 2018": "2018-Q4",
    "juli-december 2018": "2018-H2",
    "Jan-dec 2018": "2018",
    "jan. 2018": "2018-01",
    "marts 2019": "2019-03",
    "Marts 2019": "2019-03",
    "sept. 2019": "2019-09",
    "maj 2019": "2019-05",
    "2018M03": "2018-03",
    "2018-12": "2018-12",
    "2017/18": "2017/2018",
    "2017/2018": "2017/2018",
    "1999/00": "1999/2000",
    "ultimo 2017": "2017",
    "Ultimo 2017": "2017",
    "2015-2016": "2015-2016",
}
NONE = [
    "3. kvartal",
    "5. kvartal 2019",
    "Q5-2018",
    "feb-apr 2018",
    "mar-jan 2018",
    "jan-feb 2018",
    "jan-marts",
    "jan-18",
    "Januar",
    "0. halvår 2018",
    "3. halvår 2018",
    "marts 19",
    "martz 2019",
    "march 2019",
    "2018M13",
    "2018-00",
    "2018M3",
    "2017/19",
    "2018/17",
    "2017-18",
    "primo 2017",
    "2016-2016",
    "2018.0",
    "2018,0",
    "２０１８",
    "٢٠١٨",
    "2018 ",
    "2018\n",
    "år 2018",
    "kvartal 3 2019",
    "201803",
]


@pytest.mark.parametrize("text", PERIODS)
def test_a_period_is_read(text):
    assert parse_period(text) == PERIODS[text] and is_state(text) == text.lower().startswith("ultimo")


@pytest.mark.parametrize("text", NONE)
def test_what_is_not_plainly_a_period_is_none(text):
    assert parse_period(text) is None


DAYS = {
    "2018-04-03": (4, 3),
    "03-04-2018": (4, 3),
    "3-4-2018": (4, 3),
    "13/04/2018": (4, 13),
    "3.4.2018": (4, 3),
    "3. april 2018": (4, 3),
    "3.april 2018": (4, 3),
    "3. apr. 2018": (4, 3),
    "1. marts 2018": (3, 1),
    "03-04-2018 12:30": (4, 3),
    "2018-04-03T00:00:00": (4, 3),
    "2018-04-03 00:00:00.000": (4, 3),
}
NO_DAYS = [
    "03-04-18",
    "04/13/2018",
    "30-02-2018",
    "29-02-2018",
    "2018-04",
    "3. apri 2018",
    "31. april 2018",
    "43193",
    "",
    "03-04-2018x",
    "٣-04-2018",
    "03-04-٢٠١٨",
]


@pytest.mark.parametrize("text", DAYS)
def test_a_day_is_read_with_the_day_before_the_month(text):
    assert parse_date(text) == date(2018, *DAYS[text])


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_is_not_plainly_a_day_is_none(text):
    assert parse_date(text) is None


def test_a_declared_way_to_write_days_is_the_only_one():
    assert parse_date("03.04.18", "%d.%m.%y") == date(2018, 4, 3) == parse_date("04/03/2018", "%m/%d/%Y")
    assert parse_date("2018-04-03", "%d.%m.%y") is None and parse_date("2018-04-03", "%") is None


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_comes_back_from_each_way_to_write_it(day):
    assert {parse_date(text) for text in (day.isoformat(), f"{day:%d-%m-%Y}", f"{day.day}/{day.month}/{day.year}", f"{day:%d.%m.%Y}")} == {day}


@given(st.text(max_size=20))
def test_no_text_is_a_crash_and_every_period_is_read_again_as_itself(text):
    period = parse_period(text)
    parse_date(text)
    assert period is None or (parse_period(period) == period and len(months_of(period)) > 0)


def test_months_overlap_where_periods_share_one():
    assert overlap("2018", "2018-H1") and overlap("2017/2018", "2018") and overlap("2018-Q1", "2018-03")
    assert not overlap("2018-H1", "2018-H2") and not overlap("2018", "2018") and not overlap("2018", "undated") and not overlap("2017/2018", "2018-10")


@pytest.mark.parametrize("period", ["2018-01", "2018-12", "2018-Q1", "2018-Q4", "2018-H2"])
def test_a_period_is_found_again_from_its_first_month_and_length(period):
    assert period_of(months_of(period).start, len(months_of(period))) == period


@pytest.mark.parametrize("period", ["2018", "2017/2018"])
def test_a_year_is_the_months_of_its_parts(period):
    for parts in split(period):
        assert [month for part in parts for month in months_of(part)] == list(months_of(period))
