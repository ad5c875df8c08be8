"""How a cell becomes a number and a period: as it says, or told with its place; never another figure in silence."""

import re
from datetime import date
from decimal import Decimal
from functools import cache

import openpyxl
import pytest
from conftest import COUNTS_SOURCE, SURVEY_HEADER, SmallPlan, criterion, examples, register, told
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from analysis.judging.digits import in_floats
from analysis.promises.agreement import read_agreement
from analysis.promises.problems import PlanError
from analysis.running import building

ABSENT = '\n[[absent]]\nreason = "a small plan"\n'
ROWS = "a;2017;reports;38\nb;2017;reports;14\n"
SHARES = "a;2016;safe;72,0;210\nb;2016;safe;58,3;180\nc;2016;safe;81,5;150\nd;2016;safe;90,1;140\n"


def only(problems):
    """The one error, which both languages can tell in a line."""
    errors = [problem for problem in problems if problem.level == "error"]
    assert len(errors) == 1, "\n".join(map(str, problems)) or "nothing was refused"
    assert all("{" not in errors[0].line(lang) for lang in ("da", "en"))
    return errors[0]


def counts(small_plan, rows: str, more: str = "", before: str = "") -> building.Checked:
    return small_plan(counts=rows, counts_source=before + COUNTS_SOURCE + more).check()


def read_values(checked: building.Checked) -> dict[str, Decimal]:
    """The used figures' values by area."""
    assert not checked.errors, "\n".join(map(str, checked.errors))
    used = checked.deliveries[0].used
    return dict(zip(used["area"], used["value"], strict=True))


# --- footnote marks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["¹", "*", " 1)", "²,³", " (1)", "⁽¹⁾", "†"])
def test_a_number_with_a_footnote_mark_is_refused_with_the_mark_and_the_way_out(mark, small_plan):
    problem = only(counts(small_plan, ROWS.replace("38", "12" + mark)).problems)
    assert (problem.code, problem.row, problem.column, problem.found) == ("footnote", 2, "antal", "12" + mark)
    assert f'behind 12; deliver it without, or declare the mark in source.toml: footnotes = ["{mark.strip()}"]' in str(problem)


@pytest.mark.parametrize(("old", "column"), [("a;", "omraade"), ("2017", "periode"), ("reports", "indikator")])
def test_a_footnote_mark_behind_a_word_is_told_in_its_column(old, column, small_plan):
    problem = only(counts(small_plan, ROWS.replace(old, old.strip(";") + "¹" + ";" * old.count(";"), 1)).problems)
    assert (problem.code, problem.row, problem.column) == ("footnote", 2, column)


def test_a_declared_footnote_mark_is_not_part_of_the_number_or_the_word(small_plan):
    before = 'footnotes = ["¹", "1)", "*"]\n'
    assert read_values(counts(small_plan, "a¹;2017*;reports;38 1)\nb;2017;reports;14¹\n", before=before)) == {"a": 38, "b": 14}
    assert only(counts(small_plan, "a;2017;reports;381)\n", before=before).problems).found == "381)"


@pytest.mark.parametrize("mark", ["1", "0", ",0", ".000", "a", "%", "kr", "- 1"])
def test_a_mark_that_may_be_part_of_a_number_or_a_word_cannot_be_declared(mark, small_plan):
    problem = only(counts(small_plan, ROWS, before=f'footnotes = ["{mark}"]\n').problems)
    assert (problem.code, problem.column, problem.found) == ("bad_footnote", "footnotes", mark)


def test_a_persons_id_and_a_headline_keep_what_looks_like_a_footnote(small_plan):
    source = (
        'contract = "registrations"\npublisher = "p"\nfiles = ["counts.csv"]\ncovers = ["2018"]\nfootnotes = ["*"]\n[columns]\ndato = "date"\n'
        'omraade = "area"\nnr = "person"\n[constants]\nindicator = "visitors"\n'
    )
    checked = small_plan(counts=b"dato;omraade;nr\n2018-01-01;a;P1\n2018-01-02;a;P1*\n", counts_source=source).check()
    assert checked.errors and checked.errors[0].column == "nr"  # two different words are never made one person


# --- shares in another unit ----------------------------------------------------------------------------


