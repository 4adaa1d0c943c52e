// A person at a browser. An action is what a person would count as one: a page opened, a form filled in and sent.
import { openPage } from "./browser.js";
import { signIn } from "./sign_in.js";

export class Person {
  #page;
  #count;

  /** `count` is called once an action. */
  constructor(page, count) {
    this.#page = page;
    this.#count = count;
  }

  /** Somebody with an account, signed in: one action. */
  static async at(browser, base, account, count) {
    const page = await openPage(browser, base);
    await signIn(page, account);
    count();
    return new Person(page, count);
  }

  /** Somebody without an account. */
  static async passingBy(browser, base, count) {
    return new Person(await openPage(browser, base), count);
  }

  get wrong() {
    return this.#page.wrong;
  }

  text(selector) {
    return this.#page.locator(selector).first().innerText();
  }

  async open(path) {
    this.#count();
    const response = await this.#page.goto(path);
    if (response.status() !== 200) throw new Error(`${path} answered ${response.status()}`);
  }

  /** Fills the form that is sent to `action` and sends it. */
  send(action, fields) {
    return this.#fillAndSend(this.#page.locator(`form[action="${action}"]`), fields);
  }

  /** Does an act of the open matter, by its form. */
  async act(name, fields = {}) {
    const acts = this.#page.locator(`#acts [data-act="${name}"]`);
    if (await acts.evaluate((form) => form.tagName === "DETAILS" && !form.open)) await acts.locator("summary").first().click();
    const bare = await acts.evaluate((form) => form.tagName === "FORM");
    await this.#fillAndSend(bare ? acts : acts.locator("form"), fields);
    const faults = await this.#page.locator(".errors, .error").allInnerTexts();
    if (faults.length) throw new Error(`${name} was refused: ${faults.join(" ")}`);
  }

  /** The acts that are refused here, a line each with the reason. */
  refused() {
    return this.#page.locator("#acts .refused li").allTextContents();
  }

  async #fillAndSend(form, fields) {
    this.#count();
    for (const [name, value] of Object.entries(fields)) await fill(form.locator(`[name="${name}"]`), value);
    await Promise.all([
      this.#page.waitForEvent("domcontentloaded"),
      form.locator("button[type=submit]").click(),
    ]);
  }
}

/** Text is typed; of choices, the one whose value or words are `value` is taken. */
async function fill(field, value) {
  const kind = await field.first().evaluate((element) => element.type);
  if (kind === "hidden") return; // there was only one choice, and the page has made it
  if (kind === "radio" || kind === "checkbox") return field.and(field.page().locator(`[value="${value}"]`)).check();
  if (kind !== "select-one") return field.fill(value);
  const options = await field.locator("option").evaluateAll((all) => all.map((o) => [o.value, o.textContent.trim()]));
  const of = (fits) => options.find(([own, words]) => own && (own === value || fits(words)));
  const [chosen] = of((words) => words === value) ?? of((words) => words.includes(value)) ?? [value];
  return field.selectOption(chosen);
}
