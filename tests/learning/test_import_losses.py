"""What an import can't take over is counted and told."""

import json

from bot.learning.imports.dialogflow import import_dialogflow
from tests.learning.conftest import Write


def test_dialogflow_tells_what_of_a_response_is_left_out(write: Write) -> None:
    messages = [
        {"type": "0", "lang": "en", "speech": ["First", "Second", "Third"]},
        {"type": "0", "lang": "en", "speech": "More"},
        {"type": "4", "lang": "en", "payload": {"x": 1}},
        {"type": "0", "lang": "de", "speech": ["Erste"]},
        {"type": "0", "lang": "fr", "speech": []},
    ]
    says = [{"data": [{"text": "where is it"}]}]
    value = {"name": "track", "userSays": says, "responses": [{"messages": messages}]}
    found = import_dialogflow(write("intents.json", json.dumps(value)))
    assert found.answers == {"track": {"en": "First", "de": "Erste"}}
    assert [note.partition(" were left out: ")[0] for note in found.notes] == [
        "2 other wordings of a response",
        "1 further messages of a response",
        "1 messages that are no text (cards, pictures, payloads)",
    ]
