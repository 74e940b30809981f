#!/usr/bin/env python3
"""Join the fragments of mass_sending/readme/ to README.rst.

Usage: dev/gen_readme.py [--check]
  --check  change nothing; fail when README.rst is not what would be written
"""

import sys
from pathlib import Path

ADDON = Path(__file__).resolve().parent.parent / "mass_sending"
TARGET = ADDON / "README.rst"
# fragment -> title; the first has none
FRAGMENTS = {
    "DESCRIPTION": "",
    "CONTEXT": "What it is for",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "ROADMAP": "Known limits and roadmap",
    "DEVELOP": "Development",
    "CONTRIBUTORS": "Authors",
}
HEADER = """\
============
Mass Sending
============

.. Made by dev/gen_readme.py from the fragments in readme/. Change those.
"""
FOOTER = """\
Licence
-------

LGPL-3.0 or later.
"""


def section(name, title):
    text = (ADDON / "readme" / f"{name}.rst").read_text(encoding="utf-8").strip()
    heading = f"{title}\n{'-' * len(title)}\n\n" if title else ""
    return f"{heading}{text}\n"


def main():
    parts = [HEADER, *(section(*item) for item in FRAGMENTS.items()), FOOTER]
    text = "\n".join(parts)
    if "--check" not in sys.argv:
        TARGET.write_text(text, encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
        sys.exit(f"{TARGET.name} is not current: run dev/gen_readme.py")


main()
