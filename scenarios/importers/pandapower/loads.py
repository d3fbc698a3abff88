"""Loads of every kind, inelastic or flexible."""

import math
from collections.abc import Callable, Iterator

from scenarios.importers.matpower.costs import Cost
from scenarios.importers.pandapower.cells import Row, flag, given, number
from scenarios.importers.pandapower.setting import (
    Assets,
    Setting,
    Site,
    limit,
    offers_of,
    power_of,
    site_of,
)
from scenarios.records import Bid, Load


def add_load(setting: Setting, found: Assets, i: int, row: Row) -> None:
    """A load's parts of constant power, current and impedance, or a bid where it has a cost."""
    site = site_of(setting, found, "load", row["bus"])
    if site is None:
        return
    cost = setting.costs.get(("load", i))
    if flag(row, "controllable", default=False) and cost is not None:
        _flexible_load(found, site, f"load-{i}", row, cost)
        return
    if flag(row, "controllable", default=False):
        found.said["controllable loads without a cost are served as all others"] += 1
    power, profile = power_of(row), setting.profiles.get(("load", i))
    for exponent, mark, p, q in _voltage_shares(row, power):
        add_inelastic(found, site, f"load-{i}{mark}", complex(p, q), exponent, profile)


def _voltage_shares(row: Row, power: complex) -> Iterator[tuple[float, str, float, float]]:
    """Constant power, current and impedance of a load: exponent, mark of the name, P and Q."""
    shares = {}
    for column in ("p", "q"):
        z = number(row, f"const_z_{column}_percent") / 100.0
        i = number(row, f"const_i_{column}_percent") / 100.0
        shares[column] = (1.0 - z - i, i, z)
    for n, mark in enumerate(("", "-i", "-z")):
        p, q = power.real * shares["p"][n], power.imag * shares["q"][n]
        if p or q:
            yield float(n), mark, p, q


def add_inelastic(
    found: Assets,
    site: Site,
    name: str,
    power: complex,
    exponent: float = 0.0,
    profile: tuple[str, str | None] | None = None,
) -> None:
    """A load; where P and Q follow profiles of their own, one of P and one of Q."""
    active, reactive = profile or (None, None)
    if reactive is None or not power.imag:
        parts = [(name, power, active)]
    else:
        parts = [(name, complex(power.real, 0.0), active)]
        parts.append((f"{name}-q", complex(0.0, power.imag), reactive))
    area, bus = site
    for named, part, follows in parts:
        load = Load(area, named, bus, part.real, part.imag, exponent, exponent, profile=follows)
        found.add("loads", load)


def _flexible_load(found: Assets, site: Site, name: str, row: Row, cost: Cost) -> None:
    """A bid worth what its consumption costs, negative."""
    power = power_of(row)
    most = limit(given(row, "max_p_mw"), power.real)
    least = limit(given(row, "min_p_mw"), 0.0)
    tangent = power.imag / power.real if power.real else 0.0
    area, bus = site
    found.add("bids", Bid(area, name, bus, least, most, tangent, p_base_mw=power.real))
    found.add("offers", *offers_of(area, name, cost.curve(most).segments, sign=-1))


def _of_powers(*columns: tuple[str, str]) -> Callable[[Setting, Assets, str, int, Row], None]:
    """Adds a load of the sum of columns of P and Q."""

    def add(setting: Setting, found: Assets, name: str, i: int, row: Row) -> None:
        site = site_of(setting, found, name, row["bus"])
        if site is not None:
            power = sum(complex(number(row, p), number(row, q)) for p, q in columns)
            add_inelastic(found, site, f"{name}-{i}", power * number(row, "scaling", 1.0))

    return add


PHASES = _of_powers(*((f"p_{x}_mw", f"q_{x}_mvar") for x in "abc"))
CONSTANT = _of_powers(("ps_mw", "qs_mvar"))


def add_asymmetric_load(setting: Setting, found: Assets, i: int, row: Row) -> None:
    """The load of all phases."""
    found.said["unbalanced loads are the sum of their phases"] += 1
    PHASES(setting, found, "asymmetric_load", i, row)


def add_asymmetric_sgen(setting: Setting, found: Assets, i: int, row: Row) -> None:
    """The output of all phases, as a negative load."""
    found.said["unbalanced loads are the sum of their phases"] += 1
    turned = {**row, "scaling": -number(row, "scaling", 1.0)}
    PHASES(setting, found, "asymmetric_sgen", i, turned)


def add_ward(setting: Setting, found: Assets, i: int, row: Row) -> None:
    """The part of constant power; that of constant impedance is a shunt of its bus."""
    CONSTANT(setting, found, "ward", i, row)


def add_motor(setting: Setting, found: Assets, i: int, row: Row) -> None:
    """What a motor draws at its mechanical load."""
    site = site_of(setting, found, "motor", row["bus"])
    if site is None:
        return
    loaded = number(row, "loading_percent", 100.0) / 100.0 * number(row, "scaling", 1.0)
    p = number(row, "pn_mech_mw") / number(row, "efficiency_percent", 100.0) * 100.0 * loaded
    q = p * math.sqrt(1.0 / number(row, "cos_phi", 1.0) ** 2 - 1.0)
    add_inelastic(found, site, f"motor-{i}", complex(p, q))
