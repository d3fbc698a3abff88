"""Who pays and who is paid: the names of the accounts and the groups they belong to."""

from scenarios.records import TRANSMISSION
from scenarios.results import BID, GENERATOR, LOAD, SHIFTABLE, STORAGE, TSO
from scenarios.scenario import Scenario

ASSETS = (GENERATOR, LOAD, BID, STORAGE, SHIFTABLE)
CONSUMERS, DSO = "consumers", "dso"
SURPLUS_KIND = {
    GENERATOR: "producer",
    LOAD: "consumer",
    BID: "consumer",
    SHIFTABLE: "consumer",
    STORAGE: "storage",
}


def operators(scenario: Scenario) -> dict[str, str]:
    """Account of the operator of each area."""
    return {a.area: TSO if a.kind == TRANSMISSION else f"{DSO}:{a.area}" for a in scenario.areas}


def asset_accounts(scenario: Scenario) -> frozenset[str]:
    """Accounts of all assets, such as `generator:north/pv1`."""
    names = {
        GENERATOR: [(r.area, r.generator) for r in scenario.generators],
        LOAD: [(r.area, r.load) for r in scenario.loads],
        BID: [(r.area, r.bid) for r in scenario.bids],
        STORAGE: [(r.area, r.storage) for r in scenario.storage],
        SHIFTABLE: [(r.area, r.shiftable_load) for r in scenario.shiftable_loads],
    }
    return frozenset(f"{kind}:{area}/{asset}" for kind in ASSETS for area, asset in names[kind])
