"""Prices and shadow prices of a solved DC network obey the congestion rent identity."""

import math

import numpy as np
import pytest
from scipy.optimize import linprog

from market.pricing.lmp import Nodal
from settlement import settle

GRID, BASE = "grid", 100.0
LINES = {"ab": ("a", "b"), "bc": ("b", "c"), "ac": ("a", "c")}
UNITS = {"cheap": ("a", 20.0), "middle": ("b", 35.0), "dear": ("c", 60.0)}
LOAD_MW = 90.0  # at c


def cleared(day, limits, shift_deg):
    """Dispatch, flows and duals of a triangle; `ab` has the shift, x is 0.1 p.u. everywhere."""
    buses, units, lines = ["a", "b", "c"], list(UNITS.values()), list(LINES.values())
    b_mw = BASE / 0.1
    shift = np.array([-b_mw * math.radians(shift_deg), 0.0, 0.0])  # MW at equal angles
    incidence = np.array([[(i == f) - (i == t) for i in buses] for f, t in lines], dtype=float)
    flow_of_angle = b_mw * incidence
    produced = np.array([[float(i == bus) for bus, _ in units] for i in buses])
    demand = np.array([LOAD_MW if i == "c" else 0.0 for i in buses])
    solved = linprog(
        [price for _, price in units] + [0.0] * 3,
        A_ub=np.block([[np.zeros((3, 3)), flow_of_angle], [np.zeros((3, 3)), -flow_of_angle]]),
        b_ub=np.concatenate([limits - shift, limits + shift]),
        A_eq=np.block([produced, -incidence.T @ flow_of_angle]),
        b_eq=demand + incidence.T @ shift,
        bounds=[(0, 70)] * 3 + [(0, 0)] + [(None, None)] * 2,
    )
    assert solved.status == 0
    lmp = solved.eqlin.marginals
    shadow = -solved.ineqlin.marginals[:3] + solved.ineqlin.marginals[3:]
    flow = flow_of_angle @ solved.x[3:] + shift
    d = day()
    for n, i in enumerate(buses):
        d.bus(GRID, i)
        d.price(GRID, i, lmp[0], congestion=lmp[n] - lmp[0])
    for (name, (bus, price)), p in zip(UNITS.items(), solved.x[:3], strict=True):
        d.row("generator", GRID, name, bus, p, cost=p * price)
    d.row("load", GRID, "city", "c", LOAD_MW)
    for k, (name, ends) in enumerate(LINES.items()):
        d.line(GRID, name, ends, flow[k], shadow[k], shift=shift_deg if name == "ab" else 0.0)
    return settle(*d.cleared(), Nodal())


@pytest.mark.parametrize("limits", [[10.0, 99.0, 99.0], [99.0, 99.0, 40.0], [12.0, 28.0, 45.0]])
@pytest.mark.parametrize("shift_deg", [0.0, 0.8, -0.5])
def test_congestion_rent_is_shadow_price_times_flow(day, limits, shift_deg):
    """With a shift, the rent of the shifter is what remains."""
    settlement = cleared(day, np.array(limits), shift_deg)
    rents = {r["kind"]: r for r in settlement.rents.to_pylist()}
    congestion = rents["congestion"]
    assert congestion["check_usd"] > 1.0
    assert congestion["amount_usd"] == pytest.approx(congestion["check_usd"], abs=1e-7)
    assert ("phase_shift" in rents) == (shift_deg != 0.0)


def test_the_rent_of_a_shifter_may_be_negative_or_positive(day):
    """Opposite shifts around a binding line have rents of opposite sign."""
    limits = np.array([99.0, 99.0, 40.0])
    rent = {
        s: next(r["amount_usd"] for r in cleared(day, limits, s).rents.to_pylist()
                if r["kind"] == "phase_shift")
        for s in (0.8, -0.8)
    }  # fmt: skip
    assert rent[0.8] * rent[-0.8] < 0
