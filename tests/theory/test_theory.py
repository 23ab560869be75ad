"""Queueing formulas against values worked by hand, limits, one another, and their messages word for
word.
"""

import math

import numpy as np
import pytest
from scipy import special

from simcap.analysis import theory
from simcap.errors import InputError, TheoryError


def close(value, rel=1e-12):
    return pytest.approx(value, rel=rel, abs=1e-300)


# Erlang B and C


@pytest.mark.parametrize(
    ("offered", "servers", "lost"),
    [(1, 1, 1 / 2), (2, 2, 2 / 5), (2, 3, 4 / 19), (3, 1, 3 / 4), (0, 5, 0)],
)
def test_erlang_b_gives_the_fractions_worked_by_hand(offered, servers, lost):
    assert theory.erlang_b(offered, servers) == close(lost)


@pytest.mark.parametrize(
    ("offered", "servers", "waits"), [(0.5, 1, 1 / 2), (1, 2, 1 / 3), (2, 3, 4 / 9), (0, 2, 0)]
)
def test_erlang_c_gives_the_fractions_worked_by_hand(offered, servers, waits):
    assert theory.erlang_c(offered, servers) == close(waits)


@pytest.mark.parametrize(
    ("offered", "servers"), [(18, 20), (900, 1000), (10_000, 10_000), (12_000, 10_000)]
)
def test_erlang_b_is_the_last_share_of_a_cut_poisson_distribution(offered, servers):
    last = math.exp(servers * math.log(offered) - offered - math.lgamma(servers + 1))
    assert theory.erlang_b(offered, servers) == close(
        last / special.pdtr(servers, offered), rel=1e-9
    )


def test_erlang_c_stays_a_probability_with_very_many_servers():
    assert theory.erlang_c(99_999, 100_000) == pytest.approx(1, abs=0.01)
    assert theory.erlang_c(50_000, 100_000) == 0


# M/M/1 and M/M/c


def test_mm1_at_half_load():
    queue = theory.mm1(arrival_rate=2, service_mean=0.25)
    assert queue == theory.MarkovQueue(
        utilisation=0.5, wait_probability=0.5, mean_wait=0.25, mean_queue=0.5, mean_wait_if_any=0.5
    )


def test_mmc_with_two_servers_at_half_load():
    queue = theory.mmc(arrival_rate=1, service_mean=1, servers=2)
    assert (queue.utilisation, queue.wait_probability) == close((1 / 2, 1 / 3))
    assert (queue.mean_wait, queue.mean_queue, queue.mean_wait_if_any) == close((1 / 3, 1 / 3, 1))


def test_mmc_percentile_undoes_its_cdf_and_is_zero_for_those_who_need_not_wait():
    queue = theory.mmc(18, 1, 20)
    assert queue.wait_cdf(0) == close(1 - queue.wait_probability)
    assert queue.wait_cdf(queue.wait_percentile(0.9)) == close(0.9)
    assert queue.wait_percentile(0.4) == 0
    assert theory.mm1(1, 0.5).wait_percentile(0.75) == close(math.log(2))


def test_mmc_mean_wait_is_the_area_above_its_cdf():
    queue = theory.mmc(18, 1, 20)
    hours, step = np.linspace(0, 30, 300_001, retstep=True)
    above = 1 - np.array([queue.wait_cdf(h) for h in hours[::100]])
    assert np.trapezoid(above, dx=100 * step) == close(queue.mean_wait, rel=1e-3)


def test_mmc_with_one_server_is_mm1():
    assert theory.mmc(0.7, 1.2, 1) == theory.mm1(0.7, 1.2)


# Few places


def test_mmck_with_one_server_and_one_place_to_wait():
    queue = theory.mmck(
        arrival_rate=1, service_mean=1, servers=1, capacity=2
    )  # 0, 1, 2 present: a third of the time each
    assert (queue.blocking, queue.wait_probability, queue.utilisation) == close(
        (1 / 3, 1 / 2, 2 / 3)
    )
    assert (queue.mean_queue, queue.mean_wait) == close((1 / 3, 1 / 2))


