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
    columns = [_shown(column) for column in table.columns]
    names = _shown(pa.chunked_array([pa.array(table.column_names, pa.string())])).to_pylist()
    pyarrow.csv.write_csv(pa.table(columns, names=names), path)


def _shown(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_large_string(column.type):
        column = column.cast(pa.string())
    if not pa.types.is_string(column.type):
        return column
    quoted = pc.binary_join_element_wise("'", column, "")
    return pc.if_else(pc.match_substring_regex(column, COMPUTED), quoted, column)