def test_one_share_as_a_fraction_among_per_cents_is_refused_with_its_place_and_the_way_out(small_plan):
    problem = only(small_plan(survey=SHARES.replace("58,3", "0,583")).check().problems)
    assert (problem.code, problem.file, problem.row, problem.column, problem.found) == ("share_or_percent", "survey/survey.csv", 3, "andel", "0,583")
    assert "may be 58,3 %" in str(problem) and "[[confirmed]]" in str(problem)


def test_per_cent_among_fractions_refuses_the_fractions(small_plan):
    checked = small_plan(survey="a;2016;safe;0,72;210\nb;2016;safe;58,3;180\nc;2016;safe;0,81;150\n").check()
    assert [(problem.code, problem.row) for problem in checked.errors] == [("share_or_percent", 2), ("share_or_percent", 4)]


def test_a_share_alone_below_one_per_cent_is_asked_about(small_plan):
    assert only(small_plan(survey="a;2016;safe;0,583;180\n").check().problems).code == "share_or_percent"


@pytest.mark.parametrize("entry", ['area = "a"\nperiod = "2016"\n', 'indicator = "safe"\n'])
def test_a_share_of_0_6_per_cent_is_read_where_it_is_confirmed(entry, small_plan):
    more = f'\n[[confirmed]]\n{entry}reason = "so it is"\n'
    checked = small_plan(survey="a;2016;safe;0,6;210\nb;2016;safe;2,1;180\n", more_survey=more).check()
    assert read_values(checked) == {"a": Decimal("0.006"), "b": Decimal("0.021")}
    assert (
        only(
            small_plan(survey="b;2016;safe;0,6;210\na;2016;safe;2,1;180\n", more_survey=more.replace("indicator", "period").replace("safe", "2015"))
            .check()
            .problems
        ).row
        == 2
    )


def test_a_share_below_one_with_its_unit_behind_it_needs_no_confirmation(small_plan):
    assert read_values(small_plan(survey="a;2016;safe;0,6 %;210\nb;2016;safe;2,1;180\n").check()) == {"a": Decimal("0.006"), "b": Decimal("0.021")}


def test_no_share_and_whole_per_cents_are_read(small_plan):
    assert read_values(small_plan(survey="a;2016;safe;0;210\nb;2016;safe;1;180\nc;2016;safe;72;180\n").check()) == {
        "a": 0,
        "b": Decimal("0.01"),
        "c": Decimal("0.72"),
    }


@pytest.mark.parametrize("odd", [0.583, 1])
def test_an_unformatted_fraction_among_cells_shown_as_per_cent_is_refused(odd, small_plan):
    plan = small_plan(survey=SHARES)
    book = openpyxl.Workbook()
    for row in [SURVEY_HEADER.strip().split(";"), ["a", 2016, "safe", 0.72, 210], ["b", 2016, "safe", odd, 180], ["c", 2016, "safe", 0.815, 150]]:
        book.active.append(row)
    for cell in ("D2", "D4"):
        book.active[cell].number_format = "0.0%"
    problem = only(as_workbook(plan, "survey", book).problems)
    assert (problem.code, problem.row, problem.column) == ("share_or_percent", 3, "andel")


def as_workbook(plan: SmallPlan, kind: str, book: openpyxl.Workbook) -> building.Checked:
    """The plan with this workbook in place of a supplier's CSV."""
    book.save(plan.folder / kind / f"{kind}.xlsx")
    toml = plan.folder / kind / "source.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace(f"{kind}.csv", f"{kind}.xlsx"), encoding="utf-8")
    (plan.folder / kind / f"{kind}.csv").unlink()
    return plan.check()


def test_a_rate_in_another_unit_than_all_others_is_refused_until_it_is_confirmed(small_plan):
    rows, unit = "a;2017;moves;0,098\nb;2017;moves;0,107\nc;2017;moves;9,1\nd;2017;moves;0,12\n", '[constants]\nunit = "rate"\n'
    problem = only(counts(small_plan, rows, unit).problems)
    assert (problem.code, problem.row, problem.found) == ("rate_far_off", 4, "9,1")
    assert not counts(small_plan, rows, unit + '[[confirmed]]\narea = "c"\nreason = "so it is"\n').errors


