"""What browsers load: kept for good where its address changes with it, asked for anew where it doesn't."""

import re
from pathlib import Path

import pytest

from bot.web.files import Files
from bot.web.pages import STATIC
from tests.conftest import Client

PAGES = ("/agent/", "/demo", "/privacy", "/widget.js")


def copy(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "page.html").write_text('<script src="static/latest/app.js"></script>')
    (folder / "app.js").write_text("start();\n" * 200)
    (folder / "secret.txt").write_text("not for browsers")
    return folder


async def test_all_that_a_page_names_is_there_and_kept_for_good(client: Client) -> None:
    named = []
    for page in PAGES:
        answer = await client.get(page)
        assert answer.headers["cache-control"] == "no-cache"
        assert "latest" not in answer.text
        named += re.findall(r"static/[0-9a-f]{12}/[\w/.]+", answer.text)
    assert len(set(named)) > 10
    for path in set(named):
        answer = await client.get(f"/{path}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")


async def test_what_modules_import_is_there(client: Client) -> None:
    version = re.findall(r"static/([0-9a-f]{12})/", (await client.get("/widget.js")).text)[0]
    left, seen = ["widget/element.js", "agent/app.js", "agent/theme.js", "demo.js"], set()
    while left:
        name = left.pop()
        if name in seen:
            continue
        seen.add(name)
        answer = await client.get(f"/static/{version}/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/javascript; charset=utf-8"), name
        for imported in re.findall(r"(?:from |import\()'(\.[^']+)'", answer.text):
            left.append(str((Path("/") / name).parent.joinpath(imported).resolve().relative_to("/")))
    assert len(seen) > 50


async def test_what_is_asked_for_anew_is_sent_only_where_it_changed(client: Client) -> None:
    first = await client.get("/widget.js")
    again = await client.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = await client.get("/widget.js", headers={"If-None-Match": 'W/"0123456789abcdef"'})
    assert other.status_code == 200


async def test_it_is_compressed_for_who_can_read_that(client: Client) -> None:
    plain = await client.get("/widget/thread.js", headers={"Accept-Encoding": "identity"})
    packed = await client.get("/widget/thread.js", headers={"Accept-Encoding": "br, gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.content == plain.content == (STATIC / "widget/thread.js").read_bytes()
    assert {"Accept-Encoding", "Origin"} <= set(re.split(r",\s*", plain.headers["vary"]))


@pytest.mark.parametrize(
    "path",
    [
        "/widget/none.js",
        "/widget/",
        "/static/latest/",
        "/static/latest/demo.html",
        "/agent/index.html",
        "/widget/../files.py",
        "/widget/%2e%2e/%2e%2e/files.py",
        "/static/latest/%2e%2e/%2e%2e/settings.py",
        "/static/latest//etc/passwd",
        "/static/latest/types.d.ts",
    ],
)
async def test_nothing_else_is_served(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["type"]) == (404, "not-found")


async def test_a_page_from_before_an_upgrade_gets_todays_files_and_keeps_none(client: Client) -> None:
    answer = await client.get("/static/0123456789ab/widget/mail.js")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")


def test_any_change_gives_every_file_another_address(tmp_path: Path) -> None:
    one, same, changed, renamed = (copy(tmp_path / name) for name in ("one", "same", "changed", "renamed"))
    (changed / "app.js").write_text("other();\n")
    (renamed / "app.js").rename(renamed / "application.js")
    versions = [Files(folder).version for folder in (one, same, changed, renamed)]
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3


def test_what_is_not_for_browsers_has_no_part_in_it(tmp_path: Path) -> None:
    folder = copy(tmp_path / "static")
    version = Files(folder).version
    (folder / "secret.txt").write_text("changed")
    assert Files(folder).version == version
