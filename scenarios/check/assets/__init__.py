"""Rules on each kind of asset, one file for each kind."""

from scenarios.assets import all_assets
from scenarios.check.assets.contract import AssetRules
from scenarios.registry import Registry

asset_rules = Registry[AssetRules](
    "rules on a kind of asset", "scenarios.check.assets", "tandem.rules"
)


def rules_by_table() -> dict[str, AssetRules]:
    """Rules on the tables of assets; a kind may do without."""
    kinds = all_assets().items()
    return {asset.table: asset_rules[kind] for kind, asset in kinds if kind in asset_rules}
