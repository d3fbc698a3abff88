"""A day on the 30-bus case, beside MATPOWER's and MOST's results."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.records import Area, Bid, Branch, Bus, Generator, Load, Offer, ProfileValue
from scenarios.scenario import Scenario
from validation import validate

FOLDER = Path(__file__).parents[1] / "reference" / "case30"
BUSES = [str(n) for n in range(1, 31)]
UNIT_BUS = ["1", "2", "22", "27", "23", "13"]
DISPATCH_BEFORE = [23.54, 60.97, 21.59, 26.91, 19.2, 37.0]  # MW, the case's own
HOURS = range(1, 25)


def matrix(name):
    return np.loadtxt(FOLDER / name, delimiter=",", comments="#")


def units(*, ramps):
    offers = pd.read_csv(FOLDER / "offers.csv")
    for n, rows in offers.groupby("gen_row_1based"):
        p_max = float(rows.MW.sum())
        yield (
            Generator(
                "T", f"g{n}", UNIT_BUS[n - 1], 0.0, p_max,
                ramp_mw_per_h=0.12 * p_max if ramps else None,
                p_initial_mw=DISPATCH_BEFORE[n - 1] if ramps else None,
            ),
            [Offer("T", f"g{n}", None, int(r.block), r.MW, r.price) for r in rows.itertuples()],
        )  # fmt: skip


def flexible(*, hour):
    """Bids with their value blocks; those of one `hour` in all hours, or each hour's own."""
    table = pd.read_csv(FOLDER / "bids.csv")
    for bus, rows in table.groupby("bus"):
        blocks = [
            Offer("T", f"b{bus}", t, int(r.block), r.MW, r.price)
            for t in HOURS
            for r in rows[rows.hour == (hour or t)].itertuples()
        ]
        yield Bid("T", f"b{bus}", str(bus), 0.0, 1000.0), blocks


def fixed():
    table = pd.read_csv(FOLDER / "fixed_load.csv").pivot(index="hour", columns="bus", values="MW")
    for bus, values in table.fillna(0.0).items():
        row = [ProfileValue(f"l{bus}", t, float(values[t])) for t in HOURS]
        yield Load("T", f"l{bus}", str(bus), 1.0, profile=f"l{bus}"), row


def case30(*, bids_of_hour=None, ramps=False):
    lines = pd.read_csv(FOLDER / "network_branches.csv").to_numpy()
    generators, bids, loads = units(ramps=ramps), flexible(hour=bids_of_hour), fixed()
    generators, bids, loads = list(generators), list(bids), list(loads)
    return Scenario(
        name="case30",
        hours=(1.0,) * 24,
        voll_usd_per_mwh=500.0,
        spill_usd_per_mwh=500.0,
        areas=(Area("T", "transmission", 100.0),),
        buses=tuple(
            Bus("T", i, 135.0, 0.9, 1.1, kind="slack" if i == "1" else "pq") for i in BUSES
        ),
        branches=tuple(
            Branch(
                "T", f"{int(k[0])}", f"{int(k[1])}", f"{int(k[2])}", 0.0, k[3],
                tap=k[4] or 1.0, shift_deg=k[5], rating_mva=k[7] or None,
            )
            for k in lines
        ),
        generators=tuple(g for g, _ in generators),
        offers=tuple(o for part in (generators, bids) for _, offers in part for o in offers),
        loads=tuple(r for r, _ in loads),
        bids=tuple(k for k, _ in bids),
        profiles=tuple(v for _, row in loads for v in row),
    )  # fmt: skip


def cleared(**options):
    scenario = case30(**options)
    clearing = Integrated().clear(Operators(scenario))
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    return clearing


@pytest.fixture(scope="module")
def hourly():
    return cleared()


def prices(clearing):
    table = clearing.tables["lmp"].to_pandas()
    return table.pivot(index="period", columns="bus", values="lmp_usd_per_mwh")[BUSES].to_numpy()


def power(clearing, kind):
    table = clearing.tables["dispatch"].to_pandas()
    rows = table[table.kind == kind]
    return rows.pivot(index="period", columns="asset", values="p_mw")


def test_hourly_welfare(hourly):
    dispatch = hourly.tables["dispatch"].to_pandas()
    day = dispatch.groupby("period")[["value_usd", "cost_usd"]].sum()
    gold = pd.read_csv(FOLDER / "gold_summary.csv").social_welfare
    assert (day.value_usd - day.cost_usd).to_numpy() == pytest.approx(gold.to_numpy(), rel=1e-6)


def test_hourly_prices(hourly):
    assert prices(hourly) == pytest.approx(matrix("gold_LMP.csv"), abs=1e-5)


def test_hourly_dispatch(hourly):
    assert power(hourly, "generator").to_numpy() == pytest.approx(matrix("gold_Pg.csv"), abs=1e-5)


def test_hourly_cleared_bids(hourly):
    found = power(hourly, "bid")
    order = [f"b{bus}" for bus in (2, 4, 7, 8, 10, 12, 14, 15, 17, 19, 21, 24, 30)]
    assert found[order].to_numpy() == pytest.approx(matrix("gold_cleared_bids.csv"), abs=1e-5)


def test_hourly_flows(hourly):
    table = hourly.tables["flow"].to_pandas().assign(row=lambda d: d.branch.astype(int))
    found = table.pivot(index="period", columns="row", values="p_mw").to_numpy()
    assert found == pytest.approx(matrix("gold_flow.csv"), abs=1e-5)


@pytest.mark.parametrize(("name", "ramps"), [("most_noramp", False), ("most_ramp", True)])
def test_day_as_one_problem(name, ramps):
    clearing = cleared(bids_of_hour=12, ramps=ramps)
    cost = pd.read_csv(FOLDER / f"{name}_objective.csv").iloc[0, 0]
    assert -clearing.welfare_usd == pytest.approx(cost, rel=1e-6)
    assert prices(clearing) == pytest.approx(matrix(f"{name}_LMP.csv"), abs=1e-5)
    found = power(clearing, "generator").to_numpy()
    assert found == pytest.approx(matrix(f"{name}_Pg.csv"), abs=1e-5)
