"""From the fields of a subscription's form to the text of its entry, and what refuses it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.portal.application.desk import Version
from services.portal.domain.subscription_edit import edited, flow
from services.portal.domain.subscription_form import Form, FormProblem, changes, form_of, read
from services.portal.domain.subscription_text import Entry, TextProblem, alone, entries, entry_of
from services.portal.web.desk_asking import LARGEST
from services.portal.web.reader import Reader

FRESH = "- name: {name}\n"
"""The text of a subscription that is made by the form."""


def entries_in(version: Version | None) -> tuple[Sequence[Entry], TextProblem | None]:
    """The subscriptions of a version, and why they cannot be read."""
    try:
        return (entries(version.content) if version else ()), None
    except TextProblem as error:
        return (), error


def entry_in(version: Version, name: str) -> Entry | None:
    """The subscription of that name, where the version can be read."""
    return next((one for one in entries_in(version)[0] if one.name == name), None)


def form_again(fields: Mapping[str, str], entry: Entry | None) -> Form:
    """What the form shows again after it was refused."""
    held = form_of(entry.plain) if entry else Form()
    try:
        told = read({**fields, "name": entry.name if entry else fields.get("name", "")})
    except FormProblem:
        return held
    return replace(told, routes=held.routes, beyond=held.beyond)


def form_of_text(text: str, name: str) -> Form:
    """The fields of a text that may be wrong."""
    try:
        return form_of(alone(text).plain)
    except TextProblem:
        return Form(name=name)


def text_of(
    fields: Mapping[str, str], entry: Entry | None, like: Entry | None, order: Mapping[str, Sequence[str]]
) -> str:
    """The entry as it is asked for; empty: deleted. `like`: of which it is a copy. Raises FormProblem, TextProblem."""
    how = fields.get("how", "")
    if how == "delete":
        return ""
    if how == "text":
        return _written(fields.get("text", ""))
    if how in ("on", "off") and entry is not None:
        return edited(entry.text, {("active",): None if how == "on" else False})
    form = read({**fields, "name": entry.name} if entry else fields)
    base = entry or like
    if base is None:
        return edited(FRESH.format(name=flow(form.name)), changes(Form(name=form.name), form, order))
    return edited(base.text, changes(form_of(base.plain), form, order))


def refuse_name(reader: Reader, team: str, name: str, version: Version) -> None:
    """Raises FormProblem for a name of another team, and for one that is taken."""
    if not reader.sees(team):
        own = ", ".join(reader.teams) or "-"
        raise FormProblem("name", f"{team} is none of your teams", f"a subscription is called as its team: {own}")
    if team != name and entry_of(version.content, team) is not None:
        raise FormProblem("name", f"there is a subscription {team} already", "choose another name, or edit that one")


def _written(told: str) -> str:
    text = told.replace("\r\n", "\n")
    if len(text) > LARGEST:
        raise TextProblem(f"the text has {len(text):,} characters", f"at most {LARGEST:,}")
    if not text.strip():
        raise TextProblem("the text is empty", "delete the subscription, or write `- name: …`")
    return text.rstrip() + "\n"
