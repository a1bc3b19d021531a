"""The `claimsift` command."""

from __future__ import annotations

import signal
import sys

from . import _internal


def main() -> int:
    """Run the command with the arguments of this process."""
    # The command holds no Python state, so that Ctrl-C may end it as it ends any program.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _internal.run(["claimsift", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
