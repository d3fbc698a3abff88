"""Devices as Pyomo components: one file for each kind."""

from formulations.devices.contract import Device
from scenarios.assets import all_assets, assets
from scenarios.registry import Registry

devices = Registry[Device]("kind of device", "formulations.devices", "tandem.devices")


def asset_devices() -> dict[str, Device]:
    """The model of every kind of asset by name, in their order; raises InvalidInput without."""
    return {kind: devices.named(kind) for kind in all_assets()}


def other_devices() -> dict[str, Device]:
    """Models without assets of their own, such as a local market, by name."""
    return {name: device for name, device in devices.items() if name not in assets}


def all_devices() -> list[Device]:
    """Every model, those of assets first."""
    return [*asset_devices().values(), *other_devices().values()]
