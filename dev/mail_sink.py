"""A mail server that keeps every mail and delivers none, with a web page to
read them. Made for the demo; never expose it.

    python dev/mail_sink.py --port 2525 --http-port 8025 --dir FOLDER

To see what a refusal does, write to an address that starts with "refused"
(permanent, 550) or "later" (temporary, 451).
"""

import argparse
from http.server import ThreadingHTTPServer

import mail_pages
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from mail_store import MailStore

REFUSALS = {
    "refused": "550 5.1.1 No such mailbox",
    "later": "451 4.7.1 Try again later",
}


class SinkHandler:
    """aiosmtpd's hooks; their names are the commands of the protocol."""

    def __init__(self, store):
        self.store = store

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        # Commands are read from a buffered stream, one by one, so a client may
        # send several at once.
        return [responses[0], "250-PIPELINING", *responses[1:]]

    async def handle_RCPT(self, server, session, envelope, address, options):
        for prefix, answer in REFUSALS.items():
            if address.lower().startswith(prefix):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        content = envelope.original_content
        mail_id = self.store.add(envelope.mail_from, envelope.rcpt_tos, content)
        return f"250 OK {mail_id}"


class SinkController(Controller):
    def factory(self):
        return SMTP(self.handler, hostname="mail-sink", data_size_limit=64 * 2**20)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=2525)
    parser.add_argument("--http-port", type=int, default=8025)
    parser.add_argument("--dir", required=True, help="where the mails are kept")
    args = parser.parse_args()

    store = MailStore(args.dir)
    smtp = SinkController(SinkHandler(store), hostname=args.host, port=args.port)
    smtp.start()
    web = ThreadingHTTPServer(
        (args.host, args.http_port), mail_pages.handler_class(store)
    )
    print(f"SMTP on {args.host}:{args.port}, http://{args.host}:{args.http_port}")
    try:
        web.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        smtp.stop()


if __name__ == "__main__":
    main()
