"""What an agent sees of a customer beside the conversation: what they came for before, and their journey so far."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.agents.accounts import Account
from bot.content.content import Content
from bot.conversations.conversation import Conversation
from bot.conversations.customers import ConversationRow, conversations_of
from bot.desk.past import Episode, Past, Step
from bot.desk.visibility import Visibility
from bot.dialogue.state import Owner
from bot.dialogue.surveys import SCALES
from bot.records import timestamp
from bot.touchpoints.identities import Identities
from bot.touchpoints.log import TouchpointLog, conversation_stream, customer_stream

MOST_CONVERSATIONS = 20
MOST_STEPS = 40
MOST_REPORTS = 200
"""So many of the last reports of other systems are looked at."""

KEPT = 500


class Customers:
    """Looks back on customers' conversations; what it keeps holds no text, and only what is new is read again."""

    def __init__(self, log: TouchpointLog, visibility: Visibility, identities: Identities) -> None:
        self._log = log
        self._identities = identities
        self._visibility = visibility
        self._kept: OrderedDict[str, Past] = OrderedDict()

    async def panel(self, conversation: Conversation, account: Account, content: Content) -> dict[str, Any]:
        """The other conversations of the same customer, the newest first, this one's episodes, and the journey.

        At most the last 20 conversations; `may_open` says whether the account may read one. The customer is who the
        shop says it is, and without that whoever began the conversation.
        """
        rows: dict[str, ConversationRow] = {}
        refs = [ref for ref in dict.fromkeys((conversation.customer_ref, conversation.state.known_ref)) if ref]
        for ref in refs:
            rows |= {str(row["conversation_id"]): row for row in await conversations_of(self._log, ref)}
        own = rows.pop(conversation.id, None)
        last = sorted(rows, key=lambda name: int(rows[name]["started_at"] or 0), reverse=True)[:MOST_CONVERSATIONS]
        pasts = dict(zip(last, await asyncio.gather(*map(self._past, last)), strict=True))
        seen = await asyncio.gather(*(self._visibility.may_see(account, name, pasts[name].standing) for name in last))
        current = await self._past(conversation.id) if own else Past()
        reported = [*refs, *await self._identities.visitors_of(refs)]
        elsewhere = await asyncio.gather(*(self._elsewhere(ref) for ref in reported))
        return {
            "conversations": [
                _conversation(name, pasts[name], rows[name], content, may_open)
                for name, may_open in zip(last, seen, strict=True)
            ],
            "episodes": [_episode(one, content) for one in current.episodes.values()],
            "journey": _journey(
                {**pasts, conversation.id: current}, [one for some in elsewhere for one in some], content
            ),
        }

    def forget(self, conversation_id: str) -> None:
        """Keep nothing of a conversation."""
        self._kept.pop(conversation_id, None)

    async def _elsewhere(self, customer_ref: str) -> list[Step]:
        """The stages that other systems' reports of a customer touched; looked at anew each time, as few are many."""
        stream = customer_stream(customer_ref)
        last = await self._log.read(stream, max(0, await self._log.head(stream) - MOST_REPORTS))
        return [
            Step(one.time, one.type, str(one.facts["stage"]), one.facts.get("intent"))
            for one in last
            if "stage" in one.facts
        ]

    async def _past(self, conversation_id: str) -> Past:
        past = self._kept.get(conversation_id, Past())
        newer = await self._log.read(conversation_stream(conversation_id), past.seq)
        # Somebody else may have taken the same in meanwhile.
        past.take(one for one in newer if one.seq == past.seq + 1)
        self._kept[conversation_id] = past
        self._kept.move_to_end(conversation_id)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return past


def _conversation(
    conversation_id: str, past: Past, row: ConversationRow, content: Content, may_open: bool
) -> dict[str, Any]:
    episodes = [_episode(one, content) for one in past.episodes.values()]
    nothing: dict[str, Any] = {}
    rated = next((one for one in reversed(episodes) if "rating" in one), nothing)
    closed = row["owner"] == Owner.CLOSED.value
    found = {
        "conversation_id": conversation_id,
        "started": timestamp(past.started),
        "closed": next((one["closed"] for one in reversed(episodes) if "closed" in one), None) if closed else None,
        "intents": list(dict.fromkeys(intent for one in episodes for intent in one["intents"])),
        "outcome": next((one["outcome"] for one in reversed(episodes) if "outcome" in one), None) if closed else None,
        **{name: rated[name] for name in ("rating", "scale", "survey_kind") if name in rated},
        "may_open": may_open,
        "episodes": episodes,
    }
    return {name: value for name, value in found.items() if value is not None}


def _episode(episode: Episode, content: Content) -> dict[str, Any]:
    found: dict[str, Any] = {
        "episode": episode.number,
        "started": timestamp(episode.started),
        "intents": _topics(episode.intents.values(), content),
    }
    if episode.closed is not None:
        found["closed"] = timestamp(episode.closed)
    if episode.outcome is not None:
        found["outcome"] = episode.outcome
    if episode.rating is not None:
        found |= {"rating": episode.rating, "survey_kind": episode.survey, "scale": SCALES.get(episode.survey or "")}
    return found


def _topics(intents: Collection[str], content: Content) -> list[str]:
    """The intents, each once, without politeness."""
    known = content.intents
    return [name for name in dict.fromkeys(intents) if name not in known or not known[name].is_chat]


def _journey(pasts: Mapping[str, Past], elsewhere: Sequence[Step], content: Content) -> list[dict[str, Any]]:
    """The stages touched, in order of time, each with the words for what touched it; the last 40.

    What other systems reported has no conversation.
    """
    touched: list[tuple[Step, str | None]] = [(step, name) for name, past in pasts.items() for step in past.steps]
    steps = sorted([*touched, *((step, None) for step in elsewhere)], key=lambda one: one[0].time)
    return [
        {
            "time": timestamp(step.time),
            "type": step.type,
            "stage": step.stage,
            **({"intent": step.intent, "words": content.title(step.intent, None)} if step.intent else {}),
            **({"conversation_id": name} if name else {}),
        }
        for step, name in steps[-MOST_STEPS:]
    ]
