"""What keeps two reports apart, however alike they are."""

from services.alerter.domain.distinct import other_object, other_results
from services.alerter.domain.profile import REGULATOR, Profile


def never_one(a: Profile, b: Profile) -> bool:
    """Other companies, another batch of a series, results of another period, another office or object: two events."""
    if a.companies and b.companies and not a.companies & b.companies:
        return True
    if a.batches and b.batches and not a.batches & b.batches:
        return True
    return other_results(a, b) or other_object(a, b)


def authorities_differ(a: Profile, b: Profile) -> bool:
    """Both name authorities, and none is the same."""
    mine, theirs = ({entity for entity in one.entities if entity.startswith(REGULATOR)} for one in (a, b))
    return bool(mine and theirs and not mine & theirs)


def facts_differ(a: Profile, b: Profile) -> bool:
    """Another amount, counterparty or authority: the object of a follow-up must be the same."""
    if a.amounts and b.amounts and not any(x.same_as(y) for x in a.amounts for y in b.amounts):
        return True
    for kind in ("counterparty", "regulator"):
        mine, theirs = a.told(kind), b.told(kind)
        if a.script == b.script and mine and theirs and not any(x in y or y in x for x in mine for y in theirs):
            return True
    return authorities_differ(a, b)
