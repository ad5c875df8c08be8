"""The years and areas that a plan can be asked about."""

import pandas as pd

from ..promises.agreement import Agreement
from ..promises.asked import REGISTER, require
from ..promises.periods import period_year
from ..promises.problems import PlanError, Problem


def year_of(period: str) -> str:
    """The year a period lies in, as text; the period itself for one that belongs to no single year."""
    return str(period_year(period) or period)


def measured_years(agreement: Agreement, observations: pd.DataFrame) -> list[int]:
    """Years in which an indicator named by a criterion is measured in one of the plan's own areas."""
    own = observations[
        observations["area"].isin(agreement.areas)
        & observations["indicator"].isin(agreement.promised)
        & (observations["value"].notna() | observations["status"].eq("suppressed"))
    ]
    return sorted({year for period in own["period"] if (year := period_year(period))})


def latest_year(agreement: Agreement, observations: pd.DataFrame) -> int:
    """The year a report is about when none is asked for: the latest measured, else the plan's first."""
    return max(measured_years(agreement, observations), default=agreement.start.year)


def require_year(agreement: Agreement, observations: pd.DataFrame, year: int | None) -> int:
    """The year asked for, or the latest measured; raises `PlanError` for one that is not the plan's."""
    latest = latest_year(agreement, observations)
    first, last = min(agreement.start.year, latest), max(agreement.end.year, latest)
    year = latest if year is None else year
    if not isinstance(year, int) or isinstance(year, bool) or not first <= year <= last:
        raise PlanError([Problem("unknown_year", REGISTER, str(year), detail={"first": first, "last": last})])
    return year


def require_area(agreement: Agreement, area: str) -> str:
    """The area's id, if it is one of the plan's; raises `PlanError` naming the plan's areas otherwise."""
    require("no_such_area", area, agreement.areas, REGISTER)
    return area
