"""The actions that a sentence speaks of: "read and search files" are two, each with the thing that it is done to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matchgraph.catalogue.decompose.spoken import verbs_in
from matchgraph.catalogue.decompose.things import bare, is_ability, is_adjective, split_things
from matchgraph.catalogue.decompose.verbs import FRAMES, verbs
from matchgraph.catalogue.quantities import listed

_GIVE = {"provide", "offer", "support", "feature", "expose", "enable", "deliver", "facilitate", "implement", "allow"}
_JOINTS = re.compile(r"^(?:[\s,;(&]|and\b|or\b|then\b)*$", re.IGNORECASE)
_APART = re.compile(r"\s*(?:,|and\b|or\b)", re.IGNORECASE)  # what follows is no object of the verb, but a neighbour
_EXAMPLES = re.compile(
    r"^(?:[\w-]+\s+){0,3}?(?:functions|features|tasks|capabilities|operations|tools|workflows|utilities"
    r"|activities|actions)\s+(?:like|such as|including)\s+",
    re.IGNORECASE,
)
_PARTICLE = re.compile(r"(up|out|down|off|back)\s+(?=\w)", re.IGNORECASE)  # look up, roll out
_FOR_THAT = re.compile(r"^(?:for|to|through|with)\s+", re.IGNORECASE)
_SKILLED = re.compile(
    r"\b(?:expert (?:in|on|at)|speciali[sz]\w+ in|proficient in|skilled (?:in|at)|assist\w* with|help\w* with"
    r"|expertise in|experienced in|good at|adept at)\s+",
    re.IGNORECASE,
)
_TOPIC = re.compile(_SKILLED.pattern + r"(?P<with>(?!\w+ing\b)[^,;:()]{3,60}?)(?=[,;:(]|\.(?:\s|$))", re.IGNORECASE)
_CALLED = re.compile(
    r"(?:^|^.{0,60}?\b(?:is|are)\s+)(?:(?:an?|the)\s+)?(?:(?:family|series|set) of\s+)?"
    r"(?P<trade>(?!an?\s|the\s)(?:(?!is\s|are\s)[a-z][\w-]*\s+){1,4}?[\w-]+)\s+"
    r"(?:(?:MCP|Model Context Protocol(?: \(MCP\))?)\s+)?(?:models?|servers?|tools?|apps?|applications?|software"
    r"|systems?|platforms?|librar(?:y|ies)|engines?|frameworks?|plugins?|services?|experts?|assistants?|clients?|bots?)\b",
    re.IGNORECASE,
)
_IS_A = re.compile(r"(?:[\w.'-]+(?: [\w.'-]+){0,3} is )?(?:(?:an?|the)\s+)?(?P<trade>[^.,;:()]{3,80})", re.IGNORECASE)
_TELLING = re.compile(r"\s+(?:for|with|that|which|written|built|based|in|from|to|on|of|using|by|as)\b", re.IGNORECASE)
_GOES_BY = re.compile(r"\b(?:endpoints?|tools|commands|functions|actions|methods)(?: are| include)?:\s*(?P<names>\S.*)")
_NAMES = re.compile(r"\s*[,;]\s*(?:and\s+)?")
_LOST = re.compile(  # what it is done to stands in another sentence, or it is done to nothing
    r"(?:it|them|him|her|these|those|this|that|such|(?:your |their )?own)(?:$|\W+(?:$|(?:and|or|by|with"
    r"|as|in|into|on|to|from|for|at|when|while|if|so|also|too|all|directly)\b))|(?:(?:for|to|at|by|in|with) )?no \w"
    r"|(?:be|being|is|are|was|were|has|have|can|will|equipped|capable|able|familiar)\b|(?:the|an?|some|any|all|how|what|whether)$"
    r"|(?:the )?(?:better|best|good|desired) (?:results?|outputs?|outcomes?)$",
    re.IGNORECASE,
)
_POINTING = listed("a an the its their your our his her this that these those")
_TERM = re.compile(r"[A-Z]{2,}|\d")
_MEANS = re.compile(  # what is given so that something can be done, and does not say what
    r"\b(?:tools?|bridge|interface|server|platform|way|suite|support|capabilit\w+|integrations?|solutions?|wrapper|access"
    r"|implementation|environment|experience|framework|system|layer|features?|functionality|assistance|assistants?|agents?"
    r"|users?|you|ability|implementations?|options?|connection|engine|workflows?|utilit\w+|abstraction|interaction|with|set"
    r"|collection|range|service|library|api|sdk|context)\b",
    re.IGNORECASE,
)
_OFFERED = re.compile(
    r"\b(?:can|used (?:for|to)|designed (?:for|to)|able to|capable of|intended (?:for|to)|meant (?:for|to)|for|to|which"
    r"|that|who|including|through|by)\b",
    re.IGNORECASE,
)
_SAYS_WHAT_IT_IS = re.compile(r"\b(?:is|are|was|were) (?:an?|the)\b", re.IGNORECASE)
_LONGEST_SUBJECT, _LONGEST_NAME = 6, 9  # words
_QUICKLY = re.compile(r"^(?:\w+ly\s+|very\s+)?(?:fast|small|tiny|simple|quick|lightweight)\s+", re.IGNORECASE)
_FOR = re.compile(r"\b(?:for|including|used in)\s+(?=\w)", re.IGNORECASE)
_PARTNER = re.compile(
    r"\b(?:(?:integrat|connect|interact|interfac)\w*\s+(?:with|to)|(?:bridge|access|wrapper)\s+(?:to|for|around))\s+"
    r"(?:the\s+|an?\s+)?(?P<with>(?!and\b|or\b)[^,;:()]{2,70}?)"
    r"(?=\s+(?:to|for|by|through|via|using|with|in|so|enabling|allowing|and|that|directly)\b|[,;:()]|\.(?:\s|$)|$)",
    re.IGNORECASE,
)

_KIND = re.compile(
    r"(?:(?:it|this|[\w.-]+) is )?an? (?P<with>[^,;:()]{3,60}? (?:model(?! context)|dataset|network|encoder))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Action:
    """What is done, and to what; a thing without a verb is an ability by its own name, like speech recognition."""

    verb: str
    thing: str

    @property
    def words(self) -> str:
        """Both."""
        return f"{self.verb} {self.thing}".strip()


def actions_of(sentence: str) -> list[Action]:
    """What the sentence says to be done, each once.

    >>> [action.words for action in actions_of("Connects to a mailbox for reading, sorting and deleting letters.")]
    ['read letters', 'sort letters', 'delete letters']
    """
    found = [action for verb, thing, alone in _told(sentence) for action in _actions(verb, thing, alone)]
    if not found:
        found = [Action("", thing) for part in _FOR.split(sentence)[1:] for thing in _nouns(part)]
    if not found:
        found = [Action("", thing) for thing in (*_by_trade(sentence), *_listed(sentence))]
    if not found:
        found = list(_by_doer(sentence))
    found = [each for each in found if " " in each.words and not _LOST.match(each.thing)]
    return list(dict.fromkeys(found))


def partner_of(sentence: str) -> str:
    """What the thing works with, or which model it is, where the sentence says so.

    >>> partner_of("Integrates with the Pond Mail API to read letters."), partner_of("A tiny otter model for reading.")
    ('Pond Mail API', 'tiny otter model')
    """
    found = _PARTNER.search(sentence) or _KIND.match(sentence) or _TOPIC.match(sentence)
    return found["with"].strip() if found else ""


def _told(sentence: str) -> list[tuple[str, str, bool]]:
    """Each verb with what follows it up to the next one; verbs that follow each other share what follows the last.

    The third says whether the verb stands alone in a list: "resizing, face detection and finding birds".
    """
    hits = list(verbs_in(sentence))
    if hits and not _OFFERED.search(sentence[: hits[0][1]]) and len(sentence[: hits[0][0]].split()) > _LONGEST_SUBJECT:
        return []  # of something else, in passing
    ends = [begin for begin, *_ in hits[1:]] + [len(sentence)] * bool(hits)
    told: list[tuple[str, str, bool]] = []
    after = ""
    for (_, end, verb), until in reversed(list(zip(hits, ends, strict=True))):
        between = sentence[end:until]
        if _JOINTS.match(between):
            told.append((verb, after, False))
            continue
        alone = _APART.match(between) is not None
        after = bare(between)
        told.append((verb, after, alone))
        after = "" if alone else after
    return told[::-1]


def _actions(verb: str, thing: str, alone: bool) -> Iterator[Action]:
    if verb in FRAMES:
        if verb in _GIVE:
            yield from (Action("", each) for each in _nouns(thing))
        if not alone:
            yield from (Action(verb, each) for each in split_things(thing) if _is_given(verb, each))
    elif alone:
        yield from (Action("", each) for each in _nouns(thing))
    elif thing:
        if particle := _PARTICLE.match(thing):
            verb, thing = f"{verb} {particle[1].lower()}", thing[particle.end() :]
        yield from (Action(verb, each) for each in split_things(thing))


def _is_given(verb: str, thing: str) -> bool:
    """Whether to give or to support a thing is an ability: exchange rates are given, TLS is supported."""
    if is_ability(thing) or _MEANS.search(thing) or thing.startswith(("same ", "the same ")):
        return False
    if verb == "support":
        return _TERM.search(thing) is not None
    return verb in ("provide", "offer", "deliver") and len(thing.split()) > 1


def _by_trade(sentence: str) -> Iterator[str]:
    """What a thing is called after: a speech recognition model, an expert in old coins."""
    if skilled := _SKILLED.search(sentence):
        yield from split_things(bare(sentence[skilled.end() :]))
    called = _CALLED.search(sentence)
    if called and is_ability(called["trade"]):
        yield called["trade"]


def _by_doer(sentence: str) -> Iterator[Action]:
    """What a thing does that is called a doer of it: a PDF splitter, a mail sorter and reader."""
    called = _IS_A.match(sentence)
    for each in split_things(_TELLING.split(called["trade"], maxsplit=1)[0]) if called else ():
        *what, doer = _QUICKLY.sub("", each).split() or [""]
        verb = verbs().doers.get(doer.lower())
        if verb and what and not is_adjective(what[-1]) and not _POINTING & {word.lower() for word in what[1:]}:
            yield Action(verb, " ".join(what))


def names_in(sentence: str) -> list[str]:
    """The abilities that a sentence lists by their names: a pond API with endpoints: find letters, sort letters.

    >>> names_in("Pond mail with tools: find_letter, sort_letters"), names_in("A pond.")
    (['find_letter', 'sort_letters'], [])
    """
    told = _GOES_BY.search(sentence)
    names = [name for each in _NAMES.split(told["names"].rstrip(".")) if (name := each.strip())] if told else []
    return names if all(len(name.split()) <= _LONGEST_NAME for name in names) else []


def _listed(sentence: str) -> Iterator[str]:
    """Of a sentence that is a list of nouns, those that are abilities: bird watching and boat repair."""
    items = split_things(_FOR_THAT.sub("", bare(sentence)))
    if _SAYS_WHAT_IT_IS.search(sentence):
        return
    if is_ability(items[0] if items else "") and next(verbs_in(sentence), None) is None:
        yield from filter(is_ability, items)


def _nouns(text: str) -> Iterator[str]:
    """The abilities that a list of nouns names: speech recognition, mail sorting."""
    text = _EXAMPLES.sub("", _FOR_THAT.sub("", bare(text)))
    yield from (each for each in split_things(text) if is_ability(each))
