"""The shipped networks give the totals, losses and voltages that the literature gives."""

import dataclasses

import numpy as np
import pytest

from scenarios.findings import InvalidInput
from scenarios.networks import NETWORKS, load_network, network_source, scale_feeder


def power_flow(tables):
    """Complex bus voltages (p.u.) and loss (MW) by Newton's method; generators hold v_set."""
    base, at = tables.area.base_mva, {bus.bus: i for i, bus in enumerate(tables.buses)}
    kind = np.array([bus.kind for bus in tables.buses])
    admittance = np.diag([(b.g_shunt_mw + 1j * b.b_shunt_mvar) / base for b in tables.buses])
    for k in (k for k in tables.branches if k.in_service):
        i, j = at[k.from_bus], at[k.to_bus]
        y, tap = 1 / (k.r_pu + 1j * k.x_pu), k.tap * np.exp(1j * np.radians(k.shift_deg))
        own = y + 0.5j * k.b_pu
        pair = np.array([[own / abs(tap) ** 2, -y / np.conj(tap)], [-y / tap, own]])
        admittance[np.ix_([i, j], [i, j])] += pair
    injected, v = np.zeros(len(at), complex), np.ones(len(at), complex)
    for load in tables.loads:
        injected[at[load.bus]] -= (load.p_mw + 1j * load.q_mvar) / base
    for generator in tables.generators:
        v[at[generator.bus]] = generator.v_set_pu
        injected[at[generator.bus]] += OUTPUT_MW.get((len(at), generator.bus), 0.0) / base
    turned, rising = np.flatnonzero(kind != "slack"), np.flatnonzero(kind == "pq")
    for _ in range(12):
        current = admittance @ v
        mismatch = v * np.conj(current) - injected
        by_angle = 1j * np.diag(v) @ np.conj(np.diag(current) - admittance @ np.diag(v))
        unit = v / abs(v)
        by_size = np.diag(np.conj(current) * unit) + np.diag(v) @ np.conj(
            admittance @ np.diag(unit)
        )
        jacobian = np.block(
            [
                [by_angle.real[np.ix_(turned, turned)], by_size.real[np.ix_(turned, rising)]],
                [by_angle.imag[np.ix_(rising, turned)], by_size.imag[np.ix_(rising, rising)]],
            ]
        )
        error = np.concatenate([mismatch.real[turned], mismatch.imag[rising]])
        step = np.linalg.solve(jacobian, -error)
        angle, size = np.angle(v), abs(v)
        angle[turned] += step[: len(turned)]
        size[rising] += step[len(turned) :]
        v = size * np.exp(1j * angle)
    # A branch of the 141-bus feeder is nearly a short circuit: rounding leaves 1e-11 p.u.
    assert max(abs(error)) < 1e-9
    return v, float((v * np.conj(admittance @ v)).real.sum()) * base


# Outputs (MW) of the archive's load flows, by number of buses and generator bus.
OUTPUT_MW = {(14, "2"): 40.0, (30, "2"): 40.0} | {
    (118, bus): mw
    for bus, mw in {
        "10": 450, "12": 85, "25": 220, "26": 314, "31": 7, "46": 19, "49": 204, "54": 48,
        "59": 155, "61": 160, "65": 391, "66": 392, "80": 477, "87": 4, "89": 607, "100": 252,
        "103": 40, "111": 36,
    }.items()
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "p_mw", "q_mvar"),
    [
        ("ieee14", 259.0, 73.5),
        ("ieee30", 283.4, 126.2),
        ("ieee118", 4242.0, 1438.0),
        ("feeder16", 28.7, 5.9),
        ("feeder17", 13.88, 5.64),
        ("feeder33", 3.715, 2.3),
        ("feeder69", 3.8021, 2.6947),
        ("feeder85", 2.51428, 2.56508),
        ("feeder141", 11.945, 7.403),
    ],
)
def test_loads_add_up_to_the_published_total(name, p_mw, q_mvar):
    tables = load_network(name, "X")
    assert tables.load_mw == pytest.approx(p_mw, abs=5e-4)
    assert tables.load_mvar == pytest.approx(q_mvar, abs=5e-4)


