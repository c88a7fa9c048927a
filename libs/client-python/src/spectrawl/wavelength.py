"""Wavelengths: units, and what air does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from astropy.units import Quantity


def angstrom(wavelength: npt.ArrayLike | Quantity) -> npt.ArrayLike:
    """Wavelengths in Å, of plain numbers in Å or a Quantity; astropy is not asked for where plain numbers are given."""
    to_value = getattr(wavelength, "to_value", None)
    return wavelength if to_value is None else to_value("Angstrom")


def air_to_vacuum(wavelength: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Converts wavelengths measured in air, in Å, with VALD's formula.

    It is N. Piskunov's, after Morton 2000 (ApJS 130, 403), valid from 2000 Å to 100,000 Å.
    """
    air = np.asarray(wavelength, dtype=np.float64)
    squared = (1e4 / air) ** 2
    refraction = (
        1
        + 8.336624212083e-5
        + 0.02408926869968 / (130.1065924522 - squared)
        + 1.599740894897e-4 / (38.92568793293 - squared)
    )
    return np.asarray(air * refraction)
