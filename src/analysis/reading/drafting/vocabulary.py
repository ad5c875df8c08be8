"""What suppliers call things: headings and words of closed lists, in Danish and English, beside our names for them."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from ..filled_templates import choices, headings
from ..numbers import UNIT_WORDS

_HEADINGS = {  # what suppliers head a column with, beside the headings of our own templates; æ, ø and å as ae, oe and aa
    "area": "omraade omraadekode boligomraade housing_area afdeling boligafdeling bydel bebyggelse distrikt kvarter lokalitet area district estate",
    "period": "aar aarstal aftaleaar regnskabsaar periode kvartal maaned halvaar tid year period quarter month",
    "date": "dato dag haendelsesdato anmeldelsesdato anmeldt_dato ansat ansaettelsesdato ansat_fra startdato tidspunkt date day",
    "until": "slutdato fratraadt fratraadt_dato ansat_til udmeldt stoppet ophoert until",
    "done": "kursus kursusdato kursus_dato gennemfoert deltaget course course_date",
    "indicator": "gerningskode gerning measure lovovertraedelse overtraed overtraedelse kategori type art emne rolle aktivitet maaling indikator offence",
    "value": "antal vaerdi sager anmeldelser tal andel procent pct fraflyttede fraflytninger besoegende unikke_besoegende count reports value share",
    "answers": "svar antal_svar besvarelser respondenter n_respondents respondents answers n",
    "out_of": "lejemaal boliger husstande ansatte spurgte antal_spurgte ud_af af_i_alt tenancies",
    "all_moves": "flytninger_i_alt fraflytninger_i_alt alle_flytninger",
    "internal": "interne heraf_interne interne_flytninger internt",
    "lowest": "mindst laveste laveste_skoen nedre minimum lowest",
    "highest": "hoejst hoejeste hoejeste_skoen oevre maksimum highest",
    "number": "deltagere antal_deltagere fremmoedte participants",
    "estimated": "skoen skoennet anslaaet estimated",
    "person": "deltagernr deltager_id person_id frivillig_id medarb medarbejder medarbejdernr medarbejder_id frivillignr pseudonym person",
    "id": "nr nummer rapportnr rapportnummer rekvisition rekvisitionsnr journalnummer sagsnummer loebenr loebenummer journalnr sagsnr haendelsesnr id",
    "deliberate": "brandaarsag formodet_brandaarsag paasat forsaetlig forsaetligt deliberate",
    "medium": "medie avis medium",
    "tone": "tone tonalitet vinkel",
    "headline": "overskrift rubrik titel headline",
    "story": "historie historienr artikelnr story",
    "unit": "enhed unit",
    "source": "source_id kilde_id",
    "provenance": "provenance oprindelse",
    "note": "note bemaerkning bemaerkninger kommentar",
}
WORDS = {  # supplier's word: ours, in columns of a closed list
    "tone": choices(("positive", "neutral", "negative")),
    "deliberate": {**choices(("yes", "no", "unknown")), "påsat": "yes", "ikke påsat": "no"},
    "estimated": choices(("yes", "no")),
    "answer": choices(("yes", "no")),
    "unit": {
        **dict.fromkeys(("pct", "pct.", "%", "procent", "percent"), "percent"),
        **dict.fromkeys(("antal", "stk.", "count", "persons", "personer", "households", "dwellings", "boliger", "husstande"), "count"),
        **{word + point: unit for word, unit in UNIT_WORDS.items() if unit.endswith("dkk") for point in ("", ".")},
    },
}
TOLD_AGAIN = re.compile(r"\b(samme|gentag|genfortalt|jf|same|again)", re.IGNORECASE)
LETTERS = set("æøåÆØÅéÉèüÜöÖäÄ§½°´–—’‘“”»«…•·²³€£\u00a0\u00ad")  # signs a Danish text may hold beside plain ones
STATE = re.compile("(^|_)([a-z]*status|aktiv|active|afholdt|gennemfoert|taeller|gyldig|tilstand|state|took_part|deltog)(_|$)")  # which rows count
STRUCK_OUT = re.compile(r"\b(slettet|aflyst|annulleret|udg[åa]r|udg[åa]et|cancelled|deleted)\b|^ikke ")
INTENT = re.compile(r"\b(påsat|forsætlig|ildspåsættelse|deliberate|arson)", re.IGNORECASE)  # what was done on purpose
TOTAL = re.compile(r"\b(i alt|ialt|(hoved|sub|grand )?total|samlet|sum|hele|alle|all|combined)\b", re.IGNORECASE)


def folded(text: str) -> str:
    """A heading as it is looked up: small letters, æ, ø and å in two, nothing but letters and digits with `_` between."""
    plain = text.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
    return re.sub("[^a-z0-9]+", "_", plain).strip("_")


@cache
def _vocabulary() -> Mapping[str, str]:
    ours = {folded(heading): name for heading, name in headings().items()}
    return ours | {word: name for name, listed in _HEADINGS.items() for word in listed.split()} | {name: name for name in _HEADINGS}


def meaning(heading: str) -> str:
    """Our name for exactly this heading; empty where there is none.

    >>> meaning("Antal svar"), meaning("Antal svar i alt")
    ('answers', '')
    """
    return _vocabulary().get(folded(heading), "")


def meanings(heading: str) -> list[str]:
    """Our names that a heading may stand for: the one it is, else those of words in it, the longest first."""
    if exact := meaning(heading):
        return [exact]
    plain, known = folded(heading), _vocabulary()
    inside = [word for word in known if re.search(rf"(?:^|_){word}(?:_|$)", plain)]
    longest = max(map(len, inside), default=0)
    return list(dict.fromkeys(known[word] for word in inside if len(word) == longest))


def bare_word(word: str) -> str:
    """A word in small letters without footnote marks behind it.

    >>> bare_word("Ja¹")
    'ja'
    """
    return word.rstrip("¹²³⁴⁵⁶⁷⁸⁹*†‡ ").casefold()


def may_be_a_name(word: str) -> bool:
    """Whether a text is written as persons are called: two to five words, each with a capital.

    >>> may_be_a_name("Anne Marie Jensen"), may_be_a_name("Brand i opgang")
    (True, False)
    """
    parts = word.replace("-", " ").split()
    return 1 < len(parts) <= 5 and all(part[0].isupper() for part in parts)
