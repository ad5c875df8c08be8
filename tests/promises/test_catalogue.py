"""Every word a reader meets stands in each language's catalogue, filled with the same details, and none is left over."""

import ast
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path

import pytest

import analysis
from analysis.promises import catalogue
from analysis.promises.catalogue import CATALOGUES, HELP, LANGUAGES, PROBLEM, fields, in_every_language, missing, say, say_problem, texts
from analysis.promises.problems import MOST, Problem, distinct
from analysis.showing import wording

HOME = Path(analysis.__file__).parent


@cache
def parsed() -> list[ast.Module]:
    """The modules of the program."""
    return [ast.parse(path.read_text(encoding="utf-8")) for path in HOME.rglob("*.py")]


def literals() -> set[str]:
    """Every text in the program's source, the parts of composed ones included."""
    return {node.value for tree in parsed() for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def calls(*names: str) -> set[str]:
    """The first argument of every call of these functions, where it is written out."""
    found = set()
    for tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in names:
                found |= {node.args[0].value} if isinstance(node.args[0], ast.Constant) else set()
    return found


@cache
def trees() -> dict[str, ast.Module]:
    """Each module of the program by its file, without docstrings, which are English like the code."""
    found = {}
    for path in HOME.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body[0] = ast.Pass()
        found[path.relative_to(HOME).as_posix()] = tree
    return found


@pytest.mark.parametrize(("context", "least"), [(None, 150), (PROBLEM, 150), (HELP, 40)])
def test_every_language_has_the_same_texts_with_the_same_details(context, least):
    assert {"da", "en"} <= {*LANGUAGES} and len(texts("da", context)) > least
    assert texts("da", context).keys() == texts("en", context).keys()
    for lang in LANGUAGES:
        assert missing(lang) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("context", [None, PROBLEM, HELP])
def test_every_text_can_be_filled(lang, context):
    for key, forms in texts(lang, context).items():
        for form in forms:
            assert form.strip() and not re.search(r"{\w*}", form.format(**dict.fromkeys(fields(form), "X"))), key


# --- one place for words -------------------------------------------------------------------------------

# what suppliers and Statistics Denmark write, and what is searched for in any language
WRITTEN_BY_OTHERS = (
    "promises/periods",
    "reading/contracts",
    "reading/suppliers",
    "reading/sources",
    "reading/statbank",
    "reading/drafting/vocabulary",
    "sharing/leaks",
)


def test_no_danish_words_stand_in_code():
    found = {
        (file, node.value)
        for file, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search("[æøåÆØÅ]", node.value)
    }
    assert {file for file, _ in found if not file.startswith(WRITTEN_BY_OTHERS)} == set(), found


def test_no_code_chooses_its_words_by_the_language():
    found = []
    for file, tree in trees().items():
        for node in ast.walk(tree):
            compared = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
            compared += filter(None, node.keys) if isinstance(node, ast.Dict) else []
            codes = [each for whole in compared for each in ast.walk(whole) if isinstance(each, ast.Constant) and each.value in LANGUAGES]
            if codes and file != "promises/catalogue.py":
                found.append((file, ast.unparse(node)))
    assert found == []


# --- how many ------------------------------------------------------------------------------------------

# a number that is always more than one there, or that no noun of the text follows
ALWAYS_SEVERAL = {
    "summary_undecided",
    "chart_funnel",
    "many_others",
    "months_above",
    "months_below",
    "months_above_mostly",
    "months_below_mostly",
    "months_rising",
}
ALWAYS_SEVERAL |= {"months_falling", "months_many", "shares_not_percent", "copied"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("context", [None, PROBLEM])
def test_a_noun_behind_a_number_has_its_own_form_for_one(lang, context):
    lacking = {key for key, forms in texts(lang, context).items() if len(forms) == 1 and re.search(r"\{n\} (\w|\{m)", forms[0])}
    verbs = {key for key in lacking if re.match("n_(?!rows|files|errors|warnings|months)", key) or key in ("figures_missing",)}
    assert lacking - verbs - ALWAYS_SEVERAL == set()


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [
        ("1 fil, 16 rækker læst: 0 fejl, 1 advarsel", "2 filer, 1 række læst: 1 fejl, 2 advarsler", "da"),
        ("1 file, 16 rows read: 0 errors, 1 warning", "2 files, 1 row read: 1 error, 2 warnings", "en"),
    ],
)
def test_one_file_is_not_one_files(one, two, said):
    def counted(**numbers):
        return say("checked", said, **{name: say(f"n_{name}", said, n=number) for name, number in numbers.items()})

    assert counted(files=1, rows=16, errors=0, warnings=1) == one
    assert counted(files=2, rows=1, errors=1, warnings=2) == two


def test_one_promise_is_not_one_promises():
    told = {"whose": "the plan's", "met": 1, "open": 0, "year": 2019, "before": "", "clear": "", "why": ""}
    assert say("summary", "en", n=1, not_met=0, **told).startswith("Of the plan's 1 promise in 2019: 1 met, ")
    assert say("summary", "en", n=2, not_met=1, **told).startswith("Of the plan's 2 promises in 2019: 1 met, ")
    assert say("n_files", "da", n=1) == "1 fil" and say("n_files", "da", n=2) == "2 filer"


# --- another language is one more file -----------------------------------------------------------------

ICELANDIC = r"""msgid ""
msgstr ""
"Language: is_IS\n"
"Plural-Forms: nplurals=2; plural=(n % 10 != 1 || n % 100 == 11);\n"
"Content-Type: text/plain; charset=utf-8\n"

msgid "language"
msgstr "Íslenska"

msgid "met"
msgstr "Uppfyllt"

msgid "n_files"
msgid_plural "n_files"
msgstr[0] "{n} skrá"
msgstr[1] "{n} skrár"

msgid "in_row"
msgstr "röð {line}"

#, fuzzy
msgid "error"
msgstr "villa"

msgctxt "problem"
msgid "not_a_year"
msgstr "verður að vera ártal"
"""


@pytest.fixture
def icelandic(tmp_path, monkeypatch):
    """The program with a third catalogue of some texts beside its own two."""
    for path in CATALOGUES.glob("*.po"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "is.po").write_text(ICELANDIC, encoding="utf-8")
    monkeypatch.setattr(catalogue, "CATALOGUES", tmp_path)
    for read in (catalogue._read, catalogue._catalogue):
        read.cache_clear()
    yield "is"
    for read in (catalogue._read, catalogue._catalogue):
        read.cache_clear()


def test_what_a_third_catalogue_lacks_is_named(icelandic):
    lacking = missing(icelandic)
    assert {"language", "met", "n_files", "not_a_year"}.isdisjoint(lacking)
    assert {"not_met", "in_row", "error", "negative"} <= {*lacking}, "absent, with another detail, and not looked at yet"
    assert len(lacking) == sum(len(texts("en", context)) for context in (None, PROBLEM, HELP)) - 4


def test_what_a_third_catalogue_lacks_stands_in_english(icelandic):
    assert (say("met", icelandic), say("not_met", icelandic)) == ("Uppfyllt", "Not met")
    assert (say("in_row", icelandic, row=4), say("error", icelandic)) == ("row 4", "error")
    assert (say_problem("not_a_year", icelandic), say_problem("not_a_flag", icelandic)) == (
        "verður að vera ártal",
        "must be true or false, without quotation marks",
    )


def test_a_third_catalogue_counts_and_writes_numbers_as_its_language_does(icelandic):
    assert [say("n_files", icelandic, n=n) for n in (1, 2, 11, 21)] == ["1 skrá", "2 skrár", "11 skrár", "21 skrá"]
    assert [say("n_rows", icelandic, n=n) for n in (1, 2)] == ["1 row", "2 rows"], "in English as English counts"
    assert wording.number(1234.5, 1, icelandic) == "1.234,5" and wording.percent(0.583, icelandic) == "58,3%"
    assert wording.period("2018-03", icelandic) == "mars 2018" and wording.period("2018-Q2", icelandic) == "2. fjórðungur 2018"
    assert wording.day(date(2017, 10, 1), icelandic) == "1. október 2017"
    assert wording.listed(["a", "b", "c"], icelandic) == "a, b og c"


def test_a_text_of_the_register_that_is_not_in_a_language_stands_in_english_or_else_in_danish(monkeypatch):
    monkeypatch.setattr(catalogue, "LANGUAGES", ("da", "en", "is"))
    assert in_every_language({"da": "Trivsel", "en": "Well-being"}) == {"da": "Trivsel", "en": "Well-being", "is": "Well-being"}
    assert in_every_language({"da": "Trivsel", "is": "Vellíðan"}) == {"da": "Trivsel", "en": "Trivsel", "is": "Vellíðan"}


@pytest.fixture(scope="module")
def icelandic_report(tmp_path_factory):
    """What a command said, and its folder of reports, of a program that has one more catalogue."""
    home = tmp_path_factory.mktemp("icelandic")
    shutil.copytree(HOME, home / "src" / "analysis", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(HOME.parents[1] / "notebooks", home / "notebooks")
    shutil.copytree(HOME / "reading" / "plan_folder", home / "data" / "raw")
    (home / "src" / "analysis" / "catalogues" / "is.po").write_text(ICELANDIC, encoding="utf-8")
    command = [sys.executable, "-m", "analysis", "report", "--lang", "is", "--jobs", "1"]
    done = subprocess.run(command, cwd=home, env={**os.environ, "PYTHONPATH": str(home / "src")}, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr, home / "reports"


def test_a_command_says_how_many_texts_stand_in_english(icelandic_report):
    number = sum(len(texts("en", context)) for context in (None, PROBLEM, HELP)) - 4
    assert f"{number} texts are missing in the catalogue is.po (such as not_met) and stand in English" in icelandic_report[0].splitlines()


def test_pages_in_a_third_language_stand_in_its_folder_and_are_led_to_by_its_name(icelandic_report):
    reports = icelandic_report[1]
    (index,) = reports.glob("*/is/index.html")
    assert '<html lang="is">' in index.read_text(encoding="utf-8")
    front = (reports / "index.html").read_text(encoding="utf-8")
    assert f"{index.parent.parent.name} · Íslenska" in front and index.relative_to(reports).as_posix() in front


def test_the_method_page_says_which_languages_the_agreement_is_in_where_it_lacks_the_pages_own(icelandic_report):
    (method,) = icelandic_report[1].glob("*/is/method.html")
    page = method.read_text(encoding="utf-8")
    assert "The agreement&#x27;s texts exist in these languages: Dansk og English." in page
    assert "<h2" in page, "the notebook's prose stands in English"


# --- what is asked for ---------------------------------------------------------------------------------


def test_every_text_that_is_asked_for_is_there():
    asked = calls("say", "wording.say")
    assert len(asked) > 200, "the keys are no longer found in the source"
    assert asked - texts("da").keys() == set()


def test_every_problem_has_its_words_and_no_words_are_left_over():
    used = calls("Problem", "reader.say", "self.say", "columns.say", "_refusal", "_problem") - texts("da").keys() - {""}
    assert len(used) > 100, "the codes are no longer found in the source"
    assert used - texts("da", PROBLEM).keys() == set()
    assert texts("da", PROBLEM).keys() - literals() == set()


def test_a_text_that_is_missing_is_never_shown_as_its_key():
    with pytest.raises(KeyError):
        say("no_such_text", "da")
    with pytest.raises(KeyError):
        say_problem("no_such_problem", "en")


def test_a_problem_in_danish_is_not_the_english_one():
    danish, english = texts("da", PROBLEM), texts("en", PROBLEM)
    assert [code for code in danish if danish[code] == english[code] and re.search("[a-z]", re.sub(r"{.*?}", "", danish[code][0]))] == []


def test_a_problem_is_one_line_with_its_place():
    found = Problem("unknown_area_near", "a.csv", "Mot\nalavej", sheet="Ark1", row=4, column="omraade", detail={"near": "Motalavej", "known": "x"})
    danish, english = found.line("da"), found.line("en")
    assert danish.startswith("a.csv, ark 'Ark1', række 4, kolonne 'omraade': ")
    assert english.startswith("a.csv, sheet 'Ark1', row 4, column 'omraade': ")
    assert "nærmeste: Motalavej" in danish and "closest: Motalavej" in english
    assert len(danish.splitlines()) == len(english.splitlines()) == 1


# --- many problems -------------------------------------------------------------------------------------


def word(row: int, found: str = "Negativ", **more) -> Problem:
    return Problem("not_a_number", "a.csv", found, row=row, column="antal", **more)


def test_one_word_in_many_rows_is_one_problem_with_how_often_and_where_first():
    (line,) = [str(problem) for problem in distinct(word(row) for row in range(12, 30))]
    assert line.startswith("a.csv, in 18 rows, first in row 12, column 'antal': Negativ – must be a number")
    assert '"Negativ" = "not_available"' in line, "ready to be pasted into source.toml"
    assert distinct([word(1), word(2, "Positiv"), word(3, level="warning")]) == [word(1), word(2, "Positiv"), word(3, level="warning")]


def test_of_a_file_with_very_many_problems_the_errors_come_first_and_the_rest_is_counted():
    many = [word(row, f"word {row}", level="warning") for row in range(1, 400)] + [word(400, "an error")]
    shown = distinct(many)
    assert len(shown) == MOST + 1 and shown[0].found == "an error"
    assert (shown[-1].code, shown[-1].detail["n"]) == ("more_problems", 400 - MOST)


def test_a_line_is_short_and_what_cannot_be_seen_is_written_out():
    found = Problem("missing_column", "a.csv", column="x" * 5000, detail={"found_headings": ", ".join(map(str, range(5000)))})
    assert len(str(found)) < 700
    assert "\\u202e" in str(word(1, "12\u202e34")) and "\u202e" not in str(word(1, "12\u202e34"))
