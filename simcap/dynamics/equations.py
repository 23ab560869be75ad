"""Equations (1) to (4) of the first document (seed 000, section 3.2), as printed.

    (1) R(t) = H(t) + F(t) + T(t),  H(t) = H0 (1 + rh)^t
    (2) D(t) = P(t) λ(t)
    (3) C(t) = min(R(t) E(t) / D(t), 1)
    (4) CBR(t) = total cost(t) / (θ(t) QOL(t)),  θ = 0.3 + 0.2 C,  QOL = 60 + 10 C

Growth is compounded once a year, as (1) has it. The model is deterministic and has no queue: it
cannot say who waits, or what a contact costs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcap.dynamics.parameters import Parameters


@dataclass(frozen=True)
class Trajectory:
    """Each quantity of the model at ``times`` (years), as arrays of one length: inputs and demand
    in the units of the parameters, coverage and recovery as shares of 1.
    """

    times: np.ndarray
    staff: np.ndarray
    facilities: np.ndarray
    technology: np.ndarray
    resources: np.ndarray
    population: np.ndarray
    incidence: np.ndarray
    demand: np.ndarray
    collaboration: np.ndarray
    coverage: np.ndarray
    recovery: np.ndarray
    quality_of_life: np.ndarray
    total_cost: np.ndarray
    cost_benefit_ratio: np.ndarray


def trajectory(parameters: Parameters, times=None) -> Trajectory:
    """The model from the start to the last year, or at ``times`` in years."""
    p = parameters
    t = np.arange(int(p.years) + 1.0) if times is None else np.asarray(times, dtype=float)
    staff = p.initial_staff * (1 + p.staff_growth) ** t
    facilities, technology = other_inputs(p, staff)
    resources = staff + facilities + technology
    population = p.initial_population * (1 + p.population_growth) ** t
    incidence = p.initial_incidence * (1 + p.incidence_growth) ** t
    level = np.minimum(p.collaboration + p.collaboration_rise * t, 1.0)
    covered = coverage(resources, level, population * incidence)
    recovery, quality, cost = gains(p, covered, t)
    return Trajectory(
        t,
        staff,
        facilities,
        technology,
        resources,
        population,
        incidence,
        population * incidence,
        level,
        covered,
        recovery,
        quality,
        cost,
        cost / (recovery * quality),
    )


def other_inputs(parameters: Parameters, staff):
    """Facilities F and technology T beside ``staff``: together so much of it, in their ratio."""
    ratio, both = parameters.facility_per_technology, parameters.inputs_per_staff * staff
    return both * ratio / (1 + ratio), both / (1 + ratio)


def coverage(resources, level, demand):
    """Equation (3)."""
    return np.minimum(resources * level / demand, 1.0)


def gains(parameters: Parameters, covered, times):
    """(recovery θ, quality of life, total cost) at coverage ``covered`` and ``times``: what
    equation (4) is made of.
    """
    p = parameters
    return (
        p.recovery_base + p.recovery_gain * covered,
        p.quality_base + p.quality_gain * covered,
        p.total_cost * (1 + p.cost_growth) ** times,
    )
