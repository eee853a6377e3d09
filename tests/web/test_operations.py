"""What whoever runs the bot relies on: health, metrics, headers, limits, sub-paths, and a disk that is full."""

import ipaddress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.datastructures import Headers

from bot.errors import TooMany
from bot.server import application
from bot.touchpoints.sqlite import SqliteLog
from bot.web.limits import Bucket, Limits
from bot.web.services import Services
from tests.conftest import Client


async def test_health_and_readiness(client: Client, services: Services, tmp_path: Path) -> None:
    assert (await client.get("/healthz")).json() == {"status": "up"}
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["model"]) == (200, services.serving.classifier.version)
    assert [(await client.head(path)).status_code for path in ("/healthz", "/readyz")] == [200, 200]
    (tmp_path / "bot.db").rename(tmp_path / "gone.db")
    assert [(await client.head(path)).status_code for path in ("/healthz", "/readyz")] == [200, 503]
    assert (await client.get("/readyz")).status_code == 503
    assert (await client.get("/healthz")).status_code == 200


async def test_a_full_disk_is_503_and_no_false_success(client: Client, services: Services) -> None:
    path, opens = await client.begin()
    assert isinstance(services.log, SqliteLog)
    database = services.log._writer._database
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages}")
    acknowledged = []
    for number in range(60):
        body = {"client_id": f"6f2a1c9e-2a70-4b53-9a3e-{number:012d}", "text": "how long is the warranty " * 100}
        answer = await client.post(f"{path}/messages", json=body, headers=opens)
        assert answer.status_code in (201, 503)
        if answer.status_code == 201:
            acknowledged.append(body["client_id"])
        else:
            assert answer.json()["type"] == "unavailable"
    assert len(acknowledged) < 60
    assert (await client.post("/api/conversations", json={})).status_code in (201, 503)
    stored = [one.facts["client_id"] for one in await services.log.tail(limit=1000) if "client_id" in one.facts]
    assert stored == acknowledged
    database.execute("PRAGMA max_page_count = 1000000")
    again = await client.post(f"{path}/messages", json=body, headers=opens)
    assert again.status_code == 201


async def test_metrics_count_by_route_and_never_by_conversation(client: Client) -> None:
    path, opens = await client.begin()
    await client.say(path, opens, "how long is the warranty")
    await client.get(f"{path}/touchpoints", headers=opens)
    await client.get("/nowhere/xyzzy")
    metrics = (await client.get("/metrics")).text
    assert 'bot_requests_total{route="/api/conversations/{conversation_id}/messages",status="201"} 1.0' in metrics
    assert "bot_request_seconds_bucket" in metrics
    assert path[-36:] not in metrics
    assert "xyzzy" not in metrics


async def test_every_answer_has_the_security_headers(client: Client) -> None:
    for path in ("/demo", "/agent/", "/widget.js", "/api/widget", "/nowhere", "/privacy"):
        headers = (await client.get(path)).headers
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("kept", [True, False])
async def test_it_works_under_a_sub_path_that_is_stripped_or_not(services: Services, kept: bool) -> None:
    behind = replace(services, path_prefix="/support", secure_cookies=True)
    transport = httpx.ASGITransport(application(behind))
    async with httpx.AsyncClient(transport=transport, base_url="https://shop.example") as client:
        prefix = "/support" if kept else ""
        assert (await client.get(f"{prefix}/agent/")).status_code == 200
        begun = (await client.post(f"{prefix}/api/conversations", json={})).json()
        body = {"client_id": "6f2a1c9e-2a70-4b53-9a3e-000000000001", "text": "how long is the warranty"}
        headers = {"Authorization": f"Bearer {begun['token']}"}
        said = await client.post(
            f"{prefix}/api/conversations/{begun['conversation_id']}/messages", json=body, headers=headers
        )
        assert said.status_code == 201
        assert said.headers["strict-transport-security"]
        assert (await client.get(f"{prefix}/")).headers["location"] == "/support/demo"


async def test_other_origins_are_let_in_by_name_alone(services: Services) -> None:
    shop = replace(services, allowed_origins=("https://shop.example",))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application(shop)), base_url="http://bot") as client:
        for origin, allowed in (("https://shop.example", "https://shop.example"), ("https://evil.example", None)):
            answer = await client.get("/api/widget", headers={"Origin": origin})
            assert answer.headers.get("access-control-allow-origin") == allowed
            assert answer.headers["access-control-expose-headers"] == "Retry-After"


async def test_limits_hold_for_a_public_site(services: Services) -> None:
    limited = replace(services, limits=Limits(3, (), lambda: 0.0))
    async with Client(limited) as client:
        path, opens = await client.begin()
        for _ in range(3):
            await client.say(path, opens, "hello")
        body = {"client_id": "6f2a1c9e-2a70-4b53-9a3e-000000000002", "text": "hello"}
        refused = await client.post(f"{path}/messages", json=body, headers=opens)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 21
        signals = [(await client.post(f"{path}/typing", headers=opens)).status_code for _ in range(121)]
        assert (signals[0], signals[-1]) == (204, 429)
        statuses = [(await client.post("/api/conversations", json={})).status_code for _ in range(61)]
        assert statuses[-1] == 429


def test_a_bucket_refills_evenly() -> None:
    now = 0.0
    bucket = Bucket(2, 10, lambda: now)
    assert [bucket.take("a"), bucket.take("a"), bucket.take("b")] == [0, 0, 0]
    assert bucket.take("a") == 5
    now = 5.0
    assert bucket.take("a") == 0
    assert bucket.take("a") == 5


class Connection:
    def __init__(self, host: str | None, forwarded: str = "") -> None:
        self.client = httpx.URL(f"http://{host}") if host else None
        self.headers = Headers(raw=[(b"x-forwarded-for", line.encode()) for line in forwarded.split("|") if line])


@pytest.mark.parametrize(
    ("host", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("[2001:db8:1:2:3:4:5:6]", "", "2001:db8:1:2::/64"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "6.6.6.6|198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1:5555", "198.51.100.1"),
        ("[::ffff:10.0.0.1]", "[2001:db8::1]:443", "2001:db8::/64"),
        ("[::ffff:203.0.113.9]", "", "203.0.113.9"),
    ],
)
def test_who_calls_is_believed_from_trusted_proxies_alone(host: str, forwarded: str, address: str) -> None:
    limits = Limits(20, (ipaddress.ip_network("10.0.0.0/8"),))
    assert limits.address(Connection(host, forwarded)) == address  # type: ignore[arg-type]


def test_too_many_says_how_long_to_wait() -> None:
    limits = Limits(1, ())
    limits.message("c")
    with pytest.raises(TooMany) as refused:
        limits.message("c")
    assert refused.value.seconds > 0
    Limits(None, ()).message("c")
