/** The record of one meeting. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('meetings')
// Holds all that analytics read, so that they read the index alone, of one room or of all, room by room.
@Index('meetings_room_figures', [
  'roomId',
  'beganAt',
  'seenAt',
  'peakParticipants',
  'totalParticipants',
  'participantSeconds',
  'messages',
  'goodQuality',
  'fairQuality',
  'poorQuality',
])
export class MeetingRecord {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  /** No foreign key: the record outlives the room. */
  @Column({ type: 'varchar', length: 36 })
  roomId!: string;

  /** The server that it runs on, as the settings name it. */
  @Column({ type: 'varchar', length: 64 })
  serverName!: string;

  @Index('meetings_began')
  @Column({ type: 'datetime', precision: 3 })
  beganAt!: Date;

  /** When its figures were written last; where its server died, it ended about then. The end of one that has ended. */
  @Column({ type: 'datetime', precision: 3 })
  seenAt!: Date;

  /** `null` while the meeting runs. */
  @Index('meetings_ended')
  @Column({ type: 'datetime', precision: 3, nullable: true })
  endedAt!: Date | null;

  /** The figures up to `seenAt`: most participants at one time, and how many joined in all. */
  @Column({ type: 'int' })
  peakParticipants!: number;

  @Column({ type: 'int' })
  totalParticipants!: number;

  /** The times of all participations added up. */
  @Column({ type: 'int' })
  participantSeconds!: number;

  /** Written messages. */
  @Column({ type: 'int' })
  messages!: number;

  /** How many participations had which connection; the rest did not report it. */
  @Column({ type: 'int' })
  goodQuality!: number;

  @Column({ type: 'int' })
  fairQuality!: number;

  @Column({ type: 'int' })
  poorQuality!: number;
}
