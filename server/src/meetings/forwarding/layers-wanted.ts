/** Which layers of what is sent anybody wants, so that senders need not send the others. */
import type { ForwardingPlan, PlannedProducer } from './forwarding-plan.js';

/** Milliseconds for which a layer must not have been wanted before its sender is told. More is told at once. */
const patience = 2000;

/** The highest spatial layer, as on the wire: `null` where nobody wants any. */
export type WantedLayer = number | null;

/** What is wanted of one producer of video, and what there is. */
export interface WantedOfProducer {
  wanted: WantedLayer;
  /** Its highest spatial layer. */
  highest: number;
}

/** @returns by producer id, for producers of video: the highest spatial layer that flows to anybody in the plan. */
export function layersWantedBy(
  plan: ForwardingPlan,
  producers: readonly PlannedProducer[],
): Map<string, WantedOfProducer> {
  const result = new Map<string, WantedOfProducer>();

  for (const { producerId, video } of producers) {
    if (video) {
      result.set(producerId, { wanted: null, highest: video.layers.length - 1 });
    }
  }

  for (const forwardings of plan.values()) {
    for (const [producerId, { paused, preferredLayers, provisional }] of forwardings) {
      const of = result.get(producerId);

      if (of && !paused) {
        of.wanted = Math.max(of.wanted ?? 0, provisional ? 0 : (preferredLayers?.spatialLayer ?? 0));
      }
    }
  }

  return result;
}

interface Told {
  layer: WantedLayer;
  /** What is wanted now, where that is less; and since when less is wanted than was told, in milliseconds. */
  less: { layer: WantedLayer; since: number } | null;
}

/** Tells senders when other layers are wanted: more at once, less after a while, as somebody may look again. */
export class LayersWanted {
  private readonly told = new Map<string, Told>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly tell: (producerId: string, spatialLayer: WantedLayer) => void) {}

  /** @param wanted of all producers of video that there are; new ones are taken to send all their layers */
  update(wanted: ReadonlyMap<string, WantedOfProducer>): void {
    for (const producerId of this.told.keys()) {
      if (!wanted.has(producerId)) {
        this.told.delete(producerId);
      }
    }

    for (const [producerId, { wanted: layer, highest }] of wanted) {
      const told = this.told.get(producerId) ?? { layer: highest, less: null };
      this.told.set(producerId, told);

      if (rank(layer) < rank(told.layer)) {
        told.less = { layer, since: told.less?.since ?? performance.now() };
      } else {
        told.less = null;

        if (layer !== told.layer) {
          told.layer = layer;
          this.tell(producerId, layer);
        }
      }
    }

    this.tellLess();
  }

  /** Says again what was said last of a producer. */
  tellAgain(producerId: string): void {
    const told = this.told.get(producerId);

    if (told) {
      this.tell(producerId, told.layer);
    }
  }

  close(): void {
    clearTimeout(this.timer);
    this.told.clear();
  }

  private tellLess(): void {
    clearTimeout(this.timer);
    const now = performance.now();
    let next = Infinity;

    for (const [producerId, told] of this.told) {
      if (told.less && now - told.less.since >= patience) {
        told.layer = told.less.layer;
        told.less = null;
        this.tell(producerId, told.layer);
      } else if (told.less) {
        next = Math.min(next, told.less.since + patience - now);
      }
    }

    if (next < Infinity) {
      this.timer = setTimeout(() => this.tellLess(), Math.ceil(next));
    }
  }
}

function rank(layer: WantedLayer): number {
  return layer ?? -1;
}
