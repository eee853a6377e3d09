/* Draws the plots in the reader's colours. The numbers are in the page already: without this, nothing is missing. */
(() => {
  const KEY = 'bot-report-theme';
  const root = document.documentElement;
  const plots = [...document.querySelectorAll('.plot')].map((figure) => ({
    canvas: figure.querySelector('.canvas'),
    source: JSON.parse(figure.querySelector('script').textContent),
    drawn: false,
  }));

  /** A role such as @1, @ink or @1/0.2 as a colour of the page. */
  function colour(role) {
    const [, name, opacity] = /^@([a-z0-9-]+)(?:\/([\d.]+))?$/.exec(role);
    const value = getComputedStyle(root).getPropertyValue(/^\d$/.test(name) ? `--plot-${name}` : `--${name}`).trim();
    return opacity ? value + Math.round(255 * opacity).toString(16).padStart(2, '0') : value;
  }

  function coloured(value) {
    if (typeof value === 'string') return /^@[a-z0-9-]+(\/[\d.]+)?$/.test(value) ? colour(value) : value;
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, coloured(inner)]));
    }
    return value;
  }

  /** How many names side by side, such as days, a narrow canvas has room for. */
  function room(plot) {
    const longest = Math.max(...plot.source.data[0].x.map((name) => name.length));
    return Math.max(1, Math.floor((0.6 * plot.canvas.clientWidth) / (7 * longest + 8)));
  }

  function layout(plot) {
    const narrow = plot.canvas.clientWidth < 480;
    const own = plot.source.layout;
    const few = narrow && own.xaxis?.nticks ? { nticks: room(plot) } : {};
    const axis = { gridcolor: '@line', zerolinecolor: '@stone', linecolor: '@line', automargin: true, fixedrange: true };
    const merged = {
      showlegend: false,
      ...own,
      paper_bgcolor: '@paper',
      plot_bgcolor: '@paper',
      font: { color: '@ink', family: getComputedStyle(document.body).fontFamily, size: narrow ? 11 : 12 },
      margin: { l: 48, r: 24, t: 12, b: 40, ...own.margin },
      legend: { orientation: 'h', y: 1.02, yanchor: 'bottom' },
      xaxis: { ...axis, ...own.xaxis, ...few },
      yaxis: { ...axis, ...own.yaxis },
    };
    return coloured(merged);
  }

  function draw(plot) {
    const options = { displayModeBar: false, responsive: true };
    Plotly.react(plot.canvas, coloured(plot.source.data), layout(plot), options);
    plot.drawn = true;
  }

  const all = () => plots.filter((plot) => !plot.drawn).forEach(draw);
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      draw(plots.find((plot) => plot.canvas === entry.target));
    }
  }, { rootMargin: '400px' });

  function theme(choice) {
    if (choice === 'system') root.removeAttribute('data-theme');
    else root.setAttribute('data-theme', choice);
    plots.filter((plot) => plot.drawn).forEach(draw);
  }

  const select = document.querySelector('#theme');
  let kept = 'system';
  try {
    kept = localStorage.getItem(KEY) || kept;
  } catch {
    // A file may have no storage; the choice then lasts as long as the page.
  }
  select.value = kept;
  select.addEventListener('change', () => {
    try {
      localStorage.setItem(KEY, select.value);
    } catch {
      // as above
    }
    theme(select.value);
  });
  theme(kept);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => theme(select.value));
  addEventListener('beforeprint', () => {
    all();
    for (const more of document.querySelectorAll('.plot details')) more.open = true;
  });
  for (const plot of plots) seen.observe(plot.canvas);
})();
