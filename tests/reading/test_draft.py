"""`tryghed draft`: a proposed source.toml with its evidence. Answered as its supplier would, it reads the same figures as the one written by hand."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from test_layouts import EXAMPLES
from test_layouts import figures as figures_said
from test_layouts import written as lay_out_example

from analysis.__main__ import main
from analysis.reading.drafting.draft import draft
from analysis.reading.drafting.proposals import toml
from analysis.reading.sources import _together
from analysis.reading.starter import lay_out
from analysis.running import building
from analysis.running.checking import publication_ids

ROOT = Path(__file__).parents[2]
ASK = "ASK"


def chooses_rows(path: Path) -> bool:
    """Whether a source.toml makes several tables of one list by the words in its rows, as only a person can."""
    return any("where" in table for table in tomllib.loads(path.read_text(encoding="utf-8")).get("table", ()))


PLANS = {plan: sorted(path.parent.name for path in (ROOT / "data" / plan).glob("*/source.toml") if not chooses_rows(path)) for plan in ("example", "raw")}
FIGURES = [
    "file",
    "sheet",
    "row",
    "delivery",
    "area",
    "period",
    "indicator",
    "value",
    "decimals",
    "answers",
    "out_of",
    "lowest",
    "highest",
    "status",
    "missing",
]


def drafted(home: Path, *names: str, lang: str = "en") -> str:
    """The draft for files of one folder of a plan; without names for all of them."""
    files = [home / name for name in names] or [path for path in sorted(home.iterdir()) if path.suffix in (".csv", ".xlsx")]
    [found] = draft(files, home.parent, publication_ids(home.parent, False)[0], lang)
    return found.text


def answered(text: str, known: dict[str, Any]) -> dict[str, Any]:
    """A draft with each ASK answered from what is known, nothing else changed: a word known to be unused is moved there, what is not known struck out."""
    written = tomllib.loads(text)
    for number, table in enumerate(written.get("table", [written])):
        there = known.get("table", [{}] * (number + 1))
        _answer(table, _together(known, there[min(number, len(there) - 1)]), table)
    if "table" in written:
        above = {name: value for name, value in written.items() if name != "table"}
        _answer(above, _together(known, known.get("table", [{}])[0]), above)
        written = {**above, "table": written["table"]}
    written.setdefault("publisher", known["publisher"])
    written["publisher"] = known["publisher"]
    return written


def _answer(table: dict[str, Any], known: dict[str, Any], whole: dict[str, Any], place: tuple[str, ...] = ()) -> None:
    for name, value in list(table.items()):
        here = (*place, name)
        if name == "absent":
            table[name] = known.get("absent", [])
        elif name == "correction":
            for entry, said in zip(value, known["correction"], strict=True):
                entry["reason"] = said["reason"]
        elif name != "table" and isinstance(value, dict) and not (here[0] in ("columns", "rows") and len(here) == 2):
            _answer(value, known, whole, here)
        elif value == ASK or (isinstance(value, list) and ASK in value) or (isinstance(value, dict) and ASK in value.values()):
            answer = _looked_up(known, here)
            if isinstance(answer, str) and isinstance(value, dict):  # one column holds the figures, whose indicator is said for all
                answer = {**value, "indicator": known["constants"]["indicator"]}
            if answer is not None:
                for medium in set(value) - {*answer, ASK} if name == "media" else ():
                    whole.setdefault("unused", {}).setdefault("medium", {})[medium] = known["unused"]["medium"][medium]
                table[name] = answer
                continue
            del table[name]
            kind = {"areas": "area", "values": here[1], "rows": "indicator"}.get(here[0], "") if len(here) > 1 else ""
            if name in known.get("unused", {}).get(kind, {}):
                whole.setdefault("unused", {}).setdefault(kind, {})[name] = known["unused"][kind][name]
            elif here[0] == "columns" and name in known.get("ignored_columns", ()):
                whole.setdefault("ignored_columns", []).append(name)


def _looked_up(known: dict[str, Any], place: tuple[str, ...]) -> Any:
    found: Any = known
    for name in place:
        found = found.get(name) if isinstance(found, dict) else None
    if found is None and place == ("constants", "period"):
        return next((each["period"] for each in known.get("constants_by_file", {}).values() if "period" in each), None)
    if found is None and place == ("constants", "indicator"):
        return next((each["indicator"] for each in known["columns"].values() if isinstance(each, dict)), None)
    return found


def written(value: Any) -> str:
    """A table as TOML."""
    return "\n".join(f"{toml(name)} = {toml(each)}" for name, each in value.items()) + "\n"


@pytest.mark.parametrize("plan", PLANS)
def test_answered_drafts_read_the_same_figures_as_the_source_tomls_written_by_hand(plan, tmp_path):
    whole = Path(shutil.copytree(ROOT / "data" / plan, tmp_path / plan))
    by_hand = building.check(whole)
    for name in PLANS[plan]:
        (whole / name / "source.toml").write_text(drafted_alone(whole, name, tmp_path / name), encoding="utf-8")
    checked = building.check(whole)
    before = [str(problem) for problem in by_hand.problems]
    assert [str(problem) for problem in checked.problems if str(problem) not in before and problem.code != "unlisted_file"] == []
    for name in PLANS[plan]:
        assert figures(checked, name) == figures(by_hand, name), name


def drafted_alone(plan: Path, name: str, home: Path) -> str:
    """An answered draft for a folder of a plan, made where no other has been delivered."""
    shutil.copytree(plan / name, home / name)
    for file in ("agreement.toml", "sources.csv"):
        if (plan / file).is_file():
            shutil.copy(plan / file, home)
    known = tomllib.loads((home / name / "source.toml").read_text(encoding="utf-8"))
    (home / name / "source.toml").unlink()
    files = [*known["files"], *(file for each in known.get("correction", ()) for file in each["files"])]
    return written(answered(drafted(home / name, *files), known))


def figures(checked: building.Checked, name: str) -> list[tuple[str, ...]]:
    """The figures read from one folder, as texts."""
    rows = [row for each in checked.deliveries if each.source.name == name for row in each.used[FIGURES].astype(str).itertuples(index=False, name=None)]
    assert rows
    return sorted(rows)


LAYOUTS = (  # of the page of examples those that can be seen in the files; that only some rows of a list count only a person knows
    "Several suppliers for one indicator",
    "Several tables in one workbook",
    "Two tables on one sheet",
    "Headings that are blank, or stand twice",
    "An area written once for a block of rows",
    "Measures as rows, each in its own unit",
    "Measures down, areas across",
    "Numbers with words beside them",
    "Two bounds in one cell",
    "A figure and of how many in one cell",
    "Stories told again",
)


@pytest.mark.parametrize("heading", LAYOUTS)
def test_an_answered_draft_of_an_example_layout_comes_out_as_its_page_says(heading, tmp_path):
    home = tmp_path / "raw"
    home.mkdir()
    lay_out_example(EXAMPLES[heading], home)
    known = {path: tomllib.loads(path.read_text(encoding="utf-8")) for path in home.glob("*/source.toml")}
    for path in known:
        path.unlink()
    for path, said in known.items():
        path.write_text(written(answered(drafted(path.parent), said)), encoding="utf-8")
    checked = building.check(home)
    told = re.search(r"(?ms)^```told\n(.*?)^```$", EXAMPLES[heading])
    assert [str(problem) for problem in checked.problems] == (told[1].splitlines() if told else [])
    kind, said = re.search(r"(?ms)^```(result|years)\n(.*?)^```$", EXAMPLES[heading]).groups()
    assert sorted(said.splitlines()) == [each for each in figures_said(checked) if kind == "result" or re.search(r"\| [0-9/]+ \|", each)]


# --- what is taken, and what is asked for -----------------------------------------------------------------


@pytest.fixture
def plan(tmp_path) -> Path:
    """A plan folder with the example's register alone."""
    folder = tmp_path / "plan"
    folder.mkdir()
    shutil.copy(ROOT / "data" / "example" / "agreement.toml", folder)
    return folder


