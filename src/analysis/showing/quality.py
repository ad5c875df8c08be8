"""How good the figures are, in the terms of official statistics, filled from the plan's own figures; and by which methods chance is worked out.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import summary
from ..judging.dispersion import ASSUMED
from ..promises.agreement import COMBINED, PRIMARY
from ..promises.catalogue import say
from ..promises.periods import period_year
from . import benchmarking, wording, years_together
from .asked import for_analysts
from .elements import Shown, area_name, escape, figure, paragraph, table
from .pages import budget_sentence
from .promise_words import differing_readings, name

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["budget", "glossary", "methods", "quality", "readings", "robustness"]
__dir__ = __all__.copy  # what an editor offers

WORDS = ("promise", "target", "reading", "baseline", "clear", "hardly", "chance", "full", "interval", "p", "n", "points", "together", "slope", "break")
WORDS += ("hidden", "rounded")
METHODS = ("wilson", "newcombe", "poisson", "binomial", "share_trend", "count_trend", "period", "mover", "progress", "dispersion", "budget")


@for_analysts
def quality(plan: Plan, lang: str) -> Shown:
    """The report's figures by relevance, accuracy, completeness, comparability, coherence, revisions, timeliness, clarity and confidentiality.

    >>> quality.quality(plan, "en")
    <quality: Relevance ...>
    """
    parts = {
        "relevance": _relevance(plan, lang),
        "sampling": _sampling(plan, lang),
        "coverage": _coverage(plan, lang),
        "measurement": _measurement(plan, lang),
        "over_time": _over_time(plan, lang),
        "over_places": _over_places(plan, lang),
        "coherence": _coherence(plan, lang),
        "revisions": _revisions(plan, lang),
        "timeliness": _timeliness(plan, lang),
        "clarity": ([say("clarity_says", lang)], []),
        "confidentiality": _confidentiality(plan, lang),
    }
    listed = "".join(f"<dt>{escape(say(f'quality_{name}', lang))}</dt><dd>{escape(' '.join(said))}</dd>" for name, (said, _) in parts.items())
    return Shown(f"<dl>{listed}</dl>", "quality", [each for _, figures in parts.values() for each in figures])


Part = tuple[list[str], list[dict]]


def _counted(plan: Plan, *numbers: int) -> list[dict]:
    """Counts of this report as key figures of it."""
    return [figure("promises", COMBINED, plan.year, number, str(number)) for number in dict.fromkeys(numbers)]


def _own(plan: Plan) -> pd.DataFrame:
    """The figures of the plan's own areas, of promised indicators and of whole years up to the report's."""
    rows = plan.exact_observations
    rows = rows[rows["indicator"].isin(plan.agreement.promised) & rows["area"].isin([*plan.agreement.areas, COMBINED])]
    when = [period_year(period) for period in rows["period"]]
    whole = [year is not None and plan.agreement.period(id_, year) == period for id_, period, year in zip(rows["indicator"], rows["period"], when, strict=True)]
    rows = rows.assign(year=when)[whole]
    return rows[rows["year"] <= plan.year]


def _relevance(plan: Plan, lang: str) -> Part:
    found = summary.standing(summary.promise_states(plan.agreement, plan.exact_gaps, plan.year))
    judged, indicators = found.met + found.broken_before + found.not_met, len(plan.agreement.promised)
    words = {"promises": found.promises, "indicators": indicators, "judged": judged, "year": plan.year}
    return [say("relevance_says", lang, **words)], _counted(plan, found.promises, indicators, judged)


def _sampling(plan: Plan, lang: str) -> Part:
    """The answers behind each survey share, and how many shares are printed without them."""
    rows, said, figures = _own(plan), [], []
    for id_, indicator in plan.agreement.indicators.items():
        mine = rows[(rows["indicator"] == id_) & rows["value"].notna()]
        if indicator.uncertainty != "sample" or mine.empty:
            continue
        answers, without = mine["denominator"].dropna(), int(mine["denominator"].isna().sum())
        if len(answers):
            least, most = (wording.number(number, 0, lang) for number in (answers.min(), answers.max()))
            effect = wording.number(indicator.design_effect, 1, lang)
            said.append(say("sampling_says", lang, what=indicator.name[lang], least=least, most=most, effect=effect))
            for row in mine[mine["denominator"].isin([answers.min(), answers.max()])].to_dict("records"):
                figures.append(figure(id_, row["area"], row["period"], row["denominator"], wording.number(row["denominator"], 0, lang)))
        if without:
            said.append(say("sampling_without", lang, what=indicator.name[lang], unknown=without))
            figures += _counted(plan, without)
    return [*said, say("nonresponse_says", lang)] if said else [say("nothing_here", lang)], figures


def _coverage(plan: Plan, lang: str) -> Part:
    """How many of the yearly figures that the promises are judged by, or start from, are there; also those that nobody has ever delivered."""
    found = summary.coverage(plan.agreement, plan.exact_gaps, plan.exact_observations, plan.year)
    told = [say("coverage_says", lang, **found._asdict(), all=sum(found), year=plan.year)]
    return told, _counted(plan, sum(found), *found)


def _marked(plan: Plan, mark: str) -> int:
    """How many figures carry a mark in their note: of any place and indicator, those without a year too."""
    rows = plan.exact_observations
    when = pd.Series([period_year(period) for period in rows["period"]], rows.index, dtype=float)
    return int((rows["note"].str.startswith(mark) & ~(when > plan.year)).sum())


def _measurement(plan: Plan, lang: str) -> Part:
    rows, doubtful = _own(plan), _marked(plan, "doubtful")
    estimates = int((rows["value"].notna() & (rows["status"] == "estimate")).sum())
    return [say("measurement_says", lang, estimates=estimates, doubtful=doubtful)], _counted(plan, estimates, doubtful)


def _over_time(plan: Plan, lang: str) -> Part:
    """The breaks declared, of which some forbid comparing, and the years without a measurement."""
    said, known = [], [each for id_, each in plan.agreement.indicators.items() if id_ in plan.agreement.promised]
    for indicator in known:
        breaks = [cut for cut in indicator.breaks if cut["year"] <= plan.year]
        for kind, chosen in (("comparable", True), ("forbids", False)):
            years = [cut["year"] for cut in breaks if bool(cut.get("comparable")) is chosen]
            if years:
                said.append(say(f"break_{kind}", lang, what=indicator.name[lang], years=wording.listed([str(year) for year in sorted(years)], lang)))
        if gaps := [gap["year"] for gap in indicator.no_measurement if gap["year"] <= plan.year]:
            said.append(say("without_measurement", lang, what=indicator.name[lang], years=wording.listed([str(year) for year in sorted(gaps)], lang)))
    return said or [say("no_breaks", lang)], []


def _over_places(plan: Plan, lang: str) -> Part:
    """What the areas are held against, and where a difference in size is taken into account."""
    references = dict.fromkeys(criterion.primary.rule.compared_with for criterion in plan.agreement.criteria.values())
    names = [area_name(plan, id_, lang) for id_ in references if id_]
    said = [say("places_says", lang, places=wording.listed(names, lang))] if names else [say("places_none", lang)]
    exposed = [each.name[lang] for each in plan.agreement.indicators.values() if each.exposure]
    return [*said, *([say("places_exposed", lang, what=wording.listed(exposed, lang))] if exposed else [])], []


def _coherence(plan: Plan, lang: str) -> Part:
    conflicts, warned = _marked(plan, "conflict"), len(plan.warnings)
    noted = sum(bool(criterion.note) for criterion in plan.agreement.criteria.values())
    return [say("coherence_says", lang, conflicts=conflicts, warned=warned, noted=noted)], _counted(plan, conflicts, warned, noted)


def _revisions(plan: Plan, lang: str) -> Part:
    revised, changed = len(plan.revised), len(summary.until(plan.changed, plan.year))
    if not plan.last_edition:
        return [say("revisions_first", lang, revised=revised)], _counted(plan, revised)
    return [say("revisions_says", lang, revised=revised, changed=changed)], _counted(plan, revised, changed)


def _timeliness(plan: Plan, lang: str) -> Part:
    """Which indicators have a figure of the report's year, and how old the others' latest is."""
    latest = plan.exact_latest[plan.exact_latest["indicator"].isin(plan.agreement.promised)]
    latest = latest[latest["area"].isin([*plan.agreement.areas, COMBINED])]
    last = {id_: max(period_year(period) or 0 for period in rows["period"]) for id_, rows in latest.groupby("indicator", sort=False)}
    fresh = sum(year == plan.year for year in last.values())
    old: dict[int, list[str]] = {}
    for id_, year in last.items():
        if 0 < year < plan.year:
            old.setdefault(year, []).append(plan.agreement.indicators[id_].name[lang])
    said = [say("timeliness_says", lang, there=fresh, of=len(plan.agreement.promised), year=plan.year)]
    said += [say("timeliness_old", lang, what=wording.listed(names, lang), year=year) for year, names in sorted(old.items(), reverse=True)]
    return said, _counted(plan, fresh, len(plan.agreement.promised))


def _confidentiality(plan: Plan, lang: str) -> Part:
    rule = plan.agreement
    return [say("confidentiality_zero" if rule.hide_zero else "confidentiality_says", lang, count=rule.small_count, answers=rule.min_answers)], []


# --- how firm the headlines are --------------------------------------------------------------------------


@for_analysts
def readings(plan: Plan, lang: str) -> Shown:
    """For each promise that is judged in the report's year: whether another way of reading it would judge otherwise.

    >>> quality.readings(plan, "en")
    <robust-readings: Would another reading of the promise judge otherwise...>
    """
    gaps = plan.exact_gaps
    due = gaps[(gaps["year"] == plan.year) & (gaps["role"] == "judged") & (gaps["reading"] == PRIMARY) & gaps["verdict"].isin(["met", "not_met"])]
    lines = []
    for criterion in summary.by_goal(plan.agreement):
        if len(criterion.readings) > 1 and criterion.id in set(due["criterion"]):
            found = differing_readings(plan, lang, criterion)
            told = "".join(f"<small>{escape(text)}</small>" for text in found) if found else escape(say("robust_same", lang))
            lines.append([f'<span class="id">{escape(criterion.id)}</span> {escape(plan.agreement.promise_name(criterion.id, lang))}', told])
    if not lines:
        return paragraph("robust-readings", [say("robust_none", lang)], kind="nothing")
    return Shown(table("robust-readings", say("robust_readings", lang), [say("criterion", lang), say("other_readings", lang)], lines), "robust-readings")


@for_analysts
def robustness(plan: Plan, lang: str) -> Shown:
    """For each verdict that is clear, or would be under another assumption: whether it stands under all of them, else what it depends on.

    >>> quality.robustness(plan, "en")
    <robust-claims: What is claimed, and whether it stands...>
    """
    found, lines = plan.robustness, []
    silent = found["stands"] & (found["claim"] == "cannot_tell")
    spans = plan.periods.set_index(["criterion", "indicator", "area"])[["from_year", "to_year"]]
    for criterion in summary.by_goal(plan.agreement):
        for row in found[~silent & (found["criterion"] == criterion.id)].to_dict("records"):
            promise = name(plan, lang, criterion, plan.agreement.indicators[row["indicator"]])
            years = "{}–{}".format(*spans.loc[(criterion.id, row["indicator"], row["area"])]) if row["span"] == "years" else str(plan.year)
            first = f'<span class="id">{escape(criterion.id)}</span> {escape(promise)}<small>{escape(area_name(plan, row["area"], lang))}</small>'
            lines.append([first, years, escape(_claim(row["claim"], lang)), escape(_firmness(plan, lang, row))])
    if not lines:
        return paragraph("robust-claims", [say("robust_no_claims", lang)], kind="nothing")
    header = [say("criterion", lang), *(say(f"robust_{key}", lang) for key in ("years", "claimed", "firm"))]
    listed, never = table("robust-claims", say("robust_claims", lang), header, lines), int(silent.sum())
    told = f"<p>{escape(say('robust_never', lang, n=never))}</p>" if never else ""
    against, figures = _against_places(plan, lang)
    if against:
        told += f"<p>{escape(say('robust_against', lang))}</p><ul>{''.join(f'<li>{escape(text)}</li>' for text in against)}</ul>"
    return Shown(listed + told, "robust-claims", [*(_counted(plan, never) if never else []), *figures])


def _against_places(plan: Plan, lang: str) -> Part:
    """The claims against other places, which stand behind a promise's first claim or in no promise at all: changes beside theirs, and rates beside theirs."""
    told: dict[str, list[dict]] = {}
    for row in plan.exact_periods[plan.exact_periods["difference_clear"]].to_dict("records"):
        if said := years_together.others(plan, lang, row):
            told[f"{plan.agreement.indicators[row['indicator']].name[lang]}, {area_name(plan, row['area'], lang)}: {said.text}"] = said.figures
    for indicator in plan.agreement.indicators.values():
        sentences, figures = benchmarking.clear_contrasts(plan, lang, indicator)
        told |= {" ".join(sentences): figures} if sentences else {}
    return list(told), [each for figures in told.values() for each in figures]


def _claim(claim: str, lang: str) -> str:
    return say(f"claim_{claim}", lang, place=say("robust_place", lang)) if claim else say("claim_cannot_tell", lang)


def _firmness(plan: Plan, lang: str, row: Mapping[str, Any]) -> str:
    """That a claim stands, else what is claimed instead and of which assumption."""
    if row["stands"]:
        breaks = [cut for cut in plan.agreement.indicators[row["indicator"]].breaks if cut["year"] <= plan.year]
        return " ".join([say("robust_stands", lang), *([say("robust_breaks", lang)] if breaks else [])])
    criterion, otherwise = plan.agreement.criteria[row["criterion"]], []
    for slug, claim in (each.split("=") for each in filter(None, row["other_readings"].split(";"))):
        if claim != row["claim"]:
            reading = f"»{criterion.reading(slug).text.get(lang, slug)}«"
            otherwise.append(say("robust_reading", lang, reading=reading, claim=_claim(claim, lang).lower()))
    otherwise += [say(f"robust_{name}", lang, claim=_claim(row[name], lang).lower()) for name in ASSUMED if row[name] != row["claim"]]
    return say("robust_otherwise", lang, list="; ".join(otherwise))


# --- the words ---


@for_analysts
def glossary(plan: Plan, lang: str) -> Shown:
    """What the words of the report mean.

    >>> quality.glossary(plan, "en")
    <glossary: Words used in this report Word Meaning Promise...>
    """
    rows = [[escape(say(f"word_{word}", lang)), escape(say(f"word_{word}_means", lang))] for word in WORDS]
    return Shown(table("glossary", say("glossary", lang), [say("glossary_word", lang), say("glossary_meaning", lang)], rows), "glossary")


# --- the methods -----------------------------------------------------------------------------------------


@for_analysts
def budget(plan: Plan, lang: str) -> Shown:
    """How many comparisons the report makes, how many chance alone would make look clear, and what is called clear therefore.

    >>> quality.budget(plan, "en")
    <budget: The report makes ...>
    """
    text, figures = budget_sentence(plan, lang)
    if not text:
        return paragraph("budget", [say("budget_none", lang)], kind="nothing")
    parts, counts = [], []
    found = summary.budget(plan.exact_gaps, plan.exact_latest, plan.exact_periods, plan.contrasts)
    for question, each in zip(("kept", "changed", "places"), found.questions, strict=True):
        largest = "" if pd.isna(each.largest) else say("budget_largest", lang, p=wording.p_value(each.largest, lang))
        parts.append(say(f"budget_{question}", lang, asked=each.asked, held=each.held) + largest)
        counts += [figure("comparisons", COMBINED, plan.year, number, str(number)) for number in (each.asked, each.held)]
    told = [text, say("budget_outside", lang, comparisons=figures[0]["shown_as"]), f"{'; '.join(parts)}."]
    return paragraph("budget", told, figures + counts, "finding")


@for_analysts
def methods(plan: Plan, lang: str) -> Shown:
    """Each method by which chance is worked out: what it answers, its formula, what it takes for granted, and whose it is.

    >>> quality.methods(plan, "en")
    <methods: How chance is worked out...>
    """
    header = [say(f"methods_{key}", lang) for key in ("question", "formula", "assumes", "source")]
    rows = [[escape(say(f"method_{name}{part}", lang)) for part in ("", "_formula", "_assumes", "_source")] for name in METHODS]
    return Shown(table("methods", say("methods", lang), header, rows), "methods")
