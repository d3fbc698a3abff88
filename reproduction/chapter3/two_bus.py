"""What can be said in closed form: loads that follow voltage, and two buses."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reproduction.chart import Chart, Heat, Panel, Series
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by

Real = NDArray[np.float64]
BASE = 1.0  # p.u.
EXPONENTS = (0.0, 1.0, 2.0)
LAMBDAS, VOLTAGES = np.linspace(0, 3, 13), np.linspace(0.5, 1.05, 12)
SOURCE, X, RATIO = 1.0, 0.25, 0.3  # p.u., p.u., Q/P of the load
P_RES = 0.3  # p.u., of the renewable source beside the load
Q_RES = (0.0, 0.15, 0.3)  # p.u., that it gives
RESISTANCES = (0.0, 0.125)
GAP = np.nan
SCHEMATIC = Panel(
    "schematic",
    "",
    "",
    (
        Series("line and buses",
               [0, 5, GAP, 1, 1, GAP, 5, 5],
               [2, 2, GAP, 1.4, 2.6, GAP, 1.1, 2.9], "wires"),
        Series("names", [0, GAP, 1, GAP, 3, GAP, 5], [2, GAP, 2.6, GAP, 2, GAP, 2.9], "wires",
               ["E = 1 p.u.", "", "bus 1", "", "r + jx", "", "bus 2 at V"]),
        Series("renewable source", [6.2, 5, GAP], [2.5, 2.5, GAP], "arrows",
               ["P + jQ", "", ""], colour=7),
        Series("load", [5, 6.2, GAP], [1.5, 1.5, GAP], "arrows", ["", "L (1 + 0.3j)", ""],
               colour=5),
    ),
    bare=True,
)  # fmt: skip


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
    low = table.query("v_pu == @VOLTAGES[0] and `lambda` == 3.0").set_index("exponent")["p_pu"]
    finding = (
        f"At lambda = 3 and {VOLTAGES[0]:g} p.u. a load of constant power still takes {low[0.0]:g} "
        f"p.u., one of constant current {low[1.0]:g} and one of constant impedance {low[2.0]:g}. "
        f"Only with exponent 0 does the power served follow lambda alone, {BASE:g} + lambda."
    )
    return Reproduced(table, Chart(panels, columns=3), finding)


@item(
    "fig-3.3",
    "Two buses: the schematic, and voltage by load with reactive power of a renewable source",
    "Closed form: a source of 1 p.u., x = 0.25 p.u. with and without r = x/2, load with Q = 0.3 P, "
    f"a renewable source of {P_RES:g} p.u. beside it that gives reactive power or none; the nose "
    "is where both voltages meet; figures are assumed.",
)
def two_buses(_: Solved) -> Reproduced:
    """Both voltages (p.u.) at each load (p.u.), by resistance and reactive power of the source."""
    parts = [_two_bus_curve(TwoBuses(r, q)) for r in RESISTANCES for q in Q_RES]
    table = pd.concat(parts, ignore_index=True)
    nose = table.loc[table.groupby(["r_pu", "q_res_pu"])["p_pu"].idxmax()]
    top = {r: nose[nose["r_pu"] == r].set_index("q_res_pu")["p_pu"] for r in RESISTANCES}
    gain = [load[Q_RES[-1]] - load[Q_RES[0]] for load in top.values()]
    lossless = nose[nose["r_pu"] == RESISTANCES[0]]["v_pu"]
    finding = (
        f"Reactive power of {Q_RES[-1]:g} p.u. from the source lifts the greatest load by "
        f"{gain[0]:.3f} p.u. on the line without resistance, from {top[RESISTANCES[0]].min():.3f}, "
        f"and by {gain[1]:.3f} p.u. on that with it. It lifts the voltage of the nose as well, "
        f"from {lossless.min():.3f} to {lossless.max():.3f} p.u. without resistance, so that a low "
        "voltage warns of the end later."
    )
    curves = tuple(
        Panel(
            f"r = {r:g} p.u.",
            "load, p.u.",
            "voltage, p.u.",
            series_by(own, "source", "p_pu", "v_pu", "step"),
        )
        for r, own in table.groupby("r_pu")
    )
    gained = Panel(
        "the nose",
        "reactive power of the source, p.u.",
        "greatest load, p.u.",
        tuple(
            Series(f"r = {r:g} p.u.", list(Q_RES), list(load), colour=n)
            for n, (r, load) in enumerate(top.items(), start=len(Q_RES))
        ),
    )
    return Reproduced(table, Chart((SCHEMATIC, *curves, gained)), finding)


def _surface(exponent: object, own: pd.DataFrame, limits: tuple[float, float]) -> Panel:
    grid = own.pivot_table(values="p_pu", index="v_pu", columns="lambda")
    across, up = ([f"{x:g}" for x in grid.columns], [f"{v:.2f}" for v in grid.index])
    heat = Heat(across, up, grid.to_numpy().tolist(), "p.u.", limits)
    return Panel(f"n = {exponent:g}", "lambda", "voltage, p.u.", heat=heat)


@dataclass(frozen=True)
class TwoBuses:
    """A source behind r + jx, a load L (1 + jk) and beside it a source P_RES + jq (p.u.)."""

    r: float
    q: float

    @property
    def greatest(self) -> float:
        """The load at which both voltages are one.

        There E^4/4 - E^2 (r P + x Q) = (x P - r Q)^2, with P = L - P_RES and Q = k L - q.
        """
        r, q = self.r, self.q
        across, along = X - r * RATIO, r + X * RATIO  # of one unit of load
        own_across, own_along = X * P_RES - r * q, r * P_RES + X * q  # of the source
        terms = (
            across**2,
            SOURCE**2 * along - 2 * across * own_across,
            own_across**2 - SOURCE**2 * own_along - SOURCE**4 / 4,
        )
        return float(np.roots(terms).real.max())

    def voltages(self, load: Real) -> tuple[Real, Real]:
        """High and low voltage: V^4 + (2 (r P + x Q) - E^2) V^2 + |z|^2 (P^2 + Q^2) = 0."""
        p, q = load - P_RES, RATIO * load - self.q
        b = 2 * (self.r * p + X * q) - SOURCE**2
        inside = b**2 - 4 * (self.r**2 + X**2) * (p**2 + q**2)
        root = np.sqrt(np.maximum(inside, 0.0))  # zero at the nose, but for rounding
        return np.sqrt((-b + root) / 2), np.sqrt((-b - root) / 2)


def _two_bus_curve(case: TwoBuses) -> pd.DataFrame:
    load = case.greatest * np.sin(np.linspace(0, np.pi / 2, 301))  # dense at the nose
    high, low = case.voltages(load)
    return pd.DataFrame(
        {
            "r_pu": case.r,
            "q_res_pu": case.q,
            "source": f"source gives {case.q:g} p.u. reactive",
            "p_pu": np.concatenate([load, load[::-1]]),
            "v_pu": np.concatenate([high, low[::-1]]),
        }
    )


ITEMS = (load_surface, two_buses)
