"""A place among others: its rank and how sure that is, a funnel by number of answers, reports per 1,000 inhabitants.

Works on the figures that may be shown: a hidden one has no rank, stands in no funnel and leaves no gap among the ranks,
since only those shown are ranked. Nothing here knows words.
"""

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..promises.agreement import COMBINED, OTHERS, Agreement, Indicator
from ..promises.periods import period_year
from ..promises.rules import Measured, Term
from . import intervals
from .certainty import against_target
from .claims import beyond_chance
from .digits import in_floats
from .dispersion import Dispersions
from .history import measured
from .latest import per_thousand

AVERAGE, MUNICIPALITY, COUNTRY = "sub_average", "municipality", "country"  # groups of [[reference]]
FUNNEL_LEVELS = (0.95, 0.998)
FEWEST = 3  # places of which a funnel can be drawn
_ROUNDING = 1e-9  # two printed figures that far apart are the same number in binary
STANDINGS = [
    "indicator",
    "area",
    "period",
    "year",
    "value",
    "decimals",
    "answers",
    "source",
    "rank",
    "rank_low",
    "rank_high",
    "of",
    "shared",
    "tied",
    "alike",
    "others",
    "unknown",
    "better_than",
    "worse_than",
    "n_better_than",
    "n_worse_than",
]
FUNNELS = ["indicator", "area", "period", "year", "value", "decimals", "answers", "source", "centre", "pooled", "low95", "high95", "low998", "high998", "zone"]
RATES = ["indicator", "area", "period", "year", "value", "exposure", "rate", "lower", "upper", "source"]
CONTRASTS = ["indicator", "area", "period", "year", "rate", "own_rate", "rest", "rest_rate"]
CONTRASTS += ["dispersion", "own_dispersion", "freedom", "own_freedom", "p", "clear"]


def standings(agreement: Agreement, observations: pd.DataFrame) -> pd.DataFrame:
    """Each year's survey shares ranked among the plan's areas and the other areas of their kind.

    Columns as `STANDINGS`; key indicator, area, period. Rank 1 is the best share by the indicator's direction, equal only to
    those whose printed rounding reaches it (`shared`). `rank_low` to `rank_high`: the places the plan's own area may truly
    have, all comparisons of a year at once at 95 %; missing where no number of answers is known to compare with. `tied`:
    ids of the places it cannot be told apart from, with `;` between them, `alike` how many; `better_than`, `worse_than`: ids of those it surely is
    better or worse than, in the order of their ranks, `n_better_than` and `n_worse_than` how many; `unknown`: others without a number of answers.

    Source: confidence sets for ranks from pairwise tests, Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic
    Studies 91; here by Newcombe's interval with Holm's (1979) correction over every pair with one of the plan's own areas.
    """
    frames = [_ranked(agreement.indicators[id_], period, rows, set(agreement.areas)) for id_, period, rows in _years(agreement, observations)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=STANDINGS)


