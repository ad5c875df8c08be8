"""What is to be said, without the words: a key of the catalogues and what stands in it, for any language to put into words.

>>> Phrase("rule_at_least", {"value": Number(Decimal("0.75")), "per": Phrase("per_year")})  # "must be at least 75%, every year"
Phrase(key='rule_at_least', parts={'value': Number(value=Decimal('0.75'), unit='own'), 'per': Phrase(key='per_year', parts={})})
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

OWN, OWN_DISTANCE, SHARE, PLAIN = "own", "own_distance", "share", "plain"  # in the indicator's unit, a difference in it, per cent, a bare number


@dataclass(frozen=True)
class Number:
    """A number that somebody wrote, to be shown with just its digits."""

    value: Decimal | int
    unit: str = OWN


@dataclass(frozen=True)
class Place:
    """An area or a reference, to be called by its printed name."""

    area: str


@dataclass(frozen=True)
class Period:
    """A period in the project's own form."""

    period: str


@dataclass(frozen=True)
class Row:
    """Several parts one after the other."""

    parts: tuple["Part", ...]
    between: str = " "


@dataclass(frozen=True)
class Phrase:
    """The text of this key, with what its places hold."""

    key: str
    parts: Mapping[str, "Part"] = field(default_factory=dict)


Part = Phrase | Number | Place | Period | Row | str