def delivered(plan: Path, text: str, file: str = "tal.csv", encoding: str = "utf-8") -> Path:
    """The folder of a supplier who sent one file."""
    home = plan / "leverandoer"
    home.mkdir(exist_ok=True)
    (home / file).write_text(text, encoding=encoding)
    return home


def line(text: str, name: str) -> str:
    """The line of a draft that proposes a field."""
    return next(each for each in text.splitlines() if each.startswith((f"{name} = ", f'"{name}" = ')))


def has(text: str, name: str) -> bool:
    return any(each.startswith((f"{name} = ", f'"{name}" = ')) for each in text.splitlines())


AREAS = ("Motalavej", "Ringparken", "Sydbyen", "Skælskør")


def table(heading: str, *values: str) -> str:
    return heading + "\n" + "".join(f"{area};2018;{value}\n" for area, value in zip(AREAS, values, strict=False))


def test_a_number_that_may_be_a_thousand_times_as_large_is_asked_for(plan):
    rows = "".join(f"2018-05-0{n};{area};Bilbrand;{n}.061\n" for n, area in enumerate(AREAS, 1))
    text = drafted(delivered(plan, f"Dato;Område;Type;Udgift i kr.\n{rows}"))
    assert line(text, "decimal").startswith('decimal = "ASK"')
    assert "1.061 reads as two different numbers" in text


