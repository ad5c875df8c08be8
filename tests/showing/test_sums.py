"""Whoever takes the printed target from the printed value finds the printed gap: in every line of every table of both plans."""

import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from pages import example_copy, real_copy, soup, text

from analysis.judging import summary
from analysis.plan import Plan
from analysis.promises.catalogue import LANGUAGES, say
from analysis.showing import evidence, explanations, front, marks, pages, quality, tables, wording, years_tables, years_together
from analysis.showing.promise_words import gap_words, observed_words, target_value

NUMBER = r"[-−+]?\d[\d.,\u00a0]*"


@pytest.fixture(scope="module", params=["example", "raw"])
def plan(request, tmp_path_factory) -> Plan:
    home = tmp_path_factory.mktemp(request.param)
    return Plan.load({"example": example_copy, "raw": real_copy}[request.param](tmp_path_factory.getbasetemp(), home))


def number(text: str, lang: str) -> Decimal | None:
    """The first number of a cell as a reader reads it; None where there is none."""
    found = re.search(NUMBER, text)
    if not found:
        return None
    digits = found[0].replace("−", "-").rstrip(".,\u00a0")
    return Decimal(digits.replace(".", "").replace(",", ".") if lang == "da" else digits.replace(",", ""))


def lines(shown: object) -> list[dict[str, str]]:
    """The rows of a table by their headings, without what stands in small print."""
    page = soup(str(shown))
    for small in page.select("small"):
        small.decompose()
    return [{cell["data-label"]: cell.get_text(" ", strip=True) for cell in row.select("td")} for row in page.select("tbody tr")]


