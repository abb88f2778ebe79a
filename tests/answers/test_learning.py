"""What is learned is kept only where it helps, comes back from the snapshot, and is said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

import matchgraph as mg
from matchgraph.answers.asking import encode_query
from matchgraph.answers.learning import _chosen, _trial
from matchgraph.answers.road import Candidate, Road
from matchgraph.answers.scoring import TERMS
from matchgraph.searches.memory import Hits
from matchgraph.snapshot.snapshot import packed, unpacked
from matchgraph.vectors.words import words_of
from tests.conftest import TODAY, WordEncoder, artifact

MAKERS = 12


def slang(number: int) -> str:
    return f"gizmo{number} doodad{number}"


def rows() -> list[dict[str, object]]:
    return [artifact(f"a{n:02d}", "model", "Acme", [f"plain{n} thing{n} text{n}"]) for n in range(MAKERS)]


def hits(path: Path, each: int) -> Path:
    """People ask for each artifact in words that its maker never says."""
    lines = [{"query": f"{slang(n)} call{time}", "chosen": f"a{n:02d}"} for n in range(MAKERS) for time in range(each)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def opened(folder: Path, each: int) -> mg.MatchGraph:
    path = hits(folder / "hits.jsonl", each)
    mg.rebuild(pd.DataFrame(rows()), store=folder / "s", hits=path, encoder=WordEncoder(), today=TODAY)
    return mg.open(folder / "s", encoder=WordEncoder())


def without_the_best(patch: pytest.MonkeyPatch) -> None:
    """In a world so small an adapter fitted by contrast leaves nothing to remember, and memory harms the hidden."""
    patch.setattr("matchgraph.answers.road._CONTRAST", ())
    patch.setattr("matchgraph.answers.learning._FEWEST_HIDDEN", 2)
    patch.setattr("matchgraph.answers.learning.MOST_LOST", 1.0)


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    with pytest.MonkeyPatch.context() as patch:
        without_the_best(patch)
        return opened(tmp_path_factory.mktemp("learner"), 8)


def test_with_evidence_worth_fewer_than_thirty_choices_nothing_is_learned(tmp_path: Path) -> None:
    learned = opened(tmp_path, 2).snapshot.learned
    assert learned.nothing
    assert learned.report["hits"] == 24
    assert learned.report["fitted"] == "nothing"
    assert learned.report["why"] == "worth 24.0 equal choices, and fewer than 30 are too few to learn from"


def test_one_actor_who_asks_the_same_in_sixty_ways_teaches_nothing(tmp_path: Path) -> None:
    """Words in common make one kind of them, so they are one choice of that day."""
    same = " ".join(f"word{n}" for n in range(20))
    lines = [
        {"query": f"{same} {n}", "chosen": "a00", "actor": "ada", "at": f"2026-05-01T10:{n:02d}:00"} for n in range(60)
    ]
    path = tmp_path / "hits.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    frame = pd.DataFrame(rows())
    mg.rebuild(frame, store=tmp_path / "s", hits=path, encoder=WordEncoder(), today=TODAY)
    report = mg.open(tmp_path / "s", encoder=WordEncoder()).snapshot.learned.report
    assert (report["hits"], report["fitted"]) == (60, "nothing")
    assert report["why"].startswith("worth 1.0 equal choices")


def test_words_that_only_searchers_use_find_what_they_chose(learner: mg.MatchGraph) -> None:
    found = learner.search(slang(7))
    assert found[0].artifact_id == "a07"
    kinds = {reason.kind: reason.text for reason in found[0].reasons}
    assert kinds["chosen"] == "chosen in 8 of 8 similar searches that ended in a choice"
    assert kinds["past words"] == "people who chose it had searched with these words: doodad7, gizmo7"


def test_points_of_what_was_learned_add_up_to_the_score(learner: mg.MatchGraph) -> None:
    for query in (slang(3), f"plain1 thing2 and then {slang(5)}", "plain4"):
        for item in learner.search(query, k=MAKERS):
            assert sum(reason.points or 0.0 for reason in item.reasons) == pytest.approx(item.score, abs=1e-9)


def test_a_shorter_list_is_a_prefix_and_a_filter_changes_no_score(learner: mg.MatchGraph) -> None:
    every = learner.search(slang(2), k=MAKERS).items
    assert learner.search(slang(2), k=3).items == every[:3]
    assert learner.search(slang(2), k=3, where=mg.where(maker="Acme")).items == every[:3]


def test_what_was_learned_comes_back_from_the_files(learner: mg.MatchGraph) -> None:
    held = learner.store.held()
    again = packed(unpacked(held.manifest, held.files))
    for name in ("search_adapter.npy", "past_queries.npy", "past_searches.parquet", "past_words.parquet"):
        assert again[name] == held.files[name]


def test_the_same_hits_teach_the_same_to_the_byte(learner: mg.MatchGraph, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        without_the_best(patch)
        assert opened(tmp_path, 8).manifest.digest == learner.manifest.digest


def test_the_report_says_what_was_tried_and_with_what_gain(learner: mg.MatchGraph) -> None:
    report = learner.manifest.parameters["search"]
    assert report["hits"] == 8 * MAKERS
    assert [trial["part"] for trial in report["trials"]] == ["adapter"] * 2 + ["hubs"] * 2 + ["memory"] * 3
    assert report["fitted"] == "adapter (closed form, shrunk by 10), memory (kappa 0.01)"
    assert max(trial["gain"] for trial in report["trials"] if trial["accepted"]) > 0.2


def test_the_account_names_every_candidate_with_its_gain_and_what_the_choices_are_worth(
    learner: mg.MatchGraph,
) -> None:
    headline, *tried, weighed = learner.lessons().lines()
    fitted = "adapter (closed form, shrunk by 10), memory (kappa 0.01)"
    assert headline.startswith(f"search has learned {fitted} from 96 choices: gains +")
    assert [line.split(":")[0].strip() for line in tried] == [
        "adapter, closed form, shrunk by 50",
        "adapter, closed form, shrunk by 10",
        "hubs, share 0.125",
        "hubs, share 0.25",
        "memory, kappa 0.05",
        "memory, kappa 0.02",
        "memory, kappa 0.01",
    ]
    assert all("refused, gain" in line or "accepted, gain" in line for line in tried)
    assert weighed.startswith("evidence of 96 real searches: weight ")
    assert "places in a list are looked at as assumed 1/rank" in weighed


def test_learning_judges_by_the_ranks_that_search_gives(learner: mg.MatchGraph) -> None:
    hubs = np.arange(MAKERS, dtype=np.int32) * 20_000
    learned = replace(learner.snapshot.learned, hubs=hubs)
    scorer = learner.scorer.knowing(learned)
    queries = [slang(3), f"plain4 {slang(5)}", "text6 thing2"]
    grid = np.stack([encode_query(query, WordEncoder())[0] for query in queries])
    chosen = sp.csr_matrix((np.ones(3), ([0, 1, 2], [3, 4, 2])), (3, MAKERS))
    road = Road(scorer, Hits(grid, chosen, chosen), queries, [words_of(query) for query in queries])
    for row, place in enumerate((3, 4, 2)):
        order = scorer.score(queries[row], grid[[row]], MAKERS).places.tolist()
        assert road.ranks(np.array([row]), [learned])[0, 0] == 1 / (1 + order.index(place))


EVEN = np.full(200, 1 / 200)
ADAPTER = Candidate("adapter", "by hand", lambda road, rows, learned: learned)


def ranks(gain: float, times: int = 200) -> np.ndarray:
    """Reciprocal ranks of nothing learned, of what was accepted before, and of a candidate."""
    more = gain + np.random.default_rng(0).standard_normal(times) * 0.1
    return np.stack([np.full(times, 0.1), np.full(times, 0.4), 0.4 + more], axis=1)


@pytest.mark.parametrize(
    ("gain", "hidden", "accepted"),
    [(0.1, 0.0, True), (0.1, -0.009, True), (0.1, -0.02, False), (0.0, 0.0, False), (-0.1, 0.0, False)],
)
def test_a_candidate_needs_a_sure_gain_over_what_was_accepted_and_must_not_harm_the_never_chosen(
    gain: float, hidden: float, accepted: bool
) -> None:
    never = np.tile([0.3, 0.1, 0.3 + hidden], (9, 1))  # harm is against nothing learned
    assert _trial(ADAPTER, ranks(gain), never, EVEN, 2).accepted is accepted


def test_where_harm_cannot_be_told_nothing_is_accepted() -> None:
    assert not _trial(ADAPTER, ranks(0.5), np.zeros((0, 3)), EVEN, 2).accepted


def test_queries_count_by_what_they_say() -> None:
    """A gain in a hundred rewordings that weigh a hundredth each is the gain of one query."""
    shares = np.r_[np.full(100, 0.01), np.ones(100)]
    found = np.stack([np.full(200, 0.1), np.full(200, 0.4), np.r_[np.ones(100), np.full(100, 0.4)]], axis=1)
    trial = _trial(ADAPTER, found, np.zeros((9, 3)), shares / shares.sum(), 2)
    assert trial.gain == pytest.approx(0.6 / 101, abs=1e-3)
    assert not trial.accepted


def test_of_those_as_good_as_the_best_the_most_cautious_is_taken() -> None:
    dice = np.random.default_rng(0)
    found = 0.2 + 0.1 * dice.standard_normal((100, 1)) + np.array([0.1, 0.299, 0.3])
    found[:, 1] += 0.05 * dice.standard_normal(100)
    even = np.full(100, 0.01)
    columns = [np.c_[np.zeros((100, 2)), found[:, at]] for at in range(3)]
    trials = [_trial(ADAPTER, column, np.zeros((9, 3)), even, 2) for column in columns]
    assert all(trial.accepted for trial in trials)
    assert _chosen(trials, found, even) == 1
    assert _chosen(trials[:1] * 3, found[:, [0, 0, 0]], even) == 0


def test_every_part_of_the_score_can_be_switched_off(learner: mg.MatchGraph) -> None:
    query = f"plain4 thing4 and then {slang(5)}"
    whole = {item.artifact_id: item for item in learner.search(query, k=MAKERS)}
    for part in TERMS:
        kind = {"best": "capability", "hubs": "hub", "said": "past words"}.get(part, part)
        found = learner.search(query, k=MAKERS, without=part)
        assert found.note == f"Scored without {part}."
        for item in found:
            points = {reason.kind: reason.points for reason in whole[item.artifact_id].reasons}
            assert item.score == pytest.approx(whole[item.artifact_id].score - (points.get(kind) or 0.0), abs=1e-9)


def test_without_clauses_a_query_is_read_as_one(learner: mg.MatchGraph) -> None:
    query = f"plain4 thing4 and then {slang(5)}"
    alone = learner.scorer.score(query, encode_query(query, WordEncoder())[:1], 3)
    found = learner.search(query, k=3, without=["clauses"])
    assert [item.score for item in found] == alone.score.tolist()


@pytest.mark.parametrize("without", ["wrods", ["whole", "x"], 3])
def test_a_part_that_is_none_is_refused_with_the_names_of_those_there_are(
    learner: mg.MatchGraph, without: object
) -> None:
    with pytest.raises(mg.QuestionError, match="whole, best, words, hubs, chosen, said, clauses, adapter"):
        learner.search("plain4", without=without)  # type: ignore[arg-type]
