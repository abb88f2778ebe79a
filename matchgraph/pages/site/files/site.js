/* Tells the server which result was opened, where the page carries a ticket for it. Nothing else is told. */
document.addEventListener("click", choose);
document.addEventListener("auxclick", choose);
function choose(event) {
  if (event.type === "auxclick" && event.button !== 1) return;
  const link = event.target.closest("a[data-choice]");
  const form = link && link.closest("form.choices");
  const ticket = form && form.elements.ticket;
  if (!ticket) return;
  const told = new URLSearchParams({ ticket: ticket.value, chosen: link.dataset.choice });
  fetch(form.action, { method: "POST", body: told, keepalive: true, redirect: "manual" }).catch(() => {});
}
/* What one may begin with steps aside once something is asked. */
const starts = document.getElementById("starts");
const asked = document.getElementById("q");
if (starts && asked) asked.addEventListener("input", () => { starts.hidden = asked.value.trim() !== ""; });
