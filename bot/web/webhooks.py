"""The shop's webhooks, as admins look after them. A secret is shown once, in the answer that made it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from bot.records import timestamp
from bot.web import wire
from bot.web.services import Services, of
from bot.web.session import STAFF, Administers, AdministersWrites
from bot.webhooks.webhook import LONGEST_URL, Webhook

ONE = "/webhooks/{webhook_id}"

router = APIRouter(prefix="/api/agent", tags=["webhooks"], responses=STAFF)

WebhookId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
Url = Annotated[str, Field(min_length=1, max_length=LONGEST_URL, examples=["https://shop.example/webhook"])]
Types = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)]
Position = Annotated[int, Field(ge=0, le=1 << 53)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class WebhookIn(_In):
    """Adds a webhook. Without `types` it gets all that happens in conversations; texts only with `texts`."""

    url: Url
    types: Types = []
    texts: bool = False


class WebhookChangeIn(_In):
    """Changes what is given."""

    url: Url | None = None
    types: Types | None = None
    texts: bool | None = None
    active: bool | None = None


class ReplayIn(_In):
    """Sends everything after a position of the log again."""

    position: Position


class ReviveIn(_In):
    """Sends dead letters again, all or the one at a position."""

    position: Position | None = None


@router.get("/webhooks")
async def everyone(request: Request, session: Administers) -> Response:
    """Every webhook and how far it is."""
    services = of(request)
    return wire.json({"webhooks": [await _view(services, webhook) for webhook in await services.webhooks.all()]})


@router.post("/webhooks", status_code=201)
async def add(body: WebhookIn, request: Request, session: AdministersWrites) -> Response:
    """Add a webhook, for what happens from now on; the answer holds its secret, this once."""
    services = of(request)
    webhook = await services.webhooks.add(body.url, body.types, body.texts)
    return _with_secret(await _view(services, webhook), webhook, 201)


@router.patch(ONE)
async def change(
    webhook_id: WebhookId, body: WebhookChangeIn, request: Request, session: AdministersWrites
) -> Response:
    """Change a webhook; one that is switched on again goes on where it was."""
    services = of(request)
    webhook = await services.webhooks.change(webhook_id, body.url, body.types, body.texts, body.active)
    return wire.json(await _view(services, webhook))


@router.delete(ONE, status_code=204)
async def remove(webhook_id: WebhookId, request: Request, session: AdministersWrites) -> Response:
    """Forget a webhook, and what it could not send."""
    await of(request).webhooks.remove(webhook_id)
    return Response(status_code=204)


@router.post(ONE + "/rotate")
async def rotate(webhook_id: WebhookId, request: Request, session: AdministersWrites) -> Response:
    """Make a new secret, shown this once; the old one goes on signing beside it for a day."""
    services = of(request)
    webhook = await services.webhooks.rotate(webhook_id)
    return _with_secret(await _view(services, webhook), webhook, 200)


@router.post(ONE + "/replay", status_code=202)
async def replay(webhook_id: WebhookId, body: ReplayIn, request: Request, session: AdministersWrites) -> Response:
    """Send everything after a position again, under the ids it had."""
    await of(request).webhooks.replay(webhook_id, body.position)
    return wire.json({}, 202)


@router.get(ONE + "/dead")
async def dead(webhook_id: WebhookId, request: Request, session: Administers) -> Response:
    """What the receiver would not take."""
    letters = [
        {
            "position": letter.position,
            "attempts": letter.attempts,
            "error": letter.error,
            "gave_up": timestamp(letter.gave_up_at),
        }
        for letter in await of(request).webhooks.dead(webhook_id)
    ]
    return wire.json({"dead": letters})


@router.post(ONE + "/dead/replay", status_code=202)
async def revive(webhook_id: WebhookId, body: ReviveIn, request: Request, session: AdministersWrites) -> Response:
    """Send dead letters again."""
    return wire.json({"count": await of(request).webhooks.revive(webhook_id, body.position)}, 202)


async def _view(services: Services, webhook: Webhook) -> dict[str, Any]:
    standing = await services.webhooks.standing(webhook.id)
    return {
        "webhook_id": webhook.id,
        "url": webhook.url,
        "types": webhook.types,
        "texts": webhook.texts,
        "active": webhook.active,
        "problem": webhook.problem,
        "created": timestamp(webhook.created_at),
        "position": standing.position,
        "held": standing.held,
        "dead": standing.dead,
    }


def _with_secret(view: dict[str, Any], webhook: Webhook, status: int) -> Response:
    return wire.json({**view, "secret": webhook.secrets[0].text}, status, {"Cache-Control": "no-store"})
