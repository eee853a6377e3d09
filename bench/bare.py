"""The yardstick: the least a FastAPI application can do with a JSON POST, a model in and a dict out."""

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Message(BaseModel):
    """What the bot's own call takes, so that both read the same body."""

    client_id: str
    text: str


@app.post("/messages", status_code=201)
async def receive(message: Message) -> dict[str, object]:
    return {"client_id": message.client_id, "length": len(message.text)}


@app.get("/readyz")
async def ready() -> dict[str, str]:
    return {"status": "ready"}
