"""A supplier's table is read cell by cell: exactly, or with file, row, column, what stands there and what was expected."""

import pytest
from conftest import COUNTS_HEADER, COUNTS_SOURCE, ROOT, SURVEY_SOURCE, criterion, observe, told

from analysis.running import building

NAMED = ("motalavej", "sydbyen", "ringparken", "skaelskoer")


@pytest.fixture(scope="module")
def checked():
    """The project's own deliveries."""
    return building.check(ROOT / "data" / "raw")


def errors_of(plan) -> list:
    return plan.check().errors


def only(problems):
    """The single problem there is."""
    assert len(problems) == 1, "\n".join(map(str, problems)) or "no problem at all"
    return problems[0]


# --- the project's own deliveries -----------------------------------------------------------------------


def test_the_published_figures_have_no_error_and_seven_known_warnings(checked):
    assert checked.errors == []
    found = {(problem.code, problem.file.split("/")[0], problem.row, problem.found) for problem in checked.problems}
    assert len(checked.problems) == 7
    assert found == {
        ("conflict", "safety_survey", 88, "52.9"),  # Askerød 2013
        ("conflict", "safety_survey", 89, "59.2"),
        ("suspect", "area_profiles", 7, "2008"),  # residents of Ringparken 2019
        ("suspect", "safety_survey", 86, "85.9"),  # Østjylland 2014
        ("suspect", "move_outs", 2, "22"),  # 21 % in another source
        ("suspect", "further_figures", 11, "still on list (not among the 13 that left; 15 remain)"),  # by absence
        ("suspect", "further_figures", 13, "still on list (not among the 13 that left; 15 remain)"),
    }


def test_no_published_row_is_lost(checked):
    """Rows used and set aside as counted by hand in each source's README, below one row of headings."""
    roles = checked.sheets.groupby(["source", "role"])["rows"].sum().unstack(fill_value=0)
    found = roles.assign(all=roles.sum(axis=1))[["all", "heading", "used", "set_aside"]].astype(int)
    assert found.T.to_dict("list") == {
        "area_profiles": [18, 1, 9, 8],
        "fires": [11, 1, 4, 6],
        "further_figures": [62, 1, 35, 26],
        "list_status": [13, 1, 12, 0],
        "move_outs": [14, 1, 2, 11],
        "police_reports": [31, 1, 6, 24],
        "safety_survey": [141, 1, 103, 37],
    }


def test_every_figure_keeps_the_file_and_row_it_came_from(checked):
    for delivery in checked.deliveries:
        lines = (checked.folder / delivery.table["file"].iloc[0]).read_text(encoding="utf-8").splitlines()
        for row in delivery.table.to_dict("records"):
            assert row["delivered"] in lines[row["row"] - 1]


# --- cells that are refused -----------------------------------------------------------------------------

CELLS = {  # one line of a delivery: (line, code, found, column, words)
    "a thousands point": ("a;2017;reports;1.061", "ambiguous_thousands", "1.061", "antal", "write 1061, or declare thousands"),
    "a negative count": ("a;2017;reports;-14", "negative", "-14", "antal", "must not be negative"),
    "half a report": ("a;2017;reports;14,5", "not_whole", "14,5", "antal", "a whole number"),
    "a blank": ("a;2017;reports;", "blank", "", "antal", "is blank"),
    "two dots": ("a;2017;reports;..", "not_a_number", "..", "antal", "declared under [missing]"),
    "a dash": ("a;2017;reports;-", "not_a_number", "-", "antal", "declared under [missing]"),
    "about five": ("a;2017;reports;ca. 5", "estimate_mark", "ca. 5", "antal", "declared under [missing]"),
    "a word": ("a;2017;reports;mange", "not_a_number", "mange", "antal", "must be a number"),
    "NA": ("a;2017;reports;NA", "not_a_number", "NA", "antal", "must be a number"),
    "an unmapped indicator": ("a;2017;haervaerk;14", "unknown_indicator", "haervaerk", "indikator", "[values.indicator]"),
    "an odd period": ("a;2017H3;reports;14", "bad_period", "2017H3", "periode", "2018-H1"),
    "a date as a period": ("a;31-12-2017;reports;14", "bad_period", "31-12-2017", "periode", "such as 2018"),
    "a path as an area": ("../../etc/x;2017;reports;1", "unknown_area", "../../etc/x", "omraade", "unknown area"),
    "a blank area": (";2017;reports;1", "blank_cell", "", "omraade", "is blank, and area must stand here"),
    "an area called NA": ("NA;2017;reports;1", "unknown_area_near", "NA", "omraade", "known: "),
    "a unit that does not fit": ("a;2017;loss;14", "unit_of_indicator", "14", "antal", "unit"),
}


@pytest.mark.parametrize("what", CELLS)
def test_a_delivery_is_refused_for(what, small_plan):
    line, code, found, column, words = CELLS[what]
    plan = small_plan(counts="b;2017;reports;38\n" + line)
    problem = only(errors_of(plan))
    assert (problem.code, problem.file, problem.row) == (code, "counts/counts.csv", 3)
    assert words in str(problem)
    if code != "unit_of_indicator":
        assert (problem.found, problem.column) == (found, column)


def test_a_refused_delivery_gives_no_figure_at_all(small_plan):
    checked = small_plan(counts="a;2017;reports;38\nb;2017;reports;-14").check()
    assert checked.errors and len(observe(checked.deliveries, checked.agreement)) == 0


def test_every_bad_cell_is_told_at_once(small_plan):
    problems = errors_of(small_plan(counts="a;2017;reports;1.061\nx;2017;reports;-1\nc;17;report;\n"))
    assert sorted((problem.row, problem.code) for problem in problems) == [
        (2, "ambiguous_thousands"),
        (3, "negative"),
        (3, "unknown_area"),
        (4, "bad_period"),
        (4, "blank"),
        (4, "unknown_indicator"),
    ]


def test_a_decimal_point_is_refused_where_a_comma_was_declared_and_never_read_as_583(small_plan):
    problem = only(errors_of(small_plan(survey="a;2016;safe;58.3;180")))
    assert (problem.code, problem.found, problem.column) == ("ambiguous_number", "58.3", "andel")


def test_a_share_above_100_percent_is_refused(small_plan):
    problem = only(errors_of(small_plan(survey="a;2016;safe;58,3;180\nb;2016;safe;100,1;140")))
    assert (problem.code, problem.row, problem.found) == ("above_all", 3, "100,1")


def test_a_share_of_no_answers_is_refused(small_plan):
    problem = only(errors_of(small_plan(survey="a;2016;safe;58,3;0")))
    assert (problem.code, problem.column) == ("no_answers", "svar")


def test_an_unknown_area_is_told_with_the_nearest_and_all_known(small_plan):
    problem = only(errors_of(small_plan(criterion('kind = "direction"', scope='"each"'), areas=NAMED, counts="Nordbyen;2017;reports;14")))
    assert problem.code == "unknown_area_near" and "closest: Sydbyen" in str(problem)
    assert "Motalavej, Sydbyen, Ringparken, Skaelskoer" in str(problem)


def test_a_name_encoded_twice_is_told_with_the_name_it_was(small_plan):
    line = "Sk\u00c3\u00a6lsk\u00c3\u00b8r;2017;reports;10"
    problem = only(errors_of(small_plan(counts=line)))
    assert problem.code == "double_encoded" and "encoded twice" in str(problem) and "Skælskør" in str(problem)


def test_a_word_of_the_supplier_stands_for_ours(small_plan):
    more = '\n[values.indicator]\nhaervaerk = "reports"\n[areas]\n"Område A" = "a"\n"I alt" = "combined"\n'
    table = small_plan(counts="Område A;2017;haervaerk;38\nI alt;2017;haervaerk;61", more_counts=more).observations()
    assert table[["indicator", "area", "value"]].values.tolist() == [["reports", "a", 38], ["reports", "combined", 61]]


