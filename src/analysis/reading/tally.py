"""The records of a list counted to figures, by area and period.

A list says what happened, so nothing in it means zero only where source.toml declares the periods it covers in full.
Files of millions of rows are counted piece by piece; no row is kept.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..promises.agreement import COMBINED, Indicator
from ..promises.catalogue import FALLBACK, say
from ..promises.problems import Problem
from ..promises.reasons import Reason
from .absences import absences
from .contracts import Columns, each_found, folded
from .figures import finished
from .records import Listed, Place, is_held, place_name, read_records, same_ids, two_largest
from .stories import SameStories

_KEY = ["indicator", "area", "period", "outcome"]
_EXACT = ["number", "amount", "lowest", "highest"]  # added up as printed
_HOW_MANY = ["records", "amounts", "numbered", "bounded", "estimated", "middle", "lacking"]  # of the records have such a number, or are such
_ASIDE = {"no": Reason("aside_not_deliberate"), "unknown": Reason("aside_perhaps_deliberate")}


class Member(NamedTuple):
    """A person, group or story as it is counted: where, from which month of which year on, and the last day if it is known to have ended."""

    area: str
    start: int
    until: date | None
    id: str
    done: date | bool = False


class Tally:
    """The records of one delivery as they are read, counted by indicator, area, period and outcome.

    Two fires in Sydbyen in March 2018, one of them deliberate, are kept as two counters of one record each:
    `sums["arson_fires", "sydbyen", "2018-03", "yes"]["records"] == 1`, and the same with "no". Ids of persons, groups
    and stories are kept until they are counted, ids of incidents only as hashes.
    """

    def __init__(self, listed: Listed):
        self.listed, self.source, self.agreement = listed, listed.source, listed.agreement
        self.sums: dict[tuple[str, ...], Counter] = defaultdict(Counter)
        self.largest: dict[tuple[str, ...], list[Decimal]] = {}  # by indicator, area and period the two largest amounts
        self.members: dict[str, set[Member]] = {}  # by indicator; those of which records bear ids
        self.shared: dict[str, list[Member]] = defaultdict(list)  # by indicator; of whom a share is counted
        self.hashes = array("Q")
        self.indicators: set[str] = set()
        self.areas: set[str] = set()
        self.first = Place("", "", 0, "")
        self.named: dict[str, Place] = {}  # by area or department its first record
        self.places: dict[tuple[str, bool], Place] = {}  # first record of an indicator for all areas together, and for one
        self.records: dict[tuple[str, str, str], Place] = {}  # by indicator, area and period the first record
        self.absences = absences(listed.source, listed.agreement)
        self.same = SameStories(listed.source)
        self.nameless: dict[str, Place] = {}  # by indicator the first record without an id
        self.spellings: dict[str, dict[str, Place]] = defaultdict(dict)  # ids that differ only in what the eye passes over

    # --- piece by piece ---

    def add(self, columns: Columns, amounts_only: bool, listed: Listed) -> None:
        """Count one piece of a file. `amounts_only` is true for further columns of amounts beside the records already counted."""
        if columns.cells.empty:
            return
        rows = read_records(columns, listed, amounts_only).dropna(subset=["area", "indicator", "period"])
        self._remember_places(columns, rows)
        if not amounts_only:
            self._remember_ids(columns, rows)
            self._remember_shared(columns, rows)
        self._count(rows)
        self._remember_largest(rows)

    def _count(self, rows: pd.DataFrame) -> None:
        """Add up the piece. A number without bounds is exact, so it is its own bounds."""
        bounds = {name: rows[name].astype(object).where(rows[name].notna(), rows["number"]) for name in ("lowest", "highest")}
        having = {new: rows[name].notna() for new, name in (("amounts", "amount"), ("numbered", "number"), ("bounded", "lowest"))}
        counted = rows.assign(records=True, **bounds, **having)
        given = [name for name in _EXACT if counted[name].notna().any()]
        counted[given] = counted[given].astype(object).where(counted[given].notna(), 0)
        for key, sums in counted.groupby(_KEY, sort=False)[[*_HOW_MANY, *given]].sum().to_dict("index").items():
            self.sums[key].update(sums)

    def _remember_largest(self, rows: pd.DataFrame) -> None:
        """The two largest amounts of each area and period, from which it is seen whether a sum gives one away."""
        amounts = rows[rows["amount"].notna() & (rows["outcome"] == "yes")]
        for key, found in amounts.groupby(_KEY[:3], sort=False)["amount"]:
            self.largest[key] = two_largest([*self.largest.get(key, ()), *found])

    def _remember_places(self, columns: Columns, rows: pd.DataFrame) -> None:
        """Which indicators and areas there are, and where the first record stands."""
        self.indicators |= set(rows["indicator"])
        self.areas |= set(rows["area"])
        place = lambda row, name="area": Place(columns.file, columns.sheet, **columns.at(row, name))  # noqa: E731
        self.first = self.first if self.first.file else place(columns.cells.index[0])
        for row, id_, area, period in rows[_KEY[:3]].drop_duplicates().itertuples(name=None) if self.absences else ():
            self.records.setdefault((id_, area, period), place(row))
        for row, area in rows["area"].drop_duplicates().items():
            self.named.setdefault(area, place(row))
        own = rows[~rows["area"].isin(self.agreement.references)]
        for (id_, together), found in own.groupby(["indicator", own["area"] == COMBINED], sort=False):
            self.places.setdefault((id_, bool(together)), place(found.index[0]))

    def _remember_ids(self, columns: Columns, rows: pd.DataFrame) -> None:
        """The ids that must be distinguished, of incidents as hashes."""
        if columns.source.contract == "incidents" and columns.has("id"):
            ids = same_ids(columns.words("id"), self.source).to_numpy(dtype=object)
            self.hashes.frombytes(pd.util.hash_array(ids[ids != ""]).tobytes())  # a blank is nobody's id
        name = next((name for name in ("person", "story") if columns.has(name)), None)
        if name is None:
            return
        ids = columns.person(name) if name == "person" else columns.words(name)
        if name == "story":
            self.same.add(columns)
        named = rows[["indicator", "area", "period", "until"]].assign(id=ids.reindex(rows.index)).query("id != ''")
        for row, id_ in rows.loc[~rows.index.isin(named.index) & rows["number"].isna(), "indicator"].drop_duplicates().items():
            self.nameless.setdefault(id_, Place(columns.file, columns.sheet, **columns.at(row, name)))
        unique = {id_ for id_ in self.indicators if self.agreement.indicators[id_].combine == "unique"}
        for row in rows.index[rows["indicator"].isin(unique) & ~rows.index.isin(named.index) & rows["number"].isna()]:
            columns.say("no_id", row, name, "")
        for id_ in set(named["indicator"]):
            self.members.setdefault(id_, set())  # also where no id could be read
        named = named.dropna(subset=["id"])
        self._remember_spellings(named, columns, name)
        starts = each_found(named["period"], lambda period: self.listed.months_of(period).start)
        until = named["until"].astype(object).where(named["until"].notna(), None)
        for indicator, *member in zip(named["indicator"], named["area"], starts, until, same_ids(named["id"], self.source), strict=True):
            self.members[indicator].add(Member(*member))

    def _remember_shared(self, columns: Columns, rows: pd.DataFrame) -> None:
        """Of whom a share is counted: a person with an id is one in however many rows, without ids each row is one."""
        rows = rows[rows["done"].notna()]
        ids = same_ids(columns.words("person"), self.source).reindex(rows.index) if columns.has("person") else pd.Series("", index=rows.index)
        until = rows["until"].astype(object).where(rows["until"].notna(), None)
        for row, id_, area, period, end, done in zip(rows.index, ids, rows["area"], rows["period"], until, rows["done"], strict=True):
            who = id_ or f"{columns.file}\n{columns.sheet}\n{row}"
            self.shared[rows.at[row, "indicator"]].append(Member(area, self.listed.months_of(period).start, end, who, done))

    def _remember_spellings(self, named: pd.DataFrame, columns: Columns, name: str) -> None:
        """Where each way to write an id stands first, where an id may count only once."""
        once = {id_ for id_ in self.members if self.listed.counts_once(self.agreement.indicators[id_])}
        for row, id_ in named.loc[named["indicator"].isin(once), "id"].drop_duplicates().items() if not self.source.ids else ():
            self.spellings[folded(id_)].setdefault(id_, Place(columns.file, columns.sheet, **columns.at(row, name)))

    # --- of the whole list ---

    def problems(self) -> list[Problem]:
        """What only the whole list shows: records for all areas beside those of single areas, or where none was to be, and ids written in several ways."""
        both = [place for (id_, together), place in self.places.items() if together and (id_, False) in self.places and self.source.contract != "stories"]
        found = [Problem("together_beside_areas", place.file, sheet=place.sheet, row=place.row, column=place.column) for place in both]
        found += self.same.problems() + self._absent_and_there() + self._areas_beside_departments() + self._never_named()
        for id_, place in self.nameless.items():  # beside records with ids it would not be counted
            indicator = self.agreement.indicators[id_]
            if id_ in self.members and self.listed.counts_once(indicator) and indicator.combine != "unique":
                found.append(Problem("no_id_beside_ids", place.file, sheet=place.sheet, row=place.row, column=place.column, detail={"indicator": id_}))
        several = [ways for ways in self.spellings.values() if len(ways) > 1]
        if several:
            listed = "; ".join(" = ".join(f"{id_} ({place.row})" for id_, place in ways.items()) for ways in several[:5]) + "; …" * (len(several) > 5)
            file, sheet, row, column = min(place for ways in several for place in ways.values())
            found.append(Problem("ids_alike", file, sheet=sheet, row=row, column=column, level="warning", detail={"n": len(several), "ids": listed}))
        return found

    def _absent_and_there(self) -> list[Problem]:
        """The first record that lies where source.toml says that there is none."""
        found = []
        for each in self.absences:
            there = [place for (id_, area, period), place in self.records.items() if each.names(area) and each.about(id_, area, self.listed.months_of(period))]
            for place in there[:1]:
                found.append(Problem("absent_is_there", place.file, each.words, sheet=place.sheet, row=place.row, column=place.column))
        return found

    def _areas_beside_departments(self) -> list[Problem]:
        """Records of a whole area in a list with departments of it that are not all: nobody knows which of them it has in full."""
        found = []
        for area in sorted(self.areas & self.agreement.areas.keys()):
            if (departments := self.departments(area)) and not self.has_all(area):
                parts = ", ".join(place_name(each, self.agreement) for each in departments)
                detail = {"area": self.agreement.area_name(area), "parts": parts, "first": place_name(departments[0], self.agreement)}
                place = self.named[area]
                found.append(Problem("area_beside_departments", place.file, sheet=place.sheet, row=place.row, column=place.column, detail=detail))
        return found

    def _never_named(self) -> list[Problem]:
        """Areas of which a list has no record, and of which it yet says that there was none: whose they are is not said."""
        own = {area.partition("/")[0] for area in self.areas} & self.agreement.areas.keys()
        without = [area for area in self.agreement.areas if area not in own and not any(each.area.partition("/")[0] == area for each in self.absences)]
        zeros = any(self.agreement.indicators[id_].measure not in ("survey_share", "ratio") for id_ in self.indicators)
        if not zeros or self.source.contract == "stories" or self.listed.holds or not own or COMBINED in self.areas or not without:
            return []
        named = [place_name(each, self.agreement) for area in self.agreement.areas if area in own for each in self.departments(area) or [area]]
        detail = {"areas": ", ".join(map(self.agreement.area_name, without)), "holds": ", ".join(f'"{name}"' for name in named)}
        return [Problem("zero_where_never_named", self.first.file, sheet=self.first.sheet, level="warning", detail=detail)]

    def repeated(self) -> np.ndarray:
        """Hashes of incident ids that stand in more than one row; of very many the first thousand."""
        hashes = np.frombuffer(self.hashes, dtype=np.uint64) if self.hashes else np.empty(0, dtype=np.uint64)
        hashes.sort()
        return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])[:1000]

    # --- figures ---

    def figures(self) -> pd.DataFrame:
        """The counted figures as tidy rows: a month and a year, every area of the plan, zero where the list has nothing.

        An area has no row in the time in which it was declared absent. Figures of outcomes other than yes are set aside, never added.
        """
        named = {word for word in self.source.values.get("indicator", {}).values() if word in self.agreement.indicators}
        constants = {block.constants.get("indicator", "") for block in self.source.blocks} | {self.source.constants.get("indicator", "")}
        rows: list[dict[str, Any]] = []
        for id_ in sorted(self.indicators | named | (constants & self.agreement.indicators.keys())):
            rows += self._figures_of(self.agreement.indicators[id_])
        return finished(pd.DataFrame(rows).assign(file=self.first.file, sheet=self.first.sheet, row=self.first.row) if rows else pd.DataFrame(columns=["row"]))

    def _figures_of(self, indicator: Indicator) -> list[dict]:
        """An indicator's figures of every period and place."""
        mine: dict[str, list[tuple[str, str, Counter]]] = defaultdict(list)  # by the period registered for: area, outcome, sums
        for (id_, area, registered, outcome), sums in self.sums.items():
            if id_ == indicator.id:
                mine[registered].append((area, outcome, sums))
        places = self._places(indicator, {area for found in mine.values() for area, _, _ in found})
        members = {place: self._by_month(indicator, counted) for place, counted in places.items()}
        once = self.agreement.areas.keys() <= places.keys() and indicator.combine == "unique" and (indicator.id in self.members or not self.sums)
        everybody = self._by_month(indicator, set().union(*(places[area] for area in self.agreement.areas))) if once else {}
        rows = []
        for period in self._periods(indicator):
            inside = [registered for registered in mine if self.listed.within(registered, period)]
            months = self.listed.months_of(period)
            absent = {place for place in places if any(each.about(indicator.id, place, months) for each in self.absences)}
            for place, counted in places.items():
                if place in absent:
                    continue
                outcomes: dict[str, Counter] = defaultdict(Counter)
                for area, outcome, sums in (found for registered in inside for found in mine[registered]):
                    if area in counted:
                        outcomes[outcome].update(sums)
                figure = self._figure(indicator, _base(indicator, place, period), outcomes, members[place], counted)
                if indicator.unit == "dkk" and figure:  # the figure itself comes first
                    figure[0] |= self._largest(indicator, counted, inside)
                rows += figure
            if once and not absent & self.agreement.areas.keys():  # who was counted in two areas is one person of the plan
                rows.append(_base(indicator, COMBINED, period) | {"value": self._different(indicator, period, everybody)})
        return rows

    def _places(self, indicator: Indicator, named: set[str]) -> dict[str, set[str]]:
        """The places an indicator gets figures for, each with the areas whose records count there.

        A story is about all areas together, whichever of them it names. Other records are counted where they are, or for all
        together where none names an area; reference areas are no part of all together. Of an area of which departments are
        named each of these is a place, to be added up with those of other lists. What cannot be added up, such as different
        persons, is counted where the list has all departments.
        """
        others = self.areas & self.agreement.references.keys()
        if self.source.contract == "stories" or {COMBINED} in (named - others, self.areas - others):
            departments = {area for area in self.areas if "/" in area}
            places = {COMBINED: {COMBINED, *self.agreement.areas, *departments}}
        else:
            places = {}
            for area in self.agreement.areas:
                departments = self.departments(area)
                if departments and not (indicator.combine != "sum" and self.has_all(area)) and area not in self.areas:
                    places |= {each: {each} for each in departments}
                elif departments or is_held(area, self.listed.holds or {area}):
                    places[area] = {area, *departments}
        return places | {area: {area} for area in sorted(others)}

    def departments(self, area: str) -> list[str]:
        """The departments of an area that the list has, or was said to hold, as the agreement lists them."""
        return [each for part in self.agreement.areas[area].parts if (each := f"{area}/{part}") in self.areas | self.listed.holds]

    def has_all(self, area: str) -> bool:
        """Whether the list has every department of an area that is not declared absent from it or closed."""
        known = {*self.departments(area), *(each.area for each in self.absences)}
        return all(f"{area}/{part}" in known for part in self.agreement.areas[area].parts)

    def _periods(self, indicator: Indicator) -> list[str]:
        """Every month covered, and every year of the indicator's own kind that is covered in full.

        What is taken back is booked in another month than what it takes back: such amounts are of years alone.
        """
        covered, taken_back = sorted(self.listed.months), self.source.signed and indicator.unit == "dkk"
        by_month = not taken_back and self.listed.has_days and indicator.measure not in ("stock", "survey_share", "ratio")
        months = [f"{month // 12}-{month % 12 + 1:02}" for month in covered if by_month]
        years = sorted({month // 12 + later for month in covered for later in (0, 1)})
        named = [self.agreement.period(indicator.id, year) for year in years]
        return [*months, *(year for year in named if set(self.listed.months_of(year)) <= self.listed.months)]

    def _figure(
        self, indicator: Indicator, row: dict[str, Any], outcomes: Mapping[str, Counter], members: Mapping[int, list[Member]], areas: set[str]
    ) -> list[dict]:
        """One area's figure in one period, and beside it, set aside, what was not or may not have been deliberate."""
        yes = outcomes.get("yes", Counter())
        row = row | {"cases": yes["records"]}
        if indicator.measure == "survey_share":
            weights = {name: sums["number"] or sums["records"] for name, sums in outcomes.items()}
            total = sum(weights.values())
            return [row | {"value": weights.get("yes", 0), "out_of": total}] if total else []
        if indicator.measure == "ratio":
            return self._share(indicator, row, areas)
        if yes["lacking"] or 0 < yes["numbered"] < yes["records"]:  # what is not known of one record is not known of the sum
            return [row | {"status": "", "missing": "not_available", "decimals": None}]
        status = "estimate" if yes["estimated"] else "measured"
        if indicator.unit == "dkk":
            return [row | {"value": yes["amount"], "cases": yes["amounts"], "status": status}, *_others(row, outcomes, "amount")]
        if indicator.id in self.members and self.listed.counts_once(indicator):
            return [row | {"value": self._different(indicator, row["period"], members)}]
        row |= {"value": yes["number"] if yes["numbered"] else yes["records"], "status": status}
        if yes["middle"]:
            row |= {"decimals": max(0, -yes["number"].as_tuple().exponent), "note": say("note_middle_of_bounds", FALLBACK)}
        if yes["bounded"] or (indicator.uncertainty == "estimate" and not yes["records"]):  # nothing registered is exactly 0
            row |= {"lowest": yes["lowest"], "highest": yes["highest"]}
        return [row, *_others(row, outcomes, "records")]

    def _largest(self, indicator: Indicator, areas: set[str], inside: list[str]) -> dict[str, Decimal]:
        """The two largest amounts in these areas within these months, from which it is seen whether the sum gives one away."""
        found = (self.largest.get((indicator.id, area, registered), ()) for area in areas for registered in inside)
        return dict(zip(("largest", "second"), two_largest(amount for amounts in found for amount in amounts), strict=True))

    def _share(self, indicator: Indicator, row: dict[str, Any], areas: set[str]) -> list[dict]:
        """Of those there at the end of the period, how many it is so of by then; nothing where nobody is there."""
        months = self.listed.months_of(row["period"])
        end = _last_day(months)
        mine = [each for each in self.shared[indicator.id] if each.area in areas and each.start < months.stop]
        there = {each.id for each in mine if _is_there(each, end)}
        done = {each.id for each in mine if each.done is True or (isinstance(each.done, date) and each.done <= end)} & there
        return [row | {"value": len(done), "out_of": len(there), "cases": len(done)}] if there else []

    def _by_month(self, indicator: Indicator, areas: Collection[str]) -> dict[int, list[Member]]:
        """Who is in these areas, by the month each began in; where an id counts once in the whole plan, by its first month alone."""
        first = self.same.first
        members = [each._replace(id=first.get(each.id, each.id)) for each in self.members.get(indicator.id, ()) if each.area in areas]
        if self.listed.repeats(indicator) == "once" and not self._is_state(indicator):
            members = list({each.id: each for each in sorted(members, key=lambda each: -each.start)}.values())
        by_month: dict[int, list[Member]] = defaultdict(list)
        for each in members:
            by_month[each.start].append(each)
        return by_month

    def _is_state(self, indicator: Indicator) -> bool:
        """Whether who is there at the end of a period counts, and not who came in it."""
        return indicator.measure == "stock" and self.listed.has_days

    def _different(self, indicator: Indicator, period: str, members: Mapping[int, list[Member]]) -> int:
        """Different ids that belong to a period: those active at its end for a stock, those new in it where an id counts once.

        A group founded in 2017 and dissolved in 2019 is active at the end of 2018; where an id counts once, the same
        participant in 2018 and 2019 is new in 2018 only.
        """
        months = self.listed.months_of(period)
        if not self._is_state(indicator):
            return len({each.id for month in months for each in members.get(month, ())})
        end = _last_day(months)
        begun = (each for month, found in members.items() if month < months.stop for each in found)
        return len({each.id for each in begun if _is_there(each, end)})


def _is_there(member: Member, day: date) -> bool:
    """Whether someone who has begun has not ended before this day: `Fratrådt 30-09-2018` is the last day of employment."""
    return member.until is None or member.until >= day


def _last_day(months: range) -> date:
    return date(months.stop // 12, months.stop % 12 + 1, 1) - timedelta(days=1)


def _base(indicator: Indicator, area: str, period: str) -> dict[str, Any]:
    return {"indicator": indicator.id, "area": area, "period": period, "decimals": 0, "status": "measured"}


def _others(row: dict[str, Any], outcomes: Mapping[str, Counter], name: str) -> list[dict]:
    """What was not, or may not have been, deliberate: kept apart, never added."""
    return [
        row | {"value": sums[name], "cases": sums["records"], "status": "", "set_aside": str(_ASIDE[key])}
        for key, sums in sorted(outcomes.items())
        if key in _ASIDE
    ]
