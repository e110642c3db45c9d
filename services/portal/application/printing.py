"""Making a file to be printed of a page."""

from typing import Protocol

from shared.errors import PermanentError


class NoPrinter(PermanentError):
    """A library that prints is not installed; the message says what to install."""


class PrinterBusy(Exception):
    """Others print, and none was done within the wait; the same may be asked again."""


class Printer(Protocol):
    """Makes PDFs."""

    def ready(self) -> None:
        """Load what prints. Raises NoPrinter."""
        ...

    def pdf(self, page: str) -> bytes:
        """The PDF of an HTML page that needs nothing beside itself. Raises NoPrinter, PrinterBusy."""
        ...
