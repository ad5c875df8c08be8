"""What months in a row say, in sentences: their signals first, then what is usual, the seasons, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import summary
from ..judging.months import LEAST, RARE, countable, sparse, without_limits
from ..judging.seasons import CERTAIN
from ..promises.agreement import Indicator
from ..promises.catalogue import say
from ..promises.periods import months_of, period_year
from . import wording
from .elements import area_name, figure
from .findings import latest_of
from .wording import value_of

if TYPE_CHECKING:
    from ..plan import Plan


_MOST_NAMED = 6  # months in one sentence


def run_chart_sentences(plan: Plan, lang: str, indicator: Indicator, area: str) -> tuple[list[str], list[str], list[dict]]:
    """What a series' months signal; then what is usual, how far chance reaches, whether the season shows, what is missing; with the figures."""
    chart, found = plan.run_chart(indicator.id, area), plan.signals(indicator.id, area)
    words = month_words(chart, lang)
    signals, notes, figures = [], [], []
    for row in found[found["kind"].isin(["shift", "trend"])].to_dict("records"):
        sentence, chance, numbers = _row_of_months(indicator, area, row, chart, words, lang)
        (notes if row["chance"] >= RARE else signals).append(sentence)
        notes += [*chance, *(_beside_the_year(plan, lang, indicator, area, row) if row["chance"] < RARE else [])]
        figures += numbers
    signals += _single_months(indicator, found, words, lang)
    if (found["kind"] == "outlier").any():
        notes.append(say("months_outlier_rule", lang, **words))
    for _, part in chart.groupby("stretch"):
        usual, numbers = _usual(indicator, area, part, words, lang)
        notes += usual
        figures += numbers
    season, rule, numbers = _season_sentence(plan, lang, indicator, area, words)
    recurs = bool(rule)
    (signals if recurs else notes).append(season)
    notes += rule
    if indicator.combine == "unique":
        notes.append(say("months_unique", lang, **words))
    if not signals and not recurs and chart["upper"].notna().any():
        signals.append(say("months_quiet", lang, **words))
    notes += _months_without(chart, words, lang)
    return (signals or notes[:2]), (notes if signals else notes[2:]), [*figures, *numbers]


def months_alike(plan: Plan, lang: str, indicator: Indicator, area: str) -> tuple[str, list[dict]]:
    """Months that make no chart: all hidden or missing, one figure only, or the same in every month; with the figure."""
    chart = plan.run_chart(indicator.id, area)
    words = month_words(chart, lang) | {"what": indicator.name[lang], "area": area_name(plan, area, lang)}
    there = chart[chart["value"].notna()]
    if there.empty:
        return say("months_hidden" if (chart["status"] == "suppressed").any() else "months_missing", lang, **words), []
    row = there.iloc[-1]
    shown = value_of(plan.months(indicator.id, area).set_index("period").loc[row["period"]], indicator, lang)
    sentence = say("months_equal", lang, value=shown, n=len(there), when=wording.period(row["period"], lang), **words)
    return " ".join([sentence, *_months_without(chart, words, lang)]), [figure(indicator.id, area, row["period"], row["value"], shown)]


def months_sparse(plan: Plan, lang: str, indicator: Indicator, area: str) -> str:
    """That so little happens in a month that the months say nothing one by one."""
    return say("months_sparse", lang, what=indicator.name[lang], area=area_name(plan, area, lang), **month_words(plan.run_chart(indicator.id, area), lang))


def month_words(chart: pd.DataFrame, lang: str) -> dict[str, str]:
    """What the periods of a run chart are called: month, months, the months; quarters and half-years where it has these."""
    size = len(months_of(chart["period"].iloc[0]))
    return {key: say(f"{key}_{size}", lang) for key in ("month", "months", "the_months")}


def _usual(indicator: Indicator, area: str, part: pd.DataFrame, words: Mapping[str, str], lang: str) -> tuple[list[str], list[dict]]:
    """One stretch's median and limits, or why there are none."""
    known, row = part["value"].notna().sum(), part.iloc[0]
    span = {"first": wording.period(part["period"].iloc[0], lang), "last": wording.period(part["period"].iloc[-1], lang)}
    period = f"{part['period'].iloc[0][:4]}-{part['period'].iloc[-1][:4]}"
    if pd.isna(row["centre"]):
        return [], []
    lines = {name: _line(row[name], indicator, lang) for name in ("centre", "lower", "upper") if not pd.isna(row[name])}
    figures = [figure(indicator.id, area, period, row[name], text) for name, text in lines.items()]
    sentences = [say("usual" if row["stretch"] == 1 else "usual_since_break", lang, centre=lines["centre"], **span, **words)]
    if "upper" in lines:
        sentences.append(say("usual_limits" if row["lower"] > 0 else "usual_limit", lang, lower=lines["lower"], upper=lines["upper"]))
    else:
        sentences.append(say(f"limits_{without_limits(part)}", lang, n=known, least=LEAST, **words))
    if known >= LEAST and not sparse(part["value"]) and not countable(part):
        sentences.append(say("rows_uncountable", lang, **words))
    return sentences, figures


