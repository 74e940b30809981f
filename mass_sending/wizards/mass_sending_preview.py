# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, formataddr
from odoo.tools.mail import email_normalize

from ..tools import split_email_addresses
from ..tools.tokens import PORTAL_LINK_TOKEN, UNSUBSCRIBE_TOKEN


class MassSendingPreview(models.TransientModel):
    """What one person would get, made by the functions that make the real thing."""

    _name = "mass.sending.preview"
    _description = "Preview of a message"

    campaign_id = fields.Many2one(
        "mass.sending.campaign", readonly=True, ondelete="cascade"
    )
    template_id = fields.Many2one(
        "mass.sending.template", readonly=True, ondelete="cascade"
    )
    recipient_type = fields.Char(compute="_compute_recipient_type")
    person_domain = fields.Char(compute="_compute_recipient_type")
    partner_id = fields.Many2one("res.partner", string="Shown for", ondelete="cascade")
    lead_id = fields.Many2one("crm.lead", string="Shown for lead", ondelete="cascade")
    # What he would get
    error = fields.Char(compute="_compute_content")
    subject = fields.Char(compute="_compute_content")
    email_to = fields.Char(string="To", compute="_compute_content")
    email_from = fields.Char(string="From", compute="_compute_content")
    reply_to = fields.Char(string="Reply-To", compute="_compute_content")
    lang = fields.Char(string="Language", compute="_compute_content")
    email_body = fields.Html(compute="_compute_content", sanitize=False)
    portal_body = fields.Html(compute="_compute_content", sanitize=False)
    shows_email = fields.Boolean(compute="_compute_shown")
    shows_portal = fields.Boolean(compute="_compute_shown")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Attachments", compute="_compute_shown"
    )

    @api.model
    def _open(self, **values):
        """Open the preview of a campaign or template for the first person."""
        wizard = self.create(values)
        wizard._set_person(wizard._find_first())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    # === Whose message ===

    @api.depends("campaign_id", "template_id")
    def _compute_recipient_type(self):
        for preview in self:
            content = preview._get_content()
            preview.recipient_type = content.recipient_type
            preview.person_domain = repr(list(preview._get_person_domain()))

    def _get_content(self):
        """Return the campaign or template that is shown, checked for access."""
        content = self.campaign_id or self.template_id
        content.check_access("read")
        return content

    def _get_people(self):
        """Return the model of the people, with the rights they are selected with."""
        content = self._get_content()
        env = content._get_author_env() if self.campaign_id else self.env
        return env[content._get_content_model()]

    def _get_person_domain(self):
        if self.campaign_id:
            return self.campaign_id._get_audience_domain()
        if self.template_id.recipient_type == "customer":
            return Domain("customer_status", "!=", False)
        return Domain.TRUE

    def _find_first(self):
        """Return whom the preview begins with."""
        return self._find_person()

    def _find_person(self, after=None, before=None, besides=Domain.TRUE):
        """Return the first person, or the one next to another, by id.

        :param besides: Domain on the people, to leave some out
        """
        domain, order = self._get_person_domain() & besides, "id"
        if after:
            domain &= Domain("id", ">", after)
        elif before:
            domain &= Domain("id", "<", before)
            order = "id desc"
        return self._get_people().search(domain, limit=1, order=order)

    def _set_person(self, person):
        self.partner_id = person.id if person._name == "res.partner" else False
        self.lead_id = person.id if person._name == "crm.lead" else False

    def get_neighbour(self, person_id, direction):
        """Return the person before or after another one, for the arrows.

        :param int person_id: who is shown now
        :param str direction: "next" or "previous"
        :return: dict with `id` and `display_name`, or False at the end
        """
        self.ensure_one()
        person = self._find_neighbour(person_id, direction)
        if not person:
            return False
        return {"id": person.id, "display_name": person.display_name}

    def _find_neighbour(self, person_id, direction):
        if direction == "next":
            return self._find_person(after=person_id)
        return self._find_person(before=person_id)

    # === What he would get ===

    @api.depends("campaign_id", "template_id")
    def _compute_shown(self):
        for preview in self:
            campaign = preview.campaign_id
            channels = (
                [channel.code for channel in campaign._get_channels()]
                if campaign
                else [preview.template_id.channel]
            )
            preview.shows_email = "email" in channels
            preview.shows_portal = "portal" in channels
            preview.attachment_ids = campaign.attachment_ids

    @api.depends("campaign_id", "template_id", "partner_id", "lead_id")
    def _compute_content(self):
        for preview in self:
            preview.update(preview._prepare_content_values())

    def _prepare_content_values(self):
        values = dict.fromkeys(
            ("error", "subject", "email_to", "email_body", "portal_body", "lang"), False
        )
        values |= self._prepare_sender_values()
        snapshot = self._get_snapshot()
        if not snapshot:
            values["error"] = self.env._("The filters match nobody to show this for.")
            return values
        lang = self._get_known_lang(snapshot["lang"])
        values["lang"] = dict(self.env["res.lang"].get_installed()).get(lang)
        values["email_to"] = ", ".join(self._get_email_addresses(snapshot))
        return values | self._render_for(snapshot["id"], lang)

    def _render_for(self, person_id, lang):
        """Return what one person gets, or the reason why it cannot be made."""
        content = self._get_content().with_env(self._get_people().env)
        rendered, failures = content._render_content([person_id], lang)
        if failures:
            return {"error": failures[person_id]}
        subject, body = rendered[person_id]
        # each person's own links are made on sending; here they lead nowhere else
        body = Markup(body).replace(PORTAL_LINK_TOKEN, "/my/messages")
        mail = content.with_context(lang=lang)._wrap_in_layout(
            body, subject, content.company_id or self.env.company
        )
        return {
            "subject": subject,
            "portal_body": body,
            "email_body": mail.replace(UNSUBSCRIBE_TOKEN, "/my"),
        }

    def _prepare_sender_values(self):
        campaign = self.campaign_id
        if not campaign:
            return {"email_from": False, "reply_to": False}
        thread = self.env._("the chatter of each customer")
        return {
            "email_from": campaign.email_from,
            "reply_to": campaign._get_reply_to() or thread,
        }

    def _get_known_lang(self, lang):
        if self.campaign_id:
            return self.campaign_id._get_known_lang(lang)
        return lang or self.env.lang

    def _get_snapshot(self):
        """Return the person's columns as the selection would write them down."""
        people = self._get_people()
        person_id = (
            self.lead_id.id if people._name == "crm.lead" else self.partner_id.id
        )
        if not person_id:
            return None
        query = people._search([("id", "=", person_id)])
        columns = people._get_recipient_snapshot_columns(query.table)
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            query.select(
                SQL.identifier(query.table, "id"),
                *(
                    SQL("%s AS %s", column, SQL.identifier(name))
                    for name, column in columns.items()
                ),
            )
        )
        return rows[0] if rows else None

    def _get_email_addresses(self, snapshot):
        own = [email_normalize(snapshot["email"] or "")]
        mode = self.campaign_id.billing_email_mode or "none"
        billing = []
        if mode != "none":
            billing = split_email_addresses(snapshot["billing_email"])[0]
        addresses = billing if mode == "instead" and billing else own + billing
        return [
            formataddr((snapshot["name"], address))
            for address in dict.fromkeys(filter(None, addresses))
        ]
