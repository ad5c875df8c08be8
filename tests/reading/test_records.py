"""Lists of single cases: what is counted, what is kept apart, what counts once, and what refuses a list."""

import pytest
from conftest import indicator, observe, register, told
from test_intake import AREAS, EVENTS, FIRES, folder_with

from analysis.running import building

HEAD = "Sag;Dato;Sted;Hvad;Påsat;Udgift\n"
ROWS = "1;03-04-2018;Motalavej;brand;ja;0,10\n2;13-04-2018;Motalavej;brand;ja;0,20\n3;31-12-2018;Motalavej;brand;nej;7\n4;01-01-2018;Sydbyen;brand;ukendt;9\n"
PEOPLE = """contract = "registrations"
covers = ["2018"]
[columns]
Dato = "date"
Sted = "area"
Hvad = "indicator"
Id = "person"
Antal = "number"
"Skøn" = "estimated"
Mindst = "lowest"
Mest = "highest"
Til = "until"
[values.estimated]
ja = "yes"
"" = "no"
"""
PEOPLE_HEAD = "Dato;Sted;Hvad;Id;Antal;Skøn;Mindst;Mest;Til\n"


@pytest.fixture
def listed(tmp_path):
    """A function that checks one list under its source."""
    return lambda source, rows, **more: building.check(folder_with(tmp_path, source, {"f.csv": rows, **more}))


def table(checked):
    assert not checked.errors, "\n".join(map(str, checked.errors))
    return observe(checked.deliveries, checked.agreement).set_index(["indicator", "area", "period"])


def people(listed, *rows: str):
    return listed(PEOPLE, PEOPLE_HEAD + "".join(row + ";" * (8 - row.count(";")) + "\n" for row in rows))


# --- incidents ------------------------------------------------------------------------------------------


def test_a_month_with_nothing_is_zero_in_every_area_and_the_months_make_the_year(listed):
    value = table(listed(FIRES, HEAD + ROWS))["value"]
    for area, year in (("motalavej", 2), ("sydbyen", 0), ("ringparken", 0), ("skaelskoer", 0), ("combined", 2)):
        months = [value["fires", area, f"2018-{month:02}"] for month in range(1, 13)]
        assert sum(months) == value["fires", area, "2018"] == year


def test_what_was_not_or_may_not_have_been_deliberate_is_kept_apart_by_month_and_year(listed):
    aside = listed(FIRES, HEAD + ROWS).deliveries[0].table.query("set_aside != '' and indicator == 'fires'")
    assert sorted(aside[["area", "period", "set_aside", "value"]].values.tolist()) == [
        ["motalavej", "2018", "not deliberate", 1],
        ["motalavej", "2018-12", "not deliberate", 1],
        ["sydbyen", "2018", "unknown whether deliberate", 1],
        ["sydbyen", "2018-01", "unknown whether deliberate", 1],
    ]


def test_money_is_summed_to_the_oere_and_only_of_the_deliberate(listed):
    rows = HEAD + "".join(f"{n};03-04-2018;Motalavej;brand;ja;0,10\n" for n in range(30)) + "99;03-04-2018;Motalavej;brand;nej;1000\n"
    assert table(listed(FIRES, rows))["value"]["cost", "motalavej", "2018"] == 3
    assert table(listed(FIRES, HEAD + ROWS))["value"]["cost", "motalavej", "2018-04"] == 0.3


def test_the_two_largest_amounts_are_known_of_months_years_and_all_areas_together(listed):
    costs = (
        ("03-04-2018", "Motalavej", "ja", 900),
        ("05-06-2018", "Motalavej", "ja", 40),
        ("07-06-2018", "Motalavej", "ja", 60),
        ("08-06-2018", "Motalavej", "nej", 5000),
        ("09-06-2018", "Sydbyen", "ja", 70),
    )
    rows = "".join(f"{n};{day};{area};brand;{deliberate};{cost}\n" for n, (day, area, deliberate, cost) in enumerate(costs))
    observations = observe(listed(FIRES, HEAD + rows).deliveries, listed(FIRES, HEAD + rows).agreement).set_index(["indicator", "area", "period"])
    two = observations[["largest", "second"]]
    assert two.loc["cost", "motalavej", "2018"].tolist() == [900, 60]
    assert two.loc["cost", "motalavej", "2018-06"].tolist() == [60, 40]
    assert two.loc["cost", "motalavej", "2018-07"].tolist() == [0, 0]
    assert two.loc["cost", "combined", "2018"].tolist() == [900, 70]


