"""What the figures say, in sentences: the latest value and its change, what was asked for, what stands first; in Danish or English.

Every sentence comes with the figures in it. What is found is decided in `judging`; here it is worded, and no markup is made: only text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import lookup, summary
from ..promises.agreement import Indicator
from ..promises.catalogue import say
from . import wording, years_together
from .elements import area_name, figure, figures_of
from .promise_words import gap_sentence, not_judged_sentence
from .wording import value_of

if TYPE_CHECKING:
    from ..plan import Plan


def latest_of(plan: Plan, indicator: str, area: str) -> dict[str, Any] | None:
    """The latest measured value of an indicator in an area, with what came before it; None where there is none."""
    return next(iter(lookup.records(plan.exact_latest, indicator=indicator, area=area)), None)


def delivery(indicator: Indicator, lang: str) -> str:
    """Which delivery brings an indicator's figures; its name where the register does not say."""
    return indicator.delivery.get(lang, indicator.name[lang])


def change_sentence(plan: Plan, lang: str, indicator: Indicator, area: str, after_years: bool = False) -> tuple[str, list[dict]]:
    """What happened since the measurement before, and whether that is more than chance; with its figures.

    After what the years together tell, a last step within chance is put in its place.
    """
    row = latest_of(plan, indicator.id, area)
    if row is None:
        return say("no_data", lang, year=plan.year, delivery=delivery(indicator, lang)), []
    found = summary.change_found(indicator, row, plan.exact_observations)
    words = {
        "what": indicator.name[lang],
        "subject": wording.subject(indicator.name[lang]),
        "new": value_of(row, indicator, lang),
        "when": wording.period(row["period"], lang),
    }
    figures = figures_of(row, [(row["value"], words["new"])])
    if found in ("labelled", "only_value"):
        return say(found, lang, **words), figures
    words["before"] = wording.period(row["previous_period"], lang)
    words["new"], words["old"] = _two_values(row, indicator, lang)
    figures = figures_of(row, [(row["value"], words["new"])])
    figures.append(figure(indicator.id, area, row["previous_period"], row["previous"], words["old"]))
    if found in ("within", "alone"):
        step, difference = ("last_step_alone", "within_alone") if found == "alone" else ("last_step", "within")
        return " ".join([say(step, lang, **words)] if after_years else [say(difference, lang, **words), *widened(row, lang)]), figures
    printed = found == "same" and indicator.unit in ("share", "rate")  # which may differ beneath their print
    sentence = say("same_printed" if printed else found.removeprefix("certain_"), lang, **words)
    if not found.startswith("certain_"):
        return sentence, figures
    caution = [say("least_uncertainty", lang)] if least_uncertain(indicator, row) else widened(row, lang)
    return " ".join([sentence, say("change_certain", lang), *caution]), figures


def side_by_side(plan: Plan, lang: str, indicator: Indicator, areas: Sequence[str]) -> str:
    """The latest change of each area; those within chance share one sentence."""
    within, others, wider = [], [], []
    for area in areas:
        row = latest_of(plan, indicator.id, area)
        if row is None or summary.change_found(indicator, row, plan.exact_observations) != "within":
            others.append(f"{area_name(plan, area, lang)}: {change_sentence(plan, lang, indicator, area)[0]}")
            continue
        new, old = _two_values(row, indicator, lang)
        when = {"when": wording.period(row["period"], lang), "before": wording.period(row["previous_period"], lang)}
        within.append(say("within_one", lang, area=area_name(plan, area, lang), new=new, old=old, **when))
        wider = wider or widened(row, lang)
    alike = [say("within_several", lang, n=len(within), what=indicator.name[lang], list="; ".join(within))] if within else []
    return " ".join([*others, *alike, *wider])


def _two_values(row: Mapping[str, Any], indicator: Indicator, lang: str) -> tuple[str, str]:
    """The latest value and the one before it, in digits that tell them apart unless they are the same."""
    new, old = value_of(row, indicator, lang), value_of(row, indicator, lang, "previous")
    if new == old and row["value"] != row["previous"]:
        return wording.told_apart(row["value"], row["previous"], indicator.unit, lang)
    return new, old


def interval_key(indicator: Indicator, key: str) -> str:
    """The key of what is said of a value's limits: an estimate has its supplier's own, which are no 95 % limits."""
    return f"{key}_supplier" if indicator.uncertainty == "estimate" else key


