"""Sentences that the library says of a study (guards, cautions, notices) in other languages.

Manifests keep them in English. Here each is recognised by its pattern, so that those of stored
results are understood, too; one that is not known stays English.
"""

from __future__ import annotations

import functools
import re

from simcap.lang import N_, _, listed
from simcap.lang.amounts import duration

OVERLOAD = N_("{staff}: the queue is bounded only by those who give up ({loads})")
GREW = N_("{staff}: the queue still grew at the end: its mean did not settle ({loads})")
SHORT_WARM_UP = N_(
    "{staff}: the queue rose over the observed weeks, after a warm-up of {warm_up}: care lasts up"
    " to {care} ({station}) ({loads})"
)
SEASON = N_(
    "{staff}: the queue rose with what is asked of it over the observed weeks (season, shock, or"
    " phase) ({loads})"
)
CHANCE = N_(
    "{staff}: the queue rose over the observed weeks (by chance, or too short a warm-up) ({loads})"
)
ROSE = N_("{staff}: the queue rose over the observed weeks ({loads})")
MSER = N_("{staff}: a warm-up of {warm_up} advised (MSER-5), {set} set")
PRECISION = N_("precision not reached: {what}")
MORE_PRECISION = N_("precision not reached at {number} more")
GUARDS = (OVERLOAD, GREW, SHORT_WARM_UP, SEASON, CHANCE, ROSE, MSER, MORE_PRECISION, PRECISION)
"""The guards that are raised after a run."""
NOTICES = (
    N_("{what} (at {number} of {all} design points, here {point})"),
    N_("{what} (at {number} of {all} design points: {points})"),
    N_("{staff}: offered load {low} to {high}: the queue is bounded only by those who give up"),
    N_("{staff}: offered load {load}: the queue is bounded only by those who give up"),
    N_("{staff}: offered load {load} without what others do for it, {with_it} with it"),
    N_("{staff}: offered load {load} without what others do for it"),
    N_(
        "warm up: {warm_up}, but care lasts up to {care} (to the end of {station}, waits apart):"
        " staff are less busy in the observed weeks than offered loads say, which are those of the"
        " steady state reached after that time"
    ),
    N_(
        "{staff} at {stations}: a shift of {shift} with last start {last_start} holds {number}"
        " sessions of {length}; {more} from {shorter} down, {fewer} above {longer}"
    ),
    N_(
        "{staff} at {stations}: a shift of {shift} with last start {last_start} holds {number}"
        " sessions of {length}; {more} from {shorter} down"
    ),
    N_("{staff}: 1 seat at most; the national notice asks for at least 2"),
    N_("{staff}: answered {hours} hours a day; the national notice asks for at least 18"),
    N_("public holidays of {years} are provisional: the official calendar was not out yet"),
    N_("{file}: the sheet {sheet} was read, not {others} (`zones: {name}#SHEET` names another)"),
    N_("{file}: the sheet {sheet} was read"),
    N_("{file}: the sheets {sheets} were read, not {others}"),
    N_("{file}: the sheets {sheets} were read"),
    N_("{file}: read as {encoding}"),
    N_(
        "{file}: of an .xls file errors, hidden rows and percent signs are not seen, and 0 may"
        " stand for a formula's text: compare the zones with what you see, or save it as .xlsx"
    ),
    N_("{place} a column without a header is not read"),
    N_("{place} {name} has a unit of its own: not read as {unit}"),
    N_("{place} the header is {row}; what stands above it ({text}) was passed over"),
    N_("{place} a footnote was passed over ({text})"),
    N_("{place} the header stands here again: passed over"),
    N_("{place} {name} is a row of totals: left out"),
    N_("{place} {column}: {name} states {stated}, but its rows add up to {sum}"),
    N_("{place} {zone} is the sum of all other zones in {columns}: if it is a total, take it out"),
    N_(
        "{place} {column}: every formula here has the stored answer 0 ({cells}): was it ever"
        " computed? Type the numbers in, or let a spreadsheet program compute and save them"
    ),
    N_(
        "{place} {column}: formulas with the stored answer 0 ({cells}): were they ever computed?"
        " Type the numbers in, or let a spreadsheet program compute and save them"
    ),
    N_("{place} hidden or filtered rows count: {names}"),
    N_(
        "the column {column} is not read, since it holds other things than numbers ({place} {name}:"
        " {wanted} wanted, got {got})"
    ),
    N_("{file}: nothing reads the column {column}"),
    N_("{file}: nothing reads the columns {columns}"),
    N_("{staff}: {hours} hours a week for one person: a week has 168 (is it hours a year?)"),
    N_("{zone}: {number} {column} in a population of {population} (so in {zones})"),
    N_("{zone}: {number} {column} in a population of {population}"),
    N_(
        "{station}: visits of {minutes} min in slots of {staff} every {apart} min: one person sees"
        " two residents at once"
    ),
    N_(
        "run out: {run_out}: who asks last is not watched until the target ({target}) has passed,"
        " so coverage is understated"
    ),
    N_("the zones table has no column population: coverage_of_population cannot be told"),
    N_(
        "{staff}: last start {last_start} before closing, but the longest shift has {longest}:"
        " nobody is ever attended"
    ),
    N_(
        "targets.{name}: nothing is held against it: a station or a need wanted that names it"
        " (`{key}`)"
    ),
    N_(
        "outcomes.recovery: no station has `treatment: true`: nobody begins a course, and the rows"
        " of 0 sessions hold for all"
    ),
    N_("outcomes.recovery: its rows of {name} hold for nobody: it has no `treatment: true`"),
    N_(
        "collaboration.{name} is stated for levels {low} to {high}; at {level} the nearest value,"
        " {value}, is held"
    ),
    N_(
        "distance: {column} is a mean of each zone: rough, since who lives far from help asks less"
        " than who lives at the mean (`residents` takes shares by travel time)"
    ),
    N_(
        "incidence: {group} has needs of its own, so that its members are out of {needs}, and none"
        " that is as severe: state its share under `in need` if they should fall into it"
    ),
    N_(
        "{zone}: nobody at any station of the zone; at least one station in every zone is wanted"
        " (seed 002 三(三))"
    ),
    N_("relapse: loads and expected arrivals are without those who come back"),
    N_(
        "{number} of {all} different design points were laid out, each level of each factor among"
        " them: a fault of the others shows only in the sweep"
    ),
    N_(
        "{number} of {all} different design points were laid out: a fault of the others shows only"
        " in the sweep"
    ),
    N_(
        "{staff}: nobody to meet the demand (offered load ∞) without what others do for it,"
        " {with_it} with it"
    ),
    N_("{staff}: nobody to meet the demand (offered load ∞) without what others do for it"),
    N_("{need}: in {zone} {share} would ask for help from {date} on: cut to 100 %"),
    N_(
        "{number} a year who do not ask are simulated, too, since something may bring them: {needs}"
    ),
    N_("{staff}: more staff than rooms for them, who work the hours of the rooms only: {zones}"),
    N_("{what} (at {point})"),
)
"""What is said before a run; the most particular first."""
LOGGED = (
    N_("compiling {what} for this machine, which is done once: {number} functions"),
    N_("compiling {what}: {number} of {all} functions after {seconds} s"),
    N_("compiled {what} in {seconds} s"),
    N_(
        "machine code cannot be kept in {place} ({why}): it will be compiled anew each time;"
        " SIMCAP_CACHE_DIR may name another place"
    ),
    N_("machine code could not be kept in {place} ({why}): it will be compiled anew"),
    N_("another process is compiling for this machine: waiting for it"),
    N_("a worker died: what it was doing is done again"),
    N_(
        "memory: {number} of {all} workers, since a replication needs about {needed} MB and {free}"
        " MB are free"
    ),
    N_(
        "the cluster at {address} has other clients: while this sweep runs, their tasks are given"
        " up, too, when a worker dies with them"
    ),
    N_(
        "waiting for workers at {address} since {seconds} s: the tasks are there (dask worker"
        " {same})"
    ),
)
"""What is told while it works."""
CHECKED = (
    N_("fingerprint of replication {number} is as stored"),
    N_("values of replication {number} are as stored"),
    N_("fingerprint is as sealed"),
    N_("the path leads to the root"),
    N_("the root is the one that was kept"),
    N_("{file} is this proof"),
    N_("files are as written"),
    N_("replications are in the journal"),
    N_("rows of {table} are as sealed"),
    N_("mean wait at {station}"),
    N_("mean number present at {hour}:00"),
    N_("mean wait"),
    N_("mean time in queue"),
    N_("mean number present"),
    N_("share who wait"),
    N_("share who balk"),
    N_("share who renege"),
    N_("Erlang B, {number} servers"),
    N_("Erlang A, {number} servers, overloaded"),
    N_("M/M/2, two priorities"),
    N_("M/G/1, lognormal"),
    N_("groups of {low} to {high}"),
    N_("{queue}, load {load}"),
    N_("Jackson network with feedback"),
    N_("M_t/M/∞, days and nights"),
    N_("diary, {number} appointments a day"),
    N_("caseload of one, courses of {hours} h"),
    N_("path"),
    N_("stored"),
    N_("seal"),
)
"""What is verified."""
PARTS = (
    N_("offered load {load}; {where}"),
    N_("{number} of {all} design points"),
    N_("{low} to {high}"),
    N_("{staff} in {zones} and {number} more zones"),
    N_("{staff} in {zones}"),
)
"""What stands inside of them."""
ROWS = (N_("row {number}"), N_("line {number}"))
_INSIDE = {
    "loads": PARTS[:1],
    "where": PARTS[1:2],
    "load": PARTS[2:3],
    "staff": PARTS[3:],
    "row": ROWS,
}
_MEANT = re.compile(r"; did you mean ('[^']*'|\"[^\"]*\")\?")
_AMOUNTS = (
    *("warm_up", "care", "set", "shift", "last_start", "length", "shorter", "longer"),
    *("run_out", "target", "longest"),
)


