"""The report page: articles with their framing marked, as one file that needs nothing else.

Reading order: `article` (text and model -> pieces to show), `rates` and `reference` (figures),
`report` (the page), `command` (the sub-command `framescope report`).
"""

from framescope.page.article import Article, read_article
from framescope.page.report import report_html

__all__ = ["Article", "read_article", "report_html"]