def _years(agreement: Agreement, observations: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Indicator, period and the shown shares of each year in which one of our areas and any other place of its kind has one."""
    kind = {*agreement.areas, *(id_ for id_, each in agreement.references.items() if each.group == OTHERS)}
    sampled = [id_ for id_, each in agreement.indicators.items() if each.uncertainty == "sample" and each.unit == "share"]
    rows = in_floats(observations[observations["indicator"].isin(sampled) & observations["area"].isin(kind) & observations["value"].notna()])
    for (id_, period), group in rows.groupby(["indicator", "period"], sort=True):
        year = period_year(period)
        if year and period == agreement.period(id_, year) and len(group) > 1 and group["area"].isin(agreement.areas).any():
            yield id_, period, group.assign(year=year, answers=group["denominator"]).reset_index(drop=True)


def _half(rows: pd.DataFrame) -> np.ndarray:
    """How far a printed share may lie from the true one; nothing where it was not rounded."""
    decimals = rows["decimals"].astype(float).to_numpy()
    return np.where(np.isnan(decimals), 0.0, 0.5 * 10.0 ** -np.nan_to_num(decimals))


def _ranked(indicator: Indicator, period: str, rows: pd.DataFrame, own: set[str]) -> pd.DataFrame:
    """One year's standing; the plan's own areas with the places they may truly have."""
    sign = -1 if indicator.direction == "down" else 1
    value, half, answers = rows["value"].to_numpy(float), _half(rows), rows["answers"].to_numpy(float)
    ahead = sign * (value[:, None] - value[None, :])
    # 71.2 and 71.3 touch, but which is larger is known
    apart = (np.abs(ahead) > half[:, None] + half[None, :] - _ROUNDING) & (np.abs(ahead) > _ROUNDING)
    mine, sized = rows["area"].isin(own).to_numpy(), answers > 0
    tested = (mine[:, None] | mine[None, :]) & sized[:, None] & sized[None, :] & ~np.eye(len(rows), dtype=bool)
    told = _told_apart(value, answers, apart, tested, float(indicator.design_effect))
    before, after = told & (ahead < 0) & mine[:, None], told & (ahead > 0) & mine[:, None]  # the others, seen from a row's place
    better, worse = before.sum(axis=1), after.sum(axis=1)
    known = mine & tested.any(axis=1)
    tied = tested & ~told & mine[:, None]
    areas, order = rows["area"].to_numpy(), np.argsort(-sign * value, kind="stable")
    return rows.assign(
        rank=1 + (apart & (ahead < 0)).sum(axis=1),
        of=len(rows),
        shared=(~apart).sum(axis=1) > 1,
        others=len(rows) - 1,
        rank_low=np.where(known, 1 + better, np.nan),
        rank_high=np.where(known, len(rows) - worse, np.nan),
        tied=[";".join(areas[row]) for row in tied],
        alike=np.where(known, tied.sum(axis=1), np.nan),
        unknown=len(rows) - 1 - sized.sum() + sized,
        better_than=[";".join(areas[order[row[order]]]) for row in after],
        worse_than=[";".join(areas[order[row[order]]]) for row in before],
        n_better_than=np.where(known, worse, np.nan),
        n_worse_than=np.where(known, better, np.nan),
    ).sort_values(["rank", "value"], ascending=[True, sign < 0], kind="stable")[STANDINGS]


def _told_apart(value: np.ndarray, answers: np.ndarray, apart: np.ndarray, tested: np.ndarray, design_effect: float) -> np.ndarray:
    """Which of the tested pairs differ by more than chance, all of them together at 95 %; figures equal by rounding never do.

    Source: Holm (1979), Scandinavian Journal of Statistics 6: the smallest p against 5 % over all pairs, the next over one fewer, until one is above.
    Written out, since statsmodels' `multipletests` tidies the whole memory at each call, which took a sixth of a build.
    """
    told = np.zeros(apart.shape, dtype=bool)
    one, other = np.nonzero(np.triu(tested))
    if len(one):
        p = intervals.share_difference_p(value[one], answers[one], value[other], answers[other], design_effect)
        p = np.where(apart[one, other], p, 1.0)
        order = np.argsort(p)
        told[one[order], other[order]] = np.logical_and.accumulate(p[order] <= (1 - intervals.LEVEL) / np.arange(len(p), 0, -1))
    return told | told.T


# --- the funnel ------------------------------------------------------------------------------------------


def funnel_limits(centre: ArrayLike, answers: ArrayLike, level: float, design_effect: ArrayLike = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Between which shares a place with so many answers lies by chance, were it no other than the centre.

    These are the shares whose Wilson interval just reaches the centre. A missing input gives a missing result.
    Source: Spiegelhalter (2005), Statistics in Medicine 24, with the score limits of a proportion.
    """
    centre, size = np.broadcast_arrays(np.asarray(centre, float), np.asarray(answers, float) / design_effect)
    size = np.where(size > 0, size, np.nan)
    reach = NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(centre * (1 - centre) / size)
    return np.clip(centre - reach, 0, 1), np.clip(centre + reach, 0, 1)


def funnels(agreement: Agreement, observations: pd.DataFrame) -> pd.DataFrame:
    """Each year's survey shares with a known number of answers, against what chance alone would give around the average.

    Columns as `FUNNELS`; key indicator, area, period. The centre is the published average of the group, else the share of all
    answers shown (`pooled`). `zone`: inside, below or above the 95 % limits, below_998 or above_998 beyond the 99.8 % ones; a printed figure
    lies outside only with all of its rounding. Years with fewer than three such places, or none of ours, have no funnel.
    """
    frames = []
    for id_, period, found in _years(agreement, observations):
        rows = found[found["answers"] > 0]
        if len(rows) >= FEWEST and rows["area"].isin(agreement.areas).any():
            frames.append(_funnel(agreement, observations, id_, period, rows))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=FUNNELS)


