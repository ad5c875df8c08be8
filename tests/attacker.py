"""Somebody who reads what is printed and works out what is hidden. Shares no code with the protection.

Every figure is a sum of atoms: one area, over the months that no printed period tells apart. The attacker knows the
rule and which figures it hides, that totals are sums, every earlier edition, and which figures were corrected in it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import md5, sha1, sha256

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

Key = tuple[str, str, str]


def months(period: str, first_month: int = 10) -> frozenset[int]:
    """The months of a period, counted from the year 0."""
    years = [int(text) for text in re.findall(r"\d{4}", period)]
    if "/" in period:
        return frozenset(range(years[0] * 12 + first_month - 1, years[0] * 12 + first_month + 11))
    if len(years) == 2:
        return frozenset(range(years[0] * 12, years[1] * 12 + 12))
    start, part = years[0] * 12, period[5:]
    if part.startswith("H"):
        return frozenset(range(start + 6 * (int(part[1]) - 1), start + 6 * int(part[1])))
    if part.startswith("Q"):
        return frozenset(range(start + 3 * (int(part[1]) - 1), start + 3 * int(part[1])))
    return frozenset([start + int(part) - 1]) if part else frozenset(range(start, start + 12))


def atoms(periods: Iterable[str]) -> dict[str, list[int]]:
    """For each period the numbers of the pieces it is made of; months in the same periods are one piece."""
    whole = {period: months(period) for period in periods}
    pieces: dict[frozenset[str], int] = {}
    found: dict[str, set[int]] = {period: set() for period in whole}
    for month in sorted(set().union(*whole.values())):
        within = frozenset(period for period, its in whole.items() if month in its)
        number = pieces.setdefault(within, len(pieces))
        for period in within:
            found[period].add(number)
    return {period: sorted(numbers) for period, numbers in found.items()}


def attack(
    editions: Sequence[tuple[Mapping[Key, float | None], set[Key], set[Key]]],
    areas: Sequence[str],
    small_count: int | Sequence[int] = 5,
    total: str = "combined",
    only: set[Key] | None = None,
    enough: float = np.inf,
) -> dict[tuple[int, Key], tuple[float, float]]:
    """The least and the most that every hidden figure of every edition can be, by number of the edition and key.

    Of a figure that the rule does not hide, no more is sought once two numbers that lie `enough` apart are found: its ends may lie further apart still.

    An edition is what it shows (None where hidden), which of the hidden are known to be small, and which figures of
    it are not what they were in the edition before. `small_count` may be one of each edition. `only` asks for a few.
    All figures are counts that add up over areas and periods.
    """
    keys = sorted({key for shown, _, _ in editions for key in shown})
    pieces = atoms({period for _, _, period in keys})
    place: dict[tuple, int] = {}
    for number in range(len(editions)):
        for indicator in sorted({key[0] for key in keys}):
            for area in areas:
                for piece in sorted(set().union(*pieces.values())):
                    place[number, indicator, area, piece] = len(place)

    def figure(number: int, key: Key) -> np.ndarray:
        row = np.zeros(len(place))
        for area in areas if key[1] == total else [key[1]]:
            for piece in pieces[key[2]]:
                row[place[number, key[0], area, piece]] = 1
        return row

    rows, low, high = [], [], []
    for number, (shown, small, changed) in enumerate(editions):
        for key, value in shown.items():
            if value is not None or key in small:
                rows.append(figure(number, key))
                low.append(1 if value is None else value)
                high.append((small_count if isinstance(small_count, int) else small_count[number]) - 1 if value is None else value)
            if number and key in editions[number - 1][0] and key not in changed:
                rows.append(figure(number, key) - figure(number - 1, key))
                low.append(0)
                high.append(0)
    known = [LinearConstraint(np.array(rows), low, high)] if rows else []
    asked = [(number, key) for number, (shown, _, _) in enumerate(editions) for key, value in shown.items() if value is None and (only is None or key in only)]
    figures = np.array([figure(*each) for each in asked])
    found = np.empty((len(asked), 0))  # the figures in each table that was found to fit: none need be sought that is beyond the rule's own ends
    for i, (number, key) in enumerate(asked):
        by_rule = key in editions[number][1]
        ends = (1, (small_count if isinstance(small_count, int) else small_count[number]) - 1) if by_rule else (0, 10_000)
        for sign, end in zip((1, -1), ends, strict=True):
            if end in found[i] or (not by_rule and found.size and np.ptp(found[i]) >= enough):
                continue
            done = milp(sign * figures[i], integrality=np.ones(len(place)), bounds=Bounds(0, 10_000), constraints=known)
            assert done.success, f"the attacker cannot make sense of what is printed: {done.message}"
            found = np.column_stack([found, (figures @ done.x).round()])
    return {each: (int(row.min()), int(row.max())) for each, row in zip(asked, found, strict=True)}


def printed(table: pd.DataFrame) -> dict[Key, float | None]:
    """What a table of observations shows: the value, or None where it is hidden; figures nobody has are left out."""
    rows = table[table["value"].notna() | (table["status"] == "suppressed")]
    return {(row.indicator, row.area, row.period): None if row.value != row.value else row.value for row in rows.itertuples()}


def small(table: pd.DataFrame, shown: Mapping[Key, float | None], small_count: int = 5) -> set[Key]:
    """Which hidden figures the rule hides, from the true table."""
    true = {(row.indicator, row.area, row.period): row.value for row in table.itertuples()}
    return {key for key, value in shown.items() if value is None and 0 < true[key] < small_count}


def attack_once(true: pd.DataFrame, protected: pd.DataFrame, areas: Sequence[str], small_count: int = 5) -> dict[Key, tuple[float, float]]:
    """The attack on a single edition, by key."""
    shown = printed(protected)
    return {key: ends for (_, key), ends in attack([(shown, small(true, shown, small_count), set())], areas, small_count).items()}


# --- what else a partner gets ------------------------------------------------------------------------------


def by_checksum(tried: Mapping[int, bytes], files: Mapping[str, bytes]) -> dict[int, list[str]]:
    """Which numbers give a file whose checksum stands in something that was handed over, and in which file.

    `tried` is the delivery as it would be with each number; an attacker knows its layout and all but this one number.
    """
    checksums = {name(content).hexdigest().encode(): number for number, content in tried.items() for name in (sha256, sha1, md5)}
    found: dict[int, list[str]] = {}
    for file, content in files.items():
        for word in set(re.findall(rb"[0-9a-f]{32,64}", content.lower())) & checksums.keys():
            found.setdefault(checksums[word], []).append(file)
    return found


def cases_behind(table: pd.DataFrame, money: set[str]) -> dict[Key, float]:
    """How many cases a table tells to be behind each sum of money: they are a hidden count, or tell it from one beside it."""
    rows = table[table["indicator"].isin(money) & table["denominator"].notna()]
    return {(row.indicator, row.area, row.period): row.denominator for row in rows.itertuples()}
