"""A published transmission network in its base case, with scaled feeders in the place of loads."""

from collections.abc import Mapping
from dataclasses import replace

from scenarios.assembly import assemble
from scenarios.networks import load_network, network_source, scale_feeder
from scenarios.scenario import Scenario

VOLL = SPILL = 3000.0  # $/MWh


def coupled(
    network: str, feeders: Mapping[str, str], scale: float = 1.0, name: str | None = None
) -> Scenario:
    """`feeders` names a shipped feeder for every boundary bus, as area D and the bus.

    A feeder is scaled to `scale` times the load that stood at its bus, or its own load where none
    stood: as many of them side by side, so that its voltages in p.u. stay.
    """
    upper = load_network(network, "T")
    load = {bus: sum(r.p_mw for r in upper.loads if r.bus == bus) for bus in feeders}
    own = {bus: load_network(feeder, f"D{bus}") for bus, feeder in feeders.items()}
    below = [scale_feeder(f, scale * (load[bus] or f.load_mw)) for bus, f in own.items()]
    kept = replace(upper, loads=tuple(r for r in upper.loads if r.bus not in feeders))
    return assemble(
        name or f"{network} with {len(feeders)} feeders",
        [kept, *below],
        {f"D{bus}": bus for bus in feeders},
        profiles={},
        hours=(1.0,),
        voll_usd_per_mwh=VOLL,
        spill_usd_per_mwh=SPILL,
        sources=tuple(
            f"{network_source(shipped)['title']}: {paper}"
            for shipped in dict.fromkeys((network, *feeders.values()))
            for paper in network_source(shipped)["source"]
        ),
    )


def load_mw(scenario: Scenario, area: str) -> float:
    """Load of an area at 1 p.u. (MW)."""
    return sum(r.p_mw for r in scenario.loads if r.area == area)
