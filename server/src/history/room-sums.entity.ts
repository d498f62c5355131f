/** The figures of all meetings that began in one room in one month, summed up once nothing about them changes any more. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** As {@link MeetingSums}, but of single rooms, and so coarser: there are more rooms than hours in which somebody meets. */
@Entity('room_sums')
export class RoomSums {
  /** Months since January 1970 in UTC. */
  @PrimaryColumn({ type: 'int' })
  month!: number;

  @PrimaryColumn({ type: 'varchar', length: 36 })
  roomId!: string;

  @Column({ type: 'int' })
  meetings!: number;

  @Column({ type: 'int' })
  peakParticipants!: number;

  @Column({ type: 'int' })
  totalParticipants!: number;

  @Column({ type: 'int' })
  participantSeconds!: number;

  @Column({ type: 'int' })
  messages!: number;
}

/** The month in which a time lies. */
export function monthOf(time: Date): number {
  return (time.getUTCFullYear() - 1970) * 12 + time.getUTCMonth();
}

export function beginOfMonth(month: number): Date {
  return new Date(Date.UTC(1970, month));
}
