"""The words of a zones table: its columns by all the names that planners give them, kinds of zone,
rows of totals.

Wherever a scenario names a column, any of these names will do (``column_name``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

HEADERS = {
    "zone": (
        "town",
        "district",
        "county",
        "分区",
        "区域",
        "镇街",
        "街镇",
        "乡镇",
        "镇",
        "街道",
        "区县",
    ),
    "kind": ("type", "类型", "城乡", "城乡分类", "分类"),
    "population": ("residents", "人口", "总人口", "常住人口"),
    "adults": ("成年人", "成人"),
    "students": ("pupils", "学生", "中小学生"),
    "aged_60_plus": ("60岁以上", "60岁及以上", "老年人"),
    "counsellors": ("counselors", "心理咨询师", "咨询师"),
    "psychiatrists": ("精神科医生", "精神科医师"),
    "smi_registered": ("严重精神障碍患者", "在册患者"),
    "smi_doctors": ("精防医生",),
    "school_counsellors": ("school_counselors", "心理教师", "专职心理教师"),
    "volunteers": ("志愿者",),
    "studios": ("village_stations", "心理服务站", "工作室", "心理服务工作室"),
    "rooms": ("心理服务室", "心理咨询室", "咨询室"),
    "room_places": ("心理服务室席位", "咨询室席位"),
    "within_15_min": ("15分钟服务圈", "15分钟覆盖率"),
    "assumed": ("假设", "估计"),
    "source": ("sources", "来源", "数据来源", "资料来源"),
    "note": ("notes", "remarks", "备注"),
}
"""The canonical name of each column, and what else it is called."""

NOTES = ("assumed", "source", "note")
SHARES = ("within_15_min",)
COUNTS = tuple(name for name in HEADERS if name not in ("zone", "kind", *NOTES, *SHARES))

KINDS = {
    "urban": ("city", "城", "城区", "城市", "城镇"),
    "transition": ("mixed", "过渡", "过渡区", "城乡结合", "城乡结合部"),
    "rural": ("village", "乡", "乡村", "农村"),
}

_TOTAL = re.compile(
    r".*(合计|总计|共计|总和|总数|累计)|(grand)?total(s|all.*|ofall.*)?|全[县区市镇省]|sum|overall|alltowns|allzones"
)
_SUBTOTAL = re.compile(r".*小计|sub-?totals?")
_FOOTNOTE = re.compile(
    r"(注|说明|备注|附注|数据来源|资料来源|来源|note|notes|source|sources)\d*[:：].+", re.I
)
_BRACKET = re.compile(r"(.*?)\s*[(\[（【](.*)[)\]）】]\s*")
_OTHER_UNIT = re.compile(r"[万千百亿%％‰]|thousand|million|hundred|000", re.I)


def folded(text: str) -> str:
    """``text`` as names are compared: full-width letters narrow, no blanks, small letters."""
    return re.sub(r"[\s_]+", "", unicodedata.normalize("NFKC", text)).casefold()


_COLUMNS = {folded(word): name for name, words in HEADERS.items() for word in (name, *words)}
_KINDS = {folded(word): kind for kind, words in KINDS.items() for word in (kind, *words)}


def column_name(text: str) -> str:
    """The canonical name of the column that is called ``text``; a column that simcap does not know
    keeps its own name, white space folded.
    """
    return _COLUMNS.get(folded(text)) or " ".join(text.split())


def columns_of(headers: Iterable[str]) -> list[str]:
    """The column of each of ``headers``. An explanation in brackets («成人（18岁以上）») is
    left out where what stands before it is known, stands there once, and the brackets hold no
    other unit.
    """
    headers = list(headers)
    names = [column_name(header) for header in headers]
    plain = [_before_bracket(header) for header in headers]
    return [
        short if short and short not in names and plain.count(short) == 1 else name
        for name, short in zip(names, plain, strict=True)
    ]


def _before_bracket(header: str) -> str:
    match = _BRACKET.fullmatch(" ".join(header.split()))
    if not match or _OTHER_UNIT.search(match[2]):
        return ""
    return _COLUMNS.get(folded(match[1]), "")


def other_unit(header: str) -> str:
    """The column that ``header`` would be, had it no other unit in brackets («人口（万人）»), or
    nothing.
    """
    match = _BRACKET.fullmatch(" ".join(header.split()))
    return _COLUMNS.get(folded(match[1]), "") if match and _OTHER_UNIT.search(match[2]) else ""


def kind_of(text: str) -> str:
    """The kind of zone that is called ``text``, or nothing."""
    return _KINDS.get(folded(text), "")


def is_total(name: str) -> bool:
    """Whether a row of this ``name`` is the sum of all others («合计», «Total»)."""
    return bool(_TOTAL.fullmatch(_bare(name)))


def is_subtotal(name: str) -> bool:
    """Whether a row of this ``name`` is the sum of some («小计», «Subtotal»)."""
    return bool(_SUBTOTAL.fullmatch(_bare(name)))


def is_footnote(text: str) -> bool:
    """Whether ``text`` is a remark below a table («注：…»)."""
    return bool(_FOOTNOTE.fullmatch(text.strip()))


def _bare(name: str) -> str:
    return re.sub(r"[^\w-]", "", folded(name)).strip("-")


def headers_table() -> list[tuple[str, str]]:
    """(column, the other names it goes by) for each column, then (kind, the same) for each kind of
    zone.
    """
    return [(name, ", ".join(words)) for table in (HEADERS, KINDS) for name, words in table.items()]
