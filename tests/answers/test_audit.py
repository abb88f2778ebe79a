"""What is found is true and quoted; what only looks wrong is left alone."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.answers.audit import Finding, FindingKind, audit
from matchgraph.catalogue.catalogue import catalogue_of
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability, Fact, Link, LinkKind
from matchgraph.graph.graph import Graph, link
from matchgraph.graph.likeness import Likeness
from matchgraph.graph.neighbours import neighbours
from matchgraph.searches.searches import Searches
from matchgraph.snapshot.snapshot import Snapshot
from matchgraph.vectors.grid import to_grid
from matchgraph.vectors.texts import capability_text
from matchgraph.vectors.vectors import Vectors
from matchgraph.vectors.words import words_in
from tests.conftest import WordEncoder

Texts = str | tuple[str, dict[str, object]]


def made(artifact_id: str, *does: Texts, name: str | None = None, kind: str = "model", **more: object) -> Artifact:
    """An artifact that says these texts, one a capability; a pair has more of the capability's fields."""
    abilities = []
    for number, text in enumerate(does):
        description, fields = text if isinstance(text, tuple) else (text, {})
        opening = " ".join(description.split()[:3])
        abilities.append(Capability(f"{artifact_id}#{number}", opening, description, **fields))  # type: ignore[arg-type]
    shown = name or artifact_id.title()
    return Artifact(artifact_id, shown, ArtifactType(kind), capabilities=tuple(abilities), **more)  # type: ignore[arg-type]


def snapshot_of(artifacts: Sequence[Artifact]) -> Snapshot:
    """As much of a snapshot as an audit looks at."""
    catalogue = catalogue_of(artifacts)
    columns = (catalogue.capabilities[column].to_pylist() for column in ("name", "description"))
    texts = [capability_text(*both) for both in zip(*columns, strict=True)]
    grid = to_grid(np.concatenate([rows for _, rows in WordEncoder().encode(texts)]))
    words = words_in(catalogue)
    near = neighbours(Likeness(catalogue, grid, words), grid)
    graph: Graph = link(catalogue, near, Searches(), {})
    vectors = Vectors(grid, "words", "")
    rest = [None] * 3
    return Snapshot(catalogue, vectors, words, None, None, graph, *rest, 0.0, None, None, None)  # type: ignore[arg-type]


def found(*artifacts: Artifact, asked: Sequence[str] = ()) -> list[Finding]:
    return list(audit(snapshot_of(artifacts), asked or [artifact.artifact_id for artifact in artifacts]))


def kinds(*artifacts: Artifact) -> list[str]:
    return [finding.kind.value for finding in found(*artifacts)]


def said(text: str, **fields: object) -> Texts:
    return (text, fields)


# Numbers of one artifact

