// Starts the interface. It is a file of its own because the window's content policy allows no script inside the page.
//
// Errors are kept from the very first moment, so that a window that stays empty can be explained: the last fifty lie in
// `conclaveErrors`, and if the module does not start, the page itself says so.

const kept = [];
globalThis.conclaveErrors = kept;

// WebKit's `stack` does not repeat the message, so both are kept.
const words = (value) => (value instanceof Error ? `${value}\n${value.stack}` : String(value));

const keep = (text) => {
  kept.push(text);
  if (kept.length > 50) kept.shift();
};

// `true`: what fails to load (a style sheet, a font, a picture) is reported only on the way down.
addEventListener(
  "error",
  (event) => keep(words(event.error ?? event.message ?? `could not load ${event.target?.src ?? event.target?.href}`)),
  true,
);
addEventListener("unhandledrejection", (event) => keep(words(event.reason)));

const original = console.error;
console.error = (...parts) => {
  keep(parts.map(words).join(" "));
  original.apply(console, parts);
};

const explain = (error) => {
  keep(words(error));
  const note = document.createElement("p");
  note.setAttribute("role", "alert");
  note.textContent =
    "The interface could not be started. Nothing in your vault was touched. Close the window and start Conclave again; " +
    `if this stays, report this line: ${error}`;
  document.body.append(note);
};

const wasm = new URL("conclave-ui_bg.wasm", import.meta.url);
import("./conclave-ui.js").then((module) => module.default({ module_or_path: wasm })).catch(explain);
