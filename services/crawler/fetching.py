"""The fetcher that the settings describe: for the crawler, and for commands that ask a source once."""

from services.crawler.adapters.browser import Renderer
from services.crawler.adapters.fetcher import HttpFetcher, Limits
from services.crawler.adapters.pace import Hosts
from services.crawler.adapters.transport import trust
from services.crawler.settings import CrawlerSettings
from shared.errors import ConfigError


def fetcher_of(settings: CrawlerSettings, limits: Limits, hosts: Hosts | None = None) -> HttpFetcher:
    """The fetcher that the settings describe; `hosts` keeps the turns.

    Raises ConfigError for unreadable certificates.
    """
    try:
        trusted = trust(settings.ssl_cert_file)
    except (OSError, ValueError) as error:
        right = "a file of certificates in PEM"
        raise ConfigError("environment variable SSL_CERT_FILE", None, f"cannot be used: {error}", right) from error
    return HttpFetcher(
        limits,
        settings.crawler_contact,
        opened=settings.opened,
        hosts=hosts,
        routes=settings.routes,
        trusted=trusted,
        renderer=Renderer(settings.crawler_chromium),
    )
