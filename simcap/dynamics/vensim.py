"""The model as a Vensim file (.mdl) with the document's Chinese names; a user's values from one.

Vensim and PySD ask of such a file: UTF-8 and says so in its first line; names without brackets,
hyphens or symbols; half-width digits and signs; growth as a power of Time, since a stock in steps
of a quarter would compound four times a year. A demand of 0, which simcap refuses, would be a
coverage of 1 there (XIDZ).
"""

from __future__ import annotations

import re
from pathlib import Path

from simcap.dynamics.parameters import FIELDS, STATED, Parameters
from simcap.errors import InputError
from simcap.lang import _
from simcap.scenario.reader import did_you_mean

EQUATIONS = {
    "人力": ("初始人力*(1+人力年增长率)^Time", "Unit", "H(t)"),
    "设施": ("人力*设施技术人力比*设施技术比/(1+设施技术比)", "Unit", "F(t)"),
    "技术": ("人力*设施技术人力比/(1+设施技术比)", "Unit", "T(t)"),
    "资源投入量": ("人力+设施+技术", "Unit", "R(t), 公式(1)"),
    "人口": ("初始人口*(1+人口年增长率)^Time", "Person", "P(t)"),
    "发病率": ("初始发病率*(1+发病率年增长率)^Time", "Dmnl", "λ(t)"),
    "服务需求": ("人口*发病率", "Person", "D(t), 公式(2): 人数, 不是增长率"),
    "协作效率": ("MIN(协作效率系数+协作年增量*Time, 1)", "Dmnl", "E(t)"),
    "服务覆盖率": ("MIN(XIDZ(资源投入量*协作效率, 服务需求, 1), 1)", "Dmnl", "C(t), 公式(3)"),
    "康复率": ("康复率基数+康复率增幅*服务覆盖率", "Dmnl", "θ(t)"),
    "生活质量评分": ("生活质量基数+生活质量增幅*服务覆盖率", "Point", "QOL(t)"),
    "年度总成本": ("总成本*(1+总成本年增长率)^Time", "10000 CNY/Year", "总成本(t)"),
    "成本效益比": ("年度总成本/(康复率*生活质量评分)", "10000 CNY/Year/Point", "CBR(t), 公式(4)"),
}
"""{variable: (equation, unit, what it is)}, each in terms of those before it and of parameters."""
RESULTS = {
    "资源投入量": "resources",
    "服务需求": "demand",
    "服务覆盖率": "coverage",
    "康复率": "recovery",
    "生活质量评分": "quality_of_life",
    "成本效益比": "cost_benefit_ratio",
}
"""{variable: its name in a ``Trajectory``}."""
CONTROL = {"INITIAL TIME": "0", "SAVEPER": "1", "TIME STEP": "1"}
_SKETCH = r"\\\---///"
_END = f"""{_SKETCH} Sketch information - do not modify anything except names
V300  Do not put anything below this section - it will be ignored
*View 1
$192-192-192,0,Times New Roman|12||0-0-0|0-0-0|0-0-255|-1--1--1|-1--1--1|96,96,100,0
///---\\\\\\
:L<%^E!@
"""
_PARAMETERS = {each.metadata["chinese"]: name for name, each in FIELDS.items()}


def mdl(parameters: Parameters) -> str:
    """The text of the Vensim file of the model with these ``parameters``."""
    about = {
        chinese: (FIELDS[name].metadata, f"{float(getattr(parameters, name))!r}")
        for chinese, name in _PARAMETERS.items()
    }
    constants = [
        _entry(chinese, value, said["unit"], f"{said['symbol']}, {_source(said['status'])}")
        for chinese, (said, value) in about.items()
    ]
    equations = [_entry(name, *parts) for name, parts in EQUATIONS.items()]
    control = [_entry(name, value, "Year", "") for name, value in CONTROL.items()]
    return "{UTF-8}\n" + "\n".join([*constants, *equations, *control]) + "\n" + _END


def _source(status: str) -> str:
    return "文中给出" if status == STATED else "文中未给出, 假定"


def _entry(name: str, equation: str, unit: str, comment: str) -> str:
    return f"{name} = {equation}\n\t~\t{unit}\n\t~\t{comment}\n\t|\n"


def parameters_from(content: bytes, path: Path | str) -> Parameters:
    """The parameters that stand in ``content``, a file that ``mdl`` wrote and a person changed, in
    Vensim or by hand: its numbers. Another equation, an unknown name, one that is missing, or twice
    there, or what is no number is an ``InputError``, a line each; ``path`` is named in it.
    """
    values: dict[str, float] = {}
    seen: dict[str, str] = {}
    faults = []
    for line, name, equation in _entries(_text(content, path)):
        fault = _("there twice") if name in seen else _read(name, equation, values)
        seen[name] = equation
        if fault:
            faults.append(f"{path}:{line}:1 {name}: {fault}")
    missing = (_PARAMETERS.keys() | EQUATIONS.keys() | CONTROL.keys()) - seen.keys()
    known = [*_PARAMETERS, *EQUATIONS, *CONTROL]
    faults += [
        _("{path}:1:1 {name}: missing", path=path, name=name) for name in known if name in missing
    ]
    if faults:
        raise InputError("\n".join(faults))
    try:
        return Parameters(**values)
    except InputError as problem:
        raise InputError(str(problem).replace("dynamics:", f"{path}:")) from None


def _text(content: bytes, path) -> str:
    """``content`` as text: UTF-8, or what older Chinese files are in, whatever they say."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise InputError(
        _("{path}:1:1 a Vensim model (.mdl) in UTF-8 wanted, got other bytes", path=path)
    )


def _entries(text: str):
    """(line, name, equation without blanks) of each variable before the sketch."""
    text = text.partition(_SKETCH)[0]
    text = re.sub(r"\{[^}]*\}", lambda note: re.sub(r"[^\n]", " ", note[0]), text)
    at = 0
    for entry in text.split("|"):
        head = entry.partition("~")[0]
        line = text.count("\n", 0, at + len(head) - len(head.lstrip())) + 1
        at += len(entry) + 1
        name, _sign, equation = head.replace("\\\n", "").partition("=")
        if name.strip() and not name.strip().startswith("*"):
            yield line, " ".join(name.split()), re.sub(r"\s", "", equation)


def _read(name: str, equation: str, values: dict[str, float]) -> str:
    """Put the value of a parameter into ``values``; what is wrong with this entry, if anything."""
    if name in _PARAMETERS:
        return _read_number(name, equation, values)
    if name in EQUATIONS:
        wanted = re.sub(r"\s", "", EQUATIONS[name][0])
        if equation != wanted:
            return _(
                "the equation {wanted} wanted, since only values are read back, got {got!r}",
                wanted=wanted,
                got=equation,
            )
        return ""
    if name in CONTROL:
        fixed = name == "INITIAL TIME" and equation.rstrip("0").rstrip(".") != ""
        return _("0 wanted, got {got!r}", got=equation) if fixed else ""
    return _("no variable of the model{hint}", hint=did_you_mean(name, [*_PARAMETERS, *EQUATIONS]))


def _read_number(name: str, equation: str, values: dict[str, float]) -> str:
    try:
        if not equation.isascii():
            raise ValueError
        values[_PARAMETERS[name]] = float(equation)
    except ValueError:
        return _("a number in half-width digits, such as 0.05, wanted, got {got!r}", got=equation)
    return ""