@pytest.mark.parametrize(
    ("name", "loss_mw", "digits"),
    [
        ("ieee14", 13.393, 3),
        ("ieee30", 17.557, 3),
        ("ieee118", 132.863, 3),
        ("feeder16", 0.51144, 5),
        ("feeder17", 0.66187, 5),
        ("feeder17_as_published", 0.95068, 5),
        ("feeder33", 0.202677, 6),
        ("feeder69", 0.2250, 4),
        ("feeder141", 0.63270, 5),
    ],
)
def test_load_flow_gives_the_published_loss(name, loss_mw, digits):
    """Agreement to the last digit of the published figure."""
    _, loss = power_flow(load_network(name, "X"))
    assert loss == pytest.approx(loss_mw, abs=0.5 * 10.0**-digits)


@pytest.mark.parametrize(
    ("name", "bus", "v_pu", "digits"),
    [
        ("feeder17", "11", 0.9243, 4),
        ("feeder17_as_published", "11", 0.8848, 4),
        ("feeder33", "18", 0.91309, 5),
        ("feeder69", "65", 0.9092, 4),
        ("feeder141", "87", 0.92786, 5),
    ],
)
def test_lowest_voltage_is_the_published_one(name, bus, v_pu, digits):
    tables = load_network(name, "X")
    v = abs(power_flow(tables)[0])
    assert tables.buses[int(np.argmin(v))].bus == bus
    assert min(v) == pytest.approx(v_pu, abs=0.5 * 10.0**-digits)


def test_85_bus_feeder_with_the_repeated_load_has_the_published_loss():
    """Papers that count 2570.28 kW (bus 60 loaded like bus 61) give a loss of 316.1 kW."""
    tables = load_network("feeder85", "X")
    again = next(load for load in tables.loads if load.bus == "61")
    doubled = dataclasses.replace(
        tables, loads=(*tables.loads, dataclasses.replace(again, load="load-60", bus="60"))
    )
    assert doubled.load_mw == pytest.approx(2.57028)
    assert power_flow(doubled)[1] == pytest.approx(0.3161, abs=5e-5)


def test_scaled_feeder_keeps_its_voltages():
    feeder = load_network("feeder33", "X")
    assert abs(power_flow(scale_feeder(feeder, 9.0))[0]) == pytest.approx(
        abs(power_flow(feeder)[0]), abs=1e-12
    )


def test_scaled_feeder_adds_up_to_the_nominal_load():
    assert scale_feeder(load_network("feeder141", "X"), 27.0).load_mw == pytest.approx(27.0)


def test_scaled_network_keeps_its_cost_per_mw():
    """Twice the units side by side: P MW cost what two units at P / 2 cost, so slope halves."""
    network = load_network("ieee14", "T")
    before, after = network.offers[0], scale_feeder(network, 2 * network.load_mw).offers[0]
    assert after.price_usd_per_mwh == before.price_usd_per_mwh
    assert after.quantity_mw == pytest.approx(2 * before.quantity_mw)
    assert after.slope_usd_per_mw2h == pytest.approx(before.slope_usd_per_mw2h / 2)


def test_ties_of_the_33_bus_feeder_are_open():
    branches = load_network("feeder33", "X").branches
    assert [k.branch for k in branches if not k.in_service] == [
        "21-8", "9-15", "12-22", "18-33", "25-29",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [n for n in NETWORKS if n.startswith("feeder")])
def test_feeders_are_trees_from_their_root(name):
    """As many branches in service as buses besides the root, and every bus is reached."""
    tables = load_network(name, "X")
    closed = [k for k in tables.branches if k.in_service]
    reached, size = {tables.root}, 0
    while len(reached) > size:
        size = len(reached)
        ends = [{k.from_bus, k.to_bus} for k in closed]
        reached |= set().union(*(pair for pair in ends if pair & reached))
    assert reached == {bus.bus for bus in tables.buses}
    assert len(closed) == len(tables.buses) - 1


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_names_its_source(name):
    assert set(network_source(name)) == {
        "title", "kind", "base_mva", "source", "transcribed_from", "checked_by", "notes", "licence",
    }  # fmt: skip


def test_unknown_network_is_refused_with_the_nearest_name():
    with pytest.raises(InvalidInput, match="near: 'ieee118'"):
        load_network("ieee188", "T")
