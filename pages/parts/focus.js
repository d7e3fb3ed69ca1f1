// Whether a key belongs to what has the focus: text, or a control that was reached by the keyboard.
function busy(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return true;
  const at = event.composedPath()[0];
  if (!(at instanceof Element)) return false;
  if (at.isContentEditable || at.closest("input:not([type=checkbox]), textarea, select")) return true;
  if (document.querySelector('[role="dialog"]')) return true;
  return at.closest("button, a, summary, input, [role]") !== null && at.matches(":focus-visible");
}
