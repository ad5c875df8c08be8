"""A supplier's files, in the layouts and with the mistakes they really come with, through the plan to exact figures or a refusal."""

import os
from pathlib import Path

import openpyxl
import pytest
from accounts import every_row_is_accounted_for  # noqa: F401
from conftest import but_unused_words, criterion, indicator, observe, register, told

from analysis.running import building

AREAS = ("motalavej", "ringparken", "sydbyen", "skaelskoer")
COLUMNS = '[columns]\nomraade = "area"\nperiode = "period"\nindikator = "indicator"\nantal = "value"\n'
WORDS = '[values.indicator]\nhaervaerk = "reports"\n[areas]\n"Skælskør" = "skaelskoer"\n"Ringparken/Schackenborgvænge" = "ringparken"\n"I alt" = "combined"\n'
HEADER = "omraade;periode;indikator;antal\n"
ROWS = "Ringparken/Schackenborgvænge;2017;haervaerk;61\nMotalavej;2017;haervaerk;38\nSydbyen;2017;haervaerk;14\nSkælskør;2017;haervaerk;10\n"
EVENTS = "".join(
    [
        indicator("fires"),
        indicator("cost", unit="dkk", uncertainty="none", disclosure="open"),
        indicator("negative", disclosure="open"),
        indicator("once", disclosure="open", repeats="once_a_period"),
        indicator("volunteers", combine="unique", uncertainty="none"),
        indicator("participants", uncertainty="estimate", disclosure="open"),
        indicator("groups", repeats="once", uncertainty="none"),
        indicator("parents", combine="unique", measure="stock", uncertainty="none"),
        indicator("reports"),
        indicator("safe", unit="share", direction="up", measure="survey_share", combine="none", uncertainty="sample"),
        indicator("moves", unit="rate", measure="ratio", combine="ratio"),
    ]
)


