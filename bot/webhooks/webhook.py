"""A webhook: where the shop's own system listens, to what, and with which secrets it knows that we speak."""

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.dialogue.state import TRANSITIONS
from bot.errors import BotError, Invalid
from bot.records import random_bytes
from bot.touchpoints.log import Value
from bot.touchpoints.sealing import derive_key

OLD_SECRET_LASTS = 24 * 3600 * 1000
"""So many milliseconds an old secret goes on signing beside the new one."""

TYPES = frozenset(name.partition(":")[0] for name in TRANSITIONS)
"""Every type of touchpoint that a conversation can hold."""

LONGEST_URL = 2000
NONCE = 12


@dataclass(frozen=True, slots=True)
class Secret:
    """A key to sign with, as Standard Webhooks writes it (`whsec_…`), and until when, in milliseconds; None: on."""

    text: str
    until: int | None = None

    @property
    def key(self) -> bytes:
        """The bytes to sign with."""
        return base64.b64decode(self.text.removeprefix("whsec_"))


def new_secret() -> Secret:
    """A new key of 256 bits."""
    return Secret("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())


@dataclass(frozen=True, slots=True)
class Webhook:
    """One receiver. Without `types` it gets all of conversations; `secrets` has the newest first.

    `texts` says whether what people write goes along, `problem` why it was switched off where nobody did it.
    """

    id: str
    url: str
    types: tuple[str, ...]
    secrets: tuple[Secret, ...]
    texts: bool
    active: bool
    created_at: int
    problem: str = ""

    def keys(self, now: int) -> list[bytes]:
        """What signs now, the newest first."""
        return [secret.key for secret in self.secrets if secret.until is None or secret.until > now]


def check_url(url: str) -> str:
    """An address that a webhook can have; raises Invalid."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isascii() or not url.isprintable() or " " in url or len(url) > LONGEST_URL:
        raise Invalid(f"{_short(url)} is no address for a webhook; write it as https://shop.example/webhook")
    if "@" in parts.netloc:
        raise Invalid("a webhook's address holds no user or password: each message is signed instead")
    if parts.fragment:
        raise Invalid(f"{_short(url)} has a fragment (#…), which is never sent; leave it out")
    return url


def check_types(types: Sequence[str]) -> tuple[str, ...]:
    """The types without repetition; raises Invalid for one that no conversation holds."""
    for one in types:
        if one not in TYPES:
            raise Invalid(
                f"{_short(one)} is no type of a conversation's touchpoints; there are {', '.join(sorted(TYPES))}"
            )
    return tuple(dict.fromkeys(types))


class Sealing:
    """Seals the secrets of webhooks with the installation's."""

    def __init__(self, secret: bytes) -> None:
        self._key = AESGCM(derive_key(secret, "webhook secrets"))

    def row(self, webhook: Webhook) -> dict[str, Value]:
        """The row of a webhook."""
        nonce = random_bytes(NONCE)
        kept = json.dumps([[secret.text, secret.until] for secret in webhook.secrets]).encode()
        return {
            "webhook_id": webhook.id,
            "url": webhook.url,
            "types": json.dumps(webhook.types),
            "secrets": nonce + self._key.encrypt(nonce, kept, webhook.id.encode()),
            "texts": int(webhook.texts),
            "active": int(webhook.active),
            "created_at": webhook.created_at,
            "problem": webhook.problem,
        }

    def webhook(self, row: Mapping[str, Value]) -> Webhook:
        """The webhook of a row; raises BotError where its secrets were sealed with another secret."""
        id_, sealed = str(row["webhook_id"]), row["secrets"]
        try:
            kept = self._key.decrypt(sealed[:NONCE], sealed[NONCE:], id_.encode()) if isinstance(sealed, bytes) else b""
        except InvalidTag:
            raise BotError(
                f"the secrets of webhook {id_} were sealed with another secret; set BOT_SECRET_KEY to that one, or "
                "remove the webhook and add it anew"
            ) from None
        return Webhook(
            id=id_,
            url=str(row["url"]),
            types=tuple(json.loads(str(row["types"]))),
            secrets=tuple(Secret(text, until) for text, until in json.loads(kept)),
            texts=bool(row["texts"]),
            active=bool(row["active"]),
            created_at=int(row["created_at"] or 0),
            problem=str(row["problem"]),
        )


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:80] + "…")
