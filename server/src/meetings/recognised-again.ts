/**
 * Telling apart, over other transports, what a participant sent before theirs broke.
 *
 * A browser sends the same tracks again with other SSRCs, but under a `mid` and `rid`s that follow from their order. A
 * producer that is known by these alone can be made before the client sends anything, and so can the consumers of it.
 */
import { isDeepStrictEqual } from 'node:util';
import { validateAndNormalizeRtpParameters } from 'mediasoup/ortc';
import type { RtpParameters } from 'mediasoup/types';

const midExtension = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const ridExtension = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';

/** The same without SSRCs; `null` where nothing else would tell its packets from others. */
export function withoutSsrcs(parameters: RtpParameters): RtpParameters | null {
  const uris = (parameters.headerExtensions ?? []).map(({ uri }) => uri);
  const encodings = parameters.encodings ?? [];
  const byMid = parameters.mid !== undefined && uris.includes(midExtension);
  const byRid = uris.includes(ridExtension) && encodings.every(({ rid }) => rid !== undefined);
  const isAlone = encodings.length === 1 && encodings[0]?.rid === undefined;

  if (!byMid || !(byRid || isAlone)) {
    return null;
  }

  return { ...parameters, encodings: encodings.map(({ ssrc: _ssrc, rtx: _rtx, ...encoding }) => encoding) };
}

/** Whether packets of the one would be taken for packets of the other, and would mean the same. */
export function areAlike(one: RtpParameters, other: RtpParameters): boolean {
  try {
    return isDeepStrictEqual(essence(one), essence(other));
  } catch {
    // Whether they make sense is for whoever uses them to say.
    return false;
  }
}

function essence(parameters: RtpParameters): unknown {
  const normalized = structuredClone(withoutSsrcs(parameters) ?? parameters);
  validateAndNormalizeRtpParameters(normalized);

  // Names that a browser makes up for each connection.
  const { msid: _msid, rtcp: _rtcp, ...rest } = normalized;

  return structuredClone(rest);
}
