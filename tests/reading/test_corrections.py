"""Figures and records that a later delivery corrects: by a letter, by a record of a list, by a file of some areas, from another folder."""

from decimal import Decimal

import openpyxl
import pytest
from accounts import every_row_is_accounted_for  # noqa: F401
from conftest import COUNTS_HEADER, COUNTS_SOURCE, told
from test_consistency import rows
from test_intake import COLUMNS, FIRES, WORDS, folder_with

from analysis.judging.observations import observe
from analysis.running import building

LETTER = '\n[[correction]]\ndelivery = 2\ndocument = "brev.pdf"\nreason = "one was counted twice"\n'


def revised(checked) -> list[list]:
    return sorted(checked.revised[["area", "period", "before", "after", "reason"]].values.tolist())


def value(checked, *key: str) -> object:
    assert not checked.errors, "\n".join(map(str, checked.errors))
    return observe(checked.deliveries, checked.agreement).set_index(["indicator", "area", "period"]).loc[key, "value"]


# --- one figure ------------------------------------------------------------------------------------------


@pytest.fixture
def by_letter(small_plan):
    """A function that checks counts of four areas in 2018 (10, 20, 30, 40) under a letter's correction."""

    def write(letter: str, cells: str = rows(), source: str = COUNTS_SOURCE):
        plan = small_plan(counts=cells, counts_source=source, more_counts=LETTER + letter)
        (plan.folder / "counts" / "brev.pdf").write_bytes(b"%PDF-1.4 a letter")
        return plan.check()

    return write


def test_a_letter_corrects_one_figure_and_is_kept(by_letter):
    checked = by_letter('area = "b"\nperiod = "2018"\nindicator = "reports"\nwas = 20\nnow = 19\n')
    assert value(checked, "reports", "b", "2018") == 19 and value(checked, "reports", "combined", "2018") == 99
    assert revised(checked) == [["b", "2018", 20, 19, "one was counted twice"]]
    row = observe(checked.deliveries, checked.agreement).set_index("area").loc["b"]
    assert row["source"] == "counts:counts/brev.pdf"
    assert told(checked.problems) == {"revised"} and "20 → 19" in str(checked.problems[0])


def test_what_was_must_be_what_stands(by_letter):
    checked = by_letter('area = "b"\nperiod = "2018"\nwas = 21\nnow = 19\n')
    (problem,) = checked.errors
    assert (problem.code, problem.file, problem.entry) == ("was_differs", "counts/source.toml", "[[correction]] 1")
    assert "21" in str(problem) and "20" in str(problem)
    assert len(observe(checked.deliveries, checked.agreement)) == 0


@pytest.mark.parametrize(
    ("letter", "code"),
    [
        ('period = "2018"\nwas = 20\nnow = 19\n', "correction_of_several"),
        ('area = "b"\nperiod = "2019"\nwas = 20\nnow = 19\n', "corrects_nothing"),
        ('area = "b"\nwas = 20\nnow = "nitten"\n', "not_a_figure"),
        ('area = "b"\nwas = 20\nnow = "19.5"\n', "not_a_figure"),
        ('area = "b"\nwas = 20\nnow = "19,5"\n', "not_whole"),
        ('area = "b"\nwas = 20\nnow = -1\n', "negative"),
        ('area = "b"\nwas = 20\nnow = 19\nunit = "pieces"\n', "unknown_unit"),
        ('area = "b"\nwas = 20\n', "missing_field"),
        ('area = "b"\nwas = 20\nnow = 19\ncovers = ["2018"]\n', "of_another_correction"),
    ],
)
def test_a_letter_that_cannot_be_followed_is_one_problem(letter, code, by_letter):
    assert told(by_letter(letter).errors) == {code}


def test_a_letter_may_withdraw_a_figure_and_give_one_that_lacked(by_letter):
    marks = '[missing]\n"ukendt" = "not_available"\n'
    first = by_letter('area = "b"\nwas = 20\nnow = "ukendt"\n', source=COUNTS_SOURCE + marks)
    assert not first.errors and observe(first.deliveries, first.agreement).set_index("area").loc["b", "status"] == "not_available"
    second = by_letter('area = "b"\nwas = "ukendt"\nnow = 20\n', rows().replace(";20\n", ";ukendt\n"), COUNTS_SOURCE + marks)
    assert value(second, "reports", "b", "2018") == 20 and "ukendt → 20" in "".join(map(str, second.problems))


