"""DC flows after the outage of a branch, of two branches, or of a generator.

O. Alsac, B. Stott, W. F. Tinney, "Sparsity-oriented compensation methods for modified network
solutions", IEEE Trans. Power Appar. Syst. 102(5), 1983.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scenarios.islands import cut_off
from scenarios.matrices import incidence
from scenarios.network import Network
from scenarios.records import Generator
from security.dc.ptdf import Array, Sensitivities
from security.dc.refusals import refuse_branches, refuse_dispatch, refuse_participation

TOLERANCE_MW = 1e-6  # a flow that a clearing holds at its rating is within it
NEARLY_SPLIT = 1e-6  # determinants below lose too many digits: the network is looked at anew

Pair = tuple[str, str]


class State(StrEnum):
    """What an outage leaves; unsolved ones have no load flow, which the DC model always has."""

    SECURE = "secure"
    VIOLATED = "violated"
    UNSOLVED = "unsolved"
    ISLANDING = "islanding"


@dataclass(frozen=True)
class Outages:
    """Flows after outages.

    `flow_mw` (branches, outages) is nan where an outage leaves islands; then `cut_off` names the
    buses without a way to the slack. What is out carries 0 MW.
    """

    out: tuple[tuple[str, ...], ...]
    flow_mw: Array
    rating_mw: Array
    cut_off: tuple[tuple[str, ...], ...]

    @cached_property
    def overload_mw(self) -> Array:
        """Flow above the rating, by branch and outage; nan where an outage leaves islands."""
        return np.maximum(np.abs(self.flow_mw) - self.rating_mw[:, None], 0.0)

    @cached_property
    def states(self) -> tuple[State, ...]:
        """State after each outage; one that leaves islands is never secure."""
        violated = np.any(self.overload_mw > TOLERANCE_MW, axis=0).reshape(-1)
        return tuple(
            State.ISLANDING if lost else State.VIOLATED if over else State.SECURE
            for lost, over in zip(self.cut_off, violated, strict=True)
        )


def branch_outages(sensitivities: Sensitivities, flow_mw: Array) -> Outages:
    """Flows after each outage of one branch, from the flows (MW) without outage."""
    network = sensitivities.network
    after = flow_mw[:, None] + sensitivities.lodf * flow_mw
    after[np.diag_indices_from(after)] = np.where(sensitivities.is_bridge, np.nan, 0.0)
    lost = [
        cut_off(network, [k]) if splits else ()
        for k, splits in zip(network.branches, sensitivities.is_bridge, strict=True)
    ]
    names = tuple((k,) for k in network.branches)
    return Outages(names, after, sensitivities.rating_mw, tuple(lost))


def pair_outages(
    sensitivities: Sensitivities, flow_mw: Array, pairs: Iterable[Pair] | None = None
) -> Outages:
    """Flows after each outage of two branches at a time; of every two, unless `pairs` are named.

    Raises InvalidInput if a named pair is not two branches of the network.
    """
    network = sensitivities.network
    listed = list(itertools.combinations(network.branches, 2)) if pairs is None else list(pairs)
    refuse_branches(network, listed)
    at = np.array([[sensitivities.branch_at[k] for k in pair] for pair in listed], dtype=int)
    one, other = at.reshape(-1, 2).T
    after, determinant = _after_pairs(sensitivities.between_ends, flow_mw, one, other)
    lost: list[tuple[str, ...]] = [()] * len(listed)
    for n in np.flatnonzero(determinant < NEARLY_SPLIT):
        lost[n] = cut_off(network, listed[n])
        after[:, n] = np.nan if lost[n] else _solved_anew(network, flow_mw, listed[n])
    return Outages(tuple(listed), after, sensitivities.rating_mw, tuple(lost))


def generator_outages(
    sensitivities: Sensitivities,
    flow_mw: Array,
    generators: Mapping[str, Generator],
    p_mw: Mapping[str, float],
    participation: Mapping[str, float] | None = None,
) -> Outages:
    """Flows after the outage of each generator, from flows and outputs (MW) without outage.

    The others take over the lost output in proportion to their `participation` (say p_max_mw, or
    what is left up to it); without any it comes from the slack. Their limits are not looked at.

    Raises InvalidInput if an output is missing or nobody takes over.
    """
    refuse_dispatch(generators, p_mw)
    at = [sensitivities.bus_at[g.bus] for g in generators.values()]
    lost_mw = np.array([p_mw[g] for g in generators], dtype=float)
    here = sensitivities.ptdf[:, at]
    after = flow_mw[:, None] - here * lost_mw
    if participation is not None:
        refuse_participation(generators, participation)
        weight = np.array([participation.get(g, 0.0) for g in generators], dtype=float)
        taken = np.where(np.eye(len(weight), dtype=bool), 0.0, weight[:, None])
        after += here @ (taken * lost_mw / taken.sum(axis=0))
    names = tuple((g,) for g in generators)
    return Outages(names, after, sensitivities.rating_mw, ((),) * len(names))


def _after_pairs(
    between: Array, flow_mw: Array, one: NDArray[np.int_], other: NDArray[np.int_]
) -> tuple[Array, Array]:
    """Flows after pairs, and the determinants of their two-by-two systems.

    What is sent between the ends of the two, x, makes up for their flow: x = flow + between x.
    """
    stay_one, stay_other = 1 - between[one, one], 1 - between[other, other]
    to_one, to_other = between[one, other], between[other, one]
    determinant = stay_one * stay_other - to_one * to_other
    safe = np.where(determinant < NEARLY_SPLIT, 1.0, determinant)
    sent_one = (stay_other * flow_mw[one] + to_one * flow_mw[other]) / safe
    sent_other = (stay_one * flow_mw[other] + to_other * flow_mw[one]) / safe
    after = flow_mw[:, None] + between[:, one] * sent_one + between[:, other] * sent_other
    case = np.arange(len(one))
    after[one, case] = after[other, case] = 0.0
    return after, determinant


def _solved_anew(network: Network, flow_mw: Array, out: Sequence[str]) -> Array:
    """Flows of the network without some branches, at the injections that `flow_mw` shows."""
    injection_mw = incidence(network).T @ flow_mw
    left = {name: k for name, k in network.branches.items() if name not in out}
    found = Sensitivities.of(replace(network, branches=left)).flow(injection_mw)
    after = np.zeros(len(network.branches))
    after[[name in left for name in network.branches]] = found
    return after
