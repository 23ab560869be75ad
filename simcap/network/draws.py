"""Keyed draws: a resident keeps their own luck, whatever else changes.

A draw is not the next number of a stream; it is a function of who asks and what for. Philox 4×64-10
(Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3") turns a key of two words, (seed,
replication), and a counter of four, (hash of the arrival stream's name, resident, hash of the
station's name, occasion·2³² + block), into four words, and a word into u = ((word >> 11) + 0.5) ·
2⁻⁵³. So adding a station, a zone or a place moves nobody else's draws, and two staffings are
compared on the same residents.

The occasion counts this resident's joinings and sessions at this station from 0. What each word of
a block is for stands in the table below; blocks from 2 on serve those distributions that need more
than one uniform. Draws of an arrival stream itself (times, first station) have 0 in the station's
place, the random picks of a pool have the pool's hash and the pick's number in the stream's and
resident's, and 1 in the station's. What else is drawn in each replication (which stream goes first
among equals, which posts fall empty, which of two pools alike a floating place goes to, how an
episode ends) has words of its own, named below.

The functions named in ``KERNELS`` are written in Numba's subset, take and return scalars, and use
``math`` only (NumPy's logarithm differs from it in the last bit), so that CPython and machine code
give equal bits.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np

# What the words of the first two blocks are for.
SERVICE, PATIENCE, ROUTING, NO_SHOW = 0, 1, 2, 3  # block 0
DETERIORATION, DELAY, DROP_OUT, REDIAL = 4, 5, 6, 7  # block 1
FIRST_EXTRA_BLOCK = 2
USES = 8
WHOM, WHETHER_FOUND = DROP_OUT, REDIAL  # of a visit that finds, which has one session and is over

NO_STATION = 0
"""The station's word in draws that belong to an arrival stream."""
PICK = 1
"""The station's word in a pool's random picks."""
TURN = 2
"""The station's word in the order of arrival streams among equals."""
VACANCY = 3
"""The station's word in what becomes of a post."""
EQUALS = 4
"""The station's word in which of several equal pools a station asks first."""
BATCH = 5
"""The station's word in how a batch of a fractional size is rounded."""
EPISODE = 6
"""The station's word in how a resident's episode ends; episodes count as occasions, from 0."""
RESERVED = {NO_STATION, PICK, TURN, VACANCY, EQUALS, BATCH, EPISODE}
"""Words that no name's hash may be."""
OF_A_REVIEW = -1
"""The occasion in what a review draws: its name's hash and its number stand in the stream's and
resident's words, a pool's hash in the station's.
"""

# Kinds of distribution; parameters a, b, c as in `distributions`.
(
    DETERMINISTIC,
    EXPONENTIAL,
    ERLANG,
    GAMMA,
    LOGNORMAL,
    TRIANGULAR,
    UNIFORM,
    TRUNCATED_NORMAL,
    WEIBULL,
    HYPEREXPONENTIAL,
    EMPIRICAL,
    NEVER,
) = range(12)

TICKS = 3.6e9
LAST = 2**63 - 1

_M0 = np.uint64(0xD2E7470EE14C6C93)
_M1 = np.uint64(0xCA5A826395121157)
_W0 = np.uint64(0x9E3779B97F4A7C15)
_W1 = np.uint64(0xBB67AE8584CAA73B)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_11 = np.uint64(11)

KERNELS = (
    "_high",
    "philox",
    "words",
    "uniforms",
    "luck",
    "normal",
    "_more",
    "erlang",
    "gamma",
    "triangular",
    "by_table",
    "draw",
    "duration",
    "renewal_arrival",
    "renewal_block",
    "poisson_arrival",
    "poisson_block",
)

INLINED = (
    "_high",
    "philox",
    "words",
    "uniforms",
    "triangular",
    "by_table",
    "draw",
    "duration",
    "renewal_arrival",
    "poisson_arrival",
)
"""Those that become part of who calls them (see ``jit``)."""


def name_key(name: str) -> int:
    """The first 64 bits of SHA-256 of ``name`` in UTF-8, as a signed integer (what the kernels
    take).
    """
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little", signed=True)