def test_a_share_is_corrected_in_the_unit_and_digits_of_its_table(small_plan):
    cells = "".join(f"{area};2018;safe;58,0;100\n" for area in "abcd")
    more = LETTER + 'area = "a"\nwas = "58,0"\nnow = "59,5"\n\n' + LETTER + 'area = "a"\nis = "answers"\nwas = 100\nnow = 120\n'
    plan = small_plan(survey=cells, more_survey=more)
    (plan.folder / "survey" / "brev.pdf").write_bytes(b"%PDF")
    checked = plan.check()
    assert not checked.errors, checked.errors[0]
    row = observe(checked.deliveries, checked.agreement).set_index("area").loc["a"]
    assert (row["value"], row["decimals"], row["denominator"]) == (Decimal("0.595"), 3, 120)


def test_two_letters_about_one_figure_follow_each_other(by_letter):
    more = '[[correction]]\ndelivery = 3\narea = "b"\nwas = 19\nnow = 18\nreason = "another too"\n'
    assert value(by_letter('area = "b"\nwas = 20\nnow = 19\n' + more), "reports", "b", "2018") == 18


# --- totals ----------------------------------------------------------------------------------------------


def test_a_total_that_a_correction_leaves_behind_is_told_once(by_letter):
    letter = 'area = "b"\nindicator = "reports"\nperiod = "2018"\nwas = 20\nnow = 19\n'
    checked = by_letter(letter, rows() + "combined;2018;reports;100\n")
    (problem,) = checked.errors
    assert problem.code == "total_left_behind" and all(word in str(problem) for word in ("100", "99", "[[correction]]", "[[confirmed]]"))
    both = letter + LETTER + 'area = "combined"\nwas = 100\nnow = 99\n'
    assert value(by_letter(both, rows() + "combined;2018;reports;100\n"), "reports", "combined", "2018") == 99


def test_a_total_with_an_area_that_lacks_is_left_behind_until_it_is_confirmed(by_letter):
    letter, cells = 'area = "b"\nwas = 20\nnow = 19\n', rows().replace(";10\n", ";<5\n") + "combined;2018;reports;94\n"
    assert told(by_letter(letter, cells).errors) == {"total_left_behind"}
    right = letter + '[[confirmed]]\narea = "combined"\nperiod = "2018"\nreason = "the supplier says so"\n'
    assert value(by_letter(right, cells), "reports", "combined", "2018") == 94


def test_a_year_beside_its_months_is_left_behind_by_a_month(by_letter):
    months = "".join(rows(f"2018-{month:02}") for month in range(1, 4))
    year = "".join(f"{area};2018;reports;{number}\n" for area, number in zip("abcd", (120, 240, 360, 480), strict=True))
    checked = by_letter('area = "a"\nperiod = "2018-02"\nwas = 10\nnow = 11\n', months + year, "nested_periods = true\n" + COUNTS_SOURCE)
    assert told(checked.errors) == {"total_left_behind"} and checked.errors[0].row == 14


def test_a_correction_from_another_folder_may_hold_one_area_only(small_plan):
    plan = small_plan(counts=rows(), more_counts='\n[[absent]]\narea = "a"\nperiod = "2001"\nreason = "so that every area must be there"\n')
    later = plan.folder / "mail"
    later.mkdir()
    (later / "counts.csv").write_text(COUNTS_HEADER + "c;2018;reports;33\n")
    (later / "source.toml").write_text("delivery = 2\n" + COUNTS_SOURCE)
    checked = plan.check()
    assert value(checked, "reports", "c", "2018") == 33 and value(checked, "reports", "combined", "2018") == 103


# --- departments -----------------------------------------------------------------------------------------


