"""What is counted besides the tally: residents' episodes, whose hours each kind of station took,
and what happened in which period. The counting itself is in ``events`` and ``episodes``.
"""

from __future__ import annotations

import math

import numpy as np

from simcap.analysis import episodes, events
from simcap.analysis.layout import Layout
from simcap.analysis.recovery_table import recovery_table
from simcap.analysis.spec import Period, TallySpec
from simcap.network import Network, jit
from simcap.network.draws import name_key


class Ledger:
    """Beside the ``people`` of a tally. ``episodes`` (``events.EPISODE``) are the residents, in the
    same stretches; ``channels`` hours worked by (pool, whole kind of station); ``hours`` and
    ``events`` (``events.EVENTS``) by period of the spec and pool or station; ``weeks`` hours waited
    by station and week.
    """

    def __init__(self, network: Network, spec: TallySpec, at: Layout, window: np.ndarray):
        self.spec, self.map, self.window = spec, at, window
        periods, pools, stations = len(spec.periods), len(network.pools), len(network.stations)
        self.episodes = nobody(0)
        self.channels = np.zeros((pools, len(at.kinds)))
        self.hours = np.zeros((periods, pools))
        self.events = np.zeros((periods, stations), dtype=events.EVENTS)
        self.weeks = np.zeros((stations, math.ceil(spec.weeks) if spec.by_week else 0))
        self.begins, self.ends = (
            np.array([getattr(period, edge) for period in spec.periods], dtype=float)
            for edge in ("begin", "end")
        )
        self.table = recovery_table(spec, at)
        self.keys = np.array([name_key(s.name) for s in network.arrivals], dtype=np.int64)

    def note(self, visits: np.ndarray, offset: np.ndarray, people: np.ndarray) -> None:
        """Note one batch of records, after the tally has counted it."""
        at = self.map
        book = events.Book(
            self.window,
            at.marks,
            at.members,
            at.home,
            at.station_kind,
            at.station_whole,
            at.station_duplicate,
            self.begins,
            self.ends,
            offset,
            people,
            self.episodes,
            self.channels,
            self.hours,
            self.events,
            self.weeks,
        )
        jit.compiled(events).note(book, visits)

    def outcomes(
        self,
        fate: tuple[int, int],
        offset: np.ndarray,
        room: np.ndarray,
        people: np.ndarray,
        period: Period | None = None,
    ) -> np.ndarray:
        """Counts (``episodes.OUTCOMES``) by (need × zone) of those of ``people`` who asked in the
        ``period``, or in the whole window, in the replication ``fate`` (seed, replication).
        """
        at, spec = self.map, self.spec
        counts = np.zeros(len(at.needs) * len(at.zones), dtype=episodes.OUTCOMES)
        jit.compiled(episodes).count(
            float((period or spec).begin),
            float((period or spec).end),
            float(spec.horizon),
            np.array(fate, dtype=np.int64),
            np.array(spec.satisfaction, dtype=float),
            episodes.Streams(
                at.stream_need * len(at.zones) + at.stream_zone,
                at.stream_register,
                self.keys,
                offset,
                room,
                len(at.zones),
            ),
            self.table,
            people,
            self.episodes,
            counts,
        )
        return counts


def nobody(number: int) -> np.ndarray:
    """Records of residents of whom nothing is known."""
    episodes = np.zeros(number, dtype=events.EPISODE)
    for name in ("first", "sent", "left", "over", "again"):
        episodes[name] = np.nan
    return episodes
