"""PDF by WeasyPrint, in letters that come with the project: no font of the machine is needed, and nothing is fetched.

WeasyPrint takes a second to import and calls Pango, a library of the system, so that it is imported when the first
PDF is wanted. Each takes about a second of a processor and some 150 MB, so that two are made at a time.
"""

import logging
import threading
import warnings
from functools import lru_cache
from typing import Any

from services.portal.adapters.pdf_bold import embolden
from services.portal.application.printing import NoPrinter, PrinterBusy

AT_ONCE = 2
WAIT = 20.0
"""Seconds until a reader is told that others print."""
FONT = "luming:sans"
"""Address by which a page's style sheet names the letters; the only one that is answered."""
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""Of Debian 12; what they need comes with them."""
_MEND = f"install Pango (Debian: apt-get install {PACKAGES})"


class WeasyPrinter:
    """Makes PDFs, two at once; further ones wait."""

    def __init__(self, wait: float = WAIT, at_once: int = AT_ONCE) -> None:
        """`wait` in seconds."""
        self._wait = wait
        self._free = threading.BoundedSemaphore(at_once)

    def ready(self) -> None:
        """As Printer's."""
        _library()

    def pdf(self, page: str) -> bytes:
        """As Printer's."""
        if not self._free.acquire(timeout=self._wait):
            raise PrinterBusy(f"no PDF could be begun within {self._wait:g} s: {AT_ONCE} are made at once")
        try:
            return _pdf(page)
        finally:
            self._free.release()


def _pdf(page: str) -> bytes:
    library = _library()
    font = library.FontConfiguration()
    document = library.HTML(string=page, url_fetcher=library.Fetcher(), media_type="print")
    made: bytes = document.write_pdf(font_config=font, optimize_images=False, finisher=embolden)
    return made


@lru_cache(maxsize=1)
def _library() -> Any:
    """What is used of WeasyPrint. Raises NoPrinter where it, Pango or the letters are not installed."""
    # Pages bring their letters; the library misses the machine's own when it is imported.
    warnings.filterwarnings("ignore", message="No fonts configured")
    try:
        from pylopdf_fonts_zh_cn import sans_path
        from weasyprint import HTML
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as error:  # a shared library that is not there
        raise NoPrinter(f"PDFs cannot be made here: Pango is not installed; {_MEND}") from error
    except ImportError as error:
        raise NoPrinter(f"PDFs cannot be made here: {error.name} is not installed") from error
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # it names what a page may not fetch, again and again
    letters = sans_path().read_bytes()

    class Fetcher(URLFetcher):  # type: ignore[misc]  # the library has no types
        """Gives the letters and nothing else: no file, no network, no data of the page."""

        def fetch(self, url: str, headers: object = None) -> Any:
            """The letters. Raises ValueError for every other address, which leaves that part of the page out."""
            if url != FONT:
                raise ValueError("a brief fetches nothing")
            return URLFetcherResponse(url, letters, {"Content-Type": "font/otf"})

    class Library:
        """The names that are used."""

    found: Any = Library
    found.HTML, found.FontConfiguration, found.Fetcher = HTML, FontConfiguration, Fetcher
    return found
