"""Tables and sentences: what anyone writes stays text, and what is hidden stays hidden."""

import re

import pytest
from hostile import AREA, HIDDEN, INDICATOR, NOTE, PUBLISHER, QUOTE, is_text, opened
from pages import soup, text

from analysis.plan import Plan
from analysis.promises.problems import Problem
from analysis.running.building import check
from analysis.showing import audit, chart_tables, elements, evidence, explanations, front, pages, tables


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Plan:
    """A plan in which every text tries to be markup, and area b has a hidden figure in 2018."""
    return opened(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def internal(tmp_path_factory) -> Plan:
    return opened(tmp_path_factory.mktemp("internal"), internal=True)


def shown(plan: Plan, lang: str) -> dict[str, str]:
    """All that the pages show of a plan, as HTML by name."""
    parts = {
        "title": pages.title(plan, lang, QUOTE),
        "answer a": front.answer(plan, lang, "a"),
        "answer b": front.answer(plan, lang, "b"),
        "evidence a": evidence.promises(plan, lang, "a"),
        "evidence b": evidence.promises(plan, lang, "b"),
        "others b": evidence.others(plan, lang, "b"),
        "partnership": pages.partnership_headlines(plan, lang),
        "readings": tables.readings(plan, lang, "reports", "a"),
        "readings b": tables.readings(plan, lang, "reports", "b"),
        "not judged": tables.not_judged(plan, lang),
        "caveats": explanations.caveats(plan, lang),
        "deliveries": audit.deliveries(plan, lang),
        "problems": audit.problems(plan.problems, lang),
        "coverage": audit.coverage(plan, lang),
        "hidden": audit.hidden(plan, lang),
        "method": explanations.method(plan, lang),
        "context": explanations.context(plan, lang),
        "provenance": pages.provenance(plan, lang),
        "index": "".join(map(str, front.index(plan, lang, [("area-a.html", AREA)]))),
        "observed": chart_tables.observed(plan, lang, plan.agreement.indicators["reports"], plan.observations, "observed", NOTE),
    }
    return {name: str(part) for name, part in parts.items()}


# --- what anyone writes stays text -----------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["da", "en"])
def test_no_text_becomes_markup(plan, lang):
    for name, markup in shown(plan, lang).items():
        assert text(soup(markup)) or name == "context", name
        is_text(markup)


def test_the_texts_are_there_as_they_were_written(plan):
    seen = text(soup("".join(shown(plan, "da").values())))
    for words in (AREA, INDICATOR, QUOTE, NOTE, PUBLISHER):
        assert " ".join(words.split()) in seen, words


def test_a_quote_is_printed_word_for_word_and_marked_as_danish(plan):
    quotes = [quote for area in "ab" for quote in soup(str(evidence.promises(plan, "en", area))).find_all("q")]
    assert {quote.get_text() for quote in quotes} == {QUOTE, "Evenings & more"}
    assert {quote["lang"] for quote in quotes} == {"da"}


def test_a_problem_found_in_a_delivery_stays_text():
    found = Problem("unknown_area", "<b>.csv", AREA, column=QUOTE, detail={"known": NOTE})
    markup = str(audit.problems([found], "da"))
    is_text(markup)
    assert AREA in soup(markup).get_text() and NOTE in soup(markup).get_text()


def test_a_register_full_of_markup_is_no_mistake(plan):
    assert [str(problem) for problem in check(plan.folder).errors] == []


def test_a_link_to_a_publication_is_an_address_of_the_web(plan):
    import pandas as pd

    entry = {"title": NOTE, "publisher": PUBLISHER, "year": "2017", "where": ""}
    listed = pd.DataFrame([entry | {"url": "javascript:alert(4)"}, entry | {"url": 'https://a.example/"><script>'}], index=["S1", "S2"])
    other = Plan(plan.folder, plan.agreement, plan.exact_observations, plan.year, False)
    other.__dict__["publications"] = listed
    bad, good = (str(elements.sources(other, "da", f"counts:{id_}")) for id_ in ("S1", "S2"))
    is_text(bad)
    is_text(good)
    assert not soup(bad).a and PUBLISHER in soup(bad).get_text()
    assert soup(good).a["href"] == 'https://a.example/"><script>'


def test_a_table_says_what_its_columns_and_rows_are():
    markup = elements.table("t", QUOTE, ["Område", NOTE], [["A", "1"], [None, "2"], ["B", "3"]])
    is_text(markup)
    parsed = soup(markup)
    assert parsed.caption.get_text() == QUOTE
    assert [heading["scope"] for heading in parsed.find_all("th")] == ["col", "col", "rowgroup", "row"]
    assert parsed.find("th", scope="rowgroup")["rowspan"] == "2"
    assert [cell.get_text() for cell in parsed.find_all("td")] == ["1", "2", "3"]


# --- what is hidden stays hidden -------------------------------------------------------------------------


def test_whatever_shows_true_figures_says_so_by_itself_in_a_notebook(plan, internal):
    for opened_, marks in ((plan, 0), (internal, 1)):
        bundle = tables.year_by_year(opened_, "da", "reports", "b")._repr_mimebundle_()
        assert [said.count("INTERN") for said in (bundle["text/html"], bundle["text/plain"])] == [marks, marks]


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_hidden_number_is_nowhere_to_be_seen(plan, internal, lang):
    truth = internal.observations.query("indicator == 'reports' and area == 'b' and period == '2018'")["value"].iloc[0]
    assert truth == int(HIDDEN), "the figure that is hidden"
    for name, markup in shown(plan, lang).items():
        seen = re.sub(r"[0-9a-f]{64}", "", text(soup(markup)))  # checksums hold any two digits
        assert not re.search(rf"(?<!\d){HIDDEN}(?!\d)", seen), name


def test_the_same_number_can_be_seen_where_internal_figures_are_asked_for(internal):
    seen = text(soup(shown(internal, "da")["observed"]))
    assert re.search(rf"(?<!\d){HIDDEN}(?!\d)", seen)
    assert "INTERN" in text(soup(shown(internal, "da")["title"]))


def test_a_hidden_number_is_replaced_by_the_word_for_it(plan):
    rows = plan.observations.query("indicator == 'reports' and area == 'b'")
    hidden = chart_tables.observed(plan, "da", plan.agreement.indicators["reports"], rows, "observed", "x")
    row = next(row for row in soup(str(hidden)).tbody.find_all("tr") if "2018" in text(row))
    value, interval = (text(row.find("td", attrs={"data-label": heading})) for heading in ("Værdi", "95 %-interval"))
    assert value == "Vises ikke (for små tal)" and not re.search(r"\d", interval)
    assert "2018" not in {figure["period"] for figure in hidden.figures}


def test_a_verdict_on_a_hidden_number_is_not_given(plan):
    row = next(row for row in soup(str(tables.readings(plan, "da", "reports", "b"))).find_all("tr") if row.td and text(row.td) == "2018")
    assert "Vises ikke (for små tal)" in text(row) and not re.search(r"[Oo]pfyldt", text(row))


def test_a_sum_over_areas_does_not_give_the_hidden_part_away(plan):
    reports = plan.observations.query("indicator == 'reports' and area != 'r'").set_index(["area", "period"])["value"]
    assert reports["combined", "2017"] == reports["a", "2017"] + reports["b", "2017"] == 123 + 61
    assert reports["combined", "2018"] > 0 and reports[[("a", "2018"), ("b", "2018")]].isna().all(), "the other part is hidden with it"


def test_how_many_numbers_are_hidden_is_told(plan):
    assert re.search(r"\d", text(soup(str(audit.hidden(plan, "da"))).tbody))


def test_every_figure_listed_is_written_where_it_is_said_to_be(plan):
    for part in (pages.topics_of(plan, "da", "a"), tables.readings(plan, "da", "reports", "a")):
        assert part.figures
        seen = text(soup(str(part)))
        assert [figure for figure in part.figures if " ".join(figure["shown_as"].split()) not in seen] == []
        assert {figure["element"] for figure in part.figures} == {part.element}


def test_an_element_carries_no_hidden_number_into_the_notebook(plan):
    bundle = tables.readings(plan, "da", "reports", "b")._repr_mimebundle_()
    assert bundle["text/plain"] and "<td" not in bundle["text/plain"]
    assert not re.search(rf"(?<!\d){HIDDEN}(?!\d)", str(bundle))
