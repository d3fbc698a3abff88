"""Reading a case file: its statements carried out one by one."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from scenarios.findings import Finding
from scenarios.importers.matpower.actions import carry_out, holds
from scenarios.importers.matpower.blocks import Blocks
from scenarios.importers.matpower.case import Case
from scenarios.importers.matpower.expressions import NotUnderstood
from scenarios.importers.matpower.statements import statements


def read_case(path: Path) -> tuple[Case, list[Finding]]:
    """The tables of a case file, and all that cannot be read or understood in it."""
    case = Case(path.name)
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        cure = "name a MATPOWER case file (.m)"
        return case, [Finding(str(path), f"cannot be read ({error.strerror})", cure)]
    findings, blocks = [], Blocks()
    for found in statements(text):
        statement = replace(found, text=case.in_mpc(found.text))
        try:
            if not blocks.take(statement.text, partial(holds, case)):
                carry_out(case, statement)
        except NotUnderstood as error:
            place = f"{case.file}, line {statement.line}"
            findings.append(Finding(place, f"`{found.shown}`: {error}", error.cure))
    return case, findings or list(_missing(case))


def _missing(case: Case) -> Iterator[Finding]:
    if case.version != "2":
        found = "mpc.version is missing" if case.version is None else f"version {case.version!r}"
        yield Finding(case.file, found, "save the case in MATPOWER's version 2")
    if "mpc_base_mva" not in case.names:
        yield Finding(case.file, "mpc.baseMVA is missing", "give the power base in MVA")
    for table in ("bus", "branch"):
        if table not in case.tables:
            yield Finding(case.file, f"mpc.{table} is missing", "add the table")
