"""The boundary: nothing that fails behind it leaves as anything but a well-formed problem with all headers."""

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from waypost.platform.web.answers import answer_to


class Boundary:
    """Turns an exception into an answer, unless the answer had begun: then the connection is cut, and the log knows."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and answer for whatever comes back."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            return
        except Exception as error:
            if begun:
                raise
            answer = await answer_to(Request(scope, receive), error)
            await answer(scope, receive, send)
