"""Resistance of feeders and the place of generation."""

from functools import partial

import pandas as pd

from reproduction.chapter3.systems import LOADS, Change, Sweep, two_feeders_on_14
from reproduction.chart import Chart, Panel
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by
from scenarios.variants.feeders import Held, with_resistance
from scenarios.variants.generation import Place, Plant, with_plants
from security.load_flow import base_load_flow

FACTORS = (0.5, 1.0, 1.5, 2.0)
HELD: dict[str, Held] = {"X held": "x", "|Z| held": "z"}
PLACES: tuple[Place, ...] = ("root", "middle", "end")
SHARES = (0.0, 0.2, 0.4, 0.6)
PUBLISHED = {
    ("constant power", "X held"): (2.528, 1.935, 1.432, 1.051),
    ("households", "X held"): (3.104, 3.107, 3.111, 3.116),
    ("constant power", "|Z| held"): (1.957, 1.935, 1.958, 1.983),
    ("households", "|Z| held"): (3.110, 3.107, 3.106, 3.105),
}
LOSSES = {
    "constant power": (0.209, 0.438, 0.691, 0.974),
    "households": (0.216, 0.420, 0.611, 0.791),
}
READING = (
    "IEEE 14 with 33-bus feeders at 10 and 12, constant power and households (exponents 1.2, 3.0); "
    "the slack bus alone picks up; no reactive limits"
)


@item(
    "fig-3.12",
    "Greatest loading by R/X of the feeders",
    f"{READING}; R/X changes with X held or with |Z| held; computed reference values beside.",
)
def by_resistance(solved: Solved) -> Reproduced:
    """Lambda at the nose by load model, what is held, and the factor on R/X."""
    parts = []
    for words, held in HELD.items():
        changes: dict[str, Change] = {
            str(f): partial(with_resistance, factor=f, held=held) for f in FACTORS
        }
        found = Sweep(two_feeders_on_14, changes).margins(solved)
        parts.append(found.assign(held=words, factor=found["change"].astype(float)))
    table = pd.concat(parts, ignore_index=True).drop(columns="change")
    rows = zip(table["loads"], table["held"], table["factor"], strict=True)
    table["reference"] = [PUBLISHED[loads, held][FACTORS.index(f)] for loads, held, f in rows]
    table["difference"] = table["lambda_max"] - table["reference"]
    return Reproduced(table, Chart(_panels(table, "held", "factor", "R/X over its base")))


@item(
    "fig-3.13",
    "Greatest loading by place and size of generation in the feeders",
    f"{READING}; one plant a feeder without reactive power, next to the root, half way along the "
    "main line or at its end; places are assumed.",
)
def by_place(solved: Solved) -> Reproduced:
    """Lambda at the nose by load model, place and share of the feeder's load."""
    parts = []
    for place in PLACES:
        changes: dict[str, Change] = {
            str(s): partial(with_plants, plant=Plant(s, place)) if s else lambda x: x
            for s in SHARES
        }
        found = Sweep(two_feeders_on_14, changes).margins(solved)
        parts.append(found.assign(place=place, share=found["change"].astype(float)))
    table = pd.concat(parts, ignore_index=True).drop(columns="change")
    return Reproduced(table, Chart(_panels(table, "place", "share", "plant over load")))


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
    return Reproduced(pd.DataFrame(rows, columns=columns))


def _panels(table: pd.DataFrame, name: str, x: str, words: str) -> tuple[Panel, ...]:
    return tuple(
        Panel(str(loads), words, "lambda at the nose", series_by(own, name, x, "lambda_max"))
        for loads, own in table.groupby("loads", sort=False)
    )


ITEMS = (by_resistance, by_place, losses)
