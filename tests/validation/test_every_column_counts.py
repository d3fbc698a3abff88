"""No number of a result table can be changed unnoticed, unless it is said here to be free."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.flexibility_multilevel import FlexibilityMultilevel
from market.designs.integrated import Integrated
from market.designs.local_wholesale import LocalWholesale
from market.designs.zonal import Zonal
from market.operators.operators import Operators
from scenarios.records import Commitment, Outage, Reserve, ReserveOffer, Storage
from scenarios.results import RESULTS, LedgerEntry, Surplus, WholesaleShare
from scenarios.systems import build_system
from scenarios.zones import TransferCapacity
from tests.market.commitment.one_bus import one_bus, plant, start, unit
from tests.market.reserve.one_feeder import feeder
from tests.market.two_zones import two_zones
from validation import validate

BLIND = {  # a schedule that saw no network has none of these
    (table, f"{name}")
    for table, names in {
        "schedule": ["q_mvar", "p_wholesale_mw"],
        "schedule_boundary": ["q_mvar", "ban_usd_per_mwh"],
        "schedule_lmp": ["voltage_usd_per_mwh", "loss_usd_per_mwh", "reactive_usd_per_mvarh"],
    }.items()
    for name in names
}
FREE = {
    ("relaxation", "excess_loss_mw"): "what was repaired is not in the repaired schedule",
    ("non_convexity", "unproved_usd"): "a bound: only another search could tell that it is too far",
    ("other_price", "loss_usd_per_mwh"): "where plants start and stop no network has losses",
    ("round", "quantity_residual_mw"): "of rounds before the last: only its operators know it",
    ("round", "price_residual_usd_per_mwh"): "the same",
    ("wholesale_offer", "beta_usd_per_mwh"): "what is asked is known from the scenario",
    ("wholesale_offer", "deliverable_mw"): "a forecast before the day; nothing rests on it",
}
OF_RESERVE = {"boundary_reserve", "reserve_bus", "reserve_flow"}
OF_PLANTS = {
    "plant",
    "reserve",
    "reserve_held",
    "other_price",
    "lost_opportunity",
    "non_convexity",
    "outage_limit",
}
KEYS = {"period", "round", "point"}


@pytest.fixture(scope="module")
def days():
    """Clearings that fill every table: feeders with losses, local markets, prices with a choice."""
    lossy, local = build_system("A"), build_system("local-wholesale")
    battery = Storage("D10", "battery", "5", 1.0, 1.0, 2.0, 0.0, 1.0, 1.0, 0.9, 0.9)
    lossy = replace(lossy, storage=(battery,))
    both = replace(battery, participation="type1", gamma=0.5)
    local = replace(local, storage=(both,))
    return (
        (lossy, Cmo(Schedules(1e-4)).clear(Operators(lossy, distribution="branch_flow_cone"))),
        (local, LocalWholesale(gamma=0.5).clear(Operators(local))),
        (local, Conventional().clear(Operators(local))),
        _zonal(local),
        _tied(),
    )


def _tied():
    """All that a1 and a2 can make is used: any price from 25 to 50 $/MWh supports that."""
    scenario = two_zones(load_mw=120.0, line_mw=130.0)
    return scenario, Zonal().clear(Operators(scenario))


def _zonal(scenario):
    """Two zones, of which one imports all that it may."""
    scenario = replace(
        scenario,
        buses=tuple(
            replace(b, zone="north" if int(b.bus) > 5 else "south") if b.area == "T" else b
            for b in scenario.buses
        ),
        transfer_capacities=(
            TransferCapacity("north", "south", 5.0), TransferCapacity("south", "north", 20.0),
        ),
    )  # fmt: skip
    return scenario, Zonal().clear(Operators(scenario))


@pytest.fixture(scope="module")
def plant_day():
    """A plant that starts and stops, and holds some of the reserve that is asked."""
    plants = one_bus(
        [60.0, 30.0],
        [unit("base", 50.0, 20.0), unit("gas", 40.0, 50.0, least=10.0)],
        commitments=[plant("gas")],
        startups=start("gas", (1.0, 100.0)),
        reserves=(Reserve("T", "spinning", None, 40.0, 30.0),),
        reserve_offers=(ReserveOffer("T", "spinning", "gas", price_usd_per_mwh=1.0),),
    )
    return plants, Integrated().clear(Operators(plants, reprices=True))


@pytest.fixture(scope="module")
def reserve_day():
    """A feeder whose voltages limit what it holds for transmission."""
    scenario = feeder(10.0, rating=20.0)
    line = replace(scenario.branches[0], r_pu=0.1, x_pu=0.1)
    far = replace(scenario.buses[2], v_max_pu=1.05)
    bound = scenario.with_tables({"branches": (line,), "buses": (*scenario.buses[:2], far)})
    return bound, Integrated().clear(Operators(bound))


@pytest.fixture(scope="module")
def feeder_day():
    """A generator that starts and stops, outages to be survived, and a feeder with voltages."""
    built = build_system("A")
    dearest = built.generators[0]
    plants = (Commitment(dearest.area, dearest.generator, min_up_h=4.0),)
    linear = tuple(replace(o, slope_usd_per_mw2h=0.0) for o in built.offers)
    upper = [k for k in built.branches if k.area == built.transmission]
    rated = tuple(replace(k, rating_mva=60.0) for k in upper)
    scenario = replace(
        built,
        commitments=plants,
        offers=linear,
        branches=(*rated, *(k for k in built.branches if k not in upper)),
        outages=tuple(Outage(k.area, k.branch) for k in upper),
    )
    return scenario, Integrated().clear(Operators(scenario, reprices=True))


@pytest.fixture(scope="module")
def blind_day():
    """Transmission buys what breaks a feeder, which nobody mends."""
    scenario = build_system("two-buses")
    design = FlexibilityMultilevel(forwarding="blind")
    return scenario, design.clear(Operators(scenario))


@pytest.fixture(scope="module")
def days_of(days, plant_day, feeder_day, blind_day, reserve_day):
    """The clearings that fill a table."""
    special = {
        **dict.fromkeys(OF_PLANTS, (plant_day, feeder_day)),
        **dict.fromkeys(OF_RESERVE, (reserve_day,)),
        "unmended": (blind_day,),
    }
    return lambda table: special.get(table, days)


def numbers():
    elsewhere = (LedgerEntry, Surplus, WholesaleShare)  # of settlements
    for table, record in RESULTS.items():
        if record not in elsewhere:
            for name, kind in record.__annotations__.items():
                if "float" in str(kind) and name not in KEYS and (table, name) not in BLIND:
                    yield table, name


def changed(clearing, table, column):
    """The clearing with the largest number of a column a tenth larger; None if it has none."""
    held = clearing.tables[table]
    values = np.array(held[column].to_pylist(), dtype=float)
    if not np.isfinite(values).any():
        return None
    row = int(np.nanargmax(np.abs(values)))
    values[row] += max(1.0, 0.1 * abs(values[row]))
    at = held.schema.get_field_index(column)
    array = pa.array(values, from_pandas=True).cast(held.schema.field(at).type)
    wrong = held.set_column(at, held.schema.field(at), array)
    return replace(clearing, tables=dict(clearing.tables) | {table: wrong})


@pytest.mark.parametrize(("table", "column"), list(numbers()))
def test_a_changed_number_is_found(days_of, table, column):
    found = []
    for scenario, clearing in days_of(table):
        if table == "message" and clearing.certificate is None:
            continue  # forecasts and bids of one pass are free; plans are changed below
        wrong = changed(clearing, table, column)
        if wrong is not None:
            found.append(any(not c.passed for c in validate(scenario, wrong)))
    if (table, column) not in FREE:
        assert found
        assert all(found)


def test_a_changed_plan_of_one_pass_is_found(days):
    """Conventional and zonal markets tell their plan once, and it is kept."""
    for scenario, clearing in days:
        if clearing.certificate is None and clearing.tables["boundary"].num_rows:
            sent = clearing.frame("message")
            sent.loc[sent[sent["quantity"] == "plan"].index[-1], "value"] += 1.0
            schema = clearing.tables["message"].schema
            wrong = pa.Table.from_pandas(sent, schema, preserve_index=False)
            tables = dict(clearing.tables) | {"message": wrong}
            failed = [
                c.name for c in validate(scenario, replace(clearing, tables=tables)) if not c.passed
            ]
            assert failed == ["plans are kept"]


@pytest.fixture(scope="module")
def asked_often():
    """A day on which the two areas whose batteries couple hours get several questions a round."""
    built = build_system("B")
    areas = sorted({battery.area for battery in built.storage})[:2]
    scenario = replace(built, storage=tuple(b for b in built.storage if b.area in areas))
    return scenario, Cmo(Schedules(1e-7, prices_a_round=4)).clear(Operators(scenario)), areas


def test_each_question_of_a_round_counts(asked_often):
    scenario, clearing, areas = asked_often
    sent = clearing.frame("message")
    count = sent[sent.quantity == "slack"].groupby(["sender", "round"]).size().groupby("sender")
    assert set(count.max()[areas]) == {4}
    assert set(count.max().drop(areas)) == {1}
    assert [c for c in validate(scenario, clearing) if not c.passed] == []


@pytest.mark.parametrize("which", [0, 2])
@pytest.mark.parametrize("quantity", ["schedule", "welfare"])
def test_a_changed_answer_to_any_question_is_found(asked_often, quantity, which):
    """Of four questions in a round, to the first that all are asked and to one put to two areas."""
    scenario, clearing, areas = asked_often
    sent = clearing.tables["message"].to_pandas()
    often = sent[(sent.sender == areas[0]) & (sent.quantity == "slack")].groupby("round").size()
    own = sent.boundary.isin([b.boundary for b in scenario.boundaries if b.area == areas[0]])
    asked = sent[own & (sent["round"] == often[often == 4].index[0]) & (sent.quantity == quantity)]
    question = asked.groupby("period", dropna=False).cumcount()
    row = asked[question == which].value.abs().idxmax()
    sent.loc[row, "value"] += 1.0 + 0.5 * abs(sent.loc[row, "value"])
    table = pa.Table.from_pandas(sent, clearing.tables["message"].schema, preserve_index=False)
    wrong = replace(clearing, tables=dict(clearing.tables) | {"message": table})
    assert "totals of the log" in {c.name for c in validate(scenario, wrong) if not c.passed}


def test_unchanged_days_pass(days, plant_day, feeder_day):
    for scenario, clearing in (*days, plant_day, feeder_day):
        assert [c for c in validate(scenario, clearing) if not c.passed] == []


def test_every_free_column_is_a_column():
    assert set(numbers()) >= FREE.keys()
