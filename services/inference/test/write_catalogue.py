"""Writes a catalogue in the formats that astronomers save: argv: folder; rows on the standard input."""

import json
import sys

import astropy.units as units
from astropy.io.votable import from_table
from astropy.table import Table

folder = sys.argv[1]
rows = json.load(sys.stdin)
table = Table(
    {
        "obj": [row["name"] for row in rows],
        "alpha": [row["ra"] for row in rows] * units.deg,
        "delta": [row["dec"] for row in rows] * units.deg,
        "mag": [12.5 for _ in rows],
    }
)
table.write(f"{folder}/catalogue.fits", overwrite=True)
ascii_table = table.copy()
ascii_table.write(f"{folder}/catalogue.csv", format="ascii.csv", overwrite=True)
for layout in ("tabledata", "binary", "binary2"):
    votable = from_table(table)
    fields = {field.name: field for field in votable.get_first_table().fields}
    fields["alpha"].ucd = "pos.eq.ra;meta.main"
    fields["delta"].ucd = "pos.eq.dec;meta.main"
    fields["obj"].ucd = "meta.id;meta.main"
    votable.to_xml(f"{folder}/{layout}.vot", tabledata_format=layout)
