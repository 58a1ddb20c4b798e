"""The headers that every answer carries, errors too: what a browser may do with it."""

from __future__ import annotations

Headers = tuple[tuple[bytes, bytes], ...]

_APART = "base-uri 'none'; form-action 'self'; "
PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; " + _APART + "frame-ancestors 'none'"
)
"""For everything but notes: nothing from elsewhere, nothing inline, no `eval`."""
NOTES = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups"
)
"""For a note shown as it will print: its style is inline and it has no scripts. The page is in a
sandbox, so that even a script that got into it would not run, and could not reach the workbench.
"""


def headers(policy: str = PAGES) -> Headers:
    """What is added to an answer."""
    return (
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    )
