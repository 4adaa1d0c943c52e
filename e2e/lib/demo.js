// The product under test: the built binary serving a demo county of its own, in a folder that goes when it ends.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

// The contract gives the demo two minutes from nothing; a busy machine gets one more.
const READY_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 15_000;

const binary = () => {
  if (process.env.ZONGHENG) return process.env.ZONGHENG;
  throw new Error("ZONGHENG names no binary: run this as `make e2e` or `make shots`");
};

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const answers = (url) =>
  fetch(url).then((response) => response.ok, () => false);

/**
 * Serves a demo: `{base, tokens, password, printed(), call(), run(), stop()}`; on the PostgreSQL at `db` where one is
 * given, else on a SQLite file.
 */
export async function serveDemo({ db } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "zongheng-e2e-"));
  const base = `http://127.0.0.1:${await freePort()}`;
  const tokensFile = join(folder, "tokens.json");
  const env = { ...process.env, ZONGHENG_DATA: join(folder, "data") };
  if (db) env.ZONGHENG_DB = db;
  else delete env.ZONGHENG_DB;
  const args = ["demo", "--listen", new URL(base).host, "--tokens", tokensFile];
  const server = spawn(binary(), args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });

  let printed = "";
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding("utf8").on("data", (text) => (printed += text));
  const ended = new Promise((resolve) => {
    server.once("error", (error) => resolve(String(error)));
    server.once("exit", (code, signal) => resolve(`ended with ${signal ?? code}`));
  });

  const stop = async () => {
    server.kill("SIGTERM");
    const late = setTimeout(() => server.kill("SIGKILL"), STOP_WITHIN_MS);
    const how = await ended;
    clearTimeout(late);
    await rm(folder, { recursive: true, force: true });
    return how;
  };

  let over = null;
  ended.then((how) => (over = how));
  const giveUp = Date.now() + READY_WITHIN_MS;
  while (!(await answers(`${base}/readyz`))) {
    if (over || Date.now() > giveUp) {
      await stop();
      throw new Error(`the demo did not get ready (${over ?? "too slow"}):\n${printed.slice(-4000)}`);
    }
    await pause(200);
  }

  const tokens = JSON.parse(await readFile(tokensFile, "utf8"));
  const [, password] = printed.match(/with the password (\S+):/);
  /** Runs another command of the program beside the server and gives what it prints. */
  const run = async (...command) => (await promisify(execFile)(binary(), command, { cwd: folder, env })).stdout.trim();
  return { base, tokens, password, printed: () => printed, call: caller(base, tokens), run, stop };
}

/** One call of the API by one of the demo's accounts (null: nobody): `{status, body}`. */
const caller = (base, tokens) => async (account, method, path, body) => {
  const headers = { accept: "application/json" };
  if (account) headers.authorization = `Bearer ${tokens[account]}`;
  if (body) Object.assign(headers, { "content-type": "application/json", "idempotency-key": crypto.randomUUID() });
  const response = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text) };
};
