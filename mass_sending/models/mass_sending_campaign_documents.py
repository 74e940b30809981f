# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import Command, api, fields, models
from odoo.tools import SQL

from .. import states
from ..documents import DOCUMENT_KINDS
from ..queue.documents import LOCK_CLASS
from .mass_sending_campaign_removal import PURGE_BATCH

DOCUMENTS_GROUP = "mass_sending.mass_sending_group_documents"


class MassSendingCampaign(models.Model):
    """Financial documents: everyone his own, never another's.

    A document is a recipient's own when the document's commercial partner is his,
    and its company the campaign's. Both are part of every statement here, and are
    asked once more right before a document leaves (`queue/document_checks.py`).
    """

    _inherit = "mass.sending.campaign"

    document_line_ids = fields.One2many(
        string="Financial documents",
        default=lambda self: self._default_document_line_ids(),
    )
    only_with_document = fields.Boolean(
        string="Send only if a financial document exists",
        help="People for whom none is found are skipped.",
    )
    without_received_documents = fields.Boolean(
        string="Leave out what was received already",
        help="Leave out documents that the customer got with an earlier message.",
    )
    can_attach_documents = fields.Boolean(
        compute="_compute_can_attach_documents",
        help="Whether the user who looks at it may attach financial documents.",
    )

    @api.model
    def _default_document_line_ids(self):
        return [Command.create({"kind": code}) for code in DOCUMENT_KINDS]

    @api.depends_context("uid")
    def _compute_can_attach_documents(self):
        self.can_attach_documents = self.env.user.has_group(DOCUMENTS_GROUP)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and not self.env.user.has_group(DOCUMENTS_GROUP):
            # e.g. the copy of a colleague's campaign
            vals_list = [{**vals, "document_line_ids": []} for vals in vals_list]
        campaigns = super().create(vals_list)
        campaigns.sudo()._add_missing_document_lines()
        return campaigns

    def _add_missing_document_lines(self):
        """Give each campaign a line per kind, switched off."""
        self.env["mass.sending.document.line"].create(
            [
                {"campaign_id": campaign.id, "kind": code}
                for campaign in self
                for code in DOCUMENT_KINDS
                if code not in campaign.document_line_ids.mapped("kind")
            ]
        )

    @api.model
    def _get_content_field_names(self):
        return super()._get_content_field_names() | {
            "only_with_document",
            "without_received_documents",
        }

    def _get_problems(self):
        return super()._get_problems() + self._get_document_problems()

    def _get_document_problems(self):
        problems = []
        if self.only_with_document and not self._uses_documents():
            problems.append(
                self.env._(
                    "Documents: “send only if a financial document exists” needs at "
                    "least one kind of document that is switched on."
                )
            )
        if self._uses_documents():
            problems += self._get_document_right_problems(self.user_id | self.env.user)
        return problems

    def _get_document_right_problems(self, users):
        """Return a sentence for each user who may not attach documents."""
        return [
            self.env._(
                "Documents: %(user)s may not attach financial documents. An "
                "administrator can grant “Mass sending: attach financial documents”.",
                user=user.name,
            )
            for user in users
            if user.id != api.SUPERUSER_ID and not user.has_group(DOCUMENTS_GROUP)
        ]

    # === Which documents ===

    def _uses_documents(self):
        """Tell whether messages of this campaign carry documents.

        Those of leads never do: the address of a lead may be anybody's.
        """
        self.ensure_one()
        return (
            self.recipient_type == "customer"
            and any(channel.carries_documents for channel in self._get_channels())
            and bool(self._get_document_lines())
        )

    def _get_document_lines(self):
        return self.sudo().document_line_ids.filtered("enabled")

    def _get_documents_env(self, lang=None):
        """Return the environment in which documents are found and printed.

        Superuser: who may attach them need not be an accountant. But as the author,
        and in the campaign's company only.
        """
        context = {"allowed_company_ids": self.company_id.ids}
        if lang:
            context["lang"] = lang
        return self.env(user=self.user_id.id, su=True, context=context)

    def _documents_sql(self, people):
        """Return the documents of some people, as a SELECT.

        :param SQL people: SELECT with the columns `recipient_id` and `partner_id`
        :return: SQL with the columns `recipient_id`, `kind`, `source_model`,
            `source_id`, `dated` and `size` (NULL where it isn't known yet)
        """
        self.ensure_one()
        env = self._get_documents_env()
        env.flush_all()
        return SQL(" UNION ALL ").join(
            self._documents_of_line_sql(line, DOCUMENT_KINDS[line.kind](env), people)
            for line in self._get_document_lines()
        )

    def _documents_of_line_sql(self, line, kind, people):
        return SQL(
            """SELECT person.recipient_id,
                      %(kind)s AS kind,
                      %(model)s AS source_model,
                      found.source_id,
                      found.dated,
                      %(size)s AS size
                 FROM (%(people)s) person
                 JOIN res_partner partner ON partner.id = person.partner_id
                 JOIN (%(documents)s) found
                      ON found.owner_id = partner.commercial_partner_id
                WHERE %(wanted)s""",
            kind=kind.code,
            model=kind.model,
            size=kind.stored_size_sql("found"),
            people=people,
            documents=kind.documents_sql(kind.get_line_domain(line)),
            wanted=self._not_received_sql(kind),
        )

    def _not_received_sql(self, kind):
        """Documents that are not left out as received already."""
        if not self.without_received_documents:
            return SQL("TRUE")
        return SQL(
            """NOT EXISTS (
                   SELECT FROM mass_sending_delivery_document earlier
                     JOIN mass_sending_delivery delivery
                          ON delivery.id = earlier.delivery_id
                    WHERE earlier.source_model = %s
                      AND earlier.source_id = found.source_id
                      AND delivery.sent_at IS NOT NULL
                      AND delivery.state = %s
                      AND delivery.type = 'mass'
                      AND delivery.campaign_id <> %s)""",
            kind.model,
            states.SENT,
            self.id,
        )

    def _get_people_sql(self, condition):
        """Return some recipients for `_documents_sql`.

        :param SQL condition: on `r`, mass_sending_recipient
        """
        return SQL(
            """SELECT r.id AS recipient_id, r.partner_id
                 FROM mass_sending_recipient r
                WHERE r.campaign_id = %s
                  AND %s""",
            self.id,
            condition,
        )

    def _get_kept_sql(self):
        return self._get_people_sql(SQL("r.decision = %s", states.KEPT))

    def _find_documents(self, recipient_ids):
        """Return the documents of recipients, one query for any number of them.

        :return: {recipient id: [(kind code, source id)]}, oldest first
        """
        documents = {}
        if not self._uses_documents():
            return documents
        for recipient_id, kind, source_id in self.env.execute_query(
            SQL(
                "SELECT recipient_id, kind, source_id FROM (%s) document"
                " ORDER BY recipient_id, dated, source_model, source_id",
                self._documents_sql(
                    self._get_people_sql(SQL("r.id = ANY(%s)", list(recipient_ids)))
                ),
            )
        ):
            documents.setdefault(recipient_id, []).append((kind, source_id))
        return documents

    def _find_documents_of_partner(self, partner):
        """Return the documents that a customer would get: [(kind code, source id)].

        For the preview; who isn't a recipient yet has no row to look at.
        """
        if not self._uses_documents() or not partner:
            return []
        people = SQL("SELECT 0 AS recipient_id, %s AS partner_id", partner.id)
        return self.env.execute_query(
            SQL(
                "SELECT kind, source_id FROM (%s) document"
                " ORDER BY dated, source_model, source_id",
                self._documents_sql(people),
            )
        )

    def _get_document_names(self, partner):
        """Return the file names of what a customer would get, for the preview."""
        env = self._get_documents_env(self._get_known_lang(partner.lang))
        names = []
        for code, source_id in self._find_documents_of_partner(partner):
            kind = DOCUMENT_KINDS[code](env)
            names.append(kind.get_file_name(env[kind.model].browse(source_id)))
        return names

    # === Selecting ===

    def _judge_recipients(self):
        super()._judge_recipients()
        if self.only_with_document:
            self._skip_without_document()

    def _skip_without_document(self):
        """Skip the people for whom there is no document."""
        with_document = (
            SQL(
                "SELECT recipient_id FROM (%s) document",
                self._documents_sql(self._get_kept_sql()),
            )
            if self._uses_documents()
            else SQL("SELECT NULL::int AS recipient_id")
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH with_document AS (%(with_document)s)
                   UPDATE mass_sending_recipient r
                      SET decision = %(skipped)s, skip_reason = 'no_document'
                    WHERE r.campaign_id = %(campaign)s
                      AND r.decision = %(kept)s
                      AND NOT EXISTS (SELECT FROM with_document w
                                       WHERE w.recipient_id = r.id)""",
                with_document=with_document,
                skipped=states.SKIPPED,
                campaign=self.id,
                kept=states.KEPT,
            )
        )
        self.env["mass.sending.recipient"].invalidate_model()

    def _keep_reachable(self, recipient_ids):
        """Who still has no document stays skipped."""
        if self.only_with_document:
            found = self._find_documents(recipient_ids)
            recipient_ids = [i for i in recipient_ids if i in found]
        return super()._keep_reachable(recipient_ids)

    # === Purging ===

    def _purge_documents(self):
        # not while a worker is still making some
        self.env.cr.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, self.id]
        )
        super()._purge_documents()
        Document = self.env["mass.sending.document"]
        while documents := Document.search(
            [("campaign_id", "=", self.id)], limit=PURGE_BATCH
        ):
            documents.unlink()
