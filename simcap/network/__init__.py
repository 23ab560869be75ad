"""A queueing network of pools, stations and arrivals, usable alone from Python. Times are hours."""

from simcap.network.arrivals import Arrivals, Rate
from simcap.network.courses import Recovery
from simcap.network.diary import Diary, Slots
from simcap.network.distributions import (
    Deterministic,
    Distribution,
    Empirical,
    Erlang,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    Never,
    Triangular,
    TruncatedNormal,
    Uniform,
    Weibull,
)
from simcap.network.finds import Finds
from simcap.network.groups import Group
from simcap.network.network import Network, Phase
from simcap.network.pools import Attend, Pool
from simcap.network.reviews import Dispatch, Warn
from simcap.network.roster import Roster
from simcap.network.routing import LEAVE, Routing, Shortest, To
from simcap.network.stations import Redial, Station
from simcap.network.vacancies import Vacancies

__all__ = [
    "LEAVE",
    "Arrivals",
    "Attend",
    "Deterministic",
    "Diary",
    "Dispatch",
    "Distribution",
    "Empirical",
    "Erlang",
    "Exponential",
    "Finds",
    "Gamma",
    "Group",
    "Hyperexponential",
    "Lognormal",
    "Network",
    "Never",
    "Phase",
    "Pool",
    "Rate",
    "Recovery",
    "Redial",
    "Roster",
    "Routing",
    "Shortest",
    "Slots",
    "Station",
    "To",
    "Triangular",
    "TruncatedNormal",
    "Uniform",
    "Vacancies",
    "Warn",
    "Weibull",
]