def places(plan: Plan) -> list[str]:
    return [*plan.agreement.areas, "combined"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_gap_is_the_printed_value_less_the_printed_target(plan, lang):
    found, headings = [], [say(key, lang) for key in ("value", "target_plain", "gap")]
    for indicator in plan.agreement.indicators:
        for area in (*plan.agreement.areas, "combined"):
            if shown := tables.readings(plan, lang, indicator, area):
                found += lines(shown)
    checked = 0
    beside = [_cells(evidence._years(plan, lang, *promise[:2], place)) for place in places(plan) for promise in marks.rows_at(plan, place)]
    read = [[line[heading] for heading in headings] for line in found] + [cells[1:4] for table in beside for cells in table]
    for line in read:
        left, right, gap = (number(cell, lang) for cell in line)
        if gap is None:
            continue
        assert left is not None and right is not None, line
        assert abs(gap) == abs(left - right), line
        checked += 1
    assert checked > (200 if plan.agreement.example else 1)


def numbers(text: str, lang: str) -> list[Decimal]:
    """All numbers of a text as a reader reads them."""
    return [read for found in re.findall(NUMBER, text) if (read := number(found, lang)) is not None]


def years_beside(plan: Plan, lang: str, row: dict) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """What stands beside the years together: each judged year's value and what it is held against, before rounding where that is told."""
    criterion, indicator = plan.agreement.criteria[row["criterion"]], plan.agreement.indicators[row["indicator"]]
    shown = evidence._years(plan, lang, criterion, indicator, row["area"])
    printed = {line["year"]: line for line in ({"year": cells[0], "value": cells[1], "target": cells[2]} for cells in _cells(shown)) if line["year"].isdigit()}
    values, targets = ({int(year): number(line[name], lang) for year, line in printed.items()} for name in ("value", "target"))
    if criterion.primary.rule.chained:
        steps = summary.fixed_path(plan.exact_gaps, indicator.id, row["area"])
        found = tables.fixed_path(plan, lang, indicator.id, row["area"]).text
        targets = dict(zip(map(int, steps["year"]), numbers(found, lang)[-len(steps) :], strict=True))
    for note in soup(str(shown)).select(".notes li"):
        exact = re.findall(rf"({NUMBER}) \((\d{{4}})\)", note.get_text())
        targets |= {int(year): number(text, lang) for text, year in exact}
    judged = years_together.path_parts(plan, row)
    return {year: values[year] for year in judged}, {year: targets[year] for year in judged}


def _cells(shown: object) -> list[list[str]]:
    return [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in soup(str(shown)).select("tbody tr")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_years_come_to_together_can_be_worked_out_from_the_table_beside_it(plan, lang):
    checked = 0
    for row in plan.exact_periods.dropna(subset="total").to_dict("records"):
        indicator = plan.agreement.indicators[row["indicator"]]
        values, targets = years_beside(plan, lang, row)
        total, aim = (numbers(text, lang)[-1] for text in years_together.path_words(plan, lang, row))
        decimals = Decimal(1).scaleb(aim.as_tuple().exponent)
        if indicator.unit == "count":
            assert (sum(values.values()), sum(targets.values()).quantize(decimals, ROUND_HALF_UP)) == (total, aim), row["criterion"]
        else:
            sizes = plan.exact_observations.set_index(["indicator", "area", "period"])["denominator"]
            weights = [float(sizes[indicator.id, row["area"], plan.agreement.period(indicator.id, year)]) for year in values]
            for said, each in ((total, values), (aim, targets)):
                worked_out = sum(weight * float(part) for weight, part in zip(weights, each.values(), strict=True)) / sum(weights)
                assert float(said) == pytest.approx(worked_out, abs=0.1), row["criterion"]
        if row["ratio"]:
            assert years_tables._part(row, "ratio", lang)[0].startswith((wording.percent(total / aim, lang, 0), say("too_uncertain", lang))), row["criterion"]
        checked += 1
    assert checked > 20 or not plan.agreement.example


@pytest.mark.parametrize(
    ("one", "other", "decimals"),
    [
        ("0.6997", "0.70", 2),
        ("0.583", "0.724", 1),
        ("0.67833", "0.68951", 1),
        ("0.72", "0.72", 1),
        ("0.7004", "0.70", 2),
        ("0.123451", "0.12345", 4),
        ("0.16667", "0.15323", 1),
    ],
)
def test_a_share_just_off_its_target_is_printed_with_the_decimal_that_tells_them_apart(one, other, decimals):
    assert wording.places(Decimal(one), Decimal(other), "share") == decimals


def test_a_share_of_69_97_percent_is_not_printed_as_the_70_percent_it_misses(plan):
    row = {"value": Decimal("0.6997"), "target": Decimal("0.7"), "area": "none", "year": 2019, "indicator": "safe_share"}
    assert observed_words(plan, row, plan.agreement.indicators["safe_share"], "en") == "69.97%"


def parts(plan: Plan, lang: str) -> list[object]:
    """What pages say in words and tables, about every place and indicator; charts draw what their tables hold."""
    places, indicators = (*plan.agreement.areas, "combined"), plan.agreement.indicators
    found: list[object] = [marks.table(plan, lang), front.clear(plan, lang), front.broken(plan, lang), pages.partnership_headlines(plan, lang)]
    found += [explanations.context(plan, lang)]
    found += [evidence.promises(plan, lang, place) for place in (*plan.agreement.areas, "combined")]
    found += [draw(plan, lang, area) for area in plan.agreement.areas for draw in (pages.area_standing, pages.topics_of)]
    for indicator in indicators:
        for place in places:
            found += [tables.readings(plan, lang, indicator, place), tables.fixed_path(plan, lang, indicator, place)]
            found += [years_tables.of_promise(plan, lang, row["criterion"], indicator, place) for row in years_together.rows_of(plan, indicator, place)]
    found += [
        quality.readings(plan, lang),
        quality.robustness(plan, lang),
        quality.quality(plan, lang),
        quality.glossary(plan, lang),
        explanations.method(plan, lang),
    ]
    return [part for part in found if part is not None]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_number_on_a_page_but_a_p_value_has_more_than_two_decimals(plan, lang):
    mark = {"da": ",", "en": r"\."}[lang]
    whole = soup(" ".join(map(str, parts(plan, lang))))
    for quote in whole.find_all("q"):
        quote.decompose()
    said = text(whole)
    assert len(said) > 5_000 and re.search(rf"\d{mark}\d", said)
    assert re.findall(rf"\S+ \S+ \S*\d{mark}\d{{3,}}\S*", re.sub(r"\bp [=<] \S+", "p", said)) == []


@pytest.mark.parametrize(("value", "target", "said"), [("0.1666667", "0.1532333", ("16.7%", "15.3%", "+1.4")), ("0.6997", "0.70", ("69.97%", "70%", "-0.03"))])
def test_a_long_share_is_printed_with_its_measures_decimal_and_its_gap_is_what_a_reader_finds(plan, value, target, said):
    row = {"value": Decimal(value), "target": Decimal(target), "area": "none", "year": 2019, "indicator": "safe_share", "criterion": "T1a"}
    row |= {"gap": Decimal(value) - Decimal(target), "target_whole": float("nan"), "reading": "primary"}
    indicator = plan.agreement.indicators["safe_share"]
    assert (observed_words(plan, row, indicator, "en"), target_value(plan, row, indicator, "en")) == said[:2]
    assert gap_words(plan, row, indicator, "en")[1].replace("−", "-").startswith(said[2])
