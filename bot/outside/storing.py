"""Puts events into the streams they belong to, each once, also where others write the same at the same time."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.errors import Conflict, Unavailable
from bot.outside.events import Event
from bot.records import Touchpoint, new_id
from bot.touchpoints.identities import ASKED_AT_ONCE, Digests, Id, Identities, Kind
from bot.touchpoints.log import Change, Put, TouchpointLog, customer_stream
from bot.touchpoints.race import ATTEMPTS
from bot.touchpoints.sealing import Vault

Outcome = bool | str | None
"""What became of an event: True it is stored now, False it was before, a text says why not, None is not known yet."""

Refs = Mapping[Id, str]


@dataclass(slots=True)
class _Group:
    """What is appended to one stream together, and the places of its events among all."""

    customer_ref: str
    places: list[int] = field(default_factory=list)
    touchpoints: list[tuple[str, int, Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


class Storing:
    """Stores events. Every step can be taken again: what a crash or a faster one left done is found done."""

    def __init__(self, log: TouchpointLog, vault: Vault, digests: Digests, clock: Callable[[], int]) -> None:
        self._log = log
        self._vault = vault
        self._digests = digests
        self._identities = Identities(log, digests)
        self._clock = clock

    async def store(self, events: Sequence[Event], outcomes: list[Outcome]) -> None:
        """Store every event and fill in its outcome; raises Unavailable where some can't be stored now."""
        conflicts = 0
        while (left := [place for place, one in enumerate(outcomes) if one is None]) and conflicts < ATTEMPTS:
            left = await self._new_of_known(events, left, outcomes)
            if left and not await self._once(events, left, outcomes):
                conflicts += 1
        if left:
            raise Unavailable("too much is reported of the same customers at once; send the batch again in a moment")

    async def _once(self, events: Sequence[Event], places: Sequence[int], outcomes: list[Outcome]) -> bool:
        """Try to store these events; false where somebody else was faster at some of them."""
        chosen = [events[place] for place in places]
        ids = {one for event in chosen for one in (_whose(event), event.visitor) if one is not None}
        try:
            refs = await self.refs_of(ids)
        except Conflict:
            return False
        # Links first: an event that was stored without its link would never bring it again.
        if not await self._append(await self._links(chosen, refs), outcomes):
            return False
        groups: dict[str, _Group] = {}
        for place, event in zip(places, chosen, strict=True):
            whose = _whose(event)
            ref = event.customer_ref or refs[whose] if whose is not None else event.customer_ref or ""
            name = f"source/{ref}" if whose is not None and whose.kind is Kind.SOURCE else customer_stream(ref)
            group = groups.setdefault(name, _Group(ref))
            group.places.append(place)
            group.touchpoints.append((event.type, event.time, event.facts, event.personal))
            group.changes.append(Put("outside_event", {"digest": self._digest(event)}, new=True))
        return await self._append(groups, outcomes)

    async def refs_of(self, ids: Iterable[Id]) -> Refs:
        """The `customer_ref` of each id, new ones with a key of their own; raises Conflict."""
        wanted = list(dict.fromkeys(ids))
        refs = await self._identities.refs(wanted)
        new = {one: new_id() for one in wanted if one not in refs}
        if new:
            await asyncio.to_thread(self._vault.create, *new.values())
            await self._log.write([self._identities.new(one, ref) for one, ref in new.items()])
        return {**refs, **new}

    async def _new_of_known(self, events: Sequence[Event], places: Sequence[int], outcomes: list[Outcome]) -> list[int]:
        """Those that are new and name nobody unknown, each once; what comes twice is a duplicate in the next round."""
        digests = {place: self._digest(events[place]) for place in places}
        known = await self._stored(list(digests.values()))
        named = {ref for place in places if (ref := events[place].customer_ref) is not None}
        there = await self._identities.exist(named) if named else set()
        gone = await self._erased(named)
        left: dict[bytes, int] = {}
        for place, digest in digests.items():
            ref = events[place].customer_ref
            if digest in known:
                outcomes[place] = False
            elif ref in gone:
                outcomes[place] = f"customer_ref {ref} is of a customer who has been erased"
            elif ref is not None and ref not in there:
                outcomes[place] = f"there is no customer_ref {ref[:40]!r}; send the shop's own customer_id"
            else:
                left.setdefault(digest, place)
        return list(left.values())

    async def _stored(self, digests: Sequence[bytes]) -> set[bytes]:
        found: set[bytes] = set()
        for start in range(0, len(digests), ASKED_AT_ONCE):
            rows = await self._log.rows("outside_event", {"digest": digests[start : start + ASKED_AT_ONCE]})
            found.update(row["digest"] for row in rows if isinstance(row["digest"], bytes))
        return found

    async def _erased(self, refs: Iterable[str]) -> set[str]:
        wanted = list(refs)
        rows = await self._log.rows("erased", {"customer_ref": wanted}) if wanted else []
        return {str(row["customer_ref"]) for row in rows}

    async def _links(self, events: Sequence[Event], refs: Refs) -> dict[str, _Group]:
        """The links that events bring which name a visitor and a customer, for visitors who are linked to nobody."""
        wanted: dict[str, str] = {}
        for event in events:
            known_ref = event.customer_ref or (refs[event.customer] if event.customer is not None else None)
            if event.visitor is not None and known_ref is not None:
                wanted.setdefault(refs[event.visitor], known_ref)
        if not wanted:
            return {}
        linked = {
            str(row["customer_ref"]) for row in await self._log.rows("linked_visitor", {"customer_ref": list(wanted)})
        }
        return {
            customer_stream(visitor): link(visitor, known_ref, "event", self._clock())
            for visitor, known_ref in wanted.items()
            if visitor not in linked
        }

    async def _append(self, groups: Mapping[str, _Group], outcomes: list[Outcome]) -> bool:
        """Append every group to its stream, all in one commit as a rule; false where some met a conflict."""
        ended = await asyncio.gather(*(self.append(*one) for one in groups.items()), return_exceptions=True)
        for group, end in zip(groups.values(), ended, strict=True):
            if not isinstance(end, BaseException):
                for place in group.places:
                    outcomes[place] = True
        failed = [end for end in ended if isinstance(end, BaseException) and not isinstance(end, Conflict)]
        if failed:
            raise failed[0]
        return not any(isinstance(end, Conflict) for end in ended)

    async def append(self, stream: str, group: _Group) -> None:
        """Append a group to a stream; raises Conflict where somebody else was faster."""
        head = await self._log.head(stream)
        touchpoints = [
            Touchpoint(new_id(), stream, head + number, type_, time, facts, personal, group.customer_ref)
            for number, (type_, time, facts, personal) in enumerate(group.touchpoints, 1)
        ]
        await self._log.append(stream, head, touchpoints, group.changes)

    def _digest(self, event: Event) -> bytes:
        return self._digests.raw("event", f"{event.source}\n{event.id}")


def link(visitor_ref: str, known_ref: str, method: str, now: int) -> _Group:
    """What links a visitor to a customer: a touchpoint in the visitor's stream, and the row that is looked up."""
    facts = {"actor_kind": "system", "known_ref": known_ref, "method": method}
    put = Put("linked_visitor", {"customer_ref": visitor_ref, "known_ref": known_ref}, new=True)
    return _Group(visitor_ref, [], [("identity.linked", now, facts, {})], [put])


def _whose(event: Event) -> Id | None:
    """Whose stream an event belongs to, by the shop's id; None where it names our own `customer_ref`."""
    if event.customer_ref is not None:
        return None
    return event.customer or event.visitor or Id(Kind.SOURCE, event.source)
