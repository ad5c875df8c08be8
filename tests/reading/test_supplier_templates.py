"""A workbook sent to a supplier comes back and is read without a source.toml, and nothing in it is hidden."""

import re
import zipfile
from datetime import date

import pytest
from click.testing import CliRunner
from conftest import ROOT, agreement_of, criterion, indicator, register, told
from openpyxl import load_workbook

from analysis.__main__ import main
from analysis.promises.agreement import read_agreement
from analysis.promises.catalogue import LANGUAGES, say
from analysis.promises.problems import PlanError
from analysis.reading.contracts import _WORDS, CONTRACTS, UNITS
from analysis.reading.filled_templates import BY_DECLARATION_ONLY, CHOICES, COLUMNS, WITHOUT_FIGURE, choices, headings, spellings
from analysis.reading.sources import LISTS
from analysis.reading.supplier_templates import write_template
from analysis.reading.suppliers import read_sources
from analysis.reading.workbooks import read_workbook
from analysis.running import building

INDICATORS = "".join(
    [
        indicator("reports", name="Anmeldt hærværk, ifølge politiet"),
        indicator("loss", name="Tab ved hærværk", unit="dkk", uncertainty="none", disclosure="money"),
        indicator("safe", name="Andel trygge", unit="share", direction="up", measure="survey_share", combine="none", uncertainty="sample"),
        indicator("moves", name="Fraflytning", unit="rate", measure="ratio", combine="ratio"),
    ]
)
PUBLICATIONS = "source_id,title,publisher,year,url\nS01,En rapport,Et ministerium,2018,https://example.org\n"
PLACES = ["A", "Country", "Alle områder tilsammen"]
VALUES = {  # contract: indicator, area, period and value that the worked line must become
    "published": ("reports", "a", "2018", 12),
    "counts": ("reports", "a", "2018", 12),
    "moves": ("moves", "a", "2018", 36 / 240),
    "survey": ("safe", "a", "2018", 0.583),
    "answers": ("safe", "a", "2018", 1),
    "incidents": ("reports", "a", "2018", 1),
    "stories": ("reports", "combined", "2018", 1),
    "registrations": ("reports", "a", "2018", 1),
    "visitors": ("reports", "combined", "2018", 12),
    "statbank": ("reports", "a", "2018", 12),
}


@pytest.fixture
def folder(tmp_path):
    """A plan folder of one area with an empty supplier's folder in it."""
    text = register(criterion('kind = "direction"'), indicators=INDICATORS, areas=("a",))
    (tmp_path / "plan" / "supplier").mkdir(parents=True)
    (tmp_path / "plan" / "agreement.toml").write_text(text, encoding="utf-8")
    (tmp_path / "plan" / "sources.csv").write_text(PUBLICATIONS, encoding="utf-8")
    return tmp_path / "plan"


def made(contract, folder, name="levering.xlsx", lang="da"):
    """A fresh template in the supplier's folder."""
    path = folder / "supplier" / name
    write_template(contract, read_agreement(folder / "agreement.toml"), path, lang)
    return path


def example(book):
    """The worked line as the instructions show it: heading → value."""
    rows = list(guide_of(book).iter_rows(values_only=True))
    title, place = next((row, place) for row in rows for place, cell in enumerate(row) if cell in spellings("form_example"))
    return {row[1]: row[place] for row in rows if row[0] in spellings("form_column") and row is not title}


def guide_of(book):
    """The sheet of instructions, in whichever language."""
    return next(book[name] for name in spellings("form_guide") if name in book.sheetnames)


def fill(path, *lines, marks=None, book=None):
    """Writes the fields of the instructions and lines into the data sheet, as a supplier does; without lines the worked one."""
    book = book or load_workbook(path)
    data, guide = book["Data"], guide_of(book)
    usual = {"Leverandør": "Politiet", "Dækker perioden": "2018", "Medier": "Lokalavisen; Radioen"} | (marks or {})
    usual |= {"Supplier": "Politiet", "Covers the period": "2018", "Media": "Lokalavisen; Radioen"}
    for row in guide.iter_rows(max_row=9):
        if row[0].value in usual:
            row[1].value = usual[row[0].value]
    headings = [cell.value for cell in data[1]]
    for number, line in enumerate(lines or [example(book)], 2):
        for heading, value in line.items():
            data.cell(number, headings.index(heading) + 1, value)
    book.save(path)
    return path


