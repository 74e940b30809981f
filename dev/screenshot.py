"""Drive headless Chromium through a list of steps and take screenshots.

    dev/screenshot --login admin goto=/odoo wait=.o_app shot=home.png
    dev/screenshot --url http://localhost:8025 --width 390 goto=/ shot=sink.png

Steps, in order (SELECTOR is CSS; "text:Send" finds the innermost visible
element whose text is or begins with that):
    goto=URL           open (relative to --url) and wait until it has loaded
    wait=SELECTOR      wait until it is there and visible; wait=2 waits 2 seconds
    click=SELECTOR     click its middle with the mouse
    fill=SELECTOR::X   focus it, replace what it holds by X
    press=KEY          Enter, Escape, Tab, ArrowDown …
    scroll=SELECTOR    bring it into view
    js=EXPRESSION      evaluate, print the result
    shot=FILE.png      the window;  full=FILE.png  the whole page

Steps may also come from a file: --steps FILE, one per line, # comments.
"""

import argparse
import base64
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync "
    "--hide-scrollbars --remote-debugging-port=0 --remote-allow-origins=*"
).split()
KEYS = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowDown": 40, "ArrowUp": 38}
# Finds what a step names; visible elements only.
FIND = """
(() => {
  const wanted = %s;
  const shown = (el) => el.getClientRects().length > 0;
  if (!wanted.startsWith("text:")) {
    return [...document.querySelectorAll(wanted)].find(shown);
  }
  const text = wanted.slice(5).trim();
  const said = (el) => (el.innerText || el.value || "").trim();
  const all = [...document.querySelectorAll("body *")].filter(shown).reverse();
  return (
    all.find((el) => said(el) === text) ||
    all.find((el) => said(el).startsWith(text))
  );
})()
"""


class Browser:
    """One page of a Chromium started for the purpose."""

    def __init__(self, width, height, scale):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        program = shutil.which("chromium") or shutil.which("google-chrome")
        if not program:
            sys.exit("Chromium is missing: install Debian's chromium")
        self.process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self.profile.name}", "about:blank"],
            stderr=subprocess.DEVNULL,
        )
        self.socket = websocket.create_connection(
            self._page_address(), suppress_origin=True, timeout=60
        )
        self.number = 0
        self.call("Page.enable")
        self.call("Runtime.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )

    def _page_address(self):
        port_file = Path(self.profile.name) / "DevToolsActivePort"
        until(lambda: port_file.exists() and port_file.read_text().strip(), 20)
        port = port_file.read_text().split()[0]
        address = f"http://127.0.0.1:{port}/json/list"
        pages = json.load(urllib.request.urlopen(address))
        return next(p["webSocketDebuggerUrl"] for p in pages if p["type"] == "page")

    def call(self, method, **params):
        self.number += 1
        self.socket.send(
            json.dumps({"id": self.number, "method": method, "params": params})
        )
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def evaluate(self, expression):
        answer = self.call(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def close(self):
        with contextlib.suppress(Exception):
            self.call("Browser.close")
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.profile.cleanup()


def until(condition, seconds):
    """Wait for the condition; return its value."""
    limit = time.time() + seconds
    while not (value := condition()):
        if time.time() > limit:
            raise TimeoutError
        time.sleep(0.1)
    return value


class Steps:
    """The step words; one method each."""

    def __init__(self, browser, url, timeout):
        self.browser = browser
        self.url = url.rstrip("/")
        self.timeout = timeout

    def run(self, step):
        word, _, value = step.partition("=")
        method = getattr(self, f"do_{word}", None)
        if not method:
            raise SystemExit(f"unknown step: {step}")
        method(value)

    def _present(self, selector):
        found = f"!!{FIND.strip() % json.dumps(selector)}"
        try:
            until(lambda: self.browser.evaluate(found), self.timeout)
        except TimeoutError:
            raise RuntimeError(f"{selector} is not on the page") from None

    def _with(self, selector, body):
        """Evaluate a body in which `el` is the element, once it is there."""
        self._present(selector)
        find = FIND.strip() % json.dumps(selector)
        return self.browser.evaluate(f"(() => {{ const el = {find}; {body} }})()")

    def do_goto(self, address):
        address = address if "://" in address else self.url + address
        self.browser.call("Page.navigate", url=address)
        time.sleep(0.2)
        ready = "document.readyState === 'complete'"
        until(lambda: self.browser.evaluate(ready), self.timeout)

    def do_wait(self, value):
        try:
            time.sleep(float(value))
        except ValueError:
            self._present(value)

    def do_click(self, selector):
        place = self._with(
            selector,
            "el.scrollIntoView({block: 'center', inline: 'center'});"
            "const box = el.getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2];",
        )
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.browser.call(
                "Input.dispatchMouseEvent",
                type=kind,
                x=place[0],
                y=place[1],
                button="none" if kind == "mouseMoved" else "left",
                clickCount=1,
            )
        time.sleep(0.3)

    def do_fill(self, value):
        selector, _, text = value.partition("::")
        self._with(selector, "el.focus(); if (el.select) { el.select(); }")
        self.browser.call("Input.insertText", text=text)

    def do_press(self, key):
        code = KEYS[key]
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.browser.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                **(text if kind == "keyDown" else {}),
            )
        time.sleep(0.3)

    def do_scroll(self, selector):
        self._with(selector, "el.scrollIntoView({block: 'center'});")

    def do_js(self, expression):
        print(json.dumps(self.browser.evaluate(expression), ensure_ascii=False))

    def do_shot(self, path):
        self._save(path)

    def do_full(self, path):
        self._save(path, captureBeyondViewport=True)

    def _save(self, path, **options):
        if options:
            size = self.browser.call("Page.getLayoutMetrics")["cssContentSize"]
            options["clip"] = {**size, "x": 0, "y": 0, "scale": 1}
        time.sleep(0.3)
        picture = self.browser.call("Page.captureScreenshot", format="png", **options)
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(base64.b64decode(picture["data"]))
        print(path)


def login_steps(login, password):
    return [
        "goto=/web/login",
        f"fill=input[name=login]::{login}",
        f"fill=input[name=password]::{password}",
        "press=Enter",
        "wait=.o_main_navbar, .o_portal_my_home, #o_main_nav",
    ]


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", default="http://localhost:8069")
    parser.add_argument("--login", help="log in to Odoo first")
    parser.add_argument("--password", help="the login by default")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=800)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--timeout", type=float, default=20, help="of each step")
    parser.add_argument("--steps", help="file with one step per line")
    parser.add_argument("step", nargs="*")
    args = parser.parse_args()
    if args.steps:
        lines = Path(args.steps).read_text().splitlines()
        args.step += [ln for ln in map(str.strip, lines) if ln and ln[0] != "#"]
    return args


def main():
    args = parse_arguments()
    steps = args.step
    if args.login:
        steps = login_steps(args.login, args.password or args.login) + steps
    browser = Browser(args.width, args.height, args.scale)
    try:
        for step in steps:
            try:
                Steps(browser, args.url, args.timeout).run(step)
            except (RuntimeError, TimeoutError) as error:
                sys.exit(f"{step}: {error or 'took too long'}")
    finally:
        browser.close()


if __name__ == "__main__":
    main()