@pytest.mark.parametrize(("arrival_rate", "servers"), [(18, 20), (30, 20), (2500, 2000)])
def test_mmck_without_places_to_wait_is_erlang_b(arrival_rate, servers):
    queue = theory.mmck(arrival_rate, 1, servers, capacity=servers)
    assert queue.blocking == close(theory.erlang_b(arrival_rate, servers), rel=1e-10)
    assert (queue.mean_wait, queue.wait_probability) == (0, 0)


def test_mmck_with_very_many_places_is_mmc():
    wide, endless = theory.mmck(18, 1, 20, capacity=1000), theory.mmc(18, 1, 20)
    for field in ("utilisation", "wait_probability", "mean_wait", "mean_queue"):
        assert getattr(wide, field) == close(getattr(endless, field), rel=1e-10)


def test_mmck_settles_when_overloaded():
    queue = theory.mmck(arrival_rate=1000, service_mean=1, servers=1, capacity=3)
    assert queue.blocking == close((1 - 1e-3) / (1 - 1e-12))
    assert queue.mean_wait == pytest.approx(2, abs=0.01)


# Servers for everyone


def test_mm_inf_is_poisson():
    present = theory.mm_inf(arrival_rate=4, service_mean=0.5)
    assert present.mean_number == 2
    assert [present.probability(n) for n in range(3)] == close(
        [math.exp(-2), 2 * math.exp(-2), 2 * math.exp(-2)]
    )
    assert present.cdf(2) == close(5 * math.exp(-2))


# General service


def test_mg1_with_exponential_service_is_mm1():
    general, markov = theory.mg1(0.8, 1, 1), theory.mm1(0.8, 1)
    assert (general.mean_wait, general.mean_queue, general.wait_probability) == close(
        (markov.mean_wait, markov.mean_queue, markov.wait_probability)
    )


def test_mg1_with_fixed_service_waits_half_as_long():
    assert theory.mg1(0.8, 1, 0).mean_wait == close(theory.mm1(0.8, 1).mean_wait / 2)


def test_allen_cunneen_is_exact_for_one_server_and_for_exponential_service():
    assert theory.allen_cunneen(0.8, 1, 1, service_sd=0.4) == close(
        theory.mg1(0.8, 1, 0.4).mean_wait
    )
    assert theory.allen_cunneen(18, 1, 20, service_sd=1) == close(theory.mmc(18, 1, 20).mean_wait)


# Patience


def test_erlang_a_with_patience_like_service_is_poisson_worked_by_hand():
    queue = theory.erlang_a(arrival_rate=1, service_mean=1, servers=1, patience_mean=1)
    assert (queue.wait_probability, queue.utilisation) == close(
        (1 - math.exp(-1), 1 - math.exp(-1))
    )
    assert (queue.abandonment, queue.mean_wait, queue.mean_queue) == close((math.exp(-1),) * 3)
    ein = -sum(
        (-1) ** n / (n * math.factorial(n)) for n in range(1, 25)
    )  # sum of H(n) / n! is e · ein
    assert queue.mean_wait_served == close((ein - 1 + math.exp(-1)) / (1 - math.exp(-1)))


def palm(arrival_rate, service_mean, servers, patience_mean):
    """Abandonment and the probability of waiting by Palm's formulas, with an incomplete gamma
    function.
    """
    x, y = servers * patience_mean / service_mean, arrival_rate * patience_mean
    a = special.gammainc(x, y) * math.exp(y - x * math.log(y) + math.lgamma(x + 1))
    lost = theory.erlang_b(arrival_rate * service_mean, servers)
    waits = a * lost / (1 + (a - 1) * lost)
    load = arrival_rate * service_mean / servers
    return waits * (1 / (load * a) + 1 - 1 / load), waits


@pytest.mark.parametrize(
    "system", [(18, 1, 20, 2), (30, 1, 20, 2), (20, 1, 20, 0.1), (5, 0.5, 1, 3), (200, 0.4, 90, 5)]
)
def test_erlang_a_agrees_with_palm(system):
    queue = theory.erlang_a(*system)
    assert (queue.abandonment, queue.wait_probability) == close(palm(*system), rel=1e-9)


