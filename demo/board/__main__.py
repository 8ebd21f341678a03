"""`python -m demo.board [PORT]`: serve the sample board until Ctrl-C."""

import sys
import time

from demo.board.server import Server

with Server(port=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as server:
    sys.stdout.write(f"{server.base}/jobs\n")
    sys.stdout.flush()
    try:
        while True:
            time.sleep(3_600)
    except KeyboardInterrupt:
        sys.stdout.write("\n")