def test_a_number_with_a_point_for_decimals_is_taken_where_nothing_else_reads(plan):
    text = drafted(delivered(plan, table("Område;År;Andel, pct.;Antal svar", "58.3;120", "61.2;140", "70.5;130", "66.0;125")))
    assert tomllib.loads(text)["decimal"] == "."
    assert tomllib.loads(text)["constants"]["unit"] == "percent"


def test_a_count_in_thousands_is_taken_where_it_could_not_be_whole_otherwise(plan):
    text = drafted(delivered(plan, table("Område;År;Antal", "1.061", "980", "1.900", "1.250")))
    assert tomllib.loads(text)["thousands"] == "."
    assert not has(text, "decimal")


def test_shares_up_to_one_are_asked_for(plan):
    text = drafted(delivered(plan, table("Område;År;Andel;Antal svar", "0,583;120", "0,612;140", "0,705;130", "0,66;125")))
    assert line(text, "unit").startswith('unit = "ASK"  # share | percent')


def test_a_share_that_begins_with_zero_is_no_number_of_thousands(plan):
    text = drafted(delivered(plan, table("Område;År;Andel;Antal svar", "0,583;120", "0,612;140", "0,705;130", "0,660;125")))
    assert not has(text, "decimal") and not has(text, "thousands")


def test_days_are_asked_for_where_the_month_could_come_first(plan):
    rows = "".join(f"{day};{area};Frivillig\n" for day, area in zip(("03/04/2018", "05/06/2018", "12/11/2019"), AREAS, strict=False))
    text = drafted(delivered(plan, f"Dato;Område;Aktivitet\n{rows}"))
    assert line(text, "dates").startswith('dates = "ASK"  # %d/%m/%Y | %m/%d/%Y')
    text = drafted(delivered(plan, f"Dato;Område;Aktivitet\n{rows}".replace("/20", "/").replace("/", "-")))
    assert line(text, "dates").startswith('dates = "ASK"  # %d-%m-%y | %m-%d-%y')


def test_a_heading_may_begin_with_a_year(plan):
    text = drafted(delivered(plan, "Afdeling;2018 fraflyttede;2018 lejemål\n" + "".join(f"{area};31;297\n" for area in AREAS)))
    assert has(text, "2018 fraflyttede") and has(text, "2018 lejemål")


def test_months_as_days_in_the_headings_are_months(plan):
    text = drafted(delivered(plan, "Område;2018-01-01;2018-02-01;2018-03-01\n" + "".join(f"{area};3;4;5\n" for area in AREAS)))
    assert [tomllib.loads(text)["columns"][f"2018-0{month}-01"]["period"] for month in (1, 2, 3)] == ["2018-01", "2018-02", "2018-03"]


def test_a_heading_that_is_called_an_indicator_names_no_other_column(plan):
    text = drafted(delivered(plan, "Område;Fraflyttede 2018;Anmeldt hærværk\n" + "".join(f"{area};31;297\n" for area in AREAS)))
    assert line(text, "indicator").startswith('indicator = "ASK"')


def test_days_are_taken_where_one_of_them_settles_it(plan):
    rows = "".join(f"{day};{area};Frivillig\n" for day, area in zip(("04/13/2018", "05/06/2018", "11/12/2019"), AREAS, strict=False))
    text = drafted(delivered(plan, f"Dato;Område;Aktivitet\n{rows}"))
    assert tomllib.loads(text)["dates"] == "%m/%d/%Y"
    rows = rows.replace("04/13", "13/04")
    assert not has(drafted(delivered(plan, f"Dato;Område;Aktivitet\n{rows}")), "dates")


