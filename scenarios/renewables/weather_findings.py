"""Refusal of plants and weather that cannot be."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scenarios.findings import Finding, InvalidInput

Array = NDArray[np.float64]


def refuse_unless(place: str, required: Mapping[str, bool]) -> None:
    """Raise InvalidInput with every requirement that does not hold."""
    cure = "change the values so that it does"
    findings = [
        Finding(place, f"it does not hold that {requirement}", cure)
        for requirement, holds in required.items()
        if not holds
    ]
    if findings:
        raise InvalidInput("the renewables", findings)
