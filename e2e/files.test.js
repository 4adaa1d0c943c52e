// Pictures in a real browser: a resident sends one and takes its place, a wrong file is told, the desk sees the picture.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DESK, PHONE, fits, openBrowser, openPage, pressed } from "./lib/browser.js";
import { serveDemo } from "./lib/demo.js";
import { signIn } from "./lib/sign_in.js";

const PHOTOS = new URL("../crates/files/tests/data/", import.meta.url).pathname;
const PHOTO = `${PHOTOS}s01_pothole_chicheng.jpg`;
const HEIC = { name: "IMG_0042.HEIC", mimeType: "image/heic", buffer: Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic") };

let demo;
let browser;
before(async () => {
  [demo, browser] = await Promise.all([serveDemo(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const form = (page) => page.locator("form[action='/report']");
const send = (page) => pressed(page, form(page).locator("button[type=submit]"));
/** Whether the picture at a locator has come and can be seen. */
const seen = (picture) => picture.evaluate((img) => img.complete && img.naturalWidth > 0);

for (const [width, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  describe(`pictures at ${width} width`, () => {
    test("a wrong file is told, the right one is kept, its place is taken, and the desk sees it", async () => {
      const page = await openPage(browser, demo.base, { viewport });
      await page.goto("/report");
      await fits(page);
      await form(page).locator("[name=detail]").fill(`路上一个大坑（${width}）。`);
      await form(page).locator("[name=category]").selectOption("road_bridge");
      await form(page).locator("input[type=file]").setInputFiles([HEIC]);
      await send(page);
      assert.match(await page.locator("#report-files-f").innerText(), /IMG_0042\.HEIC：这是手机自己的 HEIC 格式.*兼容性最佳/);
      assert.equal(await form(page).locator("[name=detail]").inputValue(), `路上一个大坑（${width}）。`);
      page.wrong.length = 0; // the browser notes that the page was answered with 422

      await form(page).locator("input[type=file]").setInputFiles([PHOTO]);
      await send(page);
      const offer = page.locator("#offer");
      assert.match(await offer.innerText(), /照片上记的地点和时间，要不要用/);
      assert.ok(await form(page).locator(".kept input").isChecked(), "what was sent stands as a ticked box");
      assert.ok(await seen(form(page).locator(".kept img")));
      page.wrong.length = 0;
      await fits(page);
      await offer.locator("[name=use_point]").check();
      await offer.locator("[name=use_time]").check();
      await send(page);
      const [no, code] = await Promise.all([".num", ".code"].map((part) => page.locator(`.receipt-paper ${part}`).first().innerText()));

      await page.goto("/follow");
      await page.locator("[name=no]").fill(no);
      await page.locator("[name=code]").fill(code);
      await pressed(page, page.locator("form[action='/follow'] button[type=submit]"));
      assert.ok(await seen(page.locator(".files img").first()), "the reporter sees the own picture");
      await fits(page);
      await page.context().close();

      const desk = await openPage(browser, demo.base, { viewport });
      await signIn(desk, "command_centre");
      const whole = no.replace(/^(\d\d)-/, "411524-20$1-");
      await desk.goto(`/matters/${whole}`);
      const picture = desk.locator(".mhead .files img");
      await picture.scrollIntoViewIfNeeded();
      await picture.evaluate((img) => img.decode());
      assert.ok(await seen(picture));
      await fits(desk);
      const address = await desk.locator(".mhead .files a").getAttribute("href");
      assert.match(address, /^\/files\/[0-9a-f-]{36}$/, "no name stands in the address");
      const { body } = await demo.call("command_centre", "GET", `/api/v1/matters/${whole}`);
      assert.equal(body.place.lon.toFixed(3), "115.401");

      // A word with a picture, by the form of the act.
      const act = desk.locator('#acts [data-act="comment"]');
      if (await act.evaluate((fold) => !fold.open)) await act.locator("summary").first().click();
      await act.locator("[name=text]").fill("现场已看。");
      await act.locator("input[type=file]").setInputFiles([`${PHOTOS}s02_orientation6.jpg`]);
      await pressed(desk, act.locator("button[type=submit]"));
      const added = desk.locator(".acts .files img").last();
      await added.scrollIntoViewIfNeeded();
      await added.evaluate((img) => img.decode());
      const [w, h] = await added.evaluate((img) => [img.naturalWidth, img.naturalHeight]);
      assert.ok(h > w, "it stands upright");
      await desk.context().close();

      const other = await openPage(browser, demo.base);
      await signIn(other, "auditor");
      const answer = await other.goto(address);
      assert.equal(answer.status(), 404, "who may not see the matter knows of no picture");
      await other.context().close();
    });
  });
}
