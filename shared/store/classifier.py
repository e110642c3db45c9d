"""The classifier's table: what its command made of readers' corrections. Writer: classifier. All may read."""

from datetime import datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from shared.store.base import instant


class CorrectionCase(SQLModel, table=True):
    """What became of a correction when somebody looked at it (`python -m services.classifier corrections`)."""

    __tablename__ = "correction_cases"

    correction: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    """CorrectionRow.id"""
    state: str
    """case (it is a line of a file of cases) | refused (the reader was wrong, or nothing can be tested by it)"""
    place: str = ""
    """The file and what the line is known by in it."""
    who: str
    why: str
    at: datetime = instant()