# --- decimals or thousands -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mark", "number", "thousand"),
    [
        ("38,000", ",", "38", "38000"),
        ("1,061", ",", "1,061", "1061"),
        ("38.000", ".", "38", "38000"),
    ],
)
def test_a_count_that_may_be_a_thousand_times_as_large_is_refused_with_both_readings(text, mark, number, thousand, small_plan):
    source = COUNTS_SOURCE.replace('decimal = ","', f'decimal = "{mark}"')
    problem = only(small_plan(counts=ROWS.replace("38", text), counts_source=source).check().problems)
    assert (problem.code, problem.row, problem.column, problem.found) == ("decimals_or_thousands", 2, "antal", text)
    assert f"may be {number} or {thousand}: write it without '{mark}'" in str(problem) and "thousands" in str(problem)


def test_a_count_with_a_declared_thousands_mark_is_the_thousand(small_plan):
    source = COUNTS_SOURCE.replace('decimal = ","', 'decimal = "."\nthousands = ","')
    assert read_values(small_plan(counts=ROWS.replace("38", "38,000"), counts_source=source).check()) == {"a": 38000, "b": 14}


@pytest.mark.parametrize("text", ["38,0", "38,00", "38"])
def test_a_count_with_one_or_two_zeros_behind_the_mark_is_that_count(text, small_plan):
    assert read_values(counts(small_plan, ROWS.replace("38", text))) == {"a": 38, "b": 14}


def test_the_number_of_answers_is_no_thousandth_of_itself(small_plan):
    problem = only(small_plan(survey=SHARES.replace(";210", ";1,000")).check().problems)
    assert (problem.code, problem.column, problem.found) == ("decimals_or_thousands", "svar", "1,000")


def test_an_amount_of_kroner_is_no_thousandth_of_itself_and_millions_have_three_decimals(small_plan):
    rows = "a;2017;loss;1,250\n"
    assert only(counts(small_plan, rows, '[constants]\nunit = "dkk"\n').problems).code == "decimals_or_thousands"
    assert read_values(counts(small_plan, rows, '[constants]\nunit = "million_dkk"\n')) == {"a": 1250000}


# --- years ---------------------------------------------------------------------------------------------

NO_YEARS = ["0000", "1899", "1966", "2084", "9999"]


@pytest.mark.parametrize("year", NO_YEARS)
@pytest.mark.parametrize("form", ["{}", "{}-H1", "{}K3", "marts {}", "{}/85", "ultimo {}"])
def test_a_year_that_cannot_be_is_refused_in_its_row(year, form, small_plan):
    text = form.format(year) if "/" not in form else f"{year}/{int(year) + 1}"
    checked = counts(small_plan, ROWS + f"c;{text};reports;3\n")
    assert {problem.row for problem in checked.errors} == {4} and checked.deliveries[0].used.empty
    assert any(problem.code in ("not_in_time", "bad_period") and problem.column == "periode" for problem in checked.errors)


def test_a_year_that_cannot_be_says_what_was_expected(small_plan):
    problem = only(counts(small_plan, ROWS + "c;2084;reports;3\n").problems)
    assert (problem.code, problem.found) == ("not_in_time", "2084") and f"expected 1967 to {date.today().isoformat()}" in str(problem)


def test_a_zero_over_years_that_end_in_the_future_is_no_zero(small_plan):
    assert only(counts(small_plan, "a;2015-2084;reports;0\n").problems).code == "not_in_time"
    assert read_values(counts(small_plan, "a;2015-2016;reports;0\n")) == {"a": 0}


def test_this_year_and_the_first_year_of_registers_are_read(small_plan):
    assert read_values(counts(small_plan, f"a;{date.today().year};reports;3\nb;1967;reports;1\n")) == {"a": 3, "b": 1}


LISTED = (
    'contract = "registrations"\npublisher = "p"\nfiles = ["counts.csv"]\ncovers = ["2018"]\n[columns]\ndato = "date"\nslut = "until"\nomraade = "area"\n'
    'nr = "person"\n[constants]\nindicator = "parents"\n'
)


@pytest.mark.parametrize("year", NO_YEARS)
def test_a_day_that_cannot_be_is_refused_in_its_row_and_column(year, small_plan):
    head = "dato;slut;omraade;nr\n2018-02-01;;a;P1\n"
    for row, column in ((f"{year}-03-01;;a;P2", "dato"), (f"2018-03-01;{year}-04-01;a;P2", "slut")):
        problem = only(small_plan(counts=(head + row + "\n").encode(), counts_source=LISTED).check().problems)
        assert (problem.row, problem.column) == (3, column) and problem.code in ("not_in_time", "bad_day")


