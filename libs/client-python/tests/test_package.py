"""What is installed: a wheel that carries the contracts, with types."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def test_a_wheel_carries_stubs_and_types_and_runs_by_itself(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(PACKAGE)], check=True)
    (wheel,) = tmp_path.glob("spectrawl-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "spectrawl/py.typed",
        "spectrawl/session.py",
        "spectrawl/selection/v1/selection_service_pb2.py",
        "spectrawl/selection/v1/selection_service_pb2.pyi",
        "spectrawl/selection/v1/selection_service_pb2_grpc.py",
        "spectrawl/selection/v1/selection_service_pb2_grpc.pyi",
    } <= names
    assert not [name for name in names if "tests" in name or "__pycache__" in name]

    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    program = "import spectrawl; print(spectrawl.__file__); spectrawl.connect('127.0.0.1:1').close()"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(tmp_path / "installed")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == str(tmp_path / "installed" / "spectrawl" / "__init__.py")
