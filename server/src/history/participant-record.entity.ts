/** The record of one participant in one meeting. */
import type { DeviceInfo, LeaveReason } from '@minimeet/protocol';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('participants')
export class ParticipantRecord {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Index('participants_meeting')
  @Column({ type: 'varchar', length: 36 })
  meetingId!: string;

  /** No foreign key: the record outlives the user. */
  @Index('participants_user')
  @Column({ type: 'varchar', length: 36 })
  userId!: string;

  @Column({ type: 'varchar', length: 64 })
  displayName!: string;

  @Column({ type: 'varchar', length: 16, nullable: true })
  deviceKind!: DeviceInfo['kind'] | null;

  @Column({ type: 'datetime', precision: 3 })
  joinedAt!: Date;

  /** `null` while the participant is in the meeting. */
  @Column({ type: 'datetime', precision: 3, nullable: true })
  leftAt!: Date | null;

  @Column({ type: 'varchar', length: 32, nullable: true })
  leaveReason!: LeaveReason | null;
}
