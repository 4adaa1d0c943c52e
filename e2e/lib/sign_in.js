// Signing in as a person does: the form, by one of the demo's accounts.

/** Fills the sign-in form as `account` (a key of the demo's accounts) and waits for the first page behind it. */
export async function signIn(page, demo, account) {
  await page.goto("/sign-in");
  await page.locator('input[name="name"]').fill(account);
  await page.locator('input[name="password"]').fill((demo.password ?? "x"));
  await page.locator('form[action="/sign-in"] button[type="submit"]').click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}