def test_a_total_is_taken_where_it_is_the_sum_and_asked_for_where_it_is_not(plan):
    text = table("Område;År;Anmeldt hærværk", "10", "20", "30", "40")
    assert line(drafted(delivered(plan, text + "I alt;2018;100\n")), "I alt") == '"I alt" = "combined"  # adds up in 1 of 1'
    assert line(drafted(delivered(plan, text + "I alt;2018;101\n")), "I alt").startswith('"I alt" = "ASK"')


def test_a_total_beside_an_area_without_a_figure_is_no_evidence_that_totals_add_up(plan):
    whole, lacking = (table("Område;År;Anmeldt hærværk", "10", "20", "30", last) for last in ("40", "ikke opgjort"))
    assert line(drafted(delivered(plan, lacking + "I alt;2018;60\n")), "I alt").startswith('"I alt" = "ASK"')
    both = whole + "I alt;2018;100\n" + lacking.partition("\n")[2].replace("2018", "2019") + "I alt;2019;"
    assert line(drafted(delivered(plan, both + "60\n")), "I alt").startswith('"I alt" = "ASK"')
    assert line(drafted(delivered(plan, both + "95\n")), "I alt") == '"I alt" = "combined"  # adds up in 1 of 1'


def test_a_mark_without_a_number_is_always_asked_for(plan):
    text = drafted(delivered(plan, table("Område;År;Anmeldt hærværk", "10", "-", "..", "40")))
    why = 'stands once where a number should; where it means none, it goes under [values.value] as "0"'
    assert line(text, "-") == f'"-" = "ASK"  # not_available | not_delivered | suppressed_at_source; {why}'
    assert line(text, "..").startswith('".." = "ASK"')


def test_which_indicator_a_count_is_is_asked_for_unless_it_is_called_so(plan):
    assert line(drafted(delivered(plan, table("Område;År;Hærværk", "10", "20", "30", "40"))), "indicator").startswith('indicator = "ASK"  # vandalism_')
    assert line(drafted(delivered(plan, table("Område;År;Anmeldt hærværk", "10", "20", "30", "40"))), "indicator").startswith('indicator = "vandalism_reports"')


def test_indicators_that_are_delivered_already_come_last_among_the_choices(tmp_path):
    plan = tmp_path / "example"
    shutil.copytree(ROOT / "data" / "example", plan)
    (plan / "housing" / "source.toml").unlink()
    assert 'indicator = "ASK"  # vandalism_repairs | vandalism_reports' in drafted(plan / "housing")


def test_years_and_areas_across_become_columns_of_figures(plan):
    text = drafted(delivered(plan, "Område;2017;2018\nMotalavej;10;11\nSydbyen;12;13\n"))
    assert tomllib.loads(text)["columns"]["2018"] == {"period": "2018", "is": "value"}
    text = drafted(delivered(plan, "År;Motalavej;Sydbyen\n2017;10;11\n2018;12;13\n"))
    assert tomllib.loads(text)["columns"]["Sydbyen"] == {"area": "sydbyen", "is": "value"}


def test_old_encodings_are_told_apart_by_their_letters(plan):
    text = table("Område;År;Anmeldt hærværk", "10", "20", "30", "40")
    for encoding in ("cp1252", "cp865", "mac_roman", "utf-8"):
        assert tomllib.loads(drafted(delivered(plan, text, encoding=encoding)))["encoding"] == encoding


# --- layouts that a draft sees ------------------------------------------------------------------------------


def workbook(plan: Path, sheets: dict[str, list[str]], hidden: dict[str, str] | None = None) -> Path:
    """The folder of a supplier who sent one workbook: rows of each sheet with `|` between cells; a column, row or the whole sheet hidden."""
    home, book = plan / "leverandoer", Workbook()
    home.mkdir(exist_ok=True)
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([int(cell) if cell.isdecimal() else cell or None for cell in map(str.strip, row.split("|"))])
        for what in [hidden[name]] if hidden and name in hidden else []:
            if what == "sheet":
                sheet.sheet_state = "hidden"
            elif what.isdecimal():
                sheet.row_dimensions[int(what)].hidden = True
            else:
                sheet.column_dimensions[what].hidden = True
    book.save(home / "tal.xlsx")
    return home


