"""Services that speak mutual TLS and ask who calls."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from deployed_services import REPOSITORY, DeployedServices, environment

import spectrawl

#: Certificates and tokens as every deployment under test has them.
CREDENTIALS = """
import { writeFile } from 'node:fs/promises';
import { DeploymentCredentials } from '@spectrawl/testing';
const made = await DeploymentCredentials.create();
for (const role of ['viewer', 'operator']) await writeFile(`${made.directory}/${role}`, await made.token(role, role));
console.log(JSON.stringify({ directory: made.directory, files: made.files, sections: made.sections }));
"""


@pytest.fixture(scope="module")
def connection_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Services behind TLS; the file says how an operator reaches them."""
    folder = tmp_path_factory.mktemp("secure")
    made = subprocess.run(
        ["node", "--conditions=@spectrawl/source", "--input-type=module", "--eval", CREDENTIALS],
        env=environment({"TMPDIR": str(folder)}),
        cwd=REPOSITORY / "libs" / "testing",
        capture_output=True,
        text=True,
        check=True,
    )
    credentials = json.loads(made.stdout)
    files, sections = credentials["files"], credentials["sections"]
    config = {
        # Connections age at once, so that a watch is told to come again.
        "grpc": {**sections["grpc"], "port": 0, "limits": {"maxConnectionAgeMilliseconds": 1000}},
        "authentication": sections["authentication"],
        "database": {"kind": "pglite", "directory": str(folder / "database")},
        "objectStore": {"kind": "filesystem", "directory": str(folder / "objects")},
        "eventBus": {"kind": "embedded"},
    }
    with DeployedServices(folder, json.dumps(config)) as services:
        file = folder / "connection.yaml"
        (folder / "token").write_text(Path(credentials["directory"], "operator").read_text())
        (folder / "viewer").write_text(Path(credentials["directory"], "viewer").read_text())
        connection = {
            "address": services.address,
            "caFile": files["caFile"],
            "certificateFile": files["clientCertificateFile"],
            "keyFile": files["clientKeyFile"],
            "tokenFile": "token",
        }
        file.write_text(json.dumps(connection))
        yield file


def test_who_has_certificate_and_token_may_call(connection_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECTRAWL_CONNECTION", str(connection_file))
    with spectrawl.connect() as session:
        assert session.create_pool("guarded").info().state == "open"


def test_a_role_that_is_too_small_is_refused_and_a_renewed_token_is_taken(connection_file: Path) -> None:
    token = connection_file.with_name("renewed")
    token.write_text(connection_file.with_name("viewer").read_text())
    with spectrawl.connect(connection_file, token_file=token) as session:
        assert isinstance(session.pools(), list)
        with pytest.raises(spectrawl.ServiceError) as refused:
            session.create_pool("forbidden")
        assert refused.value.code == "PERMISSION_DENIED"
        token.write_text(connection_file.with_name("token").read_text())
        assert session.create_pool("allowed").info().state == "open"


def test_without_a_token_or_a_certificate_nobody_is_let_in(connection_file: Path) -> None:
    known = json.loads(connection_file.read_text())
    certificate = {"certificate_file": known["certificateFile"], "key_file": known["keyFile"]}
    with (
        spectrawl.connect(known["address"], ca_file=known["caFile"], **certificate) as session,
        pytest.raises(spectrawl.ServiceError) as unknown,
    ):
        session.pools()
    assert unknown.value.code == "UNAUTHENTICATED"
    with (
        spectrawl.connect(known["address"], ca_file=known["caFile"]) as session,
        pytest.raises(spectrawl.ServiceError, match="no service answers at"),
    ):
        session.pools()
    with (
        spectrawl.connect(known["address"]) as session,
        pytest.raises(spectrawl.ServiceError, match="does it expect TLS"),
    ):
        session.pools()


def test_a_watch_goes_on_when_the_service_asks_to_come_again(connection_file: Path) -> None:
    with spectrawl.connect(connection_file) as session:
        pool = session.create_pool("watched")
        line = [1.0, 3.0, 1.0]
        pool.ingest_arrays(["only"], [6500.0, 6564.0, 6750.0], [line])
        pool.seal()
        campaign = session.create_campaign("watched", pool="watched", seed_pools=["watched"])
        seen = [change.campaign.state for change, _ in zip(campaign.watch(), range(3), strict=False)]
        assert seen == ["created"] * 3
