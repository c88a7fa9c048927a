"""Turns of a campaign's loop, and what their audits say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from spectrawl.selection.v1.iteration_pb2 import Iteration as IterationMessage
from spectrawl.selection.v1.iteration_pb2 import IterationKind
from spectrawl.table import TIME, Table, column
from spectrawl.wording import time_of, word

if TYPE_CHECKING:
    from spectrawl.selection.v1.performance_estimate_pb2 import ErrorEstimate as ErrorMessage
    from spectrawl.selection.v1.performance_estimate_pb2 import PerformanceEstimate as EstimateMessage

#: The steps of an iteration, in their order.
STEPS: Final = ("training", "scoring", "selecting", "labelling", "done")


@dataclass(frozen=True)
class ErrorEstimate:
    """The error of a set of spectra that were predicted positive, with exact (Clopper–Pearson) bounds.

    Attributes:
        of_class: class predicted; ``"all"`` for all together
        population: spectra predicted so, from which the audit was drawn
        audited: spectra audited
        right: of these right
        wrong: of these wrong
        undecided: of these answered UNSURE or SKIP; they count as wrong
        error: share wrong or undecided; None without any answer
        lower: lower end of the two-sided interval
        upper: upper end of the two-sided interval
        bound: with the estimate's confidence the error is below it: this one certifies

    """

    of_class: str
    population: int
    audited: int
    right: int
    wrong: int
    undecided: int
    error: float | None
    lower: float
    upper: float
    bound: float


@dataclass(frozen=True)
class Estimate:
    """What an audit says.

    Attributes:
        confidence: of the bounds, 0 to 1
        overall: all predicted positives together
        by_class: each class but the first
        target_error: what the campaign wants to certify
        audits_needed: further audits that certify the target if none is wrong; None when out of reach
        certified: whether the error is certified to be at most the target

    """

    confidence: float
    overall: ErrorEstimate
    by_class: tuple[ErrorEstimate, ...]
    target_error: float
    audits_needed: int | None
    certified: bool


@dataclass(frozen=True)
class Iteration:
    """One turn of the loop.

    Attributes:
        number: from 0
        kind: ``"loop"``, or ``"final"``: intensive training, a larger audit, the catalogue
        step: ``"training"``, ``"scoring"``, ``"selecting"``, ``"labelling"`` or ``"done"``
        label_position: place in the label log up to which labels train it
        labels_spent: labels that annotators had given when it started
        model_id: empty until trained
        pool_size: spectra scored and not yet labelled or asked
        class_counts: spectra predicted to be of each class; they sum to pool_size
        queries: spectra asked because they teach most
        audits: spectra asked to measure the error
        estimate: what the audit says; None until the batch is labelled
        seconds: wall-clock seconds that each step took; 0 until it ends
        start_time: when it started
        end_time: when it ended; None until then

    """

    number: int
    kind: str
    step: str
    label_position: int
    labels_spent: int
    model_id: str
    pool_size: int
    class_counts: Mapping[str, int]
    queries: int
    audits: int
    estimate: Estimate | None
    seconds: Mapping[str, float]
    start_time: datetime | None
    end_time: datetime | None

    def is_at(self, step: str) -> bool:
        """Whether it has come to a step, or past it."""
        return self.step in STEPS and STEPS.index(self.step) >= STEPS.index(step)


#: What the contract says where the target is out of reach.
_OUT_OF_REACH: Final = 1_000_000


def iteration_from(message: IterationMessage, classes: Sequence[str]) -> Iteration:
    """Translates the contract's message."""
    seconds = message.seconds
    return Iteration(
        number=message.number,
        kind=word(IterationKind, message.kind, "ITERATION_KIND_"),
        step=word(IterationMessage.Step, message.step, "STEP_"),
        label_position=message.label_position,
        labels_spent=message.labels_spent,
        model_id=message.model_id,
        pool_size=message.pool_size,
        class_counts=dict(zip(classes, message.class_counts, strict=False)),
        queries=message.queries,
        audits=message.audits,
        estimate=_estimate(message.estimate) if message.HasField("estimate") else None,
        seconds={name: getattr(seconds, name) for name in STEPS[:-1]},
        start_time=time_of(message.start_time),
        end_time=time_of(message.end_time),
    )