CONTRADICTIONS = {
    "subsets": ("Combines 22 curated subsets into one pile.", "The 19 subsets can be left out one by one."),
    "hyphens": ("It has 22 subsets.", "Scores models over the full 19-subset corpus."),
    "languages": ("It covers 12 languages.", "It covers 15 languages."),
    "bounds": ("It contains over 5,000 letters.", "It contains 1,200 letters."),
    "kinds": ("It has 12 attention heads.", "It has 16 attention heads."),
    "sizes": ("The whole 825 GiB corpus is packed.", "Packs a single 300 GiB corpus."),
    "same verb": ("Recognises 30 breeds.", "Recognises 41 breeds."),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_two_numbers_of_the_same_thing_are_a_contradiction(case: str) -> None:
    (finding,) = found(made("parrot", *CONTRADICTIONS[case]))
    assert finding.kind is FindingKind.CONTRADICTION
    assert finding.capability_ids == ("parrot#0", "parrot#1")
    assert all(span in finding.sentence for span in finding.spans)


NO_CONTRADICTIONS = {
    "the same number": ("Combines 22 curated subsets.", "Its 22 subsets are listed."),
    "the same size": ("The whole 825 GiB corpus is packed.", "Packs a single 825 GiB jsonlines corpus."),
    "rounding": ("It contains 67 million letters.", "It contains 67,349,000 letters."),
    "roughly": ("It contains about 30 letters.", "It contains 28 letters."),
    "at least and more": ("It covers over 29 languages.", "It covers 40 languages."),
    "at most": ("It returns up to 10 hits.", "It returns up to 50 hits."),
    "of another": ("It has 6 layers.", "Learns from the 12 layers of the teacher."),
    "by another's name": ("It has 6 layers.", "Learns from Owl, which has 12 layers."),
    "of another kind": ("It has 12 attention heads.", "It has 3 output heads."),
    "another verb": ("Accepts 20 pictures.", "Returns 4 pictures."),
    "another place": ("Transcribes in 20 languages.", "Speaks in 40 languages."),
    "a part": ("It contains 9,000 letters.", "The test split contains 1,000 letters."),
    "each": ("It contains 9,000 letters.", "It contains 30 letters per sender."),
    "a variant": ("It has 6 layers.", "The large variant has 24 layers."),
    "a comparison": ("It has 6 layers.", "It has half the depth of rivals that have 12 layers."),
    "two in one text": ("It has 22 subsets, of which 4 subsets hold letters.", "It has 4 subsets."),
    "amounts": ("It takes 3 seconds.", "It takes 9 seconds."),
    "there are": ("There are 603 letters.", "There are 1,393 letters."),
    "years": ("It holds 2019 letters.", "It holds 2024 letters."),
    "versions": ("Reads version 3 files.", "Reads version 4 files."),
    "first and next": ("Shows the next 3 days.", "Shows the next 30 days."),
    "shares": ("Cuts 40% of cost.", "Cuts 60% of cost."),
    "dimensions": ("Takes 224 by 224 pixels.", "Takes 512 by 512 pixels."),
    "limits of calls": ("It sends 25 letters per request.", "It sends 100 letters per request."),
}


@pytest.mark.parametrize("case", NO_CONTRADICTIONS)
def test_numbers_that_may_both_be_true_are_left_alone(case: str) -> None:
    assert found(made("parrot", *NO_CONTRADICTIONS[case])) == []


def test_a_claim_on_rivals_is_no_statement_on_oneself() -> None:
    assert found(made("parrot", "It has 6 layers.", said("Flies.", vs_alternatives="It has 12 layers."))) == []


# Denied and affirmed


def test_what_one_text_denies_and_another_affirms_is_a_contradiction() -> None:
    one = "Letters come as they are, without documented cleaning, deduplication, or sorting."
    (finding,) = found(made("pile", one, "Combines two parts while applying careful checks and deduplication to them."))
    assert finding.kind is FindingKind.CONTRADICTION
    assert "'deduplication'" in finding.sentence


def test_a_limitation_that_denies_what_a_capability_affirms_is_found() -> None:
    parrot = made("parrot", "Supports streaming.", said("Sorts mail.", limitations=("does not support streaming",)))
    assert [finding.kind.value for finding in found(parrot)] == ["contradiction"]


@pytest.mark.parametrize(
    "texts",
    [
        ("Works without training.", "Supports training on own letters."),
        ("Does not support streaming.", "Supports streaming only in the paid plan."),
        ("This tool does not support paging.", "Supports paging."),
        ("No access card required.", "Includes an access card."),
        ("Does not support audio streaming.", "Supports video streaming."),
        ("Supports streaming.", "Supports streaming."),
        ("Does not support streaming, but supports streaming in the next version.", "Flies."),
    ],
)
def test_conditions_parts_and_other_things_deny_nothing(texts: tuple[str, str]) -> None:
    assert found(made("parrot", *texts)) == []


# Facts

SEEN = {"observed_at": "2026-01", "source": "the card"}


def facts(**values: float) -> dict[str, Fact]:
    return {key: Fact(value, **SEEN) for key, value in values.items()}


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("A 7-billion-parameter model.", "parameters", 3e9),
        ("A model with 67 million parameters.", "parameters", 120e6),
        ("It covers 12 languages.", "languages", 15),
        ("It has 12 tools.", "n_tools", 17),
        ("A model with a 128K-token window.", "context_tokens", 8192),
    ],
)
def test_a_number_that_a_fact_does_not_bear_out_is_found(text: str, key: str, value: float) -> None:
    (finding,) = found(made("parrot", text, facts=facts(**{key: value})))
    assert finding.kind is FindingKind.CONFLICT_WITH_FACT
    assert "the card, 2026-01" in finding.sentence


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("A 7-billion-parameter model.", "parameters", 7.3e9),
        ("A 9-billion-parameter model.", "parameters", 9.24e9),
        ("A model with a 128K-token window.", "context_tokens", 131072),
        ("It covers over 29 languages.", "languages", 30),
        ("It covers about 100 languages.", "languages", 96),
        ("Learns from a 770-million-parameter Owl.", "parameters", 7e9),
        ("Learned from a hierarchy of 632 classes.", "classes", 527),
        ("It covers 12 languages, in all 15 languages with dialects.", "languages", 15),
        ("Writes up to 200 tokens.", "context_tokens", 8192),
        ("It has 12 search tools.", "n_tools", 17),
    ],
)
def test_rounding_and_numbers_of_other_things_do_not_conflict_with_a_fact(text: str, key: str, value: float) -> None:
    assert found(made("parrot", text, facts=facts(**{key: value}))) == []


