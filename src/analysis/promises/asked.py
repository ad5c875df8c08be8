"""What a plan is asked about by id: places, indicators, promises, a language. An id that is none is told with the nearest one, never answered."""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from .agreement import COMBINED, Agreement
from .catalogue import LANGUAGES
from .problems import PlanError, Problem, closest

P = ParamSpec("P")
Shown = TypeVar("Shown")
REGISTER = "agreement.toml"

_KNOWN: dict[str, Callable[[Agreement], Iterable[str]]] = {
    "no_such_indicator": lambda agreement: agreement.indicators,
    "no_such_promise": lambda agreement: agreement.criteria,
    "no_such_area": lambda agreement: [*agreement.areas, COMBINED],
    "no_such_place": lambda agreement: [*agreement.areas, COMBINED, *agreement.references],
}
_ONE = {"indicator": "no_such_indicator", "criterion": "no_such_promise", "promise": "no_such_promise", "area": "no_such_place", "place": "no_such_area"}
_SEVERAL = {"areas": "no_such_place", "references": "no_such_place", "places": "no_such_area"}


def require(code: str, asked: object, known: Iterable[str], file: str = "") -> None:
    """Refuse what was asked for where it is none of those known; see `unknown`."""
    if asked not in (listed := list(known)):
        raise unknown(code, asked, listed, file)


def unknown(code: str, asked: object, known: Iterable[str], file: str = "") -> PlanError:
    """The problem with this code: with the nearest of those known, or else with all of them."""
    listed = list(known)
    if near := closest(str(asked), listed):
        return PlanError([Problem(f"{code}_near", file, str(asked), detail={"near": near})])
    return PlanError([Problem(code, file, str(asked), detail={"known": ", ".join(listed) or "–"})])


def known_ids(call: Callable[P, Shown]) -> Callable[P, Shown]:
    """A call whose arguments named `lang`, `indicator`, `area`, … are looked up before it is answered.

    Raises `PlanError`, one line, for one that is none. What is left out stays out, and a single id stands for a list of one.
    """
    signature = inspect.signature(call)
    checked = [name for name in signature.parameters if name in {"lang", *_ONE, *_SEVERAL}]

    @wraps(call)
    def answered(*args: P.args, **options: P.kwargs) -> Shown:
        bound = signature.bind(*args, **options)
        for name in checked:
            given, left_out = bound.arguments.get(name), signature.parameters[name].default
            if name not in bound.arguments or (isinstance(given, str | None) and given == left_out):
                continue
            if name == "lang":
                require("no_such_language", given, LANGUAGES)
            else:
                bound.arguments[name] = _looked_up(_register(bound), name, given)
        return call(*bound.args, **bound.kwargs)

    return answered


def _looked_up(agreement: Agreement, name: str, given: object) -> object:
    """An id, or a list of ids, that the register has."""
    code = _ONE.get(name) or _SEVERAL[name]
    ids = list(given) if name in _SEVERAL and isinstance(given, Iterable) and not isinstance(given, str) else [given]
    for each in ids:
        require(code, each, _KNOWN[code](agreement), REGISTER)
    return ids if name in _SEVERAL else given


def _register(bound: inspect.BoundArguments) -> Agreement:
    """The register of the plan that is asked: the first argument."""
    return cast(Agreement, next(iter(bound.arguments.values())).agreement)
