"""Where on a sheet tables stand: beside and below one another, under how many rows of headings, and which of them lie turned."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ...promises.agreement import Agreement
from ...promises.periods import parse_date, parse_period
from ..deliveries import headings_of
from ..numbers import taken_apart
from ..workbooks import letters
from .vocabulary import TOTAL, WORDS, bare_word, meaning, meanings
from .written import NUMBER, YEAR, is_date, is_figure, months_of_days

_TITLES = 60  # rows in which the headings are looked for
_MOST_SPLIT = 5000  # rows of a sheet that several tables may share

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Block:
    """One table of a sheet: its rows with the lines above it, its rows of headings (none of one that lies turned), and its range where it shares the sheet."""

    rows: list[Row]
    header: tuple[int, ...]
    range: str = ""
    turned: bool = False
    above: tuple[str, ...] = ()  # lines above all tables of the sheet

    @property
    def first(self) -> int:
        """The row in which the table begins."""
        return self.header[0] if self.header else next(number for number, cells in self.rows if sum(map(bool, cells)) > 1)

    @property
    def place(self) -> int:
        """The place in a row of its first column, counted from 0."""
        return min(place for number, cells in self.rows if number >= self.first for place, cell in enumerate(cells) if cell)

    @property
    def headings(self) -> list[str]:
        """What stands in the rows of headings; of a turned table in its first column."""
        return headings_of([cells for number, cells in self.rows if number in self.header])


def blocks(rows: list[Row], agreement: Agreement) -> list[Block]:
    """The tables of a sheet, in the order in which they stand; none where nothing stands below headings."""
    parts = _beside(rows, agreement) if len(rows) <= _MOST_SPLIT else []
    found = [block for part in parts for block in part] if len(parts) > 1 else _below(rows, agreement)
    if len(found) < 2:
        header = _header(rows, agreement)
        found = [_laid(rows, header, agreement)] if header or is_form(rows) else []
    top = min((block.first for block in found), default=0)
    above = tuple(cell for number, cells in rows if number < top for cell in cells if cell) if len(found) > 1 else ()
    return [replace(block, above=above) for block in found if not _is_cover(block, agreement)]


def _is_cover(block: Block, agreement: Agreement) -> bool:
    """Whether a block is but a line or two of who made a file and when: a row below another that names no place and holds no number."""
    body = [filled for number, cells in block.rows if number > block.first and len(filled := [cell for cell in cells if cell]) > 1]
    return len(body) < 2 and not any(NUMBER.fullmatch(cell) or _is_across(agreement)(cell) for filled in body for cell in filled)


def _beside(rows: list[Row], agreement: Agreement) -> list[list[Block]]:
    """The tables of each part of a sheet with blank columns around it, as far as these hold any."""
    width = max((len(cells) for _, cells in rows), default=0)
    blank = [place for place in range(width) if not any(len(cells) > place and cells[place] for _, cells in rows)]
    found = []
    for left, right in pairwise([-1, *blank, width]):
        part = [(number, ["" if not left < place < right else cell for place, cell in enumerate(cells)]) for number, cells in rows]
        part = [(number, cells) for number, cells in part if any(cells)]
        if right - left > 2 and (there := _below(part, agreement, alone=False)):
            found.append(there)
    return found


def _below(rows: list[Row], agreement: Agreement, alone: bool = True) -> list[Block]:
    """The tables that stand below one another with blank rows between; `alone` is false where there are others beside them."""
    groups: list[list[Row]] = []
    lines: list[Row] = []  # of text, which may be titles of what follows
    heads: list[list[str]] = []
    for segment in _segments(rows) if len(rows) <= _MOST_SPLIT else [rows]:
        if all(sum(map(bool, cells)) < 2 for _, cells in segment):
            lines += segment
        elif head := _head(segment, agreement, heads):
            heads.append(head)
            groups.append([*lines, *segment])
            lines = []
        elif groups:
            groups[-1] += [*lines, *segment]
            lines = []
        else:
            lines += segment
    if groups:
        groups[-1] += lines
    shares, headed = len(groups) > 1 or not alone, [(group, _header(group, agreement)) for group in groups]
    found = [_laid(group, header, agreement, shares) for group, header in headed if header or is_form(group)]
    header = () if found or alone else _header(rows, agreement)
    return [_laid(rows, header, agreement, shares=True)] if header else found


def _segments(rows: list[Row]) -> list[list[Row]]:
    """Rows that follow one another without a blank one between."""
    found: list[list[Row]] = []
    last = -1
    for number, cells in rows:
        if number > last + 1 or not found:
            found.append([])
        found[-1].append((number, cells))
        last = number + max(cell.count("\n") for cell in cells)
    return found


def _head(segment: list[Row], agreement: Agreement, heads: Sequence[list[str]]) -> list[str]:
    """The headings with which a segment begins a table of its own: a form, headings as before, places or periods side by side, or words for headings."""
    if is_form(segment):
        return [cells[0] for _, cells in segment]
    header = _header(segment, agreement)
    above = [[cell for cell in cells if cell] for number, cells in segment if header and number < header[0]]
    if not header or any(_is_body(filled, agreement) for filled in above):
        return []
    filled = [cell for number, cells in segment if number == header[-1] for cell in cells if cell]
    across = sum(map(_is_across(agreement), filled))
    known = sum(bool(meanings(cell)) for cell in filled)
    as_before = any(len({*filled} & {*head}) * 2 >= len(filled) for head in heads)
    return filled if not heads or as_before or across > 1 or known > 1 else []


def _laid(rows: list[Row], header: tuple[int, ...], agreement: Agreement, shares: bool = False) -> Block:
    """A table with its rows of headings, turned where measures stand below one another; with its range where it `shares` the sheet."""
    turned = is_form(rows) or _lies_turned(rows, header, agreement)
    block = Block(rows, () if turned else header, "", turned)
    if not shares:
        return block
    body = [(number, cells) for number, cells in rows if number >= (block.first if is_form(rows) else header[0]) and sum(map(bool, cells)) > 1]
    filled = [place for _, cells in body for place, cell in enumerate(cells, 1) if cell]
    return Block(rows, block.header, f"{letters(min(filled))}{body[0][0]}:{letters(max(filled))}{body[-1][0]}", turned)


# --- which way a table lies -----------------------------------------------------------------------------


def is_form(rows: list[Row]) -> bool:
    """Whether rows are a form: a question and one answer in each, most questions with a colon."""
    pairs = [filled for _, cells in rows if len(filled := [cell for cell in cells if cell]) > 1]
    return len(pairs) > 2 and all(len(pair) == 2 for pair in pairs) and sum(pair[0].endswith(":") for pair in pairs) * 2 > len(pairs)


def _lies_turned(rows: list[Row], header: tuple[int, ...], agreement: Agreement) -> bool:
    """Whether areas or years stand side by side and different measures below one another, in the only column of words."""
    if len(header) != 1:
        return False
    head = next(cells for number, cells in rows if number == header[0])
    body = [cells for number, cells in rows if number > header[0] and sum(map(bool, cells)) > 1]
    filled = [place for place, cell in enumerate(head) if cell]
    first = min((place for cells in body for place, cell in enumerate(cells) if cell), default=0)
    labels = [cells[first] for cells in body if cells[first]]
    others = [place for place in filled if place != first]
    places = sum(_is_place(agreement)(head[place]) for place in others)
    periods = sum(bool(parse_period(head[place])) for place in others)
    if max(places, periods) < 2 or max(places, periods) * 2 < len(others) or not labels:
        return False
    figures = [cells[place] for cells in body for place in others if place < len(cells) and cells[place]]
    columns = [[cells[place] for cells in body if place < len(cells) and cells[place]] for place in others]
    of_words = [column for column in columns if any(any(map(str.isalpha, cell)) for cell in column) and not any(map(is_figure, column))]
    if of_words or sum(map(is_figure, figures)) * 2 < len(figures):
        return False
    if any(column and all(map(parse_period, column)) for column, place in zip(columns, others, strict=True) if not _is_across(agreement)(head[place])):
        return False
    measures = [label for label in labels if not (_is_across(agreement)(label) or TOTAL.search(label))]
    named = [label for label in measures if meanings(label)]
    if places >= periods:
        return bool(measures) and (len(named) == len(measures) or not any(map(parse_period, labels)))
    return len(measures) > 1 and len(measures) == len(labels) and len(named) > 1 and meaning(head[first]) not in ("area", "period", "indicator")


# --- headings -------------------------------------------------------------------------------------------


def _header(rows: list[Row], agreement: Agreement) -> tuple[int, ...]:
    """The rows of headings, with those that span them and those they span; none where nothing stands below headings."""
    at = _headed(rows, agreement)
    at = _above_figures(rows, agreement) if at is None else at
    if at is None:
        return ()
    first = last = at
    while first and rows[first - 1][0] == rows[first][0] - 1 and _spans(rows[first - 1][1], rows[first][1], agreement):
        first -= 1
    while last + 2 < len(rows) and rows[last + 1][0] == rows[last][0] + 1 and _is_spanned(rows[last][1], rows[last + 1][1], agreement):
        last += 1
    return tuple(number for number, _ in rows[first : last + 1])


def _headed(rows: list[Row], agreement: Agreement) -> int | None:
    """The first row of which half the cells, and two at least, are what suppliers head columns with."""
    for index, (_, cells) in enumerate(rows[:_TITLES]):
        filled = [cell for cell in cells if cell]
        known = sum(bool(meanings(cell)) and not is_figure(cell) for cell in filled)
        numbers = sum(bool(NUMBER.fullmatch(cell)) for cell in filled)
        is_body = _is_body(filled, agreement) and not (known > 2 and known > 2 * numbers and not any(map(is_date, filled)))
        if known > 1 and known * 2 >= len(filled) and not is_body and len(rows) > index + 1:
            return index
    return None


def _above_figures(rows: list[Row], agreement: Agreement) -> int | None:
    """The row of several cells above the longest run of rows with figures, days or places."""
    best: tuple[int, int | None] = (0, None)
    run, at = 0, None
    for index, (_, cells) in enumerate(rows):
        filled = [cell for cell in cells if cell]
        if _is_body(filled, agreement):
            run += 1
            best = max(best, (run, at), key=lambda each: each[0])
        elif len(filled) > 1 and index < _TITLES:
            run, at = 0, index
    return best[1]


def _spans(upper: list[str], lower: list[str], agreement: Agreement) -> bool:
    """Whether a row is one of headings above another: it stands over more than one column, and what is below differs or repeats."""
    over = [cell for cell in upper if cell]
    repeated = max(Counter(cell for cell in lower if cell).values(), default=0) > 1
    return len(over) > 1 and (repeated or any(not below and above for above, below in zip(upper, lower, strict=False)) or any(map(_is_across(agreement), over)))


def _is_spanned(upper: list[str], lower: list[str], agreement: Agreement) -> bool:
    """Whether a row goes on with the headings above it: nothing but periods or places, below one heading that stands over them."""
    filled = [place for place, cell in enumerate(lower) if cell]
    return (
        len(filled) > 1
        and filled[0] > 0
        and all(map(_is_across(agreement), (lower[place] for place in filled)))
        and bool(upper[filled[0]])
        and not any(upper[place] for place in filled[1:])
    )


def _is_across(agreement: Agreement) -> Callable[[str], bool]:
    return lambda cell: bool(parse_period(cell)) or _is_place(agreement)(cell)


def _is_place(agreement: Agreement) -> Callable[[str], bool]:
    return lambda cell: bool(agreement.area_id(cell) or agreement.area_of_part(cell))


def _is_body(filled: list[str], agreement: Agreement) -> bool:
    """Whether a row holds figures, days, or a place in a period, and so is no row of headings."""
    if len(filled) < 2 or _is_row_of_days(filled):
        return False
    if any((is_figure(cell) and not YEAR.fullmatch(taken_apart(cell).number)) or is_date(cell) for cell in filled):  # `2022 fraflyttede` is a heading
        return True
    periods = [cell for cell in filled if parse_period(cell)]
    if len(periods) == len(filled):  # `ultimo 2018`, `1940`: a period and a figure; years side by side are headings
        return len({re.sub("[0-9]", "0", cell) for cell in periods}) > 1 or sorted(set(periods)) != periods
    places = [cell for cell in filled if _is_place(agreement)(cell)]
    if places and any(bare_word(cell) in WORDS["answer"] for cell in filled):
        return True
    return bool(periods and places) and (len(periods) < 2 or sorted(set(periods)) != periods)


def _is_row_of_days(filled: list[str]) -> bool:
    """Whether the same day of several years, or the months of a year, stand side by side, as headings: `1. jan. 2017`, `1. jan. 2018`."""
    if months_of_days(filled):
        return True
    days = [day for cell in filled if (day := parse_date(cell))]
    return len(days) > 1 and len({(day.month, day.day) for day in days}) == 1 and len({day.year for day in days}) == len(days)
