"""Words against figures: whatever the rule, the way an indicator should go, and the language, a sentence says what the figures say."""

import html
import re
from decimal import Decimal
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from conftest import agreement_of, count, criterion, indicator, observed, one

from analysis.plan import Plan
from analysis.showing import charts, findings, promise_cells, promise_words, tables

FROM_2017 = "baseline_year = 2017"
SAYS = {  # what a word for a target asks of a value
    "da": {"mindst": lambda v, t: v >= t, "højst": lambda v, t: v <= t, "over": lambda v, t: v > t, "under": lambda v, t: v < t},
    "en": {"at least": lambda v, t: v >= t, "at most": lambda v, t: v <= t, "above": lambda v, t: v > t, "below": lambda v, t: v < t},
}
LIES = {  # the same of the words in a formula
    "da": {"på eller over": "mindst", "på eller under": "højst", "over": "over", "under": "under", "mindst": "mindst", "højst": "højst"},
    "en": {"at or above": "at least", "at or below": "at most", "above": "above", "below": "below", "at least": "at least", "at most": "at most"},
}
MET = {"da": {"met": "Målet er nået", "not_met": "Målet er ikke nået"}, "en": {"met": "he target is met", "not_met": "he target is not met"}}
RULES = [  # each asks for 0.5 of what stands in `FIGURES`
    'kind = "at_least", value = 0.5, per = "year"',
    'kind = "at_most", value = 0.5, per = "year"',
    'kind = "above_reference", reference = "country", year = "same"',
    'kind = "above_reference", reference = "country", year = 2018, strict = true',
    'kind = "above_reference", reference = "country", year = "same", strict = false',
    'kind = "above_reference", reference = "country", year = "same", strict = false, margin = -0.0',
    'kind = "above_reference", reference = "country", year = "same", margin = 0.0',
    'kind = "above_reference", reference = "country", year = "same", ratio = 1',
    'kind = "narrow_gap", reference = "country", share = 0.25, by = 2018',
    'kind = "above_baseline"',
    'kind = "above_baseline", strict = false',
    'kind = "change_per_year", change = 0.0, from = "previous_actual"',
    'kind = "change_per_year", change = -0.5, from = "baseline", path = "compound", first_value = 1',
    'kind = "change_per_year", change = -0.5, from = "baseline", path = "linear", first_value = 1',
    'kind = "change_per_year", change = 0.25, from = "baseline", path = "compound", first_value = 0.4',
    'kind = "not_set", value = 0.5',
]
DECIDED = 'decided_by = "The board"\ndecided_on = 2017-06-01\n'


def plan_of(rule: str, direction: str, unit: str, value: float, last: int = 2018) -> Plan:
    """A plan with this one promise, whose figures are those of the cases; nothing on disk."""
    known = indicator("x", unit=unit, direction=direction, measure="survey_share" if unit == "share" else "count", uncertainty="none", disclosure="open")
    agreement = agreement_of(criterion(rule, "x", last=last, more=FROM_2017 + "\n" + DECIDED), indicators=known)
    rows = [
        count(area, year, amount, "x", denominator=float("nan"))
        for area, year, amount in (("a", 2017, 0.5), ("country", 2017, 0.5), ("country", 2018, 0.5), ("a", 2018, value))
    ]
    plan = Plan(Path("nowhere"), agreement, observed(*({**row, "decimals": pd.NA} for row in rows)), 2018, False)
    plan.supposed = True
    return plan


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("direction", ["up", "down", "none"])
def test_words_say_of_every_rule_and_direction_what_the_figures_say(rule, direction):
    plans = {value: plan_of(rule, direction, "share", value) for value in (0.4, 0.5, 0.6)}
    for (value, plan), lang in product(plans.items(), ("da", "en")):
        row, known = one(plan.gaps, year=2018), plan.agreement.indicators["x"]
        assert row["target"] == 0.5 and row["verdict"] in ("met", "not_met")
        met = row["verdict"] == "met"
        words = promise_words.target_words(plan, row, lang)
        asked = re.fullmatch(r"(\D+?) 50\s?%", words)
        assert asked, words
        assert SAYS[lang][asked[1]](value, 0.5) is met, (words, value, row["verdict"])
        said, _ = promise_words.gap_sentence(plan, lang, row)
        assert MET[lang][row["verdict"]] in said, said
        for word, asks in SAYS[lang].items():  # a place of a value told by a sentence is the place it has
            if re.search(rf"(points|procentpoint) {word} ", said):
                assert asks(value, 0.5), said
        formula = promise_words.formula(plan, lang, plan.agreement.criteria["C"].primary)
        first = re.search("|".join(map(re.escape, LIES[lang])), formula)
        assert first and LIES[lang][first[0]] == asked[1], (formula, words)
        number, shown = promise_words.gap_words(plan, row, known, lang)
        assert number == 0 if value == 0.5 else bool(number > 0) is met, shown


