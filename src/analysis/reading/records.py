"""Lists in which a row is one incident, story, person or answer: each record read and checked, before it is counted.

A piece of a list comes in, a table with a row a record goes out; what the records add up to is for `tally` to say.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..promises.agreement import Agreement, Indicator
from ..promises.periods import month_of, months_of, period_year
from .contracts import Columns, each_found, folded
from .figures import PLACES, check_heading
from .sources import Source


class Place(NamedTuple):
    """Where in a file something stands first."""

    file: str
    sheet: str
    row: int
    column: str


@dataclass(frozen=True)
class Listed:
    """One list as it was declared: `covers` are the periods it covers in full, and no record is later than `as_of`.

    `holds` are the areas and departments (`area/department`) it holds, all where none is named. A `part` of a list corrects that part alone.
    """

    source: Source
    agreement: Agreement
    covers: tuple[str, ...]
    as_of: date | None
    holds: frozenset[str] = frozenset()
    part: bool = False

    @cached_property
    def months(self) -> set[int]:
        """The months that the list covers in full, counted from year 0."""
        return {month for period in self.covers for month in self.months_of(period)}

    @property
    def has_days(self) -> bool:
        """Whether the records have days; those registered for a whole year have no months."""
        return "date" in self.source.columns.values()

    def months_of(self, period: str) -> range:
        """The months of a period in this plan, whose agreement year begins in a month of its own."""
        return months_of(period, self.agreement.start.month)

    def within(self, registered: str, period: str) -> bool:
        """Whether a record registered for one period counts in another: all its months lie in it."""
        inner, outer = self.months_of(registered), self.months_of(period)
        return bool(inner) and outer.start <= inner.start and inner.stop <= outer.stop

    def repeats(self, indicator: Indicator) -> str:
        """How often the same id counts: every time, once a period, or once in the whole plan, as the register says.

        Without a word there, stories count every time, but once where the list says which row tells the same story.
        """
        stories = "once" if "same_as" in self.source.columns.values() else "each"
        return indicator.repeats or (stories if self.source.contract == "stories" else "once_a_period")

    def counts_once(self, indicator: Indicator) -> bool:
        """Whether the same id may stand in several rows and count less often."""
        return indicator.combine == "unique" or self.repeats(indicator) != "each"


def read_records(columns: Columns, listed: Listed, amounts_only: bool) -> pd.DataFrame:
    """One row a record: area, indicator, period, until, done, outcome, number, lowest, highest, middle, estimated, amount, lacking.

    Numbers are exact, and missing where the supplier gave none. `lacking` marks a record without the number that its sum
    needs. `amounts_only` is true for further columns of amounts beside records that were already read.
    """
    rows = pd.DataFrame({"area": columns.area(), "indicator": _indicator(columns)})
    not_held(columns, rows["area"], listed.holds)
    rows["period"] = _days(columns, listed, rows["indicator"]) if columns.has("date") else _periods(columns, listed, rows["indicator"])
    rows["until"] = columns.day("until", blank=True) if columns.has("until") else np.nan
    rows["done"] = _done(columns, listed, rows["indicator"])
    rows["outcome"] = columns.choice("deliberate", "outcome") if columns.has("deliberate") else "yes"
    if columns.has("answer"):
        rows["outcome"] = columns.choice("answer", "answer")
    if columns.has("medium"):
        columns.medium()
    for name in ("number", "lowest", "highest"):
        rows[name] = columns.whole_or_blank(name) if columns.has(name) else np.nan
    rows["middle"] = columns.middle()
    rows["estimated"] = columns.estimated() | (columns.choice("estimated", "yes_no") == "yes" if columns.has("estimated") else False)
    rows["amount"] = _kroner(columns) if columns.has("value") else np.nan
    rows["lacking"] = _lacking(columns, rows, listed.agreement, amounts_only)
    _check(columns, rows, listed.agreement)
    return rows


def _indicator(columns: Columns) -> pd.Series:
    """The indicator of each record; a story's follows from its tone where nothing else says it."""
    if columns.has("indicator"):
        return columns.indicator()
    columns.choice("tone", "tone")
    reasons = columns.source.reasons.get("indicator", {})
    tones = columns.words("tone")
    columns.aside.update(tones.map(reasons).dropna())
    return columns.indicator("tone")


