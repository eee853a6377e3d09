"""One-time codes (RFC 6238) as a second factor, and the picture by which an app takes them up."""

import io
from dataclasses import dataclass

import pyotp
import segno

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
