/**
 * `npm run screenshots`: takes the pictures of the README and of docs/ into docs/images, of six real browser pages that
 * meet, of what runs meanwhile, and of the reports on a month that was made up.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { provideChromium } from '../lib/browser.mjs';
import { buildClient, buildTypeScript } from '../lib/build.mjs';
import { provideDependencies } from '../lib/dependencies.mjs';
import { npm } from '../lib/npm.mjs';
import { ROOT } from '../lib/paths.mjs';
import { end, endWithUs, ended, runQuietly, start } from '../lib/processes.mjs';
import { say } from '../lib/say.mjs';
import { provideWorker } from '../lib/worker.mjs';

const PORT = '3599';
const URL_OF_SERVER = `http://127.0.0.1:${PORT}`;
const IMAGES = path.join(ROOT, 'docs', 'images');
const PEOPLE = ['Ada', 'Grace', 'Hedy', 'Alan', 'Radia', 'Linus'];
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** Of a report, what stands above its tables. */
const TALL = { width: 1280, height: 1180 };
const ADMIN = { email: 'admin@example.org', password: 'of the pictures only' };
const PARTICIPATIONS = '20000';

export default async function screenshots() {
  endWithUs();
  await provideDependencies();
  const worker = await provideWorker();
  await buildTypeScript();
  await buildClient();

  const data = mkdtempSync(path.join(tmpdir(), 'minimeet-screenshots-'));
  const env = {
    ...process.env,
    PORT,
    DATA_DIR: data,
    MEDIA_PORT: '0',
    LOG_LEVEL: 'warn',
    MEDIASOUP_WORKER_BIN: worker,
    SERVER_NAME: 'meet-1',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  };
  const [command, parameters] = npm(['run', 'seed:analytics']);
  const amount = ['--', '--participations', PARTICIPATIONS];
  await runQuietly('Making up a past', command, [...parameters, ...amount], { cwd: ROOT, env });
  const server = start(process.execPath, [path.join(ROOT, 'server', 'dist', 'main.js')], { env, detached: true });

  try {
    await isReady();
    await takePictures(await provideChromium());
    return 0;
  } finally {
    const closed = ended(server);
    end(server);
    await closed;
    rmSync(data, { recursive: true, force: true });
  }
}

/** @param {string} executablePath */
async function takePictures(executablePath) {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--disable-renderer-backgrounding',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });

  try {
    mkdirSync(IMAGES, { recursive: true });
    const slug = await openRoom();
    const pages = [];
    for (const [index, name] of PEOPLE.entries()) {
      const context = await browser.newContext({ viewport: WIDE, colorScheme: index === 1 ? 'light' : 'dark' });
      const page = await context.newPage();
      await page.addInitScript(drawSomebody, index);
      await page.goto(
        `${URL_OF_SERVER}/r/${slug}?name=${name}&join=now&camera=640x360@10${index % 3 === 1 ? '' : '&microphone=off'}`,
      );
      pages.push(page);
    }

    const [ada, grace] = pages;
    for (const page of pages)
      await page
        .getByTestId('tile')
        .nth(PEOPLE.length - 1)
        .waitFor();
    await delay(6000);
    await picture(ada, 'meeting.png');

    await grace.getByRole('button', { name: /chat/i }).first().click();
    for (const [page, text] of [
      [pages[3], 'Shall we begin with the agenda?'],
      [pages[4], 'Yes. I have put the notes here: https://example.org/notes'],
    ]) {
      await page.getByRole('button', { name: /chat/i }).first().click();
      await page.getByTestId('chat-input').fill(text);
      await page.getByTestId('chat-input').press('Enter');
    }
    await delay(1500);
    await picture(grace, 'meeting-light-chat.png');

    await takePicturesOfReports(browser);

    await pages[3].close();
    await pages[4].close();
    await ada.setViewportSize(PHONE);
    await delay(2000);
    await picture(ada, 'meeting-phone.png');
  } finally {
    await browser.close();
  }
}

