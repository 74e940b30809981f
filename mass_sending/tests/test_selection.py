# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged
from odoo.tests.common import new_test_user
from odoo.tools import mute_logger, sql

from .common import CampaignCommon
from .common_queue import QueueCase


@tagged("post_install", "-at_install")
class TestSelection(CampaignCommon):
    def test_snapshot_of_a_customer(self):
        self.anna.write({"phone": "+44 20 7946 0018", "billing_email": "b@example.com"})
        [anna, _bert] = self._select(self._create_campaign())
        self.assertEqual(anna.partner_id, self.anna)
        self.assertEqual(
            (anna.person_model, anna.person_id), ("res.partner", self.anna.id)
        )
        self.assertEqual(anna.name, "Anna Alder")
        self.assertEqual(anna.portal_login, self.anna.portal_login)
        self.assertEqual(anna.email_normalized, "anna@example.com")
        self.assertEqual(anna.billing_email, "b@example.com")
        self.assertEqual(anna.phone, "+44 20 7946 0018")
        self.assertEqual(anna.decision, "kept")

    def test_fallback_billing_address_is_that_of_the_form(self):
        """One rule in two places: SQL for the masses, a field for the form."""
        self.env["res.partner"].create(
            [
                {"parent_id": self.anna.id, "type": "invoice", "name": "No mail"},
                {
                    "parent_id": self.anna.id,
                    "type": "invoice",
                    "name": "Accounts",
                    "email": "accounts@example.com",
                },
            ]
        )
        [anna, _bert] = self._select(self._create_campaign())
        self.assertEqual(anna.billing_email, self.anna.effective_billing_email)
        self.assertEqual(anna.billing_email, "accounts@example.com")

    def test_selecting_twice_at_the_same_moment_is_tried_again(self):
        """Odoo does so by itself when it is told that it is that."""
        campaign = self._create_campaign()
        self._select(campaign)
        people = self.env["res.partner"]
        query = people._search([("id", "in", (self.anna + self.bert).ids)])
        recipients = self.env["mass.sending.recipient"].sudo()
        with self.assertRaises(ConcurrencyError), self.cr.savepoint():
            recipients._insert_from_query(
                campaign, people, query, query.table, is_first=True
            )
        inserted = recipients._insert_from_query(campaign, people, query, query.table)
        self.assertEqual(inserted, 0, "they are in it already")

    def test_who_is_no_customer_is_not_selected(self):
        self.bert.customer_status = False
        recipients = self._select(self._create_campaign())
        self.assertEqual(recipients.partner_id, self.anna)

    def test_skipped_with_the_reason(self):
        cases = {
            "email_missing": {"email": False},
            "email_invalid": {"email": "not an address"},
        }
        for reason, values in cases.items():
            with self.subTest(reason):
                self.anna.write(values)
                [anna, bert] = self._select(self._create_campaign())
                self.assertEqual(anna.decision, "skipped")
                self.assertEqual(anna.skip_reason, reason)
                self.assertEqual(bert.decision, "kept")

    def test_marketing_leaves_out_who_opted_out_and_service_does_not(self):
        self.env["mail.blacklist"]._add("anna@example.com")
        [anna, _bert] = self._select(self._create_campaign(purpose="marketing"))
        self.assertEqual(anna.skip_reason, "opted_out")
        [anna, _bert] = self._select(self._create_campaign(purpose="service"))
        self.assertEqual(anna.decision, "kept")

    def test_billing_address_instead(self):
        self.anna.billing_email = "billing@example.com"
        campaign = self._create_campaign(billing_email_mode="instead")
        self._select(campaign)
        campaign.sudo()._create_deliveries()
        self.assertEqual(
            set(campaign.sudo().delivery_ids.mapped("address")),
            # who has no billing address still gets it
            {"billing@example.com", "bert@example.com"},
        )

    def test_billing_address_serves_where_there_is_no_other(self):
        self.anna.write({"email": False, "billing_email": "billing@example.com"})
        campaign = self._create_campaign(billing_email_mode="addition")
        recipients = self._select(campaign)
        self.assertEqual(set(recipients.mapped("decision")), {"kept"})

    def test_left_out_by_hand_stays_left_out_when_selected_again(self):
        campaign = self._create_campaign()
        recipients = self._select(campaign).with_user(self.agent)
        recipients[0].is_kept = False
        recipients = self._select(campaign)
        self.assertEqual(
            dict(recipients.mapped(lambda r: (r.partner_id, r.decision))),
            {self.anna: "left_out", self.bert: "kept"},
        )
        campaign.sudo()._create_deliveries()
        self.assertEqual(campaign.sudo().delivery_ids.partner_id, self.bert)

    def test_deliveries_are_made_once(self):
        campaign = self._create_campaign()
        self._select(campaign)
        self.assertEqual(campaign.sudo()._create_deliveries(), 2)
        self.assertEqual(campaign.sudo()._create_deliveries(), 0)

    def test_number_of_queries_does_not_grow_with_the_recipients(self):
        campaign = self._create_campaign(filter_domain="[]")

        def count_queries():
            start = self.cr.sql_log_count
            self._select(campaign)
            campaign.sudo()._create_deliveries()
            return self.cr.sql_log_count - start

        count_queries()
        few = count_queries()
        self.env["res.partner"].create(
            [
                {
                    "name": f"Customer {index}",
                    "email": f"c{index}@example.com",
                    "customer_status": "active",
                }
                for index in range(100)
            ]
        )
        count_queries()  # what creating customers emptied is cached again
        self.assertEqual(count_queries(), few)


