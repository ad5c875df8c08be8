"""What a neighbourhood partnership promised, what was measured, how far off it is and how sure one can be.

Read the modules in this order; each knows only those above it:

agreement     what was promised: areas, indicators, criteria with quote and readings
deliveries    what suppliers sent: files as cells with coordinates
contracts     what a supplier's table must hold: cells to tidy tables, or problems
intervals     how far chance alone can move a figure
observations  tidy tables as one long table, per area and combined
disclosure    which figures must be hidden
targets       target, gap, verdict, certainty
plan          one plan folder opened: the object that notebooks hold
wording       every word and number format a reader sees, Danish and English
findings      what the figures say, in sentences
tables        accessible tables and other elements of a page
charts        figures from protected data
render        notebooks with parameters to pages, published together
__main__      the commands
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .plan import Plan

__all__ = ["Plan"]


def __getattr__(name: str) -> Any:
    """`from analysis import Plan`, without making `tryghed --help` wait for pandas."""
    if name == "Plan":
        from .plan import Plan

        return Plan
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
