"""What earlier editions showed is known: nobody works out a hidden figure from all of them together."""

from collections.abc import Sequence

import pandas as pd
import pytest
from attacker import attack, printed, small
from conftest import PLAN, agreement_of, examples
from hypothesis import given
from hypothesis import strategies as st
from test_disclosure_attack import AREAS, COUNTS, MONTHS, table_of, with_sums

from analysis.promises.agreement import Agreement
from analysis.protecting.disclosure import protection
from analysis.protecting.editions import shown

AGREEMENT = agreement_of()


def published(tables: list[pd.DataFrame], kept: bool = True, agreement: Agreement = AGREEMENT, registers: Sequence[Agreement] = ()) -> list[pd.DataFrame]:
    """Each true table as it is shown in an edition of its own, protected against those before.

    `kept` is whether those who protect still have the numbers that earlier editions hid; `registers` are those of each edition, where they differ.
    """
    ledger, editions = [], []
    then = {f"2018-{number}": register for number, register in enumerate(registers, 1)}
    for number, table in enumerate(tables, 1):
        editions.append(protection(table, then.get(f"2018-{number}", agreement), pd.concat(ledger) if ledger else None, then).table)
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
    for (number, key), (low, high) in attack(known, AREAS, k, enough=k - 2).items():
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


def test_a_sum_of_a_month_that_was_shown_does_not_tell_a_part_of_it_that_is_hidden_now():
    """Everybody still knows it, as no total is said to be revised: another area is hidden, as beside a delivered one."""

    def table(*numbers: int) -> pd.DataFrame:
        true = table_of({(area, "2018-03"): number for area, number in zip(AREAS, numbers, strict=True)})
        return true.assign(status=["derived" if area == "combined" else "measured" for area in true["area"]])

    tables = [table(40, 28, 8, 15), table(40, 28, 3, 20)]  # the sum is 91 in both
    editions = published(tables)
    assert {key[1] for key, value in printed(editions[1]).items() if value is None} == {"c", "d"}
    assert worked_out(tables, editions) == {}


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


# --- registers that change between editions -----------------------------------------------------------------


def of_threshold(k: int) -> Agreement:
    return agreement_of(plan=PLAN.replace("small_count = 5", f"small_count = {k}"))


def told_of_what_10_promised(tables: list[pd.DataFrame], editions: list[pd.DataFrame]) -> dict:
    """What is found out of figures hidden while 10 was the threshold when it is 5 later: the ends, and those that the first edition told."""
    figures = [printed(edition) for edition in editions]
    true = [{(row.indicator, row.area, row.period): row.value for row in table.itertuples()} for table in tables]
    once = {key for key, value in figures[0].items() if value is None}
    rule = [small(tables[0], figures[0], 10), small(tables[1], figures[1], 5) - once]  # whatever was hidden is hidden again, small now or not
    changed = {key for key in true[1] if key in true[0] and true[1][key] != true[0][key]}
    known = [(figures[0], rule[0], set()), (figures[1], rule[1], changed)]
    bare = [known[0], (dict.fromkeys(figures[1]), rule[1], changed)]
    told = {}
    for (number, key), ends in attack(known, AREAS, [10, 5], enough=8).items():
        if not number and (ends[1] - ends[0] < 8 or (key in rule[0] and ends != (1, 9))):
            first = attack(bare, AREAS, [10, 5], only={key})[0, key]
            if ends != first and (key in rule[0] or ends[1] - ends[0] < min(8, first[1] - first[0])):
                told[key] = (ends, first)
    return told


def a_year_and_the_next(first: list[int], next_: list[int]) -> list[pd.DataFrame]:
    """The areas' figures of 2018, then those of 2019 and of both years as well."""
    cells = {(area, "2018"): number for area, number in zip(AREAS, first, strict=False)}
    both = cells | {(area, "2019"): number for area, number in zip(AREAS, next_, strict=False)}
    return [table_of(cells), table_of(with_sums(both, {"2018-2019": ["2018", "2019"]}), totals=False)]


def test_a_lower_threshold_later_keeps_what_the_stricter_one_promised():
    """7 was hidden as 1 to 9. Now 3 is hidden beside it: were their sum of 10 shown, 7 would be told to be 6 to 9, which is enough for a threshold of 5."""
    tables = a_year_and_the_next([7], [3])
    registers = [of_threshold(10), of_threshold(5)]
    editions = published(tables, registers=registers)
    assert told_of_what_10_promised(tables, editions) == {}
    assert {key[2] for key, value in printed(editions[1]).items() if value is None} == {"2018", "2019", "2018-2019"}
    alone = [protection(table, register).table for table, register in zip(tables, registers, strict=True)]
    assert told_of_what_10_promised(tables, alone)["reports", "a", "2018"] == ((6, 9), (1, 9))


