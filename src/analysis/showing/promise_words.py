"""A promise in words: its rule, its target, the gap to it, what became of it and why.

Every sentence comes with the figures in it; no markup is made: only text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import summary
from ..judging.certainty import JUDGED
from ..judging.summary import is_total, reading_of
from ..promises import phrases
from ..promises.agreement import PRIMARY, UNDATED, Criterion, Indicator, Reading
from ..promises.catalogue import say
from ..promises.phrases import Number, Part, Period, Phrase, Place, Row
from ..promises.rules import Side
from . import wording
from .elements import area_name, area_names, figures_of
from .wording import value_of

if TYPE_CHECKING:
    from ..plan import Plan


REMARKS = {  # column of the gap table: the key of its words, in the order they are read
    "undated_baseline": "undated_baseline",
    "no_measurement_year": "no_measurement",
    "break_year": "break",
    "added_up_from": "added_up",
    "partial": "partial",
    "part_year": "part_year",
    "baseline_zero": "baseline_zero",
    "reference_missing": "reference_missing",
    "plan_covers_part": "plan_covers_part",
    "since": "since",
    "size_unknown": "size_unknown",
    "reference_as_printed": "reference_as_printed",
    "certain_from_n": "certain_from_n",
    "area_missing": "area_missing",
    "area_without": "area_without",
}


REASONS = [
    column for column in REMARKS if column not in ("since", "added_up_from", "reference_as_printed", "plan_covers_part")
]  # those beside the change and the value, or once a page


MARKS = {"met": "●○◐", "not_met": "■□◧"}  # of a verdict: clear (or a full count), within chance, and of a figure that is an estimate
WAITING, NOTHING = "?", "–"  # a figure is missing; none will come: nobody measured that year, or no number was promised
UNDECIDED = {"rounding_undecided": "≈", "suppressed": "▨", "not_comparable": "≠", "not_yet_due": "·", "no_target": NOTHING, "target_not_set": NOTHING}
SYMBOLS = {"met": "✔", "not_met": "✘", **{verdict: UNDECIDED[verdict] for verdict in ("rounding_undecided", "suppressed", "not_yet_due")}}


def name(plan: Plan, lang: str, criterion: Criterion, indicator: Indicator) -> str:
    """What a promise is called in a few words; of one that several indicators measure, which of them."""
    several = f" ({indicator.name[lang].lower()})" if len(criterion.primary.indicators) > 1 else ""
    return plan.agreement.promise_name(criterion.id, lang) + several


def to_decide(criterion: Criterion, lang: str) -> str:
    """What the board has still to decide of a promise: as the register asks, else which of its readings is meant."""
    if criterion.decide:
        return criterion.decide[lang]
    return say("which_reading", lang, readings=wording.listed([f"»{reading.text.get(lang, reading.slug)}«" for reading in criterion.readings], lang))


def remarks(row: Mapping[str, Any], lang: str, names: Mapping[str, str], of: Iterable[str] = REMARKS) -> list[str]:
    """Why and how a row of the gap table is special, in words; `names` are area names by id."""
    said = []
    for column in of:
        held = row[column]
        if column in ("area_missing", "area_without"):
            held = tuple(filter(None, [", ".join(names.get(each, each) for each in held)]))
        elif not isinstance(held, tuple):
            held = () if pd.isna(held) or not held else (held,)
        if held:
            said.append(say(REMARKS[column], lang, value=wording.listed([str(each) for each in held], lang)))
    return said


def verdict(key: str, lang: str) -> str:
    """A verdict as symbol and word; never colour alone."""
    return f"{SYMBOLS.get(key, '')} {say(key, lang)}".strip()


def gap_sentence(plan: Plan, lang: str, row: Mapping[str, Any]) -> tuple[str, list[dict]]:
    """One judged row in words: the value, the target, what became of it and how sure that is; with its figures."""
    indicator = plan.agreement.indicators[row["indicator"]]
    if row["verdict"] not in JUDGED or pd.isna(row["gap"]):
        return not_judged_sentence(plan, lang, row), []
    rule, value = reading_of(plan.agreement, row).rule, observed_words(plan, row, indicator, lang)
    (distance, gap), target = gap_words(plan, row, indicator, lang), target_value(plan, row, indicator, lang)
    gap = gap.lstrip("+−")
    figures = figures_of(row, [(row["value"], value)])
    if is_total(plan.agreement, row):
        span, figures = total_words(plan, row, lang)
        sentences = [say("is_total", lang, what=indicator.name[lang], value=value, total=span)]
    else:
        sentences = [say("is_value", lang, what=indicator.name[lang], when=row["year"], value=value)]
    if rule.equals_reference:
        undecided, same = row["verdict"] == "rounding_undecided", row["value"] == row["target"]
        side = "level_with" if same else "above" if row["value"] > row["target"] else "below"
        key = ("printed_alike" if same else "printed_near") if undecided else side
        then = "" if rule.reference_year is None else f" {rule.reference_year}"
        sentences.append(say(key, lang, gap=gap, what=plan.agreement.area_name(rule.compared_with) + then, target=target))
        figures += figures_of(row, [(row["target"], target), *([(distance, gap)] if row["gap"] and not undecided else [])])
    else:
        words = target_words(plan, row, lang)
        sentences.append(say("target_is", lang, target=words))
        figures += figures_of(row, [(row["target"], words)])
    verdicts = _verdict_sentences(indicator, row, lang)
    if row["verdict"] in ("met", "not_met") and claimed(indicator, row) == "estimate_open" and (found := _bounds(plan, row)):
        shown = [wording.value(found[name], indicator.unit, lang) for name in ("lower", "upper")]
        around = "both" if found["lower"] <= row["target"] <= found["upper"] else "overlap"
        verdicts = [say(f"{row['verdict']}_estimate_{around}", lang, lower=shown[0], upper=shown[1])]
        figures += figures_of(row, [(found[name], text) for name, text in zip(("lower", "upper"), shown, strict=True)])
    return " ".join([*sentences, *verdicts]), figures


def _bounds(plan: Plan, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The observation that a row judges, where its supplier gave bounds to it; None of a total, which has none of its own."""
    rows, period = plan.exact_observations, plan.agreement.period(row["indicator"], int(row["year"]))
    found = rows[(rows["indicator"] == row["indicator"]) & (rows["area"] == row["area"]) & (rows["period"] == period) & rows["lower"].notna()]
    return None if found.empty or is_total(plan.agreement, row) else found.iloc[0].to_dict()


