// The page is drawn by the server. This script sends what people do, fetches the page anew when
// the workspace changed, and exchanges what is different, child by child.

const app = document.getElementById("app");
const parts = () => document.querySelectorAll("[data-part]");
const drawn = new WeakMap(); // element → its HTML as the server drew it
const drafts = new Map(); // composer's id → what is typed there

// ---------------------------------------------------------------- drawing anew

function remember() {
  for (const part of parts()) for (const child of part.children) drawn.set(child, child.outerHTML);
}

const FOREVER = "9"; // later than any message: whoever looks on has read all
const SILENCE = "The workspace does not answer. Is it still running?";
let turns = 0; // how often the page was asked for
let newest; // the drawing that was asked for last
let heading = null; // where a click leads, until the page is there
let here = location.href; // where the page that is drawn is from
let away = document.hidden;

// Draws the page anew, or the one that a link leads to. A drawing that another overtakes resolves
// with that one, and whatever is drawn leads where the last click does.
function refresh(href) {
  heading = href ?? heading;
  return (newest = draw(++turns));
}

async function draw(turn) {
  const url = new URL(heading ?? location.href);
  const moved = url.href !== here;
  if (!moved && !away) url.searchParams.set("seen", document.querySelector(".rule.new") ? app.dataset.seen : FOREVER);
  const page = await fetched(url);
  if (turn !== turns) return newest;
  heading = null;
  if (!page.ok) throw new Error(page.text);
  away = document.hidden;
  if (moved) arrive(page.url);
  swap(new DOMParser().parseFromString(page.text, "text/html"), moved);
}

async function fetched(url) {
  try {
    const response = await fetch(url);
    return { ok: response.ok, url: response.url, text: await response.text() };
  } catch {
    return { ok: false, text: SILENCE };
  }
}

function arrive(url) {
  here = url;
  if (url !== location.href) history.pushState(null, "", url);
}

function swap(fresh, moved) {
  const next = fresh.getElementById("app");
  const stays = ["person", "channel", "home"].every((name) => app.dataset[name] === next.dataset[name]);
  const held = document.activeElement !== document.body;
  const ends = new Map(scrolls().map((box) => [box.id, atEnd(box)]));
  const known = new Set([...document.querySelectorAll(".line")].map((line) => line.id));
  if (!stays) replaceRoom(fresh);
  for (const part of parts()) reconcile(part, fresh.getElementById(part.id));
  app.className = next.className;
  Object.assign(app.dataset, next.dataset);
  document.title = fresh.title;
  for (const box of scrolls()) if (!stays || ends.get(box.id)) toLatest(box);
  settle();
  if (stays) announce(known);
  const lost = held && document.activeElement === document.body; // what had the keyboard is gone
  if (!stays || lost) document.querySelector("main .composer textarea")?.focus();
  tell(moved ? "visit" : "read", { home: app.dataset.home === "yes" });
}

// A different conversation, person or tab: other parts stand in the middle.
function replaceRoom(fresh) {
  const old = document.getElementById("scroll");
  const next = document.importNode(fresh.getElementById("scroll"), true);
  old.replaceWith(next);
  document.querySelector("main").setAttribute("aria-label", fresh.querySelector("main").getAttribute("aria-label"));
  for (const part of next.querySelectorAll("[data-part]"))
    for (const child of part.children) drawn.set(child, child.outerHTML);
}

function reconcile(part, fresh) {
  const kept = new Map([...part.children].map((child) => [child.id, child]));
  let at = part.firstElementChild;
  for (const next of [...(fresh?.children ?? [])]) {
    const old = kept.get(next.id);
    const html = next.outerHTML;
    kept.delete(next.id);
    let child = old;
    if (!old || drawn.get(old) !== html) {
      child = document.importNode(next, true);
      drawn.set(child, html);
      if (old) exchange(old, child);
      if (old && old === at) at = child;
    }
    if (child === at) at = at.nextElementSibling;
    else part.insertBefore(child, at);
  }
  for (const gone of kept.values()) gone.remove();
}

