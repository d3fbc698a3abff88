"""Rules on flexible loads."""

from scenarios.check.assets import asset_rules
from scenarios.check.assets.contract import AssetRules
from scenarios.check.laws import not_negative

asset_rules.register(
    "bid",
    AssetRules(
        laws=(not_negative("p_min_mw", "; model what produces as a generator"),),
        orders=(("p_min_mw", "p_max_mw"),),
    ),
)
