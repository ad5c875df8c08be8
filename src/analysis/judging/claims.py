"""What a report lets one claim, when all its comparisons share one budget for chance. Knows no words."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from ..promises.periods import period_year
from .digits import in_floats

CLAIMS: tuple[str, ...] = ("met_clear", "not_met_clear", "met", "not_met", "rising_clear", "falling_clear", "more_than_others_clear", "less_than_others_clear")
CLAIMS += ("cannot_tell", "not_yet_due", "suppressed")
FALSE_CLAIMS = 0.05  # of all that is claimed
DECIDED_BY = ["state", "full_count"]  # beside the columns of `together`: on which side of its path a row lies, and whether chance plays a part
Tests = dict[tuple[str, ...], float]  # what is asked, and its p: promises that ask the same question are one test
_YEARLY = {"target_p": ["indicator", "area", "year", "value", "target"], "change_p": ["indicator", "area", "year", "since"]}
_TOGETHER = {
    "trend_p": ["indicator", "area", "from_year", "to_year"],
    "ratio_p": ["indicator", "area", "from_year", "to_year", "total", "path_total"],
    "difference_p": ["indicator", "area", "from_year", "to_year", "compared_with"],
}
_PLACES = {"contrast_p": ["indicator", "area", "year"]}
_QUESTIONS = [("target_p", "ratio_p"), ("change_p", "trend_p", "difference_p"), ("contrast_p",)]  # whether it is kept, has changed, is otherwise elsewhere


# --- the budget ------------------------------------------------------------------------------------------


def asked(table: pd.DataFrame) -> Tests:
    """Every comparison that a table makes by chance: of the gap table, of the latest values, or of the years together."""
    return dict(_by_row(table).values())


def _by_row(table: pd.DataFrame) -> dict[tuple[str, Any], tuple[tuple[str, ...], float]]:
    """By p and row of a table what is asked there, and p.

    Of the same years another start (of another reading, or undated) is another question: its p differs.
    """
    found: dict[tuple[str, Any], tuple[tuple[str, ...], float]] = {}
    table = _dated(table)
    for name, key in (_YEARLY | _TOGETHER | _PLACES).items():
        if name in table:
            for i, p, *cells in zip(table.index, table[name], *(table[column] for column in key), strict=True):
                if not pd.isna(p):
                    found[name, i] = (name, *map(str, cells), f"{p:.6g}"), float(p)
    return found


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the years that its changes are from and to, where it has their periods."""
    if "previous_period" not in table:
        return table
    years = {name: [period_year(text) or 0 for text in table[column]] for name, column in (("year", "period"), ("since", "previous_period"))}
    return table.assign(**years)


def held(tests: Tests) -> set[tuple[str, ...]]:
    """Which comparisons hold when of all that are claimed of one question at most 5 % may be false.

    Three questions: whether a promise is kept, whether something has changed, and whether it is otherwise in another place. Each has a budget of
    its own, since one that is answered often (a target far away, a whole country) would make the others easy: where nothing changes at all, a report
    then claims a change in one of twenty. Assumes tests that are independent or lean the same way.
    Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57; written out, since pages tell of it and load no statsmodels.
    """
    kept: set[tuple[str, ...]] = set()
    for mine in _by_question(tests):
        smallest_first = sorted(mine, key=lambda test: mine[test])
        within = [k for k, test in enumerate(smallest_first, 1) if mine[test] <= k / len(mine) * FALSE_CLAIMS]
        kept |= set(smallest_first[: max(within, default=0)])
    return kept


def _by_question(tests: Tests) -> list[Tests]:
    return [{test: p for test, p in tests.items() if test[0] in question} for question in _QUESTIONS]


class Question(NamedTuple):
    """Of one of the three questions how many comparisons ask it, how many of them hold, and the largest p of these (NaN where none does)."""

    asked: int
    held: int
    largest: float


def questions(tests: Tests) -> list[Question]:
    """Of each question, in the order in which `held` names them, what became of its comparisons."""
    kept = held(tests)
    mine = [(len(each), [p for test, p in each.items() if test in kept]) for each in _by_question(tests)]
    return [Question(number, len(hold), max(hold, default=math.nan)) for number, hold in mine]


