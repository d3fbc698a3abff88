"""Matrices and coefficients that models of a network share."""

import cmath
import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scenarios.network import Network
from scenarios.records import Branch

TIE_X_PU = 1e-5  # 1,000 MW at a base of 100 MVA turn the angle across a tie by 0.1 mrad


def susceptance(line: Branch, base_mva: float) -> float:
    """MW per rad of angle across the branch: base / (x tap), a tie's x being TIE_X_PU."""
    return base_mva / ((line.x_pu or TIE_X_PU) * line.tap)


def angled_flow_limits(line: Branch, base_mva: float) -> tuple[float, float]:
    """Flows (MW) at the limits of the angle across a branch; infinite where there are none."""
    low = -math.inf if line.angle_min_deg is None else line.angle_min_deg
    high = math.inf if line.angle_max_deg is None else line.angle_max_deg
    worth = susceptance(line, base_mva)
    least, most = sorted(worth * math.radians(angle - line.shift_deg) for angle in (low, high))
    return least, most


def incidence(network: Network) -> sparse.csr_array:
    """Branch-bus incidence: +1 at the from end, -1 at the to end; shape (branches, buses)."""
    at = {bus: n for n, bus in enumerate(network.buses)}
    ends = [(at[k.from_bus], at[k.to_bus]) for k in network.branches.values()]
    count = len(ends)
    start, end = np.array(ends, dtype=int).reshape(-1, 2).T
    rows = np.concatenate([np.arange(count)] * 2)
    signs = np.concatenate([np.ones(count), -np.ones(count)])
    return sparse.csr_array(
        (signs, (rows, np.concatenate([start, end]))), shape=(count, len(network.buses))
    )


@dataclass(frozen=True)
class Admittance:
    """Pi model of a branch (p.u.): current at an end = own x V there + mutual x V at the other."""

    own_from: complex
    mutual_from: complex
    own_to: complex
    mutual_to: complex


def admittances(line: Branch) -> Admittance:
    """Admittances of a branch with its tap and phase shift at the from end.

    A tie without impedance counts with a reactance of TIE_X_PU.
    """
    series = 1 / (complex(line.r_pu, line.x_pu) or complex(0.0, TIE_X_PU))
    own = series + complex(line.g_pu, line.b_pu) / 2
    tap = cmath.rect(line.tap, math.radians(line.shift_deg))
    return Admittance(own / abs(tap) ** 2, -series / tap.conjugate(), own, -series / tap)
