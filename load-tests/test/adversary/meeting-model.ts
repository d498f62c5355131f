/** What a meeting should be after each step of several people, valid or not, to compare a real one with. */
import { limits, sources, type Source } from '@minimeet/protocol';
import fc from 'fast-check';
import { sending } from '../../../server/test/access-rules.js';
import { until } from '../../src/waiting.js';
import { acknowledgement, answers, binary, event, malformed, type Input } from './packets.js';
import { joinPayload, type Joined } from './people.js';
import { RawClient } from './raw-client.js';

/** The host is the first and stays; the others come and go. */
export const GUESTS = 3;
const host = 0;
const guestIndex = fc.integer({ min: 1, max: GUESTS });
const anybody = fc.integer({ min: 0, max: GUESTS });

/** `unsure`: noise ended the connection, perhaps with a word of farewell, so the seat may be kept or not. */
type Whereabouts = 'out' | 'waiting' | 'in' | 'lost' | 'unsure';

interface ModelPerson {
  is: Whereabouts;
  /** Whether they need not wait in the lobby. `perhaps`: the host let in whoever it had heard of. */
  isLetIn: 'no' | 'perhaps' | 'yes';
  sends: Set<Source>;
}

export interface Model {
  people: ModelPerson[];
  isLocked: boolean;
  onlyModeratorsChat: boolean;
  hasLobby: boolean;
}

export const newModel = (): Model => ({
  people: Array.from({ length: GUESTS + 1 }, (_, index) => ({
    is: index === host ? 'in' : 'out',
    isLetIn: 'no',
    sends: new Set(),
  })),
  isLocked: false,
  onlyModeratorsChat: false,
  hasLobby: false,
});

/** Somebody real. */
export interface Person {
  token: string;
  client: RawClient | null;
  joined: Joined | null;
  producers: Map<Source, string>;
  /** What consumers that are offered are acknowledged with. */
  offers: readonly string[];
  /** Chat that arrived. */
  heard: Set<string>;
}

export interface Real {
  url: string;
  slug: string;
  people: Person[];
  /** Whoever knocks waits, or not. */
  setLobby(hasLobby: boolean): Promise<void>;
  /** Those in the lobby, as the host was told last. */
  waitingIds: string[];
  note(kind: Input['kind'] | 'offer' | 'request', count?: number): void;
}

type Step = fc.AsyncCommand<Model, Real>;

/** One step, with what it is called in a counterexample. */
function step(name: string, check: (model: Model) => boolean, run: (model: Model, real: Real) => Promise<void>): Step {
  return { check, run, toString: () => name };
}

function expectOneOf(step: string, outcome: string, allowed: readonly string[]): void {
  if (!allowed.includes(outcome)) {
    throw new Error(`${step}: ${outcome}, and not ${allowed.join(' or ')}`);
  }
}

/** Admitted to the server, as this person; a connection that is there already stays. */
export async function connected(real: Real, index: number): Promise<RawClient> {
  const person = real.people[index]!;

  if (person.client?.isOpen) {
    return person.client;
  }
  const client = await RawClient.open(real.url);
  person.client = client;
  let offered = 0;
  client.acknowledge = ({ ackId }) => {
    real.note('offer');
    offered += 1;

    return [`43${ackId}[${person.offers[offered % person.offers.length] ?? '{}'}]`];
  };
  client.on('told', (told) => {
    if (told.event === 'new_message') {
      person.heard.add((told.payload as { message: { text: string } }).message.text);
    } else if (told.event === 'lobby_changed' && index === host) {
      real.waitingIds = (told.payload as { waiting: { id: string }[] }).waiting.map(({ id }) => id);
    }
  });
  await client.enter({ token: person.token });

  return client;
}

const join = (index: number) =>
  step(
    `join(${index})`,
    () => true,
    async (model, real) => {
      const person = model.people[index]!;
      const client = await connected(real, index);
      const answer = await client.ask('join_room', joinPayload(real.slug));
      const allowed = allowedToJoin(model, person);
      const outcome = outcomeOf(answer);
      expectOneOf(`join(${index}) of one who is ${person.is}`, outcome, allowed);

      if (outcome === 'ok') {
        // As long as the meeting lasts, which it does: the host stays.
        Object.assign(person, { is: 'in', isLetIn: 'yes', sends: new Set() });
        Object.assign(real.people[index]!, { joined: answer, producers: new Map() });
      } else if (outcome === 'lobby_waiting') {
        person.is = 'waiting';
      } else if (outcome !== 'already_joined') {
        person.is = person.is === 'waiting' ? 'out' : person.is;
      }
    },
  );

function allowedToJoin({ isLocked, hasLobby }: Model, { is, isLetIn }: ModelPerson): string[] {
  if (is === 'in') {
    return ['already_joined'];
  }
  if (isLocked) {
    return ['meeting_locked'];
  }
  if (hasLobby) {
    return { no: ['lobby_waiting'], perhaps: ['ok', 'lobby_waiting'], yes: ['ok'] }[isLetIn];
  }

  return ['ok'];
}

