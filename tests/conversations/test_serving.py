"""A running server takes up new models and content, and refuses what it can't use."""

import shutil
from pathlib import Path

import pytest

from bot.conversations.serving import Serving, record_promotion
from bot.errors import ContentError, ModelError
from bot.nlu.registry import Registry
from bot.touchpoints.log import SYSTEM
from bot.web.services import Services
from tests.conftest import ROOT


@pytest.fixture
def folders(models: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Copies of the models and of the content, to change."""
    shutil.copytree(models, tmp_path / "models")
    shutil.copytree(ROOT / "training_data", tmp_path / "training_data")
    return tmp_path / "models", tmp_path / "training_data"


def test_without_a_model_or_with_bad_content_it_does_not_start(folders: tuple[Path, Path], tmp_path: Path) -> None:
    models, training_data = folders
    with pytest.raises(ModelError, match="make train"):
        Serving(Registry(tmp_path / "nothing"), training_data)
    (training_data / "orders.yaml").write_text("intents:\n\tx: y\n")
    with pytest.raises(ContentError, match=r"orders\.yaml:2"):
        Serving(Registry(models), training_data)


def test_edited_content_is_taken_up_and_bad_content_is_not(folders: tuple[Path, Path]) -> None:
    models, training_data = folders
    serving = Serving(Registry(models), training_data)
    first = serving.content
    serving.look()
    assert serving.content is first
    bot = training_data / "bot.yaml"
    bot.write_text(bot.read_text().replace("name: Finch", "name: Wren"))
    serving.look()
    assert serving.content.bot.name == "Wren"
    bot.write_text(bot.read_text().replace("greeting:", "greting:"))
    serving.look()
    assert serving.content.bot.name == "Wren"
    bot.write_text(bot.read_text().replace("greting:", "greeting:").replace("name: Wren", "name: Kestrel"))
    serving.look()
    assert serving.content.bot.name == "Kestrel"


def test_a_promoted_model_is_taken_up_and_a_damaged_one_is_not(folders: tuple[Path, Path]) -> None:
    models, training_data = folders
    registry = Registry(models)
    serving = Serving(registry, training_data)
    version = registry.promoted()
    assert version is not None
    classifier = serving.classifier
    other = "0123456789ab"
    (models / "promoted.json").write_text(f'{{"history": ["{version}", "{other}"]}}')
    for _ in range(2):
        serving.look()
        assert serving.classifier is classifier
    (models / "promoted.json").write_text("damaged")
    serving.look()
    assert serving.classifier is classifier
    (models / "promoted.json").write_text(f'{{"history": ["{version}"]}}')
    serving.look()
    assert serving.classifier.version == version


async def test_each_model_that_begins_to_serve_is_a_touchpoint(services: Services) -> None:
    for version in ("first", "first", "second", "second", "first"):
        assert await record_promotion(services.log, version, 1) == version
    promoted = await services.log.read(SYSTEM)
    assert [(one.facts["model_version"], one.facts.get("previous")) for one in promoted] == [
        ("first", None),
        ("second", "first"),
        ("first", "second"),
    ]
