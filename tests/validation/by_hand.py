"""Clearings written down by hand, and what is changed of them."""

from dataclasses import replace

from formulations.networks import networks
from scenarios.clearing import Certificate, Clearing, Seconds, Status
from scenarios.quantity import from_table, to_table
from scenarios.results import (
    RESULTS,
    Dispatch,
    Lmp,
)
from scenarios.traits import Physics
from validation import validate

VOLL = SPILL = 500.0
PHYSICS = Physics(networks["dc"].traits, networks["lindistflow"].traits)
BOUNDARY_LAWS = {"boundary prices agree", "duality gap"}
PRICES = {
    "flow": ["shadow_usd_per_mwh"],
    "boundary": ["lmp_usd_per_mwh", "dlmp_usd_per_mwh"],
}


def dispatch(t, area, kind, asset, bus, p, q=None, cost=0.0, value=0.0, energy=None):
    return Dispatch(t, area, kind, asset, bus, p, None, q, 0.0, energy, cost, value)


def lmp(t, area, bus, energy, congestion=0.0, voltage=None, reactive=0.0):
    """Where there is a voltage part, in feeders, there is a price of reactive power."""
    total = energy + congestion + (voltage or 0.0)
    lower = None if voltage is None else reactive
    return Lmp(t, area, bus, total, energy, congestion, voltage, None, lower)


def clearing(welfare, rows, certified=True):
    certificate = Certificate(welfare, welfare, 0.0, 0.0) if certified else None
    tables = {name: to_table(rows.get(name, []), record) for name, record in RESULTS.items()}
    return Clearing(
        "by hand", Status.OPTIMAL, welfare, certificate, 0, Seconds(0.0, 0.0, 0.0), tables, PHYSICS
    )


def changed(cleared, table, where, change):
    """The clearing with the rows changed whose columns are as in `where`."""
    record = RESULTS[table]
    rows = [
        replace(r, **change(r)) if all(getattr(r, c) == v for c, v in where.items()) else r
        for r in from_table(cleared.tables[table], record)
    ]
    return replace(cleared, tables=dict(cleared.tables) | {table: to_table(rows, record)})


def amended(scenario, table, name, **fields):
    """The scenario with one record changed; the second column of a table names it."""
    rows = [
        replace(r, **fields) if name in (getattr(r, c) for c in r.__slots__[:2]) else r
        for r in getattr(scenario, table)
    ]
    assert tuple(rows) != getattr(scenario, table)
    return replace(scenario, **{table: tuple(rows)})


def broken(scenario, cleared):
    return {c.name for c in validate(scenario, cleared) if not c.passed}


def worst(scenario, cleared, name):
    return next(c.worst for c in validate(scenario, cleared) if c.name == name)
