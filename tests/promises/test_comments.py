"""Comments of the coordinators: read with the register, refused line by line, and shown as comments."""

from datetime import date

import pytest
from conftest import agreement_of, told
from pages import run, soup, text

from analysis.plan import Plan
from analysis.promises.comments import read_comments
from analysis.showing import tables

AGREEMENT = agreement_of()
GOOD = 'criterion = "C"\nyear = 2018\ntext = "The street was dug up"\nauthor = "A coordinator"\ndate = 2019-02-01\n'


def read(tmp_path, notes: str):
    path = tmp_path / "notes.toml"
    path.write_text(notes, encoding="utf-8")
    return read_comments(path, AGREEMENT)


def test_no_file_is_no_comment(tmp_path):
    assert read_comments(tmp_path / "notes.toml", AGREEMENT) == ([], [])


def test_comments_come_oldest_first_in_both_languages(tmp_path):
    later = '[[note]]\ncriterion = "C"\nyear = 2019\ntext.da = "Vejen er åben"\ntext.en = "The street is open"\nauthor = "B"\ndate = 2020-01-01\narea = "a"\n'
    comments, problems = read(tmp_path, later + "[[note]]\n" + GOOD)
    assert problems == []
    assert [(each.year, each.text["da"], each.text["en"], each.area, each.date) for each in comments] == [
        (2018, "The street was dug up", "The street was dug up", "", date(2019, 2, 1)),
        (2019, "Vejen er åben", "The street is open", "a", date(2020, 1, 1)),
    ]


@pytest.mark.parametrize(
    ("notes", "code", "found"),
    [
        ("[[note]]\n" + GOOD.replace('"C"', '"D"'), "unknown_name", "D"),
        ("[[note]]\n" + GOOD + 'area = "x1"\n', "unknown_name", "x1"),
        ("[[note]]\n" + GOOD.replace("year = 2018\n", ""), "missing_field", ""),
        ("[[note]]\n" + GOOD.replace("2018", '"2018"'), "not_a_year", '"2018"'),
        ("[[note]]\n" + GOOD.replace("2019-02-01", '"in spring"'), "not_a_date", '"in spring"'),
        ("[[note]]\n" + GOOD.replace("dug up", "dug up by 010190-1234"), "cpr_number", ""),
        ("[[comment]]\n" + GOOD, "unknown_field", "comment"),
        ("[[note]\n", "not_toml", ""),
        ("note = 3\n", "not_a_table", "3"),
    ],
)
def test_what_is_wrong_is_told_and_no_comment_is_shown(tmp_path, notes, code, found):
    comments, problems = read(tmp_path, notes)
    assert comments == [] and told(problems) == {code}
    assert problems[0].file == "notes.toml" and problems[0].found == found and "010190" not in str(problems[0])


def test_check_tells_of_a_bad_comment(small_plan):
    plan = small_plan(counts="a;2018;reports;12\n")
    (plan.folder / "notes.toml").write_text("[[note]]\n" + GOOD.replace('"C"', '"D"'), encoding="utf-8")
    done = run("check", "--raw", plan.folder)
    assert done.exit_code == 1 and "notes.toml" in done.output


def test_a_comment_stands_in_its_year_and_area_as_text(small_plan):
    plan = small_plan(counts="a;2018;reports;12\na;2019;reports;14\n")
    hostile = GOOD.replace("The street was dug up", "<script>alert(1)</script>")
    (plan.folder / "notes.toml").write_text("[[note]]\n" + hostile, encoding="utf-8")
    then, now = (Plan.load(plan.folder, year) for year in (2018, 2019))
    page = soup(tables.comments(then, "en", "reports", "a").markup)
    assert page.find("script") is None and "Comment, A coordinator, 1 February 2019: <script>" in text(page)
    assert "2018" in tables.comments(now, "en", "reports", "a").markup
    assert tables.comments(now, "en", "reports", "b") is None
