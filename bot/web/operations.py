"""What whoever runs the bot watches: is it up, can it serve, and how is it doing."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.web import wire
from bot.web.problems import documented
from bot.web.services import of

router = APIRouter(tags=["operations"])


# Some monitors ask for the head alone.
@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
async def healthz() -> Response:
    """The process is up."""
    return wire.json({"status": "up"})


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", responses=documented(503))
async def readyz(request: Request) -> Response:
    """It can serve: the database takes writes, and a model and content are loaded."""
    services = of(request)
    await services.log.check()
    serving = services.serving
    return wire.json({"status": "ready", "model": serving.classifier.version, "content": serving.content.version})


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Prometheus metrics."""
    return Response(generate_latest(of(request).metrics), media_type=CONTENT_TYPE_LATEST)
