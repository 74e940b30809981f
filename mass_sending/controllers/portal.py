# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from werkzeug.urls import url_encode

from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

HISTORY = "my_mass_sending_messages_history"
# Ids are PostgreSQL integers; a larger number in an address is just unknown.
MAX_ID = 2**31 - 1


class MassSendingPortal(CustomerPortal):
    """The customer's messages: /my/messages.

    Whatever is not his, is not there: an unknown message, somebody else's and a
    removed one give the same answer. Staff may look at what they may see in the
    log anyway, which marks nothing as read.
    """

    _messages_per_page = 20

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        # without counters it is the page itself, which has the number built in
        if not counters or "mass_sending_unread_count" in counters:
            deliveries = request.env["mass.sending.delivery"]
            values["mass_sending_unread_count"] = deliveries._count_portal_unread()
        return values

    # === Routes ===

    @route(
        ["/my/messages", "/my/messages/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_messages(
        self, page=1, sortby=None, filterby=None, search=None, **kwargs
    ):
        choice = self._prepare_messages_choice(sortby, filterby, search)
        values = self._prepare_portal_layout_values()
        values.update(choice, **self._prepare_messages_values(page, choice))
        return request.render("mass_sending.portal_my_messages", values)

    @route("/my/messages/<int:delivery_id>", type="http", auth="user", website=True)
    def portal_my_message(self, delivery_id, **kwargs):
        delivery_sudo = self._get_message_sudo(delivery_id)
        if self._is_customer() and request.httprequest.method == "GET":
            delivery_sudo._mark_read(request.env.user)
        values = self._prepare_portal_layout_values()
        values.update(self._prepare_message_values(delivery_sudo))
        return request.render("mass_sending.portal_my_message", values)

    @route(
        "/my/messages/read_all",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_messages_read_all(self, **kwargs):
        deliveries = request.env["mass.sending.delivery"]
        if self._is_customer() and deliveries.has_access("read"):
            unread = deliveries._get_portal_domain() & Domain("read_at", "=", False)
            deliveries.search(unread).sudo()._mark_read(request.env.user)
        return request.redirect("/my/messages")

    @route(
        "/my/messages/<int:delivery_id>/acknowledge",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_message_acknowledge(self, delivery_id, **kwargs):
        delivery_sudo = self._get_message_sudo(delivery_id)
        if self._is_customer():
            delivery_sudo._mark_read(request.env.user)
            delivery_sudo._acknowledge(request.env.user)
        return request.redirect(f"/my/messages/{delivery_sudo.id}")

    @route(
        [
            "/my/messages/<int:delivery_id>/attachment/<int:attachment_id>",
            "/my/messages/<int:delivery_id>/attachment/<int:attachment_id>/<path:name>",
        ],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_message_attachment(self, delivery_id, attachment_id, **kwargs):
        files_sudo = self._get_message_sudo(delivery_id).mail_message_id.attachment_ids
        attachment_sudo = files_sudo.filtered(lambda a: a.id == attachment_id)
        return self._stream_file(attachment_sudo, attachment_sudo.name)

    @route(
        [
            "/my/messages/<int:delivery_id>/document/<int:document_id>",
            "/my/messages/<int:delivery_id>/document/<int:document_id>/<path:name>",
        ],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_message_document(self, delivery_id, document_id, **kwargs):
        delivery_sudo = self._get_message_sudo(delivery_id)
        documents_sudo = delivery_sudo._get_readable_documents(request.env.user)
        document_sudo = documents_sudo.filtered(lambda d: d.id == document_id)
        return self._stream_file(document_sudo.attachment_id, document_sudo.file_name)

    # === Access ===

    def _is_customer(self):
        """Staff who have a look leave no trace."""
        return not request.env.user._is_internal()

    def _get_message_sudo(self, delivery_id):
        """Return the message, after the check.

        :raise NotFound: for what there isn't, and for what is not his, alike
        """
        if delivery_id > MAX_ID:
            raise request.not_found()
        try:
            delivery_sudo = self._document_check_access(
                "mass.sending.delivery", delivery_id
            )
        except (AccessError, MissingError):
            raise request.not_found() from None
        if not delivery_sudo._is_in_portal():
            raise request.not_found()
        # sudo of the reader, so that dates are in his time zone
        return delivery_sudo.with_user(request.env.user).sudo()

    def _stream_file(self, attachment_sudo, name):
        """Hand out one file, as a download: never shown as a page of this site."""
        if not attachment_sudo:
            raise request.not_found()
        stream = request.env["ir.binary"]._get_stream_from(
            attachment_sudo, filename=name
        )
        return stream.get_response(as_attachment=True)

    # === List ===

    def _get_messages_sortings(self):
        env = request.env
        return {
            "newest": {
                "label": env._("Newest first"),
                "order": "sent_at desc, id desc",
            },
            "oldest": {"label": env._("Oldest first"), "order": "sent_at, id"},
            "subject": {"label": env._("Subject"), "order": "subject, id desc"},
        }

    def _get_messages_filters(self):
        env = request.env
        return {
            "all": {"label": env._("All"), "domain": Domain.TRUE},
            "unread": {
                "label": env._("Unread"),
                "domain": Domain("read_at", "=", False),
            },
        }

    def _prepare_messages_choice(self, sortby, filterby, search):
        """Return what was chosen; of what came with the address, only what exists."""
        sortings, filters = self._get_messages_sortings(), self._get_messages_filters()
        return {
            "searchbar_sortings": sortings,
            "sortby": sortby if sortby in sortings else "newest",
            "searchbar_filters": filters,
            "filterby": filterby if filterby in filters else "all",
            "search": (search or "").strip(),
        }

    def _prepare_messages_values(self, page, choice):
        """Return what the list shows: one page of messages."""
        deliveries = request.env["mass.sending.delivery"]
        domain = self._get_messages_domain(choice)
        url_args = {
            key: value
            for key in ("sortby", "filterby", "search")
            if (value := choice[key]) not in ("", "newest", "all")
        }
        allowed = deliveries.has_access("read")
        total = deliveries.search_count(domain) if allowed else 0
        step = self._messages_per_page
        pager_values = pager("/my/messages", total, page, step, url_args=url_args)
        found = deliveries.browse()
        if total:
            offset = pager_values["offset"]
            order = choice["searchbar_sortings"][choice["sortby"]]["order"]
            found = deliveries.search(domain, order=order)
            # for previous / next: this page, and a page on either side
            request.session[HISTORY] = found.ids[max(0, offset - step) :][: 3 * step]
            found = found[offset : offset + step]
        return {
            "page_name": "mass_sending_messages",
            "messages": [d._prepare_portal_row() for d in found.sudo()],
            "messages_total": total,
            "unread_total": deliveries._count_portal_unread(),
            "can_mark_read": self._is_customer(),
            "pager": pager_values,
            "filter_urls": self._get_messages_filter_urls(choice, url_args),
            "is_narrowed": bool(choice["search"]) or choice["filterby"] != "all",
        }

    def _get_messages_domain(self, choice):
        deliveries = request.env["mass.sending.delivery"]
        return Domain.AND(
            [
                deliveries._get_portal_domain(),
                choice["searchbar_filters"][choice["filterby"]]["domain"],
                deliveries._get_portal_search_domain(choice["search"]),
            ]
        )

    def _get_messages_filter_urls(self, choice, url_args):
        """Return {filter: address} that keep search and order."""
        return {
            name: "/my/messages?" + url_encode({**url_args, "filterby": name})
            for name in choice["searchbar_filters"]
        }

    # === One message ===

    def _prepare_message_values(self, delivery_sudo):
        return {
            "page_name": "mass_sending_message",
            "message": delivery_sudo._prepare_portal_page(),
            "is_staff_view": not self._is_customer(),
            **self._get_message_neighbours(delivery_sudo),
        }

    def _get_message_neighbours(self, delivery_sudo):
        """Return the addresses before and after, in the order of the list he saw."""
        deliveries = request.env["mass.sending.delivery"]
        domain = deliveries._get_portal_domain()
        history = request.session.get(HISTORY) or []
        if delivery_sudo.id in history:
            still_there = set(
                deliveries.search(domain & Domain("id", "in", history)).ids
            )
            ids = [i for i in history if i in still_there]
        else:
            ids = deliveries.search(domain, order="sent_at desc, id desc").ids
        if delivery_sudo.id not in ids:
            return {}
        place = ids.index(delivery_sudo.id)
        return {
            "previous_url": place > 0 and f"/my/messages/{ids[place - 1]}",
            "next_url": ids[place + 1 :] and f"/my/messages/{ids[place + 1]}",
        }
