// Whether the focus was moved by the keyboard. :focus-visible cannot tell: it also holds for
// buttons that give themselves the focus when they are clicked.
let moved = false;
window.addEventListener("keydown", (event) => { if (event.key === "Tab") moved = true; }, true);
window.addEventListener("pointerdown", () => { moved = false; }, true);

// Whether a key belongs to what has the focus: text, or a control that was reached by the keyboard.
function busy(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return true;
  const at = event.composedPath()[0];
  if (!(at instanceof Element)) return false;
  if (at.isContentEditable || at.closest("input:not([type=checkbox]), textarea, select")) return true;
  if (document.querySelector('[role="dialog"]')) return true;
  return moved && at.closest("button, a, summary, input, [role]") !== null;
}
