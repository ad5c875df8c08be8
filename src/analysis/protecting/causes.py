"""Why a verdict is another than an edition said: other data, another interpretation of the promise, or another program.

What the edition showed, and the register that lies in it, are judged again by today's program; what differs from step to step was turned by it.
All of it is public: whoever has the edition and the program finds the same.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ..judging.digits import MISSING, written
from ..judging.observations import KEY
from ..judging.targets import judge
from ..promises.agreement import PRIMARY, Agreement, Reading, read_agreement
from ..promises.problems import PlanError
from .editions import NUMBERS, REGISTER, VERDICTS, ledger_of, turned, year_of_edition

DATA, INTERPRETATION, PROGRAM, NOT_DATA = "data", "interpretation", "program", "not_data"  # the last where the edition has no register to judge by
TURNED = [*VERDICTS, "verdict_before", "certainty_before", "causes", "known"]
_SERIES = VERDICTS[:4]
Said = dict[tuple[Any, ...], tuple[str, str]]  # verdict and certainty by promise, indicator, area and year


class Causes(NamedTuple):
    """What turned since an edition, with columns `TURNED`, and the promises that are read otherwise although their figures were known.

    `causes` are those of this module; `known` says whether the edition showed the year's figure before the promise was read otherwise.
    """

    turned: pd.DataFrame
    reread: list[str]


def causes(home: Path, edition: str, agreement: Agreement, protected: pd.DataFrame, gaps: pd.DataFrame) -> Causes:
    """Each row of `editions.turned` with what turned it, judged as known at the end of the edition's year.

    `protected` are the observations that may be shown now, `gaps` what is judged of them.
    """
    rows, then = turned(home, edition, gaps), _register(home / edition / REGISTER)
    other = [id_ for id_, each in agreement.criteria.items() if then and id_ in then.criteria and _rule(each.primary) != _rule(then.criteria[id_].primary)]
    if rows.empty and not other:
        return Causes(rows.assign(causes=[], known=[])[TURNED], [])
    figures, year = figures_then(ledger_of(home, edition), protected), year_of_edition(edition)
    table = _judged(agreement, figures, year)
    steps, figured = [_said(table)], set(table.loc[table["value"].notna(), _SERIES].itertuples(index=False, name=None))
    if then:
        steps.insert(0, _said(_judged(then, figures, year)))
    names = [PROGRAM, INTERPRETATION, DATA] if then else [NOT_DATA, DATA]
    found = []
    for row in rows.to_dict("records"):
        key = tuple(row[name] for name in _SERIES)
        path = [(row["verdict_before"], row["certainty_before"]), *(step.get(key) for step in steps), (row["verdict"], row["certainty"])]
        turning = tuple(name for name, before, after in zip(names, path, path[1:], strict=False) if before != after)
        found.append({"causes": turning, "known": INTERPRETATION in turning and key in figured})
    known = {criterion for criterion, *_ in figured}
    return Causes(pd.concat([rows, pd.DataFrame(found, columns=TURNED[-2:])], axis=1), [id_ for id_ in other if id_ in known])


def figures_then(ledger: pd.DataFrame, protected: pd.DataFrame) -> pd.DataFrame:
    """The observations as an edition with this ledger knew them: today's where the figure is the same, else what it showed or that it hid it."""
    then, rows = {tuple(row[name] for name in KEY): row for row in ledger.to_dict("records")}, []
    for now in protected.to_dict("records"):
        was = then.pop(tuple(now[name] for name in KEY), None)
        if was is not None:
            rows.append(now if _same(was, now) else now | _as_shown(was))
        elif pd.isna(now["value"]) and now["status"] != "suppressed":
            rows.append(now)
    rows += [dict.fromkeys(protected.columns, "") | _as_shown(was) for was in then.values()]
    return pd.DataFrame(rows, columns=protected.columns).astype({"decimals": "Int64"} | dict.fromkeys(NUMBERS, object))


def _same(was: dict[str, Any], now: dict[str, Any]) -> bool:
    hidden = was["status"] == "hidden"
    return hidden == (now["status"] == "suppressed") and all(written(was[name]) == written(now[name]) for name in NUMBERS)


def _as_shown(was: dict[str, Any]) -> dict[str, Any]:
    """The cells of an observation that a ledger knows; what it does not is missing."""
    kept = {name: was[name] for name in (*KEY, *NUMBERS, "decimals")}
    return kept | {"lower": MISSING, "upper": MISSING, "status": "suppressed" if was["status"] == "hidden" else "measured"}


def _register(path: Path) -> Agreement | None:
    """The register of an edition; None of one that has none, or one that today's program cannot read."""
    try:
        return read_agreement(path) if path.is_file() else None
    except PlanError:
        return None


def _rule(reading: Reading) -> Reading:
    """What a reading asks for, whatever its words."""
    return replace(reading, text={})


def _judged(agreement: Agreement, figures: pd.DataFrame, year: int) -> pd.DataFrame:
    table = judge(agreement, figures[figures["indicator"].isin(list(agreement.indicators))], year)
    return table[(table["reading"] == PRIMARY) & (table["role"] == "judged")].astype({"year": int})


def _said(table: pd.DataFrame) -> Said:
    return {tuple(row[:4]): (row[4], row[5]) for row in table[VERDICTS].itertuples(index=False, name=None)}
