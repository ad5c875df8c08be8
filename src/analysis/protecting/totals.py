"""Totals of parts of a year that we add up ourselves: shown where all their areas are, so nothing can be worked out of them."""

import numpy as np
import pandas as pd

from ..judging.observations import KEY
from ..promises.agreement import COMBINED, UNDATED, Agreement
from .relations import fineness
from .thresholds import small


def sums_within_a_year(table: pd.DataFrame, earlier: pd.DataFrame) -> pd.Series:
    """The totals of months, quarters and half-years that we add up ourselves: shown where all their areas are, they tell nothing that these do not.

    Those of years are what is promised of all areas together, so that other areas are hidden rather than them, as with totals that were delivered; and those
    that an edition showed are known whatever is shown now.
    """
    within = np.array([period != UNDATED and fineness(period) < fineness("2018") for period in table["period"]], dtype=bool)
    seen = pd.MultiIndex.from_frame(earlier.loc[earlier["status"] == "shown", KEY])
    return table["area"].eq(COMBINED) & table["status"].eq("derived") & within & ~pd.MultiIndex.from_frame(table[KEY]).isin(seen)


def reasons_of(sums: pd.DataFrame, hidden: pd.DataFrame, agreement: Agreement) -> pd.Series:
    """Why each of these totals is hidden: an area of it is, or it is small itself although none of its areas is."""
    series = ["indicator", "period"]
    with_hidden = pd.MultiIndex.from_frame(hidden.loc[hidden["area"].isin(list(agreement.areas)), series])
    reasons = small(sums, agreement).mask(sums["published"].astype(bool), "")
    return reasons.mask(pd.MultiIndex.from_frame(sums[series]).isin(with_hidden), "part")
