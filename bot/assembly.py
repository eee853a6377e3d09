"""The only place that chooses implementations: settings become a running bot."""

import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
from prometheus_client import CollectorRegistry

from bot.agents.queue import Queue
from bot.agents.staff import open_staff
from bot.content.content import Content
from bot.conversations.access import Access
from bot.conversations.actions import Actions, NoSystems
from bot.conversations.blocking import Blocking
from bot.conversations.conversation import Conversations
from bot.conversations.feedback import Feedback
from bot.conversations.hand_off import HandOff
from bot.conversations.receive import Receive
from bot.conversations.remarks import Remarks
from bot.conversations.serving import Serving
from bot.conversations.start import Start
from bot.conversations.watching import Watching
from bot.cx.child import Child
from bot.cx.installation import Installation
from bot.demo.backend import create_backend
from bot.demo.shop import DemoShop
from bot.desk.contact import Contact
from bot.desk.customers import Customers
from bot.desk.desk import Desk
from bot.desk.letters import AnswerLetters
from bot.desk.line import Line
from bot.desk.search import Search
from bot.desk.staff_letters import StaffLetters
from bot.desk.suggestions import Suggestions
from bot.desk.visibility import Visibility
from bot.errors import SettingsError
from bot.mail.mail import Mail, NoMail
from bot.mail.smtp import Server, SmtpMail
from bot.nlu.registry import Registry
from bot.outside.ingest import Ingest
from bot.outside.keys import Keys
from bot.outside.people import People
from bot.outside.storing import Storing
from bot.privacy.noticing import Noticing
from bot.settings import Settings
from bot.shop_systems.client import HttpActions
from bot.touchpoints.hints import Hint, Hints
from bot.touchpoints.identities import Digests, Identities
from bot.touchpoints.log import TouchpointLog
from bot.touchpoints.sealing import Vault
from bot.touchpoints.sqlite import SqliteLog
from bot.web.limits import Limits
from bot.web.services import Services
from bot.webhooks.address import Addresses
from bot.webhooks.dispatcher import Dispatcher
from bot.webhooks.webhook import Sealing
from bot.webhooks.webhooks import Webhooks


def now() -> int:
    """Milliseconds since the Unix epoch."""
    return time.time_ns() // 1_000_000


def secret(given: bytes | None, path: Path) -> bytes:
    """The setting where it is given, else the secret kept in the file, made once and readable by its owner alone."""
    if given is not None:
        return given
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(descriptor)
    kept = path.read_text().strip()
    if len(kept) < 32:
        raise SettingsError(f"{path} holds no secret; put it back from a copy, or remove it to begin anew")
    return kept.encode()


def open_log(settings: Settings) -> tuple[SqliteLog, Vault]:
    """The log that the settings name, and the customers' keys beside it."""
    database = settings.database
    key = secret(settings.secret_key, database.with_suffix(".secret"))
    vault = Vault(database.with_suffix(".keys"), key)
    log = SqliteLog(database, vault, key)
    # Whoever put an old file of keys back by hand put no erased customer back.
    if brought_back := set(log.erased()) - vault.erased():
        vault.destroy(*brought_back)
    return log, vault


def open_actions(settings: Settings, clock: Callable[[], int], demo: DemoShop | None) -> Actions:
    """The shop's own systems where the settings name them, else those of the demonstration, else none."""
    if settings.actions_url and settings.actions_secret:
        return HttpActions(settings.actions_url, settings.actions_secret, clock)
    if demo:
        # The same way as to a real shop, signatures and all, but for the network.
        key = secrets.token_bytes(32)
        transport = httpx.ASGITransport(create_backend(demo, key, clock))
        return HttpActions("http://demo.example", key, clock, transport=transport)
    return NoSystems()


def open_mail(settings: Settings, clock: Callable[[], int]) -> Mail:
    """The shop's mail server where the settings name one, else none."""
    smtp = settings.smtp
    if smtp is None:
        return NoMail()
    sender = settings.mail_from or smtp.sender
    return SmtpMail(Server(smtp.host, smtp.port, sender, smtp.user, smtp.password, smtp.tls), clock)


def open_webhooks(settings: Settings, log: TouchpointLog, key: bytes, clock: Callable[[], int]) -> Webhooks:
    """The shop's webhooks, whose secrets are sealed with the installation's `key`."""
    return Webhooks(log, Sealing(key), Addresses(settings.webhooks_private), clock)