def test_a_fact_that_is_not_observed_refutes_nothing() -> None:
    fact = Fact(15.0, status="suspect")  # type: ignore[arg-type]
    assert found(made("parrot", "It covers 12 languages.", facts={"languages": fact})) == []


# Capabilities told twice


def test_a_capability_that_is_told_twice_in_the_same_words_is_found() -> None:
    (finding,) = found(made("parrot", "Detects flying birds in old photos.", "Detect a flying bird in old photos."))
    assert finding.kind is FindingKind.DUPLICATE_CAPABILITY
    assert finding.capability_ids == ("parrot#0", "parrot#1")
    assert "cosine" in finding.sentence
    assert "5 words in common, of 5 and 5" in finding.sentence


@pytest.mark.parametrize(
    "texts",
    [
        ("Get a bird by its ring number.", "Delete a bird by its ring number."),
        ("Turns old maps into new charts.", "Turns new charts into old maps."),
        ("Get random birds of a park.", "Get random birds of a park by colour."),
        ("Sort mail.", "Sort mail."),
    ],
)
def test_capabilities_that_differ_in_a_word_or_say_hardly_any_are_no_duplicates(texts: tuple[str, str]) -> None:
    assert found(made("parrot", *texts)) == []


def test_capabilities_that_come_back_to_the_same_rare_words_in_their_claims_are_found() -> None:
    one = said("Keeps letters as wuxlines packed with plumard.", unique="Uses wuxlines and plumard.")
    two = said("Keeps wuxlines and packs letters with plumard.", vs_alternatives="Wuxlines and plumard are small.")
    three = said("Counts stamps.", unique="Counts wuxlines.")
    many = [made(f"bird-{place}", f"Sings tune {place} of many letters for sorters.") for place in range(220)]
    (finding,) = found(made("parrot", one, two, three), *many, asked=["parrot"])
    assert finding.capability_ids == ("parrot#0", "parrot#1")
    assert finding.sentence.endswith("and both come back to plumard and wuxlines.")
    assert found(made("parrot", one, two, three)) == []  # three texts do not tell which words are rare


def test_tools_with_names_of_their_own_are_no_duplicates() -> None:
    text = "Return the ring numbers of birds in parks."
    tools = (Capability("p#one", "get_ring", text), Capability("p#all", "get_rings", text))
    assert found(Artifact("p", "P", ArtifactType.MCP_SERVER, capabilities=tools)) == []


# Superlatives

BOAST = "It is the fastest bird of all parks."


def test_a_superlative_without_evidence_is_listed() -> None:
    (finding,) = found(made("parrot", BOAST))
    assert finding.kind is FindingKind.UNSUPPORTED_SUPERLATIVE
    assert finding.spans == ("fastest", BOAST)


@pytest.mark.parametrize(
    "more",
    [
        {"links": (Link(LinkKind.EVALUATED_ON, "race"),)},
        {"facts": facts(top1_accuracy=93)},
    ],
)
def test_an_evaluation_supports_a_superlative(more: dict[str, object]) -> None:
    assert found(made("parrot", BOAST, **more)) == []


def test_a_number_and_what_it_was_measured_on_support_the_sentence_they_stand_in() -> None:
    assert found(made("parrot", "It is the fastest bird, with 90% wins on ParkRace.")) == []
    assert kinds(made("parrot", "It is the fastest bird, with 90% wins.")) == ["unsupported-superlative"]


def test_a_limitation_boasts_of_nothing() -> None:
    assert found(made("parrot", said("Flies.", limitations=(BOAST,)))) == []


# Between two


def owl(**values: float) -> Artifact:
    return made("owl", "Flies by night.", name="Big Owl", facts=facts(**values))


@pytest.mark.parametrize(
    "claim",
    [
        "smaller than Big Owl (1.5T tokens)",
        "Big Owl has 300 million parameters",
        "learned from the 770-million-parameter Big Owl",
    ],
)
def test_a_number_that_the_other_ones_fact_refutes_is_found(claim: str) -> None:
    parrot = made("parrot", said("Flies.", vs_alternatives=claim))
    (finding,) = found(parrot, owl(tokens=6e11, parameters=9e9))
    assert finding.kind is FindingKind.CONFLICT_ACROSS
    assert finding.artifact_ids == ("parrot", "owl")


