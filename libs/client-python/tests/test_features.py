"""Features made here are those that ingestion makes."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest
from deployed_services import REPOSITORY

import spectrawl


def test_features_are_those_of_the_pool(session: spectrawl.Session, ondrejov: spectrawl.Pool) -> None:
    """Ondřejov's are in air and blurred; real ones of other surveys, in air or vacuum, are taken as they are."""
    surveys = session.create_pool("surveys")
    real = REPOSITORY / "libs" / "testing" / "data" / "real-spectra"
    surveys.ingest(real / "indo-us", real / "lamost-dr2", real / "sdss")
    surveys.seal()
    seen = set()
    for pool, step in ((surveys, 1), (ondrejov, 10)):
        for name in pool.features().spectrum_ids[::step]:
            spectrum = pool.spectrum(name)
            made = spectrawl.extract_features(
                spectrum.wavelength, spectrum.flux, medium=spectrum.medium, survey=spectrum.survey
            )
            np.testing.assert_allclose(made, spectrum.features, atol=2e-6, err_msg=f"{spectrum.survey} {name}")
            seen.add((spectrum.survey, spectrum.medium))
    assert seen == {("ondrejov", "air"), ("indo-us", "air"), ("sdss", "vacuum"), ("lamost", "vacuum")}


def test_many_spectra_are_taken_at_once_in_any_unit() -> None:
    wavelength = np.linspace(6500, 6750, 120)
    flux = np.random.default_rng(1).normal(1, 0.1, (7, 120))
    together = spectrawl.extract_features(wavelength, flux)
    assert together.shape == (7, 140)
    assert together.dtype == np.float32
    assert together.min(axis=1).tolist() == [-1] * 7
    assert together.max(axis=1).tolist() == [1] * 7
    np.testing.assert_array_equal(spectrawl.extract_features(wavelength, flux[3]), together[3])
    np.testing.assert_allclose(spectrawl.extract_features(wavelength / 10 * u.nm, flux * 1e-17), together, atol=1e-5)


@pytest.mark.parametrize(
    ("wavelength", "flux", "complaint"),
    [
        (np.linspace(6520, 6750, 9), np.arange(9), "do not cover 6519 to 6732 Å"),
        (np.linspace(6750, 6500, 9), np.arange(9), "do not increase"),
        (np.linspace(6500, 6750, 9), np.arange(8), r"shape \(9,\) and flux \(8,\)"),
        (np.linspace(6500, 6750, 9), np.array([np.arange(9), np.ones(9)]), "spectrum 1: flux around the line"),
        (np.linspace(6500, 6750, 9), np.full(9, np.nan), "spectrum 0: flux around the line"),
    ],
)
def test_what_can_be_no_features_is_refused(wavelength: object, flux: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        spectrawl.extract_features(np.asarray(wavelength), np.asarray(flux))
