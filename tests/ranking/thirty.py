"""The small world grown to thirty: models, packages, corpora and servers of nine makers, with facts and links."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchgraph.catalogue.read import read
from matchgraph.catalogue.records import Artifact
from matchgraph.searches.events import Channel, SearchEvent
from tests.conftest import eight

# id | type | maker | what it does, and on the next line: facts | links
_MORE = """
mail-translator | model | Beta | translate letters, answer mail
    stars 40, downloads_month 900 | trained_on mail-corpus
voice-reader | model | Delta | read books aloud, imitate voices
    stars 4000, contributors 12 |
face-finder | model | Gamma | find faces, blur faces
    downloads_month 70000, accuracy 0.91 | trained_on photo-corpus
crowd-counter | model | Eta | count people, watch streets
    stars 15, accuracy 0.84 | trained_on photo-corpus
plant-namer | model | Eta | name plants, spot leaf disease
    stars 220, downloads_month 150 | evaluated_on photo-corpus
road-watcher | model | Acme | see road signs, keep lanes
    stars 12000, contributors 90 |
tune-writer | model | Theta | write melodies, set chords
    stars 800, released 2023 |
story-teller | model | Theta | write stories, continue poems
    downloads_month 1200000, contributors 4 |
code-helper | model | Iota | complete code, explain errors
    stars 30000, downloads_month 5000000 |
sum-solver | model | Iota | solve sums, prove lemmas
    stars 95 | derived_from code-helper
mail-kit | package | Acme | parse mail, thread letters
    stars 600, dependents 40, last_update 2026-09-01 | requires mail-sorter
photo-kit | package | Gamma | resize photos, rotate pictures
    stars 9000, dependents 4100, contributors 300, last_update 2026-11-01 | integrates_with photo-tagger
graph-kit | package | Iota | draw graphs, walk networks
    downloads_month 40000, dependents 220, last_update 2024-01-15 |
table-kit | package | Kappa | join tables, read sheets
    downloads_month 9000000, dependents 60000, contributors 2000, last_update 2026-11-19 | integrates_with graph-kit
audio-kit | package | Delta | cut recordings, remove noise
    stars 210, last_update 2025-02-02 | requires voice-reader
model-server | package | Kappa | serve models, batch requests
    stars 5200, contributors 77, dependents 12 | requires code-helper
train-kit | package | Kappa | train networks, save weights
    stars 77000, downloads_month 3000000, dependents 8000, contributors 900 |
street-corpus | dataset | Eta | train street cameras, measure lanes
    downloads_month 12 |
song-corpus | dataset | Theta | train melody writers, measure pitch
    downloads_month 3400, rows 50000 |
code-corpus | dataset | Iota | train code models, measure repairs
    downloads_month 91000 |
table-server | mcp-server | Kappa | query tables, list columns
    stars 130, contributors 3, last_update 2026-06-30 | requires table-kit
photo-server | mcp-server | Gamma | fetch photos, label albums
    stars 18, last_update 2026-10-10 | requires image-labeller
"""


def thirty() -> list[Artifact]:
    """The thirty artifacts."""
    lines = _MORE.strip().splitlines()
    rows = eight() + [_row(f"{first} | {second}") for first, second in zip(lines[::2], lines[1::2], strict=True)]
    return sorted(_records(rows), key=lambda each: each.artifact_id)


def searched(events: int = 2_000, seed: int = 0) -> list[SearchEvent]:
    """A log as people might leave it: some artifacts and some queries much more often than others."""
    dice, ids = np.random.default_rng(seed), [each.artifact_id for each in thirty()]
    liked = dice.dirichlet(np.full(len(ids), 0.4))
    wishes = [f"{verb} {thing}" for verb in ("sort", "find", "write", "train") for thing in ("mail", "photos", "code")]
    channels = (Channel.HUMAN, Channel.AGENT, Channel.API)
    return [
        SearchEvent(
            wishes[int(dice.geometric(0.3)) % len(wishes)],
            chosen=ids[int(dice.choice(len(ids), p=liked))],
            actor=f"actor {dice.integers(300)}",
            channel=channels[int(dice.integers(3))],
        )
        for _ in range(events)
    ]


def _records(rows: list[dict[str, object]]) -> list[Artifact]:
    catalogue, report = read([pd.DataFrame(rows)])
    assert not report.rows_refused
    return list(catalogue)


def _row(line: str) -> dict[str, object]:
    artifact_id, kind, maker, does, facts, links = (part.strip() for part in line.split("|"))
    number = len(artifact_id)
    return {
        "artifact_id": artifact_id,
        "name": artifact_id,
        "type": kind,
        "maker": maker,
        "url": f"https://github.com/{maker.lower()}/{artifact_id}",
        "license": ("MIT", "Apache-2.0", None)[number % 3],
        "description": does,
        "capabilities": [
            {
                "name": text.strip(),
                "description": f"{text.strip()} for {artifact_id.replace('-', ' ')}",
                "limitations": ["slow on long input"] if number % 2 else [],
            }
            for text in does.split(",")
        ],
        "facts": {key: _value(value) for key, value in (fact.split() for fact in facts.split(",") if fact.strip())},
        "links": [dict(zip(("kind", "target"), link.split(), strict=True)) for link in links.split(",") if link],
    }


def _value(written: str) -> float | str:
    try:
        return float(written)
    except ValueError:
        return written
