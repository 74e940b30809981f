"""The web pages of the mail sink: a list with a search field, and one mail."""

import html
import re
import time
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from mail_store import attachments

PAGE_SIZE = 50
SHOWN_HEADERS = ("Subject", "From", "To", "Cc", "Reply-To", "Date")
# A mail is a stranger's page: no scripts, no forms, links in a new tab.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "img-src * data:; style-src 'unsafe-inline' *; font-src *"
)
STYLE = """
:root { color-scheme: light; --line: #e2e2ea; --soft: #6b6b7b; --main: #714b67; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.45 system-ui, "Liberation Sans", sans-serif;
       color: #22222b; background: #f6f6f9; }
header { background: var(--main); color: #fff; padding: .7rem 1rem; display: flex;
         gap: 1rem; align-items: center; flex-wrap: wrap; }
header a { color: #fff; text-decoration: none; font-weight: 600; }
header form { display: flex; gap: .5rem; flex: 1; max-width: 34rem; }
input, button, .button { font: inherit; padding: .35rem .7rem; border-radius: 6px;
         border: 1px solid var(--line); background: #fff; color: #22222b; }
input { flex: 1; min-width: 8rem; }
button, .button { cursor: pointer; text-decoration: none; display: inline-block; }
main { max-width: 72rem; margin: 1rem auto; padding: 0 1rem; }
.card { background: #fff; border: 1px solid var(--line); border-radius: 8px;
        overflow: hidden; }
a.mail { display: grid; grid-template-columns: 15rem 1fr auto; gap: 0 1rem;
         padding: .6rem 1rem; color: inherit; text-decoration: none;
         border-bottom: 1px solid var(--line); }
a.mail:hover { background: #faf7f9; }
a.mail > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.soft { color: var(--soft); }
.empty { padding: 3rem 1rem; text-align: center; }
.pager { display: flex; gap: .5rem; padding: .8rem 0; align-items: center; }
dl { display: grid; grid-template-columns: 6rem 1fr; margin: 0; padding: 1rem;
     gap: .2rem 1rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
h2, summary { font-size: 1rem; font-weight: 600; margin: 1.2rem 0 .4rem; }
iframe { width: 100%; height: 55vh; border: 0; background: #fff; display: block; }
pre { margin: 0; padding: 1rem; overflow: auto; white-space: pre-wrap;
      overflow-wrap: anywhere; font-size: 13px; }
.files { display: flex; gap: .5rem; flex-wrap: wrap; }
@media (max-width: 700px) {
  a.mail { grid-template-columns: 1fr auto; }
  a.mail .subject { grid-column: 1 / -1; grid-row: 2; }
}
"""


def esc(text):
    return html.escape(str(text or ""))


