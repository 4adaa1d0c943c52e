// The forms without a browser, on both databases: what is refused, what comes back with everything typed, what nobody
// else sees.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { serveDemo } from "./lib/demo.js";
import { startPostgres } from "./lib/postgres.js";
import { hidden, Visitor } from "./lib/visitor.js";

let demo;
const passerBy = () => new Visitor(demo.base);
const at = (account, password) => Visitor.at(demo, account, password);

const report = async (more = {}) => {
  const visitor = passerBy();
  const fields = hidden((await visitor.get("/report")).body, "/report");
  const said = { detail: "路灯不亮。", division: "411524102202", category: "road_bridge", ...more };
  return { fields, said, answer: await visitor.post("/report", { ...fields, ...said }), visitor };
};
const receipt = ({ answer: { body } }) => ({
  no: body.match(/<span class="num">([^<]+)</)[1],
  code: body.match(/<strong class="mono code">([^<]+)</)[1],
});
/** The number as it stands on paper, `26-000123`, in full. */
const inFull = (no) => no.replace(/^(\d\d)-/, "411524-20$1-");

/** Does acts of a matter by the API, each `[account, body]`; gives the matter after the last. */
const acts = async (no, ...steps) => {
  let after;
  for (const [account, body] of steps) {
    after = await demo.call(account, "POST", `/api/v1/matters/${inFull(no)}/acts`, body);
    assert.equal(after.status, 201, `${account} ${body.act}: ${JSON.stringify(after.body)}`);
  }
  return after.body.matter;
};
/** Up to the handling by the transport bureau. */
const taken = async (no) => {
  const lead = (await demo.call("county_transport", "GET", "/api/v1/me")).body.unit;
  const centre = "command_centre";
  return acts(no, [centre, { act: "file" }], [centre, { act: "dispatch", lead }], ["county_transport", { act: "sign_for" }]);
};
const SOLVED = { act: "answer", kind: "solved", text: "修好了。" };
const PASSED = { act: "verify", passed: true };

