"""What can go wrong, as exceptions that say what was wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import grpc

#: Trailing metadata in which a service names the reason of a refusal (libs/grpc).
REASON_KEY = "spectrawl-reason"


class SpectrawlError(Exception):
    """Anything that this package raises."""


class ConnectionFileError(SpectrawlError, ValueError):
    """What was said about the connection is wrong: the message names the file or variable, and the key."""


class MissingPackageError(SpectrawlError, ImportError):
    """A package that only some functions need is not installed; the message says how to get it."""


class CampaignFailedError(SpectrawlError):
    """A campaign that was waited for has failed; the message is its problem."""


class ServiceError(SpectrawlError):
    """A call that a service refused or could not answer.

    Attributes:
        reason: the stable reason, such as ``"POOL_NOT_FOUND"``, to compare with; None where the service gave none
        code: name of the gRPC status, such as ``"NOT_FOUND"``
        rpc: what was called, such as ``"spectrawl.ingestion.v1.IngestionService/GetPool"``

    """

    def __init__(self, message: str, *, code: str, reason: str | None, rpc: str) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.rpc = rpc


def service_error(error: grpc.RpcError, rpc: str, address: str) -> ServiceError:
    """Translates what grpcio raises. `address` is where the service was looked for."""
    # What grpcio raises is an RpcError and a Call at once, which its types don't tell.
    call: Any = error
    status: grpc.StatusCode = call.code()
    details: str = call.details() or str(error)
    metadata: Iterable[tuple[str, str | bytes]] = call.trailing_metadata() or ()
    reason = next((str(value) for key, value in metadata if key == REASON_KEY), None)
    if reason is None and status is grpc.StatusCode.UNAVAILABLE:
        details = (
            f"no service answers at {address} ({details}): is it running, is the address right, "
            "and does it expect TLS? See spectrawl.connect"
        )
    elif reason is None and status is grpc.StatusCode.DEADLINE_EXCEEDED:
        details = f"{rpc} at {address} did not answer in time: try again, or connect with a longer timeout"
    return ServiceError(details, code=status.name, reason=reason, rpc=rpc)
