"""Opens the language model's client by the settings, and says in the log whether it is on."""

import threading

from shared.errors import ConfigError
from shared.reader.chat import ChatReader, Endpoint, trust
from shared.reader.settings import NOT_SET, ReaderSettings, region_of, why_off
from shared.runtime.logs import get_logger

log = get_logger(__name__)


def endpoint_of(settings: ReaderSettings) -> Endpoint | None:
    """The endpoint; None where it is off, which is logged where somebody set it.

    Raises ConfigError where only half of it is set, its region is not, or SSL_CERT_FILE holds no certificates.
    """
    base, model = settings.second_reader_url, settings.second_reader_model
    off = why_off(settings)
    if off or not base or not model:
        if off != NOT_SET:
            log.warning(f"the second reader is off: {off}", region=region_of(settings))
        return None
    log.info(
        "the second reader is on",
        model=model,
        region=region_of(settings),
        may_receive=settings.second_reader_may_receive,
        approved_by=settings.second_reader_approved_by,
    )
    try:
        trusted = trust(settings.ssl_cert_file)
    except OSError as error:
        mend = "a file of certificates in PEM"
        raise ConfigError("environment variable SSL_CERT_FILE", None, f"cannot be used: {error}", mend) from error
    return Endpoint(base, model, settings.second_reader_key, trusted)


def opened(endpoint: Endpoint, stop: threading.Event) -> ChatReader:
    """The client; from `stop` on nothing is asked, and a question that still waits fails at once with Closed."""
    reader = ChatReader(endpoint)
    threading.Thread(target=_close_at, args=(stop, reader), name="second-reader-end", daemon=True).start()
    return reader


def _close_at(stop: threading.Event, reader: ChatReader) -> None:
    stop.wait()
    reader.close()
