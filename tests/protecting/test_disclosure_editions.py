"""What earlier editions showed is known: nobody works out a hidden figure from all of them together."""

import pandas as pd
import pytest
from attacker import attack, printed, small
from conftest import PLAN, agreement_of
from hypothesis import given, settings
from hypothesis import strategies as st
from test_disclosure_attack import AREAS, COUNTS, table_of, with_sums

from analysis.promises.agreement import Agreement
from analysis.protecting.disclosure import protection
from analysis.protecting.editions import shown

AGREEMENT = agreement_of()


def published(tables: list[pd.DataFrame], kept: bool = True, agreement: Agreement = AGREEMENT) -> list[pd.DataFrame]:
    """Each true table as it is shown in an edition of its own, protected against those before.

    `kept` is whether those who protect still have the numbers that earlier editions hid.
    """
    ledger, editions = [], []
    for number, table in enumerate(tables, 1):
        editions.append(protection(table, agreement, pd.concat(ledger) if ledger else None).table)
        figures = shown(editions[-1]).assign(edition=f"2018-{number}")
        true = figures[["indicator", "area", "period"]].merge(table, how="left")[["value", "numerator", "denominator", "decimals"]]
        ledger.append(figures.assign(**true) if kept else figures)
    return editions


def worked_out(tables: list[pd.DataFrame], editions: list[pd.DataFrame], k: int = 5) -> dict:
    """What the attacker who also knows which figures were corrected finds out of all editions, and should not."""

    def true(table):
        return {(row.indicator, row.area, row.period): row.value for row in table.itertuples()}

    known = []
    for number, (table, edition) in enumerate(zip(tables, editions, strict=True)):
        figures, now = printed(edition), true(table)
        earlier = true(tables[number - 1]) if number else {}
        known.append((figures, small(table, figures, k), {key for key in now if key in earlier and now[key] != earlier[key]}))
    told = {}
    for (number, key), (low, high) in attack(known, AREAS, k).items():
        rule = key in known[number][1]
        if high - low < k - 2 or (rule and (low, high) != (1, k - 1)):
            stages = [stage for stage in range(number, len(known)) if _told_by(known, stage, number, key, k)]
            told |= {(number, key): stages} if stages else {}
    return told


def _told_by(known: list, stage: int, number: int, key: tuple, k: int) -> bool:
    """Whether what this edition shows tells more than the rule does, where it shows nothing at all."""
    figures, rule, changed = known[stage]
    low, high = attack(known[: stage + 1], AREAS, k, only={key})[number, key]
    least, most = attack([*known[:stage], (dict.fromkeys(figures), rule, changed)], AREAS, k, only={key})[number, key]
    if key in known[number][1]:
        return low > max(least, 1) or high < min(most, k - 1)
    return high - low < min(k - 2, most - least)


def one_year(*numbers: int) -> dict[tuple[str, str], int]:
    return {(area, "2018"): number for area, number in zip(AREAS, numbers, strict=True)}


