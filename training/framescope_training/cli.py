"""The command `framescope-train`: follow a recipe; write a card, export fp32, push to the Hub."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from framescope.checkpoint import (
    ONNX,
    WEIGHTS,
    CheckpointError,
    digest,
    read_checkpoint,
    read_provenance,
    write_manifest,
)
from framescope.hub import push_to_hub
from framescope_data.layers import LayerError
from framescope_training.base import located
from framescope_training.card import write_card
from framescope_training.export import ExportError, export_fp32
from framescope_training.network import from_checkpoint
from framescope_training.recipe import RecipeError, read_recipe
from framescope_training.train import Places, train
from framescope_training.tune import TuneError

_COMMANDS = ("recipe", "card", "export", "push")


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns an exit code: 0, or 2 with the reason on standard error."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # `framescope-train small.toml` is short for `framescope-train recipe small.toml`.
    if given and given[0] not in (*_COMMANDS, "-h", "--help"):
        given.insert(0, "recipe")
    options = _parser().parse_args(given)
    try:
        options.run_command(options)
    except (CheckpointError, ExportError, LayerError, RecipeError, TuneError, OSError) as error:
        print(f"framescope-train: {error}", file=sys.stderr)
        return 2
    return 0


def _recipe(options: argparse.Namespace) -> None:
    recipe = read_recipe(options.recipe)
    run = options.run or Path("runs") / recipe.name
    places = Places(
        corpora=options.corpora,
        base=located(options.base or recipe.base),
        run=run,
        checkpoint=options.checkpoint or run / "published",
    )
    train(recipe, places, options.final)
    print(f"checkpoint: {places.checkpoint}")


def _card(options: argparse.Namespace) -> None:
    print(f"card: {write_card(options.checkpoint)}")


def _export(options: argparse.Namespace) -> None:
    checkpoint = read_checkpoint(options.checkpoint)
    fp32 = checkpoint.directory / ONNX["fp32"]
    for file in WEIGHTS:
        checkpoint.verified(file)
    export_fp32(from_checkpoint(checkpoint.directory), fp32)
    sha256 = {**checkpoint.sha256, ONNX["fp32"]: digest(fp32.read_bytes())}
    provenance = read_provenance(checkpoint.directory)
    write_manifest(replace(checkpoint, sha256=sha256), provenance)
    print(f"single-precision graph: {fp32}")


def _push(options: argparse.Namespace) -> None:
    url = push_to_hub(
        options.checkpoint, options.repository, revision=options.revision, private=options.private
    )
    print(f"pushed: {url}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="framescope-train", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    recipe = commands.add_parser("recipe", help="train a checkpoint (the word may be left out)")
    recipe.add_argument("recipe", type=Path, metavar="RECIPE.toml")
    recipe.add_argument(
        "--corpora",
        type=Path,
        default=Path("corpora"),
        metavar="DIR",
        help="where the corpus texts lie (default: corpora/; starter-* need none)",
    )
    recipe.add_argument("--base", help="directory or Hub id (default: the recipe's)")
    recipe.add_argument("--run", type=Path, metavar="DIR", help="default: runs/NAME")
    recipe.add_argument(
        "--checkpoint", type=Path, metavar="DIR", help="default: published/ below the run"
    )
    recipe.add_argument(
        "--final", action="store_true", help="score the test sets too: once, after all choices"
    )
    recipe.set_defaults(run_command=_recipe)

    card = commands.add_parser("card", help="write a checkpoint's README.md from its report")
    card.add_argument("checkpoint", type=Path)
    card.set_defaults(run_command=_card)

    export = commands.add_parser("export", help="add the single-precision ONNX graph")
    export.add_argument("checkpoint", type=Path)
    export.set_defaults(run_command=_export)

    push = commands.add_parser("push", help="upload a checkpoint to the Hugging Face Hub")
    push.add_argument("checkpoint", type=Path)
    push.add_argument("repository", metavar="ORGANISATION/NAME")
    push.add_argument("--revision", help="a branch (default: main)")
    push.add_argument("--private", action="store_true", help="if the repository is made")
    push.set_defaults(run_command=_push)
    return parser


if __name__ == "__main__":
    sys.exit(main())
