"""The client against a real server: what it sends, what it believes, and that nothing makes it raise or wait."""

import asyncio
import base64
import gzip
import hashlib
import hmac
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.types import Send

from bot.dialogue.turn import Call, Result
from bot.shop_systems.client import MOST_AT_ONCE, HttpActions, Patience
from tests.conftest import Clock
from tests.server import free_port
from tests.shop_systems.conftest import FOUND, Answer, Shop, breaks_off, drips, floods, hangs, says, served

SECRET = b"a secret of the tests, 32 bytes and more"
QUICK = Patience(one_try=0.5, altogether=1.5, pause=0.01, rest=30)
FAILED = Result(failed=True)
BUSY = says(b"", 503)
CALL = Call("cancel_order", {"order_number": "48213", "email": "mila@example.com"}, "cancel_order", "de")


@pytest.fixture
async def actions(shop: Shop, clock: Clock) -> AsyncIterator[HttpActions]:
    client = HttpActions(shop.url, SECRET, clock, patience=QUICK)
    yield client
    await client.close()


# --- what is sent


async def test_a_call_is_a_signed_post(shop: Shop, actions: HttpActions, clock: Clock) -> None:
    assert await actions.call(CALL, "conversation/message/cancel_order") == Result(found=True)
    [asked] = shop.asked
    assert (asked.method, asked.path) == ("POST", "/bot/cancel_order")
    assert asked.headers["content-type"] == "application/json"
    assert asked.json == {
        "action": "cancel_order",
        "arguments": {"order_number": "48213", "email": "mila@example.com"},
        "locale": "de",
    }
    message_id, timestamp = asked.headers["webhook-id"], asked.headers["webhook-timestamp"]
    assert timestamp == str(clock.now // 1000)
    assert "conversation" not in message_id
    digest = hmac.new(SECRET, f"{message_id}.{timestamp}.".encode() + asked.body, hashlib.sha256).digest()
    assert asked.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


async def test_who_is_signed_in_goes_along(shop: Shop, actions: HttpActions) -> None:
    await actions.call(Call("order_status", {}, "track_order", None, "mila"), "key")
    assert shop.asked[0].json == {"action": "order_status", "arguments": {}, "locale": None, "customer_id": "mila"}


async def test_the_same_key_is_the_same_id_at_any_time(shop: Shop, actions: HttpActions, clock: Clock) -> None:
    await actions.call(CALL, "one")
    clock.pass_(minutes=1)
    await actions.call(CALL, "one")
    await actions.call(CALL, "other")
    ids = [asked.headers["webhook-id"] for asked in shop.asked]
    assert ids[0] == ids[1] != ids[2]
    assert shop.asked[0].headers["webhook-timestamp"] != shop.asked[1].headers["webhook-timestamp"]


async def test_one_customers_cookies_never_go_along_with_another(shop: Shop, actions: HttpActions) -> None:
    shop.answers = [says({"found": False}, set_cookie="session=1; Path=/")]
    await actions.call(CALL, "one")
    await actions.call(CALL, "other")
    assert "cookie" not in shop.asked[1].headers


async def test_a_proxy_or_password_in_the_environment_is_not_for_us(
    shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    client = HttpActions(shop.url, SECRET, clock, patience=QUICK)
    assert await client.call(CALL, "key") == Result(found=True)
    await client.close()


async def test_a_certificate_must_be_one_that_the_machine_trusts(
    shop: Shop, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = self_signed(tmp_path)
    with served(shop, ssl_certfile=certificate, ssl_keyfile=key) as port:
        url = f"https://localhost:{port}"
        stranger = HttpActions(url, SECRET, clock, patience=QUICK)
        assert await stranger.call(CALL, "key") == FAILED
        assert shop.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        known = HttpActions(url, SECRET, clock, patience=QUICK)
        assert await known.call(CALL, "key") == Result(found=True)
        await stranger.close()
        await known.close()


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate of localhost, as a shop's own authority would make it, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, today - timedelta(days=1), today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


# --- what is believed


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (says({"found": False}), Result()),
        (says({"found": False, "values": 1}), Result()),
        (says({"error": "no such order"}, 404), Result()),
        (says(b"<html>", 404), Result()),
        (says({"found": True, "values": {"status": "shipped"}}), Result(found=True, values={"status": "shipped"})),
        (
            says({"found": True, "values": {"a": 3, "b_2": 2.5, "c": True, "d": None, "e": "", "f": -1}}),
            Result(found=True, values={"a": "3", "b_2": "2.5", "c": "true", "e": "", "f": "-1"}),
        ),
        (says({"found": True, "values": {"a" * 60: "ü" * 1000}}), Result(found=True, values={"a" * 60: "ü" * 1000})),
    ],
)
async def test_what_an_answer_means(shop: Shop, actions: HttpActions, answer: Answer, result: Result) -> None:
    shop.answers = [answer]
    assert await actions.call(CALL, "key") == result


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (says({"found": True, "values": {}}, 201), "status 201"),
        (says(b"", 204), "status 204"),
        (says(b"", 302, location="/bot/other"), "status 302"),
        (says(b"", 307, location="/bot/other"), "status 307"),
        (says({"found": False}, 400), "status 400"),
        (says({}, 401), "status 401"),
        (says({}, 422), "status 422"),
        (says({}, 500), "status 500"),
        (says(b""), "isn't JSON"),
        (says(b"{"), "isn't JSON"),
        (says(b"NaN"), "isn't JSON"),
        (says(b'{"found": true, "values": {"a": "\xff"}}'), "isn't JSON"),
        (says(b"[" * 60_000), "isn't JSON"),
        (says(gzip.compress(b'{"found": false}'), content_encoding="gzip"), "isn't JSON"),
        (says([]), "without `found`"),
        (says({}), "without `found`"),
        (says({"found": "yes", "values": {}}), "without `found`"),
        (says({"found": 1, "values": {}}), "without `found`"),
        (says({"found": True}), "without `found` or `values`"),
        (says({"found": True, "values": ["a"]}), "without `found` or `values`"),
        (says({"found": True, "values": {"a": {"b": "private"}}}), "another name or type"),
        (says({"found": True, "values": {"a": ["private"]}}), "another name or type"),
        (says({"found": True, "values": {"orderNumber": "private"}}), "another name or type"),
        (says({"found": True, "values": {"a\n": "private"}}), "another name or type"),
        (says({"found": True, "values": {"": "private"}}), "another name or type"),
        (says({"found": True, "values": {"a" * 61: "private"}}), "another name or type"),
        (says({"found": True, "values": {"a": "x" * 1001}}), "longer than 1000"),
        (says({"found": True, "values": {str(number): "x" * 999 for number in range(66)}}), "larger than 65536"),
        (floods, "larger than 65536"),
    ],
)
async def test_anything_else_is_a_failure_that_is_logged_once_and_without_what_it_was_about(
    shop: Shop, actions: HttpActions, answer: Answer, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    shop.answers = [answer]
    assert await actions.call(CALL, "key") == FAILED
    assert len(shop.asked) == 1, "another try would get the same"
    [line] = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert line.startswith("the shop's systems failed at cancel_order: ")
    assert why in line
    assert not any(private in caplog.text for private in ("48213", "mila@", "private", "xxx"))


# --- time-outs and second tries


@pytest.mark.parametrize("first", [*(says(b"", status) for status in (429, 502, 503, 504)), breaks_off, hangs, drips])
async def test_what_may_end_better_is_tried_once_more_with_the_same_id(
    shop: Shop, actions: HttpActions, first: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    shop.answers = [first]
    assert await actions.call(CALL, "key") == Result(found=True)
    one, two = shop.asked
    assert (one.headers["webhook-id"], one.body) == (two.headers["webhook-id"], two.body)
    assert not [record for record in caplog.records if record.name.startswith("bot")]


@pytest.mark.parametrize("both", [says(b"", 503), breaks_off, hangs, drips])
async def test_there_is_no_third_try(
    shop: Shop, actions: HttpActions, both: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    shop.answers = [both, both]
    assert await actions.call(CALL, "key") == FAILED
    assert len(shop.asked) == 2
    assert len([record for record in caplog.records if record.name.startswith("bot")]) == 1


async def test_all_tries_together_have_an_end(shop: Shop, clock: Clock) -> None:
    client = HttpActions(shop.url, SECRET, clock, patience=Patience(one_try=20, altogether=0.5, pause=0.01))
    shop.answers = [hangs, hangs]
    began = time.monotonic()
    assert await client.call(CALL, "key") == FAILED
    assert 0.45 < time.monotonic() - began < 5
    await client.close()


def test_customers_wait_five_seconds_at_most() -> None:
    assert (Patience().one_try, Patience().altogether, Patience().failures, Patience().rest) == (3, 5, 5, 10)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}",
        "http://nowhere.invalid",
        f"http://{'a' * 64}.example",
        "http://[::1",
        "http://127.0.0.1:99999",
    ],
)
async def test_who_cannot_be_reached_makes_nothing_raise(url: str, clock: Clock) -> None:
    client = HttpActions(url.format(port=free_port()), SECRET, clock, patience=QUICK)
    assert await client.call(CALL, "key") == FAILED
    await client.close()


