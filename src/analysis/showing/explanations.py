"""What the register says of the promises, and what a reader must know to read the figures.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging import summary
from ..judging.months import LEAST, RUN
from ..judging.seasons import LEAST_EXPECTED, LEAST_YEARS
from ..promises.agreement import COMBINED
from ..promises.catalogue import say
from . import wording
from .asked import for_analysts
from .elements import Shown, area_name, escape
from .findings import change_sentence, latest_of, widened
from .promise_words import differing_readings, formula, to_decide

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["caveats", "context", "method", "run_chart_rules"]
__dir__ = __all__.copy  # what an editor offers


@for_analysts
def method(plan: Plan, lang: str) -> Shown:
    """Every promise with its quote, reading, rule, other readings and what is still to decide, from the register.

    >>> explanations.method(plan, "en")
    <method: 24 promises are read as the analyst reads them...>
    """
    parts = []
    for criterion in summary.by_goal(plan.agreement):
        names = ", ".join(plan.agreement.indicators[id_].name[lang] for id_ in criterion.primary.indicators)
        lines = [
            (say("quote", lang), f'<q lang="da">{escape(criterion.quote)}</q>'),
            (say("reading", lang), escape(criterion.primary.text.get(lang, ""))),
            (say("formula", lang), escape(formula(plan, lang, criterion.primary))),
            (say("areas", lang), escape(", ".join(area_name(plan, area, lang) for area in criterion.primary.areas))),
        ]
        for reading in criterion.readings[1:]:
            lines.append((say("other_readings", lang), f"{escape(reading.text.get(lang, reading.slug))} <small>{escape(formula(plan, lang, reading))}</small>"))
        lines += [(say("reading_differs", lang, year=plan.year), escape(text)) for text in differing_readings(plan, lang, criterion)]
        for id_ in criterion.primary.indicators:
            indicator = plan.agreement.indicators[id_]
            lines.append((say("source", lang), escape(indicator.delivery.get(lang, ""))))
            spread = plan.gaps[(plan.gaps["criterion"] == criterion.id) & (plan.gaps["indicator"] == id_)].to_dict("records")[:1]
            lines += [(say("uncertainty_of", lang), escape(sentence)) for row in spread for sentence in widened(row, lang)]
        if criterion.unconfirmed:
            lines.append((say("to_decide", lang), escape(to_decide(criterion, lang))))
        if criterion.note:
            lines.append((say("note", lang), escape(criterion.note[lang])))
        if criterion.decided_by:
            lines.append(("", escape(say("decided", lang, by=criterion.decided_by, on=criterion.decided_on))))
        listed = "".join(f"<dt>{escape(term)}</dt><dd>{text}</dd>" if term else f"<dd>{text}</dd>" for term, text in lines if text)
        parts.append(f'<h3 id="criterion-{escape(criterion.id)}">{escape(criterion.id)}: {escape(names)}</h3><dl>{listed}</dl>')
    if open_ := [id_ for id_, criterion in plan.agreement.criteria.items() if criterion.unconfirmed]:
        parts.insert(0, f"<p>{escape(say('undecided', lang, n=len(open_), ids=', '.join(open_)))}</p>")
    if lang not in plan.agreement.languages:
        spoken = wording.listed([say("language", each) for each in plan.agreement.languages], lang)
        parts.insert(0, f"<p>{escape(say('register_speaks', lang, languages=spoken))}</p>")
    return Shown("".join(parts), "method")


@for_analysts
def run_chart_rules(plan: Plan, lang: str) -> Shown:
    """How a run chart is to be read: its lines, what counts as a signal, and what it does not tell.

    >>> explanations.run_chart_rules(plan, "en")
    <run-charts: Where figures come month by month, a run chart shows them in a row...>
    """
    numbers = {"run": RUN, "years": LEAST_YEARS, "cases": LEAST_EXPECTED, "least": LEAST}
    rules = "".join(f"<li>{escape(say(f'runs_{name}', lang, **numbers))}</li>" for name in ("outlier", "shift", "trend", "near", "season"))
    return Shown(f"<p>{escape(say('runs_lines', lang, **numbers))}</p><ul>{rules}</ul><p>{escape(say('runs_caveat', lang, **numbers))}</p>", "run-charts")


@for_analysts
def context(plan: Plan, lang: str) -> Shown:
    """What the agreement says without promising a number: its words, and what the figures show.

    >>> explanations.context(plan, "en")
    <context: X2: Vandalism repairs The agreement's words det...>
    """
    parts, figures = [], []
    for indicator in (each for each in plan.agreement.indicators.values() if each.context):
        lines = [f'<dt>{say("quote", lang)}</dt><dd><q lang="da">{escape(indicator.quote)}</q></dd>']
        lines += [f"<dt>{say('note', lang)}</dt><dd>{escape(indicator.note[lang])}</dd>"] if indicator.note else []
        if latest_of(plan, indicator.id, COMBINED):
            sentence, more = change_sentence(plan, lang, indicator, COMBINED)
            lines.append(f"<dt>{say('latest', lang)}</dt><dd>{escape(sentence)}</dd>")
            figures += more
        parts.append(f"<h3>{escape(indicator.context)}: {escape(indicator.name[lang])}</h3><dl>{''.join(lines)}</dl>")
    return Shown("".join(parts), "context", figures)


@for_analysts
def caveats(plan: Plan, lang: str, area: str | None = None) -> Shown:
    """Breaks, years without measurement and doubtful figures that a reader of these pages must know.

    >>> explanations.caveats(plan, "en", "motalavej")
    <caveats: Share feeling safe, 2019: New data collector and...>
    """
    items = []
    for indicator in plan.agreement.indicators.values():
        if area and not latest_of(plan, indicator.id, area):
            continue
        for cut in sorted((*indicator.breaks, *indicator.no_measurement), key=lambda cut: cut["year"]):
            if cut["year"] > plan.year:
                continue
            items.append(f"{indicator.name[lang]}, {cut['year']}: {cut.get(lang, '')}.")
    own = {area} if area else {*plan.agreement.areas, COMBINED}
    if part := sorted(set(plan.exact_gaps.loc[plan.exact_gaps["plan_covers_part"].eq(True) & (plan.exact_gaps["year"] <= plan.year), "year"])):
        items.append(say("part_years", lang, years=wording.listed([str(year) for year in part], lang)))
    by_agreement = sorted({period for id_ in plan.agreement.promised if "/" in (period := plan.agreement.period(id_, plan.year))})
    if by_agreement and int(by_agreement[0][:4]) >= plan.agreement.start.year:
        items.append(say("agreement_years", lang, year=plan.year, period=by_agreement[0]))
    doubtful = plan.exact_observations[plan.exact_observations["area"].isin(own) & plan.exact_observations["note"].str.startswith(("doubtful", "conflict"))]
    for row in summary.until(doubtful, plan.year).to_dict("records"):
        indicator = plan.agreement.indicators[row["indicator"]]
        items.append(f"{indicator.name[lang]}, {area_name(plan, row['area'], lang)}, {wording.period(row['period'], lang)}: {say('doubtful', lang)}.")
    body = "".join(f"<li>{escape(item)}</li>" for item in items)
    return Shown(f'<ul class="caveats">{body}</ul>' if items else f"<p>{say('nothing_here', lang)}</p>", "caveats")
