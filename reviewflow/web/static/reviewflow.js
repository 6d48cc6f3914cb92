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
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", async (event) => {
      const button = event.submitter;
      if (form.elements.passkey.value || button?.value === "change") return;
      event.preventDefault();
      try {
        const asked = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(form.dataset.passkey));
        const answer = await navigator.credentials.get({ publicKey: asked });
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

  // A part of a page that follows a form: asked for anew, as the page's own button would.
  for (const form of document.querySelectorAll("form[data-live]")) {
    let waiting, asked;
    const follow = async () => {
      asked?.abort();
      asked = new AbortController();
      try {
        const address = form.action.split("?")[0] + "?" + new URLSearchParams(new FormData(form));
        const page = await (await fetch(address, { signal: asked.signal })).text();
        const found = new DOMParser().parseFromString(page, "text/html");
        for (const part of document.querySelectorAll("[data-part]")) {
          const fresh = $(`[data-part="${part.dataset.part}"]`, found);
          if (fresh) part.replaceChildren(...fresh.childNodes);
        }
        if (form.method === "get") history.replaceState(null, "", address);
      } catch (fault) {
        if (fault.name !== "AbortError") form.submit();
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(follow, 150);
    });
  }

  // Shortcuts: g and a letter goes somewhere, / filters, n opens, ? tells them all.
  let after = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const pressed = event.key;
    if (pressed === "?") return event.preventDefault(), help();
    if (Date.now() - after < 1500) {
      after = 0;
      const link = $(`.top a[data-key="${CSS.escape(pressed)}"]`);
      if (link) link.click();
      return;
    }
    if (pressed === "g") after = Date.now();
    else if (pressed === "/" && $("[data-filter]")) event.preventDefault(), $("[data-filter]").focus();
    else if (pressed === "n") $("[data-new]")?.click();
    else if (pressed === "j" || pressed === "k") step(pressed === "j" ? 1 : -1);
  });
  function step(by) {
    const rows = [...document.querySelectorAll(".list tbody a:first-of-type")];
    const now = rows.indexOf(document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, now + by))]?.focus();
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
})();
