"""Operators of a small system who answer over mutual TLS, each with its own part of the data."""

import secrets
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np
import pytest

from formulations.networks import formulation
from market.carriers.elsewhere.ask import ask
from market.carriers.elsewhere.authority import make_authority
from market.carriers.elsewhere.desk import Desk
from market.carriers.elsewhere.identity import read_identity
from market.carriers.elsewhere.journal import Journal
from market.carriers.elsewhere.line import Address, Line
from market.carriers.elsewhere.server import Server
from market.carriers.elsewhere.sheet import Places
from market.operators.distribution import DistributionOperator
from market.operators.operators import Operators
from scenarios.results import TSO
from scenarios.variants.apart import area_part, market_part

LIMIT_S = 20.0


def places_of(scenario, area):
    own = tuple(b.boundary for b in scenario.boundaries if b.area == area)
    return Places(own, scenario.hours)


def operator_of(scenario, area, physics="lindistflow"):
    """The operator of an area, built from its own part of the scenario alone."""
    part = area_part(scenario, area)
    return DistributionOperator(part.area(area), formulation(physics, "distribution"), 60.0)


@dataclass
class Elsewhere:
    """Servers and desks by area, and what it takes to call them."""

    scenario: object
    keys: object
    folder: object
    desks: dict
    servers: dict

    def serve(self, area, operator=None, port=0):
        """Start an operator, or another one in its place."""
        held = operator or operator_of(self.scenario, area)
        desk = Desk(held, places_of(self.scenario, area), self.folder / area, 60.0)
        self.desks[area] = desk
        self.servers[area] = Server(desk, read_identity(self.keys, area), "127.0.0.1", port)

    def stop(self, area):
        """Stop an operator; its log is left. Gives the port that it had."""
        server, desk = self.servers.pop(area), self.desks.pop(area)
        port = server.port
        server.shutdown()
        desk.close()
        return port

    @contextmanager
    def market(self, folder=None, session=None, limit_s=LIMIT_S, lost_after_s=60.0):
        """The market operator's side, which holds transmission alone."""
        part, identity = market_part(self.scenario), read_identity(self.keys, TSO)
        session, place = session or secrets.token_hex(16), folder or self.folder / "market"
        with ExitStack() as stack:
            lines = []
            for area, server in self.servers.items():
                address = Address(area, "127.0.0.1", server.port, places_of(self.scenario, area))
                journal = Journal(place / f"{session}-{area}.log")
                lines.append(Line(address, identity, session, journal, lost_after_s))
                stack.callback(lines[-1].close)
            operators = Operators(part, ask=ask, elsewhere=lines)
            operators.answer_limit_s = limit_s
            yield operators


@contextmanager
def elsewhere(scenario, keys, folder):
    here = Elsewhere(scenario, keys, folder, {}, {})
    for area in scenario.distribution:
        here.serve(area)
    try:
        yield here
    finally:
        for area in list(here.servers):
            here.stop(area)


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    make_authority(folder, ["D0", "D1", "D2"])
    return folder


@pytest.fixture(scope="module")
def day(random_scenario):
    """Three feeders, three hours, stores: several rounds."""
    return random_scenario(5, feeders=3, storage=True, congested=True)


@pytest.fixture
def system(day, keys, tmp_path):
    with elsewhere(day, keys, tmp_path) as here:
        yield here


def call(lines, clearing):
    """Name the clearing on all lines."""
    for line in lines:
        line.clearing = clearing


def same(one, other, within=1e-9):
    """Whether two tables hold the same values."""
    if one.column_names != other.column_names or one.num_rows != other.num_rows:
        return False
    for name in one.column_names:
        a, b = one[name].to_pandas(), other[name].to_pandas()
        if a.dtype.kind == "f":
            if not np.allclose(a, b, rtol=within, atol=within, equal_nan=True):
                return False
        elif not a.equals(b):
            return False
    return True
