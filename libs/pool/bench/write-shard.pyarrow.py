"""Contender: writes an equal shard into memory with pyarrow, in the same layout."""

import json
import sys
import time

import numpy
import pyarrow
import pyarrow.parquet as parquet

ROWS = 100_000
WIDTH = 140
numbers = numpy.arange(ROWS)
features = numpy.random.default_rng(1).uniform(-1, 1, ROWS * WIDTH).astype("float32")
table = pyarrow.table(
    {
        "id": [f"spec-55859-F5902_sp{row:07d}" for row in range(ROWS)],
        "designation": [f"J{row * 7:09d}" for row in range(ROWS)],
        "obsid": numbers,
        "ra": (numbers * 0.0137) % 360,
        "dec": (numbers * 0.0071) % 90 - 10,
        "snr": ((numbers % 997) / 7).astype("float32"),
        "class": ["STAR"] * ROWS,
        "subclass": [f"{'OBAFGKM'[row % 7]}{row % 10}" for row in range(ROWS)],
        "survey": ["lamost"] * ROWS,
        "source": [f"spec-55859-F5902_sp{row:07d}.fits.gz" for row in range(ROWS)],
        "mjd": (55859 + numbers % 300).astype("float64"),
        "features": pyarrow.FixedSizeListArray.from_arrays(features, WIDTH),
    }
)
compression = {name: "zstd" for name in table.column_names} | {"features.list.element": "none"}
scalars = [name for name in table.column_names if name != "features"]

for line in sys.stdin:
    if line.strip() != "run":
        continue
    start = time.perf_counter()
    sink = pyarrow.BufferOutputStream()
    parquet.write_table(
        table, sink, row_group_size=8192, compression=compression, use_dictionary=False, write_statistics=scalars
    )
    sink.getvalue()
    seconds = time.perf_counter() - start
    print(json.dumps({"work": ROWS, "seconds": seconds, "version": f"pyarrow {pyarrow.__version__}"}), flush=True)
