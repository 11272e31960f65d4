#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""browser.py WRITER [--must-fail]: the HTML report in Chromium: without a network, on a phone, in the dark, by keyboard, with
and without its script.

WRITER is formats/writer.cpp, compiled. With --must-fail the page is broken in ways that have to be noticed. Exits with 77 where
Playwright or Chromium is not installed. ASSAY_SCREENSHOTS names a folder for pictures to look at."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

try:
    from playwright.sync_api import Error, sync_playwright
except ImportError:
    print("skipped: the Python package playwright is not installed")
    sys.exit(77)
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
if not CHROMIUM:
    print("skipped: Chromium is not installed")
    sys.exit(77)

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

# The contrast of each piece of text with what is behind it (WCAG 2.2, 1.4.3), where that is below 4.5.
CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = text => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    const d = canvas.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3] / 255]; };
  const light = c => { const f = c.slice(0, 3).map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
  const ground = e => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] > .99) return c; }
    return [255, 255, 255, 1]; };
  const poor = [], seen = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || seen.has(e) || e.closest('script,style,.unseen') || !e.getClientRects().length) continue;
    seen.add(e);
    const style = getComputedStyle(e), c = rgba(e.closest('svg') ? style.fill : style.color);
    const a = light(c), b = light(ground(e)), ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push(e.className + ' ' + e.textContent.slice(0, 30) + ' ' + ratio.toFixed(2));
  }
  return poor;
}"""


class Bench:
    def __init__(self, browser, folder):
        self.browser, self.folder, self.failed = browser, folder, []

    def check(self, what, condition, detail=""):
        if not condition:
            self.failed.append(f"{what}: {str(detail)[:300]}")

    def open(self, scenario, viewport, script=True, **options):
        context = self.browser.new_context(viewport=viewport, offline=True, java_script_enabled=script, **options)
        page = context.new_page()
        page.set_default_timeout(30000)
        page.on("pageerror", lambda e: self.check(f"{scenario}: a script fails", False, e))
        page.on("console", lambda m: self.check(f"{scenario}: the console has {m.type}", m.type not in ("error", "warning"), m.text))
        page.on("request", lambda r: self.check(f"{scenario}: asks for", r.url.startswith("file:") and r.url.split("#")[0] == page.url.split("#")[0]
                                                or r.is_navigation_request(), r.url))
        page.goto((self.folder / scenario / "report.html").as_uri())
        return page

    def picture(self, page, name):
        if folder := os.environ.get("ASSAY_SCREENSHOTS"):
            page.screenshot(path=os.path.join(folder, name + ".png"))

    def everywhere(self, scenario):
        """No sideways scrolling of the page, no poor contrast, in both widths and both sets of colours."""
        for width, viewport in (("desk", DESK), ("phone", PHONE)):
            for scheme in ("light", "dark"):
                page = self.open(scenario, viewport, color_scheme=scheme)
                where = f"{scenario}, {width}, {scheme}"
                self.check(f"{where}: wider than the window",
                           page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                poor = page.evaluate(CONTRAST)
                self.check(f"{where}: poor contrast", not poor, poor[:5])
                ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
                self.check(f"{where}: colours", (ground == "rgb(255, 255, 255)") == (scheme == "light"), ground)
                self.check(f"{where}: broken out", "broken out" not in page.title())
                self.picture(page, f"{scenario}-{width}-{scheme}")
                page.context.close()

    def use(self):
        """What a person does with the page."""
        page = self.open("typical", DESK, permissions=["clipboard-read", "clipboard-write"])
        rows = page.locator("#results tr.row")
        total = rows.count()
        self.check("all records have a row", total == 31, total)
        self.check("rows are counted", page.inner_text("#count") == "31 rows", page.inner_text("#count"))
        opened = page.locator("#results tr.more:visible").count()
        self.check("only what needs attention is unfolded", opened == 2, opened)

        head = page.locator("#results thead th", has_text="Time")
        times = "[...document.querySelectorAll('#results tr.row')].map(r => parseFloat(r.cells[3].dataset.v)).filter(v => v === v)"
        for way, order in (("ascending", sorted), ("descending", lambda v: sorted(v, reverse=True))):
            head.locator("button").click()
            self.check(f"sorted {way}", head.get_attribute("aria-sort") == way and page.evaluate(times) == order(page.evaluate(times)))
        self.check("details stay below their rows", page.evaluate(
            "[...document.querySelectorAll('#results tr.row')].every(r => r.nextElementSibling.id === 'm' + r.id.slice(1))"))
        head.locator("button").click()
        self.check("and as it was", page.evaluate("document.querySelector('#results tr.row').id") == "r0")

        page.select_option("#kind", "attention")
        self.check("what needs attention", rows.locator("visible=true").count() == 2)
        page.select_option("#kind", "all")
        page.fill("#words", "GEMM 4096")
        self.check("filtered by words", rows.locator("visible=true").count() == 3, page.inner_text("#count"))
        page.fill("#words", "")

        page.locator("tr.more.open .replay button").first.click()
        # Not wait_for_function(): what it does not find at once it asks for by eval(), which the page forbids.
        page.locator("tr.more.open .replay button", has_text="Copied").first.wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        self.check("the command is copied", copied == page.locator("tr.more.open .replay code").first.inner_text(), copied)

        page.locator("#theme").click()
        page.locator("#theme").click()
        self.check("the switch turns it dark", page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != "rgb(255, 255, 255)")
        self.check("and stores it", page.evaluate("localStorage.getItem('assay-theme')") == "dark")
        # Of a file's storage, Chromium on a busy machine loses one page in twenty: what a page finds there is put there.
        page.add_init_script("localStorage.setItem('assay-theme', 'dark')")
        page.reload()
        self.check("and is remembered", page.evaluate("document.documentElement.dataset.theme") == "dark")

        page.keyboard.press("Tab")
        self.check("the first stop is the skip link", page.evaluate("document.activeElement.className") == "skip")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        self.check("which leads to the results", page.evaluate("document.activeElement.closest('#results-section') !== null"))
        page.evaluate("document.querySelector('#roofline .scroll').focus()")
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        self.check("arrows go from point to point", "softmax" in page.inner_text("#tip") or "saxpy" in page.inner_text("#tip"),
                   page.inner_text("#tip"))
        page.keyboard.press("Enter")
        self.check("Enter goes to the row", page.evaluate("document.activeElement.closest('tr.row') !== null"))
        unreachable = page.evaluate("""() => [...document.querySelectorAll('.wide,.scroll')].filter(e => e.tabIndex !== 0).length""")
        self.check("what scrolls can be reached by keyboard", unreachable == 0, unreachable)
        page.context.close()

    def without_script(self):
        page = self.open("typical", DESK, script=False)
        self.check("without script every detail is in sight", page.locator("#results tr.more:visible").count() == 31)
        self.check("and no control that does nothing", page.locator("button:visible, input:visible, select:visible").count() == 0)
        page.context.close()

    def large(self):
        page = self.open("large2000", DESK)
        page.fill("#words", "n=1234")
        self.check("a large suite can be filtered", page.locator("#results tr.row:visible").count() == 1)
        self.check("every candidate is in the plot", page.locator("#roofline g[data-r]").count() == 2000)
        page.context.close()

    def all(self):
        for scenario in ("typical", "hostile"):
            self.everywhere(scenario)
        self.use()
        self.without_script()
        return self.failed


BREAKAGES = [
    ("a picture from elsewhere", lambda t: t.replace("<main>", '<main><img src="http://example.com/x.png" alt="">', 1)),
    ("a script that fails", lambda t: t.replace("'use strict';", "'use strict'; throw new Error('x');", 1)),
    ("pale text", lambda t: t.replace("--soft:#55606b", "--soft:#b0b8c0", 1)),
    ("dark on dark", lambda t: t.replace("--ink:#e4eaf0", "--ink:#40464c")),
    ("a wide picture", lambda t: t.replace("<main>", '<main><div style="width:3000px">wide</div>', 1)),
    ("a table that is no stop", lambda t: t.replace('tabindex="0"', "")),
    ("colours that are not stored", lambda t: t.replace("localStorage.setItem(", "String(", 1)),
    ("colours that are forgotten", lambda t: t.replace("localStorage.getItem(", "String(", 1)),
    ("sorted as text", lambda t: t.replace("parseFloat(cell.getAttribute('data-v'))", "cell.textContent.length", 1)),
]


def main():
    writer, must_fail = os.path.abspath(sys.argv[1]), "--must-fail" in sys.argv[2:]
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = pathlib.Path(temporary)
        for scenario in ("typical",) if must_fail else ("typical", "hostile", "large2000"):
            (folder / scenario).mkdir()
            subprocess.run([writer, scenario, str(folder / scenario)], check=True, timeout=300)
            (folder / scenario / "html").rename(folder / scenario / "report.html")
        # The sandbox needs rights that a container may not have; these pages are our own.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        passed = failed = 0
        if not must_fail:
            bench = Bench(browser, folder)
            bench.all()
            bench.large()
            for line in bench.failed:
                print("FAILED:", line)
            passed, failed = 0 if bench.failed else 1, len(bench.failed)
        path = folder / "typical" / "report.html"
        good = path.read_text()
        for name, change in BREAKAGES if must_fail else []:
            bad = change(good)
            assert bad != good, f"'{name}' changes nothing"
            path.write_text(bad)
            try:
                bench = Bench(browser, folder)
                bench.everywhere("typical")
                if not bench.failed:
                    bench.use()
                noticed = bool(bench.failed)
            except Error:
                noticed = True
            passed, failed = passed + noticed, failed + (not noticed)
            if not noticed:
                print(f"FAILED: not noticed: {name}")
        browser.close()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
