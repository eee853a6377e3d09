"""The environment becomes one frozen `Settings`; nothing else reads environment variables."""

import base64
import ipaddress
import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.errors import SettingsError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _database(value: str) -> Path:
    scheme, separator, path = value.partition(":///")
    if scheme != "sqlite" or not separator or not path:
        raise ValueError("sqlite:///PATH, such as sqlite:///data/bot.db")
    return Path(path)


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 0 <= int(value) <= 65535:
        raise ValueError("a port number from 0 to 65535")
    return int(value)


def _rate(value: str) -> int | None:
    if value == "off":
        return None
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise ValueError("a whole number of messages a minute, or off")
    return int(value)


def _secret(value: str) -> bytes:
    if len(value) < 32:
        raise ValueError("at least 32 characters, best from a random generator")
    return value.encode()


def _web_path(value: str) -> str | None:
    """The path of a web address that can be reached and has no query or fragment, None for anything else."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # its own words for a wrong port or IPv6 address don't say what would be right
        return None
    return parts.path if usable and not any(character in value for character in "?# ") else None


def _public_url(value: str) -> str:
    if _web_path(value) is None:
        raise ValueError("an address such as https://shop.example/support")
    return value.rstrip("/")


def _signing_secret(value: str) -> bytes:
    """A key as Standard Webhooks writes it, with `whsec_` before its base64; anything else is a key as it stands."""
    if not value.startswith("whsec_"):
        return _secret(value)
    try:
        key = base64.b64decode(value.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if len(key) < 24:
        raise ValueError("at least 32 characters, or whsec_ and the base64 of at least 24 bytes")
    return key


def _actions_url(value: str) -> str:
    if _web_path(value) is None or "@" in value:
        raise ValueError("an address such as https://shop.example/bot, without a query or a password")
    return value.rstrip("/")


Tls = Literal["implicit", "starttls", "off"]


@dataclass(frozen=True, slots=True)
class Smtp:
    """The shop's mail server; `tls` is implicit, starttls or off, `sender` what stands in `From`."""

    host: str
    port: int
    user: str
    password: str
    tls: Tls
    sender: str


SMTP_FORM = "smtp://user:password@host:587?from=help@shop.example or smtps://…, with the password percent-encoded"


def _smtp(value: str) -> Smtp:
    try:
        parts = urlsplit(value)
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        host, port = parts.hostname or "", parts.port or (465 if parts.scheme == "smtps" else 587)
        tls = options.pop("tls", "implicit" if parts.scheme == "smtps" else "off" if _is_loopback(host) else "starttls")
        sender = _sender(options.pop("from", ""))
    except ValueError:
        raise ValueError(SMTP_FORM) from None
    usable = host and not parts.path.strip("/") and not parts.fragment and not options
    ways: dict[str, tuple[Tls, ...]] = {"smtp": ("starttls", "off"), "smtps": ("implicit",)}
    chosen = next((way for way in ways.get(parts.scheme, ()) if way == tls), None)
    if not usable or chosen is None:
        raise ValueError(f"{SMTP_FORM}; ?tls=off sends in the clear")
    return Smtp(host, port, unquote(parts.username or ""), unquote(parts.password or ""), chosen, sender)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _sender(value: str) -> str:
    _, address = parseaddr(value)
    if value and (not value.isprintable() or not re.fullmatch(r"[!-?A-~]+@[a-zA-Z0-9.-]+", address)):
        raise ValueError("an address such as help@shop.example or Shop <help@shop.example>")
    return value


def _origins(value: str) -> tuple[str, ...]:
    origins = tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
    for origin in origins:
        if _web_path(origin) != "":
            raise ValueError("origins such as https://shop.example, separated by commas")
    return origins


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("addresses or networks such as 10.0.0.0/8, separated by commas") from None


