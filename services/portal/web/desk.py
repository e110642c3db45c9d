"""The desk: subscriptions and silences, asked of the alerter; corrections. Put together of its rooms."""

from functools import partial

from fastapi import APIRouter
from fastapi import Request as Asked

from services.portal.web import desk_answers, desk_silences, desk_subscriptions, desk_wrong
from services.portal.web.decided_words import decided_said
from services.portal.web.desk_words import Said, remark_of, said_of
from services.portal.web.parts import Parts
from services.portal.web.preferences import preferences_of
from services.portal.web.preview_words import namer, preview_said
from services.portal.web.render import Renderer


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The routes of the desk."""
    router = APIRouter(include_in_schema=False)
    render.offer("said_of", lambda asked: partial(said_of, speech=preferences_of(asked).speech))
    render.offer("remark_of", lambda asked: partial(remark_of, speech=preferences_of(asked).speech))

    def of_preview(asked: Asked) -> partial[Said]:
        speech = preferences_of(asked).speech
        return partial(preview_said, speech=speech, name=namer(parts.entities, speech))

    render.offer("preview_said", of_preview)

    def of_decision(asked: Asked) -> partial[tuple[Said, ...]]:
        speech = preferences_of(asked).speech
        return partial(decided_said, speech=speech, name=namer(parts.entities, speech))

    render.offer("decided_said", of_decision)
    for room in (desk_subscriptions, desk_answers, desk_silences, desk_wrong):
        router.include_router(room.routes(parts, render))
    return router