# --- back again ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_worked_line_sent_back_is_read_as_it_stands(contract, lang, folder):
    fill(made(contract, folder, lang=lang))
    checked = building.check(folder)
    assert checked.problems == [], "\n".join(map(str, checked.problems))
    (delivery,) = checked.deliveries
    used = delivery.used[delivery.used["value"].gt(0) & (delivery.used["period"] == "2018")]
    (row,) = used.to_dict("records")
    assert set(delivery.table["indicator"]) == {row["indicator"]}, "what the list says nothing of is not zero"
    assert (row["indicator"], row["area"], row["period"], pytest.approx(float(row["value"] / (row["out_of"] if contract == "moves" else 1)))) == VALUES[
        contract
    ]
    assert (delivery.source.publisher, delivery.source.contract, delivery.source.delivery) == ("Politiet", contract, 1)


@pytest.mark.parametrize(("told_as", "told_of", "persons"), [(None, {"ids_alike"}, 1), ("ens", set(), 1), ("forskellige", set(), 2)])
def test_a_supplier_says_in_the_workbook_whether_numbers_that_look_alike_are_one(told_as, told_of, persons, folder):
    volunteers = indicator("volunteers", name="Frivillige", combine="unique", uncertainty="none")
    (folder / "agreement.toml").write_text(register(criterion('kind = "direction"'), indicators=INDICATORS + volunteers, areas=("a",)), encoding="utf-8")
    path = made("registrations", folder)
    line = example(load_workbook(path)) | {"Måling": "Frivillige", "Antal": None, "Dato": date(2018, 3, 14)}
    fill(path, *(line | {"Deltagernr.": id_} for id_ in ("P-017", "p 017")), marks={"Løbenumre": told_as})
    checked = building.check(folder)
    assert {problem.code for problem in checked.problems} == told_of
    used = checked.deliveries[0].used.set_index(["indicator", "area", "period"])["value"]
    assert max(used) == persons


def test_another_word_for_numbers_that_look_alike_is_refused(folder):
    path = made("registrations", folder)
    fill(path, marks={"Løbenumre": "måske"})
    assert {(problem.code, problem.column) for problem in building.check(folder).errors} == {("not_a_choice", "Løbenumre")}


@pytest.mark.parametrize("raw", ["raw", "example"])
@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_worked_line_is_valid_in_the_projects_own_plans(contract, raw, tmp_path):
    (tmp_path / "supplier").mkdir()
    (tmp_path / "agreement.toml").write_bytes((ROOT / "data" / raw / "agreement.toml").read_bytes())
    (tmp_path / "sources.csv").write_text(PUBLICATIONS, encoding="utf-8")
    fill(made(contract, tmp_path))
    problems = building.check(tmp_path).problems
    assert told(problems) <= {"area_missing_in_file", "zero_where_never_named"}, "\n".join(map(str, problems))  # one line is one area


def test_every_word_of_a_drop_down_is_understood(folder):
    path = made("counts", folder)
    usual = example(load_workbook(path)) | {"Ud af": 1000}
    fill(
        path,
        *(
            {**usual, "Måling": word, "Periode": str(year), "Værdi": value, "Enhed": unit}
            for word, year, value, unit in (
                ("Anmeldt hærværk, ifølge politiet", 2017, 3, "antal"),
                ("Tab ved hærværk", 2018, 2000, "kr."),
                ("Tab ved hærværk", 2019, 1, "mio. kr."),
                ("Andel trygge", 2020, 50, "procent"),
                ("Andel trygge", 2021, 1, "andel 0-1"),
                ("Fraflytning", 2018, 8, "rate"),
            )
        ),
    )
    checked = building.check(folder)
    assert not checked.errors, "\n".join(map(str, checked.errors))
    assert sorted(checked.deliveries[0].used["value"]) == [0.5, 1, 3, 8, 2000, 1_000_000]
    assert {*UNITS} == {*CHOICES["unit"]}
    for name, kind in {"answer": "answer", "estimated": "yes_no", "deliberate": "outcome", "tone": "tone"}.items():
        assert {*CHOICES[name]} == {*_WORDS[kind]}, name


