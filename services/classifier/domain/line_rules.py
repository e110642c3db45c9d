"""The main clause of a line for every regulatory label and status: data, in Chinese and English.

`BY_AUTHORITY` is for an event whose own words name an authority, `{by}`; `{on}` says whom it concerns where that is
known. `CONCERNED` is for the others, `PLAIN` where a text says who is penalised. Being named beside a penalty is not
being penalised, so that the words stay open where the text does.
"""

from collections.abc import Mapping

from services.classifier.domain.line_words import Clauses, Words

CONCERNS: Words = ("涉及{who}的", " that concerns {who}")
"""How a clause goes on to those whom the authority's act concerns, in whatever way."""
ON: Mapping[str, Words] = {
    "enforcement_penalty": ("对{who}的", " on {who}"),
    "investigation": ("对{who}的", " of {who}"),
}
"""The same where the text says plainly that the act is directed at them (PLAIN)."""

_NOUNS: Mapping[str, Words] = {
    "policy_guidance": ("政策法规", "a rule or policy"),
    "enforcement_penalty": ("处罚", "a penalty"),
    "investigation": ("调查", "an investigation"),
    "license_approval": ("许可审批", "a decision on a licence or approval"),
    "reimbursement": ("医保支付规定", "a medical-insurance payment rule"),
    "product_safety": ("产品安全处置", "a product-safety measure"),
    "data_privacy": ("数据与隐私处置", "a data or privacy measure"),
    "litigation_antitrust": ("诉讼或反垄断案件", "a lawsuit or antitrust case"),
}

_DONE: Mapping[str, Words] = {
    "policy_guidance": ("{by}：{on}政策法规已生效", "{by}: a rule or policy{on} took effect"),
    "enforcement_penalty": ("{by}：{on}处罚已作出", "{by}: a penalty{on} was imposed"),
    "investigation": ("{by}：{on}调查已结束", "{by}: an investigation{on} was closed"),
    "reimbursement": ("{by}：{on}医保支付规定已生效", "{by}: a medical-insurance payment rule{on} took effect"),
    "litigation_antitrust": ("{by}：{on}诉讼或反垄断案件已了结", "{by}: a lawsuit or antitrust case{on} was concluded"),
}
"""Where completed means more than that it is done."""


def _by_authority(label: str) -> Clauses:
    zh, en = _NOUNS[label]
    return {
        "announced": (f"{{by}}：{{on}}{zh}已公布", f"{{by}}: {en}{{on}} was announced"),
        "completed": _DONE.get(label, (f"{{by}}：{{on}}{zh}已完成", f"{{by}}: {en}{{on}} was completed")),
        "planned": (f"{{by}}：{{on}}{zh}在计划或草案中", f"{{by}}: {en}{{on}} is planned or in draft"),
        "rumoured": (f"{{by}}：据传将有{{on}}{zh}", f"{{by}}: {en}{{on}} is rumoured"),
        "denied": (f"{{by}}：{{on}}{zh}一事被否认", f"{{by}}: {en}{{on}} was denied"),
        "background": (f"背景：{{by}}，此前{{on}}{zh}", f"Background: {{by}}, {en}{{on}}"),
    }


BY_AUTHORITY: Mapping[str, Clauses] = {label: _by_authority(label) for label in _NOUNS}

PLAIN: Mapping[str, Clauses] = {
    "enforcement_penalty": {
        "announced": ("对{who}的处罚已公布", "A penalty on {who} was announced"),
        "completed": ("{who}被处罚", "{who} was penalised"),
        "planned": ("{who}面临处罚", "A penalty on {who} is planned"),
        "rumoured": ("据传{who}将被处罚", "{who} is rumoured to face a penalty"),
        "denied": ("{who}被处罚一事被否认", "A penalty on {who} was denied"),
        "background": ("背景：{who}此前被处罚", "Background: an earlier penalty on {who}"),
    },
    "investigation": {
        "announced": ("对{who}的调查已公布", "An investigation of {who} was announced"),
        "completed": ("对{who}的调查已结束", "An investigation of {who} was closed"),
        "planned": ("对{who}的调查在计划中", "An investigation of {who} is planned"),
        "rumoured": ("据传{who}被调查", "{who} is rumoured to be under investigation"),
        "denied": ("{who}被调查一事被否认", "An investigation of {who} was denied"),
        "background": ("背景：{who}此前被调查", "Background: an earlier investigation of {who}"),
    },
}
"""Where the text says plainly that those named are penalised or investigated, and not a merchant on their platform."""

