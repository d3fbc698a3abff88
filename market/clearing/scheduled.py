"""A schedule that a market makes without seeing all networks, and the clearing that mends it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from market.coordination.protocol import Crossing, Settled
from market.operators.area_tables import AreaResult, of_area
from market.operators.dispatch import dispatch_parts
from market.operators.shared_models import ClearedAtOnce
from scenarios.clearing import Clearing
from scenarios.results import BoundaryFlow, Dispatch, Exchange, Lmp
from scenarios.table_parts import Part, stack


@dataclass(frozen=True)
class Schedule:
    """What a market of all bids schedules; `power` (MW) and `prices` ($/MWh) at boundaries."""

    cleared: ClearedAtOnce
    power: Crossing
    prices: Crossing
    tables: dict[str, pa.Table]

    @property
    def welfare_usd(self) -> float:
        """Utility minus cost over the day."""
        return sum(area.welfare_usd for area in self.cleared.results)

    def transmission(self) -> Settled:
        """Transmission's part, where the market saw its network."""
        return self.cleared.transmission()

    def mended(self, clearing: Clearing) -> Clearing:
        """The clearing with the schedule that it mends, and what mending costs."""
        seconds = replace(
            clearing.seconds,
            build=clearing.seconds.build + self.cleared.built_s,
            solve=clearing.seconds.solve + self.cleared.solved_s,
        )
        return replace(
            clearing,
            seconds=seconds,
            tables={**clearing.tables, **self.tables},
            redispatch_usd=self.welfare_usd - clearing.welfare_usd,
        )


def schedule_of(cleared: ClearedAtOnce) -> Schedule:
    """What all areas were to do in a market that cleared them at once."""
    models, areas = cleared.models, cleared.results
    power = cleared.found.x[models.crossing]
    prices = models.prices(cleared.duals.chosen)
    tables = {
        "schedule": stack(Dispatch, [part for area in areas for part in dispatch_parts(area)]),
        "schedule_lmp": stack(Lmp, [_prices(area) for area in areas]),
        "schedule_boundary": _boundaries(areas, power, prices),
        "exchange": stack(Exchange, [_exchange(areas[0])]),
    }
    return Schedule(cleared, power, prices, tables)


def _prices(area: AreaResult) -> Part:
    """Prices at all buses; what they differ by from the reference's counts as congestion."""
    network, lmp = area.day.view.network, area.price("balance")
    buses = list(network.buses)
    energy = lmp[[buses.index(network.reference_of[bus]) for bus in buses]]
    lowest, highest = area.ends_of_prices()
    values: dict[str, Any] = {
        "lmp_usd_per_mwh": lmp,
        "energy_usd_per_mwh": energy,
        "congestion_usd_per_mwh": lmp - energy,
        "voltage_usd_per_mwh": None,
        "loss_usd_per_mwh": None,
        "reactive_usd_per_mvarh": None,
        "lowest_usd_per_mwh": lowest,
        "highest_usd_per_mwh": highest,
    }
    return Part(lmp.shape, of_area(area, bus=buses), values)


def _boundaries(areas: Sequence[AreaResult], power: Crossing, prices: Crossing) -> pa.Table:
    """What was to cross every boundary, at the prices on both sides."""
    row = {boundary: n for n, boundary in enumerate(areas[0].day.view.ports)}
    parts = []
    for area in areas[1:]:
        ports = area.day.view.ports
        rows = [row[b] for b in ports]
        at = {bus: n for n, bus in enumerate(area.day.members["balance"])}
        values = {
            "p_mw": power[rows],
            "q_mvar": None,
            "lmp_usd_per_mwh": prices[rows],
            "dlmp_usd_per_mwh": area.price("balance")[[at[p.bus] for p in ports.values()]],
            "ban_usd_per_mwh": None,
        }
        names = of_area(area, boundary=list(ports))
        parts.append(Part((len(rows), power.shape[1]), names, values))
    return stack(BoundaryFlow, parts)


def _exchange(upper: AreaResult) -> Part:
    """Exchanges of a zonal market; none where the market saw transmission's network."""
    if "exchange" not in upper.day.decisions:
        return Part((0, upper.day.hours.size), {"element": []}, {})
    held = upper.day.decisions["exchange"]
    power = upper.value("exchange")
    names = {"element": list(held.members)}
    worth = upper.price("loading")
    values = {
        "p_mw": power,
        "p_min_mw": np.where(np.isfinite(held.lower), held.lower, np.nan),
        "p_max_mw": np.where(np.isfinite(held.upper), held.upper, np.nan),
        "rent_usd": worth * power * upper.day.hours,
    }
    return Part(power.shape, names, values)
