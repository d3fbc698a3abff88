"""Tables B.1 to B.5: IEEE 14 and IEEE 30."""

import pandas as pd

from reproduction.appendix.load_flow import load_flow
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from scenarios.networks import NetworkTables, load_network, network_source

NAMES = {"ieee14": "IEEE 14", "ieee30": "IEEE 30"}
ARCHIVE = f"{network_source('ieee14')['source'][0]}; as published, nothing is corrected"


@item("table-B.1", "Bus data of IEEE 14", f"Loads, shunts and held voltages; {ARCHIVE}.")
def buses_14(_: Solved) -> Reproduced:
    """Loads (MW, Mvar), shunts and voltages (p.u.) of every bus."""
    return _buses("ieee14")


@item("table-B.2", "Branch data of IEEE 14", f"On 100 MVA; {ARCHIVE}.")
def branches_14(_: Solved) -> Reproduced:
    """Ends, impedances (p.u.) and taps of every branch."""
    return _branches("ieee14")


@item(
    "table-B.3",
    "Generator data of IEEE 14",
    f"{ARCHIVE}; costs and greatest outputs are not in it, see the notes of the network.",
)
def generators_14(_: Solved) -> Reproduced:
    """Output (MW), reactive limits (Mvar), voltage (p.u.) and cost of every generator."""
    network = load_network("ieee14", "T")
    offers = {o.owner: o for o in network.offers}
    rows = [
        {
            "bus": g.bus,
            "p_base_mw": g.p_base_mw,
            "p_max_mw": g.p_max_mw,
            "q_min_mvar": g.q_min_mvar,
            "q_max_mvar": g.q_max_mvar,
            "v_set_pu": g.v_set_pu,
            "first_usd_per_mwh": offers[g.generator].price_usd_per_mwh,
            "slope_usd_per_mw2h": offers[g.generator].slope_usd_per_mw2h,
        }
        for g in network.generators
    ]
    table = pd.DataFrame(rows)
    running = table[table["p_base_mw"] > 0]
    finding = (
        f"{len(running)} of {len(table)} generators run in the base case, the others hold voltage "
        f"alone. At the first one the load flow needs {load_flow(network).slack_mw:.3f} MW, where "
        f"{table['p_base_mw'].iloc[0]:.1f} MW are published."
    )
    return Reproduced(table, finding=finding)


@item(
    "table-B.4",
    "Bus data of IEEE 30",
    f"Loads, shunts and held voltages, generators at the buses that hold theirs; {ARCHIVE}.",
)
def buses_30(_: Solved) -> Reproduced:
    """Loads (MW, Mvar), shunts and voltages (p.u.) of every bus."""
    return _buses("ieee30")


@item("table-B.5", "Branch data of IEEE 30", f"On 100 MVA; {ARCHIVE}.")
def branches_30(_: Solved) -> Reproduced:
    """Ends, impedances (p.u.) and taps of every branch."""
    return _branches("ieee30")


def _buses(name: str) -> Reproduced:
    network = load_network(name, "T")
    load = {r.bus: r for r in network.loads}
    held = {g.bus: g for g in network.generators}
    rows = [
        {
            "bus": b.bus,
            "kind": b.kind,
            "p_mw": load[b.bus].p_mw if b.bus in load else 0.0,
            "q_mvar": load[b.bus].q_mvar if b.bus in load else 0.0,
            "shunt_mvar": b.b_shunt_mvar,
            "v_set_pu": held[b.bus].v_set_pu if b.bus in held else None,
            "p_base_mw": held[b.bus].p_base_mw if b.bus in held else None,
        }
        for b in network.buses
    ]
    finding = (
        f"{len(network.loads)} of {len(network.buses)} buses have loads, {network.load_mw:.1f} MW "
        f"and {network.load_mvar:.1f} Mvar in all, and {len(held)} hold their voltage. "
        f"{_loss(network)}"
    )
    return Reproduced(pd.DataFrame(rows), finding=finding)


def _branches(name: str) -> Reproduced:
    network = load_network(name, "T")
    columns = ["from_bus", "to_bus", "r_pu", "x_pu", "b_pu", "tap"]
    table = pd.DataFrame(network.branches)[columns]
    taps = [k for k in network.branches if k.tap != 1]
    finding = (
        f"{NAMES[name]} has {len(table)} branches, {len(taps)} of them transformers off their "
        f"nominal ratio, from {min(k.tap for k in taps):g} to {max(k.tap for k in taps):g}. "
        f"{_loss(network)}"
    )
    return Reproduced(table, finding=finding)


def _loss(network: NetworkTables) -> str:
    return f"The load flow of these data loses {load_flow(network).loss_mw:.3f} MW."


ITEMS = (buses_14, branches_14, generators_14, buses_30, branches_30)
