"""A distribution area as what hangs below each of its boundaries: an island with a root each."""

from collections.abc import Mapping
from dataclasses import replace

from scenarios.assets import all_assets
from scenarios.findings import Finding, InvalidInput
from scenarios.network import Network
from scenarios.scenario import AreaView

CURE = "use the merged network, or give each of its roots an island of its own"


def pieces(view: AreaView) -> dict[str, AreaView]:
    """What an operator sees below each of its boundaries, by boundary: of a single one all.

    Raises InvalidInput where power may flow through the area from one boundary to another.
    """
    if len(view.ports) == 1:
        return dict.fromkeys(view.ports, view)
    home = view.network.reference_of
    joins = any(
        len({home[bus] for bus in kind.buses_of(r)}) > 1
        for kind in all_assets().values()
        for r in view.of(kind.record).values()
    )
    roots = {port.bus for port in view.ports.values()}
    if joins or len(roots) < len(view.ports) or roots != set(home.values()):
        finding = f"it is fed at {len(view.ports)} boundaries, between which power may flow"
        raise InvalidInput("coordinated areas", [Finding(f"area {view.name!r}", finding, CURE)])
    return {b: _piece(view, b, home) for b in view.ports}


def _piece(view: AreaView, boundary: str, home: Mapping[str, str]) -> AreaView:
    root, network = view.ports[boundary].bus, view.network
    buses = {name: bus for name, bus in network.buses.items() if home[name] == root}
    assets = {
        k.record: {n: r for n, r in view.of(k.record).items() if set(k.buses_of(r)) <= set(buses)}
        for k in all_assets().values()
    }
    owners = {name for held in assets.values() for name in held}
    return replace(
        view,
        network=Network(
            network.area,
            network.base_mva,
            (root,),
            buses,
            {name: k for name, k in network.branches.items() if k.from_bus in buses},
        ),
        assets=assets,
        offers={owner: held for owner, held in view.offers.items() if owner in owners},
        ports={boundary: view.ports[boundary]},
        chi={boundary: view.chi[boundary]},
    )
