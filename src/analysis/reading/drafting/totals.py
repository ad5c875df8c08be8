"""Rows and columns that are made of others: sums of what stands above or below them or beside them, and shares of two columns."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

Figures = Sequence[Decimal | None]  # of one row by column, or of one column by row

BLANK = re.compile(r"\((?:tom|blank|tomt)\)", re.IGNORECASE)  # how a pivot table writes that nothing stands there


def sums(rows: Sequence[tuple[str, Figures]], known: Sequence[str]) -> dict[int, tuple[int, ...]]:
    """The rows that are the sum of others which follow or precede them without a gap, and of which; `known` are words that are no sum.

    >>> one, two, three = Decimal(1), Decimal(2), Decimal(3)
    >>> sums([("FOB", [three, two]), ("FOB 23", [one, two]), ("FOB 26", [two, None])], ["FOB 23", "FOB 26"])
    {0: (1, 2)}
    """
    found: dict[int, tuple[int, ...]] = {}
    for _ in range(2):  # a total of all comes to light once the others are known
        for place, (word, figures) in enumerate(rows):
            if word not in known and place not in found and not BLANK.fullmatch(word) and any(figures):
                for others in (range(place + 1, len(rows)), range(place - 1, -1, -1)):
                    if parts := _parts(figures, rows, [other for other in others if other not in found]):
                        found[place] = parts
                        break
    return found


def _parts(total: Figures, rows: Sequence[tuple[str, Figures]], others: Sequence[int]) -> tuple[int, ...]:
    """The first of these rows that add up to a total in every column that has one."""
    added = [Decimal(0)] * len(total)
    for count, other in enumerate(others, 1):
        added = [before + (figure or 0) for before, figure in zip(added, rows[other][1], strict=True)]
        if any(figure is not None and sum_ > figure for sum_, figure in zip(added, total, strict=True)):
            return ()
        if all(figure == sum_ or (figure is None and not sum_) for sum_, figure in zip(added, total, strict=True)):
            alone = count == 1 and sum(bool(figure) for figure in total) < 2
            return () if alone else tuple(sorted(others[:count]))
    return ()


def adds_up(total: Figures, others: Sequence[Figures]) -> tuple[int, int]:
    """In how many rows a column is the sum of others, of how many that have a figure of it."""
    there = [(figure, sum((other[row] or Decimal(0) for other in others), Decimal(0))) for row, figure in enumerate(total) if figure is not None]
    return sum(figure == added for figure, added in there), len(there)


def is_share(share: Figures, part: Figures, whole: Figures) -> bool:
    """Whether a column is one column out of another, as a share or in per cent, to its last digit."""
    rows = [(each, one, all_) for each, one, all_ in zip(share, part, whole, strict=True) if None not in (each, one, all_) and all_]
    return len(rows) > 1 and any(all(abs(each - factor * one / all_) <= _half_a_digit(each) for each, one, all_ in rows) for factor in (1, 100))


def _half_a_digit(number: Decimal) -> Decimal:
    return Decimal(6).scaleb(min(number.as_tuple().exponent, 0) - 1)


def as_columns(numbers: Mapping[str, Figures]) -> list[Figures]:
    """Columns as rows."""
    return [list(row) for row in zip(*numbers.values(), strict=True)]
