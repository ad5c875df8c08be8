"""What [[absent]] and [[confirmed]] name is known and stands for something: a misspelt word would leave a zero, or a refusal, that nobody meant."""

import pytest
from accounts import every_row_is_accounted_for  # noqa: F401
from conftest import COUNTS_SOURCE, told
from test_intake import COLUMNS, HEADER, ROWS, WORDS, folder_with

from analysis.running import building

HOLDS = 'holds = ["Motalavej", "Ringparken", "Sydbyen", "Skaelskoer"]\n'
FIRES = f'contract = "incidents"\ncovers = ["2017", "2018"]\n{HOLDS}' + 'columns = { Dato = "date", Sted = "area" }\nconstants = { indicator = "fires" }\n'
TWO = "Dato;Sted\n02-10-2017;Motalavej\n03-11-2018;Sydbyen\n"
ENTRY = '[[%s]]\n%s\nreason = "not in the system yet"\n'


def of_list(tmp_path, entry: str):
    return building.check(folder_with(tmp_path, FIRES + entry, {"f.csv": TWO}))


WRONG = {  # what is wrong with an entry of a list: (entry, code, what the message must say)
    "a misspelt area": ('area = "Skaelskor"\nperiod = "2017"', "entry_unknown_near", "Skaelskoer"),
    "an area of another plan": ('area = "Korsør"', "entry_unknown", "Motalavej"),
    "a misspelt indicator": ('area = "Skaelskoer"\nindicator = "fire"', "entry_unknown_near", '"fires"'),
    "a period that is none": ('area = "Skaelskoer"\nperiod = "før 2018"', "entry_without_period", "2018-H1"),
    "a year the list does not cover": ('area = "Skaelskoer"\nperiod = "2107"', "nothing_is_absent", "2017, 2018"),
    "no area": ('period = "2017"', "nothing_is_absent", "area"),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_entry_that_would_leave_zeros_in_a_list_is_refused(what, tmp_path):
    entry, code, says = WRONG[what]
    checked = of_list(tmp_path, ENTRY % ("absent", entry))
    (problem,) = checked.problems
    assert (problem.code, problem.level, problem.entry) == (code, "error", "[[absent]] 1") and says in problem.line("en") and says in problem.line("da")
    assert not any(len(delivery.used) for delivery in checked.deliveries)


def test_an_entry_that_is_so_is_no_problem(tmp_path):
    assert of_list(tmp_path, ENTRY % ("absent", 'area = "Skaelskoer"\nperiod = "2017"')).problems == []


@pytest.mark.parametrize("entry", ['area = "Sydbyn"', 'indicator = "nonsense"', 'period = "nu"'])
@pytest.mark.parametrize("table", ["absent", "confirmed"])
def test_a_word_in_an_entry_that_names_nothing_is_refused_in_a_table_of_figures_too(table, entry, tmp_path):
    checked = building.check(folder_with(tmp_path, f'contract = "counts"\n{COLUMNS}{WORDS}{ENTRY % (table, entry)}', {"f.csv": HEADER + ROWS}))
    assert {problem.entry for problem in checked.errors} == {f"[[{table}]] 1"}


def test_an_entry_that_stands_for_nothing_is_told(small_plan):
    rows = "".join(f"{area};2018;reports;10\n" for area in "abcd")
    for entry, code in (('[[absent]]\nperiod = "2018"', "nothing_is_absent"), ('[[confirmed]]\nperiod = "2019"', "nothing_is_confirmed")):
        (problem,) = small_plan(counts=rows, more_counts=f'\n{entry}\nreason = "x"\n[[absent]]\nreason = "x"\n').check().problems
        assert (problem.code, problem.level) == (code, "warning")
    lacking = small_plan(counts=rows.replace("d;2018;reports;10\n", ""), more_counts='\n[[absent]]\nperiod = "2018"\nreason = "x"\n')
    assert lacking.check().problems == []


def test_a_word_that_one_of_two_tables_knows_is_known(small_plan):
    rows = "".join(f"{area};2018;hærværk;10\n" for area in "abcd")
    known = COUNTS_SOURCE + '\n[values.indicator]\n"hærværk" = "reports"\n'
    plan = small_plan(counts=rows, counts_source=known, more_counts='\n[[confirmed]]\nindicator = "hærværk"\nreason = "x"\n')
    assert told(plan.check().problems) == set()


def test_a_list_that_holds_a_department_is_refused_where_departments_are_not_added_up(tmp_path):
    home = folder_with(tmp_path, FIRES.replace(HOLDS, 'holds = ["afd. 2"]\n'), {"f.csv": TWO}, parts='["Afd. 1", "Afd. 2"]')
    (problem,) = building.check(home).errors
    assert problem.code == "holds_a_part" and 'holds = ["Ringparken"]' in problem.line("en") and "sum = true" in problem.line("da")
