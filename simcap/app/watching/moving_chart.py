"""The picture of residents on their way, drawn by vidigi: a row for each station, the queue on the
left, its front first, and who is with the staff on the right; below, who is at home and who has
left.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import pandas as pd

from simcap.app.watching.charts import CONTROLS, base, bold, plain, player, sign
from simcap.app.watching.counts import Watched
from simcap.app.watching.moving import Moving, snapshots
from simcap.lang import N_, _
from simcap.plots.theme import ALARM, COLOURS, GREY, INK, shortened
from simcap.scenario.fields import SEPARATOR
from simcap.tracing.event_log import AT_HOME

ABREAST, GAP = 10, 13
"""So many stand in a line, so far from each other."""
FRONT, SEATS, WIDTH = 6, 164, 310
"""Where a queue's front and a pool's first seat are, and how wide the picture is."""
LINE = 20
"""Pixels of a line of people, or of letters."""
SIGNS = {
    "mild": ("●", COLOURS[0], N_("mild")),
    "moderate": ("▲", "#cc7a00", N_("moderate")),
    "severe": ("■", ALARM, N_("severe")),
    "crisis": ("◆", INK, N_("crisis")),
}
OTHER = ("○", GREY, N_("other"))
NO_SHOW = "✕"
"""The sign of each severity, for those who cannot tell the colours; of any other word, ○."""


@dataclass(frozen=True)
class Spot:
    """Where the people of an ``event`` stand: the first at (x, y); ``label`` is written above them,
    ``lines`` of them.
    """

    event: str
    label: str
    x: int
    y: int
    lines: int


PLACING: dict[str, Any] = {
    "gap_between_entities": GAP,
    "gap_between_resources": GAP,
    "gap_between_queue_rows": 1,
    "gap_between_resource_rows": 1,
    "wrap_queues_at": ABREAST,
    "wrap_resources_at": ABREAST,
    "queue_direction": "right",
    "spawn_in_from_arrival": False,
}
"""How vidigi places signs: newcomers appear where they queue, at the moment at which they come."""


def chart(watched: Watched, made: Moving) -> dict[str, Any]:
    """The picture of ``made``."""
    from vidigi.animation import generate_animation
    from vidigi.prep import generate_animation_df

    drawn = snapshots(made)
    spots = _spots(watched, made.zone, drawn)
    positions = pd.DataFrame([{"event": s.event, "x": s.x, "y": s.y, "label": ""} for s in spots])
    top = max(spot.y + spot.lines + 1 for spot in spots) + 1
    most = 10 * max(1, -(-len(made.shown) // 10))
    placed = generate_animation_df(drawn, positions, step_snapshot_max=most, **PLACING)
    painted = generate_animation(
        _painted(watched, made, placed, spots),
        positions,
        simulation_time_unit="minutes",
        plotly_height=top * LINE + CONTROLS,
        override_x_max=WIDTH,
        override_y_max=top,
        time_display_units="%Y-%m-%d %H:%M",
        start_date=str(watched.trace.start),
        display_stage_labels=False,
        queue_direction="right",
        entity_icon_size=15,
        entity_colour_by="severity",
        entity_colour_map={name: hue for name, (_glyph, hue, _word) in _signs().items()},
        show_entity_legend=False,
        hover_text_entity="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
        custom_hover_data=["entity_id", "said"],
    )
    return _dressed(painted.to_dict(), spots, top, _liveliest(drawn))


def _signs() -> dict[str, tuple[str, str, str]]:
    return {**SIGNS, "other": OTHER}


def severities(watched: Watched, made: Moving) -> dict[str, str]:
    """{resident: severity} of those who are drawn, «other» where it is a word of the scenario's."""
    said = {r.id: watched.trace.labels(r).get("severity", "") for r in made.shown}
    return {name: word if word in SIGNS else "other" for name, word in said.items()}


def key_of(watched: Watched, made: Moving) -> str:
    """The signs of those who are drawn, and what they mean, as HTML."""
    there = set(severities(watched, made).values())
    said = [sign(*_signs()[name][:2], _(_signs()[name][2])) for name in _signs() if name in there]
    return "&emsp;".join([*said, sign(NO_SHOW, INK, _("did not come"))])


