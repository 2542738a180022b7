// Everything here works without this file; it saves what is typed, shows how far the clock is, and avoids double sends.
"use strict";

const words = document.body.dataset;
const KEEP_AFTER_MS = 600;
const POLL_MS = 700;

const baseName = (field) => field.name.replace(/\._state$/, "");

const isTyped = (field) => {
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.type === "select-one") return field.value !== ([...field.options].find((o) => o.defaultSelected) || field.options[0]).value;
  return "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
};

// ---------------------------------------------------------------- forms that keep what is typed

class Keeper {
  constructor(form) {
    this.form = form;
    this.changed = new Set();
    this.timer = 0;
    this.sending = null;
    this.told = document.createElement("p");
    this.told.className = "kept";
    this.told.setAttribute("role", "status");
    form.append(this.told);
    form.addEventListener("input", (event) => this.note(event.target));
    for (const field of form.elements) if (isTyped(field)) this.note(field); // before this script was here
  }

  note(field) {
    if (!field.name || field.name.startsWith("_") || field.type === "file") return; // a file goes with the form only
    this.letNumberWin(field);
    this.changed.add(baseName(field));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), KEEP_AFTER_MS);
  }

  // A typed number is the answer, so "not known" beside it must give way.
  letNumberWin(field) {
    const state = this.form.elements[field.name + "._state"];
    if (state && field.value.trim()) state.value = "";
  }

  body() {
    const all = new FormData(this.form);
    const sent = new URLSearchParams({ _words: this.form.dataset.keep });
    for (const name of this.changed) {
      for (const value of all.getAll(name)) sent.append(name, value);
      for (const value of all.getAll(name + "._state")) sent.append(name + "._state", value);
      if (!sent.has(name) && !sent.has(name + "._state")) sent.append(name, ""); // a box that is ticked no more
    }
    return sent;
  }

  // One save at a time, unless the page is left: then nobody is here to send the rest after it.
  keep(leaving = false) {
    clearTimeout(this.timer);
    if (!this.changed.size || (this.sending && !leaving)) return this.sending;
    const taken = new Set(this.changed);
    const body = this.body();
    this.changed.clear();
    this.told.textContent = words.keeping;
    this.sending = fetch(this.form.action, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true })
      .then((answer) => { if (!answer.ok) throw new Error(answer.status); return answer.json(); })
      .then((answer) => {
        this.told.textContent = answer.summary;
        if (answer.seen) this.seen(answer.seen);
      })
      .catch(() => {
        taken.forEach((name) => this.changed.add(name));
        this.told.textContent = words.notKept;
      })
      .finally(() => {
        this.sending = null;
        if (this.waiting) this.timer = setTimeout(() => this.keep(), KEEP_AFTER_MS);
      });
    return this.sending;
  }

  // What was just kept is no news to this form: its buttons say so from now on.
  seen(stamp) {
    const renewed = (said) => said.replace(/ r\d+$/, ` ${stamp}`);
    this.form.dataset.keep = renewed(this.form.dataset.keep);
    for (const button of this.form.querySelectorAll("button[name=_words]")) button.value = renewed(button.value);
  }

  get waiting() { return this.changed.size > 0 && this.told.textContent !== words.notKept; }

  // What the form itself is about to send must not be kept again after it.
  forget() {
    clearTimeout(this.timer);
    this.changed.clear();
  }
}

const keepers = new Map();
for (const form of document.querySelectorAll("form[data-keep]")) keepers.set(form, new Keeper(form));
addEventListener("pagehide", () => keepers.forEach((keeper) => keeper.keep(true)));

// ---------------------------------------------------------------- one press, one message

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  const keeper = keepers.get(form);
  if (keeper && keeper.sending) { // first what is on its way, then the form: the other way round would keep it again
    event.preventDefault();
    const button = event.submitter;
    keeper.sending.finally(() => form.requestSubmit(button));
    return;
  }
  if (keeper) keeper.forget();
  form.dataset.sent = "yes";
  if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
});

addEventListener("pageshow", (event) => {
  if (event.persisted && keepers.size) location.reload(); // an old form must not speak for what was kept since
  for (const form of document.forms) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
});

// ---------------------------------------------------------------- where the reader was going

// After the browser has gone to #latest itself, which takes the focus there.
if (location.hash === "#latest") {
  addEventListener("load", () => setTimeout(() => {
    const wrong = document.querySelector("#latest .errors");
    if (wrong) wrong.tabIndex = -1;
    const there = wrong || document.getElementById("latest");
    if (there) there.focus({ preventScroll: !wrong });
  }));
}

// ---------------------------------------------------------------- the clock while it moves

const moving = document.getElementById("moving");
if (moving) {
  const bar = moving.querySelector("progress");
  const told = moving.querySelector("[data-words]");
  const isWriting = () => [...document.querySelectorAll("input[type=text], textarea")].some(isTyped);
  const look = async () => {
    try {
      const now = await (await fetch("/clock.json")).json();
      if (!now.running) {
        if (isWriting()) moving.firstElementChild.textContent = words.moved;
        else location.replace("/chat?clock=" + Date.now() + "#clock");
        return;
      }
      if (now.days) {
        bar.max = now.days;
        bar.value = now.played;
        told.textContent = told.dataset.words.replace("{played}", now.played).replace("{days}", now.days);
      }
    } catch { /* the page was restarted; look again */ }
    setTimeout(look, POLL_MS);
  };
  setTimeout(look, POLL_MS);
}
