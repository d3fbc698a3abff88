"""Knobs on the study and on `scenario.toml`: `designs.NAME.KEY`, `formulation.KEY` and others."""

import dataclasses
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from market.coordination.methods import methods
from market.designs import Design
from market.pricing import pricing
from scenarios.findings import Finding, InvalidInput
from scenarios.quantity import plain_type
from scenarios.variants.margins import Margins
from scenarios.variants.outages import Security
from studies.study.design_tables import (
    METHOD,
    design_findings,
    designs_from,
    has_method,
    kind_of,
    method_of,
    options_of,
)
from studies.study.settlement_table import (
    DEFAULT,
    PRICING,
    settlement_findings,
    settlement_from,
    settlement_keys,
)
from studies.study.study_tables import (
    CoordinationTable,
    FormulationTable,
    PricingTable,
    SolverTable,
    coordination_findings,
    physics_findings,
)
from studies.study.table_keys import table_findings, unknown_name
from studies.sweep.knob import Case, Knob, Scalar

DESIGNS_HEAD, SCENARIO_HEAD, SETTLEMENT_HEAD = "designs", "scenario", "settlement"
TABLES: dict[str, tuple[type, Callable[[Mapping[str, Any]], Iterator[Finding]]]] = {
    "formulation": (FormulationTable, physics_findings),
    "margin": (Margins, lambda read: table_findings(read, Margins, place="[margin]")),
    "security": (Security, lambda read: table_findings(read, Security, place="[security]")),
    "coordination": (CoordinationTable, coordination_findings),
    "pricing": (PricingTable, lambda read: table_findings(read, PricingTable, place="[pricing]")),
    "solver": (SolverTable, lambda read: table_findings(read, SolverTable, place="[solver]")),
}
HEADER = {"voll_usd_per_mwh": "$/MWh", "spill_usd_per_mwh": "$/MWh"}
UNITS = {"percent": "%", "mw": "MW", "mwh": "$/MWh", "s": "s", "usd": "$", "pu": "p.u."}
HEADS = (DESIGNS_HEAD, SCENARIO_HEAD, SETTLEMENT_HEAD, *TABLES)


def study_knob(name: str, case: Case) -> Knob:
    """The knob on a key of the study; raises `InvalidInput` where there is none."""
    head, _, rest = name.partition(".")
    if head == DESIGNS_HEAD:
        return _design_knob(name, rest, case)
    if head == SCENARIO_HEAD:
        return _header_knob(name, rest)
    if head == SETTLEMENT_HEAD:
        return _settlement_knob(name, rest)
    return _table_knob(name, head, rest)


def _design_knob(name: str, rest: str, case: Case) -> Knob:
    design, _, key = rest.rpartition(".")
    if design not in case.study.designs:
        raise InvalidInput("sweep", [unknown_name(name, "design", design, case.study.designs)])
    types = _option_types(type(case.study.designs[design]))
    if key not in types:
        raise InvalidInput("sweep", [unknown_name(name, "key", key, types)])

    def turn(case: Case, value: Scalar) -> Case:
        table = _table_of(design, case.study.designs[design], key, value)
        if findings := list(design_findings([table])):
            raise InvalidInput("sweep", findings)
        return case.with_designs(designs_from(table))

    return Knob(types[key], unit_of(key), turn)


def _option_types(design: type) -> dict[str, type]:
    """Type of every option of a kind of design, whatever its method."""
    records: list[type] = [design, *(methods.values() if has_method(design) else ())]
    types: dict[str, type] = {}
    for record in records:
        types |= _field_types(record)
    return types


def _field_types(record: type) -> dict[str, type]:
    hints = typing.get_type_hints(record)
    fields = dataclasses.fields(typing.cast("Any", record))
    return {f.name: _scalar(hints[f.name]) for f in fields}


def _scalar(hint: Any) -> type:
    """Type of a scalar; a choice among words, and the method, are texts."""
    plain = plain_type(hint)[0]
    return plain if plain in (bool, int, float) else str


def _table_of(name: str, design: Design, key: str, value: Scalar) -> Mapping[str, Any]:
    """The study's table of a design with one key set; another method starts from its defaults."""
    method, options = method_of(design), options_of(design)
    head: dict[str, Any] = {"name": name, "kind": kind_of(design)}
    if method:
        head[METHOD] = method
        if key == METHOD and value != method:
            own = vars(getattr(design, METHOD))
            options = {k: v for k, v in options.items() if k not in own}
    return head | options | {key: value}


def _settlement_knob(name: str, key: str) -> Knob:
    types: dict[str, type] = {PRICING: str}
    for rule in pricing.values():
        types |= _field_types(rule)
    if key not in types:
        raise InvalidInput("sweep", [unknown_name(name, "key", key, types)])

    def turn(case: Case, value: Scalar) -> Case:
        held = settlement_keys(case.study.settlement)
        another = key == PRICING and value != held.get(
            PRICING, DEFAULT
        )  # starts from its own defaults
        read = {PRICING: value} if another else held | {key: value}
        if findings := list(settlement_findings(read)):
            raise InvalidInput("sweep", findings)
        study = replace(case.study, settlement=settlement_from(read))
        return replace(case, study=study)

    return Knob(types[key], unit_of(key), turn)


def _header_knob(name: str, key: str) -> Knob:
    if key not in HEADER:
        raise InvalidInput("sweep", [unknown_name(name, "key", key, HEADER)])

    def turn(case: Case, value: float) -> Case:
        changed: dict[str, Any] = {key: value}
        return replace(case, scenario=replace(case.scenario, **changed))

    return Knob(float, HEADER[key], turn)


def _table_knob(name: str, head: str, key: str) -> Knob:
    record, judge = TABLES[head]
    types = {k: _scalar(v) for k, v in typing.get_type_hints(record).items()}
    if key not in types:
        raise InvalidInput("sweep", [unknown_name(name, "key", key, types)])

    def turn(case: Case, value: Scalar) -> Case:
        read = {key: value}
        if findings := list(judge(read)):
            raise InvalidInput("sweep", findings)
        held: Any = getattr(case.study, head)
        changed: dict[str, Any] = {head: replace(held, **{key: value})}
        return replace(case, study=replace(case.study, **changed))

    return Knob(types[key], unit_of(key), turn)


def unit_of(key: str) -> str:
    """Unit that a key's last word tells; dimensionless where it tells none.

    >>> unit_of("chi_percent"), unit_of("price_usd_per_mwh"), unit_of("damping")
    ('%', '$/MWh', '1')
    """
    return UNITS.get(key.rpartition("_")[2], "1")
