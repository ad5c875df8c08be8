"""Every word and number format a reader sees, Danish and English side by side.

Knows no data. `say` finds a text by its key; the number functions write as Danish (or English) statistics do.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal

LANGUAGES = ("da", "en")
LOCALES = {"da": "da_DK", "en": "en_GB"}

TEXTS: dict[str, tuple[str, str]] = {  # key: (Danish, English)
    # verdicts: what became of the promise in a year
    "met": ("Opfyldt", "Met"),
    "not_met": ("Ikke opfyldt", "Not met"),
    "rounding_undecided": ("Afrundingen afgør det", "Too close to call after rounding"),
    "target_not_set": ("Mål ikke fastsat", "Target not set"),
    "not_measured": ("Ikke målt", "Not measured"),
    "not_yet_due": ("Endnu ikke forfalden", "Not yet due"),
    "baseline_missing": ("Udgangspunkt mangler", "Baseline missing"),
    "previous_year_missing": ("Året før mangler", "Previous year missing"),
    "not_comparable": ("Kan ikke sammenlignes", "Not comparable"),
    "suppressed": ("Diskretioneret", "Suppressed"),
    "no_target": ("Intet tal aftalt", "No number agreed"),
    "": ("–", "–"),
    # certainty against the target
    "certain": ("Sikkert", "Certain"),
    "cannot_tell": ("Kan ikke afgøres", "Cannot tell"),
    "full_count": ("Fuld optælling", "Full count"),
    # statuses of a value
    "measured": ("målt", "measured"),
    "printed": ("offentliggjort", "published"),
    "derived": ("beregnet", "derived"),
    "estimate": ("skøn", "estimate"),
    "not_delivered": ("ikke leveret", "not delivered"),
    "not_available": ("ikke tilgængelig", "not available"),
    "suppressed_at_source": ("diskretioneret af kilden", "suppressed by the source"),
    "partial": ("kun nogle af områderne er leveret", "only some of the areas were delivered"),
    "part_year": ("kun en del af året er leveret", "only part of the year was delivered"),
    # notes on a judged row
    "no_measurement": ("ingen måling i {value}", "no measurement in {value}"),
    "break": ("brud i serien i {value}", "break in the series in {value}"),
    "baseline_zero": ("ændring i procent kan ikke beregnes (udgangspunkt 0)", "percentage change cannot be computed (baseline 0)"),
    "reference_missing": ("tal for sammenligningen mangler", "the figure to compare with is missing"),
    "undated_baseline": ("aftalen angiver tallet uden årstal", "the agreement gives the figure without a year"),
    "plan_covers_part": ("planen dækker en del af året", "the plan covers part of the year"),
    "size_unknown": ("antallet bag tallet er ikke offentliggjort", "the number behind the figure is not published"),
    "certain_from_n": ("sikkert, hvis mindst {value} har svaret", "certain if at least {value} answered"),
    "added_up": ("lagt sammen fra og med {value}", "added up from {value} on"),
    "area_missing": ("mangler: {value}", "missing: {value}"),
    "area_without": ("ingen i: {value}", "none in: {value}"),
    # headings and table words
    "combined_n": ("De {n} områder samlet", "The {n} areas combined"),
    "criterion": ("Løfte", "Promise"),
    "year": ("År", "Year"),
    "area": ("Område", "Area"),
    "areas": ("Områder", "Areas"),
    "latest": ("Seneste måling", "Latest measurement"),
    "target": ("Mål {year}", "Target {year}"),
    "target_plain": ("Mål", "Target"),
    "gap": ("Afstand til mål", "Gap to target"),
    "verdict": ("Vurdering {year}", "Verdict {year}"),
    "certainty": ("Sikkerhed", "Certainty"),
    "indicator": ("Måling", "Indicator"),
    "period": ("Periode", "Period"),
    "value": ("Værdi", "Value"),
    "interval": ("95 %-interval", "95% interval"),
    "interval_supplier": ("Leverandørens skøn, fra – til", "The supplier's bounds"),
    "source": ("Kilde", "Source"),
    "status": ("Status", "Status"),
    "reason": ("Begrundelse", "Reason"),
    "in_short": ("Kort fortalt", "In short"),
    "year_report": ("Rapport for {year}", "Report for {year}"),
    "as_of": ("Opgjort pr. 31. december {year}", "As of 31 December {year}"),
    "example": ("EKSEMPELDATA – tallene er opdigtede", "EXAMPLE DATA – the figures are made up"),
    "internal": ("INTERN – må ikke deles", "INTERNAL – do not share"),
    "quote": ("Aftalens ord", "The agreement's words"),
    "reading": ("Valgt læsning", "Chosen reading"),
    "other_readings": ("Andre læsninger", "Other readings"),
    "to_decide": ("Bestyrelsen mangler at afgøre", "The board still has to settle"),
    "formula": ("Regel", "Rule"),
    "delivery": ("Leverance", "Delivery"),
    "decided": ("Besluttet af {by} den {on}", "Decided by {by} on {on}"),
    "undecided": ("Læsningen er analytikerens; bestyrelsen har ikke besluttet den.", "The reading is the analyst's; the board has not decided it."),
    "note": ("Bemærk", "Note"),
    "baseline": ("Udgangspunkt", "Baseline"),
    "at_start": ("dengang {verdict}; tæller ikke med", "at the time {verdict}; not counted"),
    "or_reading": ("Anden læsning: {text}", "Other reading: {text}"),
    "nothing_here": ("Ingen.", "None."),
    "no_data": ("Ikke målt til og med {year}. Mangler: {delivery}.", "Not measured up to {year}. Missing: {delivery}."),
    "no_data_area": ("Ingen måling", "No measurement"),
    "no_data_own": ("Ingen måling for området alene", "No measurement for the area alone"),
    "baseline_not_measured": ("Udgangspunkt ikke målt", "Baseline not measured"),
    "from_target": ("fra {target}", "from {target}"),
    "by_end": ("senest {year}", "by {year}"),
    "undated": ("uden årstal", "no year given"),
    "references": ("Sammenligning", "Comparison"),
    "table_of": ("Tallene i figuren: {title}", "The figures in the chart: {title}"),
    "files": ("Filer, der er læst", "Files read"),
    "publisher": ("Udgiver", "Publisher"),
    "file": ("Fil", "File"),
    "rows": ("Rækker", "Rows"),
    "used": ("Brugt", "Used"),
    "arrivals": ("Tal fra hver kilde og hvert år", "Figures from each source and year"),
    "figures_there": ("{n} tal", "{n} figures"),
    "figures_hidden": ("{n} diskretioneret", "{n} suppressed"),
    "figures_missing": ("{n} mangler", "{n} missing"),
    "figures_revised": ("rettet", "revised"),
    "revised_caption": ("Tal, der er rettet af en senere levering", "Figures revised by a later delivery"),
    "revised_head": ("Før → nu", "Before → now"),
    "revised_hidden": ("revideret; tallene vises ikke", "revised; the figures are not shown"),
    "changed_caption": ("Tal, der er ændret siden sidste udgave med dem", "Figures changed since the last edition with them"),
    "edition": ("Udgave", "Edition"),
    "made_with": ("Indstillinger: år {year}; antal under {count} og andele med under {answers} svar vises ikke.",
                  "Settings: year {year}; counts below {count} and shares with fewer than {answers} answers are not shown."),
    "size_of": ("n = {n} ({year})", "n = {n} ({year})"),
    "comment_by": ("Kommentar, {author}, {on}:", "Comment, {author}, {on}:"),
    "news": ("Nyt siden sidste udgave", "New since the last edition"),
    "first_edition": ("Der er ingen tidligere udgave at sammenligne med.", "There is no earlier edition to compare with."),
    "since_edition": ("Sammenlignet med udgave {edition}.", "Compared with edition {edition}."),
    "nothing_new": ("Intet er nyt.", "Nothing is new."),
    "between": ("95 %-interval {lower} – {upper}", "95% interval {lower} – {upper}"),
    "between_supplier": ("leverandørens skøn: {lower} – {upper}", "the supplier's bounds: {lower} – {upper}"),
    "bench_folder": ("Planmappe", "Plan folder"),
    "bench_internal": ("Sande tal (intern)", "True figures (internal)"),
    "bench_reload": ("Læs igen", "Read again"),
    "bench_indicator": ("Indikator", "Indicator"),
    "bench_areas": ("Områder", "Areas"),
    "bench_references": ("Sammenlign med", "Compare with"),
    "bench_step": ("Vis", "Show"),
    "bench_by_year": ("år, med mål", "years, with targets"),
    "bench_by_month": ("måneder, som seriediagram", "months, as a run chart"),
    "bench_no_months": ("{what}, {area}: der er kun tal for hele år.", "{what}, {area}: there are figures for whole years only."),
    "bench_years": ("År", "Years"),
    "bench_target": ("Mål", "Target"),
    "bench_own": ("Som aftalt", "As agreed"),
    "bench_change": ("Hvad nu hvis: ændring pr. år", "What if: change a year"),
    "bench_at_most": ("Hvad nu hvis: højst", "What if: at most"),
    "bench_at_least": ("Hvad nu hvis: mindst", "What if: at least"),
    "bench_above_baseline": ("Hvad nu hvis: højere end i startåret", "What if: above the baseline"),
    "bench_below_baseline": ("Hvad nu hvis: lavere end i startåret", "What if: below the baseline"),
    "bench_above_reference": ("Hvad nu hvis: over et andet sted", "What if: above another place"),
    "bench_below_reference": ("Hvad nu hvis: under et andet sted", "What if: below another place"),
    "bench_rate": ("Pct. om året", "Per cent a year"),
    "bench_path": ("Regnet", "Counted"),
    "bench_compound": ("af målet året før (rente på rente)", "on the target before (compound)"),
    "bench_linear": ("af startåret (lige meget hvert år)", "on the baseline (the same each year)"),
    "bench_previous": ("af det målte året før", "on the figure measured before"),
    "bench_baseline": ("Startår", "Baseline year"),
    "bench_value": ("Værdi", "Value"),
    "bench_percent": ("Værdi, pct.", "Value, per cent"),
    "bench_save_chart": ("Gem figur ({kind})", "Save chart ({kind})"),
    "bench_save_figures": ("Gem tal (CSV til Excel)", "Save figures (CSV for Excel)"),
    "bench_save_gaps": ("Gem mål og afstand (CSV til Excel)", "Save targets and gaps (CSV for Excel)"),
    "bench_saved": ("Gemt: {file}", "Saved: {file}"),
    "bench_no_chart": ("Der er intet at gemme af den slags for det valgte.", "There is nothing of that kind to save for what is chosen."),
    "bench_choose_area": ("Vælg mindst ét område.", "Choose at least one area."),
    "bench_refused": ("… og {n} fejl til. Hele listen: tryghed check --raw {folder}", "… and {n} more errors. The whole list: tryghed check --raw {folder}"),
    "bench_still": ("Det forrige er stadig vist.", "What was there before is still shown."),
    "bench_no_reference": ("Intet andet sted har tal for denne indikator.", "No other place has figures for this indicator."),
    "bench_no_baseline": ("Ingen af de valgte områder er målt, så der er intet startår.", "None of the areas is measured, so there is no baseline year."),
    "bench_failed": ("Det kunne ikke vises: {reason}", "It could not be shown: {reason}"),
    "what_if": ("Hvad nu hvis", "What if"),
    "bench_what_if": ("Hvad nu hvis målet var: {rule}", "What if the target were: {rule}"),
    "bench_loading": ("Læser {folder} …", "Reading {folder} …"),
    "chosen_nothing": ("{what}: ingen tal for de valgte områder i {first}–{last}. Mangler: {delivery}.",
                       "{what}: no figures for the chosen areas in {first}–{last}. Missing: {delivery}."),
    "chosen_hidden": ("{what}: alle tal for de valgte områder i {first}–{last} er diskretioneret.",
                      "{what}: all figures of the chosen areas in {first}–{last} are suppressed."),
    "hidden_years": ("Diskretioneret: {years}.", "Suppressed: {years}."),
    "one_point": ("Der er kun ét tal, og en kurve kræver to. Tallet står i tabellen.",
                  "There is only one figure, and a line takes two. It stands in the table."),
    "no_promise": ("{what}: intet løfte gælder de valgte områder.", "{what}: no promise is about the chosen areas."),
    "all_hidden": ("Alle tal er diskretioneret.", "All figures are suppressed."),
    "hidden_value": ("diskretioneret", "suppressed"),
    "nothing_hidden": ("Ingen tal er skjult.", "No figure is hidden."),
    "hidden_caption": ("Skjulte tal", "Hidden figures"),
    "hidden_when": ("Hvornår", "When"),
    "hidden_why": ("Hvorfor", "Why"),
    "hidden_count": ("Antal tal", "Figures"),
    "first": ("først: tallet selv", "first: the figure itself"),
    "second": ("dernæst: så intet kan regnes ud", "then: so that nothing can be worked out"),
    "hidden_small": ("få tilfælde", "few cases"),
    "hidden_share": ("få svar, eller få personer bag andelen", "few answers, or few people behind the share"),
    "hidden_money": ("få sager, eller én sag er næsten det hele", "few cases, or one is nearly all of it"),
    "hidden_months": ("alle måneder i et år, hvor en af dem har få tilfælde", "all months of a year in which one has few cases"),
    "hidden_earlier": ("skjult i en tidligere udgave", "hidden in an earlier edition"),
    "hidden_part": ("regnet ud af et skjult tal", "worked out from a hidden figure"),
    "hidden_partner": ("ville afsløre et skjult tal", "would give a hidden figure away"),
    "baseline_of": ("Udgangspunkt for", "Baseline of"),
    "delivery_no": ("levering {n}", "delivery {n}"),
    "set_aside": ("Lagt til side", "Set aside"),
    "figures_withheld": ("Uden tal fra leverancer, der ikke er offentlige (advarsler om spring, der er udeladt: {left}; rækker i lister over enkelte sager "
                         "er ikke talt med). Med tal står advarslerne i {path}, når tabellerne er bygget, og de vises med check --internal.",
                         "Without figures of deliveries that are not public (warnings of jumps left out: {left}; rows of lists of single cases are not "
                         "counted). With figures the warnings stand in {path} once the tables are built, and check --internal shows them."),
    "checksum_kept": ("vises ikke: ud fra den kunne et skjult tal findes", "not shown: a hidden figure could be found from it"),
    "checksum": ("Kontrolsum (sha256)", "Checksum (sha256)"),
    "publications": ("Publikationer", "Publications"),
    "made_of": ("Rapporten er lavet af filerne nedenfor, version {version} af programmet.",
                "This report was made from the files below, by version {version} of the program."),
    "place": ("Sted", "Place"),
    "problem": ("Hvad der er galt", "What is wrong"),
    "level": ("Art", "Kind"),
    "error": ("fejl", "error"),
    "warning": ("advarsel", "warning"),
    "verdict_word": ("Vurdering", "Verdict"),
    "count_promises": ("Antal løfter", "Promises"),
    "missing_decisions": ("Beslutninger, bestyrelsen mangler at tage", "Decisions the board has still to take"),
    "missing_deliveries": ("Leverancer, der mangler", "Deliveries that are missing"),
    "for_promise": ("til {ids}", "for {ids}"),
    "where": ("Hvor", "Where"),
    "index_title": ("Hvad blev lovet, og hvad blev målt?", "What was promised, and what was measured?"),
    "page_index": ("Forside", "Front page"),
    "page_partnership": ("Hele partnerskabet", "The whole partnership"),
    "page_data_check": ("Kontrol af data", "Data check"),
    "page_method": ("Metode: løfter, læsninger og regler", "Method: promises, readings and rules"),
    "pages": ("Sider", "Pages"),
    "contents": ("Indhold", "Contents"),
    "skip": ("Spring til indholdet", "Skip to content"),
    # commands that bring something in
    "fetched": ("{path}: {rows} tal til og med {last}", "{path}: {rows} figures up to {last}"),
    "fetched_same": ("{path}: uændret siden sidst, {rows} tal til og med {last}", "{path}: as it was last time, {rows} figures up to {last}"),
    "fetched_used": ("{offence} tæller som {indicator}; står det forkert, så ret {toml}", "{offence} counts as {indicator}; if that is wrong, mend {toml}"),
    "fetched_unused": ("{offence} bruges ikke: sæt en måling af anmeldelserne i agreement.toml, og nævn den under [values.indicator] i {toml}",
                       "{offence} is not used: add an indicator of these reports to agreement.toml and name it under [values.indicator] in {toml}"),
    "fetched_no_place": ("{place} bruges ikke: sæt stedet i agreement.toml som [[reference]], og nævn det under [areas] i {toml}",
                         "{place} is not used: add it to agreement.toml as a [[reference]] and name it under [areas] in {toml}"),
    "fetched_no_inhabitants": ("Indbyggertallet bruges ikke: skriv i agreement.toml, hvilken måling der tæller indbyggere (population), og nævn den under "
                               "[constants] i {toml}",
                               "The inhabitants are not used: say in agreement.toml which indicator counts them (population), and name it under "
                               "[constants] in {toml}"),
    "started": ("{folder} er lagt an; de opdigtede tal skal skiftes ud. Kontrollér med: tryghed check --raw {folder}",
                "{folder} is laid out; its figures are made up, to be replaced. Check it with: tryghed check --raw {folder}"),
    "no_filter": ("Git gemmer notebooks med det, de viser: filtret, der fjerner det, er ikke sat op her. Kør én gang i projektets mappe: "
                  "git config --add include.path ../.gitfilters",
                  "Git keeps notebooks with what they show: the filter that takes it out is not set up here. Run once in the project's folder: "
                  "git config --add include.path ../.gitfilters"),
    "failed_title": ("Rapporten blev ikke lavet", "The report was not made"),
    "failed_intro": ("Der er {n} fejl i leverancerne. De sider, der allerede er udgivet, er ikke ændret.",
                     "There are {n} errors in the deliveries. Pages already published are unchanged."),
    # sentences: what a value means
    "is_value": ("{what} {when}: {value}.", "{what} {when}: {value}."),
    "is_total": ("{what}: {value} {total}.", "{what}: {value} {total}."),
    "total_of": ("i alt ({span})", "in total ({span})"),
    "of_which": ("heraf {value} i {when}", "of which {value} in {when}"),
    "in_total": ("{target} i alt", "{target} in total"),
    "year_alone": ("tallet for perioden alene; summen kendes ikke", "the figure of the period alone; the total is not known"),
    "totals_of": ("Lagt sammen år for år: {title}", "Added up year by year: {title}"),
    "labelled": ("{what}: {new} ({when}).", "{what}: {new} ({when})."),
    "below": ("Det er {gap} under {what} ({target}).", "That is {gap} below {what} ({target})."),
    "above": ("Det er {gap} over {what} ({target}).", "That is {gap} above {what} ({target})."),
    "level_with": ("Det er det samme som {what} ({target}).", "That is the same as {what} ({target})."),
    "target_is": ("Målet er {target}.", "The target is {target}."),
    # what became of the target, and how sure that is: one sentence a combination
    "met_certain": ("Målet er nået, og afstanden er for stor til at være ren tilfældighed.",
                    "The target is met, and the margin is too large to be pure chance."),
    "met_cannot_tell": ("Målet er nået, men afstanden til målet er inden for tilfældig variation.",
                        "The target is met, but the margin is within chance variation."),
    "met_full_count": ("Målet er nået (fuld optælling).", "The target is met (full count)."),
    "met_estimate": ("Målet er nået efter skønnet; hvor sikkert, kan ikke afgøres.",
                     "By the estimate the target is met; how certainly cannot be told."),
    "met_unknown": ("Målet er nået, men sikkerheden kan ikke afgøres, fordi antallet bag tallet ikke er offentliggjort.",
                    "The target is met, but certainty cannot be told, because the number behind the figure is not published."),
    "not_met_certain": ("Målet er ikke nået, og afstanden er for stor til at være ren tilfældighed.",
                        "The target is not met, and the shortfall is too large to be pure chance."),
    "not_met_cannot_tell": ("Målet er ikke nået, men afstanden til målet er inden for tilfældig variation.",
                            "The target is not met, but the shortfall is within chance variation."),
    "not_met_full_count": ("Målet er ikke nået (fuld optælling).", "The target is not met (full count)."),
    "not_met_estimate": ("Målet er ikke nået efter skønnet; hvor sikkert, kan ikke afgøres.",
                         "By the estimate the target is not met; how certainly cannot be told."),
    "not_met_unknown": ("Målet er ikke nået, men sikkerheden kan ikke afgøres, fordi antallet bag tallet ikke er offentliggjort.",
                        "The target is not met, but certainty cannot be told, because the number behind the figure is not published."),
    "rounding_sentence": ("Tallet er trykt så afrundet, at det ikke kan afgøres, om det ligger over eller under.",
                          "The figure is printed so rounded that one cannot tell whether it lies above or below."),
    "start_certain": ("Forskellen er for stor til at være ren tilfældighed.", "The difference is too large to be pure chance."),
    "start_cannot_tell": ("Forskellen er inden for tilfældig variation.", "The difference is within chance variation."),
    "start_full_count": ("Tallet er en fuld optælling.", "The figure is a full count."),
    "start_estimate": ("Tallet er et skøn.", "The figure is an estimate."),
    "start_unknown": ("Antallet af svar er ikke offentliggjort, så sikkerheden kan ikke afgøres.",
                      "The number of answers is not published, so certainty cannot be told."),
    "sentence_from_n": ("Har mindst {n} beboere svaret, er forskellen for stor til at være ren tilfældighed.",
                        "If at least {n} residents answered, the difference is too large to be pure chance."),
    "widened": ("Usikkerheden er gjort ca. {factor} gange så bred, fordi tallet svinger mere, end rent tilfældige hændelser gør.",
                "The uncertainty is made about {factor} times as wide, since the figure varies more than purely random events do."),
    "uncertainty_of": ("Usikkerhed", "Uncertainty"),
    # what happened since, and whether that is more than chance
    "rise": ("{what} steg fra {old} ({before}) til {new} ({when}).", "{what} rose from {old} ({before}) to {new} ({when})."),
    "fall": ("{what} faldt fra {old} ({before}) til {new} ({when}).", "{what} fell from {old} ({before}) to {new} ({when})."),
    "same": ("{what} var {new} ({when}), det samme som i {before}.", "{what}: {new} ({when}), the same as in {before}."),
    "within": ("{what} var {new} ({when}) mod {old} ({before}). Om forskellen er mere end tilfældig variation, kan ikke afgøres (p {p}).",
               "{what}: {new} ({when}) against {old} ({before}). Whether the difference is more than chance variation cannot be told (p {p})."),
    "change_unknown": ("{what} var {new} ({when}) mod {old} ({before}). Om forskellen er mere end tilfældig, kan ikke afgøres, fordi "
                       "antallet bag tallene ikke er offentliggjort.",
                       "{what}: {new} ({when}) against {old} ({before}). Whether the difference is more than chance cannot be told, "
                       "because the numbers behind the figures are not published."),
    "change_estimate": ("{what} er skønnet til {new} ({when}) mod {old} ({before}); om forskellen er mere end usikkerhed i skønnet, "
                        "kan ikke afgøres.",
                        "{what}: estimated at {new} ({when}) against {old} ({before}); whether that is more than the uncertainty of the "
                        "estimate cannot be told."),
    "change_estimate_certain": ("{what} er skønnet til {new} ({when}) mod {old} ({before}); forskellen er større end usikkerheden i skønnene.",
                                "{what}: estimated at {new} ({when}) against {old} ({before}); that is more than the uncertainty of the estimates."),
    "change_certain": ("Ændringen er for stor til at være ren tilfældighed (p {p}).", "The change is too large to be pure chance (p {p})."),
    "least_uncertainty": ("Det er regnet med den mindste usikkerhed; rigtige tal svinger ofte mere.",
                          "This assumes the least uncertainty; real figures often vary more."),
    "least": ("mindste usikkerhed", "least uncertainty"),
    "since": ("siden {value}", "since {value}"),
    "p_is": ("p {p}", "p {p}"),
    "detectable": ("mindste sikre ændring: {value}", "smallest certain change: {value}"),
    "pace": ("nødvendigt tempo: {value} om året", "pace needed: {value} a year"),
    "change": ("Ændring", "Change"),
    "per_thousand": ("Det svarer til {value} pr. 1.000 boliger ({when}).", "That is {value} per 1,000 homes ({when})."),
    "per_thousand_head": ("Pr. 1.000 boliger", "Per 1,000 homes"),
    "fixed_path": ("Løftet regnes af det faktiske tal året før, så et år, hvor målet ikke nås, gør det næste års krav lettere. "
                   "Var hvert år netop opfyldt, ville stien være {path}.",
                   "The promise counts from the actual figure of the year before, so a year that misses the target makes the next year's target easier. "
                   "Had each year just been met, the path would be {path}."),
    "period_head": ("Hele perioden til nu", "The whole period so far"),
    "period_none": ("Ingen år kan vurderes endnu", "No year can be judged yet"),
    "period_counts": ("Opfyldt i {met} af {judged} vurderede år (sikkert i {met_certain}); ikke opfyldt i {missed} (sikkert i {missed_certain})",
                      "Met in {met} of {judged} judged years (certain in {met_certain}); not met in {missed} (certain in {missed_certain})"),
    "timeline": ("Løfterne år for år", "The promises year by year"),
    "reading_differs": ("Læsningen har betydning i {year}", "The reading matters in {year}"),
    "chosen": ("valgt læsning", "chosen reading"),
    "only_value": ("{what} var {new} ({when}).", "{what}: {new} ({when})."),
    "next_target": ("Målet for {year} er {target}.", "The target for {year} is {target}."),
    "at_most": ("højst {value}", "at most {value}"),
    "at_least": ("mindst {value}", "at least {value}"),
    "more_than": ("over {value}", "above {value}"),
    "less_than": ("under {value}", "below {value}"),
    "in_year": ("I {year}: {verdict}.", "In {year}: {verdict}."),
    "summary": ("Af {whose} {n} løfter er {met} opfyldt, {not_met} ikke opfyldt og {open} ikke til at vurdere i {year}.",
                "Of {whose} {n} promises {met} are met, {not_met} not met and {open} cannot be judged in {year}."),
    "all_promises": ("partnerskabets", "the partnership's"),
    "area_promises": ("områdets egne", "the area's own"),
    "summary_why": ("Af de {open}: {why}.", "Of the {open}: {why}."),
    "n_rounding_undecided": ("{n} afgøres af afrundingen", "{n} too close to call after rounding"),
    "n_target_not_set": ("{n} mangler et fastsat mål", "{n} with no target set"),
    "n_not_measured": ("{n} er ikke målt", "{n} not measured"),
    "n_not_yet_due": ("{n} skal først vurderes senere", "{n} to be judged later"),
    "n_baseline_missing": ("{n} mangler et udgangspunkt", "{n} without a baseline"),
    "n_previous_year_missing": ("{n} mangler tallet fra året før", "{n} without the figure of the year before"),
    "n_not_comparable": ("{n} kan ikke sammenlignes", "{n} not comparable"),
    "n_suppressed": ("{n} er diskretioneret", "{n} suppressed"),
    "n_no_target": ("{n} har intet aftalt tal", "{n} with no number agreed"),
    "summary_young": ("Planen begyndte {start}. De fleste løfter skal først vurderes fra {first}.",
                      "The plan began on {start}. Most promises are first judged from {first}."),
    "comparison_caveat": ("Kun de udsatte boligområder, der er tal for i året, er talt med ({fewest}–{most} områder); hvilke det er, skifter fra år til år.",
                          "Only the vulnerable housing areas with a figure in the year are counted ({fewest}–{most} areas); which these are changes "
                          "from year to year."),
    "comparison_caveat_one": ("Kun de {most} udsatte boligområder, der er tal for i året, er talt med.",
                              "Only the {most} vulnerable housing areas with a figure in the year are counted."),
    "standing": ("{area} lå i {year} som nr. {place} af {of}.", "{area} was no. {place} of {of} in {year}."),
    "standing_certain": ("I {year} ligger {clauses}.", "It is certain that in {year} {clauses}."),
    "standing_clause": ("{areas} {where}", "{areas} lay {where}"),
    "surely_better_up": ("sikkert over {areas}", "above {areas}"),
    "surely_worse_up": ("sikkert under {areas}", "below {areas}"),
    "surely_better_down": ("sikkert lavere end {areas}", "lower than {areas}"),
    "surely_worse_down": ("sikkert højere end {areas}", "higher than {areas}"),
    "many_others": ("{n} af de {others} andre områder", "{n} of the {others} other areas"),
    "standing_alike": ("I {year} kan {areas} ikke skelnes fra nogen af de andre.", "In {year} {areas} cannot be told apart from any of the others."),
    "standing_alike_known": ("I {year} kan {areas} ikke skelnes fra nogen af de andre, hvis antal svar er kendt.",
                             "In {year} {areas} cannot be told apart from any of the others whose number of answers is known."),
    "standing_alike_too": ("{areas} kan ikke skelnes fra nogen af de andre.", "{areas} cannot be told apart from any of the others."),
    "standing_alike_known_too": ("{areas} kan ikke skelnes fra nogen af de andre, hvis antal svar er kendt.",
                                 "{areas} cannot be told apart from any of the others whose number of answers is known."),
    "standing_rest": ("Øvrige forskelle kan være tilfældige.", "All other differences may be chance."),
    "standing_places": ("Blandt de {of} områder ligger {places}.", "Among the {of} areas {places}."),
    "standing_place": ("{areas} mellem nr. {low} og {high}", "{areas} may lie anywhere from no. {low} to {high}"),
    "standing_place_one": ("{areas} som nr. {low}", "{areas} can only be no. {low}"),
    "standing_unknown": ("For {unknown} af områderne er antallet af svar ikke kendt, så om de kan skelnes fra planens områder, vides ikke.",
                         "The number of answers is not known for {unknown} of the areas, so nor is whether they can be told apart from the plan's areas."),
    "standing_country": ("Til sammenligning var tallet for {country} {value} ({year}).", "In comparison, the figure for {country} was {value} ({year})."),
    "standing_no_answers": ("Antallet af svar er ikke offentliggjort for {areas}, så hvor sikker placeringen er, kan ikke siges.",
                            "The number of answers is not published for {areas}, so how sure the rank is cannot be said."),
    "standing_best_up": ("Nr. 1 har den højeste andel.", "No. 1 has the highest share."),
    "standing_best_down": ("Nr. 1 har den laveste andel.", "No. 1 has the lowest share."),
    "standing_best_none": ("Nr. 1 har den højeste andel.", "No. 1 has the highest share."),
    "standing_method": ("To områder kan ikke skelnes, når forskellen kan være tilfældig: der er 95\u00a0% sikkerhed for alle årets sammenligninger "
                        "med planens områder "
                        "på én gang.",
                        "Two areas cannot be told apart when the difference may be chance: 95% certainty for all of the year's comparisons with the "
                        "plan's areas "
                        "at once."),
    "standing_shared": ("{rank}\u00a0(delt)", "{rank}\u00a0(shared)"),
    "standing_title": ("{what}: plads blandt udsatte boligområder", "{what}: rank among vulnerable housing areas"),
    "standing_none": ("{what}: ingen af planens områder har et tal i samme år som et andet udsat boligområde, så en plads kan ikke regnes ud.",
                      "{what}: none of the plan's areas has a figure in the same year as another vulnerable housing area, so no rank can be worked out."),
    "standing_none_hidden": ("{what}: planens områder er diskretioneret, så en plads kan ikke vises.",
                             "{what}: the plan's areas are suppressed, so no rank can be shown."),
    "standing_without": ("{why} og derfor uden plads: {areas}.", "{why} and therefore without a rank: {areas}."),
    "no_figure": ("intet tal", "no figure"),
    "chart_standing": ("Små diagrammer, et pr. område, over områdets plads år for år. {finding}",
                       "Small charts, one an area, of its rank year by year. {finding}"),
    "legend_own": ("Området", "The area"),
    "legend_own_interval": ("Pladser, området kan have (95\u00a0%)", "Places it may have (95%)"),
    "rank": ("Plads", "Rank"),
    "rank_range": ("{low}–{high}", "{low}–{high}"),
    "rank_between": ("mellem nr. {low} og {high}", "between no. {low} and {high}"),
    "tied_with": ("Kan ikke skelnes fra", "Cannot be told apart from"),
    "of_many": ("{rank}\u00a0af\u00a0{of}", "{rank}\u00a0of\u00a0{of}"),
    "answers": ("Svar", "Answers"),
    "answers_of": ("n = {n}", "n = {n}"),
    "answers_unknown": ("n ukendt", "n not known"),
    "all_others": ("alle de andre", "all the others"),
    "all_but": ("alle undtagen {areas}", "all but {areas}"),
    "no_others": ("ingen", "none"),
    "funnel_title": ("{what} {year}: hvad tilfældigheder alene kan give", "{what} {year}: what chance alone can give"),
    "funnel_axis": ("Antal svar", "Number of answers"),
    "funnel_around": ("{centre} ({share})", "{centre} ({share})"),
    "funnel_it": ("det", "it"),
    "funnel_it_average": ("gennemsnittet", "the average"),
    "funnel_above_998": ("{areas} ligger over {centre} med mere, end tilfældigheder kan forklare (uden for 99,8\u00a0%-grænserne).",
                         "{areas} lay above {centre} by more than chance can explain (outside the 99.8% limits)."),
    "funnel_below_998": ("{areas} ligger under {centre} med mere, end tilfældigheder kan forklare (uden for 99,8\u00a0%-grænserne).",
                         "{areas} lay below {centre} by more than chance can explain (outside the 99.8% limits)."),
    "funnel_above": ("{areas} ligger over {centre}, uden for 95\u00a0%-grænserne; så langt når tilfældet for omkring ét af 20 områder.",
                     "{areas} lay above {centre}, outside the 95% limits; chance takes about one area in 20 that far."),
    "funnel_below": ("{areas} ligger under {centre}, uden for 95\u00a0%-grænserne; så langt når tilfældet for omkring ét af 20 områder.",
                     "{areas} lay below {centre}, outside the 95% limits; chance takes about one area in 20 that far."),
    "funnel_inside": ("{areas} kan ikke skelnes fra {centre}.", "{areas} cannot be told apart from {centre}."),
    "funnel_against": ("Her holdes hvert område op mod gennemsnittet; ved pladserne ovenfor holdes områderne op mod hinanden, og det kræver større forskelle.",
                       "Here each area is held against the average; with the ranks above, areas are held against each other, which takes larger differences."),
    "funnel_chance": ("Et område uden nogen reel forskel falder alligevel uden for 95\u00a0%-grænserne hver tyvende gang og uden for "
                      "99,8\u00a0%-grænserne hver "
                      "femhundrede gang.",
                      "An area without any real difference still falls outside the 95% limits one time in twenty and outside the 99.8% limits one time in five "
                      "hundred."),
    "funnel_none": ("{what}: et diagram over, hvad tilfældigheder kan give, kræver tal med kendt antal svar for mindst {fewest} områder i samme år, "
                    "heraf et af planens. Så mange kan ikke vises.",
                    "{what}: a chart of what chance can give needs figures with a known number of answers for at least {fewest} areas in the same year, "
                    "one of them the plan's. So many cannot be shown."),
    "funnel_pooled": ("gennemsnittet af de viste områder", "the average of the areas shown"),
    "chart_funnel": ("Tragtdiagram: andel mod antal svar for {n} områder. {finding}", "Funnel chart: share by number of answers for {n} areas. {finding}"),
    "limits95": ("95\u00a0%-grænser", "95% limits"),
    "limits998": ("99,8\u00a0%-grænser", "99.8% limits"),
    "zone": ("Ligger", "Lies"),
    "zone_inside": ("inden for grænserne", "within the limits"),
    "zone_above": ("over 95\u00a0%-grænsen", "above the 95% limit"),
    "zone_below": ("under 95\u00a0%-grænsen", "below the 95% limit"),
    "zone_above_998": ("over 99,8\u00a0%-grænsen", "above the 99.8% limit"),
    "zone_below_998": ("under 99,8\u00a0%-grænsen", "below the 99.8% limit"),
    "design_widened": ("Usikkerheden er gjort større (faktor {factor} på antallet), fordi svarene er vægtet.",
                       "The uncertainty is made larger (factor {factor} on the number), since answers are weighted."),
    "rates_title": ("{what} pr. 1.000 indbyggere", "{what} per 1,000 inhabitants"),
    "rates_axis": ("Pr. 1.000 indbyggere", "Per 1,000 inhabitants"),
    "rates_latest": ("{what} lå i {year} på {list} pr. 1.000 indbyggere.", "{what} in {year} was {list} per 1,000 inhabitants."),
    "rates_one": ("{value} i {area}", "{value} in {area}"),
    "rates_higher": ("{what} pr. 1.000 indbyggere lå i {year} højere i {own} ({value}) end i {rests}.",
                     "{what} per 1,000 inhabitants was higher in {year} in {own} ({value}) than in {rests}."),
    "rates_lower": ("{what} pr. 1.000 indbyggere lå i {year} lavere i {own} ({value}) end i {rests}.",
                    "{what} per 1,000 inhabitants was lower in {year} in {own} ({value}) than in {rests}."),
    "rates_alike": ("{what} lå i {year} på {value} pr. 1.000 indbyggere i {own} mod {rests}.",
                    "{what} in {year} was {value} per 1,000 inhabitants in {own} against {rests}."),
    "rates_rest": ("resten af {area} ({value})", "the rest of {area} ({value})"),
    "rates_rest_alike": ("{value} i resten af {area}", "{value} in the rest of {area}"),
    "rates_no_chance_one": ("Forskellen er for stor til at være ren tilfældighed ({p}).", "The difference is too large to be pure chance ({p})."),
    "rates_no_chance_many": ("Forskellene er for store til at være ren tilfældighed ({p}).", "The differences are too large to be pure chance ({p})."),
    "rates_chance_one": ("Forskellen kan være tilfældig ({p}).", "The difference may be chance ({p})."),
    "rates_chance_many": ("Forskellene kan være tilfældige ({p}).", "The differences may be chance ({p})."),
    "rates_whole": ("Diagrammet viser {list} med områderne i; i sammenligningen er områdernes egne tal trukket fra.",
                    "The chart shows {list} with the areas in it; in the comparison the areas' own figures are taken out."),
    "rates_whole_one": ("hele {area} ({value})", "all of {area} ({value})"),
    "rates_table": ("Tallene år for år: {title}", "The figures year by year: {title}"),
    "rates_lacking": ("Intet tal for {area} i {years}: {lacks}.", "No rate for {area} in {years}: {lacks}."),
    "rates_lacking_all": ("Intet tal for {area} i noget år: {lacks}.", "No rate for {area} in any year: {lacks}."),
    "lacks_count": ("antallet mangler", "the number is missing"),
    "lacks_inhabitants": ("indbyggertallet mangler", "the number of inhabitants is missing"),
    "lacks_both": ("både antallet og indbyggertallet mangler", "both the number and the inhabitants are missing"),
    "lacks_hidden": ("tallet er diskretioneret", "the figure is suppressed"),
    "rates_none": ("{what} pr. 1.000 indbyggere kan ikke regnes ud til og med {year}. Antal og indbyggere skal være kendt for samme år. Mangler: {delivery}.",
                   "{what} per 1,000 inhabitants cannot be worked out up to {year}. Number and inhabitants must be known for the same year. Missing: "
                   "{delivery}."),
    "rates_delivery": ("Danmarks Statistiks anmeldelser og folketal for {places}", "Statistics Denmark's reports and population of {places}"),
    "rates_delivery_own": ("indbyggertal for {area} år for år", "inhabitants of {area} year by year"),
    "rates_day": ("Indbyggerne er talt på den dag i året, som hver kilde bruger.", "Inhabitants are counted on the day of the year that each source uses."),
    "rates_count": ("Antal", "Number"),
    "rates_people": ("Indbyggere", "Inhabitants"),
    "comparison_no_promise": ("Ingen af aftalens løfter holder områderne op mod et andet sted.",
                              "No promise of the agreement holds the areas against another place."),
    "rates_no_inhabitants": ("Ingen af planens tal er sat op til at blive regnet pr. 1.000 indbyggere.",
                             "None of the plan's figures is set up to be worked out per 1,000 inhabitants."),
    "chart_rates": ("Linjediagram over {what} pr. 1.000 indbyggere, {first}–{last}. {finding}",
                    "Line chart of {what} per 1,000 inhabitants, {first}–{last}. {finding}"),
    "latest_of_each": ("Seneste offentliggjorte tal til og med {year} for hvert område", "Latest published figure up to {year} for each area"),
    "latest_older_last": ("{caption}. Tal fra tidligere år end {newest} står sidst.", "{caption}. Figures of years before {newest} stand last."),
    # chart words
    "chart_series": ("{kind} over {what}: {area}, {first}–{last}. {finding}", "{kind} of {what}: {area}, {first}–{last}. {finding}"),
    "bar_chart": ("Søjlediagram", "Bar chart"),
    "line_chart": ("Linjediagram", "Line chart"),
    "chart_areas": ("Fire små diagrammer, et pr. område, over {what}. {finding}", "Small charts, one an area, of {what}. {finding}"),
    "chart_months": ("Seriediagram over {what} pr. {month}: {area}, {first}–{last}. {finding}",
                     "Run chart of {what} by {month}: {area}, {first}–{last}. {finding}"),
    "month_1": ("måned", "month"),
    "month_3": ("kvartal", "quarter"),
    "month_6": ("halvår", "half-year"),
    "months_1": ("måneder", "months"),
    "months_3": ("kvartaler", "quarters"),
    "months_6": ("halvår", "half-years"),
    "the_months_1": ("månederne", "the months"),
    "the_months_3": ("kvartalerne", "the quarters"),
    "the_months_6": ("halvårene", "the half-years"),
    "by_month": ("{what} pr. {month}, {area}", "{what} by {month}, {area}"),
    "usual": ("Det sædvanlige pr. {month} er {centre} (medianen, {first}–{last}).", "The usual figure a {month} is {centre} (the median, {first}–{last})."),
    "usual_since_break": ("Efter bruddet i serien er det sædvanlige {centre} (medianen, {first}–{last}).",
                          "After the break in the series the usual figure is {centre} (the median, {first}–{last})."),
    "usual_limits": ("Tilfældige udsving holder sig normalt mellem {lower} og {upper}.",
                     "Chance variation normally stays between {lower} and {upper}."),
    "usual_limit": ("Tilfældige udsving holder sig normalt under {upper}.", "Chance variation normally stays below {upper}."),
    "limits_season": ("Grænser for tilfældige udsving er ikke tegnet, fordi årstiden flytter tallene.",
                      "No limits of chance are drawn, since the season moves the figures."),
    "months_unique": ("Tallene pr. {month} kan ikke lægges sammen: den samme person kan tælle med i flere.",
                      "Figures by {month} do not add up: the same person may count in several."),
    "months_sparse": ("{what}, {area}: I de fleste {months} er tallet 0 eller næsten 0, så {the_months} siger ikke noget hver for sig.",
                      "{what}, {area}: In most {months} the figure is 0 or nearly 0, so {the_months} say nothing one by one."),
    "no_months_joint": ("Ingen tal er leveret pr. måned for områderne samlet.", "No figures by month are delivered for the areas combined."),
    "months_elsewhere": ("Tal pr. måned findes kun for de {n} områder samlet; de står på siden om hele partnerskabet.",
                         "Figures by month exist only for the {n} areas combined; they stand on the page about the whole partnership."),
    "too_small": ("for små til at blive vist", "too small to be shown"),
    "limits_few": ("Der er tal for {n} {months}; før der er {least}, kan det ikke siges, hvor langt tilfældige udsving når.",
                   "There are figures for {n} {months}; before there are {least}, one cannot say how far chance reaches."),
    "limits_flat": ("Der er ikke to {months} i træk med forskellige tal, så der kan ikke regnes grænser for tilfældige udsving.",
                    "No two {months} in a row have different figures, so no limits of chance can be worked out."),
    "limits_sparse": ("I de fleste {months} er tallet 0 eller næsten 0, så hverken grænser for tilfældige udsving eller lange rækker siger "
                      "noget.",
                      "In most {months} the figure is 0 or nearly 0, so neither limits of chance nor long rows say anything."),
    "rows_uncountable": ("Mindst halvdelen af {the_months} ligger netop på det sædvanlige, så lange rækker over eller under kan ikke tælles.",
                         "At least half of {the_months} lie on the usual itself, so long rows above or below it cannot be counted."),
    "months_above": ("Fra {first} til {last} ligger {n} {months} i træk over det sædvanlige ({centre}).",
                     "From {first} to {last}, {n} {months} in a row lie above the usual ({centre})."),
    "months_below": ("Fra {first} til {last} ligger {n} {months} i træk under det sædvanlige ({centre}).",
                     "From {first} to {last}, {n} {months} in a row lie below the usual ({centre})."),
    "months_above_mostly": ("Fra {first} til {last} ligger {n} {months} over det sædvanlige ({centre}) og ingen under.",
                            "From {first} to {last}, {n} {months} lie above the usual ({centre}) and none below."),
    "months_below_mostly": ("Fra {first} til {last} ligger {n} {months} under det sædvanlige ({centre}) og ingen over.",
                            "From {first} to {last}, {n} {months} lie below the usual ({centre}) and none above."),
    "chance_rare": ("Så lang en række sker sjældent ved et tilfælde: i {p} af så lange serier.",
                    "A row this long is rarely chance: in {p} of series this long."),
    "chance_often": ("Så lang en række kan være et tilfælde: den ses i {p} af så lange serier, hvor intet har ændret sig.",
                     "A row this long may be chance: it is seen in {p} of series this long in which nothing has changed."),
    "months_rising": ("{n} gange i træk er tallet større end det forrige, fra {old} i {first} til {new} i {last}. Det sker sjældent ved et tilfælde.",
                      "{n} times in a row the figure is larger than the one before, from {old} in {first} to {new} in {last}. That is rarely chance."),
    "months_falling": ("{n} gange i træk er tallet mindre end det forrige, fra {old} i {first} til {new} i {last}. Det sker sjældent ved et tilfælde.",
                       "{n} times in a row the figure is smaller than the one before, from {old} in {first} to {new} in {last}. That is rarely chance."),
    "months_outlier": ("Uden for grænserne: {list}. Så langt når tilfældige udsving sjældent i den enkelte {month}, men i en lang række kan "
                       "det ske.",
                       "Outside the limits: {list}. Chance rarely reaches that far in any one {month}, but in a long row it can."),
    "months_near": ("Tæt på en grænse, to af tre i træk: {list}.", "Near a limit, two of three in a row: {list}."),
    "months_many": ("{n} {months} ligger uden for eller tæt på grænserne. Så mange betyder, at tallet ikke svinger om ét niveau.",
                    "{n} {months} lie outside or near the limits. So many mean that the figure does not vary around one level."),
    "months_quiet": ("Ingen af {the_months} skiller sig ud: udsvingene kan være tilfældige.", "None of {the_months} stands out: the variation may be chance."),
    "n_months": ("{n} {months} i {years} ({status})",
                 "{n} {months} in {years} ({status})"),
    "months_without": ("Uden tal: {why}.", "Without a figure: {why}."),
    "season_found": ("Hvert år er der {which} (p {p}). Sammenlign derfor en {month} med den samme {month} året før.",
                     "Every year there are {which} (p {p}). So compare a {month} with the same {month} of the year before."),
    "season_high": ("højere tal i {list}", "higher figures in {list}"),
    "season_low": ("lavere tal i {list}", "lower figures in {list}"),
    "season_none": ("Der ses ingen årstid ud over tilfældige udsving (p {p}).", "No season is seen beyond chance variation (p {p})."),
    "season_uneven": ("Årets måneder er ikke ens (p {p}), men ingen ligger højt eller lavt år efter år, så det er ikke en årstid.",
                      "The months of the year differ (p {p}), but none is high or low year after year, so that is no season."),
    "season_unknown": ("Der er for få {months} eller tilfælde til at se, om årstiden spiller ind.",
                       "There are too few {months} or cases to see whether the season plays a part."),
    "season_estimate": ("Om årstiden spiller ind, er ikke vurderet, fordi tallene er skøn.",
                        "Whether the season plays a part is not judged, because the figures are estimates."),
    "months_equal": ("{what}, {area}: {value} i alle {n} {months}, der vises.",
                     "{what}, {area}: {value} in all {n} {months} that are shown."),
    "months_one": ("{what}, {area}: {value} ({when}). Det er det eneste tal pr. {month}; en række kræver flere.",
                   "{what}, {area}: {value} ({when}). That is the only figure by {month}; a row needs more."),
    "months_hidden": ("{what}, {area}: tallene pr. {month} er for små til at blive vist.",
                      "{what}, {area}: the figures by {month} are too small to be shown."),
    "months_missing": ("{what}, {area}: tal pr. {month} mangler.", "{what}, {area}: figures by {month} are missing."),
    "legend_month": ("Pr. {month}", "By {month}"),
    "legend_centre": ("Det sædvanlige (median)", "The usual (median)"),
    "legend_limits": ("Grænser for tilfældige udsving", "Limits of chance"),
    "legend_signal": ("Signal", "Signal"),
    "legend_season": ("Årstid", "Season"),
    "legend_hidden": ("Diskretioneret", "Suppressed"),
    "legend_missing": ("Mangler", "Missing"),
    "cell_hidden": ("skjult", "hidden"),
    "cell_missing": ("mangler", "missing"),
    "under_one_percent": ("under {p}", "less than {p}"),
    "runs_lines": ("Hvor tallene kommer måned for måned, viser et seriediagram dem på række. Den stiplede linje er det sædvanlige: "
                   "medianen. Højst halvdelen af månederne ligger over den og højst halvdelen under. Grænserne er gennemsnittet plus og "
                   "minus {scale} gange det gennemsnitlige udsving fra den ene måned til den næste; meget store spring regnes ikke med. "
                   "Tilfældige udsving holder sig normalt inden for grænserne.",
                   "Where figures come month by month, a run chart shows them in a row. The dashed line is the usual: the median. At most "
                   "half of the months lie above it and at most half below. The limits are the mean plus and minus {scale} times the mean "
                   "step from one month to the next; very large steps are left out. Chance variation normally stays within the limits."),
    "runs_outlier": ("Uden for grænserne: en måned, der ligger længere ude, end tilfældige udsving normalt når.",
                     "Outside the limits: a month further out than chance normally reaches."),
    "runs_shift": ("I træk over eller under det sædvanlige: {run} måneder eller flere. I en lang serie kan det være et tilfælde; derfor "
                   "står der, hvor ofte tilfældet alene laver så lang en række, og kun en række, der er sjælden, er mærket som signal.",
                   "In a row above or below the usual: {run} months or more. In a long series that may be chance; therefore it is told "
                   "how often chance alone makes so long a row, and only a rare one is marked as a signal."),
    "runs_trend": ("Stigende eller faldende: {run} måneder eller flere på række, hvor hver er større (eller mindre) end den forrige.",
                   "Rising or falling: {run} months or more in a row, each larger (or smaller) than the one before."),
    "runs_near": ("Tæt på en grænse: to af tre måneder i træk er over to tredjedele af vejen ud til den.",
                  "Near a limit: two of three months in a row are more than two thirds of the way to it."),
    "runs_season": ("Årstid: de samme måneder ligger højt eller lavt år efter år. Det prøves på hele år, mindst {years}, hvor der ventes "
                    "mindst {cases} tilfælde i hver måned. Så sammenlignes en måned bedst med den samme måned året før; grænser tegnes "
                    "ikke, og kun en række på mindst et helt år er et signal.",
                    "Season: the same months lie high or low year after year. That is tested on whole years, at least {years}, with at "
                    "least {cases} cases expected in each month. A month is then best compared with the same month of the year before; no "
                    "limits are drawn, and only a row of at least a whole year is a signal."),
    "runs_caveat": ("En måned uden tal afbryder en række, og et brud i serien giver nye linjer. Med færre end {least} måneder, eller hvor der næsten intet "
                    "sker, er der ingen grænser. Er én måned i et år for lille til at blive vist, vises ingen af årets måneder, og alt er regnet uden dem. "
                    "Et signal siger, at noget er anderledes; ikke hvorfor, og ikke om det er godt.",
                    "A month without a figure ends a row, and a break in the series gives new lines. With fewer than {least} months, or where hardly anything "
                    "happens, there are no limits. If one month of a year is too small to be shown, none of its months is, and everything is worked out "
                    "without them. A signal says that something is different; not why, and not whether that is good."),
    "legend_value": ("Målt", "Measured"),
    "legend_target": ("Mål", "Target"),
    "legend_target_other": ("Mål (anden læsning)", "Target (other reading)"),
    "legend_interval": ("95 %-interval", "95% interval"),
    "legend_interval_supplier": ("Leverandørens skøn, fra – til", "The supplier's bounds"),
    "legend_total": ("Lagt sammen", "Added up"),
    "legend_break": ("Brud i serien", "Break in the series"),
    "not_surveyed": ("ingen\nmåling", "no\nsurvey"),
    "other_areas": ("Andre udsatte boligområder", "Other vulnerable areas"),
    "points": ("procentpoint", "percentage points"),
    "unit_share": ("Procent", "Per cent"),
    "unit_count": ("Antal", "Number"),
    "unit_rate": ("Procent", "Per cent"),
    "unit_dkk": ("Kroner", "DKK"),
    # rules in one line
    "rule_at_least": ("Værdien skal være mindst {value}, {per}.", "The value must be at least {value}, {per}."),
    "rule_at_most": ("Værdien må være højst {value}, {per}.", "The value may be at most {value}, {per}."),
    "per_year": ("hvert år", "every year"),
    "per_one_year": ("i {year}", "in {year}"),
    "in_each": ("i hvert område", "in each area"),
    "and_each_positive": ("og over 0 i hvert område", "and above 0 in each area"),
    "per_cumulative": ("lagt sammen over hele planen", "added up over the whole plan"),
    "per_by_end": ("når planen slutter", "when the plan ends"),
    "per_stock": ("på opgørelsesdagen", "on the day of counting"),
    "rule_above_reference": ("Årets værdi skal ligge {over} {reference}.", "The year's value must be {over} {reference}."),
    "lies_more_than": ("over", "above"),
    "lies_at_least": ("på eller over", "at or above"),
    "lies_less_than": ("under", "below"),
    "lies_at_most": ("på eller under", "at or below"),
    "less": ("{what} minus {amount}", "{what} minus {amount}"),
    "plus": ("{what} plus {amount}", "{what} plus {amount}"),
    "when_same": ("i samme år", "of the same year"),
    "when_fixed": ("i {year}", "of {year}"),
    "rule_narrow_gap": ("Værdien skal ligge {over} den linje, hvor afstanden til {reference} bliver {share} mindre fra {year} til {by}, lige meget hvert år.",
                        "The value must be {over} the line along which the gap to {reference} becomes {share} smaller from {year} to {by}, "
                        "by the same amount each year."),
    "rule_above_baseline": ("Værdien skal ligge {over} udgangspunktet ({year}).", "The value must be {over} the baseline ({year})."),
    "own_start": ("områdets eget udgangsår", "the area's own baseline year"),
    "rule_previous_actual": ("Mål = {factor} × det faktiske tal året før.", "Target = {factor} × the actual figure of the year before."),
    "rule_first_value": ("Det første mål er {first} ({year}).", "The first target is {first} ({year})."),
    "rule_kept": ("Værdien skal være {side}.", "The value must be {side}."),
    "the_target": ("målet", "the target"),
    "rule_set": ("Bestyrelsen har fastsat målet: {value}.", "The board has set the target: {value}."),
    "each_positive": ("Værdien skal være over 0 i hvert område.", "The value must be above 0 in each area."),
    "rule_compound": ("Mål = {start} × {factor}^k, hvor k er antal år efter {year}.",
                      "Target = {start} × {factor}^k, where k is the number of years after {year}."),
    "rule_linear": ("Mål = {start} × (1 {change} × k), hvor k er antal år efter {year}.",
                    "Target = {start} × (1 {change} × k), where k is the number of years after {year}."),
    "start_value": ("udgangspunktet", "the baseline"),
    "rule_direction": ("Ingen talmæssigt mål; kun retningen er aftalt ({direction}).", "No number agreed, only the direction ({direction})."),
    "direction_up": ("op", "up"),
    "direction_down": ("ned", "down"),
    "direction_none": ("ingen", "none"),
    # what is handed over: the README of the bundle, its workbook and the headings of its tables
    "bundle_title": ("{name}: rapporten for {year}", "{name}: the report for {year}"),
    "bundle_what": ("Udgave {edition}. Alt i denne mappe må deles; tal, der ikke må vises, er ikke med.",
                    "Edition {edition}. All of this may be shared; figures that may not be shown are not in it."),
    "bundle_pages": ("sider/: rapporten. Pak alt ud, og åbn sider/{folder}/index.html i en browser. Der er ingen kode i siderne.",
                     "sider/: the report. Unpack everything and open sider/{folder}/index.html in a browser. There is no code in the pages."),
    "bundle_pdf": ("pdf/: de samme sider som PDF med overskrifter og tabeller, som en skærmlæser kender.",
                   "pdf/: the same pages as PDF, with headings and tables that a screen reader knows."),
    "pdf_none": ("Der er ingen PDF: der er ingen Chromium, Chrome eller Edge på den computer, hvor rapporten blev lavet.",
                 "There is no PDF: no Chromium, Chrome or Edge was found on the computer that made the report."),
    "pdf_slow": ("Der er ingen PDF: browseren var for længe om en side og blev stoppet.",
                 "There is no PDF: the browser took too long over a page and was stopped."),
    "pdf_failed": ("Der er ingen PDF: browseren kunne ikke udskrive siderne.", "There is no PDF: the browser could not print the pages."),
    "bundle_tables": ("tal/: projektmappen tryghed-….xlsx (løfter og målinger) og de samme tal som CSV, som Excel åbner: maal.csv, maalinger.csv og "
                      "noegletal.csv (hvert tal på siderne).",
                      "tal/: the workbook tryghed-….xlsx (promises and measurements) and the same figures as CSV for Excel set to Danish: maal.csv (gaps), "
                      "maalinger.csv (observations) and noegletal.csv (every number on the pages)."),
    "bundle_notebooks": ("notebooks/: sådan er siderne lavet, til den, der vil regne efter. De indeholder ingen tal.",
                         "notebooks/: how the pages were made, for whoever wants to check. They hold no figures."),
    "bundle_manifest": ("manifest.json: kontrolsum (sha256) for hver fil her og for alt, de er lavet af; for leverancer, der ikke er "
                        "offentlige, en kontrolsum med nøgle (HMAC-SHA256).",
                        "manifest.json: the checksum (sha256) of every file here and of all they were made from; of deliveries that are not "
                        "public, one under a key (HMAC-SHA256)."),
    "notes": ("Noter", "Notes"),
    "notes_about": ("Om", "About"),
    "notes_units": ("Enheder: andele og rater er tal fra 0 til 1 og vises som procent; afstande og ændringer af andele er procentpoint. Beløb er hele kroner. "
                    "En positiv afstand betyder, at målet er nået.",
                    "Units: shares and rates are 0–1, shown as per cent; gaps and changes of shares are percentage points. Money is whole kroner. A positive "
                    "gap means that the target is met."),
    "notes_empty": ("Tomme celler: en tom celle er ikke nul; status eller vurdering i samme række siger, hvorfor der ikke er et tal.",
                    "Empty cells: an empty cell is not zero; the status or verdict in the same row says why there is no number."),
    "notes_small": ("Diskretioneret: små tal vises ikke, og det gør andre tal heller ikke, når de ville røbe et lille.",
                    "Suppressed: small figures are not shown, and neither are others that would give one away."),
    "notes_text": ("Apostrof: i CSV-filerne står ' foran en tekst, som et regneark ellers ville regne på eller lave om til en dato.",
                   "Apostrophe: in the CSV files ' stands before a text that a spreadsheet would otherwise evaluate or turn into a date."),
    "notes_periods": ("Perioder: 2017/2018 er et aftaleår, 2018-H1 et halvår, 2018-Q3 et kvartal og 2018M03 en måned.",
                      "Periods: 2017/2018 is an agreement year, 2018-H1 a half-year, 2018-Q3 a quarter and 2018M03 a month."),
    "notes_column": ("hedder {column} i projektets kodebog", "is called {column} in the project's codebook"),
    "table_gaps": ("Løfter", "Promises"),
    "table_observations": ("Målinger", "Observations"),
    "table_figures": ("Nøgletal", "Key figures"),
    "column_reading": ("Læsning", "Reading"),
    "column_role": ("Rækken er", "Row is"),
    "column_target_whole": ("Mål i hele tal", "Target as a whole number"),
    "column_change_p": ("p for ændringen", "p of the change"),
    "column_detectable": ("Mindste sikre ændring", "Smallest certain change"),
    "column_pace_needed": ("Nødvendigt tempo om året", "Pace needed a year"),
    "column_fixed_path": ("Stien, hvis hvert år netop var opfyldt", "The path had each year just been met"),
    "column_decimals": ("Trykte decimaler", "Decimals as printed"),
    "column_numerator": ("Tæller", "Numerator"),
    "column_denominator": ("Nævner", "Denominator"),
    "column_lower": ("Nedre 95 %-grænse", "Lower 95% limit"),
    "column_upper": ("Øvre 95 %-grænse", "Upper 95% limit"),
    "column_indicator_id": ("Målingens id", "Indicator id"),
    "column_area_id": ("Områdets id", "Area id"),
    "column_report": ("Side", "Page"),
    "column_element": ("Sted på siden", "Element of the page"),
    "column_shown_as": ("Vist som", "Shown as"),
    "rule_not_set": ("Målet fastsættes af bestyrelsen, når udgangspunktet er målt.", "The board sets the target once the baseline is measured."),
}  # fmt: skip

SYMBOLS = {"met": "✔", "not_met": "✘", "rounding_undecided": "≈", "suppressed": "▨", "not_yet_due": "○"}

# What a problem's `code` says in Danish; English stands where the problem is found.
PROBLEMS: dict[str, str] = {
    "above_all": "en andel kan ikke være over 100 %",
    "absent_is_there": "er angivet som fraværende og er her; fjern [[absent]]",
    "alike_id_row": "adskiller sig fra sagen i række {first} i {file} kun ved store og små bogstaver, mellemrum eller tegn, der ikke kan ses; slet den ene, "
                    "eller skriv ids = \"exact\" i source.toml, hvis de er to",
    "ambiguous_number": "er ikke entydigt et tal, når decimaltegnet er '{mark}'",
    "ambiguous_thousands": "er ikke entydigt et tal, når decimaltegnet er '{mark}': skriv {whole}, eller angiv thousands = \"{other}\"",
    "area_missing_in_file": "{area} mangler for {indicator} i {period}; lever tallet, eller angiv det under [[absent]]",
    "bad_address": "skal være en adresse som {address}",
    "bad_change": "skal ligge mellem -1 og 1: et fald på 15 % skrives -0.15",
    "bad_column": "skal være vores navn for kolonnen eller en tabel med nogle af: {known}",
    "absurd_year": "kan ikke være ment: forventet et årstal fra {first} til {last}",
    "bad_footnote": "kan være en del af et tal eller et ord; et fodnotetegn er som ¹, *, 1) eller (a)",
    "covers_not_in_time": "kan ikke være dækket fuldt ud: forventet {first} til {last}",
    "decimals_or_thousands": "kan være {number} eller {thousand}: skriv det uden '{mark}', eller angiv tegnene i source.toml (decimal, thousands)",
    "footnote": "har et fodnotetegn efter {bare}; levér den uden, eller angiv tegnet i source.toml: footnotes = [\"{mark}\"]",
    "not_in_time": "kan ikke passe: forventet {first} til {last}; ret det, eller læg rækken til side under [unused.{name}]",
    "number_in_text": "er en tekstlinje med et tal i: den er lagt til side, og tallet er ikke læst (indholdet vises ikke)",
    "rate_far_off": "er mere end {times} gange så stor eller lille som alle andre rater i kolonnen; ret enheden, eller bekræft den under "
    "[[confirmed]] i source.toml",
    "row_above": "står over overskrifterne og er udfyldt som en række i tabellen; sæt overskrifterne øverst, eller angiv deres række under header "
    "i source.toml",
    "share_or_percent": "kan være {whole} % skrevet som andel: skriv {whole} eller, hvis tallet er rigtigt, et % efter det; eller bekræft det under "
    "[[confirmed]] i source.toml",
    "bad_day": "skal være en dato som 2018-04-03, 03-04-2018 eller 3. april 2018",
    "bad_id": "et id består af bogstaverne a–z, cifre, _ og -, og er ikke 'combined'",
    "bad_mark": "skal være en af: {choices}",
    "bad_not_cpr": "skal være en overskrift under [columns] eller ignored_columns, hvis kolonne har sagsnumre eller beløb og ikke CPR-numre",
    "bad_period": "skal være et år, halvår, kvartal eller en måned som 2018, 2018-H1, 2018-Q3, 2018-03",
    "bad_publications": "skal have kolonnerne source_id, title, publisher, year, url ({reason})",
    "bad_slug": "hver anden læsning skal have sin egen slug, ikke 'primary'",
    "baseline_moved": "er udgangspunkt for {criteria}; deres mål flytter med",
    "blank": "er tom; en tom celle betyder intet, før source.toml siger det under [missing]",
    "bounds_crossed": "skal ligge mellem laveste og højeste skøn",
    "broken_workbook": "er beskadiget eller skrevet på en usædvanlig måde og kan ikke læses; kopiér cellerne til en ny projektmappe, og gem den som .xlsx",
    "broken_csv": "et anførselstegn er ikke lukket eller står forkert ({reason})",
    "busy": "bruges af en anden kørsel; intet er ændret",
    "by_before_baseline": "skal ligge efter udgangspunktets år",
    "changed_meanwhile": "blev ændret, mens rapporten blev lavet; kør kommandoen igen",
    "column_twice": "to overskrifter har dette navn; et navn må kun stå for én kolonne",
    "comment": "har en kommentar; kommentarer læses ikke",
    "conflict": "kilderne er uenige, så intet af tallene bruges: {values}",
    "corrects_part_of_year": "er rettet, og {year} står, som det først blev leveret; en rettelse af en liste skal dække hele året",
    "corrects_nothing": "er en rettelse, og ingen tidligere levering har dette tal",
    "cpr_in_name": "navnet indeholder et muligt CPR-nummer (her streget over); giv det et andet navn",
    "cpr_in_part": "indeholder et muligt CPR-nummer uden for de celler, der ses (egenskaber, kommentarer, sidehoved og -fod, tekstbokse, navne, "
    "pivottabeller); find det med Filer → Oplysninger → Undersøg dokument, eller kopiér cellerne til en ny projektmappe, og lever filen igen "
    "(indholdet vises ikke)",
    "cpr_number": "indeholder et muligt CPR-nummer; fjern det og lever filen igen (indholdet vises ikke)",
    "cpr_or_case_number": "indeholder ti cifre, der kan være et CPR-nummer; fjern det og lever filen igen (indholdet vises ikke), eller skriv, "
    "hvis hele kolonnen er sagsnumre eller beløb: not_cpr = [\"{heading}\"] i source.toml",
    "delivery_required": "intet fra {year} er leveret, og det er påkrævet; rapporten kan laves uden med --allow-missing",
    "doctype": "angiver en dokumenttype (DOCTYPE), hvad intet regneark gør, og læses derfor ikke",
    "double_encoded": "ukendt område; teksten ser dobbeltkodet ud – menes {repaired}?",
    "doubt_matches_nothing": "denne [[doubt]] passer ikke på nogen række i kilden",
    "edition_changed": "er ikke, hvad dens manifest.json siger; en udgave rettes aldrig: hent den tilbage, for eksempel med git restore",
    "remembered_damaged": "er beskadiget; filen husker, hvad udgaven skjulte: hent den fra en sikkerhedskopi, eller slet den – så fortælles det blot "
                          "ikke længere, når skjulte tal rettes",
    "edition_gone": "udgave {edition} mangler; hent den tilbage fra versionsstyringen",
    "empty_file": "filen er tom (0 bytes)",
    "ends_before_start": "skal være efter starten {start}",
    "error_cell": "indeholder en fejl som #REFERENCE! eller vises som en dato, men indeholder et tal, der ikke er nogen dato",
    "exposed": "{figures} skjulte tal kan regnes ud af tal, der allerede er offentlige; de er mærket exposed i filen",
    "file_exists": "findes allerede og overskrives ikke; angiv et andet navn med --out",
    "file_twice": "er nævnt i to leveringer",
    "folder_not_empty": "findes allerede og er ikke tom; angiv en ny mappe",
    "formula_without_value": "indeholder en formel uden gemt værdi; åbn filen i Excel, gem den og lever den igen",
    "hidden_columns": "skjulte kolonner: {names}; slet dem eller vis dem, og lever filen igen",
    "hidden_rows": "skjulte rækker (også et filter skjuler rækker): {names}; slet dem eller vis dem, og lever filen igen",
    "hidden_sheets": "skjulte ark: {names}; slet dem eller vis dem, og lever filen igen (indholdet vises ikke her)",
    "ids_alike": "{n} numre er skrevet på flere måder (med den første række for hver) og tæller som ét hver: {ids}; skriv ids = \"folded\" i source.toml, hvis "
                 "det er rigtigt, og ids = \"exact\", hvis de er forskellige",
    "in_no_year": "er ikke en del af et år som {year}, og {indicator} tælles pr. år; angiv et sådant år, en del af det eller en dag",
    "in_the_future": "ligger efter {day}, leveringens dag",
    "internal_edition": "en plan åbnet med de sande tal kan aldrig blive en udgave",
    "is_a_part": "er en afdeling i {area}; skriv sum = true i source.toml for at lægge afdelinger sammen",
    "is_link": "er et link; der skrives intet gennem links",
    "is_workbook": "er en projektmappe; giv den endelsen .xlsx",
    "jump": "er mere end {factor} gange så stort eller lille som året før ({before}); kontrollér det, og skriv det under [[confirmed]]",
    "last_before_first": "må ikke ligge før first_year {first}",
    "macros": "kan indeholde makroer, som aldrig køres; lever hellere filen som .xlsx",
    "margin_and_ratio": "angiv enten margin eller ratio, ikke begge",
    "matches_no_file": "er ingen af filerne i denne kilde; menes '{near}'?",
    "matches_nothing": "står ikke noget sted i denne kildes filer; ret det, eller fjern det fra source.toml",
    "merged_number": "er ét tal i flettede celler; skriv det i den ene række, det hører til",
    "missing_column": "kolonnen mangler; fundet: {found}",
    "missing_column_near": "kolonnen mangler; nærmeste: '{near}'; fundet: {found}",
    "missing_covers": "en liste over enkelte tilfælde skal sige, hvilke perioder den dækker helt: covers = [\"2018\"]",
    "missing_declaration": "ingen kolonne er angivet for '{name}' under [columns] eller [constants]",
    "missing_field": "feltet '{name}' mangler",
    "more_than_all": "er mere end det antal, det er en del af",
    "needs_calamine": "{ending} læses med en særskilt pakke: pip install python-calamine; eller åbn filen og gem den som .xlsx",
    "negative": "må ikke være negativ",
    "negative_number": "må ikke være negativ",
    "never_calculated": "indeholder en formel, hvis gemte 0 måske aldrig er beregnet; åbn filen i Excel og gem den",
    "no_agreement": "findes ikke i {folder}; en planmappe indeholder registret agreement.toml",
    "no_answers": "antallet af svar skal være over 0",
    "no_base": "er et antal tilfælde, og det, de er en del af, er ikke oplyst (out_of eller answers)",
    "no_column_for_words": "har ord, og ingen kolonne er angivet for '{name}' under [columns] eller [constants]; ret navnet, eller fjern det",
    "no_cluster": "kræver tilvalget 'cluster': pip install 'analysis[cluster]'",
    "no_folder": "er ikke en mappe; angiv en planmappe, fx data/raw",
    "no_heading": "kolonne {place} har indhold og ingen overskrift",
    "no_id": "tæller forskellige personer, og denne række har intet id",
    "no_indicator": "et løfte skal nævne mindst én måling",
    "no_municipality": "planen nævner ingen kommune; skriv municipality = \"330 Slagelse\" under [plan]",
    "no_notebooks": "mappen med notebooks findes ikke her; kør kommandoen fra projektets mappe",
    "no_parent": "mappen {folder}, hvori den skal stå, findes ikke; opret den først",
    "no_person": "tæller forskellige personer; en kolonne skal angives som person",
    "no_plans": "har ingen planmapper under sig; en planmappe indeholder agreement.toml",
    "no_publications": "offentliggjorte tal kræver denne liste over publikationer: source_id, title, publisher, year, url",
    "no_rows": "har en overskrift, men ingen rækker",
    "no_scheduler": "kan ikke nås: {reason}",
    "no_source_toml": "mappen har ingen source.toml, så intet i den kan læses",
    "no_sources": "ingen leverandørmappe med en source.toml",
    "no_such_area": "er ikke et af planens områder; kendte: {known}",
    "no_such_area_near": "er ikke et af planens områder; menes '{near}'?",
    "no_such_file": "er nævnt under files, men findes ikke i mappen",
    "no_such_folder": "mappen findes ikke; opret den først",
    "no_such_sheet": "arket mangler; fundet: {known}",
    "no_such_sheet_near": "arket mangler; menes '{near}'?",
    "not_public": "indeholder enkelte tal, der ikke er offentlige; åbn planen med internal=True for at se dem, og del dem ikke",
    "no_such_source": "er ikke en kilde, der kan vises; kendte: {known}",
    "no_such_template": "er ikke en slags tabel; kendte: {known}",
    "no_such_template_near": "er ikke en slags tabel; menes '{near}'?",
    "none_declared": "en plan skal have mindst én [[{name}]]",
    "not_a_baseline": "skal være et år, eller et år for hvert områdes id",
    "not_a_choice": "skal være en af: {choices}",
    "not_a_date": "skal være en dato som 2018-05-01",
    "not_a_flag": "skal være true eller false",
    "not_a_header": "skal være nummeret på rækken med overskrifter eller en liste af sådanne numre",
    "not_a_list": "skal være en liste af tekster, hver nævnt én gang",
    "not_a_number": "skal være et tal eller et tegn, der er angivet under [missing] i source.toml",
    "not_a_plain_number": "skal være et tal",
    "not_a_pseudonym": "kan være et navn eller et telefonnummer; lever et pseudonym som P017 (indholdet vises ikke)",
    "not_a_scope": "skal være \"each\", \"combined\" eller en liste af områders id, hvert nævnt én gang",
    "not_a_state": "er en tilstand ved årets slutning, og denne måling tælles over tid; knyt ordet under [values.period]",
    "not_a_table": "skal være en tabel med felter",
    "not_a_text": "skal være en tekst, der ikke er tom",
    "not_a_workbook": "er ikke en Excel-fil eller ikke af den slags, endelsen siger; åbn filen i Excel og gem den som .xlsx",
    "not_a_year": "skal være et årstal",
    "not_bilingual": "skal være en tekst på da og en, ikke tom",
    "not_dated": "skal være en liste af tabeller med year, da og en",
    "not_encoding": "ikke {encoding} ved byte {byte}",
    "not_in_contract": "er ikke en kolonne i denne kontrakt; kendte: {known}",
    "not_later": "skal være over {least}, nummeret på den levering, der rettes",
    "not_nested": "skal være en tabel eller en liste af tabeller",
    "not_one_mark": "skal være ét tegn",
    "not_same": "skal være \"same\" eller et årstal",
    "not_searched": "kan ikke gennemsøges for CPR-numre: filen er for stor eller kan ikke åbnes",
    "not_text": "er ikke en tekstfil i en kendt tegnkodning",
    "not_toml": "kan ikke læses som TOML: {reason}",
    "not_utf8": "ikke UTF-8 ved byte {byte}; gem filen som UTF-8",
    "not_whole": "skal være et helt antal",
    "statbank_cut": "brød af midt i svaret, forsøgt {tries} gange; intet er ændret",
    "statbank_large": "svarede med mere end {most} MB, og det er ikke tabellen; intet er ændret",
    "statbank_no_inhabitants": "er ikke hele tabellen {table}, kommunen og hele landet i hvert kvartal; intet er ændret",
    "statbank_no_table": "er ikke hele tabellen {table}, begge lovovertrædelser i hvert kvartal; intet er ændret",
    "statbank_refused": "svarede med fejl {status}; intet er ændret",
    "statbank_slow": "svarede ikke helt inden for {seconds} sekunder, forsøgt {tries} gange; intet er ændret",
    "statbank_unreachable": "kan ikke nås ({reason}); er maskinen på nettet? Intet er ændret",
    "too_many_digits": "har flere end {most} cifre, og de kan ikke alle bevares",
    "not_whole_number": "skal være et helt tal over 0",
    "not_words": "skal være en tabel af tekster: ord = \"tekst\"",
    "nothing_fits": "registret har ingen måling, som denne slags tabel kan rumme",
    "nothing_to_share": "skal være over 0",
    "one_column": "har kun én kolonne; er skilletegnet '{delimiter}' rigtigt?",
    "other_sheets": "ark uden almindelige celler, fx diagrammer, læses ikke: {names}",
    "other_workbook": "henter tal fra en anden projektmappe, som kan være ændret siden",
    "out_of_a_count": "bruges ikke: {indicator} er ikke en del af så mange; lad cellerne stå tomme",
    "out_of_several": "kan høre til flere af rækkens tal: {indicators}; angiv hvilket, hvert i sin egen kolonne, som "
                      "{{ indicator = \"{first}\", is = \"out_of\" }}",
    "outside_covers": "ligger uden for det, listen er angivet at dække: {covers}",
    "outside_plan": "kun filer inde i planmappen læses",
    "overlapping_periods": "overlapper {other} i række {first}; det ene ville blive talt dobbelt. Er begge ment, så skriv nested_periods = true i source.toml",
    "packed_too_tightly": "ville fylde mere end {times} gange så meget udpakket, hvad intet regneark med tal gør",
    "parts_missing": "afdelinger i {area} mangler i {period}: {parts}",
    "password_protected": "er beskyttet med adgangskode; fjern den i Excel og lever filen igen",
    "path_without_baseline": "path hører til from = \"baseline\"",
    "read_as_cp1252": "er ikke UTF-8; læst som Windows-1252 (cp1252)",
    "repeated_column": "overskriften står {times} gange",
    "repeated_id": "to poster har dette id; giv hver sit eget",
    "repeated_id_row": "samme sag står allerede i række {first} i {file}",
    "repeated_key": "samme tal står allerede i række {first} i {file}",
    "revised": "rettet ved levering {delivery}: {before} → {after}",
    "row_length": "har {fields} felter, overskriften har {header}",
    "same_marks": "er også decimaltegnet; uden feltet decimal er det kommaet",
    "shared_cpr": "ville give et muligt CPR-nummer videre; fjern det fra den levering, det kommer fra (indholdet vises ikke)",
    "shared_figure": "viser et tal for {indicator}, {area}, {period}, som de beskyttede tabeller ikke har; slet data/processed, og kør kommandoen igen",
    "shared_internal": "er tegnet af de sande tal og kan aldrig gives videre",
    "shared_path": "ville give en sti på denne computer videre; fjern den fra den tekst, den kommer fra",
    "shared_user": "ville give brugernavnet på denne computer videre; fjern det fra den tekst, det kommer fra",
    "several_sheets": "har flere ark; nævn dem, der skal læses, under sheets og de andre under ignored_sheets: {known}",
    "several_years": "dækker flere år og er ikke 0, så intet år kan få tallet; læg rækken til side under [unused.period]",
    "shared_alias": "er også et navn for {other}; et navn må kun betyde ét sted",
    "shares_not_percent": "alle {n} andele er højst 1; forventet procent fra 0 til 100",
    "persons_of_parts": "den samme person kan være i to afdelinger, så forskellige personer kan ikke lægges sammen; bed om antallet for hele området",
    "shares_of_parts": "andele for afdelinger kan ikke lægges sammen; bed om andelen for hele området",
    "sheet_not_read": "er ikke nævnt under sheets eller ignored_sheets og er derfor ikke læst",
    "strict_workbook": "er gemt som Strict Open XML; gem den som en almindelig Excel-projektmappe (.xlsx)",
    "suspect": "beholdt og vist som tvivlsom: {note}",
    "template_blank": "er tom og skal udfyldes",
    "template_differs": "er '{first}' i {file}; projektmapper fra forskellige leverandører eller af forskellig slags skal ligge i hver sin mappe",
    "template_version": "er ikke den udgave af skabelonen, der læses her, {known}; lav en ny med tryghed template",
    "together_beside_areas": "gælder alle områder tilsammen, og andre rækker om det samme gælder enkelte områder: læg rækken til side under [unused.area], "
                             "hvis den er en total; angiv ellers dens område, eller giv den sin egen måling",
    "too_large": "er større end {most} MB",
    "too_low": "skal være mindst {least}",
    "too_many_parts": "har over {most} dele indeni, hvad intet regneark med tal har",
    "too_many_problems": "har mere end {most} fejl; resten af filen er ikke læst",
    "too_scattered": "ville fylde over {most} celler fra A1 til sidste udfyldte række og kolonne; slet det, der står langt ude",
    "total_differs": "totalen {total} er ikke summen af områderne {sum}",
    "total_impossible": "totalen {total} er umulig: områderne har højst {sum} tilsammen og mindst {most}",
    "undecided_value": "en værdi fastsat senere kræver decided_by og decided_on",
    "undeclared_column": "kolonnen er ikke nævnt i source.toml; sæt den under [columns] eller ignored_columns (indholdet vises ikke)",
    "under_merged": "indeholder noget, som en flettet celle dækker, så ingen ser det; det læses ikke",
    "unit_mark": "enheden bag tallet er ikke den, der er angivet: {unit}",
    "unit_of_indicator": "enheden passer ikke til målingen",
    "unknown_area": "ukendt område; kendte: {known}",
    "unknown_area_near": "ukendt område; nærmeste: {near}; kendte: {known}",
    "unknown_contract": "er ikke en kontrakt; kendte: {known}",
    "unknown_contract_near": "er ikke en kontrakt; menes '{near}'?",
    "unknown_encoding": "er ikke en tegnkodning; brug utf-8 eller cp1252",
    "unknown_ending": "læses ikke som regneark; åbn filen i Excel og gem den som .xlsx",
    "unknown_field": "ukendt felt; kendte: {known}",
    "unknown_field_near": "ukendt felt; menes '{near}'?",
    "unknown_indicator": "er ikke knyttet til en måling i registret; knyt ordet under [values.indicator] eller læg det til side under [unused.indicator]",
    "unknown_medium": "er ikke et af medierne under media: {known}; læg andre til side under [unused.medium]",
    "unknown_municipality": "er ikke en dansk kommune; skriv dens navn eller nummer, fx \"330 Slagelse\"",
    "unknown_municipality_near": "er ikke en dansk kommune; menes '{near}'?",
    "unknown_name": "findes ikke i registret; kendte: {known}",
    "unknown_name_near": "findes ikke i registret; menes '{near}'?",
    "unknown_publication": "er ikke et id i sources.csv",
    "unknown_rule": "er ikke en regel; kendte: {known}",
    "unknown_status": "er ikke angivet under [status]; kendte: {known}",
    "unknown_unit": "er ikke en enhed; kendte: {known}",
    "unknown_word": "er ikke angivet under [values.{name}] som en af: {choices}",
    "unknown_year": "er ikke et af planens år; brug {first}–{last}",
    "unlisted_file": "er ikke nævnt under files eller documents og er derfor ikke læst",
    "unpacks_too_large": "ville fylde {size} MB udpakket; der læses højst {most} MB",
    "unreadable": "kan ikke læses: {reason}",
    "unwritable": "kan ikke skrives: {reason}",
    "number_as_text": "er et tal gemt som tekst, og i {ending} kan en hævet fodnote ikke skelnes fra et ciffer; kontrollér det, eller levér projektmappen som "
    ".xlsx",
    "values_only": "af {ending} læses kun værdierne: fejl og formler uden værdi ligner tomme celler, 58,3 % kommer som 0,583, og kommentarer og "
                   "skjulte rækker kan ikke ses; gem som .xlsx, hvis noget af det kan være der",
    "year_of_a_count": "tælles over tid, så ingen del kan stå for året: year_is i source.toml er for det, der tælles på en dag",
    "year_differs": "{period} har {total}, og delene giver tilsammen {sum}",
}  # fmt: skip


def say(key: str, lang: str, **detail: Any) -> str:
    """The text with this key in Danish or English, filled with `detail`."""
    return TEXTS[key][LANGUAGES.index(lang)].format(**detail)


def problem_line(problem: Any, lang: str) -> str:
    """One problem in one line: file, sheet, row, column: what stands there – what was expected."""
    if lang == "en":
        return str(problem)
    return f"{problem_place(problem, lang)}: {problem_text(problem, lang)}"


def problem_place(problem: Any, lang: str) -> str:
    """Where a problem stands, for a person who opens the file."""
    sheet, row, column = ("ark", "række", "kolonne") if lang == "da" else ("sheet", "row", "column")
    place = [problem.file, problem.entry, problem.sheet and f"{sheet} '{problem.sheet}'"]
    place += [problem.row and f"{row} {problem.row}", problem.column and f"{column} '{problem.column}'"]
    return ", ".join(filter(None, place))


def problem_text(problem: Any, lang: str) -> str:
    """What stands there, and what was expected."""
    said = (PROBLEMS[problem.code] if lang == "da" else problem.expected).format(**problem.detail)
    return " – ".join(filter(None, [problem.found_line, said]))


def number(value: float | Decimal, decimals: int, lang: str) -> str:
    """A number with so many decimals: `1.234,5` in Danish, `1,234.5` in English; a true minus sign."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0  # as a reader rounds, and no minus zero
    return format_decimal(rounded, pattern, locale=LOCALES[lang]).replace("-", "−")