@pytest.mark.parametrize(
    "system",
    [(18, 1, 20, 2), (30, 1, 20, 2), (20, 1, 20, 0.1), (5, 0.5, 1, 300), (900, 1, 1000, 4)],
)
def test_erlang_a_conserves_residents_and_their_time(system):
    arrival_rate, service_mean, servers, patience_mean = system
    queue = theory.erlang_a(*system)
    assert queue.utilisation == close(
        arrival_rate * (1 - queue.abandonment) * service_mean / servers, rel=1e-10
    )
    assert queue.mean_queue == close(arrival_rate * queue.mean_wait)
    assert queue.mean_wait == close(queue.abandonment * patience_mean)


def test_erlang_a_wait_of_those_served_and_of_those_who_give_up_make_the_mean():
    queue = theory.erlang_a(2, 1, 1, 0.5)
    # number present: weights 1, 2, 4/3, 4/6, …: with k waiting, each resident's step lasts 1 / (1 +
    # 2 · (k + 1)) hours
    weights = np.concatenate(([1.0], np.cumprod([2 / (1 + 2 * k) for k in range(60)])))
    share = weights / weights.sum()
    lost_time = served_time = 0.0
    for k, found in enumerate(share[1:]):
        so_far, alive = 0.0, 1.0
        for places in range(k + 1, 0, -1):
            leaving = 1 + 2 * places
            so_far += 1 / leaving
            lost_time += found * alive * 2 / leaving * so_far
            alive *= 1 - 2 / leaving
        served_time += found * alive * so_far
    assert served_time + lost_time == close(queue.mean_wait)
    assert served_time / (1 - queue.abandonment) == close(queue.mean_wait_served)


def test_erlang_a_with_endless_patience_is_mmc_and_with_none_is_erlang_b():
    patient, endless = theory.erlang_a(18, 1, 20, 1e9), theory.mmc(18, 1, 20)
    assert (patient.mean_wait, patient.mean_wait_served, patient.wait_probability) == close(
        (endless.mean_wait, endless.mean_wait, endless.wait_probability), rel=1e-6
    )
    assert theory.erlang_a(18, 1, 20, 1e-9).abandonment == close(theory.erlang_b(18, 20), rel=1e-6)


def test_erlang_a_serves_what_it_can_when_overloaded():
    queue = theory.erlang_a(arrival_rate=1000, service_mean=1, servers=10, patience_mean=1)
    assert (queue.abandonment, queue.utilisation) == close((0.99, 1), rel=1e-9)


# Groups and appointments


def bulk_chain(arrival_rate, service_mean, size, at_least, most=400):
    """(share at work, mean number waiting) from the balance equations, cut at ``most`` waiting."""
    flows = np.zeros(
        (at_least + most + 1,) * 2
    )  # states: too few wait (0 … at_least − 1), or at work with n waiting
    for n in range(at_least):
        flows[n, n + 1 if n + 1 < at_least else at_least] = arrival_rate
    for n in range(most + 1):
        if n < most:
            flows[at_least + n, at_least + n + 1] = arrival_rate
        flows[at_least + n, n if n < at_least else at_least + max(0, n - size)] += 1 / service_mean
    balance = flows.T - np.diag(flows.sum(axis=1))
    balance[-1] = 1
    share = np.linalg.solve(balance, np.append(np.zeros(len(flows) - 1), 1))
    return share[at_least:].sum(), share[:at_least] @ np.arange(at_least) + share[
        at_least:
    ] @ np.arange(most + 1)


def test_groups_of_one_are_mm1():
    one, bulk = theory.mm1(0.7, 1.0), theory.bulk_mm1(0.7, 1.0, 1)
    assert (bulk.utilisation, bulk.mean_wait, bulk.wait_probability) == close(
        (one.utilisation, one.mean_wait, one.wait_probability), 1e-9
    )


