"""Strings that splitters, tokenizers and terminals choke on. All are our own."""

from collections.abc import Mapping


def _every_plane() -> str:
    """The first, a middle and the last characters of each plane, noncharacters among them."""
    points = (p * 0x10000 + at for p in range(17) for at in (0, 1, 0x1234, 0xFFFD, 0xFFFE, 0xFFFF))
    return " ".join(map(chr, points))


TEXTS: Mapping[str, str] = {
    "empty": "",
    "white space": " \t\r\n\x0b\x0c\x1c\x1f\x85\xa0\u1680\u2003\u2028\u2029\u3000 ",
    "zero width only": "\u200b\u200c\u200d\u2060\ufeff",
    "nul": "The reg\0ime fell.\0\0 Sources said so.",
    "controls": "".join(map(chr, range(32))) + "\x7f\x80\x9b31m The regime fell.",
    "lone surrogates": "\ud800 Sources said \udfff the regime\udc00\ud800 fell.",
    "reversed pair": "The \udc00\ud800 regime fell. \udbff",
    "every plane": _every_plane(),
    "noncharacters": "Sources said \ufdd0\ufffe\uffff\U0010ffff so. The regime fell.",
    "right to left": "قالت المصادر إن النظام سقط. \u202eThe regime\u202c fell. אמרו מקורות.",
    "isolates": "\u2066\u2067\u2068" * 200 + "The regime fell." + "\u2069" * 600,
    "emoji": "The 👩‍👩‍👧‍👦 regime 🏴󠁧󠁢󠁳󠁣󠁴󠁿 fell 👍🏽👍🏿. 🇫🇷🇫🇷 Sources ☠️ said so. 1️⃣",
    "combining": "The re" + "\u0301\u0323\u20dd" * 500 + "gime fell. S\u0308o\u030c said.",
    "hangul jamo": "\u1112\u1161\u11ab" * 300 + " regime fell.",
    "ligatures grow": "\ufdfa " * 200 + "ﬃ ǆ İ ß ŉ ΐ regime",
    "variation selectors": "regime" + "\ufe0f\U000e0100" * 400 + " fell.",
    "tags": "regime" + "".join(chr(0xE0000 + n) for n in range(128)) + " fell.",
    "no spaces": "theregimefell" * 500,
    "no spaces, stops": "the.regime!fell?" * 300,
    "no spaces, chinese": "政府军周一炮击了该镇。" * 1_000,
    "marks only": "?!?!…—“”’‘«»" * 300,
    "one mark": "!" * 4_000,
    "closing marks": '.")' * 1_500,
    "spaced ellipsis": ". " * 4_000,
    "ellipsis": "." * 4_000,
    "dashes": "-" * 4_000,
    "joiners": "a-b’c'd-" * 600,
    "initials": "A. B. C. " * 500,
    "numbers": "1. 2) 3: 1,000.00-5 " * 250,
    "one letter words": "a " * 4_000,
    "special tokens": "[CLS] The [SEP] regime [MASK] [PAD] fell [UNK]. </s><|endoftext|>",
    "html": "<script>alert('regime')</script> &lt;b&gt; <!-- --> ]]> The regime fell.",
    "terminal": "The \x1b[31mregime\x1b]0;title\x07 fell.\r\x08 \x9b2J [bold]said[/bold] [/]",
    "formula": '=HYPERLINK("https://example.org"; "regime")\n+1+1\n-2\n@SUM(A1)\t|cmd\'',
    "line breaks": "The regime\r\nfell.\rSources\nsaid\x85so.\u2028It\u2029rained.\n\r\n\rYes.",
    "wrapped": "the regime\n" * 500,
    "long words": " ".join("regime" * n for n in range(1, 120)),
}


def long_line(
    megabytes: float, filler: str = "Sources said the regime had butchered them. "
) -> str:
    """About so many million characters without a line break."""
    return filler * int(megabytes * 1_000_000 / len(filler))
