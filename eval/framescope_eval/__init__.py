"""Per-class metrics of framing predictions, with article-level intervals, beside baselines."""

from importlib.util import find_spec

_NEEDED = ("jinja2", "markdown_it", "matplotlib", "pydantic", "sklearn")

if any(find_spec(name) is None for name in _NEEDED):
    raise ImportError("framescope_eval needs an extra: pip install 'framescope[eval]'")
