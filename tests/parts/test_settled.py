"""What a replication settles before its first event is its own."""

import numpy as np
import pytest

from simcap.engine import arrays
from simcap.engine.packing import laid_out
from simcap.engine.settled import settled
from simcap.network import Arrivals, Attend, Network, Pool, Station
from simcap.network.clock import ticks


def network():
    return Network(
        [Pool("own", 1), Pool("one", 1), Pool("another", 1)],
        [Station("station", ["own", Attend("one"), Attend("another", equal=True)], 1.0)],
        [Arrivals("station", batches=((1.0, 2.5),))],
    )


@pytest.mark.parametrize("replication", range(8))
def test_the_arrays_that_replications_share_are_left_as_they_were(replication):
    """Replications run beside each other in threads: one must not round another's batches."""
    ours = network()
    laid = laid_out(ours, 10.0)
    before = {name: array.copy() for name, array in laid.arrays.items()}
    world = arrays.world(laid.arrays, ticks(10.0), 1, replication, 8, 8)
    settled(world, ours, laid, (1, replication))
    assert all(np.array_equal(before[name], array) for name, array in laid.arrays.items())