def _days(columns: Columns, listed: Listed, indicator: pd.Series) -> pd.Series:
    """The month of each record; days outside the covered months, or after the delivery, are problems."""
    days, words = columns.day("date"), columns.words("date")
    months = each_found(days, month_of)
    outside = each_found(months, lambda month: not set(months_of(month)) <= listed.months).eq(True) & ~_began_before(columns, listed, indicator, months)
    for row in days.index[outside]:
        columns.say("outside_covers", row, "date", words[row], covers=", ".join(listed.covers))
    if listed.as_of:
        for row in days.index[each_found(days, lambda day: day > listed.as_of).eq(True)]:
            columns.say("in_the_future", row, "date", words[row], day=listed.as_of.isoformat())
    return months


def _began_before(columns: Columns, listed: Listed, indicator: pd.Series, months: pd.Series) -> pd.Series:
    """Records of a stock that began before what the list covers: they stand from their date on."""
    if not columns.has("until") or not listed.months or listed.part:
        return pd.Series(False, index=months.index)
    stocks = {id_ for id_, each in listed.agreement.indicators.items() if each.measure in ("stock", "ratio")}
    first = min(listed.months)
    return indicator.isin(stocks) & each_found(months, lambda month: months_of(month).start < first).eq(True)


def _done(columns: Columns, listed: Listed, indicator: pd.Series) -> pd.Series:
    """Whether, or from which day, a record counts among those it is a share of; a `yes` without a day tells of one year only."""
    shares = {id_ for id_, each in listed.agreement.indicators.items() if each.measure == "ratio"}
    if not columns.has("done"):
        for row in indicator.index[indicator.isin(shares)][:1]:
            columns.say("share_without_done", row, "indicator", indicator[row])
        return pd.Series(np.nan, index=indicator.index, dtype=object)
    done, words = columns.done(), columns.words("done")
    for row in indicator.index[indicator.notna() & ~indicator.isin(shares)][:1]:
        columns.say("done_of_a_count", row, "done", indicator=indicator[row])
    for row in done.index[done.eq(True)] if len(listed.months) > 12 else ():
        columns.say("done_without_day", row, "done", words[row])
    for row in done.index[[isinstance(day, date) and bool(listed.as_of) and day > listed.as_of for day in done]]:
        columns.say("in_the_future", row, "done", words[row], day=listed.as_of)
    return done


def _periods(columns: Columns, listed: Listed, indicator: pd.Series) -> pd.Series:
    """The period each record was registered for; it must lie in the covered months, and in one year of its indicator."""
    periods = columns.period()
    outside = each_found(periods, lambda period: not set(listed.months_of(period)) <= listed.months).eq(True)
    for row in periods.index[outside]:
        columns.say("outside_covers", row, "period", periods[row], covers=", ".join(listed.covers))
    _in_some_year(columns, listed, periods[~outside].dropna(), indicator)
    return periods


def _in_some_year(columns: Columns, listed: Listed, periods: pd.Series, indicator: pd.Series) -> None:
    """A record registered for a period that lies in no one year of its indicator would be counted nowhere."""
    for (id_, period), rows in periods.groupby([indicator.reindex(periods.index), periods]):
        ends = period_year(period) or listed.agreement.end.year
        years = [listed.agreement.period(id_, year) for year in (ends, ends + 1)]
        for row in rows.index if not any(listed.within(period, year) for year in years) else ():
            columns.say("in_no_year", row, "period", columns.words("period")[row], year=years[0], indicator=id_)


