"""Every word and number a reader sees: in both languages, with nothing left out, and claiming no more than is known."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from conftest import criterion
from pages import plan_copy

import analysis
from analysis.plan import Plan
from analysis.promises.problems import Problem
from analysis.showing import findings, wording
from analysis.showing.wording import PROBLEMS, TEXTS, gap, number, p_value, percent, period, problem_line, target, value

HOME = Path(analysis.__file__).parent
NBSP = "\u00a0"
CHANGED = r"\b(steg|faldt|steget|faldet|rose|fell|risen|fallen)\b"


def fields(text: str) -> set[str]:
    """The names of the {placeholders} in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# --- texts ---------------------------------------------------------------------------------------------


def test_every_text_exists_in_both_languages_with_the_same_placeholders():
    for key, texts in TEXTS.items():
        assert len(texts) == len(wording.LANGUAGES) == 2 and all(text.strip() for text in texts), key
        assert fields(texts[0]) == fields(texts[1]), key


def test_no_placeholder_is_nameless_and_every_text_can_be_filled():
    for key in TEXTS:
        for language, text in zip(wording.LANGUAGES, TEXTS[key], strict=True):
            filled = wording.say(key, language, **dict.fromkeys(fields(text), "X"))
            assert filled and not re.search(r"[{}]", filled), key


def trees() -> dict[str, ast.Module]:
    return {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in HOME.glob("*.py") if path.stem != "wording"}


def constant(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_problem(call: ast.Call) -> bool:
    """`Problem(code, file, expected …)`, or `self.say(code, entry, expected …)` of a reader of registers."""
    named = isinstance(call.func, ast.Name) and call.func.id == "Problem"
    said = isinstance(call.func, ast.Attribute) and call.func.attr == "say" and isinstance(call.func.value, ast.Name)
    return named or (said and call.func.value.id in ("self", "reader", "columns"))


def problems_in_code() -> dict[str, set[str]]:
    """The English sentences of each problem code, wherever the code and its sentence stand together in the source."""
    found: dict[str, set[str]] = {}
    for node in (node for tree in trees().values() for node in ast.walk(tree)):
        pairs = []
        if isinstance(node, ast.Call) and is_problem(node):
            said = isinstance(node.func, ast.Attribute) and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "reader")
            sentence = 1 if said and constant(node.args[1]) and " " in constant(node.args[1]) else 2  # say(code, sentence, row, …) of a table
            pairs = [(constant(node.args[0]), constant(node.args[sentence]))] if len(node.args) > 2 else []
        elif isinstance(node, ast.Tuple) and len(node.elts) == 3 and isinstance(node.elts[2], ast.Dict):
            pairs = [(constant(node.elts[0]), constant(node.elts[1]))]  # (code, sentence, detail)
        elif isinstance(node, ast.Dict):  # {code: (…, sentence)}
            pairs = [(constant(key), constant(entry.elts[2])) for key, entry in zip(node.keys, node.values, strict=True)
                     if isinstance(entry, ast.Tuple) and len(entry.elts) == 4 and "Check" in ast.unparse(entry)]  # fmt: skip
        for code, sentence in pairs:
            if code and sentence:
                found.setdefault(code, set()).add(sentence)
    return found


def test_every_problem_has_a_danish_text():
    used = problems_in_code()
    assert len(used) > 50, "the codes are no longer found in the source"
    assert {"unknown_area_near", "bad_period", "negative", "no_such_area", "not_toml"} <= used.keys(), "nor in all their places"
    assert sorted(used.keys() - PROBLEMS.keys()) == []


def test_a_problem_says_in_danish_nothing_that_it_is_not_told():
    for code, sentences in problems_in_code().items():
        for sentence in sentences:
            assert fields(PROBLEMS.get(code, "")) <= fields(sentence), code


def test_no_danish_problem_is_left_over():
    used = {constant(node) for tree in trees().values() for node in ast.walk(tree)}
    assert sorted(PROBLEMS.keys() - used) == []


