"""A language model for tests: it says what it is told to."""

import json

from shared.reader.question import Closed, NoAnswer, NotAskedFor, Question

Scripted = str | Exception


class ScriptedModel:
    """Gives one answer after the other, the last one again and again; an error is raised."""

    def __init__(self, *script: Scripted, name: str = "some-model") -> None:
        self.name = name
        self.script = list(script)
        self.asked: list[Question] = []
        self.seconds: list[float] = []

    def ask(self, question: Question, seconds: float) -> str:
        """The next answer."""
        self.asked.append(question)
        self.seconds.append(seconds)
        said = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(said, Exception):
            raise said
        return said


class Counted:
    """Counts in plain sight."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def asked(self) -> None:
        self.told.append("asked")

    def answered(self) -> None:
        self.told.append("answered")

    def remembered(self) -> None:
        self.told.append("remembered")

    def dropped(self, reason: str) -> None:
        self.told.append(f"dropped {reason}")

    def refused(self, by: NotAskedFor) -> None:
        self.told.append(f"refused {by}")


def verdict(holds: bool, quote: str = "") -> str:
    """An answer as the schema has it."""
    return json.dumps({"holds": holds, "quote": quote}, ensure_ascii=False)


def slow() -> NoAnswer:
    """What a model that takes too long comes to."""
    return NoAnswer("timeout", "no answer within 8.0 s")


def ending() -> Closed:
    """What a question comes to when the program ends."""
    return Closed("the second reader is closed")
