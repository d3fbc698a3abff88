"""How much flow each branch takes of power injected at a bus, and of the flow of a lost branch.

A. J. Wood, B. F. Wollenberg, G. B. Sheblé, "Power Generation, Operation and Control", ch. 7.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from scenarios.findings import Finding, InvalidInput, near
from scenarios.islands import bridges, cut_off
from scenarios.matrices import incidence, susceptance
from scenarios.network import Network
from scenarios.outage_factors import OutageFactors

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Sensitivities:
    """DC sensitivities of a network, in the order of its branches (rows) and buses (columns).

    `ptdf` (branches, buses): MW of flow, from end to to end, per MW injected at the bus and taken
    out at the slack of its island. `shift_flow_mw` (branches,): what phase shifters drive without
    injections.
    """

    network: Network
    ptdf: Array
    shift_flow_mw: Array

    @staticmethod
    def of(network: Network, slack: Mapping[str, float] | None = None) -> "Sensitivities":
        """Sensitivities with one slack in each island, or one distributed over buses by weight.

        `slack` maps buses to weights, of any positive sum; None means the network's slack buses.

        Raises InvalidInput if a bus has no way to a slack or the weights cannot be used; of several
        islands each needs its own slack.
        """
        _refuse(network, slack)
        ptdf = _single_slack_ptdf(network)
        shift_flow = _shift_flow(network, ptdf)
        if slack is not None:
            ptdf = ptdf - (ptdf @ _shares(network, slack))[:, None]
        return Sensitivities(network, ptdf, shift_flow)

    @cached_property
    def bus_at(self) -> Mapping[str, int]:
        """Position of each bus."""
        return {bus: n for n, bus in enumerate(self.network.buses)}

    @cached_property
    def branch_at(self) -> Mapping[str, int]:
        """Position of each branch."""
        return {branch: n for n, branch in enumerate(self.network.branches)}

    @cached_property
    def rating_mw(self) -> Array:
        """Rating of each branch (MVA, read as MW); infinite where there is none."""
        ratings = (k.rating_mva for k in self.network.branches.values())
        return np.array([np.inf if r is None else r for r in ratings], dtype=float)

    def across(self, flow_mw: Array) -> Array:
        """Angle (rad) across every branch that drives a flow (MW) through it."""
        network = self.network
        shifts = np.radians([k.shift_deg for k in network.branches.values()])
        angles: Array = flow_mw / _susceptances(network) + shifts
        return angles

    @cached_property
    def is_bridge(self) -> NDArray[np.bool_]:
        """Whether the outage of each branch splits the network; shape (branches,)."""
        found = bridges(self.network)
        return np.array([k in found for k in self.network.branches], dtype=bool)

    @cached_property
    def between_ends(self) -> Array:
        """MW on each branch (row) per MW sent from one end of a branch (column) to its other."""
        return np.asarray(self.ptdf @ incidence(self.network).T)

    @cached_property
    def lodf(self) -> Array:
        """MW that each branch (row) takes per MW that a lost branch (column) carried.

        -1 on the diagonal; the columns of bridges are nan, since their loss leaves islands.
        """
        factors = OutageFactors.of(self.network, self.network.branches)
        lodf = np.full_like(self.between_ends, np.nan)
        lodf[:, factors.lost] = factors.factor
        return lodf

    def otdf(self, branch: str) -> Array:
        """PTDF of the network without one branch, whose own row is zero; nan if it is a bridge."""
        k = self.branch_at[branch]
        otdf: Array = self.ptdf + np.outer(self.lodf[:, k], self.ptdf[k])
        return otdf

    def flow(self, injection_mw: Array) -> Array:
        """Flow (MW) of injections of shape (buses,) or (buses, cases); the slack balances them."""
        shift = self.shift_flow_mw.reshape(-1, *[1] * (injection_mw.ndim - 1))
        flow: Array = self.ptdf @ injection_mw + shift
        return flow


def _single_slack_ptdf(network: Network) -> Array:
    """One sparse factorisation of the nodal matrix, dense result."""
    others = [n for n, bus in enumerate(network.buses) if bus not in network.references]
    ptdf = np.zeros((len(network.branches), len(network.buses)))
    if others:
        kept = sparse.csc_array(incidence(network))[:, others]
        driven = sparse.diags_array(_susceptances(network)) @ kept
        nodal: Any = sparse.csc_array(kept.T @ driven)
        ptdf[:, others] = splu(nodal).solve(driven.T.toarray()).T
    return ptdf


def _susceptances(network: Network) -> Array:
    return np.array([susceptance(k, network.base_mva) for k in network.branches.values()])


def _shift_flow(network: Network, ptdf: Array) -> Array:
    """What shifters drive over their own branch, and its way back through the network."""
    shifts = np.radians([k.shift_deg for k in network.branches.values()])
    driven = -_susceptances(network) * shifts
    flow: Array = driven - ptdf @ (incidence(network).T @ driven)
    return flow


def _shares(network: Network, slack: Mapping[str, float]) -> Array:
    weights = np.array([slack.get(bus, 0.0) for bus in network.buses])
    shares: Array = weights / weights.sum()
    return shares


def _refuse(network: Network, slack: Mapping[str, float] | None) -> None:
    place = f"network {network.area!r}"
    lost = cut_off(network)
    findings = []
    if lost:
        fed = " or ".join(map(repr, network.references))
        finding = f"no way from {', '.join(map(repr, lost))} to the slack bus {fed}"
        findings.append(Finding(place, finding, "close or add a branch, or remove the buses"))
    for bus in slack or {}:
        if bus not in network.buses:
            cure = f"weigh buses of the network; {near(bus, network.buses)}"
            findings.append(Finding(place, f"there is no bus {bus!r} for the slack", cure))
    if slack is not None and len(network.references) > 1:
        finding = f"{len(network.references)} islands cannot share one distributed slack"
        findings.append(Finding(place, finding, "give no weights: each island has its slack bus"))
    if slack is not None and not _usable(list(slack.values())):
        finding = "the slack's weights are not finite numbers >= 0 of which one is > 0"
        findings.append(Finding(place, finding, "give each bus its share of the balancing"))
    if findings:
        raise InvalidInput("the DC sensitivities", findings)


def _usable(weights: list[float]) -> bool:
    return bool(np.isfinite(weights).all() and min(weights, default=-1.0) >= 0 and sum(weights) > 0)
