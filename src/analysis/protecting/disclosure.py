"""Which figures must be hidden so that no small number is shown, and none can be worked out.

First is hidden what is small by the rule of the register. Then, as long as anything hidden can be told more closely
than the rule itself tells it, from what is shown now or was shown in an earlier edition, the cheapest partner is
hidden too. Every figure that reaches a page has come through `protect`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..judging.observations import CASES, KEY, NUMBERS
from ..promises.agreement import COMBINED, OF_MANY, OTHERS, Agreement
from .inference import Attack, Block, Goal, Unsolved
from .knowledge import Edition, amounts_of, known
from .relations import Key, fineness

FIRST = ("small", "share", "money", "months")
REASONS = (*FIRST, "earlier", "part", "partner")
_FEW_CASES, _DOMINANT, _CLOSE = 5, 0.9, 0.1
_WEIGHT = (0.075, 0.2, 0.2, 1.0, 1.0)  # to hide a month, a quarter, a half-year, a year, years together: promises are about years
_TOGETHER = 80  # amounts times goals for which partners are looked for at once; more would take too long


@dataclass(frozen=True)
class Protection:
    """What may be shown, and what was done for it.

    `table` has the columns of observations. `reasons` says of every row why it is hidden (one of `REASONS`), empty
    where it is not: for the analyst alone. `counts` may be shown: indicator, stage (`first` by the rule, `second` so
    that nothing can be worked out), reason, figures. `exposed` are the keys of hidden figures that can be told more
    closely than the rule tells them, and nothing here can prevent it, because what tells them was public before.
    """

    table: pd.DataFrame
    reasons: pd.Series
    counts: pd.DataFrame
    exposed: tuple[Key, ...]


def protect(observations: pd.DataFrame, agreement: Agreement, ledger: pd.DataFrame | None = None) -> pd.DataFrame:
    """The observations with every figure that may not be shown emptied and its status `suppressed`.

    Hidden are, unless published before or open: counts from 1 to `small_count` − 1 (0 is shown, unless `hide_zero`);
    survey shares with fewer than `min_answers` answers, or fewer than `small_count` people behind the share or the
    rest; money over fewer than 5 cases, or nearly all of it one case; all months of a year in which one is small;
    what an earlier edition hid; what is computed from a hidden figure; and partners, until nothing hidden can be
    worked out. `ledger` is what earlier editions showed, as `editions.read_ledger` reads it; what they hid may have
    its numbers, so that corrections are known.
    """
    return protection(observations, agreement, ledger).table


def protection(observations: pd.DataFrame, agreement: Agreement, ledger: pd.DataFrame | None = None) -> Protection:
    """`protect`, together with what was hidden first and second, and why."""
    table = observations.reset_index(drop=True)
    ledger = table.iloc[:0].assign(edition="") if ledger is None else ledger
    reasons, exposed = pd.Series("", index=table.index), []
    for ids in _groups(agreement):
        rows, editions = table[table["indicator"].isin(ids)], ledger[ledger["indicator"].isin(ids)]
        reasons[rows.index], more = _reasons(rows, agreement, [each for _, each in editions.groupby("edition", sort=False)])
        exposed += more
    shown = _emptied(table, reasons, agreement).set_axis(observations.index)
    return Protection(shown, reasons.set_axis(observations.index), _counts(table, reasons), tuple(exposed))


def _groups(agreement: Agreement) -> list[set[str]]:
    """The protected indicators, each together with those that are types of it."""
    groups: list[set[str]] = []
    for id_, indicator in agreement.indicators.items():
        group = {id_, indicator.part_of} - {""}
        for other in [other for other in groups if other & group]:
            groups.remove(other)
            group |= other
        groups.append(group)
    return [group for group in groups if any(agreement.indicators[id_].disclosure != "open" for id_ in group)]


def _emptied(table: pd.DataFrame, reasons: pd.Series, agreement: Agreement) -> pd.DataFrame:
    """The table without the numbers of hidden figures, and without notes that might tell them."""
    hidden, shown = reasons != "", without_cases(table, agreement).drop(columns=CASES, errors="ignore")
    shown.loc[hidden, NUMBERS] = float("nan")
    shown.loc[hidden, "decimals"] = pd.NA
    shown.loc[hidden, "status"] = "suppressed"
    closed = {id_ for id_, indicator in agreement.indicators.items() if indicator.disclosure != "open"}
    ours = table["indicator"].isin(closed) & ~table["published"].astype(bool)
    note = table["note"].fillna("")
    # A supplier's remark on one figure may tell another ("0 in 2015-2016 as a whole"), and a conflict names the figures.
    telling = ours & table["indicator"].isin(set(table.loc[hidden, "indicator"])) & ~note.str.startswith("missing: ")
    for kind in ("doubtful:", "conflict:"):
        starts = note.str.startswith(kind)
        shown.loc[starts & (telling | (ours & (kind == "conflict:"))), "note"] = kind
        telling &= ~starts
    shown.loc[telling | hidden, "note"] = ""
    return shown


def without_cases(table: pd.DataFrame, agreement: Agreement) -> pd.DataFrame:
    """The table without how many cases are behind each sum of money: a case is a vacancy or a repair, of which the counts may be hidden."""
    money = {id_ for id_, indicator in agreement.indicators.items() if indicator.unit == "dkk" and indicator.disclosure != "open"}
    return table.assign(denominator=table["denominator"].mask(table["indicator"].isin(money)))


def _counts(table: pd.DataFrame, reasons: pd.Series) -> pd.DataFrame:
    """How many figures of each indicator were hidden first and second, by reason."""
    hidden = pd.DataFrame({"indicator": table["indicator"], "reason": reasons})[reasons != ""]
    counts = hidden.groupby(["indicator", "reason"], sort=False).size().rename("figures").reset_index()
    counts.insert(1, "stage", np.where(counts["reason"].isin(FIRST), "first", "second"))
    return counts


# --- first: what is small in itself ------------------------------------------------------------------------


def small(table: pd.DataFrame, agreement: Agreement) -> pd.Series:
    """Why each figure is small in itself, by its indicator's declared disclosure and measure; empty where it is not.

    A rate or share is judged by the number behind it. Where that is not known it may be of few and is hidden, but not
    of a municipality, a country or an average of many areas: these are hidden only where they are known to be of few.
    So is a rate of any place that is no area of the kind of ours.
    """
    least, answers = agreement.small_count, agreement.min_answers
    large = {id_ for id_, place in agreement.references.items() if place.group != OTHERS}
    asked = {id_ for id_, place in agreement.references.items() if place.group in OF_MANY}
    reasons = pd.Series("", index=table.index)
    for id_, rows in table[table["value"].notna()].groupby("indicator"):
        indicator = agreement.indicators[id_]
        if indicator.disclosure == "open":
            continue
        of_many = rows["area"].isin(large)
        if indicator.disclosure == "money":
            few = ~(rows["denominator"] >= max(least, _FEW_CASES)) & (rows["value"] != 0)
            few &= (rows["area"] != COMBINED) | (rows["status"] != "derived")  # a sum has the cases of its areas
            few |= dominated(rows["value"], rows["largest"], rows["second"]) if "largest" in rows else False
            few &= ~of_many | rows["denominator"].notna()
            reasons[rows.index[few]] = "money"
        elif indicator.measure == "survey_share":
            people = (rows["value"] * rows["denominator"]).round()
            few = ~(rows["denominator"] >= answers) | (people < least) | (rows["denominator"] - people < least)
            few &= ~rows["area"].isin(asked) | people.notna()
            reasons[rows.index[few]] = "share"
        else:
            told = rows["numerator"].fillna((rows["value"] * rows["denominator"]).round())  # a rate is no number of cases itself
            count = (rows["value"] if indicator.unit == "count" else told).mask(rows["value"] == 0, 0)
            few = ~(count >= least) & ((count != 0) | agreement.hide_zero)
            few &= ~of_many | count.notna()
            reasons[rows.index[few]] = "small"
    return reasons


def dominated(total: pd.Series, largest: pd.Series, second: pd.Series) -> pd.Series:
    """Whether a sum tells what its largest case is: two make up 90 %, or all others together less than 10 % of the largest.

    False where the single cases are not known. Source: the dominance and p % rules as in Hundepool et al., Statistical
    Disclosure Control, 2012, section 4.2.
    """
    return (total > 0) & ((largest + second >= _DOMINANT * total) | (total - largest - second < _CLOSE * largest))


# --- second: what tells something about it -----------------------------------------------------------------


def _reasons(rows: pd.DataFrame, agreement: Agreement, editions: list[pd.DataFrame]) -> tuple[np.ndarray, list[Key]]:
    """Why each figure is hidden, when no hidden one can be worked out; and the keys of those that can be all the same."""
    keys = list(rows[KEY].itertuples(index=False, name=None))
    closed = rows["indicator"].map({id_: each.disclosure != "open" for id_, each in agreement.indicators.items()})
    ours = (closed & ~rows["published"].astype(bool)).to_numpy(dtype=bool)
    may = ours & rows["value"].notna().to_numpy()
    withheld = ours & (rows["status"] == "suppressed_at_source").to_numpy()
    before = {key for edition in editions for key in edition.loc[edition["status"] == "hidden", KEY].itertuples(index=False, name=None)}
    reasons = np.where(may, small(rows, agreement), "").astype(object)
    reasons[may & (reasons == "") & np.array([key in before for key in keys], dtype=bool)] = "earlier"
    if not (reasons != "").any() and not withheld.any() and not before:
        return reasons, []

    months, inputs = _months(keys, may), _inputs(rows, keys, may)
    for year in months:
        if any(reasons[i] == "small" for i in year):
            reasons[year] = "months"
    inputs += [pair for year in months for pair in zip(year, [*year[1:], year[0]], strict=True)]
    reasons[_with_wholes(reasons != "", inputs) & (reasons == "")] = "part"
    then = [Edition.of(edition, agreement) for edition in editions]
    now, count = amounts_of(rows, agreement), len(rows)
    last = {key: bounds for edition in then for key, bounds in edition.seen.items()}
    told = [i for i, key in enumerate(keys) if key in now and last.get(key) == now[key]]
    concealed = (reasons != "") | withheld
    exposed = [keys[i] for i in told if concealed[i]]
    concealed[told] = False  # nobody sees them now, but everybody has seen them
    able = may.copy()
    able[told] = False
    dear = {i: rank for rank, i in enumerate(sorted(np.flatnonzero(able), key=lambda i: _dearness(keys[i], now)))}
    # Once as if nothing hidden had been revised, which tells most, once this edition alone, for where that is wrong; until both hold.
    views = [known(rows, keys, agreement, reasons, now, earlier, {keys[i] for i in told}) for earlier in ([then, []] if then else [[]])]
    safe = 0
    while safe < len(views):
        columns, old = views[0]
        names = list(columns.number)
        goals = {i: _goal(row, reasons[i], agreement) for i, row in enumerate(rows.itertuples()) if able[i] or withheld[i]}
        goals |= old
        hidden = np.array([*concealed, *(column in goals for column in range(count, len(names)))])
        weight = np.array([_WEIGHT[fineness(keys[column][2])] if column < count else 1.0 for column in range(len(names))])
        rank = np.array([dear.get(column, np.inf) for column in range(len(names))])
        for here, block in columns.blocks():
            place = {column: i for i, column in enumerate(here)}
            asked = {place[column]: goal for column, goal in goals.items() if column in place}
            if any(hidden[here[i]] for i in asked):
                pairs = [(place[part], place[whole]) for part, whole in inputs if part in place and whole in place and able[whole]]
                hidden[here], unmet = _complete(block, hidden[here], asked, rank[here], weight[here], pairs)
                exposed += [key if isinstance(key[0], str) else key[0] for key in (names[here[i]] for i in unmet)]
        safe = 1 if (hidden[:count] != concealed).any() else safe + 1
        concealed, views = hidden[:count], views[1:] + views[:1]
    partners = concealed & may & (reasons == "")
    reasons[partners] = "partner"
    computed = {whole for part, whole in inputs if reasons[part]}
    reasons[[i for i in computed if reasons[i] in ("", "partner")]] = "part"
    return reasons, list(dict.fromkeys(exposed))


def _inputs(rows: pd.DataFrame, keys: list[Key], may: np.ndarray) -> list[tuple[int, int]]:
    """Figures of areas, each with the combined figure that is computed from it, by their places."""
    derived = may & rows["area"].eq(COMBINED).to_numpy() & rows["status"].eq("derived").to_numpy()
    wholes = {(keys[i][0], keys[i][2]): i for i in np.flatnonzero(derived)}
    return [(i, wholes[key[0], key[2]]) for i, key in enumerate(keys) if (key[0], key[2]) in wholes and i != wholes[key[0], key[2]]]


def _months(keys: list[Key], may: np.ndarray) -> list[list[int]]:
    """The places of each year's months of one series: shown all or none, so that nobody knows which of them were small.

    Otherwise most years would have to be hidden for their months' sake: eleven fires in eleven months are one in each.
    """
    years: dict[Key, list[int]] = {}
    for i in np.flatnonzero(may):
        indicator, area, period = keys[i]
        if fineness(period) == 0:
            years.setdefault((indicator, area, period[:4]), []).append(i)
    return list(years.values())


def _dearness(key: Key, now: Mapping[Key, tuple[float, float]]) -> tuple:
    """Which of two figures is better kept: totals before areas, years before months, 0 and then the larger amount."""
    _, area, period = key
    size = max(map(abs, now.get(key, (0, 0))))
    return (area == COMBINED) + fineness(period), size == 0, size


def _goal(row, reason: str, agreement: Agreement) -> Goal:
    """How uncertain a figure must stay once it is hidden.

    What the rule hides can be all that the rule allows: any number below the threshold, or 10 % more or less money.
    A partner is not small itself; it need only leave as many numbers open as the rule does.
    """
    if reason in ("small", "months"):
        return Goal(0 if agreement.hide_zero else 1, agreement.small_count - 1)
    if reason == "money":
        return Goal(row.value - _CLOSE * abs(row.value), row.value + _CLOSE * abs(row.value))
    return Goal(width=1 if agreement.indicators[row.indicator].unit == "dkk" else agreement.small_count - 2)


def _complete(
    block: Block, hidden: np.ndarray, goals: Mapping[int, Goal], rank: np.ndarray, weight: np.ndarray, inputs: list[tuple[int, int]]
) -> tuple[np.ndarray, list[int]]:
    """The hidden columns with the cheapest partners that let every hidden one meet its goal, and those that cannot.

    `rank` says which columns are dearer to hide of those that weigh the same, infinite where none may be. Where no answer is found, all that may
    be is hidden.
    """
    may, goals, unmet = np.isfinite(rank), dict(goals), []
    cost = np.where(may, weight * (1 + rank / (np.max(rank[may], initial=0) + 1) / (2 * may.sum() + 1)), np.inf)  # few first, then the cheap
    attack, settled = Attack(block, hidden, goals), set()
    widest = by_rule = Attack(block, hidden | may, goals)
    if not np.array_equal(widest.bounds, block.hidden):  # something here is public whatever is hidden now
        by_rule = Attack(block, np.ones_like(hidden), goals)
    try:
        while waiting := [column for column in goals if hidden[column] and column not in settled]:
            short: dict[int, Goal] = {}
            for column in waiting:
                met = attack.meets(column, goals[column])
                if met is False:  # how far can it be helped? A small total of two small parts tells more of them by the rule alone
                    least = goals[column] if widest.meets(column, goals[column]) else by_rule.possible(column, goals[column])
                    goals[column] = widest.possible(column, least)
                    unmet += [column] if goals[column] != least else []
                    met = goals[column].met(attack.low[column], attack.high[column])
                if met is None:  # hidden figures were corrected, and it shows against an earlier edition: hide what shows it
                    short = {}
                    break
                if met:
                    settled.add(column)
                else:
                    short[column] = goals[column]
                if len(short) * len(hidden) >= _TOGETHER:
                    break
            if met is not None and not short:
                break
            found = block.partners(hidden, cost, inputs, short)
            if found is None or not (found[0] & ~hidden).any():
                raise Unsolved
            hidden = _with_wholes(hidden | found[0], inputs)
            attack = Attack(block, hidden, goals, attack)
            for world in found[1]:
                attack.learn(world)
    except Unsolved:
        return hidden | may, sorted({*unmet, *waiting})  # what nobody could find out here may still be found out
    return hidden, unmet


def _with_wholes(hidden: np.ndarray, inputs: list[tuple[int, int]]) -> np.ndarray:
    """With what is computed from something hidden, and what that brings with it."""
    hidden = hidden.copy()
    while more := [whole for part, whole in inputs if hidden[part] and not hidden[whole]]:
        hidden[more] = True
    return hidden
