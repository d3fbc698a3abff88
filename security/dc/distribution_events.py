"""What happens within distribution areas, as a change of what they produce less consume."""

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.scenario import AreaView
from security.dc.refusals import refuse_dispatch, refuse_generator

Change = Mapping[str, float]  # MW more injected into transmission, by boundary


@dataclass(frozen=True)
class Event:
    """A change (MW) of production less consumption at fixed voltage, by boundary.

    Positive is more production or less consumption.
    """

    name: str
    change_mw: Change


def output_scaled(area: AreaView, p_mw: Mapping[str, float], technology: str, to: float) -> Event:
    """The area's plants of a technology give `to` times their output: clouds, a gust, a calm.

    `p_mw` is the output of every generator of the area.
    """
    refuse_dispatch(area.generators, p_mw)
    output = sum(p_mw[g] for g, unit in area.generators.items() if unit.technology == technology)
    return _event(area, f"{technology} at {to:.0%}", (to - 1) * output)


def generator_lost(area: AreaView, p_mw: Mapping[str, float], generator: str) -> Event:
    """A generator of the area trips at its output (MW)."""
    refuse_generator(area.generators, generator)
    refuse_dispatch({generator: area.generators[generator]}, p_mw)
    return _event(area, f"loss of {generator}", -p_mw[generator])


def load_scaled(area: AreaView, period: int, to: float) -> Event:
    """The area's inelastic loads draw `to` times their power of a period."""
    load = sum(r.p_mw * area.factor(r.profile)[period - 1] for r in area.loads.values())
    return _event(area, f"load at {to:.0%}", (1 - to) * float(load))


def together(name: str, *events: Event) -> Event:
    """Several events at once."""
    total: dict[str, float] = {}
    for event in events:
        for boundary, change in event.change_mw.items():
            total[boundary] = total.get(boundary, 0.0) + change
    return Event(name, total)


def _event(area: AreaView, what: str, change_mw: float) -> Event:
    (boundary,) = area.ports
    return Event(f"{area.name}: {what}", {boundary: change_mw})
