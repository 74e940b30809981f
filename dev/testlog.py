"""Read the log of an Odoo test run from standard input: keep all of it in a
file, print what a person needs, count the tests.

Odoo prints no closing line that tools know, and exits 0 when a mistyped tag
or an already installed addon made it run no test at all.  So this counts, and
fails on: a failed test, no test, an ERROR of anybody, a WARNING that names the
addon.
"""

import argparse
import re
import sys
from pathlib import Path

RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ "
    r"(?P<logger>[^\s:]+): (?P<text>.*)"
)
STARTED = re.compile(r"^Starting (?P<test>\S+) \.\.\.")
SKIPPED = re.compile(r"^skipped (?P<test>.+?) : (?P<reason>.*)")
# The parameters of a subtest, which follow the name, are left out.
FAILED = re.compile(
    r"^(?:FAIL|ERROR): (?:Subtest )?(?P<test>(?:setUp|tearDown)\w+ \(\S+\)|\S+)"
)
# Odoo's own closing remarks about failures that were already printed.
SUMMARY = re.compile(
    r"^(Module \S+: \d+ failures|At least one test failed|\d+ failed, \d+ error)"
)


class Run:
    """What has been seen so far of one test run."""

    def __init__(self, addon):
        self.mentions_addon = re.compile(addon.replace("_", "[._]"))
        self.started = []
        self.failed = []
        self.skipped = []
        self.complaints = 0
        self.finished = False

    def read(self, level, logger, text):
        """Take in one record; return True when it should be printed."""
        if SUMMARY.match(text):
            self.finished = True
            return False
        if match := STARTED.match(text):
            self.started.append(match["test"])
        elif match := SKIPPED.match(text):
            self.skipped.append((match["test"], match["reason"]))
        elif level == "ERROR" and (match := FAILED.match(text)):
            self.failed.append(match["test"])
            return True
        elif self._is_complaint(level, logger, text):
            self.complaints += 1
            return True
        return False

    def _is_complaint(self, level, logger, text):
        if level in ("ERROR", "CRITICAL"):
            return True
        return level == "WARNING" and bool(
            self.mentions_addon.search(logger) or self.mentions_addon.search(text)
        )

    @property
    def counts(self):
        """(passed, failed, skipped); what failed outside a test counts as one."""
        # A test fails once, however many of its subtests did; the setup of a
        # class fails without any of its tests being started.
        failed = len(set(self.failed))
        return self.passed, failed or int(not self.ok), len(self.skipped)

    @property
    def passed(self):
        others = {*self.failed, *(test for test, _reason in self.skipped)}
        return sum(test not in others for test in self.started)

    @property
    def ok(self):
        return bool(
            self.finished and not self.failed and not self.complaints and self.passed
        )


def follow(stream, log, run):
    """Copy the stream to the log, and its important records to the terminal."""
    printing = False
    for line in stream:
        log.write(line)
        if match := RECORD.match(line):
            printing = run.read(match["level"], match["logger"], match["text"])
            if printing:
                line = f"{match['level']} {match['logger']}: {match['text']}\n"
        elif not run.started and line.startswith(("Traceback", "error:")):
            printing = True
        if printing:
            print(line, end="", flush=True)


def report(run, args):
    passed, failed, skipped = run.counts
    for test, reason in run.skipped:
        print(f"skipped {test}: {reason}")
    if not run.finished:
        print("Odoo stopped before the end of the tests.")
    elif not run.started:
        print("No test ran. Is the tag right, and the test imported?")
    if run.complaints:
        print(f"{run.complaints} unexpected log record(s), printed above.")
    print(f"{args.label}: {passed} passed, {failed} failed, {skipped} skipped")
    print(f"full log: {args.log}")
    Path(args.counts).write_text(f"{passed} {failed} {skipped}\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--addon", required=True)
    parser.add_argument("--label", required=True)
    parser.add_argument("--log", required=True)
    parser.add_argument("--counts", required=True)
    args = parser.parse_args()
    run = Run(args.addon)
    with open(args.log, "w", encoding="utf-8") as log:
        follow(sys.stdin, log, run)
    report(run, args)
    sys.exit(0 if run.ok else 1)


if __name__ == "__main__":
    main()
