"""What the years of a promise say together, in words: what is known first, then what cannot be told.

Every sentence comes with the figures in it. What may be claimed is decided in `judging.claims`, for all comparisons of a report at once; nothing
here looks at a p. In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ..judging import lookup, summary
from ..judging.summary import CHANCE
from ..promises.agreement import Indicator
from ..promises.catalogue import say
from ..promises.rules import Side
from . import wording
from .elements import area_name, figure
from .promise_words import observed_words, sure, target_words

if TYPE_CHECKING:
    from ..plan import Plan


class Said(NamedTuple):
    """A sentence with its figures; `known` says whether it tells something, `promised` whether that depends on what was promised.

    `breaks` is the sentence about the breaks of the series among its years, of the first thing that is said of a series; `short` the same in fewer
    words, under a heading that says that it is clear; `criterion` the promise that it depends on.
    """

    text: str
    figures: list[dict]
    known: bool = False
    promised: bool = False
    breaks: str = ""
    short: str = ""
    criterion: str = ""


OF_THE_PATH = ("met_clear", "not_met_clear", "met", "not_met", "not_yet_due")  # claims that are about the path
_PARTS = {0.1: "part_tenth", 0.25: "part_quarter", 0.33: "part_third", 0.5: "part_half", 0.67: "part_two_thirds", 0.75: "part_three_quarters"}
_PARTS |= {0.9: "part_nine_tenths"}
_LITTLE, _NEAR, _WHOLE = 0.05, 0.03, (0.95, 1.05)


def rows_of(plan: Plan, indicator: str, area: str) -> list[dict[str, Any]]:
    """The rows of the years together about an indicator in an area, in the agreement's order.

    >>> [row["criterion"] for row in years_together.rows_of(plan, "safe_share", "motalavej")]
    ['T1a', 'T1c', 'E5', 'E6']
    """
    return lookup.records(plan.exact_periods, indicator=indicator, area=area)


def span(row: Mapping[str, Any]) -> str:
    """The first and the last year of a row: `2016–2021`."""
    return f"{row['from_year']}–{row['to_year']}"


def figures_of(row: Mapping[str, Any], *told: tuple[Any, str]) -> list[dict]:
    """Numbers of a row with how they are written, as key figures of its years; missing ones are none."""
    return [figure(row["indicator"], row["area"], f"{row['from_year']}-{row['to_year']}", number, text) for number, text in told if not pd.isna(number)]


# --- one sentence a question -----------------------------------------------------------------------------


def trend(plan: Plan, lang: str, row: Mapping[str, Any]) -> Said | None:
    """Which way it went from year to year, as far as that can be told; None of fewer than four years."""
    indicator, slope = plan.agreement.indicators[row["indicator"]], row["trend"]
    words = {"what": indicator.name[lang], "subject": wording.subject(indicator.name[lang]), "first": row["from_year"], "last": row["to_year"]}
    if summary.too_few(indicator, row):
        return Said(say("trend_too_few", lang, **words), [])
    if not has_trend(indicator, row):
        return None
    if not has_direction(plan, row):
        return Said(say("trend_turns_full", lang, **words), [], True)
    words["amount"] = slope_words(abs(slope), indicator, lang)
    words["per"] = say("trend_per", lang, what=plan.agreement.indicators[row["trend_per"]].name[lang].lower()) if row["trend_per"] else ""
    if indicator.uncertainty == "estimate":
        return Said(say("trend_estimate", lang, **words), [])
    if indicator.uncertainty != "none" and not row["trend_clear"]:
        key = (
            "trend_unknown" if pd.isna(row["trend_p"]) else f"trend_{'rise' if slope > 0 else 'fall'}_alone" if row["trend_p"] < CHANCE else "trend_cannot_tell"
        )
        reach, figures = _reach(row, indicator, words["per"], lang)
        return Said(" ".join([say(key, lang, **words), *reach]), figures)
    kind = "full" if indicator.uncertainty == "none" else "clear"
    if kind == "full" and words["amount"] == slope_words(0, indicator, lang):
        return Said(say("trend_level_full", lang, **words), [], True)
    way = f"trend_{'rise' if slope > 0 else 'fall'}"
    but, figures = less_than_promised(plan, lang, row)
    short = f"{say(f'{way}_short', lang, **words)}{but}."
    between, limits = ("", []) if kind == "full" else _between(row, indicator, lang)
    text = say(f"{way}_{kind}", lang, between=between, **words)
    return Said(text, [*figures_of(row, (slope, words["amount"])), *limits, *figures], True, short=short)


def less_than_promised(plan: Plan, lang: str, row: Mapping[str, Any]) -> tuple[str, list[dict]]:
    """That what goes the promised way is yet short of a promise in the report's year, with value and target, to end a sentence; empty elsewhere."""
    indicator, told, figures = plan.agreement.indicators[row["indicator"]], [], []
    for each in rows_of(plan, row["indicator"], row["area"]):
        now = summary.current_row(plan.exact_gaps, plan.year, each["criterion"], row["indicator"], row["area"])
        if now["role"] == "judged" and now["verdict"] == "not_met" and now["year"] == plan.year and _side(plan, each).low == (row["trend"] < 0):
            value, target = observed_words(plan, now, indicator, lang), target_words(plan, now, lang)
            how = "" if sure(indicator, now) else f", {say('chance_short', lang)}"
            told.append(f"{each['criterion']}: {say('total_against', lang, total=value, path=target)}{how}")
            figures += [figure(row["indicator"], row["area"], now["year"], now[name], text) for name, text in (("value", value), ("target", target))]
    return (say("less_than_promised", lang, list="; ".join(told), year=plan.year) if told else ""), figures


def _between(row: Mapping[str, Any], indicator: Indicator, lang: str) -> tuple[str, list[dict]]:
    """The limits of a clear change a year, the smaller first; both lie on the side of the change itself."""
    limits = sorted((row["trend_lower"], row["trend_upper"]), key=abs)
    lower, upper = (slope_words(abs(limit), indicator, lang) for limit in limits)
    amounts = [lower.split()[0], upper]  # the unit is written once
    return say("trend_between", lang, lower=amounts[0], upper=upper), figures_of(row, *zip(limits, amounts, strict=True))


def _reach(row: Mapping[str, Any], indicator: Indicator, per: str, lang: str) -> tuple[list[str], list[dict]]:
    """Between which changes a year the years leave it open, so that what is not known is known to be no more; nothing where that is anything."""
    limits = (row["trend_lower"], row["trend_upper"])
    if any(pd.isna(limit) or math.isinf(limit) for limit in limits) or summary.too_wide(row, "trend"):
        return [], []
    amounts = [slope_words(abs(limit), indicator, lang) for limit in limits]
    lower, upper = (say("step_fall" if limit < 0 else "step_rise", lang, amount=amount) for limit, amount in zip(limits, amounts, strict=True))
    return [say("trend_reaches", lang, lower=lower, upper=upper, per=per)], figures_of(row, *zip(limits, amounts, strict=True))


def no_direction(plan: Plan, lang: str) -> list[str]:
    """What has figures for enough years, and yet rises or falls beyond chance in no place: the indicators' names, as within a sentence."""
    rows = plan.exact_periods
    asked = rows[rows["trend_p"].notna()].groupby("indicator", sort=False)["trend_clear"].any()
    return [plan.agreement.indicators[id_].name[lang].lower() for id_, told in asked.items() if not told]


def has_trend(indicator: Indicator, row: Mapping[str, Any]) -> bool:
    """Whether there is a trend to tell: not of a full count that is held against a path, of which one more or less is many per cent."""
    return not pd.isna(row["trend"]) and (indicator.uncertainty != "none" or pd.isna(row["total"]))


def has_direction(plan: Plan, row: Mapping[str, Any]) -> bool:
    """Whether a full count never turned between its years: of one that went up and down a slope tells of no year."""
    if plan.agreement.indicators[row["indicator"]].uncertainty != "none":
        return True
    seen = plan.yearly(row["indicator"], [row["area"]]).dropna(subset="value")
    values = list(seen[seen["year"].between(row["from_year"], row["to_year"])].sort_values("year")["value"])
    return values in (sorted(values), sorted(values, reverse=True))


def path(plan: Plan, lang: str, row: Mapping[str, Any]) -> Said | None:
    """What the judged years come to together, what their targets come to, and whether that keeps the promise; None where there is no path."""
    if pd.isna(row["total"]):
        return None
    indicator, (total, aim) = plan.agreement.indicators[row["indicator"]], path_words(plan, lang, row)
    due = judged_years(plan, row)
    years = wording.listed(wording.years(due).split(", "), lang)
    chained = plan.agreement.criteria[row["criterion"]].primary.rule.chained
    key = "path_chained" if chained else "path_one" if len(due) == 1 else "path_added_up" if indicator.unit in ("count", "dkk") else "path_pooled"
    told = say(f"{row['claim']}_full_count", lang) if len(due) == 1 and row["claim"] in ("met", "not_met") else outcome(plan, lang, row)
    text, known = say(key, lang, what=indicator.name[lang], years=years, total=total, path=aim), row["claim"] in OF_THE_PATH
    short = f"{text} {say('short_met' if row['claim'] in ('met', 'met_clear') else 'short_not_met', lang)}" if known else ""
    return Said(f"{text} {told}", figures_of(row, (row["total"], total), (row["path_total"], aim)), known, True, short=short)


def outcome(plan: Plan, lang: str, row: Mapping[str, Any], said: str = "together") -> str:
    """Whether the years together keep the promise, in a sentence of its own, or said as a `claim`: in few words."""
    claim = row["claim"] if row["claim"] in OF_THE_PATH else "cannot_tell"
    if claim == "cannot_tell":
        estimate = plan.agreement.indicators[row["indicator"]].uncertainty == "estimate"
        claim = "estimate" if estimate else "alone" if row["ratio_p"] < CHANCE else claim
    if claim == "not_met" and not _falls_short(plan, row):
        return say(f"{said}_area_without", lang)
    return say(f"{said}_{claim}", lang, last=plan.agreement.criteria[row["criterion"]].primary.last_year)


def _falls_short(plan: Plan, row: Mapping[str, Any]) -> bool:
    """Whether the total itself lies on the wrong side of the path; else an area was without in a promise for each of them."""
    side = _side(plan, row)
    return row["total"] > row["path_total"] if side.low else row["total"] < row["path_total"] or (side.strict and row["total"] == row["path_total"])


def others(plan: Plan, lang: str, row: Mapping[str, Any]) -> Said | None:
    """The change from the first to the last year beside that of another place; None where there is none."""
    if pd.isna(row["difference"]):
        return None
    words = {"first": row["from_year"], "last": row["to_year"], "place": place_words(plan, lang, row)}
    if not row["difference_clear"]:
        return Said(say("others_alone" if row["difference_p"] < CHANCE else "others_cannot_tell", lang, **words), [])
    amount = wording.distance(abs(row["difference"]), "share", lang)
    key = "others_more_clear" if row["difference"] > 0 else "others_less_clear"
    return Said(say(key, lang, amount=amount, **words), figures_of(row, (row["difference"], amount)), True)


def progress(plan: Plan, lang: str, row: Mapping[str, Any]) -> Said | None:
    """How much of the promised change has come, with how far chance goes; None where no change is asked for."""
    amount, lower, upper = row["progress"], row["progress_lower"], row["progress_upper"]
    if pd.isna(amount):
        return None
    if plan.agreement.indicators[row["indicator"]].uncertainty == "none":
        return Said(say(_progress_key(amount), lang, part=_part(amount, lang), limits=say("part_full", lang)), [], True, True)
    if math.isfinite(lower) and 0 <= upper < 1 and lower <= 0 and not summary.too_wide(row, "progress"):
        most = wording.percent(upper, lang, 0)
        return Said(say("progress_at_most", lang, upper=most), figures_of(row, (upper, most)), promised=True)
    if not (math.isfinite(lower) and math.isfinite(upper)) or lower <= 0 <= upper or summary.too_wide(row, "progress"):
        return Said(say("progress_cannot_tell", lang), [], promised=True)
    low, high = (wording.percent(limit, lang, 0) for limit in (lower, upper))
    text = say(_progress_key(amount), lang, part=_part(amount, lang), limits=say("part_between", lang, lower=low, upper=high))
    return Said(text, figures_of(row, (lower, low), (upper, high)), True, True)


def _progress_key(amount: Decimal | float) -> str:
    if amount > _WHOLE[1]:
        return "progress_more"
    if amount >= _WHOLE[0]:
        return "progress_whole"
    return "progress_part" if amount > _LITTLE else "progress_little" if amount >= 0 else "progress_back"


def _part(amount: Decimal | float, lang: str) -> str:
    """A part of one in words where one is near (`to tredjedele`), else in per cent."""
    near = min(_PARTS, key=lambda part: abs(part - float(amount)))
    return say(_PARTS[near], lang) if abs(near - float(amount)) <= _NEAR else wording.percent(amount, lang, 0)