// Put one element in the place of another, and keep what the person was doing in it.
function exchange(old, child) {
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  const same = (field) => child.querySelector(`[name="${CSS.escape(field.name)}"]${field.type === "checkbox" || field.type === "radio" ? `[value="${CSS.escape(field.value)}"]` : ""}`);
  const changed = [...old.querySelectorAll("input, select, textarea")].filter(isChanged);
  const open = [...old.querySelectorAll("details[open]")].map((one) => [...old.querySelectorAll("details")].indexOf(one));
  const place = active ? twins(old, active).indexOf(active) : -1;
  old.replaceWith(child);
  for (const field of changed) {
    const twin = same(field);
    if (twin?.type === "checkbox" || twin?.type === "radio") twin.checked = field.checked;
    else if (twin) twin.value = field.value;
  }
  const details = child.querySelectorAll("details");
  for (const one of open) if (details[one] && !details[one].matches(".task")) details[one].open = true;
  if (child.matches("dialog")) child.showModal();
  if (active) twins(child, active)[place]?.focus();
}

// What takes the keyboard in a box and does the same as one that does.
function twins(box, one) {
  const does = (each) => [each.tagName, each.name, each.href ?? (each.matches("button") ? each.textContent : "")].join();
  return [...box.querySelectorAll("a[href], button, input, select, textarea, summary")].filter((each) => does(each) === does(one));
}

function isChanged(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  return [...field.options].some((option) => option.selected !== option.defaultSelected && option.value);
}

const scrolls = () => [...document.querySelectorAll(".scroll")];
const atEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 80;

// To the last message: to its end, or where it is longer than the box, to its beginning.
function toLatest(box) {
  const last = box.querySelector(":scope > ol > .line:last-child");
  if (last) box.scrollTop = Math.min(box.scrollHeight, last.offsetTop - box.offsetTop - 8);
}

function settle() {
  for (const dialog of document.querySelectorAll("dialog.modal:not([open])")) {
    dialog.showModal();
    (dialog.querySelector("[data-focus]") ?? dialog.querySelector(".body :is(input, select, textarea)"))?.focus();
  }
  for (const box of document.querySelectorAll(".composer textarea")) {
    if (!box.value && drafts.has(box.form.id)) box.value = drafts.get(box.form.id);
    grow(box);
  }
}

function announce(known) {
  const lines = [...document.querySelectorAll(".line")].filter((line) => !known.has(line.id));
  const words = lines.map((line) => line.querySelector("[data-message]:not([data-mine])")).filter(Boolean);
  if (words.length) document.getElementById("said").textContent = words.map((one) => `${one.dataset.author}: ${one.querySelector(".content").innerText.slice(0, 300)}`).join("\n");
}

// ---------------------------------------------------------------- telling the server

// Resolves with what went wrong, "" if nothing did.
async function tell(what, values = {}) {
  const body = JSON.stringify({ as: app.dataset.person, in: app.dataset.channel, ...values });
  const asked = { method: "POST", headers: { "Content-Type": "application/json" }, body };
  const trouble = await fetch(`/_page/${what}`, asked).then(troubleIn).catch(() => SILENCE);
  if (trouble) complain(trouble);
  return trouble;
}

const troubleIn = async (answer) => (answer.ok ? "" : (await answer.json()).trouble);

let fading;

function complain(words) {
  clearTimeout(fading);
  document.getElementById("trouble").textContent = words;
  if (words) fading = setTimeout(complain, 8000, "");
}

async function act(what, values, element) {
  element?.setAttribute("aria-busy", "true");
  await tell(what, values);
  element?.removeAttribute("aria-busy");
  await lead();
}

// Draws the page anew as `refresh` does; what goes wrong is said.
const lead = (href) => refresh(href).catch((error) => complain(error.message));

// Where an element stands: in a message or in a view, with all that is filled in there.
function standing(element) {
  const view = element.closest("[data-view]");
  const message = element.closest("[data-message]");
  const inputs = {};
  for (const field of (view ?? message).querySelectorAll("input[name], select[name], textarea[name]")) {
    if (field.closest("form.edit")) continue;
    const values = (inputs[field.name] ??= []);
    if ((field.type !== "checkbox" && field.type !== "radio") || field.checked) values.push(field.value);
  }
  return { ...(view ? { view: view.dataset.view } : { ts: message.dataset.message }), inputs };
}

async function press(element) {
  if (element.dataset.stays !== undefined) element.classList.add("chosen");
  const value = element.dataset.value ?? element.value ?? "";
  await act("press", { ...standing(element), key: element.getAttribute("name"), value }, element);
}

