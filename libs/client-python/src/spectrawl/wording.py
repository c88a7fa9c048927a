"""Words and times of the contracts, as Python says them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from google.protobuf.timestamp_pb2 import Timestamp


class _Enum(Protocol):
    def Name(self, number: Any) -> str: ...  # noqa: ANN401, N802


def word(enum: _Enum, value: int, prefix: str) -> str:
    """An enum's value as a word: ``STATE_RUNNING`` is ``"running"``. A value from a later version is its number."""
    try:
        return enum.Name(value).removeprefix(prefix).lower().replace("_", "-")
    except ValueError:
        return str(value)


def time_of(timestamp: Timestamp) -> datetime | None:
    """A time in UTC; None where the message has none."""
    if not timestamp.seconds and not timestamp.nanos:
        return None
    return timestamp.ToDatetime(tzinfo=UTC)
