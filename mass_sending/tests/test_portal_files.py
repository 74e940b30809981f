# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged

from .common_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalFiles(PortalCommon):
    """Attachments and documents go to whom they were sent, and nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls._create_file("terms & <b>.html", b"<script>alert(1)</script>")
        cls.campaign = cls._create_campaign(attachment_ids=cls.file.ids)
        cls.delivery = cls._create_message(cls.anna, campaign=cls.campaign)
        cls.other = cls._create_message(cls.bert)
        cls.invoice = cls._create_document(cls.delivery, "INV-1.pdf", b"%PDF-1.4 anna")
        cls.foreign = cls._create_document(cls.other, "INV-2.pdf", b"%PDF-1.4 bert")

    def _open(self, url):
        return self.url_open(url, allow_redirects=False)

    def test_campaign_owns_its_files(self):
        self.assertEqual(self.file.res_model, "mass.sending.campaign")
        self.assertEqual(self.file.res_id, self.campaign.id)

    def test_links_on_the_page_download(self):
        self.authenticate("anna", "anna")
        page = self._get_page(f"/my/messages/{self.delivery.id}")
        links = page.xpath("//a[contains(@class, 'o_mass_sending_file')]/@href")
        self.assertEqual(len(links), 2)
        bodies = set()
        for link in links:
            response = self._open(link)
            self.assertEqual(response.status_code, 200)
            self.assertIn("attachment", response.headers["Content-Disposition"])
            bodies.add(response.content)
        self.assertEqual(bodies, {b"%PDF-1.4 anna", b"<script>alert(1)</script>"})

    def test_name_in_the_address_is_only_for_people(self):
        self.authenticate("anna", "anna")
        url = f"/my/messages/{self.delivery.id}/document/{self.invoice.id}"
        for name in ("INV-1.pdf", "../../x", "a%2Fb"):
            response = self._open(f"{url}/{name}")
            self.assertIn(response.status_code, (200, 404))
            if response.status_code == 200:
                self.assertEqual(response.content, b"%PDF-1.4 anna")

    def test_same_answer_for_foreign_and_unknown_files(self):
        unknown = 2000000000
        self.authenticate("anna", "anna")
        own = f"/my/messages/{self.delivery.id}"
        foreign = f"/my/messages/{self.other.id}"
        urls = (
            f"{own}/attachment/{unknown}",
            f"{own}/attachment/{self.invoice.attachment_id.id}",
            f"{own}/attachment/{self.foreign.attachment_id.id}",
            f"{own}/document/{unknown}",
            f"{own}/document/{self.foreign.id}",
            f"{own}/document/99999999999999999999",
            f"{foreign}/document/{self.foreign.id}",
            f"{foreign}/attachment/{self.file.id}",
        )
        answers = set(map(self._get_answer, urls))
        self.assertEqual(len(answers), 1)
        self.assertEqual(answers.pop()[0], 404)

    def test_files_cannot_be_had_around_the_page(self):
        """Guessing ids of /web/content: neither foreign nor own files."""
        files = self.file | self.invoice.attachment_id | self.foreign.attachment_id
        for login in ("anna", "bert", None):
            self.authenticate(login, login)
            for file in files:
                for url in (
                    f"/web/content/{file.id}",
                    f"/web/content/{file.id}?download=1",
                    f"/web/image/{file.id}",
                    f"/web/content/ir.attachment/{file.id}/raw",
                ):
                    with self.subTest(login=login, url=url):
                        content = self._open(url).content
                        self.assertNotIn(file.raw, content)

    def test_public_visitor_is_sent_to_sign_in(self):
        url = f"/my/messages/{self.delivery.id}/document/{self.invoice.id}"
        response = self._open(url)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login?redirect=", response.headers["Location"])

    def test_document_without_file_is_not_offered(self):
        self.invoice.attachment_id.unlink()
        self.authenticate("anna", "anna")
        page = self._get_page(f"/my/messages/{self.delivery.id}")
        links = page.xpath("//a[contains(@class, 'o_mass_sending_file')]/@href")
        self.assertEqual(len(links), 1)
        url = f"/my/messages/{self.delivery.id}/document/{self.invoice.id}"
        self.assertEqual(self._open(url).status_code, 404)

    def test_staff_need_the_right_on_documents(self):
        """Who may read the message in the log may not have its invoice for that."""
        url = f"/my/messages/{self.delivery.id}"
        group = self.env.ref("mass_sending.mass_sending_group_documents")
        for allowed, status in ((False, 404), (True, 200)):
            self.author.group_ids = [(4 if allowed else 3, group.id)]
            self.authenticate("author", "author")
            page = self._get_page(url)
            links = page.xpath("//a[contains(@class, 'o_mass_sending_file')]/@href")
            self.assertEqual(len(links), 2 if allowed else 1)
            response = self._open(f"{url}/document/{self.invoice.id}")
            self.assertEqual(response.status_code, status)

    def test_recipient_who_moved_to_another_company_takes_no_documents_along(self):
        """Bert would see Anna's messages then, but her invoices are not his."""
        self.anna.parent_id = self.bert
        self.authenticate("bert", "bert")
        url = f"/my/messages/{self.delivery.id}/document/{self.invoice.id}"
        self.assertEqual(self._open(url).status_code, 404)