def test_money_in_another_unit_is_taken_as_that_unit_or_refused(listed):
    millions = table(listed(FIRES.replace('"dkk"', '"million_dkk"'), HEAD + ROWS))["value"]
    assert millions["cost", "motalavej", "2018"] == 300_000
    for source, rows in ((FIRES.replace('"dkk"', '"percent"'), ROWS), (FIRES, ROWS.replace("0,10", "10 %"))):
        checked = listed(source, HEAD + rows)
        assert told(checked.errors) == {"unit_mark"} and checked.errors[0].row == 2
    assert table(listed(FIRES, HEAD + ROWS.replace("0,10", "0,10 kr.")))["value"]["cost", "motalavej", "2018"] == 0.3


def test_the_same_case_twice_is_refused_with_both_rows_and_a_blank_is_no_case(listed):
    checked = listed(FIRES, HEAD + ROWS + "2;14-04-2018;Sydbyen;brand;ja;0\n")
    (problem,) = checked.errors
    assert (problem.code, problem.row, problem.column) == ("repeated_id_row", 6, "Sag") and "row 3" in str(problem)
    assert table(listed(FIRES, HEAD + ROWS.replace("1;03", ";03").replace("2;13", ";13")))["value"]["fires", "motalavej", "2018"] == 2


def test_a_case_in_two_files_of_one_delivery_is_the_same_case(listed):
    checked = listed(FIRES, HEAD + ROWS, **{"g.csv": HEAD + "2;14-04-2018;Sydbyen;brand;ja;0\n"})
    (problem,) = checked.errors
    assert (problem.file, problem.row) == ("s/g.csv", 2) and "row 3 of s/f.csv" in str(problem)


def test_every_case_of_a_file_sent_twice_does_not_take_forever_to_tell(listed):
    rows = "".join(f"{n};03-04-2018;Motalavej;brand;ja;1\n" for n in range(3000))
    checked = listed(FIRES, HEAD + rows, **{"g.csv": HEAD + rows})
    assert {"repeated_id_row"} <= told(checked.errors) and len(checked.errors) < 5000


@pytest.mark.parametrize("day", ["31-12-2017", "01-01-2019", "32-01-2018", "29-02-2018", "03-04-18", "04/13/2018", "2018-13-04", "april 2018", "٠٣-04", ""])
def test_a_day_that_is_none_or_lies_outside_is_refused_in_its_row(day, listed):
    checked = listed(FIRES, HEAD + ROWS + f"9;{day};Motalavej;brand;ja;1\n")
    assert [(problem.row, problem.column) for problem in checked.errors] == [(6, "Dato")]
    assert len(observe(checked.deliveries, checked.agreement)) == 0


# --- stories --------------------------------------------------------------------------------------------

STORIES = """contract = "stories"
covers = ["2018"]
media = ["DR", "Sjællandske", "TV 2"]
[columns]
dato = "date"
medie = "medium"
historie = "story"
tone = "tone"
[values.indicator]
negative = "%s"
positive = "evenings"
[unused.indicator]
neutral = "nothing promised"
"""
STORY_ROWS = (
    "dato;medie;historie;tone\n"
    + "".join(
        f"2018-{month};{medium};h1;negative\n"
        for month, medium in (
            ("03-01", "DR"),
            ("03-02", "Sjællandske"),
            ("04-03", "TV 2"),
        )
    )
    + "2018-05-01;DR;h2;negative\n2018-05-02;DR;h3;neutral\n2018-05-03;DR;h4;positive\n"
)


@pytest.mark.parametrize(("repeats", "march", "april", "year"), [("each", 2, 1, 4), ("once_a_period", 1, 1, 2), ("once", 1, 0, 2), (None, 2, 1, 4)])
def test_a_story_in_three_papers_counts_as_the_register_says(repeats, march, april, year, tmp_path, listed):
    more = {"repeats": repeats} if repeats else {}
    checked = listed(STORIES % "bad", STORY_ROWS)
    indicators = EVENTS + indicator("bad", disclosure="open", **more) + indicator("evenings", direction="up", uncertainty="none", disclosure="open")
    (checked.folder / "agreement.toml").write_text(register(indicators=indicators, areas=AREAS).replace('["a"]', '["motalavej"]'), encoding="utf-8")
    value = table(building.check(checked.folder))["value"]
    assert [value["bad", "combined", period] for period in ("2018-03", "2018-04", "2018")] == [march, april, year]
    assert value["evenings", "combined", "2018"] == 1


# --- persons, events, groups ----------------------------------------------------------------------------


