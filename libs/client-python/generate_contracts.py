"""Makes the typed Python of the contracts in proto/: by hand, and whenever the package is built.

The proto package `spectrawl.selection.v1` becomes the Python package of the same name, inside of `spectrawl`, so that
the generated imports hold as they are. `python generate_contracts.py` makes it in the checkout.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
CONTRACTS = HERE.parent.parent / "proto"
PACKAGE = HERE / "src" / "spectrawl"


def generate(contracts: Path = CONTRACTS, package: Path = PACKAGE) -> None:
    """Replaces every folder of generated code in the package.

    Raises:
        FileNotFoundError: the plugin of mypy-protobuf is not installed beside this Python, nor on PATH.
        subprocess.CalledProcessError: the contracts don't compile; protoc has said why.

    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    programs = [shutil.which(name, path=path) for name in ("protoc-gen-mypy", "protoc-gen-mypy_grpc")]
    if None in programs:
        message = "protoc-gen-mypy was not found: pip install mypy-protobuf"
        raise FileNotFoundError(message)
    plugins = [f"--plugin={program}" for program in programs]
    for folder in package.iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    output = package.parent
    every = sorted(contracts.glob("spectrawl/**/*.proto"))
    services = [file for file in every if file.stem.endswith("_service")]
    _protoc(contracts, every, f"--python_out={output}", f"--mypy_out=quiet:{output}", *plugins)
    _protoc(contracts, services, f"--grpc_python_out={output}", f"--mypy_grpc_out=quiet:{output}", *plugins)
    for folder in package.glob("*/v1"):
        name = folder.parent.name
        (folder.parent / "__init__.py").write_text(f'"""Contracts of spectrawl.{name}, generated."""\n')
        (folder / "__init__.py").write_text(f'"""Contracts of spectrawl.{name}.v1, generated."""\n')


def _protoc(contracts: Path, files: list[Path], *options: str) -> None:
    command = [sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={contracts}", *options]
    subprocess.run([*command, *map(str, files)], check=True)


class GenerateContracts(BuildHookInterface[Any]):
    """Hatchling's hook: generates before a wheel, a source distribution or an editable installation is made."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Generates where the contracts are; a source distribution carries what was generated when it was made."""
        if (CONTRACTS / PACKAGE.name).is_dir():
            generate()


if __name__ == "__main__":
    generate()
