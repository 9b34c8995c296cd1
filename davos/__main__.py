"""`python -m davos` is `davos`."""

import sys

from davos.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
