"""Per-class metrics of framing predictions, with article-level intervals, beside baselines."""
