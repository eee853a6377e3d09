"""The only place that chooses implementations: settings become a running bot."""

import secrets
from collections.abc import Callable
from dataclasses import replace

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
from bot.storage import identity_key, installation_key, now, open_log
from bot.touchpoints.hints import Hint, Hints
from bot.touchpoints.identities import Digests, Identities
from bot.web.limits import Limits
from bot.web.services import Services
from bot.webhooks.address import Addresses
from bot.webhooks.dispatcher import Dispatcher
from bot.webhooks.webhook import Sealing
from bot.webhooks.webhooks import Webhooks


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


def installation_of(settings: Settings, content: Content) -> Installation:
    """What the report reads: the log, and which intents are no subject of their own."""
    chat = [name for name, intent in content.intents.items() if intent.is_chat or intent.asks_for_person]
    confirming = [name for name, intent in content.intents.items() if intent.confirms]
    return Installation(settings.database, chat, confirming, installation_key(settings))


def open_services(settings: Settings, clock: Callable[[], int] = now, simulated: bool = False) -> Services:
    """Everything the routes call. Raises SchemaError, ModelError and ContentError.

    With `simulated` every conversation that begins is marked so, and the shop's own systems are not called: simulated
    customers must cancel nobody's order.
    """
    if simulated:
        settings = replace(settings, actions_url=None)
    mail = open_mail(settings, clock)
    serving = Serving(Registry(settings.models), settings.training_data, mail.is_set_up, settings.timezone)
    log, vault = open_log(settings)
    key, hints = installation_key(settings), Hints()
    conversations, visibility = Conversations(log, hints, clock), Visibility(log)
    letters = StaffLetters(mail, serving) if mail.is_set_up else None
    staff = open_staff(log, clock, key, settings.address, letters, told=lambda: hints.publish(Hint("", 0, "sessions")))
    hand_off, queue = HandOff(conversations, serving), Queue(log, hints)
    line = Line(queue, log, hints, lambda: serving.content.bot.hours, clock)
    desk = Desk(log, hints, clock, queue, staff.accounts, conversations, hand_off, serving, line)
    # Beside a real shop's systems, the demonstration page has no orders to offer.
    demo = DemoShop(clock, [] if settings.actions_url else None) if settings.demo else None
    actions = open_actions(settings, clock, demo)
    webhooks = Webhooks(log, Sealing(key), Addresses(settings.webhooks_private), clock)
    digests = Digests(key)
    identities, storing = Identities(log, digests), Storing(log, vault, digests, clock)
    access, search = Access(log, key, clock), Search(log, visibility, clock)
    customers = Customers(log, visibility, identities)
    return Services(
        log=log,
        hints=hints,
        access=access,
        conversations=conversations,
        start=Start(conversations, vault, serving, key, identity_key(settings), simulated),
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
        webhooks=webhooks,
        dispatcher=Dispatcher(log, hints, webhooks, settings.source, clock),
        keys=Keys(log, clock),
        ingest=Ingest(storing, _stages(serving), clock),
        people=People(log, storing, identities, clock),
        noticing=Noticing(log, hints, vault, access, conversations, customers, search),
        source=settings.source,
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
