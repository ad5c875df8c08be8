"""How cells of a delivered table are written: numbers, days and bounds in any of the ways suppliers write them."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from ...promises.periods import parse_date, parse_period
from ..deliveries import parse_number
from ..numbers import parse_base, parse_bounds, taken_apart

NUMBER = re.compile(r"[-−]?[0-9]+(?:[.,' ][0-9]+)*(?: ?(?:%|kr\.?|DKK))?")
YEAR = re.compile("(?:19|20)[0-9]{2}")
_FORMS = (
    "%d-%m-%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d-%m-%y",
    "%d/%m/%y",
    "%d.%m.%y",
    "%m/%d/%y",
    "%m-%d-%y",
)
_FORMS += ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")
_BRACKETS = re.compile(r"\((?:n ?= ?)?(.+)\)", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}|[0-9]{8}|[0-9]{1,2} [A-Za-z]{3,9} [0-9]{4}|[A-Za-z]{3,9} [0-9]{1,2}, [0-9]{4}")


def is_figure(word: str) -> bool:
    """Whether a word is a number, alone or with a unit or `ca.` beside it, or two bounds."""
    return bool(NUMBER.fullmatch(word) or NUMBER.fullmatch(taken_apart(word).number) or in_brackets(word)) or are_bounds(word) or has_base(word)


def has_base(word: str) -> bool:
    """Whether a word is a figure and of how many, such as `2 af 6` or `42 % (n=212)`, and no period and no day."""
    base = parse_base(word)
    return bool(base and all(NUMBER.fullmatch(part) for part in base)) and not parse_period(word) and not is_date(word)


def alone(word: str) -> str:
    """The figure of a cell, without how many it is of and without brackets around it."""
    base = parse_base(word) if has_base(word) else None
    return base[0] if base else in_brackets(word) or word


def in_brackets(word: str) -> str:
    """The number that stands in brackets, as `(214,3)` or `(n=212)`; empty where none does.

    >>> in_brackets("(n=212)"), in_brackets("(214,3)"), in_brackets("(tom)")
    ('212', '214,3', '')
    """
    found = _BRACKETS.fullmatch(word)
    return found[1] if found and NUMBER.fullmatch(found[1]) else ""


def are_bounds(word: str) -> bool:
    """Whether a word is two bounds, such as `100-150`, and no period."""
    return not parse_period(word) and any(parse_bounds(word, *each) for each in ((",", "."), (".", ",")))


def is_date(word: str) -> bool:
    """Whether a word is a day, in any way of writing it."""
    return parse_date(word) is not None or bool(_DAY.fullmatch(word) and any(_in_form(word, form) for form in _FORMS))


def _in_form(word: str, form: str) -> date | None:
    try:
        return datetime.strptime(word, form).date()
    except ValueError:
        return None


def date_forms(words: Iterable[str], first: int) -> list[str]:
    """The ways of writing days under which every word is a real day since this year, those that give the same days once; `""` is the usual Danish way."""
    listed, found = list(words), {}
    for form in ("", *_FORMS):
        days = tuple(parse_date(word, form) for word in listed)
        if all(day and first <= day.year and day <= date.today() for day in days):
            found.setdefault(days, form)
    return list(found.values())


def months_of_days(headings: Iterable[str]) -> dict[str, str]:
    """Headings that are the first days of months side by side, each with its month: a cell shown as `jan-21` holds 2021-01-01."""
    days = {heading: day for heading in headings if (day := parse_date(heading)) and day.day == 1}
    numbers = [day.year * 12 + day.month for day in days.values()]
    aside = len(numbers) > 1 and numbers == [*range(numbers[0], numbers[0] + len(numbers))]
    return {heading: f"{day:%Y-%m}" for heading, day in days.items()} if aside else {}


def marks(words: Iterable[str], whole: bool) -> list[tuple[str, str]]:
    """The decimal and thousands marks under which every number reads, those that give the same numbers once; `whole`: no decimals can be meant."""
    listed = [taken_apart(word).number for word in words if not are_bounds(word)]
    found: dict[tuple[Decimal | None, ...], tuple[str, str]] = {}
    for decimal, thousands in ((",", ""), (".", ""), (",", "."), (".", ","), (",", " "), (",", "'"), (".", " "), (".", "'")):
        if thousands and any(word.lstrip("-−").startswith(f"0{thousands}") for word in listed):  # 0,720 is no 720
            continue
        numbers = tuple(parse_number(word, decimal, thousands) for word in listed)
        if all(number is not None and not (whole and number % 1) for number in numbers):
            found.setdefault(numbers, (decimal, thousands))
    return list(found.values())