const resume = (index: number) =>
  step(
    `resume(${index})`,
    ({ people }) => people[index]!.is === 'lost' || people[index]!.is === 'unsure',
    async (model, real) => {
      const person = model.people[index]!;
      const { joined } = real.people[index]!;
      const client = await connected(real, index);
      const answer = await client.ask('resume_session', {
        participantId: joined?.participant.id,
        resumeToken: joined?.resumeToken,
      });
      const outcome = outcomeOf(answer);
      expectOneOf(`resume(${index})`, outcome, person.is === 'lost' ? ['ok'] : ['ok', 'session_expired']);
      person.is = outcome === 'ok' ? 'in' : 'out';
    },
  );

const leave = (index: number) =>
  step(
    `leave(${index})`,
    ({ people }) => people[index]!.is === 'in' || people[index]!.is === 'waiting',
    async (model, real) => {
      const answer = await (await connected(real, index)).ask('leave_room');
      expectOneOf(`leave(${index})`, outcomeOf(answer), ['ok']);
      model.people[index]!.is = 'out';
    },
  );

const cut = (index: number) =>
  step(
    `cut(${index})`,
    () => true,
    async (model, real) => {
      const person = model.people[index]!;
      real.people[index]!.client?.cut();
      real.people[index]!.client = null;
      person.is = person.is === 'in' ? 'lost' : person.is === 'waiting' ? 'out' : person.is;
    },
  );

const produce = (index: number, source: Source) =>
  step(
    `produce(${index}, ${source})`,
    ({ people }) => people[index]!.is === 'in',
    async (model, real) => {
      const { sends } = model.people[index]!;
      const { joined, producers } = real.people[index]!;
      const kind = source === 'microphone' || source === 'screen_audio' ? 'microphone' : 'camera';
      const answer = await (
        await connected(real, index)
      ).ask('produce', { ...sending(joined!.sendTransport.id, kind), source });
      const outcome = outcomeOf(answer);
      // Another producer of a source takes the place of the one before.
      expectOneOf(`produce(${index}, ${source})`, outcome, ['ok']);

      if (outcome === 'ok') {
        sends.add(source);
        producers.set(source, answer.producerId);
      }
    },
  );

const stopSending = (index: number, source: Source) =>
  step(
    `close_producer(${index}, ${source})`,
    ({ people }) => people[index]!.is === 'in',
    async (model, real) => {
      const { sends } = model.people[index]!;
      const producerId = real.people[index]!.producers.get(source) ?? 'none';
      const answer = await (await connected(real, index)).ask('close_producer', { producerId });
      expectOneOf(`close_producer(${index}, ${source})`, outcomeOf(answer), [
        sends.has(source) ? 'ok' : 'producer_not_found',
      ]);
      sends.delete(source);
      real.people[index]!.producers.delete(source);
    },
  );

const chat = (index: number) =>
  step(
    `chat(${index})`,
    ({ people }) => people[index]!.is === 'in',
    async (model, real) => {
      const text = crypto.randomUUID();
      const answer = await (await connected(real, index)).ask('send_message', { text, clientMessageId: text });
      const mayNot = model.onlyModeratorsChat && index !== host;
      expectOneOf(`chat(${index})`, outcomeOf(answer), [mayNot ? 'not_allowed' : 'ok']);

      if (!mayNot) {
        await until(`${text} reaches everybody in the meeting`, () =>
          real.people.every(
            ({ heard }, other) => model.people[other]!.is !== 'in' || other === index || heard.has(text),
          ),
        );
      }
    },
  );

const remove = (by: number, whom: number) =>
  step(
    `remove(${by}, ${whom})`,
    // The host, who may remove itself, stays.
    ({ people }) => people[by]!.is === 'in' && people[whom]!.is === 'in' && (by !== host || whom !== host),
    async (model, real) => {
      const participantId = real.people[whom]!.joined!.participant.id;
      const answer = await (await connected(real, by)).ask('remove_participant', { participantId });
      const outcome = outcomeOf(answer);
      expectOneOf(`remove(${by}, ${whom})`, outcome, [by === host ? 'ok' : 'not_allowed']);

      if (outcome === 'ok') {
        Object.assign(model.people[whom]!, { is: 'out', isLetIn: 'no' });
      }
    },
  );

const lock = (by: number, locked: boolean) =>
  step(
    `lock(${by}, ${locked})`,
    ({ people }) => people[by]!.is === 'in',
    async (model, real) => {
      const answer = await (await connected(real, by)).ask('lock_meeting', { locked });
      expectOneOf(`lock(${by})`, outcomeOf(answer), [by === host ? 'ok' : 'not_allowed']);
      model.isLocked = by === host ? locked : model.isLocked;
    },
  );

