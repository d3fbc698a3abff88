"""Writes docs/nets_table.md: which networks import, clear and agree (needs the extra `simbench`).

python docs/developers/table_of_nets.py [NAME ...]
"""

import copy
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandapower
import pandapower.networks as networks
import simbench

from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.findings import InvalidInput
from scenarios.importers.optional import quietly
from scenarios.importers.pandapower import import_pandapower
from scenarios.importers.pandapower.model import model_of
from scenarios.importers.simbench import import_simbench
from scenarios.one_period import one_period
from scenarios.scenario import Scenario
from security.cleared_day import check_cleared_day
from security.load_flow import base_load_flow
from solvers.errors import SolveFailed
from studies.study.new_study import study_of
from validation import validate

PAGE = Path(__file__).parents[1] / "nets_table.md"
BUILT_IN = (
    "case4gs", "case5", "case6ww", "case9", "case11_iwamoto", "case14", "case24_ieee_rts",
    "case30", "case_ieee30", "case33bw", "case39", "case57", "case89pegase", "case118", "case145",
    "case_illinois200", "case300", "case1354pegase", "case1888rte", "case2848rte",
    "case2869pegase", "case3120sp", "case6470rte", "case6495rte", "case6515rte", "case9241pegase",
    "iceland", "GBreducednetwork", "GBnetwork", "example_simple", "example_multivoltage",
    "simple_mv_open_ring_net", "mv_oberrhein", "create_cigre_network_hv",
    "create_cigre_network_mv", "create_cigre_network_lv", "create_kerber_landnetz_freileitung_1",
    "create_kerber_landnetz_freileitung_2", "create_kerber_landnetz_kabel_1",
    "create_kerber_landnetz_kabel_2", "create_kerber_dorfnetz",
    "create_kerber_vorstadtnetz_kabel_1", "create_kerber_vorstadtnetz_kabel_2",
    "ieee_european_lv_asymmetric",
)  # fmt: skip
CODES = (
    "1-EHV-mixed--0-sw", "1-EHVHV-mixed-all-0-sw", "1-EHVHV-mixed-1-2-no_sw", "1-HV-mixed--0-sw",
    "1-HVMV-mixed-all-0-sw", "1-HVMV-urban-2.203-1-no_sw", "1-MV-rural--0-sw",
    "1-MV-comm--2-no_sw", "1-MVLV-rural-1.108-0-sw", "1-LV-rural1--0-sw", "1-LV-urban6--2-sw",
)  # fmt: skip
LOSSY = ("line", "trafo", "trafo3w", "impedance")
HEAD = """\
# Networks that were imported

Written by `docs/developers/table_of_nets.py`: pandapower {pandapower}, simbench {simbench}.

- Load flow: greatest distance of voltages, and distance of losses, from pandapower's `runpp`.
- Market: one hour, of SimBench grids noon of 15 June, by `cmo` and `integrated`: the model of
  feeders, the certified gap of `cmo` and how far their welfares are apart (both over the
  welfare), whether every law of the validator holds, and what the AC load flow of the hour says.
- AC load flows keep the limits of reactive power. Where it says unsolved, these forbid a solution:
  `runpp` with `enforce_q_lims` finds none for the nets `case300` and `iceland` themselves.
- Seconds for all of it, reading included, on a machine that was busy otherwise.

| network | buses | areas | voltages, p.u. | losses, MW | feeders by | gap | apart | laws | AC | s |
|---|---|---|---|---|---|---|---|---|---|---|
"""


def main(names: Sequence[str]) -> None:
    """Write the page, a line for each network, or for those that are named."""
    nets: dict[str, Callable[[], Any]] = {n: getattr(networks, n) for n in BUILT_IN}
    nets["create_cigre_network_mv, pv_wind"] = partial(
        networks.create_cigre_network_mv, with_der="pv_wind"
    )
    nets |= {code: partial(simbench.get_simbench_net, code) for code in CODES}
    versions = {"pandapower": pandapower.__version__, "simbench": simbench.__version__}
    PAGE.write_text(HEAD.format(**versions), encoding="utf-8")
    for name in names or nets:
        started = time.perf_counter()
        with quietly():
            cells = list(_cells(name, nets[name]()))
        row = [f"`{name}`", *cells, f"{time.perf_counter() - started:.0f}"]
        with PAGE.open("a", encoding="utf-8") as page:
            page.write(f"| {' | '.join(row)} |\n")


def _cells(name: str, net: Any) -> Iterator[str]:
    try:
        scenario = import_simbench(name) if name in CODES else import_pandapower(net, periods=1)
    except InvalidInput as invalid:
        yield f"refused: {invalid.findings[0]}"
        return
    yield from (str(len(scenario.buses)), str(len(scenario.distribution)))
    yield from _agreement(net, scenario)
    try:
        yield from _market(one_period(scenario, 13 if name in CODES else 1))
    except (SolveFailed, InvalidInput) as failure:
        yield f"not cleared: {str(failure).splitlines()[0]}"


def _agreement(net: Any, scenario: Scenario) -> Iterator[str]:
    model = model_of(copy.deepcopy(net))
    flow = base_load_flow(scenario)
    try:
        pandapower.runpp(net, numba=False)
    except pandapower.LoadflowNotConverged:
        yield from ("`runpp` does not converge", f"here: {flow.outcome}")
        return
    if flow.outcome != "solved":
        yield from (str(flow.outcome), flow.why)
        return
    v = {
        bus: abs(x)
        for area in flow.areas.values()
        for bus, x in zip(area.grid.buses, area.v, strict=True)
    }
    apart = [v[model.nodes[n].name] - net.res_bus.vm_pu.at[b] for b, n in model.node_of.items()]
    losses = sum(float(net[f"res_{kind}"].pl_mw.sum()) for kind in LOSSY if len(net[kind]))
    yield from (f"{np.abs(apart).max():.0e}", f"{abs(flow.loss_mw - losses):.0e}")


def _market(hour: Scenario) -> Iterator[str]:
    physics = study_of(hour, Path("study")).formulation
    operators = Operators(hour, distribution=physics.distribution)
    cmo, integrated = Cmo().clear(operators), Integrated().clear(operators)
    gap = cmo.certificate.gap_relative if cmo.certificate else float("nan")
    apart = abs(cmo.welfare_usd - integrated.welfare_usd) / max(1.0, abs(integrated.welfare_usd))
    laws = all(check.passed for c in (cmo, integrated) for check in validate(hour, c))
    flows = check_cleared_day(hour, cmo.tables["dispatch"])
    yield from (physics.distribution, f"{gap:.0e}", f"{apart:.0e}", "yes" if laws else "**no**")
    yield ", ".join(flow.status for flow in flows.values())


if __name__ == "__main__":
    main(sys.argv[1:])
