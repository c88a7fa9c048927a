from __future__ import annotations

import os
import queue
import socket
import threading
from pathlib import Path

import pytest

import spectrawl
from spectrawl.connection import SERVICES, find_connection, read_connection_file
from spectrawl.service import is_loopback
from spectrawl.token_file import TokenFile


def test_a_connection_is_looked_for_as_the_command_line_does(tmp_path: Path) -> None:
    file = tmp_path / "cluster.yaml"
    file.write_text("address: cluster:443\n")
    assert set(find_connection(environment={}).addresses.values()) == {"127.0.0.1:50051"}
    assert find_connection("here:1", {"SPECTRAWL_ADDRESS": "there:2"}).addresses["training"] == "here:1"
    both = {"SPECTRAWL_ADDRESS": "there:2", "SPECTRAWL_CONNECTION": str(file)}
    assert find_connection(environment=both).addresses["training"] == "there:2"
    assert find_connection(environment={"SPECTRAWL_CONNECTION": str(file)}).addresses["training"] == "cluster:443"
    assert find_connection(file, {}).addresses["labelling"] == "cluster:443"
    assert find_connection(str(file), {}).addresses["labelling"] == "cluster:443"
    file.write_text("caFile: a.pem\ncertificateFile: me.pem\nkeyFile: me.key\ntokenFile: mine\n")
    found = find_connection(file, {"SPECTRAWL_CA_FILE": "ca.pem", "SPECTRAWL_TOKEN_FILE": "token"})
    assert found.tls is not None
    assert (found.tls.ca_file, found.tls.key_file) == (Path("ca.pem"), tmp_path / "me.key")
    assert found.token is not None
    assert found.token.path == Path("token")


def test_a_connection_file_names_services_and_files_from_its_own_folder(tmp_path: Path) -> None:
    file = tmp_path / "cluster.yaml"
    file.write_text(
        "address: cluster:443\naddresses: { training: gpu:444 }\ncaFile: ca.pem\n"
        "certificateFile: /etc/me.pem\nkeyFile: me.key\ntokenFile: token\n"
    )
    connection = read_connection_file(file)
    assert connection.addresses == dict.fromkeys(SERVICES, "cluster:443") | {"training": "gpu:444"}
    assert connection.tls is not None
    assert connection.tls.ca_file == tmp_path / "ca.pem"
    assert connection.tls.certificate_file == Path("/etc/me.pem")
    assert connection.tls.key_file == tmp_path / "me.key"
    assert connection.token is not None
    assert connection.token.path == tmp_path / "token"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("adress: x:1", "adress: the keys are address, addresses, caFile"),
        ("[1, 2]", "a connection file is a mapping"),
        ("address: nowhere", 'the address of ingestion is "nowhere": give host:port'),
        ("addresses: { traning: x:1 }", "addresses: traning: the services are ingestion"),
        ("addresses: { training: x:1 }", "addresses lacks ingestion, inference, selection, labelling"),
        ("addresses: [x:1]", "addresses has to be a mapping"),
        ("caFile: 3", "caFile has to be the path of a file"),
        ("address: 'x", "while scanning"),
    ],
)
def test_a_wrong_connection_file_is_refused_with_its_name_and_the_key(
    tmp_path: Path, text: str, complaint: str
) -> None:
    file = tmp_path / "cluster.yaml"
    file.write_text(text)
    with pytest.raises(spectrawl.ConnectionFileError) as refused:
        spectrawl.connect(file)
    assert complaint in str(refused.value)
    assert str(file) in str(refused.value)


def test_what_is_neither_address_nor_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(spectrawl.ConnectionFileError, match="give host:port, or the path of a connection file"):
        spectrawl.connect("cluster")
    with pytest.raises(spectrawl.ConnectionFileError, match=r"cluster\.yaml.*No such file"):
        spectrawl.connect(tmp_path / "cluster.yaml")


def test_a_certificate_needs_its_key_and_files_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(spectrawl.ConnectionFileError, match="give both or neither"):
        spectrawl.connect("cluster:443", certificate_file=tmp_path / "me.pem")
    with pytest.raises(spectrawl.ConnectionFileError, match=r"ca\.pem can't be read: No such file"):
        spectrawl.connect("cluster:443", ca_file=tmp_path / "ca.pem")


def test_a_token_goes_to_another_machine_encrypted_only(tmp_path: Path) -> None:
    """A server without TLS listens under a name that is not known to be of this machine."""
    token = tmp_path / "token"
    token.write_text("secret")
    heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    with socket.create_server(("0.0.0.0", 0)) as server:  # noqa: S104

        def listen() -> None:
            caller, _ = server.accept()
            with caller:
                heard.put(caller.recv(3))

        for address, beginning in (("0.0.0.0", b"\x16\x03\x01"), ("127.0.0.1", b"PRI")):  # noqa: S104
            listener = threading.Thread(target=listen)
            listener.start()
            port = server.getsockname()[1]
            with (
                spectrawl.connect(f"{address}:{port}", token_file=token, timeout=0.5) as session,
                pytest.raises(spectrawl.ServiceError),
            ):
                session.pools()
            listener.join()
            # A TLS record of a handshake, or the preface of HTTP/2 in plain text.
            assert heard.get() == beginning


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("127.0.0.1:1", True),
        ("127.8.9.1:1", True),
        ("localhost:1", True),
        ("[::1]:1", True),
        ("127.0.0.1.example.org:1", False),
        ("localhost.example.org:1", False),
        ("10.0.0.1:1", False),
        ("[2001:db8::1]:1", False),
    ],
)
def test_this_machine_is_told_from_others(address: str, here: bool) -> None:
    assert is_loopback(address) is here


def test_a_token_is_read_again_when_its_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("first\n")
    token = TokenFile(file)
    assert token.read() == "first"
    renewed = tmp_path / "renewed"
    renewed.write_text("later")
    os.replace(renewed, file)
    assert token.read() == "later"
    file.write_text(" \n")
    with pytest.raises(spectrawl.ConnectionFileError, match="is empty"):
        token.read()
    file.unlink()
    with pytest.raises(spectrawl.ConnectionFileError, match="can't be read"):
        token.read()
