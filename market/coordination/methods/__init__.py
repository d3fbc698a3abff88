"""How operators come to agree: one file per coordination method."""

from typing import Any

from market.coordination.method import Method
from scenarios.registry import Registry

methods: Registry[type[Method[Any]]] = Registry(
    "coordination method", "market.coordination.methods", "tandem.methods"
)