def not_judged_sentence(plan: Plan, lang: str, row: Mapping[str, Any]) -> str:
    """Why a row has no verdict; of a promise that is due later when that is."""
    criterion, indicator = plan.agreement.criteria[row["criterion"]], plan.agreement.indicators[row["indicator"]]
    if row["verdict"] == "not_yet_due" and reading_of(plan.agreement, row).last_year:
        return say("due_later", lang, promise=name(plan, lang, criterion, indicator), year=reading_of(plan.agreement, row).last_year)
    return say("in_year", lang, what=indicator.name[lang], year=row["year"], verdict=verdict_and_reasons(plan, lang, row))


def _verdict_sentences(indicator: Indicator, row: Mapping[str, Any], lang: str) -> list[str]:
    """What became of the target, and how sure that is; a starting point is not called met or not."""
    if row["verdict"] == "rounding_undecided":
        return [say("rounding_sentence", lang)]
    sure = claimed(indicator, row)
    sure = "estimate" if sure == "estimate_open" else sure
    start = "start" if row["role"] == "baseline" else row["verdict"]
    needed = [] if pd.isna(row["certain_from_n"]) else [say("sentence_from_n", lang, n=int(row["certain_from_n"]))]
    return [say(f"{start}_{sure}", lang), *needed]


def claimed(indicator: Indicator, row: Mapping[str, Any]) -> str:
    """The key of how sure a row's verdict is among all that the report claims.

    `alone` where it would be clear had nothing else been compared, `unknown` where nobody has published what would tell.
    """
    claim = row.get("claim", "")
    if row["certainty"] == "cannot_tell" and row["size_unknown"]:
        return "unknown"
    if claim == "cannot_tell" and row["certainty"] == "certain":
        return certainty_key(indicator, "alone")
    kept = {"met": "full_count", "not_met": "full_count", "cannot_tell": "cannot_tell", "met_clear": "certain", "not_met_clear": "certain"}
    return certainty_key(indicator, kept.get(claim, row["certainty"]))


