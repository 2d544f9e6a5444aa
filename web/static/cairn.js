/* Starts the components of the design system one by one: initAll() would also start its tracking. */
import DS from "./vendor/design-system/design-system.js";

document.documentElement.classList.add("js-enabled");
const every = (selector, start) => document.querySelectorAll(selector).forEach(start);
const icons = new URL("./vendor/design-system/", import.meta.url).pathname;
const { SideNavigation, DatePicker, CharacterCount, MobileTable, skipLinks } = DS.components;

every("[data-module=ds-side-navigation]", (one) => new SideNavigation(one).init());
every("[data-module=ds-datepicker]", (one) => new DatePicker(one, { imagePath: icons }).init());
every("[data-module=ds-character-count]", (one) => new CharacterCount(one).init());
every("table[data-smallscreen]", (one) => new MobileTable(one).init());
skipLinks?.init?.();
document.querySelector("[data-focus]")?.focus();

/* A form is kept on the server a moment after somebody stops typing; nothing is kept in the browser. */
every("form[data-keep]", (form) => {
  let waiting;
  const keep = async () => {
    const typed = new FormData(form);
    [...typed].forEach(([name, said]) => typeof said === "string" || typed.delete(name));
    typed.set("keep", "by itself");
    const answer = await fetch(location.href, { method: "POST", body: new URLSearchParams(typed) }).catch(() => null);
    const said = answer?.headers.get("content-type")?.startsWith("text/plain") ? await answer.text() : "";
    form.querySelector("[data-kept]").textContent = said || "Not kept: save it for later, or send it, before you leave.";
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 1500);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
});

/* Files of an agency go in parts (tus 1.0) before their form does: what breaks off goes on where it stopped. */
const PART = 4 * 1024 * 1024;
const TRIES = 8;
const encoded = (words) => btoa(String.fromCharCode(...new TextEncoder().encode(words)));
const pause = (seconds) => new Promise((go) => setTimeout(go, seconds * 1000));
class NotTaken extends Error {}
class Stopped extends Error {}
every("form[data-parts]", (form) => {
  const field = form.querySelector("input[type=file]");
  const shown = form.querySelector("[data-progress]");
  const token = form.querySelector("[name=form_token]").value;
  const asked = async (address, method, headers, body) => {
    const said = { "Tus-Resumable": "1.0.0", "X-Form-Token": token, ...headers };
    const answer = await fetch(address, { method, headers: said, body }).catch(() => null);
    const plain = answer?.headers.get("content-type")?.startsWith("text/plain");
    if (answer?.status === 422 && plain) throw new NotTaken(await answer.text());
    if (answer && [403, 404, 413, 422].includes(answer.status)) throw new Stopped(plain ? await answer.text() : "");
    return answer?.ok ? answer : null;
  };
  const checksum = async (part) => {
    if (!crypto.subtle) return {};
    const found = new Uint8Array(await crypto.subtle.digest("SHA-256", await part.arrayBuffer()));
    return { "Upload-Checksum": `sha256 ${btoa(String.fromCharCode(...found))}` };
  };
  const send = async (file) => {
    const alike = [...field.files].filter((one) => one.name === file.name && one.size === file.size && one.lastModified === file.lastModified);
    const told = `filename ${encoded(file.name)},changed ${encoded(`${file.lastModified} ${alike.indexOf(file)}`)}`;
    let begun, at = null, tries = 0, whole = false;
    while (!whole) {
      const part = at === null ? null : file.slice(at, at + PART);
      const more = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(at) };
      const answer = part
        ? await asked(begun, "PATCH", { ...more, ...(await checksum(part)) }, part)
        : begun
          ? await asked(begun, "HEAD", {})
          : await asked(form.dataset.parts, "POST", { "Upload-Length": String(file.size), "Upload-Metadata": told });
      if (answer) {
        begun ??= answer.headers.get("Location");
        at = Number(answer.headers.get("Upload-Offset"));
        whole = Boolean(part) && at === file.size;
        tries = 0;
        shown.textContent = `${file.name}: ${Math.floor((100 * at) / file.size)} % has arrived.`;
      } else {
        if (++tries > TRIES) throw new Stopped("The connection broke. Press the button again: it goes on where it stopped.");
        shown.textContent = `${file.name}: the connection broke. It is tried again.`;
        await pause(Math.min(2 ** tries / 4, 15));
        at = null;
      }
    }
  };
  /* What is not taken keeps none of the others out; pressed again, the form goes without it. */
  const called = (file) => `${file.name} ${file.size} ${file.lastModified}`;
  const refused = new Set();
  const all = async (arrived, why) => {
    for (const file of field.files) {
      if (refused.has(called(file))) continue;
      try {
        await send(file);
        arrived.push(file);
      } catch (fault) {
        if (!(fault instanceof NotTaken)) throw fault;
        refused.add(called(file));
        why.add(fault.message);
      }
    }
  };
  form.addEventListener("submit", async (event) => {
    if (!field.files.length || form.dataset.busy) return form.dataset.busy && event.preventDefault();
    event.preventDefault();
    form.dataset.busy = "yes";
    shown.classList.remove("ds_question__error-message");
    field.removeAttribute("aria-invalid");
    const left = new DataTransfer(), arrived = [], why = new Set();
    try {
      await all(arrived, why);
    } catch (fault) {
      why.add(fault instanceof Stopped && fault.message ? fault.message : "This could not be sent. Open the link in your letter again in another window, come back here, and press the button once more.");
    }
    if (!why.size) {
      field.value = "";
      form.submit();
      return;
    }
    [...field.files].filter((one) => !arrived.includes(one)).forEach((one) => left.items.add(one));
    if ([...left.files].every((one) => refused.has(called(one)))) why.add("Choose other files, or press the button again to send without what is not taken.");
    const kept = arrived.map((one) => one.name).join(", ");
    if (kept) why.add(`Already here, to go with your answer: ${kept}.`);
    field.files = left.files;
    field.setAttribute("aria-invalid", "true");
    field.focus();
    shown.classList.add("ds_question__error-message");
    shown.textContent = [...why].join(" ");
    delete form.dataset.busy;
  });
  window.addEventListener("pageshow", () => delete form.dataset.busy);
});

