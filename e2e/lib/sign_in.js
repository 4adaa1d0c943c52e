// Signing in as a person does: the form of the sign-in page, by one of the demo's accounts.

/** Signs in as `account` (a key of the demo's accounts); the demo shows their common password on the page. */
export async function signIn(page, account) {
  await page.goto("/sign-in");
  const password = await page.locator("section[aria-labelledby=demo-h] header code").innerText();
  await page.locator("form input[name=name]").fill(account);
  await page.locator("form input[name=password]").fill(password);
  await page.locator("form[action='/sign-in'] button[type=submit]").click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}
