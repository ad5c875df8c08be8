"""Measures that stand below one another: the row of a figure and the rows that belong to it, such as its answers, read as one row.

`[rows]` in source.toml says what the words in the column of indicators are.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from ..promises.problems import Problem
from .deliveries import Cells
from .sources import UNIT_OF_ROW, Source, beside

_KEY = ("area", "period", "source")  # what a figure and the rows that belong to it have in common


def joined(cells: Cells, source: Source, file: str, problems: list[Problem]) -> Cells:
    """The table with a row a figure. The cells of rows that belong to a figure stand in columns of their own beside it, and keep their places."""
    heading = next(iter(source.headings("indicator")), "")
    if not source.rows or heading not in cells.frame:
        return cells
    frame = cells.frame.copy()
    words = frame[heading].map(source.spelling(heading, source.words_of("indicator")))
    measures = {row: source.rows[word] for row, word in words.items() if word in source.rows and row not in cells.aside and not _unused(frame.loc[row], source)}
    keys = [theirs for theirs, ours in source.columns.items() if ours in _KEY and theirs in frame]
    figures: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, measure in measures.items():
        if measure.get("is", "value") == "value":
            figures[tuple(frame.loc[row, keys])].append(row)
    values = [block.headings["value"] for block in source.blocks if block.headings.get("value") in frame]
    moved = dict(cells.places.moved)
    added: dict[str, dict[int, str]] = {beside(value, role): {} for value in values for role in source.roles}
    for row, measure in measures.items():
        role, place = measure.get("is", "value"), {"sheet": cells.sheet, **cells.places.at(row, heading)}
        if role == "value":
            continue
        mine = [each for each in figures[tuple(frame.loc[row, keys])] if measure.get("indicator", measures[each]["indicator"]) == measures[each]["indicator"]]
        if not mine:
            problems.append(Problem("measure_alone", file, words[row], **place))
        for figure, value in ((figure, value) for figure in mine for value in values):
            if figure in added[beside(value, role)]:
                problems.append(Problem("measure_twice", file, words[row], **place))
                break
            added[beside(value, role)][figure] = frame.at[row, value]
            moved[figure, beside(value, role)] = (row, value)
    for name, texts in added.items():
        frame[name] = pd.Series(texts, index=frame.index, dtype=object).fillna("")
    frame[UNIT_OF_ROW] = [measures[row].get("unit", source.constants.get("unit", "")) if row in measures else "" for row in frame.index]
    moved |= {(row, UNIT_OF_ROW): (row, heading) for row in frame.index}
    belonging = [row for row, measure in measures.items() if measure.get("is", "value") != "value"]
    return replace(cells, frame=frame.drop(index=belonging), places=replace(cells.places, moved=moved))


def _unused(cells: Mapping[str, str], source: Source) -> bool:
    """Whether a row bears a word that sets it aside."""
    return any(cells.get(heading) in reasons for name, reasons in source.unused.items() for heading in source.headings(name))