def test_a_problem_in_danish_is_not_the_english_one():
    for code, sentences in problems_in_code().items():
        assert PROBLEMS.get(code) not in sentences - {"{expected}"}, code


def test_a_problem_is_told_in_one_line_with_its_place():
    found = Problem("unknown_area_near", "a.csv", "unknown area; nearest: {near}; known: {known}", "Mot\nalavej", sheet="Ark1",
                    row=4, column="omraade", detail={"near": "Motalavej", "known": "x"})  # fmt: skip
    danish, english = problem_line(found, "da"), problem_line(found, "en")
    assert danish.startswith("a.csv, ark 'Ark1', række 4, kolonne 'omraade': ")
    assert english.startswith("a.csv, sheet 'Ark1', row 4, column 'omraade': ")
    assert "nærmeste: Motalavej" in danish and "nearest: Motalavej" in english
    assert len(danish.splitlines()) == len(english.splitlines()) == 1


# --- numbers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("danish", "english", "written"),
    [
        (f"58,3{NBSP}%", "58.3%", lambda lang: percent(0.583, lang)),
        (f"72{NBSP}%", "72%", lambda lang: value(0.72, "share", lang, 2)),
        (f"72,0{NBSP}%", "72.0%", lambda lang: value(0.72, "share", lang, 3)),
        (f"0,0{NBSP}%", "0.0%", lambda lang: percent(0.0, lang)),
        ("1.234,5", "1,234.5", lambda lang: number(1234.5, 1, lang)),
        ("1.234.567", "1,234,567", lambda lang: number(1234567, 0, lang)),
        ("0,0", "0.0", lambda lang: number(-0.04, 1, lang)),  # no minus before nothing
        ("10.000", "10,000", lambda lang: value(10000, "count", lang)),
        (f"−1.500{NBSP}kr.", f"−1,500{NBSP}DKK", lambda lang: value(-1500, "dkk", lang)),
        ("–", "–", lambda lang: value(float("nan"), "share", lang)),
        ("−14,1 procentpoint", "−14.1 percentage points", lambda lang: gap(0.583 - 0.724, "share", lang)),
        ("+0,4 procentpoint", "+0.4 percentage points", lambda lang: gap(0.004, "rate", lang)),
        ("+3", "+3", lambda lang: gap(3, "count", lang)),
        ("−3", "−3", lambda lang: gap(-3, "count", lang)),
        ("0", "0", lambda lang: gap(0, "count", lang)),
        (f"17,82{NBSP}%", "17.82%", lambda lang: target(0.22 * 0.9 * 0.9, "rate", lang)),
        (f"64,3{NBSP}%", "64.3%", lambda lang: target(0.643, "share", lang)),
        ("14,45", "14.45", lambda lang: target(17 * 0.85, "count", lang)),
        ("= 0,066", "= 0.066", lambda lang: p_value(0.0660, lang)),
        ("= 0,21", "= 0.21", lambda lang: p_value(0.2098, lang)),
        ("< 0,001", "< 0.001", lambda lang: p_value(0.0002, lang)),
        ("1. halvår 2018", "half 1 of 2018", lambda lang: period("2018-H1", lang)),
        ("3. kvartal 2018", "quarter 3 of 2018", lambda lang: period("2018-Q3", lang)),
        ("2017/2018", "2017/2018", lambda lang: period("2017/2018", lang)),
        ("marts 2018", "March 2018", lambda lang: period("2018-03", lang)),
        ("jan.", "Jan", lambda lang: wording.part_of_year(1, 12, lang, "abbreviated")),
        ("2. kvartal", "quarter 2", lambda lang: wording.part_of_year(2, 4, lang)),
        ("2. kvt.", "Q2", lambda lang: wording.part_of_year(2, 4, lang, "abbreviated")),
        ("1. halvår", "H1", lambda lang: wording.part_of_year(1, 2, lang, "abbreviated")),
        ("a", "a", lambda lang: wording.listed(["a"], lang)),
        (f"27{NBSP}%", "27%", lambda lang: wording.rarity(0.274, lang)),
        (f"under 1{NBSP}%", "less than 1%", lambda lang: wording.rarity(0.0004, lang)),
        (f"4,9{NBSP}%", "4.9%", lambda lang: wording.rarity(0.04999, lang)),
    ],
)
def test_a_number_is_written_as_each_language_writes_it(danish, english, written):
    assert (written("da"), written("en")) == (danish, english)


