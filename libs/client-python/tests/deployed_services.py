"""Real services in a process of their own, on data of their own."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
from pathlib import Path
from typing import Self

REPOSITORY = Path(__file__).resolve().parents[3]

#: The project's own Node, which npm brings, goes before the machine's.
PATH = f"{REPOSITORY / 'node_modules' / '.bin'}{os.pathsep}{os.environ.get('PATH', '')}"

_CONFIG = """
grpc: {{ port: 0 }}
database: {{ kind: pglite, directory: {directory}/database }}
objectStore: {{ kind: filesystem, directory: {directory}/objects }}
eventBus: {{ kind: embedded }}
services: {{ ingestion: {{ shardRows: 32768 }} }}
"""


class DeployedServices:
    """Every service of the ring in one process on embedded adapters; as a context manager it ends with the block.

    Args:
        directory: where everything is kept
        config: YAML instead of the plain one

    """

    def __init__(self, directory: Path, config: str | None = None) -> None:
        self.directory = directory
        file = directory / "services.yaml"
        file.write_text(config or _CONFIG.format(directory=directory))
        self._log = directory / "services.log"
        self._address: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            ["spectrawl-services", "--config", str(file)],
            env=environment({"LOG_LEVEL": "info"}),
            cwd=directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._reading = threading.Thread(target=self._read_log, daemon=True)
        self._reading.start()
        address = self._address.get()
        if address is None:
            self.stop()
            message = f"the services ended before they were up:\n{self._log.read_text()}"
            raise RuntimeError(message)
        self.address = address

    def _read_log(self) -> None:
        """Keeps what the services say: a pipe that nobody reads would stop them."""
        assert self._process.stdout is not None
        with self._log.open("wb") as log, self._process.stdout as output:
            for line in output:
                log.write(line)
                log.flush()
                if b'"services are up"' in line:
                    self._address.put(json.loads(line)["address"])
        self._address.put(None)

    def stop(self) -> None:
        """Ends the process as an operator would, and waits for it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        self._process.wait()
        self._reading.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def environment(more: dict[str, str]) -> dict[str, str]:
    """The environment of the project's own programs; nothing of a deployment of the user's gets into it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SPECTRAWL_") or name == "SPECTRAWL_TENSORFLOW_HOME"
    }
    return {**kept, "PATH": PATH, **more}


def spectrawl_command(*words: str, cwd: Path) -> None:
    """Runs a command of the command line."""
    subprocess.run(
        ["spectrawl", *words],
        env=environment({}),
        cwd=cwd,
        check=True,
        capture_output=True,
    )
