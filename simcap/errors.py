"""Every error that simcap raises on purpose.

    SimcapError
    ├── InputError (also ValueError)     what was given is wrong                       exit code 2
    │   ├── NetworkError                 a part of a network, or how the parts fit
    │   ├── ScenarioError                a scenario, zones table or experiment file
    │   └── TheoryError                  a formula asked for where it does not hold
    ├── SimulationError                  a replication could not be finished           exit code 1
    └── StudyError                       a study cannot go on: its files, its workers  exit code 1
        └── BusyError                    another run writes there: try again           exit code 75

Libraries never print and never exit: ``cli`` alone turns these into a message and an exit code.
"""

from __future__ import annotations

from collections.abc import Iterable


class SimcapError(Exception):
    """The root: ``except SimcapError`` catches all that simcap raises on purpose."""


class InputError(SimcapError, ValueError):
    """What was given is wrong: the message says where, what was found and what would be right."""


class _Faults(InputError):
    """Several faults found in one pass; ``faults`` lists their texts, the message joins them by
    lines.
    """

    def __init__(self, faults: Iterable[str] | str):
        self.faults = (faults,) if isinstance(faults, str) else tuple(faults)
        super().__init__("\n".join(self.faults))

    def __reduce__(self):
        return type(self), (self.faults,)


class NetworkError(_Faults):
    """A part of a network is wrong, or its parts do not fit together."""


class ScenarioError(_Faults):
    """A scenario, its zones table or an experiment is wrong."""


class TheoryError(InputError):
    """A formula was asked for outside the range in which it holds."""


class SimulationError(SimcapError):
    """A replication could not be finished."""


class StudyError(SimcapError):
    """A study cannot go on: a journal that cannot be read or written, workers that are gone or not
    alike.
    """


class BusyError(StudyError):
    """Another run writes to the same directory; later it will be free."""
