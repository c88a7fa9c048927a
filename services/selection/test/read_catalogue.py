"""Reads a catalogue with programs that know nothing of Spectrawl: astropy, csv, pyarrow.

argv: votable csv parquet fits
"""

import csv
import json
import math
import sys

import astropy.io.fits
import astropy.io.votable
import astropy.table
import pyarrow.parquet

votable_path, csv_path, parquet_path, fits_path = sys.argv[1:]


def plain(value):
    """A value as JSON has it, None where there is none."""
    if hasattr(value, "mask") and value.mask is True or value is None:
        return None
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float) and math.isnan(value):
        return None
    return None if value == "" else value


tables = astropy.io.votable.parse(votable_path, verify="exception")
(resource,) = tables.resources
(table,) = resource.tables
votable = [
    {name: plain(row[name]) for name in table.array.dtype.names} for row in table.to_table(use_names_over_ids=True)
]
infos = {info.name: info.value for info in [*tables.infos, *resource.infos, *table.infos]}

with open(csv_path, newline="", encoding="utf-8") as file:
    comma_separated = list(csv.DictReader(file))

parquet = pyarrow.parquet.read_table(parquet_path)
provenance = json.loads(parquet.schema.metadata[b"provenance"])

binary = astropy.table.Table.read(fits_path, format="fits")
with astropy.io.fits.open(fits_path, checksum=True) as hdus:
    header = hdus[1].header
    ucds = {header[f"TTYPE{n}"]: header.get(f"TUCD{n}") for n in range(1, header["TFIELDS"] + 1)}
    frame, history = header["RADESYS"], "".join(header["HISTORY"])

json.dump(
    {
        "votable": votable,
        "infos": infos,
        "csv": comma_separated,
        "parquet": parquet.to_pylist(),
        "fits": [{name: plain(row[name]) for name in binary.colnames} for row in binary],
        "fitsUnits": {name: str(binary[name].unit or "") for name in binary.colnames},
        "fitsUcds": ucds,
        "frame": frame,
        "history": history,
        "provenance": provenance,
    },
    sys.stdout,
)
