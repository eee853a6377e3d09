"""Signatures by the Standard Webhooks scheme: HMAC-SHA256 over a message's id, time and body."""

import base64
import hmac
from collections.abc import Mapping

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"

TOLERANCE = 300
"""How many seconds two clocks may differ; a message older than that is somebody's copy."""


def signed(secret: bytes, message_id: str, timestamp: int, body: bytes, *others: bytes) -> dict[str, str]:
    """The headers that prove a message; `timestamp` is in seconds since the Unix epoch.

    While a secret is being changed, `others` sign beside it, so that whoever knows one of them is convinced.
    """
    signatures = [_signature(one, message_id, str(timestamp), body) for one in (secret, *others)]
    return {ID: message_id, TIMESTAMP: str(timestamp), SIGNATURE: " ".join(signatures)}


def is_genuine(secret: bytes, headers: Mapping[str, str], body: bytes, now: int) -> bool:
    """Whether a message was signed with the secret, and within the tolerance of `now`."""
    timestamp = headers.get(TIMESTAMP, "")
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    expected = _signature(secret, headers.get(ID, ""), timestamp, body).encode()
    # A sender whose secret is being changed signs with both, separated by a space.
    given = headers.get(SIGNATURE, "").split()
    genuine = [hmac.compare_digest(expected, one.encode("utf-8", "replace")) for one in given]
    return any(genuine) and abs(now - int(timestamp)) <= TOLERANCE


def _signature(secret: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    digest = hmac.digest(secret, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(digest).decode()
