"""Residents one by one: their ways as stories for people, and as logs for other programmes.

``traces`` puts the visits of one replication in the order of residents and says who sat where;
``choosing`` picks residents; ``story``, ``visits_table``, ``event_log`` and ``xes`` tell of them.
"""

from simcap.tracing.choosing import Wanted, chosen
from simcap.tracing.event_log import event_log
from simcap.tracing.story import story
from simcap.tracing.traces import Trace, trace
from simcap.tracing.visits_table import visits_table
from simcap.tracing.xes import xes

__all__ = ["Trace", "Wanted", "chosen", "event_log", "story", "trace", "visits_table", "xes"]
