"""A number is read with what stands beside it, exactly and only where it agrees with what was declared."""

from decimal import Decimal

import pytest
from conftest import COUNTS_SOURCE, one, told

from analysis.reading.numbers import parse_base, parse_bounds, taken_apart

OTHERS = "b;2018;{0};20\nc;2018;{0};30\nd;2018;{0};40\n"
LOSS = COUNTS_SOURCE + '[constants]\nunit = "dkk"\n'
VISITORS = COUNTS_SOURCE.replace("[columns]", "{0}\n[columns]")


def one_of_four(small_plan, word: str, indicator: str = "loss", source: str = LOSS):
    """A plan in which the figure of area a is written like this."""
    return small_plan(counts=f"a;2018;{indicator};{word}\n" + OTHERS.format(indicator), counts_source=source)


def row_of(plan, area: str = "a"):
    return plan.observations().set_index("area").loc[area]


@pytest.mark.parametrize(
    ("word", "thousands", "number"),
    [
        ("kr. 58.709", ".", 58709),
        ("kr 58.709,50", ".", 58709.5),
        ("58.709 kr.", ".", 58709),
        ("58.709,-", ".", 58709),
        ("DKK 58709", "", 58709),
        ("1 061", " ", 1061),
        ("1 061 kr.", " ", 1061),
    ],
)
def test_an_amount_is_read_with_its_unit_and_marks(small_plan, word, thousands, number):
    plan = one_of_four(small_plan, word, source=f'thousands = "{thousands}"\n' * bool(thousands) + LOSS)
    assert plan.check().problems == [] and row_of(plan)["value"] == number


@pytest.mark.parametrize(
    ("word", "indicator", "source", "code", "paste"),
    [
        ("kr. 58.709", "loss", LOSS, "ambiguous_thousands", 'thousands = "."'),
        ("1 061", "reports", COUNTS_SOURCE, "ambiguous_thousands", 'thousands = " "'),
        ("kr. 587", "reports", COUNTS_SOURCE, "unit_mark", 'unit = "dkk"'),
        ("12 stk.", "reports", COUNTS_SOURCE, "unit_word", '"stk." = "count"'),
        ("12 mio. kr.", "loss", LOSS, "unit_mark", 'unit = "million_dkk"'),
        ("12 sager", "reports", COUNTS_SOURCE, "unit_word", '"sager" = "count"'),
        ("ca. 120", "visitors", COUNTS_SOURCE, "estimate_mark", 'estimates = ["ca."]'),
        ("100-150", "visitors", COUNTS_SOURCE, "bounds_in_a_number", 'is = "bounds"'),
        ("kr. 12 stk.", "loss", LOSS, "number_in_words", ""),
    ],
)
def test_what_does_not_agree_is_one_problem_with_what_to_write(small_plan, word, indicator, source, code, paste):
    (problem,) = one_of_four(small_plan, word, indicator, source).check().errors
    assert (problem.code, problem.row, problem.found) == (code, 2, word) and paste in str(problem)


def test_pieces_that_are_declared_a_count_are_one_and_no_amount(small_plan):
    pieces = '[values.unit]\n"stk." = "count"\n'
    assert row_of(one_of_four(small_plan, "12 stk.", "reports", COUNTS_SOURCE + pieces))["value"] == 12
    assert told(one_of_four(small_plan, "12 stk.", source=LOSS + pieces).check().errors) == {"unit_mark"}


def test_a_declared_word_for_a_unit_is_read_and_one_that_stands_nowhere_is_told(small_plan):
    source = COUNTS_SOURCE + '[values.unit]\n"sager" = "count"\n'
    plan = one_of_four(small_plan, "12 sager", "reports", source)
    assert plan.check().problems == [] and row_of(plan)["value"] == 12
    assert told(one_of_four(small_plan, "12", "reports", source).check().problems) == {"matches_nothing"}


@pytest.mark.parametrize("about", ["ca.", "about", "skønsmæssigt"])
def test_what_is_declared_an_estimate_is_one_and_no_other_figure_is(about, small_plan):
    plan = one_of_four(small_plan, f"{about} 120", "evenings", VISITORS.format(f'estimates = ["{about}"]'))
    assert plan.check().problems == []
    assert (row_of(plan)["value"], row_of(plan)["status"], row_of(plan, "b")["status"]) == (120, "estimate", "measured")


@pytest.mark.parametrize("text", ["100-150", "100 – 150", "mellem 100 og 150", "100 til 150", "fra 100 til 150", "between 100 and 150", "about 100 to 150"])
def test_two_bounds_are_read_however_they_are_written(text):
    assert parse_bounds(text) == (Decimal(100), Decimal(150))


@pytest.mark.parametrize("text", ["100", "-5", "over 100", "100-", "a-b", "", "1.000-1.500"])
def test_what_is_not_two_bounds_is_not_guessed_at(text):
    assert parse_bounds(text) is None


BOUNDS = COUNTS_SOURCE.replace('antal = "value"', 'antal = "bounds"')


def test_the_middle_of_two_bounds_is_an_estimate_with_a_note(small_plan):
    plan = one_of_four(small_plan, "100-151", "evenings", BOUNDS)
    assert plan.check().problems == []
    row = row_of(plan)
    assert (row["value"], row["lower"], row["upper"], row["status"]) == (125.5, 100, 151, "estimate") and "middle" in row["note"]
    assert row_of(plan, "b")["status"] == "measured"


