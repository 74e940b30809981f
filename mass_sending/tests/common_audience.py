# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import ast
from uuid import uuid4

from .common_customers import CustomersCommon

USER_GROUP = "mass_sending.mass_sending_group_user"


class AudienceCommon(CustomersCommon):
    """Customers and leads that differ in what can be filtered by.

    All filters are compiled and searched as an agent with the least rights.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.be")
        cls.agent = cls._create_staff("agent", USER_GROUP)
        cls.lead_agent = cls._create_staff(
            "lead_agent", f"{USER_GROUP},sales_team.group_sale_salesman_all_leads"
        )
        Location = cls.env["mass.sending.location"]
        cls.north = Location.create({"name": "North"})
        cls.hill = Location.create({"name": "Hill", "parent_id": cls.north.id})
        cls.south = Location.create({"name": "South"})
        cls.provider = cls.env["res.partner"].create({"name": "Reseller"})
        cls.other_provider = cls.env["res.partner"].create({"name": "Operator"})
        cls.voice = cls._create_tariff("Phone flat", "voice")
        cls._create_audience_customers()
        cls._create_audience_leads()
        cls._create_outsiders()

    @classmethod
    def _create_audience_customers(cls):
        cls.anna = cls._create_customer(
            name="Anna Smith",
            ref="audience",
            portal_login="Anna-1",
            email="Anna <anna@north.example>",
            phone="0470 12 34 56",
            billing_type="recurring",
            location_id=cls.hill.id,
            service_provider_id=cls.provider.id,
        )
        cls.bert = cls._create_customer(
            name="Bert 100% O'Neil",
            ref="audience",
            portal_login="b_2",
            customer_status="blocked",
            email="bert_x@south.example",
            billing_email="bills@acme.example, boss@acme.example",
            phone="+32 471 00 00 01",
            billing_type="prepaid_daily",
            location_id=cls.south.id,
        )
        cls.cora = cls._create_customer(
            name="Çora \\ Ünal",
            ref="audience",
            portal_login="bx2",
            customer_status="new",
            email="bertax@south.example",
            billing_type="prepaid_custom",
            service_provider_id=cls.other_provider.id,
        )
        cls.dora = cls._create_customer(
            name="Dora Ltd",
            ref="audience",
            portal_login="000940",
            is_company=True,
            customer_status="inactive",
            phone="12",
            location_id=cls.north.id,
        )
        cls.env["res.partner"].create(
            {
                "name": "Accounts",
                "type": "invoice",
                "parent_id": cls.dora.id,
                "email": "accounts@dora.example",
            }
        )
        # in no audience of customers: a mere contact
        cls.env["res.partner"].create({"name": "Anna Contact", "ref": "audience"})
        cls._create_service(cls.anna, cls.tariff, "active")
        cls._create_service(cls.bert, cls.tariff, "stopped")
        cls._create_service(cls.bert, cls.voice, "active")
        cls._create_service(cls.cora, cls.voice, "pending")
        # the services above were active for a moment
        cls.cora.customer_status = "new"

    @classmethod
    def _create_service(cls, partner, tariff, state):
        service = cls.env["mass.sending.service"].create(
            {"partner_id": partner.id, "tariff_id": tariff.id}
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE mass_sending_service SET state = %s WHERE id = %s",
            [state, service.id],
        )
        service.invalidate_recordset()
        return service

    @classmethod
    def _create_audience_leads(cls):
        stages = cls.env["crm.stage"].search([])
        cls.stage = stages.filtered(lambda s: not s.is_won)[0]
        cls.won_stage = stages.filtered("is_won")[0]
        Lead = cls.env["crm.lead"].with_user(cls.lead_agent).sudo()
        cls.lead_emma = Lead.create(
            {
                "name": "Emma's fibre",
                "contact_name": "Emma Stone",
                "email_from": "emma@lead.example",
                "phone": "0470 99 88 77",
                "stage_id": cls.stage.id,
                "location_id": cls.hill.id,
                "service_provider_id": cls.provider.id,
                "user_id": cls.lead_agent.id,
                "description": "audience",
            }
        )
        cls.lead_firm = Lead.create(
            {
                "name": "Line for a firm",
                "partner_name": "Firm & Sons",
                "stage_id": cls.won_stage.id,
                "user_id": cls.salesman.id,
                "description": "audience",
            }
        )
        cls.lead_lost = Lead.create(
            {
                "name": "Lost one",
                "contact_name": "Larry Lost",
                "email_from": "larry@lead.example",
                "user_id": False,
                "description": "audience",
            }
        )
        cls.lead_lost.action_set_lost()

    @classmethod
    def _create_outsiders(cls):
        """Make doubles that no filter may ever reach: archived, or of a company that
        the author does not write for. Each list of names would show them.
        """
        other = cls.env["res.company"].create({"name": "Outside"})
        for values in ({"active": False}, {"company_id": other.id}):
            for person in (cls.anna, cls.bert, cls.cora, cls.dora):
                double = person.copy({**values, "name": person.name})
                double.customer_status = person.customer_status
                for service in person.service_ids:
                    cls._create_service(double, service.tariff_id, service.state)
            # Odoo calls a lead lost that is archived without any chance
            values = {**values, "probability": 50, "team_id": False, "user_id": False}
            for lead in (cls.lead_emma, cls.lead_firm):
                double = lead.copy({**values, "name": lead.name})
                double.write(values)

    # === Asking ===

    def _make_audience(self, **values):
        values.setdefault("recipient_type", "customer")
        is_lead = values["recipient_type"] == "lead"
        values.setdefault(
            "filter_domain",
            "[('description', 'ilike', 'audience')]"
            if is_lead
            else "[('ref', '=', 'audience')]",
        )
        user = self.lead_agent if is_lead else self.agent
        return (
            self.env["mass.sending.audience"]
            .with_user(user)
            .create({"name": uuid4().hex, **values})
        )

    def _find(self, **values):
        """Return the names of those whom the filters match."""
        audience = self._make_audience(**values)
        found = audience.env[audience.recipient_model].search(
            audience._get_audience_domain()
        )
        self.assertEqual(audience.audience_count, len(found))
        # what staff read is the whole of it
        if len(audience.audience_domain) < 100_000:  # Odoo's limit of literal_eval
            domain = ast.literal_eval(audience.audience_domain)
            self.assertEqual(found.search(domain), found)
        is_lead = audience.recipient_type == "lead"
        return sorted(
            (p.contact_name or p.partner_name) if is_lead else p.name for p in found
        )
