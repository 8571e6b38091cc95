"""Recipe -> records -> fine-tuned encoder -> calibrated, exported, evaluated checkpoint."""

try:
    import accelerate  # noqa: F401
    import datasets  # noqa: F401
    import torch  # noqa: F401
    import transformers  # noqa: F401
except ImportError as error:
    raise ImportError(
        "framescope_training needs an extra: pip install 'framescope[train]'"
    ) from error
