"""A trained network -> a checkpoint directory that transformers, the Hub and framescope read."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from framescope.checkpoint import ONNX, TOKENIZER, Checkpoint, digest, write_manifest
from framescope.encoder import OnnxEncoder
from framescope.model import FramingModel
from framescope_data.values import Record
from framescope_training.export import export_fp32, export_int8
from framescope_training.network import FramingNetwork
from framescope_training.recipe import Recipe
from framescope_training.tune import UNTUNED, tuned


def publish(
    network: FramingNetwork,
    recipe: Recipe,
    base: str,
    dev: Sequence[Record],
    data: Mapping[str, str],
    directory: Path,
) -> None:
    """Writes weights, tokenizer, int8 ONNX and manifest; calibrates each precision on `dev`.

    `data` gives the checksum of every corpus used. The single-precision graph is written too; it is
    listed in no manifest and need not be shipped, since `framescope-train export` makes it anew.
    """
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    _save_weights(network, directory)
    _save_tokenizer(base, directory)
    fp32, int8 = directory / ONNX["fp32"], directory / ONNX["int8"]
    export_fp32(network, fp32)
    export_int8(fp32, int8)
    calibrations = {
        precision: tuned(_untuned_model(directory, directory / graph, recipe), dev)
        for precision, graph in ONNX.items()
    }
    checkpoint = Checkpoint(
        directory, recipe.name, recipe.max_tokens, calibrations, sha256=_digests(directory, fp32)
    )
    write_manifest(checkpoint, _provenance(recipe, data))


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


def _untuned_model(directory: Path, graph: Path, recipe: Recipe) -> FramingModel:
    tokenizer = Tokenizer.from_file(str(directory / TOKENIZER))
    return FramingModel(OnnxEncoder(graph.read_bytes()), tokenizer, UNTUNED, recipe.max_tokens)


def _digests(directory: Path, fp32: Path) -> dict[str, str]:
    files = sorted(path for path in directory.rglob("*") if path.is_file() and path != fp32)
    return {str(path.relative_to(directory)): digest(path.read_bytes()) for path in files}


def _provenance(recipe: Recipe, data: Mapping[str, str]) -> dict[str, Any]:
    packages = ("framescope", "torch", "transformers", "onnx", "onnxruntime", "tokenizers")
    return {
        "recipe": asdict(recipe),
        "data_sha256": dict(data),
        "versions": {package: version(package) for package in packages},
    }
