"""docs/measures.md, from the table of measures: ``python -m simcap.analysis.dictionary FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

from simcap.analysis.measures import COUNTS, SECTIONS, TABLE, Measure

HEAD = """\
# Measures

This file is written by `python -m simcap.analysis.dictionary docs/measures.md` from the table in
`simcap/analysis/measures.py`, which the sheet of every replication evaluates, too: what is defined
here is what is counted.

`measures.csv` has one row for each design point, replication, measure, place and group;
`summary.csv` the mean over replications with its interval. *Place* is `all`, a kind of zone
(`urban`, `transition`, `rural`) or a zone. *Group* is `all`, a group of people, `severity: …`,
`need: …`, `station: …` or `pool: …`, of costs `role: …`, `source: …` or `channel: …`, of periods
`quarter: 2025 Q1` or `year: 1`. Shares are 0 to 1, waits and other times are hours. A value is
empty where there is nothing to tell (a mean wait of nobody).

The *cohort* are the residents whose need began in the observed weeks and who have asked for help by
the end of the run: as it began, unless something brought them later (outreach, getting worse).
Persons and coverage are theirs, wherever and whenever they are attended; told by quarter and year,
they are those who asked in it, so that whoever asked in the run-out is in none. Joinings, contacts,
referrals and hours are those that fall into the observed weeks, whoever's they are. The register is
a cohort of its own.
*In need* are the residents of the cohort and those whose need falls into the observed weeks and who
never ask; whatever multiplies arrivals (a season, a shock) multiplies both.

## Places and groups

"""

ANSWER = """\
## Why not in time

Every resident of the cohort is either in time (`in_time_of_seekers`) or counted under one cause, so
that all add up to 1. Each is judged as things stood when the target passed after asking, or, if
that comes first, at the end of the run:

1. who missed a session that a professional held for them by then *did not come*;
2. who had left by then is counted by how they left: a referral that was not completed (*declined*);
   given up, got worse or turned away by a full queue (*gave up*; *closed*, if the station had not
   opened since they joined); a missed session elsewhere (*did not come*); anything else, such as
   being helped by others (*not reached*);
3. of who was still there the largest part of the time since asking decides: hand-offs between
   stations (*referral*), waiting while a station was open (*waited*), waiting for one to open
   (*closed*), and the rest, in care and courses of others or until coming back by themselves (*not
   reached*). Of equal parts the first named decides.

More staff shorten `late_waited` and `late_gave_up`, longer hours `late_closed`; what stands under
the other causes has to be changed elsewhere. One cause is told of each resident: a referral of
eight days and a wait of seven is *referral*, though a shorter wait alone would have done.

## Closed and busy

A joining is *closed* if it falls outside the hours of the station: no place of its pools is on the
roster then (of a team: not one of each). Posts that are vacant, and posts that a review has moved
away, keep their hours; an appointment can be asked for at any time. `joined_closed`,
`wait_mean_open`, `wait_mean_closed` and `within_target_open` are told of every station that has
hours. Who gave up before the station opened counts under `gave_up_closed`, everybody else who did
under `gave_up_busy`.

## Whole sessions

Where nobody may start later than `last start` before closing, a shift holds whole sessions:
`hours_startable` are the hours of those that can be started one after the other. Shifts of three
hours with `last start: 60 min` hold three sessions whether these last 60 or 41 minutes (the fourth
would have to begin after the second hour), so that sessions of 41 minutes have 123 of 180 minutes;
at 40 minutes four fit, and have 160. `simcap check` names the lengths at which one more fits, and
one less. Where lengths vary, the expected number that can be started counts (sums of lengths taken
to be gamma).

## The worst zone

`summary.csv` has, at the place `worst zone`, the least over zones of the mean over replications (of
what is worse the higher it is, the greatest) of each measure that is told by zone. Its `note` names
the zone, and after *not told from* every zone whose paired difference from it may be chance. The
interval is that of the zone named. The mean of each replication's worst zone would be lower: it
also finds the unlucky one of zones that are alike. `answer: [within_target at worst zone of
station: room]`, or `worst zone: within_target of station: room`, shows it.