/* The session: a warning before it ends, and the way to stay. Other windows of the same desk tell when they were used. */
const WARN = 5 * 60;
const left = Number(document.body.dataset.session);
const warning = document.getElementById("session-warning");
if (left && warning) {
  const others = new BroadcastChannel("cairn-session");
  const shown = document.getElementById("session-left");
  let ends, waits;
  const runs = (seconds) => {
    ends = Date.now() + seconds * 1000;
    clearTimeout(waits);
    if (warning.open) warning.close();
    waits = setTimeout(warns, Math.max(seconds - WARN, 0) * 1000);
  };
  const warns = () => {
    const seconds = Math.round((ends - Date.now()) / 1000);
    const minutes = Math.ceil(seconds / 60);
    shown.textContent = seconds > 0 ? (minutes === 1 ? "1 minute" : `${minutes} minutes`) : "a moment";
    if (!warning.open) warning.showModal();
    if (seconds > 0) waits = setTimeout(warns, 20000);
  };
  document.getElementById("session-extend").addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
    if (!answer.ok) return warning.close();
    const { seconds } = await answer.json();
    runs(seconds);
    others.postMessage(seconds);
  });
  others.onmessage = (event) => runs(event.data);
  runs(left);
  others.postMessage(left);
}

/* Keys, where they were not switched off: never while somebody types, or holds another key. */
if ("shortcuts" in document.body.dataset) {
  const pages = { w: "/my-work", c: "/cases", t: "/tasks", y: "/yes" };
  let went = 0;
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable], dialog[open]");
    if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
    const second = Date.now() - went < 1500;
    went = 0;
    if (second && pages[event.key]) location.assign(pages[event.key]);
    else if (event.key === "g") went = Date.now();
    else if (event.key === "?") location.assign("/shortcuts");
    else if (event.key === "/") {
      const field = document.getElementById("site-search");
      if (field) { event.preventDefault(); field.focus(); }
    }
  });
}
