"""Signatures by the Standard Webhooks scheme, against its published example."""

import base64

import pytest

from bot.settings import Settings
from bot.signature import is_genuine, signed

# The scheme's own example, which its libraries test themselves with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}')
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

KEY = base64.b64decode(SECRET.removeprefix("whsec_"))
HEADERS = signed(KEY, *MESSAGE)
_, SENT, BODY = MESSAGE


def test_the_published_example() -> None:
    assert HEADERS == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }
    given = {"BOT_ACTIONS_URL": "https://shop.example/bot", "BOT_ACTIONS_SECRET": SECRET}
    assert Settings.from_environment(given).actions_secret == KEY


def test_what_is_signed_is_genuine_for_five_minutes_around() -> None:
    for seconds, genuine in ((0, True), (300, True), (-300, True), (301, False), (-301, False)):
        assert is_genuine(KEY, HEADERS, BODY, SENT + seconds) is genuine


def test_one_of_several_signatures_is_enough() -> None:
    both = {**HEADERS, "webhook-signature": f"v1,AAAA v2,{SIGNATURE} {SIGNATURE}"}
    assert is_genuine(KEY, both, BODY, SENT)


def test_while_a_secret_is_changed_both_sign() -> None:
    headers = signed(b"the new one", *MESSAGE, KEY)
    assert headers["webhook-signature"].split()[1] == SIGNATURE
    assert all(is_genuine(key, headers, BODY, SENT) for key in (KEY, b"the new one"))
    assert not is_genuine(b"a third one", headers, BODY, SENT)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_other"},
        {"webhook-timestamp": str(SENT + 1)},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "٣"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "9" * 5000},
        {"webhook-timestamp": ""},
        {"webhook-signature": ""},
        {"webhook-signature": SIGNATURE.removeprefix("v1,")},
        {"webhook-signature": "v1,ü"},
        {"webhook-signature": SIGNATURE.lower()},
    ],
)
def test_what_was_changed_is_not(changed: dict[str, str]) -> None:
    assert not is_genuine(KEY, {**HEADERS, **changed}, BODY, SENT)


def test_another_body_or_secret_or_no_signature_is_not() -> None:
    assert not is_genuine(KEY, HEADERS, BODY + b" ", SENT)
    assert not is_genuine(KEY[:-1], HEADERS, BODY, SENT)
    assert not is_genuine(KEY, {}, BODY, SENT)
