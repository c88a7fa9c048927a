"""Deadlines, cancellation, errors and streams, on real services."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

import spectrawl
from spectrawl.ingestion.v1.ingestion_service_pb2 import GetPoolRequest
from spectrawl.selection.v1.selection_service_pb2 import WatchCampaignRequest

REPOSITORY = Path(__file__).resolve().parents[3]


def test_a_refusal_has_reason_code_and_message(session: spectrawl.Session) -> None:
    with pytest.raises(spectrawl.ServiceError, match='there is no pool "none"') as refused:
        session.pool("none")
    assert refused.value.reason == "POOL_NOT_FOUND"
    assert refused.value.code == "NOT_FOUND"
    assert refused.value.rpc == "spectrawl.ingestion.v1.IngestionService/GetPool"


def test_the_reason_travels_as_the_services_write_it() -> None:
    contract = (REPOSITORY / "libs/grpc/src/service-error.ts").read_text()
    assert f"`{spectrawl.errors.REASON_KEY}`" in contract


def test_where_nothing_answers_the_message_says_where_and_what_to_do() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{unused.getsockname()[1]}"
        with (
            spectrawl.connect(address) as nobody,
            pytest.raises(spectrawl.ServiceError, match=f"no service answers at {re.escape(address)}.*is it running"),
        ):
            nobody.pools()


def test_a_call_ends_at_its_deadline() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with spectrawl.connect(address, timeout=0.2) as session:
            with pytest.raises(spectrawl.ServiceError, match="did not answer in time") as late:
                session.ingestion.call(session.ingestion.stub.GetPool, GetPoolRequest(pool_id="sky"))
            assert late.value.code == "DEADLINE_EXCEEDED"
            assert late.value.reason is None


def test_leaving_a_stream_cancels_its_call(session: spectrawl.Session, ondrejov: spectrawl.Pool) -> None:
    campaign = session.create_campaign("watched", pool=ondrejov.pool_id, seed_pools=[ondrejov.pool_id])
    service = session.selection
    calls: list[Any] = []

    def watch(request: WatchCampaignRequest, **options: Any) -> Any:  # noqa: ANN401
        calls.append(service.stub.WatchCampaign(request, **options))
        return calls[-1]

    method: Any = watch
    answers: Iterator[Any] = service.stream(method, WatchCampaignRequest(campaign_id=campaign.campaign_id))
    for answer in answers:
        assert answer.campaign.campaign_id == "watched"
        break
    answers.close()  # type: ignore[attr-defined]
    assert calls[0].code() is grpc.StatusCode.CANCELLED
    assert campaign.info().state == "created"


def test_a_failure_while_sending_is_told_as_it_was(session: spectrawl.Session, tmp_path: Path) -> None:
    pool = session.create_pool("unsent")
    with pytest.raises(FileNotFoundError):
        pool.ingest(tmp_path / "nothing.fits")
    assert pool.info().counts.received == 0
