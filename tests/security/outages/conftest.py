"""Coupled systems whose outages are studied, and two hand-made ones."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.assembly import assemble
from scenarios.importers.matpower import import_matpower
from scenarios.networks import load_network, scale_feeder
from scenarios.records import PQ, SLACK, Area, Boundary, Branch, Bus, Generator, Load, Offer
from scenarios.scenario import Scenario
from security.outages.ac import Before
from security.outages.contingency import Contingency
from security.outages.dc import DcBefore
from security.outages.outage import single_outages

FOLDER = Path(__file__).parents[2] / "reference" / "contingency"
FED = {"9": "D9", "10": "D10", "14": "D14"}  # IEEE 14 with a feeder for each load
CAP_FLOOR_MW, CAP = 15.0, 1.3


@pytest.fixture(scope="session")
def coupled():
    """IEEE 14 with two feeders and the reference's ratings."""
    read = import_matpower(FOLDER / "T.m", {"10": FOLDER / "D01.m", "12": FOLDER / "D02.m"})
    return rated(read, pd.read_csv(FOLDER / "14A_ratings.csv")["Pmax_MW"])


def rated(scenario, ratings):
    """The scenario with ratings (MVA) of transmission's branches, in their order."""
    values = iter(ratings)
    return replace(
        scenario,
        branches=tuple(
            replace(k, rating_mva=float(next(values))) if k.area == scenario.transmission else k
            for k in scenario.branches
        ),
    )


def all_outages(scenario, *, approach="ac", **options):
    """Every single outage of a scenario's base case."""
    before = Before.of(scenario, **options)
    outages = single_outages(before.operators.upper)
    by = before if approach == "ac" else DcBefore.of(before)
    return Contingency(before.layout, by.intact(), tuple(by.after(outages)))


@pytest.fixture(scope="session")
def found(coupled):
    return all_outages(coupled)


@pytest.fixture(scope="session")
def household():
    """IEEE 14 with scaled 33-bus feeders at 9, 10, 14, loads with exponents of 1.2 and 3."""
    upper = load_network("ieee14", "T")
    loads = {r.bus: r for r in upper.loads}
    below = [scale_feeder(load_network("feeder33", a), loads[b].p_mw) for b, a in FED.items()]
    below = [replace(t, loads=tuple(replace(r, n_p=1.2, n_q=3.0) for r in t.loads)) for t in below]
    kept = replace(upper, loads=tuple(r for r in upper.loads if r.bus not in FED))
    scenario = assemble(
        "household", [kept, *below], {a: b for b, a in FED.items()}, profiles={}, hours=(1.0,),
        voll_usd_per_mwh=3000.0, spill_usd_per_mwh=3000.0,
    )  # fmt: skip
    base = Before.of(scenario).intact().flow.real
    return rated(scenario, np.maximum(CAP * np.abs(base), CAP_FLOOR_MW))


def two_lines(load_mw, *, lines=2, second_unit=False, feeder_x=None, current_mvar=0.0, v_set=1.0):
    """A source of 1 p.u. and a load without Q, with parallel lines of x = 0.5 between.

    With `feeder_x` the load is at the end of a feeder of that reactance; `current_mvar` is
    reactive load of constant current.
    """
    where, at = ("T", "b") if feeder_x is None else ("D", "end")
    buses = [Bus("T", "a", 100.0, 0.3, 1.5, kind=SLACK), Bus("T", "b", 100.0, 0.3, 1.5, kind=PQ)]
    branches = [Branch("T", f"line-{n + 1}", "a", "b", 0.0, 0.5) for n in range(lines)]
    areas, boundaries = [Area("T", "transmission", 100.0)], ()
    if feeder_x is not None:
        areas.append(Area("D", "distribution", 100.0, type="A"))
        buses += [
            Bus("D", "root", 100.0, 0.3, 1.5, kind=SLACK),
            Bus("D", "end", 100.0, 0.3, 1.5, kind=PQ),
        ]
        branches.append(Branch("D", "wire", "root", "end", 0.0, feeder_x))
        boundaries = (Boundary("B", "b", "D", "root"),)
    units = ["one", "two"] if second_unit else ["one"]
    return Scenario(
        "two lines", (1.0,), 500.0, 100.0, tuple(areas), tuple(buses), tuple(branches),
        generators=tuple(Generator("T", u, "a", 0.0, 500.0, v_set_pu=v_set) for u in units),
        offers=tuple(Offer("T", u, None, 1, 500.0, 10.0) for u in units),
        loads=(Load(where, "load", at, load_mw, current_mvar, 0.0, 1.0),),
        boundaries=boundaries,
    )  # fmt: skip
