"""Campaigns: searches of a pool for rare objects by active learning."""

from __future__ import annotations

import uuid
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import pyarrow as pa
from google.protobuf.json_format import MessageToDict

from spectrawl.agreement import agreement_table
from spectrawl.errors import CampaignFailedError, ServiceError
from spectrawl.iterations import Iteration, estimate_table, iteration_from, iteration_table
from spectrawl.labelling.v1.label_pb2 import Annotator
from spectrawl.labelling.v1.labelling_service_pb2 import (
    AskAboutSpectraRequest,
    GetAgreementRequest,
    GetBatchProgressRequest,
    ListLabelsRequest,
)
from spectrawl.labelling.v1.labelling_task_pb2 import AskedSpectrum
from spectrawl.labels import list_labels
from spectrawl.lease import MOST_TASKS, Lease, Progress, lease_tasks, progress_from
from spectrawl.scores import Scores
from spectrawl.selection.v1.campaign_pb2 import Campaign as CampaignMessage
from spectrawl.selection.v1.candidate_pb2 import Candidate
from spectrawl.selection.v1.selection_service_pb2 import (
    ExportCatalogueRequest,
    GetCampaignRequest,
    ListCandidatesRequest,
    ListIterationsRequest,
    PauseCampaignRequest,
    ResumeCampaignRequest,
    StartCampaignRequest,
    StopCampaignRequest,
    WatchCampaignRequest,
)
from spectrawl.table import Table, column
from spectrawl.wording import time_of, word

if TYPE_CHECKING:
    import os

    from spectrawl.session import Session

# Spectra of one request: the contract's limit.
_MOST_ASKED: Final = 200

_CANDIDATE: Final = (
    column("rank", pa.int32(), "Place in the catalogue, from 1"),
    column("spectrum_id", pa.string(), "Spectrum in the pool"),
    column("designation", pa.string(), "The survey's name of the object"),
    column("ra", pa.float64(), "Right ascension, ICRS", unit="deg"),
    column("dec", pa.float64(), "Declination, ICRS", unit="deg"),
    column("snr", pa.float32(), "Signal-to-noise ratio a pixel"),
    column("class", pa.string(), "Its class"),
    column("origin", pa.string(), "'labelled' by an annotator, or 'predicted'"),
    column("emission_probability", pa.float64(), "Probability of any emission by the final scoring"),
)


@dataclass(frozen=True)
class Catalogue:
    """What a campaign found, in numbers.

    Attributes:
        candidates: how many
        class_counts: of each class
        threshold: least probability of emission of a predicted candidate; 0 when the most probable class decided
        certified: whether the error of the predicted candidates is certified below the campaign's target
        error_upper: upper bound of that error at the campaign's confidence

    """

    candidates: int
    class_counts: dict[str, int]
    threshold: float
    certified: bool
    error_upper: float


@dataclass(frozen=True)
class CampaignInfo:
    """What a campaign is at the moment.

    Attributes:
        campaign_id: its name
        state: ``"created"``, ``"running"``, ``"paused"``, ``"completed"`` or ``"failed"``
        pool_id: the pool that is searched
        seed_pool_ids: pools whose imported labels train iteration 0
        preset: what the method began from
        method: the whole method as it runs
        seed: of every random choice
        classes: in the order of the network's outputs; the first is 'not interesting'
        current_iteration: -1 before the start
        labels_spent: labels that annotators gave
        stop_reason: why the loop ended; empty while it runs
        problem: what went wrong; empty unless failed
        catalogue: None until completed
        create_time: when it was created
        end_time: when the catalogue was published; None until then

    """

    campaign_id: str
    state: str
    pool_id: str
    seed_pool_ids: tuple[str, ...]
    preset: str
    method: Mapping[str, Any]
    seed: int
    classes: tuple[str, ...]
    current_iteration: int
    labels_spent: int
    stop_reason: str
    problem: str
    catalogue: Catalogue | None
    create_time: datetime | None
    end_time: datetime | None