def _funnel(agreement: Agreement, observations: pd.DataFrame, id_: str, period: str, rows: pd.DataFrame) -> pd.DataFrame:
    averages = [place for place, each in agreement.references.items() if each.group == AVERAGE]
    printed = observations.loc[(observations["indicator"] == id_) & (observations["period"] == period) & observations["area"].isin(averages), "value"].dropna()
    pooled = printed.empty
    centre = float(np.average(rows["value"], weights=rows["answers"])) if pooled else float(printed.iloc[0])
    spread, half = float(agreement.indicators[id_].design_effect), _half(rows)
    limits = {
        name: limit
        for level, names in zip(FUNNEL_LEVELS, (("low95", "high95"), ("low998", "high998")), strict=True)
        for name, limit in zip(names, funnel_limits(centre, rows["answers"], level, spread), strict=True)
    }
    low, high = rows["value"] + half + _ROUNDING, rows["value"] - half - _ROUNDING
    zone = np.select(
        [low < limits["low998"], high > limits["high998"], low < limits["low95"], high > limits["high95"]],
        ["below_998", "above_998", "below", "above"],
        "inside",
    )
    return rows.assign(centre=centre, pooled=pooled, zone=zone, **limits).sort_values("answers", kind="stable")[FUNNELS]


def funnel_curve(centre: float, answers: ArrayLike, design_effect: float = 1.0) -> pd.DataFrame:
    """A funnel's limits as lines, from a little below the smallest number of answers to a little beyond the largest.

    Columns answers, low95, high95, low998, high998.
    """
    size = np.geomspace(0.8 * np.min(answers), 1.1 * np.max(answers), 80)
    (low95, high95), (low998, high998) = (funnel_limits(centre, size, level, design_effect) for level in FUNNEL_LEVELS)
    return pd.DataFrame({"answers": size, "low95": low95, "high95": high95, "low998": low998, "high998": high998})


# --- per 1,000 inhabitants --------------------------------------------------------------------------------


def rate_places(agreement: Agreement) -> list[str]:
    """The plan's areas together, their municipality, and the country (the first of its group): ids in the order they are told."""
    municipal = [id_ for id_, each in agreement.references.items() if each.group == MUNICIPALITY]
    number, _, name = agreement.municipality.strip().partition(" ")
    plain = name if number.isdecimal() else agreement.municipality.strip()
    plain = re.sub(r" kommune$", "", plain, flags=re.IGNORECASE)
    named = [agreement.area_id(word) for word in (agreement.municipality.strip(), plain, f"{plain} Kommune", f"{plain}s Kommune") if word]
    home = next((id_ for id_ in named if id_ in municipal), municipal[0] if len(municipal) == 1 else None)
    country = next((id_ for id_, each in agreement.references.items() if each.group == COUNTRY), None)
    return [COMBINED, *filter(None, (home, country))]


def lacking(agreement: Agreement, observations: pd.DataFrame, indicator: str, until: int) -> pd.DataFrame:
    """Which of the years in which any place has a count have no rate, and why.

    Columns area, year, lacks: `count`, `inhabitants`, `both`, or `hidden` where one of the two may not be shown.
    """
    population, places = agreement.indicators[indicator].population, rate_places(agreement)
    years = {agreement.period(indicator, year): year for year in range(1990, until + 1)}
    rows = observations[observations["area"].isin(places) & observations["period"].isin(years)]
    rows = rows.assign(year=rows["period"].map(years))

    def keys(id_: str, there: pd.Series) -> set[tuple[str, int]]:
        mine = rows[(rows["indicator"] == id_) & there]
        return set(zip(mine["area"], mine["year"], strict=True))

    shown, closed = rows["value"].notna(), rows["status"].eq("suppressed")
    counts, inhabitants = keys(indicator, shown), keys(population, shown)
    hidden = keys(indicator, closed) | keys(population, closed)

    def why(key: tuple[str, int]) -> str:
        if key in hidden:
            return "hidden"
        return "count" if key in inhabitants else "inhabitants" if key in counts else "both"

    missing = [(area, year) for area in places for year in sorted({year for _, year in counts}) if (area, year) not in counts & inhabitants]
    return pd.DataFrame([(*key, why(key)) for key in missing], columns=["area", "year", "lacks"])