def test_groups_of_two_worked_by_hand():
    """Load 1 for groups of two: r + r² = 1, so r = (√5 − 1) / 2; at work 1 / (1 − r) against idle
    1.
    """
    ratio = (math.sqrt(5) - 1) / 2
    busy = 1 / (1 - ratio)
    queue = theory.bulk_mm1(1.0, 1.0, 2)
    assert queue.utilisation == close(busy / (busy + 1)) and queue.mean_queue == close(
        ratio / (1 - ratio) ** 2 / (busy + 1)
    )


@pytest.mark.parametrize(
    ("rate", "size", "at_least"), [(1.5, 3, 1), (2.4, 3, 3), (4.0, 8, 4), (0.3, 8, 6)]
)
def test_groups_are_as_the_balance_equations_say(rate, size, at_least):
    queue = theory.bulk_mm1(rate, 1.0, size, at_least)
    assert (queue.utilisation, queue.mean_queue) == pytest.approx(
        bulk_chain(rate, 1.0, size, at_least), rel=1e-9
    )


def test_one_appointment_at_a_time_waits_as_a_fixed_service_and_half_a_gap():
    queue = theory.appointments(0.8, 1, 1.0)
    assert (
        queue.mean_wait
        == close(theory.mg1(0.8, 1.0, 0.0).mean_wait + 0.5)
        == close(0.5 / (1 - 0.8))
    )


@pytest.mark.parametrize(("load", "places"), [(0.9, 2), (2.5, 3), (4.0, 5), (9.5, 10)])
def test_appointments_are_as_the_chain_of_those_left_over_says(load, places):
    most = 1500
    come = np.exp(
        np.arange(most + 1) * math.log(load) - load - special.gammaln(np.arange(most + 1) + 1)
    )
    share = np.zeros(most + 1)
    share[0] = 1.0
    for _ in range(4000):
        both = np.convolve(share, come[:60])[: most + 1]
        share = np.append(both[places:], np.zeros(places))
        share[0] += both[:places].sum()
    assert theory.appointments(load / 24, places, 24.0).mean_queue == pytest.approx(
        share @ np.arange(most + 1) + load / 2, rel=1e-6
    )


# Priorities


def test_priority_with_one_class_is_the_plain_queue():
    assert theory.priority_mmc([18], 1, 20) == close((theory.mmc(18, 1, 20).mean_wait,))
    assert theory.priority_mg1([0.8], [1], [0.4]) == close((theory.mg1(0.8, 1, 0.4).mean_wait,))


def test_priority_of_two_classes_at_one_server_worked_by_hand():
    # half an hour until the server is free (0.5 · 1); the first class has 1 - 1/4 left, the second
    # 1 - 1/2
    assert theory.priority_mmc([0.25, 0.25], 1, 1) == close((0.5 / 0.75, 0.5 / (0.75 * 0.5)))


def test_priority_mg1_with_class_dependent_service_worked_by_hand():
    # fixed service of 1 h and of 2 h: until free (0.2 · 1 + 0.2 · 4) / 2 = 0.5 h; loads 0.2 and 0.4
    assert theory.priority_mg1([0.2, 0.2], [1, 2], [0, 0]) == close((0.5 / 0.8, 0.5 / (0.8 * 0.4)))


def test_priority_mmc_with_one_server_is_priority_mg1_with_exponential_service():
    rates = [0.1, 0.4, 0.3]
    assert theory.priority_mmc(rates, 1, 1) == close(theory.priority_mg1(rates, [1] * 3, [1] * 3))


def test_priority_moves_waiting_between_classes_but_makes_none():
    rates, plain = [3, 10, 5], theory.mmc(18, 1, 20)
    waits = theory.priority_mmc(rates, 1, 20)
    assert np.dot(rates, waits) == close(plain.mean_queue)
    assert waits[0] < waits[1] < waits[2]


def test_kleinrocks_conservation_law_holds_in_any_order_of_classes():
    classes = [(0.1, 1, 0.5), (0.3, 0.5, 2), (0.05, 6, 1)]
    sums = []
    for order in (classes, classes[::-1], classes[1:] + classes[:1]):
        rates, means, sds = map(np.array, zip(*order, strict=True))
        sums.append(np.dot(rates * means, theory.priority_mg1(rates, means, sds)))
    assert sums == close([sums[0]] * 3)


