"""The schedule of a first market, which saw no feeders: by tables alone, like any clearing."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from scenarios.scenario import Scenario
from scenarios.traits import Physics, ProblemClass, Traits
from validation.balance import own_withdrawals
from validation.check import Check, Missed, check
from validation.cleared import Cleared
from validation.devices.load import demand
from validation.ends import ties_hold
from validation.judged import devices_keep_their_laws, devices_unearned
from validation.money import costs_and_values
from validation.priced import Priced
from validation.prices import boundary_prices_are_bus_prices, prices_add_up
from validation.repeated import repeated_numbers
from validation.slack import slack_is_not_negative, slack_unearned
from validation.tolerances import Tolerances

DISPATCH, LMP, BOUNDARY = "schedule", "schedule_lmp", "schedule_boundary"
PERIOD_MEMBERS = ["the day"]
BLIND = Traits(ProblemClass.LP, levels=frozenset())  # no network of any kind


def schedule_holds(cleared: Cleared) -> Iterator[Check]:
    """Laws of the schedule where there is one, each under its name behind `schedule: `.

    What a first market promises: every asset within its limits, all areas balanced, exchanges
    within theirs, and nobody who would rather do else at its prices.
    """
    tables = cleared.clearing.tables
    if DISPATCH not in tables or not tables[DISPATCH].num_rows:
        return
    first = {
        **tables,
        "dispatch": tables[DISPATCH],
        "lmp": tables[LMP],
        "boundary": tables[BOUNDARY],
    }
    clearing = replace(
        cleared.clearing, tables=first, physics=Physics(BLIND, BLIND), certificate=None, local=None
    )
    scheduled = Cleared(_foreseen(cleared), clearing)
    within = Tolerances.of(scheduled)
    for law in _laws(scheduled, within):
        yield replace(law, name=f"schedule: {law.name}")


def _foreseen(cleared: Cleared) -> Scenario:
    """The scenario with all inelastic load of transmission scaled to what the schedule foresaw."""
    scenario, rows = cleared.scenario, cleared.clearing.tables[DISPATCH].to_pandas()
    upper = scenario.transmission
    own = rows[(rows["kind"] == "load") & (rows["area"] == upper)]
    foreseen = float((own["p_mw"] + own["unserved_mw"]).sum())
    is_upper = np.array([r.area == upper for r in scenario.loads], dtype=bool).reshape(-1, 1)
    asked = float((demand(cleared) * is_upper).sum())
    factor = foreseen / asked if asked else 1.0
    loads = tuple(
        replace(r, p_mw=factor * r.p_mw) if r.area == upper else r for r in scenario.loads
    )
    return replace(scenario, loads=loads)


def _laws(scheduled: Cleared, within: Tolerances) -> Iterator[Check]:
    yield repeated_numbers(scheduled, within)
    yield from devices_keep_their_laws(scheduled, within)
    yield slack_is_not_negative(scheduled, within)
    yield _areas_balance(scheduled, within)
    yield boundary_prices_are_bus_prices(scheduled, within)
    yield prices_add_up(scheduled, within)
    yield from ties_hold(scheduled, within)
    yield costs_and_values(Priced(scheduled), within)
    yield from _exchanges_hold(scheduled, within)
    if not scheduled.scenario.reserves:
        yield _parties_earn_their_best(scheduled, within)


def _areas_balance(scheduled: Cleared, within: Tolerances) -> Check:
    """What an area's parties withdraw comes over its boundaries, and leaves transmission there."""
    names = [a.area for a in scheduled.scenario.areas]
    area = np.array([names.index(b.area) for b in scheduled.scenario.buses])
    crossing = scheduled.boundary["p_mw"]
    upper, root = scheduled.grid.boundary_buses()
    left = own_withdrawals(scheduled) + scheduled.grid.sum_at(upper, crossing)
    left = left - scheduled.grid.sum_at(root, crossing)
    sums = np.zeros((len(names), left.shape[1]))
    np.add.at(sums, area, left)
    return check("areas balance", within.mw * len(area), "MW", Missed(names, sums))


def _exchanges_hold(scheduled: Cleared, within: Tolerances) -> Iterator[Check]:
    """Exchanges keep their limits, and their rents are what zones' prices leave."""
    rows = scheduled.clearing.tables["exchange"].to_pandas()
    if rows.empty:
        return
    power = rows["p_mw"]
    low, high = (rows[n].astype(float) for n in ("p_min_mw", "p_max_mw"))
    beyond = pd.concat([low - power, power - high], axis=1).max(axis=1).fillna(0.0).clip(lower=0.0)
    yield check("exchange limits", within.mw, "MW", _listed(rows, beyond))
    yield check("capacities are as given", within.mw, "MW", _listed(rows, _not_as_given(scheduled)))
    free = ((power - low).abs() > within.mw) & ((high - power).abs() > within.mw)
    earned = rows["rent_usd"].where(free | (low.isna() & high.isna()), 0.0)
    yield check("rents of exchanges with room", within.usd, "$", _listed(rows, earned))
    upper, _ = scheduled.grid.boundary_buses()
    taken = own_withdrawals(scheduled) + scheduled.grid.sum_at(upper, scheduled.boundary["p_mw"])
    kept = scheduled.grid.upper_bus.reshape(-1, 1) * taken * scheduled.prices * scheduled.hours
    rent = rows.groupby("period")["rent_usd"].sum().to_numpy()
    missed = (kept.sum(axis=0) - rent).reshape(1, -1)
    yield check("rents follow prices", within.usd, "$", Missed(PERIOD_MEMBERS, missed))


def _not_as_given(scheduled: Cleared) -> pd.Series:
    """By how much limits (MW) of borders differ from the capacities that the scenario gives."""
    rows = scheduled.clearing.tables["exchange"].to_pandas()
    missed = pd.Series(0.0, rows.index)
    for c in scheduled.scenario.transfer_capacities:
        for column, name, sign in (
            ("p_max_mw", f"{c.from_zone} - {c.to_zone}", 1.0),
            ("p_min_mw", f"{c.to_zone} - {c.from_zone}", -1.0),
        ):
            apart = (rows[column].astype(float) - sign * c.p_max_mw).abs()
            missed += apart.where(rows["element"] == name, 0.0)
    return missed


def _listed(rows: pd.DataFrame, by: pd.Series) -> Missed:
    """A miss of every exchange, by element and period."""
    table = rows.assign(by=by).pivot_table("by", "element", "period", aggfunc="sum")
    return Missed([str(name) for name in table.index], table.to_numpy(dtype=float))


def _parties_earn_their_best(scheduled: Cleared, within: Tolerances) -> Check:
    """At the prices of the schedule nobody would rather do else."""
    parts = [*devices_unearned(Priced(scheduled)), *slack_unearned(Priced(scheduled))]
    total = sum(float(np.abs(part.by).sum()) for part in parts)
    return Check("parties earn their best", total, within.gap_usd, "$", "day")