@pytest.mark.parametrize(("direction", "strict"), list(product(("up", "down", "none"), ("true", "false"))))
def test_a_count_is_told_by_the_whole_number_that_keeps_the_promise(direction, strict):
    known, rule = indicator("x", direction=direction, uncertainty="none", disclosure="open"), f'kind = "above_baseline", strict = {strict}'
    agreement, plans = agreement_of(criterion(rule, "x", last=2018, more=FROM_2017), indicators=known), {}
    for value in (59, 60, 61):
        plans[value] = Plan(Path("nowhere"), agreement, observed(count("a", 2017, 60, "x"), count("a", 2018, value, "x")), 2018, False)
        plans[value].supposed = True
    for (value, plan), lang in product(plans.items(), ("da", "en")):
        row = one(plan.exact_gaps, year=2018)
        word, number = promise_words.target_words(plan, row, lang).rsplit(" ", 1)
        assert SAYS[lang][word](value, int(number)) is (row["verdict"] == "met"), (word, number, value)
        distance, _ = promise_words.gap_words(plan, row, plan.agreement.indicators["x"], lang)
        assert (distance >= 0) is (row["verdict"] == "met"), (value, distance)


def test_ten_percent_below_the_average_is_met_where_the_figure_should_fall():
    plan = plan_of('kind = "above_reference", reference = "country", year = "same"', "down", "share", 0.4)
    row = one(plan.gaps, year=2018)
    assert promise_words.target_words(plan, row, "en") == "below 50%" and promise_words.target_words(plan, row, "da") == "under 50\u00a0%"
    assert (
        promise_words.gap_sentence(plan, "en", row)[0] == "x 2018: 40.0%. That is 10.0 percentage points below Country (50%). The target is met (full count)."
    )
    formula = promise_words.formula(plan, "da", plan.agreement.criteria["C"].primary)
    assert formula == "Årets værdi skal ligge under Country i samme år."


def test_lower_than_the_baseline_is_asked_of_what_should_fall():
    plan = plan_of('kind = "above_baseline"', "down", "share", 0.4)
    primary = plan.agreement.criteria["C"].primary
    assert promise_words.formula(plan, "da", primary) == "Værdien skal ligge under udgangspunktet (2017)."
    assert promise_words.formula(plan, "en", primary) == "The value must be below the baseline (2017)."


def test_a_rise_promised_for_what_should_fall_is_a_cap_in_figures_and_words():
    rule = 'kind = "change_per_year", change = 0.1, from = "baseline", path = "compound"'
    for value, verdict in ((0.55, "met"), (0.56, "not_met")):
        plan = plan_of(rule, "down", "share", value)
        row = one(plan.gaps, year=2018)
        assert row["verdict"] == verdict and promise_words.target_words(plan, row, "en") == "at most 55%"
    assert promise_words.formula(plan, "en", plan.agreement.criteria["C"].primary).endswith("The value must be at most the target.")


# --- the formula -----------------------------------------------------------------------------------------

