# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The last look at documents, right before a group is handed over."""

import hashlib

from .. import states
from ..documents import DOCUMENT_KINDS
from .outcomes import Outcome


def check_deliveries(campaign, deliveries):
    """Check, right before handing over, that all carry their own documents only.

    The document still exists and is posted, its commercial partner is the
    recipient's, its company the campaign's, and the file is what was written down.

    :param campaign: mass.sending.campaign, as the queue
    :param deliveries: mass.sending.delivery of one group
    :return: {delivery id: Outcome} of those that may not go
    """
    env = campaign.env
    carried = env["mass.sending.delivery.document"].search(
        [("delivery_id", "in", deliveries.ids)]
    )
    failures = {}
    for code, of_kind in carried.grouped("kind").items():
        kind = DOCUMENT_KINDS[code](campaign._get_documents_env())
        owners = kind.get_owners(of_kind.mapped("source_id"))
        for row in of_kind:
            if problem := _get_problem(row, owners.get(row.source_id)):
                reason = f"{row.file_name}: {problem}"
                failures[row.delivery_id.id] = Outcome.failed(
                    "attachment", reason, states.ATTACHMENT_ERROR
                )
    return failures


def _get_problem(row, owner_id):
    """Return why a document may not be handed over, or None."""
    env = row.env
    recipient = row.delivery_id.recipient_id
    if not owner_id:
        return env._("was deleted, or is no longer posted.")
    if owner_id != recipient.partner_id.commercial_partner_id.id:
        return env._("does not belong to this recipient.")
    if (
        owner_id != row.owner_id.id
        or row.document_id.campaign_id != recipient.campaign_id
    ):
        return env._("changed hands after it was made.")
    content = row.attachment_id.raw or b""
    # many may be large
    row.attachment_id.invalidate_recordset(["raw", "datas"], flush=False)
    if hashlib.sha256(content).hexdigest() != row.file_hash:
        return env._("the stored file is missing or was changed.")
    return None
