"""Appointments in the compiled engine: slots of pools, and who is booked into them (see
``simpy_diary``).
"""

from __future__ import annotations

import numpy as np

from simcap.engine.arrays import NOBODY
from simcap.network import rules
from simcap.network.clock import INFINITY

KERNELS = ("book", "earliest", "give_back", "slot_at", "booked_access")
INLINED = ("earliest", "give_back", "slot_at", "booked_access")


def book(world, slot, desk, at, until):
    """Book a resident into the earliest slot from ``at`` to ``until``, of the first listed of the
    pools that have it, if there is one.
    """
    resident = world.residents[slot]
    best, best_at, urgent = np.int64(NOBODY), np.int64(0), np.int64(desk.urgent)
    for position in range(np.int64(desk.access), np.int64(desk.access) + desk.accesses):
        access = world.accesses[position]
        found = earliest(world, world.pools[access.pool], rules.later(at, access.after), urgent)
        if found != NOBODY:
            its_time = world.slots[found].at
            if its_time <= until and (best == NOBODY or its_time < best_at):
                best, best_at = found, its_time
    resident.slot, resident.kept = best, False
    if best != NOBODY:
        taken = world.slots[best]
        if urgent and taken.kept > 0:
            resident.kept = True
            taken.kept -= 1
        else:
            taken.places -= 1


def earliest(world, pool, at, urgent):
    """The position of the first slot of ``pool`` from ``at`` on with a place, or ``NOBODY``."""
    begin, end = np.int64(pool.slot), np.int64(pool.slot) + pool.slots
    low, high = begin, end
    while low < high:
        middle = (low + high) >> 1
        if world.slots[middle].at < at:
            low = middle + 1
        else:
            high = middle
    full = begin + pool.full[urgent]
    place = max(low, full)
    from_full = place == full
    while place < end and not rules.may_be_booked(
        urgent != 0, world.slots[place].places, world.slots[place].kept
    ):
        place += 1
    if from_full:
        pool.full[urgent] = place - begin
    return place if place < end else np.int64(NOBODY)


def give_back(world, resident, desk):
    """The place of this resident, if they are booked, is free for whoever is booked next."""
    if resident.slot == NOBODY:
        return
    place = np.int64(resident.slot)
    if resident.kept:
        world.slots[place].kept += 1
    else:
        world.slots[place].places += 1
    pool = world.pools[world.accesses[booked_access(world, resident, desk)].pool]
    for urgent in range(2):
        pool.full[urgent] = min(np.int64(pool.full[urgent]), place - pool.slot)
    resident.slot = NOBODY


def slot_at(world, resident):
    """When the slot of this resident begins; never, without one."""
    return INFINITY if resident.slot == NOBODY else world.slots[resident.slot].at


def booked_access(world, resident, desk):
    """The access by which this resident, who is booked at ``desk``, will be attended."""
    found = np.int64(NOBODY)
    for position in range(np.int64(desk.access), np.int64(desk.access) + desk.accesses):
        pool = world.pools[world.accesses[position].pool]
        if pool.slot <= resident.slot < np.int64(pool.slot) + pool.slots:
            found = np.int64(position)
    return found