def test_a_corrected_department_moves_its_area_and_that_is_what_is_revised(tmp_path):
    source = (
        f'contract = "counts"\nsum = true\n{COLUMNS}{WORDS}' + '[[correction]]\ndelivery = 2\narea = "Afd. 2"\nwas = 7\nnow = 9\nreason = "two were found"\n'
    )
    cells = "omraade;periode;indikator;antal\nMotalavej;2018;haervaerk;4\nAfd. 1;2018;haervaerk;5\nAfd. 2;2018;haervaerk;7\nSydbyen;2018;haervaerk;1\n"
    home = folder_with(tmp_path, source, {"f.csv": cells + "Skælskør;2018;haervaerk;2\n"}, parts='["Afd. 1", "Afd. 2"]')
    checked = building.check(home)
    assert value(checked, "reports", "ringparken", "2018") == 14
    assert revised(checked) == [["ringparken", "2018", 12, 14, "two were found"]]
    assert sorted(problem.entry for problem in checked.problems if problem.code == "revised") == [
        "Afd. 2, 2018, reports",
        "Ringparken, 2018, reports",
    ]


def test_a_corrected_department_beside_one_that_lacks_does_not_revise_its_area(tmp_path):
    letter = '[[correction]]\ndelivery = 2\narea = "Afd. 2"\nwas = 7\nnow = 9\n[[absent]]\narea = "Afd. 1"\nreason = "another owner"\n'
    cells = "omraade;periode;indikator;antal\nMotalavej;2018;haervaerk;4\nAfd. 2;2018;haervaerk;7\nSydbyen;2018;haervaerk;1\nSkælskør;2018;haervaerk;2\n"
    checked = building.check(
        folder_with(tmp_path, f'contract = "counts"\nsum = true\n{COLUMNS}{WORDS}{letter}', {"f.csv": cells}, parts='["Afd. 1", "Afd. 2"]')
    )
    assert [problem.entry for problem in checked.problems if problem.code == "revised"] == ["Afd. 2, 2018, reports"] and revised(checked) == []


# --- lists -----------------------------------------------------------------------------------------------

HEAD = "Sag;Dato;Sted;Hvad;Påsat;Udgift\n"
CASES = (
    HEAD
    + "F-001;03-04-2018;Motalavej;brand;ja;1\nF-002;13-04-2018;Motalavej;brand;ja;2\nF-003;31-12-2018;Motalavej;brand;nej;7\n"
    + "F-004;01-01-2018;Sydbyen;brand;ja;9\n"
)


@pytest.fixture
def listed(tmp_path):
    """A function that checks a list of four fires under a correction, which may have a file."""
    return lambda correction, cells=CASES, **more: building.check(folder_with(tmp_path, FIRES + correction, {"f.csv": cells, **more}))


def test_a_record_that_belongs_to_another_area_moves_months_and_years(listed):
    checked = listed('[[correction]]\ndelivery = 2\nrecord = "f 002"\narea = "Sydbyen"\nreason = "the address was wrong"\n')
    assert [value(checked, "fires", area, "2018") for area in ("motalavej", "sydbyen", "combined")] == [1, 2, 3]
    fires = checked.revised[checked.revised["indicator"] == "fires"]
    assert sorted(fires[["area", "period", "before", "after"]].values.tolist()) == [
        ["motalavej", "2018", 2, 1],
        ["motalavej", "2018-04", 2, 1],
        ["sydbyen", "2018", 1, 2],
        ["sydbyen", "2018-04", 0, 1],
    ]
    assert set(checked.revised["reason"]) == {"the address was wrong"}


def test_a_record_within_its_year_moves_the_months_alone(listed):
    checked = listed('[[correction]]\ndelivery = 2\nrecord = "F-002"\ndate = "13-05-2018"\n')
    assert value(checked, "fires", "motalavej", "2018") == 2
    fires = checked.revised[checked.revised["indicator"] == "fires"]
    assert sorted(fires[["period", "before", "after"]].values.tolist()) == [["2018-04", 2, 1], ["2018-05", 0, 1]]


NEW = '[[correction]]\ndelivery = %s\nrecord = "%s"\nadded = true\narea = "%s"\ndate = "%s"\nindicator = "brand"\ndeliberate = "ja"\nvalue = 3\n'


def test_records_that_were_left_out_are_added_each_once(listed):
    checked = listed(NEW % (2, "F-008", "Sydbyen", "29-01-2018") + NEW % (2, "F-009", "Skaelskoer", "28-02-2018"))
    assert [value(checked, "fires", area, "2018") for area in ("motalavej", "sydbyen", "skaelskoer", "combined")] == [2, 2, 1, 5]
    assert value(checked, "cost", "sydbyen", "2018") == 12
    then = listed(NEW % (2, "F-008", "Sydbyen", "29-01-2018") + '[[correction]]\ndelivery = 3\nrecord = "F-008"\narea = "Motalavej"\n')
    assert [value(then, "fires", area, "2018") for area in ("motalavej", "sydbyen", "combined")] == [3, 1, 4]