def _painted(
    watched: Watched, made: Moving, placed: pd.DataFrame, spots: list[Spot]
) -> pd.DataFrame:
    """``placed`` with the sign of each resident, and what is said of those at whom one points."""
    severity = placed["entity_id"].map(severities(watched, made))
    labels = {spot.event: spot.label for spot in spots}
    begin = datetime.datetime.combine(watched.trace.start, datetime.time())
    since = placed["time"].map(lambda t: f"{begin + datetime.timedelta(minutes=t):%m-%d %H:%M}")
    where = placed["event"].map(labels).fillna("")
    need = placed["need"].fillna("").map(plain)
    signs = severity.map({name: glyph for name, (glyph, _hue, _word) in _signs().items()})
    absent = (placed["event_type"] == "resource_use") & (placed["outcome"] == "no_show")
    return placed.assign(
        severity=severity,
        icon=signs.mask(absent, NO_SHOW),
        said=need + "<br>" + where + "<br>" + _("since {time}", time="") + since,
    )


def _spots(watched: Watched, zone: str, drawn: pd.DataFrame) -> list[Spot]:
    """Where everybody stands, from below: home and exit, then the stations, the last first."""
    most = drawn.groupby(["event", "snapshot_time"]).size().groupby("event").max().to_dict()
    seats = drawn.groupby("event")["resource_id"].max().dropna().astype(int).to_dict()
    lines = {event: -(-max(count, seats.get(event, 0)) // ABREAST) for event, count in most.items()}
    rows = [[(AT_HOME, _("at home, or on the way"), FRONT), ("depart", _("has left"), SEATS)]]
    rows += reversed(_rows(watched, zone, set(lines)))
    spots, y = [Spot("arrival", "", 0, 0, 0)], 1
    for row in rows:
        spots += [Spot(name, plain(said), x, y, lines.get(name, 1)) for name, said, x in row]
        y += max(lines.get(name, 1) for name, _said, _x in row) + 1
    return spots


def _rows(watched: Watched, zone: str, events: set[str]) -> list[list[tuple[str, str, int]]]:
    """(event, label, x) of each station's queue and of the staff there, those of ``events``: who
    attends at several stations stands at the first. The ``zone`` that is shown goes without saying.
    """

    def short(name: str) -> str:
        return shortened(name.removesuffix(f"{SEPARATOR}{zone}"), 24)

    pools, rows = watched.trace.network.pools, []
    left = {event for event in events if not event.startswith(("at home", "queue: "))}
    left -= {"depart", "arrival"}
    for desk in watched.desks.values():
        queue, names = f"queue: {desk.name}", [pools[pool].name for pool in desk.pools]
        mine = [name for name in names if name in left]
        left -= set(mine)
        if queue in events or mine:
            rows.append([(queue, short(desk.name), FRONT)])
            rows[-1] += [(name, short(name), SEATS) for name in mine[:1]]
            rows += [[(name, short(name), SEATS)] for name in mine[1:]]
    return rows + [[(name, short(name), SEATS)] for name in sorted(left)]


def _liveliest(drawn: pd.DataFrame) -> int:
    """Which moment has most residents with the staff, of equals the first."""
    attended = (drawn["event_type"] == "resource_use").groupby(drawn["snapshot_time"]).sum()
    return int(attended.to_numpy().argmax())


def _dressed(painted: dict[str, Any], spots: list[Spot], top: int, active: int) -> dict[str, Any]:
    """The picture with labels, and with the controls that the others have; at first it shows the
    ``active`` moment.
    """
    names = [frame["name"] for frame in painted["frames"]]
    hidden = {"visible": False, "fixedrange": True}
    labels = [_label(s.label, s.x, s.y + s.lines - 0.35) for s in spots if s.label]
    heads = ((_("Waiting"), FRONT), (_("With the staff"), SEATS))
    labels += [_label(bold(said), x, top - 1) for said, x in heads]
    layout = {
        **base(),
        **player([name[5:] for name in names], active, 450, 350),
        "height": top * LINE + CONTROLS + 8,
        "margin": {"l": 4, "r": 4, "t": 8, "b": CONTROLS},
        "xaxis": {**hidden, "range": [0, WIDTH]},
        "yaxis": {**hidden, "range": [0, top]},
        "annotations": labels,
    }
    frames = [{**frame, "name": frame["name"][5:]} for frame in painted["frames"]]
    return {"data": frames[active]["data"], "frames": frames, "layout": layout}


def _label(text: str, x: float, y: float) -> dict[str, Any]:
    return {
        "text": text,
        "x": x - 5,
        "y": y,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 11.5, "color": INK},
    }
