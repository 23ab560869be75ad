"""A school screening in the tiny world of ``demand``: a hundred pupils in each zone, tested on
1 June of two years, of whom a tenth are in need.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from demand import PLAIN, cells, close, world

from simcap.building import overridden
from simcap.building.arrangement import described
from simcap.engine import simulate
from simcap.errors import ScenarioError
from simcap.study.plan import plan

TEST = (
    "{screening: {needs: [pupils], assessment: room, sensitivity: 80 %, specificity: 90 %,"
    " tested: 50 %, comes: 75 %, results: 2 weeks}}"
)


def told(made, replication, names, place="all"):
    frame = made.measures(5, replication, "compiled")
    here = frame[(frame["place"] == place) & (frame["group"] == "all")]
    return [float(here.loc[here["measure"] == name, "value"].iloc[0]) for name in names]


def test_those_found_ask_and_those_missed_stay_in_need(tmp_path):
    """Of 20 in need in two years half are tested, 80 % of them found, of whom 75 % come: six."""
    found = cells(world(tmp_path, TEST))
    close(
        found,
        {**PLAIN, **{("pupils", z): (20, 20 * 0.5 * 0.8 * 0.75) for z in ("City", "Village")}},
    )


def test_positives_are_binomial_and_the_false_ones_count_in_visits_alone(tmp_path):
    """Tested are 2 × 2 × 50: 20 in need, each comes with 0.6; 180 others, each with 0.075."""
    made = plan(overridden(world(tmp_path, TEST), {"pools.staff": "x50"}))
    names = [
        "people_screened",
        "screen_positives",
        "false_positives",
        "files",
        "file_share",
        "screen_positive_share",
    ]
    rows = np.array([told(made, r, names) for r in range(400)])
    tested, positive, falsely, files, share, positive_share = rows.T
    assert (tested == 200).all()
    assert (share == files / 200).all() and (positive_share == positive / 200).all()
    assert (positive == falsely + files).all()  # all who came have been attended
    for counted, number, chance in ((files, 20, 0.6), (falsely, 180, 0.075)):
        variance = number * chance * (1 - chance)
        assert abs(counted.mean() - number * chance) <= 3.5 * math.sqrt(variance / 400)
        assert abs(counted.var() - variance) <= 3.5 * variance * math.sqrt(2 / 400)


def test_the_falsely_positive_are_in_no_need_nor_covered(tmp_path):
    made = plan(overridden(world(tmp_path, TEST), {"pools.staff": "x50"}))
    for replication in range(5):
        frame = made.measures(5, replication, "compiled")
        wide = frame[frame["place"] == "all"].set_index(["measure", "group"])["value"]
        files = wide["files", "all"]
        assert wide["people_asking", "need: pupils"] == files
        asked = sum(wide["people_asking", f"need: {need}"] for need in ("adults", "pupils"))
        assert wide["people_asking", "all"] == asked
        # who comes to the room: adults, those in need, and the falsely positive
        run = simulate(made.network, made.spec.horizon, 5, replication, "compiled")
        visits = run.frame()
        room = visits[visits["station"].str.startswith("room") & (visits["joined"] < 17520)]
        falsely = room["stream"].str.startswith("falsely positive").sum()
        assert falsely == wide["false_positives", "all"]
        assert len(room) == wide["joined", "station: room"]


def test_results_come_after_a_while_and_the_false_ones_come_with_the_right(tmp_path):
    network = plan(world(tmp_path, TEST)).network
    june = 24.0 * 151
    for stream in network.arrivals:
        if stream.batches and "register" in stream.labels and not stream.labels["register"]:
            assert [row[0] for row in stream.batches] == [june + 336, june + 8760 + 336]


def test_a_test_that_errs_nowhere_is_the_wave_itself(tmp_path):
    block = "{screening: {needs: [pupils], assessment: room, sensitivity: 1, specificity: 1}}"

    def rows(mechanisms):
        made = plan(world(tmp_path, mechanisms))
        return simulate(made.network, made.spec.horizon, 2, 0, "compiled").read().tobytes()

    assert rows(block) == rows("{}")
    assert rows(f"{{screening: {{on: false, {TEST[13:-2]}}}}}") == rows("{}")


@pytest.mark.parametrize(
    "change, said",
    [
        ("needs: [adults]", "needs.0: a need with a `wave`, the test's date, wanted, got 'adults'"),
        ("assessment: hall", ""),
        ("assessment: lobby", "assessment: no station is called 'lobby'"),
        ("needs: []", "needs: at least one wanted, got none"),
    ],
)
def test_what_does_not_fit_is_one_line(tmp_path, change, said):
    key = change.split(":")[0]
    block = {
        "needs": "needs: [pupils]",
        "assessment": "assessment: room",
        "rest": "sensitivity: 80 %, specificity: 90 %",
    } | {key: change}
    text = f"{{screening: {{{', '.join(block.values())}}}}}"
    if not said:
        world(tmp_path, text)
        return
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, text)
    assert any(f"mechanisms.screening.{said}" in fault for fault in problem.value.faults)


def test_it_is_one_line_in_show(tmp_path):
    assert described(world(tmp_path, TEST))[1:] == [
        "screening: 50% of students are tested; of those in need 80% are found, of the others 10.0%"
        " falsely; after 14 days 75% of them come to room"
    ]