def test_hidden_rows_and_columns_are_asked_for_and_hidden_sheets_named(plan):
    rows = ["Område | Budget | 2018", *(f"{area} | 9 | {number}" for number, area in enumerate(AREAS, 10))]
    text = drafted(workbook(plan, {"Tal": rows, "Kladde": ["a | b", "1 | 2"]}, {"Tal": "B", "Kladde": "sheet"}))
    assert line(text, "hidden").startswith('hidden = "ASK"  # leave | read; hidden: B;')
    assert tomllib.loads(text)["ignored_sheets"] == ["Kladde"]
    assert tomllib.loads(text)["columns"] == {"Område": "area", "2018": {"period": "2018", "is": "value"}}


def test_areas_across_and_measures_down_lie_turned(plan):
    rows = ["Nøgletal | Motalavej | Sydbyen | Skælskør", "Lejemål | 412 | 384 | 190", "Fraflyttede | 61 | 50 | 24", "Tab ved tomgang (kr.) | 58709 | 0 | 4215"]
    proposed = tomllib.loads(drafted(workbook(plan, {"2018": rows})))
    assert proposed["turned"] is True and proposed["columns"]["Nøgletal"] == "area" and proposed["columns"]["Lejemål"] == "out_of"
    assert proposed["columns"]["Tab ved tomgang (kr.)"] == {"unit": "dkk", "indicator": "vacancy_loss"}
    assert proposed["constants_by_sheet"]["2018"]["period"] == "2018"


def test_years_down_and_areas_across_do_not_lie_turned(plan):
    proposed = tomllib.loads(drafted(delivered(plan, "År;Motalavej;Sydbyen\n2017;10;11\n2018;12;13\n")))
    assert "turned" not in proposed and proposed["columns"]["År"] == "period"


def test_tables_below_one_another_have_a_range_each_and_share_what_is_the_same(plan):
    block = lambda title, low: [title, "Område | 2017 | 2018", *(f"{area} | {low + n} | {low + n + 1}" for n, area in enumerate(AREAS)), ""]  # noqa: E731
    proposed = tomllib.loads(drafted(workbook(plan, {"Ark1": [*block("Boliger", 100), *block("Udbedret hærværk", 10)]})))
    assert [table["range"] for table in proposed["table"]] == ["A2:C6", "A9:C13"]
    assert [table["constants"]["indicator"] for table in proposed["table"]] == ["homes", "vandalism_repairs"]
    assert proposed["files"] == ["tal.xlsx"] and proposed["columns"]["2018"] == {"period": "2018", "is": "value"}


def test_forms_below_one_another_are_a_table_each(plan):
    forms = [
        line
        for area in AREAS
        for line in (f"Område: | {area}", "Aftaleår: | 17/18", "Temaaftener om brandsikkerhed (antal): | 3", "Udfyldt den: | 1. oktober 2018", "")
    ]
    proposed = tomllib.loads(drafted(workbook(plan, {"Skema": forms})))
    assert proposed["turned"] is True and len(proposed["table"]) == 4
    assert proposed["columns"]["Område:"] == "area" and proposed["columns"]["Aftaleår:"] == "period"
    assert proposed["contract"] == "counts" and proposed["columns"]["Temaaftener om brandsikkerhed (antal):"] == "value"
    assert proposed["constants"]["indicator"] == "fire_evenings" and proposed["ignored_columns"] == ["Udfyldt den:"]


PIVOT = """Rækkenavne;2017;2018;(tom);Hovedtotal
FOB;30;28;1;59
FOB 23;14;12;;26
FOB 26;16;16;1;33
Boligselskabet;10;9;;19
Motalavej;10;9;;19
(tom);1;;;1
Hovedtotal;41;37;1;79
"""


def test_the_totals_and_blanks_of_a_pivot_table_are_left_with_what_shows_it(plan):
    text = drafted(delivered(plan, PIVOT))
    proposed = tomllib.loads(text)
    assert {*proposed["unused"]["area"]} == {"FOB", "Boligselskabet", "(tom)", "Hovedtotal"}
    assert proposed["ignored_columns"] == ["(tom)", "Hovedtotal"] and "areas" not in proposed
    assert "Hovedtotal is the sum of the other columns in 7 of 7 rows" in text


def test_a_total_that_does_not_add_up_is_asked_for(plan):
    assert line(drafted(delivered(plan, PIVOT.replace("FOB;30", "FOB;31"))), "FOB").startswith('"FOB" = "ASK"')


