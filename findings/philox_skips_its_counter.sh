#!/bin/sh
# Philox is a function of a key and a counter, so that a draw can be asked for by who it is for. But
# numpy.random.Philox(counter=c) begins with the block of c + 1: the one that was asked for never
# comes, at counter 0 as little as anywhere. A second implementation of the published function, for
# a faster engine, gives other numbers at every counter, all of them as random as the right ones.
# It hurts: common random numbers over two engines or languages; no statistic shows the difference.
# simcap: simcap/network/draws.py has the published function; tests/parts/test_draws.py,
# test_words_are_numpys_philox_bit_for_bit, compares it with NumPy's at the counter before.
set -eu
unset PYTHONPATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np

WORD = 2**64 - 1


def block(counter, key=0):
    """Philox 4x64-10 as published: four words of a counter of 256 bits and a key of 128."""
    a, b, c, d = (counter >> shift & WORD for shift in (0, 64, 128, 192))
    k, m = key & WORD, key >> 64
    for _ in range(10):
        p, q = a * 0xD2E7470EE14C6C93, c * 0xCA5A826395121157
        a, b, c, d = q >> 64 ^ b ^ k, q & WORD, p >> 64 ^ d ^ m, p & WORD
        k, m = k + 0x9E3779B97F4A7C15 & WORD, m + 0xBB67AE8584CAA73B & WORD
    return [a, b, c, d]


print("NumPy", np.__version__)
for counter in (0, 1, 12345, 2**256 - 1):
    drawn = np.random.Philox(key=0, counter=counter).random_raw(4).tolist()
    here, following = block(counter), block((counter + 1) % 2**256)
    print(f"counter {counter:.6g}: NumPy {drawn[0]:016x}, published {here[0]:016x},"
          f" of the counter after {following[0]:016x}")
    assert drawn == following != here
PYTHON
