"""Scenarios from pandapower nets (Thurner et al., doi:10.1109/TPWRS.2018.2829021).

pandapower itself is needed: the extra `pandapower`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scenarios.assembly import assemble
from scenarios.check import check_scenario
from scenarios.findings import Finding, InvalidInput
from scenarios.importers.pandapower.areas import areas_of
from scenarios.importers.pandapower.notes import notes
from scenarios.importers.pandapower.reading import read_net
from scenarios.importers.pandapower.setting import Profiles
from scenarios.importers.technologies import Technologies, technologies
from scenarios.scenario import Scenario

CUT_KV = 110.0


@dataclass(frozen=True)
class Year:
    """What follows profiles, by table and index: the profile of P, and of Q where it has its own.

    `values` are factors on powers as they stand in the net, one in each period of so many hours.
    """

    hours: tuple[float, ...] = (1.0,) * 24
    values: Mapping[str, Sequence[float]] = field(default_factory=dict)
    follows: Profiles = field(default_factory=dict)


def import_pandapower(
    net: Path | Any,
    *,
    name: str = "imported",
    cut_kv: float | None = None,
    costs: Path | None = None,
    periods: int = 24,
    voll_per_mwh: float = 3000.0,
    spill_per_mwh: float | None = None,
) -> Scenario:
    """Scenario of a net, or of a JSON file of one, cut at transformers below `cut_kv`.

    Buses at or above the cut, by default 110 kV or the highest voltage where that is lower, are the
    transmission area T. Each connected part below that hangs from one bus is a distribution area,
    called D and that bus; its first branches are the transformers that feed it. What stands in the
    way is said in `sources`, and the part stays in transmission. What has no cost has that of its
    technology, from a table of which `costs` replaces rows. Every hour of the day is the same.

    Raises InvalidInput with everything that cannot be imported.
    """
    return scenario_of(
        read_net(net),
        name=name,
        cut_kv=cut_kv,
        held=technologies(costs),
        year=Year((1.0,) * periods),
        voll_per_mwh=voll_per_mwh,
        spill_per_mwh=voll_per_mwh if spill_per_mwh is None else spill_per_mwh,
    )


def scenario_of(
    net: Any,
    *,
    name: str,
    cut_kv: float | None,
    held: Technologies,
    year: Year,
    voll_per_mwh: float,
    spill_per_mwh: float,
    said: Sequence[str] = (),
) -> Scenario:
    """Scenario of a net in memory, which is changed; `said` stands before what is to be said."""
    if not len(net.bus):
        raise InvalidInput("the net", [Finding("table 'bus'", "it is empty", "name another net")])
    highest = float(net.bus.vn_kv[net.bus.in_service.astype(bool)].max())
    kv = min(CUT_KV, highest) if cut_kv is None else cut_kv
    if kv > highest:
        finding = f"no bus is at or above the cut of {kv:g} kV; the highest is at {highest:g} kV"
        cure = f"cut at {highest:g} kV or lower (--cut-kv)"
        raise InvalidInput("the cut", [Finding("table 'bus'", finding, cure)])
    areas = areas_of(net, kv, held, year.follows)
    used = {f.profile for t in areas.tables for n in PROFILED for f in t.table(n)}
    scenario = assemble(
        name,
        areas.tables,
        areas.feeding,
        profiles={p: values for p, values in year.values.items() if p in used},
        hours=year.hours,
        voll_usd_per_mwh=voll_per_mwh,
        spill_usd_per_mwh=spill_per_mwh,
        sources=(*said, *notes(areas, cut_kv)),
    )
    scenario = replace(scenario, currency="EUR")
    found = check_scenario(scenario)
    if found:
        raise InvalidInput("the scenario from the pandapower net", found)
    return scenario


PROFILED = ("loads", "generators")
