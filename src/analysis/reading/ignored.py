"""Rows that `ignored_rows` passes over, though they would be read as the others are: a declaration that takes too much."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from ..promises.agreement import Agreement
from ..promises.problems import Problem
from .contracts import Columns
from .deliveries import Cells
from .extents import is_figure
from .sources import LISTS, Block, Source

_KEYS = ("area", "period", "date", "indicator")  # what tells a figure or a record from a line of text
_FIGURES = ("value", "all_moves")  # bounds and a figure with its base are a value as well


def swallowed(cells: Cells, source: Source, file: str, agreement: Agreement, constants: Mapping[str, str]) -> Iterator[Problem]:
    """A problem for each declaration that takes rows in which all is known that makes a row a figure; refused where it has a `*`, and may take too many."""
    for pattern, rows in cells.ignored.items():
        taken: set[int] = set()
        for block in source.blocks if len(rows) else ():
            columns = Columns(replace(cells, frame=rows, aside={}), source, block, file, agreement, [], constants)
            taken |= {int(row) for row in rows.index[_read(columns, source, block, agreement)]}
        if taken:
            level = "error" if set(pattern) & set("*?[") else "warning"
            yield Problem("ignored_figures", file, pattern, sheet=cells.sheet, **cells.places.at(min(taken)), times=len(taken), level=level)


def _read(columns: Columns, source: Source, block: Block, agreement: Agreement) -> pd.Series:
    """The rows with a known area, period and indicator, and a figure where figures are delivered; none where nothing in a row tells these."""
    keys = [name for name in _KEYS if block.headings.get(name) in columns.cells]
    read = columns.aside.eq("") if keys else pd.Series(False, index=columns.cells.index)
    for name in keys:
        known = {"area": lambda: _own(columns, agreement), "period": columns.period, "date": lambda: columns.day("date"), "indicator": columns.indicator}[
            name
        ]()
        known = known.notna()
        filled = columns.text(name).eq("") if block.headings[name] in source.fill_down else False
        read &= (known | filled).reindex(read.index, fill_value=False)
    for heading, words in source.where.items():
        if heading in columns.cells:
            read &= columns.cells[heading].map(source.spelling(heading, words)).isin(words)
    figures = [heading for name in _FIGURES if (heading := block.headings.get(name, "").partition("\n")[0]) in columns.cells]
    if figures and source.contract not in LISTS:
        read &= columns.cells[figures].map(is_figure).any(axis=1)
    return read


def _own(columns: Columns, agreement: Agreement) -> pd.Series:
    """The plan's own areas and their departments; totals and places to compare with may be passed over."""
    areas = columns.area()
    return areas.where(areas.map(lambda area: isinstance(area, str) and area.split("/")[0] in agreement.areas).astype(bool))
