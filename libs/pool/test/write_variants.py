"""Writes one table in many ways, as users' own tools may have written theirs, into the folder sys.argv[1].

Prints {"files": [name], "rows": {column: [value]}}: the values are the same in every file.
"""

import itertools
import json
import sys

import duckdb
import numpy
import pyarrow
import pyarrow.parquet as parquet

folder = sys.argv[1]
ROWS, WIDTH = 2500, 5
numbers = numpy.arange(ROWS)
features = ((numbers.repeat(WIDTH) * 7 + numpy.tile(range(WIDTH), ROWS)) % 1001 / 8).astype("float32")
lists = [[float(i) / 4 for i in range(row % 6)] for row in range(ROWS)]
columns = {
    "id": [f"spectrum {row:05d} α" for row in range(ROWS)],
    "note": [None if row % 3 == 0 else f"note {row % 11}" for row in range(ROWS)],
    "obsid": [None if row % 4 == 0 else row * 10**10 for row in range(ROWS)],
    "rank": (numbers % 77).astype("int32"),
    "flag": [row % 5 == 0 for row in range(ROWS)],
    "ra": numbers / 7,
    "snr": pyarrow.array([None if row % 7 == 0 else row / 8 for row in range(ROWS)], pyarrow.float32()),
}
flux = [None if row % 9 == 0 else lists[row] for row in range(ROWS)]
element = pyarrow.list_(pyarrow.float32())
fixed = pyarrow.table(
    columns
    | {
        "features": pyarrow.FixedSizeListArray.from_arrays(features, WIDTH),
        "flux": pyarrow.array(flux, pyarrow.list_(pyarrow.float64())),
    }
)
variable = pyarrow.table(
    columns
    | {
        "features": pyarrow.array(features.reshape(ROWS, WIDTH).tolist(), element),
        "flux": pyarrow.array(flux, pyarrow.list_(pyarrow.float64())),
    }
)
doubles = pyarrow.table(
    columns
    | {
        "features": pyarrow.FixedSizeListArray.from_arrays(features.astype("float64"), WIDTH),
        "flux": pyarrow.array(flux, pyarrow.list_(pyarrow.float64())),
    }
)

files = []


def write(name, table, **options):
    parquet.write_table(table, f"{folder}/{name}.parquet", **options)
    files.append(name)


for codec, page, dictionary in itertools.product(["zstd", "snappy", "gzip", "brotli", "none"], ["1.0", "2.0"], [True, False]):
    write(
        f"{codec} v{page[0]} {'dictionary' if dictionary else 'plain'}",
        fixed,
        compression=codec,
        data_page_version=page,
        use_dictionary=dictionary,
        row_group_size=1000,
        data_page_size=2000,
    )
split = {"ra": "BYTE_STREAM_SPLIT", "features.list.element": "BYTE_STREAM_SPLIT", "flux.list.element": "BYTE_STREAM_SPLIT"}
for page in ["1.0", "2.0"]:
    write(f"byte stream split v{page[0]}", fixed, use_dictionary=False, column_encoding=split, data_page_version=page)
write("delta", fixed, use_dictionary=False, column_encoding={"id": "DELTA_BYTE_ARRAY", "rank": "DELTA_BINARY_PACKED"})
write("page index", fixed, write_page_index=True, data_page_size=1000, row_group_size=900)
write("one row group, small pages", fixed, data_page_size=300, use_dictionary=False)
write("variable lists", variable)
write("doubles", doubles, use_dictionary=False)
write("doubles split", doubles, use_dictionary=False, column_encoding={"features.list.element": "BYTE_STREAM_SPLIT"})
write("old lists", variable, use_compliant_nested_type=False, store_schema=False, version="1.0")
for codec in ["zstd", "snappy", "uncompressed"]:
    duckdb.sql(f"copy variable to '{folder}/duckdb {codec}.parquet' (format parquet, codec {codec}, row_group_size 2048)")
    files.append(f"duckdb {codec}")

rows = {name: variable[name].to_pylist() for name in variable.column_names}
print(json.dumps({"files": files, "rows": rows}))
