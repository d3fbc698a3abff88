"""Rules on inelastic loads."""

from scenarios.check.assets import asset_rules
from scenarios.check.assets.contract import AssetRules
from scenarios.check.laws import within

MEASURED = "those that have been measured lie between 0 and 8"

EXPONENTS = (within("n_p", 0.0, 50.0, MEASURED), within("n_q", 0.0, 50.0, MEASURED))

asset_rules.register("load", AssetRules(laws=EXPONENTS))
