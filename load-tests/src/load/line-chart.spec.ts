import { describe, expect, it } from '@jest/globals';
import { lineChart } from './line-chart.js';

describe('a chart', () => {
  const at = (values: (number | null)[]) => values.map((value, index) => ({ at: index, value }));

  it('draws each line, with gaps where nothing is known', () => {
    const svg = lineChart({
      title: 'Loss <of packets>',
      unit: '%',
      lines: [
        { name: 'one', points: at([0, 1, null, 2]) },
        { name: 'other', points: at([null, null]) },
      ],
    });
    const paths = [...svg.matchAll(/<path d="([^"]*)"/g)].map(([, path]) => path);
    expect(paths).toHaveLength(2);
    expect(paths[0]!.match(/[ML]/g)).toEqual(['M', 'L', 'M']);
    expect(paths[1]).toBe('');
    expect(svg).toContain('Loss &#60;of packets&#62; (%)');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('is drawn without any points', () => {
    expect(lineChart({ title: 'Nothing', unit: '%', lines: [{ name: 'none', points: [] }] })).not.toMatch(
      /NaN|Infinity/,
    );
  });
});
