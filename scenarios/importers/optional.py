"""Packages that extras bring, and their warnings."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from scenarios.findings import Finding, InvalidInput


def required(package: str, extra: str) -> Any:
    """A package that an extra brings; raises InvalidInput where it is not installed."""
    try:
        with quietly():
            return import_module(package)
    except ImportError as error:
        finding = Finding(package, "it is not installed", f"pip install 'tandem-market[{extra}]'")
        raise InvalidInput("the command", [finding]) from error


@contextmanager
def quietly() -> Iterator[None]:
    """What other packages warn of, such as their own old columns, is not for our users."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
