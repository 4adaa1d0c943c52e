// A real Chromium, in the two widths that every page is made for.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Chromium as the machine has it. As root it has no sandbox of its own to set up. */
export const openBrowser = () =>
  chromium.launch({
    executablePath: process.env.ZONGHENG_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });

/** A page of its own session, which remembers everything that went wrong in it. */
export async function openPage(browser, base, { viewport = DESK, locale = "zh-CN", theme = "light" } = {}) {
  const phone = viewport.width < 600;
  const context = await browser.newContext({
    baseURL: base,
    viewport,
    locale,
    timezoneId: "Asia/Shanghai",
    colorScheme: theme,
    reducedMotion: "reduce",
    isMobile: phone,
    hasTouch: phone,
    deviceScaleFactor: phone ? 2 : 1,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.wrong = [];
  page.on("pageerror", (error) => page.wrong.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") page.wrong.push(`console: ${message.text()}`);
  });
  // Leaving a page breaks off what it was still fetching; that is no fault of the page.
  page.on("requestfailed", (request) => {
    const error = request.failure()?.errorText;
    if (error !== "net::ERR_ABORTED") page.wrong.push(`request: ${request.url()} ${error}`);
  });
  return page;
}

/** What axe finds on the page as it stands, a line each; empty when nothing. */
export async function barriers(page) {
  // Through the debugger, not a script tag: the page's content policy stays as it is served.
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: axe });
  const { result } = await session.send("Runtime.evaluate", {
    expression: "axe.run().then((r) => JSON.stringify(r.violations))",
    awaitPromise: true,
  });
  await session.detach();
  return JSON.parse(result.value).map(
    ({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target.join(" ")).join(", ")})`,
  );
}

/** Does anything reach beyond the window's right edge, so that a phone has to be pushed sideways? */
export const overflows = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** Words of the page's head that are broken over several lines, each as it reads. */
export const wrapped = (page) =>
  page.evaluate(() => {
    const heads = document.querySelectorAll("body > header");
    const texts = [...heads].flatMap((head) => {
      const found = [];
      const walk = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) found.push(walk.currentNode);
      return found;
    });
    return texts
      .filter((text) => text.data.trim() && !text.parentElement.closest(".vh, .menu-body"))
      .filter((text) => {
        const range = document.createRange();
        range.selectNodeContents(text);
        const tops = [...range.getClientRects()].map((line) => Math.round(line.top));
        return new Set(tops).size > 1;
      })
      .map((text) => text.data.trim());
  });

/** Nothing of the page is too wide, nothing in its head is wrapped, axe finds no barrier, and nothing went wrong. */
export const fits = async (page) => {
  assert.deepEqual(await wrapped(page), [], "words of the head stand on several lines");
  assert.equal(await overflows(page), false, `${page.url()} is wider than its window`);
  assert.deepEqual(await barriers(page), []);
  assert.deepEqual(page.wrong, []);
};

/** A button pressed, and the page that follows loaded. */
export const pressed = (page, button) => Promise.all([page.waitForEvent("domcontentloaded"), button.click()]);
