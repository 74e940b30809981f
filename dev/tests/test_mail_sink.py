"""The mail sink over real sockets: SMTP in, pages out."""

import smtplib
import socket
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from email.message import EmailMessage
from http.server import ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))

import mail_pages  # noqa: E402
import mail_sink  # noqa: E402
from mail_store import MailStore  # noqa: E402


class TestMailSink(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.store = MailStore(self.folder)
        self.smtp = mail_sink.SinkController(
            mail_sink.SinkHandler(self.store), hostname="127.0.0.1", port=free_port()
        )
        self.smtp.start()
        self.addCleanup(self.smtp.stop)
        handler = mail_pages.handler_class(self.store)
        self.web = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.web.serve_forever, daemon=True).start()
        self.addCleanup(self.web.server_close)
        self.addCleanup(self.web.shutdown)
        self.url = f"http://127.0.0.1:{self.web.server_address[1]}"

    def client(self):
        client = smtplib.SMTP("127.0.0.1", self.smtp.port)
        self.addCleanup(client.close)
        return client

    def send(self, to="žofie@example.com", subject="Účet <1>", **parts):
        message = EmailMessage()
        message["From"], message["To"] = "info@example.com", "a@example.com"
        message["Subject"] = subject
        message.set_content("plain text")
        message.add_alternative(
            '<p onclick="x()">rich<img src="cid:logo"></p>', subtype="html"
        )
        message.add_attachment(
            b"%PDF", maintype="application", subtype="pdf", filename="faktúra.pdf"
        )
        message.add_attachment(
            b"PNG", maintype="image", subtype="png", filename="l.png", cid="<logo>"
        )
        self.client().send_message(message, to_addrs=["a@example.com"])
        return self.store.search()[0].id

    def get(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return answer.read().decode(), answer.headers

    def test_list_and_search(self):
        self.send(subject="First <b>")
        self.send(subject="Second")
        page, _headers = self.get("/")
        self.assertLess(page.index("Second"), page.index("First &lt;b&gt;"))
        page, _headers = self.get("/?q=first")
        self.assertNotIn("Second", page)
        page, _headers = self.get("/?q=" + quote("nobody"))
        self.assertIn("No mail", page)

    def test_mail_with_its_parts(self):
        mail_id = self.send()
        page, _headers = self.get(f"/mail/{mail_id}")
        for text in ("Účet &lt;1&gt;", "faktúra.pdf", "plain text", "sandbox="):
            self.assertIn(text, page)
        body, headers = self.get(f"/mail/{mail_id}/html")
        self.assertIn(f"/mail/{mail_id}/file/1", body)
        self.assertIn("sandbox", headers["Content-Security-Policy"])
        pdf, headers = self.get(f"/mail/{mail_id}/file/0")
        self.assertEqual((pdf, headers["Content-Type"]), ("%PDF", "application/pdf"))
        source, _headers = self.get(f"/mail/{mail_id}/source")
        self.assertIn("X-Sink-Envelope-To: a@example.com", source)

    def test_unknown_pages(self):
        mail_id = self.send()
        for path in ("/mail/1-000009", f"/mail/{mail_id}/file/9", "/mail/../x", "/x"):
            with self.subTest(path), self.assertRaises(urllib.error.HTTPError) as error:
                self.get(path)
            error.exception.close()

    def test_restart_finds_the_mails(self):
        mail_id = self.send()
        self.assertEqual(MailStore(self.folder).search()[0].id, mail_id)

    def test_start_does_not_wait_until_all_mails_are_read(self):
        """After a campaign to 16,000 the demo did not start again."""
        self.send()
        gate, index = threading.Event(), MailStore._index

        def wait_and_index(store, path):
            if gate.wait(timeout=10):
                index(store, path)

        with patch.object(MailStore, "_index", wait_and_index):
            again = MailStore(self.folder)
            gate.set()
            until = time.monotonic() + 10
            while not again.search() and time.monotonic() < until:
                time.sleep(0.01)
        self.assertEqual(len(again.search()), 1)

    def test_pipelining_is_announced_and_works(self):
        client = self.client()
        client.ehlo()
        self.assertTrue(client.has_extn("pipelining"))
        client.sock.sendall(
            b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
        )
        codes = [client.getreply()[0] for _command in range(3)]
        self.assertEqual(codes, [250, 250, 354])

    def test_refusals(self):
        client = self.client()
        client.ehlo()
        client.mail("a@example.com")
        self.assertEqual(client.rcpt("refused@example.com")[0], 550)
        self.assertEqual(client.rcpt("later@example.com")[0], 451)

    def test_only_its_own_page_may_delete(self):
        self.send()
        for origin, left in (("http://evil.example", 1), (self.url, 0)):
            request = urllib.request.Request(
                self.url + "/clear", method="POST", headers={"Origin": origin}
            )
            urllib.request.urlopen(request).close()
            self.assertEqual(len(self.store.search()), left)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    unittest.main()
