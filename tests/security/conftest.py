"""Couplings of the reference: scenarios built by the importer, and the results beside them."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from scenarios.importers.matpower import import_matpower
from scenarios.records import PV, Generator, Load, Offer
from scenarios.scenario import Scenario

FOLDER = Path(__file__).parents[1] / "reference" / "coupled"
ZIP_P, ZIP_Q = (0.4, 0.3, 0.3), (0.2, 0.3, 0.5)  # shares with exponents 0, 1, 2
FEEDER_P, FEEDER_Q = 0.92, 4.04


@dataclass(frozen=True)
class Coupling:
    """One coupling: its scenario in the base case, and what the reference found."""

    name: str
    scenario: Scenario
    parts: dict
    load_flow: dict

    @property
    def feeders(self):
        """Distribution areas in the order of the reference's feeders."""
        return self.scenario.distribution

    def places(self, result_buses=None):
        """(area, bus) of every bus of the reference, in its order."""
        numbers = self.load_flow["bus_ids"] if result_buses is None else result_buses
        upper = self.scenario.transmission
        return [
            (upper, str(n)) if n < 1000 else (self.feeders[n // 1000 - 1], str(n % 1000))
            for n in map(int, numbers)
        ]

    def with_model(self, model):
        """The scenario with the loads or generators of one of the reference's cases."""
        return MODELS[model](self)


def read_coupling(name):
    folder = FOLDER / name
    parts = json.loads((folder / "parts.json").read_text())
    files = {
        str(c["boundary_bus"]): folder / f"D{c['feeder']:02d}.m" for c in parts["meta"]["couplings"]
    }
    scenario = import_matpower(folder / "T.m", files)
    return Coupling(name, scenario, parts, json.loads((folder / "load_flow.json").read_text()))


def unchanged(coupling):
    return coupling.scenario


def zip_loads(coupling):
    """Every load as three, of constant power, current and impedance."""
    loads = [
        replace(r, load=f"{r.load}-{n}", p_mw=p * r.p_mw, q_mvar=q * r.q_mvar, n_p=n, n_q=n)
        for r in coupling.scenario.loads
        for n, (p, q) in enumerate(zip(ZIP_P, ZIP_Q, strict=True))
    ]
    return replace(coupling.scenario, loads=tuple(loads))


def exponential_loads(coupling):
    """The feeders' loads with the exponents of households."""
    upper = coupling.scenario.transmission
    loads = [
        r if r.area == upper else replace(r, n_p=FEEDER_P, n_q=FEEDER_Q)
        for r in coupling.scenario.loads
    ]
    return replace(coupling.scenario, loads=tuple(loads))


def with_generators(coupling, *, p=0.5, q=0.2, holding=False):
    """Two generators a feeder, at parts of their greatest output; the second may hold 1 p.u."""
    generators, offers, held = [], [], set()
    for area, feeder in zip(coupling.feeders, coupling.parts["feeders"], strict=True):
        for n, row in enumerate(feeder["dg"]):
            bus, p_max, q_max, q_min = str(int(row[0])), row[8], row[3], row[4]
            holds = holding and n == 1
            name = f"dg-{bus}"
            generators.append(
                Generator(
                    area, name, bus, 0.0, p_max, q_min, q_max,
                    v_set_pu=1.0 if holds else None,
                    p_base_mw=p * p_max,
                    q_base_mvar=None if holds else q * p_max,
                )
            )  # fmt: skip
            offers.append(Offer(area, name, None, 1, p_max, 30.0))
            if holds:
                held.add((area, bus))
    scenario = coupling.scenario
    return replace(
        scenario,
        areas=tuple(replace(a, type="B") if a.area in coupling.feeders else a
                    for a in scenario.areas),
        generators=(*scenario.generators, *generators),
        offers=(*scenario.offers, *offers),
        buses=tuple(replace(b, kind=PV) if (b.area, b.bus) in held else b for b in scenario.buses),
    )  # fmt: skip


MODELS = {
    "const": unchanged,
    "zip": zip_loads,
    "exp": exponential_loads,
    "qlim": unchanged,
    "dgpq": with_generators,
    "dgpv": lambda coupling: with_generators(coupling, holding=True),
}


@pytest.fixture(scope="session", params=["14A", "14_17", "30A"])
def coupling(request):
    return read_coupling(request.param)


@pytest.fixture(scope="session")
def coupling_of():
    """Coupling by name."""
    return read_coupling


def lumped_load(area, name, bus, power, n_p=0.0, n_q=0.0):
    return Load(area, name, bus, power.real, power.imag, n_p, n_q)


def voltages(flow, places):
    """Magnitudes (p.u.) and angles (deg) of a load flow at (area, bus) places."""
    at = np.array([flow.areas[a].v[flow.areas[a].grid.position[b]] for a, b in places])
    return np.abs(at), np.rad2deg(np.angle(at))