@dataclass(frozen=True)
class Change:
    """What a watched campaign came to.

    Attributes:
        campaign: as it is now
        iterations: all of them in the first change, then those that changed

    """

    campaign: CampaignInfo
    iterations: tuple[Iteration, ...]


class Campaign:
    """A campaign. Get one by ``session.campaign(name)`` or ``session.create_campaign(…)``.

    Attributes:
        campaign_id: its name
        pool_id: the pool that is searched
        classes: in the order of the network's outputs; the first is 'not interesting'

    """

    def __init__(self, session: Session, info: CampaignInfo) -> None:
        self.campaign_id = info.campaign_id
        self.pool_id = info.pool_id
        self.classes = info.classes
        self._session = session

    def __repr__(self) -> str:
        return f"<spectrawl.Campaign {self.campaign_id}>"

    def info(self) -> CampaignInfo:
        """What the campaign is now."""
        service = self._session.selection
        request = GetCampaignRequest(campaign_id=self.campaign_id)
        return campaign_info(service.call(service.stub.GetCampaign, request).campaign)

    def start(self) -> CampaignInfo:
        """Starts iteration 0. Starting a running campaign changes nothing.

        Raises:
            ServiceError: NO_LABELS.

        """
        service = self._session.selection
        request = StartCampaignRequest(campaign_id=self.campaign_id)
        return campaign_info(service.call(service.stub.StartCampaign, request, self._session.long_timeout).campaign)

    def pause(self) -> CampaignInfo:
        """Holds the campaign before its next step.

        Raises:
            ServiceError: CAMPAIGN_OVER.

        """
        service = self._session.selection
        request = PauseCampaignRequest(campaign_id=self.campaign_id)
        return campaign_info(service.call(service.stub.PauseCampaign, request).campaign)

    def resume(self) -> CampaignInfo:
        """Goes on after a pause, or tries the step that failed again.

        Raises:
            ServiceError: CAMPAIGN_OVER.

        """
        service = self._session.selection
        request = ResumeCampaignRequest(campaign_id=self.campaign_id)
        return campaign_info(service.call(service.stub.ResumeCampaign, request).campaign)

    def stop(self) -> CampaignInfo:
        """Ends the loop once the batch at hand is labelled: final training, audit and catalogue follow.

        Raises:
            ServiceError: CAMPAIGN_OVER.

        """
        service = self._session.selection
        request = StopCampaignRequest(campaign_id=self.campaign_id)
        return campaign_info(service.call(service.stub.StopCampaign, request).campaign)

    def watch(self) -> Generator[Change, None, None]:
        """Yields the campaign now and whenever it changes, until it is completed. Leaving the loop ends the call.

        Where the service asks to come again, because it is replaced or the connection is old, the watch goes on: the
        next change then has all iterations again.

        Raises:
            ServiceError: the service could not be reached any more.

        """
        service = self._session.selection
        request = WatchCampaignRequest(campaign_id=self.campaign_id)
        while True:
            answers = service.stream(service.stub.WatchCampaign, request)
            try:
                for answer in answers:
                    iterations = tuple(iteration_from(one, self.classes) for one in answer.iterations)
                    yield Change(campaign_info(answer.campaign), iterations)
            except ServiceError as error:
                if error.reason != "STOPPING":
                    raise
            else:
                return
            finally:
                answers.close()

    def wait_for(self, step: Literal["scoring", "selecting", "labelling", "done"], iteration: int) -> Iteration:
        """Waits until an iteration has come to a step, or past it.

        Raises:
            CampaignFailedError: the campaign failed before.
            ServiceError: the service refused or could not be reached.

        """
        changes = self.watch()
        try:
            for change in changes:
                if change.campaign.state == "failed":
                    raise CampaignFailedError(f"campaign {self.campaign_id}: {change.campaign.problem}")
                for one in change.iterations:
                    if one.number > iteration or (one.number == iteration and one.is_at(step)):
                        return one
        finally:
            changes.close()
        raise CampaignFailedError(f"campaign {self.campaign_id} ended before iteration {iteration} came to {step}")

    def iterations(self) -> Table:
        """The turns of the loop, a row each: counts of each class as ``n_<class>``, the audited error, seconds.

        ``error`` is the share of wrong among the audited spectra that were predicted positive; ``error_lower`` and
        ``error_upper`` are its exact two-sided bounds; ``error_bound`` is the one-sided bound that certifies. They are
        absent until the batch is labelled.
        """
        return iteration_table(self._iterations(), self.classes)

    def estimates(self) -> Table:
        """What the audits say: a row for each iteration and class, and one for ``"all"`` predicted positives."""
        return estimate_table(self._iterations())

    def scores(self, iteration: int | None = None) -> Scores:
        """The scores of every spectrum of the pool, to be streamed; nothing is fetched before they are iterated.

        Args:
            iteration: of which; None means the newest iteration that is scored

        Raises:
            ServiceError: SCORING_RUN_NOT_FOUND where no iteration is scored yet.

        """
        number = self._session.newest_scored(self.campaign_id) if iteration is None else iteration
        return Scores(self._session.inference, f"{self.campaign_id}-{number}", self.classes)

    def lease(self, annotator: str, limit: int = 20, *, wait: float = 0.0, simulated: bool = False) -> Lease:
        """Takes questions of the current batch for a while; in a ``with`` block what is not answered goes back.

        Args:
            annotator: who answers
            limit: at most so many, 1 to 100
            wait: seconds to wait for the first question; the lease is empty where none comes
            simulated: whether a program answers that knows the truth; the log marks it

        """
        if not 1 <= limit <= MOST_TASKS:
            message = f"limit is {limit}: take 1 to {MOST_TASKS} questions at a time"
            raise ValueError(message)
        kind = Annotator.KIND_SIMULATED if simulated else Annotator.KIND_PERSON
        return lease_tasks(self._session, self.campaign_id, Annotator(name=annotator, kind=kind), limit, wait)

    def ask(self, spectrum_ids: Sequence[str], annotator: str) -> dict[str, str]:
        """Puts spectra that somebody picked out into the open batch, behind its other questions.

        Args:
            spectrum_ids: spectra of the campaign's pool
            annotator: who picked them out

        Returns:
            what came of each: ``"asked"``, ``"already-asked"`` or ``"already-labelled"``.

        Raises:
            ServiceError: NO_OPEN_BATCH while none waits for labels, SPECTRUM_NOT_FOUND.

        """
        service = self._session.labelling
        outcomes: dict[str, str] = {}
        for start in range(0, len(spectrum_ids), _MOST_ASKED):
            request = AskAboutSpectraRequest(
                request_id=str(uuid.uuid4()),
                campaign_id=self.campaign_id,
                spectrum_ids=spectrum_ids[start : start + _MOST_ASKED],
                annotator=Annotator(name=annotator, kind=Annotator.KIND_PERSON),
            )
            answer = service.call(service.stub.AskAboutSpectra, request)
            for one in answer.spectra:
                outcomes[one.spectrum_id] = word(AskedSpectrum.Outcome, one.outcome, "OUTCOME_")
        return outcomes

    def progress(self) -> Progress:
        """How far the newest batch of questions is.

        Raises:
            ServiceError: BATCH_NOT_FOUND before the first one.

        """
        service = self._session.labelling
        request = GetBatchProgressRequest(campaign_id=self.campaign_id)
        return progress_from(service.call(service.stub.GetBatchProgress, request).progress)

    def labels(self, *, effective_only: bool = False) -> Table:
        """The label log of the campaign, imported labels included.

        Args:
            effective_only: only the answer that counts for each spectrum, retractions applied

        """
        request = ListLabelsRequest(campaign_id=self.campaign_id, effective_only=effective_only)
        return list_labels(self._session.labelling, request)

    def agreement(self) -> Table:
        """How far annotators agree on the spectra that were put to two of them, or to one of them twice."""
        service = self._session.labelling
        request = GetAgreementRequest(campaign_id=self.campaign_id)
        return agreement_table(service.call(service.stub.GetAgreement, request))

    def candidates(self, of_class: str = "") -> Table:
        """The catalogue by rank, with positions in degrees (ICRS) and ``p_<class>`` for each class.

        Args:
            of_class: only this class; empty means all

        Raises:
            ServiceError: NO_CATALOGUE before it is published.

        """
        service = self._session.selection
        found = self._session.pages(
            lambda token: service.call(
                service.stub.ListCandidates,
                ListCandidatesRequest(
                    campaign_id=self.campaign_id, page_size=1000, page_token=token, **{"class": of_class}
                ),
            ),
            lambda page: page.candidates,
        )
        columns = [*_CANDIDATE, *(column(f"p_{name}", pa.float32(), f"Probability of {name}") for name in self.classes)]
        rows = (_candidate(one, len(self.classes)) for one in found)
        return Table.from_rows(
            columns, rows, {"campaign_id": self.campaign_id, "pool_id": self.pool_id, "frame": "icrs"}
        )

    def save_catalogue(
        self, path: str | os.PathLike[str], kind: Literal["votable", "csv", "parquet", "provenance"] = "votable"
    ) -> Path:
        """Saves a file of the catalogue, which appears whole or not at all.

        Raises:
            ServiceError: NO_CATALOGUE before it is published.
            OSError: the file can't be written.

        """
        service = self._session.selection
        request = ExportCatalogueRequest(campaign_id=self.campaign_id, format=kind)
        target = Path(path)
        part = target.with_name(f"{target.name}.part")
        try:
            with part.open("wb") as file:
                for piece in service.stream(service.stub.ExportCatalogue, request):
                    file.write(piece.data)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return target

    def _iterations(self) -> list[Iteration]:
        service = self._session.selection
        found = self._session.pages(
            lambda token: service.call(
                service.stub.ListIterations,
                ListIterationsRequest(campaign_id=self.campaign_id, page_size=1000, page_token=token),
            ),
            lambda page: page.iterations,
        )
        return [iteration_from(one, self.classes) for one in found]


