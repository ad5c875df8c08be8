"""Which claims stand whatever is assumed: under the other readings of a promise, and however much counts vary beyond chance. Knows no words."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from ..promises.agreement import COMBINED, PRIMARY, Agreement, Criterion
from . import latest, targets, together
from .claims import Tests, asked, latest_claims, yearly_claims
from .dispersion import ASSUMED, Dispersions
from .history import measured

SPANS = ("year", "years")  # the claim of the report's year, and that of the years together
KEY = ["criterion", "indicator", "area", "span"]
COLUMNS = [*KEY, "claim", "other_readings", *ASSUMED, "stands"]
_NO_CLAIM = ("", "not_yet_due", "suppressed")
_Claims = dict[tuple[str, ...], str]  # by criterion, indicator, area, span and reading
Tables = dict[str, pd.DataFrame]


def compared(agreement: Agreement, observations: pd.DataFrame, year: int, spreads: Dispersions | None = None, newest: pd.DataFrame | None = None) -> Tables:
    """The tables that make claims, with every comparison by chance, and no claim yet; `spreads` where it is assumed how counts vary.

    `newest` are the latest values where they are judged already, of observations of which these may be a part.
    """
    spreads = spreads or Dispersions(agreement, measured(agreement, observations), year)
    return {
        "gaps": targets.judge(agreement, observations, year, spreads),
        "periods": together.compared(agreement, observations, year, spreads),
        "latest": latest.latest(agreement, observations, year, spreads) if newest is None else newest,
    }


def claimed(tables: Tables) -> Tables:
    """The same tables with their claims, each one of those left among all of theirs."""
    among = _asked(tables)
    return {
        "gaps": yearly_claims(tables["gaps"], among),
        "periods": together.claimed(tables["periods"], among),
        "latest": latest_claims(tables["latest"], among),
    }


def _asked(tables: Tables) -> Tests:
    return asked(tables["gaps"]) | asked(tables["latest"]) | asked(tables["periods"])


def robustness(agreement: Agreement, observations: pd.DataFrame, year: int, found: Tables, reported: Tables) -> pd.DataFrame:
    """Each claim of the chosen readings in which chance plays a part, and what would be claimed instead; `reported` is `claimed` of what was `found`.

    Columns as `COLUMNS`; key criterion, indicator, area, span: the `year` itself, or the `years` together. `other_readings`: of each other
    reading that says anything there its slug, `=` and its claim, beside all that the report compares. `by_chance`: of counts that vary by pure
    chance alone, `estimated`: as much as all figures show (also where the register declares otherwise), `at_upper_limit`: as much as the upper
    95 % limit of that; each with all of the report's comparisons made anew. Where nothing can be estimated all three are pure chance. `stands`
    where all of them are the claim itself.
    """
    ours, tests = _claims(reported, year), _asked(found)
    keys = [
        (criterion.id, id_, area, span)
        for criterion in agreement.criteria.values()
        for id_ in criterion.primary.indicators
        if agreement.indicators[id_].uncertainty in ("sample", "process")
        for area in criterion.primary.areas
        for span in SPANS
        if ours.get((criterion.id, id_, area, span, PRIMARY), "") not in _NO_CLAIM
    ]
    if not keys:
        return pd.DataFrame(columns=COLUMNS)
    values = measured(agreement, observations)
    usual, *others = (Dispersions(agreement, values, year, assumed) for assumed in ("", *ASSUMED))
    under = {}
    for assumed, other in zip(ASSUMED, others, strict=True):
        anew = _anew(agreement, observations, year, found, usual, other)
        under[assumed] = ours if anew is found else _claims(claimed(anew), year)
    for other_reading in _other_readings(agreement):
        years = together.compared(other_reading, observations, year, usual)
        ours = ours | _of_years(together.claimed(years, asked(years) | tests))
    return pd.DataFrame([_line(key, ours, under) for key in keys], columns=COLUMNS)


def _anew(agreement: Agreement, observations: pd.DataFrame, year: int, found: Tables, usual: Dispersions, other: Dispersions) -> Tables:
    """What was found, with all indicators compared anew whose counts vary otherwise."""
    places = ("", COMBINED, *agreement.references)
    anew = {id_ for id_ in agreement.indicators if any(usual.of(id_, place) != other.of(id_, place) for place in places)}
    if not anew:
        return found
    promises = {id_: each for id_, each in agreement.criteria.items() if anew & {id_ for reading in each.readings for id_ in reading.indicators}}
    needed = anew | {agreement.indicators[id_].exposure for id_ in anew}
    tables = compared(replace(agreement, criteria=promises), observations[observations["indicator"].isin(needed)], year, other)
    return {name: _instead(table, tables[name], anew) for name, table in found.items()}


def _instead(table: pd.DataFrame, other: pd.DataFrame, indicators: set[str]) -> pd.DataFrame:
    """The table with the rows of these indicators from another."""
    kept, taken = table[~table["indicator"].isin(indicators)], other[other["indicator"].isin(indicators)]
    return pd.concat([part for part in (kept, taken) if len(part)] or [table], ignore_index=True)


def _line(key: tuple[str, ...], ours: _Claims, under: dict[str, _Claims]) -> dict[str, object]:
    claim, assumed = ours[*key, PRIMARY], {name: claims.get((*key, PRIMARY), "") for name, claims in under.items()}
    readings = {reading: said for (*series, reading), said in ours.items() if tuple(series) == key and reading != PRIMARY and said}
    stands = all(said == claim for said in (*readings.values(), *assumed.values()))
    told = {"claim": claim, "other_readings": ";".join(f"{slug}={said}" for slug, said in readings.items()), **assumed, "stands": stands}
    return dict(zip(KEY, key, strict=True)) | told


def _claims(tables: dict[str, pd.DataFrame], year: int) -> _Claims:
    """What is claimed of the year, by every reading, and of the years together, by the chosen one."""
    gaps = tables["gaps"]
    rows = gaps[(gaps["role"] == "judged") & (gaps["year"] == year)]
    keys = zip(rows["criterion"], rows["indicator"], rows["area"], ["year"] * len(rows), rows["reading"], strict=True)
    return dict(zip(keys, rows["claim"], strict=True)) | _of_years(tables["periods"])


def _of_years(periods: pd.DataFrame) -> _Claims:
    keys = zip(periods["criterion"], periods["indicator"], periods["area"], ["years"] * len(periods), periods["reading"], strict=True)
    return dict(zip(keys, periods["claim"], strict=True))


def _other_readings(agreement: Agreement) -> Iterator[Agreement]:
    """The register with the second reading of each promise that has one as its only, then with the third, and so on."""
    for n in range(1, max((len(each.readings) for each in agreement.criteria.values()), default=0)):
        several: dict[str, Criterion] = {id_: replace(each, readings=each.readings[n : n + 1]) for id_, each in agreement.criteria.items() if each.readings[n:]}
        yield replace(agreement, criteria=several)
