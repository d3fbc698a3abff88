"""Feeders of Systems B and C, with generation and storage (type B)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from scenarios.networks import NetworkTables, load_network, scale_feeder
from scenarios.records import Generator, Offer, ShiftableLoad, Storage
from scenarios.systems.demand import customers, split
from scenarios.systems.supply import blocks, free

HEAD_RATING = 1.2  # of nominal, MVA over MW
REACTIVE_SHARE = 0.4  # of the greatest output
INVERTER_SIZE = 1.05  # apparent over active power
DISPATCHABLE_SHARE, PV_SHARE, WIND_SHARE = 0.08, 0.12, 0.25  # of nominal, each plant
BATTERY_SHARE, BATTERY_HOURS, EFFICIENCY, WEAR = 0.06, 4.0, 0.95, 2.0  # wear in $/MWh
SHIFTABLE_SHARE, SHIFTABLE_HOURS = 0.05, 4.0  # of nominal; hours at full power
WINDOWS = ((1, 8), (10, 17), (14, 23))  # first and last period, in turn
DISPATCHABLE_COSTS = ((32.0, 46.0), (38.0, 54.0), (44.0, 62.0))  # $/MWh, first and last block


@dataclass(frozen=True)
class Sites:
    """Which network a feeder has, where its devices stand, and which laterals are rated."""

    network: str
    head: str
    dispatchable: tuple[str, ...]
    pv: tuple[str, ...]
    wind: tuple[str, ...]
    batteries: tuple[str, ...]
    shiftable: str
    laterals: Mapping[str, float] = field(default_factory=dict)  # MVA over nominal MW


FEEDER33 = Sites(
    network="feeder33",
    head="1-2",
    dispatchable=("18", "25", "33"),
    pv=("14", "24", "31"),
    wind=("22",),
    batteries=("12", "29"),
    shiftable="21",
    laterals={"2-19": 0.11, "3-23": 0.26, "6-26": 0.33},
)
FEEDER141 = Sites(
    network="feeder141",
    head="1-2",
    dispatchable=("32", "66", "103"),
    pv=("20", "52", "74", "98"),
    wind=("86",),
    batteries=("27", "61", "100"),
    shiftable="48",
    laterals={"7-8": 0.26, "7-88": 0.28, "42-54": 0.20},
)


def _passive_feeder(sites: Sites, area: str, nominal_mw: float, number: int) -> NetworkTables:
    """The `number`-th feeder, with loads only; its peak load is `nominal_mw`."""
    feeder = scale_feeder(load_network(sites.network, area), nominal_mw)
    ratings = {sites.head: HEAD_RATING, **sites.laterals}
    parts = [split(load, _customers_at(load.bus, number)) for load in feeder.loads]
    return replace(
        feeder,
        branches=tuple(
            replace(k, rating_mva=nominal_mw * ratings[k.branch]) if k.branch in ratings else k
            for k in feeder.branches
        ),
        loads=tuple(fixed for fixed, _, _ in parts),
        bids=tuple(flexible for _, flexible, _ in parts),
        offers=tuple(offer for _, _, offers in parts for offer in offers),
    )


def active_feeder(sites: Sites, area: str, nominal_mw: float, number: int) -> NetworkTables:
    """The `number`-th feeder, with generators and batteries; its peak load is `nominal_mw`."""
    feeder = _passive_feeder(sites, area, nominal_mw, number)
    plants = [
        *_dispatchable(sites, area, nominal_mw, number),
        *_renewable(sites.pv, "pv", "solar", area, PV_SHARE * nominal_mw),
        *_renewable(sites.wind, "wind", "wind", area, WIND_SHARE * nominal_mw),
    ]
    return replace(
        feeder,
        area=replace(feeder.area, type="B"),
        generators=tuple(generator for generator, _ in plants),
        offers=(*feeder.offers, *(offer for _, offers in plants for offer in offers)),
        storage=tuple(_battery(area, bus, nominal_mw) for bus in sites.batteries),
    )


def with_shiftable(
    sites: Sites, feeder: NetworkTables, nominal_mw: float, number: int
) -> NetworkTables:
    """The feeder and one more load, whose energy of the day may choose its hours."""
    first, last = WINDOWS[number % len(WINDOWS)]
    p_max = SHIFTABLE_SHARE * nominal_mw
    load = ShiftableLoad(
        feeder.area.area,
        f"shift-{sites.shiftable}",
        sites.shiftable,
        energy_mwh=SHIFTABLE_HOURS * p_max,
        p_max_mw=p_max,
        first_period=first,
        last_period=last,
    )
    return replace(feeder, shiftable_loads=(load,))


def _customers_at(bus: str, number: int) -> str:
    """Two buses in three have the feeder's own kind of customer, the third the next kind."""
    return customers(number + (int(bus) % 3 == 0))


def _dispatchable(
    sites: Sites, area: str, nominal_mw: float, number: int
) -> Iterator[tuple[Generator, tuple[Offer, ...]]]:
    for place, bus in enumerate(sites.dispatchable):
        generator = _plant(area, f"dg-{bus}", bus, DISPATCHABLE_SHARE * nominal_mw)
        first, last = DISPATCHABLE_COSTS[(place + number) % len(DISPATCHABLE_COSTS)]
        if place == 0:
            generator = _type1(generator, (first + last) / 2)
        yield generator, tuple(blocks(generator, 3, first, last))


def _renewable(
    buses: tuple[str, ...], technology: str, profile: str, area: str, p_max_mw: float
) -> Iterator[tuple[Generator, tuple[Offer, ...]]]:
    for bus in buses:
        plant = _plant(area, f"{technology}-{bus}", bus, p_max_mw)
        generator = replace(plant, technology=technology, profile=profile)
        if technology == "wind":
            generator = _type1(generator, 0.0)
        yield generator, (free(generator),)


def _type1(plant: Generator, beta: float) -> Generator:
    """The plant, with half of its power on offer in the wholesale market."""
    return replace(plant, participation="type1", gamma=0.5, beta=beta)


def _plant(area: str, name: str, bus: str, p_max_mw: float) -> Generator:
    q_mvar = REACTIVE_SHARE * p_max_mw
    return Generator(
        area, name, bus, 0.0, p_max_mw, -q_mvar, q_mvar, s_max_mva=INVERTER_SIZE * p_max_mw
    )


def _battery(area: str, bus: str, nominal_mw: float) -> Storage:
    """A battery that starts and ends the day half full."""
    power = BATTERY_SHARE * nominal_mw
    energy = BATTERY_HOURS * power
    return Storage(
        area,
        f"battery-{bus}",
        bus,
        p_charge_max_mw=power,
        p_discharge_max_mw=power,
        energy_max_mwh=energy,
        energy_initial_mwh=energy / 2,
        energy_final_mwh=energy / 2,
        charge_efficiency=EFFICIENCY,
        discharge_efficiency=EFFICIENCY,
        cost_usd_per_mwh=WEAR,
    )