def uniform(
    seed: int,
    replication: int,
    stream: str,
    resident: int,
    station: str,
    occasion: int = 0,
    block: int = 0,
) -> tuple:
    """The four uniforms in (0, 1] of one ``block``, by names: the documented face of the draws."""
    from simcap.network import draws, jit

    return jit.compiled(draws).uniforms(
        seed, replication, name_key(stream), resident, name_key(station), occasion, block
    )


# ---- kernels -------------------------------------------------------------------------------------


def _high(a, b):
    """The upper 64 bits of the product of two unsigned 64-bit words."""
    a0, a1, b0, b1 = a & _LOW, a >> _32, b & _LOW, b >> _32
    middle = a1 * b0 + ((a0 * b0) >> _32)
    cross = a0 * b1 + (middle & _LOW)
    return a1 * b1 + (middle >> _32) + (cross >> _32)


def philox(c0, c1, c2, c3, k0, k1):
    """Four words from counter (c0, c1, c2, c3) and key (k0, k1), all unsigned: ten rounds of Philox
    4×64.
    """
    for _ in range(10):
        h0, l0 = _high(_M0, c0), _M0 * c0
        h1, l1 = _high(_M1, c2), _M1 * c2
        c0, c1, c2, c3 = h1 ^ c1 ^ k0, l1, h0 ^ c3 ^ k1, l0
        k0 += _W0
        k1 += _W1
    return c0, c1, c2, c3


def words(seed, replication, stream, resident, station, occasion, block):
    """The four words of one block; all arguments are signed 64-bit integers."""
    place = (np.int64(occasion) << np.int64(32)) + np.int64(block)
    return philox(
        np.int64(stream).view(np.uint64),
        np.int64(resident).view(np.uint64),
        np.int64(station).view(np.uint64),
        np.int64(place).view(np.uint64),
        np.int64(seed).view(np.uint64),
        np.int64(replication).view(np.uint64),
    )


def uniforms(seed, replication, stream, resident, station, occasion, block):
    """The four uniforms of one block."""
    w0, w1, w2, w3 = words(seed, replication, stream, resident, station, occasion, block)
    scale = 1.1102230246251565e-16
    return (
        (np.float64(w0 >> _11) + 0.5) * scale,
        (np.float64(w1 >> _11) + 0.5) * scale,
        (np.float64(w2 >> _11) + 0.5) * scale,
        (np.float64(w3 >> _11) + 0.5) * scale,
    )


def luck(seed, replication, stream, resident, station, occasion):
    """One uniform, by which equals are put in order: the least goes first."""
    return uniforms(seed, replication, stream, resident, station, occasion, 0)[0]


