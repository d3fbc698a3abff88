"""Generators: cost curves, ramps, and P and Q that share an apparent power."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scenarios.records import Generator
from validation.best import Limit, Program, flat
from validation.check import Rows, outside
from validation.cleared import Cleared
from validation.curves import segments_unearned
from validation.devices import validators
from validation.devices.contract import Law
from validation.grid import Mask, column
from validation.holding import Holding
from validation.local import LocalTrade
from validation.polygon import capability, lines_of
from validation.priced import Priced

KIND = "generator"
FREE_USD_PER_MVARH = 1e-6  # a price that makes no generator trade active for reactive power


@dataclass(frozen=True)
class Generators:
    """Output along cost curves, within limits, ramps and capability."""

    needed: ClassVar[tuple[str, ...]] = ()

    def laws(self, cleared: Cleared) -> Iterator[Law]:
        """Power stays between least and greatest, and changes no faster than ramps allow."""
        power = cleared.of(KIND)["p_mw"]
        least, most = cleared.output_limits
        yield Law("power limits", "MW", outside(power, least, most))
        before = np.hstack([_initial(cleared), power[:, :-1]])
        change = np.where(np.isnan(before), 0.0, power - before)  # not given: a free first step
        fall, rise = _change_limits(cleared)
        yield Law("ramp limits", "MW", outside(change, fall, rise))
        yield Law("reserve of generators", "MW", _beyond_room(cleared, change))
        if cleared.scenario.commitments:
            yield from (Law(*law) for law in cleared.plants.laws())

    def reactive(self, cleared: Cleared) -> Rows:
        """It stays within its own limits and the capability."""
        owned, p = cleared.records(KIND), cleared.of(KIND)["p_mw"]
        q = np.nan_to_num(cleared.of(KIND)["q_mvar"])
        limited = outside(q, column(owned, "q_min_mvar"), column(owned, "q_max_mvar"))
        apparent = np.hypot(p, q) - np.nan_to_num(column(owned, "s_max_mva"), nan=np.inf)
        lines = [on_p * p + on_q * q - most for on_p, on_q, most in lines_of(owned)]
        missed: Rows = np.maximum.reduce([limited, apparent, *lines])
        return missed

    def greatest_mw(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """They produce."""
        most = cleared.greatest_output
        return most, np.zeros_like(most)

    def cost_and_value(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """The area under the cost curve, the cost at zero output while on, and starts."""
        plants = cleared.plants
        run = cleared.offers.cost(cleared.of(KIND)["p_mw"])
        run = run + column(cleared.records(KIND), "no_load_usd_per_h") * plants.is_on
        run = run * cleared.hours + plants.cost() + cleared.reserves.cost(KIND)
        return run, np.zeros_like(run)

    def unearned(self, priced: Priced) -> Rows:
        """They produce what pays, within their limits, ramps and capability."""
        cleared, curve = priced.cleared, priced.cleared.offers
        owned, power = cleared.scenario.generators, cleared.of(KIND)["p_mw"]
        bus = cleared.grid.at(owned)
        gain = cleared.prices[bus][curve.owner] - curve.price
        unearned = segments_unearned(curve, gain, power, cleared.output_limits)
        least, most = cleared.reactive_limits
        price = priced.multipliers.reactive[bus]
        q = np.nan_to_num(cleared.of(KIND)["q_mvar"])
        unearned = unearned + np.maximum(price * least, price * most) - price * q
        unearned = unearned * cleared.hours
        trade = LocalTrade(cleared)
        linked = _are_linked(cleared, price, least, most) | trade.splits
        held = cleared.reserves.of(KIND)
        linked |= held.holds
        if linked.any():
            best = _best_of_linked(priced, np.flatnonzero(linked))
            earned = price * q + cleared.prices[bus] * power - curve.cost(power)
            earned = earned + (trade.spread(owned) - trade.markup) * trade.sold
            earned = earned + held.total(held.gain * held.power)
            unearned[linked] = best - (earned * cleared.hours)[linked]
        of_day: Rows = unearned.sum(axis=1, keepdims=True)  # with ramps only this is zero
        return of_day


def _beyond_room(cleared: Cleared, change: Rows) -> Rows:
    """What all reserve that is used at once lacks of limits and ramps (MW)."""
    held, power = cleared.reserves.of(KIND), cleared.of(KIND)["p_mw"]
    least, most = cleared.output_limits
    fall, rise = _change_limits(cleared)
    missed = np.zeros_like(power)
    for up, beyond in (
        (held.up(), power + held.up() - most),
        (held.up(held.slow), change + held.up(held.slow) - rise),
    ):
        missed = np.maximum(missed, np.where(up > 0.0, beyond, 0.0))
    for down, beyond in (
        (held.down(), least - power + held.down()),
        (held.down(held.slow), fall - change + held.down(held.slow)),
    ):
        missed = np.maximum(missed, np.where(down > 0.0, beyond, 0.0))
    for minutes in held.steps():
        soon, (down_rate, up_rate) = held.minutes <= minutes, cleared.ramps
        missed = np.maximum(missed, held.up(soon) - up_rate * minutes / 60)
        missed = np.maximum(missed, held.down(soon) - down_rate * minutes / 60)
    return missed


def _are_linked(cleared: Cleared, price: Rows, least: Rows, most: Rows) -> NDArray[np.bool_]:
    """Generators with ramps, and those whose capability limits what they earn."""
    owned = cleared.scenario.generators
    ramps = np.isfinite(_change_limits(cleared)[1]).any(axis=1, keepdims=True)
    ramps = ramps | np.isfinite(_change_limits(cleared)[0]).any(axis=1, keepdims=True)
    priced = (np.abs(price) > FREE_USD_PER_MVARH).any(axis=1, keepdims=True)
    pressed = (priced & (least < most)) | (least > 0.0) | (most < 0.0)
    bound = np.isfinite(column(owned, "s_max_mva")) | np.isfinite(column(owned, "p_1_mw"))
    linked: NDArray[np.bool_] = (ramps | (bound & pressed)).ravel()
    return linked


def _best_of_linked(priced: Priced, kept: NDArray[np.intp]) -> Rows:
    """Most that the generators `kept` can earn ($), shape (generators, periods).

    Their segments, then their reactive power, what they sell past a local market, and reserve.
    """
    cleared, curve = priced.cleared, priced.cleared.offers
    owned = [cleared.scenario.generators[n] for n in kept]
    bus, hours = cleared.grid.at(owned), cleared.hours
    row = np.flatnonzero(np.isin(curve.owner, kept))
    owner = np.searchsorted(kept, curve.owner[row])
    gain = (cleared.prices[bus][owner] - curve.price[row]) * hours
    floor, most = (curve.fill(limit)[row] for limit in cleared.output_limits)
    q_least, q_most = (np.tile(q[kept], hours.size) for q in cleared.reactive_limits)
    q_gain = priced.multipliers.reactive[bus] * hours
    trade, none = LocalTrade(cleared), np.zeros_like(q_gain)
    sold_gain = (trade.spread(cleared.scenario.generators) - trade.markup)[kept] * hours
    sold_most = np.where(trade.splits.reshape(-1, 1), trade.offered, 0.0)[kept]
    held = cleared.reserves.of(KIND).of(kept)
    idle = np.zeros((held.holder.size, hours.size))
    program = Program(
        gain=flat(gain, q_gain, sold_gain, held.gain * hours),
        bend=flat(curve.slope[row] * hours, none, none, idle),
        least=flat(floor, q_least, none, idle),
        most=flat(most, q_most, sold_most, idle + held.most),
    )
    output = sparse.csr_array(
        (np.ones(row.size), (owner, np.arange(row.size))), shape=(len(owned), row.size)
    )
    home = np.where(trade.splits.reshape(-1, 1), trade.home_limit, np.inf)[kept]
    program.rows = _linking_rows(cleared, kept, output, held, home)
    earned = program.earned(program.solve()[0])
    parts = earned[: gain.size].reshape(gain.shape)
    rest = earned[gain.size : gain.size + 2 * q_gain.size]
    reactive, sold = rest.reshape(2, *q_gain.shape)
    spinning = earned[gain.size + rest.size :].reshape(idle.shape)
    total: Rows = reactive + sold + output @ parts + held.total(spinning)
    return total


def _linking_rows(
    cleared: Cleared, kept: NDArray[np.intp], output: Any, held: Holding, home: Rows
) -> list[Limit]:
    """Ramps, capability and the limit of local sales, over all columns of all periods."""
    periods = cleared.hours.size
    power = sparse.kron(output, sparse.eye_array(periods))
    count = power.shape[0]
    blank, whole = sparse.csr_array((count, count)), sparse.eye_array(count)
    no_power = sparse.csr_array(power.shape)
    none_held = sparse.csr_array((count, held.holder.size * periods))
    active = sparse.hstack([power, blank, blank, none_held])
    reactive = sparse.hstack([no_power, whole, blank, none_held])
    sold = sparse.hstack([no_power, blank, whole, none_held])
    before = sparse.csr_array((count, active.shape[1] - none_held.shape[1]))

    def reserve(sign: int, chosen: Mask | None = None) -> Any:
        own = sparse.kron(held.matrix(sign, chosen), sparse.eye_array(periods))
        return sparse.hstack([before, own])

    least = np.where(np.isfinite(home), 0.0, -np.inf).ravel()
    owned = [cleared.scenario.generators[n] for n in kept]
    used = [active + sign * reserve(sign) for sign in sorted(set(held.sign.tolist()))]
    return [
        *_rising_rows(cleared, kept, active, held, reserve),
        (sparse.csr_array(active - sold), least, home.ravel()),
        *(limit for power in (active, *used) for limit in _able(owned, power, reactive, periods)),
    ]


def _able(owned: Sequence[Generator], active: Any, reactive: Any, periods: int) -> Iterator[Limit]:
    """Apparent power, and lines that limit Q by P."""
    radius = np.tile(np.nan_to_num(column(owned, "s_max_mva"), nan=np.inf), periods)
    yield from capability(active, reactive, radius)
    for on_p, on_q, most in lines_of(owned):
        rows = sparse.diags_array(np.repeat(on_p, periods)) @ active + on_q * reactive
        yield rows, np.full(rows.shape[0], -np.inf), np.repeat(most, periods)


Reserve = Callable[..., Any]  # rows of all reserve of a direction, of the offers chosen


def _rising_rows(
    cleared: Cleared, kept: NDArray[np.intp], output: Any, held: Holding, reserve: Reserve
) -> Iterator[Limit]:
    """Ramps, and where reserve is held what must be left for it."""
    rows, least, most = _ramp_rows(cleared, kept, output)
    yield rows, least, most
    if not held.holder.size:
        return
    none = np.full(most.size, np.inf)
    low, high = (limit[kept].ravel() for limit in cleared.output_limits)
    yield rows + reserve(1, held.slow), -none, most
    yield rows - reserve(-1, held.slow), least, none
    yield output + reserve(1), -none, high
    yield output - reserve(-1), low, none
    for minutes in held.steps():
        for sign, rate in zip((-1, 1), cleared.ramps, strict=True):
            most = np.broadcast_to(rate[kept] * minutes / 60, (len(kept), cleared.hours.size))
            yield reserve(sign, held.minutes <= minutes), -none, most.ravel()


def _ramp_rows(cleared: Cleared, kept: NDArray[np.intp], output: Any) -> Limit:
    """Change of output from period to period, within the ramp."""
    periods = cleared.hours.size
    change = sparse.eye_array(periods) - sparse.eye_array(periods, k=-1)
    fall, rise = (limit[kept] for limit in _change_limits(cleared))
    initial = _initial(cleared)[kept]
    start = np.zeros_like(rise)
    start[:, :1] = np.nan_to_num(initial)
    free = np.isnan(initial)
    fall[:, :1] = np.where(free, -np.inf, fall[:, :1])
    rise[:, :1] = np.where(free, np.inf, rise[:, :1])
    rows = sparse.kron(sparse.eye_array(len(kept)), change) @ output
    return rows, (start + fall).ravel(), (start + rise).ravel()


def _change_limits(cleared: Cleared) -> tuple[Rows, Rows]:
    """Greatest fall (negative) and rise (MW) of every generator into each period."""
    ramp = column(cleared.scenario.generators, "ramp_mw_per_h")
    return cleared.plants.change_limits(np.nan_to_num(ramp, nan=np.inf) * cleared.hours)


def _initial(cleared: Cleared) -> Rows:
    """Output before the first period (MW); NaN where it is not given."""
    return cleared.plants.initial(column(cleared.scenario.generators, "p_initial_mw"))


validators.register(KIND, Generators())