def test_a_record_is_dropped_and_one_found_not_deliberate_is_kept_apart(listed):
    dropped = '[[correction]]\ndelivery = 2\nrecord = "F-004"\ndropped = true\n'
    checked = listed(dropped + '[[correction]]\ndelivery = 3\nrecord = "F-001"\ndeliberate = "nej"\n')
    assert [value(checked, "fires", area, "2018") for area in ("motalavej", "sydbyen")] == [1, 0]
    kept = checked.deliveries[0].table.query("indicator == 'fires' and area == 'motalavej' and period == '2018'")
    assert sorted(kept[["set_aside", "value"]].values.tolist()) == [["", 1], ["not deliberate", 2], ["revised by delivery 3", 1], ["revised by delivery 3", 2]]


@pytest.mark.parametrize(
    ("correction", "code"),
    [
        ('record = "F-009"\ndropped = true\n', "record_not_there"),
        ('record = "F-001"\n', "record_unchanged"),
        ('record = "F-009"\nadded = true\n', "record_unchanged"),
        ('record = "f-001"\nadded = true\ndate = "03-04-2018"\n', "record_is_there"),
        ('record = "F-009"\nadded = true\ndate = "03-04-2018"\narea = "Sydbyn"\nindicator = "brand"\nvalue = 1\ndeliberate = "ja"\n', "unknown_area_near"),
        ('record = "F-001"\nmedium = "DR"\n', "record_without_column"),
        ('record = "F-001"\narea = "Sydbyn"\n', "unknown_area_near"),
        ('record = "F-001"\ndate = "31-02-2018"\n', "bad_day"),
        ('record = "F-001"\ndate = "03-04-2019"\n', "outside_covers"),
    ],
)
def test_a_correction_of_a_record_that_cannot_be_followed_is_one_problem(correction, code, listed):
    (problem,) = listed("[[correction]]\ndelivery = 2\n" + correction).errors
    assert (problem.code, problem.file, problem.entry) == (code, "s/source.toml", "[[correction]] 1")


DRAFTS = (
    HEAD.replace("Sag;", "Status;Sag;")
    + "klar;F-001;03-04-2018;Motalavej;brand;ja;1\nkladde;F-002;13-04-2018;Motalavej;brand;ja;2\nklar;F-003;01-05-2018;andet;brand;ja;4\n"
)
CHOSEN = FIRES.replace("[columns]", 'where = { Status = "klar" }\nleave = { Status = "kladde" }\n[columns]') + '[unused.area]\nandet = "no area"\n'


@pytest.fixture
def chosen(tmp_path):
    """A function that checks a list of three fires under a correction: one counts, one is a draft that is left, one lies in no area of the plan."""
    return lambda correction: building.check(folder_with(tmp_path, CHOSEN + "[[correction]]\ndelivery = 2\n" + correction, {"f.csv": DRAFTS}))


@pytest.mark.parametrize("change", ['area = "Motalavej"\ndate = "01-05-2018"\ndeliberate = "ja"', 'deliberate = "nej"', "dropped = true"])
def test_a_correction_of_a_record_that_is_set_aside_is_told_and_never_without_effect(change, chosen):
    (problem,) = chosen(f'record = "F-002"\n{change}\n').errors
    assert (problem.code, problem.entry, problem.detail["row"]) == ("record_set_aside", "[[correction]] 1", 3)
    assert "added = true" in str(problem) and "not of the rows this table is read from" in str(problem)


def test_a_record_that_was_left_comes_in_as_one_that_is_added(chosen):
    checked = chosen('record = "F-002"\nadded = true\narea = "Sydbyen"\ndate = "13-04-2018"\nindicator = "brand"\ndeliberate = "ja"\nvalue = 2\n')
    assert [value(checked, "fires", area, "2018") for area in ("motalavej", "sydbyen", "combined")] == [1, 1, 2]
    assert value(checked, "cost", "sydbyen", "2018") == 2


