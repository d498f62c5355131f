/** The record of one meeting. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('meetings')
export class MeetingRecord {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  /** No foreign key: the record outlives the room. */
  @Index('meetings_room')
  @Column({ type: 'varchar', length: 36 })
  roomId!: string;

  @Column({ type: 'datetime', precision: 3 })
  beganAt!: Date;

  /** `null` while the meeting runs. */
  @Index('meetings_ended')
  @Column({ type: 'datetime', precision: 3, nullable: true })
  endedAt!: Date | null;

  /** The figures are `null` while the meeting runs, and where the server died before it could write them. */
  @Column({ type: 'int', nullable: true })
  peakParticipants!: number | null;

  @Column({ type: 'int', nullable: true })
  totalParticipants!: number | null;

  @Column({ type: 'int', nullable: true })
  messages!: number | null;
}