PARAMETERS = [  # rule; what must stand in its formula, Danish and English
    ('kind = "at_least", value = 0.7525, per = "year"', ("75,25\u00a0%", "mindst", "hvert år"), ("75.25%", "at least", "every year")),
    ('kind = "at_most", value = 0.125, per = "stock"', ("12,5\u00a0%", "højst", "opgørelsesdagen"), ("12.5%", "at most", "day of counting")),
    ('kind = "at_least", value = 0.75, per = "cumulative"', ("75\u00a0%", "når planen slutter"), ("75%", "when the plan ends")),  # a share is not added up
    ('kind = "above_reference", reference = "country", year = "same"', ("over Country i samme år",), ("above Country of the same year",)),
    (
        'kind = "above_reference", reference = "country", year = 2016, strict = false, margin = -0.0525',
        ("på eller over Country i 2016 minus 5,25 procentpoint",),
        ("at or above Country of 2016 minus 5.25 percentage points",),
    ),
    (
        'kind = "above_reference", reference = "country", year = "same", strict = true, margin = 0.05',
        (" over Country i samme år plus 5 procentpoint",),
        (" above Country of the same year plus 5 percentage points",),
    ),
    (
        'kind = "above_reference", reference = "country", year = "same", strict = false, ratio = 0.925',
        ("på eller over 0,925 × Country",),
        ("at or above 0.925 × Country",),
    ),
    (
        'kind = "narrow_gap", reference = "country", share = 0.455, by = 2021',
        ("Country", "45,5\u00a0%", "2017", "2021", "på eller over"),
        ("Country", "45.5%", "2017", "2021", "at or above"),
    ),
    ('kind = "above_baseline"', (" over udgangspunktet (2017)",), ("above the baseline (2017)",)),
    ('kind = "above_baseline", strict = false', ("på eller over udgangspunktet (2017)",), ("at or above the baseline (2017)",)),
    ('kind = "change_per_year", change = -0.125, from = "previous_actual"', ("0,875 ×", "året før", "mindst"), ("0.875 ×", "year before", "at least")),
    ('kind = "change_per_year", change = 0.1, from = "previous_actual", first_value = 0.155', ("1,1 ×", "15,5\u00a0%", "2017"), ("1.1 ×", "15.5%", "2017")),
    ('kind = "change_per_year", change = 0.125, from = "baseline", path = "compound"', ("1,125^k", "2017"), ("1.125^k", "2017")),
    ('kind = "change_per_year", change = -0.125, from = "baseline", path = "linear"', ("1 − 0,125 × k", "2017"), ("1 − 0.125 × k", "2017")),
    (
        'kind = "change_per_year", change = 0.125, from = "baseline", path = "linear", first_value = 0.155',
        ("15,5\u00a0% × (1 + 0,125 × k)", "2017"),
        ("15.5% × (1 + 0.125 × k)", "2017"),
    ),
    ('kind = "not_set", value = 0.755', ("mindst 75,5\u00a0%", "har fastsat"), ("at least 75.5%", "has set")),
    ('kind = "not_set"', ("fastsættes af bestyrelsen",), ("board sets",)),
]


@pytest.mark.parametrize(("rule", "danish", "english"), PARAMETERS)
def test_every_number_and_option_of_a_rule_stands_in_its_formula(rule, danish, english):
    plan = plan_of(rule, "up", "share", 0.4, last=2021)
    for lang, parts in (("da", danish), ("en", english)):
        formula = promise_words.formula(plan, lang, plan.agreement.criteria["C"].primary)
        assert [part for part in parts if part not in formula] == [], formula


def test_every_field_a_rule_may_have_is_among_the_formulas_tested():
    from analysis.promises.rules import RULES as KNOWN

    seen = {(re.search(r'kind = "(\w+)"', rule)[1], name) for rule, _, _ in PARAMETERS for name in re.findall(r"(\w+) =", rule)}
    assert {(kind, name) for kind, rule in KNOWN.items() for name in rule.parameters().model_fields} <= seen


def test_a_first_value_without_a_baseline_counts_from_the_first_judged_year():
    rule = 'kind = "change_per_year", change = 0.08, from = "baseline", path = "compound", first_value = 10000'
    plan = Plan(Path("nowhere"), agreement_of(criterion(rule, "visitors", first=2018)), observed(), 2018, False)
    plan.supposed = True
    assert one(plan.gaps, year=2018)["target"] == 10000 and one(plan.gaps, year=2019)["target"] == float(Decimal("10800"))
    assert "10.000 × 1,08^k, hvor k er antal år efter 2018" in promise_words.formula(plan, "da", plan.agreement.criteria["C"].primary)


def test_areas_that_start_in_years_of_their_own_are_not_given_the_first_ones():
    more = "baseline_year = { a = 2016, b = 2017 }"
    agreement = agreement_of(criterion('kind = "above_baseline"', scope='["a", "b"]', more=more))
    plan = Plan(Path("nowhere"), agreement, observed(), 2018, False)
    assert promise_words.formula(plan, "en", agreement.criteria["C"].primary) == "The value must be below the baseline (the area's own baseline year)."


# --- totals, and what a supplier says of an estimate -------------------------------------------------------

FOUR_IN_TOTAL = 'kind = "at_least", value = 4, per = "cumulative"'