def percent(share: float | Decimal, lang: str, decimals: int = 1) -> str:
    """A share as per cent: `58,3 %` with a no-break space in Danish, `58.3%` in English."""
    exact = share if isinstance(share, Decimal) else Decimal(repr(float(share)))
    return number(exact * 100, decimals, lang) + ("\u00a0%" if lang == "da" else "%")


def value(amount: float, unit: str, lang: str, decimals: int | None = None) -> str:
    """A measured value in its unit; `decimals` as printed (of the share), an en dash where there is none."""
    if amount is None or math.isnan(amount):
        return "–"
    if unit in ("share", "rate"):
        return percent(amount, lang, 1 if decimals is None else max(0, decimals - 2))
    if unit == "dkk":
        return number(amount, 0, lang) + "\u00a0" + ("kr." if lang == "da" else "DKK")
    return number(amount, 0 if float(amount).is_integer() else 1, lang)


def target(amount: float, unit: str, lang: str) -> str:
    """A target with the decimals it needs, two at most: `72 %`, `64,3 %`, `17,82 %`, `14,45`."""
    if math.isnan(amount):
        return "–"
    shown = amount * 100 if unit in ("share", "rate") else amount
    decimals = next(places for places in (0, 1, 2) if places == 2 or abs(round(shown, places) - shown) < 1e-9)
    if unit in ("share", "rate"):
        return percent(amount, lang, decimals)
    return number(amount, decimals, lang) if unit == "count" else value(amount, unit, lang)