def test_a_person_in_two_areas_and_two_months_counts_once_in_each_and_once_together(listed):
    value = table(
        people(
            listed,
            "2018-02-01;Motalavej;volunteers;P001",
            "2018-03-01;Motalavej;volunteers;P001",
            "2018-03-01;Sydbyen;volunteers;P001",
            "2018-03-01;Sydbyen;volunteers;P002",
        )
    )["value"]
    assert [value["volunteers", area, "2018"] for area in ("motalavej", "sydbyen", "ringparken", "combined")] == [1, 2, 0, 2]
    assert [value["volunteers", "combined", f"2018-{month}"] for month in ("02", "03", "04")] == [1, 2, 0]


@pytest.mark.parametrize("name", ["Hans Jensen", "Hans", "22334455", "22 33 44 55", "+4522334455", "hans@example.dk", "Åse", "010190-1234"])
def test_what_may_be_a_person_is_refused_and_never_shown(name, listed):
    checked = people(listed, "2018-02-01;Motalavej;volunteers;P001", f"2018-02-01;Sydbyen;volunteers;{name}")
    assert [(problem.row, problem.column) for problem in checked.errors] == [(3, "Id")]
    assert not any(name in str(problem) for problem in checked.problems) and len(checked.deliveries[0].table) == 0


def test_a_list_of_persons_needs_their_ids(listed):
    assert "no_id" in told(people(listed, "2018-02-01;Motalavej;volunteers;").errors)


def test_bounds_without_a_number_end_in_no_fault_of_the_program(listed):
    source = PEOPLE.replace('Antal = "number"\n', "")
    rows = "03-04-2018;Motalavej;volunteers;P01;ja;5;9;\n"
    assert table(listed(source, PEOPLE_HEAD.replace("Antal;", "") + rows)).loc[("volunteers", "motalavej", "2018"), "value"] == 1


def test_participants_and_their_bounds_are_added_up_and_an_estimate_stays_one(listed):
    found = table(
        people(listed, "2018-04-01;Motalavej;participants;;180;ja;155;200", "2018-05-01;Motalavej;participants;;95;;;", "2018-05-02;Sydbyen;participants;;7")
    )
    assert found.loc[("participants", "motalavej", "2018"), ["value", "lower", "upper", "status"]].tolist() == [275, 250, 295, "estimate"]
    assert found.loc[("participants", "combined", "2018"), "value"] == 282


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("2018-04-01;Motalavej;participants;;180;ja;190;200", "bounds_crossed"),
        ("2018-04-01;Motalavej;participants;;-1", "negative_number"),
        ("2018-04-01;Motalavej;participants;;1,5", "not_whole"),
        ("2018-04-01;Motalavej;participants;;1;måske", "unknown_word"),
        ("2018-04-01;Motalavej;participants;;180 %", "not_a_number"),
        ("2018-04-01;Motalavej;participants;;1.800", "ambiguous_thousands"),
    ],
)
def test_a_registration_is_refused_in_its_row(row, code, listed):
    assert [(problem.code, problem.row) for problem in people(listed, "2018-04-01;Sydbyen;participants;;5", row).errors] == [(code, 3)]


def test_estimates_and_bounds_are_read_in_a_list_as_in_a_table_of_figures(listed):
    source = 'estimates = ["ca.", "about"]\n' + PEOPLE.replace('Antal = "number"', 'Antal = "bounds"').replace('Mindst = "lowest"\nMest = "highest"\n', "")
    source = source.replace("[columns]", 'ignored_columns = ["Mindst", "Mest"]\n[columns]').replace('ja = "yes"\n', "")
    rows = ["Motalavej;participants;;100-151", "Motalavej;participants;;95", "Sydbyen;participants;;ca. 30", "Ringparken;participants;;12"]
    rows += ["Skaelskoer;participants;;about 61"]
    checked = listed(source, PEOPLE_HEAD + "".join(f"2018-04-01;{row};;;;\n" for row in rows))
    assert checked.problems == []
    found = table(checked)
    seen = ["value", "lower", "upper", "status"]
    assert found.loc[("participants", "motalavej", "2018"), seen].tolist() == [220.5, 195, 246, "estimate"]
    assert "middle" in found.loc[("participants", "motalavej", "2018"), "note"]
    assert [found.loc[("participants", area, "2018"), "value"] for area in ("sydbyen", "skaelskoer", "ringparken", "combined")] == [30, 61, 12, 323.5]
    counted = checked.deliveries[0].table.query("period == '2018'").set_index("area")["status"]  # the indicator itself is one of estimates
    statuses = [counted[area] for area in ("sydbyen", "skaelskoer", "ringparken")]
    assert statuses == ["estimate", "estimate", "measured"]


def test_an_amount_that_is_an_estimate_makes_the_sum_one(listed):
    status = table(listed('estimates = ["ca."]\n' + FIRES, HEAD + ROWS.replace(";0,10", ";ca. 0,10")))["status"]
    assert status["cost", "motalavej", "2018"] == "estimate" and status["cost", "motalavej", "2018-05"] == status["fires", "motalavej", "2018"] == "measured"


