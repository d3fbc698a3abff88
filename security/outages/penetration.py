"""A scenario with more or less renewable output in its feeders."""

from dataclasses import replace

from scenarios.records import Generator, Load, Offer
from scenarios.scenario import Scenario

RENEWABLE = ("pv", "wind")


def with_penetration(scenario: Scenario, share: float) -> Scenario:
    """The scenario with renewables giving a share of every feeder's load, at unity power factor.

    One PV plant stands at every load of distribution and follows its profile, so that the share
    holds in all periods; the feeders' own PV and wind plants are left out.
    """
    lower = set(scenario.distribution)
    gone = {
        (g.area, g.generator)
        for g in scenario.generators
        if g.area in lower and g.technology in RENEWABLE
    }
    loads = [r for r in scenario.loads if r.area in lower and r.p_mw > 0]
    plants = [_plant(load, share) for load in loads if share > 0]
    return replace(
        scenario,
        areas=tuple(
            replace(a, type="B") if a.area in lower and plants else a for a in scenario.areas
        ),
        generators=(
            *(g for g in scenario.generators if (g.area, g.generator) not in gone),
            *plants,
        ),
        offers=(
            *(o for o in scenario.offers if (o.area, o.owner) not in gone),
            *(Offer(g.area, g.generator, None, 1, g.p_max_mw, 0.0) for g in plants),
        ),
    )


def _plant(load: Load, share: float) -> Generator:
    return Generator(
        load.area,
        f"renewable at {load.load}",
        load.bus,
        0.0,
        share * load.p_mw,
        profile=load.profile,
        technology="pv",
    )