_FORMS = {"share": r"\S+", "number": r"\S+"}
"""How a value is written that stands beside a name, which may have blanks."""


def said(sentence: str) -> str:
    """A sentence of the library in the language chosen."""
    found = recognised(sentence, (*GUARDS, *LOGGED, *NOTICES))
    return sentence if found is None else worded(*found)


def check(text: str) -> str:
    """What is verified, in the language chosen; with the names in its brackets as they are."""
    whole = re.fullmatch(r"(.*?)(?: \(not(:?) (.*)\))?", text, re.DOTALL)
    assert whole is not None
    found = recognised(whole[1], CHECKED)
    what = whole[1] if found is None else worded(*found)
    if whole[3] is None:
        return what
    if whole[2]:
        return what + _(" (not: {why})", why=said(whole[3]))
    return what + _(" (not {names})", names=listed(whole[3].split(", ")))


def recognised(sentence: str, among: tuple[str, ...]) -> tuple[str, dict[str, str]] | None:
    """(which pattern of ``among`` the ``sentence`` is of, what stands at its names), or None."""
    for pattern in among:
        if match := _compiled(pattern).fullmatch(sentence):
            return pattern, match.groupdict()
    return None


def worded(pattern: str, values: dict[str, str]) -> str:
    """``pattern`` in the language chosen, with what stands at its names."""
    return _(pattern, **{name: part(name, value) for name, value in values.items()})


def part(name: str, value: str) -> str:
    """What stands at a ``name`` of a pattern, in the language chosen."""
    if name in _AMOUNTS:
        return duration(value)
    if name == "what":
        return said(value)
    if name == "wanted":
        return _(value)
    if name in ("others", "column", "columns"):
        value = _MEANT.sub(lambda meant: _("; did you mean {near}?", near=meant[1]), value)
        return value.replace(" (hidden)", _(" (hidden)"))
    if name == "zones":
        first, both, last = value.rpartition(" and ")
        several = listed((first or value).split(", "))
        return _("{first} and {last}", first=several, last=last) if both else several
    found = recognised(value, _INSIDE.get(name, ()))
    return value if found is None else worded(*found)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """``pattern`` as a regular expression with a group for each name."""
    pieces = re.split(r"\{(\w+)\}", pattern)
    return re.compile(
        "".join(
            f"(?P<{piece}>{_FORMS.get(piece, '.+?')})" if at % 2 else re.escape(piece)
            for at, piece in enumerate(pieces)
        ),
        re.DOTALL,
    )
