"""One spectrum at full resolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from spectrawl.errors import MissingPackageError
from spectrawl.table import Table, column

if TYPE_CHECKING:
    from astropy.coordinates import SkyCoord
    from astropy.units import Quantity

    from spectrawl.ingestion.v1.spectrum_pb2 import Spectrum as SpectrumMessage

#: Where the network sees a spectrum: vacuum wavelengths in Å, shape (140,)
#: (Škoda, Podsztavek & Tvrdík 2020, A&A 643, A122).
FEATURE_WAVELENGTHS: Final[npt.NDArray[np.float64]] = np.linspace(6519.0, 6732.0, 140)

#: Number of features of a spectrum.
FEATURE_COUNT: Final = len(FEATURE_WAVELENGTHS)

Medium = Literal["vacuum", "air"]


@dataclass(frozen=True, eq=False)
class Spectrum:
    """A spectrum of a pool, as the survey gives it, and its features. What the survey does not tell is None.

    Attributes:
        pool_id: the pool it lies in
        spectrum_id: its name there
        survey: survey it came from, as its loader is named
        source: file it came from
        medium: what the wavelengths are measured in: ``"vacuum"`` or ``"air"``
        wavelength: float64, shape (pixels,), Å, increasing
        flux: float32, shape (pixels,), in the survey's own unit, which the pool does not keep
        features: float32, shape (140,), -1 to 1, at :data:`FEATURE_WAVELENGTHS`
        designation: the survey's name of the object
        obsid: the survey's number of the observation
        ra: right ascension, ICRS, degrees
        dec: declination, ICRS, degrees
        snr: signal-to-noise ratio a pixel
        survey_class: the pipeline's class, such as ``"STAR"``
        survey_subclass: the pipeline's subclass, such as ``"A9"``
        mjd: modified Julian date of the observation

    """

    pool_id: str
    spectrum_id: str
    survey: str
    source: str
    medium: Medium
    wavelength: npt.NDArray[np.float64]
    flux: npt.NDArray[np.float32]
    features: npt.NDArray[np.float32]
    designation: str | None
    obsid: int | None
    ra: float | None
    dec: float | None
    snr: float | None
    survey_class: str | None
    survey_subclass: str | None
    mjd: float | None

    @property
    def spectral_axis(self) -> Quantity:
        """The wavelengths as a Quantity in Å, in :attr:`medium`. Needs astropy."""
        return self._quantity(self.wavelength, "Angstrom")

    @property
    def flux_quantity(self) -> Quantity:
        """The flux as a dimensionless Quantity: pools don't keep the unit. Needs astropy."""
        return self._quantity(self.flux, "")

    @property
    def position(self) -> SkyCoord | None:
        """Where it is in the sky, ICRS; None where the survey does not tell. Needs astropy."""
        try:
            from astropy.coordinates import SkyCoord
        except ImportError:
            raise _ASTROPY_MISSING from None
        if self.ra is None or self.dec is None:
            return None
        return SkyCoord(self.ra, self.dec, unit="deg", frame="icrs")

    def to_table(self) -> Table:
        """Wavelength and flux as a table of two columns."""
        columns = [
            column("wavelength", pa.float64(), f"Wavelength in {self.medium}", unit="Angstrom"),
            column("flux", pa.float32(), "Flux in the survey's own unit"),
        ]
        arrow = pa.Table.from_arrays([pa.array(self.wavelength), pa.array(self.flux)], schema=pa.schema(columns))
        return Table(arrow, {"pool_id": self.pool_id, "spectrum_id": self.spectrum_id, "medium": self.medium})

    def _quantity(self, values: npt.NDArray[np.float64] | npt.NDArray[np.float32], unit: str) -> Quantity:
        try:
            from astropy.units import Quantity
        except ImportError:
            raise _ASTROPY_MISSING from None
        return Quantity(values, unit=unit)


def spectrum_from(message: SpectrumMessage) -> Spectrum:
    """Translates the contract's message."""
    known = message.metadata
    given = {name: getattr(known, name) if known.HasField(name) else None for name in _METADATA}
    return Spectrum(
        pool_id=message.pool_id,
        spectrum_id=message.spectrum_id,
        survey=message.survey,
        source=message.source,
        medium=cast("Medium", message.medium),
        wavelength=np.array(message.wavelength, dtype=np.float64),
        flux=np.array(message.flux, dtype=np.float32),
        features=np.array(message.features, dtype=np.float32),
        **given,
    )


_METADATA: Final = ("designation", "obsid", "ra", "dec", "snr", "survey_class", "survey_subclass", "mjd")
_ASTROPY_MISSING: Final = MissingPackageError("astropy is not installed: pip install 'spectrawl[astropy]'")