def folder_with(tmp_path: Path, source: str, files: dict[str, object], parts: str = "") -> Path:
    """A plan folder with one supplier's folder `s`: its source.toml and files, a list of rows becoming a workbook."""
    home = tmp_path / "data" / "raw"
    (home / "s").mkdir(parents=True, exist_ok=True)
    text = register(criterion('kind = "direction"', scope='"each"'), indicators=EVENTS, areas=AREAS)
    if parts:
        text = text.replace('name = "Ringparken"\n', f'name = "Ringparken"\nparts = {parts}\n')
    (home / "agreement.toml").write_text(text, encoding="utf-8")
    names = ", ".join(f'"{name}"' for name in files if not name.startswith("later"))
    head = 'publisher = "A supplier"\n' + ("" if "files =" in source.split("[[")[0] else f"files = [{names}]\n")
    (home / "s" / "source.toml").write_text(head + source, encoding="utf-8")
    for name, content in files.items():
        path = home / "s" / name
        if isinstance(content, list):
            book = openpyxl.Workbook()
            for row in content:
                book.active.append(row)
            book.save(path)
        elif callable(content):
            content(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return home


def check_counts(tmp_path: Path, content: object, more: str = "", before: str = "", name: str = "f.csv") -> building.Checked:
    """One file of counts under the usual headings."""
    source = f'contract = "counts"\n{before}\n{COLUMNS}{WORDS}{more}'
    return building.check(folder_with(tmp_path, source, {name: content}))


def figures(checked: building.Checked) -> dict:
    """The values by indicator, area and period."""
    assert not checked.errors, "\n".join(map(str, checked.errors))
    table = observe(checked.deliveries, checked.agreement)
    return {(row["indicator"], row["area"], row["period"]): row["value"] for row in table.to_dict("records")}


FOUR = {
    ("reports", "ringparken", "2017"): 61,
    ("reports", "motalavej", "2017"): 38,
    ("reports", "sydbyen", "2017"): 14,
    ("reports", "skaelskoer", "2017"): 10,
    ("reports", "combined", "2017"): 123,
}
SHEET = [
    ["omraade", "periode", "indikator", "antal"],
    ["Ringparken/Schackenborgvænge", 2017, "haervaerk", 61],
    ["Motalavej", 2017, "haervaerk", 38],
    ["Sydbyen", 2017, "haervaerk", "14"],
    ["Skælskør", "2017", "haervaerk", 10.0],
]
GOOD = {
    "utf-8": HEADER + ROWS,
    "BOM and CRLF": b"\xef\xbb\xbf" + (HEADER + ROWS).replace("\n", "\r\n").encode(),
    "cp1252": (HEADER + ROWS).encode("cp1252"),
    "title lines above and a source below": "Udtræk fra POLSAS 12-01-2018\n\n" + HEADER + ROWS + "Kilde: Politiet\n",
    "a total that is the sum": HEADER + ROWS + "I alt;2017;haervaerk;123\n",
}


@pytest.mark.parametrize("shape", GOOD)
def test_four_counts_and_their_total_of_123_are_read_from_a_csv_with(shape, tmp_path):
    assert figures(check_counts(tmp_path, GOOD[shape])) == FOUR


@pytest.mark.parametrize("rows", [SHEET, [["Udtræk fra POLSAS 12-01-2018"], [], *SHEET, ["I alt", 2017, "haervaerk", 123], ["Kilde: Politiet"]]])
def test_four_counts_and_their_total_of_123_are_read_from_a_workbook(rows, tmp_path):
    assert figures(check_counts(tmp_path, rows, name="f.xlsx")) == FOUR


BAD = {  # content, code, row, what the message says
    "double encoding": (HEADER + ROWS.encode().decode("cp1252"), "double_encoded", 2, "encoded twice"),
    "an empty file": (b"", "empty_file", None, "no cell is filled"),
    "no indicator column": ("omraade;periode;antal\nMotalavej;2017;38\n", "missing_column", None, "found: omraade, periode, antal"),
    "a heading twice": ("omraade;periode;indikator;antal;antal\nMotalavej;2017;haervaerk;38;39\n", "repeated_column", 1, "appears 2 times"),
    "a row twice": (HEADER + ROWS + "Motalavej;2017;haervaerk;38\n", "repeated_key", 6, "row 3 of s/f.csv"),
    "an unknown area": (HEADER + ROWS.replace("Sydbyen", "Nordbyen"), "unknown_area_near", 4, "closest: Sydbyen"),
    "a negative count": (HEADER + ROWS.replace(";14", ";-14"), "negative", 4, "-14"),
    "half a report": (HEADER + ROWS.replace(";14", ";14,5"), "not_whole", 4, "14,5 – must be a whole number"),
    "a thousands point": (HEADER + ROWS.replace(";61", ";1.061"), "ambiguous_thousands", 2, "1.061"),
    "a total that is not the sum": (HEADER + ROWS + "I alt;2017;haervaerk;125\n", "total_differs", 6, "the total 125 is not the sum of the areas 123"),
    "a CPR number": ("omraade;periode;indikator;antal\nMotalavej sag 010190-1234;2017;haervaerk;38\n", "cpr_number", 2, "not shown"),
    "a path for an area": (HEADER + "../../etc/x;2017;haervaerk;1\n", "unknown_area", 2, "unknown area"),
    "swapped columns": (HEADER + "2017;Motalavej;haervaerk;38\n", "bad_period", 2, "Motalavej"),
    "commas between the columns": ((HEADER + ROWS).replace(";", ","), "one_column", None, "delimiter"),
    "an area that lacks": (HEADER + ROWS.replace("Sydbyen;2017;haervaerk;14\n", ""), "area_missing_in_file", None, "Sydbyen is missing"),
    "a year and its half": (HEADER + ROWS + ROWS.replace("2017", "2017H1"), "overlapping_periods", 6, "2017-H1"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_delivery_is_refused_with_file_and_place_for(what, tmp_path):
    content, code, row, words = BAD[what]
    checked = check_counts(tmp_path, content)
    problem = next((each for each in checked.errors if each.code == code), None)
    assert problem, "\n".join(map(str, checked.problems))
    assert problem.row == row and words in str(problem) and problem.file == "s/f.csv"
    assert "1234" not in str(problem) and len(observe(checked.deliveries, checked.agreement)) == 0


def test_hidden_by_the_supplier_is_never_a_zero(tmp_path):
    checked = check_counts(tmp_path, HEADER + ROWS.replace(";14", ";<5").replace(";10", ";Diskretioneret"))
    table = observe(checked.deliveries, checked.agreement).set_index("area")
    assert table.loc[["sydbyen", "skaelskoer", "combined"], "status"].tolist() == ["suppressed_at_source", "suppressed_at_source", "partial"]
    assert table.loc[["sydbyen", "skaelskoer", "combined"], "value"].isna().all()


def test_an_undeclared_column_is_named_and_its_content_is_not(tmp_path):
    checked = check_counts(tmp_path, "omraade;periode;indikator;antal;Navn\nMotalavej;2017;haervaerk;38;Hans Jensen\n")
    assert told(checked.errors) == {"undeclared_column"} and "Hans" not in str(checked.errors[0]) and "Navn" in str(checked.errors[0])


def test_one_bad_file_refuses_its_own_figures_only(tmp_path):
    source = f'contract = "counts"\n{COLUMNS}{WORDS}'
    home = folder_with(tmp_path, source, {"a.csv": HEADER + ROWS, "b.csv": HEADER + ROWS.replace("2017", "2018").replace(";14", ";-14")})
    checked = building.check(home)
    assert {problem.file for problem in checked.errors} == {"s/b.csv"}
    assert set(observe(checked.deliveries, checked.agreement)["period"]) == {"2017"}


def test_halves_of_a_year_add_up_to_it_only_when_both_are_there(tmp_path):
    first = ROWS.replace("2017", "1. halvår 2017")
    assert ("reports", "motalavej", "2017") not in figures(check_counts(tmp_path, HEADER + first))
    both = figures(check_counts(tmp_path, HEADER + first + ROWS.replace("2017", "2. halvår 2017")))
    assert both["reports", "motalavej", "2017"] == 76 and both["reports", "combined", "2017"] == 246


def test_a_year_beside_its_halves_must_be_their_sum(tmp_path):
    halves = ROWS.replace("2017", "2017H1") + ROWS.replace("2017", "2017H2")
    year = ROWS.replace(";61", ";122").replace(";38", ";76").replace(";14", ";28").replace(";10", ";20")
    good = check_counts(tmp_path, HEADER + halves + year, before="nested_periods = true")
    assert figures(good)["reports", "combined", "2017"] == 246
    bad = check_counts(tmp_path, HEADER + halves + year.replace(";76", ";77"), before="nested_periods = true")
    assert told(bad.errors) == {"year_differs"}


def test_a_declared_absence_counts_as_not_delivered_with_its_reason(tmp_path):
    more = '[[absent]]\narea = "Sydbyen"\nperiod = "2017"\nreason = "lost in a fire"\n'
    checked = check_counts(tmp_path, HEADER + ROWS.replace("Sydbyen;2017;haervaerk;14\n", ""), more)
    row = observe(checked.deliveries, checked.agreement).set_index("area").loc["sydbyen"]
    assert not checked.errors and (row["status"], row["note"]) == ("not_delivered", "lost in a fire")
    assert told(check_counts(tmp_path, HEADER + ROWS, more).errors) == {"absent_is_there"}


def test_a_jump_is_told_until_it_is_confirmed(tmp_path):
    rows = HEADER + ROWS + ROWS.replace("2017", "2018").replace(";14", ";140")
    (problem,) = but_unused_words(check_counts(tmp_path, rows, before="jump = 3").problems)
    assert (problem.code, problem.level, problem.row, problem.found) == ("jump", "warning", 8, "140")
    confirmed = '[[confirmed]]\narea = "Sydbyen"\nperiod = "2018"\nreason = "a new square"\n'
    assert but_unused_words(check_counts(tmp_path, rows, confirmed, "jump = 3").problems) == []


def test_nothing_may_lie_after_the_day_it_was_received(tmp_path):
    assert told(check_counts(tmp_path, HEADER + ROWS, before="received = 2016-12-31").errors) == {"in_the_future"}
    assert but_unused_words(check_counts(tmp_path, HEADER + ROWS, before="received = 2018-01-12").problems) == []


# --- corrections ----------------------------------------------------------------------------------------

CORRECTION = '[[correction]]\ndelivery = 2\nfiles = ["later.csv"]\nreason = "six cases were found"\n'


def corrected(tmp_path: Path, later: str) -> building.Checked:
    return building.check(folder_with(tmp_path, f'contract = "counts"\n{COLUMNS}{WORDS}{CORRECTION}', {"f.csv": HEADER + ROWS, "later.csv": HEADER + later}))


def test_a_later_delivery_revises_38_to_44_and_says_so(tmp_path):
    checked = corrected(tmp_path, "Motalavej;2017;haervaerk;44\n")
    assert figures(checked)["reports", "motalavej", "2017"] == 44 and figures(checked)["reports", "combined", "2017"] == 129
    assert "38 → 44" in str(next(problem for problem in checked.problems if problem.code == "revised"))
    assert checked.revised[["before", "after", "reason"]].values.tolist() == [[38, 44, "six cases were found"]]


def test_a_correction_that_matches_no_figure_is_an_error(tmp_path):
    assert told(corrected(tmp_path, "Motalavej;2016;haervaerk;44\n").errors) == {"corrects_nothing"}


def test_an_error_in_a_correction_refuses_what_it_corrects(tmp_path):
    checked = corrected(tmp_path, "Motalavej;2017;haervaerk;mange\n")
    assert told(checked.errors) == {"not_a_number"} and len(observe(checked.deliveries, checked.agreement)) == 0


# --- workbooks and layouts ------------------------------------------------------------------------------


def test_two_rows_of_headings_with_the_years_across(tmp_path):
    rows = [
        ["Tryghedsmåling"],
        ["Område", "2016", None, "2018", None],
        [None, "Tryg, pct.", "Svar", "Tryg, pct.", "Svar"],
        *([area, 58.3, 180, "61,0", 200] for area in ("Motalavej", "Ringparken", "Sydbyen", "Skaelskoer")),
    ]
    blocks = "".join(
        f'"{year} / {head}" = {{ period = "{year}", is = "{name}" }}\n'
        for year in (2016, 2018)
        for head, name in (("Tryg, pct.", "value"), ("Svar", "answers"))
    )
    source = f'contract = "survey"\nheader = [2, 3]\n[columns]\n"Område" = "area"\n{blocks}[constants]\nindicator = "safe"\nunit = "percent"\n'
    checked = building.check(folder_with(tmp_path, source, {"f.xlsx": rows}))
    table = observe(checked.deliveries, checked.agreement)
    assert not checked.errors, "\n".join(map(str, checked.errors))
    mine = table[table["area"] == "motalavej"].set_index("period")
    assert mine.loc["2016", ["value", "decimals", "denominator"]].tolist() == [0.583, 3, 180] and mine.loc["2018", "decimals"] == 3


def test_departments_are_added_up_when_all_are_there(tmp_path):
    rows = HEADER + ROWS.replace("Ringparken/Schackenborgvænge;2017;haervaerk;61\n", "FOB 23;2017;haervaerk;40\nFOB 24;2017;haervaerk;21\n")
    source = f'contract = "counts"\nsum = true\n{COLUMNS}{WORDS}'
    parts = '["FOB 23", "FOB 24"]'
    assert figures(building.check(folder_with(tmp_path, source, {"f.csv": rows}, parts))) == FOUR
    lacking = building.check(folder_with(tmp_path, source, {"f.csv": rows.replace("FOB 24;2017;haervaerk;21\n", "")}, parts))
    assert "parts_missing" in told(lacking.errors)
    undeclared = building.check(folder_with(tmp_path, source.replace("sum = true\n", ""), {"f.csv": rows}, parts))
    assert told(undeclared.errors) == {"is_a_part"}


def test_different_persons_in_departments_are_not_added_up(tmp_path):
    rows = HEADER + ROWS.replace("Ringparken/Schackenborgvænge;2017;haervaerk;61\n", "FOB 23;2017;haervaerk;40\nFOB 24;2017;haervaerk;21\n")
    source = f'contract = "counts"\nsum = true\n{COLUMNS}{WORDS.replace("reports", "volunteers")}'
    assert told(building.check(folder_with(tmp_path, source, {"f.csv": rows}, '["FOB 23", "FOB 24"]')).errors) == {"persons_of_parts"}


def test_amounts_of_the_areas_are_added_as_on_paper(tmp_path):
    amounts = {"Ringparken": "0,10", "Motalavej": "0,20", "Sydbyen": "0", "Skælskør": "0"}
    cents = "".join(f"{place};2017;haervaerk;{amount}\n" for place, amount in amounts.items())
    source = f'contract = "counts"\n{COLUMNS}{WORDS.replace("reports", "cost")}[constants]\nunit = "dkk"\n'
    checked = building.check(folder_with(tmp_path, source, {"f.csv": HEADER + cents}))
    assert figures(checked)["cost", "combined", "2017"] == 0.3


def test_a_file_of_2_gb_is_refused_unread_and_a_link_out_of_the_plan_is_not_followed(tmp_path):
    def sparse(path: Path) -> None:
        with path.open("wb") as stream:
            stream.truncate(2_000_000_000)

    assert told(check_counts(tmp_path, sparse).errors) == {"too_large"}
    outside = tmp_path / "outside.csv"
    outside.write_text(HEADER + ROWS, encoding="utf-8")
    home = folder_with(tmp_path, f'contract = "counts"\n{COLUMNS}{WORDS}', {"f.csv": HEADER + ROWS})
    os.remove(home / "s" / "f.csv")
    os.symlink(outside, home / "s" / "f.csv")
    assert told(building.check(home).errors) == {"outside_plan"}


# --- lists ----------------------------------------------------------------------------------------------

FIRES = """contract = "incidents"
covers = ["2018"]
[columns]
Sag = "id"
Dato = "date"
Sted = "area"
Hvad = "indicator"
"Påsat" = "deliberate"
Udgift = { indicator = "cost", unit = "dkk" }
[values.indicator]
brand = "fires"
[values.deliberate]
ja = "yes"
nej = "no"
ukendt = "unknown"
"""
FIRE_ROWS = """Sag;Dato;Sted;Hvad;Påsat;Udgift
1;03-04-2018;Motalavej;brand;ja;0,10
2;13-04-2018;Motalavej;brand;ja;0,20
3;3. maj 2018;Motalavej;brand;nej;1000
4;2018-05-04;Sydbyen;brand;ukendt;5
"""


def test_incidents_are_counted_by_month_and_year_and_only_the_deliberate_ones(tmp_path):
    checked = building.check(folder_with(tmp_path, FIRES, {"f.csv": FIRE_ROWS}))
    found = figures(checked)
    assert (found["fires", "motalavej", "2018-04"], found["fires", "motalavej", "2018-05"], found["fires", "motalavej", "2018"]) == (2, 0, 2)
    assert found["fires", "skaelskoer", "2018"] == 0 and found["fires", "combined", "2018"] == 2 and found["cost", "motalavej", "2018"] == 0.3
    aside = checked.deliveries[0].table.query("set_aside != '' and period == '2018' and indicator == 'fires'")
    assert dict(zip(aside["set_aside"], aside["value"], strict=True)) == {"not deliberate": 1, "unknown whether deliberate": 1}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("5;30-02-2018;Motalavej;brand;ja;0", "bad_day"),
        ("5;03-04-18;Motalavej;brand;ja;0", "bad_day"),
        ("5;03-04-2019;Motalavej;brand;ja;0", "outside_covers"),
        ("1;03-04-2018;Motalavej;brand;ja;0", "repeated_id_row"),
        ("5;03-04-2018;Motalavej;brand;måske;0", "unknown_word"),
        ("5;03-04-2018;Motalavej;brand;ja;-5", "negative_amount"),
        ("5;03-04-2018;Motalavej;brand;ja;1.000", "ambiguous_thousands"),
    ],
)
def test_an_incident_is_refused_with_its_row(row, code, tmp_path):
    checked = building.check(folder_with(tmp_path, FIRES, {"f.csv": FIRE_ROWS + row + "\n"}))
    assert [(problem.code, problem.row) for problem in checked.errors] == [(code, 6)]


def test_a_sum_with_an_amount_missing_is_not_known(tmp_path):
    rows = FIRE_ROWS.replace(";0,20", ";..")
    checked = building.check(folder_with(tmp_path, FIRES + '[missing]\n".." = "not_available"\n', {"f.csv": rows}))
    assert not checked.errors, "\n".join(map(str, checked.errors))
    table = observe(checked.deliveries, checked.agreement)
    costs = table[(table["indicator"] == "cost") & (table["period"] == "2018")].set_index("area")
    assert costs.loc["motalavej", "status"] == "not_available" and costs.loc["combined", "status"] == "partial"
    assert costs.loc[["motalavej", "combined"], "value"].isna().all() and costs.loc["sydbyen", "value"] == 0
    blank = building.check(folder_with(tmp_path, FIRES, {"f.csv": FIRE_ROWS.replace(";0,20", ";")}))
    assert [(problem.code, problem.row, problem.column) for problem in blank.errors] == [("blank", 3, "Udgift")]


def test_an_event_without_its_number_is_never_one_participant(tmp_path):
    (problem,) = building.check(folder_with(tmp_path, PEOPLE, {"f.csv": PEOPLE_ROWS.replace(";95;", ";;")})).errors
    assert (problem.code, problem.row, problem.column) == ("blank", 6, "Antal")
    block = (
        'contract = "registrations"\ncovers = ["2018"]\n[columns]\nDato = "date"\nAntal = { indicator = "participants", is = "number" }\n'
        '[constants]\narea = "combined"\nindicator = "groups"\n[missing]\n".." = "not_available"\n'
    )
    checked = building.check(folder_with(tmp_path, block, {"f.csv": "Dato;Antal\n2018-04-01;..\n"}))
    table = observe(checked.deliveries, checked.agreement).set_index(["indicator", "period"])
    assert not checked.errors and table.at[("participants", "2018"), "status"] == "not_available" and table.at[("groups", "2018"), "value"] == 1


def test_a_list_must_say_what_it_covers(tmp_path):
    assert told(building.check(folder_with(tmp_path, FIRES.replace('covers = ["2018"]\n', ""), {"f.csv": FIRE_ROWS})).errors) == {"missing_covers"}


STORIES = """contract = "stories"
covers = ["2018"]
media = ["DR", "Sjællandske"]
[columns]
dato = "date"
medie = "medium"
overskrift = "headline"
historie = "story"
tone = "tone"
[values.tone]
negativ = "negative"
neutral = "neutral"
[values.indicator]
negative = "%s"
[unused.indicator]
neutral = "nothing promised"
"""
STORY_ROWS = """dato;medie;overskrift;historie;tone
2018-03-01;DR;"=cmd|' /C calc'!A1; ""citat"" mere";h1;negativ
2018-03-02;Sjællandske;<script>alert(1)</script>;h1;negativ
2018-03-03;DR;Ballade igen;h2;negativ
2018-03-04;DR;Vejret;h3;neutral
"""


@pytest.mark.parametrize(("name", "count"), [("negative", 3), ("once", 2)])
def test_the_same_story_counts_as_often_as_the_register_says(name, count, tmp_path):
    found = figures(building.check(folder_with(tmp_path, STORIES % name, {"f.csv": STORY_ROWS})))
    assert found[name, "combined", "2018"] == count and found[name, "combined", "2018-02"] == 0


def test_a_medium_that_was_not_chosen_is_told(tmp_path):
    checked = building.check(folder_with(tmp_path, STORIES % "negative", {"f.csv": STORY_ROWS.replace("Sjællandske", "Ekstra Bladet")}))
    assert [(problem.code, problem.row) for problem in checked.errors] == [("unknown_medium", 3)]


PEOPLE = """contract = "registrations"
covers = ["2018"]
[columns]
Dato = "date"
Sted = "area"
Hvad = "indicator"
Id = "person"
Antal = "number"
Mindst = "lowest"
Mest = "highest"
Til = "until"
"""
PEOPLE_ROWS = """Dato;Sted;Hvad;Id;Antal;Mindst;Mest;Til
2018-02-01;Motalavej;volunteers;P001;;;;
2018-03-01;Sydbyen;volunteers;P001;;;;
2018-03-01;Sydbyen;volunteers;P002;;;;
2018-04-01;Motalavej;participants;;180;155;200;
2018-05-01;Motalavej;participants;;95;;;
2018-05-01;Motalavej;parents;P010;;;;2018-06-01
2018-05-01;Motalavej;parents;P011;;;;
"""


def test_a_person_in_two_areas_counts_once_together(tmp_path):
    checked = building.check(folder_with(tmp_path, PEOPLE, {"f.csv": PEOPLE_ROWS}))
    found = figures(checked)
    assert [found["volunteers", area, "2018"] for area in ("motalavej", "sydbyen", "skaelskoer", "combined")] == [1, 2, 0, 2]
    assert found["parents", "motalavej", "2018"] == 1  # the one who has not left


def test_participants_are_added_up_and_a_number_without_bounds_is_exact(tmp_path):
    checked = building.check(folder_with(tmp_path, PEOPLE, {"f.csv": PEOPLE_ROWS}))
    table = observe(checked.deliveries, checked.agreement)
    row = table[(table["indicator"] == "participants") & (table["area"] == "motalavej") & (table["period"] == "2018")].iloc[0]
    assert row[["value", "lower", "upper", "status"]].tolist() == [275, 250, 295, "estimate"]


@pytest.mark.parametrize("name", ["Hans Jensen", "Hans", "22334455"])
def test_a_name_or_telephone_number_for_an_id_is_refused_unseen(name, tmp_path):
    (problem,) = building.check(folder_with(tmp_path, PEOPLE, {"f.csv": PEOPLE_ROWS.replace("P002", name)})).errors
    assert (problem.code, problem.row, problem.column) == ("not_a_pseudonym", 4, "Id") and name not in str(problem)


def test_a_group_that_counts_once_counts_in_its_first_year(tmp_path):
    rows = "Aar;Sted;Hvad;Id\n2018;Motalavej;groups;G1\n2019;Motalavej;groups;G1\n2019;Motalavej;groups;G2\n"
    source = 'contract = "registrations"\ncovers = ["2018", "2019"]\n[columns]\nAar = "period"\nSted = "area"\nHvad = "indicator"\nId = "person"\n'
    found = figures(building.check(folder_with(tmp_path, source, {"f.csv": rows})))
    assert (found["groups", "motalavej", "2018"], found["groups", "motalavej", "2019"]) == (1, 1)


def test_internal_moves_are_never_counted(tmp_path):
    rows = "Sted;Aar;Alle;Interne;Boliger\n" + "".join(f"{area};2018;120;20;500\n" for area in ("Motalavej", "Ringparken", "Sydbyen", "Skaelskoer"))
    source = (
        'contract = "moves"\n[columns]\nSted = "area"\nAar = "period"\nAlle = "all_moves"\nInterne = "internal"\nBoliger = "out_of"\n'
        '[constants]\nindicator = "moves"\n'
    )
    found = figures(building.check(folder_with(tmp_path, source, {"f.csv": rows})))
    assert found["moves", "motalavej", "2018"] == 0.2 and found["moves", "combined", "2018"] == 0.2


def test_answers_become_a_share_of_those_who_answered(tmp_path):
    rows = "Sted;Aar;Svar;Antal\n" + "".join(
        f"{area};2018;tryg;{yes}\n{area};2018;utryg;{no}\n{area};2018;ved ikke;9\n"
        for area, yes, no in (("Motalavej", 60, 40), ("Ringparken", 70, 30), ("Sydbyen", 1, 3), ("Skaelskoer", 8, 2))
    )
    source = (
        'contract = "answers"\ncovers = ["2018"]\n[columns]\nSted = "area"\nAar = "period"\nSvar = "answer"\nAntal = "number"\n[constants]\n'
        'indicator = "safe"\n[values.answer]\ntryg = "yes"\nutryg = "no"\n[unused.answer]\n"ved ikke" = "did not answer"\n'
    )
    checked = building.check(folder_with(tmp_path, source, {"f.csv": rows}))
    table = observe(checked.deliveries, checked.agreement).set_index("area")
    assert not checked.errors and table.loc["motalavej", ["value", "denominator"]].tolist() == [0.6, 100]


def test_a_share_may_be_delivered_as_so_many_out_of_so_many(tmp_path):
    rows = "Sted;Aar;Trygge;Spurgte\n" + "".join(
        f"{area};2018;60;{asked}\n" for area, asked in (("Motalavej", 80), ("Ringparken", 90), ("Sydbyen", 100), ("Skaelskoer", ""))
    )
    source = 'contract = "counts"\n[columns]\nSted = "area"\nAar = "period"\nTrygge = "value"\nSpurgte = "out_of"\n[constants]\nindicator = "safe"\n'
    assert [(problem.code, problem.row) for problem in building.check(folder_with(tmp_path, source, {"f.csv": rows})).problems] == [("no_base", 5)]
    checked = building.check(folder_with(tmp_path, source, {"f.csv": rows.replace(";60;\n", ";60;120\n")}))
    table = observe(checked.deliveries, checked.agreement).set_index("area")
    assert checked.problems == [] and table.loc["motalavej", ["value", "numerator", "denominator"]].tolist() == [0.75, 60, 80]


def test_the_statbanks_own_headings_are_known_in_any_order_and_spelling(tmp_path):
    text = "TID;OMRAADE;OVERTRÆD;INDHOLD\n2018K1;330 Country;1390 Hærværk;75\n2018Q2;Country;1390 Hærværk;-\n2018M07;Country;1390 Hærværk;..\n"
    source = 'contract = "statbank"\n[columns]\n[values.indicator]\n"Hærværk" = "reports"\n'
    checked = building.check(folder_with(tmp_path, source, {"f.csv": text}))
    table = observe(checked.deliveries, checked.agreement).set_index("period")
    assert not checked.errors, "\n".join(map(str, checked.errors))
    assert (table.at["2018-Q1", "value"], table.at["2018-Q2", "value"], table.at["2018-07", "status"]) == (75, 0, "not_available")


# --- several columns of figures in a row ----------------------------------------------------------------

WIDE = """contract = "counts"
[columns]
Sted = "area"
Aar = "period"
Trygge = { indicator = "safe" }
Anmeldt = { indicator = "reports" }
Spurgte = %s
"""
WIDE_ROWS = "Sted;Aar;Trygge;Anmeldt;Spurgte\n" + "".join(f"{area};2018;60;{n};80\n" for n, area in enumerate(AREAS, 10))


@pytest.mark.parametrize("told_as", ['"out_of"', '{ indicator = "safe", is = "out_of" }'])
def test_how_many_were_asked_belongs_to_the_share_and_not_to_the_reports_beside_it(told_as, tmp_path):
    found = figures(building.check(folder_with(tmp_path, WIDE % told_as, {"f.csv": WIDE_ROWS})))
    assert (found["safe", "motalavej", "2018"], found["reports", "motalavej", "2018"]) == (0.75, 10)


def test_tenancies_belong_to_the_move_outs_and_not_to_the_amount_beside_them(tmp_path):
    source = (
        'contract = "moves"\n[columns]\nSted = "area"\nAar = "period"\nUd = "value"\nLejemaal = "out_of"\nTab = { indicator = "cost", unit = "dkk" }\n'
        '[constants]\nindicator = "moves"\n'
    )
    rows = "Sted;Aar;Ud;Lejemaal;Tab\n" + "".join(f"{area};2018;12;240;5000\n" for area in AREAS)
    found = figures(building.check(folder_with(tmp_path, source, {"f.csv": rows})))
    assert (found["moves", "motalavej", "2018"], found["cost", "motalavej", "2018"]) == (0.05, 5000)


def test_what_two_shares_of_a_row_may_be_out_of_must_be_declared(tmp_path):
    source = (WIDE % '"out_of"').replace('"reports"', '"moves"')
    errors = building.check(folder_with(tmp_path, source, {"f.csv": WIDE_ROWS})).errors
    assert [(problem.code, problem.row, problem.column) for problem in errors[:1]] == [("out_of_several", 2, "Spurgte")] and told(errors) == {"out_of_several"}
    assert "moves, safe" in str(errors[0]) and '{ indicator = "' in str(errors[0])
    rows = WIDE_ROWS.replace("Spurgte", "Spurgte;Lejemaal").replace(";80\n", ";80;100\n")
    both = (WIDE % '{ indicator = "safe", is = "out_of" }').replace('"reports"', '"moves"') + 'Lejemaal = { indicator = "moves", is = "out_of" }\n'
    found = figures(building.check(folder_with(tmp_path, both, {"f.csv": rows})))
    assert (found["safe", "sydbyen", "2018"], found["moves", "sydbyen", "2018"]) == (0.75, 0.12)


def test_a_count_that_is_no_part_of_anything_is_never_divided(tmp_path):
    rows = "omraade;periode;indikator;antal;ud_af\n" + ROWS.replace("\n", ";1000\n")
    source = f'contract = "counts"\n{COLUMNS}ud_af = "out_of"\n{WORDS}'
    checked = building.check(folder_with(tmp_path, source, {"f.csv": rows}))
    assert figures(checked) == FOUR
    assert [(problem.level, problem.row) for problem in checked.problems if problem.code == "out_of_a_count"] == [("warning", 2)]


def test_per_cent_out_of_so_many_is_a_share_of_so_many(tmp_path):
    rows = "Sted;Aar;Trygge;Spurgte\n" + "".join(f"{area};2018;58,30 t;412\n" for area in AREAS)
    source = (
        'contract = "counts"\n[columns]\nSted = "area"\nAar = "period"\nTrygge = "value"\nSpurgte = "out_of"\n[constants]\nindicator = "safe"\n'
        'unit = "percent"\n[values.value]\n"58,30 t" = "58"\n'
    )
    table = observe((checked := building.check(folder_with(tmp_path, source, {"f.csv": rows}))).deliveries, checked.agreement).set_index("area")
    assert not checked.errors and table.loc["motalavej", ["value", "denominator"]].tolist() == [0.58, 412]


def test_a_row_set_aside_is_set_aside_with_all_its_figures(tmp_path):
    source = WIDE % '"out_of"' + '[unused.value]\nuafklaret = "not settled"\n[unused.period]\n2019 = "next year"\n'
    rows = WIDE_ROWS + "Motalavej;2019;60;9;80\n" + "Sydbyen;2018;uafklaret;7;80\n"
    checked = building.check(folder_with(tmp_path, source, {"f.csv": rows}))
    found = figures(checked)
    assert found["reports", "sydbyen", "2018"] == 12 and not any(period == "2019" for *_, period in found)
    aside = checked.deliveries[0].table.query("set_aside != ''")
    assert set(aside.loc[aside["row"] == 7, "set_aside"]) == {"not settled"} and checked.files["set_aside"].tolist() == [2]


# --- departments with a cell that is no number ----------------------------------------------------------

PARTS = '["FOB 23", "FOB 24"]'


def departments(tmp_path, mark: str, cell: str) -> building.Checked:
    rows = HEADER + ROWS.replace("Ringparken/Schackenborgvænge;2017;haervaerk;61\n", f"FOB 23;2017;haervaerk;{cell}\nFOB 24;2017;haervaerk;21\n")
    return building.check(folder_with(tmp_path, f'contract = "counts"\nsum = true\n{COLUMNS}{WORDS}{mark}', {"f.csv": rows}, PARTS))


def test_a_department_whose_figure_is_missing_leaves_the_area_without_one(tmp_path):
    checked = departments(tmp_path, '[missing]\n"?" = "not_delivered"\n', "?")
    table = observe(checked.deliveries, checked.agreement).set_index("area")
    assert not checked.errors and table.loc["ringparken", "status"] == "not_delivered" and table.loc["combined", "status"] == "partial"


@pytest.mark.parametrize("cell", ["mange", "", "1.061", "-3"])
def test_a_department_whose_cell_cannot_be_read_is_told_with_file_and_row(cell, tmp_path):
    (problem, *_) = departments(tmp_path, "", cell).errors
    assert (problem.file, problem.row, problem.column) == ("s/f.csv", 2, "antal")


MOVED = """contract = "moves"
sum = true
[columns]
Sted = "area"
Aar = "period"
Alle = "all_moves"
Interne = "internal"
Boliger = "out_of"
[constants]
indicator = "moves"
"""


@pytest.mark.parametrize(
    ("all_moves", "internal", "out_of"),
    [("?", "2", "100"), ("20", "?", "100"), ("20", "2", "?"), ("mange", "2", "100"), ("", "2", "100"), ("20", "mange", "100"), ("20", "2", "mange")],
)
def test_moves_of_departments_with_a_mark_are_missing_and_with_a_word_refused(all_moves, internal, out_of, tmp_path):
    rows = f"Sted;Aar;Alle;Interne;Boliger\nFOB 23;2018;{all_moves};{internal};{out_of}\nFOB 24;2018;30;3;100\n" + "".join(
        f"{area};2018;30;3;100\n" for area in ("Motalavej", "Sydbyen", "Skaelskoer")
    )
    checked = building.check(folder_with(tmp_path, MOVED + '[missing]\n"?" = "not_delivered"\n', {"f.csv": rows}, PARTS))
    if "?" in all_moves + internal:
        table = observe(checked.deliveries, checked.agreement).set_index("area")
        assert not checked.errors and table.loc["ringparken", "status"] == "not_delivered"
    else:
        assert {(problem.file, problem.row) for problem in checked.errors} == {("s/f.csv", 2)}
