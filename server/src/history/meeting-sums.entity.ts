/** The figures of all meetings that began in one quarter of an hour, summed up once nothing about them changes any more. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Seconds that one row is about. Every time zone's midnight lies on a quarter of an hour (https://www.iana.org/time-zones). */
export const SUMMED_SECONDS = 900;

/**
 * Derived from the meetings, and may be deleted at any time from a quarter of an hour on: what follows the newest row is
 * read from the meetings themselves until it is summed up again. Rows with no meeting do not exist.
 */
@Entity('meeting_sums')
export class MeetingSums {
  /** Quarters of an hour since 1970 in UTC. */
  @PrimaryColumn({ type: 'int' })
  quarterHour!: number;

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

  @Column({ type: 'int' })
  goodQuality!: number;

  @Column({ type: 'int' })
  fairQuality!: number;

  @Column({ type: 'int' })
  poorQuality!: number;

  /** How many took up to so many minutes, and longer than the ones before; the rest took longer than all. */
  @Column({ type: 'int' })
  upTo5Minutes!: number;

  @Column({ type: 'int' })
  upTo15Minutes!: number;

  @Column({ type: 'int' })
  upTo30Minutes!: number;

  @Column({ type: 'int' })
  upTo60Minutes!: number;

  @Column({ type: 'int' })
  upTo120Minutes!: number;

  @Column({ type: 'int' })
  upTo240Minutes!: number;
}
