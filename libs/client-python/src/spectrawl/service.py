"""How a service is called: TLS, token, deadlines, retries, limits, errors."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import grpc

from spectrawl.errors import service_error

if TYPE_CHECKING:
    from spectrawl.connection import Tls
    from spectrawl.token_file import TokenFile

Stub = TypeVar("Stub")
Request = TypeVar("Request")
Response = TypeVar("Response")

#: Largest message either way, as the services have it (libs/grpc).
MAX_MESSAGE_BYTES: Final = 4 * 1024 * 1024

#: Services may be starting, or moving: a call waits some seconds for one that is not there.
_SERVICE_CONFIG: Final = {
    "methodConfig": [
        {
            "name": [{}],
            "retryPolicy": {
                "maxAttempts": 5,
                "initialBackoff": "0.2s",
                "maxBackoff": "3s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}

#: Silence after which the other side is asked whether it is still there: who watches learns that it is gone.
_KEEPALIVE_MILLISECONDS: Final = 60_000


def is_loopback(address: str) -> bool:
    """Whether ``host:port`` is on this machine, so that nobody can listen on the way."""
    host = address.rpartition(":")[0].removeprefix("[").removesuffix("]")
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def open_channel(address: str, tls: Tls | None) -> grpc.Channel:
    """A channel to ``host:port``; the connection is made by the first call, and made again when it is lost."""
    options: list[tuple[str, Any]] = [
        ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ("grpc.keepalive_time_ms", _KEEPALIVE_MILLISECONDS),
        # A proxy that is meant for the world outside can't reach this machine's own services.
        ("grpc.enable_http_proxy", int(not is_loopback(address))),
    ]
    if tls is None:
        return grpc.insecure_channel(address, options)
    return grpc.secure_channel(address, tls.credentials(), options)


class Service(Generic[Stub]):
    """Calls one service.

    Args:
        stub: the typed stub that grpcio-tools made of the contract
        address: where it answers, for messages
        token: sent with every call
        timeout: seconds that a call with one answer may take; streams may take for ever

    """

    def __init__(self, stub: Stub, *, address: str, token: TokenFile | None, timeout: float) -> None:
        self.stub = stub
        self.address = address
        self._token = token
        self._timeout = timeout

    def call(
        self, method: grpc.UnaryUnaryMultiCallable[Request, Response], request: Request, timeout: float | None = None
    ) -> Response:
        """Calls a method of the stub that has one request and one answer.

        Raises:
            ServiceError: the service refused, or did not answer within `timeout` seconds.

        """
        try:
            return method(request, timeout=self._timeout if timeout is None else timeout, metadata=self._metadata())
        except grpc.RpcError as error:
            raise service_error(error, _rpc(method), self.address) from None

    def send(self, method: grpc.StreamUnaryMultiCallable[Request, Response], requests: Iterable[Request]) -> Response:
        """Calls a method of the stub that has a stream of requests and one answer.

        Raises:
            ServiceError: the service refused or could not be reached.
            Exception: whatever the requests raised; the call is cancelled then.

        """
        sending = _Sending(requests)
        try:
            return method(iter(sending), metadata=self._metadata())
        except grpc.RpcError as error:
            sending.raise_failure()
            raise service_error(error, _rpc(method), self.address) from None

    def stream(
        self, method: grpc.UnaryStreamMultiCallable[Request, Response], request: Request
    ) -> Generator[Response, None, None]:
        """Calls a method of the stub that answers with a stream. Leaving the generator, however, cancels the call.

        Raises:
            ServiceError: the service refused or could not be reached.

        """
        return self._answers(method, method(request, metadata=self._metadata()))

    def exchange(
        self, method: grpc.StreamStreamMultiCallable[Request, Response], requests: Iterable[Request]
    ) -> Generator[Response, None, None]:
        """Calls a method of the stub that has streams both ways. Leaving the generator, however, cancels the call.

        Raises:
            ServiceError: the service refused or could not be reached.
            Exception: whatever the requests raised; the call is cancelled then.

        """
        sending = _Sending(requests)
        return self._answers(method, method(iter(sending), metadata=self._metadata()), sending)

    def _answers(
        self, method: object, answers: grpc._CallIterator[Response], sending: _Sending[Any] | None = None
    ) -> Generator[Response, None, None]:
        try:
            yield from answers
        except grpc.RpcError as error:
            if sending is not None:
                sending.raise_failure()
            raise service_error(error, _rpc(method), self.address) from None
        finally:
            answers.cancel()

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        return () if self._token is None else (("authorization", f"Bearer {self._token.read()}"),)


class _Sending(Generic[Request]):
    """Requests of a stream. grpcio hides what iterating them raises, so it is kept here."""

    def __init__(self, requests: Iterable[Request]) -> None:
        self._requests = requests
        self._failure: Exception | None = None

    def __iter__(self) -> Iterator[Request]:
        try:
            yield from self._requests
        except Exception as error:
            self._failure = error
            raise

    def raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure


def _rpc(method: object) -> str:
    """``package.Service/Method``; grpcio keeps it as bytes, with a slash before."""
    path = getattr(method, "_method", b"")
    return (path.decode() if isinstance(path, bytes) else str(path)).removeprefix("/")
