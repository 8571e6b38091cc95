"""The table of bad input files, made on the spot.

What each file holds, which texts must come out of it whole, and the message for the rest.
"""

import gzip
import io
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

GOOD = "Nine people were killed, the hospital said."
"""What stands beside the bad records and must survive them."""

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class HostileFile:
    """`name` has the suffix that tells the format; `make` gives the content.

    `texts` are those that must be read from it, in order. `rejected` has one pattern for each
    rejected record, in order; `refused` is the pattern of the error where nothing can be read.
    """

    name: str
    make: Callable[[], bytes]
    texts: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    refused: str = ""


def json_lines(*rows: object) -> bytes:
    """Rows as they stand if they are bytes, else as JSON, one a line."""
    lines = (row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
    return b"".join(line + b"\n" for line in lines)


def gzip_bomb(megabytes: int) -> bytes:
    """A gzip file a thousandth of what it unpacks to: NULs without a line break."""
    return gzip.compress(bytes(MEGABYTE), mtime=0) * megabytes


def parquet(**columns: object) -> bytes:
    """A Parquet file of these columns, lists or Arrow arrays."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def _packed(*rows: object) -> bytes:
    return gzip.compress(json_lines(*rows), mtime=0)


def _with_bad_sum(packed: bytes) -> bytes:
    return packed[:-8] + struct.pack("<I", zlib.crc32(b"other")) + packed[-4:]


def _with_bad_footer(file: bytes) -> bytes:
    size = int.from_bytes(file[-8:-4], "little")
    return file[: -8 - size] + b"\xff" * size + file[-8:]


_ROW = {"text": GOOD}
_DEEP = b'{"text": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
_DEEP_BESIDE = b'{"text": "Fine.", "more": ' + b'{"a":' * 200_000 + b"1" + b"}" * 200_001
_NOT_UTF8 = r"not UTF-8; convert it"
_NO_COLUMN = r"no column 'text'"

PLAIN = (
    HostileFile("empty.txt", lambda: b"", ("",)),
    HostileFile("mark.txt", lambda: b"\xef\xbb\xbf", ("",)),
    HostileFile("crlf.txt", lambda: b"One.\r\n\r\nTwo.\r\n", ("One.\r\n\r\nTwo.\r\n",)),
    HostileFile("cr.txt", lambda: b"One.\rTwo.\r", ("One.\rTwo.\r",)),
    HostileFile("nul.txt", lambda: b"The reg\0ime fell.", ("The reg\0ime fell.",)),
    HostileFile("zeros.txt", lambda: bytes(5_000), rejected=(r"looks like UTF-16|not text",)),
    HostileFile("latin1.txt", lambda: b"One.\nCaf\xe9.", rejected=(rf":2: {_NOT_UTF8}",)),
    HostileFile("mixed.txt", lambda: "Café. ".encode() + b"Caf\xe9.", rejected=(_NOT_UTF8,)),
    HostileFile("overlong.txt", lambda: b"a \xc0\xaf b", rejected=(_NOT_UTF8,)),
    HostileFile("surrogate.txt", lambda: b"a \xed\xa0\x80 b", rejected=(_NOT_UTF8,)),
    HostileFile("cut.txt", lambda: "Five €".encode()[:-1], rejected=(_NOT_UTF8,)),
    HostileFile("high.txt", lambda: b"a \xf4\x90\x80\x80 b", rejected=(_NOT_UTF8,)),
    HostileFile("utf16.txt", lambda: GOOD.encode("utf-16"), rejected=(r"UTF-16; convert it",)),
    HostileFile(
        "utf16.arabic.txt", lambda: "قالت المصادر".encode("utf-16"), rejected=(r"UTF-16|UTF-8",)
    ),
    HostileFile("utf32.txt", lambda: GOOD.encode("utf-32"), rejected=(r"UTF-(16|32|8)",)),
    HostileFile("program.txt", lambda: b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 9,
                rejected=(r"not UTF-8|not text|UTF-16",)),
)  # fmt: skip

JSON_LINES = (
    HostileFile("empty.jsonl", lambda: b""),
    HostileFile("blank.jsonl", lambda: b"\xef\xbb\xbf\n \r\n\t\n" + json_lines(_ROW), (GOOD,)),
    HostileFile("nested.jsonl", lambda: json_lines(_DEEP, _ROW), (GOOD,), (r"not JSON",)),
    HostileFile("beside.jsonl", lambda: json_lines(_DEEP_BESIDE, _ROW), (GOOD,), (r"not JSON",)),
    HostileFile(
        "integer.jsonl",
        lambda: json_lines(b'{"text": "Fine.", "n": ' + b"9" * 5_000 + b"}", _ROW),
        (GOOD,),
        (r"not JSON",),
    ),
    HostileFile(
        "types.jsonl",
        lambda: json_lines(*({"text": bad} for bad in (None, 5, 1.5, True, ["a"], {"a": 1})), _ROW),
        (GOOD,),
        tuple(
            rf"{kind} in field 'text'"
            for kind in ("NoneType", "int", "float", "bool", "list", "dict")
        ),
    ),
    HostileFile(
        "foreign.jsonl",
        lambda: json_lines(b"[1]", b'"text"', b"7", b"null", b"{}", _ROW),
        (GOOD,),
        (r"not a JSON object",) * 4 + (r"no field 'text'",),
    ),
    HostileFile(
        "broken.jsonl",
        lambda: json_lines(b"{", b"{'text': 1}", b'{"text": "a",}', b"{}{}", b"\0\0", b"//", _ROW),
        (GOOD,),
        (r"not JSON",) * 6,
    ),
    HostileFile("cut.jsonl", lambda: json_lines(_ROW) + b'{"text": "Bro', (GOOD,), (r"not JSON",)),
    HostileFile(
        "latin1.jsonl", lambda: json_lines(b'{"text": "Caf\xe9"}', _ROW), (GOOD,), (_NOT_UTF8,)
    ),
    HostileFile(
        "twice.jsonl",
        lambda: json_lines(b'{"text": "First.", "text": "Second."}', _ROW),
        (GOOD,),
        (r"field 'text' twice",),
    ),
    HostileFile("surrogate.jsonl", lambda: json_lines(b'{"text": "\\ud800 odd"}'), ("\ud800 odd",)),
    HostileFile("separator.jsonl", '{"text": "a\u2028b\x85c"}\n'.encode, ("a\u2028b\x85c",)),
    HostileFile("escaped.jsonl", lambda: json_lines(b'{"te\\u0078t": "Same."}'), ("Same.",)),
)

CSV = (
    HostileFile("empty.csv", lambda: b"", refused=_NO_COLUMN),
    HostileFile("header.csv", lambda: b"text\n"),
    HostileFile("none.csv", lambda: b"A first sentence.,x\nAnother.,y\n", refused=_NO_COLUMN),
    HostileFile(
        "columns.csv",
        lambda: b",".join(b"c%d" % n for n in range(MEGABYTE)) + b"\n",
        refused=rf"{_NO_COLUMN}.{{0,1000}}$",
    ),
    HostileFile(
        "wide.csv",
        lambda: b"text\nBefore.\n" + b"," * MEGABYTE + b"\nAfter.\n",
        ("Before.", "After."),
        (r"more fields than the header",),
    ),
    HostileFile("short.csv", lambda: b"id,text\n1\n2,Good.\n", ("Good.",), (r"in field 'text'",)),
    HostileFile("twice.csv", lambda: b"text,text\na,b\n", refused=r"column 'text' twice"),
    HostileFile("cr.csv", lambda: b"text\rOne.\rTwo.\r", ("One.", "Two.")),
    HostileFile("mark.csv", lambda: b"\xef\xbb\xbftext\nOne.\n", ("One.",)),
    HostileFile("unclosed.csv", lambda: b'text\nGood.\n"a,\nb\n', ("Good.",), (r"not CSV",)),
    HostileFile("latin1.csv", lambda: b"text\nGood.\nCaf\xe9\n", ("Good.",), (_NOT_UTF8,)),
    HostileFile("utf16.csv", lambda: "text\nGood.\n".encode("utf-16"), refused=r"UTF-16|column"),
    HostileFile("long.csv", lambda: b"text\n" + b"a " * MEGABYTE + b"\n", ("a " * MEGABYTE,)),
    HostileFile("semicolon.csv", lambda: b"id;text\n1;One.\n", refused=_NO_COLUMN),
)

PACKED = (
    HostileFile("fine.jsonl.gz", lambda: _packed(_ROW), (GOOD,)),
    HostileFile("two.jsonl.gz", lambda: _packed(_ROW) + _packed(_ROW), (GOOD, GOOD)),
    HostileFile("bomb.jsonl.gz", lambda: gzip_bomb(300), rejected=(r"longer than|unpacks to",)),
    HostileFile(
        "bomb.between.jsonl.gz",
        lambda: _packed(_ROW) + gzip_bomb(200) + gzip.compress(b"\n") + _packed(_ROW),
        (GOOD, GOOD),
        (r"longer than",),
    ),
    HostileFile("not.jsonl.gz", lambda: json_lines(_ROW), rejected=(r"not gzip|damaged",)),
    HostileFile(
        "cut.jsonl.gz", lambda: _packed(*[_ROW] * 9)[:-8], (GOOD,) * 9, (r"damaged or cut off",)
    ),
    HostileFile(
        "sum.jsonl.gz", lambda: _with_bad_sum(_packed(_ROW)), (GOOD,), (r"damaged",)
    ),
    HostileFile("tail.jsonl.gz", lambda: _packed(_ROW) + b"junk", (GOOD,), (r"damaged",)),
    HostileFile("empty.jsonl.gz", lambda: b"", ()),
)  # fmt: skip

PARQUET = (
    HostileFile("fine.parquet", lambda: parquet(text=[GOOD]), (GOOD,)),
    HostileFile("null.parquet", lambda: parquet(text=[None, GOOD]), (GOOD,), (r"in field 'text'",)),
    HostileFile("number.parquet", lambda: parquet(text=[1, 2]), refused=r"'text'.*(int64|string)"),
    HostileFile("list.parquet", lambda: parquet(text=[["a"]]), refused=r"'text'.*(list|string)"),
    HostileFile("other.parquet", lambda: parquet(body=[GOOD]), refused=_NO_COLUMN),
    HostileFile("none.parquet", parquet, refused=_NO_COLUMN),
    HostileFile("rows.parquet", lambda: parquet(text=[GOOD])[:-40], refused=r"[Pp]arquet"),
    HostileFile("magic.parquet", lambda: b"PAR1", refused=r"[Pp]arquet"),
    HostileFile(
        "footer.parquet", lambda: b"PAR1" + b"\xff\xff\xff\x7f" + b"PAR1", refused=r"[Pp]arquet"
    ),
    HostileFile("text.parquet", GOOD.encode, refused=r"[Pp]arquet"),
    HostileFile(
        "name.parquet", lambda: parquet(text=[GOOD]).replace(b"text", b"t\xffxt"), refused="damaged"
    ),
    HostileFile(
        "thrift.parquet", lambda: _with_bad_footer(parquet(text=[GOOD])), refused="damaged"
    ),
)

FILES = PLAIN + JSON_LINES + CSV + PACKED + PARQUET