// Resolves to whether the person means it; at once where nothing asks.
function confirmed(element) {
  const dialog = element.closest(".control")?.querySelector("dialog.confirm");
  if (!dialog) return Promise.resolve(true);
  dialog.returnValue = "";
  dialog.showModal();
  dialog.querySelector("[value=confirm]").focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "confirm"), { once: true }));
}

// ---------------------------------------------------------------- pressing and choosing

document.addEventListener("click", async (event) => {
  const target = event.target.closest("button, a, summary");
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target) || target?.matches("[role=menuitem]:not([data-delete])")) menu.open = false;
  if (!target || event.defaultPrevented) return;
  const dialog = target.closest("dialog.confirm");
  const data = target.dataset;
  if (dialog) dialog.close(target.value);
  else if (data.press !== undefined) await confirmed(target) && press(target);
  else if (data.close !== undefined) act("close", { view: target.closest("[data-view]").dataset.view });
  else if (data.dismiss !== undefined) act("dismiss", { ts: target.closest("[data-message]").dataset.message });
  else if (data.shortcut) act("shortcut", { ts: target.closest("[data-message]").dataset.message, callback: data.shortcut });
  else if (data.stop !== undefined) act("stop", { thread: data.stop }, target);
  else if (data.say) act("say", { text: data.say, thread: "" }, target);
  else if (data.fill) fill(document.querySelector("main .composer textarea"), data.fill);
  else if (data.insert) insert(target.closest(".composer").querySelector("textarea"), data.insert);
  else if (data.join !== undefined) act("join", {}, target);
  else if (data.edit !== undefined) edit(target.closest(".message"), true);
  else if (data.delete !== undefined) await confirmed(target) && act("delete", { ts: target.closest("[data-message]").dataset.message });
  else if (target.href && wayTo(target) && !event.metaKey && !event.ctrlKey) {
    event.preventDefault();
    await lead(wayTo(target));
    if (target.matches(".replies, .tools a")) document.querySelector("#thread-foot textarea")?.focus();
  }
});

// Where a link within this workspace leads, one to a message as oneself; null for any other link.
function wayTo(link) {
  const url = new URL(link.href, location.href);
  const toMessage = url.pathname.startsWith("/archives/");
  if (url.origin !== location.origin || !(toMessage || url.pathname === "/")) return null;
  if (toMessage) url.searchParams.set("as", app.dataset.person);
  return url.href;
}

document.addEventListener("change", async (event) => {
  const field = event.target;
  if (!field.matches("[data-press]") || isTyped(field)) return;
  if (await confirmed(field)) press(field);
  else field.value = "";
});

// What is typed is told on Enter, and not when the box is left for the button beside it.
const isTyped = (field) => field.matches("textarea, input:is([type=text], [type=number], [type=email], [type=url])");

// A menu that has no room below opens above, if there is more room.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches("details.menu[open]")) return;
  menu.classList.remove("up");
  const room = (menu.closest(".scroll, dialog") ?? document.body).getBoundingClientRect();
  const [button, list] = [menu, menu.querySelector("[role=menu]")].map((box) => box.getBoundingClientRect());
  menu.classList.toggle("up", list.bottom > room.bottom - 8 && button.top - room.top > room.bottom - button.bottom);
}, true);

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.matches(".composer")) send(form);
  else if (form.matches(".edit")) act("edit", { ts: form.closest("[data-message]").dataset.message, text: form.elements.text.value });
  else act("submit", standing(form), event.submitter).then(() => document.querySelector("dialog.modal .field.wrong :is(input, select, textarea)")?.focus());
});

document.addEventListener("reset", (event) => edit(event.target.closest(".message"), false));

document.addEventListener("cancel", (event) => {
  const modal = event.target;
  if (!modal.matches("dialog.modal")) return;
  event.preventDefault();
  act("close", { view: modal.dataset.view });
}, true);

function edit(message, on) {
  const form = message.querySelector("form.edit");
  form.hidden = !on;
  message.classList.toggle("editing", on);
  (on ? form.elements.text : message.querySelector(".tools summary")).focus();
}

// ---------------------------------------------------------------- writing

