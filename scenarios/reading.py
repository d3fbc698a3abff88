"""The files of a scenario folder, read as far as they can be, with all that is wrong with them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.check.columns import column_in_schema, columns_are_known, columns_fit, defaults
from scenarios.check.header import FIELDS, FILE, Header, keys_are_known, keys_fit, lengths_fit
from scenarios.findings import Finding, near
from scenarios.quantity import arrow_schema, from_table
from scenarios.records import MANDATORY, TABLES
from scenarios.writing import SUFFIX


@dataclass(frozen=True)
class Contents:
    """What could be read of a folder: the header, whole tables as records, and the findings."""

    header: Header | None
    tables: dict[str, tuple[Any, ...]]
    findings: tuple[Finding, ...]


def read_folder(folder: Path) -> Contents:
    """Header and tables of a scenario folder, as far as they can be read."""
    if not folder.is_dir():
        what = "it is not a folder" if folder.exists() else "the folder does not exist"
        finding = Finding(str(folder), what, "name the folder of a scenario")
        return Contents(None, {}, (finding,))
    header, findings = read_header(folder)
    findings.extend(files_fit(folder))
    tables = {}
    for name in TABLES:
        records, wrong = read_records(folder, name)
        findings.extend(wrong)
        if records is not None:
            tables[name] = records
    return Contents(header, tables, tuple(findings))


def read_header(folder: Path) -> tuple[Header | None, list[Finding]]:
    """What `scenario.toml` says, or None, with what is wrong with its keys."""
    try:
        read = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        cure = "write one with format, name, hours, voll_usd_per_mwh and spill_usd_per_mwh"
        return None, [Finding(FILE, "the file is missing", cure)]
    except (OSError, ValueError, RecursionError) as error:  # not UTF-8, not TOML, too deep
        return None, [Finding(FILE, f"it cannot be read ({error})", "mend the TOML file")]
    unknown, wrong = list(keys_are_known(read)), list(keys_fit(read))
    if wrong:
        return None, unknown + wrong
    header = Header(**{key: value for key, value in read.items() if key in FIELDS})
    wrong = list(lengths_fit(header))
    return (None if wrong else header), unknown + wrong


def files_fit(folder: Path) -> Iterator[Finding]:
    """Every table file is known and Parquet, and the mandatory ones are there."""
    known = [name + SUFFIX for name in TABLES]
    for path in sorted(folder.iterdir()):
        if path.suffix == SUFFIX and path.name not in known:
            cure = f"remove it or use a known name; {near(path.name, known)}"
            yield Finding(f"file {path.name!r}", "unknown table", cure)
        elif path.suffix != SUFFIX and path.stem in TABLES:
            cure = f"write the table as {path.stem + SUFFIX!r}"
            yield Finding(f"file {path.name!r}", "not a Parquet file", cure)
    for name in MANDATORY:
        path = folder / (name + SUFFIX)
        if not (path.exists() or path.is_symlink()):
            yield Finding(f"table {name!r}", "the file is missing", f"write {name + SUFFIX!r}")


def read_records(folder: Path, name: str) -> tuple[tuple[Any, ...] | None, list[Finding]]:
    """Records of one table, or None where it cannot be read, with what is wrong with it."""
    path = folder / (name + SUFFIX)
    if not (path.exists() or path.is_symlink()):
        return (None if name in MANDATORY else ()), []
    if not path.is_file():  # a pipe would keep us waiting
        what = "it is no file" if path.exists() else "the link leads nowhere"
        finding = f"the file cannot be read ({what})"
        return None, [Finding(f"table {name!r}", finding, "put the Parquet file in its place")]
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read()
        table.validate(full=True)
        return records_of(name, table)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        finding = f"the file cannot be read ({str(error).splitlines()[0]})"
        return None, [Finding(f"table {name!r}", finding, "write the file again")]


def records_of(name: str, table: pa.Table) -> tuple[tuple[Any, ...] | None, list[Finding]]:
    """Records of a table called `name`, or None where it does not fit, with what is wrong."""
    unknown, wrong = list(columns_are_known(name, table)), list(columns_fit(name, table))
    schema, optional = arrow_schema(TABLES[name]), defaults(name)
    columns = []
    for wanted in schema:
        if table.column_names.count(wanted.name) == 1:
            column, found = column_in_schema(name, table.column(wanted.name), wanted)
            wrong.extend(found)
            columns.append(column)
        else:
            columns.append(pa.array([optional.get(wanted.name)] * len(table), wanted.type))
    if wrong:
        return None, unknown + wrong
    return from_table(pa.table(columns, schema=schema), TABLES[name]), unknown
