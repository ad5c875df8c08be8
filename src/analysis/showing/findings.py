"""What the figures say, in sentences: a plan's rows as a reader is told them, in Danish or English.

Every sentence comes with the figures in it. Nothing is computed here, and no markup is made: only text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import summary
from ..judging.certainty import JUDGED
from ..judging.months import LEAST, RARE, countable, sparse
from ..judging.seasons import CERTAIN
from ..promises import phrases
from ..promises.agreement import COMBINED, Criterion, Indicator, Reading
from ..promises.catalogue import say
from ..promises.periods import months_of
from ..promises.phrases import Number, Part, Period, Phrase, Place, Row
from ..promises.rules import Side
from . import wording

if TYPE_CHECKING:
    from ..plan import Plan

_MOST_NAMED = 6  # months in one sentence


def figure(indicator: str, area: str, period: object, value: float, shown_as: str) -> dict[str, Any]:
    """One key figure: what, where, when, the number, and how it is written."""
    return {"indicator": indicator, "area": area, "period": str(period), "value": float(value), "shown_as": shown_as}


def area_name(plan: Plan, area: str, lang: str) -> str:
    """The printed name of an area; the combined value says how many areas it joins."""
    return say("combined_n", lang, n=len(plan.agreement.areas)) if area == COMBINED else plan.agreement.area_name(area)


def area_names(plan: Plan) -> dict[str, str]:
    """The printed names of the plan's areas, by id."""
    return {id_: area.name for id_, area in plan.agreement.areas.items()}


def latest_of(plan: Plan, indicator: str, area: str) -> dict[str, Any] | None:
    """The latest measured value of an indicator in an area, with what came before it; None where there is none."""
    rows = plan.latest[(plan.latest["indicator"] == indicator) & (plan.latest["area"] == area)]
    return rows.iloc[0].to_dict() if len(rows) else None


def value_of(row: Mapping[str, Any], indicator: Indicator, lang: str, key: str = "value") -> str:
    """A row's value as it was printed, or its word where the indicator has words instead of numbers."""
    decimals = None if pd.isna(row.get("decimals", pd.NA)) else int(row["decimals"])
    return indicator.label(row[key], lang) or wording.value(row[key], indicator.unit, lang, decimals)


def limit_words(row: Mapping[str, Any], indicator: Indicator, lang: str) -> list[str]:
    """The lower and upper limit of a value: of a count with a decimal, unless they are whole as delivered; of all else as the value."""
    limits = [float(row[key]) for key in ("lower", "upper")]
    if indicator.unit != "count":
        return [wording.value(limit, indicator.unit, lang) for limit in limits]
    decimals = 0 if all(limit.is_integer() for limit in limits) else 1
    return [wording.number(limit, decimals, lang) for limit in limits]


def change_sentence(plan: Plan, lang: str, indicator: Indicator, area: str) -> tuple[str, list[dict]]:
    """What happened since the measurement before, and whether that is more than chance; with its figures."""
    row = latest_of(plan, indicator.id, area)
    if row is None:
        return say("no_data", lang, year=plan.year, delivery=indicator.delivery.get(lang, indicator.name[lang])), []
    words = {"what": indicator.name[lang], "new": value_of(row, indicator, lang), "when": wording.period(row["period"], lang)}
    figures = [figure(indicator.id, area, row["period"], row["value"], words["new"])]
    if indicator.labels:
        return say("labelled", lang, **words), figures
    if not row["previous_period"]:
        return say("only_value", lang, **words), figures
    words |= {"old": value_of(row, indicator, lang, "previous"), "before": wording.period(row["previous_period"], lang)}
    figures.append(figure(indicator.id, area, row["previous_period"], row["previous"], words["old"]))
    if row["value"] == row["previous"]:
        return say("same", lang, **words), figures
    if indicator.uncertainty == "estimate":
        return _estimated_change(plan, lang, indicator, row, words), figures
    if indicator.uncertainty == "none":
        return say("rise" if row["value"] > row["previous"] else "fall", lang, **words), figures
    if pd.isna(row["change_p"]):
        return say("change_unknown", lang, **words), figures
    p = wording.p_value(row["change_p"], lang)
    figures.append(figure(indicator.id, area, row["period"], row["change_p"], p))
    if row["change_p"] >= 0.05:
        return " ".join([say("within", lang, p=p, **words), *widened(indicator, lang)]), figures
    sentence = say("rise" if row["value"] > row["previous"] else "fall", lang, **words)
    least = indicator.dispersion == 1 and indicator.design_effect == 1
    more = [say("change_certain", lang, p=p), *([say("least_uncertainty", lang)] if least else widened(indicator, lang))]
    return " ".join([sentence, *more]), figures


