"""What an import says of a net: where it was cut, and what was made of it."""

from collections.abc import Iterator

from scenarios.findings import listed
from scenarios.importers.circuit import is_tie
from scenarios.importers.pandapower.areas import Areas
from scenarios.importers.pandapower.costs import reactive_costs
from scenarios.importers.pandapower.model import unused
from scenarios.matrices import TIE_X_PU


def notes(areas: Areas, asked_kv: float | None) -> Iterator[str]:
    """Sentences on the scenario of a net."""
    net, cut = areas.model.net, areas.cut
    yield f"pandapower net {net.get('name') or 'without a name'}"
    count = len(cut.parts)
    default = "" if asked_kv is not None else " (by default: 110 kV, or the highest where lower)"
    parts = f"{count} distribution area{'' if count == 1 else 's'}"
    yield f"cut at {cut.cut_kv:g} kV{default}: {parts}, and {len(cut.nodes)} buses of transmission"
    if not count:
        yield "no part hangs below the cut: all is transmission (--cut-kv chooses another voltage)"
    yield from cut.said
    yield from _of_network(areas)
    for sentence, times in sorted(areas.assets.said.items()):
        yield f"{sentence} ({times})"
    if kinds := unused(net):
        yield f"without a counterpart, left out: {listed(kinds)}"
    if rows := reactive_costs(net):
        yield f"costs of reactive power are not used: {listed(rows)}"


def _of_network(areas: Areas) -> Iterator[str]:
    model = areas.model
    dark = sorted(set(map(int, model.net.bus.index)) - set(model.node_of))
    if dark:
        yield f"buses without supply or out of service are left out: {listed(map(str, dark))}"
    lopsided = [k.name for k in model.links if k.is_lopsided]
    if lopsided:
        yield f"impedances that differ by direction are those of the from end: {listed(lopsided)}"
    above = {k.name for k in areas.cut.links}
    ties = [k.name for k in model.links if is_tie(k, angles=k.name in above)]
    if ties:
        yield f"{TIE_X_PU:g} p.u. stand for no reactance: {listed(ties)}"
    if not areas.references.solved:
        yield "pandapower's power flow does not converge: external grids beyond the first give 0 MW"
    elif areas.references.base_mw:
        several = [f"{kind} {i}" for kind, i in areas.references.base_mw]
        yield (
            "the first external grid of an island is its slack; others hold their voltage, and "
            f"give in the base case what pandapower finds: {listed(several)}"
        )