def normal(u):
    """The standard normal quantile of ``u`` (Wichura 1988, algorithm AS 241, relative error about
    1e-16).
    """
    u = min(u, 0.9999999999999999)
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (
            (
                (
                    (
                        (
                            (2509.0809287301226727 * r + 33430.575583588128105) * r
                            + 67265.770927008700853
                        )
                        * r
                        + 45921.953931549871457
                    )
                    * r
                    + 13731.693765509461125
                )
                * r
                + 1971.5909503065514427
            )
            * r
            + 133.14166789178437745
        ) * r + 3.387132872796366608
        bottom = (
            (
                (
                    (
                        (
                            (5226.495278852545925 * r + 28729.085735721942674) * r
                            + 39307.89580009271061
                        )
                        * r
                        + 21213.794301586595867
                    )
                    * r
                    + 5394.1960214247511077
                )
                * r
                + 687.1870074920579083
            )
            * r
            + 42.313330701600911252
        ) * r + 1.0
        return q * top / bottom
    r = math.sqrt(-math.log(min(u, 1.0 - u)))
    if r <= 5.0:
        r -= 1.6
        top = (
            (
                (
                    (
                        (
                            (7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r
                            + 0.24178072517745061177
                        )
                        * r
                        + 1.27045825245236838258
                    )
                    * r
                    + 3.64784832476320460504
                )
                * r
                + 5.7694972214606914055
            )
            * r
            + 4.6303378461565452959
        ) * r + 1.42343711074968357734
        bottom = (
            (
                (
                    (
                        (
                            (1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r
                            + 0.0151986665636164571966
                        )
                        * r
                        + 0.14810397642748007459
                    )
                    * r
                    + 0.68976733498510000455
                )
                * r
                + 1.6763848301838038494
            )
            * r
            + 2.05319162663775882187
        ) * r + 1.0
    else:
        r -= 5.0
        top = (
            (
                (
                    (
                        (
                            (2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
                            + 0.0012426609473880784386
                        )
                        * r
                        + 0.026532189526576123093
                    )
                    * r
                    + 0.29656057182850489123
                )
                * r
                + 1.7848265399172913358
            )
            * r
            + 5.4637849111641143699
        ) * r + 6.6579046435011037772
        bottom = (
            (
                (
                    (
                        (
                            (2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r
                            + 1.8463183175100546818e-5
                        )
                        * r
                        + 7.868691311456132591e-4
                    )
                    * r
                    + 0.0148753612908506148525
                )
                * r
                + 0.13692988092273580531
            )
            * r
            + 0.59983220655588793769
        ) * r + 1.0
    return math.copysign(top / bottom, q)


def _more(use, round_, seed, replication, stream, resident, station, occasion):
    """Four further uniforms for ``use`` (SERVICE, PATIENCE …), the ``round_``-th time they are
    asked for.
    """
    return uniforms(
        seed,
        replication,
        stream,
        resident,
        station,
        occasion,
        FIRST_EXTRA_BLOCK + use + USES * round_,
    )


def erlang(phases, u, use, seed, replication, stream, resident, station, occasion):
    """The sum of ``phases`` unit exponentials, the first of them from ``u``."""
    total = -math.log(u)
    left, round_ = phases - 1, 0
    while left > 0:
        block = _more(use, round_, seed, replication, stream, resident, station, occasion)
        for word in block:
            if left > 0:
                total -= math.log(word)
                left -= 1
        round_ += 1
    return total


def gamma(shape, u, use, seed, replication, stream, resident, station, occasion):
    """A gamma variate of scale 1 (Marsaglia and Tsang 2000), its first normal from ``u``."""
    boosted = shape + 1.0 if shape < 1.0 else shape
    d = boosted - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    factor, value, round_ = 1.0, -1.0, 0
    while value < 0.0:
        fresh, accept, power, _ = _more(
            use, round_, seed, replication, stream, resident, station, occasion
        )
        if round_ == 0 and shape < 1.0:
            factor = math.exp(math.log(power) / shape)
        x = normal(u if round_ == 0 else fresh)
        v = (1.0 + c * x) ** 3
        if v > 0.0 and (
            accept < 1.0 - 0.0331 * x * x * x * x
            or math.log(accept) < 0.5 * x * x + d - d * v + d * math.log(v)
        ):
            value = d * v
        round_ += 1
    return value * factor


def triangular(low, mode, high, u):
    """The quantile ``u`` of a triangular distribution."""
    if u * (high - low) < mode - low:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))


def by_table(table, u):
    """The row of ``table`` ((n, 2): cumulative probability, value) that ``u`` falls in, and the
    share of the row passed.
    """
    low, high = 0, table.shape[0] - 1
    while low < high:
        middle = (low + high) >> 1
        if u > table[middle, 0]:
            low = middle + 1
        else:
            high = middle
    before = table[low - 1, 0] if low > 0 else 0.0
    return low, (u - before) / (table[low, 0] - before)


def draw(kind, a, b, c, table, u, use, seed, replication, stream, resident, station, occasion):
    """Hours, by inverse transform of ``u`` where there is one; ``use`` says which extra blocks are
    this draw's own.
    """
    if kind == DETERMINISTIC:
        return a
    if kind == EXPONENTIAL:
        return -a * math.log(u)
    if kind == ERLANG:
        return a * erlang(
            np.int64(b), u, use, seed, replication, stream, resident, station, occasion
        )
    if kind == GAMMA:
        return a * gamma(b, u, use, seed, replication, stream, resident, station, occasion)
    if kind == LOGNORMAL:
        return math.exp(a + b * normal(u))
    if kind == TRIANGULAR:
        return triangular(a, b, c, u)
    if kind == UNIFORM:
        return a + (b - a) * u
    if kind == TRUNCATED_NORMAL:
        row, share = by_table(table, u)
        return max(0.0, a + b * normal(table[row, 1] + c * share))
    if kind == WEIBULL:
        return a * math.exp(math.log(-math.log(u)) / b) if u < 1.0 else 0.0
    if kind == HYPEREXPONENTIAL:
        row, share = by_table(table, u)
        return -table[row, 1] * math.log(share)
    if kind == EMPIRICAL:
        row, share = by_table(table, u)
        return table[row, 1]
    return math.inf


def duration(
    kind, a, b, c, table, u, factor, use, seed, replication, stream, resident, station, occasion
):
    """``draw`` times ``factor``, in whole microseconds; what lasts longer than the clock can tell
    lasts for ever.
    """
    exact = (
        factor
        * draw(kind, a, b, c, table, u, use, seed, replication, stream, resident, station, occasion)
        * TICKS
    )
    if exact >= 9.2e18:
        return np.int64(LAST)
    return np.int64(math.floor(exact + 0.5))


def renewal_arrival(at, resident, kind, a, b, c, table, seed, replication, stream):
    """The arrival time (microseconds) of ``resident`` of a renewal stream, when ``at`` is that of
    the one before.
    """
    u = uniforms(seed, replication, stream, resident, NO_STATION, 0, 0)[SERVICE]
    gap = duration(
        kind, a, b, c, table, u, 1.0, SERVICE, seed, replication, stream, resident, NO_STATION, 0
    )
    return LAST if gap >= LAST - at else at + gap


def renewal_block(out, first, at, kind, a, b, c, table, seed, replication, stream):
    """Fill ``out`` with the arrival times of residents ``first``, ``first`` + 1 … of a renewal
    stream; returns the last.
    """
    for i in range(out.shape[0]):
        at = renewal_arrival(at, first + i, kind, a, b, c, table, seed, replication, stream)
        out[i] = at
    return at


def poisson_arrival(
    total, piece, last, resident, per_hour, starts, shape, done, seed, replication, stream
):
    """(time in microseconds, total, piece) of the arrival of ``resident`` in a Poisson stream whose
    rate is ``per_hour`` × a piecewise constant shape.

    Piece i of the shape begins at ``starts[i]`` hours with value ``shape[i]`` when its integral
    from 0 is ``done[i]``; piece ``last`` has no end. ``total`` is the sum of unit exponentials up
    to the arrival before and ``piece`` where it lies. The cumulative rate is inverted exactly: no
    arrival is placed by the rate at the one before.
    """
    total -= math.log(uniforms(seed, replication, stream, resident, NO_STATION, 0, 0)[SERVICE])
    wanted = total / per_hour if per_hour > 0.0 else math.inf
    while piece < last and done[piece + 1] < wanted:
        piece += 1
    exact = math.inf
    if shape[piece] > 0.0:
        exact = (starts[piece] + (wanted - done[piece]) / shape[piece]) * TICKS
    return LAST if exact >= 9.2e18 else np.int64(math.floor(exact + 0.5)), total, piece


def poisson_block(
    out, first, total, piece, per_hour, starts, shape, done, seed, replication, stream
):
    """Fill ``out`` with the arrival times of residents ``first``, ``first`` + 1 … of a Poisson
    stream; returns ``total`` and ``piece`` of ``poisson_arrival`` as they stand after the last.
    """
    last = starts.shape[0] - 1
    for i in range(out.shape[0]):
        out[i], total, piece = poisson_arrival(
            total, piece, last, first + i, per_hour, starts, shape, done, seed, replication, stream
        )
    return total, piece
