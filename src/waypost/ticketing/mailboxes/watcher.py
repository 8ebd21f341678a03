"""One thread that waits in IDLE (RFC 2177) at one folder and says when there is news. It reads nothing."""

import os
import selectors
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from waypost.platform.errors import Refusal
from waypost.ticketing.mailboxes.imap import ImapSession, our_words
from waypost.ticketing.mailboxes.imap_words import ImapLogin, ImapTerms

REISSUE = timedelta(minutes=9)
"""Servers may hang up after 29 minutes, home routers forget a silent connection after ten."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=60)
NOT_OUR_TURN = timedelta(hours=1)
"""Before another try when only a person can help, or when the server knows no IDLE: polling goes on meanwhile."""
SILENT_WAKES = 3


class Watcher(threading.Thread):
    """Calls `news` (from this thread) when it begins to wait, for what came before, and on each sign of the server."""

    def __init__(
        self, login: ImapLogin, terms: ImapTerms, news: Callable[[], None], *, first_pause: timedelta = FIRST_PAUSE
    ) -> None:
        super().__init__(name=f"imap-idle-{login.host}", daemon=True)
        self.login, self._terms, self._news = login, terms, news
        self._first_pause = self._pause = first_pause
        self._stopped, self._ring = os.pipe()

    def run(self) -> None:
        """Until `stop`."""
        while True:
            try:
                self._stay()
            except Refusal as trouble:
                pause = self._pause if trouble.again else NOT_OUR_TURN
                self._pause = min(LONGEST_PAUSE, self._pause * 2)
            else:
                pause = timedelta(0)
            if self._rest(pause):
                break
        os.close(self._stopped)

    def stop(self) -> None:
        """Ask the thread to end; it does within moments. Join it afterwards."""
        with suppress(OSError):
            os.close(self._ring)

    def _rest(self, pause: timedelta) -> bool:
        """Wait; True when asked to stop."""
        return bool(_ready(pause, self._stopped))

    def _stay(self) -> None:
        session = ImapSession.open(self.login, self._terms)
        try:
            self._pause = self._first_pause
            if not session.can_idle():
                self._rest(NOT_OUR_TURN)
                return
            while self._idle(session):
                pass
        finally:
            session.close()

    def _idle(self, session: ImapSession) -> bool:
        """One IDLE command; False when asked to stop. It ends with a round trip, where a dead connection shows."""
        with our_words():
            session.client.idle()
            self._news()
            watched = self._wait_for_sign(session)
            session.client.idle_done()
        return watched

    def _wait_for_sign(self, session: ImapSession) -> bool:
        silent = 0
        while silent < SILENT_WAKES:
            heard = _ready(REISSUE, session.client.socket().fileno(), self._stopped)
            if self._stopped in heard:
                return False
            if not heard:
                return True
            signs = session.client.idle_check(timeout=0)
            silent = 0 if signs else silent + 1
            if any(len(sign) > 1 and sign[1] in (b"EXISTS", b"RECENT") for sign in signs):
                self._news()
        return True


def _ready(patience: timedelta, *handles: int) -> set[int]:
    """Which of the handles have something to read; empty when time is up. Not `select`, which ends at handle 1,023."""
    with selectors.DefaultSelector() as selector:
        for handle in handles:
            selector.register(handle, selectors.EVENT_READ)
        return {key.fd for key, _ in selector.select(patience.total_seconds())}