def test_what_is_not_exact_in_a_list_is_told_with_the_one_thing_to_write(listed):
    rows = ["ca. 30;;;", "100-150;;;", "100;;ca. 90;120", "100;;90-95;120"]
    problems = people(listed, *(f"2018-04-01;Motalavej;participants;;{row}" for row in rows)).errors
    assert [(problem.code, problem.row, problem.column) for problem in problems] == [
        ("estimate_mark", 2, "Antal"),
        ("bounds_in_a_number", 3, "Antal"),
        ("not_one_number", 4, "Mindst"),
        ("not_one_number", 5, "Mindst"),
    ]
    for written in ('[values.lowest] "ca. 90" = ', '[values.lowest] "90-95" = '):
        assert any(written in str(problem) for problem in problems)
    said = PEOPLE + '[values.number]\n"100-150" = "125"\n'
    assert table(listed(said, PEOPLE_HEAD + "2018-04-01;Motalavej;participants;;100-150;;;;\n"))["value"]["participants", "motalavej", "2018"] == 125


def test_a_group_counts_once_in_the_plan_in_the_month_it_was_first_there(listed):
    source = PEOPLE.replace('["2018"]', '["2018", "2019"]')
    rows = PEOPLE_HEAD + "2018-12-01;Motalavej;groups;G1;;;;;\n2019-01-01;Motalavej;groups;G1;;;;;\n2019-02-01;Motalavej;groups;G2;;;;;\n"
    value = table(listed(source, rows))["value"]
    assert [value["groups", "motalavej", period] for period in ("2018", "2019", "2018-12", "2019-01", "2019-02")] == [1, 1, 1, 0, 1]


@pytest.mark.parametrize(("until", "there"), [("", 1), ("2018-12-30", 0), ("2018-12-01", 0), ("2018-12-31", 1), ("2019-01-01", 1), ("2020-06-30", 1)])
def test_a_stock_is_who_is_there_at_the_end_of_the_year_which_may_be_the_last_day(until, there, listed):
    checked = people(listed, f"2016-05-01;Motalavej;parents;P010;;;;;{until}")  # began before the list
    assert table(checked)["value"]["parents", "motalavej", "2018"] == there


def test_only_a_stock_may_begin_before_what_the_list_covers(listed):
    for row in ("2017-12-31;Motalavej;participants;;5", "2019-01-01;Motalavej;parents;P1"):
        checked = people(listed, "2018-02-01;Sydbyen;participants;;5", row)
        assert [(problem.code, problem.row) for problem in checked.errors] == [("outside_covers", 3)]


def test_answers_make_a_share_of_those_who_answered(listed):
    source = (
        'contract = "answers"\ncovers = ["2018"]\n[columns]\nSted = "area"\nAar = "period"\nSvar = "answer"\nAntal = "number"\n[constants]\n'
        'indicator = "safe"\n[values.answer]\ntryg = "yes"\nutryg = "no"\n[unused.answer]\n"ved ikke" = "did not answer"\n'
    )
    rows = "Sted;Aar;Svar;Antal\n" + "".join(
        f"{area};2018;{answer}\n" for area in ("Motalavej", "Ringparken", "Sydbyen", "Skaelskoer") for answer in ("tryg;60", "utryg;40", "ved ikke;9")
    )
    found = table(listed(source, rows))
    assert found.loc[("safe", "sydbyen", "2018"), ["value", "numerator", "denominator"]].tolist() == [0.6, 60, 100]
    assert told(listed(source, rows.replace("utryg;40", "måske;40")).errors) == {"unknown_word"}


# --- areas that lack, corrections -----------------------------------------------------------------------

ABSENT = '[[absent]]\narea = "Sydbyen"\nreason = "is not asked for"\n'


def test_an_area_that_is_declared_absent_has_no_zero(listed):
    found = table(listed(FIRES + ABSENT, HEAD + ROWS.replace("4;01-01-2018;Sydbyen;brand;ukendt;9\n", "")))
    assert found.loc[("fires", "sydbyen", "2018"), ["status", "note"]].tolist() == ["not_delivered", "is not asked for"]
    assert found.loc[("fires", "combined", "2018"), "status"] == "partial" and found.loc[("fires", "ringparken", "2018"), "value"] == 0


def test_cases_of_an_area_that_is_declared_absent_are_not_dropped_in_silence(listed):
    checked = listed(FIRES + ABSENT, HEAD + ROWS)
    assert "absent_is_there" in told(checked.errors) and len(observe(checked.deliveries, checked.agreement)) == 0


