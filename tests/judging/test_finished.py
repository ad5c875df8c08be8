"""Tables that pages are made of come back from their files as they were judged."""

from decimal import Decimal

import pandas as pd
import pytest
from pages import example_copy

from analysis.judging import finished
from analysis.judging.digits import in_floats
from analysis.judging.lookup import in_few_blocks
from analysis.plan import Plan


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Plan:
    return Plan.load(example_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("plan")))


@pytest.mark.parametrize("name", [name for name in finished.TABLES if name not in ("gaps", "latest")])
def test_a_table_read_back_is_the_one_that_was_judged(name, plan, tmp_path):
    [(_, judged)] = finished.judged(plan.agreement, plan.exact_observations, plan.year, [name])
    assert len(judged), "the example has such figures"
    finished.write(judged, tmp_path / f"{name}.csv")
    read, again = (in_few_blocks(in_floats(table)) for table in (finished.read(tmp_path / f"{name}.csv"), judged.reset_index(drop=True)))
    pd.testing.assert_frame_equal(read, again, check_exact=True)


def test_sums_of_years_are_read_back_digit_by_digit(plan, tmp_path):
    finished.write(plan.exact_periods, tmp_path / "periods.csv")
    read = finished.read(tmp_path / "periods.csv").set_index("criterion")
    assert read.loc["T3", "path_total"] == Decimal("333.16164375") and type(read.loc["T3", "total"]) is Decimal


@pytest.mark.parametrize("name", finished.TABLES)
def test_a_table_without_rows_can_be_read(name, plan, tmp_path):
    [(_, judged)] = finished.judged(plan.agreement, plan.exact_observations.iloc[:0], plan.year, [name])
    finished.write(judged.iloc[:0], tmp_path / f"{name}.csv")
    assert finished.read(tmp_path / f"{name}.csv").empty
