"""Amounts that are taken back: a minus before or behind them is subtracted where `signed` says so, and asked about once where it does not."""

import pytest
from accounts import every_row_is_accounted_for  # noqa: F401
from conftest import observe, told
from test_intake import AREAS, folder_with

from analysis.running import building

LEDGER = """contract = "incidents"
covers = ["2018"]
thousands = "."
holds = ["Motalavej", "Ringparken", "Sydbyen", "Skaelskoer"]
[columns]
Dato = "date"
Sted = "area"
Kr = { is = "value", indicator = "cost", unit = "dkk" }
"""
LINES = "Dato;Sted;Kr\n21-04-2018;motalavej;1.987,44\n29-12-2018;motalavej;%s\n30-12-2018;motalavej;%s\n"
SIGNED = 'signed = ["Kr"]\n'


def checked(tmp_path, source: str, rows: str):
    return building.check(folder_with(tmp_path, source, {"f.csv": rows}))


def costs(found) -> dict:
    assert not found.problems, "\n".join(map(str, found.problems))
    rows = observe(found.deliveries, found.agreement)
    return {(row["area"], row["period"]): float(row["value"]) for row in rows.to_dict("records") if row["indicator"] == "cost"}


@pytest.mark.parametrize("written", [("811,17-", "kr. 100,00 -"), ("-811,17", "-100,00"), ("811,17−", "−100,00")])
def test_amounts_taken_back_are_subtracted_from_the_year(written, tmp_path):
    found = costs(checked(tmp_path, SIGNED + LEDGER, LINES % written))
    assert found["motalavej", "2018"] == 1076.27 and found["sydbyen", "2018"] == 0
    assert {period for _, period in found} == {"2018"}  # in December alone more was taken back than booked


@pytest.mark.parametrize(("written", "code"), [(("811,17-", "100,00-"), "minus_behind"), (("-811,17", "-100,00"), "negative_amount")])
def test_a_column_with_amounts_taken_back_is_asked_about_once(written, code, tmp_path):
    (problem,) = checked(tmp_path, LEDGER, LINES % written).errors
    assert (problem.code, problem.times) == (code, 2) and 'signed = ["Kr"]' in problem.line("en") and 'signed = ["Kr"]' in problem.line("da")


def test_amounts_with_the_mark_for_kroner_are_not_below_zero(tmp_path):
    assert costs(checked(tmp_path, LEDGER, LINES % ("811,-", "100,-")))["motalavej", "2018"] == 2898.44


def test_more_taken_back_than_there_was_is_refused(tmp_path):
    found = checked(tmp_path, SIGNED + LEDGER, LINES % ("811,17-", "9.000,00-"))
    assert told(found.errors) == {"negative_sum"} and not len(found.deliveries[0].used)


def test_a_count_is_not_below_zero_whatever_is_signed(tmp_path):
    source = SIGNED + 'contract = "counts"\ncolumns = { Sted = "area", Kr = "value" }\nconstants = { indicator = "reports", period = "2018" }\n'
    rows = "Sted;Kr\n" + "".join(f"{area};{number}\n" for area, number in zip(AREAS, ("5", "4-", "3", "2"), strict=True))
    assert told(checked(tmp_path, source, rows).errors) == {"negative"}


def test_a_signed_column_in_which_nothing_is_taken_back_is_told(tmp_path):
    found = checked(tmp_path, SIGNED + LEDGER, LINES % ("1", "2"))
    assert [(problem.code, problem.column) for problem in found.problems] == [("matches_nothing", "signed.Kr")]


def test_a_number_of_a_registration_with_decimals_is_told_to_be_an_amount(tmp_path):
    source = 'contract = "registrations"\ncovers = ["2018"]\ncolumns = { Dato = "date", Sted = "area", Kr = "number" }\nconstants = { indicator = "groups" }\n'
    (problem, *_) = checked(tmp_path, source, "Dato;Sted;Kr\n21-04-2018;motalavej;87,44\n").errors
    assert problem.code == "amount_as_number" and 'unit = "dkk"' in problem.line("en")


def test_a_sum_of_a_list_that_a_letter_corrects_is_told_how(tmp_path):
    letter = '[[correction]]\ndelivery = 2\narea = "motalavej"\nperiod = "2018"\nindicator = "cost"\nwas = "1.076,27"\nnow = "1.000,27"\n'
    (problem,) = checked(tmp_path, SIGNED + LEDGER + letter, LINES % ("811,17-", "100,00-")).errors
    assert problem.code == "correct_the_record" and "added = true" in problem.line("en")
    more = '[[correction]]\ndelivery = 2\nrecord = "K1"\nadded = true\narea = "motalavej"\ndate = "31-12-2018"\nvalue = "76,00-"\n'
    rows = "Nr;" + (LINES % ("811,17-", "100,00-")).replace("\n", "\nA;", 1).replace("\n29", "\nB;29").replace("\n30", "\nC;30")
    found = checked(tmp_path / "b", SIGNED + LEDGER.replace('Dato = "date"', 'Nr = "id"\nDato = "date"') + more, rows)
    assert not found.errors, found.problems
    assert observe(found.deliveries, found.agreement).query("area == 'motalavej' and period == '2018'")["value"].astype(float).tolist() == [1000.27]
