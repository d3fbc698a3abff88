"""Stores: energy carries over from period to period, with losses both ways."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import sparse

from validation.as_bid import fees_bid
from validation.best import Program, flat
from validation.check import Rows, outside
from validation.cleared import Cleared
from validation.devices import validators
from validation.devices.contract import Law
from validation.grid import Mask, column
from validation.local_stores import StoreTrade
from validation.priced import Priced

KIND = "storage"
BOTH_MW = 1e-6  # more than what interior points leave of zero


def before(cleared: Cleared) -> Rows:
    """Energy (MWh) in every store before each period."""
    energy = cleared.of(KIND)["energy_mwh"]
    stored: Rows = np.hstack([column(cleared.records(KIND), "energy_initial_mwh"), energy[:, :-1]])
    return stored


def wasted(cleared: Cleared) -> Rows:
    """Energy (MWh) that the net power would store, less the energy that is there."""
    owned, energy = cleared.records(KIND), cleared.of(KIND)["energy_mwh"]
    power = cleared.of(KIND)["p_mw"]
    stored = -column(owned, "charge_efficiency") * np.minimum(power, 0.0)
    drawn = np.maximum(power, 0.0) / column(owned, "discharge_efficiency")
    lost: Rows = before(cleared) + cleared.hours * (stored - drawn) - energy
    return lost


def discharged(cleared: Cleared) -> Rows:
    """Power (MW) taken from every store: the net discharge, and what it charges at once.

    Wasting one MWh takes a through-put that loses one MWh.
    """
    owned = cleared.records(KIND)
    loss = 1 / column(owned, "discharge_efficiency") - column(owned, "charge_efficiency")
    through = np.divide(wasted(cleared), loss, out=np.zeros_like(loss * cleared.hours),
                        where=loss > 0)  # fmt: skip
    power: Rows = np.maximum(cleared.of(KIND)["p_mw"], 0.0) + through / cleared.hours
    return power


def charged(cleared: Cleared) -> Rows:
    """Power (MW) that every store draws, also where it gives at once."""
    power: Rows = discharged(cleared) - cleared.of(KIND)["p_mw"]
    return power


def drawn(cleared: Cleared) -> Rows:
    """Fees ($/MWh) of what stores draw, where they bid with them, shape (stores, 1)."""
    fees = fees_bid(cleared.scenario)
    rates = [fees(s.area, KIND, s.storage)[0] for s in cleared.records(KIND)]
    return np.array(rates, dtype=float).reshape(-1, 1)


@dataclass(frozen=True)
class Stores:
    """Limits and balance of energy; wear is paid for what is discharged."""

    needed: ClassVar[tuple[str, ...]] = ("energy_mwh",)

    def laws(self, cleared: Cleared) -> Iterator[Law]:
        """Limits hold, enough is left at the end, and no energy comes from nowhere.

        Energy falls short of what net charging stores only where a store charges and discharges
        at once.
        """
        owned, numbers, lost = cleared.records(KIND), cleared.of(KIND), wasted(cleared)
        energy, unit = numbers["energy_mwh"], "MW or MWh"
        most, least = column(owned, "p_discharge_max_mw"), -column(owned, "p_charge_max_mw")
        yield Law("storage limits", unit, outside(numbers["p_mw"], least, most))
        capacity = column(owned, "energy_max_mwh")
        yield Law("storage limits", unit, outside(energy, _floor(cleared), capacity))
        yield Law("storage energy", "MWh", np.maximum(-lost, 0.0))
        yield Law("storage wastes no energy", "MWh", np.maximum(lost, 0.0))
        yield Law("reserve of stores", unit, _beyond_room(cleared))
        yield Law("storage sells what it bought", "MWh", StoreTrade(cleared).overdrawn())

    def reactive(self, cleared: Cleared) -> Rows:
        """There is none."""
        return cleared.of(KIND)["q_mvar"]

    def greatest_mw(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """They discharge, or charge."""
        owned, every = cleared.records(KIND), np.ones_like(cleared.hours)
        return (
            column(owned, "p_discharge_max_mw") * every,
            column(owned, "p_charge_max_mw") * every,
        )

    def cost_and_value(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """Wear and what reserve costs; worth of what is stored more than before."""
        owned, energy = cleared.records(KIND), cleared.of(KIND)["energy_mwh"]
        out = discharged(cleared)
        spent = column(owned, "cost_usd_per_mwh") * out + drawn(cleared) * charged(cleared)
        value = column(owned, "energy_value_usd_per_mwh") * (energy - before(cleared))
        return spent * cleared.hours + cleared.reserves.cost(KIND), value

    def unearned(self, priced: Priced) -> Rows:
        """They buy and sell over the day as well as their limits allow, one thing at a time.

        Where a store is paid for consuming it would rather burn energy, by doing both at once;
        there the clearing had to choose, and the direction counts that it chose. The tables do not
        say which that is where a store rests: the one counts that leaves less.
        """
        cleared = priced.cleared
        owned, hours = cleared.records(KIND), cleared.hours
        price, wear = cleared.prices[cleared.grid.at(owned)], column(owned, "cost_usd_per_mwh")
        power = cleared.of(KIND)["p_mw"]
        trade = StoreTrade(cleared)
        abroad = trade.local.spread(owned) * trade.sold
        held = cleared.reserves.of(KIND)
        abroad = abroad + held.total(held.gain * held.power)
        spent = wear * discharged(cleared) + drawn(cleared) * charged(cleared)
        paid = ((price * power + abroad - spent) * hours).sum(axis=1)
        paid = paid + _worth_left(cleared, cleared.of(KIND)["energy_mwh"]).sum(axis=1)
        best = _best(cleared, price, wear, power <= 0.0)
        if ((power == 0.0) & (price < 0.0)).any():
            best = np.minimum(best, _best(cleared, price, wear, power < 0.0))
        total: Rows = (best - paid).reshape(-1, 1)
        return total


def _best(cleared: Cleared, price: Rows, wear: Rows, charging: Mask) -> Rows:
    """Most that every store can earn ($), shape (stores,).

    In hours in which it would do both, it may charge where `charging`, and else discharge.
    """
    hours = cleared.hours
    shape = (6 if StoreTrade(cleared).splits.any() else 3, *price.shape)
    size, held = math.prod(shape), cleared.reserves.of(KIND)
    program = _program(cleared, (price + drawn(cleared)) * hours, (price - wear) * hours)
    while True:
        x = program.solve()[0]
        charge, discharge = x[:size].reshape(shape)[:2]
        burns = (np.minimum(charge, discharge) > BOTH_MW) & (price < 0.0)
        if not burns.any():
            gained = program.earned(x)
            of_reserve = held.total(gained[size:].reshape(held.gain.shape))
            earned: Rows = gained[:size].reshape(shape).sum(axis=(0, 2)) + of_reserve.sum(axis=1)
            return earned
        barred = np.zeros(shape, dtype=bool)
        barred[:2] = burns & ~charging, burns & charging
        program.most[:size] = np.where(barred.ravel(), 0.0, program.most[:size])


def _worth_left(cleared: Cleared, energy: Rows) -> Rows:
    """Worth of stored energy ($) when the last period is over, nothing before."""
    worth = np.zeros_like(energy)
    value = column(cleared.records(KIND), "energy_value_usd_per_mwh")
    worth[:, -1:] = value * energy[:, -1:]
    return worth


def _floor(cleared: Cleared) -> Rows:
    """Least energy (MWh) at the end of every period."""
    owned = cleared.records(KIND)
    floor: Rows = np.tile(column(owned, "energy_min_mwh"), len(cleared.hours))
    floor[:, -1:] = np.maximum(floor[:, -1:], column(owned, "energy_final_mwh"))
    return floor


def _program(cleared: Cleared, buying: Rows, selling: Rows) -> Program:
    """Charge, discharge (MW) and energy (MWh) of all stores, each of shape (stores, periods).

    Where stores trade in two markets, their sales and purchases (MW) and account (MWh) follow.
    """
    owned, hours = cleared.records(KIND), cleared.hours
    shape = buying.shape
    most = [np.broadcast_to(column(owned, name), shape)
            for name in ("p_charge_max_mw", "p_discharge_max_mw", "energy_max_mwh")]  # fmt: skip
    program = Program(
        gain=flat(-buying, selling, _worth_left(cleared, np.ones(shape))),
        bend=np.zeros(3 * buying.size),
        least=flat(np.zeros(shape), np.zeros(shape), _floor(cleared)),
        most=flat(*most),
    )
    rise = sparse.eye_array(shape[1]) - sparse.eye_array(shape[1], k=-1)
    stored = sparse.diags_array((-column(owned, "charge_efficiency") * hours).ravel())
    drawn = sparse.diags_array((hours / column(owned, "discharge_efficiency")).ravel())
    start = np.zeros(shape)
    start[:, :1] = column(owned, "energy_initial_mwh")
    rows = sparse.hstack([stored, drawn, sparse.kron(sparse.eye_array(shape[0]), rise)])
    program.rows = [(rows, start.ravel(), start.ravel())]
    if StoreTrade(cleared).splits.any():
        program = _with_two_markets(cleared, program)
    return _with_reserve(cleared, program, start)


def _with_reserve(cleared: Cleared, program: Program, start: Rows) -> Program:
    """The program with what stores may hold (MW) behind all else, and the room for it.

    `start` is the energy at the beginning where it is given: that of the first period.
    """
    held, hours = cleared.reserves.of(KIND), cleared.hours
    if not held.holder.size:
        return program
    owned, size, stores = cleared.records(KIND), program.gain.size, start.size
    periods = sparse.eye_array(hours.size)
    one, none = sparse.eye_array(stores), sparse.csr_array((stores, stores))
    rest = sparse.csr_array((stores, size - 3 * stores))
    power = sparse.hstack([-one, one, none, rest])
    after = sparse.hstack([none, none, one, rest])
    earlier = sparse.kron(sparse.eye_array(len(owned)), sparse.eye_array(hours.size, k=-1))
    before = sparse.hstack([none, none, earlier, rest])
    lasting = sparse.diags_array(held.lasts.ravel())
    up, down = (sparse.kron(held.matrix(sign), periods) for sign in (1, -1))
    room = [(power, up, "p_discharge_max_mw"), (-power, down, "p_charge_max_mw")]
    limits = [
        (sparse.hstack([own, held_]), np.full(stores, -np.inf), _every(owned, name, hours))
        for own, held_, name in room
    ]
    drawn = sparse.diags_array(1 / _every(owned, "discharge_efficiency", hours)) @ up @ lasting
    stored = sparse.diags_array(_every(owned, "charge_efficiency", hours)) @ down @ lasting
    for energy, given in ((after, 0.0 * start), (before, start)):
        low = _every(owned, "energy_min_mwh", hours) - given.ravel()
        high = _every(owned, "energy_max_mwh", hours) - given.ravel()
        limits.append((sparse.hstack([energy, -drawn]), low, np.full(stores, np.inf)))
        limits.append((sparse.hstack([energy, stored]), np.full(stores, -np.inf), high))
    idle = np.zeros_like(held.gain)
    wider = [
        (sparse.hstack([matrix, sparse.csr_array((matrix.shape[0], idle.size))]), *own)
        for matrix, *own in program.rows
    ]
    return Program(
        gain=flat(program.gain, held.gain * hours),
        bend=flat(program.bend, idle),
        least=flat(program.least, idle),
        most=flat(program.most, idle + held.most),
        rows=[*wider, *limits],
    )


def _every(owned: Any, name: str, hours: Rows) -> Rows:
    """A column of every store in every period, end to end."""
    return np.repeat(column(owned, name).ravel(), hours.size)


def _beyond_room(cleared: Cleared) -> Rows:
    """What reserve that is used lacks of power (MW), and of energy at either end (MWh)."""
    held, owned = cleared.reserves.of(KIND), cleared.records(KIND)
    power, energy = (cleared.of(KIND)[name] for name in ("p_mw", "energy_mwh"))
    most, charging = (column(owned, f"p_{n}_max_mw") for n in ("discharge", "charge"))
    before = np.hstack([column(owned, "energy_initial_mwh"), energy[:, :-1]])
    up, down = held.up(), held.down()
    drawn = held.matrix(1) @ (held.power * held.lasts) / column(owned, "discharge_efficiency")
    stored = held.matrix(-1) @ (held.power * held.lasts) * column(owned, "charge_efficiency")
    missed = np.zeros_like(power)
    for used, beyond in (
        (up, power + up - most),
        (down, -power + down - charging),
        (up, column(owned, "energy_min_mwh") + drawn - np.minimum(before, energy)),
        (down, np.maximum(before, energy) + stored - column(owned, "energy_max_mwh")),
    ):
        missed = np.maximum(missed, np.where(used > 0.0, beyond, 0.0))
    return missed


def _with_two_markets(cleared: Cleared, program: Program) -> Program:
    trade, hours = StoreTrade(cleared), cleared.hours
    worth, none = trade.local.spread(trade.owned) * hours, np.zeros_like(trade.sold)
    account = np.where(trade.splits, np.inf, none)
    blank = sparse.csr_array((none.size, 3 * none.size))
    wider = [(sparse.hstack([matrix, blank]), *limits) for matrix, *limits in program.rows]
    return Program(
        gain=flat(program.gain, worth, -worth, none),
        bend=flat(program.bend, none, none, none),
        least=flat(program.least, none, none, none),
        most=flat(
            program.most, trade.share * trade.discharging, trade.share * trade.charging, account
        ),
        rows=[*wider, *trade.rows()],
    )


validators.register(KIND, Stores())
