"""What briefs call things, in Chinese and in English, in every form of them: page, Markdown, print."""

from collections.abc import Mapping

from services.portal.domain.brief import Brief
from services.portal.domain.printed import when
from services.portal.web.preferences import Preferences
from services.portal.web.words import Speech, Words, filled, said

GROUPS: Mapping[str, Words] = {
    "model": ("商业模式", "Business model"),
    "results": ("业绩与财务", "Results and finances"),
    "capital": ("资本与并购", "Deals and capital"),
    "partners": ("合作", "Partnerships"),
    "products": ("产品与服务", "Products and services"),
    "payment": ("医保与保险支付", "Insurance and payment"),
    "strategy": ("战略与组织", "Strategy and organisation"),
    "people": ("人事", "People"),
    "rules": ("政策与许可", "Rules and licences"),
    "compliance": ("合规、处罚与诉讼", "Compliance, penalties and disputes"),
    "other": ("背景", "Background"),
}
ODDS: Mapping[str, Words] = {
    "figures": ("数字不一致", "Figures differ"),
    "denied": ("有报道，也有否认", "Reported, and denied"),
    "behind": ("有的说已完成，更晚的仍说计划或传闻", "Completed by one, still planned or rumoured by a later one"),
}
WHY: Mapping[str, Words] = {
    "number": ("数字与原文不符", "a number that the paragraph does not hold"),
    "date": ("日期与原文不符", "a date that the paragraph does not hold"),
    "name": ("名称与原文不符", "a name that the paragraph does not hold"),
    "denial": ("否认与原文不符", "a denial that the paragraph does not hold"),
    "words": ("与原文内容不符", "words that are not the paragraph's"),
    "empty": ("没有内容", "nothing said"),
    "citation": ("引用不存在", "a citation that does not exist"),
    "form": ("含链接或标记", "links or markup"),
    "status": ("改变了事件状态", "another status than the text's"),
    "rights": ("超出可引用篇幅", "more than may be shown"),
    "language": ("语言不符", "another language than asked for"),
}
"""Why a sentence of the second reader was dropped."""


WORDED: Mapping[str, Words] = {
    "kept": (
        "{count} 句由语言模型改写，并已逐条与所引段落核对。",
        "{count} {count:sentence was|sentences were} worded by the second reader and checked against their paragraphs.",
    ),
    "dropped": (
        "{count} 句改写未通过核对，保留原文：{reasons}。",
        "{count} of its sentences did not hold, and the articles' own stand: {reasons}.",
    ),
    "failed": (
        "语言模型没有可用的回答（{why}），保留原文。",
        "The second reader gave no usable answer ({why}): articles' words.",
    ),
    "nothing": ("语言模型没有改写任何句子。", "The second reader worded nothing."),
}
LEFT_OUT: Mapping[str, Words] = {
    "few": (
        "同时含有“{words}”的文档太少，也读了不含它的文档。",
        "Too few documents hold {words} together with the rest: those without were read too.",
    ),
    "links": (
        "{count} 篇只允许显示标题和链接，它们的要点是我们依据事实写的一句话。",
        "Of {count} only title and link may be shown: their points are lines of our own, made of facts.",
    ),
    "withheld": (
        "{count} 个要点因超出可引用的篇幅未显示。",
        "{count} {count:point was|points were} left out: no more of their articles may be quoted.",
    ),
    "pruned": (
        "{count} 篇已按保存期限或应要求删除。",
        "{count} {count:document was|documents were} deleted, by age or on request.",
    ),
    "unread": (
        "{count} 篇尚未识别，只取了提到主题的句子。",
        "{count} {count:was|were} not classified yet: only sentences that name the topic were taken.",
    ),
    "unheld": (
        "{count} 处引用因段落不足以支持整句而未列。",
        "{count} {count:citation was|citations were} left out: the paragraph does not hold the whole sentence.",
    ),
}
"""What is not shown, and why."""
NAMED = 8
"""Outlets that are named."""


def coverage_line(brief: Brief, chosen: Preferences) -> str:
    """How much it rests on: documents, from when to when, which outlets."""
    covered, zone, zh = brief.coverage, chosen.zone, chosen.speech == "zh"
    if covered.first is None or covered.last is None:
        return ""
    first, last = (when(at.astimezone(zone), "day", zone) for at in (covered.first, covered.last))
    names = ("、" if zh else ", ").join(covered.outlets[:NAMED])
    more = len(covered.outlets) - NAMED
    found = f"{covered.found.value:,}"
    if zh:
        told = [
            f"检索到 {'' if covered.found.exact else '约 '}{found} 篇"
            + (f"，另有同一事件脉络的 {covered.threads} 篇" if covered.threads else ""),
            f"读了 {covered.read} 篇" + (f"，另有 {covered.reprints} 篇转载并入" if covered.reprints else ""),
            f"{first} 至 {last}",
            f"{len(covered.outlets)} 家媒体：{names}" + (f" 等另外 {more} 家" if more > 0 else ""),
        ]
        return "；".join(told) + "。"
    outlets = "outlet" if len(covered.outlets) == 1 else "outlets"
    reprints = "reprint" if covered.reprints == 1 else "reprints"
    told = [
        f"{'' if covered.found.exact else 'About '}{found} found"
        + (f", {covered.threads} more of the same threads" if covered.threads else ""),
        f"{covered.read} read" + (f", {covered.reprints} {reprints} counted with them" if covered.reprints else ""),
        f"{first} to {last}",
        f"{len(covered.outlets)} {outlets}: {names}" + (f" and {more} more" if more > 0 else ""),
    ]
    return "; ".join(told) + "."


def left_out(brief: Brief, speech: Speech) -> list[str]:
    """What is not shown, and why."""
    covered, words = brief.coverage, "、".join(brief.left_out)
    counts = {
        "links": covered.links, "withheld": covered.withheld, "pruned": covered.pruned, "unread": covered.unread,
        "unheld": brief.unheld, "few": len(brief.left_out),
    }  # fmt: skip
    return [filled(LEFT_OUT[name], speech, count=count, words=words) for name, count in counts.items() if count]


def wording_line(brief: Brief, speech: Speech) -> str:
    """What became of the second reader's sentences; empty where it was not asked."""
    wording, why = brief.wording, dict(brief.wording.dropped or {})
    if not wording.asked:
        return ""
    told = [filled(WORDED["kept"], speech, count=wording.kept)] if wording.kept else []
    if why:
        reasons = ", ".join(f"{said(WHY.get(each, (each, each)), speech)} ({count})" for each, count in why.items())
        told.append(filled(WORDED["dropped"], speech, count=sum(why.values()), reasons=reasons))
    if wording.failed:
        told.append(filled(WORDED["failed"], speech, why=wording.failed))
    return " ".join(told) or said(WORDED["nothing"], speech)
