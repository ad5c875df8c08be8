"""What may be a person's CPR number (DDMMYY-SSSS), however it is written: one truth for what is read in and for what is handed on.

Whoever reads a text asks `holds_cpr`; whoever repeats one to a reader passes it through `masked`. Knows nothing of files.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

# day, month and year together or divided by one mark throughout, then the four last digits, divided from them or not
_SHAPE = re.compile(
    r"(?<!\d)(?P<day>0[1-9]|[12]\d|3[01])(?P<mark> ?[-/._] ?| |)(?P<month>0[1-9]|1[0-2])(?P=mark)(?P<year>\d\d)"
    r"(?P<gap> {0,2}[-/._] {0,2}| {1,3}|)(?P<serial>\d{4})(?!\d)"
)
_ODD = re.compile("[\u00a0\u00ad\u0300-\U0010ffff]")  # Danish letters are none: most texts need no more than this look
_BARE = re.compile(r"(?<!\d)\d{10}(?!\d)")
# checksums and ids that programs give, in which any ten digits can stand
_MACHINE_MADE = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-f]{32,}|[0-9A-F]{32,}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})(?![0-9A-Za-z])")
_DECIMALS_BEFORE, _DECIMALS_AFTER = re.compile(r"(?<!\d{9})\d[.,]$"), re.compile(r"[.,]\d{1,9}(?!\d)")
_CELL_BEGINS = re.compile(r"""(?:^|[\t\n;,|"'>\[])[ +-]*$""")


class _Plain(dict[int, str]):
    """How one character is read: any script's digit as that digit, any dash, slash, dot or blank as the plain one, the unseen as nothing."""

    def __missing__(self, code: int) -> str | int:
        letter = chr(code)
        kind = unicodedata.category(letter)
        if kind == "Nd":
            plain = str(unicodedata.decimal(letter))
        elif kind == "Pd" or letter in "−⁻₋˗➖":
            plain = "-"
        elif kind == "Zs":
            plain = " "
        elif kind in ("Cf", "Mn", "Me"):
            plain = ""
        else:
            plain = {"⁄": "/", "∕": "/", "／": "/", "．": ".", "·": ".", "•": ".", "‧": ".", "․": ".", "。": ".", "，": ",", "＿": "_"}.get(letter, letter)
        self[code] = plain
        return plain


_PLAIN = _Plain()


def holds_cpr(text: str, but_bare: bool = False) -> bool:
    """Whether what may be a person's CPR number stands in a text. With `but_bare` ten undivided digits are none, where the text is a single word."""
    plain = _MACHINE_MADE.sub("\n", _plain(text))
    if but_bare and len(plain.split()) == 1 and "cpr" not in plain.casefold():
        plain = _BARE.sub("\n", plain, count=1)
    return any(_found(plain))


def masked(text: str) -> str:
    """The text with the digits of every possible CPR number crossed out; any other text as it is."""
    while holds_cpr(text):
        text = _SHAPE.sub(lambda found: re.sub(r"\d", "x", found[0]) if _may_be(found) else found[0], _plain(text))
    return text


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_PLAIN) if _ODD.search(text) else text


def _found(text: str) -> Iterator[bool]:
    return (True for found in _SHAPE.finditer(text) if _may_be(found))


def _may_be(found: re.Match[str]) -> bool:
    """Whether digits of this shape may be a person's, and are no plain number, list of numbers or impossible day.

    No number is let off for failing the modulus-11 check: numbers given since 2007 need not fulfil it.
    """
    day, mark, month, year, gap, serial = found.group("day", "mark", "month", "year", "gap", "serial")
    if (mark and not gap) or not _is_day(int(day), int(month), int(year), int(serial[0])):
        return False
    before, after = found.string[max(found.start() - 12, 0) : found.start()], found.string[found.end() : found.end() + 12]
    if day[0] == "0" and gap:
        return True  # no number and no list of numbers is written so
    if not gap:  # an amount with decimals, or the decimals of a share
        return not (_DECIMALS_BEFORE.search(before) or (day[0] != "0" and _DECIMALS_AFTER.match(after)))
    if gap == "." and not mark:  # a cell that begins with a number with four decimals
        return not _CELL_BEGINS.search(before)
    if gap.isspace():
        listed = mark == " " and "0" not in (month[0], year[0]) and (re.search(r"\d $", before) or re.match(r" \d", after))
        return not (listed or _DECIMALS_BEFORE.search(before) or _DECIMALS_AFTER.match(after))
    return True


def _is_day(day: int, month: int, year: int, seventh: int) -> bool:
    """Whether the day was ever one; the seventh digit gives the century. A day to come is not ruled out: what is found must not depend on today."""
    if seventh <= 3:
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    try:
        date(century + year, month, day)
    except ValueError:
        return False
    return True