const forms = () => {
  test("unknown login and wrong password have one answer, and the cookie is for this server alone", async () => {
    const visitor = passerBy();
    const said = async (name, tried) => {
      const { status, body } = await visitor.post("/sign-in", { name, password: tried });
      return [status, body.match(/role="alert">([^<]+)</)[1]];
    };
    assert.deepEqual(await said("nobody", "wrong-password"), await said("county_leader", "wrong-password"));
    const { set } = await passerBy().post("/sign-in", { name: "county_leader", password: demo.password });
    assert.match(set[0], /HttpOnly/);
    assert.match(set[0], /SameSite=Lax/);
  });

  test("five wrong passwords make the login wait, the right one included", async () => {
    const visitor = passerBy();
    for (let n = 0; n < 5; n += 1) await visitor.post("/sign-in", { name: "county_housing", password: "wrong-password" });
    assert.equal((await visitor.post("/sign-in", { name: "county_housing", password: demo.password })).status, 429);
  });

  test("without an account a page of work leads to the sign-in and back, never to another site", async () => {
    const visitor = passerBy();
    assert.equal((await visitor.get("/matters?lamp=red")).to, "/sign-in?here=/matters%3Flamp%3Dred");
    const { to } = await visitor.post("/sign-in", { name: "auditor", password: demo.password, here: "//example.org" });
    assert.equal(to, "/today");
  });

  test("a report gives its receipt once, the same for the same form; with faults it comes back whole", async () => {
    const { fields, said, answer, visitor } = await report();
    assert.equal(answer.status, 201);
    const replay = await visitor.post("/report", { ...fields, ...said });
    assert.deepEqual(receipt({ answer: replay }), receipt({ answer }));
    const other = await visitor.post("/report", { ...fields, ...said, detail: "别的事。" });
    assert.equal(other.status, 409);
    const { answer: bad } = await report({ category: "", detail: "身份证11010519491231002X，请核实" });
    assert.equal(bad.status, 422);
    assert.match(bad.body, /11010519491231002X/, "what was typed is still there");
    assert.ok(bad.body.includes('id="report-detail-f"'), "the fault stands at its field");
  });

  test("only number and code together open a report; the code stands in no address", async () => {
    const { no, code } = receipt(await report({ reporter_phone: "13800000000" }));
    const visitor = passerBy();
    assert.equal((await visitor.post("/follow", { no, code: "AAAA-AAAA-AAAA-AAAA" })).status, 404);
    const { status, body, to } = await visitor.post("/follow", { no, code: code.toLowerCase() });
    assert.equal(status, 200);
    assert.equal(to, null);
    assert.match(body, /收到，等受理/);
    assert.ok(!body.includes("13800000000"));
  });

  test("an act needs the session's token, is done once, and a form with faults keeps what was typed", async () => {
    const { no } = receipt(await report({ reporter_phone: "13800000000" }));
    const desk = await at("command_centre");
    const page = `/matters/${inFull(no)}`;
    const file = hidden((await desk.get(page)).body, `${page}/acts`, "file");
    assert.equal((await desk.post(`${page}/acts`, { ...file, csrf: "x" })).status, 403);
    const done = await desk.post(`${page}/acts`, { ...file, grade: "ordinary" });
    assert.deepEqual([done.status, done.to], [303, `${page}?done=file`]);
    assert.equal((await desk.post(`${page}/acts`, { ...file, grade: "ordinary" })).to, `${page}?done=file`);

    const shown = await desk.get(page);
    assert.ok(!shown.body.includes("13800000000"), "the contact is not on the page");
    const asked = await desk.post(`${page}/contact`, hidden(shown.body, `${page}/contact`));
    assert.ok(asked.body.includes("13800000000"), "it is shown on need");

    const dispatch = hidden(shown.body, `${page}/acts`, "dispatch");
    const bad = await desk.post(`${page}/acts`, { ...dispatch, lead: "", reason: "离得近" });
    assert.equal(bad.status, 422);
    assert.match(bad.body, /data-act="dispatch" open/);
    assert.match(bad.body, /离得近/);
    assert.match(bad.body, /id="dispatch-lead-f"/);
    const late = await desk.post(`${page}/acts`, { ...file, key: dispatch.key, text: "" });
    assert.equal(late.status, 409, "filed already");

    const grid = await at("system_admin");
    assert.equal((await grid.get(page)).status, 404, "what is not seen is not there");
    const leader = await at("auditor");
    assert.equal((await leader.get("/intake")).status, 403);
  });

  test("counts are what the lists hold, for whoever asks", async () => {
    for (const account of ["command_centre", "county_transport", "township_hall"]) {
      const visitor = await at(account);
      const { body } = await visitor.get("/matters");
      const chips = [...body.matchAll(/href="(\/matters\?state=[^"]+)"[^>]*>[^<]+<span class="tally">(\d+)</g)];
      assert.ok(chips.length > 2, account);
      for (const [, href, n] of chips) {
        let rows = 0;
        for (let next = href; next; ) {
          const page = (await visitor.get(next)).body;
          rows += page.split('<td class="no">').length - 1;
          next = page.match(/href="([^"]+)" rel="next"/)?.[1].replaceAll("&#38;", "&").replaceAll("&amp;", "&");
        }
        assert.equal(rows, Number(n), `${account} ${href}`);
      }
    }
  });

  test("English is a press away and stays", async () => {
    const visitor = passerBy();
    const set = await visitor.post("/language", { language: "en", here: "/report" });
    assert.equal(set.to, "/report");
    assert.match((await visitor.get("/report")).body, /<html lang="en">/);
  });

  test("a password is changed only by who knows it, and ends every other session", async () => {
    const [here, elsewhere] = [await at("grid_chief"), await at("grid_chief")];
    const form = hidden((await here.get("/password")).body, "/password");
    const asked = (fields) => here.post("/password", { ...form, ...fields });
    const fault = async (field, fields) => {
      const { status, body } = await asked(fields);
      assert.equal(status, 422);
      assert.ok(body.includes(`-${field}-f"`), `the fault stands at ${field}`);
      for (const value of Object.values(fields)) assert.ok(!body.includes(value), "no password stands on the page");
    };
    const fresh = "another-password";
    await fault("old", { old: "not-the-password", new: fresh, again: fresh });
    await fault("again", { old: demo.password, new: fresh, again: "something-else" });
    await fault("new", { old: demo.password, new: "nine-char", again: "nine-char" });
    assert.equal((await asked({ csrf: "x", old: demo.password, new: fresh, again: fresh })).status, 403);
    assert.equal((await elsewhere.get("/today")).status, 200, "nothing was changed so far");

    assert.equal((await asked({ old: demo.password, new: fresh, again: fresh })).to, "/today?done=password");
    assert.equal((await here.get("/today")).status, 200);
    assert.equal((await elsewhere.get("/today")).to, "/sign-in?here=/today");
    assert.equal((await passerBy().post("/sign-in", { name: "grid_chief", password: demo.password })).status, 422);
    await at("grid_chief", fresh);
  });

  test("a one-time link sets a password once, and the newest alone", async () => {
    const [earlier, link] = [await demo.run("user", "reset", "grid_member"), await demo.run("user", "reset", "grid_member")];
    const visitor = passerBy();
    const fresh = "set-by-the-link";
    const set = (path, fields) => visitor.post(path, { new: fresh, again: fresh, ...fields });
    for (const over of [earlier, `${link}0`]) {
      for (const { status, body } of [await visitor.get(over), await set(over)]) {
        assert.equal(status, 404);
        assert.match(body, /用过了，或者过期了/);
      }
    }
    assert.ok(!(await visitor.get(link)).body.includes('name="old"'), "nobody asks for the old one");
    const short = await set(link, { new: "nine-char", again: "nine-char" });
    assert.equal(short.status, 422);
    assert.match(short.body, /至少 10 个字符/);
    await at("grid_member", demo.password);

    const done = await set(link);
    assert.equal(done.to, "/sign-in?done=password");
    assert.match((await visitor.get(done.to)).body, /密码设好了/);
    await at("grid_member", fresh);
    assert.equal((await set(link, { new: "set-by-a-thief", again: "set-by-a-thief" })).status, 404);
    assert.equal((await passerBy().post("/sign-in", { name: "grid_member", password: demo.password })).status, 422);
  });

  test("by receipt the reporter says whether it is solved, and asks for it to be taken up again", async () => {
    const { no, code } = receipt(await report());
    await taken(no);
    await acts(no, ["county_transport", SOLVED], ["verification_desk", PASSED]);

    const visitor = passerBy();
    const look = async () => (await visitor.post("/follow", { no, code })).body;
    const say = (form, fields) => visitor.post("/follow/acts", { ...form, ...fields });
    const form = hidden(await look(), "/follow/acts", "call_back");
    const half = await say(form, { satisfied: "no", text: "灯还是不亮。" });
    assert.equal(half.status, 422);
    assert.match(half.body, /data-act="call_back" open/);
    assert.match(half.body, /灯还是不亮。/, "what was typed is still there");
    assert.ok(half.body.includes('id="call_back-solved-f"'), "the fault stands at its field");
    assert.equal((await say({ ...form, code: "AAAA-AAAA-AAAA-AAAA" }, { solved: "true", satisfied: "yes" })).status, 404);
    const said = await say(hidden(half.body, "/follow/acts", "call_back"), { solved: "true", satisfied: "yes" });
    assert.equal(said.status, 200);
    assert.match(said.body, /记下了，谢谢/);
    const kept = await demo.call("command_centre", "GET", `/api/v1/matters/${inFull(no)}/acts?limit=200`);
    const { kind, by, body } = kept.body.items.at(-1);
    assert.deepEqual([kind, by.user, body.by_reporter, body.solved], ["called_back", "receipt", true, true]);

    await acts(no, ["closing_desk", { act: "sign_off" }]);
    const closed = await look();
    assert.match(closed, /已办结/);
    const again = hidden(closed, "/follow/acts", "reopen");
    const silent = await say(again, { reason: " " });
    assert.equal(silent.status, 422);
    assert.ok(silent.body.includes('id="reopen-reason-f"'));
    const reopened = await say(again, { reason: "又不亮了。" });
    assert.equal(reopened.status, 200);
    assert.match(reopened.body, /已派单，等签收/);
    const { state, round } = (await demo.call("command_centre", "GET", `/api/v1/matters/${inFull(no)}`)).body;
    assert.deepEqual([state, round], ["dispatched", 2]);
    const late = await say({ ...again, key: crypto.randomUUID() }, { reason: "再办一次。" });
    assert.equal(late.status, 409, "it is open already");
    assert.match(late.body, /再办一次。/);
  });

  test("what is passed on and drafted inside a unit goes out once its own post has released it", async () => {
    const { no } = receipt(await report({ category: "rubbish", detail: "垃圾堆在路口。" }));
    const [page, centre] = [`/matters/${inFull(no)}`, "township_hall"];
    const lead = (await demo.call(centre, "GET", "/api/v1/me")).body.unit;
    await acts(no, [centre, { act: "file" }], [centre, { act: "dispatch", lead }], [centre, { act: "sign_for" }]);
    const [hall, village] = [await at(centre), await at("village_committee")];
    const { post } = (await demo.call("village_committee", "GET", "/api/v1/me")).body;
    const pass = hidden((await hall.get(page)).body, `${page}/acts`, "pass_on");
    assert.equal((await hall.post(`${page}/acts`, { ...pass, post })).to, `${page}?done=pass_on`);

    const draft = hidden((await village.get(page)).body, `${page}/acts`, "submit");
    assert.equal(draft.drafted, "answer");
    const half = await village.post(`${page}/acts`, { ...draft, kind: "solved", text: " " });
    assert.equal(half.status, 422);
    assert.match(half.body, /data-act="submit_answer" open/);
    assert.ok(half.body.includes('id="submit_answer-text-f"'), "the fault stands at its field");
    const sent = await village.post(`${page}/acts`, { ...draft, kind: "solved", text: "清走了三车。" });
    assert.equal(sent.to, `${page}?done=submit`);

    const waiting = (await hall.get(page)).body;
    assert.match(waiting, /清走了三车。/);
    const back = await hall.post(`${page}/acts`, hidden(waiting, `${page}/acts`, "send_back"));
    assert.equal(back.status, 422);
    assert.ok(back.body.includes('id="send_back_1-reason-f"'));
    const release = hidden(waiting, `${page}/acts`, "release");
    assert.equal((await hall.post(`${page}/acts`, release)).to, `${page}?done=release`);
    const after = (await hall.get(page)).body;
    assert.match(after, /清走了三车。/, "the released words stand in the records");
    assert.equal((await demo.call(centre, "GET", `/api/v1/matters/${inFull(no)}`)).body.state, "answered");
  });

  test("a plan is handed in row by row, and a township calls a bureau to the spot and says that it came", async () => {
    const { no } = receipt(await report());
    const page = `/matters/${inFull(no)}`;
    const { deadlines } = await taken(no);
    const due = deadlines.find((d) => d.stage === "settle").due.slice(0, 16);
    const [bureau, hall] = [await at("county_transport"), await at("township_hall")];
    const unit = (await demo.call("county_transport", "GET", "/api/v1/me")).body.unit;

    const plan = hidden((await bureau.get(page)).body, `${page}/acts`, "plan");
    const rows = { node_1_title: "立柱", node_1_due: due, node_3_title: "通电" };
    const bad = await bureau.post(`${page}/acts`, { ...plan, ...rows });
    assert.equal(bad.status, 422);
    assert.ok(bad.body.includes('id="plan-node_3_due-f"'), "the fault stands in the row that was typed");
    assert.match(bad.body, /value="立柱"/);
    const good = { ...rows, node_3_due: due, node_3_after: "1" };
    assert.equal((await bureau.post(`${page}/acts`, { ...plan, ...good })).to, `${page}?done=plan`);
    const done = hidden((await bureau.get(page)).body, `${page}/acts`, "node_done");
    assert.equal(done.node, "1", "the other waits for it");
    assert.equal((await bureau.post(`${page}/acts`, { ...done, text: "立好了。" })).to, `${page}?done=node_done`);

    const whistle = hidden((await hall.get(page)).body, `${page}/acts`, "whistle");
    const call = { units: unit, by: due, text: "一起看一下。" };
    const nowhere = await hall.post(`${page}/acts`, { ...whistle, ...call });
    assert.equal(nowhere.status, 422);
    assert.ok(nowhere.body.includes('id="whistle-spot-f"'));
    const called = await hall.post(`${page}/acts`, { ...whistle, ...call, spot: "村口" });
    assert.equal(called.to, `${page}?done=whistle`);
    const arrive = hidden((await hall.get(page)).body, `${page}/acts`, "arrive");
    assert.equal(arrive.unit, unit);
    const unsaid = await hall.post(`${page}/acts`, { ...arrive, came: "came" });
    assert.equal(unsaid.status, 422);
    assert.ok(unsaid.body.includes(`id="arrive_1_${unit}-satisfied-f"`));
    const came = await hall.post(`${page}/acts`, { ...arrive, came: "came", satisfied: "yes" });
    assert.equal(came.to, `${page}?done=arrive`);
  });

  test("a shelving is decided by a meeting with its paper's number, and ends by taking it up again", async () => {
    const { no } = receipt(await report());
    const page = `/matters/${inFull(no)}`;
    const { deadlines } = await taken(no);
    const until = deadlines.find((d) => d.stage === "settle").due.slice(0, 16);
    const [bureau, leader] = [await at("county_transport"), await at("county_leader")];
    const shelve = hidden((await bureau.get(page)).body, `${page}/acts`, "shelve");
    const asked = await bureau.post(`${page}/acts`, { ...shelve, reason: "等省里资金。", until });
    assert.equal(asked.to, `${page}?done=shelve`);
    const desk = await at("command_centre");
    assert.ok(!(await desk.get(page)).body.includes('data-act="decide"'), "it is not the desk's to decide");
    const decide = hidden((await leader.get(page)).body, `${page}/acts`, "decide");
    const unnumbered = await leader.post(`${page}/acts`, { ...decide, accept: "true" });
    assert.equal(unnumbered.status, 422);
    assert.ok(unnumbered.body.includes('id="decide-number-f"'));
    const decided = await leader.post(`${page}/acts`, { ...decide, accept: "true", number: "会议纪要〔2026〕12号" });
    assert.equal(decided.to, `${page}?done=decide`);
    const shelved = (await bureau.get(page)).body;
    assert.match(shelved, /<strong>挂账<\/strong>/);
    const resume = hidden(shelved, `${page}/acts`, "resume");
    assert.equal((await bureau.post(`${page}/acts`, resume)).to, `${page}?done=resume`);
  });

  test("matters are linked and merged by the numbers that people read, and one that is not there is told so", async () => {
    const [main, other] = [receipt(await report()).no, receipt(await report()).no];
    const page = `/matters/${inFull(other)}`;
    const desk = await at("command_centre");
    const link = hidden((await desk.get(page)).body, `${page}/acts`, "link");
    const nowhere = await desk.post(`${page}/acts`, { ...link, to: "26-999999" });
    assert.equal(nowhere.status, 422);
    assert.ok(nowhere.body.includes('id="link-to-f"'));
    assert.equal((await desk.post(`${page}/acts`, { ...link, to: main })).to, `${page}?done=link`);
    const linked = (await desk.get(page)).body;
    assert.ok(linked.includes(`href="/matters/${inFull(main)}"`));
    assert.match((await desk.get(`/matters/${inFull(main)}`)).body, new RegExp(`href="${page}"`));
    const unlink = hidden(linked, `${page}/acts`, "unlink");
    assert.equal((await desk.post(`${page}/acts`, { ...unlink, reason: "不是一处。" })).to, `${page}?done=unlink`);
    const merge = hidden((await desk.get(page)).body, `${page}/acts`, "merge");
    const merged = await desk.post(`${page}/acts`, { ...merge, into: main, reason: "同一个人报了两次。" });
    assert.equal(merged.to, `${page}?done=merge`);
    assert.match((await desk.get(page)).body, /<strong>已合并<\/strong>/);
  });

  test("each kind of matter has its own form: an order of the city its number, a dispute no category", async () => {
    const desk = await at("command_centre");
    const form = hidden((await desk.get("/intake?kind=hotline_order")).body, "/intake");
    assert.equal(form.playbook, "hotline_order");
    const said = { detail: "路灯不亮。", division: "411524102202", category: "road_bridge", source: "hotline" };
    const bare = await desk.post("/intake", { ...form, ...said, step: "enter" });
    assert.equal(bare.status, 422);
    assert.ok(bare.body.includes('id="intake-outside_number-f"'));
    const order = { outside_number: "信12345-0417", outside_due: "2046-04-18T18:00" };
    const entered = await desk.post("/intake", { ...form, ...said, ...order, step: "enter" });
    assert.equal(entered.status, 303, entered.body);
    const visitor = passerBy();
    const dispute = (await visitor.get("/report?kind=dispute")).body;
    assert.ok(!dispute.includes('name="category"'));
    const told = { detail: "两家为地界争吵。", division: "411524102202" };
    assert.equal((await visitor.post("/report", { ...hidden(dispute, "/report"), ...told })).status, 201);
  });

  test("who acts on an old page is shown what happened since, loses nothing typed, and may send it again", async () => {
    const { no } = receipt(await report());
    await taken(no);
    const page = `/matters/${inFull(no)}`;
    const bureau = await at("county_transport");
    const seen = hidden((await bureau.get(page)).body, `${page}/acts`, "answer");
    const failed = { act: "verify", passed: false, text: "还是不亮。" };
    await acts(no, ["county_transport", SOLVED], ["verification_desk", failed]);

    const typed = { kind: "partly", text: "换了三盏，还差一盏。" };
    const stale = await bureau.post(`${page}/acts`, { ...seen, ...typed });
    assert.equal(stale.status, 409);
    const card = stale.body.split('data-act="answer" open')[1]?.split("</form>")[0];
    assert.ok(card, "the form stands open");
    const [, told] = card.match(/role="alert">([^<]+)</);
    for (const step of ["办结反馈", "核查"]) assert.ok(told.includes(step), `${told} tells of ${step}`);
    assert.ok(card.includes(typed.text));
    assert.match(card, /value="partly"[^>]*(checked|selected)/);
    const resent = await bureau.post(`${page}/acts`, { ...hidden(stale.body, `${page}/acts`, "answer"), ...typed });
    assert.deepEqual([resent.status, resent.to], [303, `${page}?done=answer`]);
  });
};

const postgres = await startPostgres();
after(() => postgres?.stop());

for (const [name, options, skip] of [
  ["SQLite", {}, false],
  ["PostgreSQL", { db: postgres?.url }, !postgres && "no PostgreSQL here"],
]) {
  describe(`on ${name}`, { skip }, () => {
    before(async () => (demo = await serveDemo(options)));
    after(() => demo?.stop());
    forms();
  });
}
