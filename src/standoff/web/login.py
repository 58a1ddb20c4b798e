"""The page that asks for the password of a server that other machines can reach."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from standoff.web.access import Access
from standoff.web.guard import keep

LONGEST = 10_000
"""Bytes of the form."""

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Standoff</title></head>
<body>
<main>
<h1>Standoff</h1>
<form method="post" action="/login">
<p><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
 autofocus></p>
<p role="alert">{said}</p>
<p><button type="submit">Open</button></p>
</form>
</main>
</body>
</html>
"""

_CLOSED = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Standoff</title></head>
<body>
<main>
<h1>Standoff</h1>
<p>This page opens by the link that <code>standoff serve</code> has printed: it holds the token. If
it has scrolled away, stop the server and start it again.</p>
</main>
</body>
</html>
"""


def closed() -> Response:
    """What a browser without the token is told."""
    return HTMLResponse(_CLOSED, 401)


def page(status: int = 200, said: str = "") -> Response:
    """The form."""
    return HTMLResponse(_PAGE.format(said=said), status)


async def login(request: Request) -> Response:
    """Ask for the password (GET), or take it (POST): each wrong one waits longer than the last."""
    access: Access = request.scope["standoff.access"]
    if request.method == "GET":
        return page()
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > LONGEST:
                return page(413, "That is no password.")
    except ClientDisconnect:
        return page(400)
    given = parse_qs(body.decode("utf-8", "replace")).get("password", [""])[0]
    async with access.slow.turn:
        await asyncio.sleep(access.slow.wait)
        if not access.opens(given):
            access.slow.told_wrong()
            return page(401, "That is not the password.")
        access.slow.told_right()
    found = RedirectResponse("/", 303)
    keep(found, access)
    return found
