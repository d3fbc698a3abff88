"""Weather of a day from a CSV file, a row for each period."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.findings import Finding, InvalidInput
from studies.study.table_keys import unknown_name

IRRADIANCE, DEVIATION = "irradiance_w_per_m2", "deviation_w_per_m2"
TEMPERATURE = "temperature_c"
SPEED, SHAPE = "speed_m_per_s", "shape"
COLUMNS = {"pv": (IRRADIANCE, DEVIATION, TEMPERATURE), "wind": (SPEED, SHAPE)}  # the first is due
LEAST = {TEMPERATURE: -273.15, SHAPE: 0.5}  # else 0


def read_weather(path: Path, kind: str) -> pd.DataFrame:
    """The columns that `kind` knows, all finite; raises InvalidInput with all that is wrong."""
    try:
        read = pd.read_csv(path)
    except (OSError, ValueError) as error:
        finding = Finding(str(path), f"it cannot be read: {error}", "name a CSV file with a header")
        raise InvalidInput("the weather", [finding]) from None
    findings = [*_of_columns(path, read, COLUMNS[kind]), *_of_values(path, read, COLUMNS[kind])]
    if findings:
        raise InvalidInput("the weather", findings)
    return read.astype(float)


def _of_columns(path: Path, read: pd.DataFrame, known: Sequence[str]) -> Iterator[Finding]:
    for name in read.columns:
        if name not in known:
            yield unknown_name(f"{path}, header", "column", name, known)
    if known[0] not in read.columns:
        yield Finding(f"{path}, header", f"column {known[0]!r} is missing", "add it")
    if read.empty:
        yield Finding(str(path), "it has no rows", "add a row for each period")


def _of_values(path: Path, read: pd.DataFrame, known: Sequence[str]) -> Iterator[Finding]:
    for name in (name for name in known if name in read.columns):
        values = pd.to_numeric(read[name], errors="coerce").to_numpy(dtype=float)
        least = LEAST.get(name, 0.0)
        for n in np.flatnonzero(~np.isfinite(values) | (values < least)).tolist():
            place = f"{path}, row {n + 1}, column {name!r}"
            yield Finding(place, f"the value is {read[name][n]}", f"write a number from {least:g}")
