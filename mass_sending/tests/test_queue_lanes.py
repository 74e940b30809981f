# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from psycopg2.errors import CheckViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mass_sending.channels import mail_builder
from odoo.addons.mass_sending.queue.hand_over import HandOver

from .common_queue import QueueCase

QUEUE_LOG = "odoo.addons.mass_sending.models.mass_sending_campaign_queue"


@tagged("post_install", "-at_install")
class TestQueueLanes(QueueCase):
    """Several SMTP sessions at once."""

    pipelining = True

    def setUp(self):
        super().setUp()
        self.mail_server.mass_sending_sessions = 4
        self.addCleanup(self._use_one_session)
        self._commit()

    def _use_one_session(self):
        self.mail_server.write(
            {"mass_sending_sessions": 1, "mass_sending_hourly_limit": 0}
        )
        self._commit()

    def _assert_everybody_once(self, number):
        self.assertEqual(
            sorted(self.smtp.received_addresses()),
            sorted(f"customer{index}@example.com" for index in range(number)),
        )

    def test_all_are_sent_once_over_as_many_sessions_as_allowed(self):
        self._make_customers(30)
        at_once = []

        def note():
            at_once.append(self.smtp.open_sessions)
            return True

        self.smtp.script.hooks = {
            f"customer{index}@example.com": note for index in range(30)
        }
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertStates(campaign, {"sent": 30})
        self._assert_everybody_once(30)
        self.assertEqual(max(at_once), 4)

    def test_each_broken_session_leaves_one_in_doubt_and_loses_nobody(self):
        self._make_customers(40)
        broken = ("customer8@example.com", "customer9@example.com")
        self.smtp.script.hooks = {address: lambda: False for address in broken}
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertStates(campaign, {"sent": 38, "uncertain": 2})
        self._assert_everybody_once(40)

    def test_refusals_end_only_their_own_deliveries(self):
        self._make_customers(20)
        self.smtp.script.rcpt["customer3@example.com"] = "550 5.1.1 unknown"
        self.smtp.script.data["customer4@example.com"] = "554 no"
        self.smtp.script.rcpt["customer5@example.com"] = "451 later"
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertStates(campaign, {"sent": 17, "error": 2, "new": 1})

    def test_server_that_wants_fewer_sessions_gets_fewer(self):
        self._make_customers(20)
        self.smtp.script.max_sessions = 2
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertStates(campaign, {"sent": 20})
        self._assert_everybody_once(20)

    @mute_logger(QUEUE_LOG)
    def test_hourly_limit_holds_for_all_sessions_together(self):
        self._make_customers(30)
        self.mail_server.write(
            {"mass_sending_hourly_limit": 13, "mass_sending_free_share": 0}
        )
        self._commit()
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertStates(campaign, {"sent": 13, "new": 17})
        self.assertEqual(len(self.smtp.received), 13)

    def test_number_of_sessions_is_checked(self):
        for number in (0, 21):
            with (
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.mail_server.mass_sending_sessions = number
                self.mail_server.flush_recordset()
            self.mail_server.invalidate_recordset()


@tagged("post_install", "-at_install")
class TestQueueOrder(QueueCase):
    """The order on which "at most one in doubt" stands."""

    pipelining = True

    def test_outcome_is_written_down_before_the_next_content_goes_out(self):
        self._make_customers(12)
        campaign = self._make_campaign()
        seen = []

        def look():
            # on another connection: only what is committed counts
            with self.registry.cursor() as cr:
                cr.execute(
                    "SELECT count(*) FROM mass_sending_delivery"
                    " WHERE campaign_id = %s AND state = 'sent'",
                    [campaign.id],
                )
                seen.append(cr.fetchone()[0])
            return True

        self.smtp.script.hooks = {
            f"customer{index}@example.com": look for index in range(12)
        }
        self._send(campaign)
        self.assertEqual(seen, list(range(12)))

    def test_mail_is_built_while_an_outcome_is_written_down(self):
        self._make_customers(6)
        happened = []
        build = mail_builder.MailBuilder._build_like_first
        start_record, confirm = HandOver.start_record, HandOver.confirm

        def note(what, function):
            def noting(*arguments):
                happened.append(what)
                return function(*arguments)

            return noting

        self.patch(HandOver, "start_record", note("start", start_record))
        self.patch(HandOver, "confirm", note("confirm", confirm))
        self.patch(mail_builder.MailBuilder, "_build_like_first", note("build", build))
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertStates(campaign, {"sent": 6})
        middle = happened.index("start")
        self.assertEqual(
            happened[middle : middle + 6], ["start", "build", "confirm"] * 2
        )

    @mute_logger("odoo.addons.mass_sending.channels.mail_builder")
    def test_mail_that_cannot_be_built_ends_only_its_own_delivery(self):
        self._make_customers(5)
        build = mail_builder.MailBuilder._build_like_first

        def fail(builder, row):
            if row.address == "customer2@example.com":
                raise LookupError("no such thing")
            return build(builder, row)

        self.patch(mail_builder.MailBuilder, "_build_like_first", fail)
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertStates(campaign, {"sent": 4, "error": 1})
        failed = campaign.delivery_ids.filtered(lambda d: d.state == "error")
        self.assertEqual(failed.address, "customer2@example.com")
        self.assertEqual(failed.failure_reason, "no such thing")

    def test_lost_lease_is_noticed_before_the_next_content(self):
        """Written down in the background, a lost lease still stops the worker."""
        self._make_customers(4)
        campaign = self._make_campaign()
        start_record = HandOver.start_record

        def lose(session, delivery_ids, outcome):
            with self.registry.cursor() as cr:
                cr.execute(
                    "UPDATE mass_sending_delivery SET group_id = NULL WHERE id = %s",
                    delivery_ids,
                )
            start_record(session, delivery_ids, outcome)

        self.patch(HandOver, "start_record", lose)
        # not assertRaises: Odoo's needs a transaction that stays open
        try:
            self._send(campaign)
        except ValueError as error:  # what a server action makes of it
            self.assertIn("LeaseLost", str(error))
            self.cr.rollback()
        else:
            self.fail("went on without the lease")
        self.assertEqual(len(self.smtp.received), 1)
