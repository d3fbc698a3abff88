"""What of an operator's view shapes the rows of its program, and what only fills in numbers."""

from typing import Any

from formulations.contract import Formulation
from scenarios.records import Generator, Load
from scenarios.scenario import AreaView


def rows_of(view: AreaView, formulation: Formulation) -> tuple[Any, ...]:
    """All of a view that stands in the rows of its program; the rest are limits and prices."""
    reactive = formulation.traits.reactive
    return (
        view.network,
        view.side,
        view.hours,
        view.type,
        {n: _rows_of_generator(g, reactive=reactive) for n, g in view.generators.items()},
        {n: (r.bus, _tangent(r) if reactive else None) for n, r in view.loads.items()},
        {n: (k.bus, k.tan_phi) for n, k in view.bids.items()},
        {n: (s.bus, s.charge_efficiency, s.discharge_efficiency) for n, s in view.storage.items()},
        {n: (r.bus, r.tan_phi) for n, r in view.shiftable_loads.items()},
        {n: p.bus for n, p in view.ports.items()},
    )


def _rows_of_generator(g: Generator, *, reactive: bool) -> tuple[Any, ...]:
    sides = reactive and g.s_max_mva is not None
    circle = (g.s_max_mva, g.p_max_mw, g.q_min_mvar, g.q_max_mvar) if sides else None
    return g.bus, g.participation, g.ramp_mw_per_h, circle


def _tangent(load: Load) -> tuple[bool, float]:
    """Reactive over active consumption, as far as twelve digits tell it apart."""
    active = load.p_mw != 0
    return active, float(f"{load.q_mvar / load.p_mw:.12g}") if active else load.q_mvar != 0
