"""What a generator that takes prices as given earns for every share that it offers wholesale."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formulations.devices.local_market import markup, with_shares
from formulations.devices.offers import curve_cost, curves, output_limits, supply
from formulations.networks import COPPERPLATE, formulation
from market.operators.day import build_day
from scenarios.local_market import LocalMarket
from scenarios.network import Network
from scenarios.records import DISTRIBUTION, Generator
from scenarios.scenario import AreaView, Hourly, Port
from solvers.session import open_session

Profits = NDArray[np.float64]
TIME_LIMIT_S = 60.0


@dataclass(frozen=True)
class Prices:
    """Price ($/MWh) of what a generator sells at home, and of what it sells wholesale, by period.

    The second is the first and the worth of the ban on exports: at both together the dispatch is
    what the generator would choose, whatever limits of the feeder and the boundary bind.
    """

    home: Hourly
    abroad: Hourly


def profits(
    view: AreaView, name: str, prices: Prices, rules: LocalMarket, shares: Sequence[float]
) -> Profits:
    """Profit of the day ($) for every share; a wholesale offer above its cost sells less."""
    asked = np.stack([markup(_alone(view, name, share), rules)[0] for share in shares])
    by_hour = view.generators[name].ramp_mw_per_h is None
    earned = (_by_hour if by_hour else _by_day)(view, name, prices, rules, shares, asked)
    always = view.generators[name].no_load_usd_per_h * sum(view.hours)
    profit: Profits = earned - always
    return profit


def greatest_turnover(view: AreaView, name: str, prices: Prices) -> float:
    """What all that it can make in the day is worth ($), whatever the sign of prices."""
    most = output_limits(view, view.generators[name])[1]
    price = np.maximum(np.abs(prices.home), np.abs(prices.abroad))
    return float((price * most) @ np.array(view.hours))


def _by_hour(
    view: AreaView,
    name: str,
    prices: Prices,
    rules: LocalMarket,
    shares: Sequence[float],
    asked: NDArray[np.float64],
) -> Profits:
    """Margin over cost ($): it sells first where it nets more, up to what it may sell there."""
    owner = view.generators[name]
    curve, (least, most) = curves(view, {name: owner}), output_limits(view, owner)
    offered = np.reshape(shares, (-1, 1)) * most
    kept = np.broadcast_to(most, offered.shape)
    if not rules.unsold_wem_returns_to_lem:
        kept = kept - offered
    net = prices.abroad - asked
    wholesale_first = net >= prices.home
    first = np.where(wholesale_first, offered, kept)
    high, low = np.maximum(net, prices.home), np.minimum(net, prices.home)
    power = np.maximum(np.minimum(supply(curve, high), first), np.minimum(supply(curve, low), most))
    power = np.maximum(power, least)
    before, after = np.minimum(power, first), np.maximum(power - first, 0.0)
    sold = np.where(wholesale_first, before, after)
    earned = prices.home * power + (prices.abroad - prices.home) * sold
    margin: Profits = (earned - curve_cost(curve, power)) @ np.array(view.hours)
    return margin


def _by_day(
    view: AreaView,
    name: str,
    prices: Prices,
    rules: LocalMarket,
    shares: Sequence[float],
    asked: NDArray[np.float64],
) -> Profits:
    """The same where ramps couple hours: its own day, compiled, at every share."""
    free = replace(rules, allow_lem_export=True, beta_mode="marginal_cost")
    day = build_day(_alone(view, name, 1.0), formulation(COPPERPLATE, DISTRIBUTION), free)
    session = open_session(day.program, f"best reply of generator '{name}'", TIME_LIMIT_S)
    wholesale, local = (day.columns[n].ravel() for n in ("p_wholesale", "p_local"))
    session.set_cost(day.columns["p_boundary"].ravel(), prices.home * day.hours)
    most = output_limits(view, view.generators[name])[1]
    premium, margins = prices.abroad - prices.home, []
    for share, markups in zip(shares, asked, strict=True):
        kept = most if rules.unsold_wem_returns_to_lem else (1.0 - share) * most
        session.set_bounds(wholesale, np.zeros_like(most), share * most)
        session.set_bounds(local, np.zeros_like(most), kept)
        session.set_cost(wholesale, (markups - premium) * day.hours)
        x = session.solve().x
        paid = prices.home * x[day.columns["p_boundary"][0]] - premium * x[wholesale]
        margins.append(-float((day.cost_by_period(x) + paid * day.hours - day.offset).sum()))
    return np.array(margins)


def _alone(view: AreaView, name: str, share: float) -> AreaView:
    """The generator with its share at a bus of its own, which meets a boundary."""
    owner = view.generators[name]
    bus = replace(view.network.buses[owner.bus], g_shunt_mw=0.0, b_shunt_mvar=0.0)
    alone = replace(
        view,
        network=Network(view.name, view.network.base_mva, (bus.bus,), {bus.bus: bus}, {}),
        assets={Generator: {name: owner}},
        ports={name: Port(name, bus.bus)},
        chi={},
    )
    return with_shares(alone, {name: share})
