"""Tables as CSV whose texts a spreadsheet shows and does not compute."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

COMPUTED = r"^[=+\-@\t\r]"  # such beginnings make a formula of a text (OWASP, "CSV Injection")


def write_csv(table: pa.Table | pd.DataFrame, path: Path) -> None:
    """Write a table; a text that would be a formula gets an apostrophe in front.

    The Parquet file beside it keeps the text as it is.
    """
    if isinstance(table, pd.DataFrame):
        table = pa.Table.from_pandas(table, preserve_index=False)
    pyarrow.csv.write_csv(shown(table), path)


def shown(table: pa.Table) -> pa.Table:
    """The table with texts, names of columns included, that a spreadsheet does not compute."""
    columns = [_shown(column) for column in table.columns]
    names = _shown(pa.chunked_array([pa.array(table.column_names, pa.string())])).to_pylist()
    return pa.table(columns, names=names)


def as_written(column: pa.Array) -> pa.Array:
    """Texts without the apostrophe that kept them from being computed."""
    return pc.replace_substring_regex(column, "^'([=+\\-@\t\r])", "\\1")


def _shown(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_large_string(column.type):
        column = column.cast(pa.string())
    if not pa.types.is_string(column.type):
        return column
    quoted = pc.binary_join_element_wise("'", column, "")
    return pc.if_else(pc.match_substring_regex(column, COMPUTED), quoted, column)
