"""The municipalities since 2007, by Statistics Denmark's number and by name."""

import csv
from importlib import resources

from ..promises.problems import PlanError, Problem, closest


def municipality(written: str) -> tuple[str, str]:
    """Statistics Denmark's number and name of a municipality, written as `330`, `Slagelse`, `330 Slagelse` or `Slagelse Kommune`."""
    known = _municipalities()
    if not written:
        raise PlanError([Problem("no_municipality", "agreement.toml", entry="plan", column="municipality")])
    number, _, rest = written.strip().partition(" ")
    number, rest = (number, rest) if number.isdecimal() else ("", written)
    plain = rest.strip().casefold().removesuffix(" kommune").strip()
    for code, name in known.items():
        named = plain in (name.casefold(), f"{name}s".casefold())  # Københavns Kommune
        if (code == number and (named or not plain)) or (named and not number):
            return code, name
    near = closest(rest.strip().title(), known.values()) or known.get(number, "")
    raise PlanError(
        [
            Problem("unknown_municipality_near", "agreement.toml", written, "plan", column="municipality", detail={"near": near})
            if near
            else Problem("unknown_municipality", "agreement.toml", written, "plan", column="municipality"),
        ]
    )


def _municipalities() -> dict[str, str]:
    """The municipalities since 2007, number → name."""
    lines = resources.files(__package__).joinpath("municipalities.csv").read_text(encoding="utf-8").splitlines()
    return {row["code"]: row["name"] for row in csv.DictReader(lines, delimiter=";")}
