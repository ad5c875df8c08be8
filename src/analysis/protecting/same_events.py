"""Indicators that are of the same events: a list counted by calendar year and by agreement year, or counted and priced.

Nobody has to declare it: it shows in the figures, and what is hidden of one would else be read from the other.
"""

from collections.abc import Mapping

import pandas as pd

from ..promises.agreement import Agreement
from .relations import fineness

Numbers = Mapping[tuple[str, str], float]  # by area and period

LEAST = 5  # periods of areas in which both have a figure
_YEAR = 3


def same_events(table: pd.DataFrame, agreement: Agreement) -> dict[str, str]:
    """For each protected indicator that is of the events of another: that other one, the first in the register's order.

    `table` has the columns of observations. Two counts are of the same events where all their months, quarters and half-years that both have are the
    same, and a sum of money is of those counted where the cases behind it are as many; not where all of them are 0, or they are fewer than `LEAST`.
    """
    counts, cases = dict[str, Numbers](), dict[str, Numbers]()
    for id_, rows in table.groupby("indicator", sort=False):
        indicator = agreement.indicators[str(id_)]
        if indicator.disclosure != "open" and indicator.unit == "count" and indicator.measure == "count":
            counts[str(id_)] = _numbers(rows, "value")
        elif indicator.disclosure != "open" and indicator.unit == "dkk":
            cases[str(id_)] = _numbers(rows, "denominator")
    finer = {id_: {place: n for place, n in numbers.items() if fineness(place[1]) < _YEAR} for id_, numbers in counts.items()}
    in_order = [id_ for id_ in agreement.indicators if id_ in counts]
    pairs = [(other, id_) for number, id_ in enumerate(in_order) for other in in_order[number + 1 :] if _are_the_same(finer[id_], finer[other])]
    pairs += [(money, id_) for money, numbers in cases.items() for id_ in in_order if _are_the_same(counts[id_], numbers)]
    return dict(reversed(pairs))


def _numbers(rows: pd.DataFrame, name: str) -> Numbers:
    """The numbers there are."""
    there = rows[rows[name].notna()]
    return dict(zip(zip(there["area"], there["period"], strict=True), there[name], strict=True))


def _are_the_same(one: Numbers, other: Numbers) -> bool:
    """Whether two series are the same wherever both have a number, and for so long that it is no accident."""
    common = one.keys() & other.keys()
    return len(common) >= LEAST and all(one[place] == other[place] for place in common) and any(one[place] for place in common)
