#!/bin/sh
# ruamel.yaml's safe dumper folds a line at a blank within a key, and its own loader refuses the
# result: a key must stand on one line. Keys that are words with blanks, in a mapping that passes
# column 80, are enough.
# It hurts: who writes a scenario with keys such as `hotline answer` from a script.
# simcap: no key reaches the edge of what it writes (resolved_yaml in simcap/building/load.py); a
# folded key in a file is a fault at its line.
set -eu
unset PYTHONPATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ruamel.yaml==0.19.1
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata
import io

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

targets = {
    "at once": "20 s",
    "crisis response": "24 h",
    "first contact": "14 days",
    "hotline answer": "10 min",
    "register visit": "1 week",
}
yaml, text = YAML(typ="safe", pure=True), io.StringIO()
yaml.dump({"targets": targets}, text)
print("ruamel.yaml", importlib.metadata.version("ruamel.yaml"), "writes")
print(text.getvalue())
try:
    yaml.load(text.getvalue())
except YAMLError as problem:
    print("and reads:", problem.problem)
else:
    raise SystemExit("it reads it now")
PYTHON
