"""Scenarios from PGLib-UC instances (github.com/power-grid-lib/pglib-uc, format of v19.08).

One bus carries all demand. Output of a renewable unit that has to be taken is a unit of its own;
the spinning reserve is one product that all thermal units may hold.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from scenarios.assembly import assemble
from scenarios.check import check_scenario
from scenarios.findings import Finding
from scenarios.importers.cost_points import Plant, Unit, blocks
from scenarios.importers.json_rows import Values, read_json, refuse
from scenarios.networks import NetworkTables
from scenarios.records import (
    SLACK,
    TRANSMISSION,
    Area,
    Bus,
    Commitment,
    Generator,
    Load,
    Offer,
    Reserve,
    ReserveOffer,
    Startup,
)
from scenarios.scenario import Scenario

AREA, BUS, SPINNING = "T", "1", "spinning"
DEMAND, TAKEN = "demand", "must-take"


def import_pglib_uc(
    file: Path,
    *,
    name: str = "imported",
    voll_usd_per_mwh: float = 10_000.0,
    spill_usd_per_mwh: float | None = None,
) -> Scenario:
    """Scenario of one instance, hourly; reserve that is not held costs as much as lost load.

    Raises InvalidInput with everything that cannot be imported.
    """
    held = read_json(file)
    periods = held.whole("time_periods")
    refuse(file.name, held.findings)
    units = _thermal(held)
    profiles = {DEMAND: held.numbers("demand", periods)}
    renewables = list(_renewable(held, periods, profiles))
    required = held.numbers("reserves", periods)
    refuse(file.name, held.findings)
    spill = voll_usd_per_mwh if spill_usd_per_mwh is None else spill_usd_per_mwh
    thermal = [g for g, *_ in units]
    others = {
        "commitments": tuple(c for _, _, c, _ in units),
        "startups": tuple(s for *_, startups in units for s in startups),
        "reserves": tuple(_reserves(required, voll_usd_per_mwh)),
        "reserve_offers": tuple(
            ReserveOffer(AREA, SPINNING, g.generator) for g in thermal if any(required)
        ),
    }
    area = NetworkTables(
        Area(AREA, TRANSMISSION, 100.0),
        (Bus(AREA, BUS, 1.0, 0.9, 1.1, kind=SLACK),),
        (),
        loads=(Load(AREA, DEMAND, BUS, 1.0, profile=DEMAND),),
        generators=(*thermal, *(g for g, _ in renewables)),
        offers=(*(o for _, offers, *_ in units for o in offers), *(o for _, o in renewables)),
        others=others,
    )
    scenario = assemble(
        name,
        [area],
        {},
        profiles=profiles,
        hours=(1.0,) * periods,
        voll_usd_per_mwh=voll_usd_per_mwh,
        spill_usd_per_mwh=spill,
        sources=(f"{file.name}: PGLib-UC, all demand at one bus",),
    )
    refuse(f"the scenario from {file.name}", check_scenario(scenario))
    return scenario


def _thermal(held: Values) -> list[Plant]:
    return [_unit(name, unit) for name, unit in held.named("thermal_generators").items()]


def _unit(name: str, u: Values) -> Plant:
    least, most = u.number("power_output_minimum"), u.number("power_output_maximum")
    before, on = u.number("power_output_t0"), bool(u.number("unit_on_t0"))
    lasted = u.number("time_up_t0" if on else "time_down_t0")
    points = [(row.number("mw"), row.number("cost")) for row in u.rows("piecewise_production")]
    offers, no_load = blocks(Unit(AREA, name, least, most), points, u)
    plant = Commitment(
        AREA,
        name,
        min_up_h=u.number("time_up_minimum"),
        min_down_h=u.number("time_down_minimum"),
        ramp_up_mw_per_h=u.number("ramp_up_limit"),
        ramp_down_mw_per_h=u.number("ramp_down_limit"),
        p_start_mw=u.number("ramp_startup_limit"),
        p_stop_mw=u.number("ramp_shutdown_limit"),
        on_before=on,
        p_before_mw=before,
        hours_before=lasted or None,
        must_run=bool(u.number("must_run")),
    )
    startups = [
        Startup(AREA, name, n, row.number("lag"), row.number("cost"))
        for n, row in enumerate(u.rows("startup"), start=1)
    ]
    generator = Generator(AREA, name, BUS, least, most, no_load_usd_per_h=no_load)
    return generator, offers, plant, startups


def _renewable(
    held: Values, periods: int, profiles: dict[str, list[float]]
) -> Iterator[tuple[Generator, Offer]]:
    """Free output up to the greatest, and beside it what has to be taken; adds their profiles."""
    for name, u in held.named("renewable_generators").items():
        least, most = (
            u.numbers(f"power_output_{word}", periods) for word in ("minimum", "maximum")
        )
        if any(low > high for low, high in zip(least, most, strict=True)):
            finding = "its least output is above the greatest"
            u.findings.append(Finding(u.place, finding, "mend power_output_minimum"))
        free = [high - low for low, high in zip(least, most, strict=True)]
        for part, power, must in ((name, free, False), (f"{name} {TAKEN}", least, True)):
            peak = max(power, default=0.0)
            if peak > 0.0:
                profiles[part] = [mw / peak for mw in power]
                floor = peak if must else 0.0
                yield (
                    Generator(AREA, part, BUS, floor, peak, profile=part, technology="hydro"),
                    Offer(AREA, part, None, 1, peak, 0.0),
                )


def _reserves(required: Sequence[float], shortage_usd_per_mwh: float) -> Iterator[Reserve]:
    if any(required):
        for t, mw in enumerate(required, start=1):
            yield Reserve(AREA, SPINNING, t, mw, shortage_usd_per_mwh)
