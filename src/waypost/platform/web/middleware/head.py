"""HEAD for every door that answers GET (RFC 9110, 9.3.2): the same headers, no body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Head:
    """Asks the door with GET and keeps the body back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Only HEAD is touched; the scope stays the same object, so that outer parts see the matched route."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self._app(scope, receive, send)
        done = False

        async def emptied(message: Message) -> None:
            nonlocal done
            if message["type"] == "http.response.start":
                scope["method"] = "HEAD"  # the server measures the body by it
                await send(message)
            elif not done:
                done = True  # a stream without end is cut off here
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        scope["method"] = "GET"
        await self._app(scope, receive, emptied)