TWO_YEARS = FIRES.replace('["2018"]', '["2017", "2018"]')
OF_2017 = '[[absent]]\narea = "Sydbyen"\nperiod = "%s"\nreason = "not in the system yet"\n'


def test_an_area_that_is_absent_for_a_time_is_not_zero_in_any_period_that_overlaps_it(listed):
    found = table(listed(TWO_YEARS + OF_2017 % "2017-H2", HEAD + ROWS))
    status, value = found["status"], found["value"]
    lacking = {period for _, area, period in found.index[status == "not_delivered"] if area == "sydbyen"}
    assert lacking == {"2017", *(f"2017-{month:02}" for month in range(7, 13))}
    assert found.loc[("fires", "sydbyen", "2017"), "note"] == "not in the system yet"
    assert [value["fires", "sydbyen", period] for period in ("2017-06", "2018", "2018-01")] == [0, 0, 0]
    assert value["fires", "ringparken", "2017"] == 0 and status["fires", "combined", "2017"] == "partial"


def test_a_record_of_an_area_in_the_time_it_is_absent_is_told_with_its_own_row(listed):
    rows = HEAD + ROWS + "5;05-06-2017;Motalavej;brand;ja;1\n6;07-08-2017;Sydbyen;brand;nej;1\n"
    (problem,) = listed(TWO_YEARS + OF_2017 % "2017", rows).errors
    assert (problem.code, problem.row, problem.file) == ("absent_is_there", 7, "s/f.csv")
    assert told(listed(TWO_YEARS + OF_2017 % "2017-H1", rows).errors) == set()
    assert told(listed(TWO_YEARS + OF_2017 % "før 2018", HEAD + ROWS).errors) == {"entry_without_period"}


def test_different_persons_together_are_not_counted_while_an_area_is_absent(listed):
    rows = PEOPLE_HEAD + "2018-02-01;Motalavej;volunteers;P001;;;;;\n2017-02-01;Motalavej;volunteers;P002;;;;;\n"
    source = PEOPLE.replace('["2018"]', '["2017", "2018"]')
    found = table(listed(source + OF_2017 % "2017", rows))
    assert found.loc[("volunteers", "combined", "2018"), "value"] == 1
    assert found.loc[("volunteers", "sydbyen", "2017"), "status"] == "not_delivered" and found.loc[("volunteers", "motalavej", "2017"), "value"] == 1
    assert ("volunteers", "combined", "2017") not in found["value"].dropna().index


def test_an_absent_calendar_year_leaves_out_the_agreement_years_that_overlap_it(tmp_path):
    source = 'contract = "incidents"\ncovers = ["2017", "2018"]\ncolumns = { Dato = "date", Sted = "area" }\nconstants = { indicator = "season" }\n'
    home = folder_with(tmp_path, source + OF_2017 % "2017", {"f.csv": "Dato;Sted\n02-10-2017;Motalavej\n03-11-2018;Sydbyen\n"})
    register_ = home / "agreement.toml"
    register_.write_text(register_.read_text() + indicator("season", period="agreement_year"))
    found = table(building.check(home))
    assert found.loc[("season", "sydbyen", "2017/2018"), "status"] == "not_delivered" and found.loc[("season", "motalavej", "2017/2018"), "value"] == 1


CORRECTION = '[[correction]]\ndelivery = 2\nfiles = ["later.csv"]\nreason = "more were found"\ncovers = ["%s"]\n'


def test_a_corrected_list_of_the_whole_year_takes_the_place_of_the_first(listed):
    checked = listed(FIRES + CORRECTION % "2018", HEAD + ROWS, **{"later.csv": HEAD + ROWS + "5;14-04-2018;Motalavej;brand;ja;1\n"})
    value = table(checked)["value"]
    assert [value["fires", "motalavej", period] for period in ("2018-04", "2018")] == [3, 3] and value["cost", "motalavej", "2018"] == 1.3
    assert ["fires", "motalavej", "2018", 2, 3] in checked.revised[["indicator", "area", "period", "before", "after"]].values.tolist()


def test_a_corrected_month_takes_the_place_of_that_month_and_the_year_moves_with_it(listed):
    rows = HEAD + ROWS + "6;05-06-2018;Motalavej;brand;ja;1\n"
    later = HEAD + "1;03-04-2018;Motalavej;brand;ja;1\n2;13-04-2018;Motalavej;brand;ja;1\n5;14-04-2018;Motalavej;brand;ja;1\n"
    checked = listed(FIRES + CORRECTION % "2018-04", rows, **{"later.csv": later})
    value = table(checked)["value"]
    assert [value["fires", "motalavej", period] for period in ("2018-04", "2018-06", "2018")] == [3, 1, 4]
    assert value["cost", "motalavej", "2018"] == 4 and value["fires", "combined", "2018"] == 4
    fires = checked.revised[checked.revised["indicator"] == "fires"]
    assert sorted(fires[["area", "period", "before", "after", "reason"]].values.tolist()) == [
        ["motalavej", "2018", 3, 4, "more were found"],
        ["motalavej", "2018-04", 2, 3, "more were found"],
    ]


