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

_KEY = ["period", "indicator"]
_NUMBERS = ("value", "out_of", "cases")


class Closure(NamedTuple):
    """A department that an entry of [[absent]] says is no more; `area` is its id in lower case, `area/department`."""

    area: str
    entry: dict
    delivery: Delivery

    def holds(self, row: pd.Series, agreement: Agreement) -> bool:
        """Whether it is said of the area, the period and the indicator of this department's figure; of a year, also of its months."""
        source, month = self.delivery.source, agreement.start.month
        same = {name: word for name, word in self.entry.items() if name == "indicator"}
        period = source.values.get("period", {}).get(self.entry.get("period", ""), self.entry.get("period", ""))
        inside = not period or set(months_of(row["period"], month)) <= set(months_of(parse_period(period) or "", month))
        return self.area.split("/")[0] == row["home"] and inside and bool(named_by(row.to_frame().T, same, source, agreement).all())


def add_up(deliveries: list[Delivery], agreement: Agreement, complete: bool) -> list[tuple[Delivery, Problem]]:
    """An area's figure from its departments, where all of them are there or known to be no more; the departments' own rows are kept and set aside.

    The figure stands in the delivery of its first department. Where not all files could be read (`complete` is false), a department that lacks
    may be in one of these: then the area has no figure, and nothing is said.
    """
    if not deliveries:
        return []
    tables = [delivery.used.assign(place=number) for number, delivery in enumerate(deliveries)]
    parts = pd.concat([table[table["area"].astype(object).fillna("").str.contains("/")] for table in tables]).astype({"area": object})
    found: list[tuple[Delivery, Problem]] = []
    sums: dict[int, list[dict]] = {}
    closures, met = _closures(deliveries, agreement), []
    mine = parts.assign(home=parts["area"].str.split("/").str[0], part=parts["area"].str.split("/", n=1).str[1])
    for (home, _, _), group in mine[mine["home"].isin(agreement.areas)].groupby(["home", *_KEY], sort=False):
        now = [closure for closure in closures if closure.holds(group.iloc[0], agreement)]
        met += now
        closed = {closure.area.partition("/")[2] for closure in now}
        open_ = group[~group["part"].str.casefold().isin(closed) | group["value"].notna()]  # of what is no more, a cell may bear a mark
        group = open_ if len(open_) else group
        place = group.iloc[0]["place"]
        problem = next(_wrong(group, home, closed, deliveries, agreement), None)
        if problem is None or problem.level == "warning":
            sums.setdefault(place, []).append(_sum(group, home, closed, agreement))
        if problem is not None and (complete or problem.code != "parts_missing"):
            found.append((deliveries[place], problem))
    for place, rows in mine.groupby("place"):
        table = deliveries[place].table
        table.loc[rows.index, "set_aside"] = str(Reason("aside_department"))
        if place in sums:
            deliveries[place].table = finished(pd.concat([table, pd.DataFrame(sums[place], columns=table.columns).astype(table.dtypes.to_dict())]))
    return found + (list(_of_nothing(closures, met)) if complete else [])


def _closures(deliveries: list[Delivery], agreement: Agreement) -> list[Closure]:
    """Everything that is declared closed."""
    entries = [(entry, delivery) for delivery in deliveries for entry in delivery.source.absent if entry.get("closed")]
    return [Closure((area_named(entry["area"], delivery.source, agreement) or "").casefold(), entry, delivery) for entry, delivery in entries]


def _of_nothing(closures: list[Closure], met: list[Closure]) -> Iterator[tuple[Delivery, Problem]]:
    """What is declared closed and is no department of an area that is added up then; tables of one folder may share an entry."""
    told = [(closure.delivery.source.name, closure.entry) for closure in met]
    for _, entry, delivery in closures:
        if (delivery.source.name, entry) not in told:
            told.append((delivery.source.name, entry))
            words = ", ".join(str(entry[name]) for name in ("area", "period", "indicator") if name in entry)
            yield delivery, Problem("closed_matches_nothing", f"{delivery.source.name}/source.toml", words)


def _wrong(group: pd.DataFrame, home: str, closed: Collection[str], deliveries: list[Delivery], agreement: Agreement) -> Iterator[Problem]:
    """Why these departments' figures cannot be added up; a warning where they can and the sum is not known."""
    indicator, area, named = agreement.indicators[group.iloc[0]["indicator"]], agreement.areas[home], group["part"].str.casefold()
    lacking = [part for part in area.parts if part.casefold() not in {*named, *closed}]
    shares, there, blank = group[group["out_of"].isna() & group["value"].notna()], group[named.isin(closed) & group["value"].notna()], group["value"].isna()
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


def _sum(group: pd.DataFrame, home: str, closed: Collection[str], agreement: Agreement) -> dict:
    """The area's figure; missing where one department's is."""
    whole = group["value"].notna().all()
    named = {part.casefold() for part in group["part"]}
    there, gone = (", ".join(part for part in agreement.areas[home].parts if part.casefold() in some) for some in (named, {*closed} - named))
    note = "; ".join([say("note_departments", FALLBACK, parts=there), *([say("note_closed", FALLBACK, parts=gone)] if gone else [])])
    total = group.iloc[0].drop(["home", "part", "place"]).to_dict() | {"area": home, "delivered": "", "note": note}
    total |= {name: exact_sum(group[name]) if whole else MISSING for name in _NUMBERS}
    bounded = whole and group[["lowest", "highest"]].notna().any(axis=None)  # a department without bounds is exact
    total |= {name: exact_sum(group[name].fillna(group["value"])) if bounded else MISSING for name in ("lowest", "highest")}
    if len(files := group["file"].unique()) > 1:
        total |= {"source": "; ".join(files)}
    total |= {"decimals": group["decimals"].max(), "delivery": group["delivery"].max()}
    return total | ({"status": "derived"} if whole else {"status": "", "missing": group["missing"].max()})  # without one, a cell could not be read
