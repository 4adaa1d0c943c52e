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

/** A matter with a plan, a call to the spot, a waiting draft and an order, made by the API. */
const everythingBeside = async () => {
  const ask = async (account, method, path, body) => {
    const { status, body: answer } = await demo.call(account, method, path, body);
    assert.ok(status < 300, JSON.stringify(answer));
    return answer;
  };
  const place = { division: "411524102202" };
  const entered = { playbook: "resident_report", category: "road_bridge", title: "桥栏杆锈断", place };
  const { id } = await ask("command_centre", "POST", "/api/v1/matters", entered);
  const act = (account, body) => ask(account, "POST", `/api/v1/matters/${id}/acts`, body);
  const lead = (await ask("county_transport", "GET", "/api/v1/me")).unit;
  await act("command_centre", { act: "file" });
  await act("command_centre", { act: "dispatch", lead });
  const { matter } = await act("county_transport", { act: "sign_for" });
  const { due } = matter.deadlines.find((d) => d.stage === "settle");
  const nodes = [{ no: 1, title: "焊接", due }, { no: 2, title: "验收", due, after: [1] }];
  await act("county_transport", { act: "plan", nodes });
  await act("township_hall", { act: "whistle", units: [lead], by: due, place: "桥西头", text: "定护栏形式。" });
  const draft = { act: "answer", kind: "solved", text: "换好了，夜间照明已恢复。" };
  await act("county_transport", { act: "submit", draft });
  await act("supervision_office", { act: "order", number: "督〔2026〕3号", text: "按时办结。" });
  return `/matters/${matter.no}`;
};

/** A row that a meeting proposes, an exception and a referral, made by the API. */
const everythingRuled = (path) => async () => {
  const ask = async (account, method, to, body) => {
    const { status, body: answer } = await demo.call(account, method, to, body);
    assert.ok(status < 300, JSON.stringify(answer));
    return answer;
  };
  const number = `〔2026〕${Date.now()}号`;
  const place = { division: "411524102202" };
  const entered = { playbook: "resident_report", category: "road_bridge", title: "桥栏杆锈断", place };
  const { id, no } = await ask("command_centre", "POST", "/api/v1/matters", entered);
  const act = (account, body) => ask(account, "POST", `/api/v1/matters/${id}/acts`, body);
  const [housing, transport] = await Promise.all(
    ["county_housing", "county_transport"].map(async (who) => (await ask(who, "GET", "/api/v1/me")).unit),
  );
  await act("command_centre", { act: "file" });
  await act("command_centre", { act: "dispatch", lead: housing, reason: "就近" });
  await act("county_housing", { act: "return", reason: "归交通" });
  await act("command_centre", { act: "adjudicate", lead: transport, reason: "按清单" });
  await act("county_transport", { act: "sign_for" });
  await act("county_transport", { act: "object", reason: "不归我们" });
  await act("county_leader", { act: "adjudicate", lead: housing, reason: "会商", number: `会议纪要${number}` });
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const exception = { rule: "entry_list", number: `商减负${number}`, unit: transport, until, reason: "防汛抢险" };
  await ask("county_leader", "POST", "/api/v1/exceptions", exception);
  const on = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const referral = { number: `移${number}`, on, receiver: "county_discipline" };
  await ask("supervision_office", "POST", "/api/v1/referrals", referral);
  return path ?? `/matters/${no}`;
};

const ruled = [
  ["county_leader", "/powers/proposals"],
  ["county_leader", "/exceptions"],
  ["supervision_office", "/referrals"],
  ["command_centre", null],
].map(([account, path]) => ({
  name: `${path ?? "a matter that may be sealed off"} for ${account}`,
  account,
  path: everythingRuled(path),
}));

const beside = ["county_transport", "township_hall"].map((account) => ({
  name: `matter with everything beside it for ${account}`,
  account,
  path: everythingBeside,
}));

for (const { name, account, locale, ...way } of [...pages, ...beside, ...ruled]) {
  for (const [width, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
    test(`${name} at ${width} width`, async () => {
      const page = await openPage(browser, demo.base, { viewport, locale });
      try {
        if (account) await signIn(page, account);
        const response = await open(page, demo, way);
        if (!way.walk) assert.equal(response.status(), 200);
        await page.locator("details.ruling").evaluateAll((all) => all.forEach((one) => (one.open = true)));
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
