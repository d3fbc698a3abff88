"""MATPOWER files become scenarios that mean the same, or are refused with the reason."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.findings import InvalidInput
from scenarios.importers.matpower import import_matpower
from scenarios.networks import load_network

CASES = Path(__file__).parent / "cases"

GRID = """function mpc = grid
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
  1  3  0   0   0  0  1  1  0  132  1  1.1  0.9;
  2  2  50  10  1  5  1  1  0  132  1  1.1  0.9;
  3  1  30  5   2  7  1  1  0  132  1  1.1  0.9;
  9  4  80  0   0  0  1  1  0  132  1  1.1  0.9;
];
mpc.gen = [
  1  0  0  30  -30  1.02  100  1  90  0;
  2  0  0  30  -30  1.01  100  1  60  10;
  2  0  0  30  -30  1.01  100  0  40  0;
  9  0  0  30  -30  1.01  100  1  40  0;
];
mpc.branch = [
  1  2  0.01  0.1  0.02  0   0  0  0     0  1;
  1  2  0.01  0.1  0.02  0   0  0  0     0  1;
  2  3  0.01  0.2  0     40  0  0  0.95  3  1;
  1  3  0.01  0.2  0     40  0  0  0     0  0;
  3  9  0.01  0.2  0     0   0  0  0     0  1;
];
mpc.gencost = [
  2  0  0  3  0.01  20  5;
  2  0  0  3  0.02  30  0;
  2  0  0  3  0     0   0;
  2  0  0  3  0     0   0;
];
"""


@pytest.fixture
def imported(tmp_path):
    """Import GRID with some of its text replaced."""

    def run(*changes, **options):
        text = GRID
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "grid.m"
        path.write_text(text)
        return import_matpower(path, {}, **options)

    return run


def unit_costs(unit, cost):
    """Changes that replace the second generator of GRID and its cost, all rows equally wide."""
    lines = GRID.split("mpc.gencost = [")[1].splitlines()[1:-1]
    rows = {line: line for line in lines} | {lines[1]: cost}
    return (
        ("  2  0  0  30  -30  1.01  100  1  60  10;", unit),
        *((line, " ".join((row.strip(" ;") + " 0" * 12).split()[:12]) + ";")
          for line, row in rows.items()),
    )  # fmt: skip


def findings_of(run, *changes):
    with pytest.raises(InvalidInput) as refused:
        run(*changes)
    return [str(finding) for finding in refused.value.findings]


def table(scenario, name, area):
    return tuple(row for row in getattr(scenario, name) if row.area == area)


def offered(scenario, owner):
    return [
        (o.quantity_mw, o.price_usd_per_mwh, o.slope_usd_per_mw2h)
        for o in scenario.offers
        if o.owner == owner
    ]


def cost_at(scenario, owner, p_mw):
    """No-load cost plus the segments filled up to `p_mw`."""
    generator = scenario.area("T").generators[owner]
    total, left = generator.no_load_usd_per_h, p_mw
    for width, price, slope in offered(scenario, owner):
        part = min(width, left)
        total, left = total + price * part + slope * part**2 / 2, left - part
    return total


# Coupled systems ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def coupled():
    feeders = {"13": CASES / "D17_1.m", "14": CASES / "D17_2.m"}
    return import_matpower(CASES / "T14.m", feeders, periods=1)


def test_feeders_stand_at_their_boundary_buses(coupled):
    ends = {b.boundary: (b.transmission_bus, b.area, b.root_bus) for b in coupled.boundaries}
    assert ends == {"B13": ("13", "D13", "1"), "B14": ("14", "D14", "1")}


def test_generators_at_a_feeder_root_are_left_out(coupled):
    assert [g.generator for g in table(coupled, "generators", "D13")] == ["gen-6", "gen-17"]


def test_feeder_with_generators_is_of_type_b(coupled):
    assert {a.area: a.type for a in coupled.areas} == {"T": None, "D13": "B", "D14": "B"}


def test_load_at_a_boundary_bus_gives_way_to_the_feeder(tmp_path):
    path = tmp_path / "grid.m"
    path.write_text(GRID)
    scenario = import_matpower(path, {"3": CASES / "three_bus_ohm.m"})
    assert [load.bus for load in table(scenario, "loads", "T")] == ["2"]


def test_shunt_at_a_boundary_bus_stays(tmp_path):
    path = tmp_path / "grid.m"
    path.write_text(GRID)
    scenario = import_matpower(path, {"3": CASES / "three_bus_ohm.m"})
    bus = scenario.area("T").network.buses["3"]
    assert (bus.g_shunt_mw, bus.b_shunt_mvar) == (2.0, 7.0)


@pytest.mark.parametrize(
    ("ratings", "cost_usd", "boundary_mw", "lmp"),
    [
        ({}, 7544.447108058, (8.392415692, 8.600615692), (38.17863667, 38.17863667)),
        (
            {"1-2": 122.068, "1-5": 57.4824, "2-5": 32.1952},
            7643.257057431,
            (7.538603521, 7.752164097),
            (40.22909818, 40.21622455),
        ),
    ],
    ids=["unlimited", "congested"],
)
def test_coupled_case_clears_like_its_merged_dc_opf(coupled, ratings, cost_usd, boundary_mw, lmp):
    """Reference: MATPOWER 8.1 rundcopf (MIPS) on the two feeders merged into the transmission."""
    branches = tuple(
        dataclasses.replace(k, rating_mva=ratings[k.branch])
        if k.area == "T" and k.branch in ratings
        else k
        for k in coupled.branches
    )
    scenario = dataclasses.replace(coupled, branches=branches)
    clearing = Integrated().clear(Operators(scenario, distribution="transport"), "integrated")
    boundary = clearing.tables["boundary"].to_pandas().sort_values("boundary")
    assert -clearing.welfare_usd == pytest.approx(cost_usd, rel=1e-8)
    assert boundary["p_mw"].to_numpy() == pytest.approx(boundary_mw, abs=1e-5)
    assert boundary["lmp_usd_per_mwh"].to_numpy() == pytest.approx(lmp, abs=1e-4)


# Units --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def in_ohms():
    return import_matpower(CASES / "T14.m", {"13": CASES / "three_bus_ohm.m"})


def test_ohms_become_per_unit(in_ohms):
    """10 kV and 10 MVA make 10 ohm: 0.5 ohm are 0.05 p.u."""
    branches = table(in_ohms, "branches", "D13")
    assert [(k.r_pu, k.x_pu) for k in branches] == [(0.05, 0.1), (0.025, 0.075)]


def test_kilowatts_become_megawatts(in_ohms):
    loads = table(in_ohms, "loads", "D13")
    assert [(load.p_mw, load.q_mvar) for load in loads] == [(0.5, 0.2), (0.3, 0.1)]


def test_what_is_not_converted_stays(in_ohms):
    """The shunt and the rating of the file are in Mvar and MVA already."""
    assert in_ohms.area("D13").network.buses["3"].b_shunt_mvar == 0.05
    assert in_ohms.area("D13").network.branches["2-3"].rating_mva == 2.0


def test_a_feeder_keeps_its_own_power_base(in_ohms):
    assert {a.area: a.base_mva for a in in_ohms.areas} == {"T": 100.0, "D13": 10.0}


def test_33_bus_feeder_in_ohms_is_the_shipped_one(tmp_path):
    """Ohms and kW, converted at the end of the file, give the tables that ship."""
    shipped = load_network("feeder33", "D13")
    path = tmp_path / "feeder33.m"
    path.write_text(in_ohms_and_kilowatts(shipped))
    scenario = import_matpower(CASES / "T14.m", {"13": path})
    branches, loads = table(scenario, "branches", "D13"), table(scenario, "loads", "D13")
    assert [k.branch for k in branches] == [k.branch for k in shipped.branches]
    assert [k.in_service for k in branches] == [k.in_service for k in shipped.branches]
    assert [k.r_pu for k in branches] == pytest.approx([k.r_pu for k in shipped.branches])
    assert [k.x_pu for k in branches] == pytest.approx([k.x_pu for k in shipped.branches])
    assert [d.p_mw for d in loads] == pytest.approx([d.p_mw for d in shipped.loads])
    assert [d.q_mvar for d in loads] == pytest.approx([d.q_mvar for d in shipped.loads])


def in_ohms_and_kilowatts(feeder):
    """A case file of the feeder in ohms and kW."""
    ohm = feeder.buses[0].base_kv ** 2 / feeder.area.base_mva
    at = {load.bus: load for load in feeder.loads}
    kw = {b.bus: (1e3 * at[b.bus].p_mw, 1e3 * at[b.bus].q_mvar) if b.bus in at else (0, 0)
          for b in feeder.buses}  # fmt: skip
    buses = "".join(
        f"{b.bus} {3 if b.kind == 'slack' else 1} {kw[b.bus][0]} {kw[b.bus][1]} "
        f"0 0 1 1 0 {b.base_kv} 1 1.1 0.9;\n"
        for b in feeder.buses
    )
    branches = "".join(
        f"{k.from_bus} {k.to_bus} {k.r_pu * ohm} {k.x_pu * ohm} 0 0 0 0 0 0 {int(k.in_service)};\n"
        for k in feeder.branches
    )
    tail = (CASES / "three_bus_ohm.m").read_text().split("%% from ohms")[1]
    return (
        f"function mpc = feeder\nmpc.version = '2';\nmpc.baseMVA = {feeder.area.base_mva};\n"
        f"mpc.bus = [\n{buses}];\nmpc.branch = [\n{branches}];\n%{tail}"
    )


def test_loads_in_kva_at_a_power_factor(imported):
    """50 kVA at 0.8: 40 kW and 30 kvar."""
    scenario = imported(
        ("mpc.gen = [", "mpc.bus(:, 3) = mpc.bus(:, 3) / 1e3;\npf = 0.8;\n"
         "mpc.bus(:, 4) = mpc.bus(:, 3) * sin(acos(pf));\n"
         "mpc.bus(:, 3) = mpc.bus(:, 3) * pf;\nmpc.gen = ["),
    )  # fmt: skip
    load = scenario.area("T").loads["load-2"]
    assert (load.p_mw, load.q_mvar) == pytest.approx((0.040, 0.030))


def test_two_rows_on_one_line_are_two_rows(imported):
    rows = "  1  2  0.01  0.1  0.02  0   0  0  0     0  1;\n"
    scenario = imported((rows + rows, rows.strip() + " " + rows))
    assert len(scenario.area("T").network.branches) == 3


# Elements -----------------------------------------------------------------------------------------


def test_parallel_branches_get_numbers(imported):
    names = [k.branch for k in table(imported(), "branches", "T")]
    assert names == ["1-2", "1-2#2", "2-3", "1-3"]


def test_branch_out_of_service_is_kept_open(imported):
    assert [k.branch for k in table(imported(), "branches", "T") if not k.in_service] == ["1-3"]


def test_isolated_bus_goes_with_all_that_hangs_on_it(imported):
    scenario = imported()
    assert "9" not in scenario.area("T").network.buses
    assert "3-9" not in scenario.area("T").network.branches
    assert "load-9" not in scenario.area("T").loads
    assert "gen-9" not in scenario.area("T").generators


def test_generator_out_of_service_is_left_out(imported):
    assert list(imported().area("T").generators) == ["gen-1", "gen-2"]


def test_second_generator_at_a_bus_gets_a_number(imported):
    scenario = imported(("1.01  100  0  40", "1.01  100  1  40"))
    assert list(scenario.area("T").generators) == ["gen-1", "gen-2", "gen-2#2"]


def test_transformer_keeps_ratio_and_shift(imported):
    branch = imported().area("T").network.branches["2-3"]
    assert (branch.tap, branch.shift_deg) == (0.95, 3.0)


def test_ratio_zero_is_one(imported):
    assert imported().area("T").network.branches["1-2"].tap == 1.0


def test_rating_zero_is_no_limit(imported):
    branches = imported().area("T").network.branches
    assert (branches["1-2"].rating_mva, branches["2-3"].rating_mva) == (None, 40.0)


def test_bus_keeps_shunt_and_voltage_band(imported):
    bus = imported().area("T").network.buses["2"]
    assert (bus.g_shunt_mw, bus.b_shunt_mvar, bus.v_min_pu, bus.v_max_pu) == (1.0, 5.0, 0.9, 1.1)


def test_ramp_over_30_minutes_is_doubled_to_the_hour(imported):
    """RAMP_30 of 15 MW is 30 MW/h; the columns 11 to 21 are given for all generators."""
    tail = "  0  0  0  0  0  0  0  0  15  0  0"
    changes = [(row, row[:-1] + tail + ";") for row in GRID.splitlines() if "100  " in row]
    scenario = imported(*changes)
    assert scenario.area("T").generators["gen-1"].ramp_mw_per_h == 30.0


def test_day_is_flat_and_as_long_as_asked(imported):
    scenario = imported(periods=6)
    assert scenario.hours == (1.0,) * 6
    assert scenario.profiles == ()


def test_what_has_no_counterpart_is_noted_in_the_sources(imported):
    scenario = imported(("  2  0  0  3  0.01  20  5;", "  2  900  0  3  0.01  20  5;"))
    assert scenario.sources == (
        "area T: MATPOWER case file grid.m",
        "area T: start-up and shut-down costs are not used",
    )


# Costs --------------------------------------------------------------------------------------------


def test_quadratic_cost_is_one_rising_segment(imported):
    """0.01 P^2 + 20 P + 5: price 20, slope 0.02, and 5 $/h at no load."""
    scenario = imported()
    assert offered(scenario, "gen-1") == [(90.0, 20.0, 0.02)]
    assert scenario.area("T").generators["gen-1"].no_load_usd_per_h == 5.0


def test_leading_zeros_of_a_polynomial_do_not_count(imported):
    changes = unit_costs("2  0  0  30  -30  1.01  100  1  60  10;", "2 0 0 5  0 0 0.02 30 7")
    assert offered(imported(*changes), "gen-2") == [(60.0, 30.0, 0.04)]


POINTS = "1 0 0 3  20 500  40 900  60 1500"


@pytest.mark.parametrize(("p_mw", "usd"), [(20, 500), (30, 700), (40, 900), (50, 1200), (60, 1500)])
def test_cost_by_points_is_exact_above_a_least_output(imported, p_mw, usd):
    """Points (20, 500), (40, 900), (60, 1500): 20 $/MWh down to 0 MW, so 100 $/h at no load."""
    changes = unit_costs("2  0  0  30  -30  1.01  100  1  60  20;", POINTS)
    assert cost_at(imported(*changes), "gen-2", p_mw) == pytest.approx(usd)


def test_cost_by_points_goes_on_beyond_its_last_point(imported):
    """The last price is 30 $/MWh: 80 MW cost 1500 + 20 x 30."""
    changes = unit_costs("2  0  0  30  -30  1.01  100  1  80  20;", POINTS)
    assert cost_at(imported(*changes), "gen-2", 80.0) == pytest.approx(2100.0)


def test_dispatchable_load_by_points_is_a_bid(imported):
    """Costs -3000 at -30 MW, -2500 at -20 MW: the first 20 MW are worth 125, the next 10 MW 50."""
    changes = unit_costs(
        "2  0  0  0  -15  1.01  100  1  0  -30;", "1 0 0 3  -30 -3000  -20 -2500  0 0"
    )
    scenario = imported(*changes)
    bid = scenario.area("T").bids["bid-2"]
    assert (bid.p_min_mw, bid.p_max_mw, bid.tan_phi) == (0.0, 30.0, 0.5)
    assert offered(scenario, "bid-2") == [(20.0, 125.0, 0.0), (10.0, 50.0, 0.0)]


def test_dispatchable_load_with_quadratic_cost_has_falling_value(imported):
    """Cost 0.5 P^2 + 80 P with P = -d: value 80 d - 0.5 d^2, so 80 falling by 1 per MW."""
    changes = unit_costs("2  0  0  0  0  1.01  100  1  0  -30;", "2 0 0 3  0.5 80 0")
    assert offered(imported(*changes), "bid-2") == [(30.0, 80.0, 1.0)]


# Refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "place", "finding"),
    [
        ("mpc.gen = [", "mpc.bus(3, PD) = 4;\nmpc.gen = [", "grid.m, line 10", "'PD'"),
        ("mpc.gen = [", "mpc = scale_load(2, mpc);\nmpc.gen = [", "line 10", "are known"),
        ("mpc.gen = [", "while true\nmpc.gen = [", "line 10", "not understood"),
        ("mpc.gen = [", "mpc.dcline = [1 2 1];\nmpc.gen = [", "line 10", "mpc.dcline needs 17"),
        ("mpc.gen = [", "[QD, PD] = idx_bus;\nmpc.gen = [", "line 10", "in this order"),
        ("mpc.gen = [", "x = mpc.bus(:, 3) * mpc.bus(:, 4);\nmpc.gen = [", "line 10", "algebra"),
        ("mpc.gen = [", "s = 1 / 0;\nmpc.gen = [", "line 10", "not a real number"),
        ("mpc.gen = [", "s = acos(2);\nmpc.gen = [", "line 10", "acos has no value"),
        ("  2  2  50  10", "  2  2  fifty  10", "line 4", "'fifty' in line 6"),
        ("  2  2  50  10", "  2  2  50", "line 4", "rows of 12 and of 13 columns"),
        ("  2  2  50  10", "  2  2  NaN  10", "line 6, mpc.bus row 2", "PD is not finite"),
        ("5  1  1  0  132  1", "5  1  1  0  132  Inf", "line 6", "ZONE is not finite"),
        ("  2  2  50  10", "  1  2  50  10", "line 6, mpc.bus row 2", "bus 1 stands here again"),
        ("  1  3  0  ", "  1  7  0  ", "mpc.bus row 1", "bus type 7"),
        ("  2  3  0.01  0.2", "  2  5  0.01  0.2", "mpc.branch row 3", "T_BUS is 5"),
        ("'2'", "'1'", "grid.m", "version '1'"),
        ("mpc.baseMVA = 100;", "", "grid.m", "mpc.baseMVA is missing"),
        ("  2  0  0  3  0.02  30  0;\n", "", "grid.m", "3 rows for 4 generators"),
        ("0.02  30  0;", "-0.02  30  0;", "mpc.gencost row 2", "-0.02 is negative"),
        ("100  1  90  0;", "100  1  NaN  0;", "mpc.gen row 1", "not a number"),
    ],
)
def test_refused_with_place_and_reason(imported, old, new, place, finding):
    (found,) = findings_of(imported, (old, new))
    assert place in found
    assert finding in found


@pytest.mark.parametrize(
    ("cost", "finding"),
    [
        ("1 0 0 3  0 0  20 600  60 1000", "falls from 30 to 10 $/MWh"),
        ("1 0 0 3  0 0  60 600  20 1000", "not in the order of rising MW"),
        ("1 0 0 1  0 0", "two points or more"),
        ("2 0 0 4  1e-4 0.02 30 0", "degree 3"),
        ("2 0 0 9  0.02 30", "9 numbers are announced, 8 are there"),
        ("3 0 0 3  0.02 30 0", "cost model 3"),
        ("2 0 0 3  NaN 30 0", "not finite"),
    ],
)
def test_unusable_cost_is_refused(imported, cost, finding):
    changes = unit_costs("2  0  0  30  -30  1.01  100  1  60  10;", cost)
    (found,) = findings_of(imported, *changes)
    assert "mpc.gencost row 2" in found
    assert finding in found


def test_dispatchable_load_must_cost_nothing_at_rest(imported):
    changes = unit_costs("2  0  0  0  0  1.01  100  1  0  -30;", "2 0 0 3  0.5 80 9")
    (found,) = findings_of(imported, *changes)
    assert "costs 9 $/h when it consumes nothing" in found


def test_reactive_costs_are_left_out_and_said(imported):
    """Rows 5 to 8 of mpc.gencost are the reactive costs; that of generator 2 is not zero."""
    rows = ["2  0  0  3  0  0  0;"] * 4
    rows[1] = "2  0  0  3  0  1  0;"
    last = "  2  0  0  3  0     0   0;\n];"
    scenario = imported((last, last[:-2] + "\n".join(rows) + "\n];"))
    assert offered(scenario, "gen-2") == [(60.0, 30.0, 0.04)]
    said = "area T: costs of reactive power are not used: mpc.gencost row 6"
    assert scenario.sources[1:] == (said,)


def test_findings_of_all_files_come_together(tmp_path):
    (tmp_path / "T.m").write_text(GRID.replace("'2'", "'1'"))
    (tmp_path / "D.m").write_text(GRID.replace("mpc.baseMVA = 100;", ""))
    with pytest.raises(InvalidInput) as refused:
        import_matpower(tmp_path / "T.m", {"3": tmp_path / "D.m"})
    assert [f.place for f in refused.value.findings] == ["T.m", "D.m"]


def test_missing_file_is_a_finding(tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read"):
        import_matpower(tmp_path / "none.m", {})


def test_unknown_boundary_bus_is_refused_with_near_names():
    with pytest.raises(InvalidInput, match=r"bus '133' is not in T14\.m.*'13'"):
        import_matpower(CASES / "T14.m", {"133": CASES / "D17_1.m"})


@settings(max_examples=60, deadline=None)
@given(
    at=st.integers(0, len(GRID)),
    cut=st.integers(0, 40),
    text=st.sampled_from(["", "1e400", "NaN", "[", "];", "'", "%", "...", "(", "^", "é", "\n"]),
)
def test_a_damaged_file_is_imported_or_refused_but_never_a_crash(tmp_path_factory, at, cut, text):
    path = tmp_path_factory.mktemp("damaged") / "grid.m"
    path.write_text(GRID[:at] + text + GRID[at + cut :], encoding="utf-8")
    try:
        import_matpower(path, {}, periods=1)
    except InvalidInput as refused:
        assert refused.findings  # noqa: PT017


def test_cost_above_the_value_of_lost_load_is_refused(imported):
    with pytest.raises(InvalidInput, match="voll_usd_per_mwh"):
        imported(voll_usd_per_mwh=25.0)
