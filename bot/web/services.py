"""What the routes call, put together by `bot.assembly`."""

from dataclasses import dataclass

from fastapi import Request
from prometheus_client import CollectorRegistry

from bot.agents.accounts import Accounts
from bot.agents.queue import Queue
from bot.conversations.access import Access
from bot.conversations.actions import Actions
from bot.conversations.conversation import Conversations
from bot.conversations.feedback import Feedback
from bot.conversations.hand_off import HandOff
from bot.conversations.receive import Receive
from bot.conversations.serving import Serving
from bot.conversations.start import Start
from bot.demo.shop import DemoShop
from bot.mail.mail import Mail
from bot.touchpoints.hints import Hints
from bot.touchpoints.log import TouchpointLog
from bot.web.limits import Limits


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a route may need."""

    log: TouchpointLog
    hints: Hints
    access: Access
    conversations: Conversations
    start: Start
    actions: Actions
    receive: Receive
    hand_off: HandOff
    feedback: Feedback
    serving: Serving
    accounts: Accounts
    queue: Queue
    limits: Limits
    demo: DemoShop | None
    mail: Mail
    public_url: str | None
    secure_cookies: bool
    path_prefix: str
    allowed_origins: tuple[str, ...]
    metrics: CollectorRegistry


def of(request: Request) -> Services:
    """The services of the application that a request is for."""
    services: Services = request.app.state.services
    return services
