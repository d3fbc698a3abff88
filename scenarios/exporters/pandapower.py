"""A scenario's hour as a pandapower net of all areas; pandapower is needed: its extra."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scenarios.exporters import exporters
from scenarios.exporters.contract import (
    Curve,
    Exporter,
    back,
    curve_of,
    factor_of,
    lost_exponents,
    lost_in_one_hour,
)
from scenarios.findings import listed
from scenarios.importers.optional import quietly, required
from scenarios.names import joined
from scenarios.one_period import one_period
from scenarios.records import PQ, SLACK, Branch, DcLine, Generator, Storage
from scenarios.scenario import AreaView, Scenario

NO_RATING_MVA = 99_999.0
Net = Any


def write_pandapower(scenario: Scenario, file: Path, period: int) -> Sequence[str]:
    """A net in a JSON file; feeders' roots are their boundary buses."""
    pandapower = required("pandapower", "pandapower")
    hour = one_period(scenario, period).with_tables({"storage": scenario.storage})
    with quietly():
        net, said = _Writer(pandapower, hour).net()
        file.parent.mkdir(parents=True, exist_ok=True)
        pandapower.to_json(net, str(file))
    lost = [s for s in lost_in_one_hour(scenario) if not s.startswith("storage")]
    lost += [*lost_exponents(hour, frozenset({0.0, 1.0, 2.0})), *said]
    notes = [f"without a counterpart in pandapower, left out: {listed(lost, 20)}"] if lost else []
    return [*notes, f"back: tandem import DIR --pandapower {file} {_cut(hour)} {back(scenario)}"]


def _cut(hour: Scenario) -> str:
    """The option that parts the areas again, where voltages part them."""
    roots = {(b.area, b.root_bus) for b in hour.boundaries}
    above = [b.base_kv for b in hour.buses if b.area == hour.transmission]
    below = [
        b.base_kv for b in hour.buses
        if b.area != hour.transmission and (b.area, b.bus) not in roots
    ]  # fmt: skip
    if below and max(below) >= min(above):
        return "(areas are not parted by voltage: the net comes back in other areas)"
    return f"--cut-kv {min(above):g}"


