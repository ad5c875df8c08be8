"""The register's rule: which figures are small in themselves, and how uncertain a hidden one must stay."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from typing import Any

import pandas as pd

from ..judging.digits import in_floats
from ..promises.agreement import COMBINED, OF_MANY, OTHERS, Agreement, Indicator
from .inference import Goal
from .relations import Key, relations

AT_SOURCE = "at_source"  # why a figure is hidden that its supplier hid, and that may be small
_FEW_CASES, _DOMINANT, _CLOSE = 5, 0.9, 0.1


def small(table: pd.DataFrame, agreement: Agreement) -> pd.Series:
    """Why each figure is small in itself, by its indicator's declared disclosure and measure; empty where it is not.

    A rate or share is judged by the number behind it. Where that is not known it may be of few and is hidden, but not
    of a municipality, a country or an average of many areas: these are hidden only where they are known to be of few.
    So is a rate of any place that is no area of the kind of ours. Example: 3 of 100 tenancies moved from are `small`,
    0.03 of an unknown number too; 0.03 of the whole country's are not.
    """
    reasons, floats = pd.Series("", index=table.index), in_floats(table)
    for id_, rows in floats[floats["value"].notna()].groupby("indicator"):
        indicator = agreement.indicators[str(id_)]
        if indicator.disclosure == "open":
            continue
        if indicator.disclosure == "money":
            reason, of_few = "money", _few_cases(rows, agreement)
        elif indicator.measure == "survey_share":
            reason, of_few = "share", _few_answers(rows, agreement)
        else:
            reason, of_few = "small", _few_counted(rows, indicator, agreement)
            reasons[rows.index[_few_left(rows, indicator, agreement)]] = "rest"
        reasons[rows.index[of_few]] = reason
    return reasons


def _few_cases(rows: pd.DataFrame, agreement: Agreement) -> pd.Series:
    """Sums of money over too few cases, or nearly all of it one case."""
    few = ~(rows["denominator"] >= max(agreement.small_count, _FEW_CASES)) & ((rows["value"] != 0) | agreement.hide_zero)
    few &= (rows["area"] != COMBINED) | (rows["status"] != "derived")  # a sum has the cases of its areas
    few |= dominated(rows["value"], rows["largest"], rows["second"]) if "largest" in rows else False
    return few & (~_is_large(rows, agreement) | rows["denominator"].notna())


def _few_answers(rows: pd.DataFrame, agreement: Agreement) -> pd.Series:
    """Shares of too few answers, or with too few people behind the share or the rest."""
    people = (rows["value"] * rows["denominator"]).round()
    few = ~(rows["denominator"] >= agreement.min_answers) | (people < agreement.small_count) | (rows["denominator"] - people < agreement.small_count)
    many_places = {id_ for id_, place in agreement.references.items() if place.group in OF_MANY}
    return few & (~rows["area"].isin(many_places) | people.notna())


def _few_counted(rows: pd.DataFrame, indicator: Indicator, agreement: Agreement) -> pd.Series:
    """Counts and rates of too few; 0 is none of them unless the register hides it, but a share of fewer than that many in all says too much of each."""
    behind = rows["numerator"].fillna((rows["value"] * rows["denominator"]).round())  # a rate is no number of cases itself
    count = (rows["value"] if indicator.unit == "count" else behind).mask(rows["value"] == 0, 0)
    few = ~(count >= agreement.small_count) & ((count != 0) | agreement.hide_zero)
    if indicator.unit == "share":
        few |= rows["denominator"].between(1, agreement.small_count - 1)
    return few & (~_is_large(rows, agreement) | count.notna())


def _few_left(rows: pd.DataFrame, indicator: Indicator, agreement: Agreement) -> pd.Series:
    """Shares of which too few are not counted in: all but two have been on the course. All of them is as none of them: 0 is left.

    Of a rate there is no such rest: more may move in a year than there are tenancies.
    """
    left = rows["denominator"] - rows["numerator"].fillna((rows["value"] * rows["denominator"]).round())
    few = (left < agreement.small_count) & ((left != 0) | agreement.hide_zero)
    return few & (indicator.unit == "share" and indicator.measure == "ratio" and indicator.rest == "protect")


def told_small(lacking: Set[Key], keys: Iterable[Key], now: Mapping[Key, tuple[float, float]], added_up: Set[Key], agreement: Agreement) -> set[Key]:
    """The figures without a number that together are few by a sum that was delivered, so that nobody may work them out either.

    `now` has between which amounts each figure lies that has a number; what we have `added_up` tells nothing of what lacks.
    Example: of 65 cases the three areas that were delivered have 62; the fourth was not delivered, and has 3.
    """
    found: set[Key] = set()
    for whole, parts, unique in relations(keys, agreement):
        without = {part for part in parts if part not in now}
        if without & lacking and whole in now and whole not in added_up and not unique and agreement.indicators[whole[0]].unit != "dkk":
            low, high = (now[whole][end] - sum(now[part][1 - end] for part in parts if part in now) for end in (0, 1))
            found |= without & lacking if low < agreement.small_count and high >= least_small(agreement) else set()
    return found


def each_small(at_source: Set[Key], keys: Iterable[Key], now: Mapping[Key, tuple[float, float]], added_up: Set[Key], agreement: Agreement) -> set[Key]:
    """The figures that a supplier hid which may each be small by the one sum that tells of them: a reader who knows the mark takes it that they are.

    Example: of 50 cases two areas have 42, and the others are marked `<5`: each has 4. Those of several sums may be hidden for another reason.
    """
    told: Counter[Key] = Counter()
    few: set[Key] = set()
    for whole, parts, unique in relations(keys, agreement):
        without = {part for part in parts if part not in now}
        if without and without <= at_source and whole in now and whole not in added_up and not unique and agreement.indicators[whole[0]].unit != "dkk":
            told.update(without)
            low, high = (now[whole][end] - sum(now[part][1 - end] for part in parts if part in now) for end in (0, 1))
            few |= without if low <= len(without) * (agreement.small_count - 1) and high >= len(without) * least_small(agreement) else set()
    return {key for key in few if told[key] == 1}


def _is_large(rows: pd.DataFrame, agreement: Agreement) -> pd.Series:
    """Which figures are of a place larger than ours: a municipality, a country, an average."""
    return rows["area"].isin({id_ for id_, place in agreement.references.items() if place.group != OTHERS})


def dominated(total: pd.Series, largest: pd.Series, second: pd.Series) -> pd.Series:
    """Whether a sum tells what its largest case is: two make up 90 %, or all others together less than 10 % of the largest.

    False where the single cases are not known. Source: the dominance and p % rules as in Hundepool et al., Statistical
    Disclosure Control, 2012, section 4.2.
    """
    return (total > 0) & ((largest + second >= _DOMINANT * total) | (total - largest - second < _CLOSE * largest))


# --- how uncertain it must stay ----------------------------------------------------------------------------


def least_small(agreement: Agreement) -> int:
    """The least number that is small: 0 is not, unless the register hides it."""
    return 0 if agreement.hide_zero else 1


def any_small(agreement: Agreement) -> Goal:
    """What the rule hides can be all that the rule allows: with a threshold of 5 anything from 1 to 4."""
    return Goal(least_small(agreement), agreement.small_count - 1)


def as_wide(agreement: Agreement) -> Goal:
    """What is not small itself need only leave as many numbers open as the rule does: with a threshold of 5 four, such as 14 to 17."""
    return Goal(width=agreement.small_count - 2)


def goal(row: Any, reason: str, agreement: Agreement) -> Goal:
    """How uncertain a figure must stay that is hidden for this reason: money can be 10 % more or less, a partner is not small itself."""
    if reason == "small":
        return Goal(least_small(agreement) - 1, agreement.small_count)
    if reason == "rest":
        return Goal(row.denominator - agreement.small_count, row.denominator - least_small(agreement) + 1)
    if reason in ("months", AT_SOURCE):
        return any_small(agreement)
    if reason == "money" and row.value:
        return Goal(row.value - _CLOSE * abs(row.value), row.value + _CLOSE * abs(row.value))
    return Goal(width=1) if agreement.indicators[row.indicator].unit == "dkk" else as_wide(agreement)
