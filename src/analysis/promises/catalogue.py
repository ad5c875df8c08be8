"""Words by key, from one catalogue a language: `catalogues/da.po`, `catalogues/en.po`. Another language is one more such file.

What is wrong with an input stands there as well, under the context `problem`, and what commands do under `help`. Nothing here knows what a text is about.
A text that a catalogue lacks, or that asks for details it is not given, stands in English; `missing` names all of these.
"""

import gettext
import io
from collections.abc import Iterator, Mapping
from functools import cache
from numbers import Integral
from pathlib import Path
from string import Formatter
from typing import Any

CATALOGUES = Path(__file__).parents[1] / "catalogues"
LANGUAGES = tuple(sorted(path.stem for path in CATALOGUES.glob("*.po")))
FIRST = "da"  # what is spoken where no language is asked for, and what the pages at the top of a year's folder are in
FALLBACK = "en"  # whose catalogue is whole, and stands in for what another lacks
PROBLEM = "problem"
HELP = "help"


class _Lacking(gettext.NullTranslations):
    """What a catalogue falls back to: nothing is ever shown as its key."""

    def gettext(self, message: str) -> str:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise KeyError(msgid1)

    def pgettext(self, context: str, message: str) -> str:
        raise KeyError(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        raise KeyError(msgid1)


@cache
def _read(lang: str) -> Any:
    """The catalogue of a language as it is written."""
    from babel.messages.pofile import read_po

    with (CATALOGUES / f"{lang}.po").open("rb") as stream:
        return read_po(stream)


@cache
def _catalogue(lang: str) -> gettext.GNUTranslations:
    """The catalogue of a language, made ready for `gettext` in memory, so that no second file has to be kept in step."""
    from babel.messages.mofile import write_mo

    made = io.BytesIO()
    write_mo(made, _read(lang))
    made.seek(0)
    catalogue = gettext.GNUTranslations(made)
    catalogue.add_fallback(_Lacking())
    return catalogue


def locale(lang: str) -> str:
    """What the catalogue's header names as its language and country, such as `da_DK`: by it numbers, months and lists are written."""
    return _catalogue(lang).info().get("language") or lang


def known(key: str, lang: str) -> bool:
    """Whether there is a text with this key."""
    try:
        return bool(key and _form(None, key, lang, None))
    except KeyError:
        return lang != FALLBACK and known(key, FALLBACK)


def say(key: str, lang: str, **detail: Any) -> str:
    """The text with this key in a language, filled with `detail`; a whole number `n` picks its form. Raises `KeyError` for an unknown key.

    >>> say("error", "da"), say("in_row", "en", row=4), say("pages_stale", "en", n=1)
    ('fejl', 'row 4', '1 page does not match what it is made from')
    """
    return _filled(None, key, lang, detail) if key else "–"


def say_problem(code: str, lang: str, **detail: Any) -> str:
    """What was expected where a problem stands, and the way out, filled with `detail`; raises as `say`."""
    return _filled(PROBLEM, code, lang, detail)


def say_help(key: str, lang: str, **detail: Any) -> str:
    """What a command, an option or a heading of their help means, filled with `detail`; raises as `say`."""
    return _filled(HELP, key, lang, detail)


def _filled(context: str | None, key: str, lang: str, detail: dict[str, Any]) -> str:
    """A text filled; the English one where the language lacks it, or asks for what it is not given."""
    try:
        return _form(context, key, lang, detail.get("n")).format(**detail)
    except (KeyError, IndexError, ValueError):
        if lang == FALLBACK:
            raise
        return _filled(context, key, FALLBACK, detail)


def _form(context: str | None, key: str, lang: str, n: Any) -> str:
    """The text with this key; of one with several forms, that for so many."""
    catalogue = _catalogue(lang)
    if isinstance(n, Integral):
        try:
            return catalogue.npgettext(context, key, key, int(n)) if context else catalogue.ngettext(key, key, int(n))
        except KeyError:  # it is the same for any number
            pass
    return catalogue.pgettext(context, key) if context else catalogue.gettext(key)


def texts(lang: str, context: str | None = None) -> dict[str, tuple[str, ...]]:
    """Every text of a language by key, in all its forms; under a context those of problems, by code, or of help."""
    return {key: forms for each, key, forms in _entries(lang) if each == context}


def _entries(lang: str) -> Iterator[tuple[str | None, str, tuple[str, ...]]]:
    """Context, key and forms of each text of a catalogue."""
    for each in _read(lang):
        if each.id and not each.fuzzy:  # a translation that nobody has looked at counts for none
            yield each.context, *((each.id, (each.string,)) if isinstance(each.id, str) else (each.id[0], tuple(each.string)))


def in_every_language(written: Mapping[str, Any]) -> dict[str, str]:
    """A text that somebody wrote in some languages, in each there is: where it was not written, the English one, or else the first.

    >>> in_every_language({"da": "Trivsel"})["en"], in_every_language({"da": "Trivsel", "en": "Well-being"})["da"]
    ('Trivsel', 'Trivsel')
    """
    there = [lang for lang in (FALLBACK, FIRST, *LANGUAGES) if lang in written]
    return {lang: written[lang if lang in written else there[0]] for lang in LANGUAGES}


def fields(text: str) -> set[str]:
    """The names of the {placeholders} in a text.

    >>> sorted(fields("{n} of {others}"))
    ['n', 'others']
    """
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def missing(lang: str) -> list[str]:
    """The keys that a language lacks a text for, or whose text has other {placeholders} than the English one has."""
    own = {(context, key): forms for context, key, forms in _entries(lang)}
    return [key for context, key, english in _entries(FALLBACK) if not _says_as_much(own.get((context, key), ()), english)]


def _says_as_much(forms: tuple[str, ...], english: tuple[str, ...]) -> bool:
    """Whether a text is whole: no form is blank, none asks for more than the English ones do, and the last leaves nothing out."""
    try:
        asked, wanted = [fields(form) for form in forms], [fields(form) for form in english]
    except ValueError:  # a stray brace
        return False
    return bool(forms) and all(form.strip() for form in forms) and set().union(*asked) <= set().union(*wanted) and asked[-1] == wanted[-1]
