"""What is sent to a pool, in pieces: files as they lie, arrays as Parquet tables of spectra."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from spectrawl.ingestion.v1.ingestion_service_pb2 import IngestFilesRequest
from spectrawl.wavelength import angstrom

if TYPE_CHECKING:
    from astropy.units import Quantity

    from spectrawl.spectrum import Medium

FilePiece = IngestFilesRequest.FilePiece

#: Bytes of a piece: the contract's limit.
_PIECE_BYTES: Final = 1024 * 1024

#: Spectra of one table that is made in memory, and of a row group in it: the service reads row groups.
_TABLE_ROWS: Final = 4096
_GROUP_ROWS: Final = 512


def file_pieces(paths: Sequence[Path]) -> Iterator[FilePiece]:
    """The files, and every file below the folders, by path; hidden ones are left alone."""
    for path in paths:
        for file in _files(path):
            with file.open("rb") as stream:
                while data := stream.read(_PIECE_BYTES):
                    yield FilePiece(path=str(file), data=data)
            yield FilePiece(path=str(file), last=True)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for inside in sorted(path.iterdir()):
        if not inside.name.startswith("."):
            yield from _files(inside)


def array_pieces(
    spectrum_ids: Sequence[str],
    wavelength: npt.ArrayLike | Quantity,
    flux: npt.ArrayLike,
    medium: Medium,
    survey: str,
    metadata: Mapping[str, Sequence[Any]],
) -> Iterator[FilePiece]:
    """Parquet tables of the spectra, made one after the other as they are sent.

    Raises:
        ValueError: the shapes don't fit.

    """
    pixels = np.asarray(angstrom(wavelength), dtype=np.float64)
    values = np.asarray(flux, dtype=np.float32)
    if pixels.ndim != 1 or values.shape != (len(spectrum_ids), len(pixels)):
        message = (
            f"flux has the shape {values.shape}: {len(spectrum_ids)} ids and wavelengths of shape {pixels.shape} "
            f"need ({len(spectrum_ids)}, {pixels.size})"
        )
        raise ValueError(message)
    if odd := [name for name, given in metadata.items() if len(given) != len(spectrum_ids)]:
        message = f"metadata {', '.join(odd)}: give {len(spectrum_ids)} values, one a spectrum"
        raise ValueError(message)
    return _tables(spectrum_ids, pixels, values, medium, survey, metadata)


def _tables(
    spectrum_ids: Sequence[str],
    wavelength: npt.NDArray[np.float64],
    flux: npt.NDArray[np.float32],
    medium: Medium,
    survey: str,
    metadata: Mapping[str, Sequence[Any]],
) -> Iterator[FilePiece]:
    for start in range(0, len(spectrum_ids), _TABLE_ROWS):
        ids = spectrum_ids[start : start + _TABLE_ROWS]
        rows = len(ids)
        offsets = pa.array(np.arange(rows + 1, dtype=np.int32) * len(wavelength))
        table = pa.table(
            {
                "id": pa.array(ids, pa.string()),
                "survey": pa.array([survey] * rows),
                "medium": pa.array([medium] * rows),
                **{name: pa.array(values[start : start + rows]) for name, values in metadata.items()},
                "wavelength": pa.ListArray.from_arrays(offsets, pa.array(np.tile(wavelength, rows))),
                "flux": pa.ListArray.from_arrays(offsets, pa.array(flux[start : start + rows].ravel())),
            }
        )
        buffer = io.BytesIO()
        # Wavelengths repeat and take few bytes by dictionary; flux does not.
        dictionaries = [name for name in table.column_names if name not in ("id", "flux")]
        pq.write_table(table, buffer, row_group_size=_GROUP_ROWS, use_dictionary=dictionaries, write_page_index=True)
        data = buffer.getbuffer()
        path = f"arrays-{start // _TABLE_ROWS:05}.parquet"
        for at in range(0, len(data), _PIECE_BYTES):
            yield FilePiece(path=path, data=bytes(data[at : at + _PIECE_BYTES]))
        yield FilePiece(path=path, last=True)
