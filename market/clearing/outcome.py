"""From the operators' parts to a clearing: tables, welfare, times."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from market.clearing.islanding import with_islanding
from market.clearing.shortage import with_shortage, with_unseen_offers
from market.clearing.unproved import unproved
from market.coordination import MessageLog
from market.coordination.protocol import Settled
from market.operators.operators import Operators
from scenarios.clearing import Certificate, Clearing, Seconds, Status
from scenarios.quantity import to_table
from scenarios.results import (
    SCHEDULE_TABLES,
    BoundaryFlow,
    BoundaryReserve,
    Dispatch,
    Flow,
    Lmp,
    LostOpportunity,
    NonConvexity,
    OtherPrice,
    OutageLimit,
    PlantState,
    Relaxation,
    ReserveBus,
    ReserveFlow,
    ReserveHeld,
    ReservePrice,
    Round,
    Voltage,
    WholesaleOffer,
    WholesaleShare,
)
from scenarios.table_parts import Part, stack

STACKED: dict[str, type] = {
    "dispatch": Dispatch,
    "plant": PlantState,
    "reserve": ReservePrice,
    "reserve_held": ReserveHeld,
    "reserve_bus": ReserveBus,
    "reserve_flow": ReserveFlow,
    "lmp": Lmp,
    "flow": Flow,
    "voltage": Voltage,
    "other_price": OtherPrice,
    "outage_limit": OutageLimit,
}


@dataclass(frozen=True)
class Clock:
    """When a clearing began (s), and what its design itself built and solved (s)."""

    began: float = field(default_factory=time.perf_counter)
    built: float = 0.0
    solved: float = 0.0

    def read(self, operators: Operators) -> Seconds:
        """Seconds so far; models that operators keep count as built each time."""
        models = operators.build_seconds
        total = models + time.perf_counter() - self.began
        return Seconds(models + self.built, operators.solve_seconds + self.solved, total)


def clearing_of(
    name: str,
    status: Status,
    operators: Operators,
    clock: Clock,
    parts: tuple[Settled, Sequence[Settled]],
    certificate: Certificate | None = None,
    log: MessageLog | None = None,
    history: Sequence[Round] = (),
) -> Clearing:
    """The clearing that transmission's and the distribution operators' parts make up."""
    transmission, distribution = parts
    areas = [transmission, *distribution]
    if certificate is not None:
        spent = sum(area.repair_usd for area in areas)
        certificate = replace(certificate, lower_usd=certificate.lower_usd - spent)
    tables = {
        **own_tables(areas),
        "boundary": _boundary_table(transmission, distribution),
        "boundary_reserve": _reserve_table(transmission, distribution),
        "message": (log or MessageLog()).table(),
        "round": to_table(history, Round),
    }
    welfare = sum(area.welfare_usd for area in areas)
    rounds, seconds = len(history), clock.read(operators)
    cleared = Clearing(
        name, status, welfare, certificate, rounds, seconds, tables, operators.physics
    )
    upper = operators.transmission
    told = with_shortage(unproved(cleared, areas, operators.search), upper.hours)
    told = with_unseen_offers(told, upper.offers_reserve)
    return with_islanding(told, upper.islanding)


def own_tables(areas: Sequence[Settled]) -> dict[str, pa.Table]:
    """All tables of a clearing but that of boundaries, as far as areas' own parts fill them."""
    stacked = {
        table: stack(record, [part for area in areas for part in area.parts.get(table, ())])
        for table, record in STACKED.items()
    }
    return {
        **stacked,
        "message": MessageLog().table(),
        "boundary_reserve": to_table((), BoundaryReserve),
        "round": to_table((), Round),
        "relaxation": to_table([r for area in areas for r in area.relaxation], Relaxation),
        "lost_opportunity": to_table([r for area in areas for r in area.lost], LostOpportunity),
        "non_convexity": to_table([r for a in areas for r in a.non_convexity], NonConvexity),
        "wholesale_offer": to_table((), WholesaleOffer),
        "wholesale_share": to_table((), WholesaleShare),
        **{name: to_table((), record) for name, record in SCHEDULE_TABLES.items()},
    }


def _boundary_table(transmission: Settled, distribution: Sequence[Settled]) -> pa.Table:
    """What crosses every boundary, at transmission's and at distribution's price."""
    lmp = dict(zip(transmission.boundaries, transmission.prices, strict=False))
    parts = []
    for area in distribution:
        count = len(area.boundaries)
        values = {
            "p_mw": area.power[:count],
            "q_mvar": area.reactive,
            "lmp_usd_per_mwh": np.array([lmp[b] for b in area.boundaries]),
            "dlmp_usd_per_mwh": area.prices[:count],
            "ban_usd_per_mwh": area.ban,
        }
        names = {"area": [area.area] * len(area.boundaries), "boundary": list(area.boundaries)}
        parts.append(Part((count, area.power.shape[1]), names, values))
    return stack(BoundaryFlow, parts)


def _reserve_table(transmission: Settled, distribution: Sequence[Settled]) -> pa.Table:
    """Reserve held over boundaries, positive, at both prices."""
    first = len(transmission.boundaries)
    worth = dict(zip(transmission.lanes, transmission.prices[first:], strict=True))
    parts = []
    for area in distribution:
        power, cost = (rows[len(area.boundaries) :] for rows in (area.power, area.prices))
        if area.lanes:
            boundaries, reserves = zip(*area.lanes, strict=True)
            names = {"area": [area.area] * len(power), "boundary": boundaries, "reserve": reserves}
            values = {
                "p_mw": 0.0 - power,
                "price_usd_per_mwh": np.array([worth[lane] for lane in area.lanes]),
                "cost_usd_per_mwh": cost,
            }
            parts.append(Part(power.shape, names, values))
    return stack(BoundaryReserve, parts)
