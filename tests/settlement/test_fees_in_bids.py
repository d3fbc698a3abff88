"""Grid fees by energy that parties bid with: what they change, and what they do not."""

import dataclasses

import pytest

from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.designs.local_wholesale import LocalWholesale
from market.designs.zonal import Zonal
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from scenarios.assets.storage import Storage
from scenarios.fees import Fee
from scenarios.records import Bid, Offer
from scenarios.systems import build_system
from settlement import settle
from studies.runs.verdicts import verdicts
from validation import validate

PLAIN = build_system("two-buses")


def with_fees(scenario, *fees):
    return scenario.with_tables({"fees": fees})


def cleared(scenario, design=None):
    """A settled clearing that obeys every law, its welfare without fees."""
    clearing = (design or Integrated()).clear(Operators(scenario))
    settled = settle(scenario, clearing.tables, Nodal())
    assert [v for v in verdicts(scenario, clearing, settled) if not v.passed] == []
    return clearing, settled


def power(clearing, asset):
    rows = clearing.frame("dispatch")
    return rows[rows["asset"] == asset]["p_mw"].tolist()


def flexible(value=52.0):
    """The two buses with 10 MW of flexible load at the feeder's root, where energy costs 50."""
    return PLAIN.with_tables(
        {
            "bids": [Bid("F", "flex", "root", 0.0, 10.0)],
            "offers": [*PLAIN.offers, Offer("F", "flex", None, 1, 10.0, value)],
        }
    )


@pytest.mark.parametrize(("in_bids", "used"), [(False, 10.0), (True, 0.0)])
def test_a_fee_that_is_bid_keeps_load_away(in_bids, used):
    """Energy is worth 52 and costs 50 $/MWh; with a fee of 5 it would be worth 47.

    Settled after the day the fee takes 50 $ and welfare stays; bid, 10 MWh less are used and
    welfare falls by 10 x 2 $.
    """
    fee = Fee("F", "use", "bid", None, 5.0, in_bids=in_bids)
    clearing, settled = cleared(with_fees(flexible(), fee))
    assert power(clearing, "flex") == pytest.approx([used])
    free = cleared(flexible())[0].welfare_usd
    assert clearing.welfare_usd == pytest.approx(free - 2.0 * (10.0 - used))
    told = next(r for r in settled.statement.to_pylist() if r["asset"] == "flex")
    assert told["energy_fee_usd"] == pytest.approx(-5.0 * used)
    assert told["own_usd"] == pytest.approx(52.0 * used)


def test_a_generator_asks_for_its_fee_and_sets_the_price_with_it():
    """b1 is marginal at b: its 50 $/MWh and a fee of 4 are the price; it earns its cost."""
    fee = Fee("T", "feed-in", "generator", "b1", 0.0, 4.0, in_bids=True)
    clearing, settled = cleared(with_fees(PLAIN, fee))
    lmp = clearing.frame("lmp").set_index(["area", "bus"])["lmp_usd_per_mwh"]
    assert lmp["T", "b"] == pytest.approx(54.0)
    told = next(r for r in settled.statement.to_pylist() if r["asset"] == "b1")
    assert (told["own_usd"], told["surplus_usd"]) == pytest.approx((-50.0 * 65.0, 0.0))
    assert told["before_fees_usd"] == pytest.approx(4.0 * 65.0)


@pytest.mark.parametrize(
    ("rates", "moved"), [((0.0, 0.0), 4.0), ((6.0, 5.0), 4.0), ((8.0, 5.0), 0.0)]
)
def test_a_store_trades_if_prices_are_apart_by_more_than_fees_both_ways(rates, moved):
    """Prices of 50 and 62 $/MWh: 12 apart."""
    day = dataclasses.replace(PLAIN, hours=(1.0, 1.0))
    offers = [o for o in day.offers if o.owner != "b1"]
    by_hour = [Offer("T", "b1", t, 1, 100.0, price) for t, price in ((1, 50.0), (2, 62.0))]
    scenario = day.with_tables(
        {
            "offers": [*[dataclasses.replace(o, price_usd_per_mwh=90.0) if o.owner == "unit" else o
                         for o in offers], *by_hour],
            "storage": [Storage("F", "battery", "root", 4.0, 4.0, 4.0)],
        }
    )  # fmt: skip
    fee = Fee("F", "store", "storage", None, *rates, in_bids=True)
    clearing, _ = cleared(with_fees(scenario, fee))
    assert power(clearing, "battery") == pytest.approx([-moved, moved], abs=1e-6)