def test_a_total_that_bears_the_name_of_an_area_is_that_area_where_its_parts_have_other_names(plan):
    text = "Afdeling;2017;2018\nMotalavej;61;58\nSydbyen - etape 1;31;28\nSydbyen - etape 2;19;22\nSydbyen i alt;50;50\n"
    proposed = tomllib.loads(drafted(delivered(plan, text)))
    assert proposed["areas"] == {"Sydbyen i alt": "sydbyen"}
    assert {*proposed["unused"]["area"]} == {"Sydbyen - etape 1", "Sydbyen - etape 2"}


def test_a_share_of_two_other_columns_is_left(plan):
    text = table("Område;År;Lejemål;Fraflyttede;Pct.", "412;61;14,8 %", "384;50;13,0 %", "190;24;12,6 %", "310;45;14,5 %")
    proposed = tomllib.loads(drafted(delivered(plan, text)))
    assert proposed["ignored_columns"] == ["Pct."] and proposed["constants"] == {"indicator": "move_out_rate"}
    assert "ignored_columns" not in tomllib.loads(drafted(delivered(plan, text.replace("14,8", "18,4"))))


def test_codes_with_their_words_are_no_numbers(plan):
    text = "Område;Lovovertrædelse;2019;2020\n" + "".join(f"{area};{code};1;2\n" for area in AREAS for code in ("1312 Brandstiftelse", "1390 Hærværk"))
    proposed = tomllib.loads(drafted(delivered(plan, text.replace("Lovovertrædelse", ""))))
    assert proposed["columns"]["[B]"] == "indicator" and {*proposed["values"]["indicator"]} == {"1312 Brandstiftelse", "1390 Hærværk"}


def test_what_stands_behind_each_year_belongs_to_it(plan):
    rows = ["År | Motalavej | Sydbyen", "2017 | 58,3 % | 61,2 %", "n | (n=212) | (n=301)", "2018 | 59,1 % | 60,4 %", "n | (n=198) | (n=288)"]
    proposed = tomllib.loads(drafted(workbook(plan, {"Tryghed": rows})))
    assert proposed["columns"]["n [3]"] == {"period": "2017", "is": "answers"} and proposed["columns"]["n [5]"] == {"period": "2018", "is": "answers"}
    assert proposed["values"]["answers"]["(n=212)"] == "212"


def test_answers_are_never_given_to_the_place_before_their_own(plan):
    heads = ["År | Motalavej |  | Sydbyen² |  | SUB i alt |  | Havnen", " | Pct. | n | Pct. | n | Pct. | n | n"]
    rows = [f"{year} | 58,3 | 212 | 61,2 | 301 | 74,1 | 4102 | 99" for year in (2017, 2018)]
    text = drafted(workbook(plan, {"Tryghed": [*heads, *rows]}))
    columns = tomllib.loads(text)["columns"]
    assert columns["Motalavej / n"] == {"area": "motalavej", "is": "answers"} and columns["Sydbyen² / n"] == {"area": "sydbyen", "is": "answers"}
    assert columns["SUB i alt / Pct."] == {"area": ASK, "is": "value"} and columns["SUB i alt / n"] == {"area": ASK, "is": "answers"}
    assert columns["Havnen / n"] == {"area": ASK, "is": "answers"} and "motalavej | " in line(text, "Havnen / n")


@pytest.mark.parametrize("second", ["Havnen, n", "n Havnen", "Antal svar Havnen"])
def test_a_column_that_says_more_than_what_it_is_stands_behind_no_other(second, plan):
    text = drafted(delivered(plan, f"År;Motalavej;n [C];{second}\n2017;58,3;212;99\n2018;59,1;198;98\n".replace("n [C]", "n")))
    assert "motalavej" not in str(tomllib.loads(text)["columns"][second])


@pytest.mark.parametrize(("heading", "words"), [("Årsag (brand)", ("Påsat", "Formodet påsat", "Uagtsomhed", "")), ("Vurdering", ("Forsætlig", "Ukendt"))])
def test_a_column_that_tells_what_was_done_on_purpose_is_never_passed_over(heading, words, plan):
    rows = "".join(f"R-{n};1{n % 9}-03-2018;{AREAS[n % 4]};{words[n % len(words)]}\n" for n in range(12))
    text = drafted(delivered(plan, f"Rapportnr.;Alarm modtaget;Boligområde;{heading}\n{rows}"))
    proposed = tomllib.loads(text)
    assert proposed["contract"] == "incidents" and proposed["columns"][heading] == "deliberate"
    assert {*filter(None, words)} <= {*proposed["values"]["deliberate"]} and ASK in proposed["values"]["deliberate"].values()


