"""A README and a page of one small thing, written for these tests."""

README = """---
license: mit
tags: [mail]
---
# Otter Mail

[![build](https://badges.example/otter.svg)](https://ci.example)

Otter Mail integrates with the Pond Letter API to read, sort and delete letters,
even at night. It is blazing fast!
It does not support attachments.

## Features

- **Topic search**: finds letters by topic, sender or date
- Flags junk letters before anyone reads them
- Exports folders as CSV
- Imports folders as CSV
- Written in Rust
- 🚀 Amazing performance

## Tools

| Tool | Description |
|---|---|
| `send_letter` | Send a letter to another pond |
| `count_letters` | Count the letters of a folder |

| Parameter | Type | Description |
|---|---|---|
| `to` | string | Send it there |

## Installation

Run `pip install otter-mail` first. Set the POND_KEY.

```bash
otter --sort letters
```

## Example prompts

- "Send a letter to the heron"

## Known limitations

- Sorts letters in English only

## Training

The model reads 40 hours of speech.

## License

Released under the MIT licence.
"""

PAGE = """<!doctype html>
<html><head><title>Otter Mail</title>
<script>
sends(letters)
</script></head>
<body>
<h1>Otter Mail</h1>
<p>Watches a mailbox
and tells of new letters.</p>
<!-- It launches rockets
into the pond. -->
<h2>Features</h2>
<ul><li>sorts <b>letters</b>
by topic</li>
<li>flags spam at once</li></ul>
</body></html>
"""
