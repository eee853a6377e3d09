"""Several concerns in one message, each looked up in the shop's systems."""

import uuid

from bot.conversations.actions import NoSystems
from bot.conversations.receive import Receive
from bot.dialogue.turn import Call, Result
from bot.web.services import Services


class KeepingSystem(NoSystems):
    """A system of the shop that knows everything and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: dict[str, Call] = {}

    async def call(self, call: Call, key: str) -> Result:
        assert key not in self.asked
        self.asked[key] = call
        return Result(found=True, values={"status": "shipped", "amount": "5 EUR"})


async def test_each_of_two_concerns_is_looked_up_under_a_key_of_its_own(services: Services) -> None:
    conversation_id = (await services.start.begin(None, "en", None, None)).conversation_id
    system = KeepingSystem()
    receive = Receive(services.conversations, services.serving, system)
    text = "where is order 48213 and where is my refund for 48213"
    caused = (await receive.message(conversation_id, str(uuid.uuid4()), text)).touchpoints
    assert {call.intent for call in system.asked.values()} == {"track_order", "track_refund"}
    assert [one.type for one in caused].count("answer.given") == 2
