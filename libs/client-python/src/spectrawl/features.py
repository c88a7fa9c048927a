"""Features of spectra that lie in no pool, as ingestion makes them (libs/spectra/src/preprocessing.ts)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from spectrawl.spectrum import FEATURE_WAVELENGTHS, Medium
from spectrawl.wavelength import air_to_vacuum, angstrom

if TYPE_CHECKING:
    from astropy.units import Quantity

#: Standard deviation in pixels of the Gaussian that brings Ondřejov spectra to LAMOST's resolution, and where it is cut
#: (Škoda, Podsztavek & Tvrdík 2020, A&A 643, A122).
_ONDREJOV_BLUR_SIGMA: Final = 7
_BLUR_RADIUS: Final = 4 * _ONDREJOV_BLUR_SIGMA


def extract_features(
    wavelength: npt.ArrayLike | Quantity, flux: npt.ArrayLike, *, medium: Medium = "vacuum", survey: str = "other"
) -> npt.NDArray[np.float32]:
    """What the network sees of spectra: linear interpolation at the 140 wavelengths, each spectrum scaled to -1 … 1.

    A pool's features are made the same way, so what :meth:`spectrawl.Model.score` says of them is what a campaign says.

    Args:
        wavelength: shape (pixels,), increasing, from 6519 Å or less to 6732 Å or more; Å, or a Quantity of length
        flux: shape (n, pixels) or (pixels,), in any unit
        medium: what the wavelengths are measured in
        survey: ``"ondrejov"`` is blurred to the resolution of LAMOST; others are taken as they are

    Returns:
        Features, float32, shape (n, 140) or (140,).

    Raises:
        ValueError: the shapes don't fit, the wavelengths don't increase or don't reach far enough, or flux around the
            line is not finite or the same everywhere; the message names the spectrum.

    """
    pixels = np.asarray(angstrom(wavelength), dtype=np.float64)
    rows = np.asarray(flux, dtype=np.float64)
    if pixels.ndim != 1 or rows.ndim not in (1, 2) or rows.shape[-1] != len(pixels):
        message = f"wavelength has the shape {pixels.shape} and flux {rows.shape}: give (pixels,) and (n, pixels)"
        raise ValueError(message)
    vacuum = pixels if medium == "vacuum" else air_to_vacuum(pixels)
    begin, end = FEATURE_WAVELENGTHS[[0, -1]]
    if not np.all(np.diff(vacuum) > 0):
        message = "the wavelengths do not increase: sort the pixels"
        raise ValueError(message)
    if len(vacuum) < 2 or vacuum[0] > begin or vacuum[-1] < end:
        message = f"the wavelengths do not cover {begin:.0f} to {end:.0f} Å in vacuum"
        raise ValueError(message)
    spectra = np.atleast_2d(rows)
    if survey == "ondrejov":
        spectra = _blur(spectra)
    # Every one of these wavelengths lies between two pixels, of which the left one is searched.
    left = np.clip(np.searchsorted(vacuum, FEATURE_WAVELENGTHS, side="right") - 1, 0, len(vacuum) - 2)
    share = (FEATURE_WAVELENGTHS - vacuum[left]) / (vacuum[left + 1] - vacuum[left])
    values = spectra[:, left] + share * (spectra[:, left + 1] - spectra[:, left])
    least = values.min(axis=1, keepdims=True)
    span = values.max(axis=1, keepdims=True) - least
    if bad := np.flatnonzero(~(np.isfinite(span) & (span > 0))[:, 0]).tolist():
        message = f"spectrum {bad[0]}: flux around the line is not finite, or the same everywhere"
        raise ValueError(message)
    features: npt.NDArray[np.float32] = ((values - least) * (2 / span) - 1).astype(np.float32)
    return features.reshape(*rows.shape[:-1], len(FEATURE_WAVELENGTHS))


def _blur(spectra: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Convolves with the Gaussian along the pixels; beyond its ends a spectrum goes on as its last pixel."""
    offsets = np.arange(-_BLUR_RADIUS, _BLUR_RADIUS + 1)
    weights = np.exp(-0.5 * (offsets / _ONDREJOV_BLUR_SIGMA) ** 2)
    padded = np.pad(spectra, ((0, 0), (_BLUR_RADIUS, _BLUR_RADIUS)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(weights), axis=1)
    return np.asarray(windows @ (weights / weights.sum()))