def sure(indicator: Indicator, row: Mapping[str, Any]) -> bool:
    """Whether a verdict is claimed among all of the report's, or a full count; never of what a supplier has estimated."""
    return claimed(indicator, row) in ("full_count", "certain")


def certainty_key(indicator: Indicator, certainty: str) -> str:
    """The key of how sure one can be: of an estimate whether its supplier's own bounds leave no doubt, and not that it is clear or chance."""
    return {"certain": "bounds", "cannot_tell": "estimate_open"}.get(certainty, certainty) if indicator.uncertainty == "estimate" else certainty


def side(plan: Plan, row: Mapping[str, Any]) -> Side:
    """On which side of its target the row's value keeps the promise."""
    return reading_of(plan.agreement, row).rule.side(plan.agreement.indicators[row["indicator"]])


def total_words(plan: Plan, row: Mapping[str, Any], lang: str) -> tuple[str, list[dict]]:
    """Which periods a total adds up, and what the last of them brought, as such; with the figures of both."""
    indicator, first = plan.agreement.indicators[row["indicator"]], reading_of(plan.agreement, row).first_year
    since, until = (plan.agreement.period(indicator.id, int(year)) for year in (first, row["year"]))
    span = say("total_of", lang, span=since if since == until else f"{since}–{until}")
    figures = figures_of(row, [(row["value"], observed_words(plan, row, indicator, lang))])
    rows = plan.exact_observations
    own = rows[(rows["indicator"] == indicator.id) & (rows["area"] == row["area"]) & (rows["period"] == until) & rows["value"].notna()].to_dict("records")
    if since == until or not own:
        return span, figures
    shown = value_of(own[0], indicator, lang)
    return f"{span}, {say('of_which', lang, value=shown, when=until)}", [*figures, *figures_of(own[0], [(own[0]["value"], shown)])]


def observed_words(plan: Plan, row: Mapping[str, Any], indicator: Indicator, lang: str) -> str:
    """The row's value with the decimals it was printed with, more where these do not tell it from its target."""
    return wording.value(row["value"], indicator.unit, lang, _decimals(plan, row, indicator))


def _decimals(plan: Plan, row: Mapping[str, Any], indicator: Indicator) -> int:
    """With how many decimals (of a share, not of per cent) the row's value is written."""
    period = plan.agreement.period(indicator.id, int(row["year"]))
    found = (plan.printed_decimals.get((indicator.id, row["area"], when)) for when in (period, UNDATED))
    printed = next((decimals for decimals in found if decimals is not None), 3)
    apart = None if pd.isna(row["value"]) or pd.isna(row["target"]) else wording.places(row["value"], row["target"], indicator.unit)
    return max(printed, wording.needed(row["value"], apart) + 2) if apart and apart > 1 else printed


def _places(plan: Plan, row: Mapping[str, Any], indicator: Indicator) -> int | None:
    """With how many decimals of per cent the row's target and gap are written: its value's; None where that is not a question of decimals."""
    apart = None if pd.isna(row["value"]) or pd.isna(row["target"]) else wording.places(row["value"], row["target"], indicator.unit)
    return apart and max(apart, _decimals(plan, row, indicator) - 2)


