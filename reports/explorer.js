// Sliders over the formulas: what symicl/report/explorers.py draws for one setting, drawn for any.
function letters(setting) {
  const eigenvalues = setting.eigenvalues.slice(0, setting.d);
  const moment = (k) => eigenvalues.reduce((sum, value) => sum + value ** k, 0) / eigenvalues.length;
  const {N, M, sigma, d} = setting;
  return {N, M, sigma, d, Lambda: diagonal(eigenvalues), m_1: moment(1), m_2: moment(2), m_3: moment(3)};
}

function entries(curve, setting) {
  const value = curve.of(letters(setting));
  return Array.isArray(value) ? value.map((row, i) => row[i]) : [value];
}

function picture(plot, setting) {
  const lines = plot.curves.flatMap((curve, number) => {
    const rows = GRID.map((x) => entries(curve, {...setting, [plot.across]: x}));
    const colour = Array.isArray(curve.of(letters(setting))) ? 0 : number;
    return rows[0].map((_, i) => ({kind: `${curve.style} c${colour + i}`, points: GRID.map((x, k) => [x, rows[k][i]])}));
  });
  const here = plot.curves.filter((curve) => curve.style !== "limit").flatMap((curve) => entries(curve, setting));
  return drawing(lines, here.map((y) => [setting[plot.across], y]), plot.across);
}

function explore(figure, plots) {
  const setting = {...START, eigenvalues: [...START.eigenvalues]};
  const scales = {N: LENGTHS, M: LENGTHS, sigma: NOISES, d: [1, 2, 3, 4, 5, 6]};

  function redraw() {
    figure.querySelectorAll("svg.plot").forEach((svg, k) => { svg.querySelector("g").innerHTML = picture(plots[k], setting); });
    figure.querySelectorAll("[data-curve]").forEach((cell) => {
      const curve = plots[cell.dataset.plot].curves[cell.dataset.curve];
      cell.textContent = entries(curve, setting).map(shown).join(", ");
    });
  }

  figure.querySelectorAll("input[type=range]").forEach((slider) => {
    const index = slider.dataset.eigenvalue;
    const scale = index === undefined ? scales[slider.dataset.letter] : EIGENVALUES;
    const move = () => {
      const value = scale[Number(slider.value)];
      if (index === undefined) setting[slider.dataset.letter] = value; else setting.eigenvalues[Number(index)] = value;
      slider.setAttribute("aria-valuetext", String(value));
      slider.parentElement.querySelector("output").textContent = String(value);
      figure.querySelectorAll("[data-of]").forEach((one) => { one.hidden = Number(one.dataset.of) >= setting.d; });
    };
    slider.addEventListener("input", () => { move(); redraw(); });
    move();
  });
  redraw();
}

document.querySelectorAll(".explorer").forEach((figure, i) => explore(figure, EXPLORERS[i]));
