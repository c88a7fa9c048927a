"""What the tests share: real services, a sky whose truth is known, a pool of a hundred thousand spectra."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from deployed_services import DeployedServices, spectrawl_command

import spectrawl

#: Å, vacuum.
H_ALPHA = 6564.6

#: Small enough to train and score in seconds.
SMALL_METHOD = {
    "architecture": {"width": 0.1},
    "query": {"size": 12, "quotas": {"double-peak": 1}, "clusters": 0},
    "audit": {"size": 6, "finalSize": 10},
    "training": {"maxEpochs": 4, "poolNegatives": {"count": 20, "fromIteration": 1}},
    "stopping": {"maxIterations": 1, "maxError": 0.01},
}


@dataclass(frozen=True)
class SimulatedSky:
    """Simulated surveys on disk.

    Attributes:
        sky: folder of 200 LAMOST-like spectra, a Parquet table
        sky_truth: their classes, by id
        seed: folder of 120 Ondřejov-like spectra, FITS files
        seed_truth: their classes, by id

    """

    sky: Path
    sky_truth: dict[str, str]
    seed: Path
    seed_truth: dict[str, str]


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedServices]:
    with DeployedServices(tmp_path_factory.mktemp("services")) as running:
        yield running


@pytest.fixture(scope="session")
def session(services: DeployedServices) -> Iterator[spectrawl.Session]:
    with spectrawl.connect(services.address) as opened:
        yield opened


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> SimulatedSky:
    folder = tmp_path_factory.mktemp("simulated")
    survey = ["--seed", "9", "--output"]
    sky = ["--count", "200", "--emission-share", "0.2", *survey, "sky", "--truth", "sky.csv"]
    seed = ["--instrument", "ondrejov", "--format", "fits", "--count", "120", *survey, "seed", "--truth", "seed.csv"]
    for words in (sky, seed):
        spectrawl_command("simulate", *words, cwd=folder)
    return SimulatedSky(folder / "sky", _truth(folder / "sky.csv"), folder / "seed", _truth(folder / "seed.csv"))


@pytest.fixture(scope="session")
def ondrejov(session: spectrawl.Session, simulated: SimulatedSky) -> spectrawl.Pool:
    """A sealed pool of labelled spectra."""
    pool = session.create_pool("ondrejov")
    pool.ingest(simulated.seed, survey="ondrejov")
    pool.seal()
    pool.import_labels(simulated.seed_truth, "seed.csv")
    return pool


@pytest.fixture(scope="session")
def survey(session: spectrawl.Session) -> spectrawl.Pool:
    """A sealed pool of 100,000 spectra, of which one in twenty has an emission line."""
    rows = 100_000
    wavelength = np.arange(6517.0, 6735.0, 2.0)
    random = np.random.default_rng(20)
    line = np.exp(-0.5 * ((wavelength - H_ALPHA) / 3) ** 2)
    height = np.where(random.random((rows, 1)) < 0.05, random.uniform(0.3, 3, (rows, 1)), -0.4)
    flux = random.normal(1, 0.05, (rows, len(wavelength))) + height * line
    names = [f"spectrum-{number:06}" for number in range(rows)]
    pool = session.create_pool("survey")
    counts = pool.ingest_arrays(names, wavelength, flux, metadata={"ra": np.linspace(0, 359, rows).tolist()})
    assert counts == spectrawl.Counts(received=rows, stored=rows, quarantined=0, duplicates=0)
    pool.seal()
    return pool


def _truth(file: Path) -> dict[str, str]:
    with file.open() as rows:
        return {row["id"]: row["class"] for row in csv.DictReader(rows)}
