"""Questions of a campaign, taken for a while and answered."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self, cast, overload

from spectrawl.ingestion.v1.ingestion_service_pb2 import GetSpectrumRequest
from spectrawl.labelling.v1.label_pb2 import Annotator, Decision, Purpose
from spectrawl.labelling.v1.labelling_service_pb2 import (
    LeaseTasksRequest,
    ReleaseTasksRequest,
    SubmitLabelRequest,
    UndoLabelRequest,
)
from spectrawl.spectrum import Spectrum, spectrum_from
from spectrawl.wording import word

if TYPE_CHECKING:
    from spectrawl.labelling.v1.labelling_task_pb2 import BatchProgress, LabellingTask
    from spectrawl.session import Session

#: Tasks of one lease: the contract's limit.
MOST_TASKS: Final = 100

#: Seconds between looks for questions that are not there yet, at first and at most.
_FIRST_WAIT: Final = 0.1
_LONGEST_WAIT: Final = 2.0


class Abstention(Enum):
    """An answer that names no class."""

    UNSURE = Decision.ABSTENTION_UNSURE
    SKIP = Decision.ABSTENTION_SKIP


#: The annotator looked and can't tell. Counts as wrong in a certified error.
UNSURE: Final = Abstention.UNSURE
#: The annotator does not want to judge this one; nothing is learnt from it.
SKIP: Final = Abstention.SKIP


@dataclass(frozen=True)
class Progress:
    """How far a batch of questions is.

    Attributes:
        iteration: the iteration that asks
        tasks: questions in the batch
        answered: of these answered
        unsure: of these answered with UNSURE
        skipped: of these answered with SKIP

    """

    iteration: int
    tasks: int
    answered: int
    unsure: int
    skipped: int

    @property
    def is_complete(self) -> bool:
        """Whether every question is answered."""
        return self.answered >= self.tasks


@dataclass(frozen=True)
class Task:
    """One question: of which class a spectrum is.

    Attributes:
        task_id: its name
        iteration: the iteration that asks
        pool_id: pool of the spectrum
        spectrum_id: the spectrum
        purpose: ``"query"`` because the answer teaches most, ``"audit"`` to measure the error, ``"choice"`` as somebody
            picked it out; ``"overlap"`` put to a second person, too, and ``"repeat"`` put again: these are in no batch,
            and measure how annotators agree
        reason: why it was chosen, such as ``"margin rank 3"``; empty on all but queries and choices
        rank: place in the batch, from 1
        probabilities: what the network says of each class; empty on all but queries: the others are shown without
        classes: what to choose from

    """

    task_id: str
    iteration: int
    pool_id: str
    spectrum_id: str
    purpose: Literal["query", "audit", "choice", "overlap", "repeat"]
    reason: str
    rank: int
    probabilities: dict[str, float]
    classes: tuple[str, ...]
    _lease: Lease = field(repr=False, compare=False)

    def spectrum(self) -> Spectrum:
        """What is asked about, at full resolution."""
        return self._lease.spectrum(self)

    def submit(self, answer: str | Abstention, comment: str = "") -> Progress:
        """Answers: a class, or UNSURE, or SKIP. Answering again corrects; the log keeps both.

        Raises:
            ServiceError: UNKNOWN_CLASS; TASK_LEASED when the lease has ended and another annotator holds the task.

        """
        return self._lease.submit(self, answer, comment)

    def undo(self) -> None:
        """Takes the answer back; the task is this lease's again.

        Raises:
            ServiceError: NOTHING_TO_UNDO; BATCH_CLOSED once the batch is complete: answer again instead.

        """
        self._lease.undo(self)


class Lease:
    """Some questions, held for one annotator. As a context manager it gives back what is not answered.

    Args:
        session: the connection
        annotator: who answers
        messages: the tasks as the service gave them

    """

    def __init__(self, session: Session, annotator: Annotator, messages: list[LabellingTask]) -> None:
        self._session = session
        self._annotator = annotator
        self._tasks = [self._task(message) for message in messages]
        self._open = {task.task_id for task in self._tasks}

    def __len__(self) -> int:
        return len(self._tasks)

    def __iter__(self) -> Iterator[Task]:
        return iter(self._tasks)

    @overload
    def __getitem__(self, index: int) -> Task: ...
    @overload
    def __getitem__(self, index: slice) -> list[Task]: ...
    def __getitem__(self, index: int | slice) -> Task | list[Task]:
        return self._tasks[index]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()

    def release(self) -> int:
        """Gives back what is not answered.

        Returns:
            How many tasks went back to the queue.

        """
        if not self._open:
            return 0
        service = self._session.labelling
        request = ReleaseTasksRequest(task_ids=sorted(self._open), annotator=self._annotator.name)
        self._open = set()
        return service.call(service.stub.ReleaseTasks, request).released

    def spectrum(self, task: Task) -> Spectrum:
        """What a task asks about."""
        service = self._session.ingestion
        request = GetSpectrumRequest(pool_id=task.pool_id, spectrum_id=task.spectrum_id)
        return spectrum_from(service.call(service.stub.GetSpectrum, request).spectrum)

    def submit(self, task: Task, answer: str | Abstention, comment: str) -> Progress:
        """Answers a task of this lease."""
        decision = Decision(abstention=answer.value) if isinstance(answer, Abstention) else Decision(**_class(answer))
        service = self._session.labelling
        request = SubmitLabelRequest(
            request_id=str(uuid.uuid4()),
            task_id=task.task_id,
            annotator=self._annotator,
            decision=decision,
            comment=comment,
        )
        response = service.call(service.stub.SubmitLabel, request)
        self._open.discard(task.task_id)
        return progress_from(response.progress)

    def undo(self, task: Task) -> None:
        """Takes back the answer to a task of this lease."""
        service = self._session.labelling
        request = UndoLabelRequest(request_id=str(uuid.uuid4()), task_id=task.task_id, annotator=self._annotator.name)
        service.call(service.stub.UndoLabel, request)
        self._open.add(task.task_id)

    def _task(self, message: LabellingTask) -> Task:
        return Task(
            task_id=message.task_id,
            iteration=message.iteration,
            pool_id=message.pool_id,
            spectrum_id=message.spectrum_id,
            purpose=cast(
                "Literal['query', 'audit', 'choice', 'overlap', 'repeat']",
                word(Purpose, message.purpose, "PURPOSE_"),
            ),
            reason=message.reason,
            rank=message.rank,
            probabilities=dict(zip(message.classes, message.probabilities, strict=False)),
            classes=tuple(message.classes),
            _lease=self,
        )


def lease_tasks(session: Session, campaign_id: str, annotator: Annotator, limit: int, wait: float) -> Lease:
    """Takes up to `limit` questions; looks for them for `wait` seconds where there are none yet."""
    service = session.labelling
    request = LeaseTasksRequest(campaign_id=campaign_id, annotator=annotator, max_tasks=limit)
    deadline = time.monotonic() + wait
    pause = _FIRST_WAIT
    while True:
        tasks = service.call(service.stub.LeaseTasks, request).tasks
        left = deadline - time.monotonic()
        if tasks or left <= 0:
            return Lease(session, annotator, list(tasks))
        time.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_WAIT)


def _class(name: str) -> dict[str, Any]:
    """A class, as an argument: "class" is a word of Python's own."""
    return {"class": name}


def progress_from(message: BatchProgress) -> Progress:
    """Translates the contract's message."""
    return Progress(message.iteration, message.tasks, message.answered, message.unsure, message.skipped)
