# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A small SMS gateway that speaks HTTP and can be told to misbehave."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        self._answer(json.loads(self.rfile.read(length)))

    def do_GET(self):
        self._answer(dict(parse_qsl(urlsplit(self.path).query)))

    def _answer(self, content):
        server = self.server
        server.requests.append((self.headers, content))
        messages = _read_messages(content)
        server.received += messages
        hook = server.hooks.get(messages[0]["to"]) or server.hook
        answer = hook(messages) if hook else server.accept(messages)
        if answer is None:  # hang up without a word
            self.close_connection = True
            return
        code, body = answer
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args):
        """Say nothing."""


def _read_messages(content):
    """Return the messages of a request: one, a batch, or a call of Odoo's service."""
    if "params" in content:
        return [
            {"to": one["number"], "text": group["content"], "reference": one["uuid"]}
            for group in content["params"]["messages"]
            for one in group["numbers"]
        ]
    return content.get("messages") or [content]


class GatewayServer(ThreadingHTTPServer):
    """Listens on a free port of localhost until `stop`.

    :ivar dict hooks: number -> function of the messages of a request that begins with
        it; returns (status, answer), or None to hang up
    :ivar hook: the same for all other numbers
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hooks, self.hook = {}, None
        self.requests, self.received = [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/send"

    def accept(self, messages):
        """Accept a request, one message or a batch."""
        if "params" in self.requests[-1][1]:
            results = [
                {"uuid": message["reference"], "state": "success", "credit": 1}
                for message in messages
            ]
            return 200, {"jsonrpc": "2.0", "result": results}
        if "reference" in messages[0] and len(self.requests[-1][1]) > 1:
            return 200, {"status": "accepted", "id": f"gw-{messages[0]['reference']}"}
        return 200, {"messages": [self.accept_one(message) for message in messages]}

    def accept_one(self, message):
        uid = message["reference"]
        return {"reference": uid, "status": "accepted", "id": f"gw-{uid}"}

    def received_numbers(self):
        return [message["to"] for message in self.received]

    def stop(self):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Hanging up is part of the tests."""
