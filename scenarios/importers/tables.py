"""A scenario from a folder of CSV tables or a workbook, as `tandem export` writes them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from scenarios.check.header import FILE
from scenarios.csv_files import as_written
from scenarios.files import read_scenario
from scenarios.findings import Finding, InvalidInput, near
from scenarios.importers.optional import required
from scenarios.quantity import arrow_schema
from scenarios.records import TABLES
from scenarios.scenario import Scenario
from scenarios.writing import SUFFIX


def import_tables(source: Path, scratch: Path) -> Scenario:
    """The scenario that tables make, read as that of a folder is; `scratch` is a folder for them.

    Raises InvalidInput with all that is wrong with them.
    """
    if not source.exists():
        finding = Finding(str(source), "there is no such file or folder", "name what was exported")
        raise InvalidInput("the tables", [finding])
    header, texts = _workbook(source) if source.is_file() else _folder(source)
    findings: list[Finding] = []
    for name, table in texts.items():
        if name not in TABLES:
            cure = f"name it as a table; {near(name, TABLES)}"
            findings.append(Finding(f"table {name!r}", "there is no such table", cure))
        else:
            _write(name, table, scratch, findings)
    if findings:
        raise InvalidInput("the tables", findings)
    (scratch / FILE).write_text(header, encoding="utf-8")
    return read_scenario(scratch)


def _folder(folder: Path) -> tuple[str, Mapping[str, pa.Table]]:
    file = folder / FILE
    header = file.read_text(encoding="utf-8") if file.is_file() else ""
    as_texts = pyarrow.csv.ConvertOptions(
        strings_can_be_null=True, quoted_strings_can_be_null=False
    )
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        names = pyarrow.csv.read_csv(path).column_names
        as_texts.column_types = {n: _text_or_type(path.stem, n) for n in names}
        tables[path.stem] = pyarrow.csv.read_csv(path, convert_options=as_texts)
    return header, tables


def _text_or_type(table: str, column: str) -> pa.DataType:
    schema = arrow_schema(TABLES[table]) if table in TABLES else pa.schema([])
    known = column in schema.names
    return schema.field(column).type if known else pa.string()


def _workbook(file: Path) -> tuple[str, Mapping[str, pa.Table]]:
    required("openpyxl", "xlsx")
    try:
        sheets = pd.read_excel(file, sheet_name=None, dtype=object, keep_default_na=False)
    except (ValueError, OSError, KeyError) as error:
        finding = Finding(str(file), f"unreadable ({error})", "name a workbook that was exported")
        raise InvalidInput("the tables", [finding]) from error
    lines = sheets.pop(FILE, pd.DataFrame({FILE: []}))
    tables = {name: pa.table(dict(_cells(name, sheet))) for name, sheet in sheets.items()}
    return "\n".join(map(str, lines.iloc[:, 0])) + "\n", tables


def _cells(table: str, sheet: pd.DataFrame) -> Iterator[tuple[str, pa.Array]]:
    for column in sheet:
        kind = _text_or_type(table, str(column))
        values: list[Any] = [None if v == "" else v for v in sheet[column].tolist()]
        if pa.types.is_string(kind):
            values = [None if v is None else str(v) for v in values]
        elif pa.types.is_floating(kind):
            values = [None if v is None else float(v) for v in values]
        yield str(column), pa.array(values, kind)


def _write(name: str, table: pa.Table, scratch: Path, findings: list[Finding]) -> None:
    """The table as a file of a scenario's folder, its texts as they were."""
    schema = arrow_schema(TABLES[name])
    try:
        columns = {
            n: as_written(c) if pa.types.is_string(c.type) else c
            for n, c in zip(table.column_names, table.columns, strict=True)
        }
        known = [schema.field(n) if n in schema.names else pa.field(n, c.type)
                 for n, c in columns.items()]  # fmt: skip
        typed = pa.table(columns).cast(pa.schema(known, metadata=schema.metadata))
        pa.parquet.write_table(typed, scratch / f"{name}{SUFFIX}")
    except (pa.ArrowInvalid, ValueError) as error:
        findings.append(Finding(f"table {name!r}", str(error), "mend the column"))
