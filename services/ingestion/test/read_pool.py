"""Reads an exported pool with pyarrow and with DuckDB and prints what both agree on, as JSON.

For each shard: its ids, its features by id (float32 as repr), the ids of its spectra in their order, and the wavelength and
flux sums by id. Fails where the two readers differ.
"""

import json
import sys
from pathlib import Path

import duckdb
import numpy
import pyarrow.parquet as parquet

folder = Path(sys.argv[1])
seen = []
for path in sorted((folder / "shards").iterdir()):
    shard = parquet.read_table(path)
    features = shard["features"].combine_chunks()
    assert str(shard.schema.field("features").type) == "fixed_size_list<element: float not null>[140]", shard.schema
    ids = shard["id"].to_pylist()
    matrix = numpy.stack([numpy.asarray(row.as_py(), dtype=numpy.float32) for row in features])
    rows = duckdb.sql(f"select id, features, survey, source from read_parquet('{path}')").fetchall()
    assert [row[0] for row in rows] == ids
    assert all(numpy.array_equal(numpy.float32(row[1]), matrix[i]) for i, row in enumerate(rows))
    spectra = parquet.read_table(folder / "spectra" / path.name)
    counted = duckdb.sql(
        f"select id, len(wavelength), len(flux), medium from read_parquet('{folder / 'spectra' / path.name}')"
    ).fetchall()
    assert [row[0] for row in counted] == spectra["id"].to_pylist() == ids
    reservoir = parquet.read_table(folder / "reservoir" / path.name)
    for id, row in zip(reservoir["id"].to_pylist(), reservoir["row"].to_pylist()):
        assert ids[row] == id
    seen.append(
        {
            "ids": ids,
            "features": matrix.astype(float).tolist(),
            "pixels": [row[1] for row in counted],
            "flux": [float(numpy.float32(flux[0])) for flux in spectra["flux"].to_pylist()],
            "medium": [row[3] for row in counted],
            "reservoir": reservoir["id"].to_pylist(),
            "survey": [row[2] for row in rows],
            "source": [row[3] for row in rows],
        }
    )
print(json.dumps(seen))
