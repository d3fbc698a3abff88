"""Options that studies set: fields of frozen records, each with the law that its values obey."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LAW = "law"


@dataclass(frozen=True)
class Law:
    """Which values an option may have, and what to write instead of others."""

    holds: Callable[[Any], bool]
    cure: str


def option(default: Any, holds: Callable[[Any], bool], cure: str) -> Any:
    """Dataclass field whose values obey a law; `dataclasses.MISSING` as default: it must be set."""
    return dataclasses.field(default=default, metadata={LAW: Law(holds, cure)})


def law_of(field: "dataclasses.Field[Any]") -> Law | None:
    """The law on an option's values; None where all of its type are legal."""
    law: Law | None = field.metadata.get(LAW)
    return law
