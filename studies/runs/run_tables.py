"""Tables of a finished run, read from files that anybody may have changed."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.findings import Finding, InvalidInput, listed
from scenarios.quantity import arrow_schema, key_columns

CURE = "run the study again"


def run_table(file: Path) -> pa.Table:
    """A table as it stands in its file; raises InvalidInput where it cannot be read."""
    try:
        table = pq.ParquetFile(file).read()
        table.validate(full=True)
    except (OSError, UnicodeDecodeError, pa.ArrowException) as error:
        raise _refused([Finding(str(file), f"the table cannot be read ({error})", CURE)]) from error
    return table


def result_table(file: Path, record: type) -> pa.Table:
    """A table that holds records of one type; raises InvalidInput where it does not."""
    table = run_table(file)
    findings = [Finding(str(file), finding, CURE) for finding in _misfits(table, record)]
    if findings:
        raise _refused(findings)
    return table.cast(arrow_schema(record))


def _misfits(table: pa.Table, record: type) -> Iterator[str]:
    """What keeps rows from being records: columns, types, nulls, keys that are there twice."""
    schema, keys = arrow_schema(record), list(key_columns(record))
    held = table.column_names
    if held != schema.names:
        yield f"its columns are {listed(held, 20)}, not {listed(schema.names, 20)}"
        return
    other = [f.name for f in schema if table.schema.field(f.name).type != f.type]
    if other:
        yield f"columns of another type: {listed(other)}"
        return
    empty = [f.name for f in schema if not f.nullable and table[f.name].null_count]
    if empty:
        yield f"columns with missing values: {listed(empty)}"
    if table.select(keys).group_by(keys).aggregate([]).num_rows < table.num_rows:
        yield f"rows with the same {listed(keys)}"


def _refused(findings: list[Finding]) -> InvalidInput:
    return InvalidInput("run folder", findings)