def test_a_story_that_does_not_count_is_set_aside(folder):
    path = made("stories", folder)
    usual = example(load_workbook(path))
    fill(path, usual, {**usual, "Måling": "tæller ikke med", "Tone": "neutral", "Historie": "H02"})
    checked = building.check(folder)
    assert checked.problems == [] and list(checked.files[["used", "set_aside"]].sum()) == [1, 1]


def test_a_figure_that_is_not_there_says_why(folder):
    path = made("counts", folder)
    usual = example(load_workbook(path))
    fill(path, *({**usual, "Periode": str(2018 + place), "Værdi": word} for place, word in enumerate(("findes ikke", "ikke leveret", "diskretioneret"))))
    checked = building.check(folder)
    assert checked.problems == []
    assert list(checked.deliveries[0].used["missing"]) == ["not_available", "not_delivered", "suppressed_at_source"]


def test_a_second_delivery_revises_the_first(folder):
    for number, value in ((1, 38), (2, 44)):
        path = made("counts", folder, f"{number}.xlsx")
        fill(path, example(load_workbook(path)) | {"Værdi": value}, marks={"Levering nr.": number})
    checked = building.check(folder)
    assert told(checked.problems) == {"revised"} and list(checked.deliveries[0].used["value"]) == [44]


def test_a_column_that_nobody_used_is_left_out(folder):
    path = made("registrations", folder)
    fill(path, {"Område": "A", "Måling": "Anmeldt hærværk, ifølge politiet", "Periode": "2018", "Antal": 7})
    (source,), problems = read_sources(folder)
    assert problems == [] and {"person", "date", "until"}.isdisjoint(source.columns.values())
    assert not building.check(folder).problems


# --- what is wrong -------------------------------------------------------------------------------------


@pytest.mark.parametrize("contract", CONTRACTS)
def test_what_was_not_filled_in_is_asked_for(contract, folder):
    made(contract, folder)
    sources, problems = read_sources(folder)
    asked = {"Leverandør"} | ({"Dækker perioden"} if contract in LISTS else set()) | ({"Medier"} if contract == "stories" else set())
    assert sources == [] and {(problem.code, problem.column) for problem in problems} == {("template_blank", column) for column in asked}
    assert all("skal udfyldes" in problem.line("da") and problem.sheet == "Vejledning" for problem in problems)


def test_a_blank_cell_that_must_be_filled_is_told_with_its_row(folder):
    path = made("moves", folder)
    fill(path, example(load_workbook(path)) | {"Heraf interne flytninger": None})
    (problem,) = building.check(folder).problems
    assert (problem.code, problem.sheet, problem.row, problem.column) == ("template_blank", "Data", 2, "Heraf interne flytninger")


def test_a_field_taken_away_is_asked_for_too(folder):
    path = fill(made("stories", folder))
    book = load_workbook(path)
    book["Vejledning"].delete_rows(3, 4)
    book.save(path)
    asked = {problem.column for problem in read_sources(folder)[1]}
    assert asked == {"Leverandør", "Levering nr.", "Dækker perioden", "Medier"}


def test_a_period_covered_must_be_one(folder):
    fill(made("incidents", folder), marks={"Dækker perioden": "2018; hele 2019"})
    (problem,) = read_sources(folder)[1]
    assert (problem.code, problem.found) == ("bad_period", "hele 2019")


@pytest.mark.parametrize("number", ["x", "0", "1,5", "²"])
def test_the_number_of_the_delivery_is_a_whole_number(number, folder):
    fill(made("counts", folder), marks={"Levering nr.": number})
    assert told(read_sources(folder)[1]) == {"not_whole_number"}