def test_an_area_is_known_by_any_of_its_spellings(small_plan):
    table = small_plan(counts="A;2017;reports;38\nB ;2017;reports;14").observations()
    assert table["area"].tolist()[:2] == ["a", "b"]


# --- headings -------------------------------------------------------------------------------------------


def test_a_missing_column_is_told_with_those_that_are_there(small_plan):
    problem = only(errors_of(small_plan(counts=b"omraade;periode;antal\na;2017;38\n")))
    assert (problem.code, problem.column) == ("missing_column", "indikator")
    assert "found: omraade, periode, antal" in str(problem)


def test_a_column_that_nobody_declared_is_told(small_plan):
    problem = only(errors_of(small_plan(counts=b"omraade;periode;indikator;antal;navn\na;2017;reports;38;x\n")))
    assert (problem.code, problem.column) == ("undeclared_column", "navn")


def test_a_column_may_be_left_out_by_declaring_so(small_plan):
    content = COUNTS_HEADER.strip().encode() + b";navn\na;2017;reports;38;x\n"
    source = 'ignored_columns = ["navn"]\n' + COUNTS_SOURCE
    table = small_plan(counts=content, counts_source=source).observations()
    assert table["value"].dropna().tolist() == [38]


def test_a_column_the_contract_needs_must_be_declared(small_plan):
    problems = errors_of(small_plan(survey="a;2016;safe;58,3;180", survey_source=SURVEY_SOURCE.replace('svar = "answers"', "")))
    assert "missing_declaration" in told(problems)
    assert any("no column is declared for 'answers'" in str(problem) for problem in problems)


def test_an_unknown_contract_is_told_with_those_known(small_plan):
    problem = only(errors_of(small_plan(survey="a;2016;safe;58,3;180", survey_source=SURVEY_SOURCE.replace('"survey"', '"survay"'))))
    assert problem.code == "unknown_contract_near" and "did you mean 'survey'?" in str(problem)
    problem = only(errors_of(small_plan(survey="a;2016;safe;58,3;180", survey_source=SURVEY_SOURCE.replace('"survey"', '"xyz"'))))
    assert problem.code == "unknown_contract" and all(name in str(problem) for name in ("published", "counts", "survey"))


# --- counts out of a number, and estimates with bounds -------------------------------------------------

MOVES = """
contract = "moves"
publisher = "The housing organisations"
files = ["survey.csv"]
delimiter = ";"
[columns]
omraade = "area"
aar = "period"
indikator = "indicator"
andel = "value"
svar = "out_of"
"""


def test_move_outs_out_of_tenancies_are_an_exact_rate(small_plan):
    rows = "a;2018;moves;10;100\nb;2018;moves;90;300\nc;2018;moves;0;50\nd;2018;moves;20;50"
    table = small_plan(survey=rows, survey_source=MOVES).observations().set_index("area")
    assert table["value"].to_dict() == {"a": 0.1, "b": 0.3, "c": 0, "d": 0.4, "combined": 0.24}
    assert table.loc["combined", ["numerator", "denominator"]].tolist() == [120, 500]


@pytest.mark.parametrize(("line", "code"), [("a;2018;moves;101;100", "more_than_all"), ("a;2018;moves;0;0", "nothing_to_share")])
def test_move_outs_that_cannot_be_are_refused(line, code, small_plan):
    problem = only(errors_of(small_plan(survey=line, survey_source=MOVES)))
    assert (problem.code, problem.row) == (code, 2)


@pytest.mark.parametrize(("bounds", "code"), [("250;400", None), ("310;400", "bounds_crossed"), ("100;290", "bounds_crossed")])
def test_an_estimate_lies_between_its_bounds(bounds, code, small_plan):
    source = COUNTS_SOURCE + 'mindst = "lowest"\nhoejst = "highest"\n'
    content = COUNTS_HEADER.strip() + ";mindst;hoejst\na;2018;visitors;300;" + bounds + "\n"
    plan = small_plan(counts=content.encode(), counts_source=source)
    assert [problem.code for problem in errors_of(plan)] == [code] * (code is not None)
    if code is None:
        row = plan.observations().iloc[0]
        assert row[["value", "lower", "upper", "status"]].tolist() == [300, 250, 400, "estimate"]