def test_a_class_nobody_belongs_to_changes_no_other_wait():
    assert theory.priority_mmc([0, 18], 1, 20)[1] == close(theory.mmc(18, 1, 20).mean_wait)


# Networks


def test_traffic_with_feedback_worked_by_hand():
    # a sends half to b, b sends half back: a = 3 + b/2, b = a/2
    assert theory.traffic([3, 0], [[0, 0.5], [0.5, 0]]) == close((4, 2))


def test_traffic_passes_by_stations_that_nobody_reaches():
    assert theory.traffic([1, 0, 0], [[0.5, 0, 0], [0, 0, 1], [0, 1, 0]]) == close((2, 0, 0))


def test_jackson_stations_are_mmc_with_the_rates_of_traffic():
    intake, clinic, closed = theory.jackson(
        [3, 0, 0],
        [[0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]],
        servers=[5, 1, 2],
        service_means=[1, 0.4, 1],
        names=["intake", "clinic", "closed"],
    )
    for station, plain in ((intake, theory.mmc(4, 1, 5)), (clinic, theory.mm1(2, 0.4))):
        assert (station.mean_wait, station.mean_queue) == close((plain.mean_wait, plain.mean_queue))
    assert (intake.name, intake.arrival_rate, clinic.arrival_rate) == ("intake", close(4), close(2))
    assert (closed.arrival_rate, closed.mean_wait, closed.mean_queue, closed.utilisation) == (
        0,
        0,
        0,
        0,
    )


# Changing rates


def test_mt_m_inf_at_a_constant_rate_fills_up_to_mm_inf():
    assert theory.mt_m_inf(([0], [4]), 0.5, at=0) == 0
    assert theory.mt_m_inf(([0], [4]), 0.5, at=0.5) == close(2 * (1 - math.exp(-1)))
    assert theory.mt_m_inf(([0], [4]), 0.5, at=100) == close(theory.mm_inf(4, 0.5).mean_number)


def test_mt_m_inf_empties_after_the_doors_close():
    pieces = ([8, 12], [6, 0])
    at_noon = theory.mt_m_inf(pieces, 2, at=12)
    assert at_noon == close(12 * (1 - math.exp(-2)))
    assert theory.mt_m_inf(pieces, 2, at=16) == close(at_noon * math.exp(-2))


def test_mt_m_inf_is_the_same_however_a_rate_is_cut_into_pieces():
    assert theory.mt_m_inf(([0, 1, 5, 7], [3, 3, 9, 9]), 2, at=8) == close(
        theory.mt_m_inf(([0, 5], [3, 9]), 2, at=8)
    )


@pytest.mark.parametrize(
    ("service_mean", "at"), [(1, 30), (5, 3), (0.01, 500), (200, 100), (1, 8760)]
)
def test_mt_m_inf_follows_a_daily_wave(service_mean, at):
    omega = 2 * math.pi / 24
    lag = omega * service_mean
    wave = math.sin(omega * at) - lag * math.cos(omega * at) + lag * math.exp(-at / service_mean)
    present = 10 * service_mean * -math.expm1(-at / service_mean) + 6 * service_mean * wave / (
        1 + lag**2
    )
    assert theory.mt_m_inf(lambda t: 10 + 6 * math.sin(omega * t), service_mean, at) == close(
        present, rel=1e-9
    )


def test_mt_m_inf_integrates_a_jump_to_the_exact_value():
    exact = theory.mt_m_inf(([0, 3.3], [2, 7]), 1.5, at=6)
    assert theory.mt_m_inf(lambda t: 2 if t < 3.3 else 7, 1.5, at=6) == close(exact, rel=1e-8)


# Messages


