"""Who pays and who is paid: the names of the accounts and the groups they belong to."""

from scenarios.assets import all_assets
from scenarios.records import TRANSMISSION
from scenarios.results import TSO
from scenarios.scenario import Scenario

CONSUMERS, DSO = "consumers", "dso"


def operators(scenario: Scenario) -> dict[str, str]:
    """Account of the operator of each area."""
    return {a.area: TSO if a.kind == TRANSMISSION else f"{DSO}:{a.area}" for a in scenario.areas}


def asset_accounts(scenario: Scenario) -> frozenset[str]:
    """Accounts of all assets, such as `generator:north/pv1`."""
    return frozenset(
        f"{kind}:{record.area}/{asset.name_of(record)}"
        for kind, asset in all_assets().items()
        for record in scenario.table(asset.table)
    )


def groups() -> dict[str, str]:
    """Whether each kind of asset is a producer, a consumer or storage."""
    return {kind: asset.group for kind, asset in all_assets().items()}
