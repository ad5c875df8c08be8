"""Which months of a year are hidden beside its small ones, so that a reader who knows this program tells none of them.

The months are looked at one by one, the latest first. One of no case, or of enough, is shown; a small one is hidden, and
so is one so large that the hidden ones would have too little left. Whether one more is looked at follows from what was shown so far alone, and the
rest is hidden unseen. So this program shows the same of every year that fits what is shown and has small numbers where it hid what it looked at.
"""

from collections.abc import Mapping, Sequence
from math import inf

UNSEEN = 2  # so many are left at least: one of them takes up whatever the year leaves


def hidden_months(numbers: Sequence[float], small: Sequence[bool], year: float, least: int, below: int) -> Mapping[int, bool]:
    """The months to hide, by their places in the order of the year, each with whether it was looked at.

    `small` are hidden whatever the others are; `year` is what these months are together as far as everybody knows (infinite where nobody does); `least` to
    `below` − 1 is what the rule hides.

    Example: January to December are 0, 1, 0, 2, 1, 0, 1, 0, 0, 1, 0 and 1, together 7. December, October and July are hidden, the zeros between them shown.
    The three are at least 3, so that one of them, or another, can still be 4; with a fourth hidden none could. So January to June are hidden unseen.
    """
    hidden: dict[int, bool] = {}
    for place in reversed(range(len(numbers))):
        room = year - least * len(hidden) - (below - 1)  # beyond the least of each hidden month, and the most of one
        if year < inf and (place < UNSEEN or room < least):
            return dict.fromkeys(range(place + 1), False) | hidden
        if small[place] or numbers[place] > room:
            hidden[place] = True
        else:
            year -= numbers[place]
    return hidden
