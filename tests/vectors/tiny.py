"""A real cross-encoder of a few hundred numbers, drawn by seed: nothing is downloaded."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import eight

WORDS = sorted({word for row in eight() for text in row["capabilities"] for word in text["description"].split()})


def cross_encoder(folder: Path, labels: int = 1) -> Path:
    """The folder of a tiny BERT that gives every pair of texts so many numbers."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words), max_position_embeddings=64, num_labels=labels, initializer_range=0.5, **size
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder
