"""Prints the features of bundled spectra as astropy and scipy compute them: preprocessing.golden.json.

    python make_preprocessing_golden.py > preprocessing.golden.json

The steps are those of Škoda, Podsztavek & Tvrdík 2020 (A&A 643, A122): air to vacuum, Ondřejov blurred with a Gaussian
of 7 pixels, linear interpolation to 140 points, each spectrum scaled to [-1, 1].
"""

import csv
import json
import pathlib

import numpy as np
from astropy.io import fits
from scipy.ndimage import gaussian_filter1d

ROOT = pathlib.Path(__file__).parents[3] / 'libs/testing/data/real-spectra'
GRID = np.linspace(6519.0, 6732.0, 140)
OTHERS = (
    'ondrejov/gamma-cas-emission.fits',
    'ondrejov/alpha-lyr-absorption.fits',
    'lamost-dr2/spec-56257-GAC089N38V2_sp01-004.fits',
    'lamost-dr1-plates/spec-55859-F5902_sp03-232.fits.gz',
    'lamost-dr10/spec-59614-GAC084N35B4_sp05-052.fits.gz',
    'sdss/spec-0618-52049-0372.fits.gz',
    'indo-us/A0V__153808.fits.gz',
)


def vacuum(air):
    squared = (1e4 / air) ** 2
    refraction = (
        1.0
        + 8.336624212083e-5
        + 0.02408926869968 / (130.1065924522 - squared)
        + 1.599740894897e-4 / (38.92568793293 - squared)
    )
    return refraction * air


def load(path):
    """Vacuum wavelength in angstroms, and flux at the resolution of the archive."""
    survey = path.split('/')[0]
    with fits.open(ROOT / path) as hdus:
        header = hdus[0].header
        if survey == 'ondrejov':
            flux = hdus[1].data['flux'].astype(np.float64)
            return vacuum(hdus[1].data['spectral'].astype(np.float64)), gaussian_filter1d(flux, 7, mode='nearest')
        if survey == 'lamost-dr10':
            row = hdus[1].data[0]
            return row['WAVELENGTH'].astype(np.float64), row['FLUX'].astype(np.float64)
        if survey == 'sdss':
            return 10 ** hdus[1].data['loglam'].astype(np.float64), hdus[1].data['flux'].astype(np.float64)
        if survey == 'indo-us':
            flux = hdus[0].data.astype(np.float64)
            return vacuum(header['CRVAL1'] + header['CDELT1'] * np.arange(len(flux))), flux
        flux = hdus[0].data[0].astype(np.float64)
        if 'Wavelength' in header['EXTEN0']:
            return hdus[0].data[2].astype(np.float64), flux
        return 10 ** (header['COEFF0'] + header['COEFF1'] * np.arange(len(flux))), flux


def features(path):
    flux = np.interp(GRID, *load(path))
    return 2 * (flux - flux.min()) / (flux.max() - flux.min()) - 1


def main():
    with open(ROOT / 'pairs.csv', newline='') as file:
        pairs = [path for row in csv.DictReader(file) for path in (row['ondrejov'], row['lamost'])]
    golden = {path: [round(value, 9) for value in features(path).tolist()] for path in [*pairs, *OTHERS]}
    print(json.dumps(golden, indent=0))


if __name__ == '__main__':
    main()
