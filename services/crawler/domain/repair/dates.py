"""Telling a date in a listing's text, whatever its order."""

import re

_DATE = re.compile(
    r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\b\d{1,2}[-/]\d{1,2}(?:\s+\d{1,2}:\d\d|\b)"
    r"|\d{1,2}\s*月\s*\d{1,2}\s*日|\d{1,3}\s*(?:分钟|小时|天)前|\b\d{1,2}:\d\d\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}\b"
    r"|\b\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\b\d{1,3}\s*(?:min|hour|day)s?\s+ago",
    re.IGNORECASE,
)


def date_in(text: str) -> str:
    """The first date or time in a text; empty without one."""
    found = _DATE.search(text)
    return found[0] if found else ""
