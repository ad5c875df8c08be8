"""Columns of figures as source.toml declares them: each column one thing of one figure, and each figure with a column of its own.

Two columns for one figure would leave it to their order which of them is read.
"""

from collections.abc import Iterator, Mapping

from ..promises.agreement import COMBINED, Agreement
from ..promises.periods import parse_period
from ..promises.problems import Problem
from .contracts import CONTRACTS
from .figures import area_named
from .sources import LISTS, Source

_NAMED_BY = ("area", "period", "indicator")


def same_figure(source: Source, agreement: Agreement) -> list[Problem]:
    """Columns that are declared for what another column is declared for already, and numbers that belong to no column of figures."""
    claimed: dict[tuple[str, ...], str] = {}
    problems = []
    for heading, column in source.columns.items():
        named, role = ({}, column) if isinstance(column, str) else (column, column.get("is", "value"))
        if isinstance(column, str) and column not in ("value", "with_base"):
            continue  # it belongs to every figure of its row
        figure = _figure(named, source, agreement)
        for taken in _roles(role, source):
            other = claimed.setdefault((taken, *figure), heading)
            if other != heading:
                words = ", ".join(filter(None, figure)) or "…"
                detail = {"other": other, "figure": f"{words}, {taken}"}
                problems.append(Problem("column_of_same_figure", f"{source.name}/source.toml", heading, column="columns", detail=detail))
                break
    return problems + (list(_without_value(source)) or list(_without_answers(source, agreement)))


def _figure(named: Mapping[str, str], source: Source, agreement: Agreement) -> tuple[str, ...]:
    """Which figure a column is of, in our words; empty where each row says it."""
    plain = {ours for ours in source.columns.values() if isinstance(ours, str)}
    written = {name: word for name in _NAMED_BY if (word := named.get(name) or ("" if name in plain else source.constants.get(name, "")))}
    ours = {name: source.values.get(name, {}).get(word, word) for name, word in written.items()}
    ours |= {name: parse_period(word) or word for name, word in ours.items() if name == "period"}
    ours |= {name: area_named(word, source, agreement) or word for name, word in ours.items() if name == "area"}
    return tuple(ours.get(name, "") for name in _NAMED_BY)


def _roles(role: str, source: Source) -> tuple[str, ...]:
    """What of its figure a column says; two numbers in one cell say two things."""
    return {"with_base": ("value", source.base), "bounds": ("lowest", "highest")}.get(role, (role,))


def _without_value(source: Source) -> Iterator[Problem]:
    """Numbers such as answers that are declared for a figure of which no column is: written otherwise than that of the figure."""
    several = source.contract not in LISTS and any(not isinstance(column, str) for column in source.columns.values())
    for block in source.blocks if several else ():
        if "value" not in block.headings and "all_moves" not in block.headings and "value" not in source.constants:
            own = [heading for name, heading in block.headings.items() if not isinstance(source.columns.get(heading, ""), str)]
            for heading in own[:1]:
                yield Problem("column_of_no_figure", f"{source.name}/source.toml", heading, column="columns")


def _without_answers(source: Source, agreement: Agreement) -> Iterator[Problem]:
    """Columns of shares beside others with answers, which nobody says the answers of; of an average over others nobody counts them."""
    if "answers" not in CONTRACTS[source.contract].must or not any("answers" in block.headings for block in source.blocks):
        return
    for block in source.blocks:
        area = _figure(block.constants, source, agreement)[0]
        own = not area or area.split("/")[0] in (*agreement.areas, COMBINED)
        if own and "value" in block.headings and "answers" not in {*block.headings, *block.constants, *source.constants}:
            yield Problem("column_without_answers", f"{source.name}/source.toml", block.headings["value"].partition("\n")[0], column="columns")
