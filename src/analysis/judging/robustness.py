"""Which claims stand whatever is assumed: under the other readings of a promise, and however much counts vary beyond chance. Knows no words."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from ..promises.agreement import COMBINED, PRIMARY, Agreement, Criterion
from . import latest, targets, together
from .claims import asked, latest_claims, yearly_claims
from .dispersion import ASSUMED, Dispersions
from .history import measured

SPANS = ("year", "years")  # the claim of the report's year, and that of the years together
KEY = ["criterion", "indicator", "area", "span"]
COLUMNS = [*KEY, "claim", "other_readings", *ASSUMED, "stands"]
_NO_CLAIM = ("", "not_yet_due", "suppressed")
_Claims = dict[tuple[str, ...], str]  # by criterion, indicator, area, span and reading


def claimed(agreement: Agreement, observations: pd.DataFrame, year: int, assumed: str = "", newest: pd.DataFrame | None = None) -> dict[str, pd.DataFrame]:
    """The tables that make claims, each claim one of those left among all of theirs; counts vary as `dispersion_of` tells, or as `assumed`.

    `newest` are the latest values where they are judged already, of observations of which these may be a part.
    """
    newest = latest.latest(agreement, observations, year, assumed) if newest is None else newest
    gaps = targets.judge(agreement, observations, year, assumed)
    beside = asked(gaps) | asked(newest)
    periods = together.together(agreement, observations, year, beside, assumed)
    among = beside | asked(periods)
    return {"gaps": yearly_claims(gaps, among), "periods": periods, "latest": latest_claims(newest, among)}


def robustness(agreement: Agreement, observations: pd.DataFrame, year: int, found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Each claim of the chosen readings in which chance plays a part, and what would be claimed instead; `found` is `claimed` as reported.

    Columns as `COLUMNS`; key criterion, indicator, area, span: the `year` itself, or the `years` together. `other_readings`: of each other
    reading that says anything there its slug, `=` and its claim, beside all that the report compares. `by_chance`: of counts that vary by pure
    chance alone, `estimated`: as much as all figures show (also where the register declares otherwise), `at_upper_limit`: as much as the upper
    95 % limit of that; `as_totals`: of sums of all areas as much as the sums themselves show, where that is more than the areas one by one; each
    with all of the report's comparisons made anew. Where nothing can be estimated all three are pure chance. `stands`
    where all of them are the claim itself.
    """
    ours, tests = _claims(found, year), asked(found["gaps"]) | asked(found["latest"]) | asked(found["periods"])
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
    for other in _other_readings(agreement):
        ours |= _of_years(together.together(other, observations, year, tests))
    spread = {assumed: _dispersions(agreement, observations, year, assumed) for assumed in ("", *ASSUMED)}
    judged = {spread[""]: ours}
    for assumed in ASSUMED:
        if spread[assumed] not in judged:
            judged[spread[assumed]] = _claims(claimed(agreement, observations, year, assumed), year)
    under = {assumed: judged[spread[assumed]] for assumed in ASSUMED}
    return pd.DataFrame([_line(key, ours, under) for key in keys], columns=COLUMNS)


def _dispersions(agreement: Agreement, observations: pd.DataFrame, year: int, assumed: str) -> tuple[str, ...]:
    """How much each indicator's counts are taken to vary, here and in each place compared with: where two assumptions give the same, claims are the same."""
    spreads = Dispersions(agreement, measured(agreement, observations), year, assumed)
    counts = [id_ for id_, indicator in agreement.indicators.items() if indicator.uncertainty == "process"]
    return tuple(str(spreads.of(id_, place)[:-1]) for id_ in counts for place in ("", COMBINED, *agreement.references))


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
