"""Every word and number a reader sees: in both languages, with nothing left out, and claiming no more than is known."""

import re
from pathlib import Path

import pytest
from conftest import criterion
from pages import real_copy

import analysis
from analysis.plan import Plan
from analysis.promises.catalogue import LANGUAGES, texts
from analysis.showing import findings, wording
from analysis.showing.wording import gap, number, p_value, percent, period, target, value

HOME = Path(analysis.__file__).parent
NBSP = "\u00a0"
CHANGED = r"\b(steg|faldt|steget|faldet|rose|fell|risen|fallen)\b"


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
        (f"17,8{NBSP}%", "17.8%", lambda lang: target(0.22 * 0.9 * 0.9, "rate", lang)),
        (f"64,3{NBSP}%", "64.3%", lambda lang: target(0.643, "share", lang)),
        ("14,5", "14.5", lambda lang: target(17 * 0.85, "count", lang)),
        ("= 0,066", "= 0.066", lambda lang: p_value(0.0660, lang)),
        ("= 0,21", "= 0.21", lambda lang: p_value(0.2098, lang)),
        ("< 0,001", "< 0.001", lambda lang: p_value(0.0002, lang)),
        ("1. halvår 2018", "half 1 of 2018", lambda lang: period("2018-H1", lang)),
        ("3. kvartal 2018", "3rd quarter 2018", lambda lang: period("2018-Q3", lang)),
        ("2017/2018", "2017/2018", lambda lang: period("2017/2018", lang)),
        ("marts 2018", "March 2018", lambda lang: period("2018-03", lang)),
        ("jan.", "Jan", lambda lang: wording.part_of_year(1, 12, lang, "abbreviated")),
        ("2. kvartal", "2nd quarter", lambda lang: wording.part_of_year(2, 4, lang)),
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


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_count_is_said_to_rise_or_fall_only_when_chance_does_not_explain_it(changes, lang):
    latest = changes.latest.set_index("area")
    said = {}
    for number_, (old, new) in enumerate(PAIRS):
        p, clear = latest.loc[f"a{number_}", ["change_p", "change_claim"]]
        sentence, _ = findings.change_sentence(changes, lang, changes.agreement.indicators["reports"], f"a{number_}")
        said[old, new] = bool(re.search(CHANGED, sentence))
        assert said[old, new] == (clear in ("rising_clear", "falling_clear") and old != new), f"{old} → {new}, p = {p}: {sentence}"
    assert not said[15, 28] and not said[123, 105] and said[20, 60] and said[60, 20]
    assert not said[123, 90], "p = 0.03 is not enough where ten are compared"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_in_the_published_figures_is_said_to_rise_or_fall_within_chance(lang, tmp_path, tmp_path_factory):
    plan = Plan.load(real_copy(tmp_path_factory.getbasetemp(), tmp_path), 2017)
    uncertain = [row for row in plan.latest.to_dict("records") if row["previous_period"] and not row["change_p"] < 0.05]
    uncertain = [row for row in uncertain if plan.agreement.indicators[row["indicator"]].uncertainty in ("sample", "process")]
    assert len(uncertain) > 3
    for row in uncertain:
        sentence, _ = findings.change_sentence(plan, lang, plan.agreement.indicators[row["indicator"]], row["area"])
        assert not re.search(CHANGED, sentence), sentence


def test_only_the_sentences_of_a_certain_change_say_that_something_rose_or_fell():
    claiming = {key for lang in LANGUAGES for key, forms in texts(lang).items() for text in forms if re.search(rf"\}} .*{CHANGED}", text)}
    years = {f"trend_{way}_{how}" for way in ("rise", "fall") for how in ("clear", "full", "short")} | {"trend_level_full"}
    assert claiming == {"rise", "fall", *years}
