"""What assets hold of reserves beside their power: offers, and who holds what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from formulations.contract import Rows
from formulations.decision import decide
from formulations.devices.contract import Solved
from scenarios.reserve import ReserveProduct
from scenarios.scenario import AreaView

Keeps = Callable[[ReserveProduct], bool]

# Reserve held (MW), by asset and product, of every kind of asset that may hold any.
VARIABLES = {
    "generator": "reserve",
    "storage": "reserve_of_storage",
    "bid": "reserve_of_bid",
}


@dataclass(frozen=True)
class Held:
    """Products that the assets of a kind may hold in one direction, by asset."""

    variable: str
    products: Mapping[str, Sequence[str]]

    def __contains__(self, asset: str) -> bool:
        return asset in self.products

    def of(self, block: Any, asset: str, t: int) -> Any:
        """All that an asset holds of them (MW)."""
        names = self.products.get(asset, ())
        return sum(block.component(self.variable)[asset, n, t] for n in names)


def any_product(_: ReserveProduct) -> bool:
    """Every product."""
    return True


def takes_the_period(product: ReserveProduct) -> bool:
    """Products that need not be there before the period ends."""
    return product.minutes is None


def held_by(view: AreaView, kind: str, direction: str, keeps: Keeps = any_product) -> Held:
    """What assets of a kind may hold in a direction, of the products that `keeps` names."""
    found: dict[str, list[str]] = {}
    for of_kind, asset, name in view.reserves.offers:
        product = view.reserves.products[name]
        if (of_kind, direction) == (kind, product.direction) and keeps(product):
            found.setdefault(asset, []).append(name)
    return Held(VARIABLES[kind], found)


def add_offers(block: pyo.Block, view: AreaView, periods: Sequence[int], kind: str) -> None:
    """Add the reserve (MW) of assets of a kind, at the price of holding it."""
    offers = {(a, n): o for (k, a, n), o in view.reserves.offers.items() if k == kind}
    if offers:
        most = [np.inf if o.p_max_mw is None else o.p_max_mw for o in offers.values()]
        asked = [o.price_usd_per_mwh for o in offers.values()]
        decide(block, periods, VARIABLES[kind], list(offers), 0.0, _column(most), _column(asked))


def holding_costs(solved: Solved, kind: str, names: Sequence[str]) -> Rows:
    """What holding costs the assets of a kind ($), shape (assets, periods)."""
    total = np.zeros((len(names), solved.hours.size))
    name, place = VARIABLES[kind], {asset: n for n, asset in enumerate(names)}
    if name in solved.members:
        rows = [place[asset] for asset, _ in solved.members[name]]
        np.add.at(total, rows, solved.cost(name))
    return total


def lasts_h(view: AreaView, product: str, t: int) -> float:
    """For how long a store must keep a product up (h)."""
    asked = view.reserves.products[product].sustain_h
    return view.hours[t - 1] if asked is None else asked


def _column(values: Sequence[float]) -> Rows:
    return np.array(values, dtype=float).reshape(-1, 1)
