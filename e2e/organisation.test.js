// The organisation in the browser, as those who use it walk through it: whose it is, gaps, a handover sheet signed,
// rules, decisions, a roster and a reorganisation; at both widths, without barriers.
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

/** Today in the county, and the days around it. */
const day = (n) => new Date(Date.now() + 8 * 3_600_000 + n * 86_400_000).toISOString().slice(0, 10);

/** Opens a page from the menu of the post, as a person finds it. */
const fromMenu = async (page, words) => {
  await page.locator("details.menu > summary").click();
  await pressed(page, page.locator(".menu-body a", { hasText: words }));
};

const at = async (account, viewport, locale) => {
  const page = await openPage(browser, demo.base, { viewport, locale });
  await signIn(page, account);
  return page;
};

/** A refused page is answered with 422 or 409, which the browser notes; that is what was asked for. */
const expected = (page) => {
  page.wrong.splice(0, page.wrong.length, ...page.wrong.filter((line) => !/status of (409|422)/.test(line)));
};

/** A roster of 曹寨村 as of today, by its posts' holders; whose post is not named goes. */
const roster = (holders) => {
  const head = `on = "${day(0)}"\npaper = "鄢党〔2026〕3号"\n[[unit]]\nunit = "411524102202"\n`;
  const each = Object.entries(holders).map(([post, user]) => `[[holder]]\npost = "411524102202${post}"\nuser = "${user}"\n`);
  return head + each.join("");
};
const KEPT = { "001/member": "grid_member", "001/part_time": "grid_part_time" };
/** Who goes, who comes, into which post; the phone's roster comes after the desk's. */
const CHANGE = {
  desk: { gone: "village_committee", next: "grid_instructor", called: "村（居）委会", holders: { ...KEPT, "/committee": "grid_instructor", "001/chief": "grid_chief" } },
  phone: { gone: "grid_chief", next: "grid_part_time", called: "网格长", holders: { ...KEPT, "/committee": "grid_instructor", "001/chief": "grid_part_time" } },
};

const changed = async (page, kind, text) => {
  await page.locator(`form [name=kind][value=${kind}]`).check();
  await page.locator("form [name=text]:not([type=hidden])").fill(text);
  await pressed(page, page.locator("form[enctype] button[type=submit]"));
};