def plan_with(agreement, *rows: dict, year: int = 2021) -> Plan:
    """A plan of these figures, with nothing on disk."""
    plan = Plan(Path("nowhere"), agreement, observed(*rows), year, False)
    plan.supposed, plan.files = True, pd.DataFrame({"source": ["test"], "publisher": ["A supplier"], "file": ["test.csv"]})
    return plan


@pytest.fixture
def groups() -> Plan:
    """Four groups in total were promised: two, one, one, and none in the last year."""
    return plan_with(agreement_of(criterion(FOUR_IN_TOTAL, "evenings")), *(count("a", 2018 + i, n, "evenings") for i, n in enumerate((2, 1, 1, 0))))


def test_a_total_is_shown_beside_its_verdict_and_the_years_number_as_such(groups):
    known = groups.agreement.indicators["evenings"]
    row = one(groups.exact_gaps, year=2021)
    cells, figures = promise_cells.reading_cells(groups, "da", known, row, last=True)
    assert cells[1].startswith("4<small>i alt (2018–2021), heraf 0 i 2021</small>") and "mindst 4 i alt" in cells[2] and "Opfyldt" in cells[4]
    assert {(figure["value"], figure["period"]) for figure in figures if figure["shown_as"] in ("4", "0")} >= {(4.0, "2021"), (0.0, "2021")}
    row = one(groups.gaps, year=2021)
    assert promise_words.gap_sentence(groups, "da", row)[0].startswith("evenings: 4 i alt (2018–2021), heraf 0 i 2021. Målet er mindst 4 i alt. Målet er nået")
    assert promise_words.gap_sentence(groups, "en", row)[0].startswith(
        "evenings: 4 in total (2018–2021), of which 0 in 2021. The target is at least 4 in total."
    )


def test_every_year_of_a_total_shows_the_sum_so_far_and_what_the_year_brought(groups):
    page = str(tables.year_by_year(groups, "en", "evenings", ["a"]))
    for total, span, own in ((3, "2018–2019", "of which 1 in 2019"), (4, "2018–2020", "of which 1 in 2020"), (4, "2018–2021", "of which 0 in 2021")):
        assert f"{total}<small>in total ({span}), {own}</small>" in page
    assert "2<small>in total (2018)</small>" in page


def test_the_chart_of_a_total_draws_the_sum_its_target_is_about(groups):
    shown = charts.series(groups, "en", "evenings", "a")
    assert ">Added up<" in shown.markup, "the legend names the line of sums"
    rows = re.findall(r"<tr>.*?</tr>", shown.markup[shown.markup.index("Added up year by year") :], flags=re.S)
    told = [re.findall(r">([^<>]+)</t[hd]>", row) for row in rows]
    assert ["2021", "4", "at least 4 in total"] in told and ["2019", "3", "at least 4 in total"] in told


def test_a_total_is_marked_as_one_in_the_gap_table(groups):
    rows = groups.gaps[groups.gaps["role"] == "judged"]
    assert rows["added_up_from"].tolist() == [2018] * 4
    assert promise_words.remarks(rows.iloc[0], "da", {}, ["added_up_from"]) == ["lagt sammen fra og med 2018"]


def test_no_pace_brings_down_a_total_that_has_used_up_its_cap():
    rule = 'kind = "at_most", value = 5, per = "cumulative"'
    plan = plan_with(agreement_of(criterion(rule, "evenings")), count("a", 2018, 4, "evenings"), count("a", 2019, 3, "evenings"), year=2019)
    row = one(plan.gaps, year=2019)
    assert (row["verdict"], row["gap"]) == ("not_met", -2) and pd.isna(row["pace_needed"])


def estimates(*figures: tuple[float, float, float], per: str = "year", least: int = 300) -> Plan:
    rows = [count("a", 2018 + i, value, "visitors", lower=lower, upper=upper) for i, (value, lower, upper) in enumerate(figures)]
    return plan_with(agreement_of(criterion(f'kind = "at_least", value = {least}, per = "{per}"', "visitors")), *rows, year=2017 + len(figures))