def _kroner(columns: Columns) -> pd.Series:
    """Amounts in kroner, exactly as written; missing where none is given."""
    numbers, units, marks, words = columns.number("value", blank=True), columns.unit(), columns.unit_mark("value"), columns.words("value")
    for row, word in words[each_found(words, columns.like_thousand) & units.isin(["count", "dkk"])].items():
        code, detail = columns.thousand_or_not(word)
        columns.say(code, row, "value", word, **detail)
    check_heading(columns, units)
    shift = units.map({unit: -places for unit, places in PLACES.items() if unit == "count" or unit.endswith("dkk")})  # a count where no unit is declared
    other = marks.ne("") & marks.ne("dkk") & marks.ne(units)  # `kr.` may stand behind thousands of kroner too
    for row in numbers.index[numbers.notna() & (shift.isna() | other) & units.notna()]:
        columns.say("unit_mark", row, "value", words[row], unit=units[row], written=marks[row])
    amounts = [
        number.scaleb(int(places)) if isinstance(number, Decimal) and places == places else np.nan for number, places in zip(numbers, shift, strict=True)
    ]
    return pd.Series(amounts, index=numbers.index, dtype=object)


def _lacking(columns: Columns, rows: pd.DataFrame, agreement: Agreement, amounts_only: bool) -> pd.Series:
    """Records whose amount or number is declared missing, so that no sum is complete with them; a blank where one belongs is a problem."""
    money = rows["indicator"].isin([id_ for id_, each in agreement.indicators.items() if each.unit == "dkk"])
    lacking = money & rows["amount"].isna() if columns.has("value") else pd.Series(False, index=rows.index)
    numbered = set(rows.loc[rows["number"].notna(), "indicator"].dropna())
    without = rows["number"].isna() & (rows["indicator"].isin(numbered) | amounts_only) if columns.has("number") else lacking & False
    for name, empty in (("value", lacking), ("number", without)):
        for row in rows.index[empty & (columns.missing(name) == "") & (columns.words(name) == "")] if columns.has(name) else ():
            columns.say("blank", row, name, "")
    return lacking | without


def _check(columns: Columns, rows: pd.DataFrame, agreement: Agreement) -> None:
    """Ranges, and that different persons can be distinguished."""
    columns.check_negative(rows["amount"], rows["amount"].iloc[:0], "value")
    number = rows["number"].astype(object)  # of a column with bounds alone there is none, and no decimal is compared with a float
    columns.check(
        {
            "negative_number": (rows["number"] < 0, "number"),
            "bounds_crossed": ((number < rows["lowest"]) | (number > rows["highest"]), "number"),
        }
    )
    if not columns.has("person") and not columns.has("number"):
        nameless = rows["indicator"].isin([id_ for id_, each in agreement.indicators.items() if each.combine == "unique"])
        for row in rows.index[nameless][:1]:
            columns.say("no_person", row, "indicator", rows.at[row, "indicator"])


def not_held(columns: Columns, areas: pd.Series, holds: frozenset[str]) -> None:
    """Rows of areas that the supplier was said not to hold; `areas` are ids, of departments with their area in front."""
    if not holds:
        return
    words, names = columns.words("area"), ", ".join(place_name(place, columns.agreement) for place in sorted(holds))
    for row in areas.index[each_found(areas, lambda area: not is_held(area, holds)).eq(True)]:
        columns.say("not_held", row, "area", words[row], holds=names)


def is_held(area: str, holds: Collection[str]) -> bool:
    """Whether an area or department is among those held: a department is where its area is."""
    return area in holds or area.partition("/")[0] in holds


def place_name(place: str, agreement: Agreement) -> str:
    """What an area, or a department with its area in front, is called."""
    home, _, part = place.partition("/")
    return part or agreement.area_name(home)


def same_ids(ids: pd.Series, source: Source) -> pd.Series:
    """The ids by which persons and cases are distinguished: case, blanks and what cannot be seen make no difference, unless source.toml says so."""
    return ids if source.ids == "exact" else ids.map(folded)


def two_largest(amounts: Iterable[Decimal]) -> list[Decimal]:
    """The two largest of some amounts, 0 where there are fewer."""
    return [*sorted(amounts, reverse=True), Decimal(0), Decimal(0)][:2]
