"""The rows of a table by what they are about. A report asks for some hundred series thousands of times, so a table is split once."""

import weakref
from collections.abc import Callable
from typing import Any

import pandas as pd

_split: dict[tuple[Any, ...], dict[Any, pd.DataFrame]] = {}  # tables that were asked about, by identity, each in its parts


def rows(table: pd.DataFrame, made_ready: Callable[[pd.DataFrame], pd.DataFrame] | None = None, **where: object) -> pd.DataFrame:
    """The rows with these values, of the table or of what `made_ready` makes of it, in their order; none where there are none.

    The table may not be written into while it is asked: its parts stay as they were at first.

    >>> rows(pd.DataFrame({"area": ["a", "b", "a"], "value": [1, 2, 3]}), area="a")["value"].tolist()
    [1, 3]
    """
    asked = (id(table), made_ready, *where)
    if asked not in _split:
        ready = made_ready(table) if made_ready else table
        _split[asked] = dict(iter(ready.groupby(list(where), sort=False)))
        weakref.finalize(table, _split.pop, asked, None)
    return _split[asked].get(tuple(where.values()), table.iloc[:0])
