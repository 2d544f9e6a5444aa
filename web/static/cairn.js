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
