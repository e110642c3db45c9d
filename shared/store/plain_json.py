"""Values as JSON that a column of the database takes."""

import json
from typing import Any


def plain_json(value: object) -> str:
    """JSON of `value` without NUL and halves of surrogate pairs, which PostgreSQL's jsonb refuses; times as text.

    They are taken out of the values: taken out of the finished JSON, the six characters of an escape that somebody
    typed would leave a backslash alone.
    """
    return json.dumps(_clean(json.loads(json.dumps(value, default=str))), ensure_ascii=False)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_clean(key): _clean(held) for key, held in value.items()}
    return [_clean(held) for held in value] if isinstance(value, list) else value
