/** Finds out that the receiver's bandwidth is too little for any layer of a video, and that it suffices again. */
import type { Consumer } from 'mediasoup/types';

/** Milliseconds without a layer before it is said: a consumer that begins or changes its layer has none until the key frame. */
const patience = 3000;

/**
 * For simulcast alone: where there are layers to choose from, the worker gives none when the estimate does not suffice. A video in one
 * layer is always forwarded.
 */
export class CongestionWatch {
  /** What was told last. */
  isCongested = false;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param shouldFlow whether anything is to be forwarded now
   * @param tell called when {@link isCongested} has changed
   */
  constructor(
    private readonly consumer: Consumer,
    private readonly shouldFlow: () => boolean,
    private readonly tell: (isCongested: boolean) => void,
  ) {
    consumer.on('layerschange', () => this.look());
    consumer.on('score', () => this.look());
  }

  /** Whether it is to flow may have changed. */
  look(): void {
    if (!this.lacksLayers()) {
      this.close();

      if (this.isCongested) {
        this.isCongested = false;
        this.tell(false);
      }
    } else if (!this.isCongested) {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.isCongested = this.lacksLayers();

        if (this.isCongested) {
          this.tell(true);
        }
      }, patience).unref();
    }
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Where the sender sends nothing either, the bandwidth is not what is missing. */
  private lacksLayers(): boolean {
    const { closed, currentLayers, score } = this.consumer;

    return currentLayers === undefined && !closed && this.shouldFlow() && score.producerScores.some((of) => of > 0);
  }
}
