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
});
