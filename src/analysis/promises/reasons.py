"""Why a row is kept and not used, so that everybody reads it in their own language."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from .catalogue import FALLBACK, say


@dataclass(frozen=True)
class Reason:
    """A text of the catalogues by its key, with what fills it; or, without a key, the plan's own words by language.

    Two that say the same are equal, so that rows can be counted by reason. `str` is the English text, as in processed tables.
    """

    key: str
    detail: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, key: str = "", **detail: Any) -> Self:
        """The reason with this key and detail, or in these words: `Reason.of(da="…", en="…")`.

        >>> str(Reason.of("aside_revised", n=2)), Reason.of(da="ingen brand", en="no fire").text("da")
        ('revised by delivery 2', 'ingen brand')
        """
        return cls(key, tuple(detail.items()))

    def text(self, lang: str) -> str:
        """The reason in a language; the plan's own words in English where they were not written in it."""
        words = dict(self.detail)
        return say(self.key, lang, **words) if self.key else words.get(lang, words[FALLBACK])

    def __str__(self) -> str:
        return self.text(FALLBACK)


Counted = tuple[tuple[Reason, ...], int]  # so many rows, for one of these reasons: of some lists the number for each reason is never shown


def to_json(counted: Iterable[Counted]) -> str:
    """Reasons and how many rows each sets aside, as they stand in `deliveries.csv`."""
    listed = [{"rows": rows, "reasons": [{"key": each.key, "detail": dict(each.detail)} for each in reasons]} for reasons, rows in counted]
    return json.dumps(listed, ensure_ascii=False)


def from_json(written: str) -> list[Counted]:
    """What `to_json` wrote; nothing of a blank."""
    read: list[Mapping[str, Any]] = json.loads(written or "[]")
    return [(tuple(Reason.of(each["key"], **each["detail"]) for each in entry["reasons"]), entry["rows"]) for entry in read]
