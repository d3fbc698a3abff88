"""Limits of a radial feeder as rows on the injections at its buses (LinDistFlow).

M. E. Baran, F. F. Wu, "Optimal Sizing of Capacitors Placed on a Radial Distribution System", IEEE
Trans. Power Deliv. 4(1), 1989: flows are sums of injections, squared voltages fall by 2(rP + xQ).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.circle import polygon_sides
from formulations.contract import ROOT_V_PU
from scenarios.matrices import incidence
from scenarios.network import Network

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class FeederRows:
    """`on_p` p + `on_q` q <= `limit` for injections p (MW) and q (Mvar), shape (rows, buses)."""

    on_p: Matrix
    on_q: Matrix
    limit: Matrix


def feeder_rows(network: Network) -> FeederRows:
    """Rows of all ratings and of the voltage band of every bus that is no root."""
    lines, buses = list(network.branches.values()), list(network.buses.values())
    inner = [n for n, bus in enumerate(network.buses) if bus not in network.references]
    roots = [n for n, bus in enumerate(network.buses) if bus in network.references]
    a = incidence(network).toarray()
    flow = np.zeros((len(lines), len(buses)))
    flow[:, inner] = np.linalg.inv(a[:, inner].T)
    p_shunt = np.array([b.g_shunt_mw for b in buses])
    q_shunt = np.array([b.b_shunt_mvar for b in buses])
    tap = np.array([k.tap for k in lines])
    ends = np.where(a > 0, a / tap[:, None] ** 2, a)
    r, x = (
        2 * np.array([getattr(k, n) for k in lines]) / network.base_mva for n in ("r_pu", "x_pu")
    )
    back = np.linalg.inv(ends[:, inner])
    base = back @ (-ends[:, roots].sum(axis=1) * ROOT_V_PU**2)
    v_p, v_q = back @ (r[:, None] * flow), back @ (x[:, None] * flow)
    v_zero = base - v_p @ p_shunt + v_q @ q_shunt
    high = np.array([buses[n].v_max_pu ** 2 for n in inner]) - v_zero
    low = v_zero - np.array([buses[n].v_min_pu ** 2 for n in inner])
    on_p, on_q, limit = [v_p, -v_p], [v_q, -v_q], [high, low]
    for n, line in enumerate(lines):
        if line.rating_mva is None:
            continue
        for cos, sin, most in polygon_sides(line.rating_mva):
            on_p.append(cos * flow[n : n + 1])
            on_q.append(sin * flow[n : n + 1])
            standing = -cos * flow[n] @ p_shunt + sin * flow[n] @ q_shunt
            limit.append(np.array([most - standing]))
    return FeederRows(np.concatenate(on_p), np.concatenate(on_q), np.concatenate(limit))
