"""The problems with which a request is refused before it reaches a page."""

from services.portal.web.problems import ApiProblem

SIGNED_OUT = ApiProblem(
    type="/problems/signed-out",
    title="You are not signed in",
    status=401,
    detail="the request shows no session and no key",
    mend="sign in, or send a key: Authorization: Bearer luming_…",
)
WRONG_KEY = ApiProblem(
    type="/problems/key",
    title="This key opens nothing",
    status=401,
    detail="it is unknown, too old or revoked, or its user is disabled",
    mend="make a new key",
)
FORGED = ApiProblem(
    type="/problems/csrf",
    title="This edit was refused",
    status=403,
    detail="the request carries no token of this session",
    mend="load the page anew and send the form again",
)
TOO_LARGE = ApiProblem(type="/problems/too-large", title="The form is too large", status=413, detail="at most 1 MiB")
AWAY = ApiProblem(
    type="/problems/away",
    title="Service Unavailable",
    status=503,
    detail="the database cannot be asked",
    mend="try again in some seconds",
)


MANY_WAIT = ApiProblem(
    type="/problems/waiting",
    title="Too many requests wait",
    status=429,
    detail="as many of your requests wait for an alerter's answer as may",
    mend="look at their answers first",
    retry_after=30,
)


def too_many(wait: int) -> ApiProblem:
    """More requests than allowed; `wait` in seconds."""
    return ApiProblem(
        type="/problems/too-many",
        title="Too many requests",
        status=429,
        detail="more was asked than is allowed in this time",
        mend=f"ask again in {wait} seconds",
        retry_after=wait,
    )
