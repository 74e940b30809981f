"""Write a private apt sources file: the machine's own Debian archive, with
the suites we need.

Nothing is added to the system: dev/fetch-odoo points apt at the written file
for its own calls only. Usage: private_apt.py TARGET SUITE...
"""

import re
import sys
from pathlib import Path

APT = Path("/etc/apt")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def deb822_entries():
    """Yield (uri, suites, signed_by) of the machine's *.sources files."""
    for path in sorted((APT / "sources.list.d").glob("*.sources")):
        lines = [ln for ln in path.read_text().splitlines() if not ln.startswith("#")]
        for stanza in re.split(r"\n\s*\n", "\n".join(lines)):
            fields = dict(re.findall(r"(?m)^([\w-]+):[ \t]*(.+)$", stanza))
            if fields.get("Enabled", "yes").strip().lower() == "no":
                continue
            if "deb" in fields.get("Types", "").split():
                for uri in fields.get("URIs", "").split():
                    yield uri, fields.get("Suites", ""), fields.get("Signed-By")


def one_line_entries():
    """Yield (uri, suites, signed_by) of sources.list and *.list files."""
    paths = [APT / "sources.list", *sorted((APT / "sources.list.d").glob("*.list"))]
    pattern = re.compile(r"^deb\s+(?:\[(?P<opts>[^]]*)\]\s+)?(\S+)\s+(\S+)", re.M)
    for path in paths:
        if path.exists():
            for match in pattern.finditer(path.read_text()):
                signed = re.search(r"signed-by=(\S+)", match["opts"] or "")
                yield match[2], match[3], signed and signed[1]


def debian_archive():
    """Return (uri, signed_by) of the main Debian archive apt already uses."""
    for uri, suites, signed_by in [*deb822_entries(), *one_line_entries()]:
        # .../debian/ is the archive itself; debian-security has no sid.
        if re.search(r"/debian/?$", uri) and "security" not in suites:
            return uri, signed_by or KEYRING
    sys.exit("no Debian archive found in this machine's apt sources")


def main(target, *suites):
    uri, signed_by = debian_archive()
    Path(target).write_text(
        "Types: deb\n"
        f"URIs: {uri}\n"
        f"Suites: {' '.join(suites)}\n"
        "Components: main\n"
        f"Signed-By: {signed_by}\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