def rates(agreement: Agreement, observations: pd.DataFrame) -> pd.DataFrame:
    """Counts per 1,000 inhabitants of the same year: the plan's areas together, their municipality, the country.

    Columns as `RATES`; key indicator, area, period; only where both the count and the inhabitants are shown. Limits are those of the count
    (exact Poisson, wider by the dispersion of the place's own counts), inhabitants taken as known.
    """
    found = per_thousand(agreement, observations, "population")
    found = found.merge(in_floats(observations[["indicator", "area", "period", "value", "source"]]), on=["indicator", "area", "period"], validate="one_to_one")
    order = {area: place for place, area in enumerate(rate_places(agreement))}
    years = [
        period_year(period) if period == agreement.period(id_, period_year(period) or 0) else None
        for id_, period in zip(found["indicator"], found["period"], strict=True)
    ]
    found = found.assign(year=pd.array(years, dtype="Int64"), place=found["area"].map(order)).dropna(subset=["year", "place"]).astype({"year": int})
    return found.sort_values(["indicator", "place", "year"], kind="stable").reset_index(drop=True)[RATES]


def contrasts(agreement: Agreement, observations: pd.DataFrame, rates: pd.DataFrame, year: int) -> pd.DataFrame:
    """The plan's areas together against the rest of each larger place they lie in, per 1,000 inhabitants of the same year.

    Columns as `CONTRASTS`; key indicator, area (the larger place), period. Inhabitants are the exposure, and each count has the dispersion of
    its own place, as in a year's verdict; the areas' own are taken out of the larger place first, so that nothing is compared with itself.
    `dispersion` (of the larger place's counts) and `own_dispersion` are missing where there is none to tell, and so is with how many degrees of
    `freedom` each was estimated where it was not. `p` is missing where
    no rest is left; `clear` says whether the difference is among those left when of all of them at most 5 % may be false.
    """
    own = rates[rates["area"] == COMBINED]
    pairs = rates[rates["area"] != COMBINED].merge(own, on=["indicator", "period", "year"], suffixes=("", "_own"))
    rest, people = pairs["value"] - pairs["value_own"], pairs["exposure"] - pairs["exposure_own"]
    good = (rest >= 0) & (people > 0)
    spreads, p = Dispersions(agreement, measured(agreement, observations), year), np.full(len(pairs), np.nan)
    beside = [
        _Beside(agreement.indicators[row["indicator"]], row["area"], row["year"], (row["value_own"], row["exposure_own"]), counted)
        for row, counted in zip(pairs[good].to_dict("records"), zip(rest[good], people[good], strict=True), strict=True)
    ]
    if beside:
        p[good] = against_target(beside, spreads.of)
    theirs = [spreads.of(*key) for key in zip(pairs["indicator"], pairs["area"], strict=True)]
    ours = [spreads.of(id_) for id_ in pairs["indicator"]]
    widths = {f"{own}dispersion": [each.value for each in of] for own, of in (("", theirs), ("own_", ours))}
    widths |= {f"{own}freedom": [float(each.freedom) if math.isfinite(each.freedom) else math.nan for each in of] for own, of in (("", theirs), ("own_", ours))}
    found = pairs.assign(own_rate=pairs["rate_own"], rest=rest.where(good), rest_rate=rest.where(good) * 1000 / people.where(good), p=p, **widths)
    return found.assign(clear=beyond_chance(found.assign(contrast_p=p))["contrast_clear"])[CONTRASTS]


class _Beside:
    """Our count and that of the rest of a larger place, each by its inhabitants, as the one less the other."""

    area, number = COMBINED, Fraction(0)

    def __init__(self, indicator: Indicator, place: str, year: int, ours: tuple[float, float], theirs: tuple[float, float]):
        (count, people), (rest, others) = (map(Fraction, pair) for pair in (ours, theirs))
        self.indicator = indicator
        self.terms = (
            Term(Fraction(1), Measured(count / people, "derived", count=count, size=people), year),
            Term(Fraction(-1), Measured(rest / others, "derived", count=rest, size=others), year, place),
        )
