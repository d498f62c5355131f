/** That alerts say what to do, that what watches the server agrees with it, and that dashboards ask for what there is. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../lib/paths.mjs';

const read = (...parts) => readFileSync(path.join(ROOT, ...parts), 'utf8');

const rules = parse(read('config', 'prometheus', 'minimeet.rules.yml')).groups.flatMap((group) => group.rules);
const scraping = parse(read('config', 'prometheus', 'prometheus.yml'));
const { services } = parse(read('docker-compose.yml'));
const dashboardFolder = path.join('config', 'grafana', 'dashboards');
const dashboards = readdirSync(path.join(ROOT, dashboardFolder)).map((file) => ({
  file,
  ...JSON.parse(read(dashboardFolder, file)),
}));
/** Chapters of the operator's page, by the address that a heading has. */
const chapters = new Map(
  read('docs', 'operating.md')
    .split(/^#+ /m)
    .slice(1)
    .map((chapter) => [chapter.split('\n', 1)[0].toLowerCase().replaceAll(' ', '-'), chapter]),
);
const questions = dashboards.flatMap(({ file, panels, annotations }) => [
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [`${file}: ${title}`, expr])),
  ...annotations.list.map(({ name, expr }) => [`${file}: ${name}`, expr]),
]);
/** What server/src/metrics names, as `MetricMaker` completes it. */
const named = new Set(
  readdirSync(path.join(ROOT, 'server', 'src', 'metrics')).flatMap((file) =>
    [...read('server', 'src', 'metrics', file).matchAll(/make\.\w+\(\s*'(\w+)'/g)].map(
      ([, name]) => `minimeet_${name}`,
    ),
  ),
);

describe('alerts', () => {
  it.each(rules.map((rule) => [rule.alert, rule]))(
    '%s says what happened, how bad it is and what to do',
    (name, rule) => {
      const { labels, annotations } = rule;
      // With an external label a link, and without it the place in this repository.
      const [file, chapter] = annotations.runbook_url
        .replace('{{ with $externalLabels.minimeet_docs }}{{ . }}{{ else }}docs{{ end }}', 'docs')
        .split('#');

      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations.summary).toContain('{{ $labels.instance }}');
      expect([file, chapter]).toEqual(['docs/operating.md', name.toLowerCase()]);
      expect(chapters.get(chapter)?.length).toBeGreaterThan(100);
    },
  );

  it('have a chapter each, and no chapter is left of one that is gone', () => {
    const told = [...chapters.keys()].filter((chapter) => chapter.startsWith('minimeet'));

    expect(told.sort()).toEqual(rules.map(({ alert }) => alert.toLowerCase()).sort());
  });

  it('are tested, as they are raised and as they are not', () => {
    const { tests } = parse(read('config', 'prometheus', 'tests', 'minimeet.rules.test.yml'));

    expect(tests.map(({ name }) => name).sort()).toEqual(
      rules.flatMap(({ alert }) => [`${alert} is raised`, `${alert} is not raised`]).sort(),
    );
  });
});

describe('dashboards', () => {
  it.each(questions)('%s asks for metrics that the server has, of the servers that were chosen', (_, expr) => {
    const metrics = expr.match(/\bminimeet_\w+/g) ?? [];

    expect(metrics.map((name) => name.replace(/_(bucket|count|sum)$/, '')).filter((name) => !named.has(name))).toEqual(
      [],
    );
    expect(expr.split('instance=~"$instance"')).toHaveLength(
      (expr.match(/\b(minimeet|nodejs|process)_\w+/g)?.length ?? 0) + 1,
    );
  });

  it('show every metric of the server somewhere', () => {
    const asked = questions.map(([, expr]) => expr).join(' ');
    // What only alerts, or people who look for something, need.
    const unshown = [...named].filter((name) => !asked.includes(name)).sort();

    expect(unshown).toEqual(['minimeet_meetings_begun_total', 'minimeet_participants_limit', 'minimeet_stopping']);
  });

  it('have names and identifiers of their own, and nothing that Grafana makes up anew', () => {
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(4);
    for (const { file, uid, panels } of dashboards) {
      expect(file).toBe(`${uid}.json`);
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      expect(panels.filter(({ type, targets }) => type !== 'row' && !targets?.length)).toEqual([]);
    }
  });
});

describe('what docker-compose.yml watches with', () => {
  it('scrapes the port that the server has for that, and publishes it to nobody', () => {
    const { METRICS_PORT } = services.minimeet.environment;
    const [{ job_name: job, static_configs: targets }] = scraping.scrape_configs;

    expect([job, targets]).toEqual(['minimeet', [{ targets: [`minimeet:${METRICS_PORT}`] }]]);
    expect(services.minimeet.ports.filter((port) => port.includes(METRICS_PORT))).toEqual([]);
  });

  it('gives Prometheus and Grafana the files of config/, for reading', () => {
    const mounted = [...services.prometheus.volumes, ...services.grafana.volumes].filter((each) =>
      each.startsWith('./'),
    );
    const provider = parse(read('config', 'grafana', 'provisioning', 'dashboards', 'minimeet.yml')).providers[0];

    expect(mounted).toEqual([
      './config/prometheus:/etc/prometheus:ro',
      './config/grafana/provisioning:/etc/grafana/provisioning:ro',
      `./config/grafana/dashboards:${provider.options.path}:ro`,
    ]);
  });
});
