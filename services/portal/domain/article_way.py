"""A document's way through the system, with its times."""

from services.portal.domain.article import Station, StoredArticle


def way_of(stored: StoredArticle) -> tuple[Station, ...]:
    """From its publication to who was told, in the order of time; decisions and deliveries of every revision."""
    newest, first = stored.revisions[0], stored.revisions[-1]
    found = []
    if newest.published is not None:
        found.append(Station("published", newest.published, precision=newest.precision or "minute"))
    found.append(Station("first_seen", first.first_seen, first.source))
    found += [Station("fetched", one.fetched, revision=one.revision) for one in reversed(stored.revisions)]
    if stored.classified is not None:
        times, of = stored.classified.times, stored.classified.revision
        found += [Station("sent", times.sent, revision=of)] if times.sent else []
        model = stored.classified.model
        found += [Station("classified", times.classified, model, revision=of)] if times.classified else []
    found += [
        Station("decided", one.at, f"{one.outcome}: {one.reason}" if one.reason else one.outcome, revision=one.revision)
        for one in stored.decisions
    ]
    for delivery in stored.deliveries:
        who = f"{delivery.subscription}, {delivery.channel}"
        if delivery.delivered is not None:
            found.append(Station("told", delivery.delivered, who))
        else:
            why = f": {delivery.reason}" if delivery.reason else ""
            found.append(Station("not_told", delivery.decided, f"{who}, {delivery.state}{why}"))
    return tuple(sorted(found, key=lambda one: one.at))
