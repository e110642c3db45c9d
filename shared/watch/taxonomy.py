"""The events Luming knows, by family, and the statuses an event may have: typed, so that a misspelt one is an error."""

from typing import Final, get_args

from shared.messages.classified import Family, Status

_STRATEGIC: Final = (
    "mergers_acquisitions",
    "investment_financing",
    "partnership",
    "product_launch",
    "market_expansion",
    "organization",
    "leadership",
    "strategy_shift",
    "financial_results",
)
_REGULATORY: Final = (
    "policy_guidance",
    "enforcement_penalty",
    "investigation",
    "license_approval",
    "reimbursement",
    "product_safety",
    "data_privacy",
    "litigation_antitrust",
)
LABELS: Final[dict[str, Family]] = {
    **dict.fromkeys(_STRATEGIC, "strategic_move"),
    **dict.fromkeys(_REGULATORY, "regulatory_event"),
}
"""Label to family, in the order in which people read them."""

STATUSES: Final[tuple[Status, ...]] = get_args(Status)
"""`announced` said officially; `completed` served, closed, in force; `planned` draft or intention; `rumoured` unnamed
sources; `denied` a party says no; `background` told as history: kept, searchable, never alerts."""
