"""The JSON schema of config/subscriptions.yaml, made of its models: editors complete and check by it."""

import json
from typing import Any

from services.alerter.domain.subscriptions import Subscriptions


def schema_text() -> str:
    """The schema as the file config/subscriptions.schema.json holds it."""
    schema: dict[str, Any] = Subscriptions.model_json_schema(by_alias=True)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
