"""Networks that ship with the package: published test cases as tables, each with its source."""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar, cast

from scenarios.assets import all_assets
from scenarios.findings import Finding, InvalidInput, near
from scenarios.holding import rows_of, with_rows
from scenarios.quantity import extensive_columns, plain_type
from scenarios.records import (
    DISTRIBUTION,
    SLACK,
    Area,
    Bid,
    Branch,
    Bus,
    DcLine,
    Generator,
    Load,
    Offer,
    ShiftableLoad,
    Storage,
)

Record = TypeVar("Record")

NETWORKS = (
    "ieee14",
    "ieee30",
    "ieee118",
    "feeder16",
    "feeder17",
    "feeder17_as_published",
    "feeder33",
    "feeder69",
    "feeder85",
    "feeder141",
)


@dataclass(frozen=True)
class NetworkTables:
    """The tables of one area: its network, its loads, and what is offered and bid in it.

    `others` are rows of assets of other kinds than those that have a field here, by table.
    """

    area: Area
    buses: tuple[Bus, ...]
    branches: tuple[Branch, ...]
    loads: tuple[Load, ...] = ()
    generators: tuple[Generator, ...] = ()
    offers: tuple[Offer, ...] = ()
    bids: tuple[Bid, ...] = ()
    storage: tuple[Storage, ...] = ()
    shiftable_loads: tuple[ShiftableLoad, ...] = ()
    dc_lines: tuple[DcLine, ...] = ()
    others: Mapping[str, tuple[Any, ...]] = field(default_factory=dict, hash=False)

    def table(self, name: str) -> tuple[Any, ...]:
        """Rows of a table, whatever kind of asset it holds."""
        return rows_of(self, name)

    @property
    def root(self) -> str:
        """Name of the slack bus; the root of a feeder."""
        return self.roots[0]

    @property
    def roots(self) -> tuple[str, ...]:
        """Names of all slack buses, one in each island."""
        return tuple(bus.bus for bus in self.buses if bus.kind == SLACK)

    @property
    def load_mw(self) -> float:
        """Sum of the loads (MW)."""
        return sum(load.p_mw for load in self.loads)

    @property
    def load_mvar(self) -> float:
        """Sum of the reactive loads (Mvar)."""
        return sum(load.q_mvar for load in self.loads)


def load_network(name: str, area: str) -> NetworkTables:
    """Tables of a shipped network, as the area named `area`.

    Raises InvalidInput if no network has that name.
    """
    if name not in NETWORKS:
        cure = f"use a shipped network; {near(name, NETWORKS)}"
        raise InvalidInput("load_network", [Finding("network", f"there is no {name!r}", cure)])
    source = network_source(name)
    kind = source["kind"]
    return NetworkTables(
        Area(area, kind, float(source["base_mva"]), "A" if kind == DISTRIBUTION else None),
        _rows(name, "buses", Bus, area),
        _rows(name, "branches", Branch, area),
        _rows(name, "loads", Load, area),
        _rows(name, "generators", Generator, area),
        _rows(name, "offers", Offer, area),
    )


def network_source(name: str) -> dict[str, Any]:
    """Where a network comes from: paper, corrections, power base (SOURCE.toml)."""
    return tomllib.loads((_folder(name) / "SOURCE.toml").read_text(encoding="utf-8"))


def scale_feeder(tables: NetworkTables, nominal_mw: float) -> NetworkTables:
    """The feeder with its loads scaled to add up to `nominal_mw`, at unchanged voltages (p.u.).

    The same as k = nominal / load identical feeders side by side: powers and ratings times k,
    impedances and slopes of offers divided by k.
    """
    k = nominal_mw / tables.load_mw
    assets = (kind.table for kind in all_assets().values())
    scaled = {
        table: tuple(_grown(row, k) for row in tables.table(table))
        for table in ("buses", "branches", "offers", *assets)
    }
    for table, columns in SHRINKING.items():
        scaled[table] = tuple(_times(row, 1 / k, columns) for row in scaled[table])
    scaled["branches"] = tuple(_times(row, k, ("b_pu", "g_pu")) for row in scaled["branches"])
    return with_rows(tables, scaled)


SHRINKING: dict[str, tuple[str, ...]] = {
    "branches": ("r_pu", "x_pu"),
    "offers": ("slope_usd_per_mw2h",),
}


def _grown(record: Record, k: float) -> Record:
    """The record with all that counts power, energy or money per hour multiplied."""
    return _times(record, k, extensive_columns(type(record)))


def _times(record: Record, factor: float, columns: Sequence[str]) -> Record:
    """The record with the columns multiplied; null stays null."""
    held = {column: getattr(record, column) for column in columns}
    scaled = {column: factor * x for column, x in held.items() if x is not None}
    return cast("Record", replace(cast("Any", record), **scaled))


def _folder(name: str) -> Traversable:
    return files("scenarios") / "data" / name


def _rows(name: str, table: str, record: type[Record], area: str) -> tuple[Record, ...]:
    """Records of one CSV table; columns that are absent take the record's default."""
    path = _folder(name) / f"{table}.csv"
    if not path.is_file():
        return ()
    types = {f.name: plain_type(f.type)[0] for f in fields(cast("Any", record))}
    header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    return tuple(_record(record, types, header, row, area) for row in rows)


def _record(
    record: type[Record],
    types: dict[str, type],
    header: Sequence[str],
    row: Sequence[str],
    area: str,
) -> Record:
    cells = dict(zip(header, row, strict=True))
    values = {column: _value(types[column], text) for column, text in cells.items()}
    whole = {"area": area, "period": None} if "period" in types else {"area": area}
    return record(**whole, **values)


def _value(plain: type, text: str) -> object:
    if text == "":
        return None
    return text == "true" if plain is bool else plain(text)
