"""What the network says of a part that a planner wrote, in the language chosen.

``simcap.network`` speaks English, to programmers. ``ranges`` finds most of what it would refuse;
what still comes from there (the edges of a distribution, a run that would never end) is recognised
here, as ``lang.sentences`` does with stored ones. What is not known stays English.
"""

from __future__ import annotations

from simcap.lang import N_, _
from simcap.lang.sentences import recognised, worded

SAID = (
    N_("low ≤ mode ≤ high and low < high wanted, got {low}, {mode}, {high}"),
    N_("low < high wanted, got {low}, {high}"),
    N_("high > low wanted, got {high} and {low}"),
    N_("nothing of the normal distribution lies between low and high"),
    N_("as many means as probabilities wanted, and at least one"),
    N_("as many weights as values wanted, and at least one"),
    N_("at most {most} residents at one moment wanted, got {got}"),
    N_(
        "about {number} sessions and joinings expected within {hours} h, and {all} of all streams"
        " together: at most {most} wanted"
    ),
)
_OF_A_FIELD = N_("{field}: {wanted} wanted, got {got}")
WANTED = (
    N_("a finite number"),
    N_("a finite number above 0"),
    N_("a finite number ≥ 0"),
    N_("hours from a microsecond to 200 years"),
    N_("from a millionth of the mean to 100 times the mean"),
    N_("at most 200 years"),
    N_("from 0.15 to 1000"),
    N_("a sum of 1"),
)
"""What may be wanted of a field of a distribution."""


def in_words(fault: str) -> str:
    """A ``fault`` of the network, without who says it, in the language chosen."""
    if found := recognised(fault, SAID):
        return worded(*found)
    found = recognised(fault, (_OF_A_FIELD,))
    if found is None or found[1]["wanted"] not in WANTED:
        return fault
    return _(_OF_A_FIELD, **{**found[1], "wanted": _(found[1]["wanted"])})
