"""The load flow of a cleared day: what the market fixed stays fixed, losses are the difference."""

from dataclasses import replace

import numpy as np
import pytest

from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.importers.matpower import import_matpower
from scenarios.systems import build_system
from security.cleared_day import check_cleared_day, security_tables


@pytest.fixture(scope="module", params=[("A", "transport"), ("B", "lindistflow")])
def day(request):
    """A cleared system with batteries (B) or without (A), and its load flows."""
    name, distribution = request.param
    scenario = build_system(name)
    clearing = Cmo().clear(Operators(scenario, distribution=distribution))
    flows = check_cleared_day(scenario, clearing.tables["dispatch"])
    return scenario, clearing, flows


def test_every_hour_is_solved(day):
    scenario, _, flows = day
    assert list(flows) == list(scenario.periods)
    assert {flow.outcome for flow in flows.values()} == {"solved"}


def test_boundary_power_exceeds_the_market_by_the_feeders_losses(day):
    """Loads of the scenario have constant power, so nothing else differs."""
    scenario, clearing, flows = day
    table = security_tables(flows, clearing.tables["boundary"])["security_boundary"].to_pandas()
    area = {b.boundary: b.area for b in scenario.boundaries}
    for row in table.itertuples():
        loss = flows[row.period].areas[area[row.boundary]].loss_mw
        assert row.difference_mw == pytest.approx(loss, abs=1e-5)


def test_only_the_slack_bus_gives_other_active_power_than_cleared(day):
    scenario, clearing, flows = day
    rows = clearing.tables["dispatch"].to_pandas()
    rows = rows[(rows["kind"] == "generator") & (rows["area"] == scenario.transmission)]
    for period, own in rows.groupby("period"):
        area = flows[period].areas[scenario.transmission]
        cleared = own.groupby("bus")["p_mw"].sum()
        for bus, power in cleared.items():
            n = area.grid.position[bus]
            if n != area.grid.slack:
                assert area.generation[n].real == pytest.approx(power, abs=1e-5)


def test_the_slack_bus_meets_all_losses(day):
    scenario, clearing, flows = day
    rows = clearing.tables["dispatch"].to_pandas()
    for period, flow in flows.items():
        area = flow.areas[scenario.transmission]
        slack = area.grid.buses[area.grid.slack]
        at = (rows["period"] == period) & (rows["bus"] == slack)
        at &= (rows["kind"] == "generator") & (rows["area"] == scenario.transmission)
        extra = area.generation[area.grid.slack].real - rows["p_mw"][at].sum()
        assert extra == pytest.approx(flow.loss_mw, abs=1e-4)


def test_generators_stay_within_reactive_limits(day):
    scenario, _, flows = day
    view = scenario.area(scenario.transmission)
    most = {}
    for unit in view.generators.values():
        most[unit.bus] = most.get(unit.bus, 0.0) + unit.q_max_mvar
    for flow in flows.values():
        area = flow.areas[scenario.transmission]
        for bus, limit in most.items():
            n = area.grid.position[bus]
            if n != area.grid.slack:
                assert area.generation[n].imag <= limit + 1e-3


def test_an_hour_without_solution_is_unsolved_and_has_no_voltages():
    """Eight times the load of one feeder lies far beyond what its lines can carry."""
    scenario = build_system("A")
    clearing = Conventional(100.0).clear(Operators(scenario, distribution="transport"))
    heavy = replace(
        scenario,
        loads=tuple(
            replace(r, p_mw=8 * r.p_mw, q_mvar=8 * r.q_mvar) if r.area == "D14" else r
            for r in scenario.loads
        ),
    )
    rows = clearing.tables["dispatch"].to_pandas()
    more = (rows["area"] == "D14") & (rows["kind"] == "load")
    rows.loc[more, "p_mw"] *= 8
    dispatch = clearing.tables["dispatch"].from_pandas(
        rows, clearing.tables["dispatch"].schema, preserve_index=False
    )
    tables = security_tables(check_cleared_day(heavy, dispatch), clearing.tables["boundary"])
    hours = tables["security_hour"].to_pandas()
    lost = hours[hours["status"] == "unsolved"]
    assert len(lost) > 0
    assert lost["why"].str.contains("no solution").all()
    assert lost["loss_mw"].isna().all()
    assert not np.isin(tables["security_voltage"].column("period"), lost["period"]).any()


LONG_LINE = """
function mpc = long_line
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
    1 3 0 0 0 0 1 1 0 110 1 1.1 0.9;
    2 2 120 0 0 0 1 1 0 110 1 1.1 0.9;
];
mpc.gen = [
    1 120 0 300 -300 1 100 1 300 0;
    2 0 0 {q_max} {q_min} 1 100 1 0 0;
];
mpc.branch = [1 2 0 0.5 0 0 0 0 0 0 1 -360 360];
mpc.gencost = [2 0 0 2 10 0; 2 0 0 2 10 0];
"""


def far_load(folder, q_mvar):
    """Load flow of 120 MW at the end of a line of 0.5 p.u., with Q up to a limit to hold it."""
    case = folder / "case.m"
    case.write_text(LONG_LINE.format(q_max=q_mvar, q_min=-q_mvar))
    scenario = import_matpower(case, {}, periods=1)
    cleared = Integrated().clear(Operators(scenario))
    return check_cleared_day(scenario, cleared.tables["dispatch"])[1]


def test_a_load_flow_that_reactive_limits_forbid_says_so(tmp_path):
    """At most V^2 / 2X = 1 p.u. gets there without Q; at a held 1 p.u., sin d = 0.6 for 1.2.

    That takes (1 - cos d) / X = 0.2 / 0.5 = 0.4 p.u., 40 Mvar.
    """
    assert far_load(tmp_path, 41.0).outcome == "solved"
    short = far_load(tmp_path, 1.0)
    assert short.outcome == "unsolved"
    assert "bus '2' gives 40 Mvar, beyond its limit of 1 Mvar" in short.why
