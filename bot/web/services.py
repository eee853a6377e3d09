"""What the routes call, put together by `bot.assembly`."""

from dataclasses import dataclass

from fastapi import Request
from prometheus_client import CollectorRegistry

from bot.agents.accounts import Accounts
from bot.agents.queue import Queue
from bot.agents.staff import Staff
from bot.conversations.access import Access
from bot.conversations.actions import Actions
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
from bot.demo.shop import DemoShop
from bot.desk.contact import Contact
from bot.desk.customers import Customers
from bot.desk.desk import Desk
from bot.desk.letters import AnswerLetters
from bot.desk.search import Search
from bot.desk.suggestions import Suggestions
from bot.desk.visibility import Visibility
from bot.mail.mail import Mail
from bot.outside.ingest import Ingest
from bot.outside.keys import Keys
from bot.outside.people import People
from bot.privacy.noticing import Noticing
from bot.touchpoints.hints import Hints
from bot.touchpoints.log import TouchpointLog
from bot.web.limits import Limits
from bot.webhooks.dispatcher import Dispatcher
from bot.webhooks.webhooks import Webhooks


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
    remarks: Remarks
    blocking: Blocking
    watching: Watching
    feedback: Feedback
    serving: Serving
    staff: Staff
    queue: Queue
    desk: Desk
    visibility: Visibility
    customers: Customers
    search: Search
    suggestions: Suggestions
    limits: Limits
    demo: DemoShop | None
    mail: Mail
    contact: Contact
    answers: AnswerLetters
    webhooks: Webhooks
    dispatcher: Dispatcher
    keys: Keys
    ingest: Ingest
    people: People
    noticing: Noticing
    source: str
    report: Child
    public_url: str | None
    secure_cookies: bool
    path_prefix: str
    allowed_origins: tuple[str, ...]
    metrics: CollectorRegistry

    @property
    def accounts(self) -> Accounts:
        """The staff's accounts."""
        return self.staff.accounts


def of(request: Request) -> Services:
    """The services of the application that a request is for."""
    services: Services = request.app.state.services
    return services