def test_bounds_beside_a_number_of_their_own_leave_it_as_it_is(small_plan):
    source = COUNTS_SOURCE + 'mellem = "bounds"\n'
    rows = "omraade;periode;indikator;antal;mellem\n" + "".join(f"{area};2018;evenings;110;100-150\n" for area in "abcd")
    plan = small_plan(counts=rows.encode(), counts_source=source)
    assert plan.check().problems == []
    row = row_of(plan)
    assert (row["value"], row["lower"], row["upper"], row["status"]) == (110, 100, 150, "measured")


@pytest.mark.parametrize(("word", "code"), [("over 100", "number_in_words"), ("150-100", "bounds_crossed"), ("", "blank")])
def test_bounds_that_are_none_are_told_with_their_cell(small_plan, word, code):
    problems = one_of_four(small_plan, word, "evenings", BOUNDS).check().errors
    assert code in told(problems) and {(problem.row, problem.column) for problem in problems} == {(2, "antal")}


def test_a_number_within_words_stays_words():
    assert taken_apart("bygning 4").number == "bygning 4" and taken_apart("2018-03").number == "2018-03"


# --- thousands of kroner ---------------------------------------------------------------------------------

LOSSES = """contract = "{contract}"
publisher = "p"
files = ["counts.csv"]
{more}[columns]
sted = "area"
{when}
"{heading}" = {{ indicator = "loss", unit = "{unit}" }}
"""


def losses(small_plan, contract: str, heading: str, unit: str, cell: str = "198,7"):
    when, words, more = ('aar = "period"', "aar", "") if contract == "counts" else ('dag = "date"', "dag", 'covers = ["2018"]\n')
    source = LOSSES.format(contract=contract, heading=heading, unit=unit, when=when, more=more)
    source += '[constants]\nindicator = "reports"\n' if contract == "incidents" else ""
    rows = f"sted;{words};{heading}\n" + "".join(f"{area};{'2018' if contract == 'counts' else '03-04-2018'};{cell}\n" for area in "abcd")
    return small_plan(counts=rows.encode(), counts_source=source)


@pytest.mark.parametrize("contract", ["counts", "incidents"])
@pytest.mark.parametrize("heading", ["Tab (1.000 kr.)", "Tab, t.kr.", "Tab i tkr", "Tab, mio. kr."])
def test_kroner_below_a_heading_of_thousands_are_refused(contract, heading, small_plan):
    (problem,) = losses(small_plan, contract, heading, "dkk").check().errors
    assert problem.code == "thousands_in_heading" and "thousand_dkk" in str(problem)


@pytest.mark.parametrize("contract", ["counts", "incidents"])
def test_thousands_of_kroner_are_a_thousand_times_what_is_written(contract, small_plan):
    for cell in ("198,7", "198,7 t.kr.", "198,7 kr."):
        table = losses(small_plan, contract, "Tab (1.000 kr.)", "thousand_dkk", cell).observations()
        assert one(table, indicator="loss", area="a", period="2018")["value"] == 198_700


@pytest.mark.parametrize("contract", ["counts", "incidents"])
@pytest.mark.parametrize("cell", ["198,7 t.kr.", "1,2 mio. kr."])
def test_a_word_for_thousands_beside_a_number_of_kroner_is_told(contract, cell, small_plan):
    assert {problem.code for problem in losses(small_plan, contract, "Tab", "dkk", cell).check().errors} == {"unit_mark"}


# --- a figure and of how many it is, in one cell ---------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "both"),
    [
        ("2 af 6", ("2", "6")),
        ("2 ud af 6", ("2", "6")),
        ("2 of the 6", ("2", "6")),
        ("2/6", ("2", "6")),
        ("42 % (n=212)", ("42 %", "212")),
        ("42,5 pct., n = 1.212", ("42,5 pct.", "1.212")),
        ("58,3 %", None),
        ("–", None),
        ("en af 6", None),
        ("100-150", None),
        ("(214,3)", None),
        ("17/18-19", ("17", "18-19")),
    ],
)
def test_a_figure_and_its_base_are_told_apart(cell, both):
    assert parse_base(cell) == both


def of_moves(small_plan, cells: list[str], role: str, more: str = ""):
    rows = "omraade;2018\n" + "".join(f"{area};{cell}\n" for area, cell in zip("abcd", cells, strict=True))
    source = 'contract = "moves"\npublisher = "p"\nfiles = ["counts.csv"]\nconstants = { indicator = "moves" }\n[columns]\nomraade = "area"\n'
    return small_plan(counts=rows.encode(), counts_source=source + f'2018 = {{ period = "2018", is = "{role}" }}\n{more}')


def test_cells_with_a_base_are_asked_about_once_and_then_read(small_plan):
    cells = ["2 af 6", "3/7", "1 af 9", "0 af 4"]
    (problem,) = of_moves(small_plan, cells, "value").check().errors
    assert (problem.code, problem.times) == ("base_in_a_number", 4) and 'is = "with_base"' in str(problem)
    plan = of_moves(small_plan, cells, "with_base")
    assert plan.check().problems == []
    assert row_of(plan)[["numerator", "denominator"]].tolist() == [2, 6]


def test_a_cell_without_its_base_or_with_a_date_in_it_is_refused(small_plan):
    assert told(of_moves(small_plan, ["2 af 6", "3", "1 af 9", "0 af 4"], "with_base").check().errors) == {"no_base"}
    assert told(of_moves(small_plan, ["2/6-18", "3/7", "1/9", "0/4"], "with_base").check().errors) == {"not_one_number"}


def test_a_number_in_brackets_is_asked_about(small_plan):
    (problem,) = one_of_four(small_plan, "(214,3)").check().errors
    assert problem.code == "in_brackets" and '[values.value] "(214,3)" = "-214,3"' in str(problem)
