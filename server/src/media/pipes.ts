/** Brings producers from the router they live on to other routers: once each, and for as long as somebody there wants them. */
import type { Consumer, Producer, Router } from 'mediasoup/types';

/** Ends the need for a producer on a router. Doing so twice is doing it once. */
export type Release = () => void;

interface Pipe {
  /** Needs that are not released yet. */
  needs: number;
  /** The end of the pipe on the producer's own router; the other end follows it. */
  opening: Promise<Consumer>;
}

/**
 * Between routers of different workers only. Whatever closes at either end, a producer, a router, a worker, takes its pipes along,
 * and the next need opens another.
 */
export class Pipes {
  /** By the router that they lead to, then by producer id. Promises, so that two needs at once share one pipe. */
  private readonly pipes = new Map<Router, Map<string, Pipe>>();

  /** How many there are, those under way included. */
  get size(): number {
    return [...this.pipes.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** How many lead to a router. */
  leadingTo(router: Router): number {
    return this.pipes.get(router)?.size ?? 0;
  }

  /**
   * Resolves when a producer of `home` can be consumed on `destination`, under the id that it has at home, until it is released.
   * Rejects when the producer or either router closes meanwhile; nothing of the attempt is left then.
   */
  async need(producer: Producer, home: Router, destination: Router): Promise<Release> {
    if (home === destination) {
      return () => undefined;
    }

    const pipe = this.open(producer, home, destination);
    pipe.needs += 1;
    let released = false;
    const release = () => {
      if (!released) {
        released = true;
        pipe.needs -= 1;
        void this.closeUnneeded(producer.id, destination, pipe);
      }
    };

    try {
      const consumer = await pipe.opening;

      // Whatever was closed while the workers were asked took the pipe along.
      if (consumer.closed) {
        throw new Error('the pipe closed while it was being opened');
      }

      return release;
    } catch (error) {
      release();
      throw error;
    }
  }

  private open(producer: Producer, home: Router, destination: Router): Pipe {
    const there = this.pipes.get(destination) ?? new Map<string, Pipe>();
    const existing = there.get(producer.id);

    if (existing) {
      return existing;
    }

    const pipe: Pipe = { needs: 0, opening: lay(producer, home, destination) };
    there.set(producer.id, pipe);
    this.pipes.set(destination, there);
    const forget = () => this.forget(producer.id, destination, pipe);
    // One that failed must not fail everybody who comes later.
    pipe.opening.then((consumer) => (consumer.closed ? forget() : consumer.observer.once('close', forget)), forget);

    return pipe;
  }

  private async closeUnneeded(producerId: string, destination: Router, pipe: Pipe): Promise<void> {
    const consumer = await pipe.opening.catch(() => null);

    // Somebody else may have come to need it while it was being opened.
    if (pipe.needs === 0) {
      // Forgotten first: whoever comes now gets a new one, and not the one that is closing.
      this.forget(producerId, destination, pipe);
      consumer?.close();
    }
  }

  private forget(producerId: string, destination: Router, pipe: Pipe): void {
    const there = this.pipes.get(destination);

    if (there?.get(producerId) === pipe) {
      there.delete(producerId);

      if (there.size === 0) {
        this.pipes.delete(destination);
      }
    }
  }
}

async function lay(producer: Producer, home: Router, destination: Router): Promise<Consumer> {
  const { pipeConsumer, pipeProducer } = await home.pipeToRouter({ producerId: producer.id, router: destination });

  if (!pipeConsumer || !pipeProducer) {
    throw new Error('mediasoup laid a pipe without ends');
  }

  // mediasoup carries a pause on in the same way, but hears no refusal: a worker that dies in that moment would end the server.
  for (const event of ['pause', 'resume'] as const) {
    pipeConsumer.observer.removeAllListeners(event);
    pipeConsumer.observer.on(event, () => void pipeProducer[event]().catch(() => undefined));
  }

  // The worker may have answered although one of the ends has closed meanwhile.
  if (producer.closed || home.closed || destination.closed) {
    pipeConsumer.close();
  }

  return pipeConsumer;
}
