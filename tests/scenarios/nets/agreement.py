"""How far a load flow of an imported net is from pandapower's own."""

import copy

import numpy as np
import pandapower

from scenarios.importers.optional import quietly
from scenarios.importers.pandapower.model import model_of
from security.load_flow import base_load_flow

LOSSY = ("line", "trafo", "trafo3w", "impedance")


def distances(net, scenario, method="response"):
    """Greatest distance of voltages (p.u.), and distance of losses (MW), from `runpp`."""
    net = copy.deepcopy(net)
    with quietly():
        pandapower.runpp(net, numba=False)
    flow = base_load_flow(scenario, method=method)
    assert flow.outcome == "solved", flow.why
    v = {
        bus: abs(x)
        for area in flow.areas.values()
        for bus, x in zip(area.grid.buses, area.v, strict=True)
    }
    model = model_of(copy.deepcopy(net))
    apart = [
        v[model.nodes[node].name] - net.res_bus.vm_pu.at[bus] for bus, node in model.node_of.items()
    ]
    losses = sum(float(net[f"res_{kind}"].pl_mw.sum()) for kind in LOSSY if len(net[kind]))
    return float(np.abs(apart).max()), abs(flow.loss_mw - losses)