@given(st.lists(COUNTS, min_size=4, max_size=4), st.lists(COUNTS, min_size=4, max_size=4))
@examples(8)
def test_no_lower_threshold_later_tells_what_the_stricter_one_hid(first, next_):
    tables = a_year_and_the_next(first, next_)
    assert told_of_what_10_promised(tables, published(tables, registers=[of_threshold(10), of_threshold(5)])) == {}


def of_areas(areas: str) -> Agreement:
    return agreement_of(areas=tuple(areas))


@pytest.mark.parametrize(
    ("first", "then", "hidden"),
    [
        ({"a": 40, "b": 28, "c": 3, "d": 15}, {"a": 40, "b": 28, "c": 3, "d": 15, "e": 20}, {"c", "d"}),  # one more area, and the total with it
        ({"a": 40, "b": 28, "c": 9, "d": 15}, {"a": 40, "b": 28, "c": 9, "d": 15, "e": 3}, {"e", "combined"}),  # all else has been seen
        ({"a": 40, "b": 28, "c": 3, "d": 15}, {"a": 40, "b": 28, "c": 3}, {"c", "combined"}),  # one less
        ({"a": 40, "b": 28, "c": 9, "d": 15}, {"a": 40, "b": 28, "c": 9}, set()),
    ],
)
def test_another_set_of_areas_exposes_nothing_and_hides_no_more_than_it_must(first, then, hidden):
    """Taken for a total of the areas of now, one of then contradicts what is shown, so all was hidden and still called exposed."""
    tables = [table_of({(area, "2018"): number for area, number in areas.items()}) for areas in (first, then)]
    registers = {"2018-1": of_areas("".join(first))}
    once = protection(tables[0], registers["2018-1"]).table
    figures = shown(once).assign(edition="2018-1")
    ledger = figures.assign(**figures[["indicator", "area", "period"]].merge(tables[0], how="left")[["value", "numerator", "denominator", "decimals"]])
    found = protection(tables[1], of_areas("".join(then)), ledger, registers)
    assert {key[1] for key, value in printed(found.table).items() if value is None} == hidden and found.exposed == ()


# --- no more than must be -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("month", "number", "hidden"), [(3, 2, {"2018-04", "2018"}), (3, 25, set())])
def test_months_that_everybody_has_seen_are_not_hidden_again_when_one_of_them_is_corrected(month, number, hidden):
    """The one that is small now is, and the year that would tell it; before, all twelve, and all were called exposed."""

    def table(months: list[int]) -> pd.DataFrame:
        return table_of({("a", period): count for period, count in zip(MONTHS, months, strict=True)} | {("a", "2018"): sum(months)}, totals=False)

    first, then = table([20] * 12), table([20] * month + [number] + [20] * (11 - month))
    found = protection(then, AGREEMENT, shown(protection(first, AGREEMENT).table).assign(edition="2018-1"))
    assert {key[2] for key, value in printed(found.table).items() if value is None} == hidden and found.exposed == ()


def test_a_corrected_quarter_does_not_hide_what_neither_edition_had_to():
    """Between the quarters and the year lie half-years that nobody delivered: of a corrected quarter they are others than before."""
    quarters = [f"2018-Q{i}" for i in range(1, 5)]

    def table(second: int) -> pd.DataFrame:
        numbers = ([40, 28, 3, 15], [41, 30, 20, 18], [second, 24, 21, 17], [36, 27, 22, 16])
        cells = {(area, quarter): number for quarter, row in zip(quarters, numbers, strict=True) for area, number in zip(AREAS, row, strict=True)}
        return table_of(with_sums(cells, {"2018": quarters}))

    first, then = table(33), table(38)
    found = protection(then, AGREEMENT, shown(protection(first, AGREEMENT).table).assign(edition="2018-1"))
    alone = [{key for key, value in printed(protection(each, AGREEMENT).table).items() if value is None} for each in (first, then)]
    assert {key for key, value in printed(found.table).items() if value is None} == alone[0] == alone[1] and found.exposed == ()


@given(st.lists(COUNTS, min_size=12, max_size=12), changes, changes)
@examples(8)
def test_no_sequence_of_three_editions_with_corrections_tells_a_hidden_figure(numbers, second, third):
    assert worked_out(*sequence(numbers, ({}, second, third))) == {}


@given(st.lists(COUNTS, min_size=16, max_size=16), changes, changes)
@examples(4)
def test_no_sequence_of_editions_with_more_periods_each_tells_a_hidden_figure(numbers, second, third):
    """A half-year first, then the year and its quarters, then the year after."""
    assert worked_out(*more_periods(numbers, ({}, second, third))) == {}


def test_what_was_small_and_is_not_any_more_is_still_known_to_have_been_small():
    """Another example that hypothesis found: half a year of b was 1–4, which tells of a, which tells of its other half."""
    numbers = [3, 2, 0, 0, 2, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 1]
    assert worked_out(*more_periods(numbers, ({}, {1: 5, 8: 1}, {}))) == {}
