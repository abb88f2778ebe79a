"""A language model, asked question by question; what it answered before is not asked again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from matchgraph.catalogue.decompose.llm.endpoint import Endpoint, EndpointError
from matchgraph.catalogue.decompose.llm.held import Replies, key_of
from matchgraph.catalogue.decompose.llm.prompt import MOST_SAID, VERSION, Estimate, Question, estimate_of
from matchgraph.catalogue.decompose.llm.reply import Reply, ReplyError, content_of, reply_of


class Model(Protocol):
    """What can be asked; `EndpointError` where it gives no answer that is of any use."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def ask(self, question: Question) -> Reply:
        """Its answer."""
        ...


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A model behind an endpoint."""

    name: str
    endpoint: Endpoint
    replies: Replies | None = None

    def ask(self, question: Question) -> Reply:
        """The answer held, or a new one; an answer of another form is asked for again."""
        key = self._key(question)
        held = self.replies.get(key) if self.replies else None
        if held is not None:
            return held
        told = {"model": self.name, "messages": question.messages, "temperature": 0, "max_tokens": MOST_SAID}
        for attempt in range(self.endpoint.attempts):
            try:
                reply = reply_of(content_of(self.endpoint.post(told)))
                break
            except ReplyError as error:
                if attempt + 1 == self.endpoint.attempts:
                    raise EndpointError(str(error), again=False) from error
        if self.replies:
            self.replies.put(key, reply)
        return reply

    def estimate(self, questions: Iterable[Question]) -> Estimate:
        """What asking these costs."""
        asked = list(questions)
        new = [each for each in asked if not (self.replies and self.replies.get(self._key(each)))]
        return estimate_of(new, len(asked) - len(new))

    def _key(self, question: Question) -> str:
        return key_of(self.name, self.endpoint.url, VERSION, question.messages)
