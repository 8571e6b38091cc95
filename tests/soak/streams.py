"""Input for the soak runs: made of our own sentences and the tests' odd texts and bad files."""

import csv
import gzip
import json
import random
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))
from hostile import JSON_LINES, PLAIN, parquet
from odd_texts import TEXTS

_WHO = ("Sources", "The regime", "A spokesman", "The council", "The thugs", "Experts", "The mayor")
_DID = ("said that", "claimed that", "denied that", "warned that", "told reporters that")
_WHAT = (
    "butchered the villagers",
    "approved the budget",
    "shelled the town without mercy",
    "opened a bridge",
    "killed nine people",
    "fled like cowards",
    "sold its shares",
)
_CLOSE = ("on Tuesday.", "in a horrific night.", "at 5 p.m. local time!", "according to Dr. Marsh.")


def sentence(chance: random.Random) -> str:
    """One of millions, with a name that hardly any other has."""
    who, did, what, close = map(chance.choice, (_WHO, _DID, _WHAT, _CLOSE))
    name = "".join(chance.choices("aeiklmnorstuv", k=7)).capitalize()
    return f"{who} {did} {name} and {chance.randrange(10_000)} others {what} {close}"


def document(chance: random.Random, sentences: int) -> str:
    """So many sentences, in paragraphs."""
    return "".join(sentence(chance) + chance.choice("  \n") for _ in range(sentences)).strip()


def write_mixed(directory: Path, documents: int, chance: random.Random) -> None:
    """A tree of all formats, with records that can't be read, and with odd texts."""
    rows = [
        {
            "id": str(number),
            "text": document(chance, chance.randrange(12)),
            "url": f"https://example.org/{number}",
        }
        for number in range(documents)
    ]
    lines = ["{broken" if chance.random() < 0.02 else json.dumps(row) for row in rows]
    half = len(rows) // 2
    (directory / "a.jsonl").write_text("\n".join(lines[:half]), encoding="utf-8")
    with gzip.open(directory / "b.jsonl.gz", "wt", encoding="utf-8") as packed:
        packed.write("\n".join(lines[half:]))
    with (directory / "c.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["id", "text", "url"])
        table.writeheader()
        table.writerows(rows[:half])
    columns = {name: [row[name] for row in rows[half:]] for name in rows[0]}
    (directory / "d.parquet").write_bytes(parquet(**columns))
    odd = [json.dumps({"id": name, "text": text}) for name, text in TEXTS.items()]
    (directory / "e.jsonl").write_text("\n".join(odd), encoding="utf-8")
    for file in PLAIN + JSON_LINES:
        (directory / f"hostile.{file.name}").write_bytes(file.make())
