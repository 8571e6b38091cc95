"""Per-class metrics of framing predictions, with article-level intervals, beside baselines."""

try:
    import pydantic  # noqa: F401
    import sklearn  # noqa: F401
except ImportError as error:
    raise ImportError("framescope_eval needs an extra: pip install 'framescope[eval]'") from error
