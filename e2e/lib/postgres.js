// A PostgreSQL of the tests' own, gone with them.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const SCRIPT = new URL("../../scripts/pg_cluster.sh", import.meta.url).pathname;
/** What the script ends with where the machine has no PostgreSQL. */
const NONE_HERE = 3;

/** Starts a cluster: `{url, stop()}`; null where there is none to start, unless ZONGHENG_REQUIRE_PG=1 asks for it. */
export async function startPostgres() {
  const script = spawn(SCRIPT, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => script.once("exit", resolve));
  // The cluster lives until its input closes.
  const stop = () => (script.stdin.end(), ended);
  const lines = createInterface({ input: script.stdout });
  const url = await new Promise((resolve) => lines.once("line", resolve).once("close", () => resolve(null)));
  if (url) return { url, stop };
  const status = await stop();
  if (status === NONE_HERE && process.env.ZONGHENG_REQUIRE_PG !== "1") return null;
  throw new Error(`PostgreSQL did not start (${status})`);
}
