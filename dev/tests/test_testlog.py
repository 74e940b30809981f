"""The reader of test logs decides whether a run was good: it must not err."""

import io
import sys
import unittest
from contextlib import redirect_stdout
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import testlog  # noqa: E402

CLOSING = "INFO odoo.tests.result: 0 failed, 0 error(s) of 1 tests when loading"


class TestLog(unittest.TestCase):
    def read(self, *lines, addon="mass_sending"):
        """Feed lines, given as "LEVEL logger: text", to a run."""
        log = ""
        for line in lines:
            level, space, rest = line.partition(" ")
            stamp = f"2026-01-01 00:00:00,000 1 {level} db "
            log += (stamp + rest if level.isupper() and space else line) + "\n"
        run = testlog.Run(addon)
        self.printed = io.StringIO()
        with redirect_stdout(self.printed):
            testlog.follow(io.StringIO(log), io.StringIO(), run)
        return run

    def test_good_run(self):
        run = self.read("INFO odoo.addons.x: Starting TestA.test_a ...", CLOSING)
        self.assertTrue(run.ok)
        self.assertEqual(run.counts, (1, 0, 0))
        self.assertFalse(self.printed.getvalue())

    def test_no_test_is_a_failure(self):
        run = self.read(CLOSING)
        self.assertFalse(run.ok)
        self.assertEqual(run.counts, (0, 1, 0))

    def test_all_skipped_is_a_failure(self):
        run = self.read(
            "INFO odoo.addons.x: Starting TestA.test_a ...",
            "INFO odoo.addons.x: skipped TestA.test_a : no browser",
            CLOSING,
        )
        self.assertEqual((run.ok, run.counts), (False, (0, 1, 1)))

    def test_death_before_the_end_is_a_failure(self):
        run = self.read("INFO odoo.addons.x: Starting TestA.test_a ...")
        self.assertFalse(run.ok)

    def test_failure_is_printed_with_its_traceback(self):
        run = self.read(
            "INFO odoo.addons.x: Starting TestA.test_a ...",
            "ERROR odoo.addons.x: FAIL: TestA.test_a",
            "Traceback (most recent call last):",
            "AssertionError: 1 != 2",
            "INFO odoo.addons.x: Starting TestA.test_b ...",
            CLOSING,
        )
        self.assertEqual((run.ok, run.counts), (False, (1, 1, 0)))
        self.assertIn("AssertionError: 1 != 2", self.printed.getvalue())
        self.assertNotIn("test_b", self.printed.getvalue())

    def test_subtests_of_one_test_count_once(self):
        run = self.read(
            "INFO odoo.addons.x: Starting TestA.test_a ...",
            "ERROR odoo.addons.x: FAIL: Subtest TestA.test_a (kind='mail')",
            "ERROR odoo.addons.x: FAIL: Subtest TestA.test_a (kind='sms')",
            CLOSING,
        )
        self.assertEqual(run.counts, (0, 1, 0))

    def test_broken_class_setup_is_a_failure(self):
        run = self.read(
            "INFO odoo.addons.x: Starting TestA.test_a ...",
            "ERROR odoo.addons.x: ERROR: setUpClass (odoo.addons.x.tests.TestB)",
            CLOSING,
        )
        self.assertEqual((run.ok, run.counts), (False, (1, 1, 0)))

    def test_warning_counts_when_it_names_the_addon(self):
        started = "INFO odoo.addons.x: Starting TestA.test_a ..."
        for text, good in (
            ("WARNING odoo.registry: something about sale.order", True),
            ("WARNING odoo.registry: field mass.sending.campaign.x", False),
            ("WARNING odoo.addons.mass_sending.models.y: careful", False),
            ("ERROR odoo.sql_db: bad query", False),
        ):
            with self.subTest(text):
                self.assertEqual(self.read(started, text, CLOSING).ok, good)


if __name__ == "__main__":
    unittest.main()
