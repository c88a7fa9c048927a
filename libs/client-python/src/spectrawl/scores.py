"""Scores of a whole pool, streamed."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from spectrawl.inference.v1.inference_service_pb2 import ListScoresRequest, ListScoresResponse
from spectrawl.table import Table, column

if TYPE_CHECKING:
    from spectrawl.inference.v1.inference_service_pb2_grpc import InferenceServiceStub
    from spectrawl.service import Service


class Scores:
    """What the model of one iteration says of every spectrum of the pool.

    Iterating it streams record batches of at most 1000 rows as they come; memory stays bounded however large the pool
    is. Each time it is iterated anew the scores are fetched anew. Leaving the loop cancels the call.

    Columns: ``spectrum_id``; ``shard``, the pool's shard that it lies in; a probability ``p_<class>`` for each class,
    float32, which sum to 1; ``uncertainty``, the value of the campaign's query strategy: larger is asked sooner.

    Attributes:
        scoring_run_id: what is streamed, ``<campaign>-<iteration>``
        schema: the columns

    """

    def __init__(self, service: Service[InferenceServiceStub], scoring_run_id: str, classes: Sequence[str]) -> None:
        self.scoring_run_id = scoring_run_id
        self.schema = pa.schema(
            [
                column("spectrum_id", pa.string(), "Spectrum in the pool"),
                column("shard", pa.int32(), "Shard of the pool"),
                *(column(f"p_{name}", pa.float32(), f"Probability of {name}") for name in classes),
                column("uncertainty", pa.float32(), "Value of the query strategy; larger is asked sooner"),
            ]
        )
        self._service = service
        self._classes = len(classes)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Streams the scores.

        Raises:
            ServiceError: SCORING_RUN_NOT_FOUND; SCORING_RUN_UNFINISHED while the pool is being scored.

        """
        return self._batches()

    def _batches(self) -> Generator[pa.RecordBatch, None, None]:
        answers = self._service.stream(
            self._service.stub.ListScores, ListScoresRequest(scoring_run_id=self.scoring_run_id)
        )
        try:
            for answer in answers:
                yield self._batch(answer)
        finally:
            answers.close()

    def reader(self) -> pa.RecordBatchReader:
        """A pyarrow reader over the stream, for whatever takes one: pyarrow's datasets, DuckDB, polars."""
        return pa.RecordBatchReader.from_batches(self.schema, iter(self))

    def to_table(self) -> Table:
        """All scores, in memory: some 50 bytes a spectrum."""
        return Table(pa.Table.from_batches(iter(self), self.schema), {"scoring_run_id": self.scoring_run_id})

    def _batch(self, answer: ListScoresResponse) -> pa.RecordBatch:
        scores = answer.scores
        probabilities = np.array([score.probabilities for score in scores], dtype=np.float32)
        return pa.RecordBatch.from_arrays(
            [
                pa.array([score.spectrum_id for score in scores], pa.string()),
                pa.array(np.full(len(scores), answer.shard, dtype=np.int32)),
                *(pa.array(probabilities[:, index]) for index in range(self._classes)),
                pa.array(np.fromiter((score.uncertainty for score in scores), np.float32, len(scores))),
            ],
            schema=self.schema,
        )
