"""Devices as Pyomo components: one file for each kind."""

from formulations.devices.contract import Device
from scenarios.registry import Registry

devices = Registry[Device]("kind of device", "formulations.devices", "tandem.devices")


def all_devices() -> list[tuple[str, Device]]:
    """Every kind with its name, in their order."""
    return sorted(devices.items(), key=lambda item: item[1].order)