# --- missing, set aside, doubtful, twice ----------------------------------------------------------------


def test_missing_marks_mean_what_was_declared_and_never_zero(small_plan):
    more = '\n[missing]\n".." = "not_available"\n"<5" = "suppressed_at_source"\n"" = "not_delivered"\n'
    table = small_plan(counts="a;2017;reports;..\nb;2017;reports;<5\nc;2017;reports;\nd;2017;reports;0", more_counts=more).observations()
    status = dict(zip(table["area"], table["status"], strict=True))
    assert status == {"a": "not_available", "b": "suppressed_at_source", "c": "not_delivered", "d": "measured", "combined": "partial"}
    assert table["value"].notna().sum() == 1 and table.set_index("area")["value"]["d"] == 0


def test_rows_set_aside_are_kept_with_the_reason_and_not_used(small_plan):
    more = '\n[unused.indicator]\ntyveri = "nothing promised"\n'
    delivery = small_plan(counts="a;2017;tyveri;mange\na;2017;reports;7", more_counts=more).check().deliveries[0]
    assert delivery.problems == []
    assert delivery.table["set_aside"].tolist() == ["nothing promised", ""]
    assert delivery.table["delivered"].tolist() == ["mange", "7"] and len(delivery.used) == 1


def test_a_file_of_which_every_row_is_set_aside_is_no_crash(small_plan):
    more = '\n[unused.indicator]\ntyveri = "nothing promised"\n'
    checked = small_plan(counts="a;2017;tyveri;9\nb;2017;tyveri;9", more_counts=more).check()
    assert checked.errors == [] and checked.files[["rows", "used", "set_aside"]].values.tolist() == [[3, 0, 2]]


def test_a_doubtful_figure_is_kept_and_flagged(small_plan):
    more = '\n[[doubt]]\narea = "a"\nperiod = "2017"\nreason = "looks too high"\n'
    plan = small_plan(counts="a;2017;reports;380\nb;2017;reports;14", more_counts=more)
    problem = only(plan.check().problems)
    assert (problem.level, problem.code, problem.row) == ("warning", "suspect", 2)
    assert "380" not in str(problem), "a warning stands beside protected tables: it must not tell the figure"
    table = plan.observations().set_index("area")
    assert table["value"]["a"] == 380 and "doubtful: looks too high" in table["note"]["a"]


def test_a_doubt_that_matches_no_row_is_an_error(small_plan):
    more = '\n[[doubt]]\narea = "a"\nperiod = "2016"\nreason = "looks too high"\n'
    problem = only(errors_of(small_plan(counts="a;2017;reports;380", more_counts=more)))
    assert (problem.code, problem.file) == ("doubt_matches_nothing", "counts/source.toml") and "2016" in str(problem)


def test_the_same_figure_twice_is_refused_with_both_rows(small_plan):
    problem = only(errors_of(small_plan(counts="a;2017;reports;38\nb;2017;reports;14\nA;2017;reports;38")))
    assert (problem.code, problem.row) == ("repeated_key", 4)
    assert "reports" in problem.found and "stands in row 2 of counts/counts.csv already" in str(problem)


PUBLISHED = """
contract = "published"
publisher = "The press"
files = ["survey.csv"]
delimiter = ";"
[columns]
omraade = "area"
aar = "period"
indikator = "indicator"
andel = "value"
svar = "source"
[constants]
unit = "percent"
"""


@pytest.fixture
def press(small_plan):
    """A function that writes a plan with these published figures; its list of publications has S28 and S29."""

    def write(rows: str):
        plan = small_plan(survey=rows, survey_source=PUBLISHED)
        (plan.folder / "sources.csv").write_text("source_id,title,publisher,year,url\nS28,t,p,2013,\nS29,t,p,2013,\n")
        return plan

    return write