def test_a_p_value_is_not_rounded_to_the_other_side_of_five_per_cent():
    for p in (0.0496, 0.0499, 0.04999):
        assert float(p_value(p, "en").lstrip("=< ")) < 0.05, p
    for p in (0.05, 0.0501, 0.0504):
        assert float(p_value(p, "en").lstrip("=< ")) >= 0.05, p


def test_a_number_never_depends_on_the_machines_locale(monkeypatch):
    for name in ("LC_ALL", "LANG", "LC_NUMERIC"):
        monkeypatch.setenv(name, "de_CH.UTF-8")
    assert number(1234.5, 1, "da") == "1.234,5" and number(1234.5, 1, "en") == "1,234.5"


def test_words_in_a_row_are_joined_as_each_language_joins_them():
    assert (wording.listed(["juni", "juli", "august"], "da"), wording.listed(["June", "July"], "en")) == ("juni, juli og august", "June and July")


# --- sentences -----------------------------------------------------------------------------------------

# Counts before and after: from no change at all to one that chance never makes.
PAIRS = [(20, 21), (20, 30), (20, 34), (20, 60), (60, 20), (123, 105), (123, 90), (15, 28), (10, 10), (300, 200)]


@pytest.fixture
def changes(small_plan) -> Plan:
    """A plan with one area a pair of counts."""
    areas = tuple(f"a{number}" for number in range(len(PAIRS)))
    counts = "".join(f"{area};2017;reports;{old}\n{area};2018;reports;{new}\n" for area, (old, new) in zip(areas, PAIRS, strict=True))
    return Plan.load(small_plan(criterion('kind = "direction"', scope='["a0"]'), counts=counts, areas=areas).folder, 2018)


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_a_count_is_said_to_rise_or_fall_only_when_chance_does_not_explain_it(changes, lang):
    latest = changes.latest.set_index("area")
    said = {}
    for number_, (old, new) in enumerate(PAIRS):
        p = latest.loc[f"a{number_}", "change_p"]
        sentence, _ = findings.change_sentence(changes, lang, changes.agreement.indicators["reports"], f"a{number_}")
        said[old, new] = bool(re.search(CHANGED, sentence))
        assert said[old, new] == (p < 0.05 and old != new), f"{old} → {new}, p = {p}: {sentence}"
    assert not said[15, 28] and not said[123, 105] and said[20, 60] and said[60, 20]


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_nothing_in_the_published_figures_is_said_to_rise_or_fall_within_chance(lang, tmp_path):
    plan = Plan.load(plan_copy(tmp_path), 2017)
    uncertain = [row for row in plan.latest.to_dict("records") if row["previous_period"] and not row["change_p"] < 0.05]
    uncertain = [row for row in uncertain if plan.agreement.indicators[row["indicator"]].uncertainty in ("sample", "process")]
    assert len(uncertain) > 3
    for row in uncertain:
        sentence, _ = findings.change_sentence(plan, lang, plan.agreement.indicators[row["indicator"]], row["area"])
        assert not re.search(CHANGED, sentence), sentence


def test_only_the_sentences_of_a_certain_change_say_that_something_rose_or_fell():
    claiming = {key for key, texts in TEXTS.items() if any(re.search(rf"\}} .*{CHANGED}", text) for text in texts)}
    assert claiming == {"rise", "fall"}
