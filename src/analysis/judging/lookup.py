"""The rows of a table by what they are about. A report asks for some hundred series thousands of times, so a table is split once."""

import weakref
from collections.abc import Callable
from typing import Any

import pandas as pd

_split: dict[tuple[Any, ...], dict[Any, Any]] = {}  # tables that were asked about, by identity, each in its parts
MadeReady = Callable[[pd.DataFrame], pd.DataFrame]
Row = dict[str, Any]


def rows(table: pd.DataFrame, made_ready: MadeReady | None = None, **where: object) -> pd.DataFrame:
    """The rows with these values, of the table or of what `made_ready` makes of it, in their order; none where there are none.

    The table may not be written into while it is asked: its parts stay as they were at first.

    >>> rows(pd.DataFrame({"area": ["a", "b", "a"], "value": [1, 2, 3]}), area="a")["value"].tolist()
    [1, 3]
    """
    parts = _parts(table, made_ready, where, lambda ready: dict(iter(ready.groupby(list(where), sort=False))))
    return parts.get(tuple(where.values()), table.iloc[:0])


def records(table: pd.DataFrame, made_ready: MadeReady | None = None, **where: object) -> list[Row]:
    """The same rows, each by column: what asks for a few cells has them a hundred times sooner. They are all askers', and nobody may write into them.

    >>> records(pd.DataFrame({"area": ["a", "b", "a"], "value": [1, 2, 3]}), area="a")
    [{'area': 'a', 'value': 1}, {'area': 'a', 'value': 3}]
    """

    def split(ready: pd.DataFrame) -> dict[tuple[object, ...], list[Row]]:
        parts: dict[tuple[object, ...], list[Row]] = {}
        for row in ready.to_dict("records"):
            parts.setdefault(tuple(row[name] for name in where), []).append(row)
        return parts

    return _parts(table, made_ready, where, split).get(tuple(where.values()), [])


def _parts(table: pd.DataFrame, made_ready: MadeReady | None, where: dict[str, object], split: Callable[[pd.DataFrame], dict[Any, Any]]) -> dict[Any, Any]:
    """The parts of a table, split when it is asked about in this way for the first time."""
    asked = (id(table), made_ready, split.__qualname__, *where)
    if asked not in _split:
        _split[asked] = split(made_ready(table) if made_ready else table)
        weakref.finalize(table, _split.pop, asked, None)
    return _split[asked]


def in_few_blocks(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its texts as Python objects and columns of a kind side by side: pandas takes rows from each block by itself, and has fifty else."""
    return table.astype(dict.fromkeys(table.select_dtypes("str").columns, object)).copy()
