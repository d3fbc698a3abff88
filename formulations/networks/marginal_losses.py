"""What one more MW at each bus of a feeder adds to the power at its own root, losses included.

By the slopes of the branch flow equations at an operating point, in which voltages follow loads
and losses follow both: M. Farivar, S. H. Low, "Branch Flow Model", IEEE Trans. Power Syst. 28(3),
2013.
"""

from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from formulations.contract import Rows
from scenarios.matrices import incidence
from scenarios.network import Network


def root_factors(network: Network, p: Rows, q: Rows, current: Rows, squared: Rows) -> Rows:
    """MW at the root per MW of load at every bus, shape (buses, periods).

    `p`, `q` (MW, Mvar) and `current` (MVA^2 per p.u.^2) are of branches at their from ends,
    `squared` voltages of buses (p.u.).
    """
    factors = np.ones((len(network.buses), p.shape[1]))
    if network.branches:
        others = np.array([bus not in network.references for bus in network.buses])
        steady, at_root, start = _steady(network, others)
        for t in range(p.shape[1]):
            bent = _currents(p[:, t], q[:, t], current[:, t], start, squared[:, t], others)
            slopes = sparse.csc_array(sparse.vstack([steady, bent]).T)
            factors[others, t] = splu(slopes).solve(at_root)[: int(others.sum())]
    return factors


def _steady(network: Network, others: Any) -> tuple[Any, Any, Any]:
    """Slopes that do not depend on the point; of the power at the root; of squared voltages.

    Equations are balances of P and Q at all buses but the root and voltage drops; unknowns P, Q
    and currents of branches, and squared voltages of those buses.
    """
    lines = list(network.branches.values())
    r, x = (
        sparse.diags_array([getattr(k, name) / network.base_mva for k in lines])
        for name in ("r_pu", "x_pu")
    )
    ends: Any = sparse.csc_array(incidence(network))
    leaves, arrives = (ends > 0).astype(float), (ends < 0).astype(float)
    start = sparse.diags_array([k.tap**-2.0 for k in lines]) @ leaves
    g = sparse.csc_array(sparse.diags_array([shunt_mw(network, name) for name in network.buses]))
    b = sparse.csc_array(sparse.diags_array([shunt_mvar(network, name) for name in network.buses]))
    outflow, met = ends.T, arrives.T
    active = sparse.hstack([-outflow, 0 * outflow, -(met @ r), -g[:, others]])
    reactive = sparse.hstack([0 * outflow, -outflow, -(met @ x), b[:, others]])
    drop = sparse.hstack([-2 * r, -2 * x, r @ r + x @ x, (start - arrives)[:, others]])
    balances = sparse.csr_array(active)[others], sparse.csr_array(reactive)[others]
    at_root = -sparse.csr_array(active)[~others].toarray().sum(axis=0)  # each bus has one root
    return sparse.vstack([*balances, drop]), at_root, start


def _currents(p: Rows, q: Rows, current: Rows, start: Any, squared: Rows, others: Any) -> Any:
    """Slopes of P^2 + Q^2 - v L of every branch."""
    by_voltage = sparse.diags_array(current) @ start
    by_current = sparse.diags_array(start @ squared)
    flows = (sparse.diags_array(2 * p), sparse.diags_array(2 * q))
    return sparse.hstack([*flows, -by_current, -sparse.csc_array(by_voltage)[:, others]])


def shunt_mvar(network: Network, bus: str) -> float:
    """Reactive power (Mvar at 1 p.u.) of a bus's shunt and of half of the charging of its lines."""
    return network.buses[bus].b_shunt_mvar + _half_of_lines(network, bus, "b_pu")


def shunt_mw(network: Network, bus: str) -> float:
    """Power (MW at 1 p.u.) that a bus's shunt and half of its branches' conductance consume."""
    return network.buses[bus].g_shunt_mw + _half_of_lines(network, bus, "g_pu")


def _half_of_lines(network: Network, bus: str, column: str) -> float:
    half: float = sum(
        getattr(network.branches[k], column)
        / 2
        / (network.branches[k].tap ** 2 if sign > 0 else 1.0)
        for k, sign in network.branches_at[bus]
    )
    return half * network.base_mva
