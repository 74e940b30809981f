# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

# portal login -> language, for those that are installed
LANGUAGES = {
    "000042": "da_DK",
    "000044": "pl_PL",
    "000047": "fr_FR",
    "000048": "pt_PT",
    "000049": "de_DE",
    "000057": "de_DE",
    "000058": "pl_PL",
    "000059": "el_GR",
    "000060": "ja_JP",
    "000061": "uk_UA",
    "000062": "ar_001",
}
# (portal login, tariff plan, how the order ends, days ago)
ORDERS = [
    ("000086", "rural_30", "sent", 5),
    ("000088", "home_100", "sent", 40),
    ("000046", "static_ip", "sale", 12),
    ("000072", "home_phone", "sale", 3),
    ("000042", "home_500", "cancel", 20),
]
# (portal login, tariff plan, months ago, what became of it)
INVOICES = [
    ("000040", "home_bundle", 2, "paid"),
    ("000040", "home_bundle", 1, "paid"),
    ("000040", "home_bundle", 0, "open"),
    ("000041", "home_500", 3, "open"),
    ("000041", "home_500", 1, "credited"),
    ("000041", "home_500", 0, "paid"),
    ("000050", "business_1000", 2, "paid"),
    ("000050", "business_1000", 1, "partial"),
    ("000052", "business_1000", 1, "open"),
    ("000055", "business_bundle", 1, "open"),
    ("000067", "home_100", 1, "open"),
    ("000095", "home_500", 4, "open"),
    ("000046", "home_500", 0, "draft"),
]


class MassSendingDemo(models.AbstractModel):
    """What the demo data cannot say in XML: steps that depend on the database.

    Called from `demo/mass_sending_demo.xml` and nowhere else.
    """

    _name = "mass.sending.demo"
    _description = "Demo data of mass sending"

    @api.model
    def _use_installed_languages(self):
        installed = dict(self.env["res.lang"].get_installed())
        for login, lang in LANGUAGES.items():
            if lang in installed:
                self._get_customer(login).lang = lang

    @api.model
    def _create_sale_orders(self):
        for login, tariff, state, days_ago in ORDERS:
            order = self.env["sale.order"].create(
                {
                    "partner_id": self._get_customer(login).id,
                    "date_order": fields.Datetime.now() - relativedelta(days=days_ago),
                    "order_line": [
                        (0, 0, {"product_id": self._get_product(tariff).id})
                    ],
                }
            )
            if state == "sale":
                order.action_confirm()
            else:
                order.state = state

    @api.model
    def _create_invoices(self):
        """Make invoices, credit notes and payments, where there are accounts."""
        if not self._can_invoice():
            return
        for login, tariff, months_ago, outcome in INVOICES:
            day = fields.Date.today() - relativedelta(months=months_ago)
            invoice = self._create_invoice(login, tariff, day)
            if outcome != "draft":
                invoice.action_post()
            if outcome in ("paid", "partial"):
                self._pay(invoice, invoice.amount_total / (1 + (outcome == "partial")))
            elif outcome == "credited":
                self._credit(invoice)

    # === Helpers ===

    @api.model
    def _can_invoice(self):
        journals = self.env["account.journal"].search(
            [*self.env["account.journal"]._check_company_domain(self.env.company)]
        )
        return {"sale", "bank"} <= set(journals.mapped("type"))

    def _get_customer(self, login):
        return self.env.ref(f"mass_sending.customer_{login}_demo")

    def _get_product(self, tariff):
        template = self.env.ref(f"mass_sending.tariff_{tariff}_demo")
        return template.product_variant_id

    def _create_invoice(self, login, tariff, day):
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self._get_customer(login).id,
                "invoice_date": day,
                "invoice_line_ids": [
                    (0, 0, {"product_id": self._get_product(tariff).id, "quantity": 1})
                ],
            }
        )

    def _pay(self, invoice, amount):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {"amount": amount, "payment_date": invoice.invoice_date}
        )._create_payments()

    def _credit(self, invoice):
        reversal = self.env["account.move.reversal"].create(
            {
                "move_ids": [(6, 0, invoice.ids)],
                "journal_id": invoice.journal_id.id,
                "reason": "Two days without service",
            }
        )
        credit_note = self.env["account.move"].browse(
            reversal.reverse_moves()["res_id"]
        )
        if credit_note.state == "draft":
            credit_note.action_post()