OVERLOADED = [
    (
        lambda: theory.erlang_c(5.0, 4),
        "erlang_c: offered load 5.0 erlang on 4 servers does not settle; it must be below 4",
    ),
    (
        lambda: theory.mm1(2, 0.5),
        "mm1: offered load 1.0 erlang on 1 server does not settle; it must be below 1",
    ),
    (
        lambda: theory.mmc(30, 1, 20),
        "mmc: offered load 30.0 erlang on 20 servers does not settle; it must be below 20",
    ),
    (
        lambda: theory.mg1(0.3, 4, 0),
        "mg1: offered load 1.2 erlang on 1 server does not settle; it must be below 1",
    ),
    (
        lambda: theory.allen_cunneen(2, 1, 2, 1),
        "allen_cunneen: offered load 2.0 erlang on 2 servers does not settle; it must be below 2",
    ),
    (
        lambda: theory.priority_mmc([1, 2], 1, 2),
        "priority_mmc: offered load 3.0 erlang on 2 servers does not settle; it must be below 2",
    ),
    (
        lambda: theory.priority_mg1([0.1] * 10, [1] * 10, [1] * 10),
        "priority_mg1: offered load 1.0 erlang on 1 server does not settle; it must be below 1",
    ),
    (
        lambda: theory.jackson(
            [5, 0, 1],
            [[0, 1, 0], [0, 0, 0], [0, 0, 0]],
            [4, 5, 2],
            [1, 2, 1],
            ["hotline", "room", "clinic"],
        ),
        (
            "jackson: station 'hotline': offered load 5.0 erlang on 4 servers does not settle; it"
            " must be below 4\njackson: station 'room': offered load 10.0 erlang on 5 servers does"
            " not settle; it must be below 5"
        ),
    ),
]

