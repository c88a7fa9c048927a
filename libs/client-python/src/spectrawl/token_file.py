"""A bearer token that lies in a file, and may be renewed there."""

from __future__ import annotations

import os
from pathlib import Path

from spectrawl.errors import ConnectionFileError


class TokenFile:
    """Reads a token, and reads it again when the file has changed.

    Args:
        path: a text file that holds the token and nothing else

    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._version: tuple[int, int, int] | None = None
        self._token = ""

    def read(self) -> str:
        """The token.

        Raises:
            ConnectionFileError: the file can't be read, or is empty.

        """
        try:
            stat = self.path.stat()
            version = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if version != self._version:
                self._token = self.path.read_text(encoding="ascii").strip()
                self._version = version
        except (OSError, UnicodeDecodeError) as error:
            message = f"the token file {self.path} can't be read: {error}"
            raise ConnectionFileError(message) from None
        if not self._token:
            message = f"the token file {self.path} is empty: put the token there"
            raise ConnectionFileError(message)
        return self._token
