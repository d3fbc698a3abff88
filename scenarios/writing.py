"""A scenario written as a folder of Parquet tables and `scenario.toml`."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from scenarios.check.header import FILE, FORMAT
from scenarios.findings import Finding, InvalidInput
from scenarios.quantity import to_table
from scenarios.records import MANDATORY, TABLES
from scenarios.scenario import Scenario

SUFFIX = ".parquet"


def write_scenario(scenario: Scenario, folder: Path | str) -> None:
    """Write a scenario into a folder, as a whole or not at all; the same bytes every time.

    A scenario that stands there is replaced; a folder that holds anything else is refused with
    `InvalidInput`. The scenario is not checked: reading it is what checks it.
    """
    target = Path(folder).resolve()
    refused = tuple(_not_replaceable(target))
    if refused:
        raise InvalidInput(f"folder {str(folder)!r}", refused)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
    fresh.mkdir()
    try:
        _write_files(scenario, fresh)
        _put_in_place(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _not_replaceable(target: Path) -> Iterator[Finding]:
    if not target.exists():
        return
    cure = "name a new folder, an empty one, or one with a scenario"
    if not target.is_dir():
        yield Finding(str(target), "it is a file", cure)
        return
    held = sorted(path.name for path in target.iterdir())
    ours = {FILE, *(name + SUFFIX for name in TABLES)}
    for name in (name for name in held if name not in ours):
        yield Finding(str(target / name), "it is not part of a scenario", cure)
    if held and FILE not in held:
        yield Finding(str(target), f"it holds no {FILE}", cure)


def _put_in_place(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.rename(target)
        return
    former = fresh.with_suffix(".old")
    target.rename(former)
    try:
        fresh.rename(target)
    except OSError:
        former.rename(target)
        raise
    shutil.rmtree(former)


def _write_files(scenario: Scenario, folder: Path) -> None:
    (folder / FILE).write_text(header_text(scenario), encoding="utf-8")
    for name, record in TABLES.items():
        held = scenario.table(name)
        if held or name in MANDATORY:
            path = folder / (name + SUFFIX)
            pq.write_table(to_table(held, record), path, write_page_checksum=True)


def header_text(scenario: Scenario) -> str:
    """Text of `scenario.toml`; a day of equal periods is written as one length and a count."""
    lines = [f"format = {FORMAT}", f"name = {_text(scenario.name)}"]
    lines.append(f"currency = {_text(scenario.currency)}")
    if len(scenario.hours) > 1 and len(set(scenario.hours)) == 1:
        lines.append(f"hours = {_number(scenario.hours[0])}")
        lines.append(f"periods = {len(scenario.hours)}")
    else:
        lines.append(f"hours = {_list([_number(h) for h in scenario.hours])}")
    lines.append(f"voll_usd_per_mwh = {_number(scenario.voll_usd_per_mwh)}")
    lines.append(f"spill_usd_per_mwh = {_number(scenario.spill_usd_per_mwh)}")
    lines.append(f"sources = {_list([_text(s) for s in scenario.sources])}")
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return repr(float(value))


def _text(value: str) -> str:
    # TOML's basic strings are JSON's, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(values)}]"
