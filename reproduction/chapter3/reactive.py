"""Reactive power of renewable plants: what they can give, and what it does to the margin."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from reproduction.chapter3.systems import LOADS, METHODS, SLACK_ONLY
from reproduction.findings import span
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from scenarios.scenario import Scenario
from scenarios.systems.stability import Exponents, two_feeders_on_14
from scenarios.variants.generation import OVERSIZE, Plant, ReactiveMode, with_plants
from security.continuation.curve_tables import limit_table
from security.continuation.margin import Margin, margin

SHARES = (0.2, 0.4, 0.6)
OUTPUTS = (1.0, 0.7, 0.4)  # of rated power
FREE_MVAR = 1e4  # no limit of transmission's generators is met
HOLDS = "holds 1 p.u. within the inverter"
GREATEST = "all that the inverter leaves"
MODES: dict[str, ReactiveMode] = {
    "none": "unity",
    "power factor 0.95": "power_factor",
    GREATEST: "greatest",
    HOLDS: "holds_voltage",
}
FED = "T14D2, 33-bus feeders at buses 10 and 12 of IEEE 14, one plant at the end of each"
COMPARED = ("TCPF", "CCPF")


@dataclass(frozen=True)
class WithPlants:
    """T14D2 with plants within their inverters; other generators have no reactive limit."""

    exponents: Exponents
    plant: Plant

    def build(self) -> Scenario:
        """The scenario."""
        plain = two_feeders_on_14(self.exponents).build()
        units = tuple(
            replace(g, q_min_mvar=-FREE_MVAR, q_max_mvar=FREE_MVAR) for g in plain.generators
        )
        return with_plants(replace(plain, generators=units), self.plant)


@item(
    "table-3.1",
    "Greatest loading with reactive power of renewable plants, TCPF and CCPF",
    f"QM is read as the way in which plants give reactive power; {FED}, within its inverter's "
    "limits; no other reactive limits; the slack bus alone picks up; TCPF lumps what feeders draw; "
    "sizes and modes are assumed.",
)
def with_reactive_power(solved: Solved) -> Reproduced:
    """Lambda at the nose by load model, size of the plants, mode and method.

    `at_limit_from_lambda` is the loading at which the last plant that holds a voltage comes to
    its greatest reactive power.
    """
    table = pd.DataFrame(list(_margins(solved)))
    constant = table[table["loads"] == next(iter(LOADS))]
    mode = constant["reactive_power"]
    none, most = (constant["ccpf_lambda"][mode == m].to_numpy() for m in ("none", GREATEST))
    lumped = span(constant["tcpf_lambda"], ".2f")
    exhausted = span(table["at_limit_from_lambda"].dropna(), ".2f")
    finding = (
        f"With constant power CCPF finds {span(most - none, '.2f')} more loading where inverters "
        f"give all they can, and TCPF, to which feeders are loads, sees {lumped} whatever they do. "
        f"Plants that hold 1 p.u. stand at their greatest reactive power from lambda {exhausted} "
        "on, before any nose, so that they end where those end that give all from the beginning."
    )
    return Reproduced(table, finding=finding)


@item(
    "table-3.2",
    "Reactive power that the inverters of plants leave",
    f"Q = sqrt(S^2 - P^2) with S = {OVERSIZE:g} times rated power; {FED}; sizes are assumed.",
)
def capability(solved: Solved) -> Reproduced:
    """Greatest reactive power (Mvar) of each feeder's plant by penetration and output."""
    scenario = solved.scenario(two_feeders_on_14())
    load = {
        area: sum(r.p_mw for r in scenario.loads if r.area == area)
        for area in scenario.distribution
    }
    rows = []
    for area, p_load in load.items():
        for share in SHARES:
            for output in OUTPUTS:
                rated = share * p_load
                plant = replace(Plant(share), rated_over_output=1 / output)
                q_max = plant.q_max(rated * output)
                rows.append((area, share, output, rated * output, q_max, q_max / rated))
    columns = ["area", "rated_over_load", "output", "p_mw", "q_max_mvar", "q_max_over_rated"]
    table = pd.DataFrame(rows, columns=columns)
    by_output = table.groupby("output")["q_max_over_rated"].first()
    finding = (
        f"At rated power an inverter of {OVERSIZE:g} times that leaves {by_output[1.0]:.3f} of it "
        f"for reactive power, and at {OUTPUTS[-1]:.0%} output {by_output[OUTPUTS[-1]]:.3f}. At "
        f"{SHARES[-1]:.0%} penetration that is {table['q_max_mvar'].max():.2f} Mvar at most, in "
        "the feeder with the larger load."
    )
    return Reproduced(table, finding=finding)


def _margins(solved: Solved) -> Iterator[dict[str, object]]:
    for loads, exponents in LOADS.items():
        for share in SHARES:
            for words, mode in MODES.items():
                case = WithPlants(exponents, Plant(share, mode=mode))
                found = {name: _margin(solved.scenario(case), name) for name in COMPARED}
                yield {
                    "loads": loads,
                    "plant_over_load": share,
                    "reactive_power": words,
                    **{f"{name.lower()}_lambda": m.lambda_max for name, m in found.items()},
                    "at_limit_from_lambda": _from(found["CCPF"]) if words == HOLDS else np.nan,
                }


def _margin(scenario: Scenario, name: str) -> Margin:
    found = margin(scenario, method=METHODS[name], direction=SLACK_ONLY)
    assert isinstance(found, Margin)
    return found


def _from(found: Margin) -> float:
    """Loading from which on no plant holds its voltage."""
    met = limit_table(found)
    return float(met.loc[met["event"].str.contains("greatest"), "lambda"].max())


ITEMS = (with_reactive_power, capability)
