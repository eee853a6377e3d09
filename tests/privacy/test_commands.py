"""The commands about customers' data beside a running server, as people type them."""

import hashlib
import hmac
import json
import subprocess
import time
import uuid
from pathlib import Path

import httpx
import pytest

from tests.privacy.test_erase import LENA, SAID, found_in_files
from tests.server import Server

SECRET = "an identity secret of the shop, long enough"


@pytest.mark.soak
def test_a_customer_is_erased_while_the_server_runs(models: Path, tmp_path: Path) -> None:
    server = Server(tmp_path, models, BOT_IDENTITY_SECRET=SECRET)
    server.start()
    with httpx.Client(base_url=server.url, timeout=20) as client:
        expires = int(time.time()) + 3600
        signed = hmac.new(SECRET.encode(), f"{LENA}\n{expires}".encode(), hashlib.sha256).hexdigest()
        customer = {"id": LENA, "hash": signed, "expires": expires, "name": SAID["name"], "email": SAID["email"]}
        begun = client.post("api/conversations", json={"customer": customer}).json()
        path, opens = f"api/conversations/{begun['conversation_id']}", {"Authorization": f"Bearer {begun['token']}"}
        body = {"client_id": str(uuid.uuid4()), "text": f"{SAID['text']}, {SAID['callback']}, {SAID['address']}"}
        assert client.post(f"{path}/messages", json=body, headers=opens).status_code == 201
        assert SAID["text"] in server.run("customer", "export", LENA)
        kept = server.run("customer", "export", LENA, "--out", str(tmp_path / "data.json"))
        assert kept.strip().endswith("data.json")
        assert (tmp_path / "data.json").stat().st_mode & 0o77 == 0
        (tmp_path / "data.json").unlink()
        copy = Path(server.run("backup", str(tmp_path / "copies")).strip())
        keys = Path(server.run("backup", "--keys", str(tmp_path / "safe")).strip())
        said = server.run("erase", LENA)
        assert said.endswith("contents\n")
        deadline = time.monotonic() + 10
        while client.get(f"{path}/touchpoints", headers=opens).status_code != 401:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        again = {"client_id": str(uuid.uuid4()), "text": "hello"}
        assert client.post(f"{path}/messages", json=again, headers=opens).status_code == 401
        assert found_in_files(tmp_path) == []
        new = client.post("api/conversations", json={"customer": customer})
        assert new.status_code == 201
        assert new.json()["conversation_id"] != begun["conversation_id"]
        server.run("erase", LENA)
    server.stop()
    assert "stay so" in server.run("restore", str(copy))
    assert "left out" in server.run("restore", str(keys))
    assert found_in_files(tmp_path) == []
    erased = json.loads(server.run("customer", "export", said.split()[1]))
    assert "text" not in str([one["data"] for one in erased["touchpoints"]])
    assert "messages" in server.run("retain", "--dry-run")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        server.run("erase", LENA)
    assert refused.value.returncode == 1
    assert refused.value.stderr.startswith(f"bot: there is no customer '{LENA}'")
