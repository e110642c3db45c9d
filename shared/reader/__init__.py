"""The optional language model: one typed client of an OpenAI-compatible endpoint, its settings and its limits.

No service needs it. Who uses it says what is asked and what of an answer is believed; who pays for it, where texts go
and what happens when it is away is settled here.
"""
