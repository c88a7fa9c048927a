"""Contender: reads the features of a shard from its file into one contiguous float32 array with pyarrow."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pyarrow
import pyarrow.parquet as parquet

node = sys.argv[1]
maker = Path(__file__).with_name("make-features-file.ts")
path = subprocess.run(
    [node, "--conditions=@spectrawl/source", str(maker)], check=True, capture_output=True, text=True
).stdout.strip()


def read_features():
    column = parquet.read_table(path, columns=["features"])["features"]
    return column.combine_chunks().flatten().to_numpy()


for line in sys.stdin:
    if line.strip() != "run":
        continue
    start = time.perf_counter()
    features = read_features()
    seconds = time.perf_counter() - start
    assert features.dtype == "float32" and features.flags["C_CONTIGUOUS"]
    print(
        json.dumps({"work": features.size // 140, "seconds": seconds, "version": f"pyarrow {pyarrow.__version__}"}),
        flush=True,
    )