@pytest.mark.parametrize("year", NO_YEARS)
def test_a_list_cannot_cover_a_year_that_cannot_be(year, small_plan):
    source = LISTED.replace('["2018"]', f'["2018", "{year}"]')
    problem = only(small_plan(counts=b"dato;slut;omraade;nr\n2018-02-01;;a;P1\n", counts_source=source).check().problems)
    assert (problem.code, problem.column, problem.found) == ("covers_not_in_time", "covers", year)


SLIPS = {  # what is typed wrongly in the register, and the field that is told
    "the plan's end": ("end = 2021-09-30", "end = 2084-09-30", "end"),
    "the plan's start": ("start = 2017-10-01", "start = 1017-10-01", "start"),
    "a promise's first year": ("first_year = 2018", "first_year = 1899", "first_year"),
    "a promise's last year": ("last_year = 2021", "last_year = 2084", "last_year"),
    "a baseline": ("baseline_year = 2017", "baseline_year = 217", "baseline_year"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_year_of_the_register_that_nobody_means_is_refused(slip, tmp_path):
    old, new, field = SLIPS[slip]
    text = register(criterion('kind = "direction"', more="baseline_year = 2017"))
    assert old in text
    path = tmp_path / "agreement.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        read_agreement(path)
    found = [problem for problem in refused.value.problems if problem.column == field]
    assert found and found[0].code in ("absurd_year", "not_a_year"), refused.value


# --- what stands beside and below the table --------------------------------------------------------------


@pytest.mark.parametrize("text", ["123", "1.061", "12¹", "12 %", "38,5*", "12 345"])
@pytest.mark.parametrize("column", [0, 1, 2, 3])
def test_a_number_alone_in_a_row_below_the_table_is_refused(text, column, small_plan):
    stray = ";".join(text if place == column else "" for place in range(4))
    checked = counts(small_plan, ROWS + ";;;\n;;;\n" + stray + "\n")
    assert checked.errors and {problem.row for problem in checked.errors} == {6}


def test_a_blank_number_of_answers_is_refused_until_it_is_declared(small_plan):
    rows = SHARES.replace(";210", ";")
    problem = only(small_plan(survey=rows).check().problems)
    assert (problem.code, problem.row, problem.column) == ("blank", 2, "svar")
    assert not small_plan(survey=SHARES + "country;2016;safe;75,1;\n").check().errors  # an average over other places has no answers of its own
    assert not small_plan(survey=rows, more_survey='[missing]\n"" = "not_available"\n').check().errors


def test_a_line_of_text_with_a_number_in_it_is_told_and_one_without_is_counted_as_set_aside(small_plan):
    checked = counts(small_plan, ROWS + "I alt 52\n")
    assert [(problem.code, problem.level, problem.row) for problem in checked.problems] == [("number_in_text", "warning", 4)]
    assert "52" not in str(checked.problems[0]), "the warning stands beside protected tables"
    for line in ("Kilde: Politiet", "1) Foreløbige tal", "Trukket 12-01-2018", "Kilde: Politiet 2018", "* foreløbig"):
        checked = counts(small_plan, ROWS + line + "\n")
        assert checked.problems == [] and checked.files["set_aside"].tolist() == [1]


@pytest.mark.parametrize("place", ["A40", "C40", "D40", "F3", "H900", "Z2"])
@pytest.mark.parametrize("value", [999, "se noten"])
def test_a_stray_cell_of_a_workbook_never_vanishes(place, value, small_plan):
    book = openpyxl.Workbook()
    for row in [["omraade", "periode", "indikator", "antal"], ["a", 2017, "reports", 38], ["b", 2017, "reports", 14]]:
        book.active.append(row)
    book.active[place] = value
    checked = as_workbook(small_plan(counts=ROWS), "counts", book)
    if (place, value) == ("A40", "se noten"):
        assert checked.problems == [] and checked.files["set_aside"].tolist() == [1]
    else:
        assert checked.errors and {problem.row for problem in checked.errors} == {int(place[1:])}


def test_rows_that_were_sorted_above_their_headings_are_refused(small_plan):
    content = b"a;2017;reports;38\nomraade;periode;indikator;antal\nb;2017;reports;14\n"
    assert [(problem.code, problem.row) for problem in small_plan(counts=content).check().errors] == [("row_above", 1)]


def test_a_raised_footnote_in_a_workbook_is_refused_as_one(small_plan):
    book = openpyxl.Workbook()
    raised = CellRichText("12", TextBlock(InlineFont(vertAlign="superscript"), "1"))
    for row in [["omraade", "periode", "indikator", "antal"], ["a", 2017, "reports", raised], ["b", 2017, "reports", 14]]:
        book.active.append(row)
    problem = only(as_workbook(small_plan(counts=ROWS), "counts", book).problems)
    assert (problem.code, problem.row, problem.column, problem.found) == ("footnote", 2, "antal", "12¹")


# --- every contract: one cell of a good table is spoilt ----------------------------------------------------

_TOP = 'publisher = "p"\nfiles = ["counts.csv"]\n'
TABLES = {  # contract: source.toml, table
    "counts": (
        _TOP + '[columns]\no = "area"\np = "period"\nv = "value"\nc = "cases"\n[constants]\nindicator = "reports"\n',
        "o;p;v;c\na;2017;38;12\nb;2017;14;7\na;2018;40;13",
    ),
    "survey": (
        _TOP + '[columns]\no = "area"\np = "period"\nv = "value"\ns = "answers"\n[constants]\nindicator = "safe"\nunit = "percent"\n',
        "o;p;v;s\na;2016;72,0;210\nb;2016;58,3;180\nc;2016;81,5;150",
    ),
    "moves": (
        _TOP + '[columns]\no = "area"\np = "period"\nf = "all_moves"\ni = "internal"\nl = "out_of"\n[constants]\nindicator = "moves"\n',
        "o;p;f;i;l\na;2017;38;12;400\nb;2017;14;7;151\na;2018;40;13;400",
    ),
    "visitors": (
        _TOP + '[columns]\np = "period"\nv = "value"\nl = "lowest"\nh = "highest"\n[constants]\nindicator = "visitors"\n',
        "p;v;l;h\n2017;380;300;400\n2018;410;350;500",
    ),
    "published": (
        _TOP + '[columns]\no = "area"\np = "period"\nv = "value"\nk = "source"\n[constants]\nindicator = "safe"\nunit = "percent"\n',
        "o;p;v;k\na;2016;72,0;S1\nb;2016;58,3;S1\ncountry;2016;81,5;S1",
    ),
    "statbank": (
        _TOP + '[columns]\n[constants]\nindicator = "reports"\n[areas]\n"330 Slagelse" = "country"\n',
        "OMRÅDE;TID;INDHOLD\n330 Slagelse;2017K1;38\n330 Slagelse;2017K2;41\n330 Slagelse;2017K3;17",
    ),
    "answers": (
        _TOP + 'covers = ["2018"]\n[columns]\no = "area"\np = "period"\ns = "answer"\nn = "number"\n[constants]\nindicator = "safe"\n',
        "o;p;s;n\na;2018;yes;120\na;2018;no;50\nb;2018;yes;80",
    ),
    "incidents": (
        _TOP + 'covers = ["2018"]\nholds = ["A", "B", "C", "D"]\n'
        '[columns]\nd = "date"\no = "area"\ni = "id"\nv = { indicator = "loss", is = "value", unit = "dkk" }\n'
        '[constants]\nindicator = "reports"\n',
        "d;o;i;v\n03-04-2018;a;17;1500\n13-04-2018;a;18;38\n14-04-2018;b;19;250",
    ),
    "stories": (
        _TOP + 'covers = ["2018"]\nmedia = ["DR"]\n[columns]\nd = "date"\nm = "medium"\nt = "tone"\n[values.indicator]\nnegative = "reports"\n'
        '[unused.indicator]\nneutral = "neither"\n',
        "d;m;t\n03-04-2018;DR;negative\n04-05-2018;DR;negative\n05-05-2018;DR;neutral",
    ),
    "registrations": (
        _TOP + 'covers = ["2018"]\nholds = ["A", "B", "C", "D"]\n[columns]\nd = "date"\no = "area"\nn = "number"\n[constants]\nindicator = "evenings"\n',
        "d;o;n\n03-04-2018;a;120\n13-04-2018;a;12\n14-04-2018;b;38",
    ),
}
FIGURE = ["area", "period", "indicator", "value", "answers", "out_of", "cases", "lowest", "highest", "missing"]
OPTIONAL = {"counts": "c", "visitors": "lh", "incidents": "i"}  # what may be blank in some rows
_MARKS = ["¹", "*", " 1)", " (a)", "²,³"]


def spoilt(text: str, kind: str, year: str) -> str:
    """The cell's text with one of the slips that happen to cells."""
    if kind in _MARKS:
        return text + kind
    if kind == "other unit" and "," in text:
        return f"{float(text.replace(',', '.')) / 100:.4f}".replace(".", ",")
    if kind in (",000", ".000", ",0") and text.isdigit():
        return text + kind
    if kind == "year":
        return re.sub("201[0-9]", year, text)
    return {"blank": "", "blanks around": f" {text} "}.get(kind, text)


@pytest.fixture(scope="module")
def contracts(tmp_path_factory):
    """A function that checks one small table under a contract, as CSV or workbook."""
    home = tmp_path_factory.mktemp("cells")

    def put(contract: str, rows: list[list[str]], workbook: bool) -> building.Checked:
        folder = home / contract / "data" / "raw"
        (folder / "s").mkdir(parents=True, exist_ok=True)
        (folder / "agreement.toml").write_text(register(), encoding="utf-8")
        (folder / "sources.csv").write_text("source_id,title,publisher,year,url\nS1,t,p,2013,\n")
        source = f'contract = "{contract}"\n' + TABLES[contract][0] + ABSENT
        if contract == "statbank":
            source = source.replace("[columns]\n", "")
            source = source.replace("files", "columns = {}\nfiles")
        for old in (folder / "s").glob("counts.*"):
            old.unlink()
        (folder / "s" / "source.toml").write_text(source.replace(".csv", ".xlsx") if workbook else source, encoding="utf-8")
        if workbook:
            book = openpyxl.Workbook()
            for row in rows:
                book.active.append([int(cell) if cell.isascii() and cell.isdigit() else cell or None for cell in row])
            book.save(folder / "s" / "counts.xlsx")
        else:
            (folder / "s" / "counts.csv").write_text("\n".join(";".join(row) for row in rows) + "\n", encoding="utf-8")
        return building.check(folder)

    return put


def figures(checked: building.Checked) -> list:
    table = in_floats(checked.deliveries[0].used)[FIGURE]  # 380 and 380,0 are one figure
    return sorted(str([float(each) if isinstance(each, Decimal) else each for each in row]) for row in table.values.tolist())


@pytest.fixture(scope="module")
def good(contracts):
    """A function that gives the figures of a contract's good table, which is read once as a CSV and once as a workbook."""

    @cache
    def read(contract: str, workbook: bool) -> list:
        checked = contracts(contract, [line.split(";") for line in TABLES[contract][1].split("\n")], workbook)
        assert checked.problems == [] and len(figures(checked))
        return figures(checked)

    return read


@pytest.mark.parametrize("contract", TABLES)
def test_the_good_table_of_every_contract_is_read_without_a_word(contract, good):
    assert good(contract, workbook=False) and good(contract, workbook=True)


@examples(9)
@given(data=st.data())
@pytest.mark.parametrize("contract", TABLES)
def test_a_table_with_one_cell_spoilt_gives_the_same_figures_or_is_told(contract, contracts, good, data):
    rows = [line.split(";") for line in TABLES[contract][1].split("\n")]
    workbook = data.draw(st.booleans())
    row, column = data.draw(st.integers(1, len(rows) - 1)), data.draw(st.integers(0, len(rows[0]) - 1))
    kind = data.draw(st.sampled_from([*_MARKS, "other unit", ",000", ".000", ",0", "year", "blank", "blanks around", "moved below", "moved right"]))
    text = rows[row][column]
    rows[row][column] = "" if kind.startswith("moved") else spoilt(text, kind, data.draw(st.sampled_from(NO_YEARS)))
    if kind == "moved below":
        rows += [[""] * len(rows[0])] * 3 + [[text if place == column else "" for place in range(len(rows[0]))]]
    if kind == "moved right":
        rows[row].append(text)
    assume(kind != "blank" or rows[0][column] not in OPTIONAL.get(contract, ""))
    checked = contracts(contract, rows, workbook)
    assert checked.problems or figures(checked) == good(contract, workbook=workbook), f"{kind}: {text} became other figures in silence"
    assert all(problem.file.startswith("s/") for problem in checked.problems)
    assert told(checked.problems) != {"too_many_problems"}