## When residents join

A station with `by arrival: [hour, weekday, quarter]` (one, two or all of them) is told by when its
residents join, its parts included: `station: line, hour: 08` are those who joined from eight to
nine o'clock. Who gives up or finds a full queue, and tries again, counts when they first tried.
Stations whose staff are on the roster in different numbers at different hours of one day, or have
levels by name, are told by all three unless they say otherwise (`by arrival: []`).

## Recovery

Without further words recovery and quality of life are those of seed 000, lines in C, the coverage
of need: θ = 0.3 + 0.2 C, QOL = 60 + 10 C. A scenario may state a table instead, with its source;
QOL stays a line, and everything that rests on recovery uses the one in force:

```yaml
outcomes:
  recovery:
    source: >-
      NHS Talking Therapies, half of those who finish (50.8 % 2017-18, 50.2 % 2021-22); how it
      depends on sessions and waits is assumed
    rows:
      - {recovered: 15 %}                             # 0 sessions: by itself
      - {sessions: 1, recovered: 30 %}                # one or more, up to the next row
      - {sessions: 6, recovered: 50 %}
      - {sessions: 6, wait: 6 weeks, recovered: 45 %} # who waited so long, or longer
      - {need: severe, recovered: 5 %}                # a need's own rows, from 0 sessions on
      - {need: severe, sessions: 6, recovered: 40 %}
      - {station: online, recovered: 35 %}            # a kind of treatment
```

A row holds from its number of sessions and its wait on; of those that hold, the one with most
sessions counts, and of these the one with the longest wait. `need` and `station` are one name or
several. A need with rows of its own has these alone; a station with rows of its own has these alone
for those whose last session of a treatment was there (or at a part of it), before those of a need
without a station, and its rows of a need before those of all.

*Sessions* are those attended at stations with `treatment: true`, of all courses of the episode; a
no-show is none. The *wait* runs from asking to the first of them. Each resident recovers or not by
one draw, when their episode ends, which is when they leave the services: keyed by who they are, so
that whoever recovers at 20 % also does at 50 %. An episode that still goes on at the end of the run
has not ended in recovery: let the run go on (`run out`). `recovery` is of those who began a course
(attended a session of a treatment), `recovery_of_need` of all in need: those who never ask are
counted, not simulated, and recover in expectation, as the row of 0 sessions says.

## Satisfaction

Of each resident, 100 points minus `per week` (5, assumed) for each week waited and `per repeat`
(10, assumed) for each assessment that was repeated, at least 0; then the mean, of those who had any
contact (`satisfaction`) and of all who asked (`satisfaction_of_seekers`).

```yaml
outcomes: {satisfaction: {per week: 5, per repeat: 10}}
```

The wait is that for a professional, of who ever joined a professional's station; of others that for
any contact; without one, it lasts until they leave or the run ends. An assessment is repeated where
a referral arrives without its record: the first one at the place referred to (its `assessment`) is
no repeat if the record was shared, else it is. The points say how long residents waited, not
whether they were helped: who gives up a call after a minute has lost little.

## Costs