def sequence(numbers: list[int], corrections: tuple[dict[int, int], ...]) -> tuple[list[pd.DataFrame], list[pd.DataFrame]]:
    """Three years and their sum, corrected from edition to edition: the true tables, and the editions."""
    tables, now = [], dict(enumerate(numbers))
    for correction in corrections:
        now |= correction
        cells = {(AREAS[i % 4], str(2016 + i // 4)): number for i, number in now.items()}
        tables.append(table_of(with_sums(cells, {"2016-2018": ["2016", "2017", "2018"]})))
    return tables, published(tables)


def more_periods(numbers: list[int], corrections: tuple[dict[int, int], ...]) -> tuple[list[pd.DataFrame], list[pd.DataFrame]]:
    """A half-year, then the year with its halves and quarters, corrected from edition to edition."""
    quarters, tables, now = [f"2018-Q{i}" for i in range(1, 5)], [], dict(enumerate(numbers))
    for stage, correction in enumerate(corrections):
        now |= correction
        cells = {(AREAS[i % 4], quarters[i // 4]): number for i, number in now.items()}
        halves = with_sums(cells, {"2018-H1": quarters[:2], "2018-H2": quarters[2:]})
        whole = with_sums(halves, {"2018": ["2018-H1", "2018-H2"]})
        tables.append(table_of({key: number for key, number in whole.items() if stage or key[1] == "2018-H1"}))
    return tables, published(tables)


CORRECTIONS = {
    "a small figure is corrected to another small one": ([40, 28, 3, 15], [40, 28, 4, 15]),
    "a small figure is corrected to a large one": ([40, 28, 3, 15], [40, 28, 12, 15]),
    "1 becomes 4, and the total tells the difference": ([40, 28, 1, 15], [40, 28, 4, 15]),
    "a large figure is corrected to a small one": ([40, 28, 7, 15], [40, 28, 3, 15]),
    "the partner is corrected": ([40, 28, 3, 15], [40, 28, 3, 12]),
    "a shown figure is corrected": ([40, 28, 3, 15], [40, 30, 3, 15]),
    "a shown figure becomes small beside a hidden one": ([40, 28, 3, 15], [40, 2, 3, 15]),
    "both small ones grow, their partner stays": ([40, 28, 4, 4], [40, 28, 9, 10]),
    "nothing is small any more": ([40, 28, 3, 15], [40, 28, 9, 15]),
}


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "lost"])
@pytest.mark.parametrize(("first", "then"), CORRECTIONS.values(), ids=CORRECTIONS)
def test_a_correction_tells_nothing_of_what_was_hidden(first, then, kept):
    tables = [table_of(one_year(*first)), table_of(one_year(*then))]
    assert worked_out(tables, published(tables, kept)) == {}


def test_two_drafts_before_and_after_a_correction_tell_what_two_editions_do_not():
    """3 becomes 12 and nothing is small any more: the totals tell the difference. So every page of a draft says that it is not to be published."""
    tables = [table_of(one_year(40, 28, 3, 15)), table_of(one_year(40, 28, 12, 15))]
    drafts = [protection(table, AGREEMENT).table for table in tables]
    assert (0, ("reports", "c", "2018")) in worked_out(tables, drafts)
    assert worked_out(tables, published(tables)) == {}


changes = st.dictionaries(st.integers(0, 11), COUNTS, max_size=3)


def test_what_an_earlier_edition_showed_hides_no_other_figure():
    """3 was shown while 3 was the threshold. Now it is 5, and d is corrected to 2: their sum 5 would tell d."""
    before = protection(table_of(one_year(40, 28, 3, 15)), agreement_of(plan=PLAN.replace("small_count = 5", "small_count = 3"))).table
    ledger = shown(before).assign(edition="2018-1")
    again = protection(table_of(one_year(40, 28, 3, 15)), AGREEMENT, ledger)
    assert {key[1] for key, value in printed(again.table).items() if value is None} == {"c"} and again.exposed == (("reports", "c", "2018"),)
    corrected = protection(table_of(one_year(40, 28, 3, 2)), AGREEMENT, ledger)
    assert {key[1] for key, value in printed(corrected.table).items() if value is None} == {"c", "d", "combined"}


def test_a_sum_that_was_shown_is_not_shown_again_when_a_part_of_it_is_hidden_now():
    """And everybody still knows it: of the two that are hidden now, neither is told by it."""

    def table(*numbers: int) -> pd.DataFrame:
        true = table_of(one_year(*numbers))
        return true.assign(status=["derived" if area == "combined" else "measured" for area in true["area"]])

    ledger = shown(protection(table(40, 28, 8, 15), AGREEMENT).table).assign(edition="2018-1")
    again = printed(protection(table(40, 28, 3, 20), AGREEMENT, ledger).table)  # the sum is still 91
    assert {key[1] for key, value in again.items() if value is None} == {"c", "d", "combined"}


def test_an_edition_that_is_protected_against_itself_is_the_same():
    true = table_of(one_year(40, 28, 3, 15) | {(area, "2019"): number for area, number in zip(AREAS, (4, 4, 20, 9), strict=True)})
    once = protection(true, AGREEMENT).table
    found = protection(true, AGREEMENT, shown(once).assign(edition="2018-1"))
    pd.testing.assert_frame_equal(found.table, once)
    assert found.exposed == ()


def test_a_revised_total_that_must_be_hidden_is_not_told_by_the_years_around_it():
    """The example that hypothesis found: what was revised is not as it was, and the new table alone must hold."""
    numbers, corrections = [0, 0, 0, 0, 0, 2, 0, 3, 3, 0, 52, 2], ({}, {10: 47}, {5: 7})
    assert worked_out(*sequence(numbers, corrections)) == {}


@given(st.lists(COUNTS, min_size=12, max_size=12), changes, changes)
@settings(max_examples=40)
def test_no_sequence_of_three_editions_with_corrections_tells_a_hidden_figure(numbers, second, third):
    assert worked_out(*sequence(numbers, ({}, second, third))) == {}


@given(st.lists(COUNTS, min_size=16, max_size=16), changes, changes)
@settings(max_examples=15)
def test_no_sequence_of_editions_with_more_periods_each_tells_a_hidden_figure(numbers, second, third):
    """A half-year first, then the year and its quarters, then the year after."""
    assert worked_out(*more_periods(numbers, ({}, second, third))) == {}


def test_what_was_small_and_is_not_any_more_is_still_known_to_have_been_small():
    """Another example that hypothesis found: half a year of b was 1–4, which tells of a, which tells of its other half."""
    numbers = [3, 2, 0, 0, 2, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 1]
    assert worked_out(*more_periods(numbers, ({}, {1: 5, 8: 1}, {}))) == {}
