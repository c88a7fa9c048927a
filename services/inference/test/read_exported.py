"""Reads exported scores with programs that know nothing of Spectrawl. argv: votable fits csv parquet"""

import json
import sys

import numpy
import pyarrow.parquet as parquet
from astropy.io import fits
from astropy.io.votable import parse
from astropy.table import Table

votable_path, fits_path, csv_path, parquet_path = sys.argv[1:]


def rows(table):
    """Rows by column, missing values and NaN as None."""

    def plain(value):
        value = value.item() if hasattr(value, "item") and value is not numpy.ma.masked else value
        value = value.decode() if isinstance(value, bytes) else value
        if value is numpy.ma.masked or value is None or value != value or value == "":
            return None
        return value.strip() if isinstance(value, str) else value

    return [{name: plain(row[name]) for name in table.colnames} for row in table]


votable = parse(votable_path, verify="exception").get_first_table()
binary = Table.read(fits_path, format="fits")
with fits.open(fits_path, checksum=True) as hdus:
    header = hdus[1].header
    ucds = [header.get(f"TUCD{number}") for number in range(1, header["TFIELDS"] + 1)]
    frame = header["RADESYS"]
json.dump(
    {
        "votable": rows(votable.to_table(use_names_over_ids=True)),
        "ucds": [field.ucd for field in votable.fields],
        "units": [str(field.unit or "") for field in votable.fields],
        "fits": rows(binary),
        "fitsUcds": ucds,
        "fitsUnits": [str(binary[name].unit or "") for name in binary.colnames],
        "frame": frame,
        "csv": rows(Table.read(csv_path, format="ascii.csv")),
        "parquet": parquet.read_table(parquet_path).to_pylist(),
    },
    sys.stdout,
)
