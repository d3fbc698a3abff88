"""What a local market leaves open: the split of what it sells and buys back at one price."""

import numpy as np
from numpy.typing import NDArray

from formulations.devices.participation import splits
from formulations.devices.store_trade import AFTER, BOUGHT, HOME, SOLD
from market.operators.day import Day
from scenarios.records import Storage
from solvers.program import Vector

Rows = NDArray[np.float64]


def least_purchase(day: Day, x: Vector) -> Vector:
    """The same dispatch with no more sold wholesale than what is not bought back.

    Where the local market buys from the grid, its price is the boundary's, and the split of a
    generator or store is of no matter to welfare; its offers at cost then serve home first. Stores
    buy wholesale what they sell there, and no more.
    """
    if "p_wholesale" not in day.columns:
        return x
    changed = _generators_serve_home(day, x)
    return _stores_serve_home(day, changed) if SOLD in day.columns else changed


def _generators_serve_home(day: Day, x: Vector) -> Vector:
    sold, home = (day.value(x, n) for n in ("p_wholesale", "p_local"))
    decided = day.decisions
    room = np.minimum(sold, decided["p_local"].upper - home).clip(min=0.0)
    room = np.where(decided["p_wholesale"].price == 0.0, room, 0.0)
    part = _bought_back(day, x, room)
    return _moved(day, x, {"p_wholesale": -part, "p_local": part, "gross_purchase": -part})


def _stores_serve_home(day: Day, x: Vector) -> Vector:
    """First what they sell, then what they buy beyond what the rest of their sales takes.

    A store that may not buy that much at home goes on buying it wholesale.
    """
    sold, bought, home = (day.value(x, n) for n in (SOLD, BOUGHT, HOME))
    both = np.minimum(sold, bought)
    room = np.minimum(sold - both, day.decisions[HOME].upper - home).clip(min=0.0)
    part = _bought_back(day, x, room)
    x = _moved(day, x, {SOLD: -both - part, BOUGHT: -both, HOME: part, "gross_purchase": -part})
    needed, held = _needed(day, x)
    spare = bought - both - needed
    may = (home + part - spare >= day.decisions[HOME].lower).all(axis=1, keepdims=True)
    spare = np.where(may, spare, 0.0)
    x = _moved(day, x, {BOUGHT: -spare, HOME: -spare, "gross_purchase": spare})
    x[day.columns[AFTER]] = np.where(may, held, day.value(x, AFTER))
    return x


def _needed(day: Day, x: Vector) -> tuple[Rows, Rows]:
    """What stores must buy (MW) for their sales, as late as can be, and hold for them (MWh)."""
    stores = splits(day.view, Storage).values()
    charging, discharging = (
        np.array([getattr(s, f"{way}_efficiency") for s in stores])
        for way in ("charge", "discharge")
    )
    sold, bought = day.value(x, SOLD), day.value(x, BOUGHT)
    power, held = np.zeros_like(sold), np.zeros_like(sold)
    after = np.zeros(len(sold))
    for t in reversed(range(sold.shape[1])):
        held[:, t] = after
        wanted = after + day.hours[t] * sold[:, t] / discharging
        stored = np.minimum(wanted, day.hours[t] * charging * bought[:, t])
        power[:, t] = stored / (day.hours[t] * charging)
        after = wanted - stored
    return power, held


def _bought_back(day: Day, x: Vector, room: Rows) -> Rows:
    """Sales (MW) of those with `room` to sell at home what the local market buys gross."""
    total = room.sum(axis=0)
    cut = np.minimum(total, day.value(x, "gross_purchase")[0].clip(min=0.0))
    part: Rows = room * np.divide(cut, total, out=np.zeros_like(cut), where=total > 0)
    return part


def _moved(day: Day, x: Vector, changes: dict[str, Rows]) -> Vector:
    """The values with changes of variables; one of purchases is a sum over all assets."""
    changed = x.copy()
    for name, change in changes.items():
        whole = change.sum(axis=0) if name == "gross_purchase" else change
        changed[day.columns[name]] += whole
    return changed
