// The pages that exist, who looks at each, and how the pictures of docs/img are named.
// `path` may ask the API which matter to show, so that no number is written here by hand.

const matterOf = async (demo, account, query) => {
  const { body } = await demo.call(account, "GET", `/api/v1/matters?${query}&limit=1`);
  if (!body.items?.length) throw new Error(`the demo has no matter with ${query} for ${account}`);
  return `/matters/${body.items[0].no}`;
};

export const pages = [
  { name: "sign-in", account: null, path: () => "/sign-in" },
  { name: "report", account: null, path: () => "/report" },
  { name: "follow", account: null, path: () => "/follow" },
  { name: "today", account: "command_centre", path: () => "/today" },
  { name: "register", account: "command_centre", path: () => "/matters" },
  { name: "register-overdue", account: "county_transport", path: () => "/matters?lamp=red" },
  { name: "intake", account: "command_centre", path: () => "/intake" },
  { name: "matter", account: "command_centre", path: (demo) => matterOf(demo, "command_centre", "state=handling") },
  { name: "matter-lead", account: "county_transport", path: (demo) => matterOf(demo, "county_transport", "state=handling") },
];
