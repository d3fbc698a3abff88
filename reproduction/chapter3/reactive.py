"""Reactive power of renewable plants: what they can give, and what it does to the margin."""

from dataclasses import replace

import pandas as pd

from reproduction.chapter3.systems import LOADS, SLACK_ONLY, two_feeders_on_14
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from scenarios.variants.generation import OVERSIZE, Plant, ReactiveMode, with_plants
from security.continuation.margin import margin

SHARES = (0.2, 0.4, 0.6)
OUTPUTS = (1.0, 0.7, 0.4)  # of rated power
MODES: dict[str, ReactiveMode] = {
    "none": "unity",
    "power factor 0.95": "power_factor",
    "all that the inverter leaves": "greatest",
    "holds 1 p.u. within the inverter": "holds_voltage",
}
FED = "IEEE 14 with 33-bus feeders at 10 and 12, one plant at the end of each"


@item(
    "table-3.1",
    "Greatest loading with reactive power of renewable plants",
    f"{FED}; reactive limits of all generators hold; the slack bus alone picks up; sizes and modes "
    "are assumed.",
)
def with_reactive_power(solved: Solved) -> Reproduced:
    """Lambda at the end by load model, size of the plants and how they give reactive power."""
    rows = []
    for loads, exponents in LOADS.items():
        scenario = solved.scenario(two_feeders_on_14(exponents))
        for share in SHARES:
            for words, mode in MODES.items():
                plants = with_plants(scenario, Plant(share, mode=mode))
                found = margin(plants, direction=SLACK_ONLY)
                rows.append((loads, share, words, found.lambda_max))
    columns = ["loads", "plant_over_load", "reactive_power", "lambda_max"]
    return Reproduced(pd.DataFrame(rows, columns=columns))


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
    return Reproduced(pd.DataFrame(rows, columns=columns))


ITEMS = (with_reactive_power, capability)
