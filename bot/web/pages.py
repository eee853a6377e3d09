"""The files browsers load: widget, agent page and the demonstration shop."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from bot.demo.shop import DemoShop
from bot.web import wire

STATIC = Path(__file__).parent / "static"
FRESH = {"Cache-Control": "no-cache"}


class _Files(StaticFiles):
    """Files that browsers ask for again, so that an upgrade reaches them at once (304 where nothing changed)."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers.update(FRESH)
        return response


def install(app: FastAPI, prefix: str, demo: DemoShop | None) -> None:
    """Serve the pages; those of the demonstration only where it is on."""

    def page(path: str, name: str) -> None:
        @app.get(path, include_in_schema=False)
        async def get() -> Response:
            return FileResponse(STATIC / name, headers=FRESH)

    page("/widget.js", "widget.js")
    page("/privacy", "privacy.html")
    page("/demo.css", "demo.css")  # the privacy notice has it, too

    @app.get("/agent", include_in_schema=False)
    async def agent() -> Response:
        return RedirectResponse(f"{prefix}/agent/")

    app.mount("/widget", _Files(directory=STATIC / "widget"))
    app.mount("/agent", _Files(directory=STATIC / "agent", html=True))

    @app.get("/", include_in_schema=False)
    async def home() -> Response:
        return RedirectResponse(f"{prefix}/demo" if demo else f"{prefix}/agent/")

    if demo is None:
        return
    page("/demo", "demo.html")
    page("/demo.js", "demo.js")

    @app.get("/demo/orders", include_in_schema=False)
    async def orders() -> Response:
        return wire.json(demo.orders())
