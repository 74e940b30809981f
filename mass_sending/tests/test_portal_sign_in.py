# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import http
from odoo.exceptions import AccessDenied
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .common_customers import CustomersCommon


@tagged("post_install", "-at_install")
class TestLoginLookup(CustomersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer(portal_login="Cust-7")
        cls.user = cls._create_portal_user(cls.customer, "anna@x.example")

    def _find(self, login):
        users = self.env["res.users"]
        return users.search(users._get_login_domain(login))

    def test_own_login_and_portal_login_find_the_user(self):
        for login in ("anna@x.example", "Cust-7", " cust-7 ", "CUST-7", "Ｃust-7"):
            with self.subTest(login=login):
                self.assertEqual(self._find(login), self.user)

    def test_hostile_logins_find_nobody(self):
        for login in ("%", "cust-_", "Cust-7%", "", " ", "Cust-7' OR 1=1 --", "\u200b"):
            with self.subTest(login=login):
                self.assertFalse(self._find(login))

    def test_internal_users_are_never_found(self):
        for user in (self.employee, self.env.ref("base.user_admin")):
            user.partner_id.portal_login = f"staff-{user.id}"
            self.assertFalse(self._find(f"staff-{user.id}"))

    def test_external_users_without_portal_access_are_not_found(self):
        self.user.group_ids = self.env.ref("base.group_public")
        self.assertTrue(self.user.share)
        self.assertFalse(self._find("Cust-7"))

    def test_portal_user_who_becomes_internal_is_not_found_any_more(self):
        self.user.group_ids = self.env.ref("base.group_user")
        self.assertFalse(self._find("Cust-7"))
        self.assertEqual(self._find("anna@x.example"), self.user)

    def test_oldest_active_portal_user(self):
        second = self._create_portal_user(self.customer, "second@x.example")
        self.assertEqual(self._find("cust-7"), self.user)
        self.user.active = False
        self.assertEqual(self._find("cust-7"), second)
        second.active = False
        self.assertFalse(self._find("cust-7"))

    def test_users_of_the_contacts_are_not_meant(self):
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.customer.id}
        )
        self.user.active = False
        self._create_portal_user(contact, "contact@x.example")
        self.assertFalse(self._find("cust-7"))

    def test_own_login_goes_before_a_portal_login(self):
        """What the rules forbid, but older data or a race may hold."""
        for active in (True, False):
            user = self.employee.copy({"login": f"legacy-{active}", "active": active})
            self.env.cr.execute(
                "UPDATE res_partner SET portal_login = %s WHERE id = %s",
                [user.login, self.customer.id],
            )
            self.env.invalidate_all()
            self.assertEqual(
                self._find(user.login), user if active else self.env["res.users"]
            )

    def test_logins_of_users_are_never_rewritten(self):
        self.customer.portal_login = "Other"
        self.assertEqual(self.user.login, "anna@x.example")


@tagged("post_install", "-at_install")
class TestPortalSignIn(CustomersCommon, HttpCase, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer(
            portal_login="000040x", email="anna@x.example"
        )
        cls.user = cls._create_portal_user(
            cls.customer, "anna@x.example", password="Passw0rd!"
        )

    def _post(self, path, **values):
        self.url_open(path)
        return self.url_open(
            path,
            data={"csrf_token": http.Request.csrf_token(self), **values},
            allow_redirects=False,
        )

    def _sign_in(self, login, password):
        self.authenticate(None, None)
        return self._post("/web/login", login=login, password=password)

    def assertSignedIn(self, user):
        session = http.root.session_store.get(self.opener.cookies["session_id"])
        self.assertEqual(session.uid, user.id)

    def test_sign_in_with_the_portal_login(self):
        for login in ("anna@x.example", "000040x", " 000040X "):
            with self.subTest(login=login):
                response = self._sign_in(login, "Passw0rd!")
                self.assertEqual(response.status_code, 303)
                self.assertSignedIn(self.user)
                self.assertEqual(self.url_open("/my").status_code, 200)
        self.assertEqual(self.user.login, "anna@x.example")

    def test_wrong_password_is_refused(self):
        with mute_logger("odoo.addons.base.models.res_users"):
            response = self._sign_in("000040x", "wrong")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Wrong login/password", response.text)

    def test_internal_user_cannot_sign_in_with_a_portal_login(self):
        boss = new_test_user(
            self.env, login="boss", password="Passw0rd!", groups="base.group_user"
        )
        boss.partner_id.portal_login = "000041x"
        with mute_logger("odoo.addons.base.models.res_users"):
            response = self._sign_in("000041x", "Passw0rd!")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self._sign_in("boss", "Passw0rd!").status_code, 303)

    def test_rpc_sign_in(self):
        users = self.env["res.users"]
        credential = {"type": "password", "login": "000040x", "password": "Passw0rd!"}
        info = users.authenticate(credential, {"interactive": False})
        self.assertEqual(info["uid"], self.user.id)
        with (
            mute_logger("odoo.addons.base.models.res_users"),
            self.assertRaises(AccessDenied),
        ):
            users.authenticate({**credential, "password": "x"}, {"interactive": False})

    def test_password_reset_with_the_portal_login(self):
        self.env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
        self.authenticate(None, None)
        with self.mock_mail_gateway():
            self._post("/web/reset_password", login="000040X")
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(self._mails[0]["email_to"], ["anna@x.example"])

    def test_password_reset_reaches_no_internal_user(self):
        self.employee.partner_id.write(
            {"portal_login": "staff", "email": "e@x.example"}
        )
        with self.mock_mail_gateway(), self.assertRaisesRegex(Exception, "No account"):
            self.env["res.users"].reset_password("staff")
        self.assertFalse(self._mails)


@tagged("post_install", "-at_install")
class TestPortalInvitation(CustomersCommon, MailCase):
    def _invite(self, partner):
        wizard = (
            self.env["portal.wizard"]
            .with_user(self.contact_manager)
            .with_context(active_ids=partner.ids)
            .create({})
        )
        with self.mock_mail_gateway():
            wizard.user_ids.action_grant_access()
        return self._mails[0]["body"]

    def test_invitation_names_the_portal_login(self):
        customer = self._create_customer(portal_login="C-77", email="c@x.example")
        body = self._invite(customer)
        self.assertIn("customer number", body)
        self.assertIn("C-77", body)
        self.assertEqual(customer.user_ids.login, "c@x.example")

    def test_portal_login_is_escaped(self):
        customer = self._create_customer(portal_login="<b>C</b>", email="c@x.example")
        self.assertIn("&lt;b&gt;C&lt;/b&gt;", self._invite(customer))

    def test_template_naming_the_login_itself_is_left_alone(self):
        template = self.env.ref("auth_signup.portal_set_password_email")
        template.body_html = '<p>Use <t t-out="object.partner_id.portal_login"/></p>'
        customer = self._create_customer(portal_login="C-78", email="c@x.example")
        self.assertEqual(self._invite(customer).count("C-78"), 1)

    def test_contact_without_portal_login_gets_the_ordinary_invitation(self):
        partner = self.env["res.partner"].create({"name": "x", "email": "c@x.example"})
        self.assertNotIn("customer number", self._invite(partner))
