"""Words by key, from one catalogue a language: `catalogues/da.po`, `catalogues/en.po`. Another language is one more such file.

What is wrong with an input stands there as well, under the context `problem`. Nothing here knows what a text is about.
"""

import gettext
import io
from functools import cache
from pathlib import Path
from typing import Any

CATALOGUES = Path(__file__).parents[1] / "catalogues"
LANGUAGES = tuple(sorted(path.stem for path in CATALOGUES.glob("*.po")))
PROBLEM = "problem"


class _Lacking(gettext.NullTranslations):
    """What a catalogue falls back to: nothing is ever shown as its key."""

    def gettext(self, message: str) -> str:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise KeyError(msgid1)

    def pgettext(self, context: str, message: str) -> str:
        raise KeyError(message)


@cache
def _catalogue(lang: str) -> gettext.GNUTranslations:
    """The catalogue of a language, made ready for `gettext` in memory, so that no second file has to be kept in step."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (CATALOGUES / f"{lang}.po").open("rb") as stream:
        read = read_po(stream, locale=lang)
    made = io.BytesIO()
    write_mo(made, read)
    made.seek(0)
    catalogue = gettext.GNUTranslations(made)
    catalogue.add_fallback(_Lacking())
    return catalogue


def known(key: str, lang: str) -> bool:
    """Whether a language has a text with this key."""
    try:
        return bool(key and _catalogue(lang).gettext(key))
    except KeyError:
        return False


def say(key: str, lang: str, **detail: Any) -> str:
    """The text with this key in a language, filled with `detail`. Raises `KeyError` for a key that the language lacks.

    >>> say("error", "da"), say("in_row", "en", row=4)
    ('fejl', 'row 4')
    """
    return _catalogue(lang).gettext(key).format(**detail) if key else "–"


def say_problem(code: str, lang: str, **detail: Any) -> str:
    """What was expected where a problem stands, and the way out, filled with `detail`; raises as `say`."""
    return _catalogue(lang).pgettext(PROBLEM, code).format(**detail)


def texts(lang: str, context: str | None = None) -> dict[str, str]:
    """Every text of a language by key, a plural's first form; under the context `problem` those of problems, by code."""
    from babel.messages.pofile import read_po

    with (CATALOGUES / f"{lang}.po").open("rb") as stream:
        read = [each for each in read_po(stream, locale=lang) if each.id and each.context == context]
    return {each.id if isinstance(each.id, str) else each.id[0]: each.string if isinstance(each.string, str) else each.string[0] for each in read}
