# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from ast import literal_eval
from urllib.parse import quote

from lxml import html

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalMessages(PortalCommon):
    """The list, reading, the badge and the acknowledgement."""

    def test_home_counts_unread_and_forgets_what_was_opened(self):
        first = self._create_message(self.anna)
        self._create_message(self.anna)
        self.authenticate("anna", "anna")
        self.assertEqual(self._get_badge(), "2")
        self._get_page(f"/my/messages/{first.id}")
        self.assertEqual(self._get_badge(), "1")
        self.assertTrue(first.read_at)
        self.assertEqual(first.read_by_id, self.anna_user)

    def test_counter_is_there_for_a_readonly_request(self):
        self._create_message(self.anna)
        self.authenticate("anna", "anna")
        values = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["mass_sending_unread_count"]}
        )
        self.assertEqual(values, {"mass_sending_unread_count": 1})

    def test_home_has_no_badge_without_messages(self):
        self.authenticate("anna", "anna")
        page = self._get_page("/my")
        self.assertTrue(page.xpath("//a[@href='/my/messages']"))
        self.assertEqual(self._get_badge(), "")

    def test_first_reading_is_kept(self):
        delivery = self._create_message(self.anna, read_at="2026-03-03 08:00:00")
        self.authenticate("anna", "anna")
        self._get_page(f"/my/messages/{delivery.id}")
        self.assertEqual(str(delivery.read_at), "2026-03-03 08:00:00")

    def test_head_request_reads_nothing(self):
        delivery = self._create_message(self.anna)
        self.authenticate("anna", "anna")
        response = self.opener.head(f"{self.base_url()}/my/messages/{delivery.id}")
        self.assertEqual(response.status_code, 200)
        self.assertFalse(delivery.read_at)

    def test_list_marks_unread_and_attachments(self):
        campaign = self._create_campaign(attachment_ids=self._create_file().ids)
        self._create_message(self.anna, "With file", campaign=campaign)
        self._create_message(self.anna, "Read one", read_at="2026-03-03 08:00:00")
        self.authenticate("anna", "anna")
        rows = {
            row.xpath(".//a")[0].text: row
            for row in self._get_page("/my/messages").xpath("//tbody/tr")
        }
        self.assertIn("fw-bold", rows["With file"].get("class"))
        self.assertNotIn("fw-bold", rows["Read one"].get("class"))
        self.assertIn("with attachments", rows["With file"].text_content())
        self.assertNotIn("with attachments", rows["Read one"].text_content())
        self.assertIn("Unread:", rows["With file"].text_content())

    def test_times_are_those_of_the_reader(self):
        self.anna_user.tz = "Pacific/Auckland"
        delivery = self._create_message(self.anna, sent_at="2026-03-02 20:05:00")
        self.authenticate("anna", "anna")
        for url in ("/my/messages", f"/my/messages/{delivery.id}"):
            [moment] = self._get_page(url).xpath("//time")
            shown = moment.get("title") or moment.text
            self.assertTrue(shown.startswith("03/03/2026 9:05"), shown)

    def test_empty_list(self):
        self.authenticate("anna", "anna")
        page = self._get_page("/my/messages")
        self.assertIn("There are no messages for you yet.", page.text_content())
        page = self._get_page("/my/messages?search=x")
        self.assertIn("No message matches.", page.text_content())

    def test_mark_all_as_read(self):
        mine = self._create_message(self.anna) | self._create_message(self.anna)
        other = self._create_message(self.bert)
        self.authenticate("anna", "anna")
        response = self._post("/my/messages/read_all")
        self.assertEqual(response.status_code, 303)
        self.assertTrue(all(mine.mapped("read_at")))
        self.assertFalse(other.read_at)
        self.assertEqual(self._get_badge(), "")

    def test_mark_all_needs_post_and_token(self):
        delivery = self._create_message(self.anna)
        self.authenticate("anna", "anna")
        self._get_page("/my/messages/read_all", status=405)
        response = self.url_open("/my/messages/read_all", data={"a": "b"})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(delivery.read_at)

    def test_acknowledgement_is_kept_once(self):
        campaign = self._create_campaign(ask_acknowledgement=True)
        delivery = self._create_message(self.anna, campaign=campaign)
        url = f"/my/messages/{delivery.id}"
        self.authenticate("anna", "anna")
        self.assertTrue(self._get_page(url).xpath("//button[.='I have read this']"))
        self._post(f"{url}/acknowledge")
        self.assertEqual(delivery.acknowledged_by_id, self.anna_user)
        moment = delivery.acknowledged_at
        page = self._get_page(url)
        self.assertFalse(page.xpath("//button[.='I have read this']"))
        self.assertIn("Anna confirmed on", page.text_content())
        delivery.acknowledged_at = "2026-03-03 08:00:00"
        self._post(f"{url}/acknowledge")
        self.assertEqual(str(delivery.acknowledged_at), "2026-03-03 08:00:00")
        self.assertTrue(moment)

    def test_nobody_acknowledges_what_did_not_ask(self):
        delivery = self._create_message(self.anna)
        self.authenticate("anna", "anna")
        self._post(f"/my/messages/{delivery.id}/acknowledge")
        self.assertFalse(delivery.acknowledged_at)

    def test_asking_is_frozen_by_confirming(self):
        campaign = self._create_campaign()
        campaign.confirmed_at = "2026-03-01 10:00:00"
        with self.assertRaisesRegex(Exception, "is confirmed"):
            campaign.ask_acknowledgement = True

    # === What staff see of it ===

    def test_staff_see_who_has_read_and_when(self):
        campaign = self._create_campaign(ask_acknowledgement=True)
        read = self._create_message(self.anna, campaign=campaign)
        unread = self._create_message(self.bert, campaign=campaign)
        self.authenticate("anna", "anna")
        self._post(f"/my/messages/{read.id}/acknowledge")
        campaign = campaign.with_user(self.author)
        self.assertEqual((campaign.read_count, campaign.acknowledged_count), (1, 1))
        for action in (
            campaign.action_open_read(),
            campaign.action_open_acknowledged(),
        ):
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, read)
        row = read.with_user(self.author)
        self.assertEqual(row.read_by_id, self.anna_user)
        self.assertEqual(row.acknowledged_by_id, self.anna_user)
        self.assertEqual(row.action_view_in_portal()["url"], f"/my/messages/{read.id}")
        filters = self._get_filters("mass.sending.delivery")
        of_campaign = [("campaign_id", "=", campaign.id)]
        for name, expected in (("read", read), ("unread", unread)):
            domain = of_campaign + filters[name]
            self.assertEqual(row.search(domain), expected, name)

    def _get_filters(self, model):
        arch = self.env[model].get_view(view_type="search")["arch"]
        return {
            node.get("name"): literal_eval(node.get("domain"))
            for node in html.fromstring(arch).iter("filter")
            if node.get("name") in ("read", "unread")
        }

    def test_what_is_not_in_the_portal_cannot_be_seen_there(self):
        delivery = self._create_message(self.anna, state="new")
        with self.assertRaises(UserError):
            delivery.with_user(self.author).action_view_in_portal()

    # === Search, order, paging ===

    def test_search_in_subject_and_text(self):
        self._create_message(
            self.anna, "Fibre", "<div>The <b>road</b> works & more</div>"
        )
        self._create_message(self.anna, "Über uns 100%", "<p>Nothing</p>")
        self.authenticate("anna", "anna")
        found = {
            "fib": ["Fibre"],
            "road works": ["Fibre"],
            "works & more": ["Fibre"],
            "100%": ["Über uns 100%"],
            "über": ["Über uns 100%"],
            "div": [],
            "<b>": [],
            "%": ["Über uns 100%"],
            "_": [],
            "\\": [],
            "' OR 1=1 --": [],
            "x\0y": [],
        }
        for text, subjects in found.items():
            with self.subTest(text=text):
                self.assertEqual(self._get_subjects(f"?search={quote(text)}"), subjects)

    def test_filter_and_order(self):
        self._create_message(self.anna, "B", sent_at="2026-03-02 10:00:00")
        self._create_message(self.anna, "C", sent_at="2026-03-03 10:00:00")
        self._create_message(
            self.anna, "A", sent_at="2026-03-01 10:00:00", read_at="2026-03-03 08:00:00"
        )
        self.authenticate("anna", "anna")
        self.assertEqual(self._get_subjects(), ["C", "B", "A"])
        self.assertEqual(self._get_subjects("?sortby=oldest"), ["A", "B", "C"])
        self.assertEqual(self._get_subjects("?sortby=subject"), ["A", "B", "C"])
        self.assertEqual(self._get_subjects("?filterby=unread"), ["C", "B"])
        self.assertEqual(
            self._get_subjects("?filterby=unread&sortby=oldest&search=b"), ["B"]
        )

    def test_what_does_not_exist_is_ignored(self):
        self._create_message(self.anna, "A")
        self.authenticate("anna", "anna")
        for query in (
            "?sortby=nonsense",
            "?filterby=nonsense",
            "?sortby=__class__&filterby=id%20desc",
            "?sortby=&filterby=&search=",
            "?page=-1",
            "?search=" + "a" * 3000 + "&search=b",
        ):
            with self.subTest(query=query[:40]):
                self._get_page(f"/my/messages{query}")
        for page in ("0", "7", "99999999999999999999999"):
            self.assertEqual(self._get_subjects(f"/page/{page}"), ["A"])
        self._get_page("/my/messages/page/x", status=404)

    def test_pages_keep_what_was_chosen(self):
        for number in range(45):
            self._create_message(
                self.anna, f"N{number:02}", sent_at=f"2026-03-02 10:{number:02}:00"
            )
        self.authenticate("anna", "anna")
        query = "?filterby=unread&sortby=oldest&search=N"
        self.assertEqual(self._get_subjects(query)[0], "N00")
        self.assertEqual(len(self._get_subjects(query)), 20)
        self.assertEqual(self._get_subjects(f"/page/2{query}")[0], "N20")
        page = self._get_page(f"/my/messages/page/3{query}")
        self.assertEqual(len(page.xpath("//tbody/tr")), 5)
        [link] = page.xpath("//a[.='2']/@href")
        self.assertTrue(link.startswith("/my/messages/page/2?"))
        for part in ("filterby=unread", "sortby=oldest", "search=N"):
            self.assertIn(part, link)

    def test_previous_and_next_follow_the_list(self):
        a, b, c = (
            self._create_message(self.anna, name, sent_at=f"2026-03-0{day} 10:00:00")
            for name, day in (("A", 2), ("B", 3), ("C", 1))
        )
        self.authenticate("anna", "anna")
        # not from a list: the newest first
        self.assertNeighbours(a, b, c)
        self._get_subjects("?sortby=subject")
        self.assertNeighbours(b, a, c)
        self.assertNeighbours(a, None, b)
        # removed since he saw the list
        b.campaign_id.state = "removed"
        self.assertNeighbours(a, None, c)

    def assertNeighbours(self, delivery, previous, following):
        page = self._get_page(f"/my/messages/{delivery.id}")
        for name, other in (("previous", previous), ("next", following)):
            self.assertEqual(
                page.xpath(f"//a[contains(@class, 'o_mass_sending_{name}')]/@href"),
                [f"/my/messages/{other.id}"] if other else [],
            )
