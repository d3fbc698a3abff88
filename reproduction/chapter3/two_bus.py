"""What can be said in closed form: loads that follow voltage, and two buses."""

from itertools import product

import numpy as np
import pandas as pd

from reproduction.chart import Chart, Heat, Panel
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by

BASE = 1.0  # p.u.
EXPONENTS = (0.0, 1.0, 2.0)
LAMBDAS, VOLTAGES = np.linspace(0, 3, 13), np.linspace(0.5, 1.05, 12)
SOURCE, X, RATIO = 1.0, 0.25, 0.3  # p.u., p.u., Q/P of the load
INJECTIONS = (0.0, 0.3, 0.6)  # p.u., renewable power at the load
RESISTANCES = (0.0, 0.125)


@item(
    "fig-3.2",
    "Load served, by loading and voltage",
    "P = P0 (1 + lambda) V^n with P0 = 1 p.u.; exponents of constant power, current and impedance.",
)
def load_surface(_: Solved) -> Reproduced:
    """Power (p.u.) for each exponent, lambda and voltage."""
    grid = product(EXPONENTS, VOLTAGES, LAMBDAS)
    rows = [(n, lam, v, BASE * (1 + lam) * v**n) for n, v, lam in grid]
    table = pd.DataFrame(rows, columns=["exponent", "lambda", "v_pu", "p_pu"])
    limits = (float(table["p_pu"].min()), float(table["p_pu"].max()))
    panels = tuple(_surface(n, own, limits) for n, own in table.groupby("exponent"))
    return Reproduced(table, Chart(panels, columns=3))


@item(
    "fig-3.3",
    "Voltage of a load behind one line, by its power",
    "Closed form: a source of 1 p.u., x = 0.25 p.u. with and without r = x/2, load with Q = 0.3 P, "
    "renewable injection without reactive power; the nose is where both voltages meet; figures "
    "are assumed.",
)
def two_buses(_: Solved) -> Reproduced:
    """Both voltages (p.u.) at each load (p.u.), by resistance and renewable injection."""
    parts = [_two_bus_curve(r, res) for r in RESISTANCES for res in INJECTIONS]
    table = pd.concat(parts, ignore_index=True)
    panels = []
    for r, own in table.groupby("r_pu"):
        lines = series_by(own, "injection", "p_pu", "v_pu", "step")
        panels.append(Panel(f"r = {r:g} p.u.", "load, p.u.", "voltage, p.u.", lines))
    return Reproduced(table, Chart(tuple(panels)))


def _surface(exponent: object, own: pd.DataFrame, limits: tuple[float, float]) -> Panel:
    grid = own.pivot_table(values="p_pu", index="v_pu", columns="lambda")
    across, up = ([f"{x:g}" for x in grid.columns], [f"{v:.2f}" for v in grid.index])
    heat = Heat(across, up, grid.to_numpy().tolist(), "p.u.", limits)
    return Panel(f"n = {exponent:g}", "lambda", "voltage, p.u.", heat=heat)


def _two_bus_curve(r: float, injected: float) -> pd.DataFrame:
    """V^4 + (2 (R P + X Q) - E^2) V^2 + |Z|^2 (P^2 + Q^2) = 0, P net of the injection."""
    load = np.linspace(0, 3, 3001)
    p, q = load - injected, RATIO * load
    b = 2 * (r * p + X * q) - SOURCE**2
    inside = b**2 - 4 * (r**2 + X**2) * (p**2 + q**2)
    kept = inside >= 0
    root, b, load = np.sqrt(inside[kept]), b[kept], load[kept]
    high, low = np.sqrt((-b + root) / 2), np.sqrt((-b - root) / 2)
    return pd.DataFrame(
        {
            "r_pu": r,
            "injection": f"{injected:g} p.u. injected",
            "p_pu": np.concatenate([load, load[::-1]]),
            "v_pu": np.concatenate([high, low[::-1]]),
        }
    )


ITEMS = (load_surface, two_buses)
