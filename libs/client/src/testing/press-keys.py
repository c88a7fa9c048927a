"""Runs a command in a pseudo-terminal and presses keys when a text has come: text=key … -- command …

Prints as JSON the exit code, all that was written, and whether the terminal is left as it was. The key 'hang-up' sends SIGHUP.
"""

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios

split = sys.argv.index("--")
steps = [step.rsplit("=", 1) for step in sys.argv[1:split]]
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
before = termios.tcgetattr(slave)
environment = {**os.environ, "NO_COLOR": "1"}
child = subprocess.Popen(
    sys.argv[split + 1 :], stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
)


def read(into):
    """Adds what the terminal shows next; False at its end."""
    try:
        data = os.read(master, 65536)
    except OSError:
        return False
    into.append(data)
    return data != b""


shown = []
for text, key in steps:
    since = len(shown)
    while text.encode() not in b"".join(shown[since:]):
        if not read(shown):
            sys.exit(f"{text!r} never came, but: {b''.join(shown).decode()}")
    if key == "hang-up":
        child.send_signal(signal.SIGHUP)
    else:
        os.write(master, key.encode().decode("unicode_escape").encode())

# This end keeps the terminal open: it is the child that ends, and then everything has been written.
os.set_blocking(master, False)
while child.poll() is None:
    try:
        child.wait(0.05)
    except subprocess.TimeoutExpired:
        pass
    read(shown)
while read(shown):
    pass
print(
    json.dumps(
        {
            "code": child.returncode,
            "text": b"".join(shown).decode(errors="replace"),
            "sane": termios.tcgetattr(slave) == before,
        }
    )
)