FEES = [
    Fee("T", "in", "producer", None, 0.0, 1.5, in_bids=True),
    Fee("T", "met", "boundary", None, 2.0, 0.0, 3.0),
    *(
        Fee(area, payer, payer, None, 3.0, 2.0, 4.0, 5.0, in_bids=True)
        for area in ("D10", "D14")
        for payer in ("consumer", "producer", "storage")
    ),
]


@pytest.fixture(scope="module")
def system():
    """The system of local markets, with a battery, flexible load and fees in all areas."""
    battery = Storage("D10", "battery", "5", 1.0, 1.0, 2.0, 0.0, 1.0, 1.0, 0.9, 0.9, 0.5)
    plain = build_system("local-wholesale").with_tables({"storage": [battery]})
    areas = {a.area for a in plain.areas}
    return with_fees(plain, *(fee for fee in FEES if fee.area in areas))


@pytest.fixture(scope="module")
def together(system):
    return cleared(system)[0]


def test_coordination_reaches_the_integrated_market_of_the_same_bids(system, together):
    """Both at what is bid, fees included; the welfare of either is without them."""
    clearing, _ = cleared(system, Cmo(Schedules(gap_relative=1e-7)))
    own, best = (asked_of(system, c.frame("dispatch")) for c in (clearing, together))
    assert own == pytest.approx(best, rel=1e-6)


def asked_of(system, rows):
    """Welfare less fees in bids ($), by arithmetic on the dispatch."""
    rates = {(f.area, f.payer): f for f in system.fees if f.in_bids}
    groups = {"generator": "producer", "bid": "consumer", "storage": "storage"}
    welfare = float((rows["value_usd"] - rows["cost_usd"]).sum())
    for r in rows[rows["kind"].isin(groups)].itertuples():
        fee = rates.get((r.area, groups[r.kind]))
        given = -r.p_mw if r.kind == "bid" else r.p_mw
        if fee is not None:
            rate = fee.injected_usd_per_mwh if given > 0 else fee.withdrawn_usd_per_mwh
            welfare -= rate * abs(given) * system.hours[r.period - 1]
    return welfare


@pytest.mark.parametrize(
    "design", [Conventional(), LocalWholesale(), Zonal()], ids=lambda d: type(d).__name__
)
def test_every_design_keeps_its_laws_with_fees_in_bids(system, together, design):
    clearing, _ = cleared(system, design)
    assert clearing.welfare_usd <= cleared_free(system).welfare_usd + 1e-6


def cleared_free(system):
    return Integrated().clear(Operators(system.with_tables({"fees": []})))


def test_welfare_falls_by_what_fees_keep_away(system, together):
    assert together.welfare_usd < cleared_free(system).welfare_usd


@pytest.mark.parametrize("table", ["dispatch", "schedule"])
def test_a_cost_with_the_fee_in_it_is_found(system, table):
    """What is told as cost is without fees; the validator adds them by itself."""
    clearing = Zonal().clear(Operators(system))
    rows = clearing.frame(table)
    at = rows[(rows["kind"] == "generator") & (rows["area"] == "T")].index
    rows.loc[at, "cost_usd"] += 1.5 * rows.loc[at, "p_mw"]
    held = clearing.tables[table]
    changed = {**clearing.tables, table: held.from_pandas(rows, held.schema, preserve_index=False)}
    failed = {c.name for c in validate(system, dataclasses.replace(clearing, tables=changed))
              if not c.passed}  # fmt: skip
    assert {"dispatch": "costs and values", "schedule": "schedule: costs and values"}[
        table
    ] in failed
