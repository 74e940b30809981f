# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from .common_access import AccessCommon


class AccessRecordsCommon(AccessCommon):
    """Records in the state in which a button can be pressed, one per kind.

    Each method gets the user who will press: dialogues are everybody's own.
    """

    def _prepare_draft(self, user):
        self._set("new", confirmed_at=False, start_at=False)
        return self.campaign

    def _prepare_confirmed(self, user):
        self._set("new", start_at="2100-01-01")
        return self.campaign

    def _prepare_running(self, user):
        self._set("processing")
        return self.campaign

    def _prepare_paused(self, user):
        self._set("processing", is_paused=True)
        return self.campaign

    def _prepare_failed(self, user):
        self._set("error", "error")
        return self.campaign

    def _prepare_uncertain(self, user):
        self._set("error", "uncertain")
        return self.campaign

    def _prepare_removed(self, user):
        self._set("removed", "cancelled", removed_at="2026-01-01")
        return self.campaign

    def _prepare_recipient(self, user):
        self._set("new", confirmed_at=False)
        return self.recipient

    def _prepare_failed_delivery(self, user):
        self._set("error", "error")
        return self.delivery

    def _prepare_uncertain_delivery(self, user):
        self._set("error", "uncertain")
        return self.delivery

    def _prepare_portal_message(self, user):
        self._set("sent", "sent")
        self.delivery.channel = "portal"
        return self.delivery

    def _prepare_other_mail(self, user):
        return self.env["mass.sending.delivery"].create(
            {
                "type": "other",
                "channel": "email",
                "address": "x@example.com",
                "state": "sent",
                "company_id": self.company.id,
                "user_id": self.users["author"].id,
                "source_model": "mass.sending.location",
                "source_id": self.location.id,
            }
        )

    def _prepare_document(self, user):
        document = self.env["mass.sending.document"].create(
            {
                "campaign_id": self.campaign.id,
                "kind": "invoice",
                "source_model": "account.move",
                "source_id": 1,
                "file_name": "INV-1.pdf",
                "file": b"JVBERi0=",
            }
        )
        return self.env["mass.sending.delivery.document"].create(
            {
                "delivery_id": self.delivery.id,
                "document_id": document.id,
                "kind": "invoice",
                "file_name": "INV-1.pdf",
            }
        )

    def _prepare_report(self, user):
        self.env.flush_all()
        return self.env["mass.sending.report"].browse(self.delivery.id)

    def _prepare_audience(self, user):
        return self.env["mass.sending.audience"].create({"name": "All"})

    def _prepare_template(self, user):
        return self.template

    def _prepare_hold(self, user):
        return self.env["mass.sending.hold"].create(
            {
                "company_id": self.company.id,
                "channel": "email",
                "address": "gone@example.com",
                "is_on_hold": True,
            }
        )

    def _prepare_gateway(self, user):
        return self.env["mass.sending.sms.gateway"].create(
            {"name": "Ours", "url": "https://sms.example.com/send"}
        )

    def _prepare_location(self, user):
        return self.location

    def _prepare_tariff(self, user):
        return self.tariff

    def _prepare_customer(self, user):
        return self.customer

    def _prepare_lead(self, user):
        return self.env["crm.lead"].create({"name": "Lead"})

    def _prepare_service(self, user):
        return self.env["mass.sending.service"].create(
            {
                "partner_id": self.customer.id,
                "tariff_id": self.tariff.id,
                "state": "active",
                "company_id": self.company.id,
            }
        )

    def _open_dialog(self, model, user, **values):
        self._prepare_draft(user)
        return (
            self.env[model]
            .with_user(user)
            .create({"campaign_id": self.campaign.id, **values})
        )

    def _prepare_confirm(self, user):
        return self._open_dialog("mass.sending.confirm", user)

    def _prepare_preview(self, user):
        return self._open_dialog("mass.sending.preview", user)

    def _prepare_save_audience(self, user):
        return self._open_dialog("mass.sending.save.audience", user, name="Mine")

    def _prepare_save_template(self, user):
        return self._open_dialog("mass.sending.save.template", user, name="Mine")

    def _prepare_test(self, user):
        return self._open_dialog(
            "mass.sending.test",
            user,
            portal_login=self.customer.portal_login,
            address="me@example.com",
        )

    def _prepare_why(self, user):
        return self.env["mass.sending.why"]
