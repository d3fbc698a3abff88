"""All that stands at the buses of a net, by the tables of pandapower."""

from collections.abc import Callable

from scenarios.importers.pandapower.cells import Row
from scenarios.importers.pandapower.loads import (
    add_asymmetric_load,
    add_asymmetric_sgen,
    add_load,
    add_motor,
    add_ward,
)
from scenarios.importers.pandapower.setting import Assets, Setting, standing
from scenarios.importers.pandapower.stores import add_dcline, add_storage
from scenarios.importers.pandapower.units import add_ext_grid, add_gen, add_sgen, add_xward


def assets_of(setting: Setting) -> Assets:
    """Records of all that stands at an energised bus."""
    found = Assets()
    for kind, add in KINDS.items():
        for i, row in standing(setting.net, kind):
            add(setting, found, i, row)
    return found


KINDS: dict[str, Callable[[Setting, Assets, int, Row], None]] = {
    "ext_grid": add_ext_grid,
    "gen": add_gen,
    "sgen": add_sgen,
    "load": add_load,
    "storage": add_storage,
    "ward": add_ward,
    "xward": add_xward,
    "motor": add_motor,
    "asymmetric_load": add_asymmetric_load,
    "asymmetric_sgen": add_asymmetric_sgen,
    "dcline": add_dcline,
}
CONSUMING = ("load", "sgen", "storage", "ward", "xward", "motor", "asymmetric_load",
             "asymmetric_sgen")  # fmt: skip
