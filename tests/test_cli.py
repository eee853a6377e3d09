"""The command line as programs and people meet it: a process with arguments, streams and an exit code."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from bot.nlu.registry import Registry
from tests.nlu.samples import shop_rows, store_tiny

ROOT = Path(__file__).parents[1]
Bot = Callable[..., subprocess.CompletedProcess[bytes]]


def environment(**extra: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return {**kept, "PYTHONPATH": str(ROOT), **extra}


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    def run(*arguments: object, stdin: bytes = b"", **extra: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "bot", *map(str, arguments)]
        return subprocess.run(
            command, input=stdin, capture_output=True, cwd=tmp_path, env=environment(**extra), check=False
        )

    return run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.jsonl"
    path.write_text("".join(json.dumps({"text": text, "intent": intent}) + "\n" for text, intent in shop_rows(True)))
    return path


def refused(ran: subprocess.CompletedProcess[bytes], code: int, *said: str) -> bool:
    message = ran.stderr.decode()
    return (
        ran.returncode == code
        and ran.stdout == b""
        and message.startswith("bot: ")
        and message.count("\n") == 1
        and all(part in message for part in said)
    )


def test_train_classify_and_evaluate(bot: Bot, data: Path) -> None:
    ran = bot("train", "--data", data, "--models", "m", "--json", "--seed", 1)
    assert (ran.returncode, ran.stderr) == (0, b"")
    trained = json.loads(ran.stdout)
    assert {"version", "intents", "examples", "accuracy", "macro_f1", "seconds", "promoted"} <= trained.keys()
    assert (trained["intents"], trained["examples"], trained["promoted"]) == (4, 125, True)
    report = data.parent / trained["report"]
    assert "125 examples" in report.read_text()
    report.unlink()

    ran = bot(
        "classify", "--models", "m", stdin="where is my phone\r\n\nüber\xa0ñ \0 \n".encode() + b"\xff\xfe\nno end"
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [answer["text"] for answer in answers] == ["where is my phone", "", "über\xa0ñ \0 ", "��", "no end"]
    assert list(answers[0]) == [
        "text",
        "intent",
        "confidence",
        "in_scope",
        "scope_score",
        "alternatives",
        "model",
        "mood",
        "distressed",
        "language",
        "parts",
    ]
    assert (answers[0]["intent"], answers[0]["in_scope"]) == ("track_order", True)
    assert answers[0]["model"] == trained["version"]
    assert list(answers[0]["alternatives"][0]) == ["intent", "confidence"]
    assert answers[1]["intent"]
    assert not answers[1]["in_scope"]

    ran = bot("evaluate", "--data", data, "--models", "m", "--json")
    figures = json.loads(ran.stdout)
    named = "accuracy macro_f1 in_scope_accuracy ece n oos_recall oos_precision auroc model"
    assert figures.keys() == set(named.split())
    assert (figures["n"], ran.returncode) == (125, 0)
    assert "those in" in report.read_text()
    report.unlink()
    assert b"accuracy" in bot("evaluate", "--data", data, "--models", "m", "--no-report").stdout
    assert not report.exists()


def test_explain(bot: Bot, tmp_path: Path) -> None:
    Registry(tmp_path / "models").promote(store_tiny(tmp_path / "models"))
    told = json.loads(bot("explain", "yes", "--json").stdout)
    assert [(one["intent"], one["margin"]) for one in told["intents"]] == [("yes", 2.0), ("no", -1.0)]
    ran = bot("explain", "--", "-yes-")
    assert ran.returncode == 0
    assert b"yes: margin" in ran.stdout


def test_data_import(bot: Bot, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,intent\nwhere is it,track order\n")
    ran = bot("data", "import", "--from", "csv", "a.csv", "--out", "new")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.decode().splitlines()[0] == "examples: 1, intents: 1 (with an answer: 0), slots: 0"
    assert "track order" in (tmp_path / "new/intents.yaml").read_text()
    assert refused(bot("data", "import", "--from", "csv", "a.csv", "--out", "new"), 1, "new is there already")
    assert refused(bot("data", "import", "--from", "luis", "a.csv", "--out", "newer"), 1, "a.csv:1: not JSON")


def test_promote_list_and_go_back(bot: Bot, tmp_path: Path) -> None:
    registry = Registry(tmp_path / "m")
    first, second = (store_tiny(registry.folder, day, f"2026-01-0{day:.0f}T00:00:00+00:00") for day in (1.0, 2.0))
    registry.promote(first)
    assert bot("models", "promote", second, "--models", "m").returncode == 0
    listed = bot("models", "list", BOT_MODELS="m").stdout.decode().splitlines()
    assert [line[:14] for line in listed] == [f"  {first}", f"* {second}"]
    asked = bot("classify", "--models", "m", "--model", first, stdin=b"x\n")
    assert json.loads(asked.stdout)["model"] == first
    assert bot("models", "rollback", "--models", "m").returncode == 0
    assert registry.promoted() == first


def test_content_that_cannot_be_used_is_not_trained(bot: Bot, tmp_path: Path) -> None:
    folder = tmp_path / "training_data"
    folder.mkdir()
    (folder / "a.yaml").write_text("intents:\n  a:\n    nonsense: 1\n    examples: |\n      x\n")
    ran = bot("train")
    lines = ran.stderr.decode().splitlines()
    assert ran.returncode == 1
    assert all(line.startswith("bot: training_data") for line in lines)
    assert any("a.yaml:3: " in line and "nonsense" in line for line in lines)
    assert not (tmp_path / "models").exists()


def test_data_check(bot: Bot, data: Path) -> None:
    ran = bot("data", "check", data)
    assert (ran.returncode, ran.stdout.decode()) == (0, "125 examples of 5 intents, nothing wrong with them\n")
    with data.open("a") as file:
        file.write('{"text": "Where is my Phone", "intent": "repair"}\n')
    ran = bot("data", "check", data)
    assert ran.returncode == 1
    assert "also stands under" in ran.stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["classify"], 1, ["no version is promoted in models", "make train"]),
        (["classify", "--model", "nothing"], 1, ["'nothing'", "bot models list"]),
        (["models", "promote", "../../etc"], 1, ["'../../etc'"]),
        (["models", "rollback"], 1, ["no earlier version"]),
        (["train", "--data", "missing.jsonl"], 1, ["missing.jsonl:1: can't be read"]),
        (["evaluate", "--data", "missing.txt"], 1, ["no version is promoted"]),
        ([], 2, ["COMMAND", "--help"]),
        (["fly"], 2, ["'fly'"]),
        (["train", "--seed", "x"], 2, ["--seed", "'x'"]),
        (["train", "--seed", "-1"], 2, ["--seed"]),
        (["train", "--promote", "maybe"], 2, ["'maybe'"]),
        (["evaluate"], 2, ["--data"]),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: list[str],
    code: int,
    said: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        returned = main(arguments)
    except SystemExit as left:
        returned = int(left.code or 0)
    output, message = capfdbinary.readouterr()
    assert refused(subprocess.CompletedProcess(arguments, returned, output, message), code, *said), message


def test_a_bad_setting_is_said_in_one_line(bot: Bot) -> None:
    assert refused(bot("models", "list", BOT_MODEL="m"), 1, "BOT_MODEL", "BOT_MODELS")


def test_a_damaged_model_is_said_in_one_line(bot: Bot, tmp_path: Path) -> None:
    version = store_tiny(tmp_path / "models")
    Registry(tmp_path / "models").promote(version)
    (tmp_path / "models" / version / "model.joblib").write_bytes(b"\x80\x04cos\nsystem\n.")
    assert refused(bot("classify", stdin=b"x\n"), 1, f"models/{version}/model.joblib", "bot train")


def test_each_answer_comes_before_the_next_question(tmp_path: Path) -> None:
    Registry(tmp_path / "models").promote(store_tiny(tmp_path / "models"))
    command = [sys.executable, "-X", "importtime", "-m", "bot", "classify"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environment()
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for text in (b"yes", b"no", b""):
            process.stdin.write(text + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["text"].encode() == text
        # Whoever reads may stop reading.
        process.stdout.close()
        process.stdin.write(b"yes\n" * 10)
        process.stdin.close()
        told = process.stderr.read().decode()
        assert process.wait(10) == 1
    assert "Traceback" not in told
    assert "numpy" in told
    assert not [
        name for name in ("sklearn", "scipy", "pydantic", "fastapi") if f"| {name}" in told.replace("|   ", "| ")
    ]


def test_progress_shows_on_a_terminal_only(data: Path, tmp_path: Path) -> None:
    terminal, other_end = pty.openpty()
    command = [sys.executable, "-m", "bot", "train", "--data", str(data)]
    ran = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=other_end, cwd=tmp_path, env=environment(), check=False
    )
    os.close(other_end)
    shown = os.read(terminal, 100_000).decode()
    os.close(terminal)
    assert ran.returncode == 0
    assert "11" in shown
    assert "training" in shown
    assert "training " not in ran.stdout.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ("simulate", "--customers", "-1"),
        ("simulate", "--customers", "0"),
        ("simulate", "--days", "0"),
        ("simulate", "--days", "1.5"),
        ("report", "--out", "r.html", "--days", "0"),
        ("report", "--out", "r.html", "--days", "abc"),
        ("export", "--format", "csv", "--out", "x", "--since", "2026-99"),
        ("export", "--format", "csv", "--out", "x", "--until", "yesterday"),
        ("record", "improvement", "x", "--metric", "csat", "--since", "soon"),
    ],
)
def test_values_that_cannot_be_meant_are_wrong_usage(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.startswith(f"bot: argument {arguments[-2]}: {arguments[-1]!r} is no ")
    assert said.count("\n") == 1
