"""Departments added up to their area, whichever suppliers' files they stand in."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import pandas as pd

from ..promises.agreement import Agreement
from ..promises.catalogue import FALLBACK, say
from ..promises.periods import months_of, parse_period
from ..promises.problems import Problem
from ..promises.reasons import Reason
from .contracts import MISSING
from .figures import area_named, exact_sum, finished, named_by
from .intake import Delivery
from .records import two_largest
from .sources import LISTS

_KEY = ["period", "indicator"]
_NUMBERS = ("value", "out_of", "cases")
_BOUNDS, _LARGEST = ("lowest", "highest"), ("largest", "second")


class Absence(NamedTuple):
    """A department that an entry of [[absent]] says is not there, or no more; `area` is its id in lower case, `area/department`."""

    area: str
    entry: dict
    delivery: Delivery

    @property
    def part(self) -> str:
        """The department's name in lower case."""
        return self.area.partition("/")[2]

    def holds(self, row: pd.Series, agreement: Agreement) -> bool:
        """Whether it is said of the area, the period and the indicator of this department's figure; of a year, also of its months.

        In a list a month that lacks is enough for its year to lack.
        """
        source, month = self.delivery.source, agreement.start.month
        same = {name: word for name, word in self.entry.items() if name == "indicator"}
        period = source.values.get("period", {}).get(self.entry.get("period", ""), self.entry.get("period", ""))
        own, meant = set(months_of(row["period"], month)), set(months_of(parse_period(period) or "", month))
        enough = bool(own & meant) if source.contract in LISTS and not self.entry.get("closed") else own <= meant
        inside = not period or enough
        return self.area.split("/")[0] == row["home"] and inside and bool(named_by(row.to_frame().T, same, source, agreement).all())


def add_up(deliveries: list[Delivery], agreement: Agreement, complete: bool) -> list[tuple[Delivery, Problem]]:
    """An area's figure from its departments, where all of them are there or known to be no more; the departments' own rows are kept and set aside.

    An area of which a department is known not to be delivered has none. The figure stands in the delivery of its first department, or in that of a
    list, where one holds any. Where not all files could be read (`complete` is false), a department that lacks may be in one of these: then the
    area has no figure, and nothing is said.
    """
    absences, met = _absences(deliveries, agreement), []
    if not any("/" in str(area) for delivery in deliveries for area in delivery.table["area"]):
        return list(_of_nothing(absences, met)) if complete else []
    tables = [delivery.used.assign(place=number) for number, delivery in enumerate(deliveries)]
    parts = pd.concat([table[table["area"].astype(object).fillna("").str.contains("/")] for table in tables]).astype({"area": object})
    found: list[tuple[Delivery, Problem]] = []
    sums: dict[int, list[dict]] = {}
    mine = parts.assign(home=parts["area"].str.split("/").str[0], part=parts["area"].str.split("/", n=1).str[1])
    lists = [number for number, delivery in enumerate(deliveries) if delivery.source.contract in LISTS]
    for home, group in _groups(mine[mine["home"].isin(agreement.areas)], lists, agreement):
        now = [absence for absence in absences if absence.holds(group.iloc[0], agreement)]
        met += now
        known = {absence.part for absence in now}
        there = group[~group["part"].str.casefold().isin(known) | group["value"].notna()]  # of what is not there, a cell may bear a mark
        group = there if len(there) else group
        place = next(iter(group.loc[group["place"].isin(lists), "place"]), group.iloc[0]["place"])
        problem = next(_wrong(group, home, known, deliveries, agreement), None)
        if problem is None or problem.level == "warning":
            sums.setdefault(place, []).append(_sum(group, home, now, agreement))
        if problem is not None and (complete or problem.code != "parts_missing") and not _told(problem, found, place in lists):
            found.append((deliveries[place], problem))
    for place, rows in mine.groupby("place"):
        table = deliveries[place].table
        table.loc[rows.index, "set_aside"] = str(Reason("aside_department"))
        if place in sums:
            deliveries[place].table = finished(pd.concat([table, pd.DataFrame(sums[place], columns=table.columns).astype(table.dtypes.to_dict())]))
    return found + (list(_of_nothing(absences, met)) if complete else [])


