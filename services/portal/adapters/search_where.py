"""The conditions of a search. What was typed reaches them as parameters (`:name`) alone."""

from typing import Any

from services.portal.domain import codes
from services.portal.domain.plan import Check, Plan
from services.portal.domain.windows import Window

Asked = dict[str, Any]
_COLUMNS = {
    "entity": "entities", "label": "labels", "status": "statuses", "kind": "array[kind]", "language": "array[language]",
}  # fmt: skip
"""Where the row itself holds what a facet says: reading its codes takes twenty times as long."""


def asked_of(plan: Plan, window: Window) -> Asked:
    """The parameters of `where_of` that every search has."""
    asked: Asked = {"since": window.since, "until": window.until}
    return asked | ({} if plan.up_to is None else {"up_to": plan.up_to})


def where_of(plan: Plan, asked: Asked, title: bool = False) -> str:
    """What the indexes decide; adds its parameters. `title`: the words stand in the title, whose index is asked."""
    base = ["at >= :since", "at < :until"]
    required = tuple(code for code in plan.required if not (title and code in plan.title))
    if plan.up_to is not None:
        base.append("number <= :up_to")
    if title:
        base.append("title_codes @> cast(:title as integer[])")
        asked["title"] = list(plan.title)
    if required:
        name = "besides" if title else "required"
        base.append(f"codes @> cast(:{name} as integer[])")
        asked[name] = list(required)
    for number, group in enumerate(plan.any_of):
        base.append(f"codes && cast(:any_{number} as integer[])")
        asked[f"any_{number}"] = list(group)
    found = [*base, *_without_facets(plan, asked)]
    for number, without in enumerate(plan.excluded):
        if without.check is None:
            # Both together are looked for in the index, which is quicker than reading the codes of every hit.
            found.append(
                f"number not in (select number from search_documents where {' and '.join(base)}"  # noqa: S608  # constants
                f" and codes @> cast(:without_{number} as integer[]))"
            )
            asked[f"without_{number}"] = list(without.codes)
    if plan.after is not None:
        found.append("(at, document_id) < (:after_at, :after_id)")
        asked["after_at"], asked["after_id"] = plan.after
    return " and ".join(found)


def _without_facets(plan: Plan, asked: Asked) -> list[str]:
    """Facets that are not wanted."""
    held: dict[str, list[int]] = {}
    for code in plan.none_of:
        name, number = codes.facet_of(code)
        held.setdefault(_COLUMNS.get(name, ""), []).append(number if name in _COLUMNS else code)
    found = []
    for number, (column, values) in enumerate(held.items()):
        kind = "smallint" if column else "integer"
        found.append(f"not {column or 'codes'} && cast(:none_{number} as {kind}[])")
        asked[f"none_{number}"] = values
    return found


def checks_of(plan: Plan, asked: Asked) -> list[str]:
    """What is verified on the words; adds its parameters."""
    found = [_check(check, f"check_{number}", asked) for number, check in enumerate(plan.checks)]
    checks = (without.check for without in plan.excluded if without.check is not None)
    return found + [f"not ({_check(check, f'no_{number}', asked)})" for number, check in enumerate(checks)]


def _check(check: Check, name: str, asked: Asked) -> str:
    if check.text is not None:
        asked[name] = check.text
        return f"position(:{name} in words) > 0"
    found = "case"
    for number, literal in enumerate(check.literals):
        asked[f"{name}_{number}"] = literal
        found += f" when position(:{name}_{number} in words) > 0 then true"
    if check.split is None:
        asked[name] = check.expression
        return f"{found} else words ~ :{name} end" if check.literals else f"words ~ :{name}"
    asked |= {name: check.split.beginning, f"{name}_first": check.split.first, f"{name}_reach": check.split.reach}
    pieces = f"unnest((string_to_array(words, :{name}_first))[2:]) as piece"
    return f"{found} else exists (select from {pieces} where left(piece, :{name}_reach) ~ :{name}) end"