def beyond_chance(table: pd.DataFrame, among: Tests | None = None) -> pd.DataFrame:
    """Which comparisons of a table hold among all of a report's (its own, without `among`); a column `…_clear` a p, a line a row."""
    by_row = _by_row(table)
    kept = held(dict(by_row.values()) if among is None else among)
    names = [name for name in (*_YEARLY, *_TOGETHER, *_PLACES) if name in table]
    return pd.DataFrame({_clear(name): [by_row.get((name, i), ("", 0.0))[0] in kept for i in table.index] for name in names}, index=table.index)


def _clear(p: str) -> str:
    return f"{p.removesuffix('_p')}_clear"


CLEAR = list(map(_clear, _TOGETHER))  # of each p of the years together: whether it is among what is claimed


# --- what is claimed -------------------------------------------------------------------------------------


def claims(table: pd.DataFrame, clear: pd.DataFrame) -> list[str]:
    """What is claimed of each row of `together`, whose `state` and `full_count` the table still has; `clear` is `beyond_chance` of it.

    The first that holds: `met_clear`, `not_met_clear`: the years together lie on that side of their path beyond chance; `met`, `not_met`: of
    a full count, where there is no chance; `rising_clear`, `falling_clear`: there is a trend beyond chance; `more_than_others_clear`,
    `less_than_others_clear`: the change since the start lies above or below that of the reference beyond chance. Else `cannot_tell`,
    `not_yet_due` or `suppressed`; empty where nothing is compared.
    """
    return [_claim(row, sure) for row, sure in zip(table.to_dict("records"), clear.to_dict("records"), strict=True)]


def _claim(row: Mapping[str, Any], clear: Mapping[str, bool]) -> str:
    state = "" if pd.isna(row["state"]) else str(row["state"])
    if row["full_count"] or state in ("not_yet_due", "suppressed"):
        return state
    if state in ("met", "not_met") and clear["ratio_clear"]:
        return f"{state}_clear"
    if clear["trend_clear"]:
        return "rising_clear" if row["trend"] > 0 else "falling_clear"
    if clear["difference_clear"]:
        return "more_than_others_clear" if row["difference"] > 0 else "less_than_others_clear"
    return "cannot_tell" if state or not (pd.isna(row["trend"]) and pd.isna(row["difference"])) else ""


def yearly_claims(gaps: pd.DataFrame, among: Tests) -> pd.DataFrame:
    """The gap table with what is claimed of each year: `claim` of value and target, `change_claim` of the change, in the words of `claims`.

    An estimate is clear where its supplier's own bounds are.
    """
    clear = beyond_chance(gaps, among)
    said = [_of_year(row, sure) for row, sure in zip(gaps[["verdict", "certainty", "target_p"]].to_dict("records"), clear["target_clear"], strict=True)]
    return gaps.assign(claim=said, change_claim=_of_change(gaps["change"], gaps["change_p"], clear["change_clear"]))


def _of_year(row: Mapping[str, Any], clear: bool) -> str:
    verdict, certainty = row["verdict"], row["certainty"]
    if verdict in ("met", "not_met"):
        sure = clear if pd.notna(row["target_p"]) else certainty == "certain"
        return str(verdict) if certainty == "full_count" else f"{verdict}_clear" if sure else "cannot_tell" if certainty else ""
    return {"rounding_undecided": "cannot_tell", "not_yet_due": "not_yet_due", "suppressed": "suppressed"}.get(verdict, "")


def latest_claims(latest: pd.DataFrame, among: Tests) -> pd.DataFrame:
    """The latest values with what is claimed of their change."""
    numbers = in_floats(latest)
    return latest.assign(change_claim=_of_change(numbers["value"] - numbers["previous"], latest["change_p"], beyond_chance(latest, among)["change_clear"]))


def _of_change(change: Iterable[Any], p: Iterable[float], clear: Iterable[bool]) -> list[str]:
    words = []
    for by, chance, sure in zip(change, p, clear, strict=True):
        words.append("" if pd.isna(chance) else ("rising_clear" if by > 0 else "falling_clear") if sure else "cannot_tell")
    return words
