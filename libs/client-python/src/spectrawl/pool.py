"""Pools: what an archive's spectra become before they are searched."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from spectrawl.ingestion.v1.ingestion_service_pb2 import (
    ExportPoolRequest,
    GetPoolRequest,
    GetSpectrumRequest,
    IngestFilesRequest,
    ListQuarantinedInputsRequest,
    SealPoolRequest,
)
from spectrawl.ingestion.v1.pool_pb2 import IngestCounts
from spectrawl.ingestion.v1.pool_pb2 import Pool as PoolMessage
from spectrawl.labelling.v1.labelling_service_pb2 import ListLabelsRequest
from spectrawl.labels import import_labels, list_labels
from spectrawl.spectrum import FEATURE_COUNT, Medium, Spectrum, spectrum_from
from spectrawl.table import TIME, Table, column
from spectrawl.upload import array_pieces, file_pieces
from spectrawl.wording import time_of, word

if TYPE_CHECKING:
    import os

    from astropy.units import Quantity

    from spectrawl.session import Session

_QUARANTINE: Final = (
    column("source", pa.string(), "File, with the HDU or row where that says more"),
    column("reason", pa.string(), "Stable reason, such as 'truncated'"),
    column("message", pa.string(), "What was wrong, where, and what to do"),
    column("create_time", TIME, "When"),
)


@dataclass(frozen=True)
class Counts:
    """What came in and what became of it: received = stored + quarantined + duplicates.

    Attributes:
        received: spectra, or files where a file held no readable spectrum
        stored: spectra that lie in the pool
        quarantined: inputs that could not be used; each has a reason
        duplicates: spectra that were in the pool already

    """

    received: int
    stored: int
    quarantined: int
    duplicates: int


@dataclass(frozen=True)
class IngestProgress:
    """How far an upload is.

    Attributes:
        counts: of this upload; before the end, received may run ahead
        files: read to their end
        bytes: taken in
        committed: whether this is the end: everything is stored

    """

    counts: Counts
    files: int
    bytes: int
    committed: bool


@dataclass(frozen=True)
class PoolInfo:
    """What a pool is at the moment.

    Attributes:
        pool_id: its name
        state: ``"open"``, or ``"sealed"``: nothing in it changes any more
        surveys: surveys whose spectra it holds
        counts: what came in and what became of it
        shards: Parquet files of it
        preprocessing_version: what made the features; equal versions make equal features
        create_time: when it was created
        seal_time: when it was sealed; None while open

    """

    pool_id: str
    state: str
    surveys: tuple[str, ...]
    counts: Counts
    shards: int
    preprocessing_version: str
    create_time: datetime | None
    seal_time: datetime | None


class Features(NamedTuple):
    """What the network sees of a pool.

    Attributes:
        spectrum_ids: the spectra, shape (n,)
        values: float32, shape (n, 140), -1 to 1, at :data:`spectrawl.FEATURE_WAVELENGTHS`

    """

    spectrum_ids: npt.NDArray[np.object_]
    values: npt.NDArray[np.float32]


class Pool:
    """A pool. Get one by ``session.pool(name)`` or ``session.create_pool(name)``.

    Attributes:
        pool_id: its name

    """

    def __init__(self, session: Session, pool_id: str) -> None:
        self.pool_id = pool_id
        self._session = session

    def __repr__(self) -> str:
        return f"<spectrawl.Pool {self.pool_id}>"

    def info(self) -> PoolInfo:
        """What the pool is now."""
        service = self._session.ingestion
        return pool_info(service.call(service.stub.GetPool, GetPoolRequest(pool_id=self.pool_id)).pool)

    def ingest(
        self,
        *paths: str | os.PathLike[str],
        survey: str = "auto",
        on_progress: Callable[[IngestProgress], object] | None = None,
    ) -> Counts:
        """Sends survey files: FITS, gzipped or not, or Parquet tables of spectra; folders with all that is in them.

        What is sent again counts as duplicates, so after a broken connection it is simply called again.

        Args:
            *paths: files and folders
            survey: name of the survey, or ``"auto"`` to recognise each file
            on_progress: told now and then, and at the end

        Raises:
            ServiceError: POOL_SEALED; POOL_BUSY while another upload runs; UNKNOWN_SURVEY.
            OSError: a file can't be read.

        """
        return self._upload(file_pieces([Path(path) for path in paths]), survey, on_progress)

    def ingest_arrays(
        self,
        spectrum_ids: Sequence[str],
        wavelength: npt.ArrayLike | Quantity,
        flux: npt.ArrayLike,
        *,
        medium: Medium = "vacuum",
        survey: str = "other",
        metadata: Mapping[str, Sequence[Any]] | None = None,
        on_progress: Callable[[IngestProgress], object] | None = None,
    ) -> Counts:
        """Sends spectra from memory that share their wavelengths.

        Args:
            spectrum_ids: unique names, n of them
            wavelength: shape (pixels,), increasing; Å, or a Quantity of length
            flux: shape (n, pixels), in any unit
            medium: what the wavelengths are measured in
            survey: name that the spectra are kept under; decides the preprocessing (``"ondrejov"`` is blurred)
            metadata: further columns of n values each: designation, obsid, ra and dec (ICRS, degrees), snr, class,
                subclass, mjd
            on_progress: told now and then, and at the end

        Raises:
            ValueError: the shapes don't fit.
            ServiceError: POOL_SEALED; POOL_BUSY while another upload runs.

        """
        pieces = array_pieces(spectrum_ids, wavelength, flux, medium, survey, metadata or {})
        return self._upload(pieces, "auto", on_progress)

    def seal(self) -> PoolInfo:
        """Closes the pool for good, so that campaigns can search it. Sealing it again changes nothing.

        Raises:
            ServiceError: POOL_EMPTY; POOL_BUSY while an upload is under way.

        """
        service = self._session.ingestion
        response = service.call(
            service.stub.SealPool, SealPoolRequest(pool_id=self.pool_id), self._session.long_timeout
        )
        return pool_info(response.pool)

    def quarantine(self) -> Table:
        """What could not be used, and why, oldest first."""
        service = self._session.ingestion
        inputs = self._session.pages(
            lambda token: service.call(
                service.stub.ListQuarantinedInputs,
                ListQuarantinedInputsRequest(pool_id=self.pool_id, page_size=1000, page_token=token),
            ),
            lambda page: page.inputs,
        )
        rows = ((one.source, one.reason, one.message, time_of(one.create_time)) for one in inputs)
        return Table.from_rows(_QUARANTINE, rows)

    def spectrum(self, spectrum_id: str) -> Spectrum:
        """One spectrum at full resolution.

        Raises:
            ServiceError: SPECTRUM_NOT_FOUND.

        """
        service = self._session.ingestion
        request = GetSpectrumRequest(pool_id=self.pool_id, spectrum_id=spectrum_id)
        return spectrum_from(service.call(service.stub.GetSpectrum, request).spectrum)

    def shards(self) -> Iterator[pa.Table]:
        """Streams the shards of a sealed pool, one table each: id, ra, dec, snr, …, features (lists of 140).

        Raises:
            ServiceError: POOL_NOT_SEALED.

        """
        for data in self._files("shards"):
            yield pq.read_table(pa.BufferReader(data))

    def features(self) -> Features:
        """The features of a sealed pool in memory: 560 bytes a spectrum.

        Raises:
            ServiceError: POOL_NOT_SEALED.

        """
        ids: list[npt.NDArray[np.object_]] = []
        values: list[npt.NDArray[np.float32]] = []
        for shard in self.shards():
            ids.append(shard.column("id").to_numpy())
            values.extend(
                chunk.flatten().to_numpy().reshape(-1, FEATURE_COUNT) for chunk in shard.column("features").chunks
            )
        return Features(np.concatenate(ids), np.concatenate(values))

    def import_labels(self, labels: Mapping[str, str] | Iterable[tuple[str, str]], annotator: str) -> int:
        """Imports labels made elsewhere: pairs of a spectrum's id and its class. All or none of them.

        Args:
            labels: a mapping, or pairs
            annotator: name under which the log keeps them, such as a file or an astronomer

        Returns:
            How many there were.

        Raises:
            ServiceError: POOL_NOT_FOUND, SPECTRUM_NOT_FOUND, UNKNOWN_CLASS, BAD_REQUEST; the message names the row.

        """
        return import_labels(self._session.labelling, self.pool_id, labels, annotator)

    def labels(self, *, effective_only: bool = True) -> Table:
        """The labels of the pool's spectra, of all campaigns.

        Args:
            effective_only: only the answer that counts for each spectrum; else every row of the log

        """
        request = ListLabelsRequest(pool_ids=[self.pool_id], effective_only=effective_only)
        return list_labels(self._session.labelling, request)

    def _upload(
        self,
        pieces: Iterable[IngestFilesRequest.FilePiece],
        survey: str,
        on_progress: Callable[[IngestProgress], object] | None,
    ) -> Counts:
        service = self._session.ingestion

        def requests() -> Iterator[IngestFilesRequest]:
            yield IngestFilesRequest(open=IngestFilesRequest.Open(pool_id=self.pool_id, survey=survey))
            for piece in pieces:
                yield IngestFilesRequest(piece=piece)

        counts = Counts(0, 0, 0, 0)
        for answer in service.exchange(service.stub.IngestFiles, requests()):
            counts = _counts(answer.counts)
            if on_progress is not None:
                on_progress(IngestProgress(counts, answer.files, answer.bytes, answer.committed))
        return counts

    def _files(self, folder: str) -> Iterator[bytes]:
        service = self._session.ingestion
        request = ExportPoolRequest(pool_id=self.pool_id, folders=[folder])
        buffer = io.BytesIO()
        for piece in service.stream(service.stub.ExportPool, request):
            buffer.write(piece.data)
            if piece.last:
                yield buffer.getvalue()
                buffer = io.BytesIO()


def pool_info(message: PoolMessage) -> PoolInfo:
    """Translates the contract's message."""
    return PoolInfo(
        pool_id=message.pool_id,
        state=word(PoolMessage.State, message.state, "STATE_"),
        surveys=tuple(message.surveys),
        counts=_counts(message.counts),
        shards=message.shard_count,
        preprocessing_version=message.preprocessing_version,
        create_time=time_of(message.create_time),
        seal_time=time_of(message.seal_time),
    )


def _counts(message: IngestCounts) -> Counts:
    return Counts(message.received, message.stored, message.quarantined, message.duplicates)
