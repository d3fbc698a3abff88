"""A pandapower net from its JSON file, or as it is; always a copy."""

import copy
from pathlib import Path
from typing import Any

from scenarios.findings import Finding, InvalidInput
from scenarios.importers.optional import quietly, required

CURE = "name a file that pandapower.to_json wrote"


def read_net(net: Path | Any) -> Any:
    """The net; raises InvalidInput where it cannot be read."""
    pandapower = required("pandapower", "pandapower")
    if not isinstance(net, str | Path):
        return copy.deepcopy(net)
    file = Path(net)
    if not file.is_file():
        raise InvalidInput("the net", [Finding(str(net), "there is no such file", CURE)])
    try:
        with quietly():
            held = pandapower.from_json(str(file))
    except (ValueError, KeyError, TypeError, AttributeError, UserWarning, OSError) as error:
        raise InvalidInput("the net", [Finding(str(net), f"unreadable ({error})", CURE)]) from error
    if not isinstance(held, pandapower.pandapowerNet):
        raise InvalidInput("the net", [Finding(str(net), "it holds no pandapower net", CURE)])
    return held
