"""One sentence for every combination of verdict and certainty, in both languages: what a board member reads."""

import re

import pandas as pd
import pytest
from conftest import ROOT

from analysis.judging import summary
from analysis.promises.agreement import read_agreement
from analysis.showing import promise_words, wording

REGISTER = read_agreement(ROOT / "data" / "raw" / "agreement.toml")
SAMPLE, PROCESS = REGISTER.indicators["safe_share"], REGISTER.indicators["arson_fires"]
COUNTED, ESTIMATED = REGISTER.indicators["fire_evenings"], REGISTER.indicators["web_visitors"]

SENTENCES = [  # indicator, role, verdict, certainty, note, Danish, English
    (
        PROCESS,
        "judged",
        "met",
        "certain",
        "",
        "Målet er nået, og afstanden er større end tilfældig variation.",
        "The target is met, and the margin is larger than chance variation.",
    ),
    (
        PROCESS,
        "judged",
        "met",
        "cannot_tell",
        "",
        "Målet er nået, men afstanden til målet kan være tilfældig.",
        "The target is met, but the margin may be chance.",
    ),
    (COUNTED, "judged", "met", "full_count", "", "Målet er nået (fuld optælling).", "The target is met (full count)."),
    (
        ESTIMATED,
        "judged",
        "met",
        "cannot_tell",
        "",
        "Målet er nået efter skønnet; hvor usikkert skønnet er, vides ikke.",
        "By the estimate the target is met; the uncertainty of the estimate is not known.",
    ),
    (
        ESTIMATED,
        "judged",
        "met",
        "certain",
        "",
        "Målet er nået, også med det mindst gunstige af leverandørens skøn.",
        "The target is met throughout the supplier's range.",
    ),
    (
        PROCESS,
        "judged",
        "not_met",
        "certain",
        "",
        "Målet er ikke nået, og afstanden er større end tilfældig variation.",
        "The target is not met, and the shortfall is larger than chance variation.",
    ),
    (
        PROCESS,
        "judged",
        "not_met",
        "cannot_tell",
        "",
        "Målet er ikke nået, men afstanden til målet kan være tilfældig.",
        "The target is not met, but the shortfall may be chance.",
    ),
    (COUNTED, "judged", "not_met", "full_count", "", "Målet er ikke nået (fuld optælling).", "The target is not met (full count)."),
    (
        ESTIMATED,
        "judged",
        "not_met",
        "cannot_tell",
        "",
        "Målet er ikke nået efter skønnet; hvor usikkert skønnet er, vides ikke.",
        "By the estimate the target is not met; the uncertainty of the estimate is not known.",
    ),
    (
        SAMPLE,
        "judged",
        "not_met",
        "cannot_tell",
        "size_unknown, certain from 39",
        "Målet er ikke nået, men antallet bag tallet er ikke offentliggjort, så det vides ikke, om afstanden kan være tilfældig. "
        "Har mindst 39 beboere svaret, og er de et tilfældigt udsnit, er forskellen større end tilfældig variation.",
        "The target is not met, but the number behind the figure is not published, so it is not known whether the shortfall may be chance. "
        "If at least 39 residents answered, and as a random sample, the difference is larger than chance variation.",
    ),
    (
        SAMPLE,
        "judged",
        "met",
        "cannot_tell",
        "size_unknown",
        "Målet er nået, men antallet bag tallet er ikke offentliggjort, så det vides ikke, om afstanden kan være tilfældig.",
        "The target is met, but the number behind the figure is not published, so it is not known whether the margin may be chance.",
    ),
    (
        SAMPLE,
        "judged",
        "rounding_undecided",
        "cannot_tell",
        "size_unknown",
        "Tallet er trykt så afrundet, at man ikke kan se, om det ligger over eller under.",
        "The figure is printed so rounded that one cannot tell whether it lies above or below.",
    ),
    (SAMPLE, "baseline", "not_met", "certain", "", "Forskellen er større end tilfældig variation.", "The difference is larger than chance variation."),
    (SAMPLE, "baseline", "met", "cannot_tell", "", "Forskellen kan være tilfældig.", "The difference may be chance."),
    (COUNTED, "baseline", "met", "full_count", "", "Tallet er en fuld optælling.", "The figure is a full count."),
]


@pytest.mark.parametrize(("indicator", "role", "verdict", "certainty", "note", "danish", "english"), SENTENCES)
def test_every_verdict_and_certainty_has_its_sentence(indicator, role, verdict, certainty, note, danish, english):
    row = {"role": role, "verdict": verdict, "certainty": certainty, "size_unknown": "size_unknown" in note, "certain_from_n": 39 if "39" in note else pd.NA}
    assert " ".join(promise_words._verdict_sentences(indicator, row, "da")) == danish
    assert " ".join(promise_words._verdict_sentences(indicator, row, "en")) == english


@pytest.mark.parametrize("uncertainty", ["sample", "process", "none", "estimate"])
@pytest.mark.parametrize("lang", ["da", "en"])
def test_no_sentence_claims_more_than_its_verdict(uncertainty, lang):
    """Within chance is never called progress, and chance is never given a probability of being the cause."""
    indicator = PROCESS.model_copy(update={"uncertainty": uncertainty})
    for verdict in ("met", "not_met", "rounding_undecided"):
        for certainty in ("certain", "cannot_tell", "full_count"):
            for role in ("judged", "baseline"):
                row = {"role": role, "verdict": verdict, "certainty": certainty, "size_unknown": False, "certain_from_n": pd.NA}
                said = " ".join(promise_words._verdict_sentences(indicator, row, lang))
                assert said and not re.search(r"forbedr|bedre|improve|better|sandsynlighed|probabilit|%", said)
                if certainty == "cannot_tell":
                    assert not re.search(r"for stor til|too large", said)
                if verdict == "not_met":
                    assert not re.search(r"er nået|is met\b", said)


def test_motalavej_2016_is_told_with_value_distance_reference_and_what_is_not_known(tmp_path):
    import shutil

    from analysis import Plan

    shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")
    plan = Plan.load(tmp_path / "raw", year=2017)
    row = summary.with_gap(plan.gaps, plan.year, "T1a", "safe_share", "motalavej")
    sentence, figures = promise_words.gap_sentence(plan, "da", row)
    assert sentence == (
        "Andel trygge 2016: 58,3\u00a0%. Det er 14,1 procentpoint under SUB-gennemsnittet (72,4\u00a0%). Antallet af svar er ikke offentliggjort, "
        "så det vides ikke, om forskellen kan være tilfældig. Har mindst 39 beboere svaret"
        ", og er de et tilfældigt udsnit, er forskellen større end tilfældig variation."
    )
    assert {figure["shown_as"] for figure in figures} == {"58,3\u00a0%", "72,4\u00a0%", "14,1 procentpoint"}
    undecided, _ = promise_words.gap_sentence(plan, "da", summary.with_gap(plan.gaps, plan.year, "T1a", "safe_share", "ringparken_schackenborgvaenge"))
    assert undecided.startswith("Andel trygge 2016: 72\u00a0%. For SUB-gennemsnittet er det 72,4") and "afrundet" in undecided


def test_limits_delivered_as_whole_numbers_get_no_decimals():
    assert wording.limit_words({"lower": 10050.0, "upper": 10450.0}, ESTIMATED, "da") == ["10.050", "10.450"]
    assert wording.limit_words({"lower": 0.0, "upper": 3.6889}, PROCESS, "da") == ["0,0", "3,7"]
    assert wording.limit_words({"lower": 0.512, "upper": 0.665}, SAMPLE, "en") == ["51.2%", "66.5%"]
