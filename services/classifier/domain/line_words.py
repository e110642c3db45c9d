"""The main clause of a line for every strategic label and status: data, in Chinese and English.

`{who}` is filled with those who act, `{other}` with the other side. Wording never says more than label and status do:
who said or denied a thing is no fact of an event, so a denial stands in the passive.
"""

from collections.abc import Mapping

from shared.messages.classified import Status

Words = tuple[str, str]
"""Chinese and English."""

Clauses = Mapping[Status, Words]

STRATEGIC: Mapping[str, Clauses] = {
    "mergers_acquisitions": {
        "announced": ("{who}：并购交易已宣布", "{who}: a merger, acquisition or sale was announced"),
        "completed": ("{who}：并购交易已完成", "{who}: a merger, acquisition or sale was completed"),
        "planned": ("{who}：并购交易在计划中", "{who}: a merger, acquisition or sale is planned"),
        "rumoured": ("据传{who}将有并购交易", "{who}: a merger, acquisition or sale is rumoured"),
        "denied": ("{who}：并购传闻被否认", "{who}: a merger, acquisition or sale was denied"),
        "background": ("背景：{who}的并购交易", "Background: a merger, acquisition or sale of {who}"),
    },
    "investment_financing": {
        "announced": ("{who}：投融资已宣布", "{who}: an investment or financing was announced"),
        "completed": ("{who}：投融资已完成", "{who}: an investment or financing was completed"),
        "planned": ("{who}：投融资在计划中", "{who}: an investment or financing is planned"),
        "rumoured": ("据传{who}将有投融资", "{who}: an investment or financing is rumoured"),
        "denied": ("{who}：投融资传闻被否认", "{who}: an investment or financing was denied"),
        "background": ("背景：{who}的投融资", "Background: an investment or financing of {who}"),
    },
    "partnership": {
        "announced": ("{who}宣布合作", "{who} announced a partnership"),
        "completed": ("{who}的合作已落地", "{who}: a partnership is in place"),
        "planned": ("{who}计划合作", "{who} plans a partnership"),
        "rumoured": ("据传{who}将合作", "{who} is rumoured to enter a partnership"),
        "denied": ("{who}的合作传闻被否认", "A partnership of {who} was denied"),
        "background": ("背景：{who}的合作", "Background: a partnership of {who}"),
    },
    "product_launch": {
        "announced": ("{who}宣布推出产品或服务", "{who} announced a product or service"),
        "completed": ("{who}的产品或服务已上线", "{who} launched a product or service"),
        "planned": ("{who}计划推出产品或服务", "{who} plans to launch a product or service"),
        "rumoured": ("据传{who}将推出产品或服务", "{who} is rumoured to launch a product or service"),
        "denied": ("{who}推出产品或服务一事被否认", "A product or service launch by {who} was denied"),
        "background": ("背景：{who}此前推出的产品或服务", "Background: an earlier product or service of {who}"),
    },
    "market_expansion": {
        "announced": ("{who}宣布拓展市场", "{who} announced an expansion into a market"),
        "completed": ("{who}完成市场拓展", "{who} completed an expansion into a market"),
        "planned": ("{who}计划拓展市场", "{who} plans to expand into a market"),
        "rumoured": ("据传{who}将拓展市场", "{who} is rumoured to expand into a market"),
        "denied": ("{who}拓展市场一事被否认", "A market expansion by {who} was denied"),
        "background": ("背景：{who}此前的市场拓展", "Background: an earlier market expansion of {who}"),
    },
    "organization": {
        "announced": ("{who}宣布组织调整", "{who} announced a reorganisation"),
        "completed": ("{who}完成组织调整", "{who} completed a reorganisation"),
        "planned": ("{who}计划组织调整", "{who} plans a reorganisation"),
        "rumoured": ("据传{who}将调整组织", "{who} is rumoured to reorganise"),
        "denied": ("{who}组织调整的传闻被否认", "A reorganisation of {who} was denied"),
        "background": ("背景：{who}此前的组织调整", "Background: an earlier reorganisation of {who}"),
    },
    "leadership": {
        "announced": ("{who}宣布人事变动", "{who} announced a change of leadership"),
        "completed": ("{who}的人事变动已生效", "{who}: a change of leadership took effect"),
        "planned": ("{who}的人事变动在计划中", "{who}: a change of leadership is planned"),
        "rumoured": ("据传{who}将有人事变动", "{who} is rumoured to change its leadership"),
        "denied": ("{who}人事变动的传闻被否认", "A change of leadership at {who} was denied"),
        "background": ("背景：{who}此前的人事变动", "Background: an earlier change of leadership at {who}"),
    },
    "strategy_shift": {
        "announced": ("{who}宣布战略转向", "{who} announced a change of strategy"),
        "completed": ("{who}完成战略转向", "{who} completed a change of strategy"),
        "planned": ("{who}计划战略转向", "{who} plans a change of strategy"),
        "rumoured": ("据传{who}将转变战略", "{who} is rumoured to change its strategy"),
        "denied": ("{who}战略转向的传闻被否认", "A change of strategy of {who} was denied"),
        "background": ("背景：{who}此前的战略转向", "Background: an earlier change of strategy of {who}"),
    },
    "financial_results": {
        "announced": ("{who}公布业绩", "{who} announced results"),
        "completed": ("{who}的业绩已公布", "{who} published its results"),
        "planned": ("{who}预告业绩", "{who} gave a forecast or date of its results"),
        "rumoured": ("据传{who}的业绩", "Results of {who} are rumoured"),
        "denied": ("{who}业绩的传闻被否认", "Reports on the results of {who} were denied"),
        "background": ("背景：{who}此前的业绩", "Background: earlier results of {who}"),
    },
}