# --- numbers in words ------------------------------------------------------------------------------------


def slope_words(slope: Decimal | float, indicator: Indicator, lang: str) -> str:
    """A change a year without its sign: points of a share, else per cent of itself."""
    return wording.distance(slope, "share", lang) if indicator.unit == "share" else wording.percent(slope, lang, 0 if abs(slope) >= 0.1 else 1)


def path_words(plan: Plan, lang: str, row: Mapping[str, Any]) -> tuple[str, str]:
    """What the years come to together, and what their targets come to with the side on which they are kept, in digits that tell them apart."""
    indicator, side, total, aim = plan.agreement.indicators[row["indicator"]], _side(plan, row), row["total"], row["path_total"]
    if indicator.unit == "count":
        shown, decimals = wording.value(total, "count", lang), _path_decimals(aim, path_parts(plan, row))
        kept, number = (side, aim) if decimals else (side.whole, whole(aim, side))
        return shown, say(kept, lang, value=wording.number(number, decimals, lang))
    shown, target = wording.told_apart(total, aim, indicator.unit, lang)
    return shown, say(side, lang, value=target)


def path_parts(plan: Plan, row: Mapping[str, Any]) -> dict[int, Decimal]:
    """What each judged year is held against before it is rounded to a whole number; of a promise about a sum the last alone, of which it is one.

    >>> years_together.path_parts(plan, years_together.rows_of(plan, "arson_fires", "motalavej")[0])
    {2018: Decimal('12.6'), 2019: Decimal('11.2'), 2021: Decimal('8.4')}
    """
    rule, years = plan.agreement.criteria[row["criterion"]].primary.rule, judged_years(plan, row)
    kept, name = years[-1:] if rule.cumulative else years, "fixed_path" if rule.chained else "target"
    return {each["year"]: each[name] for each in _judged(plan, row) if each["year"] in kept}


def part_words(part: Decimal, lang: str) -> str:
    """A target before it is rounded to a whole number, in two decimals at most."""
    return wording.number(part, _decimals(part, 2), lang)


def _decimals(number: Decimal, most: int) -> int:
    """How many decimals a number needs, `most` at most."""
    return max(0, -int(round(number, most).normalize().as_tuple().exponent))


def _path_decimals(aim: Decimal, parts: Mapping[int, Decimal]) -> int:
    """With how many decimals a sum of targets is written: as many as the targets, as they are written, add up to it in."""
    written = sum((round(part, 2) for part in parts.values()), Decimal(0))
    return 0 if aim == aim.to_integral_value() else next((most for most in (_decimals(aim, 2), 1) if round(written, most) == round(aim, most)), 0)


def before_rounding(plan: Plan, lang: str, row: Mapping[str, Any]) -> Said | None:
    """The targets of the years as they are before rounding, where these add up to what the years are held against; None of whole ones, and of a chain."""
    parts = path_parts(plan, row) if not pd.isna(row["total"]) and plan.agreement.indicators[row["indicator"]].unit == "count" else {}
    if plan.agreement.criteria[row["criterion"]].primary.rule.chained or all(part == part.to_integral_value() for part in parts.values()):
        return None
    total = wording.number(row["path_total"], _path_decimals(row["path_total"], parts), lang)
    told = {year: part_words(part, lang) for year, part in parts.items()}
    listed = wording.listed([f"{text} ({year})" for year, text in told.items()], lang)
    figures = [figure(row["indicator"], row["area"], year, part, told[year]) for year, part in parts.items()]
    return Said(say("before_rounding", lang, list=listed, total=total), [*figures, *figures_of(row, (row["path_total"], total))])


def whole(aim: Decimal | float, side: Side) -> Decimal:
    """The whole number that keeps a promise of so many.

    >>> years_together.whole(57.95, Side.AT_MOST)
    Decimal('57')
    """
    number = aim if isinstance(aim, Decimal) else Decimal(repr(aim))
    near = number.to_integral_value(ROUND_FLOOR if side.low else ROUND_CEILING)
    return near + (-1 if side.low else 1) if side.strict and near == number else near


def claim_words(plan: Plan, lang: str, row: Mapping[str, Any]) -> str:
    """What is claimed of the years together, in few words."""
    return say(f"claim_{row['claim']}", lang, place=place_words(plan, lang, row) if row["compared_with"] else "")


