"""Every word a reader meets stands in each language's catalogue, filled with the same details, and none is left over."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import analysis
from analysis.promises.catalogue import LANGUAGES, PROBLEM, say, say_problem, texts
from analysis.promises.problems import Problem

HOME = Path(analysis.__file__).parent


def fields(text: str) -> set[str]:
    """The names of the {placeholders} in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def literals() -> set[str]:
    """Every text in the program's source, the parts of composed ones included."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in HOME.rglob("*.py")]
    return {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def calls(*names: str) -> set[str]:
    """The first argument of every call of these functions, where it is written out."""
    found = set()
    for path in HOME.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in names:
                found |= {node.args[0].value} if isinstance(node.args[0], ast.Constant) else set()
    return found


@pytest.mark.parametrize("context", [None, PROBLEM])
def test_every_language_has_the_same_texts_with_the_same_details(context):
    danish, english = texts("da", context), texts("en", context)
    assert LANGUAGES == ("da", "en") and len(danish) > 150
    assert danish.keys() == english.keys()
    for key in danish:
        assert danish[key].strip() and english[key].strip(), key
        assert fields(danish[key]) == fields(english[key]) or (context == PROBLEM and fields(danish[key]) <= fields(english[key])), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang):
    for key, text in texts(lang).items():
        filled = say(key, lang, **dict.fromkeys(fields(text), "X"))
        assert filled and not re.search(r"[{}]", filled), key
    for code, text in texts(lang, PROBLEM).items():
        assert not re.search(r"{\\w*}", say_problem(code, lang, **dict.fromkeys(fields(text), "X"))), code


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
    assert [code for code in danish if danish[code] == english[code] and re.search("[a-z]", re.sub(r"{.*?}", "", danish[code]))] == []


def test_a_problem_is_one_line_with_its_place():
    found = Problem("unknown_area_near", "a.csv", "Mot\nalavej", sheet="Ark1", row=4, column="omraade", detail={"near": "Motalavej", "known": "x"})
    danish, english = found.line("da"), found.line("en")
    assert danish.startswith("a.csv, ark 'Ark1', række 4, kolonne 'omraade': ")
    assert english.startswith("a.csv, sheet 'Ark1', row 4, column 'omraade': ")
    assert "nærmeste: Motalavej" in danish and "closest: Motalavej" in english
    assert len(danish.splitlines()) == len(english.splitlines()) == 1
