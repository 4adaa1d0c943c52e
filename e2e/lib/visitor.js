// Somebody at the pages without a browser: a jar of cookies that follows no redirect by itself.
import assert from "node:assert/strict";

export class Visitor {
  #base;
  #jar = new Map();

  constructor(base) {
    this.#base = base;
  }

  /** Somebody with an account, signed in. */
  static async at(demo, name, password = demo.password) {
    const visitor = new Visitor(demo.base);
    const { status, body } = await visitor.post("/sign-in", { name, password });
    assert.equal(status, 303, body);
    return visitor;
  }

  get(path) {
    return this.#ask(path, {});
  }

  post(path, fields) {
    return this.#ask(path, { method: "POST", body: new URLSearchParams(fields) });
  }

  async #ask(path, options) {
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(this.#base + path, { ...options, redirect: "manual", headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = set.match(/^([^=]+)=([^;]*)/);
      this.#jar.set(name, value);
    }
    const { status, headers } = response;
    return { status, to: headers.get("location"), set: headers.getSetCookie(), body: await response.text() };
  }
}

/** The hidden fields of the form that is sent to `action` and, of several, does `act`. */
export const hidden = (page, action, act) => {
  const forms = page.split("<form").slice(1).map((form) => form.split("</form>")[0]);
  const form = forms.find((f) => f.includes(`action="${action}"`) && (!act || f.includes(`name="act" value="${act}"`)));
  assert.ok(form, `${action} ${act ?? ""} has no form`);
  const inputs = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return Object.fromEntries(inputs.map(([, name, value]) => [name, value]));
};
