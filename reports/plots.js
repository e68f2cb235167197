// Curves over a length as SVG, both axes logarithmic: what symicl/report/plots.py draws, drawn again.
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [420, 290, 50, 14, 12, 40];
const visible = ([x, y]) => [x, y].every((number) => Number.isFinite(number) && number > 0);
const raised = (exponent) => String(exponent).replace(/[-\d]/g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);

function shown(value) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0.000";
  if (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4) return value.toPrecision(4);
  const [digits, exponent] = value.toExponential(3).split("e");
  return `${digits} × 10${raised(Number(exponent))}`;
}

function decades(values) {
  if (!values.length) return [0, 1];
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.ceil(Math.log10(Math.max(...values)) - 1e-9);
  return [low, Math.max(high, low + 1)];
}

function label(x, y, anchor, exponent) {
  const text = exponent >= -2 && exponent <= 3 ? String(Number((10 ** exponent).toPrecision(6))) : `10${raised(exponent)}`;
  return `<text x="${x}" y="${y.toFixed(1)}" text-anchor="${anchor}">${text}</text>`;
}

function drawing(lines, marks, axis) {
  const drawn = lines.map(({kind, points}) => ({kind, points: points.filter(visible)}));
  const all = drawn.flatMap((line) => line.points);
  const [left, right] = decades(all.map(([x]) => x));
  const [least, high] = decades(all.map(([, y]) => y));
  const low = Math.max(least, high - 6);
  const holds = ([, y]) => Math.log10(y) >= low - 1e-9;
  const across = (x) => (LEFT + ((Math.log10(x) - left) / (right - left)) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const up = (y) => (HEIGHT - BOTTOM - ((Math.log10(y) - low) / (high - low)) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const columns = Array.from({length: right - left + 1}, (_, i) => left + i);
  const rows = Array.from({length: high - low + 1}, (_, i) => low + i);
  const step = Math.ceil((rows.length - 1) / 6);
  const grid = [
    ...columns.map((x) => `M${across(10 ** x)} ${TOP}V${HEIGHT - BOTTOM}`),
    ...rows.map((y) => `M${LEFT} ${up(10 ** y)}H${WIDTH - RIGHT}`),
  ];
  return [
    `<path class="grid" d="${grid.join(" ")}"/>`,
    ...columns.map((x) => label(across(10 ** x), HEIGHT - BOTTOM + 16, "middle", x)),
    ...rows.filter((y) => (y - low) % step === 0).map((y) => label(LEFT - 7, Number(up(10 ** y)) + 4, "end", y)),
    `<text class="axis" x="${Math.floor((LEFT + WIDTH - RIGHT) / 2)}" y="${HEIGHT - 6}" text-anchor="middle">${axis}</text>`,
    ...drawn.map(({kind, points}) => {
      const path = points.filter(holds).map(([x, y], i) => `${i ? "L" : "M"}${across(x)} ${up(y)}`).join(" ");
      return `<path class="${kind}" d="${path}"/>`;
    }),
    ...marks.filter((mark) => visible(mark) && holds(mark)).map(([x, y]) => `<circle cx="${across(x)}" cy="${up(y)}" r="4"/>`),
  ].join("");
}
