"""Whether the tables say everything, and everything once."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from scenarios.assets import all_assets
from scenarios.results import SPILLED, UNSERVED
from validation.check import Check, Missed, Rows, check
from validation.cleared import Cleared
from validation.devices import validators_of
from validation.tables import Numbers


def tables_are_complete(cleared: Cleared) -> Check:
    """Every asset, bus, branch and boundary has one row of numbers in every period."""
    parts = [*_dispatch(cleared), *_networks(cleared), *_strangers(cleared)]
    return check("tables are complete", 0.0, "rows", *parts)


def _dispatch(cleared: Cleared) -> Iterator[Missed]:
    needed = ["p_mw", "unserved_mw", "cost_usd", "value_usd"]
    for kind, validator in validators_of(cleared).items():
        owned = cleared.of(kind)
        yield _once(kind, owned, [*needed, *validator.needed])
        if cleared.is_reactive:
            lower = [m[0] != cleared.scenario.transmission for m in owned.members]
            yield _numbers(kind, owned, "q_mvar", np.array(lower, dtype=bool))
    for kind, owned in ((UNSERVED, cleared.unserved), (SPILLED, cleared.spilled)):
        twice = np.maximum(owned.count - 1, 0.0)
        blank = (owned.count > 0) & ~np.isfinite(owned["p_mw"] + owned["cost_usd"])
        yield Missed([f"{kind} {name}" for name in owned.names], twice + blank)


def _networks(cleared: Cleared) -> Iterator[Missed]:
    upper, reactive = cleared.grid.upper_bus, cleared.is_reactive
    prices = ["lmp_usd_per_mwh", "energy_usd_per_mwh", "congestion_usd_per_mwh"]
    yield _once("price of", cleared.lmp, prices)
    yield _once("flow of", cleared.flow, ["p_mw", "shadow_usd_per_mwh"])
    yield _once("voltage of", cleared.voltage, [])
    yield _once("reserve of", cleared.reserves.held, ["p_mw", "price_usd_per_mwh", "cost_usd"])
    priced = ["required_mw", "shortage_mw", "price_usd_per_mwh", "cost_usd"]
    yield _once("reserve", cleared.reserves.priced, priced)
    lanes, used = cleared.reserves.crossing, cleared.reserves.used
    yield _once("reserve over", lanes, ["p_mw", "price_usd_per_mwh", "cost_usd_per_mwh"])
    yield _once("with reserve used", used, ["price_usd_per_mwh", "congestion_usd_per_mwh"])
    yield _once("with reserve used", cleared.used_flow, ["p_mw", "shadow_usd_per_mwh"])
    yield _once("state of", cleared.plants.states, ["on", "started", "stopped", "start_cost_usd"])
    crossing = ["p_mw", "lmp_usd_per_mwh", "dlmp_usd_per_mwh"]
    yield _once("boundary", cleared.boundary, [*crossing, "q_mvar"] if reactive else crossing)
    if reactive:
        of_used = ("v_pu", "voltage_usd_per_mwh", "reactive_usd_per_mvarh")
        for owned, name in (*((used, n) for n in of_used), (cleared.used_flow, "q_mvar")):
            yield _numbers("with reserve used", owned, name, np.ones(len(owned.members), bool))
        for part in ("voltage_usd_per_mwh", "reactive_usd_per_mvarh"):
            yield _numbers("price of", cleared.lmp, part, ~upper)
        yield _numbers("voltage of", cleared.voltage, "v_pu", ~upper)
        yield _numbers("flow of", cleared.flow, "q_mvar", ~cleared.grid.upper_branch)
    if cleared.has_currents:
        yield _numbers("flow of", cleared.flow, "drop_usd_per_h", ~cleared.grid.upper_branch)
    yield _numbers("voltage of", cleared.voltage, "angle_rad", cleared.angled_bus)


def _once(what: str, owned: Numbers, needed: list[str]) -> Missed:
    """Rows missing or too many, and numbers missing in the row there is."""
    blank = sum((~np.isfinite(owned[c]) for c in needed), np.zeros(owned.count.shape))
    wrong: Rows = np.abs(owned.count - 1) + np.where(owned.count == 1, blank, 0.0)
    return Missed([f"{what} {name}" for name in owned.names], wrong)


def _numbers(what: str, owned: Numbers, column: str, rows: NDArray[np.bool_]) -> Missed:
    """Numbers missing in rows whose formulation has them."""
    names = [f"{what} {name}" for name, kept in zip(owned.names, rows, strict=True) if kept]
    return Missed(names, (~np.isfinite(owned[column][rows])).astype(float))


def _strangers(cleared: Cleared) -> Iterator[Missed]:
    """Rows that nobody in the scenario owns."""
    tables = [*cleared.assets, cleared.lmp, cleared.flow, cleared.voltage, cleared.boundary,
              cleared.plants.states, cleared.reserves.held, cleared.reserves.priced,
              cleared.reserves.crossing, cleared.reserves.used, cleared.used_flow]  # fmt: skip
    known = {*all_assets(), UNSERVED, SPILLED}
    names = [f"unknown {name}" for owned in tables for name in owned.strange]
    names += [f"unknown kind {kind}" for kind in sorted(cleared.kinds - known)]
    yield Missed(names, np.ones((len(names), 1)))
