"""`python -m hf_lsp`: the program in its place."""

import os
import subprocess
import sys

from . import find

try:
    program = find()
except FileNotFoundError as error:
    sys.exit("hf-lsp: {}".format(error))
if os.name == "nt":
    # There a replaced process would end before its output is read.
    sys.exit(subprocess.run([program, *sys.argv[1:]]).returncode)
os.execv(program, [program, *sys.argv[1:]])
