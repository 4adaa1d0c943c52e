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
    const { no, code } = receipt(await report());
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
