"""Numbers in the digits they were delivered in, and the one place where they become floating-point numbers.

A table that is judged holds `Decimal` in columns of Python objects: 0.9 × 18.9 is 17.01, and an amount of twenty digits keeps them all.
A quotient without an end (34 of 412) has no last digit: its cell is the nearest floating-point number, and it is judged by the two it is of.
"""

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import pandas as pd

MISSING = float("nan")
_DELIVERED = ["value", "numerator", "denominator", "lower", "upper", "largest", "second"]
_JUDGED = ["target", "gap", "change", "pace_needed", "fixed_path", "previous", "rounding", "total", "path_total", "ratio", "difference", "progress"]
EXACT = [*_DELIVERED, *_JUDGED]


def in_floats(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its exact numbers as floating-point ones, as chance, charts and analysts take them; here, and nowhere else."""
    return table.astype(dict.fromkeys(table.columns.intersection(EXACT), float))


def exact(number: Decimal | float | None) -> Fraction | None:
    """The fraction of a number's digits: 0.583 is 583/1000; None where it is missing. A floating-point number has no digits to judge by."""
    if number is None or number != number:
        return None
    if isinstance(number, float):
        raise TypeError(f"{number!r} is a floating-point number; judging takes the Decimal that was delivered")
    return Fraction(number)


def cell(fraction: Fraction | None) -> Decimal | float:
    """A fraction as a table holds it: the decimal that it is, or the nearest number where it has no end; missing for None.

    >>> cell(Fraction(17, 8)), cell(Fraction(1, 3))
    (Decimal('2.125'), 0.3333333333333333)
    """
    if fraction is None:
        return MISSING
    if fraction.denominator == 1:
        return Decimal(fraction.numerator)
    twos, fives = (fraction.denominator & -fraction.denominator).bit_length() - 1, 0
    rest = fraction.denominator >> twos
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest > 1:
        return float(fraction)
    places = max(twos, fives)
    return Decimal(f"{fraction.numerator * 10**places // fraction.denominator}E-{places}")


def written(number: Decimal | float) -> str:
    """A number as it stands in a file: a point and at least one decimal, no zeros behind them; empty where it is missing.

    >>> written(Decimal("0.580")), written(Decimal(38)), written(1 / 3)
    ('0.58', '38.0', '0.3333333333333333')
    """
    if number != number:
        return ""
    if isinstance(number, float) or math.isinf(number):  # a limit without an end
        return str(float(number))
    whole, _, decimals = f"{number:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0') or '0'}"


def read_numbers(texts: "pd.Series[str]") -> pd.Series:
    """A column of numbers that `written` wrote, digit by digit; missing where a cell is empty."""
    return pd.Series([Decimal(text) if text else MISSING for text in texts], index=texts.index, dtype=object)


def write_numbers(table: pd.DataFrame, columns: Iterable[str] = EXACT) -> pd.DataFrame:
    """The table with its exact numbers, in these columns, as they stand in a file."""
    return table.assign(**{name: table[name].map(written) for name in table.columns.intersection(list(columns)) if table[name].dtype == object})