def test_a_record_set_aside_for_a_word_comes_in_by_another_word(chosen):
    checked = chosen('record = "F-003"\narea = "Sydbyen"\n')
    assert [value(checked, "fires", area, "2018") for area in ("motalavej", "sydbyen", "combined")] == [1, 1, 2]
    assert told(chosen('record = "F-003"\ndate = "02-05-2018"\n').errors) == {"record_set_aside"}


def test_a_correction_of_a_hidden_record_that_is_left_is_told(tmp_path):
    def hidden(path):
        book = openpyxl.Workbook()
        for line in CASES.splitlines():
            book.active.append(line.split(";"))
        book.active.row_dimensions[3].hidden = True
        book.save(path)

    fields = FIRES.replace("[columns]", 'hidden = "leave"\n[columns]') + '[[correction]]\ndelivery = 2\nrecord = "F-002"\narea = "Sydbyen"\n'
    assert told(building.check(folder_with(tmp_path, fields, {"f.xlsx": hidden})).errors) == {"record_set_aside"}


def test_a_counted_month_is_corrected_by_its_figure_only_with_its_year(listed):
    month = '[[correction]]\ndelivery = 2\nindicator = "fires"\narea = "Sydbyen"\nperiod = "2018-01"\nwas = 1\nnow = 2\n'
    checked = listed(month)
    assert told(checked.errors) == {"corrects_part_of_year"} and "2018" in str(checked.errors[0])
    checked = listed(month + month.replace("2018-01", "2018"))
    assert [value(checked, "fires", "sydbyen", period) for period in ("2018-01", "2018")] == [2, 2]
    contradicting = month + month.replace("2018-01", "2018").replace("now = 2", "now = 3")
    assert told(listed(contradicting).errors) == {"corrects_year_alone"}
    money = '[[correction]]\ndelivery = 2\nindicator = "cost"\narea = "Sydbyen"\nperiod = "2018"\nwas = 9\nnow = 8\n'
    assert told(listed(money).errors) == {"correct_the_record"}


def test_a_year_corrected_without_its_month_takes_the_months_back_and_says_so(listed):
    year = '[[correction]]\ndelivery = 2\nindicator = "fires"\narea = "Sydbyen"\nperiod = "2018"\nwas = 1\nnow = 2\nreason = "one was missing"\n'
    checked = listed(year)
    assert (
        not checked.errors and [problem.entry for problem in checked.problems if problem.code in ("revised", "months_unknown")] == ["Sydbyen, 2018, fires"] * 2
    )
    assert [value(checked, "fires", area, "2018") for area in ("motalavej", "sydbyen", "combined")] == [2, 2, 4]
    table = observe(checked.deliveries, checked.agreement).query("indicator == 'fires' and area == 'sydbyen' and period != '2018'")
    assert len(table) == 12 and set(table["status"]) == {"not_available"} and table["value"].isna().all()
    assert all("2018" in note and "delivery 2" in note for note in table["note"])
    assert value(checked, "fires", "motalavej", "2018-04") == 2
    assert {tuple(row[1:3]) for row in revised(checked) if row[0] == "sydbyen"} >= {("2018", 1), ("2018-01", 1), ("2018-05", 0)}
    again = listed(year + year.replace("delivery = 2", "delivery = 3").replace("was = 1\nnow = 2", "was = 2\nnow = 3"))
    assert value(again, "fires", "sydbyen", "2018") == 3


def test_a_letter_about_another_folders_figure_says_where_it_stands(tmp_path):
    home = folder_with(tmp_path, FIRES, {"f.csv": CASES})
    (home / "mail").mkdir()
    letter = '[[correction]]\ndelivery = 2\nindicator = "fires"\narea = "Sydbyen"\nperiod = "2018"\nwas = 1\nnow = 2\n'
    fields = 'publisher = "x"\ncontract = "counts"\nfiles = ["g.csv"]\nconstants = { indicator = "reports", period = "2018" }\n'
    (home / "mail" / "source.toml").write_text(f'{fields}columns = {{ Sted = "area", Antal = "value" }}\n{letter}', encoding="utf-8")
    places = ("Motalavej", "Sydbyen", "Ringparken", "Skaelskoer")
    (home / "mail" / "g.csv").write_text("Sted;Antal\n" + "".join(f"{place};7\n" for place in places), encoding="utf-8")
    (problem,) = building.check(home).errors
    assert (problem.code, problem.detail["folders"]) == ("corrects_elsewhere", "s") and "only its own folder" in str(problem)


