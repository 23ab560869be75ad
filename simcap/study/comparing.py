"""From stored results: paired differences with any design point as the baseline, and how far years
fall apart.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from simcap.analysis.statistics import quantile_interval
from simcap.analysis.tables import KEYS, Wide, paired
from simcap.errors import InputError
from simcap.lang import _, listed
from simcap.scenario.reader import did_you_mean
from simcap.study.experiment import point_name
from simcap.study.levels import plain_value
from simcap.study.results import read


def compared(
    directory: Path, baseline: dict[str, str], measure: str, place: str, group: str
) -> pd.DataFrame:
    """The rows of ``tables.paired`` for one measure, place and group of the results in
    ``directory``.

    ``baseline`` overrides the stored one, factor by factor. Raises ``InputError`` for names that
    the results do not have.
    """
    frame, described = _rows(directory, measure, place, group)
    factors = described["factors"]
    if not factors:
        raise InputError(
            _(
                "{directory}: results of a sweep wanted; these have no factors to compare",
                directory=directory,
            )
        )
    base = {**described["baseline"]}
    for factor, value in baseline.items():
        if factor not in factors:
            raise InputError(
                _(
                    "--baseline: no factor is called {factor!r}{hint}",
                    factor=factor,
                    hint=did_you_mean(factor, factors),
                )
            )
        level = value if value in factors[factor] else str(plain_value(value))
        if level not in factors[factor]:
            raise InputError(
                _(
                    "--baseline: {factor}: one of {factors} wanted, got {got!r}",
                    factor=factor,
                    factors=listed(factors[factor]),
                    got=value,
                )
            )
        base[factor] = level
    missing = [factor for factor in factors if factor not in base]
    if missing:
        raise InputError(
            _(
                "--baseline: these results have no baseline of their own: a value for"
                " {missing} wanted",
                missing=listed(missing),
            )
        )
    if not np.logical_and.reduce([frame[factor] == value for factor, value in base.items()]).any():
        raise InputError(
            _("--baseline: {base} is not one of the design points", base=point_name(base))
        )
    table = paired(frame, list(factors), base)
    if table.empty:
        raise InputError(
            _(
                "{directory}: a second design point to compare with the baseline"
                " wanted; these results have none",
                directory=directory,
            )
        )
    return table


def quantiles(directory: Path, share: float, measure: str, place: str, group: str) -> pd.DataFrame:
    """For each design point, the value that a ``share`` of replications do not exceed, with bounds
    that hold it with 95 % (order statistics), for one measure, place and group of the results in
    ``directory``: a replication is a year as it may come. Means over settings of uncertain inputs.
    Raises ``InputError`` for names that the results do not have.
    """
    if not 0 < share < 1:
        raise InputError(_("--share: a share above 0 and below 1 wanted, got {got:g}", got=share))
    frame, described = _rows(directory, measure, place, group)
    wide = Wide(frame, [*described["factors"], *KEYS])
    found = [quantile_interval(values.mean(axis=0), share) for values in wide.values]
    heads = wide.heads.drop(columns="unit").assign(share=share)
    return heads.assign(
        **dict(
            zip(("quantile", "lower", "upper"), map(list, zip(*found, strict=True)), strict=True)
        ),
        replications=(~np.isnan(wide.values)).any(axis=1).sum(axis=1),
        unit=wide.heads["unit"],
    )


def _rows(directory: Path, measure: str, place: str, group: str) -> tuple[pd.DataFrame, dict]:
    """(the rows of one measure, place and group at independent settings of uncertain inputs, the
    manifest).
    """
    frame, described = read(directory)
    for column, wanted in (("measure", measure), ("place", place), ("group", group)):
        if wanted not in set(frame[column]):
            raise InputError(
                _(
                    "--{column}: the results have no {wanted!r}{hint}",
                    column=column,
                    wanted=wanted,
                    hint=did_you_mean(wanted, frame[column].unique()),
                )
            )
    frame = frame[
        (frame["measure"] == measure) & (frame["place"] == place) & (frame["group"] == group)
    ]
    if frame.empty:
        raise InputError(
            _(
                "{directory}: {measure} is not given for place {place!r} and group {group!r}",
                directory=directory,
                measure=measure,
                place=place,
                group=group,
            )
        )
    if described["samples"]:  # of Saltelli's design, A and B are the independent samples
        frame = frame[
            frame["sample"] < 2 * described["samples"] // (len(described["uncertain"]) + 2)
        ]
    return frame, described
