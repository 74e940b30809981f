# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import json

from odoo.http import Controller, request, route
from odoo.tools import consteq


class SmsReportController(Controller):
    @route(
        "/mass_sending/sms/report/<int:gateway_id>/<string:secret>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        # a gateway has no session; the secret in the address is what it knows
        csrf=False,
        save_session=False,
    )
    def receive_report(self, gateway_id, secret, **parameters):
        """Take delivery reports of a company's own gateway.

        Anything that isn't right gets the same answer: neither gateways nor ids can
        be found out by trying.
        """
        gateway_sudo = request.env["mass.sending.sms.gateway"].sudo()
        gateway_sudo = gateway_sudo.browse(gateway_id).exists()
        if not consteq(gateway_sudo.report_secret or " ", secret) or not gateway_sudo:
            raise request.not_found()
        found = False
        for content in self._read_contents(parameters):
            found |= gateway_sudo._receive_report(content)
        if not found:
            raise request.not_found()
        return request.make_response("OK", [("Content-Type", "text/plain")])

    def _read_contents(self, parameters):
        """Return the reports of a request: one, or several in a JSON list."""
        if "json" not in (request.httprequest.mimetype or ""):
            return [parameters]
        try:
            content = json.loads(request.httprequest.get_data(as_text=True))
        except ValueError:
            return []
        return content if isinstance(content, list) else [content]