def test_workbooks_of_two_suppliers_do_not_lie_in_one_folder(folder):
    fill(made("counts", folder, "a.xlsx"))
    fill(made("survey", folder, "b.xlsx"), marks={"Leverandør": "Kommunen"})
    assert [(problem.code, problem.column) for problem in read_sources(folder)[1]] == [("template_differs", "Skabelon"), ("template_differs", "Leverandør")]


def test_another_version_of_the_template_is_not_guessed_at(folder):
    fill(made("counts", folder), marks={"Version": "2"})
    assert told(read_sources(folder)[1]) == {"template_version"}


def test_one_workbook_without_the_mark_leaves_the_folder_without_a_source(folder):
    fill(made("counts", folder, "a.xlsx"))
    path = made("counts", folder, "b.xlsx")
    book = load_workbook(path)
    del book["Vejledning"]
    book.save(path)
    sources, problems = read_sources(folder)
    assert sources == [] and told(problems) == {"no_source_toml"}


def test_a_template_in_which_something_was_hidden_is_refused_with_the_place(folder):
    path = made("counts", folder)
    book = load_workbook(path)
    book["Data"].column_dimensions["B"].hidden = True
    fill(path, book=book)
    assert told(read_sources(folder)[1]) == {"hidden_columns"}


# --- the workbook itself -------------------------------------------------------------------------------


def test_every_column_of_every_contract_has_a_heading_of_its_own():
    columns = {name for contract in CONTRACTS.values() for name in contract.kinds}
    assert {*COLUMNS} == columns - BY_DECLARATION_ONLY
    for lang in LANGUAGES:
        assert len({say(f"heading_{name}", lang) for name in COLUMNS}) == len(COLUMNS)


def test_no_word_of_a_template_means_one_thing_in_one_language_and_another_in_the_next():
    for name in COLUMNS:
        assert {headings()[heading] for heading in spellings(f"heading_{name}")} == {name}
    for meanings in (*CHOICES.values(), ("folded", "exact"), (*WITHOUT_FIGURE, "suppressed_at_source")):
        for lang in LANGUAGES:
            words = choices(meanings, lang)
            assert len(words) == len(meanings) and words.items() <= choices(meanings).items()


def test_an_english_workbook_is_filled_in_with_english_words(folder):
    path = made("counts", folder, lang="en")
    usual = example(load_workbook(path))
    assert {"Area", "Indicator", "Period", "Value", "Unit"} <= usual.keys() and usual["Unit"] == "number"
    fill(path, *({**usual, "Period": str(2018 + place), "Value": word} for place, word in enumerate(("does not exist", "not delivered", "suppressed"))))
    checked = building.check(folder)
    assert checked.problems == [] and list(checked.deliveries[0].used["missing"]) == ["not_available", "not_delivered", "suppressed_at_source"]


def test_what_was_not_filled_in_in_an_english_workbook_is_asked_for_by_its_english_name(folder):
    made("stories", folder, lang="en")
    problems = read_sources(folder)[1]
    assert {(problem.sheet, problem.column) for problem in problems} == {("Instructions", name) for name in ("Supplier", "Covers the period", "Media")}


def test_a_danish_and_an_english_workbook_do_not_lie_in_one_folder(folder):
    for lang in ("da", "en"):
        fill(made("counts", folder, f"{lang}.xlsx", lang))
    (problem,) = read_sources(folder)[1]
    assert (problem.code, problem.file, problem.found) == ("template_differs", "supplier/en.xlsx", "Instructions")
    assert "kinds or languages need a folder each" in problem.line("en")


