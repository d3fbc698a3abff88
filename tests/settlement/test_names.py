"""Parties are told apart by area and asset, whatever characters their names have."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from market.pricing.lmp import Nodal
from scenarios.names import joined
from settlement import settle

GRID = "grid"
NAMES = ("area", "boundary", "load", "generator", "bid", "storage", "shiftable_load", "asset")


def with_slashes(scenario, tables):
    """The same day, all areas and assets with a slash in their names."""

    def new(name):
        return f"x/{name}"

    def renamed(row):
        return replace(row, **{n: new(getattr(row, n)) for n in NAMES if hasattr(row, n)})

    held = {}
    for table in ("areas", "buses", "branches", "generators", "loads", "bids", "storage",
                  "shiftable_loads", "boundaries"):  # fmt: skip
        held[table] = tuple(renamed(row) for row in getattr(scenario, table))
    frames = {}
    for name, table in tables.items():
        frame = table.to_pandas()
        for column in set(NAMES) & set(frame):
            frame[column] = "x/" + frame[column]
        frames[name] = pa.Table.from_pandas(frame, table.schema, preserve_index=False)
    return replace(scenario, **held), frames


def test_slashes_in_names_change_no_amount(any_day):
    plain, slashed = (settle(*d, Nodal()) for d in (any_day, with_slashes(*any_day)))
    for table in (
        "ledger",
        "surplus",
        "rents",
        "area_surplus",
        "welfare_split",
        "money",
        "statement",
    ):
        before, after = (getattr(s, table).to_pandas() for s in (plain, slashed))
        numbers = before.select_dtypes("number").columns
        assert np.array_equal(before[numbers], after[numbers], equal_nan=True), table


def test_two_parties_that_would_join_to_one_name_have_two_accounts(day):
    """Area `a/b` with unit `c` and area `a` with unit `b/c`: 10 and 20 $ at 5 $/MWh."""
    d = day()
    d.bus(GRID, "g")
    d.price(GRID, "g", 5.0)
    d.row("load", GRID, "city", "g", 6.0)
    for area, unit, power in (("a/b", "c", 2.0), ("a", "b/c", 4.0)):
        d.area(area, "g")
        d.bus(area, "root")
        d.price(area, "root", 5.0)
        d.row("generator", area, unit, "root", power)
        d.cross(area, -power, 5.0)
    ledger = settle(*d.cleared(), Nodal()).ledger.to_pandas()
    units = ledger[ledger["product"] == "local_energy"].set_index("payee")["amount_usd"]
    assert units.to_dict() == {"generator:'a/b'/c": 10.0, "generator:a/'b/c'": 20.0}


def test_an_area_called_rents_is_no_rent(day):
    """It pays 10 $ for 2 MW and is no part of what operators keep."""
    d = day()
    d.bus(GRID, "g")
    d.price(GRID, "g", 5.0)
    d.area("rents", "g")
    d.bus("rents", "root")
    d.price("rents", "root", 5.0)
    d.row("generator", GRID, "unit", "g", 2.0)
    d.row("load", "rents", "homes", "root", 2.0)
    d.cross("rents", 2.0, 5.0)
    flows = settle(*d.cleared(), Nodal()).money.to_pylist()
    assert {(f["from_group"], f["to_group"]) for f in flows} == {
        ("local loads", "DSO rents"),
        ("DSO rents", "TSO"),
        ("TSO", "transmission generators"),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [(("a/b", "c"), ("a", "b/c")), (("'a", "b'"), ("'a/b'",)), (("a", "'b"), ("a/'b",))],
)
def test_joined_names_are_as_different_as_their_parts(one, other):
    assert joined(*one) != joined(*other)
