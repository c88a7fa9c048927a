from __future__ import annotations

import os
from pathlib import Path

import pytest

import spectrawl
from spectrawl.connection import SERVICES, find_connection, read_connection_file
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


def test_a_token_does_not_leave_the_machine_in_plain_text_unless_told(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("secret")
    with pytest.raises(spectrawl.ConnectionFileError, match="a token would go to cluster:443") as refused:
        spectrawl.connect("cluster:443", token_file=token)
    assert "secret" not in str(refused.value)
    for opened in (
        spectrawl.connect("cluster:443", token_file=token, tls=True),
        spectrawl.connect("cluster:443", token_file=token, tls=False),
        spectrawl.connect("localhost:50051", token_file=token),
    ):
        opened.close()


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
