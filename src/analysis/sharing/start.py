"""What a recipient opens first: a page that leads to everything, in reading order and every language; the same as a plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from ..promises.catalogue import say
from ..running.render import as_shared, page_of, page_title
from ..running.ways import Way, with_ways
from ..showing.elements import escape
from ..showing.exports import NOTES, title
from .wheel import wheel_name

if TYPE_CHECKING:
    from ..plan import Plan

SCRIPT, MANIFEST = "kontrol/kontrol.py", "kontrol/manifest.json"
Links = Iterable[tuple[str, str, str]]  # what is linked to, its address, that of the same as PDF (or none)


def in_reading_order(names: Iterable[str], areas: Sequence[str]) -> list[str]:
    """The names of a language's pages as they are read: page one, the partnership, the areas as the agreement has them, data check, method."""
    order = ["index", "partnership", *(f"area-{area}" for area in areas), "data-check", "method"]
    places = {name: place for place, name in enumerate(order)}
    return sorted(names, key=lambda name: (places.get(name.rpartition("/")[2], len(order)), name))


def connected(html: Mapping[str, bytes], pdfs: Mapping[str, str], beside: Mapping[str, str]) -> dict[str, bytes]:
    """The pages by language and name, each leading to itself in the other languages and on paper; `beside` names further files by what leads to them."""
    made, languages = {}, list(dict.fromkeys(place.partition("/")[0] for place in html))
    for place, page in html.items():
        lang, _, name = place.partition("/")
        ways = [Way(say("language", other), f"../{other}/{name}.html", lang=other) for other in languages if other != lang and f"{other}/{name}" in html]
        files = ({"ways_paper": pdfs[place]} if place in pdfs else {}) | dict(beside)
        made[place] = with_ways(page.decode(), [*ways, *(Way(say(key, lang), f"../../{file}") for key, file in files.items())], lang).encode()
    return made


def start_page(
    plan: Plan, edition: str, pages: Mapping[str, Mapping[str, bytes]], files: Sequence[str], pdfs: Mapping[str, str], trouble: str, lang: str
) -> bytes:
    """The page to open first. `pages` are those of each language by name, `files` what else is handed over, `pdfs` the places of the PDFs by page."""
    sections = [_language(plan, edition, each, mine, files, pdfs, trouble) for each, mine in pages.items()]
    heads = " / ".join(dict.fromkeys(title(plan, each) for each in pages))
    return as_shared(page_of(f"<h1>{escape(heads)}</h1>{''.join(sections)}", heads, "", lang)).encode()


def _language(plan: Plan, edition: str, lang: str, pages: Mapping[str, bytes], files: Sequence[str], pdfs: Mapping[str, str], trouble: str) -> str:
    """One language's part: what this is, then the pages, the figures, how it is made, how to check it."""
    mark = f'<p class="mark">{escape(say("example", lang))}</p>' if plan.agreement.example else ""
    read = [(page_title(pages[name].decode()), f"sider/{name}.html", pdfs.get(name, "")) for name in in_reading_order(pages, list(plan.agreement.areas))]
    parts = {
        "start_read": (["bundle_pages", trouble or "bundle_pdf"], read),
        "start_figures": (["bundle_tables", *NOTES], _named((name for name in files if name.startswith("data/")), lang)),
        "start_made": (["bundle_notebooks"], _named((name for name in files if name.endswith(".ipynb")), lang)),
        "start_check": (["bundle_manifest"], [(say("check_script", lang), SCRIPT, ""), (say("check_sums", lang), MANIFEST, "")]),
    }
    body = "".join(_part(say(key, lang), [say(each, lang, wheel=wheel_name()) for each in said], links) for key, (said, links) in parts.items())
    return f'<section lang="{lang}"><h2>{escape(say("language", lang))}</h2>{mark}<p>{escape(say("bundle_what", lang, edition=edition))}</p>{body}</section>'


def _named(names: Iterable[str], lang: str) -> list[tuple[str, str, str]]:
    """Links to files by their own names, the workbook first."""
    return [(name.rpartition("/")[2], name, "") for name in sorted(names, key=lambda name: (not name.endswith(".xlsx"), name))]


def _part(heading: str, said: Sequence[str], links: Links) -> str:
    """A heading, links in their order, and what must be known of them."""
    items = "".join(f"<li>{_link(text, place)}{' ' + _link('PDF', pdf, f'{text}, PDF') if pdf else ''}</li>" for text, place, pdf in links)
    return f"<h3>{escape(heading)}</h3><ol>{items}</ol>" + "".join(f"<p>{escape(each)}</p>" for each in said)


def _link(text: str, place: str, label: str = "") -> str:
    named = f' aria-label="{escape(label)}"' if label else ""
    return f'<a href="{escape(place.replace(" ", "%20"))}"{named}>{escape(text)}</a>'


def readme(plan: Plan, edition: str, lang: str, trouble: str) -> bytes:
    """What the start page says, for an editor that comes with Windows."""
    keys = ("bundle_pages", trouble or "bundle_pdf", "bundle_tables", "bundle_notebooks", "bundle_manifest", *NOTES)
    example = [say("example", lang)] if plan.agreement.example else []
    parts = [say("bundle_what", lang, edition=edition), *example, *(say(key, lang, wheel=wheel_name()) for key in keys)]
    head = title(plan, lang)
    text = "\n\n".join([f"{head}\n{'=' * len(head)}", *(fill(part, 100, break_long_words=False, break_on_hyphens=False) for part in parts)]) + "\n"
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