`total_cost` is the pay of all staff in a year. `cost` tells it by *role* (the staff of a pool), by
*source of funds* (a pool's `funded by: government`, or `funded by: {government: 70 %, lottery: 30
%}`; else *not stated*) and by *channel* (kind of station): a role's whole pay is shared to channels
as the hours that it worked there are, idle hours so too; lent, surge and overtime hours count as
those of who works them, a team's as those of each of its members. The pay of a role that worked no
hours stands under *no hours worked*. Each of the three adds up to `total_cost`.

The observed weeks cost as many years' pay as they last: 365 days, or from a date to the same date
of a later year, are whole years, anything else its days ÷ 365.25. `cost_per_reached` leaves out the
register's share of each role's pay and the residents on it, `cost_per_reached_with_register` has
both. Every ratio is one of sums within a replication; the summary averages over replications.

## The cost-benefit ratio

Seed 000's equation (4), of a year: total cost (in 10,000 CNY) ÷ (recovery × quality of life); lower
is better. Where several years are observed it is Σ costs ÷ Σ (recovery × quality of life), each
year's of those who asked in it, both discounted from the first year: with `outcomes: {discount: 3
%}` the second weighs 1 ÷ 1.03 of the first, the third 1 ÷ 1.03². Without it nothing is discounted
(0). Each year weighs as much as it lasts.

## By quarter, year and week

```yaml
results by: [quarter, year, week]     # any of them; [] for none
```

*Quarters* are calendar quarters (the first and last as far as they are observed). *Years* are those
observed, `year: 1` from the first observed day to the same date of the next year; a rest of half a
year or more is a year of its own, a shorter one part of the year before. They are told without
being asked for where more than one is observed. Residents, their coverage, recovery and
satisfaction count in the period in which they *asked* (who never does, in that in which the need
began); contacts and referrals in that in which the visit began, calls and crises in that in which
they joined, hours at work in those in which they were worked. `week` adds the mean number waiting
in each observed week at each kind of station and for each staff, called by its first day (`pool:
counsellors, week: 2025-03-03`). Each quarter adds some forty rows for every place, so that nothing
but years is told unless it is asked for.

## Targets of one's own

A scenario may name as many targets as it needs, and stations and needs name those that they are
held against:

```yaml
targets: {first contact: 14 days, answered: 20 s, within a minute: 60 s, seen: 10 days}
stations:
  line: {target: [answered, within a minute], …}   # the first is that of its within_target
needs:
  severe: {target: seen, …}          # from asking to the first contact with a professional
```

Each is a row `within_target` of the group `target: answered`, over all stations or needs that name
it. `check` warns of one that nothing is held against.

## `answer:` in an experiment

An experiment may name up to six measures that answer its question: they are what the screen and the
figure `answer` show, at every design point.

```yaml
answer:
  - coverage_of_seekers                       # of all
  - coverage_of_need at rural                 # at a place: a kind of zone, or a zone
  - "wait_p90 of station: hotline"            # of a group
  - "within_target at rural of station: town course"
```

Names are those of this file; the same words say whose precision `replications` are for.

## From Python

`simcap.simulate(network, …)` gives a `Run`: `run.frame()` are all visits with names as a DataFrame,
`run.summary()` the figures of stations and pools of a bare network. What runs a scenario has
`measures()`: `simcap.study.plan.plan(scenario).measures(seed=42)` gives one replication's rows.
`simcap.analysis.sane.impossible(rows)` names numbers that cannot be. Exact answers to compare with
are in [theory.md](theory.md).
"""


def dictionary() -> str:
    """The text of docs/measures.md."""
    parts = [HEAD]
    for name, (places, groups) in SECTIONS.items():
        parts.append(f"* *{name}*: places: {places}; groups: {groups}.\n")
    parts.append("\n## The measures\n\n| measure | unit | definition | counted | told |\n")
    parts.append("|---|---|---|---|---|\n")
    parts += [_row(measure) for measure in TABLE]
    parts.append("\n## What is counted\n\n| count | what it is |\n|---|---|\n")
    parts += [f"| `{name}` | {text} |\n" for name, text in COUNTS.items()]
    return "".join(parts) + "\n" + ANSWER


def _row(measure: Measure) -> str:
    counted: dict[str, list[str]] = {}
    for section in measure.counted:
        part, whole = measure.parts(section)
        text = f"`{part}` ÷ `{whole}`" if whole else f"`{part}`" if part in COUNTS else "as defined"
        counted.setdefault(text, []).append(section)
    said = (
        "; ".join(counted)
        if len(counted) == 1
        else "; ".join(f"{text} ({', '.join(sections)})" for text, sections in counted.items())
    )
    told = ", ".join(measure.counted) + (", *by zone*" if measure.by_zone else "")
    told += ", where there are hours" if measure.hours else ""
    return f"| `{measure.name}` | {measure.unit} | {measure.definition} | {said} | {told} |\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(dictionary(), encoding="utf-8")