def address_of(settings: Settings) -> str:
    """Where people reach the bot, as links begin."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url or f"http://{host}:{settings.port}"


def source_of(settings: Settings) -> str:
    """Who a touchpoint is from where it leaves this process."""
    return settings.public_url or "urn:bot"


def installation_of(settings: Settings, content: Content) -> Installation:
    """What the report reads: the log, and which intents are no subject of their own."""
    chat = [name for name, intent in content.intents.items() if intent.is_chat or intent.asks_for_person]
    courtesy = [name for name, intent in content.intents.items() if intent.courtesy]
    key = secret(settings.secret_key, settings.database.with_suffix(".secret"))
    return Installation(settings.database, chat, courtesy, key)


def open_services(settings: Settings, clock: Callable[[], int] = now, simulated: bool = False) -> Services:
    """Everything the routes call. Raises SchemaError, ModelError and ContentError.

    With `simulated` every conversation that begins is marked so, and the shop's own systems are not called: simulated
    customers must cancel nobody's order.
    """
    if simulated:
        settings = replace(settings, actions_url=None)
    registry, mailing = Registry(settings.models), settings.smtp is not None
    serving = Serving(registry, settings.training_data, mailing, settings.timezone)
    log, vault = open_log(settings)
    key = secret(settings.secret_key, settings.database.with_suffix(".secret"))
    identity_secret = secret(settings.identity_secret, settings.database.with_suffix(".identity"))
    hints = Hints()
    conversations = Conversations(log, hints, clock)
    visibility = Visibility(log)
    mail = open_mail(settings, clock)
    letters = StaffLetters(mail, serving) if mail.is_set_up else None
    staff = open_staff(
        log, clock, key, address_of(settings), letters, told=lambda: hints.publish(Hint("", 0, "sessions"))
    )
    hand_off, queue = HandOff(conversations, serving), Queue(log, hints)
    line = Line(queue, log, hints, lambda: serving.content.bot.hours, clock)
    desk = Desk(log, hints, clock, queue, staff.accounts, conversations, hand_off, serving, line)
    # Beside a real shop's systems, the demonstration page has no orders to offer.
    demo = DemoShop(clock, [] if settings.actions_url else None) if settings.demo else None
    actions = open_actions(settings, clock, demo)
    digests = Digests(key)
    identities = Identities(log, digests)
    access, customers, search = (
        Access(log, key, clock),
        Customers(log, visibility, identities),
        Search(log, visibility, clock),
    )
    return Services(
        log=log,
        hints=hints,
        access=access,
        conversations=conversations,
        start=Start(conversations, vault, serving, key, identity_secret, simulated),
        actions=actions,
        receive=Receive(conversations, serving, actions, line),
        hand_off=hand_off,
        remarks=Remarks(conversations, serving),
        blocking=Blocking(conversations),
        watching=Watching(clock),
        feedback=Feedback(conversations, serving),
        serving=serving,
        staff=staff,
        queue=queue,
        desk=desk,
        visibility=visibility,
        customers=customers,
        search=search,
        suggestions=Suggestions(conversations, serving),
        limits=Limits(settings.rate_limit, settings.trusted_proxies),
        demo=demo,
        mail=mail,
        contact=Contact(conversations, serving, mail, settings.timezone),
        answers=AnswerLetters(log, hints, mail, serving, clock),
        webhooks=(webhooks := open_webhooks(settings, log, key, clock)),
        dispatcher=Dispatcher(log, hints, webhooks, source_of(settings), clock),
        keys=Keys(log, clock),
        ingest=Ingest(storing := Storing(log, vault, digests, clock), _stages(serving), clock),
        people=People(log, storing, identities, clock),
        noticing=Noticing(log, hints, vault, access, conversations, customers, search),
        source=source_of(settings),
        report=Child(lambda: installation_of(settings, serving.content)),
        public_url=settings.public_url,
        secure_cookies=settings.secure_cookies,
        path_prefix=settings.path_prefix,
        allowed_origins=settings.allowed_origins,
        metrics=CollectorRegistry(),
    )


def _stages(serving: Serving) -> Callable[[str], str | None]:
    """The stage of an intent, by the content that serves at the time."""

    def stage_of(intent: str) -> str | None:
        known = serving.content.intents.get(intent)
        return known.stage if known else None

    return stage_of
