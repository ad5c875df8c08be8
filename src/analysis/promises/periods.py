"""Periods and dates as Danish suppliers write them, read strictly: what is not plainly one is None, never a guess.

The project's own form of a period: `2018` calendar year, `2018-H1` half-year, `2018-Q3` quarter, `2018-03` month,
`2017/2018` agreement year, `2015-2016` a span of calendar years, `undated`.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from babel import Locale

_PERIODS = {  # a pattern of what is written: the project's own form
    r"([0-9]{4})": "{0}",
    r"ultimo ([0-9]{4})": "{0}",
    r"([0-9]{4})-?H([12])": "{0}-H{1}",
    r"H([12])[- ]([0-9]{4})": "{1}-H{0}",
    r"([12])\. ?halvår,? ([0-9]{4})": "{1}-H{0}",
    r"([0-9]{4}),? ([12])\. ?halvår": "{0}-H{1}",
    r"([0-9]{4})[- ]?[QK]([1-4])": "{0}-Q{1}",
    r"[QK]([1-4])[- ]([0-9]{4})": "{1}-Q{0}",
    r"([1-4])\. ?(?:kvartal,?|kvt\.?,?) ?([0-9]{4})": "{1}-Q{0}",
    r"([0-9]{4}),? ([1-4])\. ?(?:kvartal|kvt\.?)": "{0}-Q{1}",
    r"([0-9]{4})(?:-|M)(0[1-9]|1[0-2])": "{0}-{1}",
}
_DATES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d/%m-%Y", "%d.%m-%Y")  # a Danish date has its day first, whatever stands between
_CLOCK = re.compile(r"[ T][0-9]{1,2}[:.][0-9]{2}([:.][0-9]{2}([.,][0-9]+)?)?$")


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Danish names of months, whole and shortened, and their numbers."""
    names = Locale("da").months["format"]
    return {"sept": 9} | {name.rstrip("."): number for width in ("wide", "abbreviated") for number, name in names[width].items()}


def parse_period(text: str) -> str | None:
    """A period in the project's own form, from that form or from a supplier's: `3. kvartal 2019`, `1. halvår 2018`,
    `2019K3`, `Q3-2019`, `marts 2019`, `jan-mar 2019`, `2018M03`, `2017/18`, `17/18`, `ultimo 2017` (the state at the end of the year).

    None for anything else, also for years that do not follow each other.
    """
    for pattern, form in _PERIODS.items():
        if match := re.fullmatch(pattern, text, re.IGNORECASE):
            return form.format(*match.groups())
    if match := re.fullmatch(r"([0-9]{4})/([0-9]{2}|[0-9]{4})", text):
        return f"{match[1]}/{int(match[1]) + 1}" if str(int(match[1]) + 1).endswith(match[2]) else None
    if (match := re.fullmatch(r"([0-9]{2})/([0-9]{2})", text)) and int(match[2]) == int(match[1]) + 1:
        return f"20{match[1]}/20{match[2]}"
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{4})", text):
        return text if match[1] < match[2] else None
    return _named_months(text)


def _named_months(text: str) -> str | None:
    """A month, or the quarter, half-year or year from one month to another: `jan. 2018`, `jan-mar 2018`."""
    match = re.fullmatch(r"([a-zæøå]+)\.?(?: ?[-–] ?([a-zæøå]+)\.?)? ([0-9]{4})", text, re.IGNORECASE)
    first, last = (_months().get((name or match[1]).casefold(), 0) for name in match.groups()[:2]) if match else (0, 0)
    length = last - first + 1
    if not match or not first or not last or length not in (1, 3, 6, 12) or (first - 1) % length:
        return None
    return match[3] if length == 12 else period_of(int(match[3]) * 12 + first - 1, length)


def is_state(text: str) -> bool:
    """Whether the words speak of a state at the end of a year, which only a stock can have: `ultimo 2017`."""
    return text.casefold().startswith("ultimo ")


def parse_date(text: str, form: str = "") -> date | None:
    """A date written `2018-04-03`, `03-04-2018`, `3/4/2018`, `3/4-2018`, `3.4.2018` or `3. april 2018`, a time of day left out.

    `form` is a format as in `datetime.strptime`, for a supplier who writes otherwise; then nothing else is read.
    None for anything else, also for years of two digits and days that do not exist.
    """
    text = _CLOCK.sub("", text)
    if not form and (match := re.fullmatch(r"([0-9]{1,2})\. ?([a-zæøå]+)\.? ([0-9]{4})", text, re.IGNORECASE)):
        month = _months().get(match[2].casefold())
        text = f"{match[3]}-{month:02}-{int(match[1]):02}" if month else ""
    for each in (form,) if form else _DATES if text.isascii() else ():  # other scripts have digits too
        try:
            return datetime.strptime(text, each).date()
        except ValueError:
            continue
    return None


def period_year(period: str) -> int | None:
    """The year in which a period ends; None for `undated`."""
    years = re.findall(r"[0-9]{4}", period)
    return int(years[-1]) if years else None


@lru_cache(maxsize=4096)
def months_of(period: str, first_month: int = 10) -> range:
    """The months a period covers, counted from year 0; none for `undated`.

    `first_month` is the month in which an agreement year begins.
    """
    if match := re.fullmatch(r"([0-9]{4})(?:-([HQ]?)([0-9]{1,2}))?", period):
        length = {None: 12, "H": 6, "Q": 3, "": 1}[match[2]]
        start = int(match[1]) * 12 + (int(match[3] or 1) - 1) * length
        return range(start, start + length)
    if match := re.fullmatch(r"([0-9]{4})([-/])([0-9]{4})", period):
        first, last = int(match[1]), int(match[3])
        return range(first * 12 + first_month - 1, last * 12 + first_month - 1) if match[2] == "/" else range(first * 12, last * 12 + 12)
    return range(0)


def lies_within(period: str, first_year: int, last: date, first_month: int = 10) -> bool:
    """Whether a period is not before this year, and has begun by this day; of several years the latest must have."""
    months = months_of(period, first_month)
    return not months or (months.start >= first_year * 12 and months.stop - min(len(months), 12) <= last.year * 12 + last.month - 1)


def overlap(one: str, other: str, first_month: int = 10) -> bool:
    """Whether two different periods share a month, such as a year and one of its halves."""
    ours, theirs = months_of(one, first_month), months_of(other, first_month)
    return one != other and max(ours.start, theirs.start) < min(ours.stop, theirs.stop)


def period_of(start: int, length: int) -> str:
    """The month, quarter or half-year of so many months that starts in this one, counted from year 0: `months_of` the other way."""
    year, month = divmod(start, 12)
    return f"{year:04}-{month + 1:02}" if length == 1 else f"{year:04}-{'Q' if length == 3 else 'H'}{month // length + 1}"


def month_of(day: date) -> str:
    """The month of a date as a period."""
    return f"{day.year}-{day.month:02}"


def split(period: str, first_month: int = 10) -> Iterator[list[str]]:
    """The ways in which a year is made of smaller periods: halves, quarters, months; for an agreement year only months."""
    if re.fullmatch(r"[0-9]{4}", period):
        yield [f"{period}-H{half}" for half in (1, 2)]
        yield [f"{period}-Q{quarter}" for quarter in (1, 2, 3, 4)]
    if re.fullmatch(r"[0-9]{4}(/[0-9]{4})?", period):
        yield [f"{month // 12}-{month % 12 + 1:02}" for month in months_of(period, first_month)]