def chosen_sentences(
    plan: Plan, lang: str, indicator: Indicator, areas: Sequence[str], rows: pd.DataFrame, years: tuple[int, int]
) -> tuple[list[str], list[dict]]:
    """What some areas' rows of some years show: the latest change of each, what is hidden, or why there is nothing to draw."""
    measured, words = rows[rows["value"].notna()], {"what": indicator.name[lang], "first": years[0], "last": years[1]}
    sentences, figures = [], []
    for area in areas:
        row = latest_of(plan, indicator.id, area)
        if row is not None and row["period"] in set(measured.loc[measured["area"] == area, "period"]):
            sentence, more = change_sentence(plan, lang, indicator, area)
            sentences.append(f"{area_name(plan, area, lang)}: {sentence}" if len(areas) > 1 else sentence)
            figures += more
    hidden = rows[rows["status"] == "suppressed"]
    if measured.empty and hidden.empty:
        sentences.append(say("chosen_nothing", lang, delivery=delivery(indicator, lang), **words))
    elif measured.empty:
        sentences.append(say("chosen_hidden", lang, **words))
    elif len(hidden):
        listed = [f"{area_name(plan, area, lang)} {', '.join(map(str, group['year']))}" for area, group in hidden.groupby("area", sort=False)]
        sentences.append(say("hidden_years", lang, years="; ".join(listed)))
    if len(measured) == 1:
        sentences.append(say("one_point", lang))
    return sentences, figures


def least_uncertain(indicator: Indicator, row: Mapping[str, Any]) -> bool:
    """Whether nothing is known that would make the uncertainty more than the least there can be."""
    return not row["dispersion_source"] if indicator.uncertainty == "process" else indicator.uncertainty == "sample" and indicator.design_effect == 1


def widened(row: Mapping[str, Any], lang: str) -> list[str]:
    """That the uncertainty was made wider than pure chance, where counts vary more than that, and whether it is known how much."""
    return [say("widened_few_years" if row.get("dispersion_source") == "few_years" else "widened", lang)] if row["dispersion"] > 1 else []


def per_thousand_sentence(plan: Plan, lang: str, indicator: Indicator, area: str) -> tuple[str, list[dict]]:
    """The latest count per 1,000 homes, where homes are known for the same year; empty otherwise."""
    latest, rates = latest_of(plan, indicator.id, area), plan.per_thousand
    if latest is None:
        return "", []
    found = rates[(rates["indicator"] == indicator.id) & (rates["area"] == area) & (rates["period"] == latest["period"])]
    if found.empty:
        return "", []
    shown = wording.number(found.iloc[0]["rate"], 1, lang)
    sentence = say("per_thousand", lang, value=shown, when=wording.period(latest["period"], lang))
    return sentence, [figure(indicator.id, area, latest["period"], found.iloc[0]["rate"], shown)]


def indicator_findings(plan: Plan, lang: str, indicator: Indicator, area: str, step: bool = True) -> list[tuple[str, list[dict]]]:
    """An indicator's sentences for one area: what the years together say of its first promise, then that promise this year, and (`step`) the last step."""
    found, together = [], years_together.lead(plan, lang, indicator.id, area)
    if together:
        found.append((f"{together.text} {together.breaks}".strip(), together.figures))
    for judged in summary.held_against_target(plan.exact_gaps, plan.year, indicator.id, area)[:1]:
        found.append(gap_sentence(plan, lang, judged))
        now = summary.current_row(plan.exact_gaps, plan.year, judged["criterion"], indicator.id, area)
        if judged["year"] != now["year"]:
            found.append((not_judged_sentence(plan, lang, now), []))
    latest = latest_of(plan, indicator.id, area)
    if step and latest and (not found or latest["previous_period"]) and not _adds_nothing(plan, latest, indicator, together):
        found.append(change_sentence(plan, lang, indicator, area, after_years=bool(together)))
    return found


def _adds_nothing(plan: Plan, latest: Mapping[str, Any], indicator: Indicator, together: years_together.Said | None) -> bool:
    """Whether neither the years together nor the last step can be told from chance, and to say it once is enough."""
    return together is not None and not together.known and summary.change_found(indicator, latest, plan.exact_observations) == "within"


def topics(plan: Plan, lang: str) -> dict[str, list[Indicator]]:
    """The plan's indicators under the headings they stand under, in the register's order."""
    found: dict[str, list[Indicator]] = {}
    for indicator in plan.agreement.indicators.values():
        found.setdefault(indicator.topic.get(lang, indicator.name[lang]), []).append(indicator)
    return found
