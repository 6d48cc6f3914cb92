"use strict";
// Everything works without this file; it makes some of it quicker.
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[data-once]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
    }
  });

  // What went wrong is read first.
  $("#error")?.focus();

  // A passkey answers the browser; its answer goes along with the form.
  for (const form of document.querySelectorAll("form[data-passkey], form[data-passkey-new]")) {
    form.addEventListener("submit", async (event) => {
      const button = event.submitter;
      if (form.elements.passkey.value || button?.value === "change") return;
      event.preventDefault();
      try {
        const { passkey, passkeyNew } = form.dataset, { credentials } = navigator, given = PublicKeyCredential;
        const answer = passkeyNew
          ? await credentials.create({ publicKey: given.parseCreationOptionsFromJSON(JSON.parse(passkeyNew)) })
          : await credentials.get({ publicKey: given.parseRequestOptionsFromJSON(JSON.parse(passkey)) });
        form.elements.passkey.value = JSON.stringify(answer.toJSON());
        form.requestSubmit(button);
      } catch (fault) {
        say(form, "The passkey gave no answer: " + fault.message);
      }
    });
    if ("atOnce" in form.dataset) form.requestSubmit($("button", form));
  }
  function say(form, text) {
    let place = $("[data-said]", form);
    if (!place) {
      place = document.createElement("p");
      place.dataset.said = "";
      place.className = "fault";
      place.setAttribute("role", "alert");
      form.prepend(place);
    }
    place.textContent = text;
  }

  // What is shown once can be copied.
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText($(button.dataset.copy).textContent.trim());
      button.textContent = "Copied";
    });
  }

  // What is wider than the screen begins a little before today.
  for (const today of document.querySelectorAll(".scroll thead .today")) {
    const place = today.closest(".scroll"), seen = place.getBoundingClientRect();
    place.scrollLeft = today.getBoundingClientRect().left - seen.left - seen.width * 0.6;
  }

  // A part of a page that follows a form: asked for anew, as the page's own button would.
  for (const form of document.querySelectorAll("form[data-live]")) {
    let waiting, asked;
    const isQuestion = form.method === "get";
    const follow = async () => {
      asked?.abort();
      asked = new AbortController();
      try {
        const [place] = form.action.split("?"), typed = new URLSearchParams(new FormData(form));
        if (!isQuestion) typed.set("step", "show"); // what was typed stands in no address, and nothing is done
        const address = isQuestion ? place + "?" + typed : place;
        const asking = isQuestion ? {} : { method: "post", body: typed };
        const page = await (await fetch(address, { signal: asked.signal, ...asking })).text();
        const found = new DOMParser().parseFromString(page, "text/html");
        for (const part of document.querySelectorAll("[data-part]")) {
          const fresh = $(`[data-part="${part.dataset.part}"]`, found);
          if (fresh) part.replaceChildren(...fresh.childNodes);
        }
        if (isQuestion) history.replaceState(null, "", address);
      } catch (fault) {
        if (fault.name !== "AbortError" && isQuestion) form.submit();
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(follow, 150);
    });
  }

  // Shortcuts: g and a letter goes somewhere, / filters, n opens, ? tells them all.
  // Who speaks to the computer, or hits keys unmeant, switches them off on the page of the shortcuts.
  const OFF = "reviewflow-keys-off";
  let after = 0, isOff = false;
  try {
    isOff = localStorage.getItem(OFF) !== null;
  } catch {} // a browser that keeps nothing
  const keys = $("[data-keys]");
  function tell(text) {
    keys.setAttribute("aria-pressed", String(!isOff));
    $("[data-keys-said]").textContent = text;
  }
  if (keys) {
    keys.hidden = false;
    tell(isOff ? "They are off in this browser." : "They are on.");
    keys.addEventListener("click", () => {
      isOff = !isOff;
      tell(isOff ? "They are off in this browser." : "They are on.");
      try {
        isOff ? localStorage.setItem(OFF, "yes") : localStorage.removeItem(OFF);
      } catch {
        tell((isOff ? "They are off" : "They are on") + " on this page alone: this browser keeps nothing.");
      }
    });
  }
  document.addEventListener("keydown", (event) => {
    if (isOff || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const pressed = event.key;
    if (pressed === "?") return event.preventDefault(), help();
    if (Date.now() - after < 1500) {
      after = 0;
      const link = $(`.top a[data-key="${CSS.escape(pressed)}"]`);
      if (link) link.click();
      return;
    }
    if (pressed === "g") after = Date.now();
    else if (pressed === "/" && $("[data-filter]")) {
      const filter = $("[data-filter]"), fold = filter.closest("details");
      if (fold) fold.open = true;
      event.preventDefault();
      filter.focus();
    }
    else if (pressed === "n") $("[data-new]")?.click();
    else if (pressed === "j" || pressed === "k") step(pressed === "j" ? 1 : -1);
  });
  function step(by) {
    const rows = [...document.querySelectorAll(".list tbody tr")].filter((row) => $("a", row));
    const next = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(document.activeElement.closest("tr")) + by))];
    if (next) $("a", next).focus();
  }
  async function help() {
    let sheet = $("dialog#shortcuts");
    if (!sheet) {
      const page = await (await fetch("/help/shortcuts")).text();
      const found = $("[data-sheet]", new DOMParser().parseFromString(page, "text/html"));
      if (!found) return;
      sheet = document.createElement("dialog");
      sheet.id = "shortcuts";
      sheet.setAttribute("aria-label", "Shortcuts");
      sheet.append(found);
      const close = document.createElement("button");
      close.textContent = "Close";
      close.addEventListener("click", () => sheet.close());
      sheet.append(close);
      document.body.append(sheet);
    }
    sheet.open ? sheet.close() : sheet.showModal();
  }
  // Where the sheet cannot open them on a wide screen.
  if (innerWidth > 704 && !CSS.supports("selector(::details-content)"))
    for (const one of document.querySelectorAll(".menu, .fold")) one.open = true;
})();
