# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The SMTP server of the tests with encryption and a login."""

import base64
import datetime
import ipaddress
import ssl
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .smtp_server import Handler, SmtpServer


class Certificate:
    """A self-signed certificate of 127.0.0.1, with its key, in a file."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="certificate-")
        self.path = Path(self._folder.name) / "certificate.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        day = datetime.timedelta(days=1)
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - day)
            .not_valid_after(now + day)
            .add_extension(x509.SubjectAlternativeName([address]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
            .sign(key, hashes.SHA256())
        )
        self.path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )

    def remove(self):
        self._folder.cleanup()


class _SecureHandler(Handler):
    is_encrypted = False

    def setup(self):
        if self.server.encryption == "ssl":
            self._encrypt()
        super().setup()

    def _open_files(self):
        return self.request.makefile("rb"), self.request.makefile("wb", buffering=0)

    def _encrypt(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.certificate.path)
        self.request = context.wrap_socket(self.request, server_side=True)
        self.is_encrypted = True

    def _offers(self):
        offers = super()._offers()
        if self.server.encryption == "starttls" and not self.is_encrypted:
            return [*offers, "250-STARTTLS"]
        if self.server.login:
            return [*offers, "250-AUTH PLAIN"]
        return offers

    def _answer(self, line):
        verb = line[:8].upper()
        if verb == "STARTTLS":
            self._say("220 go ahead")
            self._encrypt()
            self.rfile, self.wfile = self._open_files()
        elif verb == "AUTH PLA":
            given = base64.b64decode(line.split()[-1]).decode().split("\0")[1:]
            self.is_known = given == list(self.server.login)
            self._say("235 welcome" if self.is_known else self.server.refusal)
        elif verb.startswith("MAIL") and self.server.login and not self.is_known:
            self._say("530 5.7.0 authentication required")
        elif verb.startswith("MAIL") and self._lacks_encryption():
            self._say("530 5.7.0 must issue a STARTTLS command first")
        else:
            return super()._answer(line)
        return True

    is_known = False

    def _lacks_encryption(self):
        return self.server.encryption and not self.is_encrypted


class SecureSmtpServer(SmtpServer):
    """Takes mail over encrypted connections, from those who are logged in.

    :ivar str encryption: "ssl", "starttls" or None
    :ivar tuple login: user name and password, or None
    :ivar str refusal: what it says to a wrong login
    """

    handler = _SecureHandler

    def __init__(self, certificate):
        self.certificate = certificate
        self.forget()
        super().__init__(pipelining=True)

    def forget(self):
        """Want neither encryption nor a login."""
        self.encryption = self.login = None
        self.refusal = "535 5.7.8 wrong user name or password"

    def handle_error(self, request, client_address):
        """Clients that hang up are what is tested."""