def place_words(plan: Plan, lang: str, row: Mapping[str, Any]) -> str:
    """The place whose change is taken off: of counts what is left of it without the area's own."""
    place = area_name(plan, row["compared_with"], lang)
    return say("place_rest", lang, place=place) if plan.agreement.indicators[row["indicator"]].unit == "count" else place


def judged_years(plan: Plan, row: Mapping[str, Any]) -> list[int]:
    """The years that are held against the path: judged, with a figure and a target; of a sum all that are in it, of a share so far the last."""
    reading = plan.agreement.criteria[row["criterion"]].primary
    if reading.rule.adds_up(plan.agreement.indicators[row["indicator"]]):
        return list(range(reading.first_year, row["to_year"] + 1))
    due = [each for each in _judged(plan, row) if row["from_year"] <= each["year"] <= row["to_year"] and not pd.isna(each["value"])]
    years = [each["year"] for each in due if not (pd.isna(each["target"]) and pd.isna(each["fixed_path"]))]
    return years[-1:] if reading.rule.cumulative else years


def _judged(plan: Plan, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The judged years of the promise that a row of the years together is about, by year."""
    rows = summary.of_promise(plan.exact_gaps, row["criterion"], row["indicator"], row["area"])
    return [each for each in rows if each["role"] == "judged"]


def _side(plan: Plan, row: Mapping[str, Any]) -> Side:
    return plan.agreement.criteria[row["criterion"]].primary.rule.side(plan.agreement.indicators[row["indicator"]])


# --- together --------------------------------------------------------------------------------------------


def said_of(plan: Plan, lang: str, row: Mapping[str, Any]) -> list[Said]:
    """All that the years of a promise say together: what is claimed first, then what else is known, then what cannot be told."""
    if row["claim"] == "suppressed":
        what = plan.agreement.indicators[row["indicator"]].name[lang]
        return [Said(say("together_suppressed", lang, what=what, span=span(row)), [], True)]
    asked = (path, trend, others, progress)
    found = [said for ask in asked if (said := ask(plan, lang, row))]
    return sorted(found, key=lambda said: not said.known)


def start_sentence(plan: Plan, lang: str, row: Mapping[str, Any]) -> str:
    """That the first year was an unusual one among those before it, so that what comes after it tends to come back by itself; empty elsewhere."""
    indicator = plan.agreement.indicators[row["indicator"]]
    if not row["start_extreme"] or indicator.uncertainty == "none" or row["claim"] == "suppressed":
        return ""
    return say(
        "start_returns",
        lang,
        what=indicator.name[lang],
        first=row["from_year"],
        start=say(f"start_is_{row['start_extreme']}", lang),
        n=int(row["earlier_years"]),
    )


def lead(plan: Plan, lang: str, indicator: str, area: str) -> Said | None:
    """The first thing that the years together say about an indicator in an area: what is known, else what cannot be told; None where they say nothing.

    What depends on what was promised has the promise's id before it.

    >>> years_together.lead(plan, "en", "safe_share", "motalavej").text
    'Share feeling safe rose from 2016 to 2021 by about 5.0 percentage points a year, more than chance variation.'
    """
    found = [(said, row) for row in rows_of(plan, indicator, area) for said in said_of(plan, lang, row)]
    if not found:
        return None
    said, row = min(found, key=lambda each: not each[0].known)
    id_ = row["criterion"] if said.promised and said.known else ""
    text, short = (f"{id_}: {each}" if id_ else each for each in (said.text, said.short or said.text))
    return said._replace(text=text, short=short, criterion=id_, breaks=breaks_sentence(plan, lang, row) if said.known else "")


def breaks_sentence(plan: Plan, lang: str, row: Mapping[str, Any]) -> str:
    """The breaks of the series between the first and the last year of a row, each with what happened; empty where there are none."""
    indicator = plan.agreement.indicators[row["indicator"]]
    cuts = [cut for cut in indicator.breaks if row["from_year"] < cut["year"] <= row["to_year"]]
    if not cuts:
        return ""
    told = []
    for cut in sorted(cuts, key=lambda cut: cut["year"]):
        what = cut.get(lang, "")
        told.append(f"{cut['year']} ({what[:1].lower()}{what[1:]})" if what else str(cut["year"]))
    return say("across_breaks", lang, what=indicator.name[lang], breaks=wording.listed(told, lang))
