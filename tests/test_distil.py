"""Distillation: what a teacher says becomes the target, token by token, and is kept."""

from dataclasses import replace

import numpy as np
import pytest
from tokenizers import Tokenizer

from framescope.calibration import sigmoid
from framescope_training import distil
from framescope_training.dataset import tokenised
from framescope_training.distil import SoftTargets, soft_targets
from framescope_training.network import from_base, from_checkpoint


@pytest.fixture
def texts(tiny_records):
    return [record.text for record in tiny_records]


def test_soft_targets_are_the_teachers_probabilities(tiny_checkpoint, tiny_model, texts, tmp_path):
    encoded = tiny_model.encode(texts)
    soft = soft_targets([str(tiny_checkpoint)], texts, tmp_path)
    assert np.stack([of.sentence for of in soft]) == pytest.approx(
        sigmoid(encoded.sentence_logits), abs=2e-3
    )
    for of, offsets, logits in zip(soft, encoded.token_offsets, encoded.token_logits, strict=True):
        for (start, end), token in zip(offsets, sigmoid(logits), strict=True):
            assert of.of_token(start, end) == pytest.approx(token, abs=2e-3)


def test_what_a_teacher_said_is_not_asked_twice(tiny_checkpoint, texts, tmp_path, monkeypatch):
    monkeypatch.setattr(distil, "_CHUNK", 16)
    first = soft_targets([str(tiny_checkpoint)], texts, tmp_path)
    assert len(list(tmp_path.rglob("*.npz"))) == 3
    monkeypatch.setattr(distil, "_write", None)
    again = soft_targets([str(tiny_checkpoint)], texts, tmp_path)
    assert all((a.sentence == b.sentence).all() for a, b in zip(first, again, strict=True))


def test_two_teachers_are_averaged_whatever_their_tokens():
    one = np.array([[0.2, 0, 0], [0.6, 0, 0]], np.float32)
    other = np.array([[1.0, 0, 0]], np.float32)
    soft = SoftTargets(
        np.zeros(3, np.float32),
        (one, other),
        (np.array([[0, 3], [3, 7]]), np.array([[0, 7]])),
    )
    assert soft.of_token(2, 5).tolist() == pytest.approx([0.8, 0, 0])
    assert soft.of_token(9, 12).tolist() == [0, 0, 0]


def test_annotations_have_their_share_and_unlabelled_text_is_the_teachers(
    tiny_base, tiny_records, tiny_checkpoint, tmp_path
):
    tokenizer = Tokenizer.from_file(str(tiny_base / "tokenizer.json"))
    read = tiny_records[0]
    plain = replace(read, annotations=(), labelled=frozenset())
    soft = soft_targets([str(tiny_checkpoint)], [read.text] * 2, tmp_path)
    rows = tokenised([read, plain], tokenizer, 48, soft, gold_weight=0.75)
    said = soft[0].sentence
    assert rows[0]["targets"] == pytest.approx((0.75 * np.array([1, 0, 0]) + 0.25 * said).tolist())
    assert rows[1]["targets"] == pytest.approx(said.tolist())
    assert rows[1]["mask"] == [True] * 3
    assert np.array(rows[1]["token_targets"]).max() > 0
    assert np.array(rows[0]["token_targets"])[:, 0].max() > 0.75


def test_training_goes_on_from_a_checkpoint_with_its_heads(tiny_checkpoint):
    begun, published = from_base(str(tiny_checkpoint), 0.1), from_checkpoint(tiny_checkpoint)
    for name, weight in published.state_dict().items():
        assert (begun.state_dict()[name] == weight).all(), name
