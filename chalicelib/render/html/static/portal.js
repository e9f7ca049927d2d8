"use strict";

(() => {
  const SHOWN_MS = 800;
  const place = document.getElementById("seen");

  /* A view is told once a person has the page before them: not by what only fetches it, nor in a hidden tab. */
  function tell() {
    const mark = "seen " + place.dataset.address;
    try {
      if (localStorage.getItem(mark)) return;
      localStorage.setItem(mark, "1");
    } catch { /* no storage: the cookie of the answer does it alone */ }
    const body = new URLSearchParams({ token: place.dataset.token });
    fetch(place.dataset.address, { method: "POST", body, keepalive: true }).catch(() => {
      try { localStorage.removeItem(mark) } catch { /* nothing was kept */ }
    });
  }

  function watch() {
    let timer = 0;
    const look = () => {
      clearTimeout(timer);
      if (document.visibilityState === "visible" && !document.prerendering) {
        timer = setTimeout(() => { document.removeEventListener("visibilitychange", look); tell() }, SHOWN_MS);
      }
    };
    document.addEventListener("visibilitychange", look);
    document.addEventListener("prerenderingchange", look);
    look();
  }

  /* The signature goes into the form as numbers: M for where a stroke begins, L for where it leads. */
  function draw(pad) {
    const canvas = pad.querySelector("canvas");
    const input = pad.querySelector("input");
    const pen = canvas.getContext("2d");
    let last = null;
    const point = (event) => {
      const box = canvas.getBoundingClientRect();
      const clamp = (value, most) => Math.min(most - 1, Math.max(0, Math.round(value)));
      return [
        clamp((event.clientX - box.left) * canvas.width / box.width, canvas.width),
        clamp((event.clientY - box.top) * canvas.height / box.height, canvas.height),
      ];
    };
    Object.assign(pen, { lineWidth: 3, lineCap: "round", lineJoin: "round", strokeStyle: "#1a2a6c" });
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      last = point(event);
      input.value += "M" + last.join(" ");
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      const next = point(event);
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) < 4 || input.value.length > 7900) return;
      pen.beginPath();
      pen.moveTo(...last);
      pen.lineTo(...next);
      pen.stroke();
      input.value += "L" + next.join(" ");
      last = next;
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { last = null });
    pad.querySelector("button").addEventListener("click", () => {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      input.value = "";
    });
    pad.hidden = false;
  }

  if (place) watch();
  const pad = document.getElementById("pad");
  if (pad) draw(pad);
})();
