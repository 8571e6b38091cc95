"""Training: recipes, batches, exact resume after a kill, calibration, the whole command."""

import json
import shutil
from dataclasses import replace
from itertools import count

import numpy as np
import pytest
import torch
from conftest import ROOT
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel, set_seed

from framescope import FramingModel
from framescope_data.values import Annotation
from framescope_training import fit as fit_module
from framescope_training.dataset import LengthBuckets, collate, tokenised
from framescope_training.export import ExportError, check_int8
from framescope_training.network import from_base, from_checkpoint, loss_of
from framescope_training.provenance import check_destination, claim_run, provenance
from framescope_training.recipe import RecipeError, read_recipe
from framescope_training.tune import TuneError, tuned


@pytest.mark.parametrize("path", sorted((ROOT / "training/recipes").glob("*.toml")), ids=str)
def test_every_recipe_reads(path):
    assert read_recipe(path).name == path.stem


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("epochs = ", "epoch = ", "key 'epoch"),
        ("epochs = 3", 'epochs = "5"', "epochs = '5' is not a int"),
        ("batch_size = 32", "batch_size = ", "Invalid value"),
    ],
)
def test_a_recipe_that_can_not_be_followed_names_the_key(tmp_path, old, new, message):
    text = (ROOT / "training/recipes/small.toml").read_text(encoding="utf-8")
    (tmp_path / "bad.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RecipeError, match=message):
        read_recipe(tmp_path / "bad.toml")


def test_a_smaller_network_keeps_layers_evenly_spaced(tmp_path):
    config = BertConfig(
        vocab_size=50, hidden_size=8, num_hidden_layers=6, num_attention_heads=2,
        intermediate_size=8,
    )  # fmt: skip
    base = BertModel(config)
    base.save_pretrained(tmp_path)
    network = from_base(str(tmp_path), 0.0, layers=3)
    kept = network.classifier.base_model.encoder.layer
    for ours, theirs in zip(kept, (0, 2, 5), strict=True):
        expected = base.encoder.layer[theirs].output.dense.weight
        assert torch.equal(ours.output.dense.weight, expected)
    network.save(tmp_path / "small")
    assert from_checkpoint(tmp_path / "small").classifier.config.num_hidden_layers == 3
    with pytest.raises(RecipeError, match="the base has 6"):
        from_base(str(tmp_path), 0.0, layers=7)


def test_token_targets_follow_the_marks(tiny_base, tiny_records):
    tokenizer = Tokenizer.from_file(str(tiny_base / "tokenizer.json"))
    record = replace(
        tiny_records[0],
        text="The regime fell.",
        annotations=(Annotation("loaded_label", 4, 10, borderline=True),),
    )
    row = tokenised([record], tokenizer, 48)[0]
    tokens = tokenizer.encode(record.text).tokens
    marked = [
        token for token, target in zip(tokens, row["token_targets"], strict=True) if target[0]
    ]
    assert "".join(marked).replace("##", "") == "regime"
    assert row["targets"] == [0.6, 0.0, 0.0]
    assert [bool(mask) for mask in row["token_mask"]] == [False, *[True] * (len(tokens) - 2), False]
    batch = collate([row, tokenised([replace(record, text="The")], tokenizer, 48)[0]])
    assert batch["attention_mask"].sum(1).tolist() == [len(tokens), 3]
    assert batch["token_targets"].shape == (2, len(tokens), 3)


def test_length_buckets_are_shuffled_whole_and_repeatable():
    lengths = np.random.default_rng(0).integers(3, 90, 1003).tolist()
    buckets = LengthBuckets(lengths, 8, seed=1)
    first = list(buckets)
    assert sorted(first) == list(range(1003))
    assert list(buckets) == first
    buckets.set_epoch(1)
    assert list(buckets) != first
    spread = [np.ptp([lengths[i] for i in first[at : at + 8]]) for at in range(0, 1000, 8)]
    assert np.mean(spread) < 10


def test_a_killed_run_goes_on_to_the_same_weights(
    tiny_base, tiny_recipe, tiny_records, tmp_path, monkeypatch
):
    recipe = replace(tiny_recipe, epochs=20)
    tokenizer = Tokenizer.from_file(str(tiny_base / "tokenizer.json"))
    rows = tokenised(tiny_records, tokenizer, recipe.max_tokens)

    def run(directory):
        set_seed(13)
        network = from_base(str(tiny_base), recipe.dropout)
        fit_module.fit(network, recipe, 13, rows, directory)
        return network.state_dict()

    whole = run(tmp_path / "whole")
    steps = count()

    def killed(*arguments):
        if next(steps) == 70:
            raise KeyboardInterrupt
        return loss_of(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(fit_module, "loss_of", killed)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "cut")
    resumed = run(tmp_path / "cut")
    for name, weight in whole.items():
        assert torch.equal(weight, resumed[name]), name
    assert list((tmp_path / "cut").rglob("events.out.tfevents*"))


def test_a_checkpoint_cut_short_by_a_kill_is_passed_over(tmp_path):
    for step, state in (("50", '{"global_step": 50}'), ("75", '{"global_s')):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "trainer_state.json").write_text(state)
    (tmp_path / "checkpoint-100").mkdir()
    assert fit_module._last_whole_checkpoint(tmp_path) == str(tmp_path / "checkpoint-50")
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-50"]


