"""The tables of one operator's run: what it knows, without the loads that stand for others."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from scenarios.results import LOAD
from settlement import Settlement
from settlement.accounts import account
from settlement.money import TSO_RENT
from settlement.split import welfare_split
from studies.runs.stand_in import StoodIn, reactive

BY_AREA = (
    "surplus",
    "rents",
    "area_surplus",
    "statement",
    "grid_account",
)  # tables of a settlement
THEIRS = {True: {"local loads"}, False: {"transmission loads", TSO_RENT}}  # whether of the market


def own_settlement(settled: Settlement, stood: StoodIn, own: str) -> Settlement:
    """The settlement without payments and gains of those who stand for other areas."""
    met = [b.boundary for b in stood.scenario.boundaries]
    ends = [*met, *map(reactive, met)]
    strange = {account(LOAD, area, name) for area in stood.others for name in ends}
    booked = settled.ledger
    paid_between = [_among(booked, side, strange) for side in ("payer", "payee")]
    kept = {
        name: table.filter(pc.invert(_among(table, "area", stood.others)))
        for name in BY_AREA
        for table in [getattr(settled, name)]
    }
    groups = THEIRS[own == stood.scenario.transmission]
    flows = [_among(settled.money, side, groups) for side in ("from_group", "to_group")]
    return replace(
        settled,
        ledger=booked.filter(pc.invert(pc.or_(*paid_between))),
        money=settled.money.filter(pc.invert(pc.or_(*flows))),
        welfare_split=welfare_split(stood.scenario, kept["surplus"]),
        **kept,
    )


def without_stand_ins(tables: dict[str, pa.Table], stood: StoodIn) -> dict[str, pa.Table]:
    """Tables by area without rows of other areas."""
    kept = {}
    for name, table in tables.items():
        has_area = "area" in table.column_names
        kept[name] = (
            table.filter(pc.invert(_among(table, "area", stood.others))) if has_area else table
        )
    return kept


def _among(table: pa.Table, column: str, names: frozenset[str] | set[str]) -> pa.ChunkedArray:
    return pc.is_in(table[column], pa.array(sorted(names), pa.string()))
