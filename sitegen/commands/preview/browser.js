/*
  The preview's half in the browser, as a plugin of livereload.js: a page that has changed is loaded again and shows the
  place where the reader stood; a style sheet that has changed takes the place of the old one without that.
*/
"use strict";
(() => {
  const KEPT = "sitegen-preview-place";
  const BLOCKS = "h1, h2, h3, h4, h5, h6, p, li, dt, dd, tr, figure, pre, blockquote, summary";
  const version = document.currentScript.dataset.version;
  const isProblems = "problems" in document.documentElement.dataset;

  const words = (element) => element.textContent.trim().slice(0, 200);
  const sheets = () => [...document.querySelectorAll('link[rel~="stylesheet"]')];
  // a sheet has another query when it has changed: /assets/site.css?3b5d5c37
  const name = (href) => new URL(href, location.href).pathname;

  /** Where the reader stands: how far down, and the first blocks in sight, by their words and numbers. */
  function place() {
    const marks = [];
    for (const [number, block] of document.querySelectorAll(BLOCKS).entries()) {
      const { top, height } = block.getBoundingClientRect();
      if (height > 0 && top >= 0 && top < innerHeight) marks.push({ number, top, words: words(block) });
      if (marks.length === 8) break;
    }
    return { page: location.pathname + location.search, x: scrollX, y: scrollY, marks };
  }

  /** Stand there again: where text above has grown, at the same words; else as far down as before. */
  function stand({ x, y, marks }) {
    scrollTo({ left: x, top: y, behavior: "instant" });
    // who stands at the very top stays there
    if (y === 0) return;
    const blocks = [...document.querySelectorAll(BLOCKS)].map((block, number) => ({ block, number, words: words(block) }));
    for (const mark of marks) {
      const far = ({ number }) => Math.abs(number - mark.number);
      const [same] = blocks.filter((one) => one.words === mark.words).sort((one, other) => far(one) - far(other));
      const now = same?.block.getBoundingClientRect();
      if (now?.height > 0) {
        scrollTo({ left: x, top: scrollY + now.top - mark.top, behavior: "instant" });
        return;
      }
    }
  }

  function load() {
    // a page of problems has no place of its own: that of the page before it is kept
    if (!isProblems) {
      sessionStorage.setItem(KEPT, JSON.stringify(place()));
      history.scrollRestoration = "manual";
    }
    location.reload();
  }

  function comeBack() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    sessionStorage.removeItem(KEPT);
    if (kept?.page !== location.pathname + location.search) return;
    let moved = false;
    for (const sign of ["wheel", "touchmove", "keydown", "mousedown"]) {
      addEventListener(sign, () => { moved = true; }, { once: true, passive: true });
    }
    stand(kept);
    const settle = () => {
      // pictures and fonts have their size by now
      if (!moved) stand(kept);
      history.scrollRestoration = "auto";
    };
    addEventListener("load", () => requestAnimationFrame(settle));
  }

  /** The new sheet is put behind the old one, which goes when the new one is there: nothing is ever without style. */
  function swap(address) {
    const same = () => sheets().filter((link) => name(link.href) === name(address));
    const last = same().at(-1);
    const href = new URL(address, location.href).href;
    if (!last || last.href === href) return;
    const fresh = last.cloneNode();
    fresh.href = href;
    fresh.addEventListener("load", () => {
      const links = same();
      for (const link of links.slice(0, links.indexOf(fresh))) link.remove();
    });
    fresh.addEventListener("error", load);
    last.after(fresh);
  }

  // livereload.js takes up whatever is called LiveReloadPlugin…
  window.LiveReloadPluginSitegen = class {
    static identifier = "sitegen";
    static version = "1.0";

    /** What the page shows, for a server that may have gone on since it sent it. */
    analyze() {
      return { page: version, sheets: sheets().map((link) => new URL(link.href).pathname + new URL(link.href).search) };
    }

    reload(path) {
      if (/\.css(\?|$)/.test(path)) swap(path);
      else load();
      return true;
    }
  };

  if (!isProblems) comeBack();
})();
