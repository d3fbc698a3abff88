"""Time to a gap on a PGLib-UC file: Tandem beside the library's reference model by Pyomo and HiGHS.

    python -m benchmarks.plain_commitment FILE.json [--gap 1e-3] [--limit 600]

The reference model is that of the library (`uc_model.pdf` there; B. Knueven, J. Ostrowski, J.-P.
Watson, "On Mixed-Integer Programming Formulations for the Unit Commitment Problem", INFORMS J.
Comput. 32(4), 2020), written down row by row: binaries on, start and stop, weights of the points
of cost.
"""

import argparse
import json
import time
from pathlib import Path

import pyomo.environ as pyo

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.importers.pglib_uc import import_pglib_uc


def plain(held):
    """The reference model of an instance, for any Pyomo solver."""
    m = pyo.ConcreteModel()
    m.T, units = range(1, held["time_periods"] + 1), held["thermal_generators"]
    m.cost_of = pyo.Objective(expr=0.0)
    m.on, m.start, m.stop = (pyo.Var(units, m.T, within=pyo.Binary) for _ in range(3))
    m.p, m.r = (pyo.Var(units, m.T, within=pyo.NonNegativeReals) for _ in range(2))
    m.category = pyo.Var(
        [(g, s, t) for g, u in units.items() for s in range(len(u["startup"])) for t in m.T],
        within=pyo.Binary,
    )
    m.weight = pyo.Var(
        [
            (g, k, t)
            for g, u in units.items()
            for k in range(len(u["piecewise_production"]))
            for t in m.T
        ],
        bounds=(0, 1),
    )
    m.free = pyo.Var(held["renewable_generators"], m.T)
    m.rows = pyo.ConstraintList()
    terms = [unit_rows(m, g, u) for g, u in units.items()]
    for w, u in held["renewable_generators"].items():
        for t in m.T:
            m.free[w, t].setlb(u["power_output_minimum"][t - 1])
            m.free[w, t].setub(u["power_output_maximum"][t - 1])
    for t in m.T:
        made = sum(m.p[g, t] + u["power_output_minimum"] * m.on[g, t] for g, u in units.items())
        made += sum(m.free[w, t] for w in held["renewable_generators"])
        m.rows.add(made == held["demand"][t - 1])
        m.rows.add(sum(m.r[g, t] for g in units) >= held["reserves"][t - 1])
    m.cost_of.set_value(sum(terms))
    return m


def unit_rows(m, g, u):
    """Rows of one thermal unit; gives its cost ($)."""
    least = u["power_output_minimum"]
    span, last = u["power_output_maximum"] - least, m.T[-1]
    points, startup = u["piecewise_production"], u["startup"]
    up, down = (min(u[f"time_{word}_minimum"], last) for word in ("up", "down"))
    on0, p0 = u["unit_on_t0"], max(0.0, u["unit_on_t0"] * (u["power_output_t0"] - least))
    after_start = max(0.0, u["power_output_maximum"] - u["ramp_startup_limit"])
    before_stop = max(0.0, u["power_output_maximum"] - u["ramp_shutdown_limit"])
    add = m.rows.add
    still = u["time_up_minimum"] - u["time_up_t0"] if on0 else 0
    rests = u["time_down_minimum"] - u["time_down_t0"] if not on0 else 0
    for t in m.T:
        if t <= max(still, rests):
            m.on[g, t].fix(on0)
        if u["must_run"]:
            m.on[g, t].setlb(1)
        was, before = (m.on[g, t - 1], m.p[g, t - 1]) if t > 1 else (on0, p0)
        add(m.on[g, t] - was == m.start[g, t] - m.stop[g, t])
        add(sum(m.start[g, i] for i in range(max(1, t - up + 1), t + 1)) <= m.on[g, t])
        add(sum(m.stop[g, i] for i in range(max(1, t - down + 1), t + 1)) <= 1 - m.on[g, t])
        add(m.p[g, t] + m.r[g, t] <= span * m.on[g, t] - after_start * m.start[g, t])
        if t < last:
            add(m.p[g, t] + m.r[g, t] <= span * m.on[g, t] - before_stop * m.stop[g, t + 1])
        add(m.p[g, t] + m.r[g, t] - before <= u["ramp_up_limit"])
        add(before - m.p[g, t] <= u["ramp_down_limit"])
        kinds = range(len(startup))
        add(sum(m.category[g, s, t] for s in kinds) == m.start[g, t])
        for s in kinds[:-1]:
            window = range(t - startup[s + 1]["lag"] + 1, t - startup[s]["lag"] + 1)
            old = 0 if on0 else 1 - u["time_down_t0"]
            known = int(not on0 and old in window)
            add(m.category[g, s, t] <= sum(m.stop[g, i] for i in window if i >= 1) + known)
        ends = range(len(points))
        add(sum(m.weight[g, k, t] for k in ends) == m.on[g, t])
        add(m.p[g, t] == sum((points[k]["mw"] - least) * m.weight[g, k, t] for k in ends))
    if on0 and u["power_output_t0"] > u["ramp_shutdown_limit"]:
        m.stop[g, 1].fix(0)
    cost = sum(points[k]["cost"] * m.weight[g, k, t] for k in range(len(points)) for t in m.T)
    return cost + sum(
        startup[s]["cost"] * m.category[g, s, t] for s in range(len(startup)) for t in m.T
    )


def told(what, cost, bound, began):
    print(f"{what}: {cost:,.2f} $, bound {bound:,.2f} $, gap {(cost - bound) / cost:.1e}, "
          f"{time.perf_counter() - began:.0f} s", flush=True)  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--gap", type=float, default=1e-3)
    parser.add_argument("--limit", type=float, default=600.0)
    asked = parser.parse_args()
    began = time.perf_counter()
    scenario = import_pglib_uc(asked.file)
    operators = Operators(scenario, time_limit_s=asked.limit, mip_gap=asked.gap)
    cleared = Integrated().clear(operators)
    told("tandem", -cleared.welfare_usd, -cleared.certificate.upper_usd, began)
    began = time.perf_counter()
    solver = pyo.SolverFactory("appsi_highs")
    solver.highs_options = {"mip_rel_gap": asked.gap, "time_limit": asked.limit, "parallel": "off"}
    solver.config.load_solution = False
    found = solver.solve(plain(json.loads(asked.file.read_text(encoding="utf-8"))))
    told("plain model", found.problem.upper_bound, found.problem.lower_bound, began)


if __name__ == "__main__":
    main()
