"""Which figures must be hidden so that no small number is shown, and none can be worked out.

First is hidden what is small by the rule of the register. Then, as long as anything hidden can be told more closely
than the rule itself tells it, from what is shown now or was shown in an earlier edition, a partner is hidden too, chosen
without looking at its number. Every figure that reaches a page has come through `protection`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ..judging.digits import in_floats
from ..judging.observations import CASES, KEY, NUMBERS
from ..promises.agreement import COMBINED, Agreement
from .inference import Bools, Goal
from .knowledge import ANY, Edition, Knowledge, Range, amounts_of, figure_of, is_of_other_areas, rule_of
from .months import hidden_months
from .partners import FIRST, LAST, with_partners
from .relations import Key, fineness
from .same_events import same_events
from .thresholds import AT_SOURCE, each_small, goal, least_small, small, told_small
from .totals import reasons_of, sums_within_a_year

REASONS = ("small", "rest", "share", "money", "months", "earlier", "part", "partner")


@dataclass(frozen=True)
class Protection:
    """What may be shown, and what was done for it.

    `table` has the columns of observations. `reasons` says of every row why it is hidden (one of `REASONS`), empty
    where it is not: for the analyst alone. `counts` may be shown: indicator, figures. `exposed` are the keys of hidden figures that can be told more
    closely than the rule tells them, and nothing here can prevent it, because what tells them was public before.
    """

    table: pd.DataFrame
    reasons: pd.Series
    counts: pd.DataFrame
    exposed: tuple[Key, ...]


def protection(
    observations: pd.DataFrame, agreement: Agreement, ledger: pd.DataFrame | None = None, registers: Mapping[str, Agreement] | None = None
) -> Protection:
    """The observations with every figure that may not be shown emptied and its status `suppressed`; and what was hidden, and why.

    Hidden are, unless published before or open: counts from 1 to `small_count` − 1 (0 is shown, unless `hide_zero`); shares that leave so few out;
    survey shares with fewer than `min_answers` answers, or fewer than `small_count` people behind the share or the
    rest; money over fewer than 5 cases, or nearly all of it one case; months beside small ones (`hidden_months`);
    what an earlier edition hid; totals of parts of a year of which an area is hidden; and partners, until nothing hidden can be
    worked out. `ledger` is what earlier editions showed, as `editions.read_ledger` reads it; what they hid may have
    its numbers, so that corrections are known. `registers` has the register as it was in each edition (`editions.read_registers`), as far as
    it is known: what was hidden by a stricter rule stays as uncertain as that promised, and totals were of the areas of then.
    """
    table = observations.reset_index(drop=True)
    # what is hidden is decided by ranges, never by the last digit
    floats, earlier = in_floats(table), in_floats(table.iloc[:0].assign(edition="") if ledger is None else ledger)
    reasons, exposed = pd.Series("", index=table.index), []
    agreement = replace(agreement, same_events=same_events(floats, agreement))
    then = {name: replace(each, same_events=agreement.same_events) for name, each in (registers or {}).items()}
    sums = sums_within_a_year(floats, earlier)
    for ids in _groups(agreement):
        rows, editions = floats[floats["indicator"].isin(ids) & ~sums], earlier[earlier["indicator"].isin(ids)]
        group = Group.of(rows, agreement, [Edition.of(each, then.get(name, agreement)) for name, each in editions.groupby("edition", sort=False)])
        reasons[rows.index], more = group.reasons()
        exposed += more
    reasons[sums] = reasons_of(floats[sums], floats[reasons != ""], agreement)
    shown = _emptied(table, reasons, agreement).set_axis(observations.index)
    return Protection(shown, reasons.set_axis(observations.index), _counts(table, reasons), tuple(exposed))


def _groups(agreement: Agreement) -> list[set[str]]:
    """The protected indicators, each together with those that are types of it, or of the same events."""
    groups: list[set[str]] = []
    for id_, indicator in agreement.indicators.items():
        group = {id_, indicator.part_of, agreement.same_events.get(id_, "")} - {""}
        for other in [other for other in groups if other & group]:
            groups.remove(other)
            group |= other
        groups.append(group)
    return [group for group in groups if any(agreement.indicators[id_].disclosure != "open" for id_ in group)]


# --- what is emptied ---------------------------------------------------------------------------------------


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
    """How many figures of each indicator are hidden. Not for which reason: it could tell which of two is the small one."""
    return table["indicator"][reasons != ""].value_counts(sort=False).rename("figures").reset_index()


# --- what is hidden, and why -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """The figures of indicators that tell about each other, each by its place in `rows`, and what earlier editions showed of them.

    `may_hide` are ours that have a number and were not printed in public, `withheld` those that the supplier hid, or left out and sums tell to be small;
    `each_small` are those that the supplier hid where a sum lets each of them be small.
    """

    rows: pd.DataFrame
    agreement: Agreement
    editions: Sequence[Edition]
    keys: Sequence[Key]
    now: Mapping[Key, Range]
    may_hide: Bools
    withheld: Bools
    each_small: Bools

    @classmethod
    def of(cls, rows: pd.DataFrame, agreement: Agreement, editions: Sequence[Edition]) -> "Group":
        """The group of these observations."""
        keys = list(rows[KEY].itertuples(index=False, name=None))
        closed = rows["indicator"].map({id_: each.disclosure != "open" for id_, each in agreement.indicators.items()})
        ours = (closed & ~rows["published"].astype(bool)).to_numpy(dtype=bool)
        has_number, now = rows["value"].notna().to_numpy(), amounts_of(rows, agreement)
        added_up = {key for key, status in zip(keys, rows["status"], strict=True) if status == "derived"}
        left_out = told_small({key for key, each in zip(keys, ours & ~has_number, strict=True) if each}, keys, now, added_up, agreement)
        at_source = ours & (rows["status"] == "suppressed_at_source").to_numpy()
        few = each_small({key for key, each in zip(keys, at_source, strict=True) if each}, keys, now, added_up, agreement)
        is_left_out, is_few = (np.array([key in some for key in keys], dtype=bool) for some in (left_out, few))
        return cls(rows, agreement, editions, keys, now, ours & has_number, at_source | (ours & is_left_out), is_few)

    def reasons(self) -> tuple[np.ndarray, list[Key]]:
        """Why each figure is hidden, when no hidden one can be worked out; and the keys of those that can be all the same.

        Example: four areas have 40, 28, 3 and 15 cases and their total is 86. The 3 is `small`, the 15 is its `partner`.
        """
        reasons = self._by_rule()
        if not (reasons != "").any() and not self.withheld.any() and not any(edition.hid for edition in self.editions):
            return reasons, []
        public, concealed = self._public, (reasons != "") | self.withheld
        exposed = [self.keys[i] for i in public if concealed[i]]
        concealed[public] = False  # nobody sees them now, but everybody has seen them
        concealed, unmet = self._until_safe(reasons, concealed, public)
        while more := self._told_otherwise(reasons, concealed):
            for i, reason in more.items():
                reasons[i], concealed[i] = reason, True
            concealed, unmet = self._until_safe(reasons, concealed, public)
        return self._with_partners_named(reasons, concealed), list(dict.fromkeys(exposed + unmet))

    def _by_rule(self) -> np.ndarray:
        """Why each figure is hidden before it is asked what can be worked out: the rule, an earlier edition, or a part of it is hidden."""
        reasons = np.where(self.may_hide, small(self.rows, self.agreement), "").astype(object)
        hid = {key for edition in self.editions for key in edition.hid if not is_of_other_areas(key, edition, self.agreement)}
        for i in [i for i, key in enumerate(self.keys) if key in self._stricter and self.may_hide[i]]:
            reasons[i] = small(self.rows.iloc[[i]], self._rule(self.keys[i])).iloc[0]
        reasons[self.may_hide & (reasons == "") & np.array([key in hid for key in self.keys], dtype=bool)] = "earlier"
        for year, months in self._months.items():
            if len(months) > 1 and any(reasons[i] == "small" for i in months):
                self._hide_months(months, year, reasons)
        return reasons

    def _hide_months(self, months: list[int], year: Key, reasons: np.ndarray) -> None:
        """Hide of one year's months what must be beside those that are small: all of them where the year is hidden itself.

        Of those that were not looked at nobody knows which are small.
        """
        whole = self._place.get(year)
        if whole is not None and (reasons[whole] or self.withheld[whole]):
            reasons[months] = "months"
            return
        rule = self._rule(self.keys[months[0]])
        left = self.now[year][0] - self._seen_of(year) if year in self.now else np.inf
        hidden = hidden_months(
            [self.now.get(self.keys[i], ANY)[1] for i in months], [bool(reasons[i]) for i in months], left, least_small(rule), rule.small_count
        )
        for i, was_looked_at in ((months[place], each) for place, each in hidden.items()):
            reasons[i] = reasons[i] if was_looked_at and reasons[i] else "months"

    def _months_told_by_years(self, reasons: np.ndarray, concealed: Bools) -> list[int]:
        """The months of years that are hidden as partners: which of them were hidden follows from the year's number, and would tell it."""
        years = [months for year, months in self._months.items() if year in self._place and concealed[self._place[year]]]
        return [i for months in years if any(reasons[j] in ("small", "months") for j in months) for i in months if reasons[i] != "months"]

    def _told_otherwise(self, reasons: np.ndarray, concealed: Bools) -> dict[int, str]:
        """What must be hidden since it tells of what is hidden without adding up to it, with why."""
        return dict.fromkeys(self._months_told_by_years(reasons, concealed), "months") | dict.fromkeys(self._nothing_of_hidden(concealed), "money")

    def _nothing_of_hidden(self, concealed: Bools) -> list[int]:
        """The sums of 0 kroner of what is counted as well, where the count is hidden: they would tell that it is 0."""
        events = [(i, self._place.get((self.agreement.same_events.get(key[0], ""), *key[1:]))) for i, key in enumerate(self.keys)]
        nothing = self.rows["value"].eq(0).to_numpy() & self.may_hide & ~concealed
        return [i for i, count in events if nothing[i] and count is not None and concealed[count] and self.agreement.indicators[self.keys[i][0]].unit == "dkk"]

    @cached_property
    def _place(self) -> dict[Key, int]:
        return {key: i for i, key in enumerate(self.keys)}

    @cached_property
    def _public(self) -> list[int]:
        """Figures that the last edition to show them showed just as they are now, by their places."""
        last = {key: amount for edition in self.editions for key, amount in edition.seen.items()}
        return [i for i, key in enumerate(self.keys) if key in self.now and last.get(key) == self.now[key]]

    def _until_safe(self, reasons: np.ndarray, concealed: Bools, public: list[int]) -> tuple[Bools, list[Key]]:
        """What must be concealed so that no reader can work out any of it, and the keys of figures that some reader can all the same.

        One reader takes it that nothing hidden was revised, which tells most; another, for where that is wrong, knows
        this edition alone; and so does each holder, who knows its own figures besides. What is concealed from one is
        asked of the others again, until it is enough for all.
        """
        can_hide = self.may_hide.copy()
        can_hide[public] = False
        known = [self.editions, []] if self.editions else [[]]
        readers = [self._knowledge(reasons, editions, public, holder) for holder in self._holders for editions in known]
        exposed: list[Key] = []
        safe_from = 0
        while safe_from < len(readers):
            more, unmet = self._concealed_from(readers[0], reasons, concealed, can_hide)
            exposed += unmet
            safe_from = 1 if (more != concealed).any() else safe_from + 1
            concealed, readers = more, readers[1:] + readers[:1]
        return concealed, exposed

    def _knowledge(self, reasons: np.ndarray, editions: Sequence[Edition], public: list[int], holder: str) -> Knowledge:
        """What a reader of this edition and of these earlier ones can know, who may hold some of the figures."""
        knowledge = Knowledge(self.agreement, self.now, {self.keys[i] for i in public}, self._rule, holder)
        knowledge.add_figures(self.rows, self.keys, np.where(self.each_small, AT_SOURCE, reasons))
        knowledge.add_sums(self.keys, editions)
        knowledge.add_held()
        return knowledge

    def _concealed_from(self, reader: Knowledge, reasons: np.ndarray, concealed: Bools, can_hide: Bools) -> tuple[Bools, list[Key]]:
        """What must be concealed so that this reader cannot work it out, and the keys of figures that the reader can all the same.

        To a holder its own figures are as good as shown: none of them is asked for, and none of them is a partner of others.
        """
        names, count, exposed = list(reader.system.number), len(self.keys), []
        own = np.array([i in reader.held for i in range(count)], dtype=bool)
        asked_of_all, concealed, can_hide = concealed, concealed & ~own, can_hide & ~own
        goals = self._goals(reasons, can_hide | self.withheld) | reader.goals
        goals = {column: aim for column, aim in goals.items() if column not in reader.held | reader.shared}
        hidden = np.array([*concealed, *(column in goals for column in range(count, len(names)))])
        rank = np.full(len(hidden), np.inf)
        in_order = sorted(map(int, np.flatnonzero(can_hide)), key=lambda i: _dearness(self.keys[i], self.agreement))
        rank[in_order] = range(len(in_order))
        rank[[i for i in in_order if fineness(self.keys[i][2]) == 0]] += FIRST  # better all months of another area than its year
        rank[:count][self._zero & can_hide] = LAST + rank[:count][self._zero & can_hide] % LAST
        for columns, block in reader.system.blocks():
            asked = {i: goals[int(column)] for i, column in enumerate(columns) if int(column) in goals}
            if any(hidden[columns[i]] for i in asked):
                hidden[columns], unmet = with_partners(block, hidden[columns], asked, rank[columns])
                exposed += [figure_of(names[columns[i]]) for i in unmet]
        return asked_of_all | hidden[:count], exposed

    def _rule(self, key: Key) -> Agreement:
        """The register's rule for a figure, or the stricter one by which an edition hid it."""
        return self._stricter.get(key, self.agreement)

    @cached_property
    def _stricter(self) -> dict[Key, Agreement]:
        """The figures that an edition hid by a stricter rule than that of the register now, with it."""
        hid = {key for edition in self.editions for key in edition.hid}
        rules = {key: rule_of(key, self.agreement, self.editions) for key in hid}
        return {key: rule for key, rule in rules.items() if rule is not self.agreement}

    @cached_property
    def _holders(self) -> list[str]:
        """Whoever reads this: anybody, and each holder of some of the figures that may be hidden, but not of all."""
        may = [key[:2] for key, each in zip(self.keys, self.may_hide | self.withheld, strict=True) if each]
        held = {id_: [self.agreement.is_held(id_, *series) for series in may] for id_ in self.agreement.holders}
        return ["", *(id_ for id_, own in held.items() if any(own) and not all(own))]

    def _goals(self, reasons: np.ndarray, hideable: Bools) -> dict[int, Goal]:
        """How uncertain each of these figures must stay once it is hidden."""
        why = np.where(self.each_small, AT_SOURCE, reasons)
        return {i: goal(row, why[i], self._rule(self.keys[i])) for i, row in enumerate(self.rows.itertuples()) if hideable[i]}

    def _with_partners_named(self, reasons: np.ndarray, concealed: Bools) -> np.ndarray:
        """The reasons with those of partners."""
        return np.where(concealed & self.may_hide & (reasons == ""), "partner", reasons)

    @cached_property
    def _zero(self) -> Bools:
        """Counts of 0: they are shown, and as partners they would give a hidden figure no room, so they are the last to be hidden."""
        return self.rows["value"].eq(0).to_numpy() & np.array([self.agreement.indicators[id_].unit != "dkk" for id_, _, _ in self.keys], dtype=bool)

    @cached_property
    def _months(self) -> dict[Key, list[int]]:
        """By series and year the places of its months, in their order, but for those that everybody has seen."""
        years: dict[Key, list[int]] = {}
        for i in sorted(set(map(int, np.flatnonzero(self.may_hide))) - {*self._public}):
            id_, area, period = self.keys[i]
            if fineness(period) == 0:
                years.setdefault((id_, area, period[:4]), []).append(i)
        return {year: sorted(months, key=lambda i: self.keys[i][2]) for year, months in years.items()}

    def _seen_of(self, year: Key) -> float:
        """What those months of a year that everybody has seen are together, at most."""
        free = {self.keys[i] for i in self._months[year]}
        months = [(year[0], year[1], f"{year[2]}-{month:02d}") for month in range(1, 13)]
        return sum(self.now[key][1] for key in months if key in self.now and key not in free)


def _dearness(key: Key, agreement: Agreement) -> tuple[int, int, str, int]:
    """Which of two figures is better kept: totals before areas, years before months; the areas and types in their order in the register, and late years."""
    id_, area, period = key
    places, types = list(agreement.areas), list(agreement.indicators)
    return 2 * (area == COMBINED) + (area in places) + 2 * fineness(period), -places.index(area) if area in places else 0, period, -types.index(id_)
