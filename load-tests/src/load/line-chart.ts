/** A chart of lines over time as SVG, which stands in a page by itself. */

export interface ChartLine {
  name: string;
  /** `null`: nothing is known, and the line has a gap. */
  points: { at: number; value: number | null }[];
}

export interface Chart {
  title: string;
  unit: string;
  lines: ChartLine[];
}

const size = { width: 560, height: 240 };
const margin = { left: 52, right: 12, top: 34, bottom: 28 };
const plot = { width: size.width - margin.left - margin.right, height: size.height - margin.top - margin.bottom };
const colours = ['#1f6feb', '#d9480f', '#2b8a3e', '#862e9c'];
const gridLines = 4;

export function lineChart({ title, unit, lines }: Chart): string {
  const points = lines.flatMap((line) => line.points);
  const end = Math.max(1, ...points.map(({ at }) => at));
  const top = niceCeiling(Math.max(...points.map(({ value }) => value ?? 0), 0));
  const x = (at: number) => (margin.left + (at / end) * plot.width).toFixed(1);
  const y = (value: number) => (margin.top + plot.height - (value / top) * plot.height).toFixed(1);
  const grid = Array.from({ length: gridLines + 1 }, (_, index) => {
    const value = (top / gridLines) * index;

    return (
      `<line x1="${margin.left}" x2="${size.width - margin.right}" y1="${y(value)}" y2="${y(value)}" class="grid"/>` +
      `<text x="${margin.left - 6}" y="${y(value)}" class="axis" text-anchor="end" dy="4">${shortNumber(value)}</text>`
    );
  });
  const times = [0, 0.5, 1].map(
    (share) =>
      `<text x="${x(end * share)}" y="${size.height - 8}" class="axis" text-anchor="${share === 1 ? 'end' : 'middle'}">` +
      `${Math.round(end * share)} s</text>`,
  );
  const legend = lines.map(
    ({ name }, index) =>
      `<tspan fill="${colours[index % colours.length]}" dx="${index === 0 ? 0 : 12}">${escapeText(name)}</tspan>`,
  );
  const paths = lines.map(
    (line, index) =>
      `<path d="${pathOf(line, x, y)}" fill="none" stroke="${colours[index % colours.length]}" stroke-width="1.6"/>`,
  );

  return (
    `<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escapeText(title)}">` +
    `<text x="4" y="15" class="title">${escapeText(title)} (${escapeText(unit)})</text>` +
    `<text x="${size.width - margin.right}" y="15" class="axis" text-anchor="end">${legend.join('')}</text>` +
    `${grid.join('')}${times.join('')}${paths.join('')}</svg>`
  );
}

export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function pathOf({ points }: ChartLine, x: (at: number) => string, y: (value: number) => string): string {
  let isDrawing = false;

  return points
    .map(({ at, value }) => {
      const command = value === null ? '' : `${isDrawing ? 'L' : 'M'}${x(at)} ${y(value)}`;
      isDrawing = value !== null;

      return command;
    })
    .join('');
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function niceCeiling(value: number): number {
  if (value <= 0) {
    return 1;
  }

  const power = 10 ** Math.floor(Math.log10(value));

  return [1, 2, 5, 10].map((factor) => factor * power).find((nice) => nice >= value) ?? value;
}

function shortNumber(value: number): string {
  return value >= 1000 ? `${+(value / 1000).toFixed(1)}k` : String(+value.toPrecision(3));
}