CONCERNED: Mapping[str, Clauses] = {
    "policy_guidance": {
        "announced": ("涉及{who}的政策法规已公布", "A rule or policy that concerns {who} was announced"),
        "completed": ("涉及{who}的政策法规已生效", "A rule or policy that concerns {who} took effect"),
        "planned": (
            "涉及{who}的政策法规在计划或征求意见",
            "A rule or policy that concerns {who} is planned or in draft",
        ),
        "rumoured": ("据传将有涉及{who}的政策法规", "A rule or policy that concerns {who} is rumoured"),
        "denied": ("涉及{who}的政策法规传闻被否认", "A rule or policy that concerns {who} was denied"),
        "background": ("背景：此前涉及{who}的政策法规", "Background: an earlier rule or policy that concerns {who}"),
    },
    "enforcement_penalty": {
        "announced": ("涉及{who}的处罚已公布", "A penalty that concerns {who} was announced"),
        "completed": ("涉及{who}的处罚已作出", "A penalty that concerns {who} was imposed"),
        "planned": ("涉及{who}的处罚在计划中", "A penalty that concerns {who} is planned"),
        "rumoured": ("据传将有涉及{who}的处罚", "A penalty that concerns {who} is rumoured"),
        "denied": ("涉及{who}的处罚一事被否认", "A penalty that concerns {who} was denied"),
        "background": ("背景：此前涉及{who}的处罚", "Background: an earlier penalty that concerns {who}"),
    },
    "investigation": {
        "announced": ("涉及{who}的调查已公布", "An investigation that concerns {who} was announced"),
        "completed": ("涉及{who}的调查已结束", "An investigation that concerns {who} was closed"),
        "planned": ("涉及{who}的调查在计划中", "An investigation that concerns {who} is planned"),
        "rumoured": ("据传有涉及{who}的调查", "An investigation that concerns {who} is rumoured"),
        "denied": ("涉及{who}的调查一事被否认", "An investigation that concerns {who} was denied"),
        "background": ("背景：此前涉及{who}的调查", "Background: an earlier investigation that concerns {who}"),
    },
    "license_approval": {
        "announced": ("涉及{who}的许可审批已公布", "A licence or approval that concerns {who} was announced"),
        "completed": ("涉及{who}的许可审批已完成", "A decision on a licence that concerns {who} was completed"),
        "planned": ("涉及{who}的许可审批在申请或计划中", "A licence that concerns {who} is planned or applied for"),
        "rumoured": ("据传将有涉及{who}的许可审批", "A licence or approval that concerns {who} is rumoured"),
        "denied": ("涉及{who}的许可审批一事被否认", "A licence or approval that concerns {who} was denied"),
        "background": ("背景：此前涉及{who}的许可审批", "Background: an earlier licence that concerns {who}"),
    },
    "reimbursement": {
        "announced": ("涉及{who}的医保支付规定已公布", "Medical-insurance payment that concerns {who} was announced"),
        "completed": ("涉及{who}的医保支付已生效或接通", "Medical-insurance payment that concerns {who} is in effect"),
        "planned": ("涉及{who}的医保支付在计划中", "Medical-insurance payment that concerns {who} is planned"),
        "rumoured": ("据传将有涉及{who}的医保支付", "Medical-insurance payment that concerns {who} is rumoured"),
        "denied": ("涉及{who}的医保支付一事被否认", "Medical-insurance payment that concerns {who} was denied"),
        "background": ("背景：此前涉及{who}的医保支付", "Background: earlier medical-insurance payment, {who}"),
    },
    "product_safety": {
        "announced": ("涉及{who}的产品安全事件已公布", "A product-safety matter that concerns {who} was announced"),
        "completed": ("涉及{who}的产品安全处置已完成", "A product-safety measure that concerns {who} was completed"),
        "planned": ("涉及{who}的产品安全处置在计划中", "A product-safety measure that concerns {who} is planned"),
        "rumoured": ("据传有涉及{who}的产品安全事件", "A product-safety matter that concerns {who} is rumoured"),
        "denied": ("涉及{who}的产品安全传闻被否认", "A product-safety matter that concerns {who} was denied"),
        "background": ("背景：此前涉及{who}的产品安全事件", "Background: an earlier product-safety matter, {who}"),
    },
    "data_privacy": {
        "announced": ("涉及{who}的数据与隐私事件已公布", "A data or privacy matter that concerns {who} was announced"),
        "completed": ("涉及{who}的数据与隐私处置已完成", "A data or privacy measure that concerns {who} was completed"),
        "planned": ("涉及{who}的数据与隐私处置在计划中", "A data or privacy measure that concerns {who} is planned"),
        "rumoured": ("据传有涉及{who}的数据与隐私事件", "A data or privacy matter that concerns {who} is rumoured"),
        "denied": ("涉及{who}的数据与隐私传闻被否认", "A data or privacy matter that concerns {who} was denied"),
        "background": ("背景：此前涉及{who}的数据与隐私事件", "Background: an earlier data or privacy matter, {who}"),
    },
    "litigation_antitrust": {
        "announced": (
            "涉及{who}的诉讼或反垄断案件已公布",
            "A lawsuit or antitrust case that concerns {who} was announced",
        ),
        "completed": (
            "涉及{who}的诉讼或反垄断案件已了结",
            "A lawsuit or antitrust case that concerns {who} was concluded",
        ),
        "planned": (
            "涉及{who}的诉讼或反垄断案件在计划中",
            "A lawsuit or antitrust case that concerns {who} is planned",
        ),
        "rumoured": (
            "据传有涉及{who}的诉讼或反垄断案件",
            "A lawsuit or antitrust case that concerns {who} is rumoured",
        ),
        "denied": ("涉及{who}的诉讼或反垄断传闻被否认", "A lawsuit or antitrust case that concerns {who} was denied"),
        "background": (
            "背景：此前涉及{who}的诉讼或反垄断案件",
            "Background: an earlier lawsuit or antitrust case, {who}",
        ),
    },
}
