"""The numbers of equations (1) to (4): what the document states, and what it leaves open.

What it leaves open is an argument like the others; its default is marked "assumed" and changes
nothing that the document says.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from simcap.errors import InputError
from simcap.lang import N_, _
from simcap.scenario.reader import did_you_mean

STATED, ASSUMED = N_("stated"), N_("assumed")
MOST = 1e12
_PERCENT = re.compile(r"([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)\s*%")


def _number(default, chinese, symbol, unit, status, note, least=0.0, most=MOST, above=False):
    """A field that lies from ``least`` to ``most``, or above ``least``."""
    about = {
        "chinese": chinese,
        "symbol": symbol,
        "unit": unit,
        "status": status,
        "note": note,
        "range": (least, most, above),
    }
    return field(default=default, metadata=about)


@dataclass(frozen=True)
class Parameters:
    """The numbers of equations (1) to (4). Shares and yearly growths are shares of 1; time is in
    years from the start. Raises ``InputError`` with a line for each number that cannot be.
    """

    initial_staff: float = _number(
        4000.0,
        "初始人力",
        "H0",
        "Unit",
        ASSUMED,
        N_("with F and T as much as the need at the start"),
    )
    staff_growth: float = _number(
        0.05, "人力年增长率", "rh", "1/Year", STATED, N_("5 % a year"), -1.0, 10.0, True
    )
    inputs_per_staff: float = _number(
        1.0, "设施技术人力比", "(F+T)/H", "Dmnl", ASSUMED, N_("only the ratio of F to T is stated")
    )
    facility_per_technology: float = _number(
        0.5, "设施技术比", "F/T", "Dmnl", STATED, N_("1:2"), 0.0, 1e6
    )
    initial_population: float = _number(
        100_000.0, "初始人口", "P0", "Person", ASSUMED, N_("no number given"), 0.0, MOST, True
    )
    population_growth: float = _number(
        0.01, "人口年增长率", "rp", "1/Year", STATED, N_("1 % a year"), -1.0, 10.0, True
    )
    initial_incidence: float = _number(
        0.08, "初始发病率", "λ0", "Dmnl", STATED, N_("8 %"), 0.0, 1.0, True
    )
    incidence_growth: float = _number(
        0.0,
        "发病率年增长率",
        "rλ",
        "1/Year",
        ASSUMED,
        N_("stands for the pressure index, of which no number is given"),
        -1.0,
        10.0,
        True,
    )
    collaboration: float = _number(
        0.6, "协作效率系数", "E", "Dmnl", STATED, N_("0.6; scenarios 0.4, 0.6, 0.8"), 0.0, 1.0
    )
    collaboration_rise: float = _number(
        0.0,
        "协作年增量",
        "rE",
        "1/Year",
        ASSUMED,
        N_("“rises year by year” has no number; the scenarios hold E"),
        0.0,
        1.0,
    )
    total_cost: float = _number(
        100.0, "总成本", "cost", "10000 CNY/Year", STATED, N_("100 × 10⁴ CNY a year")
    )
    cost_growth: float = _number(
        0.0,
        "总成本年增长率",
        "rc",
        "1/Year",
        ASSUMED,
        N_("only the first is stated"),
        -1.0,
        10.0,
        True,
    )
    recovery_base: float = _number(
        0.3, "康复率基数", "θ0", "Dmnl", STATED, N_("θ = 0.3 + 0.2 C"), 0.0, 1.0
    )
    recovery_gain: float = _number(
        0.2, "康复率增幅", "θ1", "Dmnl", STATED, N_("θ = 0.3 + 0.2 C"), -1.0, 1.0
    )
    quality_base: float = _number(
        60.0, "生活质量基数", "QOL0", "Point", STATED, N_("QOL = 60 + 10 C"), 0.0, 1e6
    )
    quality_gain: float = _number(
        10.0, "生活质量增幅", "QOL1", "Point", STATED, N_("QOL = 60 + 10 C"), -1e6, 1e6
    )
    years: float = _number(5, "FINAL TIME", "t", "Year", STATED, N_("t = 0 to 5"), 1, 100)

    def __post_init__(self):
        faults = [fault for each in fields(self) if (fault := _fault(each, self))]
        faults = faults or list(_over_the_years(self))
        if faults:
            raise InputError("\n".join(f"dynamics: {fault}" for fault in faults))

    def changed(self, **values) -> Parameters:
        """A copy with other ``values``."""
        return dataclasses.replace(self, **values)


FIELDS = {each.name: each for each in fields(Parameters)}
_NAMES = {
    name: each.name
    for each in FIELDS.values()
    for name in (each.metadata["symbol"], each.metadata["chinese"], each.name)
}
"""{a name, Chinese name or symbol: the parameter}."""


def parameter(name: str, where: str = "dynamics") -> str:
    """The parameter that is called ``name`` in English, in Chinese or by its symbol; ``where`` is
    named in the error.
    """
    if name in _NAMES:
        return _NAMES[name]
    chinese = [each.metadata["chinese"] for each in FIELDS.values()]
    hint = did_you_mean(name, FIELDS if name.isascii() else chinese)
    raise InputError(
        _("{where}: no parameter is called {name!r}{hint}", where=where, name=name, hint=hint)
    )


def with_values(base: Parameters, texts: Iterable[tuple[str, str]], where: str) -> Parameters:
    """``base`` with other numbers, as (name, text of the number); ``where`` and the name are said
    in errors.
    """
    values: dict[str, float] = {}
    for called, text in texts:
        name = parameter(called, f"{where} {called}")
        if name in values:
            raise InputError(
                _(
                    "{where} {called}: {name} is given twice",
                    where=where,
                    called=called,
                    name=names(name),
                )
            )
        values[name] = value_of(text, f"{where} {called}")
    return base.changed(**values)


def value_of(text: str, where: str) -> float:
    """The number that ``text`` is, as such or in percent; ``where`` is named in the error."""
    match = _PERCENT.fullmatch(text.strip())
    try:
        number = float(match[1]) / 100 if match else float(text)
    except ValueError:
        number = math.nan
    if not (text.isascii() and math.isfinite(number)):
        raise InputError(
            _("{where}: a number such as 0.05, or 5 %, wanted, got {got!r}", where=where, got=text)
        )
    return number


def names(name: str) -> str:
    """A parameter as messages call it."""
    return f"{name} ({FIELDS[name].metadata['chinese']})"


def _fault(each, parameters) -> str:
    """What is wrong with one number by itself."""
    value, (least, most, above) = getattr(parameters, each.name), each.metadata["range"]
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not (least < value if above else least <= value) or not value <= most:
        wanted = (
            _("a number above {least:g} and at most {most:g}", least=least, most=most)
            if above
            else _("a number from {least:g} to {most:g}", least=least, most=most)
        )
        divides = (
            _(": equation (3) divides by the demand")
            if each.name in ("initial_population", "initial_incidence") and value == 0
            else ""
        )
        return _(
            "{name}: {wanted} wanted, got {got!r}{divides}",
            name=names(each.name),
            wanted=wanted,
            got=value,
            divides=divides,
        )
    if each.name == "years" and value != int(value):
        return _("{name}: whole years wanted, got {got!r}", name=names(each.name), got=value)
    return ""


def _over_the_years(parameters: Parameters):
    """What is wrong with the numbers together."""
    years = range(int(parameters.years) + 1)
    share = [parameters.initial_incidence * (1 + parameters.incidence_growth) ** t for t in years]
    if max(share) > 1:
        year = next(t for t in years if share[t] > 1)
        yield (
            _(
                "{name}: an incidence of at most 1 in every year wanted, got {got:.4g}"
                " in year {year}",
                name=names("incidence_growth"),
                got=share[year],
                year=year,
            )
        )
    full = parameters.recovery_base + parameters.recovery_gain
    if min(parameters.recovery_base, full) < 0 or max(parameters.recovery_base, full) > 1:
        yield _(
            "{name}: a recovery from 0 to 1 at C = 1 wanted, got {got:.4g}",
            name=names("recovery_gain"),
            got=full,
        )
    best = parameters.quality_base + parameters.quality_gain
    if min(parameters.recovery_base, full) == 0 or min(parameters.quality_base, best) <= 0:
        yield (
            _(
                "{name}: θ and QOL above 0 at C = 0 and C = 1 wanted, since equation"
                " (4) divides by them, got θ = {recovery_base:g} and {full:g}, QOL ="
                " {quality_base:g} and {best:g}",
                name=names("recovery_base"),
                recovery_base=parameters.recovery_base,
                full=full,
                quality_base=parameters.quality_base,
                best=best,
            )
        )
