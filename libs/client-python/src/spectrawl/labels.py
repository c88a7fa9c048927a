"""The label log, and labels made elsewhere."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from spectrawl.labelling.v1.label_pb2 import Annotator, Decision, Label, Purpose
from spectrawl.labelling.v1.labelling_service_pb2 import ImportLabelsRequest, ListLabelsRequest
from spectrawl.table import TIME, Table, column
from spectrawl.wording import time_of, word

if TYPE_CHECKING:
    from spectrawl.labelling.v1.labelling_service_pb2_grpc import LabellingServiceStub
    from spectrawl.service import Service

#: Rows of one message of an import: the contract's limit.
_ROWS: Final = 1000

_COLUMNS: Final = (
    column("position", pa.int64(), "Place in the log"),
    column("pool_id", pa.string(), "Pool of the spectrum"),
    column("spectrum_id", pa.string(), "Spectrum in the pool"),
    column("answer", pa.string(), "A class, 'unsure' or 'skip'; absent on a retraction"),
    column("retraction", pa.bool_(), "Whether the row takes back the answer before it to the same task"),
    column("purpose", pa.string(), "'query', 'audit', 'choice', 'import', 'overlap', 'repeat' or 'adjudication'"),
    column("campaign_id", pa.string(), "Campaign that asked; absent for imported labels"),
    column("iteration", pa.int32(), "Iteration that asked; absent for imported labels"),
    column("task_id", pa.string(), "Task that it answers; absent for imported labels"),
    column("annotator", pa.string(), "Who answered"),
    column("annotator_kind", pa.string(), "'person', 'simulated' or 'import'"),
    column("create_time", TIME, "When"),
    column("model_id", pa.string(), "Model whose scores chose it; absent for imported labels"),
    column("comment", pa.string(), "Free text"),
    column("about_task_id", pa.string(), "Task that an overlap, repeat or adjudication is about; else absent"),
)


def list_labels(service: Service[LabellingServiceStub], request: ListLabelsRequest) -> Table:
    """The rows of the log that a request asks for, in the order of their positions."""
    answers = service.stream(service.stub.ListLabels, request)
    return Table.from_rows(_COLUMNS, (_row(label) for answer in answers for label in answer.labels))


def import_labels(
    service: Service[LabellingServiceStub],
    pool_id: str,
    labels: Mapping[str, str] | Iterable[tuple[str, str]],
    annotator: str,
) -> int:
    """Appends labels to the log, all or none of them.

    Returns:
        How many there were.

    """
    rows = iter(labels.items() if isinstance(labels, Mapping) else labels)
    opening = ImportLabelsRequest.Open(request_id=str(uuid.uuid4()), pool_id=pool_id, annotator=annotator)
    requests = chain([ImportLabelsRequest(open=opening)], _messages(rows))
    return service.send(service.stub.ImportLabels, requests).imported


def _messages(rows: Iterator[tuple[str, str]]) -> Iterator[ImportLabelsRequest]:
    while some := list(islice(rows, _ROWS)):
        # "class" is a word of Python's own, so that it can't be written as an argument.
        given = [ImportLabelsRequest.Row(spectrum_id=name, **{"class": label}) for name, label in some]
        yield ImportLabelsRequest(rows=ImportLabelsRequest.Rows(rows=given))


def answer_of(decision: Decision) -> str | None:
    """The class, ``"unsure"`` or ``"skip"``; None where nothing is decided."""
    match decision.WhichOneof("answer"):
        case "class":
            return str(getattr(decision, "class"))
        case "abstention":
            return word(Decision.Abstention, decision.abstention, "ABSTENTION_")
        case _:
            return None


def _row(label: Label) -> Sequence[object]:
    imported = not label.campaign_id
    return (
        label.position,
        label.pool_id,
        label.spectrum_id,
        answer_of(label.decision),
        label.retraction,
        word(Purpose, label.purpose, "PURPOSE_"),
        label.campaign_id or None,
        None if imported else label.iteration,
        label.task_id or None,
        label.annotator.name,
        word(Annotator.Kind, label.annotator.kind, "KIND_"),
        time_of(label.create_time),
        label.model_id or None,
        label.comment,
        label.about_task_id or None,
    )
