"""The entry to Cairn. It answers `cairn --version` before it loads anything else, because people ask it in scripts."""

import atexit
import gc
import os
import sys

VERSION = "0.1.0"


def main() -> None:
    """Run the command that was typed; Ctrl-C ends it with 1, however early or late it comes."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"cairn {VERSION}\n")
        return
    # Cairn uses no plugin of pydantic's: looking through every installed package for one would slow each command.
    # Nor does a command live long enough for the memory that a collection of garbage would give back; at its end the
    # system takes all of it, and Python need not look through it first, a quarter of what a command costs.
    gc.set_threshold(200_000)
    atexit.register(gc.freeze)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    try:
        from cli.command_table import app

        app(prog_name="cairn")
    except KeyboardInterrupt:  # while it was still being loaded, or after the command had ended
        sys.exit(1)


if __name__ == "__main__":
    main()