@pytest.mark.parametrize(
    "claim",
    [
        "smaller than Big Owl (600B tokens)",
        "smaller than Big Owl and trained on 1.5T tokens",
        "smaller than Big Owl-XL (1.5T tokens)",
        "smaller than Big Owl 2 (1.5T tokens)",
        "smaller than the Owl (1.5T tokens)",
        "Big Owl is fine; Parrot has 300 million parameters",
        "Big Owl (12 wins)",
    ],
)
def test_numbers_of_others_or_that_agree_are_no_conflict(claim: str) -> None:
    assert found(made("parrot", said("Flies.", vs_alternatives=claim)), owl(tokens=6e11, parameters=9e9)) == []


def test_a_number_that_the_other_ones_text_refutes_is_found() -> None:
    parrot = made("parrot", said("Flies.", vs_alternatives="simpler than Big Owl (40 subsets)"))
    (finding,) = found(parrot, made("owl", "It has 22 subsets.", name="Big Owl"))
    assert finding.spans == ("40 subsets", "22 subsets")


def test_each_faster_than_the_other_is_found_once() -> None:
    parrot = made("parrot", said("Flies.", vs_alternatives="Faster than Big Owl."))
    (finding,) = found(parrot, made("owl", said("Hoots.", vs_alternatives="Faster than Parrot."), name="Big Owl"))
    assert finding.kind is FindingKind.MUTUAL_CLAIM
    assert finding.sentence == "Big Owl says 'Faster than Parrot', and Parrot says 'Faster than Big Owl'."


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("Faster than Big Owl.", "Smaller than Parrot."),
        ("Faster than Big Owl by day.", "Faster than Parrot by night."),
        ("Faster at diving than Big Owl.", "Faster at hooting than Parrot."),
        ("Faster than Big Owl.", "Slower than Parrot."),
        ("Faster than Big Owl.", "Faster than Gull."),
    ],
)
def test_claims_that_may_both_be_true_are_not_mutual(mine: str, theirs: str) -> None:
    parrot = made("parrot", said("Flies.", vs_alternatives=mine))
    assert found(parrot, made("owl", said("Hoots.", vs_alternatives=theirs), name="Big Owl")) == []


def test_one_artifact_is_held_against_the_rivals_that_it_names() -> None:
    parrot = made("parrot", said("Flies.", vs_alternatives="smaller than Big Owl (1.5T tokens)"))
    other = made("gull", "Swims far out.")
    assert [finding.kind.value for finding in found(parrot, owl(tokens=6e11), other, asked=["parrot"])] == [
        "conflict-across"
    ]


# Whatever the texts

WORDS = [
    "Parrot",
    "Owl",
    "It has",
    "Combines",
    "22",
    "19",
    "1.5T",
    "subsets",
    "tokens",
    "parameters",
    "the",
    "best",
    "is",
]
WORDS += [
    "only",
    "faster than",
    "(",
    ").",
    ".",
    ";",
    "supports",
    "does not support",
    "streaming",
    "%",
    "state-of-the-art",
]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join) | st.text(min_size=1, max_size=40)
pairs = st.tuples(texts, st.fixed_dictionaries({"vs_alternatives": texts, "unique": texts}))


@settings(max_examples=60, deadline=None)
@given(st.lists(pairs, min_size=1, max_size=4), st.lists(pairs, min_size=1, max_size=4), st.randoms())
def test_findings_quote_the_texts_and_do_not_depend_on_any_order(
    mine: list[Texts], theirs: list[Texts], dice: random.Random
) -> None:
    artifacts = [made("parrot", *mine, facts=facts(tokens=5e9)), made("owl", *theirs, facts=facts(parameters=22))]
    findings = found(*artifacts)
    told = [
        text
        for artifact in artifacts
        for each in artifact.capabilities
        for text in (each.description, each.unique or "", each.vs_alternatives or "")
    ]
    for finding in findings:
        assert all(any(span in text for text in told) for span in finding.spans)
        assert set(finding.artifact_ids) <= {"parrot", "owl"}
    dice.shuffle(artifacts)
    assert found(*artifacts) == findings
    assert found(*artifacts, asked=["owl", "parrot", "owl"]) == findings
