"""What a feed validator looks at: the form by schema, and what RFC 4287 and JSON Feed say that no schema can."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
from lxml import etree

HERE = Path(__file__).parent / "feeds"
ATOM = "{http://www.w3.org/2005/Atom}"


def atom_problems(feed: bytes) -> list[str]:
    """What is wrong with an Atom feed; nothing where it is valid."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(feed, parser)
    except etree.XMLSyntaxError as error:
        return [f"no XML: {error}"]
    form = etree.RelaxNG(etree.parse(HERE / "atom.rng"))
    found = [] if form.validate(root) else [str(each) for each in form.error_log]
    read = feedparser.parse(feed)
    found += [f"feedparser: {read.bozo_exception}"] if read.bozo else []
    for holder in (root, *root.findall(f"{ATOM}entry")):
        found += _links(holder)
    for entry in root.findall(f"{ATOM}entry"):
        if entry.find(f"{ATOM}author") is None and root.find(f"{ATOM}author") is None:
            found.append("4.1.2: an entry without an author in a feed without one")
        if entry.find(f"{ATOM}link[@rel='alternate']") is None and entry.find(f"{ATOM}content") is None:
            found.append("4.1.2: an entry without content has a link to it")
    ids = Counter(each.text for each in root.iter(f"{ATOM}id"))
    found += [f"4.2.6: {name} names {count} things" for name, count in ids.items() if count > 1]
    return found


def _links(holder: Any) -> list[str]:
    """4.1.1 and 4.1.2: one link of a kind; 4.2.7: a feed says where it is itself."""
    links = holder.findall(f"{ATOM}link")
    kinds = Counter((each.get("rel"), each.get("type"), each.get("hreflang")) for each in links)
    found = [f"two links of {kind}" for kind, count in kinds.items() if kind[0] in ("alternate", "self") and count > 1]
    if holder.tag == f"{ATOM}feed" and ("self", "application/atom+xml", None) not in kinds:
        found.append("4.1.1: no link to itself")
    return found


def json_problems(feed: bytes) -> list[str]:
    """What is wrong with a JSON Feed; nothing where it is valid."""
    try:
        held = json.loads(feed.decode("utf-8"))
    except ValueError as error:
        return [f"no JSON: {error}"]
    form = jsonschema.Draft202012Validator(json.loads((HERE / "jsonfeed.schema.json").read_text("utf-8")))
    found = [f"{each.json_path}: {each.message}" for each in form.iter_errors(held)]
    ids = Counter(item.get("id") for item in held.get("items", ()))
    found += [f"{name} names {count} items" for name, count in ids.items() if count > 1]
    if held.get("next_url") and held["next_url"] == held.get("feed_url"):
        found.append("the next page is the page itself")
    return found
