/** One clock for all processes of a load test: what one writes into a packet, another one compares with the time of its arrival. */

/** Milliseconds from the start of the machine's monotonic clock, which all processes share, to that of this process. */
const processBegan = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Milliseconds from 1970 to the start of the monotonic clock, as this process sees it, or as it was told. */
let machineBegan = performance.timeOrigin - processBegan;

/** Seconds from 1900, where NTP's time begins, to 1970. */
const ntpEpoch = 2_208_988_800;

/** What another process on this machine has to be told, so that both mean the same moment by the same time. */
export function clockOffset(): number {
  return machineBegan;
}

/** Takes the clock of another process on this machine, by what its clockOffset() says. */
export function useClockOffset(offset: number): void {
  machineBegan = offset;
}

/** Milliseconds since 1970 at a moment that performance.now() tells. The time of day may be set meanwhile; this one does not jump. */
export function timeOfDay(now = performance.now()): number {
  return machineBegan + processBegan + now;
}

/** As NTP writes it, in 64 bits (RFC 5905 section 6). */
export function writeNtpTime(target: Buffer, offset: number, milliseconds: number): void {
  target.writeUInt32BE(Math.floor(milliseconds / 1000) + ntpEpoch, offset);
  target.writeUInt32BE(Math.floor(((milliseconds % 1000) / 1000) * 2 ** 32), offset + 4);
}

/** Milliseconds since 1970. */
export function readNtpTime(source: Buffer, offset: number): number {
  return (source.readUInt32BE(offset) - ntpEpoch) * 1000 + (source.readUInt32BE(offset + 4) / 2 ** 32) * 1000;
}

/** The middle 32 bits of a time as NTP writes it, which reports carry: units of 1/65536 s (RFC 3550 section 6.4.1). */
export function compactNtpTime(milliseconds: number): number {
  return Math.floor(((milliseconds / 1000 + ntpEpoch) % 65_536) * 65_536) >>> 0;
}
