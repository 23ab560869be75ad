"""Residents' episodes into counts (see ``network.jit``): who began a course, who recovered, how
content they are. Times are hours.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simcap.network import recovery

KERNELS = ("count", "_waited", "_recovers")
INLINED = ("_waited",)

OUTCOMES = np.dtype(
    (
        np.record,
        [(name, "i8") for name in ("met", "began", "recovered", "recovered_begun")]
        + [(name, "f8") for name in ("points", "points_met")],
    )
)
"""What is counted of the residents of the cohort by cell (need × zone): who had any contact, began
a course, recovered, and did so having begun one; satisfaction of all and of those with any contact.
"""


class Table(NamedTuple):
    """A recovery table: its rows (see ``network.recovery``), where those of each set begin and the
    last end, and which set is that of (need, kind of station + 1), 0 for those without a session.
    Empty where there is none.
    """

    sessions: np.ndarray
    wait: np.ndarray
    share: np.ndarray
    first: np.ndarray
    set_of: np.ndarray


class Streams(NamedTuple):
    """Of each stream: its cell, whether it is a register, the key of its name, where its residents
    begin and for how many there is room; and how many zones there are.
    """

    cell: np.ndarray
    register: np.ndarray
    key: np.ndarray
    offset: np.ndarray
    room: np.ndarray
    zones: int


def count(begin, end, horizon, fate, points, streams, table, people, episodes, outcomes):
    """Count those of ``people`` who asked, and arrived from ``begin`` to before ``end``, into
    ``outcomes``, by the cell in which they were first seen, or else that of their stream; ``fate``
    is (seed, replication), ``points`` what a week waited and a repeated assessment take away of
    100.
    """
    for stream in range(len(streams.room)):
        offset = streams.offset[stream]
        for i in range(0 if streams.register[stream] else streams.room[stream]):
            person, episode = people[offset + i], episodes[offset + i]
            if math.isnan(person.asked) or not begin <= person.arrived < end:
                continue
            cell = streams.cell[stream] if math.isnan(person.cell) else np.int64(person.cell)
            counts = outcomes[cell]
            met, began = not math.isnan(person.contacted), episode.sessions > 0.0
            lost = (
                points[0] * _waited(person, episode, horizon) / 168.0 + points[1] * episode.repeats
            )
            score = max(0.0, 100.0 - lost)
            counts.met += met
            counts.points += score
            counts.points_met += score if met else 0.0
            counts.began += began
            if len(table.share) > 0 and not math.isnan(episode.left):
                recovers = _recovers(fate, streams, stream, i, cell, table, person, episode)
                counts.recovered += recovers
                counts.recovered_begun += began and recovers


def _waited(person, episode, horizon):
    """Hours from asking until a professional attended who ever stood before a professional's door,
    until anybody did who never stood there; until they left, or the end of the run, if nobody did.
    """
    until = person.contacted if math.isnan(person.sought) else person.professional
    if math.isnan(until):
        until = horizon if math.isnan(episode.left) else episode.left
    return max(0.0, until - person.asked)


def _recovers(fate, streams, stream, i, cell, table, person, episode):
    """Whether resident ``i`` of the ``stream``, whose episode has ended, recovers: from the need
    for which the last session was, or, without one, that in whose ``cell`` they count.
    """
    kind = 0
    if episode.sessions > 0.0:
        kind, cell = np.int64(episode.kind) + 1, np.int64(episode.need)
    rows = table.set_of[cell // streams.zones, kind]
    share = recovery.chance(
        table.sessions,
        table.wait,
        table.share,
        table.first[rows],
        table.first[rows + 1],
        episode.sessions,
        episode.first - person.asked,
    )
    return recovery.recovered(fate[0], fate[1], streams.key[stream], i, 0, share)
