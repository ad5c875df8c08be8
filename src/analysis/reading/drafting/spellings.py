"""Names of places as suppliers spell them."""

from ...promises.agreement import Agreement
from .vocabulary import folded


def same_place(agreement: Agreement, word: str) -> str:
    """The id of the place that is spelt alike but for capitals, blanks, footnote marks and signs between; empty where there is no one such place."""
    alike = lambda text: folded(text.rstrip("¹²³⁴⁵⁶⁷⁸⁹*†‡ ")).replace("_", "")  # noqa: E731
    places = [*agreement.areas.values(), *agreement.references.values()]
    fits = {place.id for place in places if alike(word) in {alike(name) for name in (place.id, place.name, *place.aliases)}}
    return fits.pop() if len(fits) == 1 else ""
