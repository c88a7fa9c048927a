"""Reads a model's files as anyone would who has Spectrawl's formats from their documentation alone."""

import hashlib
import json
import struct
import sys

import numpy
import pyarrow.parquet

weights_path, training_set_path = sys.argv[1:]
with open(weights_path, "rb") as file:
    content = file.read()

# https://huggingface.co/docs/safetensors: the length of the JSON header, the header, the tensors.
(length,) = struct.unpack("<Q", content[:8])
header = json.loads(content[8 : 8 + length])
data = content[8 + length :]
tensors = {}
for name, entry in header.items():
    if name == "__metadata__":
        continue
    start, end = entry["data_offsets"]
    assert entry["dtype"] == "F32", entry
    values = numpy.frombuffer(data[start:end], dtype="<f4").reshape(entry["shape"])
    tensors[name] = {
        "shape": entry["shape"],
        "finite": bool(numpy.isfinite(values).all()),
        "varies": bool(values.std() > 0),
    }

json.dump(
    {
        "sha256": hashlib.sha256(content).hexdigest(),
        "tensors": tensors,
        "training_set": pyarrow.parquet.read_table(training_set_path).to_pylist(),
    },
    sys.stdout,
)
