"""Where the network lies that training starts from."""

from pathlib import Path

from huggingface_hub import hf_hub_download, snapshot_download
from huggingface_hub.errors import EntryNotFoundError

from framescope.checkpoint import BUNDLED, MANIFEST
from framescope_training.recipe import RecipeError

WEIGHTS = "model.safetensors"


def located(base: str) -> str:
    """The directory of a checkpoint of ours, given by shipped name or Hub id; all else as it is.

    Raises `RecipeError` for a shipped checkpoint whose weights are not here.
    """
    shipped = BUNDLED / base
    if (shipped / MANIFEST).is_file():
        if not (shipped / WEIGHTS).is_file():
            raise RecipeError(
                f"{shipped}: an installed framescope has no weights to go on from; give --base the"
                f" directory model/checkpoints/{base} of a checkout, or a Hub id"
            )
        return str(shipped)
    if Path(base).is_dir() or base.count("/") != 1:
        return base
    try:
        hf_hub_download(base, MANIFEST)
    except EntryNotFoundError:  # an encoder of somebody else's
        return base
    return snapshot_download(base)


def is_checkpoint(base: str) -> bool:
    """Whether training goes on from a checkpoint of ours."""
    return (Path(base) / MANIFEST).is_file()