const switchChat = (by: number, onlyModeratorsChat: boolean) =>
  step(
    `onlyModeratorsChat(${by}, ${onlyModeratorsChat})`,
    ({ people }) => people[by]!.is === 'in',
    async (model, real) => {
      const answer = await (await connected(real, by)).ask('set_meeting_switches', { onlyModeratorsChat });
      expectOneOf(`onlyModeratorsChat(${by})`, outcomeOf(answer), [by === host ? 'ok' : 'not_allowed']);
      model.onlyModeratorsChat = by === host ? onlyModeratorsChat : model.onlyModeratorsChat;
    },
  );

const switchLobby = (hasLobby: boolean) =>
  step(
    `lobby(${hasLobby})`,
    (model) => model.hasLobby !== hasLobby,
    async (model, real) => {
      await real.setLobby(hasLobby);
      model.hasLobby = hasLobby;
    },
  );

const admitAll = (by: number, request: 'admit' | 'refuse') =>
  step(
    `${request}(${by})`,
    ({ people }) => people[by]!.is === 'in' && people.some(({ is }) => is === 'waiting'),
    async (model, real) => {
      const client = await connected(real, by);
      const waitingIds = real.waitingIds.length > 0 ? real.waitingIds : [crypto.randomUUID()];
      const answer = await client.ask(request, { waitingIds });
      expectOneOf(`${request}(${by})`, outcomeOf(answer), [by === host ? 'ok' : 'not_allowed']);

      if (by === host) {
        // Who was sent away, or had asked a moment ago, knocks again.
        model.people
          .filter(({ is, isLetIn }) => request === 'admit' && is === 'waiting' && isLetIn === 'no')
          .forEach((person) => (person.isLetIn = 'perhaps'));
      }
    },
  );

const offersOf = (index: number, offers: readonly string[]) =>
  step(
    `acknowledgesConsumersWith(${index}, ${JSON.stringify(offers)})`,
    () => true,
    async (_, real) => void (real.people[index]!.offers = offers),
  );

/** What may end the connection and nothing else. */
const noise = (index: number, inputs: readonly Input[]) =>
  step(
    `send(${index}, ${JSON.stringify(inputs.map(({ packets }) => packets))})`,
    () => true,
    async (model, real) => {
      const person = model.people[index]!;
      const client = await connected(real, index);
      client.send(...inputs.flatMap(({ packets }) => packets));
      inputs.forEach(({ kind }) => real.note(kind));

      if (!(await client.isHeard())) {
        person.is = person.is === 'in' || person.is === 'lost' || person.is === 'unsure' ? 'unsure' : 'out';
      }
    },
  );

/** Requests whose payload does not matter are no noise: what they change, the model has steps for. */
const changing = /"(join_room|resume_session|leave_room|rebuild_media|end_meeting|lock_meeting|mute_all|set_\w+)"/;
const harmless = (input: fc.Arbitrary<Input>) =>
  input.filter(({ packets }) => !packets.some((packet) => typeof packet === 'string' && changing.test(packet)));

/** What is larger ends the connection. */
const fits = ({ packets }: Input) => packets.every((packet) => Buffer.byteLength(packet) <= limits.packetBytes);

/** Sequences of steps; the host is never the one whose connection ends. */
export const steps = fc.commands<Model, Real, false>(
  [
    guestIndex.map(join),
    guestIndex.map(join),
    guestIndex.map(leave),
    guestIndex.map(cut),
    guestIndex.map(resume),
    fc.tuple(anybody, fc.constantFrom(...sources)).map(([index, source]) => produce(index, source)),
    fc.tuple(anybody, fc.constantFrom(...sources)).map(([index, source]) => stopSending(index, source)),
    anybody.map(chat),
    fc.tuple(anybody, anybody).map(([by, whom]) => remove(by, whom)),
    fc.tuple(anybody, fc.boolean()).map(([by, locked]) => lock(by, locked)),
    fc.tuple(anybody, fc.boolean()).map(([by, on]) => switchChat(by, on)),
    fc.boolean().map(switchLobby),
    fc
      .tuple(anybody, fc.constantFrom('admit' as const, 'refuse' as const))
      .map(([by, request]) => admitAll(by, request)),
    fc
      .tuple(anybody, fc.array(answers, { minLength: 1, maxLength: 6 }))
      .map(([index, offers]) => offersOf(index, offers)),
    fc
      .tuple(
        anybody,
        fc.array(harmless(fc.oneof(event, acknowledgement)).filter(fits), { minLength: 1, maxLength: 40 }),
      )
      .map(([index, inputs]) => noise(index, inputs)),
    fc
      .tuple(guestIndex, fc.array(harmless(fc.oneof(event, malformed, binary)), { minLength: 1, maxLength: 6 }))
      .map(([index, inputs]) => noise(index, inputs)),
  ],
  { maxCommands: 60, size: 'max' },
);

function outcomeOf(answer: object): string {
  return 'error' in answer ? (answer as { error: { code: string } }).error.code : 'ok';
}