@pytest.mark.parametrize("contract", CONTRACTS)
def test_nothing_is_hidden_and_nothing_calculates(contract, folder):
    path = made(contract, folder)
    sheets, problems = read_workbook(path, path.name)  # refuses hidden sheets, rows and columns, macros, comments
    assert [sheet.name for sheet in sheets] == ["Data", "Vejledning"] and problems == []
    assert len(sheets[0].rows) == 1, "the worked line does not stand in Data"
    with zipfile.ZipFile(path) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist() if name.startswith("xl/"))
    assert not re.search(rb'<f[ >]|[hH]idden="(1|true)|<definedName ', text)
    assert load_workbook(path)["Data"].freeze_panes == "A2"


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_closed_list_is_a_drop_down_over_words_that_stand_in_the_instructions(contract, folder):
    book = load_workbook(made(contract, folder))
    data, guide, found = book["Data"], book["Vejledning"], {}
    for choice in data.data_validations.dataValidation:
        assert choice.type == "list" and not choice.showDropDown, "showDropDown hides the arrow"
        (span,) = choice.sqref.ranges
        assert (span.min_row, span.max_row, span.min_col) == (2, 1048576, span.max_col)
        sheet, cells = choice.formula1.split("!")
        assert sheet == "Vejledning"
        found[data.cell(1, span.min_col).value] = [cell.value for (cell,) in guide[cells.replace("$", "")]]
    wanted = {say(f"heading_{name}", "da") for name in ("area", "indicator", *CHOICES)} & {cell.value for cell in data[1]}
    assert found.keys() == wanted
    assert found.get("Område", PLACES) == PLACES
    assert ("Fraflytning" in found["Måling"]) == (contract in ("moves", "counts", "published")), "only those that fit are offered"


def test_a_name_that_looks_like_a_formula_stays_a_text_and_names_that_two_share_are_told_apart(tmp_path):
    agreement = agreement_of(indicators=indicator("reports", name="=1+1") + indicator("x1", name="Ens") + indicator("x2", name="Ens"))
    write_template("counts", agreement, tmp_path / "a.xlsx")
    rows = {(row[0].value, row[1].value, row[2].value): row[1].data_type for row in load_workbook(tmp_path / "a.xlsx")["Vejledning"].iter_rows()}
    assert {rows[("Måling", *pair)] for pair in (("=1+1", "reports"), ("Ens (x1)", "x1"), ("Ens (x2)", "x2"))} == {"s"}


# --- the command ---------------------------------------------------------------------------------------


def run(*words):
    return CliRunner().invoke(main, ["template", *map(str, words)])


def test_the_command_writes_the_workbook_and_says_where(folder, tmp_path):
    done = run("counts", "--raw", folder, "--out", tmp_path / "a.xlsx")
    assert (done.exit_code, done.output.strip()) == (0, str(tmp_path / "a.xlsx"))
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".xlsx" or path.name.startswith(".")] == ["a.xlsx"]


def test_a_file_that_is_there_is_never_overwritten(folder, tmp_path):
    (tmp_path / "a.xlsx").write_text("kept", encoding="utf-8")
    done = run("counts", "--raw", folder, "--out", tmp_path / "a.xlsx")
    assert done.exit_code == 2 and "overskrives ikke" in done.output
    assert (tmp_path / "a.xlsx").read_text(encoding="utf-8") == "kept"
    with pytest.raises(PlanError) as refused:
        write_template("counts", read_agreement(folder / "agreement.toml"), tmp_path / "a.xlsx")
    assert told(refused.value.problems) == {"file_exists"}


@pytest.mark.parametrize(("contract", "said"), [("conts", "menes 'counts'?"), ("x", "kendte: published")])
def test_an_unknown_kind_of_table_is_told_with_those_that_are(contract, said, folder, tmp_path):
    done = run(contract, "--raw", folder, "--out", tmp_path / "a.xlsx")
    assert done.exit_code == 2 and said in done.output and not (tmp_path / "a.xlsx").exists()


def test_a_folder_that_is_not_there_and_a_plan_that_nothing_fits_are_wrong_usage(folder, tmp_path):
    assert run("counts", "--raw", folder, "--out", tmp_path / "no" / "a.xlsx").exit_code == 2
    (folder / "agreement.toml").write_text(register(indicators=indicator("reports")), encoding="utf-8")
    done = run("survey", "--raw", folder, "--out", tmp_path / "a.xlsx")
    assert done.exit_code == 2 and "ingen måling" in done.output


def test_the_example_is_a_date_where_a_date_is_asked_for(folder):
    assert example(load_workbook(made("incidents", folder)))["Dato"].date() == date(2018, 3, 14)
