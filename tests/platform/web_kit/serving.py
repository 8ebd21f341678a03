"""Serves drawn pages to a real browser, under the strictest Content-Security-Policy that the kit is made for."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from tests.platform.web_kit.drawing import ASSETS, page, text

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src 'self'"
)
DESK = """{% extends "base.html" %}{% set focus = "main" if open else "list" %}
{% block list %}{% call ui.list_head("Inbox", level=2 if open else 1) %}{{ ui.search("/desk") }}{% endcall %}
{% call ui.selection("/desk") %}{{ ui.button("Close all") }}{% endcall %}
<div sse-connect="/live">{{ ui.fresh("tickets", "/desk") }}</div>
{% call ui.rows("desk", "Tickets") %}{% for n in range(60) %}
{{ ui.row("/desk?open=" ~ n, "Ticket " ~ n, who="Ines", status="open", pick=n, current=open == n | string) }}
{% endfor %}{% endcall %}{% endblock %}
{% block main %}{% if open %}{% call ui.heading("Ticket " ~ open) %}
{{ ui.button("Close", key="e", to="/closed") }}{% endcall %}
{{ ui.choose("status", "Status", [("open", "Open"), ("shut", "Shut")], "open", "/closed", key="s", attrs={}) }}
{% call ui.composer() %}{% call ui.compose("Note", "sticky-note", key="n") %}{% call ui.form("/noted") %}
{{ ui.field("body", "Your note", type="textarea") }}{{ ui.button("Keep", key="Control+Enter") }}
{% endcall %}{% endcall %}{% endcall %}
{{ ui.copyable("TK-1") }}{% else %}{{ ui.empty("Choose", "It opens here.") }}{% endif %}{% endblock %}"""


class Answers(BaseHTTPRequestHandler):
    """Every page of these tests; remembers what was asked for."""

    asked: ClassVar[list[str]] = []

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Acts lead to a page that names them."""
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(303)
        self.send_header("Location", f"/desk?open={self.path.strip('/')}")
        self.end_headers()

    def do_GET(self) -> None:
        """Assets, the live stream, and pages."""
        path, _, query = self.path.partition("?")
        if path.startswith(ASSETS.prefix):
            asset = ASSETS.get(path.removeprefix(ASSETS.prefix))
            return self._send(asset.media_type, asset.body) if asset else self.send_error(404)
        if path == "/live":
            return self._stream()
        self.asked.append(self.path)
        return self._send("text/html; charset=utf-8", self._page(path, query).encode())

    def _page(self, path: str, query: str) -> str:
        if path == "/desk":
            return text(DESK, also={"open": query.removeprefix("open=") if query.startswith("open=") else ""})
        if path == "/error":
            return page("error.html", me=None, nav=[], status=404, title="There is no such thing here")
        return page("patterns.html", "de" if "de" in query else "en", theme="dark" if "dark" in query else "light")

    def _send(self, media_type: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Security-Policy", CSP)
        self.send_header("Cache-Control", "private, no-store")
        self.send_header("Speculation-Rules", f'"{ASSETS.url("speculation.json")}"')
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b"".join(b"event: tickets\ndata: %d\n\n" % thing for thing in (1, 2, 2)))
        self.wfile.flush()
        time.sleep(20)


@contextmanager
def served() -> Iterator[str]:
    """The address while it runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