def test_a_correction_of_a_year_that_was_never_sent_corrects_nothing(listed):
    checked = listed(FIRES + CORRECTION % "2019", HEAD + ROWS, **{"later.csv": HEAD + "1;03-04-2019;Motalavej;brand;ja;1\n"})
    assert told(checked.errors) == {"corrects_nothing"}


# --- nothing is dropped, and nobody counted twice -------------------------------------------------------

STORY_AREAS = (STORIES % "bad").replace('historie = "story"', 'historie = "story"\nsted = "area"') + '[areas]\n"Alle" = "combined"\n'
STORY_AREA_HEAD, OTHER_TONES = "dato;medie;historie;sted;tone\n", "2018-05-01;DR;x;Alle;neutral\n2018-05-01;DR;y;Alle;positive\n"
STORY_AREA_ROWS = (
    STORY_AREA_HEAD
    + OTHER_TONES
    + "".join(f"2018-03-01;DR;h{n};{area};negative\n" for n, area in enumerate(["Alle"] * 8 + ["Motalavej"] * 30 + ["Sydbyen"] * 12))
)


def stories_of(listed, rows: str, **more: str):
    home = listed(STORY_AREAS, rows).folder
    indicators = EVENTS + indicator("bad", disclosure="open", **more) + indicator("evenings", direction="up", uncertainty="none", disclosure="open")
    (home / "agreement.toml").write_text(register(indicators=indicators, areas=AREAS).replace('["a"]', '["motalavej"]'), encoding="utf-8")
    return building.check(home)


def test_50_negative_stories_in_areas_and_about_all_of_them_are_50_together(listed):
    value = table(stories_of(listed, STORY_AREA_ROWS))["value"]
    assert [value["bad", "combined", period] for period in ("2018", "2018-03", "2018-04")] == [50, 50, 0]


@pytest.mark.parametrize(("repeats", "together"), [("each", 3), ("once_a_period", 2)])
def test_a_story_that_stands_in_two_areas_counts_as_often_as_the_register_says(repeats, together, listed):
    rows = "2018-03-01;DR;h1;Motalavej;negative\n2018-03-02;DR;h1;Sydbyen;negative\n2018-03-03;DR;h2;Sydbyen;negative\n"
    rows = STORY_AREA_HEAD + OTHER_TONES + rows
    assert table(stories_of(listed, rows, repeats=repeats))["value"]["bad", "combined", "2018"] == together


def test_a_story_about_a_place_that_is_no_area_of_ours_counts_there_and_not_together(listed):
    value = table(stories_of(listed, STORY_AREA_ROWS + "2018-03-01;DR;z;Country;negative\n"))["value"]
    assert (value["bad", "combined", "2018"], value["bad", "country", "2018"]) == (50, 1)


def test_a_person_of_another_place_is_not_one_of_ours(listed):
    value = table(people(listed, "2018-02-01;Motalavej;volunteers;P001", "2018-03-01;Country;volunteers;P002"))["value"]
    assert [value["volunteers", area, "2018"] for area in ("motalavej", "country", "combined")] == [1, 1, 1]


def test_what_is_only_for_all_areas_together_has_no_zeros_in_the_areas(listed):
    value = table(people(listed, "2018-02-01;combined;participants;;80", "2018-03-01;Motalavej;groups;G1"))["value"]
    assert value["participants", "combined", "2018"] == 80 and ("participants", "motalavej", "2018") not in value.index
    assert [value["groups", area, "2018"] for area in ("motalavej", "sydbyen", "combined")] == [1, 0, 1]


@pytest.mark.parametrize(
    "rows",
    [
        ("2018-02-01;Motalavej;participants;;80", "2018-02-01;combined;participants;;80"),
        ("2018-02-01;combined;volunteers;P1", "2018-02-01;Sydbyen;volunteers;P1"),
    ],
)
def test_rows_of_all_areas_beside_rows_of_one_are_neither_dropped_nor_added(rows, listed):
    (problem,) = people(listed, *rows).errors
    assert (problem.code, problem.row) == ("together_beside_areas", 2 + [";combined;" in row for row in rows].index(True)) and "[unused.area]" in str(problem)


