"""What agents look things up with: past conversations, suggested answers, canned replies, the intents."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from bot.records import timestamp
from bot.web import wire
from bot.web.acting import ONE, visible
from bot.web.schemas import ConversationId, Locale
from bot.web.services import of
from bot.web.session import STAFF, Reads

router = APIRouter(prefix="/api/agent", tags=["agent"], responses=STAFF)

InLocale = Annotated[Locale | None, Query(description="In which language; the content's own where absent")]


@router.get("/conversations")
async def conversations(
    request: Request,
    session: Reads,
    query: Annotated[str, Query(max_length=1000, description="Words, their beginnings, numbers, names, e-mail")],
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> Response:
    """The conversations in which all words of the query stand, past ones too, as far as this agent may see them.

    The newest first. `marks` are ranges of the snippet in UTF-16 code units. `since` says where search begins, where it
    leaves older ones out; `reading`, that older ones are still being read: ask again in a moment.
    """
    answer = await of(request).search.find(session.account, query, limit)
    found = [
        {
            "conversation_id": one.conversation_id,
            "customer_name": one.customer_name,
            "snippet": one.snippet.text,
            "marks": one.snippet.marks,
            "seq": one.seq,
            "time": timestamp(one.time),
            "owner": one.owner,
        }
        for one in answer.found
    ]
    since = {"since": timestamp(answer.since)} if answer.since is not None else {}
    return wire.json({"found": found, "reading": answer.reading, **since})


@router.get(ONE + "/suggestions")
async def suggestions(request: Request, conversation_id: ConversationId, session: Reads) -> Response:
    """Answers of the FAQ to what the customer wrote last, in their language, at most three; the agent decides."""
    await visible(request, session, conversation_id)
    found = await of(request).suggestions.of(conversation_id)
    return wire.json({"suggestions": [asdict(one) for one in found]})


@router.get("/replies")
async def replies(request: Request, session: Reads, locale: InLocale = None) -> Response:
    """The canned replies of the content, for the agent to choose from and change."""
    known = of(request).serving.content.replies
    found = [
        {"name": name, "title": reply.title.in_(locale), "text": reply.text.in_(locale)}
        for name, reply in known.items()
    ]
    return wire.json({"replies": found})


@router.get("/intents")
async def intents(request: Request, session: Reads, locale: InLocale = None) -> Response:
    """What a message can be about, for corrections; `out_of_scope` stands for none of them."""
    content = of(request).serving.content
    named = [{"name": name, "title": content.title(name, locale)} for name in content.intents]
    none = {"name": "out_of_scope", "title": content.bot.texts.none_of_these.in_(locale)}
    return wire.json({"intents": [*sorted(named, key=lambda one: one["title"].casefold()), none]})
