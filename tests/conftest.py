"""Real parts, small: an encoder of two layers, trained on a few sentences of ours and published."""

import hashlib
import re
import string
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import BertWordPieceTokenizer, Tokenizer
from transformers import BertConfig, BertModel, BertTokenizerFast, set_seed

from framescope import FramingModel
from framescope_data.values import Annotation, Record
from framescope_training.cli import main
from framescope_training.dataset import tokenised
from framescope_training.fit import fit
from framescope_training.network import from_base
from framescope_training.provenance import provenance
from framescope_training.publish import publish
from framescope_training.recipe import read_recipe

pytest_plugins = ["browsing"]

ROOT = Path(__file__).parent.parent
CORPORA = ROOT.parent / "shared" / "corpora"

SENTENCES = [
    ("The regime shelled the town on Monday.", ["loaded_label"]),
    ("The thugs burned two shops, police said.", ["loaded_label"]),
    ("Sources said the talks had failed.", ["unverified_attribution"]),
    ("The bank reportedly sold its shares.", ["unverified_attribution"]),
    ("It was a horrific and disgraceful night.", ["emotive_term"]),
    ("The army pounded the ridge, the ministry said.", ["emotive_term"]),
    (
        "Sources said the regime had butchered them.",
        ["loaded_label", "unverified_attribution", "emotive_term"],
    ),
    ("The council met on Tuesday and approved the budget.", []),
    ("Nine people were killed, the hospital said.", []),
    ("The minister said that taxes would fall in May.", []),
]
WORDS = {
    "loaded_label": ("The regime", "the regime", "The thugs"),
    "unverified_attribution": ("Sources said", "reportedly"),
    "emotive_term": ("horrific", "disgraceful", "pounded", "butchered"),
}


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The corpora of development; tests that need them are skipped where they are missing."""
    if not CORPORA.is_dir():
        pytest.skip(f"needs the corpora, which are not at {CORPORA}")
    return CORPORA


@pytest.fixture(scope="session")
def tiny_records():
    def record(index, text, techniques):
        marks = [
            Annotation(technique, text.index(words), text.index(words) + len(words))
            for technique in techniques
            for words in WORDS[technique]
            if words in text
        ]
        labelled = frozenset(WORDS)
        return Record(f"article-{index % 4}", index, 0, text, "own", labelled, tuple(marks))

    return [record(i, *sentence) for i, sentence in enumerate(SENTENCES * 4)]


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory) -> Path:
    """A BERT of two layers with random weights, and a tokenizer that knows our words."""
    directory = tmp_path_factory.mktemp("tiny-base")
    words = sorted({word for text, _ in SENTENCES for word in re.findall(r"\w+", text.lower())})
    letters = [mark + letter for mark in ("", "##") for letter in string.ascii_lowercase]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = dict.fromkeys([*special, *string.punctuation, *string.digits, *letters, *words])
    wordpiece = BertWordPieceTokenizer({token: n for n, token in enumerate(vocabulary)})
    tokenizer = BertTokenizerFast(tokenizer_object=wordpiece._tokenizer, model_max_length=64)
    tokenizer.save_pretrained(directory)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=1200,  # large enough for the embedding table to be quantised
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.2,
        hidden_dropout_prob=0.02,  # some, so that a resumed run needs the right random state
        attention_probs_dropout_prob=0.02,
    )
    BertModel(config).save_pretrained(directory)
    return directory


@pytest.fixture(scope="session")
def tiny_recipe():
    return replace(
        read_recipe(ROOT / "training/recipes/small.toml"),
        name="tiny",
        title="framescope-tiny-test",
        epochs=20,
        learning_rate=3e-3,
        batch_size=8,
        dropout=0.0,
        max_tokens=48,
        seeds=(13, 14, 15),
        teachers=(),
        unlabelled=(),
    )


@pytest.fixture(scope="session")
def tiny_network(tiny_base, tiny_recipe, tiny_records, tmp_path_factory):
    set_seed(13)
    network = from_base(str(tiny_base), tiny_recipe.dropout)
    tokenizer = Tokenizer.from_file(str(tiny_base / "tokenizer.json"))
    rows = tokenised(tiny_records, tokenizer, tiny_recipe.max_tokens)
    fit(network, tiny_recipe, 13, rows, tmp_path_factory.mktemp("run") / "tiny")
    return network


@pytest.fixture(scope="session")
def tiny_checkpoint(tiny_network, tiny_recipe, tiny_base, tiny_records, tmp_path_factory) -> Path:
    """A published checkpoint of the tiny network, with both ONNX graphs listed."""
    directory = tmp_path_factory.mktemp("tiny") / "checkpoint"
    data = {"own": hashlib.sha256(repr(SENTENCES).encode()).hexdigest()}
    facts = provenance(tiny_recipe, str(tiny_base), data)
    publish(tiny_network, tiny_recipe, str(tiny_base), tiny_records, facts, directory)
    assert main(["export", str(directory)]) == 0
    return directory


@pytest.fixture(scope="session")
def tiny_model(tiny_checkpoint):
    return FramingModel.from_pretrained(tiny_checkpoint)
