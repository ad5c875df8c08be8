"""The amount behind every figure, and which amounts add up to which.

An amount is a number of cases, of persons behind a share, of moves behind a rate, or of kroner. Sums are over areas,
over the periods of a year, and over the types of a thing; they hold whatever is shown of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from ..promises.agreement import COMBINED, UNDATED, Agreement, Indicator

Key = tuple[str, str, str]  # indicator, area, period


class Relation(NamedTuple):
    """A whole and its parts: they add up, or (`unique`) the whole counts those in several parts once."""

    whole: Key
    parts: tuple[Key, ...]
    unique: bool

    @property
    def figures(self) -> tuple[Key, ...]:
        """The whole, then its parts."""
        return self.whole, *self.parts


def amounts(table: pd.DataFrame, agreement: Agreement) -> tuple[pd.Series, pd.Series]:
    """The amount behind every figure, and how far its printed rounding may lie from it; empty where not known.

    `table` has the columns of observations. Counts and kroner are their own amount; a share or rate is its numerator,
    or the printed value times what it is out of, where a combined figure is out of all that its areas are.
    """
    unit = table["indicator"].map({id_: indicator.unit for id_, indicator in agreement.indicators.items()})
    counted, exact, size = unit.isin(["count", "dkk"]), table["numerator"].notna(), table["denominator"]
    joint = (table["area"] == COMBINED) & ~counted & ~exact & size.isna() & table["value"].notna()
    if joint.any():
        figure, own = ["indicator", "period"], table[table["area"].isin(agreement.areas)]
        everyone = own.groupby(figure)["denominator"].agg(lambda sizes: sizes.sum(skipna=False))
        size = size.mask(joint, pd.Series(everyone.reindex(pd.MultiIndex.from_frame(table[figure])).to_numpy(dtype=float), index=table.index))
    amount = table["value"].where(counted, table["numerator"].where(exact, table["value"] * size))
    step = 0.5 * 10.0 ** -table["decimals"].astype(float).fillna(99)
    half = (step * size).where(~counted & ~exact, step.where(counted & (step > 0.5), 0.0))
    return amount.astype(float), half.astype(float).fillna(0.0)


def relations(keys: Iterable[Key], agreement: Agreement) -> Iterator[Relation]:
    """Every whole among these figures that its parts tell something about; parts that are not there are named too.

    Example: a count's combined figure of 2018 is the sum of the four areas' of 2018, whichever of them are delivered.
    """
    places: dict[str, dict[str, set[str]]] = {}
    delivered: set[str] = set()
    for id_, area, period in keys:
        places.setdefault(id_, {}).setdefault(area, set()).add(period)
        delivered.add(period)
    types: dict[str, list[str]] = {}
    for indicator in agreement.indicators.values():
        types.setdefault(indicator.part_of, []).append(indicator.id)
    for id_, by_area in places.items():
        yield from _over_areas(agreement.indicators[id_], by_area, agreement)
        yield from _within_references(agreement.indicators[id_], by_area, agreement)
        yield from _over_periods(agreement.indicators[id_], by_area, agreement.start.month, delivered)
        for area, periods in by_area.items():
            for period in sorted(periods) if id_ in types else ():
                yield Relation((id_, area, period), tuple((part, area, period) for part in types[id_]), False)
    for id_, other in agreement.same_events.items():
        if agreement.indicators[id_].unit != "dkk":
            for area, periods in ((area, periods) for area, periods in places.get(id_, {}).items() if is_the_same(area, id_, other, agreement)):
                both = periods & places.get(other, {}).get(area, set())
                yield from (Relation((id_, area, period), ((other, area, period),), False) for period in sorted(both))


def is_the_same(area: str, id_: str, other: str, agreement: Agreement) -> bool:
    """Whether two indicators of the same events have the same figure there: of all areas together one may count each person once, the other not."""
    return area != COMBINED or len({agreement.indicators[each].combine == "unique" for each in (id_, other)}) == 1


def _over_areas(indicator: Indicator, by_area: Mapping[str, set[str]], agreement: Agreement) -> Iterator[Relation]:
    """All areas together, and an area of several parts, in each period in which one of the parts is there too."""
    if indicator.combine == "none" and indicator.measure != "survey_share":
        return
    divided = {COMBINED: tuple(agreement.areas)} | {area.id: area.parts for area in agreement.areas.values()}
    for whole, parts in divided.items():
        periods = set().union(*(by_area.get(part, ()) for part in parts))
        for period in sorted(by_area.get(whole, set()) & periods):
            yield Relation((indicator.id, whole, period), tuple((indicator.id, part, period) for part in parts), indicator.combine == "unique")


def _within_references(indicator: Indicator, by_area: Mapping[str, set[str]], agreement: Agreement) -> Iterator[Relation]:
    """A place compared with that counts areas of ours in: their figures, and what happens in the rest of it, which nobody delivers."""
    for place, reference in agreement.references.items():
        for period in sorted(by_area.get(place, ())) if reference.contains else ():
            if any(period in by_area.get(area, ()) for area in reference.contains):
                parts = tuple((indicator.id, area, period) for area in (*reference.contains, f"{place}-rest"))
                yield Relation((indicator.id, place, period), parts, indicator.combine == "unique")


def _over_periods(indicator: Indicator, by_area: Mapping[str, set[str]], first_month: int, delivered: set[str]) -> Iterator[Relation]:
    """Each area's longer periods with the shorter ones they are made of, such as are `delivered` of some area."""
    if indicator.measure == "stock":  # homes of a year are not the sum of the homes of its months
        return
    for area, periods in by_area.items():
        for whole, parts in _years_and_parts(periods, first_month, delivered):
            yield Relation((indicator.id, area, whole), tuple((indicator.id, area, part) for part in parts), indicator.combine == "unique")


def fineness(period: str) -> int:
    """0 for a month, 1 for a quarter, 2 for a half-year, 3 for a year, 4 for years together."""
    part = period.partition("-")[2]
    return {"": 3, "H": 2, "Q": 1}.get(part[:1], 4 if len(part) == 4 else 0)


def _years_and_parts(periods: set[str], first_month: int, delivered: set[str]) -> Iterator[tuple[str, list[str]]]:
    """The periods among these that others of them are part of, each with its parts, coarser ones between them where these are delivered.

    Example: of 2018 and 2018-03 comes 2018 = 01 + 02 + 03 + Q2 + H2; where some area has a Q1, 2018 = Q1 + Q2 + H2 and Q1 = 01 + 02 + 03.
    """
    dated = periods - {UNDATED}
    if all(period.isdecimal() for period in dated) or all("/" in period for period in dated):
        return  # years of one kind only: none is part of another
    parts = {period: _parts(period, first_month) for period in dated}
    waiting = sorted(dated | {part for period in dated if "/" in period for part in parts[period]})
    while waiting:  # every step between a month and its year, delivered or not
        period = waiting.pop()
        parts.setdefault(period, _parts(period, first_month))
        if (above := _above(period)) and above not in parts:
            waiting.append(above)
    for period in sorted(delivered & parts.keys()):
        if any(part in parts for part in parts[period]):
            yield period, list(_told_apart(period, parts, delivered))


def _told_apart(period: str, parts: Mapping[str, list[str]], delivered: set[str]) -> Iterator[str]:
    """The parts of a period, where nobody has one of them its own parts."""
    for part in parts[period]:
        if part in delivered or not any(each in parts for each in parts.get(part, ())):
            yield part
        else:
            yield from _told_apart(part, parts, delivered)


def _above(period: str) -> str:
    """The period one step coarser that this one is a part of: a month's quarter, a quarter's half, a half's year; empty for years."""
    year, _, part = period.partition("-")
    if part[:1] == "Q":
        return f"{year}-H{(int(part[1]) + 1) // 2}"
    if part[:1] == "H":
        return year
    return f"{year}-Q{(int(part) + 2) // 3}" if len(part) == 2 else ""


def _parts(period: str, first_month: int) -> list[str]:
    """The periods that make up this one, a step finer: a year's halves, a half's quarters, a quarter's months."""
    if "/" in period:
        return _parts_of_agreement_year(int(period[:4]), first_month)
    year, _, part = period.partition("-")
    if len(part) == 4:  # a span of years
        return [str(each) for each in range(int(year), int(part) + 1)]
    if not part:
        return [f"{year}-H1", f"{year}-H2"]
    if part[0] == "H":
        return [f"{year}-Q{2 * int(part[1]) - 1}", f"{year}-Q{2 * int(part[1])}"]
    return [f"{year}-{month:02d}" for month in range(3 * int(part[1]) - 2, 3 * int(part[1]) + 1)] if part[0] == "Q" else []


def _parts_of_agreement_year(start: int, first_month: int) -> list[str]:
    """The quarters, or else the months, from an agreement year's first month through twelve."""
    in_quarters = first_month % 3 == 1
    months = [(start + month // 12, month % 12) for month in range(first_month - 1, first_month + 11, 3 if in_quarters else 1)]
    return [f"{year}-Q{month // 3 + 1}" if in_quarters else f"{year}-{month + 1:02d}" for year, month in months]