def test_bounds_of_two_estimates_that_do_not_meet_tell_that_they_differ():
    plan, lang = estimates((450, 390, 520), (0, 0, 0)), "en"
    told, _ = findings.change_sentence(plan, lang, plan.agreement.indicators["visitors"], "a")
    assert told == "visitors: estimated at 0 (2019) against 450 (2018). The difference is larger than the uncertainty of the estimates."
    plan = estimates((450, 390, 520), (400, 380, 430))
    assert "no larger than the uncertainty of the estimates" in findings.change_sentence(plan, lang, plan.agreement.indicators["visitors"], "a")[0]
    plan = estimates((450, float("nan"), float("nan")), (0, 0, 0))
    assert "no larger than the uncertainty of the estimates" in findings.change_sentence(plan, lang, plan.agreement.indicators["visitors"], "a")[0]


def test_a_sum_of_estimates_lies_between_the_sums_of_their_bounds():
    assert one(estimates((310, 260, 370), (450, 390, 520), per="cumulative").gaps, year=2019)["certainty"] == "certain"  # 650 to 890 against 300
    assert one(estimates((310, 260, 370), (450, 390, 520), per="cumulative", least=700).gaps, year=2019)["certainty"] == "cannot_tell"
    nan = float("nan")
    assert one(estimates((310, nan, nan), (450, 390, 520), per="cumulative").gaps, year=2019)["certainty"] == "cannot_tell"


@pytest.mark.parametrize(("lang", "words"), [("da", "everandørens skøn"), ("en", "he supplier's bounds")])
def test_a_suppliers_own_bounds_are_never_called_a_95_percent_interval(lang, words):
    plan = estimates((310, 260, 370), (450, 390, 520))
    chart = str(charts.series(plan, lang, "visitors", "a"))
    several = str(charts.lines(plan, lang, "visitors", ["a"]))
    for shown in map(html.unescape, (chart, several)):
        assert words in shown and not re.search(r"95.?%", shown), shown[:300]


@pytest.mark.parametrize("lang", ["da", "en"])
def test_nothing_is_called_clear_by_a_suppliers_own_bounds(lang):
    plan = estimates((450, 390, 520), (10, 5, 20), per="year")
    known, clear = plan.agreement.indicators["visitors"], {"da": "tydelig", "en": "clear"}[lang]
    assert one(plan.gaps, year=2019)["certainty"] == "certain"
    row = plan.exact_gaps[plan.exact_gaps["year"] == 2019].iloc[0].to_dict()
    told = [promise_words.gap_sentence(plan, lang, row)[0], *promise_cells.reading_cells(plan, lang, known, row, last=True)[0]]
    told.append(promise_words.period_words(plan, one(plan.exact_gaps, role="period"), lang)[0])
    assert not any(clear in text.lower() for text in told), told


def test_no_pace_is_asked_of_what_each_year_is_due_in_full():
    shown = {}
    for per, more in (("year", ""), ("stock", "")):
        agreement = agreement_of(criterion(f'kind = "at_least", value = 30, per = "{per}"', "parents", more=more))
        plan = plan_with(agreement, count("a", 2018, 20, "parents"), count("a", 2019, 22, "parents"), year=2019)
        plan.supposed = True
        row = plan.exact_gaps[plan.exact_gaps["year"] == 2019].iloc[0].to_dict()
        shown[per] = " ".join(promise_cells.reading_cells(plan, "en", plan.agreement.indicators["parents"], row, last=True)[0])
    assert "pace" not in shown["year"] and "pace needed: +4 a year" in shown["stock"]


def test_two_figures_that_differ_beneath_their_print_are_not_the_same():
    known = indicator("x", unit="share", direction="up", measure="survey_share", uncertainty="sample", combine="none")
    agreement = agreement_of(criterion('kind = "above_reference", reference = "country", year = "same"', "x", last=2019), indicators=known)
    rows = [
        {"indicator": "x", "area": area, "period": str(year), "value": 0.72, "denominator": 200, "decimals": 2}
        for area, year in (("a", 2018), ("a", 2019), ("country", 2019))
    ]
    plan = Plan(Path("nowhere"), agreement, observed(*rows), 2019, False)
    plan.supposed = True
    assert "the same" not in findings.change_sentence(plan, "en", plan.agreement.indicators["x"], "a")[0]
    row = plan.exact_gaps[(plan.exact_gaps["year"] == 2019) & (plan.exact_gaps["role"] == "judged")].iloc[0].to_dict()
    told = promise_words.gap_sentence(plan, "en", row)[0]
    assert row["verdict"] == "rounding_undecided" and "It is printed alike with Country (72%)." in told and "the same" not in told