async function send(form) {
  const box = form.elements.text;
  const text = box.value;
  if (!text.trim()) return;
  box.value = "";
  drafts.delete(form.id);
  grow(box);
  if (await tell("say", { text, thread: form.dataset.thread })) fill(box, text);
  await lead();
  for (const scroll of scrolls()) if (scroll.parentElement.contains(form)) toLatest(scroll);
}

function fill(box, text) {
  box.value = text;
  box.focus();
  written(box);
}

function insert(box, text) {
  box.focus();
  const before = box.value.slice(0, box.selectionStart).replace(/(^|\s)[@/][^@/\n]*$/, "$1");
  const after = box.value.slice(box.selectionEnd);
  box.value = before + text + after;
  box.selectionStart = box.selectionEnd = before.length + text.length;
  written(box);
}

function written(box) {
  drafts.set(box.form.id, box.value);
  grow(box);
  suggest(box);
}

function grow(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 240)}px`;
}

// What can be completed at the cursor: a name after @, a command at the very beginning.
function suggest(box) {
  const list = box.form.querySelector(".suggest");
  const typed = box.value.slice(0, box.selectionStart).match(/(?:^|\s)(@[^@\n]*|(?<![^])\/\S*)$/)?.[1].toLowerCase();
  for (const one of list.children) {
    one.hidden = typed === undefined || !one.dataset.match.toLowerCase().startsWith(typed);
    one.ariaSelected = "false";
  }
  const first = list.querySelector("li:not([hidden])");
  if (first) first.ariaSelected = "true";
  list.hidden = !first;
}

function suggestionKey(event, list) {
  const offered = [...list.querySelectorAll("li:not([hidden])")];
  const at = offered.findIndex((one) => one.ariaSelected === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    offered[at].ariaSelected = "false";
    offered[(at + step + offered.length) % offered.length].ariaSelected = "true";
  } else if (event.key === "Enter" || event.key === "Tab") insert(event.target, offered[at].dataset.insert);
  else if (event.key === "Escape") list.hidden = true;
  else return false;
  event.preventDefault();
  return true;
}

document.addEventListener("input", (event) => event.target.matches(".composer textarea") && written(event.target));

document.addEventListener("mousedown", (event) => {
  const offered = event.target.closest(".suggest li");
  if (!offered) return;
  event.preventDefault();
  insert(offered.closest(".composer").querySelector("textarea"), offered.dataset.insert);
});

document.addEventListener("keydown", (event) => {
  const box = event.target;
  const list = box.closest?.(".composer")?.querySelector(".suggest:not([hidden])");
  if (list && box.matches("textarea") && suggestionKey(event, list)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && box.matches(".composer textarea, .edit textarea")) {
    event.preventDefault();
    box.form.requestSubmit();
  } else if (event.key === "Enter" && !event.isComposing && box.matches("input[data-press]") && isTyped(box)) {
    event.preventDefault();
    press(box);
  } else if (event.key === "Escape") backOut(box);
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") arrow(event, box);
});

function backOut(from) {
  if (document.querySelector("dialog[open]")) return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (from.matches(".edit textarea")) from.form.reset();
  else document.getElementById("thread-close")?.click();
}

// The arrow keys walk along the conversations and along an open menu.
function arrow(event, from) {
  const box = from.closest("#places, details.menu[open]");
  if (!box) return;
  event.preventDefault();
  const stops = [...box.querySelectorAll("a[href], button, summary")].filter((one) => one.checkVisibility());
  const next = stops.indexOf(from) + (event.key === "ArrowDown" ? 1 : -1);
  stops[(next + stops.length) % stops.length].focus();
}

// ---------------------------------------------------------------- from now on

document.addEventListener("visibilitychange", () => (away ||= document.hidden));
addEventListener("popstate", () => lead(location.href));

async function follow() {
  for (;;) {
    try {
      if (document.hidden) await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
      const answer = await fetch(`/_page/changes?version=${app.dataset.version}`);
      if (!answer.ok) throw new Error(answer.statusText);
      const { version } = await answer.json();
      if (String(version) !== app.dataset.version) await refresh();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
  }
}

remember();
settle();
for (const box of scrolls()) toLatest(box);
document.querySelector("main .composer textarea")?.focus();
tell("visit", { home: app.dataset.home === "yes" });
follow();
