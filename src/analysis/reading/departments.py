"""Departments added up to their area, whichever suppliers' files they stand in."""

from collections.abc import Iterator

import pandas as pd

from ..promises.agreement import Agreement
from ..promises.catalogue import FALLBACK, say
from ..promises.problems import Problem
from ..promises.reasons import Reason
from .contracts import MISSING
from .figures import exact_sum, finished
from .intake import Delivery

_KEY = ["period", "indicator"]
_NUMBERS = ("value", "out_of", "cases")


def add_up(deliveries: list[Delivery], agreement: Agreement, complete: bool) -> list[tuple[Delivery, Problem]]:
    """An area's figure from its departments, where all of them are there; the departments' own rows are kept and set aside.

    The figure stands in the delivery of its first department. Where not all files could be read (`complete` is false), a department that lacks
    may be in one of these: then the area has no figure, and nothing is said.
    """
    tables = [delivery.used.assign(place=number) for number, delivery in enumerate(deliveries)]
    parts = pd.concat([table[table["area"].astype(object).fillna("").str.contains("/")] for table in tables] or [pd.DataFrame(columns=["area", *_KEY])])
    if parts.empty:
        return []
    found: list[tuple[Delivery, Problem]] = []
    sums: dict[int, list[dict]] = {}
    mine = parts.assign(home=parts["area"].str.split("/").str[0], part=parts["area"].str.split("/", n=1).str[1])
    for (home, _, _), group in mine[mine["home"].isin(agreement.areas)].groupby(["home", *_KEY], sort=False):
        problem = next(_wrong(group, home, deliveries, agreement), None)
        if problem is None:
            sums.setdefault(group.iloc[0]["place"], []).append(_sum(group, home, agreement))
        elif complete or problem.code != "parts_missing":
            found.append((deliveries[group.iloc[0]["place"]], problem))
    for place, rows in mine.groupby("place"):
        table = deliveries[place].table
        table.loc[rows.index, "set_aside"] = str(Reason("aside_department"))
        if place in sums:
            deliveries[place].table = finished(pd.concat([table, pd.DataFrame(sums[place], columns=table.columns).astype(table.dtypes.to_dict())]))
    return found


def _wrong(group: pd.DataFrame, home: str, deliveries: list[Delivery], agreement: Agreement) -> Iterator[Problem]:
    """Why these departments' figures cannot be added up."""
    row, indicator, area = group.iloc[0], agreement.indicators[group.iloc[0]["indicator"]], agreement.areas[home]
    named = group["part"].str.casefold()
    lacking = [part for part in area.parts if part.casefold() not in set(named)]
    source = deliveries[row["place"]].source
    where = {"found": row["part"], "sheet": row["sheet"], "row": int(row["row"]), "column": (source.headings("area") or ["area"])[0]}
    if indicator.unit in ("share", "rate") and group["out_of"].isna().any():
        yield Problem("shares_of_parts", row["file"], **where)
    elif indicator.combine == "unique":
        yield Problem("persons_of_parts", row["file"], **where)
    elif lacking:
        detail = {"area": area.name, "indicator": indicator.id, "period": row["period"], "parts": ", ".join(lacking)}
        yield Problem("parts_missing", row["file"], **where, detail=detail)
    elif named.duplicated().any():
        again, first = group[named.duplicated()].iloc[0], group[named == named[named.duplicated()].iloc[0]].iloc[0]
        where |= {"found": again["part"], "sheet": again["sheet"], "row": int(again["row"])}
        yield Problem("repeated_key", again["file"], **where, detail={"first": first["row"], "file": first["file"]})


def _sum(group: pd.DataFrame, home: str, agreement: Agreement) -> dict:
    """The area's figure; missing where one department's is."""
    whole = group["value"].notna().all()
    named = {part.casefold() for part in group["part"]}
    there = ", ".join(part for part in agreement.areas[home].parts if part.casefold() in named)
    total = group.iloc[0].drop(["home", "part", "place"]).to_dict() | {"area": home, "delivered": "", "note": say("note_departments", FALLBACK, parts=there)}
    total |= {name: exact_sum(group[name]) if whole else MISSING for name in _NUMBERS}
    bounded = whole and group[["lowest", "highest"]].notna().any(axis=None)  # a department without bounds is exact
    total |= {name: exact_sum(group[name].fillna(group["value"])) if bounded else MISSING for name in ("lowest", "highest")}
    if len(files := group["file"].unique()) > 1:
        total |= {"source": "; ".join(files)}
    total |= {"decimals": group["decimals"].max(), "delivery": group["delivery"].max()}
    return total | ({"status": "derived"} if whole else {"status": "", "missing": group["missing"].max()})  # without one, a cell could not be read
