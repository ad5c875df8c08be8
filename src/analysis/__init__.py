"""What a neighbourhood partnership promised, what was measured, how far off it is and how sure one can be.

A figure passes through seven packages, once and never back; each knows only those before it, and says in its first lines what comes in, what goes out:

promises    what was agreed
reading     files as received, read exactly
judging     what was measured against what was promised, and how far chance goes
protecting  what may be shown, so that no small number can be worked out
showing     words, tables, charts, the workbench
running     a plan folder built, and its pages made
sharing     what is handed over

Above them stand `plan`, the object that notebooks hold, and `__main__`, the commands. Begin with `judging`.
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
