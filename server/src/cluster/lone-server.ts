/** A server that shares nothing with others: every meeting is here. */
import { Cluster, type Claim } from './cluster.js';

export class LoneServer extends Cluster {
  override async claim(): Promise<Claim> {
    return { here: true };
  }

  override async hostElsewhere(): Promise<null> {
    return null;
  }

  override release(): void {
    // Nobody else waits for the room.
  }

  override close(): void {
    // Nothing is kept.
  }

  override closeRoom(): void {
    // Nobody else can host it.
  }

  override changeMembership(): void {
    // Nobody else can host the room.
  }

  override endAccess(): void {
    // Nobody else has let anybody in.
  }
}
