"""Every table of the appendix, and what its data must give."""

import re

import pytest

from reproduction import chosen_items
from reproduction.appendix.load_flow import load_flow
from reproduction.solved import Solved
from scenarios.networks import load_network
from tests.reproduction.checks import leaves_its_files, tells_what_it_shows

ITEMS = {item.name: item for item in chosen_items(["appendix-B"])}
FEEDERS = ("table-B.6", "table-B.7", "table-B.8", "table-B.9")


@pytest.fixture(scope="module")
def made():
    """All tables."""
    return {name: item.make(Solved()) for name, item in ITEMS.items()}


def test_the_appendix_is_complete():
    assert list(ITEMS) == [f"table-B.{n}" for n in range(1, 10)]


@pytest.mark.parametrize("name", ITEMS)
def test_every_table_leaves_its_files_and_tells_what_it_shows(made, name, tmp_path):
    leaves_its_files(ITEMS[name], made[name], tmp_path)
    tells_what_it_shows(ITEMS[name], made[name])


def test_loads_and_sizes_are_those_of_the_archive(made):
    buses = {n: made[f"table-B.{n}"].table for n in (1, 4)}
    assert {n: len(t) for n, t in buses.items()} == {1: 14, 4: 30}
    assert buses[1][["p_mw", "q_mvar"]].sum().tolist() == pytest.approx([259.0, 73.5])
    assert buses[4][["p_mw", "q_mvar"]].sum().tolist() == pytest.approx([283.4, 126.2])
    assert [len(made[f"table-B.{n}"].table) for n in (2, 3, 5)] == [20, 5, 41]


@pytest.mark.parametrize(
    ("name", "loss_mw"), [("ieee14", 13.393), ("ieee30", 17.557), ("feeder16", 0.51144)]
)
def test_load_flows_lose_what_is_published(name, loss_mw):
    assert load_flow(load_network(name, "N")).loss_mw == pytest.approx(loss_mw, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "kw"),
    [
        ("table-B.6", ["511.44", "312.78"]),
        ("table-B.7", ["661.87", "950.68"]),
        ("table-B.8", ["202.68"]),
        ("table-B.9", ["632.70"]),
    ],
)
def test_findings_tell_the_losses_of_other_programs(made, name, kw):
    """Corrected first, then as published or as some files read it."""
    assert re.findall(r"([\d.]+) kW", made[name].finding) == kw


def test_the_17_bus_feeder_as_published_is_the_network_of_that_name(made):
    table = made["table-B.7"].table
    published = {k.branch: k.r_pu for k in load_network("feeder17_as_published", "N").branches}
    ends = table["from_bus"] + "-" + table["to_bus"]
    assert dict(zip(ends, table["published_r_pu"], strict=True)) == published


def test_a_published_feeder_of_three_sources_has_its_own_buses(made):
    table = made["table-B.6"].table
    ends = ("from_bus", "published_from_bus")
    roots, sources = (set(table[c]) - set(table["to_bus"]) for c in ends)
    assert (roots, sources) == ({"1"}, {"1", "2", "3"})


@pytest.mark.parametrize("name", FEEDERS)
def test_every_bus_of_a_corrected_feeder_is_fed_by_one_closed_branch(made, name):
    closed = made[name].table.query("not tie")
    assert closed["to_bus"].is_unique


def test_seven_branches_and_one_load_of_the_141_bus_feeder_are_mended(made):
    """50 kVA at a power factor of 0.85 are published at bus 53, twice that is used."""
    table = made["table-B.9"].table
    ends = ["from_bus", "to_bus"]
    moved = (table[[f"published_{c}" for c in ends]].to_numpy() != table[ends].to_numpy()).any(1)
    assert moved.sum() == 7
    load = table[table["p_kw"] != table["published_p_kw"]].set_index("to_bus")
    assert load.index.tolist() == ["53"]
    assert load.loc["53", ["p_kw", "published_p_kw"]].tolist() == pytest.approx([85.0, 42.5])
