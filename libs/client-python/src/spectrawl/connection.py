"""Where the services are and how they are known: connection files, environment variables, arguments."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import grpc
import yaml

from spectrawl.errors import ConnectionFileError
from spectrawl.token_file import TokenFile

#: Where the one-process services listen unless configured.
DEFAULT_ADDRESS: Final = "127.0.0.1:50051"

#: The services of a deployment, as connection files name them under ``addresses``.
SERVICES: Final = ("ingestion", "training", "inference", "selection", "labelling")

_KEYS: Final = ("address", "addresses", "caFile", "certificateFile", "keyFile", "tokenFile")
_ADDRESS: Final = re.compile(r".+:\d+")


@dataclass(frozen=True)
class Tls:
    """How a client knows the services, and how it proves who it is. PEM files, read when the connection is made.

    Attributes:
        ca_file: authorities that the services' certificates may come from; None means those that gRPC knows
        certificate_file: certificate of the client, for mutual TLS
        key_file: its key

    """

    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None

    def credentials(self) -> grpc.ChannelCredentials:
        """What grpcio wants to have.

        Raises:
            ConnectionFileError: a file can't be read, or a certificate comes without its key.

        """
        if (self.certificate_file is None) != (self.key_file is None):
            message = "mutual TLS needs both certificateFile and keyFile: give both or neither"
            raise ConnectionFileError(message)
        return grpc.ssl_channel_credentials(
            root_certificates=_read(self.ca_file),
            private_key=_read(self.key_file),
            certificate_chain=_read(self.certificate_file),
        )


@dataclass(frozen=True)
class Connection:
    """All that is needed to reach a deployment.

    Attributes:
        addresses: ``host:port`` of each service
        tls: None for connections without encryption
        token: bearer token that is sent with every call

    """

    addresses: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(SERVICES, DEFAULT_ADDRESS))
    tls: Tls | None = None
    token: TokenFile | None = None


def find_connection(
    target: str | os.PathLike[str] | None = None, environment: Mapping[str, str] = os.environ
) -> Connection:
    """Puts a connection together as the command line does.

    Args:
        target: ``host:port``, or the path of a connection file; None means what the environment says:
            SPECTRAWL_ADDRESS, or else the file SPECTRAWL_CONNECTION, or else :data:`DEFAULT_ADDRESS`
        environment: SPECTRAWL_CA_FILE and SPECTRAWL_TOKEN_FILE, by themselves, go before those of a connection file

    Raises:
        ConnectionFileError: the target, the file or a variable is wrong; the message says which and how.

    """
    source = "the address"
    if target is None:
        source = "SPECTRAWL_ADDRESS" if environment.get("SPECTRAWL_ADDRESS") else "SPECTRAWL_CONNECTION"
        file = environment.get("SPECTRAWL_CONNECTION")
        target = environment.get("SPECTRAWL_ADDRESS") or (Path(file) if file else DEFAULT_ADDRESS)
    if isinstance(target, str) and _ADDRESS.fullmatch(target) and not Path(target).is_file():
        connection = Connection(dict.fromkeys(SERVICES, target))
    elif isinstance(target, str) and not Path(target).suffix and not Path(target).is_file():
        message = f'{source} is "{target}": give host:port, or the path of a connection file'
        raise ConnectionFileError(message)
    else:
        connection = read_connection_file(Path(target))
    if ca_file := environment.get("SPECTRAWL_CA_FILE"):
        connection = replace(connection, tls=replace(connection.tls or Tls(), ca_file=Path(ca_file)))
    if token_file := environment.get("SPECTRAWL_TOKEN_FILE"):
        connection = replace(connection, token=TokenFile(token_file))
    return connection


def read_connection_file(path: Path) -> Connection:
    """Reads a connection file: YAML.

    Its keys are ``address`` (of every service) or ``addresses`` (by service), ``caFile``, ``certificateFile``,
    ``keyFile`` and ``tokenFile``. Relative paths in it start from the folder that it lies in.

    Raises:
        ConnectionFileError: naming the file and the key that is wrong.

    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong(path, str(error)) from None
    if not isinstance(document, dict):
        raise _wrong(path, f"a connection file is a mapping with the keys {', '.join(_KEYS)}")
    if unknown := [str(key) for key in document if key not in _KEYS]:
        raise _wrong(path, f"{', '.join(unknown)}: the keys are {', '.join(_KEYS)}")
    files = {key: _path(path, key, value) for key, value in document.items() if key.endswith("File")}
    tls_files = [files.get(key) for key in ("caFile", "certificateFile", "keyFile")]
    return Connection(
        addresses=_addresses(path, document),
        tls=Tls(*tls_files) if any(tls_files) else None,
        token=TokenFile(files["tokenFile"]) if "tokenFile" in files else None,
    )


def _addresses(path: Path, document: Mapping[str, object]) -> dict[str, str]:
    one = document.get("address", DEFAULT_ADDRESS)
    several = document.get("addresses", {})
    if not isinstance(several, dict):
        raise _wrong(path, "addresses has to be a mapping from services to host:port")
    if unknown := [str(name) for name in several if name not in SERVICES]:
        raise _wrong(path, f"addresses: {', '.join(unknown)}: the services are {', '.join(SERVICES)}")
    if "address" not in document and several and (missing := [name for name in SERVICES if name not in several]):
        raise _wrong(
            path, f"addresses lacks {', '.join(missing)}: add them, or an address for those that are not named"
        )
    addresses = {name: several.get(name, one) for name in SERVICES}
    for name, address in addresses.items():
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            raise _wrong(path, f'the address of {name} is "{address}": give host:port')
    return addresses


def _path(path: Path, key: str, value: object) -> Path:
    if not isinstance(value, str):
        raise _wrong(path, f"{key} has to be the path of a file")
    return path.parent / Path(value).expanduser()


def _wrong(path: Path, what: str) -> ConnectionFileError:
    return ConnectionFileError(f"{path}: {what}")


def _read(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path} can't be read: {error.strerror}"
        raise ConnectionFileError(message) from None