def _timezone(value: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise ValueError("a name from the time zone database, such as Europe/Berlin") from None


def _level(value: str) -> str:
    if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("debug, info, warning or error")
    return value.upper()


CONTENT_CLASSES = ("messages", "notes", "feedback", "identities", "events")
LEAST_DAYS = 30


def _retention(value: str) -> tuple[tuple[str, int | None], ...]:
    days: dict[str, int | None] = {}
    for part in value.split(","):
        name, _, kept = (one.strip() for one in part.partition("="))
        if name not in CONTENT_CLASSES or not (kept == "off" or (kept.isdecimal() and int(kept) >= LEAST_DAYS)):
            raise ValueError(
                f"such as messages=365,notes=90,events=off, in days from {LEAST_DAYS} on; "
                f"there are {', '.join(CONTENT_CLASSES)}"
            )
        days[name] = None if kept == "off" else int(kept)
    return tuple(days.items())


def _flag(value: str) -> bool:
    if value not in ("on", "off"):
        raise ValueError("on or off")
    return value == "on"


def _setting(name: str, parse: Callable[[str], Any], default: Any) -> Any:
    return field(default=default, metadata={"name": name, "parse": parse})


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation can choose; `docs/settings.md` explains each."""

    database: Path = _setting("BOT_DATABASE_URL", _database, Path("data/bot.db"))
    models: Path = _setting("BOT_MODELS", Path, Path("models"))
    training_data: Path = _setting("BOT_TRAINING_DATA", Path, Path("training_data"))
    secret_key: bytes | None = _setting("BOT_SECRET_KEY", _secret, None)
    identity_secret: bytes | None = _setting("BOT_IDENTITY_SECRET", _secret, None)
    public_url: str | None = _setting("BOT_PUBLIC_URL", _public_url, None)
    trusted_proxies: tuple[Network, ...] = _setting("BOT_TRUSTED_PROXIES", _networks, ())
    allowed_origins: tuple[str, ...] = _setting("BOT_ALLOWED_ORIGINS", _origins, ())
    host: str = _setting("BOT_HOST", str, "127.0.0.1")
    port: int = _setting("BOT_PORT", _port, 8000)
    timezone: zoneinfo.ZoneInfo = _setting("BOT_TIMEZONE", _timezone, zoneinfo.ZoneInfo("UTC"))
    rate_limit: int | None = _setting("BOT_RATE_LIMIT", _rate, 20)
    demo: bool = _setting("BOT_DEMO", _flag, True)
    actions_url: str | None = _setting("BOT_ACTIONS_URL", _actions_url, None)
    actions_secret: bytes | None = _setting("BOT_ACTIONS_SECRET", _signing_secret, None)
    smtp: Smtp | None = _setting("BOT_SMTP_URL", _smtp, None)
    mail_from: str = _setting("BOT_MAIL_FROM", _sender, "")
    webhooks_private: bool = _setting("BOT_WEBHOOKS_PRIVATE", _flag, False)
    retention: tuple[tuple[str, int | None], ...] = _setting("BOT_RETENTION", _retention, ())
    log_level: str = _setting("BOT_LOG_LEVEL", _level, "INFO")

    def __post_init__(self) -> None:
        if self.actions_url and not self.actions_secret:
            raise SettingsError("BOT_ACTIONS_URL needs BOT_ACTIONS_SECRET beside it, which signs the calls")
        if self.smtp and not (self.smtp.sender or self.mail_from):
            raise SettingsError("BOT_SMTP_URL needs a sender: ?from=help@shop.example at its end, or BOT_MAIL_FROM")
        if self.smtp and not self.public_url:
            raise SettingsError("BOT_SMTP_URL needs BOT_PUBLIC_URL beside it, where the links in letters lead")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read every `BOT_…` variable; an empty one counts as unset.

        Raises SettingsError for an unknown name or a value that isn't allowed.
        """
        fields = {f.metadata["name"]: f for f in cls.__dataclass_fields__.values()}
        chosen: dict[str, Any] = {}
        for name, value in environment.items():
            if not name.startswith("BOT_") or not value:
                continue
            if name == "BOT_REDIS_URL":
                raise SettingsError("BOT_REDIS_URL: one process serves a shop and needs no Redis; leave it out")
            if name not in fields:
                nearest = get_close_matches(name, fields, n=1)
                hint = f"; did you mean {nearest[0]}?" if nearest else "; docs/settings.md lists the settings"
                raise SettingsError(f"unknown setting {name}{hint}")
            try:
                chosen[fields[name].name] = fields[name].metadata["parse"](value)
            except ValueError as allowed:
                shown = "(hidden)" if "SECRET" in name or "SMTP" in name else repr(value)
                raise SettingsError(f"{name} is {shown}; it must be {allowed}") from None
        return cls(**chosen)

    @property
    def address(self) -> str:
        """Where people reach the bot, as links begin."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def source(self) -> str:
        """Who a touchpoint is from where it leaves this process."""
        return self.public_url or "urn:bot"

    @property
    def path_prefix(self) -> str:
        """The sub-path under which a proxy serves the bot, such as `/support`, or an empty string."""
        return urlsplit(self.public_url).path if self.public_url else ""

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers reach the bot over TLS."""
        return bool(self.public_url) and urlsplit(self.public_url or "").scheme == "https"
