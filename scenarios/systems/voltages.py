"""What keeps voltages of the shipped systems: generators' set-points, capacitors of feeders."""

from collections.abc import Mapping
from dataclasses import replace

from scenarios.networks import NetworkTables


def with_set_points(network: NetworkTables, v_set_pu: Mapping[str, float]) -> NetworkTables:
    """The network with other set-points of the generators that are named."""
    units = (replace(g, v_set_pu=v_set_pu.get(g.generator, g.v_set_pu)) for g in network.generators)
    return replace(network, generators=tuple(units))


def with_capacitor(feeder: NetworkTables, mvar: float) -> NetworkTables:
    """The feeder with a capacitor at its root (Mvar at 1 p.u.)."""
    buses = (replace(b, b_shunt_mvar=mvar) if b.bus == feeder.root else b for b in feeder.buses)
    return replace(feeder, buses=tuple(buses))