def layout(title, body, query=""):
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{esc(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{STYLE}</style></head><body>
<header><a href="/">Mail sink</a>
<form action="/"><input type="search" name="q" value="{esc(query)}"
 placeholder="Recipient, sender or subject" aria-label="Search">
<button>Search</button></form></header>
<main>{body}</main></body></html>"""


def size_text(size):
    return f"{size / 1024:.0f} kB" if size < 2**20 else f"{size / 2**20:.1f} MB"


def list_page(store, query, page):
    mails = store.search(query)
    first = page * PAGE_SIZE
    rows = "".join(_list_row(mail) for mail in mails[first : first + PAGE_SIZE])
    if not rows:
        rows = '<p class="empty soft">No mail here yet.</p>'
    return layout(
        "Mail sink",
        _card(rows) + _pager(len(mails), first, query, page),
        query,
    )


def _list_row(mail):
    when = time.strftime("%d %b %H:%M:%S", time.localtime(mail.received))
    clip = f"📎 {mail.attachments} · " if mail.attachments else ""
    return (
        f'<a class="mail" href="/mail/{mail.id}"><b class="to">{esc(mail.recipients)}'
        f'</b><span class="subject">{esc(mail.subject) or "(no subject)"}</span>'
        f'<span class="soft">{clip}{size_text(mail.size)} · {when}</span></a>'
    )


def _pager(total, first, query, page):
    def link(label, number):
        target = esc(urlencode({"q": query, "page": number}))
        return f'<a class="button" href="/?{target}">{label}</a>'

    parts = [f'<span class="soft">{total} mails</span>']
    if page:
        parts.append(link("Newer", page - 1))
    if first + PAGE_SIZE < total:
        parts.append(link("Older", page + 1))
    if total:
        parts.append(
            '<form method="post" action="/clear" style="margin-left:auto">'
            "<button>Delete all</button></form>"
        )
    return f'<div class="pager">{"".join(parts)}</div>'


def mail_page(mail_id, message):
    headers = "".join(
        f"<dt>{name}</dt><dd>{esc(message[name])}</dd>"
        for name in SHOWN_HEADERS
        if message[name]
    )
    every = "\n".join(f"{name}: {value}" for name, value in message.items())
    sections = [_card(f"<dl>{headers}</dl>")]
    if files := attachments(message):
        links = _files(mail_id, files)
        sections.append(f'<h2>Files</h2><div class="files">{links}</div>')
    if message.get_body(("html",)):
        frame = (
            f'<iframe src="/mail/{mail_id}/html" title="Message" '
            'sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
        )
        sections.append(f"<h2>Message</h2>{_card(frame)}")
    if text := message.get_body(("plain",)):
        sections.append(f"<h2>Text</h2>{_card(f'<pre>{esc(_text(text))}</pre>')}")
    sections.append(
        "<details><summary>All headers</summary>"
        f"{_card(f'<pre>{esc(every)}</pre>')}</details>"
        f'<p><a class="button" href="/mail/{mail_id}/source">Source</a></p>'
    )
    return layout(message["Subject"] or "(no subject)", "".join(sections))


def _card(content):
    return f'<div class="card">{content}</div>'


def _files(mail_id, files):
    return "".join(
        f'<a class="button" href="/mail/{mail_id}/file/{number}">'
        f"{esc(part.get_filename() or part.get_content_type())} "
        f'<span class="soft">{size_text(len(_payload(part)))}</span></a>'
        for number, part in enumerate(files)
    )


def _payload(part):
    return part.get_payload(decode=True) or part.as_bytes()


def _text(part):
    try:
        return part.get_content()
    except (LookupError, UnicodeError):  # a charset nobody knows
        return _payload(part).decode("utf-8", "replace")


def mail_html(mail_id, message):
    """The HTML part, its embedded images served from here."""
    body = message.get_body(("html",))
    content = _text(body) if body else ""
    for number, part in enumerate(attachments(message)):
        if cid := (part.get("Content-ID") or "").strip("<> "):
            url = f"/mail/{mail_id}/file/{number}"
            content = content.replace(f"cid:{cid}", url)
    return f'<base target="_blank">{content}'


class MailPages(BaseHTTPRequestHandler):
    """Answers requests; use `handler_class` to bind it to a store."""

    server_version = "mail-sink"
    store = None

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/":
            return self._list(parse_qs(url.query))
        match = re.fullmatch(r"/mail/([\d-]+)(?:/(\w+)(?:/(\d+))?)?", url.path)
        found = match and self.store.get(match[1])
        if not found:
            return self._html(layout("Not found", "No such mail."), status=404)
        self._mail(match[1], *found, view=match[2], number=int(match[3] or 0))

    def do_POST(self):
        # Only a page of our own may delete: another site's form cannot set
        # this header to our address.
        origin = urlsplit(self.headers.get("Origin", "")).netloc
        if self.path == "/clear" and origin == self.headers["Host"]:
            self.store.clear()
        self.send_response(303)
        self.send_header("Location", "/")
        self.end_headers()

    def _list(self, query):
        page = query.get("page", ["0"])[0]
        text = query.get("q", [""])[0]
        self._html(list_page(self.store, text, int(page) if page.isdigit() else 0))

    def _mail(self, mail_id, message, raw, view, number):
        if view is None:
            self._html(mail_page(mail_id, message))
        elif view == "html":
            policy = {"Content-Security-Policy": MAIL_POLICY}
            self._html(mail_html(mail_id, message), headers=policy)
        elif view == "source":
            self._answer(raw, "text/plain; charset=utf-8")
        elif view == "file" and number < len(attachments(message)):
            self._file(attachments(message)[number])
        else:
            self._html(layout("Not found", "No such part."), status=404)

    def _file(self, part):
        name = quote(part.get_filename() or "part")
        headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}"}
        kind = part.get_content_type()
        # The browser's own viewer of PDF does not open inside a sandbox.
        if kind != "application/pdf":
            headers["Content-Security-Policy"] = "sandbox"
        self._answer(_payload(part), kind, headers)

    def _html(self, text, status=200, headers=None):
        self._answer(text.encode(), "text/html; charset=utf-8", headers, status)

    def _answer(self, body, kind, headers=None, status=200):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """No line per request."""


def handler_class(store):
    return type("BoundMailPages", (MailPages,), {"store": store})