def test_a_year_that_another_folder_corrects_beside_its_months_is_settled_by_confirmed(tmp_path):
    home = folder_with(tmp_path, FIRES, {"f.csv": CASES})
    (home / "mail").mkdir()
    fields = 'publisher = "x"\ncontract = "counts"\ndelivery = 2\nfiles = ["g.csv"]\nconstants = { indicator = "fires", period = "2018" }\n'
    fields += 'columns = { Sted = "area", Antal = "value" }\n'
    (home / "mail" / "source.toml").write_text(fields, encoding="utf-8")
    (home / "mail" / "g.csv").write_text("Sted;Antal\nSydbyen;2\n", encoding="utf-8")
    assert "year_differs" in told(building.check(home).problems)
    confirmed = '[[confirmed]]\narea = "Sydbyen"\nperiod = "2018"\nindicator = "fires"\nreason = "the month is not known"\n'
    (home / "mail" / "source.toml").write_text(fields + confirmed, encoding="utf-8")
    checked = building.check(home)
    assert "year_differs" not in told(checked.problems) and value(checked, "fires", "sydbyen", "2018") == 2


def test_a_list_of_one_area_makes_no_zeros_of_the_others(listed):
    later = HEAD + "F-001;03-04-2018;Motalavej;brand;ja;1\nF-005;04-04-2018;Motalavej;brand;ja;1\nF-006;05-05-2018;Motalavej;brand;ja;1\n"
    some = '[[correction]]\ndelivery = 2\nfiles = ["later.csv"]\ncovers = ["2018"]\nholds = ["Motalavej"]\n'
    checked = listed(some, **{"later.csv": later})
    assert [value(checked, "fires", area, "2018") for area in ("motalavej", "sydbyen", "combined")] == [3, 1, 4]
    assert told(listed(some, **{"later.csv": later + "F-007;05-05-2018;Sydbyen;brand;ja;1\n"}).errors) == {"not_held"}
    half = some.replace('"2018"', '"2018-H1"')
    assert value(listed(half, **{"later.csv": later}), "fires", "motalavej", "2018") == 3


def test_a_record_that_a_corrected_month_would_double_is_told(listed):
    some = '[[correction]]\ndelivery = 2\nfiles = ["later.csv"]\ncovers = ["2018-05"]\n'
    checked = listed(some, **{"later.csv": HEAD + "F-002;05-05-2018;Motalavej;brand;ja;1\n"})
    assert told(checked.errors) == {"repeated_id_row"}


# --- several lists ---------------------------------------------------------------------------------------


def test_two_lists_of_one_indicator_are_one_problem_until_each_says_what_it_holds(tmp_path):
    source = 'publisher = "x"\nfiles = ["f.csv"]\n' + FIRES.replace('Udgift = { indicator = "cost", unit = "dkk" }\n', "")
    head = "Sag;Dato;Sted;Hvad;Påsat\n"
    home = folder_with(tmp_path, source + 'ignored = ""', {"f.csv": ""})

    def write(first: str, second: str):
        for name, holds, row in (("s", first, "1;03-04-2018;Motalavej;brand;ja\n"), ("t", second, "1;04-04-2018;Sydbyen;brand;ja\n")):
            (home / name).mkdir(exist_ok=True)
            (home / name / "source.toml").write_text(holds + source, encoding="utf-8")
            (home / name / "f.csv").write_text(head + row, encoding="utf-8")
        return building.check(home)

    (problem,) = write("", "").errors
    assert problem.code == "two_lists" and all(word in str(problem) for word in ("holds", "fires", "s/source.toml", "Motalavej"))
    west, east = 'holds = ["Motalavej", "Ringparken"]\n', 'holds = ["Sydbyen", "Skaelskoer"]\n'
    checked = write(west, east)
    assert [value(checked, "fires", area, "2018") for area in ("motalavej", "ringparken", "sydbyen", "combined")] == [1, 0, 1, 2]
    lacking = write(west, 'holds = ["Sydbyen"]\n')
    assert told(lacking.errors) == {"area_missing_in_file"} and "Skaelskoer" in str(lacking.errors[0])
    assert told(write(west, 'holds = ["Skaelskoer"]\n').errors) == {"not_held"} and told(write(west, 'holds = ["Sydby"]\n').errors) == {"holds_no_area"}