/** @param {import('playwright-core').Browser} browser */
async function takePicturesOfReports(browser) {
  const light = await browser.newContext({ viewport: TALL, colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await logIn(light, '/reports?range=30d');
  await page.getByTestId('chart-quality').waitFor();
  await delay(1000);
  await picture(page, 'reports.png');

  await page.setViewportSize(WIDE);
  await page.goto(`${URL_OF_SERVER}/reports/meetings/${await wellAttendedMeeting()}`);
  await page.getByTestId('timeline-row').first().waitFor();
  await delay(1000);
  await picture(page, 'meeting-report.png');
  await light.close();

  const dark = await browser.newContext({ viewport: WIDE, colorScheme: 'dark', reducedMotion: 'reduce' });
  const live = await logIn(dark, '/live');
  await live.getByTestId('live-meeting').waitFor();
  // Long enough for the workers' history to be seen.
  await delay(100_000);
  await picture(live, 'live.png');
  await dark.close();
}

/** @param {import('playwright-core').BrowserContext} context @param {string} address where to go then */
async function logIn(context, address) {
  const page = await context.newPage();
  await page.goto(`${URL_OF_SERVER}/login?${new URLSearchParams({ from: address })}`);
  await page.getByTestId('email-input').fill(ADMIN.email);
  await page.getByTestId('password-input').fill(ADMIN.password);
  await page.getByTestId('log-in-button').click();
  return page;
}

/** The id of a meeting with about as many people as a picture has rows for. */
async function wellAttendedMeeting() {
  const { accessToken } = await post('/auth/login', ADMIN);
  // Some of those that were made up are deleted.
  const { busiestRooms } = await get('/analytics/overview', accessToken);
  const { roomId } = busiestRooms.find(({ room }) => room !== null);
  const { items } = await get(`/rooms/${roomId}/meetings?limit=100`, accessToken);
  const distance = ({ participations }) => Math.abs(participations - 16);
  return items.filter(({ endedAt }) => endedAt !== null).sort((one, other) => distance(one) - distance(other))[0].id;
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function picture(page, name) {
  const file = path.join(IMAGES, name);
  await page.mouse.move(1, 1);
  await page.screenshot({ path: file });
  say(`docs/images/${name}`);
}

async function openRoom() {
  const { accessToken } = await post('/auth/guest', { displayName: 'Host' });
  const { slug } = await post('/rooms', { name: 'Friday planning' }, accessToken);
  return slug;
}

/** @param {string} route @param {object} body @param {string} [accessToken] */
async function post(route, body, accessToken) {
  const answer = await fetch(URL_OF_SERVER + route, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(accessToken && { authorization: `Bearer ${accessToken}` }) },
    body: JSON.stringify(body),
  });
  return answer.json();
}

/** @param {string} route @param {string} accessToken */
async function get(route, accessToken) {
  const answer = await fetch(URL_OF_SERVER + route, { headers: { authorization: `Bearer ${accessToken}` } });
  return answer.json();
}

async function isReady() {
  for (;;) {
    const answer = await fetch(`${URL_OF_SERVER}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await delay(100);
  }
}

/**
 * Runs in the page: in place of a camera, somebody is drawn who sways a little, so that no stranger's face is needed.
 * Everything behind the camera is real.
 * @param {number} index
 */
function drawSomebody(index) {
  const devices = navigator.mediaDevices;
  const original = devices.getUserMedia.bind(devices);
  const hue = (index * 61 + 200) % 360;

  devices.getUserMedia = async (constraints) => {
    if (!constraints?.video) return original(constraints);
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
    const draw = canvas.getContext('2d');
    let time = index * 7;
    setInterval(() => {
      time += 0.1;
      const x = 320 + Math.sin(time * 0.7) * 14;
      const y = 190 + Math.sin(time) * 4;
      const room = draw.createLinearGradient(0, 0, 640, 360);
      room.addColorStop(0, `hsl(${hue} 35% 62%)`);
      room.addColorStop(1, `hsl(${hue + 40} 40% 38%)`);
      draw.fillStyle = room;
      draw.fillRect(0, 0, 640, 360);
      draw.fillStyle = `hsl(${hue + 60} 30% 75% / 0.5)`;
      draw.fillRect(60, 40, 130, 170);
      draw.fillStyle = `hsl(${hue + 180} 45% 40%)`;
      draw.beginPath();
      draw.ellipse(x, y + 190, 130, 120, 0, 0, 7);
      draw.fill();
      draw.fillStyle = `hsl(${20 + index * 4} ${45 + index * 3}% ${45 + ((index * 13) % 35)}%)`;
      draw.beginPath();
      draw.ellipse(x, y, 58, 72, 0, 0, 7);
      draw.fill();
      draw.fillStyle = `hsl(${(index * 47) % 50} 40% ${15 + ((index * 17) % 40)}%)`;
      draw.beginPath();
      draw.ellipse(x, y - 42, 64, 44, 0, Math.PI, 0);
      draw.fill();
      draw.fillStyle = '#222';
      for (const eye of [-22, 22]) {
        draw.beginPath();
        draw.ellipse(x + eye, y - 6, 5, Math.sin(time * 3) > 0.97 ? 1 : 6, 0, 0, 7);
        draw.fill();
      }
      draw.strokeStyle = '#722';
      draw.lineWidth = 4;
      draw.beginPath();
      draw.arc(x, y + 18, 20, 0.3, Math.PI - 0.3);
      draw.stroke();
    }, 100);
    const tracks = canvas.captureStream(10).getVideoTracks();
    if (constraints.audio) tracks.push(...(await original({ audio: constraints.audio })).getAudioTracks());
    return new MediaStream(tracks);
  };
}
