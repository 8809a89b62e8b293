// Comforts of long forms: saving by itself, adding in place, suggestions. Every form works without them.
"use strict";

const PAUSE = 1200;

function shown(form, text, isProblem) {
  const place = form.querySelector("[data-saved]");
  if (place) {
    place.textContent = text;
    place.classList.toggle("field-problem", Boolean(isProblem));
  }
}

// What stands in a form, without its files: those travel only when their owner sends them.
function fieldsOf(form, more) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") {
      fields.append(name, value);
    }
  }
  for (const [name, value] of Object.entries(more)) {
    fields.set(name, value);
  }
  return fields;
}

// The save under way of each form, and what was sent by one whose answer never came.
const running = new WeakMap();
const unsure = new WeakMap();

function save(form) {
  if (running.has(form)) {
    form.dataset.again = "yes";
    return running.get(form);
  }
  const done = saveNow(form).finally(() => {
    running.delete(form);
    if (form.dataset.again) {
      delete form.dataset.again;
      return save(form);
    }
    return undefined;
  });
  running.set(form, done);
  return done;
}

async function saveNow(form) {
  try {
    // It may have been kept or not; the same sent again changes nothing, and says what the form has to know.
    if (unsure.has(form)) {
      await sendBySelf(form, unsure.get(form));
      unsure.delete(form);
    }
    const fields = fieldsOf(form, { autosave: "yes" });
    unsure.set(form, fields);
    await sendBySelf(form, fields);
    unsure.delete(form);
  } catch {
    shown(form, form.dataset.unsaved, true);
  }
}

async function sendBySelf(form, fields) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: fields,
    headers: { Accept: "application/json" },
    redirect: "error",
  });
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
    shown(form, form.dataset.unsaved, true);
    return;
  }
  const said = await answer.json();
  for (const name of ["version", "base"]) {
    if (said[name] !== undefined && form.elements[name]) {
      form.elements[name].value = said[name];
    }
  }
  shown(form, said.message, !answer.ok);
  showSimilar(form, said.similar || []);
}

function showSimilar(form, similar) {
  const place = document.querySelector("[data-similar]");
  if (!place) {
    return;
  }
  place.hidden = similar.length === 0;
  const list = place.querySelector("ul");
  list.replaceChildren(
    ...similar.map((item) => {
      const link = document.createElement("a");
      link.href = item.url;
      link.textContent = item.text;
      const line = document.createElement("li");
      line.append(link);
      return line;
    }),
  );
}

function saveByItself(form) {
  let waiting;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => save(form), PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener(
    "submit",
    async (event) => {
      clearTimeout(waiting);
      if (!running.has(form) && !unsure.has(form)) {
        return;
      }
      // The form goes only after the save under way, so that it knows the state that this one leaves.
      event.preventDefault();
      event.stopImmediatePropagation();
      delete form.dataset.again;
      await (running.get(form) || save(form));
      unsure.delete(form);
      form.requestSubmit(event.submitter);
    },
    { capture: true },
  );
}

// An item is added or removed by the server, as without script; only its form takes the place of the present one.
function changeInPlace(form) {
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button || !["add", "remove"].includes(button.name)) {
      return;
    }
    event.preventDefault();
    const known = new Set([...form.querySelectorAll("fieldset.item")].map((item) => item.id));
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: fieldsOf(form, { [button.name]: button.value }),
        headers: { Accept: "text/html" },
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(form.id);
      if (!answer.ok || !fresh) {
        throw new Error("not a form");
      }
      form.replaceChildren(...fresh.childNodes);
      suggestIn(form);
      const added = [...form.querySelectorAll("fieldset.item")].find((item) => !known.has(item.id));
      const next = added?.querySelector("input:not([type=hidden]), select, textarea");
      (next || form.querySelector(`[name=add][value="${button.value.replace(/\.\d+$/, "")}"]`))?.focus();
    } catch {
      // The browser sends the form itself, so that whatever the answer is, it is seen.
      const sent = document.createElement("input");
      sent.type = "hidden";
      sent.name = button.name;
      sent.value = button.value;
      form.append(sent);
      form.submit();
    }
  });
}

function suggestIn(root) {
  root.querySelectorAll("input[data-suggest]").forEach((input) => {
    let list = input.list;
    if (!list) {
      list = document.createElement("datalist");
      list.id = `${input.id}-list`;
      input.after(list);
      input.setAttribute("list", list.id);
    }
    let waiting;
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      const typed = input.value.trim();
      if (typed.length < 2) {
        return;
      }
      waiting = setTimeout(async () => {
        // Bodies are those of the state that is chosen beside them.
        const party = document.getElementById(input.id.replace(/\.body$/, ".party"));
        const of = party && party !== input ? `&party=${encodeURIComponent(party.value)}` : "";
        const answer = await fetch(`${input.dataset.suggest}${encodeURIComponent(typed)}${of}`);
        if (!answer.ok) {
          return;
        }
        list.replaceChildren(
          ...(await answer.json()).items.map((item) => {
            const option = document.createElement("option");
            option.value = item.value;
            option.label = item.label;
            return option;
          }),
        );
      }, 250);
    });
  });
}

document.querySelectorAll("form[data-autosave]").forEach((form) => {
  saveByItself(form);
  changeInPlace(form);
});
suggestIn(document);

// What is wrong is read out first.
document.querySelector("[data-focus]")?.focus();
