"""Writes real-spectra/labels.csv: the class of every bundled spectrum, for the annotator that answers in demos.

    python make-labels.py

An astronomer's class is taken from pairs.csv, for the Ondřejov spectrum and for the same star's LAMOST spectrum.
Every other spectrum is measured: its strongest pixel around H-alpha above a straight continuum, in units of the
scatter of that continuum. Whatever shows emission by that measure must have been looked at by a person, with the
outcome in LOOKED_AT; the script stops otherwise. The rest is absorption. Needs astropy and numpy.
"""

import csv
import pathlib
import sys

import numpy as np
from astropy.io import fits

ROOT = pathlib.Path(__file__).parent / 'real-spectra'

# The window in which ingestion compares spectra, and H-alpha (vacuum), in angstroms.
WINDOW = (6519.0, 6732.0)
CORE = (6558.0, 6572.0)
CONTINUUM = ((6519.0, 6545.0), (6600.0, 6650.0))
# Emission is measured where a pixel of the core stands so many standard deviations above the continuum.
EMISSION_SIGMAS = 2.0

SKY = 'subtracted sky: H-alpha of the night sky, shifted, in many fibres of this plate'
LOOKED_AT = {
    'gamma-cas-emission': ('single-peak', 'the Be star gamma Cassiopeiae, one strong peak'),
    'spec-59614-GAC084N35B4_sp05-052': ('single-peak', 'narrow peak in a broad line, [N II] and [S II]: a nebula'),
    'spec-55862-B6212_sp06-005': ('absorption', SKY),
    'spec-55862-B6212_sp06-006': ('absorption', SKY),
    'spec-55862-B6212_sp06-007': ('absorption', SKY),
    'spec-55862-B6212_sp06-014': ('absorption', SKY),
    'spec-55862-B6212_sp06-025': ('absorption', 'molecular bands of an M star'),
    'spec-55862-B6212_sp06-045': ('absorption', SKY),
    'spec-55862-B6212_sp06-069': ('absorption', SKY),
    'spec-55862-B6212_sp06-107': ('absorption', SKY),
    'spec-55862-B6212_sp06-203': ('absorption', SKY),
    'spec-55862-B6212_sp06-228': ('absorption', 'molecular bands of an M star'),
    'spec-55862-B6212_sp06-247': ('absorption', SKY),
}


def vacuum(air):
    """Vacuum wavelength of an air wavelength in angstroms, by VALD's formula."""
    squared = (1e4 / air) ** 2
    return air * (
        1
        + 8.336624212083e-5
        + 0.02408926869968 / (130.1065924522 - squared)
        + 1.599740894897e-4 / (38.92568793293 - squared)
    )


def load(path):
    """Vacuum wavelength in angstroms and flux of a bundled file."""
    with fits.open(path) as hdus:
        header = hdus[0].header
        folder = path.parent.name
        if folder == 'lamost-dr10':
            row = hdus[1].data[0]
            return row['WAVELENGTH'].astype(float), row['FLUX'].astype(float)
        if folder.startswith('lamost'):
            flux = hdus[0].data[0].astype(float)
            return 10 ** (header['COEFF0'] + header['COEFF1'] * np.arange(len(flux))), flux
        if folder == 'ondrejov':
            return vacuum(hdus[1].data['spectral']), hdus[1].data['flux'].astype(float)
        if folder == 'sdss':
            return 10 ** hdus[1].data['loglam'].astype(float), hdus[1].data['flux'].astype(float)
        flux = hdus[0].data.astype(float)
        return vacuum(header['CRVAL1'] + header['CDELT1'] * np.arange(len(flux))), flux


def within(wavelength, interval):
    return (wavelength > interval[0]) & (wavelength < interval[1])


def emission(wavelength, flux):
    """The strongest pixel around H-alpha above the continuum, in its standard deviations; None without flux."""
    if np.ptp(flux[within(wavelength, WINDOW)]) == 0:
        return None
    sides = within(wavelength, CONTINUUM[0]) | within(wavelength, CONTINUUM[1])
    line = np.polyfit(wavelength[sides], flux[sides], 1)
    rest = flux[sides] - np.polyval(line, wavelength[sides])
    good = np.abs(rest) < 3 * np.std(rest)
    line = np.polyfit(wavelength[sides][good], flux[sides][good], 1)
    scatter = np.std(flux[sides][good] - np.polyval(line, wavelength[sides][good]))
    core = within(wavelength, CORE)
    return np.max(flux[core] - np.polyval(line, wavelength[core])) / scatter


def spectrum_id(path):
    return pathlib.PurePath(path).name.split('.fits')[0]


def main():
    astronomers = {}
    with open(ROOT / 'pairs.csv', newline='') as file:
        for pair in csv.DictReader(file):
            for side in ('ondrejov', 'lamost'):
                astronomers[spectrum_id(pair[side])] = pair['ondrejov_label']
    rows = []
    unseen = []
    for path in sorted(ROOT.glob('*/*.fits*')):
        name = spectrum_id(path)
        if name in astronomers:
            rows.append((name, astronomers[name], 'astronomer'))
            continue
        sigmas = emission(*load(path))
        if sigmas is None:
            print(f'{name}: no flux around H-alpha, so no class', file=sys.stderr)
        elif name in LOOKED_AT:
            rows.append((name, LOOKED_AT[name][0], 'header-and-measured'))
        elif sigmas < EMISSION_SIGMAS:
            rows.append((name, 'absorption', 'header-and-measured'))
        else:
            unseen.append(f'{name}: emission of {sigmas:.1f} standard deviations. Look at it and add it to LOOKED_AT')
    if unseen:
        sys.exit('\n'.join(unseen))
    with open(ROOT / 'labels.csv', 'w', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(('id', 'class', 'source'))
        writer.writerows(sorted(rows))


if __name__ == '__main__':
    main()
