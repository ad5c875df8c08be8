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
from .sources import LISTS

_KEY = ["period", "indicator"]
_NUMBERS = ("value", "out_of", "cases")


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
        """Whether it is said of the area, the period and the indicator of this department's figure; of a year, also of its months."""
        source, month = self.delivery.source, agreement.start.month
        same = {name: word for name, word in self.entry.items() if name == "indicator"}
        period = source.values.get("period", {}).get(self.entry.get("period", ""), self.entry.get("period", ""))
        inside = not period or set(months_of(row["period"], month)) <= set(months_of(parse_period(period) or "", month))
        return self.area.split("/")[0] == row["home"] and inside and bool(named_by(row.to_frame().T, same, source, agreement).all())


def add_up(deliveries: list[Delivery], agreement: Agreement, complete: bool) -> list[tuple[Delivery, Problem]]:
    """An area's figure from its departments, where all of them are there or known to be no more; the departments' own rows are kept and set aside.

    An area of which a department is known not to be delivered has none. The figure stands in the delivery of its first department. Where not all
    files could be read (`complete` is false), a department that lacks may be in one of these: then the area has no figure, and nothing is said.
    """
    if not deliveries:
        return []
    tables = [delivery.used.assign(place=number) for number, delivery in enumerate(deliveries)]
    parts = pd.concat([table[table["area"].astype(object).fillna("").str.contains("/")] for table in tables]).astype({"area": object})
    found: list[tuple[Delivery, Problem]] = []
    sums: dict[int, list[dict]] = {}
    absences, met = _absences(deliveries, agreement), []
    mine = parts.assign(home=parts["area"].str.split("/").str[0], part=parts["area"].str.split("/", n=1).str[1])
    for (home, _, _), group in mine[mine["home"].isin(agreement.areas)].groupby(["home", *_KEY], sort=False):
        now = [absence for absence in absences if absence.holds(group.iloc[0], agreement)]
        met += now
        known = {absence.part for absence in now}
        there = group[~group["part"].str.casefold().isin(known) | group["value"].notna()]  # of what is not there, a cell may bear a mark
        group = there if len(there) else group
        place = group.iloc[0]["place"]
        problem = next(_wrong(group, home, known, deliveries, agreement), None)
        if problem is None or problem.level == "warning":
            sums.setdefault(place, []).append(_sum(group, home, now, agreement))
        if problem is not None and (complete or problem.code != "parts_missing"):
            found.append((deliveries[place], problem))
    for place, rows in mine.groupby("place"):
        table = deliveries[place].table
        table.loc[rows.index, "set_aside"] = str(Reason("aside_department"))
        if place in sums:
            deliveries[place].table = finished(pd.concat([table, pd.DataFrame(sums[place], columns=table.columns).astype(table.dtypes.to_dict())]))
    return found + (list(_of_nothing(absences, met)) if complete else [])


def _absences(deliveries: list[Delivery], agreement: Agreement) -> list[Absence]:
    """Every department that is declared absent, and everything that is declared closed. A list tells of its own absences itself."""
    entries = [(entry, delivery) for delivery in deliveries for entry in delivery.source.absent]
    found = [Absence((area_named(entry.get("area", ""), delivery.source, agreement) or "").casefold(), entry, delivery) for entry, delivery in entries]
    return [each for each in found if each.entry.get("closed") or (each.part and each.delivery.source.contract not in LISTS)]


def _of_nothing(absences: list[Absence], met: list[Absence]) -> Iterator[tuple[Delivery, Problem]]:
    """What is declared absent or closed and is no department of an area that is added up then; tables of one folder may share an entry."""
    told = [(absence.delivery.source.name, absence.entry) for absence in met]
    for _, entry, delivery in absences:
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
    """A problem at a department's row."""
    source = deliveries[row["place"]].source
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
    total |= {name: exact_sum(group[name]) if whole else MISSING for name in _NUMBERS}
    bounded = whole and group[["lowest", "highest"]].notna().any(axis=None)  # a department without bounds is exact
    total |= {name: exact_sum(group[name].fillna(group["value"])) if bounded else MISSING for name in ("lowest", "highest")}
    if len(files := group["file"].unique()) > 1:
        total |= {"source": "; ".join(files)}
    total |= {"decimals": group["decimals"].max(), "delivery": group["delivery"].max()}
    missing = "not_delivered" if lacking else group["missing"].max()
    return total | ({"status": "derived"} if whole else {"status": "", "missing": missing})  # without one, a cell could not be read