async def test_what_cannot_be_written_as_json_makes_nothing_raise(actions: HttpActions, shop: Shop) -> None:
    assert await actions.call(Call("stock", {"product": "\ud800"}, "stock"), "key") == FAILED
    assert shop.asked == []


class Raises(httpx.AsyncBaseTransport):
    """A network on which everything ends with one error."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise self._error


@pytest.mark.parametrize(
    "error",
    [asyncio.CancelledError(), OSError(), RuntimeError("48213"), UnicodeError(), httpx.InvalidURL("48213"), KeyError()],
)
async def test_no_error_comes_out(error: BaseException, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    client = HttpActions("http://shop.example", SECRET, clock, transport=Raises(error), patience=QUICK)
    assert await client.call(CALL, "key") == FAILED
    assert "48213" not in caplog.text
    await client.close()


async def test_the_end_of_the_task_itself_passes(shop: Shop, actions: HttpActions) -> None:
    shop.answers = [hangs]
    task = asyncio.create_task(actions.call(CALL, "key"))
    await asyncio.sleep(0.1)
    assert len(shop.asked) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_crowd_is_kept_small_and_leaves_nothing_behind(
    shop: Shop, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    client = HttpActions(shop.url, SECRET, clock, patience=replace(QUICK, one_try=0.5, altogether=0.6, failures=1000))
    shop.answers = [hangs] * 1000
    results = await asyncio.gather(*(client.call(CALL, str(number)) for number in range(MOST_AT_ONCE + 50)))
    assert results == [FAILED] * (MOST_AT_ONCE + 50)
    assert caplog.text.count(f"{MOST_AT_ONCE} calls are under way") == 50
    shop.answers = []
    results = await asyncio.gather(*(client.call(CALL, f"later {number}") for number in range(20)))
    assert results == [Result(found=True)] * 20
    await client.close()


# --- the circuit


async def test_after_five_failures_in_a_row_nobody_waits(
    shop: Shop, actions: HttpActions, caplog: pytest.LogCaptureFixture
) -> None:
    shop.answers = [*[BUSY] * 8, FOUND, *[BUSY] * 10]
    for number in range(4):
        assert await actions.call(CALL, str(number)) == FAILED
    assert await actions.call(CALL, "an answer between") == Result(found=True)
    for number in range(5):
        assert await actions.call(CALL, f"again {number}") == FAILED
    assert len(shop.asked) == 19
    assert await actions.call(CALL, "now it is open") == FAILED
    assert len(shop.asked) == 19
    assert [record.levelno for record in caplog.records if record.name.startswith("bot")].count(logging.ERROR) == 1


async def test_one_call_finds_out_whether_the_system_is_back(shop: Shop, clock: Clock) -> None:
    client = HttpActions(shop.url, SECRET, clock, patience=replace(QUICK, rest=0.3))
    shop.answers = [BUSY] * 10
    for number in range(5):
        await client.call(CALL, str(number))
    await asyncio.sleep(0.3)

    async def soon(send: Send) -> None:
        await asyncio.sleep(0.05)
        await FOUND(send)

    shop.answers = [soon]
    results = await asyncio.gather(*(client.call(CALL, f"again {number}") for number in range(4)))
    assert [result.found for result in results].count(True) == 1
    assert await client.call(CALL, "and all are let through") == Result(found=True)
    await client.close()


async def test_a_system_that_answers_nonsense_is_not_dead(shop: Shop, actions: HttpActions) -> None:
    shop.answers = [says({}, 500)] * 7
    for number in range(7):
        assert await actions.call(CALL, str(number)) == FAILED
    assert len(shop.asked) == 7, "an action that the shop hasn't built must not stop the others"
