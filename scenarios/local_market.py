"""The rules by which local energy markets of distribution areas clear."""

from dataclasses import dataclass
from typing import Literal

BetaMode = Literal["marginal_cost", "offered"]


@dataclass(frozen=True)
class LocalMarket:
    """The rules of local markets.

    `unsold_wem_returns_to_lem`: what the wholesale market does not take may be sold at home.
    `allow_lem_export`: the local market may sell to the grid, which leaves nothing of the split.
    `beta_mode`: wholesale offers at marginal cost, or at beta as offered (see `markup`).
    """

    unsold_wem_returns_to_lem: bool = True
    allow_lem_export: bool = False
    beta_mode: BetaMode = "marginal_cost"
