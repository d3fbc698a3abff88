"""A pandapower net from its JSON file, or as it is; always a copy."""

import copy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from scenarios.findings import Finding, InvalidInput

CURE = "name a file that pandapower.to_json wrote"


def required(package: str) -> Any:
    """An optional package; raises InvalidInput where it is not installed."""
    try:
        with quietly():
            return import_module(package)
    except ImportError as error:
        finding = Finding(package, "it is not installed", f"pip install 'tandem-market[{package}]'")
        raise InvalidInput("the import", [finding]) from error


@contextmanager
def quietly() -> Iterator[None]:
    """What other packages warn of, such as their own old columns, is not for our users."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_net(net: Path | Any) -> Any:
    """The net; raises InvalidInput where it cannot be read."""
    pandapower = required("pandapower")
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
