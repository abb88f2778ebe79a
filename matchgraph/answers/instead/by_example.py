"""What do these strategies give for such examples? Artifacts by whole text, each with the rule that placed it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.answers.given import NAMES, pairs_given, texts_given
from matchgraph.answers.instead import strategies
from matchgraph.answers.instead.strategies import Strategy, cosine, won
from matchgraph.answers.search import how_many
from matchgraph.answers.values import Listing, Reason
from matchgraph.answers.where import Where, allowed
from matchgraph.errors import QuestionError
from matchgraph.graph.likeness import Likeness
from matchgraph.snapshot.snapshot import Snapshot

_UNRELATED = 0.05  # share of chance pairs from which a likeness says nothing
_FLAT = 1e-6  # a context score nearer to 0 is on the liked side of every pair
_PAIRED = (Strategy.DISCOVER, Strategy.CONTEXT)


@dataclass(frozen=True, slots=True)
class Examples:
    """What is searched by: ids, and pairs of ids of which the first is liked and the second is not."""

    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    target: str | None = None
    context: tuple[tuple[str, str], ...] = ()

    @property
    def named(self) -> set[str]:
        """Every id among them."""
        pairs = (each for pair in self.context for each in pair)
        return {*self.like, *self.unlike, *pairs, *([] if self.target is None else [self.target])}

    @property
    def liked(self) -> tuple[str, ...]:
        """Every id that is wanted in some way."""
        target = () if self.target is None else (self.target,)
        return tuple(dict.fromkeys((*target, *self.like, *(pair[0] for pair in self.context))))


def examples_of(
    resolve: Callable[[str], str],
    like: str | Sequence[str],
    unlike: str | Sequence[str],
    target: str | None,
    context: Sequence[tuple[str, str]],
) -> Examples:
    """The examples that names stand for; `resolve` gives the id of a name."""
    liked, unliked = (texts_given(each, side, NAMES) for side, each in (("like", like), ("unlike", unlike)))
    pairs = pairs_given(context, "the context", "pairs (liked, unliked)")
    return Examples(
        tuple(dict.fromkeys(map(resolve, liked))),
        tuple(dict.fromkeys(map(resolve, unliked))),
        None if target is None else resolve(target),
        tuple((resolve(one), resolve(other)) for one, other in pairs),
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """One artifact that a strategy brought up."""

    artifact_id: str
    name: str
    type: str
    maker: str | None
    score: float  # of the strategy: of another strategy it means another thing
    chance: float | None  # share of chance pairs as alike as it is to what it is most like of the liked; None: no liked
    reasons: tuple[Reason, ...]  # the first is the rule that placed it


@dataclass(frozen=True, repr=False)
class ByExampleAnswer(Listing[Placed]):
    """What a strategy brings up, best first; with unliked examples unrelated things may be among it."""

    strategy: Strategy
    examples: Examples

    def lines(self) -> list[str]:
        """The list as text, with the rule under each name."""
        said = [f"{self.strategy}: {_spoken(self.examples)}", *([self.note] if self.note else [])]
        for place, item in enumerate(self.items, start=1):
            said.append(f"{place:2}. {item.name} [{item.artifact_id}, {item.type}]  {item.score:.3f}")
            said += [f"      {reason.text}" for reason in item.reasons]
        return said


def by_example(
    snapshot: Snapshot, likeness: Likeness, strategy: str, examples: Examples, conditions: Where | None, k: int
) -> ByExampleAnswer:
    """The k that a strategy puts first; what the examples name is left out, and of equals the first by id stands first.

    Unrelated things can win where something is not liked: they are marked, and `recommend` is what keeps them out.
    """
    k, used = how_many(k), _strategy(strategy)
    _check(used, examples)
    among = allowed(snapshot.catalogue, conditions)
    mask = np.ones(len(snapshot.catalogue), bool) if among is None else among
    mask[[snapshot.catalogue.place[each] for each in examples.named]] = False
    asked = _Asked(snapshot, likeness, used, examples)
    places = strategies.best(asked.scores, k, mask)
    chances = asked.chances(places)
    items = tuple(asked.placed(int(place), chance) for place, chance in zip(places, chances, strict=True))
    return ByExampleAnswer(items, _note(used, examples, items, k, bound=among is not None), used, examples)


class _Asked:
    """Held for one question: the vectors and what each artifact scores."""

    def __init__(self, snapshot: Snapshot, likeness: Likeness, strategy: Strategy, examples: Examples) -> None:
        self.snapshot, self.likeness, self.strategy, self.examples = snapshot, likeness, strategy, examples
        self.names = snapshot.catalogue.texts("name")
        first = snapshot.catalogue.capabilities.num_rows  # rows of wholes follow those of capabilities
        self.rows = snapshot.vectors.grid[first : first + len(self.names)].astype(np.float64)
        self.like = self._vectors(examples.like or [pair[0] for pair in examples.context])
        self.unlike = self._vectors(examples.unlike or [pair[1] for pair in examples.context])
        self.scores = self._scores()

    def _scores(self) -> np.ndarray:
        both = self.like, self.unlike
        if self.strategy is Strategy.DISCOVER:
            return strategies.discover(self.rows, self._vectors([str(self.examples.target)])[0], *both)
        rules = {
            Strategy.AVERAGE: strategies.average,
            Strategy.BEST_SCORE: strategies.best_score,
            Strategy.SUM: strategies.sum_of,
            Strategy.CONTEXT: strategies.context,
        }
        return rules[self.strategy](self.rows, *both)

    def chances(self, places: np.ndarray) -> list[float | None]:
        """For each, the share of chance pairs as alike as it is to what it is most like of the liked."""
        liked = [self.snapshot.catalogue.place[each] for each in self.examples.liked]
        if not liked or not len(places):
            return [None] * len(places)
        nearest = np.max([self.likeness.beside(place, places)[1][0] for place in liked], axis=0)
        return [float(share) for share in self.snapshot.scale.share_above(nearest)]

    def placed(self, place: int, chance: float | None) -> Placed:
        """One artifact with the rule that placed it."""
        columns = ["artifact_id", "name", "type", "maker"]
        record = self.snapshot.catalogue.artifacts.slice(place, 1).select(columns).to_pylist()[0]
        reasons = [Reason("rule", self._rule(place))]
        if chance is not None and chance > _UNRELATED:
            text = f"hardly related to anything liked: {chance:.0%} of chance pairs are as alike"
            reasons.append(Reason("unrelated", text))
        return Placed(**record, score=float(self.scores[place]), chance=chance, reasons=tuple(reasons))

    def _rule(self, place: int) -> str:
        row = self.rows[[place]]
        if self.strategy in _PAIRED:
            return self._rule_of_pairs(place, row)
        if self.strategy is Strategy.AVERAGE:
            turned = ", moved away from that of what is not" if len(self.unlike) else ""
            return f"cosine {self.scores[place]:.2f} to the mean of what is liked{turned}"
        if self.strategy is Strategy.SUM:
            liked, unliked = (float(cosine(row, each).sum()) for each in (self.like, self.unlike))
            return f"cosines to what is liked add up to {liked:.2f}, to what is not to {unliked:.2f}"
        liked = self.scores[place] > 0
        ids, rows = (self.examples.like, self.like) if liked else (self.examples.unlike, self.unlike)
        cosines = cosine(row, rows)[0]
        name = self._name(ids[int(cosines.argmax())])
        which = "a liked one" if liked else "an unliked one, the further the better"
        return f"its nearest example is {name} (cosine {cosines.max():.2f}), {which}"

    def _rule_of_pairs(self, place: int, row: np.ndarray) -> str:
        count = len(self.like)
        near = int((won(row, self.like, self.unlike) > 0).sum()) if count else 0
        side = f"on the liked side of {near} of {count} pair{'' if count == 1 else 's'}"
        if self.strategy is Strategy.CONTEXT:
            score = self.scores[place]
            return side if score > -_FLAT else f"{side}, short of the rest by {-score:.3f}"
        target = str(self.examples.target)
        (near_it,) = cosine(row, self._vectors([target]))[0]
        return f"{f'{side}, then ' if count else ''}cosine {near_it:.2f} to {self._name(target)}"

    def _name(self, artifact_id: str) -> str:
        return str(self.names[self.snapshot.catalogue.place[artifact_id]])

    def _vectors(self, ids: Sequence[str]) -> np.ndarray:
        return np.asarray(self.rows[[self.snapshot.catalogue.place[each] for each in ids]])


def _strategy(given: str) -> Strategy:
    try:
        return Strategy(given)
    except ValueError as error:
        raise QuestionError(f"no strategy {given!r}: wanted one of {', '.join(Strategy)}.") from error


def _check(strategy: Strategy, examples: Examples) -> None:
    """The strategy has what it needs, nothing it would not look at, and nothing on both sides."""
    pairs = examples.target is not None or bool(examples.context)
    if strategy in _PAIRED and (examples.like or examples.unlike):
        raise QuestionError(
            f"{strategy} goes by a target and pairs: give context=[(liked, unliked)], not like, unlike."
        )
    if strategy not in _PAIRED and pairs:
        raise QuestionError(f"{strategy} goes by like and unlike: for a target or pairs ask for discover or context.")
    if strategy is Strategy.CONTEXT and examples.target is not None:
        raise QuestionError("context goes by pairs alone: with a target ask for discover.")
    wanted = {
        Strategy.AVERAGE: (examples.like, "name at least one artifact that is liked"),
        Strategy.BEST_SCORE: (examples.like or examples.unlike, "name something liked or unliked"),
        Strategy.SUM: (examples.like or examples.unlike, "name something liked or unliked"),
        Strategy.DISCOVER: (examples.target, "name a target"),
        Strategy.CONTEXT: (examples.context, "name at least one pair"),
    }
    given, hint = wanted[strategy]
    if not given:
        raise QuestionError(f"nothing to go by: for {strategy} {hint}.")
    both = sorted({*examples.like} & {*examples.unlike} | {one for one, other in examples.context if one == other})
    if both:
        raise QuestionError(f"{', '.join(both)} is both liked and unliked: keep it on one side.")


def _note(strategy: Strategy, examples: Examples, items: tuple[Placed, ...], k: int, *, bound: bool) -> str | None:
    if not items:
        return f"There is no other artifact here{', within the conditions' if bound else ''}."
    said = []
    strange = sum(any(reason.kind == "unrelated" for reason in item.reasons) for item in items)
    if strange:
        marked = f"{strange} of these {len(items)} {'is' if strange == 1 else 'are'} hardly related to anything liked"
        said.append(f"{marked}: {strategy} can do that, `recommend` does not.")
    level = sum(item.score > -_FLAT for item in items) if strategy is Strategy.CONTEXT else 0
    if level > 1:
        said.append(f"{level} are on the liked side of every pair: between these, the order is that of their ids.")
    if len(items) < k:
        said.append(f"{len(items)} found.")
    if not examples.liked:
        said.append("Nothing is liked here, so nothing says what these have to be about.")
    return " ".join(said) or None


def _spoken(examples: Examples) -> str:
    parts = [f"like {', '.join(examples.like)}"] if examples.like else []
    parts += [f"unlike {', '.join(examples.unlike)}"] if examples.unlike else []
    parts += [f"near {examples.target}"] if examples.target is not None else []
    parts += [f"{one} rather than {other}" for one, other in examples.context]
    return "; ".join(parts)
