// Tables in the browser: the register out as a file, and a table in, as the dispatch post of the command centre does it; at both
// widths, without barriers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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

const HEAD = "工单编号,类型,三级问题分类,标签,被反映街乡镇,工单性质,是否解决,是否满意,办结时间,村社区,点位";
const order = (number, township) => `${number},求助,城乡建设/市政/路灯,夜间,${township},主办,是,基本满意,2022-04-20,曹寨村,桥头`;
const table = (...rows) => Buffer.from(`${[HEAD, ...rows].join("\r\n")}\r\n`);

const upload = async (page, name, buffer) => {
  await page.locator("form [name=kind][value=hotline]").check();
  await page.locator("form [name=upload]").setInputFiles({ name, mimeType: "text/csv", buffer });
  await pressed(page, page.locator("form[enctype] button[type=submit]"));
};

/** The page asks again by itself, and no script of it does: until it says this. */
const says = async (page, words) => {
  await page.locator("#says-h", { hasText: words }).waitFor({ timeout: 30_000 });
  await fits(page);
};

const BY_WIDTH = { desk: { viewport: DESK, day: "0414" }, phone: { viewport: PHONE, day: "0415" } };

for (const [width, { viewport, day }] of Object.entries(BY_WIDTH)) {
  test(`a table comes over after its bad cell is mended, at ${width} width`, async () => {
    const page = await at("command_centre", viewport);
    await page.locator("details.menu > summary").click();
    await pressed(page, page.locator(".menu-body a", { hasText: "导入" }));
    await fits(page);
    await upload(page, "四月.csv", table(order(`2022${day}0001`, "焉岗镇")));
    await says(page, "有 1 处要改");
    const cell = page.locator("section[aria-labelledby=cells-h] .rows > li");
    assert.match(await cell.innerText(), /E2.*焉岗镇.*鄢岗镇/s);
    await page.goto("/imports");
    await upload(page, "四月.csv", table(order(`2022${day}0001`, "鄢岗镇"), order(`2022${day}0002`, "鄢岗镇"), order(`2022${day}0002`, "鄢岗镇")));
    await says(page, "检查通过，2 件可以导入");
    await page.locator(".skipped > summary").click();
    assert.match(await page.locator(".skipped").innerText(), /第 4 行/);
    await page.locator("form[action$='/apply'] button").click();
    await says(page, "已导入 2 件");
    assert.match(await page.locator("section[aria-labelledby=reconciled-h]").innerText(), /两边一样/);
    await page.goto("/imports");
    assert.match(await page.locator("section[aria-labelledby=works-h] .rows > li").first().innerText(), /已导入/);
    await fits(page);
    await page.context().close();
  });

  test(`what is filtered goes out as a file, at ${width} width`, async () => {
    const page = await at("command_centre", viewport);
    await page.goto("/matters?state=handling");
    await page.locator(".exportbox > summary").click();
    await fits(page);
    const all = (await demo.call("command_centre", "GET", "/api/v1/counts?by=state&state=handling")).body;
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".exportbox a[href*='format=csv']").first().click(),
    ]);
    const text = readFileSync(await download.path(), "utf8");
    assert.match(download.suggestedFilename(), /^register-\d{4}-\d\d-\d\d\.csv$/);
    assert.ok(text.startsWith("\ufeff序号,编号,事项,"), text.slice(0, 80));
    const rows = text.split("\r\n").filter((line) => /^\d+,/.test(line));
    assert.equal(rows.length, all.reduce((n, { count }) => n + count, 0));
    assert.ok(rows.every((line) => line.includes(",办理中,")), rows[0]);
    await page.context().close();
  });
}

test("another post finds no import", async () => {
  const page = await at("county_transport", DESK);
  const answer = await page.goto("/imports");
  assert.equal(answer.status(), 403);
  assert.match(await page.locator("main").innerText(), /调度岗/);
  page.wrong.splice(0, page.wrong.length, ...page.wrong.filter((line) => !/status of 403/.test(line)));
  await page.context().close();
});
