"""A declaration in source.toml that matches nothing is told: it changes no figure, and looks as if it did."""

import pytest
from test_intake import COLUMNS, HEADER, ROWS, WORDS, folder_with

from analysis.running import building

ROWS = ROWS + "I alt;2017;haervaerk;123\n"
USED = f'contract = "counts"\n%s\n{COLUMNS}{WORDS}%s'

NOWHERE = {  # what is declared: (fields above, tables below, place, word, level)
    "a row that is ignored": ('ignored_rows = ["Kilder*"]', "", "ignored_rows", "Kilder*", "error"),
    "a column that is ignored": ('ignored_columns = ["Bemærk"]', "", "ignored_columns", "Bemærk", "warning"),
    "a sheet that is ignored": ('ignored_sheets = ["Ark2"]', "", "ignored_sheets", "Ark2", "warning"),
    "a word that is set aside": ("", '[unused.indicator]\n"Indbrud" = "not promised"\n', "unused.indicator", "Indbrud", "warning"),
    "a word of ours": ("", '[values.period]\n"2017 (foreløbig)" = "2017"\n', "values.period", "2017 (foreløbig)", "warning"),
    "a mark": ("", '[missing]\n"?" = "not_delivered"\n', "missing", "?", "warning"),
    "a footnote mark": ('footnotes = ["¹"]', "", "footnotes", "¹", "warning"),
    "a blank": ("", '[missing]\n"" = "not_delivered"\n', "missing", '""', "warning"),
    "constants of a file": ("", '[constants_by_file."g.csv"]\nnote = "x"\n', "constants_by_file", "g.csv", "error"),
    "constants of a sheet": ("", '[constants_by_sheet."Ark9"]\nnote = "x"\n', "constants_by_sheet", "Ark9", "error"),
}


def check(tmp_path, fields="", tables="", rows=ROWS, **more):
    return building.check(folder_with(tmp_path, USED % (fields, tables), {"f.csv": HEADER + rows, **more}))


def test_declarations_that_all_stand_in_some_file_are_no_problem(tmp_path):
    assert check(tmp_path).problems == []
    assert check(tmp_path, 'ignored_rows = ["Kilde*"]', rows=ROWS + "Kilde: Politiet;;;\n").problems == []


@pytest.mark.parametrize("what", NOWHERE)
def test_what_stands_nowhere_in_the_files_is_told_with_its_place(what, tmp_path):
    fields, tables, place, word, level = NOWHERE[what]
    (problem,) = check(tmp_path, fields, tables).problems
    assert (problem.file, problem.column, problem.level) == ("s/source.toml", f"{place}.{word}", level)
    assert "stands nowhere" in str(problem) or "did you mean 'f.csv'" in str(problem)
    assert place in problem.line("da")


def test_the_declaration_is_named_also_where_no_delivered_cell_may_be(tmp_path):
    checked = check(tmp_path, "", '[missing]\n"9 stk" = "not_delivered"\n')
    assert ["missing.9 stk" in str(problem) for problem in checked.reportable] == [True]


def test_a_mark_and_a_word_with_a_footnote_behind_them_are_met(tmp_path):
    rows = ROWS.replace("haervaerk;14", "haervaerk;–¹").replace("I alt;2017;haervaerk;123\n", "").replace("Motalavej", "Motalavej¹")
    words = USED % ('footnotes = ["¹"]', '[missing]\n"–" = "not_available"\n')
    assert building.check(folder_with(tmp_path, words.replace('"I alt" = "combined"\n', ""), {"f.csv": HEADER + rows})).problems == []


def test_an_area_that_is_spelt_in_no_file_is_told(tmp_path):
    (problem,) = check(tmp_path, rows=ROWS.replace("Skælskør", "skaelskoer")).problems
    assert (problem.column, problem.level) == ("areas.Skælskør", "warning")


def test_a_word_that_stands_in_one_of_two_files_or_only_in_an_entry_is_no_problem(tmp_path):
    both = check(tmp_path, "", '[unused.indicator]\n"indbrud" = "not promised"\n', **{"g.csv": HEADER + "Sydbyen;2018;indbrud;3\n"})
    assert both.problems == []
    absent = check(tmp_path / "other", "", '[[absent]]\narea = "Skælskør"\nreason = "not counted"\n', rows=ROWS.replace("Skælskør;2017;haervaerk;10\n", ""))
    assert absent.problems == []


@pytest.mark.parametrize("table", ["values", "unused"])
def test_words_for_a_column_that_is_not_there_are_an_error(table, tmp_path):
    (problem,) = check(tmp_path, "", f'[{table}.omraade]\nMotalavej = "motalavej"\n').problems
    assert (problem.code, problem.column, problem.level) == ("no_column_for_words", f"{table}.omraade", "error")


def test_words_that_could_not_all_be_looked_for_are_not_told_beside_the_error(tmp_path):
    checked = check(tmp_path, "", '[missing]\n"?" = "not_delivered"\n', rows=ROWS.replace(";14", ";mange"))
    assert {problem.code for problem in checked.problems} == {"not_a_number"}


def test_marks_words_and_tones_of_a_list_are_found_where_they_stand(tmp_path):
    source = (
        'contract = "stories"\ncovers = ["2018"]\nmedia = ["DR"]\n[columns]\ndato = "date"\nmedie = "medium"\ntone = "tone"\n[values.tone]\n'
        'negativ = "negative"\n[values.indicator]\nnegative = "negative"\npositive = "groups"\n'
    )
    (problem,) = building.check(folder_with(tmp_path, source, {"f.csv": "dato;medie;tone\n2018-01-01;DR;negativ\n"})).problems
    assert (problem.column, problem.level) == ("values.indicator.positive", "warning")


def test_a_list_whose_words_are_no_indicators_gives_no_figures_and_no_traceback(tmp_path):
    source = (
        'contract = "stories"\ncovers = ["2018"]\nmedia = ["DR"]\njump = 3\nvalues = {}\n[columns]\ndato = "date"\nmedie = "medium"\ntone = "tone"\n'
        '[unused.indicator]\nneutral = "nothing promised"\n'
    )
    checked = building.check(folder_with(tmp_path, source, {"f.csv": "dato;medie;tone\n2018-01-01;DR;neutral\n"}))
    assert checked.problems == [] and len(checked.deliveries[0].table) == 0


def test_a_reason_written_in_two_languages_is_told_in_that_of_the_reader(tmp_path):
    both = 'reason = { da = "talt to gange", en = "counted twice" }'
    checked = check(tmp_path, "", f'[[doubt]]\narea = "combined"\n{both}\n')
    (doubt,) = [problem for problem in checked.problems if problem.code == "suspect"]
    assert "talt to gange" in doubt.text("da") and "counted twice" in doubt.text("en")
    assert checked.deliveries[0].table["note"].tolist().count("counted twice") == 1, "processed tables are in English"
