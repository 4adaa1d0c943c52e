// The pages that exist, who looks at each, and how the pictures of docs/img are named.
// `path` may ask the API which matter to show, so that no number is written here by hand.

const matterOf = async (demo, account, query) => {
  const { body } = await demo.call(account, "GET", `/api/v1/matters?${query}&limit=1`);
  if (!body.items?.length) throw new Error(`the demo has no matter with ${query} for ${account}`);
  return `/matters/${body.items[0].no}`;
};

/** Reports a broken rail as a passer-by does; the page then shows the receipt. */
const report = async (page) => {
  await page.goto("/report");
  const form = page.locator("form[action='/report']");
  await form.locator("[name=detail]").fill("桥边护栏断了一截，晚上没有灯。");
  await form.locator("[name=division]").selectOption({ label: "曹寨村" });
  await form.locator("[name=category]").selectOption("road_bridge");
  await send(page, form);
};

/** Follows what was just reported, by the receipt on the page. */
const follow = async (page) => {
  await report(page);
  const [no, code] = await Promise.all([".num", ".code"].map((part) => page.locator(`.receipt-paper ${part}`).first().innerText()));
  await page.goto("/follow");
  const form = page.locator("form[action='/follow']");
  await form.locator("[name=no]").fill(no);
  await form.locator("[name=code]").fill(code);
  await send(page, form);
};

const send = (page, form) => Promise.all([page.waitForEvent("domcontentloaded"), form.locator("button[type=submit]").click()]);

/** Opens a page of the list as its reader does; the answer of the last address that was opened by it, if any. */
export const open = async (page, demo, { path, walk }) => (walk ? walk(page) : page.goto(await path(demo)));

// `locale` where it is not the Chinese one, `walk` where a page is only reached by filling in another one.
export const pages = [
  { name: "sign-in", account: null, path: () => "/sign-in" },
  { name: "report", account: null, path: () => "/report" },
  { name: "report-en", account: null, locale: "en", path: () => "/report" },
  { name: "follow", account: null, path: () => "/follow" },
  { name: "today", account: "command_centre", path: () => "/today" },
  { name: "register", account: "command_centre", path: () => "/matters" },
  { name: "register-found", account: "command_centre", path: () => `/matters?q=${encodeURIComponent("水管")}` },
  { name: "register-not-found", account: "command_centre", path: () => `/matters?q=${encodeURIComponent("麒麟")}&state=handling` },
  { name: "register-overdue", account: "county_transport", path: () => "/matters?lamp=red" },
  { name: "register-en", account: "command_centre", locale: "en", path: () => "/matters" },
  { name: "intake", account: "command_centre", path: () => "/intake" },
  { name: "matter", account: "command_centre", path: (demo) => matterOf(demo, "command_centre", "state=handling") },
  { name: "matter-lead", account: "county_transport", path: (demo) => matterOf(demo, "county_transport", "state=handling") },
  { name: "messages", account: "county_transport", path: () => "/messages" },
  { name: "proposed-orders", account: "supervision_office", path: () => "/orders/proposed" },
  // These report anew: they come last, so that the pages above are of the demo as it was made.
  { name: "receipt", account: null, walk: report },
  { name: "followed", account: null, walk: follow },
];
