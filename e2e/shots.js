// Takes the pictures of docs/img: every page of lib/pages.js at desk and phone width. `make shots`.
import { mkdir } from "node:fs/promises";
import { DESK, openBrowser, openPage, PHONE } from "./lib/browser.js";
import { serveDemo } from "./lib/demo.js";
import { open, pages } from "./lib/pages.js";
import { signIn } from "./lib/sign_in.js";

const folder = new URL("../docs/img/", import.meta.url).pathname;
await mkdir(folder, { recursive: true });

// `npm run shots -- register matter` takes only these.
const asked = process.argv.slice(2);
const wanted = pages.filter(({ name }) => asked.length === 0 || asked.includes(name));

const demo = await serveDemo();
const browser = await openBrowser();
let failed = 0;
for (const { name, account, locale, ...way } of wanted) {
  for (const [width, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
    const page = await openPage(browser, demo.base, { viewport, locale });
    try {
      if (account) await signIn(page, account);
      const response = await open(page, demo, way);
      if (!way.walk && response.status() !== 200) throw new Error(`answered ${response.status()}`);
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: `${folder}${name}-${width}.png` });
      console.log(`docs/img/${name}-${width}.png`);
    } catch (error) {
      failed += 1;
      console.error(`${name} at ${width} width: ${error.message}`);
    }
    await page.context().close();
  }
}
await browser.close();
await demo.stop();
process.exit(failed ? 1 : 0);
