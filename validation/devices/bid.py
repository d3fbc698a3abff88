"""Flexible loads: they consume along their value curve."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from validation.best import Program, flat
from validation.check import Rows, outside
from validation.cleared import Cleared
from validation.curves import Curves, curves, segments_unearned
from validation.devices import validators
from validation.devices.contract import Law
from validation.grid import Places, column, members
from validation.priced import Priced

KIND = "bid"


def limits(cleared: Cleared) -> tuple[Rows, Rows]:
    """Least and greatest consumption (MW) of every flexible load."""
    owned = cleared.records(KIND)
    factor = cleared.grid.factors(owned)
    return column(owned, "p_min_mw") * factor, column(owned, "p_max_mw") * factor


def _values(cleared: Cleared) -> Curves:
    return curves(cleared.scenario, members(cleared.records(KIND), "area", KIND))


@dataclass(frozen=True)
class Bids:
    """Consumption within limits, worth its value curve."""

    needed: ClassVar[tuple[str, ...]] = ()

    def laws(self, cleared: Cleared) -> Iterator[Law]:
        """Power stays between least and greatest."""
        power, held = cleared.of(KIND)["p_mw"], cleared.reserves.of(KIND)
        least, most = limits(cleared)
        yield Law("power limits", "MW", outside(power, least, most))
        up, down = held.up(), held.down()
        reduced = np.where(up > 0.0, least - power + up, 0.0)
        raised = np.where(down > 0.0, power + down - most, 0.0)
        yield Law("reserve of flexible loads", "MW", np.maximum(np.maximum(reduced, raised), 0.0))

    def reactive(self, cleared: Cleared) -> Rows:
        """It is in proportion."""
        numbers, tan_phi = cleared.of(KIND), column(cleared.records(KIND), "tan_phi")
        return numbers["q_mvar"] - tan_phi * numbers["p_mw"]

    def greatest_mw(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """They consume."""
        most = limits(cleared)[1]
        return np.zeros_like(most), most

    def cost_and_value(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """The area under the value curve."""
        power = cleared.of(KIND)["p_mw"]
        return cleared.reserves.cost(KIND), _values(cleared).value(power) * cleared.hours

    def unearned(self, priced: Priced) -> Rows:
        """They consume where their value exceeds the price."""
        cleared, curve = priced.cleared, _values(priced.cleared)
        owned = cleared.records(KIND)
        price = priced.price(cleared.grid.at(owned), column(owned, "tan_phi"))
        gain, power = curve.price - price[curve.owner], cleared.of(KIND)["p_mw"]
        unearned = segments_unearned(curve, gain, power, limits(cleared)) * cleared.hours
        held = cleared.reserves.of(KIND)
        kept = np.flatnonzero(held.holds)
        if kept.size:
            earned = curve.value(power) - price * power + held.total(held.gain * held.power)
            best = _best_of_holders(cleared, curve, gain, kept)
            unearned[kept] = best - (earned * cleared.hours)[kept]
        return unearned


def _best_of_holders(cleared: Cleared, curve: Curves, gain: Rows, kept: Places) -> Rows:
    """Most ($) that the flexible loads `kept` can earn by consuming and holding reserve."""
    hours, held = cleared.hours, cleared.reserves.of(KIND).of(kept)
    row = np.flatnonzero(np.isin(curve.owner, kept))
    floor, most = (curve.fill(limit)[row] for limit in limits(cleared))
    idle, periods = np.zeros_like(held.gain), sparse.eye_array(hours.size)
    owner = np.searchsorted(kept, curve.owner[row])
    shape = (kept.size, row.size)
    adding = sparse.csr_array((np.ones(row.size), (owner, np.arange(row.size))), shape=shape)
    power, up, down = (
        sparse.kron(matrix, periods) for matrix in (adding, held.matrix(1), held.matrix(-1))
    )
    least, greatest = (limit[kept].ravel() for limit in limits(cleared))
    none = np.full(least.size, np.inf)
    program = Program(
        gain=flat(gain[row] * hours, held.gain * hours),
        bend=flat(curve.slope[row] * hours, idle),
        least=flat(floor, idle),
        most=flat(most, idle + held.most),
        rows=[
            (sparse.hstack([power, -up]), least, none),
            (sparse.hstack([power, down]), -none, greatest),
        ],
    )
    earned = program.earned(program.solve()[0])
    parts, spinning = np.split(earned, [row.size * hours.size])
    shape = (-1, hours.size)
    best: Rows = adding @ parts.reshape(shape) + held.total(spinning.reshape(shape))
    return best


validators.register(KIND, Bids())