def test_an_incident_of_all_areas_beside_those_of_one_is_refused(listed):
    assert told(listed(FIRES, HEAD + ROWS + "9;03-04-2018;combined;brand;ja;1\n").errors) == {"together_beside_areas"}


PERIODS = 'contract = "registrations"\ncovers = ["2018"]\n[columns]\nTid = "period"\nSted = "area"\nHvad = "indicator"\n'


def test_registrations_of_quarters_halves_and_months_are_all_in_their_year(listed):
    rows = "Tid;Sted;Hvad\n2018;Motalavej;groups\n2018-Q1;Motalavej;groups\n2. halvår 2018;Motalavej;groups\n2018-03;Motalavej;groups\n"
    assert table(listed(PERIODS, rows))["value"]["groups", "motalavej", "2018"] == 4


@pytest.mark.parametrize("period", ["2017/18", "undated"])
def test_a_registration_for_no_year_of_its_indicator_is_refused_and_never_lost(period, listed):
    checked = listed(PERIODS.replace('["2018"]', '["2017", "2018"]'), f"Tid;Sted;Hvad\n2018;Motalavej;groups\n{period};Motalavej;groups\n")
    assert [(problem.code, problem.row) for problem in checked.errors] == [("in_no_year", 3)] and "a year such as 20" in str(checked.errors[0])


ALIKE = ["F-001", "f-001", "F 001", "F\u200e-001", "f001"]


def alike(listed, ids: str = "", spellings=ALIKE):
    rows = PEOPLE_HEAD + "".join(f"2018-02-0{n};Motalavej;volunteers;{id_};;;;;\n" for n, id_ in enumerate([*spellings, "F-002"], 1))
    return listed(ids + PEOPLE, rows)


def test_ids_that_differ_only_in_case_blanks_and_the_unseen_are_one_person_and_told(listed):
    checked = alike(listed)
    assert table(checked)["value"]["volunteers", "motalavej", "2018"] == table(checked)["value"]["volunteers", "combined", "2018"] == 2
    (problem,) = [problem for problem in checked.problems if problem.code == "ids_alike"]
    assert (problem.level, problem.file, problem.row, problem.column) == ("warning", "s/f.csv", 2, "Id")
    assert "1 id is" in str(problem) and all(f"{id_} ({row})" in problem.detail["ids"] for row, id_ in enumerate(ALIKE, 2))


@pytest.mark.parametrize(("ids", "persons"), [("exact", 6), ("folded", 2)])
def test_one_line_settles_whether_ids_that_look_alike_are_one(ids, persons, listed):
    checked = alike(listed, f'ids = "{ids}"\n')
    assert table(checked)["value"]["volunteers", "motalavej", "2018"] == persons and "ids_alike" not in told(checked.problems)


def test_ids_that_stand_in_two_files_of_a_delivery_are_the_same_however_they_are_written(listed):
    rows = PEOPLE_HEAD + "2018-02-01;Motalavej;volunteers;%s;;;;;\n"
    checked = listed(PEOPLE, rows % "F-001", **{"g.csv": rows % "f-001"})
    assert table(checked)["value"]["volunteers", "motalavej", "2018"] == 1 and "ids_alike" in told(checked.problems)


def test_which_ids_look_alike_only_the_check_tells(listed):
    checked = alike(listed)
    home = building.build(checked.folder, allow_missing=True)
    written = "".join(path.read_text(encoding="utf-8") for path in home.rglob("*") if path.suffix in (".csv", ".json"))
    assert "ids_alike" in written and not any(id_ in written for id_ in ALIKE)


def test_where_others_read_along_no_id_is_told(listed):
    (problem,) = [problem for problem in alike(listed).reportable if problem.code == "ids_alike"]
    assert not any(id_ in str(problem) for id_ in ALIKE)


def test_a_story_and_a_group_counted_once_are_one_however_they_are_written(listed):
    rows = STORY_AREA_HEAD + OTHER_TONES + "2018-03-01;DR;H 1;Motalavej;negative\n2018-03-02;DR;h1;Sydbyen;negative\n"
    checked = stories_of(listed, rows, repeats="once")
    assert table(checked)["value"]["bad", "combined", "2018"] == 1 and "ids_alike" in told(checked.problems)
    assert "ids_alike" not in told(stories_of(listed, rows, repeats="each").problems)  # there an id means nothing
    groups = people(listed, "2018-02-01;Motalavej;groups;G1", "2018-03-01;Motalavej;groups;g1")
    assert table(groups)["value"]["groups", "motalavej", "2018"] == 1 and "ids_alike" in told(groups.problems)