def _estimate(message: EstimateMessage) -> Estimate:
    return Estimate(
        confidence=message.confidence,
        overall=_error(message.overall),
        by_class=tuple(map(_error, message.by_class)),
        target_error=message.target_error,
        audits_needed=None if message.audits_needed >= _OUT_OF_REACH else message.audits_needed,
        certified=message.certified,
    )


def _error(message: ErrorMessage) -> ErrorEstimate:
    return ErrorEstimate(
        of_class=getattr(message, "class") or "all",
        population=message.population,
        audited=message.audited,
        right=message.right,
        wrong=message.wrong,
        undecided=message.undecided,
        error=message.error if message.HasField("error") else None,
        lower=message.error_lower,
        upper=message.error_upper,
        bound=message.error_bound,
    )


def iteration_table(iterations: Iterable[Iteration], classes: Sequence[str]) -> Table:
    """A row for each iteration."""
    columns = [
        column("iteration", pa.int32(), "Number, from 0"),
        column("kind", pa.string(), "'loop' or 'final'"),
        column("step", pa.string(), "Step that it is at"),
        column("labels_spent", pa.int32(), "Labels given when it started"),
        column("model_id", pa.string(), "Its model; absent until trained"),
        column("pool_size", pa.int64(), "Spectra scored and not yet labelled or asked"),
        *(column(f"n_{name}", pa.int64(), f"Spectra predicted to be {name}") for name in classes),
        column("queries", pa.int32(), "Spectra asked because they teach most"),
        column("audits", pa.int32(), "Spectra asked to measure the error"),
        column("audited", pa.int32(), "Predicted positives audited so far"),
        column("error", pa.float64(), "Share of these wrong or undecided"),
        column("error_lower", pa.float64(), "Lower end of the two-sided interval"),
        column("error_upper", pa.float64(), "Upper end of the two-sided interval"),
        column("error_bound", pa.float64(), "One-sided bound, which certifies"),
        column("certified", pa.bool_(), "Whether the error is certified to be at most the target"),
        *(column(f"{name}_seconds", pa.float64(), f"Time that {name} took", unit="s") for name in STEPS[:-1]),
        column("start_time", TIME, "When it started"),
        column("end_time", TIME, "When it ended; absent until then"),
    ]
    return Table.from_rows(columns, (_iteration_row(one, classes) for one in iterations))


def _iteration_row(one: Iteration, classes: Sequence[str]) -> Sequence[object]:
    overall = one.estimate.overall if one.estimate else None
    return (
        one.number,
        one.kind,
        one.step,
        one.labels_spent,
        one.model_id or None,
        one.pool_size,
        *(one.class_counts.get(name) for name in classes),
        one.queries,
        one.audits,
        *((overall.audited, overall.error, overall.lower, overall.upper, overall.bound) if overall else (None,) * 5),
        one.estimate.certified if one.estimate else None,
        *(one.seconds[name] for name in STEPS[:-1]),
        one.start_time,
        one.end_time,
    )


_ESTIMATE: Final = (
    column("iteration", pa.int32(), "Number of the iteration"),
    column("class", pa.string(), "Class predicted, or 'all'"),
    column("population", pa.int64(), "Spectra predicted so"),
    column("audited", pa.int32(), "Of these audited"),
    column("right", pa.int32(), "Of the audited right"),
    column("wrong", pa.int32(), "Of the audited wrong"),
    column("undecided", pa.int32(), "Of the audited answered 'unsure' or 'skip'; they count as wrong"),
    column("error", pa.float64(), "Share wrong or undecided; absent without any answer"),
    column("error_lower", pa.float64(), "Lower end of the two-sided interval"),
    column("error_upper", pa.float64(), "Upper end of the two-sided interval"),
    column("error_bound", pa.float64(), "One-sided bound, which certifies"),
    column("confidence", pa.float64(), "Confidence of the bounds"),
)


def estimate_table(iterations: Iterable[Iteration]) -> Table:
    """A row for each iteration that has an estimate and class, and for all classes together."""
    rows = (
        (
            one.number,
            error.of_class,
            error.population,
            error.audited,
            error.right,
            error.wrong,
            error.undecided,
            error.error,
            error.lower,
            error.upper,
            error.bound,
            one.estimate.confidence,
        )
        for one in iterations
        if one.estimate
        for error in (one.estimate.overall, *one.estimate.by_class)
    )
    return Table.from_rows(_ESTIMATE, rows)
