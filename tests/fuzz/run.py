"""Fuzzes one target with atheris, guided by the coverage of framescope's own code.

    pip install atheris
    python tests/fuzz/run.py split -runs=1000000
    python tests/fuzz/run.py all -runs=200000

Options are those of libFuzzer (https://llvm.org/docs/LibFuzzer.html). A failing input is written
to the working directory as `crash-...`; give its path as an option to run it again.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import atheris

sys.path.append(str(Path(__file__).parent.parent))

with atheris.instrument_imports(include=["framescope"]):
    from targets import TARGETS

from seeds import SEEDS


def main() -> int:
    """Returns an exit code: 0, or that of the first target which failed."""
    name, options = sys.argv[1], sys.argv[2:]
    if name == "all":
        for target in TARGETS:
            done = subprocess.run([sys.executable, __file__, target, *options], check=False)
            if done.returncode:
                return done.returncode
        return 0
    corpus = Path(tempfile.mkdtemp())
    for number, seed in enumerate(SEEDS[name]()):
        (corpus / str(number)).write_bytes(seed)
    print(f"{name}: {len(list(corpus.iterdir()))} seeds", flush=True)
    atheris.Setup([sys.argv[0], str(corpus), *options], TARGETS[name])
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
