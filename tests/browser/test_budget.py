"""What a shop's page has to carry, and that the surfaces speak one language."""

import gzip
import re

from tests.server import ROOT

STATIC = ROOT / "bot" / "web" / "static"
LOADER = 4 * 1024
WIDGET = 64 * 1024  # as it is written, comments and types included
WIDGET_COMPRESSED = 25 * 1024  # each file by itself, as they are sent
ON_DEMAND = {"mail.js": 2 * 1024}  # only where the shop sends e-mail


def test_the_widget_stays_small() -> None:
    loader = (STATIC / "widget.js").read_bytes()
    modules = {path.name: path.read_bytes() for path in sorted((STATIC / "widget").glob("*.js"))}
    carried = [modules[name] for name in modules if name not in ON_DEMAND]
    assert len(carried) > 10
    assert len(loader) <= LOADER
    assert sum(map(len, [loader, *carried])) <= WIDGET
    assert sum(len(gzip.compress(one, mtime=0)) for one in [loader, *carried]) <= WIDGET_COMPRESSED


def test_what_is_fetched_on_demand_is_fetched_no_earlier_and_is_small() -> None:
    sources = {path.name: path.read_text() for path in (STATIC / "widget").glob("*.js")}
    for name, most in ON_DEMAND.items():
        assert len(sources[name].encode()) <= most
        assert [one for one, source in sources.items() if re.search(rf"^import .*/{name}'", source, re.MULTILINE)] == []
        assert [one for one, source in sources.items() if f"import('./{name}')." in source] == ["element.js"]


def test_the_widget_and_the_pages_have_the_same_colours() -> None:
    def tokens(text: str) -> list[tuple[str, str]]:
        return re.findall(
            r"--([a-z-]+):\s*(#[0-9a-f]{3,8})", re.sub(r"var\(--bot-[a-z-]+,\s*(#[0-9a-f]+)\)", r"\1", text)
        )

    shared = (STATIC / "widget" / "tokens.css").read_text().split("prefers-color-scheme")
    for name, page in zip(("light", "dark"), shared, strict=True):
        own = re.search(rf"const {name} = `([^`]+)`", (STATIC / "widget" / "style.js").read_text())
        assert own
        assert len(tokens(own[1])) > 8
        assert set(tokens(own[1])) <= set(tokens(page))


def test_no_page_needs_a_relaxed_content_security_policy() -> None:
    pages = list(STATIC.rglob("*.html"))
    assert len(pages) >= 3
    for page in pages:
        text = page.read_text()
        assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", text), page.name
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), page.name
    for script in STATIC.rglob("*.js"):
        text = script.read_text()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            script
        )