def test_a_case_written_in_two_ways_is_refused_as_one_unless_they_are_declared_two(listed):
    rows = HEAD + ROWS.replace("1;03", "A-1;03").replace("2;13", "a1;13")
    (problem,) = listed(FIRES, rows).errors
    assert (problem.code, problem.row, problem.column) == ("alike_id_row", 3, "Sag") and "row 2" in str(problem) and 'ids = "exact"' in str(problem)
    assert table(listed('ids = "exact"\n' + FIRES, rows))["value"]["fires", "motalavej", "2018"] == 2


def test_an_incident_set_aside_is_set_aside_with_its_amount(listed):
    source = FIRES.replace("[values.indicator]", '[unused.indicator]\n"blind alarm" = "no fire"\n[values.indicator]')
    checked = listed(source, HEAD + ROWS + "9;03-04-2018;Motalavej;blind alarm;ja;1000\n")
    assert table(checked)["value"]["cost", "motalavej", "2018"] == 0.3 and checked.files["set_aside"].tolist() == [1]


# --- one list for two kinds of years ---------------------------------------------------------------------


def test_one_list_is_counted_by_calendar_and_by_agreement_year_as_two_tables(tmp_path):
    both = 'covers = ["2017", "2018"]\n' + "".join(
        f'[[table]]\ncontract = "incidents"\ncolumns = {{ Dato = "date", Sted = "area" }}\nconstants = {{ indicator = "{id_}" }}\n'
        for id_ in ("fires", "season")
    )
    home = folder_with(tmp_path, both, {"f.csv": "Dato;Sted\n01-09-2017;Sydbyen\n02-10-2017;Sydbyen\n03-02-2018;Sydbyen\n"})
    register_ = home / "agreement.toml"
    register_.write_text(register_.read_text() + indicator("season", period="agreement_year"))
    value = table(building.check(home))["value"]
    assert [value["fires", "sydbyen", year] for year in ("2017", "2018")] == [2, 1] and value["season", "sydbyen", "2017/2018"] == 2


# --- a share counted from a list -------------------------------------------------------------------------

STAFF = """contract = "registrations"
covers = ["2018", "2019"]
columns = { Id = "person", Ansat = "date", Til = "until", Sted = "area", Kursus = "done" }
constants = { indicator = "moves" }
[values.done]
"" = "no"
ja = "yes"
nej = "no"
"""
STAFF_HEAD = "Id;Ansat;Til;Sted;Kursus\n"
OTHERS = "".join(f"P8{n};2010-01-01;;{area};\n" for n, area in enumerate(("Ringparken", "Sydbyen", "Skaelskoer")))


def test_a_share_is_of_those_who_are_there_at_the_end_of_the_year(listed):
    rows = "P1;2010-01-01;;Motalavej;2018-05-01\nP2;2019-02-01;;Motalavej;\nP3;2010-01-01;2018-12-30;Motalavej;2017-01-01\n"
    again = "P1;2018-12-01;;Motalavej;\n"  # one person in two rows is one
    found = table(listed(STAFF, STAFF_HEAD + rows + again + OTHERS))
    last_day = table(listed(STAFF, STAFF_HEAD + rows.replace("2018-12-30", "2018-12-31") + again + OTHERS))  # `Fratrådt` is the last day of employment
    assert found.loc[("moves", "motalavej", "2018"), ["numerator", "denominator"]].tolist() == [1, 1]
    assert last_day.loc[("moves", "motalavej", "2018"), ["numerator", "denominator"]].tolist() == [2, 2]
    assert found.loc[("moves", "motalavej", "2019"), ["numerator", "denominator"]].tolist() == [1, 2]
    assert found.loc[("moves", "combined", "2019"), ["numerator", "denominator"]].tolist() == [1, 5]


def test_a_share_that_the_list_does_not_tell_is_not_guessed(listed):
    row = "P1;2010-01-01;;Motalavej;%s\n"
    assert told(listed(STAFF, STAFF_HEAD + row % "ja" + OTHERS).errors) == {"done_without_day"}
    one_year = STAFF.replace(', "2019"', "")
    assert table(listed(one_year, STAFF_HEAD + row % "ja" + row % "nej" + OTHERS))["numerator"]["moves", "motalavej", "2018"] == 1
    assert told(listed(STAFF, STAFF_HEAD + row % "måske" + OTHERS).errors) == {"bad_done"}
    assert "done_of_a_count" in told(listed(STAFF.replace('"moves"', '"volunteers"'), STAFF_HEAD + row % "" + OTHERS).errors)
    without = STAFF.replace(', Kursus = "done"', "").split("[values")[0] + 'ignored_columns = ["Kursus"]\n'
    assert "share_without_done" in told(listed(without, STAFF_HEAD + row % "" + OTHERS).errors)
