/** The connection of one participant in one meeting, summed up from what their client reported. */
import type { QualityRating } from '@minimeet/protocol';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('participant_qualities')
export class QualityRecord {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  participantId!: string;

  @Column({ type: 'varchar', length: 8 })
  rating!: QualityRating;

  /** Milliseconds; `null` where it was never measured. */
  @Column({ type: 'double', nullable: true })
  roundTripTime!: number | null;

  @Column({ type: 'double' })
  lossRatio!: number;

  /** Bit/s. */
  @Column({ type: 'double' })
  sendBitrate!: number;

  @Column({ type: 'double' })
  recvBitrate!: number;

  @Column({ type: 'int' })
  freezes!: number;

  @Column({ type: 'double' })
  freezeSeconds!: number;

  /** Seconds that the reports are about. */
  @Column({ type: 'double' })
  measuredSeconds!: number;
}