def exactly(amount: Decimal | int, unit: str, lang: str) -> str:
    """A number that somebody wrote, with just the digits it has: `12,25 %`, `0,875`, `1.250`."""
    shown = Decimal(amount) * 100 if unit in ("share", "rate") else Decimal(amount)
    decimals = max(0, -int(shown.normalize().as_tuple().exponent))
    if unit in ("share", "rate"):
        return percent(Decimal(amount), lang, decimals)
    return number(shown, decimals, lang) + (("\u00a0kr." if lang == "da" else "\u00a0DKK") if unit == "dkk" else "")


def exact_distance(amount: Decimal | int, unit: str, lang: str) -> str:
    """A difference that somebody wrote, with just the digits it has: `2,25 procentpoint`, `3`."""
    if unit in ("share", "rate"):
        return exactly(Decimal(amount) * 100, "", lang) + " " + say("points", lang)
    return exactly(amount, unit, lang)


def gap(amount: float, unit: str, lang: str) -> str:
    """A signed distance: `−14,1 procentpoint`, `+3`."""
    if amount is None or math.isnan(amount):
        return "–"
    sign = "+" if amount > 0 else ""
    return sign + distance(amount, unit, lang)


def change(amount: float, unit: str, lang: str) -> str:
    """A change with its sign: percentage points for survey shares, per cent of where it came from for the rest."""
    sign = "+" if amount > 0 else ""
    return sign + (distance(amount, unit, lang) if unit == "share" else percent(amount, lang))


