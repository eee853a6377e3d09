"""One-time codes (RFC 6238) as a second factor: the secret, the picture by which an app takes it up, on and off."""

import io
import os
from dataclasses import dataclass, replace

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.agents.accounts import Account, Accounts, save
from bot.agents.staff_log import Happening, StaffLog, Step, What
from bot.errors import BotError, Refused
from bot.touchpoints.sealing import NONCE, derive_key

STEP_S = 30
DRIFT = 1
"""How many steps a phone's clock may be off, each way."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app needs: the `secret` to type, the same as a `uri`, and that as a QR code in SVG."""

    secret: str
    uri: str
    svg: str


def enrol(email: str, issuer: str) -> Enrolment:
    """A new secret for an account."""
    secret = pyotp.random_base32()
    uri = pyotp.TOTP(secret, interval=STEP_S, name=email, issuer=issuer).provisioning_uri()
    picture = io.BytesIO()
    segno.make(uri, micro=False).save(picture, kind="svg", scale=4, xmldecl=False, svgns=True, omitsize=True)
    return Enrolment(secret, uri, picture.getvalue().decode())


def accepted_step(secret: str, code: str, now: int, last: int) -> int | None:
    """The time step whose code this is, None for a wrong one; a step up to `last` has been used and counts no more.

    `now` is in milliseconds since the Unix epoch. The caller keeps the step as the next `last`.
    """
    code = code.replace(" ", "")
    current = now // 1000 // STEP_S
    codes = pyotp.TOTP(secret, interval=STEP_S)
    for step in range(current - DRIFT, current + DRIFT + 1):
        if step > last and pyotp.utils.strings_equal(codes.generate_otp(step), code):
            return step
    return None


class Seal:
    """Seals the secrets with a key of the installation: who has the database alone can make no codes.

    The first byte says whether the factor is `ON` or `OFFERED`: that is, shown to an app that has shown no code yet.
    """

    OFFERED, ON = b"\x00", b"\x01"

    def __init__(self, secret: bytes) -> None:
        self._key = AESGCM(derive_key(secret, "second factors"))

    def seal(self, account_id: str, state: bytes, secret: str) -> bytes:
        """What is kept of a secret; it opens for this account and in this state alone."""
        nonce = os.urandom(NONCE)
        return state + nonce + self._key.encrypt(nonce, secret.encode(), state + account_id.encode())

    def secret(self, account: Account, state: bytes = ON) -> str | None:
        """The secret of an account's second factor, None where it has none in this state."""
        kept = account.second_factor or b""
        if kept[:1] != state:
            return None
        try:
            return self._key.decrypt(kept[1 : 1 + NONCE], kept[1 + NONCE :], state + account.id.encode()).decode()
        except InvalidTag:
            raise BotError(
                "second factors were sealed with another secret; set BOT_SECRET_KEY to the one they were made with"
            ) from None


def is_on(account: Account) -> bool:
    """Whether signing in to the account takes a code."""
    return (account.second_factor or b"")[:1] == Seal.ON


class SecondFactors:
    """Turns second factors on, with a code that proves that the app has the secret, and off."""

    def __init__(self, staff_log: StaffLog, accounts: Accounts, seal: Seal) -> None:
        self._staff_log = staff_log
        self._accounts = accounts
        self._seal = seal

    async def offer(self, account_id: str, issuer: str) -> Enrolment:
        """A new secret for the account's app; it counts from `confirm` on. Raises Refused where one counts already."""

        async def decide() -> Step[Enrolment]:
            account = await self._accounts.get(account_id)
            if is_on(account):
                raise Refused("the second factor is on already; turn it off first to take another app")
            offered = enrol(account.email, issuer)
            sealed = self._seal.seal(account_id, Seal.OFFERED, offered.secret)
            return Step(offered, (), [save(replace(account, second_factor=sealed))])

        return await self._staff_log.act(decide)

    async def confirm(self, account_id: str, code: str, keep: str) -> None:
        """Turn it on; sessions that began without it end, but for the one with the id `keep`.

        Raises Refused for a wrong code, or where nothing was offered.
        """

        async def decide() -> Step[None]:
            account = await self._accounts.get(account_id)
            secret = self._seal.secret(account, Seal.OFFERED)
            if secret is None:
                raise Refused("there is no second factor to confirm; begin anew")
            step = accepted_step(secret, code, self._staff_log.clock(), account.last_code)
            if step is None:
                raise Refused("the code is wrong; enter the one that your app shows now")
            sealed = self._seal.seal(account_id, Seal.ON, secret)
            changed = save(replace(account, second_factor=sealed, last_code=step))
            ended = await self._accounts.sessions_of(account_id, keep)
            return Step(None, [Happening(What.SECOND_FACTOR_ON, account_id, account_id)], [changed, *ended])

        await self._staff_log.act(decide)

    async def turn_off(self, account_id: str, by: str | None) -> bool:
        """Turn it off; false where it wasn't on. Raises NotFound where there is no such account."""

        async def decide() -> Step[bool]:
            account = await self._accounts.get(account_id)
            changed = save(replace(account, second_factor=None))
            if not is_on(account):
                return Step(False, (), [changed] if account.second_factor else ())
            return Step(True, [Happening(What.SECOND_FACTOR_OFF, account_id, by)], [changed])

        return await self._staff_log.act(decide)