def test_two_publications_that_disagree_are_both_kept_and_neither_used(press):
    plan = press("a;2013;safe;52,9;S28\na;2013;safe;59,2;S29\nb;2013;safe;60,0;S28")
    problems = plan.check().problems
    assert [(problem.level, problem.code, problem.row) for problem in problems] == [("warning", "conflict", 2), ("warning", "conflict", 3)]
    assert all("52,9 (S28), 59,2 (S29)" in str(problem) for problem in problems)
    row = plan.observations().set_index("area").loc["a"]
    assert row["value"] != row["value"] and row["status"] == "not_available"
    assert "52,9" in row["note"] and "59,2" in row["note"]


def test_two_publications_that_agree_are_one_figure_with_both_named(press):
    plan = press("a;2013;safe;52,9;S28\na;2013;safe;52,9;S29")
    assert plan.check().problems == []
    row = plan.observations().iloc[0]
    assert row["value"] == 0.529 and "S28" in row["source"] and "S29" in row["source"]


def test_a_publication_that_is_not_in_the_list_is_refused(press):
    problem = only(errors_of(press("a;2013;safe;52,9;S30")))
    assert (problem.code, problem.found) == ("unknown_publication", "S30")


def test_published_figures_without_a_list_of_publications_are_refused(small_plan):
    problem = only(errors_of(small_plan(survey="a;2013;safe;52,9;S28", survey_source=PUBLISHED)))
    assert (problem.code, problem.file) == ("no_publications", "sources.csv")


def test_a_zero_over_two_years_is_a_zero_in_each(small_plan):
    table = small_plan(counts="a;2015-2016;reports;0").observations()
    own = table[table["area"] == "a"]
    assert own[["period", "value", "status"]].values.tolist() == [["2015", 0, "derived"], ["2016", 0, "derived"]]
    assert own["note"].str.contains("0 in 2015-2016 as a whole").all()


def test_a_number_over_two_years_can_be_given_to_neither(small_plan):
    problem = only(errors_of(small_plan(counts="a;2015-2016;reports;7")))
    assert (problem.code, problem.found) == ("several_years", "2015-2016")


def test_two_folders_that_send_the_same_figure_do_not_count_it_twice(small_plan):
    plan = small_plan(counts="a;2017;reports;17\nb;2017;reports;1\nc;2017;reports;1\nd;2017;reports;1")
    second = plan.folder / "second"
    second.mkdir()
    for name in ("source.toml", "counts.csv"):
        (second / name).write_text((plan.folder / "counts" / name).read_text())
    (second / "counts.csv").write_text(COUNTS_HEADER + "a;2017;reports;17\n")
    checked = plan.check()
    if not checked.errors:  # refusing is as good as joining
        table = observe(checked.deliveries, checked.agreement)
        assert not table.duplicated(["indicator", "area", "period"]).any()
        assert table.set_index("area")["value"]["combined"] == 20


# --- plausibility: expectations of the project's list of broken deliveries ------------------------------


def test_shares_between_0_and_1_are_not_taken_for_percent(small_plan):
    rows = "a;2016;safe;0,720;210\nb;2016;safe;0,583;180\nc;2016;safe;0,815;150\nd;2016;safe;0,901;140"
    assert errors_of(small_plan(survey=rows))


def test_a_total_that_is_not_the_sum_of_its_areas_is_refused(small_plan):
    rows = "a;2017;reports;61\nb;2017;reports;38\nc;2017;reports;14\nd;2017;reports;10\ncombined;2017;reports;125"
    problems = errors_of(small_plan(counts=rows))
    assert problems and "125" in str(problems[0]) and "123" in str(problems[0])


def test_a_persons_number_in_a_remark_is_refused_and_not_repeated(small_plan):
    header = COUNTS_HEADER.replace("antal", "antal;bemaerkning")
    source = (
        'contract = "counts"\npublisher = "p"\nfiles = ["counts.csv"]\n[columns]\nomraade = "area"\nperiode = "period"\n'
        'indikator = "indicator"\nantal = "value"\nbemaerkning = "note"\n'
    )
    problems = errors_of(small_plan(counts=(header + "a;2017;reports;38;sag 010190-1234\n").encode(), counts_source=source))
    assert problems and not any("010190" in str(problem) for problem in problems)