def _groups(parts: pd.DataFrame, lists: list[int], agreement: Agreement) -> Iterator[tuple[str, pd.DataFrame]]:
    """The departments' figures of each area, indicator and period; beside a list's months, other suppliers may have quarters or years alone.

    What a supplier has by quarter is added up to the year that the list has. A month that is too short for one of the departments is left out, since
    it is in a longer period; the longest come first.
    """
    for (home, id_), rows in parts.groupby(["home", "indicator"], sort=False):
        indicator, month = agreement.indicators[id_], agreement.start.month
        by_time = rows["place"].isin(lists).any() and indicator.combine == "sum" and indicator.measure != "stock"
        listed, periods = set(rows.loc[rows["place"].isin(lists), "period"]), rows["period"].drop_duplicates()
        for period in sorted(periods, key=lambda each: -len(months_of(each, month))) if by_time else periods:
            group = rows[rows["period"] == period]
            if by_time and period not in listed and any(_within(period, each, month) for each in listed):
                continue
            if by_time:
                others = {part: own for part, own in rows.groupby("part", sort=False) if part not in set(group["part"])}
                made = {part: sum_ for part, own in others.items() if (sum_ := _of_shorter(own, period, month)) is not None}
                if any(_within(period, each, month) for part, own in others.items() if part not in made for each in own["period"]):
                    continue
                group = pd.concat([group, pd.DataFrame(made.values())]) if made else group
            yield home, group


def _within(period: str, longer: str, month: int) -> bool:
    """Whether a period is a part of a longer one."""
    return period != longer and set(months_of(period, month)) <= set(months_of(longer, month))


def _of_shorter(rows: pd.DataFrame, period: str, month: int) -> pd.Series | None:
    """A department's figure of a period, added up from the halves, quarters or months of it that are all there; else None."""
    inside = rows[[_within(each, period, month) for each in rows["period"]]]
    lengths = inside["period"].map(lambda each: len(months_of(each, month)))
    for length in sorted(set(lengths), reverse=True):
        own = inside[lengths == length]
        whole = own["period"].is_unique and len(own) * length == len(months_of(period, month))
        if whole and own["value"].notna().all():
            return pd.Series(own.iloc[0].to_dict() | {"period": period} | _added(own))
    return None


def _told(problem: Problem, found: list[tuple[Delivery, Problem]], of_list: bool) -> bool:
    """Whether of a list, which has figures of each month and year, the same is said already of a longer period."""
    same = lambda other: (other.code, other.file, other.found) == (problem.code, problem.file, problem.found)  # noqa: E731
    about = lambda other: [other.detail.get(name) for name in ("area", "indicator", "parts")]  # noqa: E731
    return of_list and any(same(other) and about(other) == about(problem) for _, other in found)


def _absences(deliveries: list[Delivery], agreement: Agreement) -> list[Absence]:
    """Every department that is declared absent, and everything that is declared closed."""
    entries = [(entry, delivery) for delivery in deliveries for entry in delivery.source.absent]
    found = [Absence((area_named(entry.get("area", ""), delivery.source, agreement) or "").casefold(), entry, delivery) for entry, delivery in entries]
    return [each for each in found if each.entry.get("closed") or each.part]


def _of_nothing(absences: list[Absence], met: list[Absence]) -> Iterator[tuple[Delivery, Problem]]:
    """What is declared absent or closed and is no department of an area that is added up then; tables of one folder may share an entry.

    Where a list has all departments and counts the area as one, it tells of its own absences itself.
    """
    told = [(absence.delivery.source.name, absence.entry) for absence in met]
    for area, entry, delivery in absences:
        if delivery.source.contract in LISTS and (not entry.get("closed") or (delivery.table["area"] == area.partition("/")[0]).any()):
            continue
        if (delivery.source.name, entry) not in told:
            told.append((delivery.source.name, entry))
            words = ", ".join(str(entry[name]) for name in ("area", "period", "indicator") if name in entry)
            yield delivery, Problem("no_such_part_then", f"{delivery.source.name}/source.toml", words)


