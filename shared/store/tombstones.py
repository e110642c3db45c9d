"""How tombstones name what was erased: by hashes, in Python and in SQL alike."""

import hashlib

DOCUMENT = "document:"
"""Before the document_id."""
ADDRESS = "address:"
"""Before the SHA-256 of an address."""

STORE_LOCK = 7_215_432
"""Key of the advisory lock under which crawlers store, and maintenance erases, one after the other."""

SQL_KEY = f"'{ADDRESS}' || encode(sha256(convert_to({{address}}, 'UTF8')), 'hex')"
"""`hidden_address` in SQL, for `format(address=…)`."""
NOT_ERASED = f"not exists (select 1 from tombstones where key = {SQL_KEY})"  # noqa: S608  # fixed names
"""That an address was not erased, for `format(address=…)`."""


def hidden_address(address: str) -> str:
    """The address as tombstones and decisions on erased documents hold it."""
    return ADDRESS + hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
