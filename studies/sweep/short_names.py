"""The short names of what is varied most often, and what each of them means."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, cast, get_type_hints

from formulations.devices.participation import KINDS, TYPE1
from market.designs import ShortName, designs, ranked
from scenarios.assets import all_assets, assets
from scenarios.assets.generator import CAPABILITY
from scenarios.option_fields import law_of
from scenarios.quantity import extensive_columns, plain_type
from scenarios.records import Generator, Offer
from studies.study.design_tables import kind_of
from studies.sweep.knob import Case, Knob, Scalar, misfit

PV, WIND = "pv", "wind"
GAMMA = "generators.gamma"  # of stores too


@dataclass(frozen=True)
class Named:
    """A knob and what turning it does."""

    knob: Knob
    meaning: str


def scale_load(case: Case, factor: float) -> Case:
    """All that distribution consumes, times the factor.

    As if there were that many times as many of the same consumers: the curve of a bid becomes as
    much wider, and its values stay.
    """
    _refuse_negative("load", factor)
    scenario = case.scenario
    inside = set(scenario.distribution)
    kinds = [kind for kind in all_assets().values() if kind.group == "consumer"]
    curves = [kind for kind in kinds if kind.has_curve]
    owners = {(r.area, k.name_of(r)) for k in curves for r in scenario.table(k.table)}
    offers = _widened(scenario.offers, {o for o in owners if o[0] in inside}, factor)
    tables = {
        kind.table: [_times(r, factor, inside) for r in scenario.table(kind.table)]
        for kind in kinds
    }
    return case.with_tables(**tables, offers=offers)


def _times(record: Any, factor: float, areas: Collection[str]) -> Any:
    """The consumer with its power (and energy) times the factor, where it is in one of `areas`."""
    if record.area not in areas:
        return record
    held = {name: getattr(record, name) for name in extensive_columns(type(record))}
    return replace(record, **{name: factor * x for name, x in held.items() if x is not None})


def _widened(
    offers: Iterable[Offer], owners: Collection[tuple[str, str]], factor: float
) -> Iterable[Offer]:
    """The owners' curves so many times as wide: the same prices at the segments' ends."""
    for offer in offers:
        if (offer.area, offer.owner) in owners:
            slope = offer.slope_usd_per_mw2h / factor if factor else 0.0
            width = factor * offer.quantity_mw
            yield replace(offer, quantity_mw=width, slope_usd_per_mw2h=slope)
        else:
            yield offer


def _scale_plants(technology: str) -> Callable[[Case, float], Case]:
    """Capacity of all plants of a technology, times a factor."""

    def turn(case: Case, factor: float) -> Case:
        _refuse_negative(technology, factor)
        scenario = case.scenario
        owners = {(g.area, g.generator) for g in scenario.generators if g.technology == technology}
        if not owners:
            raise misfit(technology, f"no generator has technology {technology!r}", "leave it out")
        plants = (
            _scaled_plant(g, factor) if (g.area, g.generator) in owners else g
            for g in scenario.generators
        )
        offers = _widened(scenario.offers, owners, factor)
        return case.with_tables(generators=plants, offers=offers)

    return turn


def scale_distributed(case: Case, factor: float) -> Case:
    """Power and energy of all generators and stores of distribution, times the factor."""
    _refuse_negative("der", factor)
    scenario = case.scenario
    inside = set(scenario.distribution)
    owners = {(g.area, g.generator) for g in scenario.generators if g.area in inside}
    if not owners and not any(s.area in inside for s in scenario.storage):
        finding = "distribution has no generator and no store"
        raise misfit("der", finding, "leave it out")
    plants = (
        _scaled_plant(g, factor) if (g.area, g.generator) in owners else g
        for g in scenario.generators
    )
    return case.with_tables(
        generators=plants,
        offers=_widened(scenario.offers, owners, factor),
        storage=[_times(s, factor, inside) for s in scenario.storage],
    )


def _scaled_plant(plant: Generator, factor: float) -> Generator:
    extensive = ("p_min_mw", "p_max_mw", "q_min_mvar", "q_max_mvar")
    optional = ("p_base_mw", "q_base_mvar", *CAPABILITY)
    scaled = {name: factor * getattr(plant, name) for name in extensive}
    known = {name: getattr(plant, name) for name in optional}
    scaled |= {name: factor * value for name, value in known.items() if value is not None}
    if plant.s_max_mva is not None and factor:
        scaled["s_max_mva"] = factor * plant.s_max_mva
    return replace(plant, **scaled)


def set_gamma(case: Case, gamma: float) -> Case:
    """The share that every type 1 generator and store offers in the wholesale market."""
    held = {assets[kind].table: case.scenario.table(assets[kind].table) for kind in KINDS}
    if not any(a.participation == TYPE1 for rows in held.values() for a in rows):
        cure = "set participation, gamma and beta of some, or start from system local-wholesale"
        raise misfit("gamma", "no generator or store is of type1", cure)
    if not any(GAMMA in design.about.reads(design) for design in case.study.designs.values()):
        kinds = [kind for kind, cls in ranked().items() if GAMMA in cls.about.reads(cls())]
        of_kind = " or ".join(map(repr, kinds))
        cure = f"add a [[design]] of kind {of_kind} without a gamma of its own"
        raise misfit("gamma", "no design that is cleared looks at it", cure)
    return case.with_tables(
        **{
            table: [replace(a, gamma=gamma) if a.participation == TYPE1 else a for a in rows]
            for table, rows in held.items()
        }
    )


def _of_kind(kind: str, name: str, short: ShortName) -> Named:
    """The short name of an option of all designs of one kind."""
    field = next(f for f in fields(cast("Any", designs[kind])) if f.name == short.option)
    wanted: type = plain_type(get_type_hints(designs[kind])[short.option])[0]

    def turn(case: Case, value: Scalar) -> Case:
        changed = {
            n: replace(cast("Any", design), **{short.option: value})
            for n, design in case.study.designs.items()
            if kind_of(design) == kind
        }
        if not changed:
            raise misfit(name, f"the study has no {kind} design", f"add one, or leave {name} out")
        if len(set(changed.values())) < len(changed):
            cure = f"name one of them with --design, or sweep designs.NAME.{short.option}"
            raise misfit(name, f"designs {', '.join(changed)} would become the same", cure)
        if (law := law_of(field)) and not law.holds(value):
            raise misfit(name, f"the value is {value!r} {short.unit}", law.cure)
        return case.with_designs(changed)

    return Named(Knob(wanted, short.unit, turn), short.meaning)


def set_voll(case: Case, voll: float) -> Case:
    """The value of lost load ($/MWh)."""
    return replace(case, scenario=replace(case.scenario, voll_usd_per_mwh=voll))


def _refuse_negative(name: str, factor: float) -> None:
    if factor < 0:
        raise misfit(name, f"the factor is {factor!r}", "write a factor of at least 0")


OF_SCENARIOS: dict[str, Named] = {
    "load": Named(
        Knob(float, "1", scale_load),
        "factor on loads, bids and shiftable loads in distribution; values per MWh stay",
    ),
    "gamma": Named(
        Knob(float, "1", set_gamma), "share that every type 1 generator and store offers wholesale"
    ),
    "pv": Named(Knob(float, "1", _scale_plants(PV)), "factor on the capacity of all PV plants"),
    "wind": Named(
        Knob(float, "1", _scale_plants(WIND)), "factor on the capacity of all wind plants"
    ),
    "der": Named(
        Knob(float, "1", scale_distributed),
        "factor on power and energy of all generators and stores in distribution",
    ),
    "voll": Named(Knob(float, "$/MWh", set_voll), "value of lost load"),
}


def short_names() -> dict[str, Named]:
    """All short names: those of scenarios, and those that kinds of designs bring."""
    of_designs = {
        name: _of_kind(kind, name, short)
        for kind, cls in ranked().items()
        for name, short in cls.about.short_names.items()
    }
    return {**of_designs, **OF_SCENARIOS}