def campaign_info(message: CampaignMessage) -> CampaignInfo:
    """Translates the contract's message."""
    found = message.catalogue
    catalogue = Catalogue(
        candidates=found.candidates,
        class_counts=dict(zip(message.classes, found.class_counts, strict=False)),
        threshold=found.threshold,
        certified=found.certified,
        error_upper=found.error_upper,
    )
    return CampaignInfo(
        campaign_id=message.campaign_id,
        state=word(CampaignMessage.State, message.state, "STATE_"),
        pool_id=message.pool_id,
        seed_pool_ids=tuple(message.seed_pool_ids),
        preset=message.preset,
        method=MessageToDict(message.method),
        seed=message.seed,
        classes=tuple(message.classes),
        current_iteration=message.current_iteration,
        labels_spent=message.labels_spent,
        stop_reason=message.stop_reason,
        problem=message.problem,
        catalogue=catalogue if message.HasField("catalogue") else None,
        create_time=time_of(message.create_time),
        end_time=time_of(message.end_time),
    )


def _candidate(message: Candidate, classes: int) -> Sequence[object]:
    return (
        message.rank,
        message.spectrum_id,
        message.designation if message.HasField("designation") else None,
        message.ra if message.HasField("ra") else None,
        message.dec if message.HasField("dec") else None,
        message.snr if message.HasField("snr") else None,
        getattr(message, "class"),
        word(Candidate.Origin, message.origin, "ORIGIN_"),
        message.emission_probability,
        *(message.probabilities or (None,) * classes),
    )
