"""Trained networks, and the scores that they give to spectra sent to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from spectrawl.inference.v1.inference_service_pb2 import ScoreSpectraRequest
from spectrawl.spectrum import FEATURE_COUNT
from spectrawl.wording import time_of

if TYPE_CHECKING:
    from spectrawl.session import Session
    from spectrawl.training.v1.model_pb2 import Model as ModelMessage

#: Spectra of one request: the contract's limit.
_MOST_SPECTRA: Final = 1000


@dataclass(frozen=True, eq=False)
class Model:
    """An immutable version of a network. Get one by ``session.model(name)``.

    Attributes:
        model_id: its name, ``<campaign>-<iteration>``
        campaign_id: campaign that it was trained for
        iteration: iteration that it was trained for
        architecture: such as ``"skoda-2020"``
        parameters: how many can be trained
        classes: in the order of the outputs
        precision: ``"float32"`` or ``"bfloat16"``
        seed: of initial weights, order, dropout and SMOTE
        label_position: place in the label log up to which labels were used
        training_class_counts: labelled spectra of each class, before balancing
        pool_negatives: random spectra of the pool taken as not interesting
        epochs: epochs run
        loss: cross-entropy on the training set in nats, after each epoch, shape (epochs,)
        accuracy: share of the training set classified right at the best epoch
        confusion_matrix: labelled spectra by true class (row) and predicted class (column), shape (classes, classes)
        seconds: that the training took
        weights_sha256: of the weights' safetensors file
        create_time: when it was registered

    """

    model_id: str
    campaign_id: str
    iteration: int
    architecture: str
    parameters: int
    classes: tuple[str, ...]
    precision: str
    seed: int
    label_position: int
    training_class_counts: dict[str, int]
    pool_negatives: int
    epochs: int
    loss: npt.NDArray[np.float64]
    accuracy: float
    confusion_matrix: npt.NDArray[np.int32]
    seconds: float
    weights_sha256: str
    create_time: datetime | None
    _session: Session

    def score(self, features: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """What the network says of spectra that need not lie in any pool.

        Args:
            features: shape (n, 140) or (140,), each spectrum scaled to -1 … 1, at
                :data:`spectrawl.FEATURE_WAVELENGTHS`; what :func:`spectrawl.extract_features` makes, or a pool's
                ``features().values``

        Returns:
            Class probabilities, float32, shape (n, classes).

        Raises:
            ValueError: the shape is another one.
            ServiceError: BAD_FEATURES naming the spectrum and the point.

        """
        rows = np.atleast_2d(np.asarray(features, dtype=np.float32))
        if rows.ndim != 2 or rows.shape[1] != FEATURE_COUNT:
            message = f"features have the shape {rows.shape}: give (n, {FEATURE_COUNT})"
            raise ValueError(message)
        service = self._session.inference
        parts = [np.empty((0, len(self.classes)), dtype=np.float32)]
        for start in range(0, len(rows), _MOST_SPECTRA):
            part = rows[start : start + _MOST_SPECTRA]
            request = ScoreSpectraRequest(model_id=self.model_id, features=part.ravel())
            answer = service.call(service.stub.ScoreSpectra, request, self._session.long_timeout)
            parts.append(np.array(answer.probabilities, dtype=np.float32).reshape(len(part), -1))
        return np.concatenate(parts)


def model_from(session: Session, message: ModelMessage) -> Model:
    """Translates the contract's message."""
    trained, metrics = message.training_set, message.metrics
    classes = tuple(message.classes)
    return Model(
        model_id=message.model_id,
        campaign_id=message.campaign_id,
        iteration=message.iteration,
        architecture=message.architecture,
        parameters=message.parameter_count,
        classes=classes,
        precision=message.precision,
        seed=message.seed,
        label_position=trained.label_position,
        training_class_counts=dict(zip(classes, trained.class_counts, strict=False)),
        pool_negatives=trained.pool_negatives,
        epochs=metrics.epochs,
        loss=np.array(metrics.loss_history, dtype=np.float64),
        accuracy=metrics.accuracy,
        confusion_matrix=np.array(metrics.confusion_matrix, dtype=np.int32).reshape(len(classes), -1),
        seconds=metrics.seconds,
        weights_sha256=message.weights_sha256,
        create_time=time_of(message.create_time),
        _session=session,
    )