def _wrong(group: pd.DataFrame, home: str, known: Collection[str], deliveries: list[Delivery], agreement: Agreement) -> Iterator[Problem]:
    """Why these departments' figures cannot be added up; a warning where they can and the sum is not known. `known` are those declared not to be there."""
    indicator, area, named = agreement.indicators[group.iloc[0]["indicator"]], agreement.areas[home], group["part"].str.casefold()
    lacking = [part for part in area.parts if part.casefold() not in {*named, *known}]
    shares, there, blank = group[group["out_of"].isna() & group["value"].notna()], group[named.isin(known) & group["value"].notna()], group["value"].isna()
    if indicator.unit in ("share", "rate") and len(shares):
        yield _at("shares_of_parts", shares.iloc[0], deliveries)
    elif indicator.combine == "unique":
        yield _at("persons_of_parts", group.iloc[0], deliveries)
    elif len(there):
        yield _at("absent_is_there", there.iloc[0], deliveries)
    elif lacking:
        detail = {"area": area.name, "indicator": indicator.id, "period": group.iloc[0]["period"], "parts": ", ".join(lacking), "first": lacking[0]}
        yield _at("parts_missing", group.iloc[0], deliveries, detail=detail)
    elif named.duplicated().any():
        again, first = group[named.duplicated()].iloc[0], group[named == named[named.duplicated()].iloc[0]].iloc[0]
        yield _at("repeated_key", again, deliveries, detail={"first": first["row"], "file": first["file"]})
    elif (blank & (group["missing"] != "")).any():
        detail = {"area": area.name, "indicator": indicator.id, "period": group.iloc[0]["period"], "parts": ", ".join(group.loc[blank, "part"])}
        yield _at("part_without_figure", group[blank].iloc[0], deliveries, level="warning", detail=detail)


def _at(code: str, row: pd.Series, deliveries: list[Delivery], **more: object) -> Problem:
    """A problem at a department's row; of a list, which has many, at the list."""
    source = deliveries[row["place"]].source
    if source.contract in LISTS:
        return Problem(code, row["file"], row["part"], sheet=row["sheet"], **more)
    return Problem(code, row["file"], row["part"], sheet=row["sheet"], row=int(row["row"]), column=(source.headings("area") or ["area"])[0], **more)


def _sum(group: pd.DataFrame, home: str, absences: list[Absence], agreement: Agreement) -> dict:
    """The area's figure; missing where one department's is."""
    lacking = [each for each in absences if not each.entry.get("closed")]
    whole = group["value"].notna().all() and not lacking
    named = {part.casefold() for part in group["part"]}
    closed = {each.part for each in absences if each.entry.get("closed")}
    there, gone = (", ".join(part for part in agreement.areas[home].parts if part.casefold() in some) for some in (named, closed - named))
    note = "; ".join([say("note_departments", FALLBACK, parts=there), *([say("note_closed", FALLBACK, parts=gone)] if gone else [])])
    note = "; ".join(f"{each.entry['area']}: {each.entry['reason'][FALLBACK]}" for each in lacking) or note
    total = group.iloc[0].drop(["home", "part", "place"]).to_dict() | {"area": home, "delivered": "", "note": note}
    total |= _added(group) if whole else dict.fromkeys((*_NUMBERS, *_BOUNDS, *_LARGEST), MISSING)
    if len(files := group["file"].unique()) > 1:
        total |= {"source": "; ".join(files)}
    total |= {"decimals": group["decimals"].max(), "delivery": group["delivery"].max()}
    missing = "not_delivered" if lacking else group["missing"].max()
    status = "estimate" if (group["status"] == "estimate").any() else "derived"
    return total | ({"status": status} if whole else {"status": "", "missing": missing})  # without one, a cell could not be read


def _added(group: pd.DataFrame) -> dict:
    """The numbers of these figures added up, and the two largest amounts among them."""
    bounded = group[["lowest", "highest"]].notna().any(axis=None)  # a department without bounds is exact
    added = {name: exact_sum(group[name]) for name in _NUMBERS}
    added |= {name: exact_sum(group[name].fillna(group["value"])) if bounded else MISSING for name in _BOUNDS}
    amounts = group[list(_LARGEST)].dropna().to_numpy().ravel()
    known = group["largest"].notna().all()  # of a sum alone it is not known what it is of
    return added | dict(zip(_LARGEST, two_largest(amounts) if known else (MISSING, MISSING), strict=True))
