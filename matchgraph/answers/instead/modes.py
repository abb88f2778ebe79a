"""Which artifacts may stand in the answer, by what "instead" means."""

from __future__ import annotations

import numpy as np

from matchgraph.answers.instead.held import Held
from matchgraph.answers.instead.scoring import NEED, Scored, best_answer
from matchgraph.answers.instead.wanted import Mode, Wanted
from matchgraph.answers.job import same_job_of
from matchgraph.answers.relation import SAME_JOB
from matchgraph.graph.neighbours import CHANCE

POOL = 80  # artifacts that are looked at closely
_AS_WELL = 0.6  # of the best answer to a need: what is worth less speaks of something else
_RARE = 0.05  # share of chance pairs that may be as alike as two that state the same job
_COME_BY = 0.001  # share of walks from which they come by an artifact
_WALKED = 40  # of those, at most so many that only a walk leads to


def others(held: Held, wanted: Wanted) -> np.ndarray:
    """A mask of what may stand in for what is named at all.

    For the same job that is what other makers make, an unstated maker being another one, and of the same kind: what
    does the work is not replaced by what is worked with, nor the other way round.
    """
    liked, unliked = held.places(wanted.liked), held.places(wanted.unlike)
    mask = np.ones(len(held.makers), bool)
    if wanted.mode is Mode.SAME_JOB and liked:
        mask = ~np.isin(held.makers, [maker for maker in held.makers[liked] if maker >= 0])
        mask &= np.isin(held.material, held.material[liked])
    mask[liked + unliked] = False
    return mask


def meaningless(held: Held, wanted: Wanted) -> bool:
    """Whether there is a need that nothing here comes nearer to than to random letters."""
    if wanted.need is None:
        return False
    return best_answer(held, wanted) < held.snapshot.floor


def candidates(held: Held, wanted: Wanted, mask: np.ndarray) -> np.ndarray:
    """The places worth a close look, of those in the mask: near as a whole, near in the graph, or met by the need."""
    liked = held.places(wanted.liked)
    found = [np.zeros(0, np.int64)]
    size = max(POOL, 3 * wanted.k)
    if liked:
        rough = np.mean([held.closeness.roughly(place) for place in liked], axis=0)
        found.append(_most(np.where(mask, rough, -np.inf), size, -np.inf))
        walked = held.walks.shares(liked)
        found.append(_most(np.where(mask, walked, 0.0), _WALKED, 0.0))
    if wanted.need is not None and wanted.asked is not None and mask.any():
        found.append(held.scorer.score(wanted.need, wanted.asked, size, mask).places)
    return np.unique(np.concatenate(found))


def fitting(held: Held, wanted: Wanted, scored: Scored) -> np.ndarray:
    """Which candidates are what the mode asks for: a mask over them."""
    if not wanted.liked:
        # What is not liked takes from the answer, and never makes one of what was none.
        answer = scored.terms["need"] + scored.terms.get("unlike", 0.0)
        floor = NEED * max(held.snapshot.floor, _AS_WELL * best_answer(held, wanted))
        answers: np.ndarray = answer >= floor
        return answers
    near = scored.likeness.mean(axis=0) if wanted.neither is None else scored.likeness.min(axis=0)
    if wanted.mode is Mode.SAME_JOB:
        # What is liked less than what is not liked takes away is no answer, however little else there is.
        worth = scored.score > 0 if wanted.unlike else np.ones(len(scored.places), bool)
        found: np.ndarray = worth & _same_job(held, held.places(wanted.liked), scored.places, near)
        return found
    return _beside(held, held.places(wanted.liked), scored, near)


def _same_job(held: Held, liked: list[int], places: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Which do the job of what is liked.

    Where both state their jobs, one must be the same and the likeness rare among chance pairs. Where one is silent,
    the likeness has to be as rare as that of an edge; or less rare, if walks over the match graph come by as well.
    What is declared to go with one of these does its job only where that is likely from all that is known.
    """
    jobs, scale = held.closeness.jobs, held.snapshot.scale
    wanted = frozenset[str]().union(*(jobs[place] for place in liked))
    shared = np.array([bool(wanted & jobs[place]) for place in places], bool)
    silent = np.array([not jobs[place] or not wanted for place in places], bool)
    walked = held.walks.shares(liked)[places] >= _COME_BY
    rare = near >= scale.cut(_RARE)
    fits = (shared & rare) | (silent & ((near >= scale.cut(CHANCE)) | (rare & walked)))
    return np.asarray(fits & ~_goes_with(held, liked, places))


def _goes_with(held: Held, liked: list[int], places: np.ndarray) -> np.ndarray:
    """Which are declared to go with something liked, and are not known to do its job all the same."""
    found = held.walks.links[liked][:, places].toarray().max(axis=0) > 0
    at = np.flatnonzero(found)
    if len(at):
        found[at] = _chance_of_job(held, liked, places[at]) < SAME_JOB
    return np.asarray(found)


def _chance_of_job(held: Held, liked: list[int], places: np.ndarray) -> np.ndarray:
    """The chance that each does the job of what is liked that it most likely does."""
    return np.asarray(np.max([same_job_of(held.snapshot, held.likeness, each, places) for each in liked], axis=0))


def _beside(held: Held, liked: list[int], scored: Scored, near: np.ndarray) -> np.ndarray:
    """Which stand next to the job: linked, chosen together or nearer than chance, and doing another one.

    What would be an answer to the same job is none here, and one of the same maker's no more than another's.
    """
    same = _chance_of_job(held, liked, scored.places)
    alike = np.isin(held.material[scored.places], held.material[liked])
    does = (same >= SAME_JOB) | (alike & _same_job(held, liked, scored.places, near))
    joined = (scored.terms["linked"] > 0) | (scored.terms["chosen"] > 0)
    fits: np.ndarray = ~does & (joined | (near >= held.snapshot.scale.cut(_RARE)))
    return fits


def _most(values: np.ndarray, count: int, above: float) -> np.ndarray:
    """The places of the largest values, none that is not above some value."""
    order = np.argpartition(-values, count)[:count] if count < len(values) else np.arange(len(values))
    return order[values[order] > above]
