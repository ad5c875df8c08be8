"""Calls for analysts: ids are looked up first, and what is made of true figures says so wherever it is shown."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from ..promises import asked
from .elements import Shown


def for_analysts(call: Callable[..., Any]) -> Callable[..., Any]:
    """A call on a plan that refuses ids that are none (see `known_ids`), and whose element is marked where the plan was opened with `internal`."""
    looked_up, signature = asked.known_ids(call), inspect.signature(call)

    @wraps(call)
    def answered(*args: Any, **options: Any) -> Any:
        shown, given = looked_up(*args, **options), signature.bind(*args, **options).arguments
        if isinstance(shown, Shown) and getattr(given.get("plan"), "internal", False):
            shown.internal = given["lang"]
        return shown

    return answered
