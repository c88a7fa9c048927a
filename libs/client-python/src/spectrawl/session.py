"""The way in: a session with the services of a deployment."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar

import grpc
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct

from spectrawl.campaign import Campaign, CampaignInfo, campaign_info
from spectrawl.connection import Tls, find_connection
from spectrawl.errors import ServiceError
from spectrawl.inference.v1.inference_service_pb2 import ListScoringRunsRequest
from spectrawl.inference.v1.inference_service_pb2_grpc import InferenceServiceStub
from spectrawl.inference.v1.scoring_run_pb2 import ScoringRun
from spectrawl.ingestion.v1.ingestion_service_pb2 import CreatePoolRequest, GetPoolRequest, ListPoolsRequest
from spectrawl.ingestion.v1.ingestion_service_pb2_grpc import IngestionServiceStub
from spectrawl.labelling.v1.labelling_service_pb2_grpc import LabellingServiceStub
from spectrawl.model import Model, model_from
from spectrawl.pool import Pool, PoolInfo, pool_info
from spectrawl.selection.v1.selection_service_pb2 import (
    CreateCampaignRequest,
    GetCampaignRequest,
    ListCampaignsRequest,
)
from spectrawl.selection.v1.selection_service_pb2_grpc import SelectionServiceStub
from spectrawl.service import Service, is_loopback, open_channel
from spectrawl.token_file import TokenFile
from spectrawl.training.v1.training_service_pb2 import GetModelRequest, ListModelsRequest
from spectrawl.training.v1.training_service_pb2_grpc import TrainingServiceStub

if TYPE_CHECKING:
    from spectrawl.connection import Connection

#: Seconds that a call with one answer may take unless told.
DEFAULT_TIMEOUT: Final = 30.0

#: How much longer calls may take that write or compute much.
_LONG: Final = 10


class _Page(Protocol):
    @property
    def next_page_token(self) -> str: ...


PageT = TypeVar("PageT", bound=_Page)
RowT = TypeVar("RowT")


def connect(
    target: str | os.PathLike[str] | None = None,
    *,
    ca_file: str | os.PathLike[str] | None = None,
    certificate_file: str | os.PathLike[str] | None = None,
    key_file: str | os.PathLike[str] | None = None,
    token_file: str | os.PathLike[str] | None = None,
    tls: bool | None = None,
    timeout: float = DEFAULT_TIMEOUT,
) -> Session:
    """Opens a session. Connections are made by the first call of each service.

    Args:
        target: ``host:port``, or the path of a connection file; None means what the environment says
            (SPECTRAWL_ADDRESS, or else the file SPECTRAWL_CONNECTION), or else ``127.0.0.1:50051``
        ca_file: PEM file of the authorities that vouch for the services, instead of SPECTRAWL_CA_FILE
        certificate_file: PEM file of the client's certificate, for mutual TLS
        key_file: PEM file of its key
        token_file: file with the bearer token, instead of SPECTRAWL_TOKEN_FILE; read again when it changes
        tls: True encrypts, with the authorities that gRPC knows unless a file names others; False never does, as in
            a service mesh that does; None encrypts where a file says how, and where a token goes to another machine
        timeout: seconds that a call with one answer may take; streams may take for ever

    Raises:
        ConnectionFileError: an argument, the connection file or a variable is wrong; the message says which.

    """
    found = find_connection(target)
    given = {"ca_file": ca_file, "certificate_file": certificate_file, "key_file": key_file}
    files = {name: Path(file) for name, file in given.items() if file is not None}
    known = replace(found.tls or Tls(), **files) if files or tls else found.tls
    token = found.token if token_file is None else TokenFile(token_file)
    if token is not None and known is None and not all(map(is_loopback, found.addresses.values())):
        known = Tls()
    if tls is False:
        known = None
    return Session(found, tls=known, token=token, timeout=timeout)


class Session:
    """The services of a deployment. Made by :func:`connect`; as a context manager it closes at the end.

    The services themselves are at hand for what has no method here, with errors, deadline and token in place::

        service = session.inference
        service.call(service.stub.GetScoringRun, GetScoringRunRequest(scoring_run_id="hunt-0"))

    Attributes:
        ingestion: the service that keeps pools
        training: the service that keeps models
        inference: the service that scores
        selection: the service that runs campaigns
        labelling: the service that asks and keeps labels
        long_timeout: seconds that calls may take that write or compute much

    """

    def __init__(self, connection: Connection, *, tls: Tls | None, token: TokenFile | None, timeout: float) -> None:
        self._addresses = dict(connection.addresses)
        self._channels: dict[str, grpc.Channel] = {}
        for address in self._addresses.values():
            if address not in self._channels:
                self._channels[address] = open_channel(address, tls)

        def service(name: str, stub: Callable[[grpc.Channel], StubT]) -> Service[StubT]:
            address = self._addresses[name]
            return Service(stub(self._channels[address]), address=address, token=token, timeout=timeout)

        self.ingestion = service("ingestion", IngestionServiceStub)
        self.training = service("training", TrainingServiceStub)
        self.inference = service("inference", InferenceServiceStub)
        self.selection = service("selection", SelectionServiceStub)
        self.labelling = service("labelling", LabellingServiceStub)
        self.long_timeout = _LONG * timeout

    def close(self) -> None:
        """Ends every call under way and closes the connections."""
        for channel in self._channels.values():
            channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<spectrawl.Session with {', '.join(self._channels)}>"

    def pools(self) -> list[PoolInfo]:
        """Every pool, by name."""
        service = self.ingestion
        found = self.pages(
            lambda token: service.call(service.stub.ListPools, ListPoolsRequest(page_size=1000, page_token=token)),
            lambda page: page.pools,
        )
        return [pool_info(one) for one in found]

    def pool(self, pool_id: str) -> Pool:
        """A pool that exists.

        Raises:
            ServiceError: POOL_NOT_FOUND.

        """
        self.ingestion.call(self.ingestion.stub.GetPool, GetPoolRequest(pool_id=pool_id))
        return Pool(self, pool_id)

    def create_pool(self, pool_id: str) -> Pool:
        """Creates an empty, open pool.

        Args:
            pool_id: 1 to 63 of a-z, 0-9 and '-', beginning with a letter or digit

        Raises:
            ServiceError: POOL_EXISTS, BAD_REQUEST.

        """
        request = CreatePoolRequest(request_id=str(uuid.uuid4()), pool_id=pool_id)
        self.ingestion.call(self.ingestion.stub.CreatePool, request)
        return Pool(self, pool_id)

    def campaigns(self) -> list[CampaignInfo]:
        """Every campaign, by name."""
        service = self.selection
        found = self.pages(
            lambda token: service.call(
                service.stub.ListCampaigns, ListCampaignsRequest(page_size=1000, page_token=token)
            ),
            lambda page: page.campaigns,
        )
        return [campaign_info(one) for one in found]

    def campaign(self, campaign_id: str) -> Campaign:
        """A campaign that exists.

        Raises:
            ServiceError: CAMPAIGN_NOT_FOUND.

        """
        request = GetCampaignRequest(campaign_id=campaign_id)
        return Campaign(self, campaign_info(self.selection.call(self.selection.stub.GetCampaign, request).campaign))

    def create_campaign(
        self,
        campaign_id: str,
        *,
        pool: str,
        seed_pools: Sequence[str],
        preset: str = "",
        method: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> Campaign:
        """Creates a campaign, which waits for its start.

        Args:
            campaign_id: 1 to 63 of a-z, 0-9 and '-', beginning with a letter or digit
            pool: the sealed pool to search
            seed_pools: sealed pools with imported labels, at least one; may name the searched pool itself
            preset: ``"skoda-2020"`` or ``"default"``; empty means default
            method: values that replace the preset's
            seed: of every random choice, at most 2**53 - 1

        Raises:
            ServiceError: CAMPAIGN_EXISTS, POOL_NOT_FOUND, POOL_NOT_SEALED, BAD_METHOD.

        """
        request = CreateCampaignRequest(
            request_id=str(uuid.uuid4()),
            campaign_id=campaign_id,
            pool_id=pool,
            seed_pool_ids=seed_pools,
            preset=preset,
            method=ParseDict(dict(method or {}), Struct()),
            seed=seed,
        )
        return Campaign(self, campaign_info(self.selection.call(self.selection.stub.CreateCampaign, request).campaign))

    def models(self, campaign_id: str = "") -> list[Model]:
        """Models by campaign and iteration; only those of `campaign_id`, unless it is empty."""
        service = self.training
        found = self.pages(
            lambda token: service.call(
                service.stub.ListModels, ListModelsRequest(campaign_id=campaign_id, page_size=1000, page_token=token)
            ),
            lambda page: page.models,
        )
        return [model_from(self, one) for one in found]

    def model(self, model_id: str) -> Model:
        """A model that exists.

        Raises:
            ServiceError: MODEL_NOT_FOUND.

        """
        request = GetModelRequest(model_id=model_id)
        return model_from(self, self.training.call(self.training.stub.GetModel, request).model)

    def newest_scored(self, campaign_id: str) -> int:
        """Number of the newest iteration of a campaign whose scoring is over.

        Raises:
            ServiceError: SCORING_RUN_NOT_FOUND where there is none.

        """
        service = self.inference
        runs = self.pages(
            lambda token: service.call(
                service.stub.ListScoringRuns,
                ListScoringRunsRequest(campaign_id=campaign_id, page_size=1000, page_token=token),
            ),
            lambda page: page.scoring_runs,
        )
        scored = [run.iteration for run in runs if run.state == ScoringRun.STATE_SUCCEEDED]
        if not scored:
            raise ServiceError(
                f'campaign "{campaign_id}" has no iteration that is scored yet: wait for its step "selecting"',
                code="NOT_FOUND",
                reason="SCORING_RUN_NOT_FOUND",
                rpc="spectrawl.inference.v1.InferenceService/ListScoringRuns",
            )
        return int(max(scored))

    def pages(self, ask: Callable[[str], PageT], rows_of: Callable[[PageT], Iterable[RowT]]) -> Iterator[RowT]:
        """The rows of every page of a list, as they come.

        Args:
            ask: asks for the page after a token
            rows_of: the rows of a page

        """
        token = ""
        while True:
            page = ask(token)
            yield from rows_of(page)
            token = page.next_page_token
            if not token:
                return


StubT = TypeVar("StubT")