WRONG = [
    (
        lambda: theory.erlang_b(-1, 2.5),
        (
            "erlang_b: offered: a finite number ≥ 0 wanted, got -1\nerlang_b: servers: a whole"
            " number ≥ 1 wanted, got 2.5"
        ),
    ),
    (lambda: theory.erlang_c(1, 0), "erlang_c: servers: a whole number ≥ 1 wanted, got 0"),
    (
        lambda: theory.mm1(0, math.nan),
        (
            "mm1: arrival_rate: a finite number above 0 wanted, got 0\n"
            "mm1: service_mean: a finite number above 0 wanted, got nan"
        ),
    ),
    (
        lambda: theory.mmc(math.inf, 1, True),
        (
            "mmc: arrival_rate: a finite number above 0 wanted, got inf\n"
            "mmc: servers: a whole number ≥ 1 wanted, got True"
        ),
    ),
    (
        lambda: theory.mmck(1, 1, 4, 3),
        "mmck: capacity: at least the 4 servers wanted (servers + places to wait), got 3",
    ),
    (
        lambda: theory.mm_inf("4", 1),
        "mm_inf: arrival_rate: a finite number above 0 wanted, got '4'",
    ),
    (lambda: theory.mg1(1, 0.5, -0.1), "mg1: service_sd: a finite number ≥ 0 wanted, got -0.1"),
    (
        lambda: theory.allen_cunneen(1, 1, 2, -1),
        "allen_cunneen: service_sd: a finite number ≥ 0 wanted, got -1",
    ),
    (
        lambda: theory.erlang_a(1, 1, 1, 0),
        "erlang_a: patience_mean: a finite number above 0 wanted, got 0",
    ),
    (
        lambda: theory.erlang_a(2, 1, 1, 1e8),
        (
            "erlang_a: patience_mean: less wanted, or a smaller load, got 100000000.0 h, "
            "with which more than 4194304 would wait"
        ),
    ),
    (
        lambda: theory.mm1(1, 0.5).wait_cdf(-1),
        "wait_cdf: hours: a finite number ≥ 0 wanted, got -1",
    ),
    (
        lambda: theory.mm1(1, 0.5).wait_percentile(90),
        "wait_percentile: share: at least 0 and below 1 wanted, got 90",
    ),
    (lambda: theory.mm_inf(1, 1).cdf(0.5), "cdf: number: a whole number ≥ 0 wanted, got 0.5"),
    (
        lambda: theory.mm_inf(1, 1).probability(-1),
        "probability: number: a whole number ≥ 0 wanted, got -1",
    ),
    (
        lambda: theory.priority_mmc([1, -2], 1, 4),
        "priority_mmc: arrival_rates[1]: a finite number ≥ 0 wanted, got -2",
    ),
    (
        lambda: theory.priority_mg1([1, 2], [1, 2, 3], [1, 1]),
        (
            "priority_mg1: arrival_rates, service_means, service_sds: one entry for each class"
            " wanted, got 2, 3 and 2"
        ),
    ),
    (lambda: theory.traffic([], []), "traffic: external: at least one station wanted"),
    (
        lambda: theory.traffic([1, 0], [[0, 1], [1, 0]], ["town room", "clinic"]),
        (
            "traffic: residents never leave from station 'town room', 'clinic'; every station that"
            " they reach must have a way out"
        ),
    ),
    (
        lambda: theory.jackson([1, 0], [[0.5, 0.1], [0, 1]], [9, 9], [1, 1]),
        (
            "jackson: residents never leave from station 1; every station that they reach must have"
            " a way out"
        ),
    ),
    (
        lambda: theory.traffic([1, 0], [[0, 0.7], [0.6, 0.6]]),
        "traffic: routing[1]: a sum of 1 or less wanted, got 1.2",
    ),
    (
        lambda: theory.traffic([1, 0], [[0, 0.5], [-0.5, 0]]),
        "traffic: routing[1][0]: a share from 0 to 1 wanted, got -0.5",
    ),
    (
        lambda: theory.traffic([1, 0], [[0, 0.5]]),
        "traffic: routing: 2 rows of 2 probabilities wanted, got rows of [2]",
    ),
    (
        lambda: theory.traffic([1], [[0]], ["a", "b"]),
        "traffic: names: 1 wanted, one for each station, got 2",
    ),
    (
        lambda: theory.jackson([1], [[0]], [1, 0], [1]),
        (
            "jackson: servers[1]: a whole number ≥ 1 wanted, got 0\n"
            "jackson: servers, service_means: 1 entries wanted, one for each station, got 2 and 1"
        ),
    ),
    (
        lambda: theory.mt_m_inf(7, 1, 1),
        "mt_m_inf: rate: a function or a pair (times, rates) wanted, got 7",
    ),
    (
        lambda: theory.mt_m_inf(([0, 2, 1], [1, 1, 1]), 1, 1),
        "mt_m_inf: times: an increasing list wanted, got [0, 2, 1]",
    ),
    (
        lambda: theory.mt_m_inf(([0, 1], [1]), 1, 1),
        "mt_m_inf: rate: as many times as rates wanted, at least one, got 2 and 1",
    ),
    (
        lambda: theory.mt_m_inf(([], []), 1, 1),
        "mt_m_inf: rate: as many times as rates wanted, at least one, got 0 and 0",
    ),
    (
        lambda: theory.mt_m_inf(([8], [-1]), 1, 9),
        "mt_m_inf: rates[0]: a finite number ≥ 0 wanted, got -1",
    ),
    (
        lambda: theory.mt_m_inf(([8], [1]), 1, 7),
        "mt_m_inf: at: 8 h, the start, or later wanted, got 7",
    ),
    (
        lambda: theory.mt_m_inf(lambda t: 1 - t, 1, 3),
        "mt_m_inf: rate: a finite number ≥ 0 wanted, got ",
    ),
    (
        lambda: theory.mt_m_inf(lambda t: 1 / abs(t - 0.51) ** 1.5, 1, 1),
        (
            "mt_m_inf: rate: a smooth function or (times, rates) wanted, got one that cannot be"
            " integrated from 0 to 1 h"
        ),
    ),
]


@pytest.mark.parametrize(("call", "message"), OVERLOADED + WRONG)
def test_the_message_says_who_wanted_what_and_got_what(call, message):
    with pytest.raises(TheoryError) as error:
        call()
    assert (
        str(error.value).startswith(message)
        if message.endswith("got ")
        else str(error.value) == message
    )


def test_a_theory_error_is_an_input_error_and_a_value_error():
    assert issubclass(TheoryError, InputError) and issubclass(TheoryError, ValueError)


def test_all_names_what_the_module_defines_in_public():
    defined = {
        name
        for name, thing in vars(theory).items()
        if not name.startswith("_") and getattr(thing, "__module__", None) == theory.__name__
    }
    assert set(theory.__all__) == defined
