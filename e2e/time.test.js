// What time brings, in the browser: messages of what is due, orders proposed, and a year's days taken up; at both
// widths, without barriers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESK, fits, openBrowser, openPage, PHONE, pressed } from "./lib/browser.js";
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

const at = async (account, viewport, locale) => {
  const page = await openPage(browser, demo.base, { viewport, locale });
  await signIn(page, account);
  return page;
};

/** The days of a year: Monday to Friday are worked, but for the first three. */
const year = (n) => {
  const days = [];
  for (let day = new Date(Date.UTC(n, 0, 1)); day.getUTCFullYear() === n; day.setUTCDate(day.getUTCDate() + 1)) {
    const rests = [0, 6].includes(day.getUTCDay()) || (day.getUTCMonth() === 0 && day.getUTCDate() <= 3);
    days.push(`${day.toISOString().slice(0, 10)},${rests ? 0 : 1},\n`);
  }
  return `date,is_workday,name\n${days.join("")}`;
};

for (const [width, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  for (const locale of ["zh-CN", "en"]) {
    test(`messages and proposed orders can be read, at ${width} width, in ${locale}`, async () => {
      for (const account of ["county_transport", "supervision_office"]) {
        const page = await at(account, viewport, locale);
        await page.goto("/messages");
        await fits(page);
        const first = page.locator("main .rows a.go").first();
        if (await first.count()) {
          await pressed(page, first);
          await fits(page);
        }
        const answer = await page.goto("/orders/proposed");
        assert.equal(answer.status(), account === "supervision_office" ? 200 : 404);
        page.wrong.splice(0, page.wrong.length, ...page.wrong.filter((line) => !/status of 404/.test(line)));
        await fits(page);
        await page.context().close();
      }
    });
  }
}

test("a year's days are checked, refused with every fault, shown with what they move, and taken up", async () => {
  const next = new Date().getFullYear() + 1;
  const page = await at("system_admin", DESK);
  await page.goto("/organisation/changes");
  const check = async (text) => {
    await page.locator("input[name=kind][value=calendar]").check();
    await page.locator("textarea[name=text]").fill(text);
    await pressed(page, page.locator("form[action='/organisation/changes'] button[type=submit]"));
  };
  await check(year(next).replace(`${next}-03-01`, `${next}-03-32`));
  const told = await page.locator("main").innerText();
  assert.match(told, /03-32/);
  page.wrong.splice(0, page.wrong.length, ...page.wrong.filter((line) => !/status of 422/.test(line)));
  await fits(page);
  await page.goto("/organisation/changes");
  await check(year(next));
  const shown = await page.locator("main").innerText();
  assert.match(shown, new RegExp(`${next}年：工作日 \\d+ 天`));
  assert.match(shown, /\d+ 件未办结事项的时限会跟着变/);
  await fits(page);
  await pressed(page, page.locator("form[action$='/record'] button[type=submit]"));
  await fits(page);
  const { body } = await demo.call("system_admin", "POST", "/api/v1/organisation/changes/check", { kind: "calendar", file: "days.csv", text: year(next) });
  assert.equal(body.changes_nothing, true, "all of it stands already");
});
