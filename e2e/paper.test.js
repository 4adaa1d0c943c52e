// What is printed: 承办单 of a matter as the dispatch post prints it, on one A4 page, with its records behind.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openPage } from "./lib/browser.js";
import { serveDemo } from "./lib/demo.js";
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

/** A4 less its margins (print.css), in pixels of the browser: 210 − 32 by 297 − 34 mm. */
const WIDE = Math.floor((178 / 25.4) * 96);
const HIGH = Math.floor((263 / 25.4) * 96);

for (const locale of ["zh-CN", "en-GB"]) {
  test(`承办单 takes one page and says nobody's name or number, ${locale}`, async () => {
    const page = await openPage(browser, demo.base, { viewport: { width: WIDE, height: HIGH }, locale });
    await signIn(page, "command_centre");
    const all = (await demo.call("command_centre", "GET", "/api/v1/matters?order=newest&limit=100")).body.items;
    const again = all.filter((matter) => matter.round > 1);
    assert.ok(again.length > 0, "one was begun anew");
    const matters = [...again.slice(0, 2), ...all.slice(0, 3)];
    for (const { no } of matters) {
      await page.goto(`/matters/${no}`);
      assert.ok(await page.locator(".slip").isHidden(), "on paper alone");
      await page.emulateMedia({ media: "print" });
      const slip = page.locator(".slip");
      assert.ok(await slip.isVisible());
      assert.ok(await page.locator(".mhead").isHidden());
      const { height, width } = await slip.boundingBox();
      assert.ok(height <= HIGH && width <= WIDE, `${no}: ${width} × ${height}`);
      const words = await slip.innerText();
      assert.ok(words.includes(no.slice(9)), words);
      assert.doesNotMatch(words, /1\d{10}|undefined/);
      // As many acts stand behind it as its foot says, those of earlier rounds among them.
      const said = Number((await page.locator(".slip-foot span").first().innerText()).match(/\d+/)[0]);
      const seen = await page.locator(".acts > li").evaluateAll((acts) => acts.filter((act) => act.checkVisibility()).length);
      assert.equal(seen, said, no);
      const pages = (await page.pdf({ preferCSSPageSize: true })).toString("latin1").match(/\/Type\s*\/Page\b/g);
      assert.ok(pages.length >= 2, "the records follow on a page of their own");
      await page.emulateMedia({ media: "screen" });
    }
    await page.context().close();
  });
}
