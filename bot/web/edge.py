"""What every request passes first: the sub-path, security headers and the metrics.

One plain ASGI layer, as each layer costs every message.
"""

import time
from collections.abc import Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.problems import problem

_PAGES = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
HEADERS: Sequence[tuple[bytes, bytes]] = (
    (b"content-security-policy", f"{_PAGES}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'".encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)

# plotly writes styles into the page that it draws on; nothing else is relaxed, and nowhere else.
REPORT = "/cx"

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)


class Edge:
    """Wraps the application. No request may hold more than `largest_body` bytes, or `larger_bodies` of its path."""

    def __init__(
        self,
        app: ASGIApp,
        path_prefix: str,
        secure: bool,
        largest_body: int,
        larger_bodies: Mapping[str, int],
        registry: CollectorRegistry,
    ) -> None:
        self._app = app
        self._largest_body = largest_body
        self._larger_bodies = larger_bodies
        self._prefix = path_prefix
        tls = (b"strict-transport-security", b"max-age=31536000")
        self._headers = [*HEADERS, tls] if secure else list(HEADERS)
        self._report_headers = [(name, _relaxed(value)) for name, value in self._headers]
        self._requests = Counter(
            "bot_requests", "Requests by route and status.", ("route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "bot_request_seconds", "Seconds to answer.", ("route",), registry=registry, buckets=SECONDS
        )
        self._series: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._prefix and scope["path"].startswith(self._prefix + "/"):
            # Some proxies strip the sub-path and some don't; both are served, and links stay relative.
            scope["path"] = scope["path"].removeprefix(self._prefix)
            scope["raw_path"] = scope["raw_path"].removeprefix(self._prefix.encode())
        is_report = scope["path"] == REPORT or scope["path"].startswith(f"{REPORT}/")
        headers = self._report_headers if is_report else self._headers
        began, status = time.perf_counter(), 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        try:
            largest = self._larger_bodies.get(scope["path"], self._largest_body)
            if _announces_more_than(largest, scope):
                refusal = problem(413, "too-large", f"a request may hold at most {largest} bytes")
                await refusal(scope, receive, send_with_headers)
            else:
                await self._app(scope, receive, send_with_headers)
        finally:
            # The route as it is written, so that ids make no new series.
            route = getattr(scope.get("route"), "path", "other")
            self._count(route, status, time.perf_counter() - began)

    def _count(self, route: str, status: int, seconds: float) -> None:
        # Looking a series up by its labels takes longer than counting, so each is looked up once.
        series = self._series.get((route, status))
        if series is None:
            series = self._requests.labels(route, status), self._seconds.labels(route)
            self._series[route, status] = series
        series[0].inc()
        series[1].observe(seconds)


def _relaxed(value: bytes) -> bytes:
    return value.replace(b"style-src 'self'", b"style-src 'self' 'unsafe-inline'")


def _announces_more_than(largest: int, scope: Scope) -> bool:
    """Whether the request says that its body is too large; one that doesn't say is counted as it comes in."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return not value.isdigit() or int(value) > largest
    return False
