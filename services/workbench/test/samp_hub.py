"""A SAMP hub with the Web Profile, and a program that loads what it is sent, for tests of the page.

Prints one line of JSON when both are up, and one for each table or spectrum that it was told to load: what astropy read from its
address. It reads lines: `refuse` and `agree` say what the hub's user answers from then on; the end of the input ends it.
"""

import io
import json
import sys
import threading
import time
import urllib.request

from astropy.io import fits, votable
from astropy.samp import SAMPHubServer, SAMPIntegratedClient
from astropy.samp.hub import WebProfileDialog

HUB_PORT = 21012
# astropy writes what it does to the standard output, which is the messages'.
MESSAGES = sys.stdout
sys.stdout = sys.stderr


class User(WebProfileDialog):
    """Who is asked whether a page may register."""

    def __init__(self):
        super().__init__()
        self.agrees = True

    def show_dialog(self, samp_name, details, client, origin):
        say({"asked": samp_name, "origin": origin})
        if self.agrees:
            self.consent()
        else:
            self.reject()

    def poll(self):
        while True:
            self.handle_queue()
            time.sleep(0.05)


def say(message: dict) -> None:
    print(json.dumps(message), flush=True, file=MESSAGES)


def load(url: str) -> dict:
    with urllib.request.urlopen(url) as answer:
        content_type = answer.headers["content-type"]
        data = answer.read()
    if data.startswith(b"SIMPLE"):
        table = fits.open(io.BytesIO(data))[1].data
        return {"type": content_type, "columns": table.names, "rows": len(table)}
    table = votable.parse_single_table(io.BytesIO(data), verify="exception").to_table()
    return {
        "type": content_type,
        "columns": table.colnames,
        "rows": len(table),
        "first": [str(value) for value in table[0]] if len(table) else [],
    }


def main() -> None:
    user = User()
    threading.Thread(target=user.poll, daemon=True).start()
    hub = SAMPHubServer(web_profile=True, web_profile_dialog=user, web_port=HUB_PORT, label="test")
    hub.start()
    program = SAMPIntegratedClient(name="astropy", description="loads what it is sent")
    program.connect(hub)

    def received(private_key, sender_id, mtype, params, extra):
        try:
            say({"mtype": mtype, "name": params.get("name"), "loaded": load(params["url"])})
        except Exception as error:
            say({"mtype": mtype, "failed": repr(error)})

    for mtype in ("table.load.votable", "table.load.fits", "spectrum.load.ssa-generic"):
        program.bind_receive_notification(mtype, received)
    say({"up": True})
    for line in sys.stdin:
        user.agrees = line.strip() != "refuse"
    program.disconnect()
    hub.stop()


main()