def _estimated_change(plan: Plan, lang: str, indicator: Indicator, row: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Whether two estimates differ by more than their suppliers' own bounds allow; without bounds that cannot be told."""
    rows = plan.observations
    before = rows[(rows["indicator"] == indicator.id) & (rows["area"] == row["area"]) & (rows["period"] == row["previous_period"])].iloc[0]
    if row["lower"] > before["upper"] or row["upper"] < before["lower"]:
        return say("change_estimate_certain", lang, **words)
    return say("change_estimate", lang, **words)


def interval_key(indicator: Indicator, key: str) -> str:
    """The key of what is said of a value's limits: an estimate has its supplier's own, which are no 95 % limits."""
    return f"{key}_supplier" if indicator.uncertainty == "estimate" else key


def chosen_sentences(
    plan: Plan, lang: str, indicator: Indicator, areas: Sequence[str], rows: pd.DataFrame, years: tuple[int, int]
) -> tuple[list[str], list[dict]]:
    """What some areas' rows of some years show: the latest change of each, what is hidden, or why there is nothing to draw."""
    measured, words = rows[rows["value"].notna()], {"what": indicator.name[lang], "first": years[0], "last": years[1]}
    said, figures = [], []
    for area in areas:
        row = latest_of(plan, indicator.id, area)
        if row is not None and row["period"] in set(measured.loc[measured["area"] == area, "period"]):
            sentence, more = change_sentence(plan, lang, indicator, area)
            said.append(f"{area_name(plan, area, lang)}: {sentence}" if len(areas) > 1 else sentence)
            figures += more
    hidden = rows[rows["status"] == "suppressed"]
    if measured.empty and hidden.empty:
        said.append(say("chosen_nothing", lang, delivery=indicator.delivery.get(lang, indicator.name[lang]), **words))
    elif measured.empty:
        said.append(say("chosen_hidden", lang, **words))
    elif len(hidden):
        listed = [f"{area_name(plan, area, lang)} {', '.join(map(str, group['year']))}" for area, group in hidden.groupby("area", sort=False)]
        said.append(say("hidden_years", lang, years="; ".join(listed)))
    if len(measured) == 1:
        said.append(say("one_point", lang))
    return said, figures


def widened(indicator: Indicator, lang: str) -> list[str]:
    """That the uncertainty was made wider than pure chance, where the register declares it."""
    factor = indicator.dispersion if indicator.uncertainty == "process" else 1
    return [] if factor == 1 else [say("widened", lang, factor=wording.number(float(factor) ** 0.5, 1, lang))]


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


def gap_sentence(plan: Plan, lang: str, row: Mapping[str, Any]) -> tuple[str, list[dict]]:
    """One judged row in words: the value, the target, what became of it and how sure that is; with its figures."""
    indicator = plan.agreement.indicators[row["indicator"]]
    if row["verdict"] not in JUDGED or pd.isna(row["gap"]):
        return say("in_year", lang, year=row["year"], verdict=_why(plan, lang, row)), []
    rule, value = reading_of(plan, row).rule, observed_words(plan, row, indicator, lang)
    gap, target = wording.distance(abs(row["gap"]), indicator.unit, lang), target_value(plan, row, indicator, lang)
    figures = [figure(indicator.id, row["area"], row["year"], row["value"], value)]
    if is_total(plan, row):
        told, figures = total_words(plan, row, lang)
        sentences = [say("is_total", lang, what=indicator.name[lang], value=value, total=told)]
    else:
        sentences = [say("is_value", lang, what=indicator.name[lang], when=row["year"], value=value)]
    if rule.equals_reference:
        key = "above" if row["value"] > row["target"] else "below" if row["value"] < row["target"] else "level_with"
        then = "" if rule.reference_year is None else f" {rule.reference_year}"
        sentences.append(say(key, lang, gap=gap, what=plan.agreement.area_name(rule.compared_with) + then, target=target))
        figures += [figure(indicator.id, row["area"], row["year"], row["target"], target)]
        figures += [figure(indicator.id, row["area"], row["year"], row["gap"], gap)] if key != "level_with" else []
    else:
        words = target_words(plan, row, lang)
        sentences.append(say("target_is", lang, target=words))
        figures.append(figure(indicator.id, row["area"], row["year"], row["target"], words))
    return " ".join([*sentences, *_verdict_sentences(indicator, row, lang)]), figures


def _verdict_sentences(indicator: Indicator, row: Mapping[str, Any], lang: str) -> list[str]:
    """What became of the target, and how sure that is; a starting point is not called met or not."""
    if row["verdict"] == "rounding_undecided":
        return [say("rounding_sentence", lang)]
    unknown = row["certainty"] == "cannot_tell" and row["size_unknown"]
    sure = "estimate" if indicator.uncertainty == "estimate" and row["certainty"] != "certain" else "unknown" if unknown else row["certainty"]
    start = "start" if row["role"] == "baseline" else row["verdict"]
    needed = [] if pd.isna(row["certain_from_n"]) else [say("sentence_from_n", lang, n=int(row["certain_from_n"]))]
    return [say(f"{start}_{sure}", lang), *needed]


def reading_of(plan: Plan, row: Mapping[str, Any]) -> Reading:
    """The reading of a promise that a row judges by."""
    return plan.agreement.criteria[row["criterion"]].reading(row["reading"])


def side(plan: Plan, row: Mapping[str, Any]) -> Side:
    """On which side of its target the row's value keeps the promise."""
    return reading_of(plan, row).rule.side(plan.agreement.indicators[row["indicator"]])


def is_total(plan: Plan, row: Mapping[str, Any]) -> bool:
    """Whether the row's value is the sum of the years so far."""
    return reading_of(plan, row).rule.adds_up(plan.agreement.indicators[row["indicator"]])


def total_words(plan: Plan, row: Mapping[str, Any], lang: str) -> tuple[str, list[dict]]:
    """Which periods a total adds up, and what the last of them brought, as such; with the figures of both."""
    indicator, first = plan.agreement.indicators[row["indicator"]], reading_of(plan, row).first_year
    since, until = (plan.agreement.period(indicator.id, int(year)) for year in (first, row["year"]))
    told = say("total_of", lang, span=since if since == until else f"{since}–{until}")
    figures = [figure(indicator.id, row["area"], row["year"], row["value"], observed_words(plan, row, indicator, lang))]
    rows = plan.observations
    own = rows[(rows["indicator"] == indicator.id) & (rows["area"] == row["area"]) & (rows["period"] == until) & rows["value"].notna()].to_dict("records")
    if since == until or not own:
        return told, figures
    shown = value_of(own[0], indicator, lang)
    return f"{told}, {say('of_which', lang, value=shown, when=until)}", [*figures, figure(indicator.id, row["area"], until, own[0]["value"], shown)]


def observed_words(plan: Plan, row: Mapping[str, Any], indicator: Indicator, lang: str) -> str:
    """The row's value with the decimals it was printed with."""
    period = plan.agreement.period(indicator.id, int(row["year"]))
    found = plan.observations[
        (plan.observations["indicator"] == indicator.id) & (plan.observations["area"] == row["area"]) & plan.observations["period"].isin([period, "undated"])
    ]
    decimals = found["decimals"].dropna()
    return wording.value(row["value"], indicator.unit, lang, int(decimals.iloc[0]) if len(decimals) else None)


def gap_words(plan: Plan, row: Mapping[str, Any], indicator: Indicator, lang: str) -> tuple[float, str]:
    """The gap as a reader can check it: against the whole number needed where things are counted; number and words."""
    if indicator.unit != "count" or pd.isna(row["target_whole"]) or pd.isna(row["gap"]):
        return row["gap"], wording.gap(row["gap"], indicator.unit, lang)
    over = row["value"] - int(row["target_whole"])
    whole = float(0 - over if side(plan, row).low else over)
    return whole, wording.gap(whole, indicator.unit, lang)


def target_value(plan: Plan, row: Mapping[str, Any], indicator: Indicator, lang: str) -> str:
    """The target as a reader is told it: the whole number where things are counted."""
    if indicator.unit == "count" and not pd.isna(row["target_whole"]):
        return wording.number(int(row["target_whole"]), 0, lang)
    return wording.target(row["target"], indicator.unit, lang)


def target_words(plan: Plan, row: Mapping[str, Any], lang: str) -> str:
    """`højst 14`, `over 64,3 %`, or an en dash where there is no target."""
    if pd.isna(row["target"]):
        return "–"
    indicator = plan.agreement.indicators[row["indicator"]]
    kept = side(plan, row)
    whole = indicator.unit == "count" and not pd.isna(row["target_whole"])
    words = say(kept.whole if whole else kept, lang, value=target_value(plan, row, indicator, lang))
    return say("in_total", lang, target=words) if is_total(plan, row) else words


def _why(plan: Plan, lang: str, row: Mapping[str, Any]) -> str:
    """The verdict in words with its reason."""
    reasons = wording.remarks(row, lang, area_names(plan), wording.REASONS)
    return say(row["verdict"], lang).lower() + (f" ({', '.join(reasons)})" if reasons else "")


def leading(plan: Plan, indicators: Sequence[Indicator], area: str) -> Indicator | None:
    """The indicator a topic is summed up by: the first held against a promise, else the first measured; None without any."""

    def judged(indicator: Indicator) -> bool:
        return any(
            row["reading"] == "primary" and summary.with_gap(plan.gaps, plan.year, row["criterion"], indicator.id, area) is not None
            for row in summary.rows_of(plan.gaps, plan.year, indicator.id, area)
        )

    measured = [indicator for indicator in indicators if latest_of(plan, indicator.id, area)]
    return next(filter(judged, measured), measured[0] if measured else None)


def indicator_findings(plan: Plan, lang: str, indicator: Indicator, area: str) -> list[tuple[str, list[dict]]]:
    """An indicator's sentences for one area: against its first numbered promise, and since the measurement before."""
    found = []
    for row in summary.rows_of(plan.gaps, plan.year, indicator.id, area):
        judged = summary.with_gap(plan.gaps, plan.year, row["criterion"], indicator.id, area, row["reading"])
        if row["reading"] == "primary" and judged is not None:
            found.append(gap_sentence(plan, lang, judged))
            if judged["year"] != row["year"]:
                found.append((say("in_year", lang, year=row["year"], verdict=_why(plan, lang, row)), []))
            break
    latest = latest_of(plan, indicator.id, area)
    if latest and (not found or latest["previous_period"]):
        found.append(change_sentence(plan, lang, indicator, area))
    return found


def run_chart_sentences(plan: Plan, lang: str, indicator: Indicator, area: str) -> tuple[list[str], list[str], list[dict]]:
    """What a series' months signal; then what is usual, how far chance reaches, whether the season shows, what is missing; with the figures."""
    chart, found = plan.run_chart(indicator.id, area), plan.signals(indicator.id, area)
    words = month_words(chart, lang)
    signals, notes, figures = [], [], []
    for row in found[found["kind"].isin(["shift", "trend"])].to_dict("records"):
        told, numbers = _row_of_months(indicator, area, row, chart, words, lang)
        (notes if row["chance"] >= RARE else signals).append(told)
        figures += numbers
    signals += _single_months(indicator, found, words, lang)
    for _, part in chart.groupby("stretch"):
        usual, numbers = _usual(indicator, area, part, words, lang)
        notes += usual
        figures += numbers
    season, recurs, numbers = _season_sentence(plan, lang, indicator, area, words)
    (signals if recurs else notes).append(season)
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
        seasonal = (part["signal"] == "season").any()
        key = "limits_few" if known < LEAST else "limits_sparse" if sparse(part["value"]) else "limits_season" if seasonal else "limits_flat"
        sentences.append(say(key, lang, n=known, least=LEAST, **words))
    if known >= LEAST and not sparse(part["value"]) and not countable(part):
        sentences.append(say("rows_uncountable", lang, **words))
    return sentences, figures


def _line(amount: float, indicator: Indicator, lang: str) -> str:
    """A median or limit with the decimals that a reader can use."""
    if indicator.unit != "count":
        return wording.value(amount, indicator.unit, lang)
    return wording.number(amount, 0 if amount >= 100 or float(amount).is_integer() else 1, lang)


def _row_of_months(indicator: Indicator, area: str, row: Mapping[str, Any], chart: pd.DataFrame, words: Mapping[str, str], lang: str) -> tuple[str, list[dict]]:
    """A row of months on one side of the median, with how often chance makes so long a one; or a rising or falling one."""
    detail = {"first": wording.period(row["first"], lang), "last": wording.period(row["last"], lang), "n": row["points"], **words}
    if row["kind"] == "trend":
        ends = [value_of(each, indicator, lang) for period in (row["first"], row["last"]) for each in chart[chart["period"] == period].to_dict("records")]
        return say("months_rising" if row["side"] > 0 else "months_falling", lang, **detail | {"n": row["points"] - 1, "old": ends[0], "new": ends[1]}), []
    rarity = wording.rarity(row["chance"], lang)
    key = ("months_above" if row["side"] > 0 else "months_below") + ("_mostly" if row["among"] > row["points"] else "")
    sentences = [
        say(key, lang, centre=_line(row["centre"], indicator, lang), **detail),
        say("chance_rare" if row["chance"] < CERTAIN else "chance_often", lang, p=rarity),
    ]
    return " ".join(sentences), [figure(indicator.id, area, row["last"], row["chance"], rarity)]


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


def _season_sentence(plan: Plan, lang: str, indicator: Indicator, area: str, words: Mapping[str, str]) -> tuple[str, bool, list[dict]]:
    """Whether the calendar's months differ, and which are high and low; or why that cannot be told; whether they do; the figure."""
    season = plan.season(indicator.id, area)
    if season is None:
        return say("season_estimate" if indicator.uncertainty == "estimate" else "season_unknown", lang, **words), False, []
    p = wording.p_value(season.p, lang)
    figures = [figure(indicator.id, area, "season", season.p, p)]
    if not season.high + season.low:
        return say("season_none" if season.p >= CERTAIN else "season_uneven", lang, p=p), False, figures
    which = [
        say(key, lang, list=wording.listed([wording.part_of_year(part, season.parts, lang) for part in parts], lang))
        for key, parts in (("season_high", season.high), ("season_low", season.low))
        if parts
    ]
    return say("season_found", lang, which=wording.listed(which, lang), p=p, **words), True, figures


def _months_without(chart: pd.DataFrame, words: Mapping[str, str], lang: str) -> list[str]:
    """How many months have no figure, and why."""
    without = chart[chart["value"].isna()]
    why = []
    for status, rows in without.groupby("status", sort=False):
        years, told = wording.years(rows["period"].str[:4].astype(int)), say("too_small" if status == "suppressed" else status, lang)
        why.append(say("n_months", lang, n=len(rows), years=years, status=told, **words))
    return [say("months_without", lang, why=wording.listed(why, lang))] if why else []


def topics(plan: Plan, lang: str) -> dict[str, list[Indicator]]:
    """The plan's indicators under the headings they stand under, in the register's order."""
    found: dict[str, list[Indicator]] = {}
    for indicator in plan.agreement.indicators.values():
        found.setdefault(indicator.topic.get(lang, indicator.name[lang]), []).append(indicator)
    return found


def standing(plan: Plan, lang: str, states: Mapping[str, str], whose: str) -> tuple[list[str], list[int]]:
    """How many promises are met, not met and open, and why the open ones are; with the numbers in it."""
    counts = pd.Series(states, dtype=object).value_counts()
    total, met, not_met = len(states), int(counts.get("met", 0)), int(counts.get("not_met", 0))
    others = {state: int(n) for state, n in counts.items() if state not in ("met", "not_met")}
    sentences = [say("summary", lang, whose=whose, n=total, met=met, not_met=not_met, open=total - met - not_met, year=plan.year)]
    if others:
        why = ", ".join(say(f"n_{state}", lang, n=n) for state, n in others.items())
        sentences.append(say("summary_why", lang, open=total - met - not_met, why=why) if len(others) > 1 else f"{why}.")
    return sentences, [total, met, not_met, total - met - not_met, *others.values()]


def period_words(row: Mapping[str, Any], lang: str) -> tuple[str, list[int]]:
    """The period row in words, with the counts in it."""
    met, judged, certain, missed_certain = (int(row[name]) for name in ("years_met", "years_judged", "years_certain", "years_missed_certain"))
    if not judged:
        return say("period_none", lang), []
    words = {"met": met, "n": judged, "met_certain": certain, "missed": judged - met, "missed_certain": missed_certain}
    return say("period_counts", lang, **words), list(words.values())


def next_target(plan: Plan, row: Mapping[str, Any], lang: str) -> str:
    """The next year's target, where it is known already."""
    gaps = plan.gaps
    coming = gaps[
        (gaps["criterion"] == row["criterion"])
        & (gaps["indicator"] == row["indicator"])
        & (gaps["area"] == row["area"])
        & (gaps["reading"] == row["reading"])
        & (gaps["year"] > max(plan.year, row["year"]))
        & gaps["target"].notna()
        & (gaps["role"] == "judged")
    ].sort_values("year")
    if coming.empty or row["year"] > plan.year:
        return ""
    return say("next_target", lang, year=coming.iloc[0]["year"], target=target_words(plan, coming.iloc[0], lang))


def differing_readings(plan: Plan, lang: str, criterion: Criterion) -> list[str]:
    """Where another reading gives another verdict this year: both, by indicator and area."""
    gaps, found = plan.gaps, []
    rows = gaps[(gaps["criterion"] == criterion.id) & (gaps["year"] == plan.year) & (gaps["role"] == "judged")]
    for (id_, area), same in rows.groupby(["indicator", "area"], sort=False):
        if same["verdict"].nunique() > 1:
            texts = {reading.slug: f"»{reading.text.get(lang, reading.slug)}«" for reading in criterion.readings} | {"primary": say("chosen", lang)}
            verdicts = [f"{texts[row['reading']]}: {say(row['verdict'], lang).lower()}" for row in same.to_dict("records")]
            found.append(f"{plan.agreement.indicators[id_].name[lang]}, {area_name(plan, area, lang)} – {'; '.join(verdicts)}")
    return found


def formula(plan: Plan, lang: str, reading: Reading) -> str:
    """A reading's rule in one line, with every number of it, all its digits, and the side of the target on which it is kept."""
    indicators = [plan.agreement.indicators[id_] for id_ in reading.indicators]
    sides: dict[Side, list[str]] = {}
    for indicator in indicators:
        sides.setdefault(reading.rule.side(indicator), []).append(indicator.name[lang])
    told = {kept: _in_words(plan, lang, indicators[0].unit, reading.rule.formula(kept, reading, indicators)) for kept in sides}
    sentences = list(dict.fromkeys(told.values()))
    if len(sentences) > 1:
        sentences = [f"{', '.join(sides[kept])}: {sentence}" for kept, sentence in told.items()]
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
