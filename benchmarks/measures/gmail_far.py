"""Google's stand-in in a process of its own: `python -m benchmarks.measures.gmail_far MAILS LATENCY_SECONDS QUOTA`.

Prints its address and a refresh token, and, when its input ends, what was asked of it.
"""

import json
import sys
import time

from benchmarks.stage import say
from tests.wire.google.server import StandIn
from tests.wire.ordinary import ordinary_mails

ADDRESS = "journal@acme.example"


def run(mails: int, latency: float, quota: int) -> None:
    """Until the input ends."""
    far = StandIn().start()
    account = far.world.account(ADDRESS)
    account.deliver(*ordinary_mails(mails, 1, small=True))
    far.world.latency, far.world.quota = latency, quota
    say(json.dumps({"base": far.base, "refresh_token": far.world.grant(ADDRESS), "history_id": account.now}))
    sys.stdin.read()
    gets, refused = far.world.count("messages/"), far.world.refused
    say(json.dumps({"gets": gets, "most_units": account.most_spent, "refused": refused, "at": time.time()}))
    far.stop()


if __name__ == "__main__":
    run(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
