"""Whether a resident recovers when their episode ends: a share, read from a table, and one keyed
draw held against it (see ``network.jit``; no trajectory hangs on it).

A table is several sets of rows, one after another, each sorted by sessions, then by wait. A row
holds from its number of sessions and its wait (hours) on.
"""

from __future__ import annotations

from simcap.network import draws

KERNELS = ("chance", "recovered")


def chance(sessions_from, wait_from, shares, first, last, sessions, wait):
    """The share who recover, of those who attended so many ``sessions``, the first after this
    ``wait``: of the rows from ``first`` to before ``last`` that hold, that of most sessions, and of
    those that of the longest wait. Without a session no wait is known (NaN), and only rows from 0
    hours hold.
    """
    found = 0.0
    for row in range(first, last):
        if sessions_from[row] <= sessions and (wait_from[row] <= 0.0 or wait_from[row] <= wait):
            found = shares[row]
    return found


def recovered(seed, replication, stream, resident, episode, share):
    """Whether the resident with this number in the ``stream`` (the key of its name) recovers from
    their episode of this number (from 0), where a ``share`` do. It is drawn by who they are:
    whoever recovers where few do, also does where more do.
    """
    return draws.luck(seed, replication, stream, resident, draws.EPISODE, episode) <= share
