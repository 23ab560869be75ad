"""An event log in XES (IEEE 1849), for process mining: a trace a resident, an event for each thing
that happens at a station.

Start and end of an attendance are two activities («town course: starts», «town course: ends»), not
one with two lifecycles, which programmes would draw as a loop. Whoever is still there at the end of
the run has a last event that says so, and ``left`` false, so that open cases can be told from
others. Times are local without a zone: a zone would be taken off, and office hours with it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from simcap.engine.visits import LEFT, Outcome
from simcap.errors import InputError
from simcap.lang import _
from simcap.scenario.characters import unreadable
from simcap.tracing.traces import (
    ARRIVAL,
    DEPART,
    END,
    HOME,
    OPEN,
    QUEUE,
    START,
    Resident,
    Step,
    Trace,
)
from simcap.tracing.words import OUTCOMES

EXTENSIONS = {
    "Concept": ("concept", "http://www.xes-standard.org/concept.xesext"),
    "Time": ("time", "http://www.xes-standard.org/time.xesext"),
    "Lifecycle": ("lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    "Organizational": ("org", "http://www.xes-standard.org/org.xesext"),
}
ENDED = {
    Outcome.NO_SHOW: "did not come",
    Outcome.RENEGED: "gives up waiting",
    Outcome.BALKED: "finds it full",
    Outcome.DETERIORATED: "gets worse waiting",
    Outcome.FOUND: "is found",
}
"""The activity in which a visit ends, by its outcome, where it is not «ends»."""
AT_HOME = {"on the way": "arrives", "recovered": "is ill again", "not asked": "needs help no more"}
"""The same of a time at home whose clock has run out."""


def xes(trace: Trace, residents: Iterable[Resident], name: str = "simcap") -> bytes:
    """The log of ``residents`` as a file in UTF-8. ``InputError`` for a name that XML cannot
    hold.
    """
    text = io.StringIO()
    page = XMLGenerator(text, "utf-8", short_empty_elements=True)
    page.startDocument()
    _begin(page, "log", {"xes.version": "1.0", "xes.features": ""})
    for title, (prefix, uri) in EXTENSIONS.items():
        _begin(page, "extension", {"name": title, "prefix": prefix, "uri": uri})
        page.endElement("extension")
    _globals(page)
    _attribute(page, "string", "concept:name", name)
    _attribute(page, "string", "times", "local, without a zone")
    for resident in residents:
        _resident(page, trace, resident)
    page.endElement("log")
    page.endDocument()
    return text.getvalue().encode()


def _globals(page: XMLGenerator) -> None:
    """What every trace and every event has, and that events are told apart by their activity."""
    for scope, keys in (
        ("trace", ("concept:name",)),
        ("event", ("concept:name", "lifecycle:transition")),
    ):
        _begin(page, "global", {"scope": scope})
        for key in keys:
            _attribute(page, "string", key, "none")
        if scope == "event":
            _attribute(page, "date", "time:timestamp", "1970-01-01T00:00:00.000000")
        page.endElement("global")
    _begin(page, "classifier", {"name": "Activity", "keys": "concept:name"})
    page.endElement("classifier")


def _resident(page: XMLGenerator, trace: Trace, resident: Resident) -> None:
    labels = trace.labels(resident)
    left = trace.visits["next"][resident.visits[-1]] == LEFT
    _begin(page, "trace")
    _attribute(page, "string", "concept:name", resident.id)
    _attribute(page, "string", "stream", trace.stream(resident))
    _attribute(page, "int", "number", str(resident.number))
    for key in ("need", "group", "severity", "zone", "kind"):
        _attribute(page, "string", key, labels.get(key) or "none")
    _attribute(page, "boolean", "left", str(bool(left)).lower())
    for step in trace.steps(resident):
        for activity, attributes in _events(trace, step):
            _begin(page, "event")
            _attribute(page, "string", "concept:name", activity)
            _attribute(page, "string", "lifecycle:transition", "complete")
            at = trace.date(step.at).isoformat(timespec="microseconds")
            _attribute(page, "date", "time:timestamp", at)
            for key, value in attributes.items():
                _attribute(page, "int" if type(value) is int else "string", key, str(value))
            page.endElement("event")
    page.endElement("trace")


def _begin(page: XMLGenerator, name: str, attributes: dict[str, str] | None = None) -> None:
    page.startElement(name, AttributesImpl(attributes or {}))


def _attribute(page: XMLGenerator, kind: str, key: str, value: str) -> None:
    if found := unreadable(value):
        raise InputError(
            _(
                "trace: names that XML can hold wanted, got {got} in {value!r}",
                got=found,
                value=value,
            )
        )
    _begin(page, kind, {"key": key, "value": value})
    page.endElement(kind)


def _events(trace: Trace, step: Step) -> Iterator[tuple[str, dict]]:
    """(activity, attributes) of each event of ``step``; being at home between visits is none."""
    if step.what in (ARRIVAL, DEPART):
        yield ("comes" if step.what == ARRIVAL else "leaves"), {}
        return
    if step.what == HOME:
        return
    row, place = trace.visits[step.visit], trace.place(step.visit)
    outcome = Outcome(int(row["outcome"]))
    attributes: dict = {
        "station": place.desk,
        "session": int(row["session"]),
        "need": place.need or "none",
    }
    seats = trace.seats[step.visit]
    if step.what in (END, OPEN):
        attributes["outcome"] = OUTCOMES[int(outcome)]
    if seats and step.what != QUEUE:
        pools = trace.network.pools
        named = [f"{pools[seat.pool].name} {seat.chair}" for seat in seats]
        attributes["org:resource"] = ", ".join(named)
    said = _activity(step.what, outcome, place.home)
    yield (said if place.home else f"{place.kind}: {said}"), attributes


def _activity(what: str, outcome: Outcome, home: str) -> str:
    if what == OPEN:
        still = {Outcome.WAITING: "waiting", Outcome.ATTENDED: "attended"}
        return f"end of the run, {home or still.get(outcome, 'between visits')}"
    if what in (QUEUE, START):
        return home or ("waits" if what == QUEUE else "starts")
    if home and outcome == Outcome.RENEGED:
        return AT_HOME[home]
    return ENDED.get(outcome, "ends")
