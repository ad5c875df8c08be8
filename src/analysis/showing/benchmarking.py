"""What a comparison with other places says, in sentences: what is certain first, then the places an area may have, then the rates.

Every sentence comes with the figures in it. No markup is made: only text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import comparison, summary
from ..promises.agreement import COMBINED, Indicator
from ..promises.catalogue import say
from . import wording
from .elements import area_name, figure, figures_of
from .wording import value_of

if TYPE_CHECKING:
    from ..plan import Plan

_MOST_NAMED = 6  # other places in one clause

# --- ranks -------------------------------------------------------------------------------------------------


def hidden_years(plan: Plan, indicator: str) -> pd.DataFrame:
    """The years of the plan's own areas that may not be shown."""
    rows = plan.yearly(indicator, plan.agreement.areas)
    return rows[rows["status"] == "suppressed"]


def place_words(row: Mapping[str, Any], lang: str) -> str:
    """A rank as a number, with the word for a place that is shared."""
    return say("standing_shared", lang, rank=row["rank"]) if row["shared"] else str(row["rank"])


def range_words(row: Mapping[str, Any], lang: str) -> str:
    """The places an area may have, as short as a chart needs it; its rank where none are known."""
    if pd.isna(row["rank_low"]):
        return place_words(row, lang)
    low, high = int(row["rank_low"]), int(row["rank_high"])
    return str(low) if low == high else say("rank_range", lang, low=low, high=high)


def standing_findings(plan: Plan, lang: str, indicator: Indicator) -> tuple[str, str, list[dict]]:
    """What is certain of each area's latest place among the areas of its kind; how to read a place, and how sure it can be; the figures."""
    latest = summary.latest_standings(plan.standings, indicator.id, plan.agreement.areas)
    unsized = [row for row in latest if pd.isna(row["rank_low"])]
    sized = sorted((row for row in latest if not pd.isna(row["rank_low"])), key=lambda row: (-row["year"], row["rank"]))
    sentences, figures = [], []
    for year in dict.fromkeys(row["year"] for row in sized):
        said, shown = _certain(plan, lang, indicator, [row for row in sized if row["year"] == year])
        sentences, figures = sentences + said, figures + shown
    for row in unsized:
        place = place_words(row, lang)
        sentences.append(say("standing", lang, area=area_name(plan, row["area"], lang), year=row["year"], place=place, of=row["of"]))
        figures += figures_of(row, [(row["rank"], place), (row["of"], str(row["of"]))])
    country, shown = _country(plan, lang, indicator)
    return " ".join([*sentences, *country]), " ".join(_standing_notes(plan, lang, indicator, latest)), figures + shown


def _certain(plan: Plan, lang: str, indicator: Indicator, rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[dict]]:
    """Of one year: which of our areas surely lie above or below which others, which cannot be told apart, and the places they may have."""
    year, first, figures = rows[0]["year"], rows[0], []
    apart = [row for row in rows if row["n_better_than"] or row["n_worse_than"]]
    sentences, clauses = [], []
    for (_, _), same in _alike(apart, "better_than", "worse_than"):
        where = [
            say(f"surely_{side}_{'down' if indicator.direction == 'down' else 'up'}", lang, areas=_others(plan, lang, same[0], side, figures))
            for side in ("better", "worse")
            if same[0][f"n_{side}_than"]
        ]
        clauses.append(say("standing_clause", lang, areas=_names(plan, lang, same), where=wording.listed(where, lang)))
    if clauses:
        sentences.append(say("standing_certain", lang, year=year, clauses="; ".join(clauses)))
    if lost := [row for row in rows if not (row["n_better_than"] or row["n_worse_than"])]:
        key = f"standing_alike{'_known' if first['unknown'] else ''}{'_too' if clauses else ''}"  # the year is written once
        sentences.append(say(key, lang, year=year, areas=_names(plan, lang, lost)))
    if clauses and any(row["alike"] for row in apart):
        sentences.append(say("standing_rest", lang))
    places = []
    for (low, high), same in _alike(rows, "rank_low", "rank_high"):
        places.append(say("standing_place_one" if low == high else "standing_place", lang, areas=_names(plan, lang, same), low=int(low), high=int(high)))
    sentences.append(say("standing_places", lang, of=first["of"], places="; ".join(places)))
    figures += [each for row in rows for each in figures_of(row, [(row[name], str(int(row[name]))) for name in ("rank_low", "rank_high", "of")])]
    if first["unknown"]:
        sentences.append(say("standing_unknown", lang, unknown=first["unknown"]))
        figures += figures_of(first, [(first["unknown"], str(first["unknown"]))])
    return sentences, figures