def gap_words(plan: Plan, row: Mapping[str, Any], indicator: Indicator, lang: str) -> tuple[float | Decimal, str]:
    """The gap, and in words as a reader can check it: the difference of the value and the target as they are printed."""
    whole, places = summary.whole_gap(plan.agreement, row), _places(plan, row, indicator)
    if not places:
        return whole, wording.gap(whole, indicator.unit, lang)
    apart = abs(wording.rounded(row["value"], places) - wording.rounded(row["target"], places)) / 100
    return whole, wording.gap(apart if row["gap"] > 0 else -apart, indicator.unit, lang, places)


def target_value(plan: Plan, row: Mapping[str, Any], indicator: Indicator, lang: str) -> str:
    """The target as it is written: the whole number where things are counted."""
    if indicator.unit == "count" and not pd.isna(row["target_whole"]):
        return wording.number(int(row["target_whole"]), 0, lang)
    return wording.target(row["target"], indicator.unit, lang, _places(plan, row, indicator))


def target_words(plan: Plan, row: Mapping[str, Any], lang: str) -> str:
    """`højst 14`, `over 64,3 %`, or an en dash where there is no target."""
    if pd.isna(row["target"]):
        return "–"
    indicator = plan.agreement.indicators[row["indicator"]]
    kept = side(plan, row)
    whole = indicator.unit == "count" and not pd.isna(row["target_whole"])
    words = say(kept.whole if whole else kept, lang, value=target_value(plan, row, indicator, lang))
    return say("in_total", lang, target=words) if is_total(plan.agreement, row) else words


def verdict_and_reasons(plan: Plan, lang: str, row: Mapping[str, Any]) -> str:
    """The verdict in words with its reason."""
    reasons = remarks(row, lang, area_names(plan), REASONS)
    return say(row["verdict"], lang).lower() + (f" ({', '.join(reasons)})" if reasons else "")


def waiting(plan: Plan, promises: Mapping[str, Sequence[str]]) -> list[str]:
    """Promises that wait, each with the places where it does, if that is not everywhere it was made for."""
    known = plan.agreement
    everywhere = {id_: len(places) == len(known.criteria[id_].primary.areas) for id_, places in promises.items()}
    return [id_ if everywhere[id_] else f"{id_} ({', '.join(map(known.area_name, places))})" for id_, places in promises.items()]


def standing_sentence(standing: summary.Standing, clear: int, whose: str, year: int, lang: str) -> str:
    """How many promises are met, met though broken before, not met (of these how many clearly) and open, and why the open ones are."""
    why = ", ".join(say(f"n_{state}", lang, n=n) for state, n in standing.reasons.items())
    if standing.undecided:
        return say("summary_undecided", lang, whose=whose, n=standing.promises, year=year, why=why)
    before = say("summary_before", lang, before=standing.broken_before) if standing.broken_before else ""
    counts = {"n": standing.promises, "met": standing.met_now, "not_met": standing.not_met, "open": standing.open}
    return say("summary", lang, whose=whose, year=year, before=before, clear=_clear_of(standing.not_met, clear, lang), why=why and f" ({why})", **counts)


def _clear_of(not_met: int, clear: int, lang: str) -> str:
    """Of so many promises that are not met how many clearly, and what is to be said of the others."""
    if not not_met:
        return ""
    key = "missed_none" if not clear else "missed_all" if clear == not_met else "missed_some"
    return say(key, lang, n=not_met if key != "missed_some" else not_met - clear, clear=clear)


