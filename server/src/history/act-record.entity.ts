/** The record of something that was done to keep a meeting in order. */
import type { ModerationActName, ModerationDetail } from '@minimeet/protocol';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** People are on it as they were called then, so that it stays true when they are renamed or deleted. */
@Entity('moderation_acts')
@Index('moderation_acts_meeting', ['meetingId', 'sequence'])
export class ActRecord {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ type: 'varchar', length: 36 })
  meetingId!: string;

  /** Counts the acts of a meeting: several may share a millisecond. */
  @Column({ type: 'int' })
  sequence!: number;

  @Column({ type: 'datetime', precision: 3 })
  at!: Date;

  @Column({ type: 'varchar', length: 32 })
  act!: ModerationActName;

  @Column({ type: 'varchar', length: 36 })
  byParticipantId!: string;

  @Column({ type: 'varchar', length: 36 })
  byUserId!: string;

  @Column({ type: 'varchar', length: 64 })
  byDisplayName!: string;

  /** `null` where it was about everyone, or about somebody who waited in the lobby. */
  @Column({ type: 'varchar', length: 36, nullable: true })
  whomParticipantId!: string | null;

  /** `null` where it was about everyone. */
  @Column({ type: 'varchar', length: 36, nullable: true })
  whomUserId!: string | null;

  @Column({ type: 'varchar', length: 64, nullable: true })
  whomDisplayName!: string | null;

  @Column({ type: 'simple-json' })
  detail!: ModerationDetail;
}
