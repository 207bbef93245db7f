"use strict";
// Without this script a number can be checked; with it a file, too.
const drop = document.getElementById("drop");
const file = document.getElementById("file");
drop.hidden = false;

function tell(kind, text) {
  const result = document.getElementById("result");
  const line = document.createElement("p");
  line.textContent = text;
  result.className = kind;
  result.replaceChildren(line);
  return result;
}

async function check(letter) {
  if (letter.size > Number(drop.dataset.limit)) {
    tell("refused", drop.dataset.large).focus();
    return;
  }
  tell("", drop.dataset.checking).setAttribute("aria-busy", "true");
  try {
    const answer = await fetch("/v1/verifications?lang=" + document.documentElement.lang, {
      method: "POST",
      headers: { "Content-Type": "application/pdf", Accept: "text/html" },
      body: letter,
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("result");
    if (!found) throw new Error("no result");
    const result = document.importNode(found, true);
    document.getElementById("result").replaceWith(result);
    result.focus();
  } catch {
    tell("refused", drop.dataset.failed).focus();
  }
}

file.addEventListener("change", () => {
  if (file.files.length) check(file.files[0]);
  file.value = "";
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files.length) check(event.dataTransfer.files[0]);
  });
}
