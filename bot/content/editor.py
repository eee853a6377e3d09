"""The schema by which editors complete and check the content while it is written."""

import json

from bot.content.schema import ContentFile

SCHEMA_FILE = "schema.json"


def editor_schema() -> str:
    """JSON Schema of one content file, as text that ends a line; the same models that check it."""
    return json.dumps(ContentFile.model_json_schema(), indent=1, ensure_ascii=False) + "\n"
