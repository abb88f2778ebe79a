"""Pairs of artifacts that are labelled as doing the same job or not, with the evidence that the model sees.

A label never stands in what it is judged by: capabilities that only name a label are taken off first, and so are
names of servers that are labelled by the service in their name, and job tags.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from matchgraph.catalogue.catalogue import catalogue_of
from matchgraph.catalogue.read import read
from matchgraph.catalogue.records import MATERIAL, Artifact
from matchgraph.graph.likeness import Likeness
from matchgraph.graph.same_job import evidence_of
from matchgraph.vectors.cache import VectorCache
from matchgraph.vectors.encoder import SentenceEncoder
from matchgraph.vectors.texts import texts_of
from matchgraph.vectors.vectors import embed
from matchgraph.vectors.words import words_in

FOLDS = 5
NEAREST, FAR, ASKED = 50, 25, 300  # pairs of each kind for an artifact, artifacts asked a family

TASKS = ("Natural Language Processing", "Computer Vision", "Audio", "Multimodal ", "Tabular", "Reinforcement Learning")
WIDE_TASKS = {
    *("text-classification", "conditional-text-generation", "question-answering", "sequence-modeling", "other"),
    *("structure-prediction", "text-scoring", "speech-processing", "text-retrieval", "image-classification"),
}
WIDE_SHELVES = {
    *("Miscellaneous", "Games", "Games - Administrative Utilities & Control Panels", "Automation", "Groupware"),
    *("Self-hosting Solutions", "Media Management", "Communication - Custom Communication Systems", "Analytics"),
    *("Internet of Things (IoT)", "Software Development - IDE & Tools", "Network Utilities", "Manufacturing"),
    *("Health and Fitness", "Generative Artificial Intelligence (GenAI)", "Software Development - Low Code"),
    *("Resource Planning", "Software Development - Testing", "Frameworks & Platforms"),
}
SERVICES = {
    *("obsidian", "figma", "youtube", "notion", "gitlab", "twitter", "gmail", "mysql", "sqlite", "supabase"),
    *("kubernetes", "weather", "neo4j", "pubmed", "n8n", "jira", "whatsapp", "confluence", "postgres", "reddit"),
    *("discord", "playwright", "puppeteer", "perplexity", "telegram", "excel", "todoist", "hubspot", "searxng"),
    *("linear", "slack", "arxiv", "sentry", "ssh", "spotify", "mongodb", "elasticsearch", "qdrant", "shopify"),
    *("asana", "bitbucket", "airtable", "stripe", "trello", "clickup", "redis", "github", "filesystem", "pdf"),
    *("calendar", "blender", "unity", "salesforce", "linkedin", "tavily", "duckduckgo", "wordpress", "docker"),
    *("terraform", "jenkins", "grafana", "prometheus", "snowflake", "bigquery", "dify", "ollama", "mermaid"),
    *("anki", "12306", "flux", "hackernews", "wikipedia", "zotero", "godot", "ghidra", "binance", "paypal", "xero"),
    *("bluesky", "mastodon", "steam", "plex", "tts", "ffmpeg", "screenshot", "email"),
}


@dataclass(frozen=True, eq=False)
class Family:
    """Labelled pairs of one kind; row i is artifact `of[i]` with `other[i]`."""

    name: str
    ids: list[str]
    fold: np.ndarray  # int64, one an artifact: those with one label are in one fold
    of: np.ndarray
    other: np.ndarray
    near: np.ndarray  # bool: among the nearest of the labelled ones, else drawn by chance
    same: np.ndarray  # bool: labelled as doing the same job
    evidence: np.ndarray


class World:
    """A catalogue with what evidence is made from."""

    def __init__(self, artifacts: Iterable[Artifact], cache: Path) -> None:
        encoder = SentenceEncoder()
        self.catalogue = catalogue_of(artifacts)
        texts = texts_of(self.catalogue)
        grid = embed(texts.texts, encoder, VectorCache(cache, encoder.digest)).grid
        self.wholes = grid[texts.capabilities : texts.capabilities + texts.wholes]
        self.likeness = Likeness(self.catalogue, grid[: texts.capabilities], words_in(self.catalogue))

    def evidence(self, left: int, right: np.ndarray) -> np.ndarray:
        return evidence_of(self.catalogue, self.wholes, self.likeness, left, right)


Judge = Callable[[str, str], bool]


def family(name: str, world: World, groups: dict[str, str], judge: Judge, tags: dict[str, set[str]] | None = None):
    """The nearest and some far pairs of labelled artifacts; `tags` stand in for job tags where they are given."""
    ids = sorted(set(groups) & set(world.catalogue.place))
    places = np.array([world.catalogue.place[artifact_id] for artifact_id in ids])
    dice, rows = np.random.default_rng(0), []
    for asked in sorted(sorted(range(len(ids)), key=lambda row: digest(ids[row]))[:ASKED]):
        others = np.delete(np.arange(len(ids)), asked)
        evidence = world.evidence(int(places[asked]), places[others])
        order = np.argsort(-evidence[:, 0], kind="stable")
        rest = order[NEAREST:]
        far = dice.choice(rest, min(FAR, len(rest)), replace=False)
        for chosen, near in ((order[:NEAREST], True), (far, False)):
            for row in chosen:
                other = int(others[row])
                if tags is not None:
                    evidence[row, 3:5] = stated(tags[ids[asked]], tags[ids[other]])
                rows.append((asked, other, near, judge(ids[asked], ids[other]), evidence[row]))
    of, other, near, same, evidence = zip(*rows, strict=True)
    fold = np.array([digest(groups[artifact_id]) % FOLDS for artifact_id in ids])
    return Family(
        name, ids, fold, np.array(of), np.array(other), np.array(near), np.array(same, bool), np.stack(evidence)
    )


def stated(mine: set[str], theirs: set[str]) -> tuple[bool, bool]:
    """Whether two lists of jobs share one, and whether both state some and share none."""
    return bool(mine & theirs), bool(mine and theirs and not mine & theirs)


def digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])


def families(data: Path, starter: Path, cache: Path) -> list[Family]:
    """All labelled pairs: those to fit on, and those that only check."""
    artifacts = list(
        read([data / "catalogue" / f"{part}.jsonl.gz" for part in ("permissive", "ccbysa")], merge=False)[0]
    )
    gold = alternatives(data / "alternatives" / "alternatives_train.jsonl")
    groups = components(gold)
    tags = {each.artifact_id: set(each.tags) for each in artifacts}
    made = [family("alternatives", World(artifacts, cache), groups, lambda a, b: b in gold[a])]
    bare = World((withheld(each) for each in artifacts), cache)
    made.append(family("alternatives, shelf as job", bare, groups, lambda a, b: b in gold[a], tags))
    for name, labels in labelled(artifacts).items():
        made.append(by_label(name, bare, labels))
    own = list(read([starter])[0])
    jobs = {each.artifact_id: set(each.job) for each in own}
    made.append(by_label("starter jobs", World((replace(each, job=()) for each in own), cache), jobs))
    return made


def by_label(name: str, world: World, labels: dict[str, set[str]]) -> Family:
    known = {artifact_id: found for artifact_id, found in labels.items() if found}
    groups = {artifact_id: min(found) for artifact_id, found in known.items()}
    material = dict(zip(world.catalogue.ids, (kind in MATERIAL for kind in world.catalogue.texts("type")), strict=True))
    return family(name, world, groups, lambda a, b: bool(known[a] & known[b]) and material[a] == material[b])


def labelled(artifacts: list[Artifact]) -> dict[str, dict[str, set[str]]]:
    """Labels by family and artifact."""
    found: dict[str, dict[str, set[str]]] = {
        name: {} for name in ("model tasks", "services", "hub tasks", "dataset tasks", "shelves")
    }
    for each in artifacts:
        prefix, tags = each.artifact_id.split(":")[0], set(each.tags)
        if prefix == "hf":
            found["model tasks"][each.artifact_id] = {tag for tag in tags if tag.startswith(TASKS)}
        elif prefix == "mcp" and len(service_of(each)) == 1:
            found["services"][each.artifact_id] = service_of(each)
        elif prefix == "tfhub":
            found["hub tasks"][each.artifact_id] = tags - {"TensorFlow Hub"}
        elif prefix == "hfds":
            found["dataset tasks"][each.artifact_id] = tags - WIDE_TASKS
        elif prefix == "app" and "awesome-selfhosted" in (each.source or ""):
            found["shelves"][each.artifact_id] = tags - WIDE_SHELVES
    return found


def service_of(artifact: Artifact) -> set[str]:
    words = re.findall(r"[a-z0-9]+", artifact.name.lower().replace("postgresql", "postgres"))
    return set(words) & SERVICES


def withheld(artifact: Artifact) -> Artifact:
    """The artifact without the capabilities that only name a label, and without a name that is one."""
    prefix, labels = artifact.artifact_id.split(":")[0], {flat(tag) for tag in artifact.tags}
    if prefix == "mcp" and len(service_of(artifact)) == 1:
        return replace(artifact, name=artifact.artifact_id.removeprefix("mcp:").split("/")[0])
    if prefix in ("hf", "tfhub"):
        kept = [c for c in artifact.capabilities if c.description != c.name and f"{c.name} (" not in c.description]
    elif prefix == "hfds":
        kept = [c for c in artifact.capabilities if not flat(c.description).startswith(tuple(labels))]
    elif prefix in ("app", "pkg"):
        kept = [c for c in artifact.capabilities if flat(c.description) not in labels]
    else:
        kept = list(artifact.capabilities)
    if not kept:  # nothing but labels: what is left is its description, or else nothing that tells it apart
        kept = [replace(artifact.capabilities[0], name="it", description=artifact.description or "not described")]
    return replace(artifact, capabilities=tuple(kept))


def flat(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().lower()


def alternatives(path: Path) -> dict[str, set[str]]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {row["query_artifact_id"]: set(row["gold"]) for row in rows}


def components(gold: dict[str, set[str]]) -> dict[str, str]:
    """Each artifact with the smallest id that alternatives of alternatives lead to."""
    found: dict[str, str] = {}
    for start in sorted(gold):
        waiting = [] if start in found else [start]
        while waiting:
            artifact_id = waiting.pop()
            if artifact_id not in found:
                found[artifact_id] = start
                waiting += gold.get(artifact_id, ())
    return found
