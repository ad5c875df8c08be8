"""How numbers, dates and periods are written in each language, as Babel knows it of the locale that the language's catalogue names.

Knows no data, and holds no words: those stand in the catalogues.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from ..promises.agreement import Indicator
from ..promises.catalogue import locale, say

_FINEST = 6  # decimals of per cent


def number(value: float | Decimal, decimals: int, lang: str) -> str:
    """A number with so many decimals: `1.234,5` in Danish, `1,234.5` in English; a true minus sign; `∞` for a limit without an end."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    rounded = _decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0  # as a reader rounds, and no minus zero
    return format_decimal(rounded, pattern, locale=locale(lang)).replace("-", "−")


def _decimal(value: float | Decimal) -> Decimal:
    """The number as a decimal; of a floating-point one the 15 digits that it surely holds, as those behind them are not the number's own."""
    return value if isinstance(value, Decimal) else Decimal(f"{value:.15g}")


def percent(share: float | Decimal, lang: str, decimals: int = 1) -> str:
    """A share as per cent: `58,3 %` with a no-break space in Danish, `58.3%` in English."""
    pattern = Locale.parse(locale(lang)).percent_formats[None].pattern  # such as `#,##0 %`
    return re.sub("[#,0]+", number(_decimal(share) * 100, decimals, lang), pattern)


def value(amount: float | Decimal, unit: str, lang: str, decimals: int | None = None) -> str:
    """A measured value in its unit; `decimals` as printed (of the share), an en dash where there is none."""
    if amount is None or math.isnan(amount):
        return "–"
    if unit in ("share", "rate"):
        return percent(amount, lang, 1 if decimals is None else max(0, decimals - 2))
    if unit == "dkk":
        return say("amount_dkk", lang, amount=number(amount, 0, lang))
    return number(amount, 0 if math.isinf(amount) or amount % 1 == 0 else 1, lang)


def target(amount: float | Decimal, unit: str, lang: str, most: int | None = None) -> str:
    """A target with the decimals it needs and its measure has, one (of per cent `most`, where that is given): `72 %`, `64,3 %`, `14,5`."""
    if math.isnan(amount):
        return "–"
    if most is not None and unit in ("share", "rate"):
        return percent(amount, lang, needed(amount, most))
    shown = amount * 100 if unit in ("share", "rate") else amount
    decimals = 0 if abs(round(shown) - shown) < 1e-9 else 1
    if unit in ("share", "rate"):
        return percent(amount, lang, decimals)
    return number(amount, decimals, lang) if unit == "count" else value(amount, unit, lang)


def places(one: float | Decimal, other: float | Decimal, unit: str) -> int | None:
    """In how many decimals (of per cent) a value and its target are written: one, unless rounding would make two different figures alike.

    None of what is not written in per cent.
    """
    if unit not in ("share", "rate"):
        return None
    return next((each for each in range(1, _FINEST) if rounded(one, each) != rounded(other, each) or one == other), _FINEST)


def rounded(share: float | Decimal, decimals: int) -> Decimal:
    """A share in per cent as it is printed with so many decimals."""
    return (_decimal(share) * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def needed(share: float | Decimal, most: int) -> int:
    """How many decimals of per cent a share has, `most` at most."""
    return min(most, max(0, -int((_decimal(share) * 100).normalize().as_tuple().exponent)))


def told_apart(one: float | Decimal, other: float | Decimal, unit: str, lang: str) -> tuple[str, str]:
    """Two shares or rates in the fewest decimals in which they are not printed alike unless they are the same: `69,97 %` and `70,00 %`."""
    step = next((places for places in range(1, _FINEST) if round(_decimal(one) * 100, places) != round(_decimal(other) * 100, places)), 1)
    return value(one, unit, lang, step + 2), value(other, unit, lang, step + 2)


def exactly(amount: Decimal | int, unit: str, lang: str) -> str:
    """A number that somebody wrote, with just the digits it has: `12,25 %`, `0,875`, `1.250`."""
    shown = Decimal(amount) * 100 if unit in ("share", "rate") else Decimal(amount)
    decimals = max(0, -int(shown.normalize().as_tuple().exponent))
    if unit in ("share", "rate"):
        return percent(Decimal(amount), lang, decimals)
    written = number(shown, decimals, lang)
    return say("amount_dkk", lang, amount=written) if unit == "dkk" else written


def exact_distance(amount: Decimal | int, unit: str, lang: str) -> str:
    """A difference that somebody wrote, with just the digits it has: `2,25 procentpoint`, `3`."""
    if unit in ("share", "rate"):
        return exactly(Decimal(amount) * 100, "", lang) + " " + say("points", lang)
    return exactly(amount, unit, lang)


def gap(amount: float | Decimal, unit: str, lang: str, decimals: int = 1) -> str:
    """A signed distance: `−14,1 procentpoint`, `+3`."""
    if amount is None or math.isnan(amount):
        return "–"
    sign = "+" if amount > 0 else ""
    return sign + distance(amount, unit, lang, decimals)


def change(amount: float | Decimal, unit: str, lang: str) -> str:
    """A change with its sign: percentage points for survey shares, per cent of where it came from for the rest."""
    sign = "+" if amount > 0 else ""
    return sign + (distance(amount, unit, lang) if unit == "share" else percent(amount, lang))


def distance(amount: float | Decimal, unit: str, lang: str, decimals: int = 1) -> str:
    """A difference in its unit: percentage points for shares and rates."""
    if unit in ("share", "rate"):
        return number(_decimal(amount) * 100, decimals, lang) + " " + say("points", lang)
    return value(amount, unit, lang)


def p_value(p: float, lang: str) -> str:
    """A p-value with its sign, to follow the letter p: `= 0,21`, `= 0,0496`, `< 0,001`."""
    if p < 0.001:
        return "< " + number(0.001, 3, lang)
    if 0.0495 <= p < 0.05:  # never rounded up to the line that the words draw
        return "= " + number(math.floor(p * 10_000) / 10_000, 4, lang)
    return "= " + number(p, 2 if p >= 0.1 else 3, lang)


def period(text: str, lang: str) -> str:
    """A period as a reader writes it: `2018`, `2017/2018`, `1. halvår 2018`, `marts 2018`, `uden årstal`."""
    if text == "undated":
        return say("undated", lang)
    if match := re.fullmatch(r"(\d{4})-(\d\d)", text):
        return format_date(date(int(match[1]), int(match[2]), 1), "MMMM y", locale(lang))
    if match := re.fullmatch(r"(\d{4})-Q(\d)", text):
        return format_date(date(int(match[1]), 3 * int(match[2]), 1), "QQQQ y", locale(lang))
    if match := re.fullmatch(r"(\d{4})-H(\d)", text):
        return say("half_of_year", lang, half=match[2], year=match[1])
    return text


def day(when: date, lang: str) -> str:
    """A date as a reader writes it: `1. oktober 2017`."""
    return format_date(when, "long", locale(lang))


def years(listed: Iterable[int]) -> str:
    """Years as a reader writes them, those in a row joined: `2016, 2018–2020`."""
    runs: list[list[int]] = []
    for year in sorted(set(listed)):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def part_of_year(part: int, parts: int, lang: str, width: str = "wide") -> str:
    """One of so many equal parts of a year, from 1: `marts`, `2. kvartal`, `1. halvår`; with width `abbreviated` `mar.`, `2. kvt.`."""
    if parts == 2:  # Babel knows no half-years
        return say("half" if width == "wide" else "half_short", lang, half=part)
    names = Locale.parse(locale(lang)).months if parts == 12 else Locale.parse(locale(lang)).quarters
    return names["format"][width][part]


def subject(name: str) -> str:
    """A name as the subject of a sentence: one that ends in an inserted clause closes it with a comma, `Beboere, der fortæller,`."""
    return f"{name}," if ", " in name else name


def spelled(number: int, lang: str) -> str:
    """A small number in words, `fire`; a larger one in digits."""
    words = say("numerals", lang).split()
    return words[number] if number < len(words) else str(number)


def listed(words: Sequence[str], lang: str) -> str:
    """Words in a row: `juni, juli og august`."""
    return format_list(list(words), locale=locale(lang))


def rarity(p: float, lang: str) -> str:
    """How often something happens, as a whole per cent: `3 %`, `under 1 %`, never rounded up to the 5 % where the words change."""
    if p < 0.01:
        return say("under_one_percent", lang, p=percent(0.01, lang, 0))
    return percent(math.floor(p * 1000) / 1000, lang, 1) if 0.045 <= p < 0.05 else percent(p, lang, 0)


def value_of(row: Mapping[str, Any], indicator: Indicator, lang: str, key: str = "value") -> str:
    """A row's value as it was printed, or its word where the indicator has words instead of numbers."""
    decimals = None if pd.isna(row.get("decimals", pd.NA)) else int(row["decimals"])
    return indicator.label(row[key], lang) or value(row[key], indicator.unit, lang, decimals)


LIMIT_DECIMALS = {"share": 3, "rate": 3, "dkk": 0, "count": 1}  # of a number, not of per cent: so many `limit_words` writes


def limit_words(row: Mapping[str, Any], indicator: Indicator, lang: str) -> list[str]:
    """The lower and upper limit of a value: of a count with a decimal, unless they are whole as delivered; of all else as the value."""
    limits = [float(row[key]) for key in ("lower", "upper")]
    if indicator.unit != "count":
        return [value(limit, indicator.unit, lang) for limit in limits]
    decimals = 0 if all(limit.is_integer() for limit in limits) else 1
    return [number(limit, decimals, lang) for limit in limits]
