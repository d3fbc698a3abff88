"""Rules on inelastic loads."""

from scenarios.check.assets import asset_rules
from scenarios.check.assets.contract import AssetRules
from scenarios.check.laws import not_negative

asset_rules.register("load", AssetRules(laws=(not_negative("n_p"), not_negative("n_q"))))
