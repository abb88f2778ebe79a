"""One small sound document of each format, written for these tests, and where it stands."""

from __future__ import annotations

import json
from pathlib import Path

from tests.catalogue.page_texts import Half, page_text

MODEL_CARD = """---
language: [en, no]
license: apache-2.0
library_name: otterlib
pipeline_tag: text-classification
base_model: ponds/heron-base
datasets:
- ponds/mail-corpus
metrics: [accuracy]
tags: [mail, spam]
widget:
- text: You won a boat
model-index:
- name: otter
  results:
  - task: {type: text-classification}
    dataset: {name: Pond Mail, type: ponds/mail-corpus}
    metrics:
    - {type: accuracy, value: 0.91}
---
# Otter

Otter sorts letters into folders.

## What it does

- **Spam**: flags junk letters before anyone reads them
- Sorts incoming letters by their topic

## License

Free for every pond and river.
"""

DATASET_CARD = """---
pretty_name: Pond Mail
license: [cc-by-4.0]
task_categories: [text-classification]
task_ids: [topic-classification]
size_categories: 10K<n<100K
source_datasets: [original, ponds/raw-mail]
---
Letters from four ponds, each labelled with its topic.
"""

SERVER = {
    "name": "io.github.ponds/otter-mcp",
    "title": "Otter Mail",
    "description": "Reads and sorts the mail of a pond.",
    "repository": {"url": "https://github.com/ponds/otter-mcp.git", "source": "github"},
    "version": "1.2.0",
    "packages": [
        {
            "registryType": "npm",
            "identifier": "otter-mcp",
            "transport": {"type": "stdio"},
            "environmentVariables": [{"name": "POND_KEY", "isRequired": True, "isSecret": True}],
        }
    ],
    "remotes": [{"type": "streamable-http", "url": "https://otter.example/mcp"}],
}

TOOLS = {
    "tools": [
        {
            "name": "send_letter",
            "description": "Send a letter to another pond.",
            "inputSchema": {
                "type": "object",
                "properties": {"to": {"type": "string", "format": "email"}, "copies": {"type": "integer"}},
                "required": ["to"],
            },
            "outputSchema": {"type": "object", "properties": {"sent": {"type": "boolean"}}},
        },
        {"name": "count_letters"},
    ]
}

MANIFEST = """manifest_version: 1
artifact:
  id: otter
  name: Otter
  type: agent
  description: An agent that looks after a mailbox.
  maker: Ponds
  license: MIT
  tags: [mail, '007']
  remarks:
  - Swims at night, while others sleep.
  links:
  - {kind: requires, target: heron}
  facts:
    stars: {value: 12, observed_at: '2026-05-01', source: a count by hand}
capabilities:
- id: sort
  name: Sort letters
  description: Sorts incoming letters into folders by topic.
  intents_served: [tidy my mailbox]
  conditions:
    bestFor: [small ponds]
    limitations: [reads no handwriting]
    requires: [a mailbox]
  unique_aspect: Learns from one example a folder.
  input_types: [text]
pricing:
  model: freemium
  detail:
    starting_price: 3 shells
failure_modes:
- Sorts nothing when the pond is frozen.
- {when: two topics are alike, then: [asks, waits]}
execution:
  runtime: python
  timeout_seconds: 30
  needs: [network, mailbox]
"""

PACKAGE = {
    "info": {
        "name": "Otter_Mail",
        "version": "2.1",
        "summary": "Sorts letters on the command line.",
        "description": "# otter\n\n- sorts whole folders of letters at once\n- prints a list of senders\n",
        "description_content_type": "text/markdown",
        "author": "The Ponds",
        "license_expression": "MIT",
        "keywords": "mail, spam",
        "classifiers": ["Topic :: Communications :: Email", "License :: OSI Approved :: MIT License"],
        "project_urls": {"Source": "https://github.com/ponds/otter-mail"},
        "requires_dist": ["heron>=1", "swan ; extra == 'fast'"],
        "requires_python": ">=3.11",
    },
    "releases": {"2.0": [{"filename": "otter-2.0.tar.gz"}], "2.1": [{"filename": "otter-2.1.tar.gz"}], "9": []},
    "urls": [{"upload_time_iso_8601": "2026-03-04T05:06:07Z", "packagetype": "sdist"}],
    "last_serial": 7,
}

REPOSITORY = {
    "full_name": "Ponds/Otter",
    "name": "Otter",
    "owner": {"login": "Ponds", "id": 3},
    "description": "Sorts letters and flags spam.",
    "html_url": "https://github.com/Ponds/Otter",
    "license": {"spdx_id": "MIT", "key": "mit"},
    "topics": ["mail"],
    "stargazers_count": 41,
    "forks_count": 0,
    "pushed_at": "2026-02-03T00:00:00Z",
    "created_at": "2020-01-02T00:00:00Z",
    "node_id": "abc",
}

PROJECTS = """categories:
- category: mail
  title: Mail & Letters
labels:
- label: fast
projects:
- name: Otter
  github_id: ponds/otter-mail
  pypi_id: otter-mail
  category: mail
  labels: ["fast"]
- name: Heron
  github_id: ponds/heron
  category: mail
  description: Watches a mailbox and tells of new letters.
"""

HISTORY = (
    ",name,github_id,category,star_count,last_commit_pushed_at,description,license,pypi_id,labels,show\n"
    "0,Otter,ponds/otter-mail,mail,41.0,2026-02-03 10:00:00,Sorts letters on the command line.,MIT,otter-mail,"
    "\"['fast']\",True\n"
    "1,Heron,ponds/heron,mail,3.0,2025-02-03,Watches a mailbox.,,,,True\n"
)

PAGE = page_text(
    Half("Otter v1.2", rank=41, count=3, leads=("ecosystem",)), Half("Big Lake", "Dataset", rank=60, count=9)
)

HTML = """<!DOCTYPE html><html><head><title>Otter</title><script>track()</script></head><body>
<h1>Otter</h1><p>Keeps a mailbox
tidy &amp; small.</p><h2>Features</h2><ul><li>sorts <b>letters</b> by topic</li><li>flags spam at once</li></ul>
</body></html>
"""

ROWS = [
    {"artifact_id": "otter", "name": "Otter", "type": "model", "description": "Sorts letters.", "facts": {"stars": 2}},
    {"artifact_id": "heron", "name": "Heron", "type": "app", "description": "Watches a mailbox.", "feathers": 9},
]

# format -> the files of a folder that holds it, the first of which is the one to damage
SAMPLES: dict[str, dict[str, str]] = {
    "hf-card": {"ponds/otter/README.md": MODEL_CARD, "datasets/ponds/mail-corpus/README.md": DATASET_CARD},
    "mcp": {"server.json": json.dumps(SERVER, indent=1), "tools.json": json.dumps(TOOLS)},
    "manifest": {"otter.yaml": MANIFEST},
    "pypi": {"otter.json": json.dumps(PACKAGE)},
    "github": {"ponds.json": json.dumps([REPOSITORY])},
    "best-of": {"projects.yaml": PROJECTS, "2026-02-05_projects.csv": HISTORY},
    "unified": {"rows.jsonl": "".join(json.dumps(row) + "\n" for row in ROWS)},
    "text": {"otter.html": HTML, "heron/README.md": "# Heron\n\nWatches a mailbox all day.\n"},
    "page": {"otter-vs-lake.page": PAGE},
}


def laid_out(files: dict[str, str], folder: Path) -> Path:
    """The folder, with these files in it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder
