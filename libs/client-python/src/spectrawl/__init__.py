"""Spectrawl from Python: search survey archives for rare objects by active learning.

    import spectrawl

    session = spectrawl.connect("127.0.0.1:50051")
    hunt = session.campaign("hunt")
    hunt.iterations().to_pandas()

Results are :class:`Table`: Arrow inside, ``to_pandas()`` and ``to_astropy()`` at will.
"""

from spectrawl.campaign import Campaign, CampaignInfo, Catalogue, Change
from spectrawl.errors import (
    CampaignFailedError,
    ConnectionFileError,
    MissingPackageError,
    ServiceError,
    SpectrawlError,
)
from spectrawl.features import extract_features
from spectrawl.iterations import ErrorEstimate, Estimate, Iteration
from spectrawl.lease import SKIP, UNSURE, Abstention, Lease, Progress, Task
from spectrawl.model import Model
from spectrawl.pool import Counts, Features, IngestProgress, Pool, PoolInfo
from spectrawl.scores import Scores
from spectrawl.session import Session, connect
from spectrawl.spectrum import FEATURE_COUNT, FEATURE_WAVELENGTHS, Spectrum
from spectrawl.table import Table

__all__ = [
    "FEATURE_COUNT",
    "FEATURE_WAVELENGTHS",
    "SKIP",
    "UNSURE",
    "Abstention",
    "Campaign",
    "CampaignFailedError",
    "CampaignInfo",
    "Catalogue",
    "Change",
    "ConnectionFileError",
    "Counts",
    "ErrorEstimate",
    "Estimate",
    "Features",
    "IngestProgress",
    "Iteration",
    "Lease",
    "MissingPackageError",
    "Model",
    "Pool",
    "PoolInfo",
    "Progress",
    "Scores",
    "ServiceError",
    "Session",
    "SpectrawlError",
    "Spectrum",
    "Table",
    "Task",
    "connect",
    "extract_features",
]