@tagged("post_install", "-at_install")
class TestSelectionReasons(CampaignCommon):
    """The reasons are found out while people are selected, or afterwards: the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = (
            {},
            {"email": False},
            {"email": "not an address"},
            {"email": "out@example.com", "phone": "+32470000001"},
            {"email": "held@example.com", "phone": "+32470000002"},
            {"email": False, "billing_email": "out@example.com, b@example.com"},
            {"email": "out@example.com", "billing_email": "held@example.com"},
            {"phone": "+3221234567"},
            {"phone": "123"},
            {"email": "same@example.com", "phone": "+32470000003"},
            {"email": "same@example.com", "phone": "+32470000003"},
        )
        cls.customers += cls.env["res.partner"].concat(
            *(
                cls._create_customer(
                    f"Customer {i}", **{"email": f"c{i}@example.com", **some}
                )
                for i, some in enumerate(values)
            )
        )
        cls.env["mail.blacklist"]._add("out@example.com")
        cls.env["phone.blacklist"]._add(["+32470000001"])
        for channel, address in ("email", "held@example.com"), ("sms", "+32470000002"):
            cls.env["mass.sending.hold"].create(
                {
                    "company_id": cls.company.id,
                    "channel": channel,
                    "address": address,
                    "is_on_hold": True,
                }
            )

    def _get_judgements(self, campaign):
        campaign.recipient_ids.invalidate_recordset()
        return campaign.recipient_ids.sorted("id").mapped(
            lambda r: (r.name, r.decision, r.skip_reason, r.unreachable)
        )

    def _forget_judgements(self, campaign):
        self.env.flush_all()
        self.cr.execute(
            """UPDATE mass_sending_recipient
                  SET unreachable = NULL, skip_reason = NULL,
                      decision = CASE WHEN decision = 'skipped' THEN 'kept'
                                      ELSE decision END
                WHERE campaign_id = %s""",
            [campaign.id],
        )

    def test_same_as_afterwards(self):
        self.agent.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        leads = self.env["crm.lead"].create(
            [
                {"name": "Lead", "email_from": "lead@example.com"},
                {"name": "Customer", "partner_id": self.anna.id},
            ]
        )
        for values in (
            {"purpose": "marketing"},
            {"purpose": "service"},
            {"purpose": "marketing", "billing_email_mode": "addition"},
            {"purpose": "marketing", "billing_email_mode": "instead"},
            {"send_to": "portal"},
            {"send_to": "portal", "no_access_mode": "leave_out"},
            {"send_to": "portal_email", "purpose": "marketing"},
            {
                "send_to": "portal_email",
                "no_access_mode": "leave_out",
                "billing_email_mode": "addition",
            },
            {"send_to": "sms", "sms_body": "News", "purpose": "marketing"},
            {
                "send_to": "portal_email",
                "recipient_type": "lead",
                "filter_domain": f"[('id', 'in', {leads.ids})]",
            },
        ):
            with self.subTest(**values):
                campaign = self._create_campaign(**values).sudo()
                self._select(campaign)
                # also of who is left out by hand it is written down, and he stays so
                unreachable = campaign.recipient_ids.filtered("unreachable")[:1]
                unreachable.decision = "left_out"
                recipients = self._select(campaign)
                on_the_way = self._get_judgements(campaign)
                self._forget_judgements(campaign)
                campaign._mark_unreachable()
                self.assertEqual(on_the_way, self._get_judgements(campaign))
                self.assertEqual(
                    len(recipients.filtered(lambda r: r.decision == "left_out")),
                    len(unreachable),
                )


@tagged("post_install", "-at_install")
class TestSelectionDeleted(CampaignCommon):
    """Recipients have no foreign key to their campaign: it is no matter to anybody."""

    def _get_foreign_keys(self):
        return sql.get_foreign_keys(
            self.cr,
            *("mass_sending_recipient", "campaign_id"),
            *("mass_sending_campaign", "id", "cascade"),
        )

    def test_draft_takes_its_recipients_along(self):
        draft, other = self._create_campaign(), self._create_campaign()
        recipients = self._select(draft)
        others = self._select(other)
        draft.unlink()
        self.assertFalse(recipients.exists())
        self.assertEqual(len(others.exists()), 2)

    def test_deleted_customer_is_forgotten(self):
        recipients = self._select(self._create_campaign())
        anna_id = self.anna.id
        self.anna.unlink()
        recipients.invalidate_recordset()
        self.assertFalse(recipients[0].partner_id)
        self.assertEqual(recipients[0].person_id, anna_id)
        self.assertEqual(recipients[1].partner_id, self.bert)

    def test_foreign_key_of_an_earlier_version_is_dropped(self):
        self.assertFalse(self._get_foreign_keys())
        sql.add_foreign_key(
            self.cr,
            *("mass_sending_recipient", "campaign_id"),
            *("mass_sending_campaign", "id", "cascade"),
        )
        self.assertTrue(self._get_foreign_keys())
        recipients = self.env["mass.sending.recipient"]
        # as upgrading the addon does
        recipients._fields["campaign_id"].update_db_foreign_key(recipients, None)
        self.assertFalse(self._get_foreign_keys())


@tagged("post_install", "-at_install")
class TestSelectionConcurrency(QueueCase):
    def test_deleted_while_people_are_selected(self):
        """Who deletes has to begin anew, as Odoo does by itself, and then sees them."""
        self._make_customers(2)
        campaign = self._make_campaign()
        self._commit()
        with self.registry.cursor() as cr:
            other = api.Environment(cr, SUPERUSER_ID, {})[campaign._name]
            draft = other.browse(campaign.id)
            self.assertEqual(draft.state, "new")
            campaign._select_recipients()
            recipients = campaign.recipient_ids
            self.assertEqual(len(recipients), 2)
            self._commit()
            with (
                self.assertRaises(SerializationFailure),
                mute_logger("odoo.sql_db"),
            ):
                draft.unlink()
            cr.rollback()
            draft.unlink()
        self.cr.rollback()
        self.env.invalidate_all()
        self.assertFalse(campaign.exists())
        self.assertFalse(recipients.exists())


@tagged("post_install", "-at_install")
class TestSelectionCompany(CampaignCommon):
    """A user of company A reaches no customer of company B."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other company"})
        cls.bert.company_id = cls.other_company
        cls.anna.company_id = cls.company
        cls.shared = cls._create_customer("Shared", email="shared@example.com")
        cls.customers += cls.shared

    def test_user_of_one_company(self):
        recipients = self._select(self._create_campaign())
        self.assertEqual(recipients.partner_id, self.anna + self.shared)

    def test_campaign_is_of_one_company_though_its_author_works_for_two(self):
        both = new_test_user(
            self.env,
            "works_for_both",
            "base.group_user,mass_sending.mass_sending_group_user",
            company_ids=[Command.set((self.company + self.other_company).ids)],
        )
        recipients = self._select(self._create_campaign(user=both))
        self.assertEqual(recipients.partner_id, self.anna + self.shared)

    def test_also_when_the_record_rule_on_contacts_is_off(self):
        self.env.ref("base.res_partner_rule").active = False
        recipients = self._select(self._create_campaign())
        self.assertEqual(recipients.partner_id, self.anna + self.shared)

    def test_author_without_access_to_a_lead_does_not_reach_it(self):
        """Record rules of any model hold: a salesman sees his own leads only."""
        salesman = new_test_user(
            self.env,
            "salesman",
            "sales_team.group_sale_salesman,mass_sending.mass_sending_group_user",
        )
        leads = self.env["crm.lead"].create(
            [
                {"name": "Mine", "user_id": salesman.id, "email_from": "m@example.com"},
                {
                    "name": "Hers",
                    "user_id": self.manager.id,
                    "email_from": "h@example.com",
                },
            ]
        )
        campaign = self._create_campaign(
            user=salesman,
            recipient_type="lead",
            filter_domain=f"[('id', 'in', {leads.ids})]",
        )
        self.assertEqual(self._select(campaign).lead_id, leads[0])
