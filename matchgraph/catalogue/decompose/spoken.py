"""Where in a sentence a verb stands that tells an action, which many a verb does not: a "model" is mostly a noun."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matchgraph.catalogue.decompose.verbs import FRAMES, Form, known_as, verbs
from matchgraph.catalogue.quantities import listed

_WORD = re.compile(r"\w[\w'’.+#/&-]*(?<![.,])|[,;:()]")
_STOP = re.compile(r"[.!?]\s")
_JOINS = listed(", and or ; & ( then also plus")
_GERUND_AFTER = listed(": for including include like as of through by")
_PLAIN_AFTER = listed("to can could will may lets assistants agents models users directly")
_THIRD_AFTER = listed("that which who it this :")
_WHEN = listed("when where while if once until as before after because since")
_SUBJECTS = listed(
    "agent api app application assistant bot client command endpoint extension framework function integration "
    "interface library method model module package platform plugin project script server service system tool "
    "toolkit tools"
)
_BEFORE_AN_OBJECT = listed("a an the your any all their its this it them new each every multiple")
_BEFORE_A_PLACE = listed("as at by from in into of on to with")  # collects logs, counts and traces from ponds
_POINTING = listed("a an the this these those our your its their his her my some any all each every both")
_NOT_AFTER_A_VERB = listed("of is are was were has have does do can will may must should ,")
_NOT_AFTER_ITS_SUBJECT = _NOT_AFTER_A_VERB | listed("where when than in on by from to with")
_LED = re.compile(
    r"\b(?:us(?:e|ed|eful|ing it) in|(?:excel|speciali[sz])\w* (?:in|at)|(?:expert|proficient|skilled|adept|good"
    r"|experienced) (?:in|at)|(?:help|assist)(?:s|ing)? (?:\w+ )?(?:in|with)|dedicated to"
    r"|focus\w* on|(?:aimed|aims) at)\s+$",
    re.IGNORECASE,
)
_HELPED = re.compile(
    r"\b(?:help|let|enabl|allow|mak|assist)[a-z]* (?:[a-z]+ )?(?:[a-z]+s|you|them|people|anyone)\s+$", re.IGNORECASE
)
_NO_DEED = re.compile(
    r"\b(?:eas(?:y|ier)|simpler?|hard(?:er)?|difficult|ready|quick|free|wants?|need(?:s|ed)?|required|likely"
    r"|unable) to\s+$",
    re.IGNORECASE,
)
_LED_BY = 40  # characters
_ADVERB = re.compile(
    r"(?!(?:on|fami|assemb|anoma|supp|rep|app|dai|week|month|hour|year|ear|friend|ral)ly$)[a-z]{2,}ly$"
)
_GOES_FOR = listed("ask hunt listen look scan screen search test watch work")  # verbs, before "for"
_FAR = 5  # words from the beginning of a sentence within which its subject ends


@dataclass(frozen=True, slots=True)
class _Place:
    """A word of a sentence, with what stands around it."""

    word: str
    before: str  # lower case; empty where a sentence begins
    after: str
    number: int
    last: Form | None  # of the verb before it
    led: str  # the end of what stands before it
    after_a_name: bool  # which no verb is
    straight: bool  # after a verb, with nothing but joints between
    in_a_list: bool  # after a comma behind the verb before it

    @property
    def is_joined(self) -> bool:
        return self.before in _JOINS

    @property
    def known(self) -> dict[Form, str]:
        return known_as(self.word)


def verbs_in(sentence: str) -> Iterator[tuple[int, int, str]]:
    """Where each verb begins and ends that tells an action, with the adverbs before it, and the verb.

    >>> list(verbs_in("A model that reads letters and quickly sorts them."))
    [(13, 18, 'read'), (31, 44, 'sort')]
    """
    words = [(match[0], match.start(), match.end()) for match in _WORD.finditer(sentence)]
    last: Form | None = None
    told = -1  # the number of the last verb
    begin = 0  # of the adverbs and the word after them
    former, straight = "", False
    for number, (word, start, end) in enumerate(words):
        if number and not _ADVERB.match(words[number - 1][0].lower()):
            former, begin = words[number - 1][0], start
        if number and _STOP.search(sentence[words[number - 1][2] - 1 : start]):
            former, last, begin = "", None, start
        if former == "it" and number > 1 and words[number - 2][0].lower() in _WHEN:
            former = words[number - 2][0]
        after = next((each for each, *_ in words[number + 1 : number + 3] if not _ADVERB.match(each)), "")
        named = former[:1].isupper() and former.lower() not in _POINTING and told != number - 1
        straight = straight and (former.lower() in _JOINS or told == number - 1)
        led = sentence[max(begin - _LED_BY, 0) : begin]
        in_a_list = any(each == "," for each, *_ in words[told + 1 : number])
        place = _Place(word, former.lower(), after, number, last, led, named, straight, in_a_list)
        tells_none = sentence.startswith("--", max(start - 2, 0))  # an option of a command
        known = {} if tells_none else place.known
        form = next((form for form, tells in _TELLS.items() if form in known and tells(place)), None)
        if form is not None:
            last, told, straight = form, number, True
            yield begin, end, place.known[form]


def _gerund_tells(place: _Place) -> bool:
    """For reading; good at reading; enabling the reading; reading and sorting; reads letters, counting them."""
    if place.word.lower() == "including" or place.after.lower() in ("of", "is", "are", "purposes"):
        return False
    framed = FRAMES & set(verbs().forms.get(place.before, {}).values())
    if not place.before or framed or place.known[Form.GERUND] in FRAMES or _LED.search(place.led):
        return True
    if place.before == "," and place.last in (Form.PLAIN, Form.THIRD):
        noun = place.known[Form.GERUND] in verbs().also_nouns  # hosting services
        return place.after.lower() in _BEFORE_AN_OBJECT or (not noun and _has_object(place.after))
    return place.last is Form.GERUND if place.is_joined else place.before in _GERUND_AFTER


def _third_tells(place: _Place) -> bool:
    """Reads letters; a tool that reads; Otter reads and sorts."""
    if (place.before and place.word[0].isupper()) or _is_plural(place.known[Form.THIRD], place.after):
        return False
    if place.before in _SUBJECTS or place.before in _THIRD_AFTER:
        return True
    if place.after == "for" and _is_thing_rather(place.known[Form.THIRD]):
        return False
    if not place.before:
        in_a_list = place.after == "," and place.known[Form.THIRD] not in verbs().also_nouns
        return in_a_list or not (place.after.lower() in _NOT_AFTER_A_VERB or place.after.endswith("ed"))
    if place.is_joined:
        thing = place.in_a_list and not place.straight and place.after in _BEFORE_A_PLACE
        return place.last is Form.THIRD and not (thing and place.known[Form.THIRD] in verbs().also_nouns)
    named = place.after_a_name and place.after.lower() not in _NOT_AFTER_ITS_SUBJECT
    return place.number <= _FAR and (named or place.known[Form.THIRD] in FRAMES)


def _plain_tells(place: _Place) -> bool:
    """Read letters; to read; can read and sort."""
    if (place.after.lower() in _NOT_AFTER_A_VERB and place.after != ",") or (place.before and place.word[0].isupper()):
        return False
    if _NO_DEED.search(place.led):
        return False
    goes_on = place.is_joined and place.last is Form.PLAIN
    if goes_on and place.straight and place.after[:1].islower():
        return True
    opens = place.before in ("", ":") or goes_on
    led = place.before in _PLAIN_AFTER or _HELPED.search(place.led) is not None
    return led or (opens and _is_ordered(place.known[Form.PLAIN], place.after))


def _is_thing_rather(verb: str) -> bool:
    """Whether several things are meant before a "for": benchmarks for each pond."""
    return verb in verbs().also_nouns and verb not in _GOES_FOR


def _is_plural(verb: str, after: str) -> bool:
    """Whether what looks like a verb is several things that do what follows: models include, searches find."""
    does = verbs().forms.get(after, {}).get(Form.PLAIN)
    return verb in verbs().also_nouns and does is not None and does not in verbs().also_nouns


def _is_ordered(verb: str, after: str) -> bool:
    """Whether a plain form that opens a sentence or an item of a list is a verb there, and no noun."""
    if verb not in verbs().also_nouns:
        return bool(after)
    return _has_object(after) or after in (",", "and", "or", "for", "through")


def _has_object(after: str) -> bool:
    """Whether the word after a verb begins or is what it is done to."""
    plural = after.endswith("s") and not after.endswith("ss") and after.islower()
    return plural or after.lower() in _BEFORE_AN_OBJECT


_TELLS = {Form.GERUND: _gerund_tells, Form.THIRD: _third_tells, Form.PLAIN: _plain_tells}