LISTED = (("J-0117", "x"), ("J-0119", "x"), ("J-0204", ""), ("J-0311", "X"))


def test_a_list_has_its_ids_asks_which_rows_count_and_passes_over_its_totals(plan):
    rows = "".join(f"{id_};1{n}-03-2018;{area};{state}\n" for n, ((id_, _), area, state) in enumerate(zip(LISTED, AREAS, ["Åben", "Slettet"] * 2, strict=True)))
    text = drafted(delivered(plan, f"Journalnr.;Dato;Boligområde;Sagsstatus\n{rows}I alt 2018;;;4\n"))
    proposed = tomllib.loads(text)
    assert line(text, "contract").startswith('contract = "ASK"  # incidents | registrations') and proposed["columns"]["Journalnr."] == "id"
    assert proposed["where"] == {"Sagsstatus": ["ASK", "Åben", "Slettet"]} and 'leave = { "Sagsstatus" = ["…"] }' in text
    assert proposed["ignored_rows"] == ["I alt 2018"]


def test_a_column_of_crosses_for_each_agreement_year_is_a_table_for_each(plan):
    rows = [
        "Id | Område | Aftaleår | ",
        " | | 17/18 | 18/19",
        *(f"P{n} | {area} | {mark} | x" for n, ((_, mark), area) in enumerate(zip(LISTED, AREAS, strict=True), 1)),
    ]
    proposed = tomllib.loads(drafted(workbook(plan, {"Forældre": rows})))
    assert proposed["header"] == [1, 2] and proposed["columns"]["Id"] == "person"
    assert [table["where"] for table in proposed["table"]] == [{"Aftaleår / 17/18": ["x", "X"]}, {"Aftaleår / 18/19": ["x"]}]
    assert [table["constants"]["period"] for table in proposed["table"]] == ["2017/2018", "2018/2019"]


# --- the next year's file ---------------------------------------------------------------------------------


def test_a_next_year_of_the_same_layout_needs_only_its_file_name(tmp_path):
    plan = tmp_path / "example"
    shutil.copytree(ROOT / "data" / "example", plan)
    home = plan / "police_reports"
    rows = "".join(f"{area};Anmeldt hærværk;2022;{number}\n" for area, number in zip([*AREAS, "I alt"], (50, 30, 12, 9, 101), strict=True))
    (home / "anmeldelser_2022.csv").write_text(f"Område;Gerningskode;År;Antal anmeldelser\n{rows}", encoding="cp1252")
    text = drafted(home, "anmeldelser_2022.csv")
    assert tomllib.loads(text) == {"files": ["anmeldelser_2017-2021.csv", "anmeldelser_2022.csv"]}
    assert "police_reports/source.toml reads this layout" in text


def test_a_file_of_figures_that_were_delivered_before_is_a_correction(tmp_path):
    plan = tmp_path / "example"
    shutil.copytree(ROOT / "data" / "example", plan)
    home = plan / "police_reports"
    (home / "nyt.csv").write_text("Område;Gerningskode;År;Antal anmeldelser\nSydbyen;Anmeldt hærværk;2019;12\n", encoding="cp1252")
    assert tomllib.loads(drafted(home, "nyt.csv"))["correction"] == [{"delivery": 3, "files": ["nyt.csv"], "reason": "ASK"}]


# --- persons ----------------------------------------------------------------------------------------------


def test_a_file_with_a_cpr_number_is_refused_and_the_number_not_shown(plan):
    home = delivered(plan, table("Område;År;Anmeldt hærværk", "10", "20", "30", "40") + "Motalavej;2019;010190-1234\n")
    result = CliRunner().invoke(main, ["draft", str(home / "tal.csv"), "--raw", str(plan), "--lang", "en"])
    assert result.exit_code == 2
    assert "CPR" in result.output and "1234" not in result.output


def test_names_of_persons_are_never_shown(plan):
    rows = "".join(f"2018-0{n}-03;{area};Anne Jensen {letter};Bo Hansen\n" for n, (area, letter) in enumerate(zip(AREAS, "ABCD", strict=True), 1))
    home = delivered(plan, f"Dato;Område;Navn;Kontakt\n{rows}")
    result = CliRunner().invoke(main, ["draft", str(home / "tal.csv"), "--raw", str(plan)])
    assert result.exit_code == 0
    assert "Jensen" not in result.output and "Hansen" not in result.output


