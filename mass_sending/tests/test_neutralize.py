# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from .. import states
from ..hooks import uninstall_hook


class UnsentCommon(TransactionCase):
    """A campaign in the middle of its work, as the database would show it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls._create_campaign(
            state=states.PROCESSING, confirmed_at=fields.Datetime.now(), is_paused=True
        )

    @classmethod
    def _create_campaign(cls, **values):
        campaign = cls.env["mass.sending.campaign"].create(
            {"subject": "Maintenance", "body": "<p>Tonight</p>"}
        )
        campaign.write(values)
        return campaign

    @classmethod
    def _create_delivery(cls, state, **values):
        address = f"{state}@example.com"
        recipient = cls.env["mass.sending.recipient"].create(
            {
                "campaign_id": cls.campaign.id,
                "company_id": cls.campaign.company_id.id,
                "person_model": "res.partner",
                "person_id": cls.env["res.partner"].create({"name": state}).id,
                "name": state,
            }
        )
        return cls.env["mass.sending.delivery"].create(
            {
                "campaign_id": cls.campaign.id,
                "recipient_id": recipient.id,
                "company_id": cls.campaign.company_id.id,
                "channel": "email",
                "address": address,
                "state": state,
                **values,
            }
        )

    def _create_mail(self, delivery=None):
        return self.env["mail.mail"].create(
            {
                "subject": "Maintenance",
                "email_to": "somebody@example.com",
                "state": "outgoing",
                "mass_sending_delivery_id": delivery and delivery.id,
            }
        )

    def _is_table(self, name):
        [[found]] = self.env.execute_query(SQL("SELECT to_regclass(%s)", name))
        return bool(found)


@tagged("post_install", "-at_install")
class TestNeutralize(UnsentCommon):
    def _neutralize(self):
        self.env.flush_all()
        [query] = get_neutralization_queries(["mass_sending"])
        self.env.cr.execute(query)
        self.env.invalidate_all()

    def test_running_and_waiting_campaigns_are_cancelled(self):
        waiting = self._create_campaign(confirmed_at=fields.Datetime.now())
        self._neutralize()
        self.assertEqual(self.campaign.state, states.CANCELLED)
        self.assertFalse(self.campaign.is_paused)
        self.assertEqual(waiting.state, states.CANCELLED)

    def test_drafts_and_finished_campaigns_stay(self):
        draft = self._create_campaign()
        done = self._create_campaign(
            state=states.SENT, confirmed_at=fields.Datetime.now()
        )
        self._neutralize()
        self.assertEqual(draft.state, states.NEW)
        self.assertEqual(done.state, states.SENT)

    def test_nothing_waits_and_what_was_on_the_wire_is_in_doubt(self):
        group = self.env["mass.sending.group"].create(
            {"campaign_id": self.campaign.id, "channel": "email"}
        )
        deliveries = {
            state: self._create_delivery(state, group_id=group.id)
            for state in (states.NEW, states.SENDING, states.SENT)
        }
        self._neutralize()
        self.assertEqual(deliveries[states.NEW].state, states.CANCELLED)
        self.assertEqual(deliveries[states.SENDING].state, states.UNCERTAIN)
        self.assertEqual(deliveries[states.SENT].state, states.SENT)
        self.assertFalse(group.exists())
        self.assertEqual(
            self.campaign.state_counts,
            {states.CANCELLED: 1, states.UNCERTAIN: 1, states.SENT: 1},
        )
        self.assertEqual(self.campaign.waiting_count, 0)

    def test_campaign_mail_is_cancelled_and_other_mail_stays(self):
        ours = self._create_mail(self._create_delivery(states.NEW))
        other = self._create_mail()
        self._neutralize()
        self.assertEqual(ours.state, "cancel")
        self.assertEqual(other.state, "outgoing")

    def test_sms_gateway_leads_nowhere(self):
        gateway = self.env["mass.sending.sms.gateway"].create(
            {
                "name": "Ours",
                "url": "https://sms.example.com/send?key=hunter2",
                "headers": "Authorization: hunter2",
                "password": "hunter2",
                "token": "hunter2",
            }
        )
        self._neutralize()
        self.assertEqual(gateway.url, "https://neutralized.invalid/")
        self.assertNotIn("hunter2", str(gateway.read()))


@tagged("post_install", "-at_install")
class TestUninstallHook(UnsentCommon):
    def test_campaign_mail_is_cancelled_and_other_mail_stays(self):
        ours = self._create_mail(self._create_delivery(states.NEW))
        other = self._create_mail()
        uninstall_hook(self.env)
        self.assertEqual(ours.state, "cancel")
        self.assertEqual(other.state, "outgoing")

    def test_nothing_of_the_queue_is_left(self):
        self.assertTrue(self._is_table("mass_sending_group_witness"))
        uninstall_hook(self.env)
        self.assertFalse(self._is_table("mass_sending_group_witness"))

    def test_locations_in_use_can_be_deleted(self):
        location = self.env["mass.sending.location"].create({"name": "North"})
        self.env["res.partner"].create({"name": "x", "location_id": location.id})
        self.env.flush_all()
        uninstall_hook(self.env)
        location.unlink()
        self.assertFalse(location.exists())
