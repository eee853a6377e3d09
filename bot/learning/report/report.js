// Draws the plots from the values that stand beside them, in the colours of the page's style.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const figures = [...document.querySelectorAll("script[data-plot]")].map((script) => ({
    place: document.getElementById(script.dataset.plot),
    text: script.textContent,
  }));

  const draw = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const named = (_, value) => (typeof value === "string" && value.startsWith("--") ? colour(value) : value);
    for (const { place, text } of figures) {
      const { data, layout, fixed } = JSON.parse(text, named);
      const axis = { gridcolor: colour("--rule"), zerolinecolor: colour("--rule"), linecolor: colour("--rule") };
      Object.assign(layout, {
        paper_bgcolor: "transparent",
        plot_bgcolor: "transparent",
        font: { color: colour("--ink"), family: "system-ui, sans-serif", size: 13 },
        hoverlabel: { bgcolor: colour("--raised"), font: { color: colour("--ink") } },
        xaxis: { ...axis, ...layout.xaxis, fixedrange: true },
        yaxis: { ...axis, ...layout.yaxis, fixedrange: true },
      });
      Plotly.react(place, data, layout, { displayModeBar: false, responsive: !fixed });
    }
  };

  draw();
  dark.addEventListener("change", draw);
})();
