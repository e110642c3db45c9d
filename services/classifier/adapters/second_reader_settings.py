"""What the environment says of the second reader: nothing, and it is off."""

from pydantic import Field

from shared.reader.settings import ReaderSettings
from shared.runtime.settings import ServiceSettings


class SecondReaderSettings(ReaderSettings, ServiceSettings):
    """Endpoint, region and limits as every service has them, and when the classifier asks."""

    second_reader_unsure_from: float = Field(
        default=0.3, ge=0, le=1, description="lowest probability at which the first reader counts as unsure"
    )
    second_reader_unsure_to: float = Field(
        default=0.6, ge=0, le=1, description="highest probability at which the first reader counts as unsure"
    )
    second_reader_seconds: float = Field(
        default=8.0, ge=1, le=30, description="seconds for one article, a second try included"
    )
    second_reader_gist: bool = Field(
        default=False, description="1: it also writes an English gist of every relevant Chinese article"
    )
