"""Who has no certificate of the authority that names it as due is refused before any data."""

import shutil
import stat
import time

import pyarrow.flight as flight
import pytest

from market.carriers.elsewhere.authority import make_authority
from market.carriers.elsewhere.identity import host_name, read_identity
from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from scenarios.findings import InvalidInput
from scenarios.results import TSO
from solvers.errors import SolveFailed
from tests.market.elsewhere.conftest import call

SOON = 1e-6  # days
EXPIRED = 2.0  # s: certificates count whole seconds


@pytest.fixture
def heard(system):
    """All letters that reach an operator."""
    letters = []
    for desk in system.desks.values():
        desk.answer = letters.append
    return letters


def ask(system, identity, kind="letter", body=b"hello", timeout=2.0):
    """What an operator answers to whoever has this identity."""
    own = {"cert_chain": identity.certificate, "private_key": identity.key} if identity else {}
    with flight.FlightClient(
        f"grpc+tls://127.0.0.1:{system.servers['D0'].port}",
        tls_root_certs=read_identity(system.keys, "D0").authority,
        override_hostname="d0",
        generic_options=[("grpc.use_local_subchannel_pool", 1)],
        **own,
    ) as client:
        options = flight.FlightCallOptions(timeout=timeout)
        return list(client.do_action(flight.Action(kind, body), options))


def tso_of(tmp_path, keys, days):
    """The market operator's identity by the same authority, made again."""
    shutil.copytree(keys, tmp_path / "again")
    for end in ("pem", "key"):
        (tmp_path / "again" / f"tso.{end}").unlink()
    make_authority(tmp_path / "again", ["D0"], days)
    return read_identity(tmp_path / "again", TSO)


def expired(tmp_path, keys):
    identity = tso_of(tmp_path, keys, SOON)
    time.sleep(EXPIRED)
    return identity


def foreign(tmp_path, keys):
    make_authority(tmp_path / "foreign", ["D0"])
    return read_identity(tmp_path / "foreign", TSO)


STRANGERS = {
    "no certificate": lambda tmp_path, keys: None,
    "an expired one": expired,
    "one of another authority": foreign,
    "that of another area": lambda tmp_path, keys: read_identity(keys, "D1"),
    "its own": lambda tmp_path, keys: read_identity(keys, "D0"),
}


@pytest.mark.parametrize("identity", STRANGERS.values(), ids=STRANGERS)
def test_who_is_not_the_market_operator_is_refused_before_data(system, heard, tmp_path, identity):
    with pytest.raises(flight.FlightError):
        ask(system, identity(tmp_path, system.keys))
    assert heard == []


def test_the_market_operator_is_heard(system, tmp_path):
    (answer,) = ask(system, tso_of(tmp_path, system.keys, 1.0))
    assert b"it is no Arrow table" in answer.body.to_pybytes()


@pytest.mark.parametrize("kind", ["healthcheck", "shell", ""])
def test_nothing_but_letters_is_an_action(system, heard, kind):
    with pytest.raises(flight.FlightError, match="refused"):
        ask(system, read_identity(system.keys, TSO), kind)
    assert heard == []


def test_what_else_flight_offers_is_refused(system):
    identity = read_identity(system.keys, TSO)
    with flight.FlightClient(
        f"grpc+tls://127.0.0.1:{system.servers['D0'].port}",
        tls_root_certs=identity.authority,
        cert_chain=identity.certificate,
        private_key=identity.key,
        override_hostname="d0",
    ) as client:
        assert list(client.list_actions()) == []
        asked = flight.FlightDescriptor.for_path("x")
        for refused in (
            lambda: list(client.list_flights()),
            lambda: client.do_get(flight.Ticket(b"/etc/passwd")).read_all(),
            lambda: client.get_flight_info(asked),
        ):
            with pytest.raises(NotImplementedError):
                refused()


@pytest.mark.parametrize("other", ["D1", "foreign"])
def test_an_operator_that_shows_another_certificate_is_told_nothing(system, tmp_path, other):
    """D1 in the place of D0, and one that says it is D0 by another authority."""
    port = system.stop("D0")
    keys, stem = system.keys, other
    if other == "foreign":
        foreign(tmp_path, keys)
        keys, stem = tmp_path / "foreign", "D0"
    place = tmp_path / "mixed"
    shutil.copytree(system.keys, place)
    for end in ("pem", "key"):
        shutil.copy(keys / f"{stem}.{end}", place / f"D0.{end}")
    system.keys, own = place, system.keys
    system.serve("D0", port=port)
    system.keys = own
    heard = []
    system.desks["D0"].answer = heard.append
    with system.market() as operators:
        operators.answer_limit_s = 0.5
        call(operators.distribution, "cmo")
        with pytest.raises(SolveFailed, match="area 'D0': it is out of reach"):
            Cmo(Schedules()).clear(operators)
    assert heard == []


def test_keys_are_for_their_owner_alone(tmp_path):
    make_authority(tmp_path, ["D1"])
    for key in tmp_path.glob("*.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    (tmp_path / "D1.key").chmod(0o644)
    with pytest.raises(InvalidInput, match="others than its owner may read the key"):
        read_identity(tmp_path, "D1")


def test_a_certificate_names_its_area_whatever_the_name(tmp_path):
    areas = ["D1", "nord/süd", "../up", "a b"]
    make_authority(tmp_path, areas)
    assert len(list(tmp_path.glob("*.pem"))) == 2 + len(areas)
    assert len({host_name(area) for area in areas}) == len(areas)
    for area in areas:
        read_identity(tmp_path, area)


def test_names_that_a_certificate_cannot_tell_apart_are_refused_together(tmp_path):
    with pytest.raises(InvalidInput) as caught:
        make_authority(tmp_path, ["D1", "d1", "tso", "x" * 65], days=0.0)
    assert len(caught.value.findings) == 4
