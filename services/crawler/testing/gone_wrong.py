"""Answers as no source should ever get them, and as every source gets them one day."""

import json
from collections.abc import Iterator
from typing import Any

from services.crawler.sources.json_path import json_of
from shared.errors import PermanentError

GONE_WRONG = {
    "nothing": b"",
    "random": bytes(range(256)) * 20,
    "nul": b"\0" * 4096,
    "truncated xml": b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>a</title><link>https://a.ex',
    "an error page": b"<html><head><title>502</title></head><body>Bad Gateway</body></html>",
    "entity bomb": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'
    b"<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]><rss><channel><title>&c;</title></channel></rss>",
    "entity bomb in UTF-16": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><rss/>'.encode(
        "utf-16"
    ),
    "external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b"<rss><channel><title>&a;</title></channel></rss>",
    "deep json": b"[" * 100_000,
    "deep html": b"<div>" * 60_000,
    "html without end": b"<html><body><ul><li><!-- " + b"x" * 300_000,
    "json of another shape": b'{"result": {"data": {"0": 1}}, "items": null}',
    "json that says no": '{"code": 403, "success": false, "message": "签名错误", "data": null}'.encode(),
    "bare number": b"12",
    "gzip that is none": b"\x1f\x8b\x08\x00broken",
    "not even text": "ÿþ�".encode("utf-16"),
}
"""By what is wrong with them. A source says in words why it cannot read one, or reads nothing."""

ODD_VALUES: tuple[Any, ...] = (True, None, 0, -1.5, [], {}, "", "\ud800", [{}], ["a"])
"""What may stand where another value was; the text is half a character."""
MOST_OF_A_LIST = 2
"""Entries of a list that are replaced; the others have the same shape."""


def of_other_values(body: bytes) -> Iterator[bytes]:
    """The JSON answer with each of its values in turn replaced by each odd one; none where it is no JSON."""
    try:
        answer = json_of(body)
    except PermanentError:
        return
    for changed in _changed(answer):
        yield json.dumps(changed).encode()


def _changed(value: Any) -> Iterator[Any]:
    yield from ODD_VALUES
    if isinstance(value, dict):
        for key in value:
            yield from ({**value, key: other} for other in _changed(value[key]))
    elif isinstance(value, list):
        for at in range(min(len(value), MOST_OF_A_LIST)):
            yield from ([*value[:at], other, *value[at + 1 :]] for other in _changed(value[at]))
    elif isinstance(value, str) and value[:1] in ("{", "["):
        try:
            inside = json_of(value.encode())
        except PermanentError:
            return
        yield from (json.dumps(other) for other in _changed(inside))
