"""Every kind of broken scenario is found, named, and found alone."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from scenarios.check import check_scenario
from scenarios.records import (
    Area,
    Bid,
    Boundary,
    Branch,
    Bus,
    Fee,
    Generator,
    Load,
    Offer,
    ProfileValue,
    Storage,
)
from scenarios.scenario import Scenario

Change = Callable[[Scenario], Scenario]


def put(table: str, row: int, **values: Any) -> Change:
    """Change columns of a row, from 1."""

    def change(s: Scenario) -> Scenario:
        held = list(getattr(s, table))
        held[row - 1] = dataclasses.replace(held[row - 1], **values)
        return dataclasses.replace(s, **{table: tuple(held)})

    return change


def add(table: str, *records: Any) -> Change:
    """Append rows."""
    return lambda s: dataclasses.replace(s, **{table: (*getattr(s, table), *records)})


def drop(table: str, *numbers: int) -> Change:
    """Remove rows, from 1."""

    def change(s: Scenario) -> Scenario:
        kept = [r for n, r in enumerate(getattr(s, table), start=1) if n not in numbers]
        return dataclasses.replace(s, **{table: tuple(kept)})

    return change


def head(**values: Any) -> Change:
    """Change what `scenario.toml` holds."""
    return lambda s: dataclasses.replace(s, **values)


def both(*changes: Change) -> Change:
    """Apply several changes."""

    def change(s: Scenario) -> Scenario:
        for one in changes:
            s = one(s)
        return s

    return change


ISLAND = both(
    add("buses", Bus("T", "t4", 132.0, 0.9, 1.1), Bus("T", "t5", 132.0, 0.9, 1.1)),
    add("branches", Branch("T", "4-5", "t4", "t5", 0.01, 0.1)),
)
NAN = float("nan")

# what is broken, how, where it is found, what is said
BROKEN: list[tuple[str, Change, str, str]] = [
    # scenario.toml
    ("zero voll", head(voll_usd_per_mwh=0.0), "key 'voll_usd_per_mwh'", "0.0 $/MWh"),
    ("negative spill price", head(spill_usd_per_mwh=-1.0), "key 'spill_usd_per_mwh'", "-1.0"),
    ("negative hour", head(hours=(1.0, -1.0, 1.0)), "key 'hours'", "-1.0 h"),
    ("empty day", head(hours=()), "key 'hours'", "no period"),
    ("empty scenario name", head(name=""), "key 'name'", "empty"),
    ("line break in the currency", head(currency="USD\nX"), "key 'currency'", "printed"),
    # names
    ("line break in a name", add("loads", Load("T", "a\nb", "t2", 1.0)),
     r"row 3, load 'T/a\nb'", "printed"),
    ("zero byte in a name", add("loads", Load("T", "a\x00b", "t2", 1.0)),
     r"row 3, load 'T/a\x00b'", "printed"),
    ("duplicate bus", add("buses", Bus("D", "d3", 12.66, 0.9, 1.1)),
     "row 7, bus 'D/d3'", "row 6 has the same name"),
    ("duplicate load", add("loads", Load("T", "city", "t2", 1.0)),
     "row 3, load 'T/city'", "row 1 has the same name"),
    ("duplicate offer", add("offers", Offer("T", "coal", None, 2, 1.0, 40.0)),
     "offer 'T/coal/all/2'", "row 2 has the same name"),
    ("empty name", put("loads", 1, load=""), "column 'load'", "empty"),
    ("generator and bid share a name",
     add("generators", Generator("D", "flex", "d2", 0.0, 2.0)),
     "bid 'D/flex', column 'bid'", "generator in row 4 has the same name"),
    ("area called tso", both(add("areas", Area("tso", "distribution", 10.0)),
     add("buses", Bus("tso", "a", 10.0, 0.9, 1.1, kind="slack")),
     add("boundaries", Boundary("b", "t2", "tso", "a"))), "area 'tso'", "stands for"),
    # numbers
    ("nan", put("branches", 4, r_pu=NAN), "branch 'D/1-2', column 'r_pu'", "nan"),
    ("nan for no limit", put("branches", 4, rating_mva=NAN), "column 'rating_mva'", "null"),
    ("infinity", put("loads", 1, p_mw=float("inf")), "load 'T/city', column 'p_mw'", "inf"),
    ("too large", put("loads", 1, p_mw=1e300), "load 'T/city', column 'p_mw'", "too large"),
    # areas
    ("unknown kind of area", put("areas", 1, kind="transmision"),
     "area 'T', column 'kind'", "near: 'transmission'"),
    ("unknown type of area", put("areas", 2, type="C"), "area 'D', column 'type'", "'C'"),
    ("type A with generators", put("areas", 2, type="A"),
     "area 'D', column 'type'", "'diesel', 'sun', 'battery'"),
    ("zero power base", put("areas", 2, base_mva=0.0), "column 'base_mva'", "0.0 MVA"),
    ("tiny power base", put("areas", 2, base_mva=1e-12), "column 'base_mva'", "from 1e-06"),
    ("second transmission area", both(add("areas", Area("U", "transmission", 100.0)),
     add("buses", Bus("U", "u", 132.0, 0.9, 1.1, kind="slack"))),
     "area 'U', column 'kind'", "'T' is transmission already"),
    ("no slack", put("buses", 4, kind="pq"), "area 'D'", "no bus is slack"),
    ("two slacks", put("buses", 2, kind="slack"), "area 'T'", "'t1', 't2' are slack"),
    ("area without buses", both(add("areas", Area("E", "distribution", 10.0)),
     add("boundaries", Boundary("b", "t2", "E", "e"))), "area 'E'", "has no bus"),
    # references
    ("unknown area", add("loads", Load("TT", "farm", "t2", 1.0)),
     "load 'TT/farm', column 'area'", "'TT' is not in table 'areas'"),
    ("unknown bus of a load", put("loads", 2, bus="d33"),
     "load 'D/village', column 'bus'", "near: 'd3'"),
    ("bus of another area", put("generators", 2, bus="t2"),
     "generator 'D/diesel', column 'bus'", "'t2' is not in area 'D'"),
    ("unknown end of a branch", put("branches", 3, to_bus="t33"),
     "branch 'T/2-3', column 'to_bus'", "near: 't3'"),
    ("unknown profile", put("loads", 1, profile="dya"),
     "load 'T/city', column 'profile'", "near: 'day'"),
    ("unknown owner", add("offers", Offer("T", "coall", None, 1, 1.0, 20.0)),
     "offer 'T/coall/all/1', column 'owner'", "near: 'coal'"),
    ("unknown boundary bus", put("boundaries", 1, transmission_bus="b17"),
     "boundary 'north', column 'transmission_bus'", "'b17' is not in transmission area 'T'"),
    ("unknown root bus", put("boundaries", 1, root_bus="d11"),
     "boundary 'north', column 'root_bus'", "near: 'd1'"),
    # buses and branches
    ("voltage band upside down", put("buses", 5, v_min_pu=1.2),
     "bus 'D/d2', column 'v_min_pu'", "above v_max_pu of 1.1 p.u."),
    ("zero lowest voltage", put("buses", 5, v_min_pu=0.0), "column 'v_min_pu'", "0.0 p.u."),
    ("zero nominal voltage", put("buses", 5, base_kv=0.0), "column 'base_kv'", "0.0 kV"),
    ("unknown kind of bus", put("buses", 5, kind="pqq"), "column 'kind'", "near: 'pq'"),
    ("no reactance in transmission", put("branches", 2, x_pu=0.0),
     "row 2, branch 'T/1-3', column 'x_pu'", "0.0 p.u."),
    ("negative resistance", put("branches", 4, r_pu=-0.1), "column 'r_pu'", "-0.1 p.u."),
    ("zero tap", put("branches", 1, tap=0.0), "column 'tap'", "must be from 0.1 to 10"),
    ("tap of a millionth", put("branches", 1, tap=1e-6), "column 'tap'", "1e-06"),
    ("steep exponent", put("loads", 1, n_p=1e6), "column 'n_p'", "from 0 to 50"),
    ("subnormal load", put("loads", 1, p_mw=5e-324), "column 'p_mw'", "write 0"),
    ("zero rating", put("branches", 1, rating_mva=0.0),
     "column 'rating_mva'", "null means no limit"),
    ("negative rating", put("branches", 1, rating_mva=-5.0), "'rating_mva'", "-5.0 MVA"),
    ("branch from a bus to itself", add("branches", Branch("T", "o", "t2", "t2", 0.0, 0.1)),
     "branch 'T/o', column 'to_bus'", "both ends are bus 't2'"),
    ("island in transmission", ISLAND, "area 'T'", "'t4', 't5'"),
    ("island in a feeder", put("branches", 5, in_service=False), "area 'D'", "island of 'd3'"),
    # boundaries
    ("boundary off the root", put("boundaries", 1, root_bus="d2"),
     "column 'root_bus'", "use 'd1'"),
    ("boundary into transmission", add("boundaries", Boundary("x", "t2", "T", "t1")),
     "boundary 'x', column 'area'", "'T' is transmission"),
    ("second boundary of a feeder", add("boundaries", Boundary("south", "t2", "D", "d1")),
     "boundary 'south', column 'root_bus'", "'north' leads to bus 'd1' of area 'D' already"),
    ("feeder without boundary", drop("boundaries", 1), "bus 'D/d1'", "no boundary"),
    ("boundary limits upside down", put("boundaries", 1, p_min_mw=4.0, p_max_mw=3.0),
     "column 'p_min_mw'", "above p_max_mw of 3.0 MW"),
    ("import that the feeder cannot take", put("boundaries", 1, p_min_mw=7.0),
     "boundary 'north', column 'p_min_mw'", "'D' can take 5.8 MW at most in period 1"),
    ("export that the feeder cannot give", put("boundaries", 1, p_max_mw=-6.0),
     "boundary 'north', column 'p_max_mw'", "'D' can give 5.0 MW at most in period 1"),
    ("negative chi", put("boundaries", 1, chi=-1.0), "column 'chi'", "-1.0 %"),
    # generators
    ("limits upside down", both(put("generators", 2, p_min_mw=5.0)),
     "generator 'D/diesel', column 'p_min_mw'", "above p_max_mw of 4.0 MW"),
    ("generator that consumes", put("generators", 2, p_min_mw=-1.0),
     "generator 'D/diesel', column 'p_min_mw'", "model what consumes as a bid"),
    ("reactive limits upside down", put("generators", 2, q_min_mvar=1.0),
     "column 'q_min_mvar'", "above q_max_mvar"),
    ("zero ramp", put("generators", 1, ramp_mw_per_h=0.0), "column 'ramp_mw_per_h'", "0.0 MW/h"),
    ("zero apparent-power limit", put("generators", 2, s_max_mva=0.0), "'s_max_mva'", "0.0 MVA"),
    ("initial output below the least", put("generators", 1, p_initial_mw=0.0),
     "column 'p_min_mw'", "above p_initial_mw of 0.0 MW"),
    ("initial output above the greatest", put("generators", 1, p_initial_mw=200.0),
     "column 'p_initial_mw'", "above p_max_mw of 100.0 MW"),
    ("ramp that cannot follow a profile", put("generators", 1, profile="sun", ramp_mw_per_h=30.0),
     "generator 'T/coal', column 'ramp_mw_per_h'", "limits of period 1"),
    ("apparent power below the least output",
     put("generators", 2, p_min_mw=3.0, s_max_mva=2.0), "column 'p_min_mw'", "above s_max_mva"),
    ("unknown technology", put("generators", 3, technology="solar"), "column 'technology'",
     "'solar'"),
    ("unknown participation", put("generators", 3, participation="type3"),
     "column 'participation'", "near: 'type2', 'type1'"),
    ("type1 without gamma", put("generators", 2, gamma=None), "column 'gamma'", "type1"),
    ("type1 without beta", put("generators", 2, beta=None), "column 'beta'", "type1"),
    ("gamma above 1", put("generators", 2, gamma=1.5), "column 'gamma'", "1.5"),
    ("type2 in transmission", put("generators", 1, participation="type2"),
     "generator 'T/coal', column 'participation'", "transmission area 'T'"),
    # offers
    ("cost that falls", put("offers", 2, price_usd_per_mwh=15.0),
     "offer 'T/coal/all/2', column 'price_usd_per_mwh'", "step 1 ends at 20.0"),
    ("cost that falls after a slope", put("offers", 1, slope_usd_per_mw2h=0.2),
     "offer 'T/coal/all/2'", "step 1 ends at 32.0"),
    ("value that rises", put("offers", 6, price_usd_per_mwh=55.0),
     "offer 'D/flex/1/2', column 'price_usd_per_mwh'", "concave"),
    ("negative slope", put("offers", 3, slope_usd_per_mw2h=-1.0),
     "offer 'D/diesel/all/1', column 'slope_usd_per_mw2h'", "-1.0 $/MW2h"),
    ("negative quantity", add("offers", Offer("T", "coal", None, 3, -1.0, 40.0)),
     "offer 'T/coal/all/3', column 'quantity_mw'", "-1.0 MW"),
    ("steps with a hole", put("offers", 2, step=3), "column 'step'", "are 1, 3"),
    ("offer outside the day", add("offers", Offer("D", "flex", 4, 1, 2.0, 60.0)),
     "offer 'D/flex/4/1', column 'period'", "not in the day of 3"),
    ("both kinds of offer", add("offers", Offer("D", "flex", None, 1, 2.0, 60.0)),
     "offer 'D/flex/1/1', column 'period'", "also has offers for every period"),
    ("period without offer", drop("offers", 8), "column 'period'", "no offer for period 3"),
    ("bid without offer", add("bids", Bid("T", "smelter", "t2", 0.0, 5.0)),
     "bid 'T/smelter'", "no offer"),
    ("generator without offer", drop("offers", 4), "generator 'D/sun'", "no offer"),
    ("offers that end early", put("offers", 2, quantity_mw=30.0),
     "generator 'T/coal', column 'p_max_mw'", "100.0 MW in period 1, but offers of 90.0 MW"),
    ("offers that end early in one period", put("offers", 7, quantity_mw=1.5),
     "bid 'D/flex', column 'p_max_mw'", "2.0 MW in period 2, but offers of 1.5 MW"),
    ("offer at the price of shedding", put("offers", 2, price_usd_per_mwh=500.0),
     "offer 'T/coal/all/2'", "raise voll_usd_per_mwh"),
    ("bid above the price of shedding", put("offers", 7, price_usd_per_mwh=501.0),
     "offer 'D/flex/2/1'", "raise voll_usd_per_mwh"),
    ("offer below the price of spilling", put("offers", 4, price_usd_per_mwh=-101.0),
     "offer 'D/sun/all/1'", "raise spill_usd_per_mwh"),
    # loads and bids
    ("negative exponent", put("loads", 2, n_q=-1.0), "column 'n_q'", "-1.0"),
    ("bid limits upside down", put("bids", 1, p_min_mw=3.0), "bid 'D/flex'", "above p_max_mw"),
    ("bid that produces", put("bids", 1, p_min_mw=-1.0), "bid 'D/flex'", "generator"),
    # profiles
    ("profile with a hole", drop("profiles", 2), "profile 'day'", "no value for period 2"),
    ("profile outside the day", add("profiles", ProfileValue("day", 4, 1.0)),
     "profile 'day/4', column 'period'", "not in the day of 3"),
    ("negative factor of a plant", put("profiles", 5, value=-0.1),
     "profile 'sun/2', column 'value'", "generator 'D/sun' has it"),
    # storage and shiftable loads
    ("negative discharging power", put("storage", 1, p_discharge_max_mw=-1.0),
     "storage 'D/battery', column 'p_discharge_max_mw'", "-1.0 MW"),
    ("efficiency above 1", put("storage", 1, charge_efficiency=1.1),
     "column 'charge_efficiency'", "1.1"),
    ("zero efficiency", put("storage", 1, discharge_efficiency=0.0), "'discharge_efficiency'",
     "above 0"),
    ("negative charging power", put("storage", 1, p_charge_max_mw=-1.0), "'p_charge_max_mw'",
     "-1.0 MW"),
    ("initial energy below the least", put("storage", 1, energy_min_mwh=2.5),
     "column 'energy_min_mwh'", "above energy_initial_mwh of 2.0 MWh"),
    ("initial energy above capacity", put("storage", 1, energy_initial_mwh=5.0),
     "column 'energy_initial_mwh'", "above energy_max_mwh of 4.0 MWh"),
    ("final energy above capacity", put("storage", 1, energy_final_mwh=4.2),
     "column 'energy_final_mwh'", "above energy_max_mwh of 4.0 MWh"),
    ("end out of reach", put("storage", 1, energy_final_mwh=4.0, p_charge_max_mw=0.5),
     "storage 'D/battery', column 'energy_final_mwh'", "3.1875"),
    ("stored energy worth more than lost load",
     put("storage", 1, energy_value_usd_per_mwh=1e5),
     "storage 'D/battery', column 'energy_value_usd_per_mwh'", "value of lost load"),
    ("negative wear", put("storage", 1, cost_usd_per_mwh=-1.0), "'cost_usd_per_mwh'", "-1.0"),
    ("fee of nobody", add("fees", Fee("D", "use", "consumers")),
     "fee 'D/use', column 'payer'", "near: 'consumer'"),
    ("fee at a boundary of distribution", add("fees", Fee("D", "use", "boundary")),
     "fee 'D/use', column 'payer'", "no transmission area"),
    ("fee of one of several kinds", add("fees", Fee("D", "use", "consumer", "flex")),
     "fee 'D/use', column 'asset'", "stands for several kinds"),
    ("fee of an unknown asset", add("fees", Fee("D", "use", "bid", "flax")),
     "fee 'D/use', column 'asset'", "near: 'flex'"),
    ("fee that makes an offer dearer than shedding",
     add("fees", Fee("D", "use", "generator", "diesel", 0.0, 1e5, in_bids=True)),
     "fee 'D/use', column 'injected_usd_per_mwh'", "not below the value of lost load"),
    ("negative fee", add("fees", Fee("D", "use", "load", None, -1.0)),
     "fee 'D/use', column 'withdrawn_usd_per_mwh'", "-1.0 $/MWh"),
    ("fee of an unknown area", add("fees", Fee("X", "use", "load")),
     "fee 'X/use', column 'area'", "'X' is not in"),
    ("negative tariff", put("areas", 2, tariff_usd_per_mwh=-1.0),
     "area 'D', column 'tariff_usd_per_mwh'", "-1.0 $/MWh"),
    ("negative cost of the grid", put("areas", 2, grid_cost_usd=-1.0),
     "area 'D', column 'grid_cost_usd'", "-1.0 $"),
    ("type1 store in transmission",
     add("storage", Storage("T", "lake", "t2", 1.0, 1.0, 1.0, participation="type1", gamma=0.5)),
     "storage 'T/lake', column 'participation'", "transmission area 'T'"),
    ("window outside the day", put("shiftable_loads", 1, last_period=4),
     "shiftable load 'D/pump', column 'last_period'", "not in the day of 3"),
    ("window upside down", put("shiftable_loads", 1, first_period=3, last_period=2),
     "column 'first_period'", "above last_period"),
    ("window too short", put("shiftable_loads", 1, first_period=3),
     "column 'energy_mwh'", "room for 0.5"),
    ("negative energy", put("shiftable_loads", 1, energy_mwh=-1.0), "'energy_mwh'", "-1.0 MWh"),
]  # fmt: skip


def test_the_tiny_scenario_is_sound(tiny):
    assert check_scenario(tiny) == ()


PERMITTED: list[tuple[str, Change]] = [
    ("a load that injects", put("loads", 1, p_mw=-1.0)),
    ("a price below zero", put("offers", 1, price_usd_per_mwh=-20.0)),
    ("a series capacitor", put("branches", 2, x_pu=-0.1)),
    ("no impedance in a feeder", put("branches", 4, r_pu=0.0, x_pu=0.0)),
    ("a boundary without limits", put("boundaries", 1, p_min_mw=None, p_max_mw=None)),
    ("a profile below the least output", both(
        put("generators", 3, p_min_mw=1.0), put("profiles", 6, value=0.1))),
    ("a segment without width", add("offers", Offer("T", "coal", None, 3, 0.0, 40.0))),
    ("a store that ends full", put("storage", 1, energy_final_mwh=4.0)),
    ("two feeders at one boundary bus", both(
        add("areas", Area("E", "distribution", 10.0)),
        add("buses", Bus("E", "e1", 10.0, 0.9, 1.1, kind="slack")),
        add("boundaries", Boundary("second", "t3", "E", "e1")))),
    ("no distribution", both(*(
        lambda s, t=t: dataclasses.replace(
            s, **{t: tuple(r for r in getattr(s, t) if r.area != "D")})
        for t in ("areas", "buses", "branches", "generators", "offers", "loads", "bids",
                  "storage", "shiftable_loads", "boundaries")))),
]  # fmt: skip


@pytest.mark.parametrize("change", [p[1] for p in PERMITTED], ids=[p[0] for p in PERMITTED])
def test_what_is_permitted_has_no_finding(tiny, change):
    assert check_scenario(change(tiny)) == ()


def test_independent_breakages_are_found_together(tiny):
    """One thing wrong with the day, a row, a reference, a network and a curve: five findings."""
    broken = both(
        head(voll_usd_per_mwh=-1.0),
        put("branches", 4, r_pu=-0.1),
        put("loads", 2, bus="d33"),
        ISLAND,
        put("offers", 6, price_usd_per_mwh=55.0),
    )
    assert len(check_scenario(broken(tiny))) == 5


def test_a_finding_names_place_finding_and_cure(tiny):
    (found,) = check_scenario(put("branches", 2, x_pu=0.0)(tiny))
    assert str(found) == (
        "table 'branches', row 2, branch 'T/1-3', column 'x_pu': the value is 0.0 p.u.; "
        "a transmission branch needs x_pu other than 0; merge the buses of a tie, or write 1e-05"
    )


@pytest.mark.parametrize(
    ("change", "place", "text"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN]
)
def test_a_broken_scenario_has_one_finding(tiny, change, place, text):
    found = check_scenario(change(tiny))
    assert len(found) == 1, "\n".join(map(str, found))
    assert place in found[0].place
    assert text in f"{found[0].finding}; {found[0].cure}"
