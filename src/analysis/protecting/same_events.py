"""Indicators that are of the same events: a list counted by calendar year and by agreement year, counted and priced, or counted and as a share of so many.

Nobody has to declare it: it shows in the figures, and what is hidden of one would else be read from the other.
"""

from collections.abc import Mapping

import pandas as pd

from ..judging.digits import in_floats
from ..promises.agreement import Agreement
from .relations import amounts, is_the_same

Numbers = Mapping[tuple[str, str], float]  # by area and period

LEAST = 5  # periods of areas in which both have a figure


def same_events(table: pd.DataFrame, agreement: Agreement) -> dict[str, str]:
    """For each protected indicator that is of the events of another: that other one, the first in the register's order.

    `table` has the columns of observations. Two counts are of the same events where all that both have is the same, a share or rate is of those that are as
    many as it counts, and a sum of money of those that are as many as the cases behind it; not where all of them are 0, or they are fewer than `LEAST`.
    """
    table = in_floats(table)
    amount, rounding = amounts(table, agreement)
    table = table.assign(amount=amount.mask(rounding > 0))
    counts, cases = dict[str, Numbers](), dict[str, Numbers]()
    for id_, rows in table.groupby("indicator", sort=False):
        indicator = agreement.indicators[str(id_)]
        if indicator.disclosure != "open" and indicator.unit == "dkk":
            cases[str(id_)] = _numbers(rows, "denominator")
        elif indicator.disclosure != "open" and indicator.measure in ("count", "ratio"):
            counts[str(id_)] = _numbers(rows, "amount")
    in_order = [id_ for id_ in agreement.indicators if id_ in counts]
    both = [(other, id_, counts[other]) for number, id_ in enumerate(in_order) for other in in_order[number + 1 :]]
    both += [(money, id_, numbers) for money, numbers in cases.items() for id_ in in_order]
    return dict(reversed([(other, id_) for other, id_, numbers in both if _are_the_same(_comparable(counts[id_], id_, other, agreement), numbers)]))


def _numbers(rows: pd.DataFrame, name: str) -> Numbers:
    """The numbers there are."""
    there = rows[rows[name].notna()]
    return dict(zip(zip(there["area"], there["period"], strict=True), there[name], strict=True))


def _comparable(numbers: Numbers, id_: str, other: str, agreement: Agreement) -> Numbers:
    """The numbers that must be the same where both are of the same events."""
    return {(area, period): number for (area, period), number in numbers.items() if is_the_same(area, id_, other, agreement)}


def _are_the_same(one: Numbers, other: Numbers) -> bool:
    """Whether two series are the same wherever both have a number, and for so long that it is no accident."""
    common = one.keys() & other.keys()
    return len(common) >= LEAST and all(one[place] == other[place] for place in common) and any(one[place] for place in common)
