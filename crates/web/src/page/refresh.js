// Brings the page up to date in place, so that it keeps where somebody has scrolled to and what they are at.
"use strict";
(() => {
  const EVERY_MS = 10000;
  const WITHIN_MS = 15000;
  const lost = document.getElementById("lost");
  const lostSince = document.getElementById("lost-since");
  let told = new Date();

  async function fetched() {
    const answer = await fetch(location.href, {
      cache: "no-store",
      credentials: "same-origin",
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    if (answer.status === 401) {
      // The session has ended: the form is shown.
      location.reload();
      return null;
    }
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  function put(fresh) {
    const old = document.querySelector("main");
    const main = fresh.querySelector("main");
    if (!main) throw new Error("not the page");
    // A verdict that has not changed is not read out again.
    const verdict = old.querySelector("#verdict");
    const next = main.querySelector("#verdict");
    if (verdict && next && verdict.textContent === next.textContent) next.replaceWith(verdict);
    const focused = document.activeElement && document.activeElement.id;
    old.replaceWith(main);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    document.querySelector(".about")?.replaceWith(fresh.querySelector(".about"));
    document.title = fresh.title;
  }

  async function refresh() {
    // Nobody looks, or somebody marks an id to copy it.
    if (document.hidden || !document.getSelection().isCollapsed) return;
    try {
      const fresh = await fetched();
      if (!fresh) return;
      put(fresh);
      told = new Date();
      lost.hidden = true;
    } catch {
      lostSince.textContent = `at ${told.toLocaleTimeString()}`;
      lost.hidden = false;
    }
  }

  async function keep() {
    await refresh();
    setTimeout(keep, EVERY_MS);
  }

  setTimeout(keep, EVERY_MS);
  document.addEventListener("visibilitychange", refresh);
})();
