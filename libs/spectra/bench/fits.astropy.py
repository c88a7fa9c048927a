"""Contender: reads survey files into arrays of wavelength, flux, uncertainty and mask with astropy."""

import json
import sys
import time
from pathlib import Path

import astropy
import numpy as np
from astropy.io import fits

ROOT = Path(__file__).parents[2] / "testing/data/real-spectra"
folder = sys.argv[1]
times = int(sys.argv[2])
paths = sorted((ROOT / folder).iterdir())


def uncertainty(inverse_variance):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(inverse_variance > 0, 1 / np.sqrt(inverse_variance), np.nan)


def read(path):
    # Opened without memory mapping, which is faster for files of this size.
    with fits.open(path, memmap=False) as hdus:
        if folder == "ondrejov":
            data = hdus[1].data
            return data["spectral"].astype("f8"), data["flux"].astype("f8")
        if folder == "lamost-dr10":
            row = hdus[1].data[0]
            mask = (row["ANDMASK"] != 0) | ~(row["IVAR"] > 0)
            return row["WAVELENGTH"].astype("f8"), row["FLUX"].astype("f8"), uncertainty(row["IVAR"]), mask
        header, data = hdus[0].header, hdus[0].data
        wavelength = 10 ** (header["COEFF0"] + header["COEFF1"] * np.arange(data.shape[1]))
        return wavelength, data[0].astype("f8"), uncertainty(data[1]), (data[3] != 0) | ~(data[1] > 0)


def read_all():
    for path in paths:
        read(path)


read_all()
for line in sys.stdin:
    if line.strip() != "run":
        continue
    start = time.perf_counter()
    for _ in range(times):
        read_all()
    seconds = time.perf_counter() - start
    print(
        json.dumps({"work": len(paths) * times, "seconds": seconds, "version": f"astropy {astropy.__version__}"}),
        flush=True,
    )
