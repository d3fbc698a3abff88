"""Stores of energy and DC lines."""

import math

from scenarios.importers.pandapower.cells import Row, flag, given, number
from scenarios.importers.pandapower.loads import add_inelastic
from scenarios.importers.pandapower.setting import Assets, Setting, limit, power_of, site_of
from scenarios.records import DcLine, Storage


def add_storage(setting: Setting, found: Assets, i: int, row: Row) -> None:
    """A store that ends the day as full as it began, or a load where it is not controllable."""
    site = site_of(setting, found, "storage", row["bus"])
    if site is None:
        return
    power, most = power_of(row), number(row, "max_e_mwh", math.inf)
    if not flag(row, "controllable", default=True) or not 0 < most < math.inf:
        found.said["stores that are not controllable, or of no capacity, are loads"] += 1
        add_inelastic(found, site, f"storage-{i}", power)
        return
    if number(row, "self-discharge_percent_per_day"):
        found.said["self-discharge of stores is left out"] += 1
    rated = given(row, "sn_mva") or abs(power.real)
    least = number(row, "min_e_mwh")
    kept = min(max(number(row, "soc_percent") / 100.0 * most, least), most)
    area, bus = site
    found.add(
        "storage",
        Storage(
            area,
            f"storage-{i}",
            bus,
            max(number(row, "max_p_mw", rated), 0.0),
            max(-number(row, "min_p_mw", -rated), 0.0),
            most,
            least,
            kept,
            kept,
            *(_efficiency(row),) * 2,
            p_base_mw=power.real,
            q_base_mvar=power.imag,
        ),
    )


def _efficiency(row: Row) -> float:
    """Of each way, a percentage or, as SimBench writes it, a share."""
    found = number(row, "efficiency_percent", 100.0)
    return found if 0 < found <= 1 else found / 100.0


def add_dcline(setting: Setting, found: Assets, i: int, row: Row) -> None:
    """A DC line in the direction in which it flows."""
    start, end = ("from", "to") if number(row, "p_mw") >= 0 else ("to", "from")
    near = site_of(setting, found, "dcline", row[f"{start}_bus"])
    away = site_of(setting, found, "dcline", row[f"{end}_bus"])
    if near is None or away is None:
        return
    (area, bus), (other, far) = near, away
    p = abs(number(row, "p_mw"))
    if area != other or bus == far:
        found.said["DC lines between areas are left out"] += 1
        return
    q = {
        f"{bound}_{side}": limit(given(row, f"{bound}_q_{side}_mvar"), sign * math.inf)
        for bound, sign in (("min", -1), ("max", +1))
        for side in (start, end)
    }
    cost = setting.costs.get(("dcline", i))
    paid = cost.curve(1.0).segments[0].price_usd_per_mwh if cost else 0.0
    found.add(
        "dc_lines",
        DcLine(
            area,
            f"dcline-{i}",
            bus,
            far,
            0.0,
            limit(given(row, "max_p_mw"), p) or p,
            number(row, "loss_mw"),
            number(row, "loss_percent") / 100.0,
            paid,
            q[f"min_{start}"],
            q[f"max_{start}"],
            q[f"min_{end}"],
            q[f"max_{end}"],
            v_from_pu=number(row, f"vm_{start}_pu", 1.0),
            v_to_pu=number(row, f"vm_{end}_pu", 1.0),
            p_base_mw=p,
        ),
    )
