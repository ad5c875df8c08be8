"""Lists in which a row is one incident, story, person or answer: counted to figures by area and period.

A list says what happened, so nothing in it means zero only where source.toml declares the periods it covers in full.
Files of millions of rows are counted piece by piece; no row is kept.
"""

from array import array
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from ..promises.agreement import COMBINED, Agreement, Indicator
from ..promises.periods import month_of, months_of, period_year
from ..promises.problems import Problem
from .contracts import Columns, folded
from .figures import finished
from .sources import Source

_KEY = ["indicator", "area", "period", "outcome"]
_SUMS = ["records", "number", "amount", "amounts", "lowest", "highest", "estimated", "numbered", "bounded", "lacking"]


class Tally:
    """The records of one delivery as they are read, counted by indicator, area, month and outcome.

    `covers` are the months the list covers in full. Ids of persons, groups and stories are kept only until they
    are counted, ids of incidents only as hashes.
    """

    def __init__(self, source: Source, agreement: Agreement, covers: Iterable[str], as_of: date | None):
        self.source, self.agreement, self.as_of = source, agreement, as_of
        self.first_month = agreement.start.month
        self.covers = list(covers)
        self.months = {month for period in self.covers for month in months_of(period, self.first_month)}
        self.counts, self.people, self.aside, self.largest = [], [], [], []
        self.hashes = array("Q")
        self.indicators: set[str] = set()
        self.areas: set[str] = set()
        self.identified: set[str] = set()  # indicators whose records bear ids of persons, groups or stories
        self.first: tuple[str, str, int] = ("", "", 0)
        self.places: dict[tuple[str, bool], tuple[str, str, int, str]] = {}  # first record of an indicator for all areas together, and for one
        self.spellings: dict[str, dict[str, tuple[str, str, int, str]]] = {}  # ids that differ only in what the eye passes over

    def add(self, columns: Columns, amounts_only: bool) -> None:
        """Count one piece. `amounts_only` is true for further columns of amounts beside the records already counted."""
        rows = pd.DataFrame({"area": columns.area(), "indicator": self._indicator(columns)})
        rows["area"] = rows["area"].str.split("/").str[0]
        rows["period"], rows["until"] = self._period(columns, rows["indicator"]), self._until(columns)
        rows["outcome"] = columns.choice("deliberate", "outcome") if columns.has("deliberate") else "yes"
        if columns.has("answer"):
            rows["outcome"] = columns.choice("answer", "answer")
        if columns.has("medium"):
            columns.medium()
        for name in ("number", "lowest", "highest"):
            rows[name] = columns.whole_or_blank(name) if columns.has(name) else np.nan
        rows["estimated"] = (columns.choice("estimated", "yes_no") == "yes").astype(float) if columns.has("estimated") else 0.0
        rows["amount"] = _in_oere(columns) if columns.has("value") else np.nan
        rows["lacking"] = self._lacking(columns, rows, amounts_only)
        self._check(columns, rows)
        kept = rows.dropna(subset=["area", "indicator", "period"])
        self._remember(columns, kept, amounts_only)
        bounds = {name: kept[name].fillna(kept["number"]) for name in ("lowest", "highest")}  # a number without bounds is exact
        there = {new: kept[name].notna().astype(float) for new, name in (("amounts", "amount"), ("numbered", "number"), ("bounded", "lowest"))}
        kept = kept.assign(records=1.0, **bounds, **there)
        self.counts.append(kept.groupby(_KEY, sort=False)[_SUMS].sum().reset_index())
        if len(self.counts) > 50:
            self.counts = [pd.concat(self.counts).groupby(_KEY, sort=False)[_SUMS].sum().reset_index()]
        if kept["amount"].notna().any():
            self.largest = [_two_largest(pd.concat([*self.largest, kept.loc[kept["outcome"] == "yes", [*_KEY[:3], "amount"]]]))]
        if not amounts_only:
            self.aside.append(columns.aside[columns.aside != ""].value_counts())

    def _indicator(self, columns: Columns) -> pd.Series:
        """The indicator of each record; a story's follows from its tone where nothing else says it."""
        if columns.has("indicator"):
            return columns.indicator()
        columns.choice("tone", "tone")
        reasons = self.source.unused.get("indicator", {})
        tones = columns.words("tone")
        for row, tone in tones.items():
            if tone in reasons:
                columns.aside[row] = reasons[tone]
        return columns.indicator("tone")

    def _period(self, columns: Columns, indicator: pd.Series) -> pd.Series:
        """The month of each record, or the period it was registered for; days outside the covered months are problems."""
        if not columns.has("date"):
            periods = columns.period()
            outside = periods.map(lambda each: isinstance(each, str) and not set(months_of(each, self.first_month)) <= self.months)
            for row in periods.index[outside.astype(bool)]:
                columns.say("outside_covers", row, "period", periods[row], covers=", ".join(self.covers))
            self._in_some_year(columns, periods[~outside.astype(bool)].dropna(), indicator)
            return periods
        days = columns.day("date")
        months = days.map({day: month_of(day) for day in days.dropna().unique()})
        stock = self._stock(columns, indicator, months)
        wrong = months.map({month: not set(months_of(month)) <= self.months for month in months.dropna().unique()}).eq(True)
        for row in days.index[wrong & ~stock]:
            columns.say("outside_covers", row, "date", columns.words("date")[row], covers=", ".join(self.covers))
        if self.as_of:
            for row in days.index[days.map({day: day > self.as_of for day in days.dropna().unique()}).eq(True)]:
                columns.say("in_the_future", row, "date", columns.words("date")[row], day=self.as_of.isoformat())
        return months

    def _in_some_year(self, columns: Columns, periods: pd.Series, indicator: pd.Series) -> None:
        """A record registered for a period that lies in no one year of its indicator would be counted nowhere."""
        for (id_, period), rows in periods.groupby([indicator.reindex(periods.index), periods]):
            ends = period_year(period) or self.agreement.end.year
            years = [self.agreement.period(id_, year) for year in (ends, ends + 1)]
            for row in rows.index if not any(self._within(period, year) for year in years) else ():
                columns.say("in_no_year", row, "period", columns.words("period")[row], year=years[0], indicator=id_)

    def _stock(self, columns: Columns, indicator: pd.Series, months: pd.Series) -> pd.Series:
        """Records of a stock that began before what the list covers: they stand from their date on."""
        if not columns.has("until") or not self.months:
            return pd.Series(False, index=months.index)
        stocks = {id_ for id_, each in self.agreement.indicators.items() if each.measure == "stock"}
        first = min(self.months)
        before = months.map({month: months_of(month).start < first for month in months.dropna().unique()}).eq(True)
        return indicator.isin(stocks) & before

    def _until(self, columns: Columns) -> pd.Series | float:
        return columns.day("until", blank=True) if columns.has("until") else np.nan

    def _lacking(self, columns: Columns, rows: pd.DataFrame, amounts_only: bool) -> pd.Series:
        """1 for a record whose amount is declared missing, so that no sum is complete with it; a blank where a number belongs is told."""
        money = rows["indicator"].isin([id_ for id_, each in self.agreement.indicators.items() if each.unit == "dkk"])
        lacking = money & rows["amount"].isna() if columns.has("value") else pd.Series(False, index=rows.index)
        numbered = set(rows.loc[rows["number"].notna(), "indicator"].dropna())
        without = rows["number"].isna() & (rows["indicator"].isin(numbered) | amounts_only) if columns.has("number") else lacking & False
        for name, there in (("value", lacking), ("number", without)):
            for row in rows.index[there & (columns.missing(name) == "") & (columns.words(name) == "")] if columns.has(name) else ():
                columns.say("blank", row, name, "")
        return (lacking | without).astype(float)

    def _check(self, columns: Columns, rows: pd.DataFrame) -> None:
        """Ranges, and that different persons can be told apart."""
        columns.check(
            {
                "negative": (rows["amount"] < 0, "value"),
                "negative_number": (rows["number"] < 0, "number"),
                "bounds_crossed": ((rows["number"] < rows["lowest"]) | (rows["number"] > rows["highest"]), "number"),
            }
        )
        for row, id_ in rows["indicator"].dropna().items():
            if self.agreement.indicators[id_].combine == "unique" and not columns.has("person") and not columns.has("number"):
                columns.say("no_person", row, "indicator", id_)
                break

    def _remember(self, columns: Columns, rows: pd.DataFrame, amounts_only: bool) -> None:
        """Which indicators and areas were met, and the ids that must be told apart."""
        self.indicators |= set(rows["indicator"])
        self.areas |= set(rows["area"])
        self.first = self.first if self.first[0] else (columns.file, columns.sheet, int(columns.cells.index[0]))
        own = rows[~rows["area"].isin(self.agreement.references)]
        for (id_, together), found in own.groupby(["indicator", own["area"] == COMBINED], sort=False):
            self.places.setdefault((id_, bool(together)), (columns.file, columns.sheet, int(found.index[0]), columns.heading.get("area", "area")))
        if amounts_only:
            return
        if columns.source.contract == "incidents" and columns.has("id"):
            ids = same_ids(columns.words("id"), self.source).to_numpy(dtype=object)
            self.hashes.frombytes(pd.util.hash_array(ids[ids != ""]).tobytes())  # a blank is nobody's id
        name = next((name for name in ("person", "story") if columns.has(name)), None)
        if name:
            ids = columns.person(name) if name == "person" else columns.words(name)
            known = rows[["indicator", "area", "period", "until"]].assign(id=ids.reindex(rows.index)).query("id != ''")
            self.identified |= set(known["indicator"])
            unique = {id_ for id_ in self.indicators if self.agreement.indicators[id_].combine == "unique"}
            for row in rows.index[rows["indicator"].isin(unique) & ~rows.index.isin(known.index) & rows["number"].isna()]:
                columns.say("no_id", row, name, "")
            known = known.dropna(subset=["id"])
            self._spelled(known, columns, name)
            self.people.append(known.assign(id=same_ids(known["id"], self.source)))

    def _spelled(self, known: pd.DataFrame, columns: Columns, name: str) -> None:
        """Remember where each way to write an id stands first, where an id may count only once."""
        once = {id_ for id_ in self.identified if self._counts_once(self.agreement.indicators[id_])}
        for row, id_ in known.loc[known["indicator"].isin(once), "id"].drop_duplicates().items() if not self.source.ids else ():
            place = (columns.file, columns.sheet, int(row), columns.heading.get(name, name))
            self.spellings.setdefault(folded(id_), {}).setdefault(id_, place)

    def problems(self) -> list[Problem]:
        """What only the whole list shows: records for all areas beside those of single areas, and ids written in several ways."""
        found = []
        both = [place for (id_, together), place in self.places.items() if together and (id_, False) in self.places and self.source.contract != "stories"]
        for file, sheet, row, column in both:
            found.append(Problem("together_beside_areas", file, sheet=sheet, row=row, column=column))
        several = [ways for ways in self.spellings.values() if len(ways) > 1]
        if several:
            told = "; ".join(" = ".join(f"{id_} ({place[2]})" for id_, place in ways.items()) for ways in several[:5]) + "; …" * (len(several) > 5)
            file, sheet, row, column = min(place for ways in several for place in ways.values())
            found.append(Problem("ids_alike", file, sheet=sheet, row=row, column=column, level="warning", detail={"n": len(several), "ids": told}))
        return found

    def repeated(self) -> np.ndarray:
        """Hashes of incident ids that stand in more than one row; of very many the first thousand."""
        hashes = np.frombuffer(self.hashes, dtype=np.uint64) if self.hashes else np.empty(0, dtype=np.uint64)
        hashes.sort()
        return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])[:1000]

    # --- figures ---

    def figures(self, absent: Mapping[str, str]) -> pd.DataFrame:
        """The counted figures as tidy rows: a month and a year, every area of the plan, zero where the list has nothing.

        `absent` areas were declared not to be in the list. Figures of outcomes other than yes are set aside, never added.
        """
        counts = pd.concat(self.counts).groupby(_KEY, sort=False)[_SUMS].sum() if self.counts else pd.DataFrame(columns=_SUMS)
        named = {word for word in self.source.values.get("indicator", {}).values() if word in self.agreement.indicators}
        constants = {block.constants.get("indicator", "") for block in self.source.blocks} | {self.source.constants.get("indicator", "")}
        indicators = self.indicators | named | (constants & self.agreement.indicators.keys())
        people = pd.concat(self.people) if self.people else pd.DataFrame(columns=["indicator", "area", "period", "until", "id"])
        rows: list[dict[str, Any]] = []
        for id_ in sorted(indicators):
            indicator, mine = self.agreement.indicators[id_], counts[counts.index.get_level_values("indicator") == id_] if len(counts) else counts
            places = self._places({area for _, area, _, _ in mine.index}, absent)
            for period in self._periods(indicator):
                rows += self._row(indicator, places, period, mine, people[people["indicator"] == id_], absent)
        table = pd.DataFrame(rows)
        return finished(table.assign(file=self.first[0], sheet=self.first[1], row=self.first[2])) if len(table) else finished(pd.DataFrame(columns=["row"]))

    def _places(self, met: set[str], absent: Mapping[str, str]) -> dict[str, set[str]]:
        """The places an indicator gets figures for, each with the areas whose records count there.

        A story is about all areas together, whichever of them it names. Other records are counted where they are, or for all
        together where none names an area; reference areas are no part of all together.
        """
        others = self.areas & self.agreement.references.keys()
        own = [area for area in self.agreement.areas if area not in absent or area in self.areas]
        together = self.source.contract == "stories" or {COMBINED} in (met - others, self.areas - others)
        places = {COMBINED: {COMBINED, *self.agreement.areas}} if together else {area: {area} for area in own}
        return places | {area: {area} for area in sorted(others)}

    def _periods(self, indicator: Indicator) -> list[str]:
        """Every month covered, and every year of the indicator's own kind that is covered in full."""
        months = [f"{month // 12}-{month % 12 + 1:02}" for month in sorted(self.months)]
        by_month = self._by_month and indicator.measure not in ("stock", "survey_share")
        years = sorted({month // 12 for month in self.months} | {month // 12 + 1 for month in self.months})
        named = [self.agreement.period(indicator.id, year) for year in years]
        return [*(months if by_month else []), *(year for year in named if set(months_of(year, self.first_month)) <= self.months)]

    @property
    def _by_month(self) -> bool:
        """Whether the records have days; those registered for a whole year have no months."""
        return any(ours == "date" for ours in self.source.columns.values())

    def _row(
        self, indicator: Indicator, places: dict[str, set[str]], period: str, counts: pd.DataFrame, people: pd.DataFrame, absent: Mapping[str, str]
    ) -> list[dict]:
        """An indicator's figures of one period, from its own records."""
        rows, inside = [], {each for each in {key[2] for key in counts.index} if self._within(each, period)}
        mine = counts[[key[2] in inside for key in counts.index]] if len(counts) else counts
        for area, counted in places.items():
            here = mine[[key[1] in counted for key in mine.index]] if len(mine) else mine
            outcome = {name: group[_SUMS].sum() for name, group in here.groupby(level="outcome")} if len(here) else {}
            figure = self._figure(indicator, area, period, outcome, people[people["area"].isin(counted)])
            if indicator.unit == "dkk" and figure:  # the figure itself comes first
                figure[0] |= self._largest(indicator, counted, inside)
            rows += figure
        different = indicator.id in self.identified or not len(counts)
        if indicator.combine == "unique" and COMBINED not in places and not absent and different:
            own = people[people["area"].isin(self.agreement.areas)]
            rows += [{**self._base(indicator, COMBINED, period), "value": float(self._different(indicator, period, own))}]
        return rows

    def _within(self, registered: str, period: str) -> bool:
        """Whether a record registered for one period counts in another: all its months lie in it."""
        months = set(months_of(registered, self.first_month))
        return bool(months) and months <= set(months_of(period, self.first_month))

    def _largest(self, indicator: Indicator, areas: set[str], inside: set[str]) -> dict[str, float]:
        """The two largest amounts in these areas within these months, from which it is told whether the sum gives one away."""
        rows = self.largest[0] if self.largest else pd.DataFrame(columns=[*_KEY[:3], "amount"])
        mine = rows[(rows["indicator"] == indicator.id) & rows["area"].isin(areas) & rows["period"].isin(inside)]
        amounts = [*sorted(mine["amount"], reverse=True), 0.0, 0.0]
        return {"largest": amounts[0] / 100, "second": amounts[1] / 100}

    def _base(self, indicator: Indicator, area: str, period: str) -> dict[str, Any]:
        return {"indicator": indicator.id, "area": area, "period": period, "decimals": 0, "status": "measured"}

    def _figure(self, indicator: Indicator, area: str, period: str, outcome: dict[str, pd.Series], people: pd.DataFrame) -> list[dict]:
        """One area's figure in one period, and beside it, set aside, what was not or may not have been deliberate."""
        yes = outcome.get("yes", pd.Series(0.0, index=_SUMS))
        row = self._base(indicator, area, period) | {"cases": yes["records"]}
        if indicator.measure == "survey_share":
            weight = {name: sums["number"] or sums["records"] for name, sums in outcome.items()}
            total = sum(weight.values())
            return [row | {"value": weight.get("yes", 0), "out_of": total}] if total else []
        if yes["lacking"] or 0 < yes["numbered"] < yes["records"]:  # what is not known of one record is not known of the sum
            return [row | {"status": "", "missing": "not_available", "decimals": None}]
        if indicator.unit == "dkk":
            return [row | {"value": yes["amount"] / 100, "cases": yes["amounts"]}, *self._others(row, outcome, "amount", 100)]
        if indicator.id in self.identified and self._counts_once(indicator):
            return [row | {"value": float(self._different(indicator, period, people))}]
        value = yes["number"] if yes["numbered"] else yes["records"]
        row |= {"value": value, "status": "estimate" if yes["estimated"] else "measured"}
        if yes["bounded"] or (indicator.uncertainty == "estimate" and not yes["records"]):  # nothing registered is exactly 0
            row |= {"lowest": yes["lowest"], "highest": yes["highest"]}
        return [row, *self._others(row, outcome, "records", 1)]

    def _others(self, row: dict[str, Any], outcome: dict[str, pd.Series], name: str, scale: int) -> list[dict]:
        """What was not, or may not have been, deliberate: kept apart, never added."""
        aside = {"no": "not deliberate", "unknown": "unknown whether deliberate"}
        return [
            row | {"value": sums[name] / scale, "cases": sums["records"], "status": "", "set_aside": aside[key]}
            for key, sums in outcome.items()
            if key in aside
        ]

    def repeats(self, indicator: Indicator) -> str:
        """How often the same id counts: every time, once a period, or once in the whole plan, as the register says."""
        return indicator.repeats or ("each" if self.source.contract == "stories" else "once_a_period")

    def _counts_once(self, indicator: Indicator) -> bool:
        """Whether the same id may stand in several rows and count less often."""
        return indicator.combine == "unique" or self.repeats(indicator) != "each"

    def _different(self, indicator: Indicator, period: str, people: pd.DataFrame) -> int:
        """Different ids that belong to a period: those active at its end for a stock, those new in it where an id counts once."""
        months = months_of(period, self.first_month)
        if not len(people):
            return 0
        when = people["period"].map(lambda each: months_of(each, self.first_month).start)
        if indicator.measure == "stock" and self._by_month:
            end = date(months.stop // 12, months.stop % 12 + 1, 1) - timedelta(days=1)
            left = people["until"].map(lambda day: day == day and day is not None and day <= end)
            return people[(when < months.stop) & ~left]["id"].nunique()
        if self.repeats(indicator) == "once":
            first = people.assign(when=when).groupby("id")["when"].min()
            return int(first.between(months.start, months.stop - 1).sum())
        inside = when.between(months.start, months.stop - 1)
        return people[inside]["id"].nunique()


def same_ids(ids: pd.Series, source: Source) -> pd.Series:
    """The ids as they are told apart: case, blanks and what cannot be seen make no difference, unless source.toml says so."""
    return ids if source.ids == "exact" else ids.map(folded)


def _two_largest(amounts: pd.DataFrame) -> pd.DataFrame:
    """Of each indicator, area and period the two largest amounts."""
    return amounts.dropna(subset="amount").sort_values("amount", ascending=False, kind="stable").groupby(_KEY[:3], sort=False).head(2)


def _in_oere(columns: Columns) -> pd.Series:
    """Amounts of money in whole øre, so that they add up exactly; NaN where none is given."""
    numbers, units, marks = columns.number("value", blank=True), columns.unit(), columns.unit_mark("value")
    for row, word in columns.words("value")[columns.words("value").map(columns.like_thousand) & units.isin(["count", "dkk"])].items():
        code, detail = columns.thousand_or_not(word)
        columns.say(code, row, "value", word, **detail)
    scale = units.map({"count": 100, "dkk": 100, "million_dkk": 100_000_000})  # a count where no unit is declared
    given = numbers.map(lambda value: value is not None and value == value)
    for row in numbers.index[given & (scale.isna() | (marks == "%")) & units.notna()]:
        columns.say("unit_mark", row, "value", columns.words("value")[row], unit=units[row])
    return pd.Series(
        [float(value * int(times)) if there and times == times else np.nan for value, times, there in zip(numbers, scale, given, strict=True)],
        index=numbers.index,
        dtype=float,
    )