def test_a_run_of_another_recipe_or_data_is_not_taken_up(tiny_recipe, tmp_path):
    facts = provenance(tiny_recipe, "no/such", {"own": "abc"})
    claim_run(tmp_path / "run", facts)
    claim_run(tmp_path / "run", facts)
    other = provenance(replace(tiny_recipe, epochs=3), "no/such", {"own": "xyz"})
    with pytest.raises(RecipeError, match=r"another recipe and data_sha256; delete"):
        claim_run(tmp_path / "run", other)


def test_publishing_does_not_replace_a_directory_of_other_things(tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(RecipeError, match="publishing would replace them"):
        check_destination(tmp_path)


def test_thresholds_need_dev_data_that_label_everything(tiny_model, tiny_records):
    encoded = tiny_model.encode([record.text for record in tiny_records])
    partly = [replace(record, labelled=frozenset(["emotive_term"])) for record in tiny_records]
    with pytest.raises(TuneError, match="unlabelled"):
        tuned(encoded, partly)
    with pytest.raises(TuneError, match="no sentence with, or none without, loaded_label"):
        tuned(encoded, [replace(record, annotations=()) for record in tiny_records])


def test_int8_is_as_good_as_single_precision(tiny_checkpoint, tiny_records):
    sentences = [record.text for record in tiny_records]
    int8 = FramingModel.from_pretrained(tiny_checkpoint).predict(sentences)
    fp32 = FramingModel.from_pretrained(tiny_checkpoint, precision="fp32").predict(sentences)
    assert [p.techniques for p in int8] == [p.techniques for p in fp32]


def test_the_manifest_tells_where_the_checkpoint_came_from(tiny_checkpoint, tiny_recipe):
    manifest = json.loads((tiny_checkpoint / "framescope.json").read_text(encoding="utf-8"))
    assert manifest["provenance"]["recipe"]["seeds"] == list(tiny_recipe.seeds)
    assert set(manifest["calibrations"]) == {"int8", "fp32"}
    assert "model.safetensors" in manifest["sha256"]


def test_the_command_follows_a_recipe_to_a_checkpoint_with_a_card(tiny_base, tmp_path):
    """Everything at once, on the starter corpus, with an encoder too small to learn much."""
    text = (ROOT / "training/recipes/starter.toml").read_text(encoding="utf-8")
    recipe = tmp_path / "starter.toml"
    lines = ["epochs = 1" if line.startswith("epochs") else line for line in text.splitlines()]
    recipe.write_text("\n".join(lines).replace("max_tokens = 256", "max_tokens = 64"))
    from framescope_training.cli import main  # noqa: PLC0415

    options = ["--corpora", tmp_path, "--base", tiny_base, "--run", tmp_path / "run", "--final"]
    code = main([str(recipe), *map(str, options)])
    assert code == 0
    published = tmp_path / "run" / "published"
    report = json.loads((published / "report.json").read_text(encoding="utf-8"))
    assert [corpus["name"] for corpus in report["corpora"]] == ["starter-dev", "starter-test"]
    card = (published / "README.md").read_text(encoding="utf-8")
    assert "model-index" in card
    assert "| framescope-starter | loaded_label |" in card
    assert main(["card", str(published)]) == 0
    assert (published / "README.md").read_text(encoding="utf-8") == card
    model = FramingModel.from_pretrained(shutil.move(published, tmp_path / "moved"))
    assert len(model.analyze("Sources said so. The council met.").sentences) == 2


def test_an_int8_graph_that_computes_something_else_is_refused():
    logits = np.random.default_rng(0).normal(0, 3, (50, 3)).astype(np.float32)
    check_int8(logits, logits + np.float32(0.05))
    with pytest.raises(ExportError, match="int8 logits stray"):
        check_int8(logits, logits[::-1])
