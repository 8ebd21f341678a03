"""A web server of somebody else, with one picture, who writes down who came to see it."""

import base64
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""One pixel."""


class Gallery:
    """Use it as a context; `visitors` are the user agents of those who asked."""

    def __init__(self) -> None:
        self.visitors: list[str] = []
        visitors = self.visitors

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                visitors.append(self.headers.get("user-agent", ""))
                self.send_response(200)
                self.send_header("content-type", "image/png")
                self.send_header("content-length", str(len(PNG)))
                self.end_headers()
                self.wfile.write(PNG)

            def log_message(self, format: str, *args: object) -> None:
                """Quietly."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)

    @property
    def url(self) -> str:
        """Where the picture hangs."""
        return f"http://127.0.0.1:{self._server.server_port}/picture.png"

    def __enter__(self) -> "Gallery":
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
