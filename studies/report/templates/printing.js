// On paper every figure is as wide as the sheet, whatever the screen, and no taller than it. Flows
// of money are not drawn again: they would fade in, and be printed before they are there.
const figures = () => document.querySelectorAll(".js-plotly-plot");
const fades = figure => figure.data.some(trace => trace.type === "sankey");
addEventListener("beforeprint", () => figures().forEach(figure => {
  if (!fades(figure)) Plotly.relayout(figure, {autosize: false, width: 1040});
  const {width, height} = figure._fullLayout;
  figure.closest(".figure").style.zoom = Math.min(686 / width, 880 / height);
}));
addEventListener("afterprint", () => figures().forEach(figure => {
  figure.closest(".figure").style.zoom = "";
  if (!fades(figure)) Plotly.relayout(figure, {autosize: true, width: null});
}));
