"""Resistance of feeders and the place of generation."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from reproduction.chapter3.systems import LOADS, SLACK_ONLY, followed, points
from reproduction.chart import Chart, Panel
from reproduction.findings import listed, span
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by
from scenarios.scenario import Scenario
from scenarios.systems.stability import two_feeders_on_14
from scenarios.variants.feeders import with_resistance
from scenarios.variants.generation import Place, Plant, with_plants
from security.load_flow import base_load_flow

Change = Callable[[Scenario], Scenario]
FACTORS = (0.5, 1.0, 1.5, 2.0)
PLACES: tuple[Place, ...] = ("root", "middle", "end")
SHARE = 0.4  # of the feeder's load, by one plant
PUBLISHED = {
    "constant power": (2.528, 1.935, 1.432, 1.051),
    "households": (3.104, 3.107, 3.111, 3.116),
}
LOSSES = {
    "constant power": (0.209, 0.438, 0.691, 0.974),
    "households": (0.216, 0.420, 0.611, 0.791),
}
READING = (
    "T14D2, 33-bus feeders at buses 10 and 12 of IEEE 14, loads of constant power and of "
    "households (exponents 1.2, 3.0); the slack bus alone picks up; no reactive limits"
)


@item(
    "fig-3.12",
    "PV curves of T14D2 at buses 10 and 12 by CCPF, for R/X of the feeders",
    f"{READING}; CCPF; R changes with X held; computed reference values of the greatest loading "
    "beside.",
)
def by_resistance(solved: Solved) -> Reproduced:
    """Voltage and power of both boundary buses along the curve, by factor on R/X."""
    changes = {f: partial(with_resistance, factor=f, held="x") for f in FACTORS}
    table = _curves(solved, {f"R/X times {f:g}": change for f, change in changes.items()})
    factor = table["change"].str.rsplit(" ", n=1).str[-1].astype(float)
    table["factor"] = factor
    rows = zip(table["loads"], factor, strict=True)
    table["reference"] = [PUBLISHED[loads][FACTORS.index(f)] for loads, f in rows]
    top = table.groupby(["loads", "factor"])["lambda"].max()
    firm, soft = (top[loads].loc[[*FACTORS]] for loads in LOADS)
    finding = (
        f"With constant power the greatest loading falls from {firm.iloc[0]:.2f} to "
        f"{firm.iloc[-1]:.2f} as R/X grows from {FACTORS[0]:g} to {FACTORS[-1]:g} times its base, "
        "because the feeders themselves collapse. With loads of households it changes by "
        f"{soft.iloc[-1] - soft.iloc[0]:+.3f} to {soft.iloc[-1]:.2f}: lower voltage sheds load "
        "before transmission gives way."
    )
    return Reproduced(table, Chart(_panels(table)), finding)


@item(
    "fig-3.13",
    "PV curves of T14D2 at buses 10 and 12 by CCPF, for places of generation",
    f"{READING}; CCPF; one plant a feeder of {SHARE:.0%} of its load without reactive power, next "
    "to the root, half way along the main line or at its end; places and size are assumed.",
)
def by_place(solved: Solved) -> Reproduced:
    """Voltage and power of both boundary buses along the curve, by place of the plants."""
    changes: dict[str, Change] = {"no plant": lambda scenario: scenario}
    for place in PLACES:
        changes[f"at the {place}"] = partial(with_plants, plant=Plant(SHARE, place))
    table = _curves(solved, changes)
    top = table.groupby(["loads", "change"])["lambda"].max()
    firm, soft = (top[loads] for loads in LOADS)
    told = listed(f"{firm[name]:.2f} ({name})" for name in changes)
    placed = span(soft.drop("no plant"), ".3f")
    finding = (
        f"With constant power the greatest loading is {told}: the farther a plant stands, the "
        f"more line it relieves. With loads of households it is {soft['no plant']:.3f} without "
        f"plant and {placed} with one, wherever it stands, because transmission gives way first."
    )
    return Reproduced(table, Chart(_panels(table)), finding)


@item(
    "table-3.3",
    "Losses of the feeder at bus 10 by R/X",
    f"{READING}; base case, R changes with X held; computed reference values beside.",
)
def losses(solved: Solved) -> Reproduced:
    """Losses (MW) by load model and factor on R."""
    rows = []
    for loads, exponents in LOADS.items():
        scenario = solved.scenario(two_feeders_on_14(exponents))
        for factor, reference in zip(FACTORS, LOSSES[loads], strict=True):
            flow = base_load_flow(with_resistance(scenario, factor, "x"))
            loss = flow.areas["D10"].loss_mw
            rows.append((loads, factor, loss, reference, loss - reference))
    columns = ["loads", "factor", "loss_mw", "reference_mw", "difference_mw"]
    table = pd.DataFrame(rows, columns=columns)
    firm, soft = (table.query("loads == @loads")["loss_mw"] for loads in LOADS)
    finding = (
        f"Losses grow from {firm.iloc[0]:.3f} to {firm.iloc[-1]:.3f} MW with constant power, "
        f"{firm.iloc[-1] / firm.iloc[0]:.1f} times for {FACTORS[-1] / FACTORS[0]:g} times the "
        f"resistance. With loads of households they grow to {soft.iloc[-1]:.3f} MW alone, because "
        "lower voltage sheds load."
    )
    return Reproduced(table, finding=finding)


def _curves(solved: Solved, changes: Mapping[str, Change]) -> pd.DataFrame:
    """Points of both boundary buses by load model and change of the feeders."""
    parts = []
    for loads, exponents in LOADS.items():
        fed = two_feeders_on_14(exponents)
        for name, change in changes.items():
            found = followed(change(solved.scenario(fed)), direction=SLACK_ONLY)
            own = points(found, fed.boundaries)
            parts.append(own.assign(loads=loads, change=name))
    return pd.concat(parts, ignore_index=True)


def _panels(table: pd.DataFrame) -> tuple[Panel, ...]:
    """One panel for each load model and boundary bus."""
    return tuple(
        Panel(
            f"bus {bus}, {loads}",
            "power into the feeder, MW",
            "voltage, p.u.",
            series_by(own, "change", "p_mw", "v_pu"),
        )
        for (loads, bus), own in table.groupby(["loads", "bus"], sort=False)
    )


ITEMS = (by_resistance, by_place, losses)
