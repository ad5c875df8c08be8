"""Who contributes a figure knows it, hidden or not: from its own figures no organisation works out those of another."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from attacker import attack, printed, small
from conftest import agreement_of, count, examples, indicator, observed
from hypothesis import given
from hypothesis import strategies as st
from test_disclosure_attack import AREAS, COUNTS, table_of, with_sums, years
from test_disclosure_editions import one_year, published

from analysis.promises.agreement import Agreement, Holder
from analysis.protecting.disclosure import protection


def held(**areas: str) -> Agreement:
    """The register in which each of these areas has this holder."""
    plain = agreement_of()
    places = {id_: area.model_copy(update={"holder": (areas[id_],) if id_ in areas else ()}) for id_, area in plain.areas.items()}
    return dataclasses.replace(plain, areas=places, holders={name: Holder(id=name, name=name) for name in areas.values()})


EACH_ITS_OWN = held(a="north", b="south", c="east", d="west")
TWO_EACH = held(a="north", b="north", c="south", d="south")


def worked_out_by(holder: str, agreement: Agreement, tables: list[pd.DataFrame], editions: list[pd.DataFrame], k: int = 5) -> dict:
    """What a holder finds out of all editions about figures of others, more closely than the rule tells it, with the ends."""
    known, bare = [], []
    for number, (table, edition) in enumerate(zip(tables, editions, strict=True)):
        true, figures = ({(row.indicator, row.area, row.period): row.value for row in each.itertuples()} for each in (table, edition))
        earlier = {} if not number else {(row.indicator, row.area, row.period): row.value for row in tables[number - 1].itertuples()}
        figures, changed = printed(edition), {key for key in true if key in earlier and true[key] != earlier[key]}
        rule = small(table, figures, k)
        own = {key: true[key] if key[1] in agreement.areas and agreement.is_held(holder, *key[:2]) else None for key in figures}
        known.append(({key: own[key] if value is None else value for key, value in figures.items()}, rule, changed))
        bare.append((own, rule, changed))
    told = {}
    asked = {key for figures, _, _ in known for key in figures if not holder or key[1] != "combined"}  # what is of others in a total is asked for itself
    for (number, key), (low, high) in attack(known, AREAS, k, only=asked, enough=k - 2).items():
        rule = key in known[number][1]
        if high - low < k - 2 or (rule and (low, high) != (1, k - 1)):
            least, most = attack(bare, AREAS, k, only={key})[number, key]
            if (low > max(least, 1) or high < min(most, k - 1)) if rule else high - low < min(k - 2, most - least):
                told[number, key] = (low, high)
    return told


def told_to_holders(agreement: Agreement, *tables: pd.DataFrame) -> dict[str, dict]:
    """What each holder, and one who holds nothing, finds out of the editions made of these tables."""
    editions = published(list(tables), agreement=agreement)
    hides = {area for edition in editions for area in edition.loc[edition["status"] == "suppressed", "area"]}
    holders = [holder for holder in agreement.holders if any(agreement.is_held(holder, "reports", area) for area in hides)]
    told = {holder: worked_out_by(holder, agreement, list(tables), editions) for holder in ("", *holders)}
    return {holder: its for holder, its in told.items() if its}


def hidden(table: pd.DataFrame, agreement: Agreement) -> set[str]:
    found = protection(table, agreement).table
    return set(found.loc[found["status"] == "suppressed", "area"])


def test_of_two_hidden_figures_of_two_organisations_each_would_work_out_the_other():
    true = table_of(one_year(40, 28, 3, 15))
    blind = protection(true, agreement_of()).table
    assert worked_out_by("east", EACH_ITS_OWN, [true], [blind]) == {(0, ("reports", "d", "2018")): (15, 15)}
    assert worked_out_by("west", EACH_ITS_OWN, [true], [blind]) == {(0, ("reports", "c", "2018")): (3, 3)}
    assert told_to_holders(EACH_ITS_OWN, true) == {} and hidden(true, EACH_ITS_OWN) == {"b", "c", "d"}


def test_two_hidden_figures_of_one_organisation_need_one_more_of_another():
    """South knows both; north must not learn what it does not hold, and does not."""
    true = table_of(one_year(40, 28, 3, 15))
    assert hidden(true, TWO_EACH) == {"c", "d"} and told_to_holders(TWO_EACH, true) == {}
    across = table_of(one_year(40, 3, 28, 15))  # b is hidden, and its partner is held by south
    assert told_to_holders(TWO_EACH, across) == {}


def test_who_holds_nothing_that_is_hidden_costs_nothing():
    true = table_of(one_year(40, 28, 3, 15))
    assert hidden(true, held(a="north", b="north")) == hidden(true, agreement_of()) == {"c", "d"}


def test_the_police_who_know_all_figures_of_an_indicator_cost_nothing_and_who_knows_one_type_learns_no_other():
    types = indicator("reports") + indicator("graffiti", part_of="reports") + indicator("windows", part_of="reports") + indicator("bins", part_of="reports")
    plain = agreement_of(indicators=types)
    rows = [count("a", 2018, 33), count("a", 2018, 3, "graffiti"), count("a", 2018, 20, "windows"), count("a", 2018, 10, "bins")]

    def of(**holders: str) -> int:
        measured = {id_: each.model_copy(update={"holder": (holders[id_],) if id_ in holders else ()}) for id_, each in plain.indicators.items()}
        known = {name: Holder(id=name, name=name) for name in holders.values()}
        return (protection(observed(*rows), dataclasses.replace(plain, indicators=measured, holders=known)).table["status"] == "suppressed").sum()

    assert of() == of(**dict.fromkeys(plain.indicators, "police")) == 2
    assert of(graffiti="schools", bins="caretakers", windows="glaziers") == 3


def test_what_a_holder_can_work_out_and_nothing_prevents_is_named():
    """All but the two hidden figures were printed in public: each of the two organisations knows what is left."""
    rows = [count("a", 2018, 40, published=True), count("b", 2018, 28, published=True), count("c", 2018, 3), count("d", 2018, 15)]
    true = observed(*rows, count("combined", 2018, 86, published=True))
    assert protection(true, agreement_of()).exposed == ()
    assert set(protection(true, EACH_ITS_OWN).exposed) == {("reports", "c", "2018"), ("reports", "d", "2018")}


@given(
    st.lists(st.lists(COUNTS, min_size=4, max_size=4), min_size=2, max_size=2), st.sampled_from([EACH_ITS_OWN, TWO_EACH, held(a="north", c="north", d="south")])
)
@examples(3)
def test_no_holder_works_out_a_figure_of_another_from_areas_and_years_with_both_margins(numbers, agreement):
    assert told_to_holders(agreement, table_of(with_sums(years(numbers), {"2015-2016": ["2015", "2016"]}))) == {}


@given(st.lists(COUNTS, min_size=8, max_size=8), st.dictionaries(st.integers(0, 7), COUNTS, max_size=3))
@examples(4)
def test_no_holder_works_out_a_figure_of_another_from_two_editions_with_corrections(numbers, corrections):
    now = numbers.copy()
    for place, number in corrections.items():
        now[place] = number
    tables = [table_of(years([each[:4], each[4:]])) for each in (numbers, now)]
    assert told_to_holders(EACH_ITS_OWN, *tables) == {}


def test_holders_cost_about_one_figure_a_table():
    """Each table is a year of its own: no sum ties one to another."""
    draw = np.random.default_rng(1)
    few = draw.random((40, 4)) < 0.5
    rows = np.where(few, draw.integers(0, 7, few.shape), draw.integers(0, 61, few.shape))
    true = table_of({(area, str(1000 + year)): int(number) for year, row in enumerate(rows) for area, number in zip(AREAS, row, strict=True)})
    before, after = (protection(true, agreement).table["status"].eq("suppressed").groupby(true["period"]).sum() for agreement in (agreement_of(), EACH_ITS_OWN))
    assert (after >= before).all() and (after - before).mean() < 1.25


@pytest.mark.parametrize("holder", [(), ("north",), ("north", "south")])
def test_a_department_is_held_by_whoever_holds_its_area(holder):
    plain = agreement_of()
    area = plain.areas["a"].model_copy(update={"holder": holder, "parts": ("a1", "a2")})
    agreement = dataclasses.replace(plain, areas=dict(plain.areas) | {"a": area})
    assert agreement.is_held("north", "reports", "a1") is agreement.is_held("north", "reports", "a") is ("north" in holder)
    assert not agreement.is_held("north", "reports", "b") and not agreement.is_held("north", "reports", "combined")
