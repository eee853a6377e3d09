"""The pages and what they load: widget, agent page and the demonstration shop."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.demo.shop import DemoShop
from bot.web import wire
from bot.web.files import Files

STATIC = Path(__file__).parent / "static"


def install(app: FastAPI, prefix: str, demo: DemoShop | None) -> None:
    """Serve the pages; those of the demonstration only where it is on."""
    files = Files(STATIC)

    def serve(path: str, name: str) -> None:
        async def get(request: Request) -> Response:
            return files.answer(request, name)

        app.add_route(path, get)

    def serve_all(path: str, folder: str) -> None:
        async def get(request: Request) -> Response:
            name = folder + request.path_params["name"]
            if name.endswith(".html"):  # a page has one address
                raise HTTPException(404)
            return files.answer(request, name, request.path_params.get("version"))

        app.add_route(path, get)

    serve("/widget.js", "widget.js")
    serve("/privacy", "privacy.html")
    serve("/demo.css", "demo.css")  # the privacy notice has it, too
    serve("/agent/", "agent/index.html")
    serve_all("/static/{version}/{name:path}", "")
    serve_all("/widget/{name:path}", "widget/")
    serve_all("/agent/{name:path}", "agent/")

    @app.get("/agent", include_in_schema=False)
    async def agent() -> Response:
        return RedirectResponse(f"{prefix}/agent/")

    @app.get("/", include_in_schema=False)
    async def home() -> Response:
        return RedirectResponse(f"{prefix}/demo" if demo else f"{prefix}/agent/")

    if demo is None:
        return
    serve("/demo", "demo.html")
    serve("/demo.js", "demo.js")

    @app.get("/demo/orders", include_in_schema=False)
    async def orders() -> Response:
        return wire.json(demo.orders())
