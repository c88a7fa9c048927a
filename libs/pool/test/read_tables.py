"""Reads Parquet files with pyarrow and with DuckDB, and prints what each of them sees as JSON.

For each path: {"pyarrow": {"types": {column: type}, "rows": {column: [value]}, "metadata": {key: value}}, "duckdb": {…}}.
Integers beyond 32 bits and floats that JSON lacks are printed as text.
"""

import json
import math
import sys

import duckdb
import pyarrow.parquet as parquet


def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**31:
        return str(value)
    return value


def by_pyarrow(path):
    table = parquet.read_table(path)
    metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    return {
        "types": {field.name: f"{field.type}{'' if field.nullable else ' not null'}" for field in table.schema},
        "rows": {name: plain(table[name].to_pylist()) for name in table.column_names},
        "metadata": metadata,
    }


def by_duckdb(path):
    relation = duckdb.sql(f"select * from read_parquet('{path}')")
    rows = relation.fetchall()
    return {
        "types": dict(zip(relation.columns, map(str, relation.types))),
        "rows": {name: plain([row[i] for row in rows]) for i, name in enumerate(relation.columns)},
    }


print(json.dumps({path: {"pyarrow": by_pyarrow(path), "duckdb": by_duckdb(path)} for path in sys.argv[1:]}))
