"""How much of a distribution area's load its PV and wind serve."""

from collections.abc import Mapping

from scenarios.records import Generator
from scenarios.renewables.weather_findings import refuse_unless
from scenarios.scenario import AreaView

RENEWABLE = ("pv", "wind")


def penetration(area: AreaView, period: int, p_mw: Mapping[str, float]) -> float:
    """Output of PV and wind over the inelastic load of a period.

    `p_mw` is the output of every generator of the area.
    """
    return sum(p_mw[g] for g in _renewables(area)) / _load_mw(area, period)


def outputs_at(area: AreaView, period: int, share: float) -> dict[str, float]:
    """Outputs (MW) of PV and wind that serve a share of the load, in proportion to availability.

    Raises InvalidInput if none of them is available in the period, or there is no load.
    """
    available = {
        g: unit.p_max_mw * float(area.factor(unit.profile)[period - 1])
        for g, unit in _renewables(area).items()
    }
    total = sum(available.values())
    place = f"renewables of area {area.name!r} in period {period}"
    refuse_unless(place, {"the share is >= 0": share >= 0, "any is available": total > 0})
    wanted = share * _load_mw(area, period)
    return {g: wanted * p / total for g, p in available.items()}


def _renewables(area: AreaView) -> dict[str, Generator]:
    return {g: unit for g, unit in area.generators.items() if unit.technology in RENEWABLE}


def _load_mw(area: AreaView, period: int) -> float:
    load = sum(r.p_mw * float(area.factor(r.profile)[period - 1]) for r in area.loads.values())
    refuse_unless(f"area {area.name!r} in period {period}", {"there is load": load > 0})
    return load
