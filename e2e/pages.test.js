// Every page that exists, at both widths: it answers, nothing goes wrong in it, it fits, and nobody is kept out of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { barriers, DESK, openBrowser, openPage, overflows, PHONE, wrapped } from "./lib/browser.js";
import { serveDemo } from "./lib/demo.js";
import { open, pages } from "./lib/pages.js";
import { signIn } from "./lib/sign_in.js";

let demo, browser;
before(async () => {
  demo = await serveDemo();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

for (const { name, account, locale, ...way } of pages) {
  for (const [width, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
    test(`${name} at ${width} width`, async () => {
      const page = await openPage(browser, demo.base, { viewport, locale });
      try {
        if (account) await signIn(page, account);
        const response = await open(page, demo, way);
        if (!way.walk) assert.equal(response.status(), 200);
        assert.deepEqual(await page.locator(".errors, .error").allInnerTexts(), []);
        assert.deepEqual(await wrapped(page), [], "words of the head stand on several lines");
        assert.equal(await overflows(page), false, "the page is wider than its window");
        assert.deepEqual(await barriers(page), []);
        assert.deepEqual(page.wrong, []);
      } finally {
        await page.context().close();
      }
    });
  }
}

test("in the dark, the register is as readable as by day", async () => {
  const page = await openPage(browser, demo.base, { theme: "dark" });
  await signIn(page, "command_centre");
  await page.goto("/matters");
  assert.deepEqual(await barriers(page), []);
  await page.context().close();
});

test("SIGTERM ends the server in order", async () => {
  const other = await serveDemo();
  assert.equal(await other.stop(), "ended with 0");
});