def _line(amount: float, indicator: Indicator, lang: str) -> str:
    """A median or limit with the decimals that a reader can use."""
    if indicator.unit != "count":
        return wording.value(amount, indicator.unit, lang)
    return wording.number(amount, 0 if amount >= 100 or amount % 1 == 0 else 1, lang)


def _row_of_months(
    indicator: Indicator, area: str, row: Mapping[str, Any], chart: pd.DataFrame, words: Mapping[str, str], lang: str
) -> tuple[str, list[str], list[dict]]:
    """A row of months on one side of the median, or a rising or falling one; how often chance makes so long a one; the figure of that."""
    detail = {"first": wording.period(row["first"], lang), "last": wording.period(row["last"], lang), "n": row["points"], **words}
    if row["kind"] == "trend":
        ends = [value_of(each, indicator, lang) for period in (row["first"], row["last"]) for each in chart[chart["period"] == period].to_dict("records")]
        return say("months_rising" if row["side"] > 0 else "months_falling", lang, **detail | {"n": row["points"] - 1, "old": ends[0], "new": ends[1]}), [], []
    rarity = wording.rarity(row["chance"], lang)
    key = ("months_above" if row["side"] > 0 else "months_below") + ("_mostly" if row["among"] > row["points"] else "")
    chance = say("chance_rare" if row["chance"] < CERTAIN else "chance_often", lang, p=rarity, **detail)
    return say(key, lang, centre=_line(row["centre"], indicator, lang), **detail), [chance], [figure(indicator.id, area, row["last"], row["chance"], rarity)]


def _beside_the_year(plan: Plan, lang: str, indicator: Indicator, area: str, row: Mapping[str, Any]) -> list[str]:
    """What a row of months says of a year whose own figure may be chance: not the same question, and no second sign."""
    latest = latest_of(plan, indicator.id, area)
    if row["kind"] != "shift" or latest is None or period_year(latest["period"]) not in (period_year(row["first"]), period_year(row["last"])):
        return []
    return [say("months_beside_the_year", lang)] if summary.change_found(indicator, latest, plan.exact_observations) == "within" else []


def _single_months(indicator: Indicator, found: pd.DataFrame, words: Mapping[str, str], lang: str) -> list[str]:
    """The months beyond a limit and those near one, by name where they are few; many of them are a level that moved."""
    many = int(found["kind"].isin(["outlier", "near_limit"]).sum())
    if many > _MOST_NAMED:
        return [say("months_many", lang, n=many, **words)]
    sentences = []
    for kind, key in (("outlier", "months_outlier"), ("near_limit", "months_near")):
        rows = found[found["kind"] == kind]
        named = [f"{wording.period(row['first'], lang)} ({value_of(row, indicator, lang)})" for row in rows.to_dict("records")]
        sentences += [say(key, lang, list=wording.listed(named, lang), **words)] if named else []
    return sentences


def _season_sentence(plan: Plan, lang: str, indicator: Indicator, area: str, words: Mapping[str, str]) -> tuple[str, list[str], list[dict]]:
    """Which of the calendar's months are high and low, or why that is not known; where they are, how that was judged; the figure."""
    season = plan.season(indicator.id, area)
    if season is None:
        return say("season_estimate" if indicator.uncertainty == "estimate" else "season_unknown", lang, **words), [], []
    p = wording.p_value(season.p, lang)
    figures = [figure(indicator.id, area, "season", season.p, p)]
    if not season.high + season.low:
        return say("season_none" if season.p >= CERTAIN else "season_uneven", lang, p=p), [], figures
    which = [
        say(key, lang, list=wording.listed([wording.part_of_year(part, season.parts, lang) for part in parts], lang))
        for key, parts in (("season_high", season.high), ("season_low", season.low))
        if parts
    ]
    found, rule = ("season_found", "season_rule_all") if season.recurs == season.years else ("season_often", "season_rule")
    sentence = say(found, lang, which=wording.listed(which, lang), **words)
    return sentence, [say(rule, lang, p=p, recurs=season.recurs, years=season.years, **words)], figures


def _months_without(chart: pd.DataFrame, words: Mapping[str, str], lang: str) -> list[str]:
    """How many months have no figure, and why."""
    without = chart[chart["value"].isna()]
    why = []
    for status, rows in without.groupby("status", sort=False):
        years, reason = wording.years(rows["period"].str[:4].astype(int)), say("too_small" if status == "suppressed" else status, lang)
        why.append(say("n_months", lang, n=len(rows), years=years, status=reason, **words))
    return [say("months_without", lang, why=wording.listed(why, lang))] if why else []