# --- the command and check --------------------------------------------------------------------------------


def test_check_refuses_each_ask_with_its_field_and_its_choices(plan):
    home = delivered(plan, table("Område;År;Hærværk", "10", "-", "30", "40"))
    (home / "source.toml").write_text(drafted(home), encoding="utf-8")
    problems = [str(problem) for problem in building.check(plan).problems]
    assert problems[0] == "leverandoer/source.toml, column 'publisher': is not answered yet: replace ASK by what the supplier says"
    assert "column 'missing.-': is not answered yet: replace ASK by one of: not_available | not_delivered | suppressed_at_source" in problems[2]
    assert "column 'constants.indicator': is not answered yet: replace ASK by one of: vandalism_" in problems[1]
    assert len(problems) == 3


def test_a_draft_is_written_beside_the_files_and_never_over_another(plan):
    home = delivered(plan, table("Område;År;Hærværk", "10", "20", "30", "40"))
    for _ in range(2):
        result = CliRunner().invoke(main, ["draft", str(home / "tal.csv"), "--raw", str(plan), "--write"])
        assert result.exit_code == 0
        written_ = (home / "source.toml").read_text(encoding="utf-8")
        assert tomllib.loads(written_)["publisher"] == ASK
        (home / "source.toml").write_text(written_, encoding="utf-8")
    (home / "source.toml").write_text("# mine\n", encoding="utf-8")
    CliRunner().invoke(main, ["draft", str(home / "tal.csv"), "--raw", str(plan), "--write"])
    assert (home / "source.toml").read_text(encoding="utf-8") == "# mine\n"


@pytest.mark.parametrize("text", ["", "kun tekst\n", "a;b\nc;d\n"])
def test_a_file_without_a_table_ends_in_one_line(plan, text):
    home = delivered(plan, text)
    for file in ("tal.csv", "findes_ikke.csv"):
        result = CliRunner().invoke(main, ["draft", str(home / file), "--raw", str(plan)])
        assert (result.exit_code, len(result.output.splitlines())) == (2, 1)


def test_the_draft_in_the_how_to_is_what_comes_out(tmp_path):
    page = (ROOT / "docs" / "how-to" / "delivery.md").read_text(encoding="utf-8")
    sheet, proposed = (re.search(f"(?ms)^```{kind}\\n(.*?)^```$", page)[1] for kind in ("csv", "toml"))
    lay_out(tmp_path / "nyby")
    (tmp_path / "nyby" / "police").mkdir()
    (tmp_path / "nyby" / "police" / "anmeldelser.csv").write_text(sheet, encoding="utf-8")
    text = drafted(tmp_path / "nyby" / "police")
    assert text[text.index("contract") :] == proposed


def test_a_table_of_which_every_row_is_unused_is_read(plan):
    home = delivered(plan, table("Område;År;Andel, pct.;Antal svar", "58,3;120", "61,2;140", "70,5;130", "66,0;125"))
    unused = "".join(f'"{area}" = "kendes ikke"\n' for area in AREAS)
    (home / "source.toml").write_text(
        f"""contract = "survey"
publisher = "X"
files = ["tal.csv"]
columns = {{ "Område" = "area", "År" = "period", "Andel, pct." = "value", "Antal svar" = "answers" }}
constants = {{ indicator = "safe_share", unit = "percent" }}
[unused.area]
{unused}""",
        encoding="utf-8",
    )
    assert not building.check(plan).errors


def test_sheets_of_calendar_years_are_no_agreement_years_whatever_the_file_is_called(plan):
    path = plan / "new" / "Sager 2018-2019.xlsx"
    path.parent.mkdir(exist_ok=True)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for year in (2018, 2019):
        sheet = book.create_sheet(f"Sager {year}")
        for row in (["Sagsnr.", "Modtaget", "Afdeling"], [f"{year}-1", f"03-04-{year}", "Sydbyen"], [f"{year}-2", f"13-11-{year}", "Motalavej"]):
            sheet.append(row)
    book.save(path)
    text = drafted(path.parent)
    assert '"2018", "2019"]' in text and "2017/2018" not in text.split("covers")[1].split("\n")[0]
