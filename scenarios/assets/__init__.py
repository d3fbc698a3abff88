"""Kinds of assets: what each table of assets holds, one file for each kind."""

from typing import Any

from scenarios.assets.contract import Asset
from scenarios.registry import Registry

assets = Registry[Asset[Any]]("kind of asset", "scenarios.assets", "tandem.assets")


def all_assets() -> dict[str, Asset[Any]]:
    """Every kind by its name in result tables, in their order."""
    return dict(sorted(assets.items(), key=lambda item: item[1].order))
