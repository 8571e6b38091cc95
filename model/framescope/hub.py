"""A checkpoint directory -> a model repository of the Hugging Face Hub."""

from pathlib import Path

from framescope.checkpoint import MANIFEST, CheckpointError, read_checkpoint

CARD, REPORT = "README.md", "report.json"


def push_to_hub(
    directory: Path,
    repository: str,
    *,
    revision: str | None = None,
    private: bool = False,
    message: str = "framescope checkpoint",
) -> str:
    """Uploads what the manifest lists, itself, card and report as one commit; returns its URL.

    `repository` is a Hub id, made if there is none; so is `revision`, a branch (default: `main`).
    Who uploads is what `hf auth login` or the environment's `HF_TOKEN` says. Raises
    `CheckpointError` for files that are missing or not those of the manifest, before any upload,
    and huggingface_hub's errors.
    """
    # Here, since whoever scores need not wait for this import.
    from huggingface_hub import CommitOperationAdd, HfApi  # noqa: PLC0415

    checkpoint = read_checkpoint(directory)
    for file in checkpoint.sha256:
        checkpoint.verified(file)
    if not (directory / CARD).is_file():
        raise CheckpointError(
            f"{directory / CARD}: missing; a published checkpoint has a card:"
            f" `framescope-train card {directory}` writes it"
        )
    beside = [file for file in (CARD, REPORT) if (directory / file).is_file()]
    api = HfApi()
    api.create_repo(repository, private=private, exist_ok=True)
    if revision:
        api.create_branch(repository, branch=revision, exist_ok=True)
    operations = [
        CommitOperationAdd(file, directory / file)
        for file in (*beside, MANIFEST, *checkpoint.sha256)
    ]
    return api.create_commit(
        repository, operations, commit_message=message, revision=revision
    ).commit_url
