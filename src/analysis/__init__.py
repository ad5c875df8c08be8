"""What a neighbourhood partnership promised, what was measured, how far off it is and how sure one can be.

Read the modules in this order; each knows only those above it:

problems      what is wrong with an input, told in one line
folders       folders that change at once or not at all; a lock
inputs        what tables and pages are made from, as checksums
agreement     what was promised: areas, indicators, criteria with quote and readings
periods       periods and dates as Danish suppliers write them
workbooks     a workbook as sheets of text cells, read safely
sources       how each supplier lays out its files
deliveries    files as cells with coordinates, in pieces
comments      what coordinators say about a promise in a year
contracts     what each kind of table must hold; columns under our names
figures       tables in which a row is a figure, as tidy rows
records       lists of incidents, stories, persons, answers: counted
intake        one supplier's files through their contract
consistency   what no single cell shows: corrections, totals, overlaps, gaps in coverage
intervals     how far chance alone can move a figure
observations  tidy tables as one long table, per area and combined
relations     which amounts add up to which
inference     what can be worked out about a hidden amount, and whom to hide beside it
knowledge     what a reader can know: the rule, the sums, earlier editions
disclosure    which figures must be hidden
editions      what was handed over, and what it showed
certainty     whether chance alone could explain a verdict or a change
targets       target, gap, verdict
comparison    a place among others: ranks, a funnel, per 1,000 inhabitants
seasons       whether the calendar's months differ, year after year
months        run charts: what is usual in a month, how far chance takes it, which are signals
building      a plan folder checked and built: its tables written at once or not at all
plan          one plan folder opened: the object that notebooks hold
templates     workbooks to send to suppliers
wording       every word and number format a reader sees, Danish and English
findings      what the figures say, in sentences
benchmarking  what a comparison with other places says, in sentences
elements      what a page is made of: an element with its key figures, a table, a source
audit         the tables of the data check
tables        the other tables: promises, readings, rules, where figures come from
twins         the table under each chart
drawing       one theme; how values, targets and breaks are drawn
charts        figures from protected data
sections      the parts of a page, in order
exports       the protected tables for a spreadsheet
workbench     widgets to explore a plan and to try other targets
parameters    a notebook and its parameters, checked before anything runs
engine        a notebook run in a process forked for it
kernel        the same by a stock kernel, through papermill
papermill_engine  the former, for papermill itself
render        a notebook as a page, judged whole by our own rule
pool          many pages at once on this machine
freshness     whether published pages still match what they were made from
reports       one plan's report, published together or not at all
cluster       pages made on other machines
runs          one run of the command, locked and logged
leaks         what may never be handed on, looked for in every channel
printing      pages as PDF
bundle        what is handed over as one zip
__main__      the commands
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .plan import Plan

__all__ = ["Plan"]


def __getattr__(name: str) -> Any:
    """`from analysis import Plan`, without making `tryghed --help` wait for pandas."""
    if name == "Plan":
        from .plan import Plan

        return Plan
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
