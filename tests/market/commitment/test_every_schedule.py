"""The optimum is the best of all schedules, each tried and dispatched by a program of its own."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from market.designs.integrated import Integrated
from tests.market.commitment.one_bus import VOLL, one_bus, plant, start, unit

PERIODS = 5


def drawn(rng):
    """Two plants with times, ramps, starts and an initial state, and a demand that swings."""
    units, commitments, startups = [unit("base", 20.0, 20.0)], [], []
    for name in ("a", "b"):
        least, most = float(rng.integers(5, 15)), float(rng.integers(25, 50))
        before, lasted = bool(rng.integers(2)), float(rng.integers(1, 4))
        commitments.append(
            plant(
                name,
                min_up_h=float(rng.integers(0, 4)),
                min_down_h=float(rng.integers(0, 4)),
                ramp_up_mw_per_h=float(rng.integers(4, 30)),
                ramp_down_mw_per_h=float(rng.integers(4, 30)),
                p_start_mw=least + float(rng.integers(0, 12)),
                p_stop_mw=least + float(rng.integers(0, 12)),
                on_before=before,
                p_before_mw=least + float(rng.integers(0, 8)) if before else 0.0,
                hours_before=lasted,
            )
        )
        units.append(unit(name, most, float(rng.integers(25, 60)), least=least))
        warm = float(rng.integers(0, 300))
        startups += start(name, (1.0, warm), (3.0, warm + float(rng.integers(0, 300))))
    demand = rng.integers(10, 90, PERIODS).astype(float).tolist()
    return one_bus(demand, units, commitments=commitments, startups=startups)


def states_cost(c, startups, on):
    """Cost ($) of the starts of one plant's states; None where they break its times."""
    state, lasted, cost = c.on_before, c.hours_before, 0.0
    for now in on:
        if now != state:
            if lasted < (c.min_up_h if state else c.min_down_h):
                return None
            if now:
                cost += startups[1 if lasted >= startups[1].off_h else 0].cost_usd
            state, lasted = now, 0.0
        lasted += 1.0
    return cost


def output_limits(g, c, on, t):
    """Least and greatest output (MW) of a plant in a period; none where it stops too soon."""
    was = on[t - 1] if t else c.on_before
    stop = min(c.p_stop_mw, g.p_min_mw + c.ramp_down_mw_per_h)
    if not on[t]:
        return (1.0, 0.0) if t == 0 and was and c.p_before_mw > stop else (0.0, 0.0)
    least, most = g.p_min_mw, g.p_max_mw
    if not was:
        most = min(most, c.p_start_mw, least + c.ramp_up_mw_per_h)
    elif t == 0:
        least = max(least, c.p_before_mw - c.ramp_down_mw_per_h)
        most = min(most, c.p_before_mw + c.ramp_up_mw_per_h)
    return least, min(most, stop) if t + 1 < PERIODS and not on[t + 1] else most


def ramps(scenario, states, width):
    """Rows and limits of changes of output between two periods in which a plant is on."""
    place = {g.generator: n for n, g in enumerate(scenario.generators)}
    for c in scenario.commitments:
        on = states[c.generator]
        for t in range(1, PERIODS):
            row = np.zeros(width * PERIODS)
            row[t * width + place[c.generator]] = 1.0
            row[(t - 1) * width + place[c.generator]] = -1.0
            if on[t] and on[t - 1]:
                yield row, c.ramp_up_mw_per_h
                yield -row, c.ramp_down_mw_per_h


def dispatch_cost(scenario, states):
    """Cost ($) of the best dispatch with the states of all plants; infinite where there is none.

    Columns are output of every unit, then unserved and spilled energy, by period.
    """
    price = [o.price_usd_per_mwh for o in scenario.offers] + [VOLL, VOLL]
    plants = {c.generator: c for c in scenario.commitments}
    bounds = [
        limits
        for t in range(PERIODS)
        for limits in (
            *(
                output_limits(g, plants[g.generator], states[g.generator], t)
                if g.generator in plants
                else (g.p_min_mw, g.p_max_mw)
                for g in scenario.generators
            ),
            (0.0, np.inf),
            (0.0, np.inf),
        )
    ]
    if any(least > most for least, most in bounds):
        return np.inf
    balance = np.kron(np.eye(PERIODS), [*np.ones(len(price) - 1), -1.0])
    held = list(ramps(scenario, states, len(price)))
    changes = {"A_ub": [row for row, _ in held], "b_ub": [mw for _, mw in held]} if held else {}
    demand = [p.value for p in scenario.profiles]
    found = linprog(price * PERIODS, A_eq=balance, b_eq=demand, bounds=bounds, **changes)
    return found.fun if found.status == 0 else np.inf


def best_of_all(scenario):
    """Least cost ($) over every schedule of every plant."""
    costs = []
    for c in scenario.commitments:
        own = [s for s in scenario.startups if s.generator == c.generator]
        tried = {on: states_cost(c, own, on) for on in product((False, True), repeat=PERIODS)}
        costs.append([(on, usd) for on, usd in tried.items() if usd is not None])
    names = [c.generator for c in scenario.commitments]
    return min(
        sum(usd for _, usd in chosen)
        + dispatch_cost(scenario, dict(zip(names, (on for on, _ in chosen), strict=True)))
        for chosen in product(*costs)
    )


@pytest.mark.parametrize("seed", range(6))
def test_no_schedule_is_cheaper(cleared, seed):
    """Every state of two plants in five hours: up to 1024 schedules."""
    scenario = drawn(np.random.default_rng(seed))
    found = cleared(scenario, Integrated())
    assert -found.welfare_usd == pytest.approx(best_of_all(scenario), rel=1e-7)