def distance(amount: float, unit: str, lang: str) -> str:
    """A difference in its unit: percentage points for shares and rates."""
    if unit in ("share", "rate"):
        return number(Decimal(repr(float(amount))) * 100, 1, lang) + " " + say("points", lang)
    return value(amount, unit, lang)


def p_value(p: float, lang: str) -> str:
    """A p-value with its sign, to follow the letter p: `= 0,21`, `= 0,0496`, `< 0,001`."""
    if p < 0.001:
        return "< " + number(0.001, 3, lang)
    if 0.0495 <= p < 0.05:  # never rounded up to the line that the words draw
        return "= " + number(math.floor(p * 10_000) / 10_000, 4, lang)
    return "= " + number(p, 2 if p >= 0.1 else 3, lang)


def period(text: str, lang: str) -> str:
    """A period as a reader writes it: `2018`, `2017/2018`, `1. halvår 2018`, `marts 2018`, `uden årstal`."""
    if text == "undated":
        return say("undated", lang)
    if match := re.fullmatch(r"(\d{4})-(\d\d)", text):
        return f"{part_of_year(int(match[2]), 12, lang)} {match[1]}"
    if match := re.fullmatch(r"(\d{4})-([HQ])(\d)", text):
        word = {"H": ("halvår", "half"), "Q": ("kvartal", "quarter")}[match[2]][LANGUAGES.index(lang)]
        return f"{match[3]}. {word} {match[1]}" if lang == "da" else f"{word} {match[3]} of {match[1]}"
    return text


