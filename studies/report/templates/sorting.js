// A click on a head sorts the rows of its table by that column, a second click the other way.
document.querySelectorAll("th[data-sort]").forEach(head => head.addEventListener("click", () => {
  const table = head.closest("table"), place = [...head.parentNode.children].indexOf(head);
  const turn = head.dataset.sort === "down" ? 1 : -1;
  head.dataset.sort = turn === 1 ? "up" : "down";
  const value = row => row.children[place].dataset.value ?? row.children[place].textContent;
  const order = (a, b) => isNaN(a - b) ? a.localeCompare(b) : a - b;
  [...table.querySelectorAll("tr")].slice(1)
    .sort((a, b) => turn * order(value(a), value(b)))
    .forEach(row => row.parentNode.append(row));
}));
