"""What all tables share."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field


def instant(**kwargs: Any) -> Any:
    """A column that holds a point in time with its timezone (timestamptz)."""
    return Field(sa_type=DateTime(timezone=True), **kwargs)


def document_json(**kwargs: Any) -> Any:
    """A column that holds JSON as PostgreSQL's jsonb."""
    return Field(sa_type=JSONB, **kwargs)


__all__ = ["datetime", "document_json", "instant"]