def years(listed: Iterable[int]) -> str:
    """Years as a reader writes them, those in a row joined: `2016, 2018–2020`."""
    runs: list[list[int]] = []
    for year in sorted(set(listed)):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def part_of_year(part: int, parts: int, lang: str, width: str = "wide") -> str:
    """One of so many equal parts of a year, from 1: `marts`, `2. kvartal`, `1. halvår`; with width `abbreviated` `mar.`, `2. kvt.`."""
    if parts == 12:
        return Locale.parse(LOCALES[lang]).months["format"][width][part]
    if width == "abbreviated":
        return f"{part}. {'kvt.' if parts == 4 else 'halvår'}" if lang == "da" else f"{'Q' if parts == 4 else 'H'}{part}"
    return f"{part}. {say('month_3' if parts == 4 else 'month_6', lang)}" if lang == "da" else f"{say('month_3' if parts == 4 else 'month_6', lang)} {part}"


def listed(words: Sequence[str], lang: str) -> str:
    """Words in a row: `juni, juli og august`."""
    return format_list(list(words), locale=LOCALES[lang])


def rarity(p: float, lang: str) -> str:
    """How often something happens, as a whole per cent: `3 %`, `under 1 %`, never rounded up to the 5 % where the words change."""
    if p < 0.01:
        return say("under_one_percent", lang, p=percent(0.01, lang, 0))
    return percent(math.floor(p * 1000) / 1000, lang, 1) if 0.045 <= p < 0.05 else percent(p, lang, 0)


def note(code: str, lang: str, names: Mapping[str, str]) -> str:
    """One note of a gap row in words; `names` are area names by id."""
    key, _, argument = code.partition(":")
    listed = ", ".join(names.get(each, each) for each in argument.split("+"))
    return say(key, lang, value=listed) if key and key in TEXTS else ""


def verdict(key: str, lang: str) -> str:
    """A verdict as symbol and word; never colour alone."""
    return f"{SYMBOLS.get(key, '')} {say(key, lang)}".strip()
