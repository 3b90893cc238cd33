"""`python -m clusterdef`: the same command line as the installed `clusterdef`."""

from __future__ import annotations

import sys

from clusterdef.cli import main

if __name__ == "__main__":
    sys.exit(main())
