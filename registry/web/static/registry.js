// Small comforts; every page works without them.
"use strict";

document.querySelectorAll("[data-copy]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = button.dataset.done;
    } catch {
      // Without permission to write the clipboard, the text is selected so that it can be copied by hand.
      window.getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
    }
  });
});

// On a narrow screen the filters begin folded, so that the results are seen first.
if (window.matchMedia("(max-width: 60rem)").matches) {
  document.querySelectorAll("details.filters").forEach((filters) => {
    filters.open = false;
  });
}

// The contents of a text are folded until they are asked for, but on a wide screen there is room beside the text.
if (window.matchMedia("(min-width: 60rem)").matches) {
  document.querySelectorAll(".contents details").forEach((contents) => {
    contents.open = true;
  });
}

// A file that the registry would refuse is named before it has travelled; the server looks for itself.
document.querySelectorAll("input[type=file][data-most-bytes]").forEach((input) => {
  input.addEventListener("change", () => {
    const tooLarge = [...input.files].some((file) => file.size > Number(input.dataset.mostBytes));
    input.setCustomValidity(tooLarge ? input.dataset.tooLarge : "");
    input.reportValidity();
  });
  input.form?.addEventListener("submit", (event) => {
    if (!input.checkValidity()) {
      event.preventDefault();
      input.reportValidity();
    }
  });
});

// A long export says by itself how far it has come; without script its page has a link to look again.
document.querySelectorAll("[data-progress]").forEach((place) => {
  const bar = place.querySelector("progress");
  const said = place.querySelector("[data-done]");
  const look = async () => {
    let answer;
    try {
      const response = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
      if (!response.ok) {
        return;
      }
      answer = await response.json();
    } catch {
      // The server is away for a moment; the next look tells.
      window.setTimeout(look, 5000);
      return;
    }
    if (answer.state !== place.dataset.state && answer.state !== "running") {
      window.location.reload();
      return;
    }
    if (String(answer.is_silent) !== place.dataset.silent) {
      window.location.reload();
      return;
    }
    // Work that another has begun anew begins at nothing.
    bar.max = answer.total || 1;
    bar.value = answer.done;
    said.textContent = `${answer.done} / ${answer.total || "…"}`;
    window.setTimeout(look, 1000);
  };
  window.setTimeout(look, 1000);
});
