"""A trained network -> a checkpoint directory that transformers, the Hub and framescope read."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from framescope.checkpoint import ONNX, TOKENIZER, Checkpoint, digest, write_manifest
from framescope.encoder import OnnxEncoder
from framescope.model import FramingModel
from framescope_data.values import Record
from framescope_training.export import check_int8, export_fp32, export_int8
from framescope_training.network import FramingNetwork
from framescope_training.recipe import Recipe
from framescope_training.tune import UNTUNED, tuned

_SAMPLE = 400
"""Sentences whose activations tell the ranges for int8."""


def publish(
    network: FramingNetwork,
    recipe: Recipe,
    base: str,
    dev: Sequence[Record],
    facts: Mapping[str, Any],
    directory: Path,
) -> None:
    """Writes weights, tokenizer, int8 ONNX and manifest; calibrates each precision on `dev`.

    `directory` is replaced when everything is there. The single-precision graph is written too; it
    is listed in no manifest and need not be shipped: `framescope-train export` makes it anew.
    """
    made = directory.with_name(f".{directory.name}.new")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    _save_weights(network, made)
    _save_tokenizer(base, made)
    fp32, int8 = made / ONNX["fp32"], made / ONNX["int8"]
    export_fp32(network, fp32)
    texts = [record.text for record in dev]
    export_int8(fp32, int8, _sample(made, texts, recipe.max_tokens))
    encoded = {
        precision: _untuned_model(made, made / graph, recipe).encode(texts)
        for precision, graph in ONNX.items()
    }
    check_int8(encoded["fp32"].sentence_logits, encoded["int8"].sentence_logits)
    calibrations = {precision: tuned(of, dev) for precision, of in encoded.items()}
    sha256 = _digests(made, fp32)
    checkpoint = Checkpoint(made, recipe.name, recipe.max_tokens, calibrations, sha256)
    write_manifest(checkpoint, facts)
    shutil.rmtree(directory, ignore_errors=True)
    made.rename(directory)


def _save_weights(network: FramingNetwork, directory: Path) -> None:
    """Rounds the weights to half precision, so that every file holds the same numbers."""
    network.half()
    network.save(directory)
    network.float()
    # The files are half the size; the numbers are computed with in single precision.
    network.classifier.config.dtype = torch.float32
    network.classifier.config.save_pretrained(directory)


def _save_tokenizer(base: str, directory: Path) -> None:
    AutoTokenizer.from_pretrained(base).save_pretrained(directory)
    tokenizer = Tokenizer.from_file(str(directory / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(directory / TOKENIZER))


def _sample(directory: Path, texts: Sequence[str], max_tokens: int) -> list[list[int]]:
    """Token ids of some of the texts, spread over all of them."""
    tokenizer = Tokenizer.from_file(str(directory / TOKENIZER))
    some = texts[:: max(1, len(texts) // _SAMPLE)]
    return [encoding.ids[:max_tokens] for encoding in tokenizer.encode_batch(some)]


def _untuned_model(directory: Path, graph: Path, recipe: Recipe) -> FramingModel:
    tokenizer = Tokenizer.from_file(str(directory / TOKENIZER))
    return FramingModel(OnnxEncoder(graph.read_bytes()), tokenizer, UNTUNED, recipe.max_tokens)


def _digests(directory: Path, fp32: Path) -> dict[str, str]:
    files = sorted(path for path in directory.rglob("*") if path.is_file() and path != fp32)
    for path in files:
        path.chmod(0o644)  # safetensors writes files that nobody else may read
    return {str(path.relative_to(directory)): digest(path.read_bytes()) for path in files}
