"""Fine-tuning with the Hugging Face `Trainer`: bf16 autocast, length buckets, exact resume."""

import json
import shutil
import time
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import Trainer, TrainerCallback, TrainingArguments
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_utils import get_last_checkpoint

from framescope_training.dataset import LengthBuckets, collate
from framescope_training.network import FramingNetwork, loss_of
from framescope_training.recipe import Recipe

_SECONDS = "seconds.txt"


def fit(network: FramingNetwork, recipe: Recipe, seed: int, train: Dataset, run: Path) -> None:
    """Trains `network` in place; goes on from the last checkpoint below `run`, if there is one.

    A run that was killed and resumed ends with the same weights as one that was not.
    """
    trainer = _FramingTrainer(
        model=network,
        args=_arguments(recipe, seed, len(train), run),
        train_dataset=train,
        data_collator=collate,
        callbacks=[_Clock(run / _SECONDS)],
        recipe=recipe,
    )
    trainer.train(resume_from_checkpoint=_last_whole_checkpoint(run))
    # Training wraps `forward` in bf16 autocast; what is exported must compute in single precision.
    trainer.accelerator.unwrap_model(network, keep_fp32_wrapper=False)


def trained_hours(runs: Path) -> float:
    """Hours of training of all the runs below `runs`, by the clock; what a kill undid is not in."""
    return sum(float(path.read_text()) for path in runs.glob(f"*/{_SECONDS}")) / 3600


def _last_whole_checkpoint(run: Path) -> str | None:
    """The newest checkpoint that was written to its end; what a kill left unfinished is removed."""
    while run.is_dir() and (last := get_last_checkpoint(str(run))):
        try:
            # The Trainer writes this file last.
            json.loads((Path(last) / TRAINER_STATE_NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            shutil.rmtree(last)
        else:
            return last
    return None


class _Clock(TrainerCallback):
    """Adds up the seconds of a run, over kills and resumes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = float(path.read_text()) if path.is_file() else 0.0
        self._begun = time.monotonic()

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self._begun = time.monotonic()

    def on_save(self, *_: Any, **__: Any) -> None:
        self._path.write_text(f"{self._before + time.monotonic() - self._begun:.1f}\n")

    def on_train_end(self, *_: Any, **__: Any) -> None:
        self.on_save()


class _FramingTrainer(Trainer):
    def __init__(self, *, recipe: Recipe, train_dataset: Dataset, **arguments: Any) -> None:
        super().__init__(train_dataset=train_dataset, **arguments)
        self.recipe = recipe
        self.lengths = list(train_dataset["length"])

    def compute_loss(
        self, model: Any, inputs: dict[str, torch.Tensor], *_: Any, **__: Any
    ) -> torch.Tensor:
        logits = model(inputs["input_ids"], inputs["attention_mask"])
        return loss_of(
            logits,
            inputs["targets"],
            inputs["mask"],
            inputs["token_targets"],
            inputs["token_mask"],
            self.recipe.span_weight,
        )

    def _get_train_sampler(self, train_dataset: Any = None) -> LengthBuckets:
        return LengthBuckets(self.lengths, self.recipe.batch_size, self.args.seed)


def _arguments(recipe: Recipe, seed: int, size: int, run: Path) -> TrainingArguments:
    steps_per_epoch = -(-size // recipe.batch_size)
    return TrainingArguments(
        output_dir=str(run),
        num_train_epochs=recipe.epochs,
        learning_rate=recipe.learning_rate,
        per_device_train_batch_size=recipe.batch_size,
        warmup_steps=round(recipe.warmup * recipe.epochs * steps_per_epoch),
        weight_decay=recipe.weight_decay,
        seed=seed,
        bf16=True,
        use_cpu=not torch.cuda.is_available(),
        save_steps=max(50, steps_per_epoch // 4),
        save_total_limit=2,
        logging_steps=max(1, steps_per_epoch // 20),
        report_to=["tensorboard"],
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )
