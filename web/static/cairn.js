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
