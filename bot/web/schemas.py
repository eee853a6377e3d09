"""What goes over the wire, for validation and for the OpenAPI document."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

# Some write de_AT: behind this there is only de-AT.
Locale = Annotated[
    str,
    Field(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,4}$", examples=["en", "de-AT"]),
    AfterValidator(lambda locale: locale.replace("_", "-")),
]
Payload = Annotated[
    str, Field(pattern=r"^[a-z]+(:[a-z0-9_.-]{1,64})?$", max_length=80, examples=["intent:track_order"])
]
MessageText = Annotated[str, Field(min_length=1, max_length=4000)]
ConversationId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
Seq = Annotated[int, Field(ge=1, le=1 << 53)]
AccountId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
Detail = str | bool | Annotated[int, Field(ge=-(1 << 53), le=1 << 53)] | float | None


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


RESERVED = frozenset({"actor_name", "fingerprint", "page", "text"})
"""What the bot itself keeps beside what a shop says of a customer."""


class Customer(BaseModel):
    """Who the shop says the visitor is. `hash` is the hex HMAC-SHA256 of `id` + newline + `expires`."""

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)

    id: Annotated[str, Field(min_length=1, max_length=200)]
    hash: Annotated[str, Field(min_length=64, max_length=64)]
    expires: Annotated[int, Field(ge=0, le=1 << 40, description="Unix seconds")]
    name: Annotated[str, Field(max_length=200)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None

    __pydantic_extra__: dict[str, Detail] = Field(init=False)

    def details(self) -> dict[str, Any]:
        """What the shop says about the customer beside the proof."""
        return self.model_dump(exclude={"id", "hash", "expires"}, exclude_none=True)

    @model_validator(mode="after")
    def _is_small(self) -> Self:
        if reserved := RESERVED & (self.model_extra or {}).keys():
            raise ValueError(f"{', '.join(sorted(reserved))}: the bot itself uses this name; choose another")
        if len(self.model_extra or {}) > 20 or len(str(self.model_extra)) > 4000:
            raise ValueError("at most 20 further fields of 4,000 characters in all")
        return self


class StartIn(_In):
    """Begins a conversation."""

    client_id: UUID | None = None
    locale: Locale | None = None
    page: Annotated[str, Field(max_length=2000)] | None = None
    customer: Customer | None = None


class IdentityIn(Customer):
    """Links a conversation to a customer."""

    client_id: UUID | None = None

    def details(self) -> dict[str, Any]:
        """What the shop says about the customer beside the proof."""
        return {name: value for name, value in Customer.details(self).items() if name != "client_id"}


class MessageIn(_In):
    """A message: `text` in the customer's own words, or the `payload` of a quick reply."""

    client_id: UUID
    text: MessageText | None = None
    payload: Payload | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.text is None) == (self.payload is None):
            raise ValueError("send either text or payload")
        return self


class FeedbackIn(_In):
    """A rating of one episode."""

    client_id: UUID
    episode: Annotated[int, Field(ge=1, le=1_000_000)]
    kind: Literal["csat", "ces", "nps"]
    score: Annotated[int, Field(ge=0, le=10)]
    comment: Annotated[str, Field(max_length=4000)] | None = None


class FeedbackNoteIn(_In):
    """The question for a rating of one episode was seen, or skipped."""

    client_id: UUID
    episode: Annotated[int, Field(ge=1, le=1_000_000)]
    kind: Literal["csat", "ces", "nps"]


class OnceIn(_In):
    """Nothing but the `client_id` that makes a retry harmless."""

    client_id: UUID | None = None


class ReadIn(_In):
    """How far somebody has read."""

    seq: Annotated[int, Field(ge=0, le=1 << 53)]


class Actor(BaseModel):
    """Who did it."""

    kind: Literal["customer", "bot", "agent", "system"]
    name: str | None = None


class Joined(BaseModel):
    """The agent who has the conversation from then on."""

    name: str


class QuickReply(BaseModel):
    """A reply to choose; send its payload."""

    title: str
    payload: str


class TouchpointOut(BaseModel):
    """A touchpoint as the customer sees it; `prev` is the `seq` of the visible one before it."""

    model_config = ConfigDict(extra="allow")

    seq: int
    prev: int
    id: str
    type: str
    time: str
    actor: Actor
    text: str | None = None
    quick_replies: list[QuickReply] | None = None
    episode: int | None = None
    client_id: str | None = None
    promised_by: Annotated[str | None, Field(description="Until when an answer was promised, out of hours")] = None
    place: Annotated[int | None, Field(description="Of a hand-off: the place in the queue at that moment")] = None
    wait_low_s: Annotated[int | None, Field(description="… and from how many seconds it will take")] = None
    wait_high_s: Annotated[int | None, Field(description="… to how many")] = None
    agent: Joined | None = None
    to: Annotated[Literal["skill", "agent"] | None, Field(description="Of a transfer: whether they wait again")] = None
    rated_episode: int | None = None
    survey_kind: Literal["csat", "ces", "nps"] | None = None
    scale: list[int] | None = None
    score: int | None = None
    comment: str | None = None


class TouchpointsOut(BaseModel):
    """Touchpoints in order."""

    touchpoints: list[TouchpointOut]


class StartedOut(TouchpointsOut):
    """A conversation and the token that opens it."""

    conversation_id: str
    token: str


class AgentMessageIn(OnceIn):
    """An agent's message to the customer."""

    client_id: UUID
    text: MessageText


class ResolveIn(OnceIn):
    """Ends the episode; `outcome` is the agent's word for how."""

    outcome: Annotated[str, Field(max_length=100)] | None = None


class NoteIn(OnceIn):
    """A note to colleagues."""

    text: MessageText


class TransferIn(OnceIn):
    """Passes a conversation on: to whoever has a `skill`, or to one `agent` by the id of the account."""

    skill: Annotated[str, Field(max_length=60)] | None = None
    agent: AccountId | None = None
    note: MessageText | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.skill is None) == (self.agent is None):
            raise ValueError("name either a skill or an agent")
        return self


class ReturnIn(OnceIn):
    """Gives a conversation back to the bot."""

    note: MessageText | None = None


class AssignIn(OnceIn):
    """Gives a conversation to an agent, by the id of the account."""

    agent: AccountId


class IntentIn(OnceIn):
    """What the customer's message with this `seq` was really about."""

    seq: Seq
    intent: Annotated[str, Field(max_length=60)]


class LookingIn(_In):
    """Whether the agent has the conversation open in front of them."""

    looking: bool = True


class PresenceIn(_In):
    """An agent's presence; what is absent stays as it is."""

    status: Literal["online", "away", "offline"]
    automatic: bool | None = None
    capacity: Annotated[int, Field(ge=1, le=50)] | None = None
