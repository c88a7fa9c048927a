"""Pools from files and from arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import astropy.units as u
import numpy as np
import pytest
from conftest import SimulatedSky

import spectrawl


def test_files_come_in_with_progress_and_every_input_is_accounted_for(
    session: spectrawl.Session, simulated: SimulatedSky, tmp_path: Path
) -> None:
    pool = session.create_pool("files")
    notes = tmp_path / "notes.txt"
    notes.write_text("no spectrum at all")
    told: list[spectrawl.IngestProgress] = []
    counts = pool.ingest(simulated.sky, notes, on_progress=told.append)
    assert counts == spectrawl.Counts(received=201, stored=200, quarantined=1, duplicates=0)
    assert told[-1].committed
    assert told[-1].counts == counts
    refused = pool.quarantine()
    assert refused["source"].tolist() == [str(notes)]
    assert refused["reason"].tolist() == ["not-fits"]
    again = pool.ingest(simulated.sky)
    assert again == spectrawl.Counts(received=200, stored=0, quarantined=0, duplicates=200)
    assert pool.seal().state == "sealed"
    assert "files" in {known.pool_id for known in session.pools()}
    with pytest.raises(spectrawl.ServiceError) as sealed:
        pool.ingest(simulated.sky)
    assert sealed.value.reason == "POOL_SEALED"


def test_arrays_come_back_as_they_were_sent(session: spectrawl.Session) -> None:
    wavelength = np.linspace(6500, 6750, 180)
    flux = np.random.default_rng(4).normal(1, 0.1, (5000, 180)).astype(np.float32)
    names = [f"made-{number:04}" for number in range(5000)]
    pool = session.create_pool("arrays")
    metadata: dict[str, list[Any]] = {"ra": [10.5] * 5000, "dec": [-3.25] * 5000, "designation": names}
    counts = pool.ingest_arrays(names, wavelength * 0.1 * u.nm, flux, metadata=metadata)
    assert counts.stored == 5000
    with pytest.raises(spectrawl.ServiceError) as unsealed:
        pool.features()
    assert unsealed.value.reason == "POOL_NOT_SEALED"
    pool.seal()

    spectrum = pool.spectrum("made-4321")
    np.testing.assert_allclose(spectrum.wavelength, wavelength, rtol=1e-12)
    np.testing.assert_array_equal(spectrum.flux, flux[4321])
    assert (spectrum.medium, spectrum.survey, spectrum.designation) == ("vacuum", "other", "made-4321")
    assert spectrum.snr is None
    assert spectrum.spectral_axis.to_value(u.nm)[0] == pytest.approx(650)
    assert spectrum.flux_quantity.unit == u.dimensionless_unscaled
    assert spectrum.position is not None
    assert spectrum.position.ra.deg == 10.5
    table = spectrum.to_table().to_astropy()
    assert table["wavelength"].unit == u.AA
    assert table.meta["medium"] == "vacuum"

    ids, values = pool.features()
    assert values.dtype == np.float32
    assert values.shape == (5000, spectrawl.FEATURE_COUNT)
    np.testing.assert_array_equal(values[ids.tolist().index("made-4321")], spectrum.features)
    assert values.min() == -1
    assert values.max() == 1


def test_arrays_that_do_not_fit_together_are_refused(session: spectrawl.Session) -> None:
    pool = session.create_pool("misfits")
    with pytest.raises(ValueError, match=r"flux has the shape \(2, 3\): 2 ids and wavelengths of shape \(4,\) need"):
        pool.ingest_arrays(["a", "b"], np.arange(4), np.zeros((2, 3)))
    with pytest.raises(ValueError, match="metadata ra: give 2 values"):
        pool.ingest_arrays(["a", "b"], np.arange(3), np.zeros((2, 3)), metadata={"ra": [1.0]})


def test_labels_that_name_no_spectrum_are_refused_by_row(
    session: spectrawl.Session, ondrejov: spectrawl.Pool, simulated: SimulatedSky
) -> None:
    with pytest.raises(spectrawl.ServiceError, match="class"):
        ondrejov.import_labels([("x", "")], "nobody")
    labels = ondrejov.labels()
    kept = dict(zip(labels["spectrum_id"], labels["answer"], strict=True))
    assert kept == simulated.seed_truth
    assert set(labels["purpose"]) == {"import"}
