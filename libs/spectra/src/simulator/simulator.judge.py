"""Independent answers to questions about the simulator: reads {question: arguments} from standard input as JSON.

disc       Smak's integral for the profile of a Keplerian disc, convolved with a Gaussian
peaks      scipy's prominent peaks
seen       a Gaussian convolution of linearly interpolated light, by fine quadrature
equatorial astropy's ICRS positions of Galactic ones
"""

import json
import sys

import numpy as np
from scipy.integrate import quad
from scipy.signal import find_peaks


def disc(outerVelocity, innerRadius, emissivityIndex, turbulence, velocities):
    def unbroadened(velocity):
        speed = abs(velocity) / outerVelocity
        outermost = 1.0 if speed < 1 else speed**-2.0
        if outermost <= innerRadius:
            return 0.0
        # r = outermost - s^2 takes away the root's singularity at the outermost radius that reaches this speed.
        def integrand(s):
            radius = outermost - s * s
            under = 1 - speed**2 * radius
            return 2 * s * radius ** (1.5 - emissivityIndex) / np.sqrt(max(under, 1e-14))
        return quad(integrand, 0, np.sqrt(outermost - innerRadius), limit=200)[0]

    fine = np.arange(-2400.0, 2400.5, 2.0) + 1e-3
    profile = np.array([unbroadened(v) for v in fine])
    answer = [float(np.sum(profile * np.exp(-0.5 * ((fine - v) / turbulence) ** 2))) for v in velocities]
    step = velocities[1] - velocities[0]
    return (np.array(answer) / (np.sum(answer) * step)).tolist()


def peaks(values, prominence):
    found, properties = find_peaks(values, prominence=prominence)
    return [[int(index), float(height)] for index, height in zip(found, properties["prominences"])]


def seen(wavelengths, grid, light, sigma):
    offsets = np.linspace(-6, 6, 4001)
    weights = np.exp(-0.5 * offsets**2)
    return [float(np.sum(weights * np.interp(at + sigma * offsets, grid, light)) / weights.sum()) for at in wavelengths]


def equatorial(longitudes, latitudes):
    import astropy.units as u  # takes seconds, and the other questions do without
    from astropy.coordinates import SkyCoord

    positions = SkyCoord(l=longitudes * u.deg, b=latitudes * u.deg, frame="galactic").icrs
    return [[float(p.ra.deg), float(p.dec.deg)] for p in positions]


questions = {"disc": disc, "peaks": peaks, "seen": seen, "equatorial": equatorial}
print(json.dumps({name: questions[name](**arguments) for name, arguments in json.load(sys.stdin).items()}))
