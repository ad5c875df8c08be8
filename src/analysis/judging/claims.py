"""What the years together let one claim, when all comparisons of a report share one budget for chance. Knows no words."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

CLAIMS = ("met_clear", "not_met_clear", "met", "not_met", "rising_clear", "falling_clear", "more_than_others_clear", "less_than_others_clear")
CLAIMS += ("cannot_tell", "not_yet_due", "suppressed")
FALSE_CLAIMS = 0.05  # of all that is claimed
DECIDED_BY = ["state", "full_count"]  # beside the columns of the table: on which side of its path a row lies, and whether chance plays a part
_TESTS = {  # a p of the table: what it is a test of, so that promises that ask the same question are one test
    "trend_p": ["indicator", "area", "from_year", "to_year"],
    "ratio_p": ["indicator", "area", "from_year", "to_year", "total", "path_total"],
    "difference_p": ["indicator", "area", "from_year", "to_year", "compared_with"],
}
CLEAR = [f"{name.removesuffix('_p')}_clear" for name in _TESTS]  # of each p: whether it is among what is claimed


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


def beyond_chance(table: pd.DataFrame) -> pd.DataFrame:
    """Which comparisons hold when of all that are claimed in the table at most 5 % may be false; a column of `CLEAR` a p, a line a row.

    Assumes tests that are independent or lean the same way. Promises that ask the same of the same years count once.
    Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, by statsmodels `multipletests`.
    """
    from statsmodels.stats.multitest import multipletests  # loaded where it is used, as in `intervals`

    asked = {(name, i): (name, *map(str, table.loc[i, key])) for name, key in _TESTS.items() for i in table.index[table[name].notna()]}
    tests = {test: float(table.loc[i, name]) for (name, i), test in asked.items()}
    held = multipletests(list(tests.values()), alpha=FALSE_CLAIMS, method="fdr_bh")[0] if tests else []
    found = dict(zip(tests, map(bool, held), strict=True))
    columns = zip(CLEAR, _TESTS, strict=True)
    return pd.DataFrame({clear: [found.get(asked.get((name, i), ("",)), False) for i in table.index] for clear, name in columns}, index=table.index)
