"""Which figures must be hidden so that no small number is shown.

A figure is hidden when it is small itself, or when it was computed from one that is. What was printed in
public before stays open. Every figure that reaches a page has come through `protect`.
"""

import pandas as pd

from .agreement import COMBINED, Agreement
from .observations import NUMBERS


def protect(observations: pd.DataFrame, agreement: Agreement) -> pd.DataFrame:
    """The observations with every figure that may not be shown emptied and its status `suppressed`.

    Hidden are, unless published before: counts from 1 to `small_count` − 1; survey shares with fewer than
    `min_answers` answers, or fewer than `small_count` people behind the share or the rest; money over fewer
    than `small_count` cases; parts of a year in which anything is hidden; and combined values with a hidden part.
    Otherwise 0 is shown.
    """
    hidden = _small(observations, agreement) & ~observations["published"].astype(bool)
    hidden |= _parts_of_years(observations, hidden) & ~observations["published"].astype(bool)
    parts = observations[hidden & observations["area"].isin(agreement.areas)]
    sums = (observations["area"] == COMBINED) & ~observations["published"].astype(bool) & observations["value"].notna()
    figure = ["indicator", "period"]
    hidden |= sums & pd.MultiIndex.from_frame(observations[figure]).isin(pd.MultiIndex.from_frame(parts[figure]))
    shown = observations.copy()
    shown.loc[hidden, NUMBERS] = float("nan")
    shown.loc[hidden, "decimals"] = pd.NA
    shown.loc[hidden, ["status", "note"]] = ["suppressed", ""]
    return shown


def _parts_of_years(observations: pd.DataFrame, hidden: pd.Series) -> pd.Series:
    """Halves, quarters and months of a year in which any figure of the same series is hidden: one could be worked out from the rest."""
    year = observations["period"].str.extract(r"([0-9]{4})$|^([0-9]{4})").bfill(axis=1)[0]
    series = [observations["indicator"], observations["area"], year]
    return observations["period"].str.fullmatch(r"[0-9]{4}-.{2}") & hidden.groupby(series).transform("any")


def _small(observations: pd.DataFrame, agreement: Agreement) -> pd.Series:
    """Which figures are small in themselves, by each indicator's declared disclosure and measure."""
    least, answers = agreement.small_count, agreement.min_answers
    small = pd.Series(False, index=observations.index)
    for id_, rows in observations.groupby("indicator"):
        indicator = agreement.indicators[id_]
        if indicator.disclosure == "open":
            continue
        if indicator.disclosure == "money":
            few = ~(rows["denominator"] >= least) & rows["value"].notna() & (rows["value"] != 0)
        elif indicator.measure == "survey_share":
            people = (rows["value"] * rows["denominator"]).round()
            few = ~(rows["denominator"] >= answers) | (people < least) | (rows["denominator"] - people < least)
            few &= rows["value"].notna()
        else:
            count = rows["numerator"].fillna(rows["value"]) if indicator.unit != "count" else rows["value"]
            few = (count > 0) & (count < least)
        small[rows.index] = few
    return small
