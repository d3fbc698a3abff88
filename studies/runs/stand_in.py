"""One operator's clearing, settled and checked without the data of others.

What another area takes at a boundary stands in its place: loads of that size at the bus that is
all that is known of it, at the price of the boundary in transmission. Everything else is as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd
import pyarrow as pa

from scenarios.clearing import Certificate, Clearing
from scenarios.fees_paid import fees_in_bids
from scenarios.quantity import arrow_schema
from scenarios.records import Boundary, Load, ProfileValue
from scenarios.results import LOAD, BoundaryFlow, Dispatch, Lmp, Message, Round, Voltage
from scenarios.scenario import Scenario


@dataclass(frozen=True)
class StoodIn:
    """A scenario and a clearing in which loads stand for the areas of others, which are `others`.

    Its welfare, and the bounds on that, are those of the operator's own area.
    """

    scenario: Scenario
    clearing: Clearing
    others: frozenset[str]


def with_stand_ins(part: Scenario, own: str, clearing: Clearing) -> StoodIn:
    """The clearing of the area `own`, of which alone there are rows besides those of boundaries."""
    ends = {b.boundary: _other_end(b, part, own) for b in part.boundaries}
    boundary = clearing.frame("boundary")
    is_market = own == part.transmission
    rows = boundary.assign(
        area=[ends[b][0] for b in boundary["boundary"]],
        bus=[ends[b][1] for b in boundary["boundary"]],
        taken_mw=boundary["p_mw"] * (1.0 if is_market else -1.0),
        taken_mvar=boundary["q_mvar"].astype(float).fillna(0.0) * float(is_market),
    )
    tables = dict(clearing.tables)
    for name, record, stand_ins in _stand_ins(rows):
        held = clearing.frame(name)
        filled = pd.concat([held, stand_ins.reindex(columns=held.columns)], ignore_index=True)
        tables[name] = _table(filled, record)
    told = boundary.assign(q_mvar=rows["taken_mvar"], dlmp_usd_per_mwh=boundary["lmp_usd_per_mwh"])
    tables["boundary"] = _table(told if is_market else boundary, BoundaryFlow)
    tables["round"], tables["message"] = (arrow_schema(r).empty_table() for r in (Round, Message))
    own_rows = clearing.frame("dispatch")
    welfare = float((own_rows["value_usd"] - own_rows["cost_usd"]).sum())
    alone = replace(
        clearing,
        tables=tables,
        welfare_usd=welfare,
        certificate=_moved(clearing.certificate, welfare - fees_in_bids(part, own_rows)),
    )
    return StoodIn(_scenario(part, rows), alone, frozenset(area for area, _ in ends.values()))


def reactive(boundary: str) -> str:
    """Name of the load that stands for reactive power at a boundary."""
    return f"{boundary}, reactive"


def _other_end(boundary: Boundary, part: Scenario, own: str) -> tuple[str, str]:
    if own == part.transmission:
        return boundary.area, boundary.root_bus
    return part.transmission, boundary.transmission_bus


def _scenario(part: Scenario, rows: pd.DataFrame) -> Scenario:
    """The operator's part, and a load in place of each area beyond a boundary."""
    loads, values = [], []
    for key, own in rows.groupby(["area", "bus", "boundary"], sort=False):
        area, bus, name = map(str, key)
        for load, column, per_mw, per_mvar in (
            (name, "taken_mw", 1.0, 0.0),
            (reactive(name), "taken_mvar", 0.0, 1.0),
        ):
            profile = f"taken by {load}"
            loads.append(Load(area, load, bus, per_mw, per_mvar, profile=profile))
            values += [
                ProfileValue(profile, int(t), float(taken))
                for t, taken in zip(own["period"], own[column], strict=True)
            ]
    return part.with_tables({"loads": [*part.loads, *loads], "profiles": [*part.profiles, *values]})


def _stand_ins(rows: pd.DataFrame) -> Iterator[tuple[str, type, pd.DataFrame]]:
    """Rows of the loads, and of the buses at which they stand."""
    zeros = dict.fromkeys(("unserved_mw", "cost_usd", "value_usd"), 0.0)
    taken = rows["taken_mw"]
    active = rows.assign(asset=rows["boundary"], p_mw=taken, p_max_mw=taken, q_mvar=0.0)
    other = rows.assign(
        asset=rows["boundary"].map(reactive), p_mw=0.0, p_max_mw=0.0, q_mvar=rows["taken_mvar"]
    )
    both = pd.concat([active, other], ignore_index=True)
    yield "dispatch", Dispatch, both.assign(kind=LOAD, **zeros)
    price = rows["lmp_usd_per_mwh"]
    parts = dict.fromkeys(
        ("congestion_usd_per_mwh", "voltage_usd_per_mwh", "loss_usd_per_mwh",
         "reactive_usd_per_mvarh"), 0.0,
    )  # fmt: skip
    yield "lmp", Lmp, rows.assign(energy_usd_per_mwh=price, **parts)
    yield "voltage", Voltage, rows.assign(v_pu=1.0, angle_rad=0.0)


def _table(frame: pd.DataFrame, record: type) -> pa.Table:
    schema = arrow_schema(record)
    return pa.Table.from_pandas(
        frame, schema=schema, preserve_index=False
    ).replace_schema_metadata()


def _moved(certificate: Certificate | None, welfare: float) -> Certificate | None:
    """Bounds on an area's own welfare, at what is bid, as far apart as those on all areas'."""
    if certificate is None:
        return None
    gap = certificate.upper_usd - certificate.lower_usd
    return replace(certificate, lower_usd=welfare, upper_usd=welfare + gap)