for (const [width, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
  test(`a grid member asks whose it is, at ${width} width`, async () => {
    const page = await at("grid_member", viewport);
    await fromMenu(page, "归谁管");
    await fits(page);
    await page.locator("[name=category]").selectOption("food_market");
    await page.locator("[name=place]").selectOption("411524102202");
    await pressed(page, page.locator("form.ask button[type=submit]"));
    assert.match(await page.locator("#answer-h").innerText(), /县市场监管局/);
    assert.match(await page.locator("section[aria-labelledby=lists-h]").innerText(), /准入清单/);
    await fits(page);
    await page.locator("[name=date]").fill("1999-01-01");
    await pressed(page, page.locator("form.ask button[type=submit]"));
    assert.match(await page.locator("#nobody-h").innerText(), /没有这一类/);
    await fits(page);
    await fromMenu(page, "规则");
    assert.ok((await page.locator(".rows > li").count()) > 30);
    await fits(page);
    await page.context().close();
  });

  test(`the system administrator sees how each part of the machine is, at ${width} width`, async () => {
    const page = await at("system_admin", viewport);
    await fromMenu(page, "系统状况");
    assert.ok((await page.locator(".rows > li").count()) > 8);
    assert.match(await page.locator(".rows").innerText(), /数据库/);
    await fits(page);
    await page.context().close();
  });

  test(`in English the same pages have no Chinese of their own, at ${width} width`, async () => {
    const page = await at("command_centre", viewport, "en");
    for (const path of ["/who?category=food_market&place=411524102202", "/rules", "/organisation/gaps", "/decisions"]) {
      assert.equal((await page.goto(path)).status(), 200, path);
      assert.doesNotMatch(await page.locator("h1").innerText(), /\p{Script=Han}/u, path);
      await fits(page);
    }
    await page.context().close();
  });

  test(`decisions are narrowed and lead to their matters, at ${width} width`, async () => {
    const page = await at("command_centre", viewport);
    await fromMenu(page, "自由裁量决定");
    await page.locator("[name=from]").fill(day(-200));
    await pressed(page, page.locator("form.filters button[type=submit]"));
    await fits(page);
    assert.ok((await page.locator(".decisions tbody tr").count()) > 5);
    await page.locator("[name=kind]").selectOption("named");
    await pressed(page, page.locator("form.filters button[type=submit]"));
    const kinds = new Set(await page.locator(".decisions tbody th").allInnerTexts());
    assert.deepEqual([...kinds], ["指定承办"]);
    await pressed(page, page.locator(".decisions .of a").first());
    assert.match(new URL(page.url()).pathname, /^\/matters\//);
    await page.context().close();
  });

  test(`a roster is checked, mended and recorded, and the sheet that it leaves is signed, at ${width} width`, async () => {
    const { gone, next, called, holders } = CHANGE[width];
    const { post } = (await demo.call(gone, "GET", "/api/v1/me")).body;
    const admin = await at("security_admin", viewport);
    await fromMenu(admin, "机构与任免");
    await fits(admin);
    await changed(admin, "roster", roster({ ...holders, "001/member": "nobody_here" }));
    expected(admin);
    assert.match(await admin.locator("section[aria-labelledby=faults-h]").innerText(), /没有这个账号/);
    assert.match(await admin.locator("textarea[name=text]").inputValue(), /nobody_here/, "what was pasted stays");
    await fits(admin);
    await changed(admin, "roster", roster(holders));
    assert.match(await admin.locator("section[aria-labelledby=confirm-h]").innerText(), new RegExp(`${next}就任`));
    await fits(admin);
    await pressed(admin, admin.locator("form[action$='/record'] button"));
    assert.match(await admin.locator(".flash").innerText(), /已登记/);
    await fits(admin);

    await fromMenu(admin, "空岗与交接");
    await fits(admin);
    await pressed(admin, admin.locator("tbody a", { hasText: "鄢岗镇" }));
    await fits(admin);
    const path = `/organisation/sheets/${post}`;
    await pressed(admin, admin.locator(`a[href="${path}"]`));
    assert.match(await admin.locator("main").innerText(), new RegExp(gone));
    assert.equal(await admin.locator("details.ruling").count(), 0, "it is not the administrator's to sign");
    await fits(admin);
    await admin.context().close();

    const taker = await at(next, viewport);
    await taker.goto("/post");
    const chosen = taker.locator("ul.posts button", { hasText: called });
    if (await chosen.count()) await pressed(taker, chosen.first());
    await taker.goto(path);
    await fits(taker);
    await taker.locator("details.ruling > summary").click();
    await pressed(taker, taker.locator("details.ruling button[type=submit]"));
    expected(taker);
    assert.match(await taker.locator(".error").innerText(), /两个人都签了字/);
    await fits(taker);
    await taker.locator("[name=signed]").check();
    await pressed(taker, taker.locator("details.ruling button[type=submit]"));
    assert.match(await taker.locator(".flash").innerText(), /交接已登记/);
    await fits(taker);
    await taker.context().close();
  });

  test(`each sort of file has a sample and a roster can be exported, at ${width} width`, async () => {
    const page = await at("security_admin", viewport);
    await page.goto("/organisation/changes");
    assert.ok(await page.locator("pre.sample").first().isHidden(), "samples are folded");
    await page.locator("details.samples > summary").click();
    const folded = page.locator("details.samples details");
    assert.equal(await folded.count(), 2);
    for (let n = 0; n < 2; n += 1) await folded.nth(n).locator("summary").click();
    assert.match(await page.locator("pre.sample").first().innerText(), /文号[\s\S]*\[\[unit\]\]/);
    await fits(page);
    await folded.first().locator("a").click();
    assert.match(await page.locator("body").innerText(), /以 # 开头的行是说明/);

    await page.goto("/organisation/changes");
    await page.locator("select[name=unit]").selectOption({ label: "曹寨村" });
    await page.locator("form[action$='/roster'] button[type=submit]").click();
    await page.waitForURL(/\/organisation\/changes\/roster\/411524102202$/);
    const roster = await page.locator("body").innerText();
    // Beside a text the browser asks for an icon, which only pages name.
    page.wrong.splice(0, page.wrong.length, ...page.wrong.filter((line) => !/status of 404/.test(line)));
    assert.match(roster, /# 曹寨村网格长\npost = "[-0-9a-f]{36}"/);
    await page.goto("/organisation/changes");
    await page.locator("form [name=kind][value=roster]").check();
    await page.locator("[name=text]").fill(roster.replace('paper = ""', 'paper = "鄢党〔2026〕3号"'));
    await pressed(page, page.locator("form[enctype] button[type=submit]"));
    assert.match(await page.locator("section[aria-labelledby=confirm-h]").innerText(), /和现在一样/);
    await fits(page);
    await page.context().close();
  });

  test(`every fault of a reorganisation is told with its line, at ${width} width`, async () => {
    const page = await at("system_admin", viewport);
    await page.goto("/organisation/changes");
    const plan = `paper = "商编〔2026〕1号"\ndecided_by = "县委编委"\non = "${day(40)}"\n\n[[close]]\nunit = "411524102000"\n\n[[end]]\npost = "nowhere/hall"\n`;
    await page.locator("form [name=kind][value=reorganisation]").check();
    await page.locator("[name=upload]").setInputFiles({ name: "plan.toml", mimeType: "text/plain", buffer: Buffer.from(plan) });
    await pressed(page, page.locator("form[enctype] button[type=submit]"));
    expected(page);
    assert.match(await page.locator("section[aria-labelledby=faults-h]").innerText(), /第 8 行[\s\S]*没有“nowhere\/hall”这个岗位/);
    assert.match(await page.locator("textarea[name=text]").inputValue(), /县委编委/, "what was uploaded stays");
    await fits(page);
    await page.context().close();
  });

  test(`a table of posts is mended, shown and recorded with a link for the new account, at ${width} width`, async () => {
    const page = await at("security_admin", viewport);
    await fromMenu(page, "机构表格");
    await fits(page);
    const login = `transport-desk-${width}`;
    const upload = async (unit) => {
      const buffer = Buffer.from(`登录名,单位,岗位\r\n${login},${unit},经办岗\r\n`);
      await page.locator("form [name=kind][value=people]").check();
      await page.locator("form [name=upload]").setInputFiles({ name: "任职.csv", mimeType: "text/csv", buffer });
      await pressed(page, page.locator("form[enctype] button[type=submit]"));
      expected(page);
      await fits(page);
    };
    await upload("县交通运翰局");
    assert.match(await page.locator("section[aria-labelledby=cells-h]").innerText(), /B2.*是不是 县交通运输局/s);
    await upload("县交通运输局");
    assert.match(await page.locator("section[aria-labelledby=confirm-h]").innerText(), new RegExp(`经办岗：${login}（任职）`));
    await pressed(page, page.locator("section[aria-labelledby=confirm-h] button[type=submit]"));
    assert.match(await page.locator("section[aria-labelledby=links-h]").innerText(), new RegExp(`${login}\\s+/link/`));
    await fits(page);
    await page.context().close();
  });

  test(`a drawing of grids is shown with its faulty place, at ${width} width`, async () => {
    const page = await at("system_admin", viewport);
    await page.goto("/organisation/tables");
    const coordinates = [[[115.4, 31.7], [115.41, 31.71], [115.41, 31.7], [115.4, 31.71], [115.4, 31.7]]];
    const properties = { code: "411524102202009", name: "第九网格", division: "411524102202" };
    const drawing = { type: "FeatureCollection", features: [{ type: "Feature", properties, geometry: { type: "Polygon", coordinates } }] };
    await page.locator("form [name=kind][value=grids]").check();
    await page.locator("form [name=upload]").setInputFiles({ name: "网格.geojson", mimeType: "application/geo+json", buffer: Buffer.from(JSON.stringify(drawing)) });
    await pressed(page, page.locator("form[enctype] button[type=submit]"));
    expected(page);
    const drawn = page.locator("img.drawn");
    assert.ok(await drawn.evaluate((img) => img.complete && img.naturalWidth > 100), "the picture is there");
    await fits(page);
    await page.context().close();
  });
}
