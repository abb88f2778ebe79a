"""A text taken apart into capabilities: by rules, and, where one is named, by a language model that has to quote it."""

from __future__ import annotations

from matchgraph.catalogue.decompose.found import Decomposed
from matchgraph.catalogue.decompose.llm.asked import by_model
from matchgraph.catalogue.decompose.llm.model import Model
from matchgraph.catalogue.decompose.merge import Alike
from matchgraph.catalogue.decompose.rules import by_rules, reading_of


def decompose(text: str, *, alike: Alike | None = None, model: Model | None = None) -> Decomposed:
    r"""The capabilities that a Markdown, HTML or plain text states, with their lines, and what was left out and why.

    `alike` tells how near texts are in meaning, so that the same ability in other words is found to be one. A `model`
    is asked over the network; where it fails, the rules' result stands, with a notice.

    >>> found = decompose("# Otter\n\nReads and sorts letters.\n\n## License\n\nMIT")
    >>> [(each.name, each.first) for each in found.capabilities], [each.reason.value for each in found.left]
    ([('Read letters', 3), ('Sort letters', 3)], ['licence'])
    """
    reading = reading_of(text)
    found = by_rules(reading, alike)
    return found if model is None else by_model(reading, found, model, alike)