BUYS: Clauses = {
    "announced": ("{who}宣布收购{other}", "{who} announced the acquisition of {other}"),
    "completed": ("{who}完成收购{other}", "{who} completed the acquisition of {other}"),
    "planned": ("{who}计划收购{other}", "{who} plans to acquire {other}"),
    "rumoured": ("据传{who}将收购{other}", "{who} is rumoured to be acquiring {other}"),
    "denied": ("{who}收购{other}一事被否认", "An acquisition of {other} by {who} was denied"),
    "background": ("背景：{who}收购{other}", "Background: the acquisition of {other} by {who}"),
}
"""Where the text itself says who buys (`who`) and what is bought (`other`): a company, or a stake in it."""

SELLS: Clauses = {
    "announced": ("{who}宣布向{other}出售", "{who} announced a sale to {other}"),
    "completed": ("{who}完成向{other}的出售", "{who} completed a sale to {other}"),
    "planned": ("{who}计划向{other}出售", "{who} plans a sale to {other}"),
    "rumoured": ("据传{who}将向{other}出售", "{who} is rumoured to be selling to {other}"),
    "denied": ("{who}向{other}出售一事被否认", "A sale by {who} to {other} was denied"),
    "background": ("背景：{who}向{other}出售", "Background: a sale by {who} to {other}"),
}
"""Where the text itself says who sells (`who`) and to whom (`other`)."""

TOGETHER: Clauses = {
    "announced": ("{who}与{other}宣布合作", "{all} announced a partnership"),
    "completed": ("{who}与{other}的合作已落地", "{all}: a partnership is in place"),
    "planned": ("{who}与{other}计划合作", "{all} plan a partnership"),
    "rumoured": ("据传{who}与{other}将合作", "{all} are rumoured to enter a partnership"),
    "denied": ("{who}与{other}合作的传闻被否认", "A partnership of {all} was denied"),
    "background": ("背景：{who}与{other}的合作", "Background: a partnership of {all}"),
}
"""A partnership whose other side is a fact; `{all}` are both sides in a row."""

NOBODY: Words = ("相关方", "a party concerned")
"""Stands where neither the event nor the text names anybody."""
