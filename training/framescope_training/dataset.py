"""Records -> tokenised `datasets.Dataset`, length-bucketed batches of tensors."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Sampler

from framescope.techniques import TECHNIQUES
from framescope_data.values import Record
from framescope_training.distil import SoftTargets

_COUNT = len(TECHNIQUES)


def tokenised(
    records: Sequence[Record],
    tokenizer: Tokenizer,
    max_tokens: int,
    soft: Sequence[SoftTargets] = (),
    gold_weight: float = 1.0,
) -> Dataset:
    """One row a record: input_ids, sentence targets and mask, token targets and mask, length.

    With `soft` targets, one a record, nothing is masked: what was not looked for has the teachers'
    target, everything else `gold_weight` times its own and the rest of the teachers'.
    Training cuts a sentence at `max_tokens`; inference reads longer ones in windows.
    """
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    encodings = tokenizer.encode_batch([record.text for record in records])
    tokenizer.no_truncation()
    rows = [_row(record, encoding) for record, encoding in zip(records, encodings, strict=True)]
    if soft:
        rows = [
            _softened(row, encoding.offsets, targets, gold_weight)
            for row, encoding, targets in zip(rows, encodings, soft, strict=True)
        ]
    return Dataset.from_list(rows)


def collate(rows: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
    """Pads a batch on the right; padding is outside the attention and the token mask."""
    lengths = torch.tensor([len(row["input_ids"]) for row in rows])
    return {
        "input_ids": _padded(rows, "input_ids", torch.int64),
        "attention_mask": (torch.arange(int(lengths.max())) < lengths[:, None]).long(),
        "targets": torch.tensor([row["targets"] for row in rows], dtype=torch.float32),
        "mask": torch.tensor([row["mask"] for row in rows], dtype=torch.float32),
        "token_targets": _padded(rows, "token_targets", torch.float32),
        "token_mask": _padded(rows, "token_mask", torch.float32),
    }


class LengthBuckets(Sampler[int]):
    """A shuffle in which neighbours have like lengths, so that batches carry little padding.

    The order depends on the seed and the epoch alone: a resumed run sees the batches it would have.
    """

    def __init__(self, lengths: Sequence[int], batch_size: int, seed: int) -> None:
        self.lengths = lengths
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Called by the `Trainer` before each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.lengths)

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self.seed * 1_000 + self.epoch)
        shuffled = torch.randperm(len(self.lengths), generator=generator).tolist()
        bucket_size = 50 * self.batch_size
        batches = [
            batch
            for at in range(0, len(shuffled), bucket_size)
            for batch in self._batches(shuffled[at : at + bucket_size])
        ]
        # A short last batch stays last: anywhere else it would shift the ones behind it.
        whole = [batch for batch in batches if len(batch) == self.batch_size]
        rest = [batch for batch in batches if len(batch) < self.batch_size]
        order = torch.randperm(len(whole), generator=generator).tolist()
        for batch in [whole[index] for index in order] + rest:
            yield from batch

    def _batches(self, bucket: list[int]) -> list[list[int]]:
        bucket = sorted(bucket, key=lambda index: self.lengths[index])
        return [bucket[i : i + self.batch_size] for i in range(0, len(bucket), self.batch_size)]


def _row(record: Record, encoding: Any) -> dict[str, Any]:
    return {
        "input_ids": encoding.ids,
        "targets": record.targets,
        "mask": record.mask,
        "token_targets": [_token_targets(record, *offsets) for offsets in encoding.offsets],
        "token_mask": [not special for special in encoding.special_tokens_mask],
        "length": len(encoding.ids),
    }


def _softened(
    row: dict[str, Any], offsets: Sequence[tuple[int, int]], soft: SoftTargets, gold_weight: float
) -> dict[str, Any]:
    weight = gold_weight * np.array(row["mask"])
    tokens = np.array([soft.of_token(start, end) for start, end in offsets])
    return {
        **row,
        "targets": _blend(row["targets"], soft.sentence, weight),
        "mask": [True] * _COUNT,
        "token_targets": _blend(row["token_targets"], tokens, weight),
    }


def _blend(gold: Any, soft: Any, weight: Any) -> Any:
    return (weight * np.array(gold) + (1 - weight) * soft).astype(np.float32).tolist()


def _token_targets(record: Record, start: int, end: int) -> list[float]:
    return [
        max(
            (
                mark.target
                for mark in record.annotations
                if mark.technique == technique and mark.start < end and start < mark.end
            ),
            default=0.0,
        )
        for technique in TECHNIQUES
    ]


def _padded(rows: Sequence[Mapping[str, Any]], column: str, dtype: torch.dtype) -> Tensor:
    return pad_sequence([torch.tensor(row[column], dtype=dtype) for row in rows], batch_first=True)
