"""Departments in lists: each is counted by itself and added up to its area over all suppliers, and an area of which one lacks has no figure."""

import pytest
from accounts import every_row_is_accounted_for  # noqa: F401
from conftest import observe, told
from test_intake import AREAS, folder_with

from analysis.running import building

PARTS = '["Afd. 1", "Afd. 2", "Afd. 3"]'
LIST = (
    'contract = "incidents"\nsum = true\ncovers = ["2018", "2019"]\n'
    'columns = { Sag = "id", Dato = "date", Sted = "area" }\nconstants = { indicator = "fires" }\n'
)
CASES = "Sag;Dato;Sted\n1;03-04-2018;Afd. 1\n2;09-06-2018;Afd. 1\n3;01-02-2018;Sydbyen\n4;07-08-2019;Afd. 1\n"
HOLDS = 'holds = ["afd. 1", "Sydbyen"]\n'
ABSENT = '[[absent]]\narea = "%s"\nreason = "another owner"\n'
ELSEWHERE = ABSENT % "Motalavej" + ABSENT % "Skaelskoer"
COUNTS = (
    'contract = "counts"\nsum = true\nconstants = { indicator = "fires" }\n'
    'columns = { Sted = "area", 2018 = { period = "2018" }, 2019 = { period = "2019" } }\n'
)
OTHERS = "Sted;2018;2019\nAfd. 2;4;3\nAfd. 3;5;6\n"


def checked(tmp_path, source: str, rows: str, *others: tuple[str, str]):
    """One supplier's list, and beside it the tables of others."""
    home = folder_with(tmp_path, source, {"f.csv": rows}, PARTS)
    for number, (more, cells) in enumerate(others):
        (home / f"other{number}").mkdir()
        (home / f"other{number}" / "g.csv").write_text(cells, encoding="utf-8")
        (home / f"other{number}" / "source.toml").write_text(f'publisher = "X"\nfiles = ["g.csv"]\n{more}', encoding="utf-8")
    return building.check(home)


def years(found) -> dict:
    assert not found.errors, "\n".join(map(str, found.errors))
    rows = observe(found.deliveries, found.agreement)
    rows = rows[rows["period"].isin(["2018", "2019"])]
    return {(row["area"], row["period"]): row["status"] if row["value"] != row["value"] else row["value"] for row in rows.to_dict("records")}


def departments(found) -> dict:
    """The departments' own figures, as they are kept."""
    tables = [delivery.table[delivery.table["set_aside"] == "a department, added up to its area"] for delivery in found.deliveries]
    return {(row["area"], row["period"]): row["value"] for table in tables for row in table.to_dict("records") if row["period"] in ("2018", "2019")}


@pytest.mark.parametrize("holds", ["", HOLDS, 'holds = ["Ringparken", "Sydbyen"]\n'])
def test_a_list_of_one_department_is_not_its_area(holds, tmp_path):
    found = checked(tmp_path, holds + LIST + (ELSEWHERE if holds else ""), CASES)
    (problem,) = found.errors
    assert problem.code == "parts_missing" and problem.detail["parts"] == "Afd. 2, Afd. 3" and not any(len(each.used) for each in found.deliveries)


def test_an_area_of_which_departments_are_absent_has_no_figure_and_the_others_are_kept(tmp_path):
    found = checked(tmp_path, HOLDS + LIST + ELSEWHERE + ABSENT % "Afd. 2" + ABSENT % "afd. 3", CASES)
    assert years(found)["ringparken", "2018"] == years(found)["ringparken", "2019"] == "not_delivered" and years(found)["sydbyen", "2018"] == 1
    assert departments(found) == {("ringparken/Afd. 1", "2018"): 2, ("ringparken/Afd. 1", "2019"): 1}


def test_a_closed_department_is_left_out_of_what_a_list_adds_up(tmp_path):
    closed = "".join((ABSENT % part).replace("reason", f"closed = true\n{period}reason") for part, period in (("Afd. 2", ""), ("Afd. 3", 'period = "2019"\n')))
    found = checked(tmp_path, HOLDS.replace('"afd. 1"', '"afd. 1", "afd. 3"') + LIST + ELSEWHERE + closed, CASES + "5;01-12-2018;Afd. 3\n")
    assert (years(found)["ringparken", "2018"], years(found)["ringparken", "2019"]) == (3, 1)
    assert told(checked(tmp_path / "b", LIST + closed, CASES + "5;01-12-2019;Afd. 3\n").errors) == {"absent_is_there"}


def test_departments_of_a_list_and_of_a_table_of_figures_are_added_up(tmp_path):
    found = checked(tmp_path, HOLDS + LIST + ELSEWHERE, CASES, (COUNTS, OTHERS))
    assert (years(found)["ringparken", "2018"], years(found)["ringparken", "2019"], found.problems) == (11, 10, [])
    assert departments(found)["ringparken/Afd. 1", "2018"] == 2
    rows = observe(found.deliveries, found.agreement)
    assert not len(rows[(rows["area"] == "ringparken") & (rows["period"] == "2018-04")])  # the other supplier has no months


def test_a_list_beside_quarters_is_added_up_by_year(tmp_path):
    quarters = COUNTS.split("columns")[0] + 'columns = { Sted = "area", Kvt = "period", Antal = "value" }\n'
    cells = "Sted;Kvt;Antal\n" + "".join(
        f"{part};{year}-Q{number};{number}\n" for part in ("Afd. 2", "Afd. 3") for year in (2018, 2019) for number in (1, 2, 3, 4)
    )
    found = checked(tmp_path, HOLDS + LIST + ELSEWHERE, CASES, (quarters, cells))
    assert (years(found)["ringparken", "2018"], years(found)["ringparken", "2019"]) == (22, 21)


@pytest.mark.parametrize("holds", ['holds = ["Ringparken"]\n', 'holds = ["Afd. 2", "Afd. 3"]\n'])
def test_departments_of_two_lists_are_added_up(holds, tmp_path):
    found = checked(tmp_path, HOLDS + LIST + ELSEWHERE, CASES, (holds + LIST, "Sag;Dato;Sted\n1;03-04-2018;Afd. 2\n2;03-04-2018;Afd. 3\n"))
    assert (years(found)["ringparken", "2018"], years(found)["ringparken", "2019"], found.problems) == (4, 1, [])


def test_departments_of_two_tables_of_one_folder_are_added_up(tmp_path):
    home = folder_with(tmp_path, "", {"f.csv": CASES, "g.csv": OTHERS}, PARTS)
    toml = next(home.rglob("source.toml"))
    head = HOLDS + LIST + ELSEWHERE.replace("[[absent]]", "[[table.absent]]")
    toml.write_text(f'publisher = "X"\n[[table]]\nfiles = ["f.csv"]\n{head}\n[[table]]\nfiles = ["g.csv"]\n{COUNTS}', encoding="utf-8")
    assert years(building.check(home))["ringparken", "2018"] == 11


def test_one_department_in_two_lists_is_refused(tmp_path):
    found = checked(
        tmp_path, HOLDS + LIST + ELSEWHERE, CASES, ('holds = ["Ringparken"]\n' + LIST, CASES.replace("Sydbyen", "Afd. 2") + "9;01-01-2018;Afd. 3\n")
    )
    assert "repeated_key" in told(found.errors)


def test_the_two_largest_amounts_are_those_of_all_departments(tmp_path):
    money = (
        'contract = "incidents"\nsum = true\ncovers = ["2018"]\n['
        'columns]\nDato = "date"\nSted = "area"\nKr = { indicator = "cost", unit = "dkk" }\n[constants]\nindicator = "fires"\n'
    )
    rows = "Dato;Sted;Kr\n03-04-2018;Afd. 1;10\n03-04-2018;Afd. 2;500\n03-04-2018;Afd. 3;400\n" + "".join(f"03-04-2018;{area};1\n" for area in AREAS[2:])
    found = checked(tmp_path, money, rows)
    table = found.deliveries[0].used.query("indicator == 'cost' and area == 'ringparken' and period == '2018'")
    assert table[["value", "largest", "second"]].values.tolist() == [[910, 500, 400]], found.problems


def test_a_whole_area_beside_some_of_its_departments_is_refused(tmp_path):
    rows = CASES + "5;01-12-2018;Ringparken\n"
    (problem,) = checked(tmp_path, 'holds = ["Ringparken", "Sydbyen"]\n' + LIST + ELSEWHERE, rows).errors
    assert problem.code == "area_beside_departments" and '"Afd. 1" = "Ringparken"' in problem.line("en") and problem.row == 6
    mapped = 'holds = ["Ringparken", "Sydbyen"]\n' + LIST + ELSEWHERE + '[areas]\n"Afd. 1" = "Ringparken"\n'
    assert years(checked(tmp_path / "b", mapped, rows))["ringparken", "2018"] == 3


def test_an_area_that_a_list_never_names_is_warned_of_with_what_to_write(tmp_path):
    found = checked(tmp_path, LIST, CASES, (COUNTS, OTHERS))
    (problem,) = found.problems
    assert (problem.code, problem.level) == ("zero_where_never_named", "warning") and 'holds = ["Afd. 1", "Sydbyen"]' in problem.line("da")
    assert "Motalavej" in problem.line("en") and years(found)["motalavej", "2018"] == 0


def test_persons_of_all_departments_in_one_list_are_counted_once_in_the_area(tmp_path):
    source = (
        'contract = "registrations"\nsum = true\ncovers = ["2018"]\n'
        'columns = { Dato = "date", Sted = "area", Id = "person" }\nconstants = { indicator = "volunteers" }\n'
    )
    rows = (
        "Dato;Sted;Id\n"
        + "".join(f"03-04-2018;Afd. {number};P1\n" for number in (1, 2, 3))
        + "".join(f"03-04-2018;{area};P2\n" for area in AREAS if area != "ringparken")
    )
    found = checked(tmp_path, source, rows)
    assert not found.errors, found.problems
    table = found.deliveries[0].used.query("period == '2018'").set_index("area")["value"]
    assert table["ringparken"] == 1 and table["combined"] == 2, found.problems
    lacking = checked(tmp_path / "b", source, rows.replace("03-04-2018;Afd. 3;P1\n", ""))
    assert lacking.errors and not len(lacking.deliveries[0].used)


@pytest.mark.parametrize("number", [2, 1], ids=["a_later_delivery", "the_same_delivery"])
def test_the_figure_of_an_area_corrects_the_sum_of_its_departments(number, tmp_path):
    total = 'contract = "counts"\nconstants = { indicator = "fires", period = "2018" }\ncolumns = { Sted = "area", Antal = "value" }\n' + ABSENT % "Sydbyen"
    given = (f"delivery = {number}\n{total}", "Sted;Antal\nRingparken;12\n")
    found = checked(tmp_path, HOLDS + LIST + ELSEWHERE, CASES, (COUNTS, OTHERS), given)
    if number == 1:
        assert "delivered_twice" in told(found.errors)
    else:
        assert years(found)["ringparken", "2018"] == 12
        assert found.revised[["area", "period", "before", "after"]].values.tolist() == [["ringparken", "2018", 11, 12]]