def _alike(rows: Sequence[Mapping[str, Any]], *names: str) -> list[tuple[tuple, list[Mapping[str, Any]]]]:
    """Rows of the same cells under these names, together, in the order of the first of each."""
    found: dict[tuple, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    return list(found.items())


def _names(plan: Plan, lang: str, rows: Sequence[Mapping[str, Any]]) -> str:
    return wording.listed([area_name(plan, row["area"], lang) for row in rows], lang)


def _others(plan: Plan, lang: str, row: Mapping[str, Any], side: str, figures: list[dict]) -> str:
    """The places an area is surely better or worse than, by name; where they are many, how many. Their number joins the figures."""
    ids, number = row[f"{side}_than"], int(row[f"n_{side}_than"])
    if number == row["others"] and number > 1:
        return say("all_others", lang)
    if number <= _MOST_NAMED:
        return wording.listed([area_name(plan, id_, lang) for id_ in ids.split(";")], lang)
    figures += figures_of(row, [(number, str(number)), (row["others"], str(row["others"]))])
    return say("many_others", lang, n=number, others=row["others"])


def country_row(plan: Plan, indicator: str) -> pd.DataFrame:
    """The country's latest figure as the one row of a table, empty where it has none."""
    country = next((id_ for id_, each in plan.agreement.references.items() if each.group == comparison.COUNTRY), None)
    return plan.yearly(indicator, [country] if country else []).dropna(subset="value").tail(1)


def _country(plan: Plan, lang: str, indicator: Indicator) -> tuple[list[str], list[dict]]:
    """The country's latest figure, once, so that a place among vulnerable areas is not taken for one among all."""
    sentences, figures = [], []
    for row in country_row(plan, indicator.id).to_dict("records"):
        shown = value_of(row, indicator, lang)
        sentences.append(say("standing_country", lang, country=area_name(plan, row["area"], lang), value=shown, year=row["year"]))
        figures += figures_of(row, [(row["value"], shown)])
    return sentences, figures


def _standing_notes(plan: Plan, lang: str, indicator: Indicator, latest: Sequence[Mapping[str, Any]]) -> list[str]:
    """How to read a place, how sure it can be, and why an area has none in a year."""
    sizes = plan.standings[plan.standings["indicator"] == indicator.id].groupby("year").size()
    unsized = [row for row in latest if pd.isna(row["rank_low"])]
    notes = [say(f"standing_best_{indicator.direction}", lang)]
    if unsized:
        notes.append(say("standing_no_answers", lang, areas=_names(plan, lang, unsized)))
    if len(unsized) < len(latest):
        notes += [say("standing_method", lang), *survey_uncertainty(indicator, lang)]
    notes += without_place(plan, lang, indicator.id)
    return [*notes, say("comparison_caveat_one" if sizes.nunique() == 1 else "comparison_caveat", lang, fewest=sizes.min(), most=sizes.max())]


def without_place(plan: Plan, lang: str, indicator: str) -> list[str]:
    """Why the plan's own areas have no place in years in which others are ranked: one sentence a reason."""
    areas, sentences = plan.agreement.areas, []
    for why, found in summary.without_place(plan.standings, plan.yearly(indicator, areas), indicator, list(areas)).items():
        listed = wording.listed([f"{area_name(plan, area, lang)} ({wording.years(years)})" for area, years in found.items()], lang)
        word = say(why, lang)
        sentences.append(say("standing_without", lang, why=word[:1].upper() + word[1:], areas=listed))
    return sentences


def survey_uncertainty(indicator: Indicator, lang: str) -> list[str]:
    """That the uncertainty is the least there can be, or made larger by the survey's weighting."""
    if indicator.design_effect == 1:
        return [say("least_uncertainty", lang)]
    return [say("design_widened", lang, factor=wording.number(float(indicator.design_effect), 1, lang))]


# --- the funnel --------------------------------------------------------------------------------------------


def funnel_centre(plan: Plan, row: Mapping[str, Any], lang: str) -> str:
    """What a funnel stands around, in words: the published average, or that of the areas shown."""
    average = next((each.name for each in plan.agreement.references.values() if each.group == comparison.AVERAGE), "")
    return say("funnel_pooled", lang) if row["pooled"] else average


def funnel_findings(plan: Plan, lang: str, indicator: Indicator, rows: pd.DataFrame) -> tuple[str, str, list[dict]]:
    """Where the plan's areas lie against the average, and whether chance can explain it; how to read that; the figures."""
    own = rows[rows["area"].isin(plan.agreement.areas)]
    centre, share = funnel_centre(plan, rows.iloc[0], lang), wording.percent(rows.iloc[0]["centre"], lang)
    sentences: list[str] = []
    for zone in ("above_998", "above", "below_998", "below", "inside"):
        if names := [area_name(plan, area, lang) for area in own.loc[own["zone"] == zone, "area"]]:
            again = say("funnel_it_average" if zone == "inside" else "funnel_it", lang)
            around = again if sentences else say("funnel_around", lang, centre=centre, share=share)
            sentences.append(say(f"funnel_{zone}", lang, areas=wording.listed(names, lang), centre=around))
    averages = [id_ for id_, each in plan.agreement.references.items() if each.group == comparison.AVERAGE]
    whose = own.iloc[0]["area"] if rows.iloc[0]["pooled"] else averages[0]
    figures = [figure(indicator.id, whose, rows.iloc[0]["period"], rows.iloc[0]["centre"], share)]
    return " ".join(sentences), " ".join([say("funnel_against", lang), say("funnel_chance", lang), *survey_uncertainty(indicator, lang)]), figures


# --- per 1,000 inhabitants ---------------------------------------------------------------------------------


def rate_decimals(rows: pd.DataFrame) -> int:
    """With how many decimals rates are written: two where all of them are small."""
    return 2 if rows["rate"].max() < 2 else 1


def rate_findings(plan: Plan, lang: str, indicator: Indicator, rows: pd.DataFrame) -> tuple[str, str, list[dict]]:
    """Our areas' latest rate against that of the rest of each larger place, and whether they differ by more than chance; what to mind; the figures.

    Where no rest is known, the latest rates side by side; where our areas have none in any year, those of the larger places.
    """
    latest, contrasts = summary.latest_rates(rows), _latest_contrasts(plan, indicator, rows)
    sentences, figures = _contrast_sentences(plan, lang, indicator, rows, contrasts) if len(contrasts) else _side_by_side(plan, lang, indicator, latest, rows)
    notes = []
    if len(contrasts):
        whole = latest[latest["area"] != COMBINED]
        listed = [
            say("rates_whole_one", lang, area=area_name(plan, area, lang), value=_rate(rate, rows, lang))
            for area, rate in zip(whole["area"], whole["rate"], strict=True)
        ]
        notes = [
            say("rates_whole", lang, list=wording.listed(listed, lang)),
            *_dispersion_words(plan, lang, contrasts),
        ]
        figures += _rate_figures(whole, rows, lang)
    notes += [*_lacking_words(plan, lang, indicator, rows), say("rates_day", lang), *([indicator.note[lang]] if indicator.note else [])]
    return " ".join(sentences), " ".join(notes), figures


def _latest_contrasts(plan: Plan, indicator: Indicator, rows: pd.DataFrame) -> pd.DataFrame:
    """Our areas' latest rate against each larger place's rest, where one is known."""
    year = rows.loc[rows["area"] == COMBINED, "year"].tail(1)
    return plan.contrasts[(plan.contrasts["indicator"] == indicator.id) & plan.contrasts["year"].isin(year)].dropna(subset="p")


def clear_contrasts(plan: Plan, lang: str, indicator: Indicator) -> tuple[list[str], list[dict]]:
    """From which larger places' rests our areas' latest rate clearly differs, in a sentence, with its figures; nothing where there is none."""
    rows = plan.rates[plan.rates["indicator"] == indicator.id]
    found = _latest_contrasts(plan, indicator, rows)
    clear = found[found["clear"]]
    return _contrast_sentences(plan, lang, indicator, rows, clear) if len(clear) else ([], [])


def _dispersion_words(plan: Plan, lang: str, contrasts: pd.DataFrame) -> list[str]:
    """By how much and how surely each place's limits are wider than pure chance makes them; nothing where none are."""
    own = contrasts[["own_dispersion", "own_freedom"]].set_axis(["dispersion", "freedom"], axis=1).assign(area=COMBINED)
    places = pd.concat([own.head(1), contrasts[["area", "dispersion", "freedom"]]])
    told = []
    for row in places[places["dispersion"] > 1].to_dict("records"):
        words = {"area": _within(plan, row["area"], lang), "factor": wording.number(row["dispersion"], 1, lang)}
        told.append(say("rates_factor_declared", lang, **words) if pd.isna(row["freedom"]) else say("rates_factor", lang, n=int(row["freedom"]), **words))
    return [say("rates_dispersion", lang, list="; ".join(told))] if told else []


def _rate(rate: float, rows: pd.DataFrame, lang: str) -> str:
    return wording.number(rate, rate_decimals(rows), lang)


def _rate_figures(shown: pd.DataFrame, rows: pd.DataFrame, lang: str) -> list[dict]:
    return [each for row in shown.to_dict("records") for each in figures_of(row, [(row["rate"], _rate(row["rate"], rows, lang))])]


def _side_by_side(plan: Plan, lang: str, indicator: Indicator, latest: pd.DataFrame, rows: pd.DataFrame) -> tuple[list[str], list[dict]]:
    """Each place's latest rate, a sentence a year."""
    sentences = []
    for year, same in latest.groupby("year", sort=False):
        listed = [say("rates_one", lang, value=_rate(row["rate"], rows, lang), area=_within(plan, row["area"], lang)) for row in same.to_dict("records")]
        sentences.append(say("rates_latest", lang, what=indicator.name[lang], year=year, list=wording.listed(listed, lang)))
    return sentences, _rate_figures(latest, rows, lang)


def _contrast_sentences(plan: Plan, lang: str, indicator: Indicator, rows: pd.DataFrame, contrasts: pd.DataFrame) -> tuple[list[str], list[dict]]:
    """More, fewer or within chance: the rests of which that is so in one sentence, each with its rate."""
    figures, sentences, own = [], [], _within(plan, COMBINED, lang)
    for row in contrasts.to_dict("records"):
        figures += figures_of({**row, "area": COMBINED}, [(row["own_rate"], _rate(row["own_rate"], rows, lang))])
        figures += figures_of(row, [(row["rest_rate"], _rate(row["rest_rate"], rows, lang))])
    for kind, same in summary.against_rest(contrasts).items():
        rest, chance = ("rates_rest_alike", "rates_chance") if kind == "alike" else ("rates_rest", "rates_no_chance")
        rests = [say(rest, lang, area=area_name(plan, row["area"], lang), value=_rate(row["rest_rate"], rows, lang)) for row in same]
        words = {"what": indicator.name[lang], "year": same[0]["year"], "value": _rate(same[0]["own_rate"], rows, lang)}
        sentences += [say(f"rates_{kind}", lang, own=own, rests=wording.listed(rests, lang), **words), say(chance, lang, n=len(same))]
    return sentences, list({(each["area"], each["value"], each["shown_as"]): each for each in figures}.values())


def _within(plan: Plan, area: str, lang: str) -> str:
    """An area's name in the middle of a sentence."""
    name = area_name(plan, area, lang)
    return name[:1].lower() + name[1:] if area == COMBINED else name


def _lacking_words(plan: Plan, lang: str, indicator: Indicator, rows: pd.DataFrame) -> list[str]:
    """For each place the years without a rate, and what is missing in them; one sentence for a place without any."""
    found = []
    lacking = comparison.lacking(plan.agreement, plan.exact_observations, indicator.id, plan.year)
    for area, there in lacking.groupby("area", sort=False):
        if not (rows["area"] == area).any():
            if (kinds := {*there["lacks"]} - {"both"}) or area == COMBINED:
                lacks = kinds.pop() if len(kinds) == 1 else "both"
                found.append(say("rates_lacking_all", lang, area=_within(plan, area, lang), lacks=say(f"lacks_{lacks}", lang)))
        else:
            found += [
                say("rates_lacking", lang, area=_within(plan, area, lang), years=wording.years(same["year"]), lacks=say(f"lacks_{lacks}", lang))
                for lacks, same in there.groupby("lacks", sort=False)
            ]
    return found


def no_rates(plan: Plan, lang: str, indicator: Indicator) -> str:
    """Why there is no rate at all, and which deliveries would give one."""
    places = comparison.rate_places(plan.agreement)
    larger = [area_name(plan, id_, lang) for id_ in places if id_ != COMBINED]
    missing = [say("rates_delivery", lang, places=", ".join(larger))] if larger else []
    own = plan.exact_observations[
        (plan.exact_observations["indicator"] == indicator.id) & plan.exact_observations["area"].isin([*plan.agreement.areas, COMBINED])
    ]
    if len(own):
        missing.append(say("rates_delivery_own", lang, area=_within(plan, COMBINED, lang)))
    return say("rates_none", lang, what=indicator.name[lang], year=plan.year, delivery="; ".join(missing))
