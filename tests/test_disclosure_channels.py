"""What else a reader gets tells no hidden figure either: the numbers beside money."""

from datetime import date

import pandas as pd
from attacker import cases_behind
from conftest import agreement_of, count, observed

from analysis.disclosure import protect, without_cases
from analysis.editions import VERDICTS, changes, read_ledger, write_edition

AGREEMENT = agreement_of()


def loss(area: str, value: float, cases: float, **more) -> dict:
    return {"indicator": "loss", "area": area, "period": "2018", "value": value, "denominator": cases} | more


# --- cases behind money --------------------------------------------------------------------------------------


def test_no_table_tells_how_many_cases_are_behind_money_so_that_nothing_is_left_by_subtraction():
    """9 cases cost money, 7 of them are counted beside it: the 2 of the hidden kind are what is left."""
    rows = [count("a", 2018, 2), count("a", 2018, 7, "evenings"), loss("a", 90_000, 9), loss("b", 80_000, 12, published=True)]
    table = protect(observed(*rows), AGREEMENT)
    assert table.set_index(["indicator", "area"]).loc["loss", "value"].tolist() == [90_000, 80_000]
    assert cases_behind(table, {"loss"}) == {}


def test_an_edition_without_the_cases_behind_money_calls_no_figure_revised(tmp_path):
    true = observed(loss("a", 90_000, 9), loss("b", 40_000, 3))
    shown = protect(true, AGREEMENT)
    verdicts = pd.DataFrame(columns=VERDICTS)
    edition = write_edition(tmp_path / "editions", 2018, shown, verdicts, verdicts, {}, date(2018, 1, 1), False, true, tmp_path / "kept")
    assert cases_behind(read_ledger(edition.parent), {"loss"}) == {}
    ledger = without_cases(read_ledger(edition.parent, tmp_path / "kept"), AGREEMENT)
    assert changes(ledger, without_cases(true, AGREEMENT), shown).empty
    other = observed(loss("a", 95_000, 9), loss("b", 41_000, 3))
    assert changes(ledger, without_cases(other, AGREEMENT), protect(other, AGREEMENT))["area"].tolist() == ["a", "b"]