class _Writer:
    """Writes an hour into an empty net, area by area."""

    def __init__(self, pandapower: Any, hour: Scenario) -> None:
        self.pp, self.hour = pandapower, hour
        self.made: Net = pandapower.create_empty_network(name=hour.name, sn_mva=100.0)
        self.bus: dict[tuple[str, str], int] = {}
        self.lost: dict[str, int] = {}

    def net(self) -> tuple[Net, list[str]]:
        """The net, and what it lacks."""
        for area in sorted(self.hour.areas, key=lambda a: a.area != self.hour.transmission):
            view = self.hour.area(area.area)
            self._buses(view)
            for k in (k for k in self.hour.branches if k.area == area.area):
                self._branch(k, view.network.base_mva)
            self._units(view)
            self._loads(view)
            self._others(view)
        return self.made, [f"{words} ({count})" for words, count in self.lost.items()]

    def _lose(self, words: str) -> None:
        self.lost[words] = self.lost.get(words, 0) + 1

    def _buses(self, view: AreaView) -> None:
        top = self.hour.transmission
        meets = {(b.area, b.root_bus): (top, b.transmission_bus) for b in self.hour.boundaries}
        for name, b in view.network.buses.items():
            place = (view.name, name)
            if place in meets:
                self.bus[place] = self.bus[meets[place]]
            else:
                self.bus[place] = self.pp.create_bus(
                    self.made, b.base_kv, name=joined(*place), zone=b.zone,
                    min_vm_pu=b.v_min_pu, max_vm_pu=b.v_max_pu,
                )  # fmt: skip
            if b.g_shunt_mw or b.b_shunt_mvar:
                kv = float(self.made.bus.vn_kv.at[self.bus[place]])
                self.pp.create_shunt(
                    self.made, self.bus[place], -b.b_shunt_mvar, b.g_shunt_mw, vn_kv=kv
                )

    def _branch(self, k: Branch, base_mva: float) -> None:
        ends = [self.bus[k.area, k.from_bus], self.bus[k.area, k.to_bus]]
        name = joined(k.area, k.branch)
        sn = k.rating_mva or NO_RATING_MVA
        scale = sn / base_mva
        if k.angle_min_deg is not None or k.angle_max_deg is not None:
            self._lose("limits of angles")
        if k.tap == 1.0 and k.shift_deg == 0.0:
            half = {f"{x}{end}_pu": value / 2 / scale
                    for x, value in (("g", k.g_pu), ("b", k.b_pu)) for end in "ft"}  # fmt: skip
            self.pp.create_impedance(
                self.made, *ends, k.r_pu * scale, k.x_pu * scale, sn, name=name,
                in_service=k.in_service, **half,
            )  # fmt: skip
            return
        series, shunt = _star(k, scale)
        if shunt.imag > 0:
            self._lose("capacitive charging of transformers")
            series, shunt = complex(k.r_pu, k.x_pu) * scale, 0j
        high, low = (float(self.made.bus.vn_kv.at[end]) for end in ends)
        self.pp.create_transformer_from_parameters(
            self.made, *ends, sn, high * k.tap, low, series.real * 100.0,
            math.copysign(abs(series), series.imag) * 100.0, shunt.real * sn * 1e3,
            abs(shunt) * 100.0, shift_degree=k.shift_deg, name=name, in_service=k.in_service,
        )  # fmt: skip

    def _units(self, view: AreaView) -> None:
        kind = {name: bus.kind for name, bus in view.network.buses.items()}
        gridded: set[str] = set()
        for name, g in view.generators.items():
            at = kind[g.bus]
            holds = g.v_set_pu is not None and at != PQ
            slack = holds and at == SLACK and view.side < 0 and g.bus not in gridded
            table = "ext_grid" if slack else "gen" if holds else "sgen"
            gridded |= {g.bus} if slack else set()
            element = self._unit(view, g, table)
            self._cost(table, element, curve_of(view, name, g.no_load_usd_per_h), +1)
        if view.side < 0:
            for bus in set(view.network.references) - gridded:
                grid = self.pp.create_ext_grid(
                    self.made, self.bus[view.name, bus], max_p_mw=0.0, min_p_mw=0.0
                )
                self.pp.create_poly_cost(self.made, grid, "ext_grid", 0.0)

    def _unit(self, view: AreaView, g: Generator, table: str) -> int:
        most = g.p_max_mw * factor_of(view, g.profile)
        follows = g.technology in ("pv", "wind") or g.profile is not None
        p = g.p_base_mw if g.p_base_mw is not None else most if follows else 0.0
        limits = {"min_p_mw": g.p_min_mw, "max_p_mw": most, "min_q_mvar": g.q_min_mvar,
                  "max_q_mvar": g.q_max_mvar}  # fmt: skip
        bus, name = self.bus[view.name, g.bus], joined(view.name, g.generator)
        if g.s_max_mva is not None:
            self._lose("limits of apparent power")
        if g.capability is not None:
            self._lose("limits of Q that depend on P")
        if g.ramp_mw_per_h is not None:
            self._lose("limits of ramps")
        if table == "ext_grid":
            return int(self.pp.create_ext_grid(
                self.made, bus, g.v_set_pu, name=name, controllable=True, **limits))  # fmt: skip
        if table == "gen":
            return int(self.pp.create_gen(
                self.made, bus, p, g.v_set_pu, name=name, type=g.technology, controllable=True,
                **limits))  # fmt: skip
        return int(self.pp.create_sgen(
            self.made, bus, p, g.q_base_mvar or 0.0, name=name, type=g.technology,
            controllable=True, **limits))  # fmt: skip

    def _loads(self, view: AreaView) -> None:
        for name, r in view.loads.items():
            k = factor_of(view, r.profile)
            shares = {1.0: "const_i", 2.0: "const_z"}
            part = {f"{shares[n]}_{x}_percent": 100.0
                    for x, n in (("p", r.n_p), ("q", r.n_q)) if n in shares}  # fmt: skip
            self.pp.create_load(
                self.made, self.bus[view.name, r.bus], r.p_mw * k, r.q_mvar * k,
                name=joined(view.name, name), controllable=False, **part,
            )  # fmt: skip
        for name, bid in view.bids.items():
            k = factor_of(view, bid.profile)
            p = bid.p_max_mw * k if bid.p_base_mw is None else bid.p_base_mw
            element = self.pp.create_load(
                self.made, self.bus[view.name, bid.bus], p, p * bid.tan_phi, controllable=True,
                name=joined(view.name, name), min_p_mw=bid.p_min_mw * k, max_p_mw=bid.p_max_mw * k,
            )  # fmt: skip
            self._cost("load", element, curve_of(view, name), -1)

    def _others(self, view: AreaView) -> None:
        for name, s in view.of(Storage).items():
            self._store(view, name, s)
        for name, line in view.of(DcLine).items():
            self._dc_line(view, name, line)

    def _store(self, view: AreaView, name: str, s: Storage) -> None:
        share = 100.0 * s.energy_initial_mwh / s.energy_max_mwh if s.energy_max_mwh else 0.0
        element = self.pp.create_storage(
            self.made, self.bus[view.name, s.bus], s.p_base_mw, s.energy_max_mwh, s.q_base_mvar,
            soc_percent=share, min_e_mwh=s.energy_min_mwh, name=joined(view.name, name),
            controllable=True, max_p_mw=s.p_charge_max_mw, min_p_mw=-s.p_discharge_max_mw,
        )  # fmt: skip
        way = math.sqrt(s.charge_efficiency * s.discharge_efficiency)
        self.made.storage.loc[element, "efficiency_percent"] = 100.0 * way

    def _dc_line(self, view: AreaView, name: str, k: DcLine) -> None:
        if k.p_min_mw < 0:
            self._lose("flows of DC lines to their from ends")
        element = self.pp.create_dcline(
            self.made, self.bus[view.name, k.from_bus], self.bus[view.name, k.to_bus],
            k.p_base_mw, k.loss_1 * 100.0, k.loss_0_mw, k.v_from_pu or 1.0, k.v_to_pu or 1.0,
            max_p_mw=k.p_max_mw, min_q_from_mvar=k.q_min_from_mvar,
            max_q_from_mvar=k.q_max_from_mvar, min_q_to_mvar=k.q_min_to_mvar,
            max_q_to_mvar=k.q_max_to_mvar, name=joined(view.name, name),
        )  # fmt: skip
        self.pp.create_poly_cost(self.made, element, "dcline", k.cost_usd_per_mwh)

    def _cost(self, table: str, element: int, curve: Curve, sign: int) -> None:
        """Cost of an element; consumption (`sign` -1) costs minus its value."""
        if curve.is_one_segment:
            (s,) = curve.segments
            self.pp.create_poly_cost(
                self.made, element, table, sign * s.price_usd_per_mwh,
                cp0_eur=curve.at_zero_usd_per_h, cp2_eur_per_mw2=s.slope_usd_per_mw2h / 2,
            )  # fmt: skip
            return
        if curve.at_zero_usd_per_h:
            self._lose("costs at zero output beside steps")
        if curve.bends:
            self._lose("slopes of curves of several segments, which become steps")
        self.pp.create_pwl_cost(self.made, element, table, list(_areas(curve, sign)))


def _star(k: Branch, scale: float) -> tuple[complex, complex]:
    """Series impedance and shunt admittance of the T circuit of a branch (p.u. on its rating)."""
    series, half = complex(k.r_pu, k.x_pu) * scale, complex(k.g_pu, k.b_pu) / 2 / scale
    both = 2 + series * half
    return 2 * series / both, half * both


def _areas(curve: Curve, sign: int) -> Iterator[list[float]]:
    start = 0.0
    for width, price in curve.steps(sign):
        yield [start, start + width, sign * price]
        start += width


exporters.register("pandapower", Exporter(write_pandapower, of_one_hour=True))
