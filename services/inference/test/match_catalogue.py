"""Matches a catalogue with spectra as astropy does: nearest within a radius, and all pairs."""

import json
import sys

import numpy
from astropy import units
from astropy.coordinates import SkyCoord, search_around_sky

asked = json.load(sys.stdin)
radius = asked["radius"] * units.arcsec


def sky(rows):
    return SkyCoord([row["ra"] for row in rows] * units.deg, [row["dec"] for row in rows] * units.deg)


objects, spectra = asked["objects"], asked["spectra"]
nearest, separation, _ = sky(objects).match_to_catalog_sky(sky(spectra))
matches = [
    [spectra[index]["id"], angle] if angle <= asked["radius"] else None
    for index, angle in zip(nearest.tolist(), separation.arcsec.tolist(), strict=True)
]
_, of_spectrum, _, _ = search_around_sky(sky(objects), sky(spectra), radius)
known = sorted({spectra[index]["id"] for index in numpy.unique(of_spectrum).tolist()})
json.dump({"matches": matches, "known": known}, sys.stdout)
