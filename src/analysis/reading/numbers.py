"""Numbers as people write them: with a unit before or behind, with `ca.`, or as two bounds in one cell. What is not plainly so is no number."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from .deliveries import Cells, parse_number
from .sources import Source, beside

UNIT_WORDS = {  # what Danish suppliers write beside a number, without a point behind it
    "%": "percent",
    "pct": "percent",
    "procent": "percent",
    "kr": "dkk",
    "kroner": "dkk",
    "dkk": "dkk",
    ",-": "dkk",
    "t.kr": "thousand_dkk",
    "t. kr": "thousand_dkk",
    "tkr": "thousand_dkk",
    "mio. kr": "million_dkk",
}
_ABOUT = r"ca\.?|cirka|omkring|circa|about|around|approx\.?|approximately"
_WRITTEN = re.compile(
    rf"(?:({_ABOUT}) ?)?(?:(kr\.?|DKK) ?)?([-−]?[0-9](?:[0-9., ']*[0-9])?)(?: ?(,-|%|[^\W\d_][^\W\d_. ]*(?:\.? [^\W\d_]+|\.[^\W\d_]+)*\.?))?",
    re.IGNORECASE,
)
_MINUS_BEHIND = re.compile(r"((?:kr\.?|DKK)? ?)([0-9](?:[0-9., ']*[0-9])?) ?[-−]", re.IGNORECASE)
_BOUNDS = re.compile(rf"(?:(?:{_ABOUT}) ?)?(?:mellem (.+) og (.+)|between (.+) and (.+)|(?:(?:fra|from) )?(.+?) ?(?:[-–—]| til | to ) ?(.+))", re.IGNORECASE)
_OF = re.compile(r"(.+?)(?: ?/ ?| (?:ud )?af (?:de |alle )?| (?:out )?of (?:the |all )?)([0-9].*)", re.IGNORECASE)
_N = re.compile(r"(.+?)[ ,;]*[(\[]? ?\bn ?[=:] ?([0-9][0-9. ]*[0-9]|[0-9])[)\]]?([^0-9A-Za-z]*)", re.IGNORECASE)


class Written(NamedTuple):
    """A number as it is written: its digits and marks, the words for its unit beside it, and the word that makes it an estimate."""

    number: str
    unit: str = ""
    about: str = ""


def taken_apart(text: str, estimates: Collection[str] = ()) -> Written:
    """What stands beside a number, apart from it; a text that is none is returned as it is. `estimates` are further words for about.

    >>> taken_apart("kr. 58.709"), taken_apart("ca. 120"), taken_apart("12 stk.")
    (Written(number='58.709', unit='kr.', about=''), Written(number='120', unit='', about='ca.'), Written(number='12', unit='stk.', about=''))
    """
    about = next((word for word in estimates if text.startswith(word) and _WRITTEN.fullmatch(text.removeprefix(word).lstrip())), "")
    found = _WRITTEN.fullmatch(text.removeprefix(about).lstrip())
    if found is None or (found[2] and found[4]):
        return Written(text)
    return Written(found[3], found[2] or found[4] or "", about or found[1] or "")


def minus_in_front(text: str) -> str:
    """An amount with its minus before the digits, where bookkeeping has it behind them; `58.709,-` has none.

    >>> minus_in_front("1.535,02-"), minus_in_front("58.709,-")
    ('-1.535,02', '58.709,-')
    """
    found = _MINUS_BEHIND.fullmatch(text)
    return f"{found[1]}-{found[2]}" if found else text


def unit_of(word: str, declared: Mapping[str, str]) -> str:
    """The unit a word beside a number means; empty where nobody said so."""
    return declared.get(word) or UNIT_WORDS.get(word.casefold().removesuffix("."), "")


def parse_bounds(text: str, decimal: str = ",", thousands: str = "") -> tuple[Decimal, Decimal] | None:
    """The lowest and highest number of a cell such as `100-150`, `100 – 150`, `mellem 100 og 150`; None for what is not two numbers.

    >>> parse_bounds("mellem 100 og 150")
    (Decimal('100'), Decimal('150'))
    """
    if (found := _BOUNDS.fullmatch(text)) is None:
        return None
    low, high = (parse_number(each, decimal, thousands) for each in filter(None, found.groups()))
    return None if low is None or high is None else (low, high)


def parse_base(text: str) -> tuple[str, str] | None:
    """A figure and of how many it is, of a cell in which both stand; None for any other.

    >>> parse_base("2 af 6"), parse_base("42 % (n=212)"), parse_base("58,3 %")
    (('2', '6'), ('42 %', '212'), None)
    """
    if found := _N.fullmatch(text):
        return found[1].strip(), found[2] + found[3]
    return (found[1].strip(), found[2]) if (found := _OF.fullmatch(text)) and any(map(str.isdigit, found[1])) else None


def with_bases(cells: Cells, source: Source) -> Cells:
    """The table with the figure and its base of one cell apart; a mark for a missing figure has no base. Both keep the cell's place."""
    frame, moved = cells.frame, dict(cells.places.moved)
    for heading in [heading for heading in source.headings("with_base") if heading in cells.frame]:
        frame = frame.copy() if frame is cells.frame else frame
        apart = {word: parse_base(word) or (word, "") for word in frame[heading].unique()}
        for place, role in enumerate(("value", "base")):
            frame[beside(heading, role)] = frame[heading].map({word: both[place] for word, both in apart.items()})
        moved |= {(row, beside(heading, role)): (row, heading) for row in frame.index for role in ("value", "base")}
    return replace(cells, frame=frame, places=replace(cells.places, moved=moved)) if frame is not cells.frame else cells


def bounded(cells: Cells, source: Source) -> Cells:
    """The table with the bounds of one cell as lowest and highest, and as value their middle where there is no other. All keep the cell's place."""
    frame, moved = cells.frame, dict(cells.places.moved)
    for heading in source.headings("bounds"):
        if heading not in frame:
            continue
        frame = frame.copy() if frame is cells.frame else frame
        bounds = {word: parse_bounds(word, source.decimal, source.thousands) for word in frame[heading].unique()}
        alone = any(block.headings.get(source.figure) == beside(heading, "value") for block in source.blocks)
        for place, role in enumerate(("lowest", "highest")):
            texts = {word: _text(both[place], source) if both else "" if alone else word for word, both in bounds.items()}
            frame[beside(heading, role)] = frame[heading].map(texts)
        frame[beside(heading, "value")] = frame[heading].map({word: _text(sum(both) / 2, source) if both else word for word, both in bounds.items()})
        moved |= {(row, beside(heading, role)): (row, heading) for row in frame.index for role in ("lowest", "highest", "value")}
    return replace(cells, frame=frame, places=replace(cells.places, moved=moved)) if frame is not cells.frame else cells


def _text(number: Decimal, source: Source) -> str:
    """A number as this supplier would write it."""
    return f"{number.normalize():f}".replace(".", source.decimal)
