// The walk of the README, by hand in a real browser: from entry to close with a return, a unit named by decision, an
// extension, a failed verification and a call-back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "./lib/browser.js";
import { serveDemo } from "./lib/demo.js";
import { Person } from "./lib/person.js";

const MOST_ACTIONS = 40;
const DAY_MS = 86_400_000;

let demo, browser;
before(async () => {
  demo = await serveDemo();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** `2026-05-04T18:00`, county time, so many days from now. */
const closingIn = (days) =>
  `${new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(Date.now() + days * DAY_MS)}T18:00`;

/** The number as it stands on paper, `26-000123`, in full. */
const inFull = (no) => no.replace(/^(\d\d)-(\d{6})$/, "411524-20$1-$2");

const STATE = ".mfacts dd strong";

test("a matter from entry to close", async () => {
  let actions = 0;
  const count = () => (actions += 1);
  const people = [];
  const at = async (account) => {
    people.push(await Person.at(browser, demo.base, account, count));
    return people.at(-1);
  };

  const resident = await Person.passingBy(browser, demo.base, count);
  people.push(resident);
  await resident.open("/report");
  await resident.send("/report", {
    detail: "桥边护栏断了一截，晚上没有灯，孩子放学从这里走。",
    division: "曹寨村",
    category: "道路桥梁",
    reporter_phone: "13800000000",
  });
  const shown = await resident.text(".receipt-paper h1 .num");
  const code = await resident.text(".receipt-paper .code");
  const page = `/matters/${inFull(shown)}`;

  const centre = await at("command_centre");
  await centre.open(page);
  assert.equal(await centre.text(STATE), "待受理");
  await centre.act("file", { grade: "ordinary" });
  await centre.act("dispatch", { lead: "县住建局", reason: "护栏在小区旁边，先请住建局看。" });
  assert.equal(await centre.text(STATE), "待签收");

  const housing = await at("county_housing");
  await housing.open(page);
  await housing.act("return", { reason: "桥梁不归我们，由交通部门管护。", whose: "县交通运输局" });

  await centre.open(page);
  assert.equal(await centre.text(STATE), "待指定承办");
  await centre.act("adjudicate", { lead: "县交通运输局", reason: "权责清单：道路桥梁由县交通运输局牵头。" });

  const transport = await at("county_transport");
  await transport.open(page);
  assert.ok((await transport.refused()).some((line) => line.includes("退回")), "a decision binds this round");
  await transport.act("sign_for");
  await transport.act("progress", { text: "已到现场，订了构件。" });
  await transport.act("extend", { reason: "混凝土要养护。", stage: "办结", due: closingIn(60) });

  await centre.open(page);
  await centre.act("decide", { accept: "true" });

  await transport.open(page);
  await transport.act("answer", { kind: "solved", text: "护栏恢复八米，装了灯。" });
  assert.equal(await transport.text(STATE), "待核查");
  assert.ok((await transport.refused()).some((line) => line.includes("核查")), "who answered does not verify");

  const verifier = await at("verification_desk");
  await verifier.open(page);
  await verifier.act("verify", { passed: "false", text: "晚上去看，灯不亮。" });

  await transport.open(page);
  assert.equal(await transport.text(STATE), "办理中");
  await transport.act("answer", { kind: "solved", text: "换了控制器，灯修好了。" });

  await verifier.open(page);
  await verifier.act("verify", { passed: "true" });

  const caller = await at("call_back_desk");
  await caller.open(page);
  await caller.act("call_back", { reached: "true", solved: "true", satisfied: "yes" });

  const closer = await at("closing_desk");
  await closer.open(page);
  await closer.act("sign_off");
  assert.equal(await closer.text(STATE), "已办结");

  await resident.open("/follow");
  await resident.send("/follow", { no: shown, code });
  assert.match(await resident.text("#main"), /办结/);

  assert.ok(actions <= MOST_ACTIONS, `the walk took ${actions} actions`);
  for (const person of people) assert.deepEqual(person.wrong, []);
});