def period_words(plan: Plan, row: Mapping[str, Any], lang: str) -> tuple[str, list[int]]:
    """The period row in words, with the counts in it; how many years are clear is said only where chance plays a part and some are."""
    indicator, (met, judged) = plan.agreement.indicators[row["indicator"]], (int(row[name]) for name in ("years_met", "years_judged"))
    certain, missed_certain = summary.clear_years(plan.exact_gaps, row)
    if not judged:
        return say("period_none", lang), []
    if judged == 1:
        text, counts = say("period_one_met" if met else "period_one_missed", lang), []
    else:
        key = "period_all_met" if met == judged else "period_counts" if met else "period_none_met"
        text, counts = say(key, lang, met=met, years=judged), [judged] if met in (0, judged) else [met, judged]
    if indicator.uncertainty == "process" or indicator.uncertainty == "sample":
        for key, clear in (("period_met_clear", certain), ("period_missed_clear", missed_certain)):
            text += say(key, lang, clear=clear) if clear else ""
            counts += [clear] if clear else []
    return text, counts


def side_words(plan: Plan, row: Mapping[str, Any], lang: str) -> str:
    """On which side of its target the promise is kept, in a word: `højst`, `over`; of a total also that it is one."""
    kept, indicator = side(plan, row), plan.agreement.indicators[row["indicator"]]
    whole = indicator.unit == "count" and not pd.isna(row["target_whole"])
    words = say(kept.whole if whole else kept, lang, value="").strip()
    return say("in_total", lang, target=words) if is_total(plan.agreement, row) else words


def next_target_words(plan: Plan, row: Mapping[str, Any], lang: str) -> str:
    """The next year's target, where it is known already."""
    coming = summary.next_target(plan.exact_gaps, plan.year, row)
    return "" if coming is None else say("next_target", lang, year=coming["year"], target=target_words(plan, coming, lang))


def differing_readings(plan: Plan, lang: str, criterion: Criterion) -> list[str]:
    """Where another reading gives another verdict this year: both, by indicator and area."""
    texts = {reading.slug: f"»{reading.text.get(lang, reading.slug)}«" for reading in criterion.readings} | {PRIMARY: say("chosen", lang)}
    sentences = []
    for id_, area, verdicts in summary.differing_readings(plan.exact_gaps, plan.year, criterion.id):
        listed = "; ".join(f"{texts[reading]}: {say(found, lang).lower()}" for reading, found in verdicts.items())
        sentences.append(f"{plan.agreement.indicators[id_].name[lang]}, {area_name(plan, area, lang)} – {listed}")
    return sentences


def formula(plan: Plan, lang: str, reading: Reading) -> str:
    """A reading's rule in one line, with every number of it, all its digits, and the side of the target on which it is kept."""
    indicators = [plan.agreement.indicators[id_] for id_ in reading.indicators]
    sides: dict[Side, list[str]] = {}
    for indicator in indicators:
        sides.setdefault(reading.rule.side(indicator), []).append(indicator.name[lang])
    by_side = {kept: _in_words(plan, lang, indicators[0].unit, reading.rule.formula(kept, reading, indicators)) for kept in sides}
    sentences = list(dict.fromkeys(by_side.values()))
    if len(sentences) > 1:
        sentences = [f"{', '.join(sides[kept])}: {sentence}" for kept, sentence in by_side.items()]
    if reading.each_positive and not reading.rule.names_each_area:
        sentences.append(say("each_positive", lang))
    return " ".join(sentences)


def _in_words(plan: Plan, lang: str, unit: str, part: Part) -> str:
    """What a rule has to say in words; its own numbers in the indicator's unit."""
    match part:
        case Phrase(key, parts):
            return say(key, lang, **{name: _in_words(plan, lang, unit, each) for name, each in parts.items()})
        case Row(several, between):
            return between.join(_in_words(plan, lang, unit, each) for each in several)
        case Number(value, phrases.OWN_DISTANCE):
            return wording.exact_distance(value, unit, lang)
        case Number(value, written):
            return wording.exactly(value, {phrases.OWN: unit, phrases.PLAIN: ""}.get(written, written), lang)
        case Place(area):
            return plan.agreement.area_name(area)
        case Period(period):
            return wording.period(period, lang)
    return str(part)
